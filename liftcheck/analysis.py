"""The one pipeline of live, replay and batch: samples and events in, motion, lifts and warnings out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from liftcheck.lifts.lift import Lift
from liftcheck.samples import Event, Samples
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import CalibrationProgress


@dataclass(frozen=True)
class EarlyWarning:
    """A bend that is clearly led by the back, told before its bottom. t: s, the sample time at which it was known."""

    t: float
    flexion_deg: float
    hip_drop_m: float


@dataclass(frozen=True)
class StreamFacts:
    """What is known of the stream itself so far. Times in s; quality: a few words each, in the order noticed."""

    rate_hz: float | None = None  # measured; None before the first two seconds
    duration_s: float = 0.0
    gap_s: float = 0.0  # time without samples
    unworn_s: float = 0.0  # off the body, or being calibrated
    slips: int = 0
    calibration: Literal["event", "learnt", "none"] = "none"
    quality: tuple[str, ...] = ()

    @property
    def worn_s(self) -> float:
        """Duration less gaps, time off the body and calibration."""
        return max(0.0, self.duration_s - self.gap_s - self.unworn_s)


@dataclass(frozen=True, eq=False)
class Update:
    """What one push added.

    motion: every sample since the last update. lifts: bends whose verdict fell due (shallow ones and other movements
    with technique None). warnings: early warnings. events: the pipeline's own. facts: the stream as known now.
    settling: the filter is not sure of the tilt yet; no verdict before the first calm moment.
    calibration: the progress of a calibration under way, or None.
    """

    motion: Motion
    lifts: tuple[Lift, ...] = ()
    warnings: tuple[EarlyWarning, ...] = ()
    events: tuple[Event, ...] = ()
    facts: StreamFacts = StreamFacts()
    settling: bool = False
    calibration: CalibrationProgress | None = None


@dataclass(frozen=True)
class Settings:
    """Every number that judging depends on; the defaults are what the documentation measures."""

    site: str = "mid-back"
    axes: str | None = None  # "up=-y,forward=+z" where the mounting is known
    height_m: float | None = None  # None: 1.73 m, said in `quality`


class Analyzer:
    """Judges a stream as it comes. The result does not depend on how the stream is cut into chunks.

    push() takes the next samples and the events whose t lies within or before them; finish() ends the stream and
    returns what was still open.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream. Samples are on the storage grid (`Samples.rounded`)."""
        raise NotImplementedError

    def finish(self) -> Update:
        """The end of the stream; a bend still open is reported as cut off."""
        raise NotImplementedError


def analyze(
    samples: Samples,
    events: tuple[Event, ...] = (),
    settings: Settings | None = None,
    *,
    rate_hz: float | None = None,
    relearn: bool = False,
) -> Iterator[Update]:
    """Judges a whole recording, chunk by chunk of some minutes; the last update holds the final facts.

    A recording without a `session` event goes through the pipeline twice: the first pass learns the mounting and the
    sensor's offsets, the second judges. One written live is judged once, with the events it holds, so that the
    verdicts are those that were given live; `relearn` drops the pipeline's events and reads twice all the same.
    """
    raise NotImplementedError
