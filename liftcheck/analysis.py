"""The one pipeline of live, replay and batch: samples and events in, motion, lifts and warnings out."""

from dataclasses import dataclass, field

from liftcheck.lifts.lift import Lift
from liftcheck.samples import Event, Samples
from liftcheck.trunk.motion import Motion


@dataclass(frozen=True)
class EarlyWarning:
    """A bend that is clearly led by the back, told before its bottom. t: s, the sample time at which it was known."""

    t: float
    flexion_deg: float
    hip_drop_m: float


@dataclass(frozen=True, eq=False)
class Update:
    """What one push added: motion, bends that were judged, early warnings, the pipeline's own events."""

    motion: Motion
    lifts: tuple[Lift, ...] = ()
    warnings: tuple[EarlyWarning, ...] = ()
    events: tuple[Event, ...] = ()
    settling: bool = field(
        default=False
    )  # the filter is not sure of the tilt yet: no verdict until the first calm moment


@dataclass(frozen=True)
class Settings:
    """Every number that judging depends on; the defaults are what the documentation measures."""

    site: str = "mid-back"
    height_m: float = 1.73


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
