"""What the pipeline answers: motion, lifts, warnings, its own events, and the facts of the stream."""

from dataclasses import dataclass
from typing import Literal

from liftcheck.lifts.lift import Lift
from liftcheck.lifts.warning import EarlyWarning
from liftcheck.samples import Event
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import CalibrationProgress


@dataclass(frozen=True)
class StreamFacts:
    """What is known of the stream itself so far. Times in s; quality: a few words each, in the order noticed."""

    rate_hz: float | None = None  # of the first segment: the stated one if it is within 2 %, else as measured
    duration_s: float = 0.0
    gap_s: float = 0.0  # time without samples, or with too few in a row to be looked at
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
