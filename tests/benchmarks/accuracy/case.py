"""One recording to be judged and how: a recipe small enough to be sent to another process, and what came of it."""

from dataclasses import dataclass, field
from typing import Protocol

from liftcheck.analysis import Settings
from liftcheck.lifts.lift import Lift
from liftcheck.recording.recording import Recording
from liftcheck.samples import Array

MATCH_S = 0.3  # a lift answers a label if its bottom lies within the label's span, widened by so much (PRODUCT 3)
# Going down to rest is no bend, however deep, and however soon one gets up again: such an alarm is never excused.
RESTING = ("lie", "sit", "collapse", "kneel", "half_kneel", "drive", "car", "taken_off")


@dataclass(frozen=True)
class Label:
    """What is to be found. Where the bend's own times are not known its span is the whole recording, the rest None."""

    start_s: float
    end_s: float
    label: str
    bottom_s: float | None = None
    action: str = ""
    peak_flexion_deg: float | None = None
    flexion_at_bottom_deg: float | None = None
    drop_m: float | None = None
    hip_drop_m: float | None = None
    knee_deg: float | None = None


@dataclass(frozen=True)
class Episode:
    """A stretch in which nothing is to be found."""

    start_s: float
    end_s: float
    kind: str


@dataclass(frozen=True, eq=False)
class Curves:
    """What the segment under the sensor really did, (n,): degrees, metres, drop positive down; turn None if unknown."""

    t: Array
    flexion_deg: Array
    lean_deg: Array
    drop_m: Array
    turn_deg: Array | None = None


@dataclass(frozen=True, eq=False)
class Material:
    """A recording with everything that is known of it. curves: None where nobody measured."""

    recording: Recording
    labels: tuple[Label, ...]
    episodes: tuple[Episode, ...]
    curves: Curves | None = None
    labels_are_spans: bool = True  # False: the label's times are the whole recording's


class Source(Protocol):
    """Where a recording comes from: a file of a data set, or a seed."""

    def material(self) -> Material:
        """Reads or simulates it."""


@dataclass(frozen=True)
class Case:
    """A source, and how it is judged. passes: 1 as live, 2 as `score`. about: what tables group by."""

    source: Source
    settings: Settings = field(default_factory=Settings)
    passes: int = 2
    about: tuple[tuple[str, str], ...] = ()

    def of(self, key: str) -> str:
        """What is known of the case under a key: wearer, site, noise, rate ..."""
        return dict(self.about).get(key, "")


@dataclass(frozen=True)
class Truths:
    """What the curves say of one labelled bend; None where there are no curves."""

    lean_deg: float | None = None
    turn_deg: float | None = None
    down_deg_s: float | None = None
    up_deg_s: float | None = None
    flexion_mse: float | None = None  # of the lift's refined curve inside the bend, deg²


@dataclass(frozen=True)
class Pair:
    """A label and the lift that answers it."""

    label: Label
    lift: Lift
    truths: Truths


@dataclass(frozen=True)
class FalseAlarm:
    """A lift that answers no label; kind: what was going on, "" where nobody said. excused: it was a real bend."""

    lift: Lift
    kind: str
    excused: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a case. others: bends that were not called lifts. excused_s: of episodes that hold a real bend."""

    case: Case
    pairs: tuple[Pair, ...]
    missed: tuple[Label, ...]
    false_alarms: tuple[FalseAlarm, ...]
    others: tuple[Lift, ...]
    labels: tuple[Label, ...]
    episodes: tuple[Episode, ...]
    duration_s: float
    excused_s: float
    warnings: tuple[float, ...] = ()  # when an early warning was given
    name: str = ""
