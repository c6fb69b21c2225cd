"""A whole session from a style and a seed: person, script, sensor."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from liftcheck.simulation.person import Person
from liftcheck.simulation.run import Session
from liftcheck.simulation.scripts import script

STARTED = "2024-01-01T08:00:00+00:00"  # a recording's start, so that the same seed gives the same file


def sitting(
    style: str,
    *,
    seed: int = 0,
    seconds: float | None = None,
    lifts: int | None = None,
    height_m: float | None = None,
    wearer: str | None = None,
    calibration: bool = True,
    person: Person | None = None,
    rate_hz: float = 100.0,
    site: str = "mid-back",
    sensor: str = "consumer",
    faults: Sequence[str] = (),
) -> Session:
    """A session in a style (`SCRIPTS`), of a person drawn by the seed unless one is given; ready for `chunks()`."""
    drawing, scripting = (np.random.default_rng([seed, part]) for part in (10, 11))
    body = person or Person.drawn(drawing, height_m)
    session = Session(
        script(style, scripting, calibration=calibration),
        body,
        rate_hz=rate_hz,
        site=site,
        sensor=sensor,
        faults=faults,
        seed=seed,
        seconds=seconds,
        lifts=lifts,
    )
    note = f"simulated: style {style}, sensor {sensor}, seed {seed}" + "".join(f", fault {fault}" for fault in faults)
    named = wearer or f"simulated-{seed}"
    session.recording = replace(session.recording, wearer=named, started=STARTED, note=note)
    return session
