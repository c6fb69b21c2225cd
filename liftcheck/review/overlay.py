"""One lift laid over another: the same course, however long each took.

Each lift's time runs from 0, half a second before its start, over 0.5 at its lowest instant to 1, half a second after
its end: the bottoms meet, and the whole way down and up is seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Array

POINTS = 81
GRID: Array = np.linspace(0.0, 1.0, POINTS)
FEWEST = 3  # leg lifts below which there is no band
SHARE = (10.0, 90.0)  # the middle 80 % of them


@dataclass(frozen=True, eq=False)
class Course:
    """A lift over `GRID`: lean_deg and hip_drop_m, (POINTS,)."""

    lean_deg: Array
    hip_drop_m: Array


@dataclass(frozen=True, eq=False)
class Band:
    """Where the middle 80 % of somebody's leg lifts run, over `GRID`: (POINTS,) each. count: of how many."""

    lean_low: Array
    lean_high: Array
    hips_low: Array
    hips_high: Array
    count: int


def registered(lift: Lift) -> Course | None:
    """A lift's course over its own time from 0 to 1; None without a curve or without an extent."""
    curve = lift.curve
    if curve is None or len(curve.t) < 3 or not curve.t[0] < lift.bottom_s < curve.t[-1]:
        return None
    t = np.interp(GRID, (0.0, 0.5, 1.0), (curve.t[0], lift.bottom_s, curve.t[-1]))
    return Course(np.interp(t, curve.t, curve.flexion_deg), np.interp(t, curve.t, curve.hip_drop_m))


def own_band(lifts: Iterable[Lift]) -> Band | None:
    """Where the trainee's own leg lifts run; None if there are fewer than three."""
    legs = [course for lift in lifts if lift.technique is Technique.LEGS and (course := registered(lift)) is not None]
    if len(legs) < FEWEST:
        return None
    lean, hips = np.array([c.lean_deg for c in legs]), np.array([c.hip_drop_m for c in legs])
    (lean_low, lean_high), (hips_low, hips_high) = (np.percentile(each, SHARE, axis=0) for each in (lean, hips))
    return Band(lean_low, lean_high, hips_low, hips_high, len(legs))
