"""A hand-made window of refined movement, for the tests of bends and gates."""

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.drop import Heights
from liftcheck.trunk.window import Left, Window

STEP_S = 0.05


class MadeLeft(Left):
    """A left that turns nowhere, for somebody who is pushed so."""

    pushed: Array

    def turn_deg(self, part: slice) -> Array:
        return np.zeros(len(self.pushed))[part]

    def pushed_mps(self, part: slice) -> Array:
        return self.pushed[part]


class MadeHeights(Heights):
    """Heights that are known to 4 cm by the movement alone, or not at all."""

    by_movement_m: Array
    error_by_movement_m: float

    def sunk_m(self, a: int, b: int, moves: slice) -> tuple[float, float]:
        return float(self.by_movement_m[b] - self.by_movement_m[a]), self.error_by_movement_m


def window(
    drop_m: Array,
    flexion_deg: Array,
    *,
    jolt_mps2: Array | None = None,
    by_movement_m: Array | None = None,
    error_by_movement_m: float = 0.04,
    forward_m: Array | None = None,
) -> Window:
    """A trunk that sank and leaned so, edge by edge every 0.05 s; upright in all else.

    by_movement_m: the drop if nothing is taken for standing, where that is another. forward_m: how far it went forward.
    """
    still = np.zeros(len(drop_m))
    sink = np.gradient(drop_m, STEP_S)
    heights = MadeHeights(STEP_S, -sink, -drop_m, still, drop_m < 0.02, AccErrors(np.zeros(7), np.eye(7)))
    object.__setattr__(heights, "by_movement_m", drop_m if by_movement_m is None else by_movement_m)
    object.__setattr__(heights, "error_by_movement_m", error_by_movement_m)
    jolt = still + 10.0 if jolt_mps2 is None else jolt_mps2
    velocity = np.gradient(flexion_deg, STEP_S)
    lively = 20.0 * np.abs(sink)  # at 5 cm/s nobody is calm any more
    left = object.__new__(MadeLeft)
    pushed = still if forward_m is None else np.diff(np.gradient(forward_m, STEP_S), prepend=0.0)
    object.__setattr__(left, "pushed", pushed)
    t = STEP_S * np.arange(len(drop_m))
    return Window(
        t, flexion_deg, still, velocity, drop_m, sink, lively, drop_m < 0.02, jolt, still + 9.0, left, heights
    )


def path(*corners: tuple[float, float]) -> Array:
    """A smooth way through (time in s, value): at rest in each corner."""
    times, values = np.array(corners).T
    t = STEP_S * np.arange(round(times[-1] / STEP_S) + 1)
    at = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    share = (t - times[at]) / (times[at + 1] - times[at])
    smooth = share**3 * (10 - 15 * share + 6 * share**2)
    return np.asarray(values[at] + smooth * (values[at + 1] - values[at]))
