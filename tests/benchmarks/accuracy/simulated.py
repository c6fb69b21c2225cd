"""Simulated people: each seed is another person, another sensor and another session. None was used for tuning."""

from dataclasses import dataclass, replace

import numpy as np

from liftcheck.analysis import Settings
from liftcheck.samples import Samples
from liftcheck.simulation import Truth, sitting
from tests.benchmarks.accuracy.case import Case, Curves, Episode, Label, Material

FIRST_SEED = 160_000  # nobody looked at these while tuning; far from the seeds of the bundled recordings and the tests


@dataclass(frozen=True)
class Seed:
    """One simulated session. tall: whether the recording says how tall its wearer is."""

    style: str
    seed: int
    site: str = "mid-back"
    sensor: str = "consumer"
    rate_hz: float = 100.0
    lifts: int | None = None
    seconds: float | None = None
    calibration: bool = True
    tall: bool = False
    faults: tuple[str, ...] = ()

    def material(self) -> Material:
        """Simulates it."""
        return simulated_with_truth(self)[0]


def simulated_with_truth(of: Seed) -> tuple[Material, Truth]:
    """The session, and everything that is known of it."""
    session = sitting(
        of.style,
        seed=FIRST_SEED + of.seed,
        seconds=of.seconds,
        lifts=of.lifts,
        calibration=of.calibration,
        rate_hz=of.rate_hz,
        site=of.site,
        sensor=of.sensor,
        faults=of.faults,
    )
    samples, truths = zip(*session.chunks(), strict=True)
    truth = Truth.join(truths)
    height = session.recording.height_m if of.tall else None
    name = f"{of.style}-{of.seed}-{of.site}-{of.sensor}-{of.rate_hz:.0f}"
    recording = replace(session.recording, samples=Samples.join(samples), height_m=height, name=name)
    labels = tuple(Label(**vars(label)) for label in session.labels)
    episodes = tuple(Episode(d.start, d.end, d.kind) for d in session.distractors)
    return Material(recording, labels, episodes, curves_of(truth)), truth


def curves_of(truth: Truth) -> Curves:
    """The truth of the segment under the sensor, as curves."""
    turn = np.degrees(np.unwrap(np.radians(truth.turn_deg)))
    return Curves(truth.t, truth.flexion_deg, truth.lean_deg, truth.drop_m, turn)


def people(
    style: str,
    count: int,
    first: int,
    *,
    passes: int = 2,
    lifts: int | None = None,
    seconds: float | None = None,
    **how: object,
) -> list[Case]:
    """So many people in a style; `first` keeps the rows' people apart."""
    cases = []
    for number in range(count):
        source = Seed(style, first + number, lifts=lifts, seconds=seconds, **how)  # type: ignore[arg-type]
        about = {
            "wearer": f"simulated {first + number}",
            "site": source.site,
            "noise": source.sensor,
            "rate": f"{source.rate_hz:.0f} Hz",
            "passes": str(passes),
            "style": style,
        }
        cases.append(Case(source, Settings(site=source.site), passes, tuple(about.items())))
    return cases
