"""One bend of the trunk or the hips and what was judged of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from liftcheck.samples import Array


class Technique(StrEnum):
    """Which part of the body did the lift."""

    LEGS = "legs"
    MIXED = "mixed"
    BACK = "back"
    UNCLEAR = "unclear"


@dataclass(frozen=True, eq=False)
class LiftCurve:
    """The refined estimate over a lift's own window, a little before its start to a little after its end.

    All arrays are (m,). t: s; flexion_deg, lean_deg, turn_deg (turn counted from the lift's start); drop_m of the
    sensor and hip_drop_m, positive down.
    """

    t: Array
    flexion_deg: Array
    lean_deg: Array
    turn_deg: Array
    drop_m: Array
    hip_drop_m: Array


@dataclass(frozen=True)
class Lift:
    """A bend and its verdict. Times in seconds since the recording began; what is missing is None, never NaN.

    `lift` numbers the judged lifts of a recording from 1 and is None for bends that are no lift (`technique` is None
    then too, and `reason` says why: shallow, sitting, lying, jump, no return). The other fields are documented with
    the columns of `score --lifts`, in liftcheck/scoring/columns.py. Two lifts are equal if all but the curve is.
    """

    lift: int | None
    start_s: float
    bottom_s: float
    end_s: float
    peak_flexion_deg: float
    flexion_at_bottom_deg: float
    flexion_at_end_deg: float
    peak_down_velocity_deg_s: float
    peak_up_velocity_deg_s: float
    lean_deg: float
    turn_deg: float
    drop_m: float
    hip_drop_m: float | None
    hip_drop_error_m: float | None
    knee_deg: float | None
    knee_error_deg: float | None
    stoop_index: float | None
    technique: Technique | None
    confidence: float | None
    reason: str
    quality: tuple[str, ...] = ()
    gap_s: float = 0.0
    judged_s: float = 0.0  # the sample time at which the verdict was given
    curve: LiftCurve | None = field(default=None, compare=False, repr=False)

    @property
    def duration_s(self) -> float:
        """From the start to the end of the bend."""
        return self.end_s - self.start_s

    @property
    def is_lift(self) -> bool:
        """Whether the bend counts as a lift (judged or unclear)."""
        return self.technique is not None
