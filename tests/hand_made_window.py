"""A hand-made window of refined movement, for the tests of bends and gates."""

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.drop import Heights
from liftcheck.trunk.window import Window

STEP_S = 0.05


def window(drop_m: Array, flexion_deg: Array, *, jolt_mps2: Array | None = None) -> Window:
    """A trunk that sank and leaned so, edge by edge every 0.05 s; upright and calm in all else."""
    still = np.zeros(len(drop_m))
    sink = np.gradient(drop_m, STEP_S)
    heights = Heights(STEP_S, -sink, -drop_m, still, drop_m < 0.02, AccErrors(np.zeros(7), np.eye(7)))
    jolt = still + 10.0 if jolt_mps2 is None else jolt_mps2
    velocity = np.gradient(flexion_deg, STEP_S)
    t = STEP_S * np.arange(len(drop_m))
    return Window(
        t, flexion_deg, still, still, velocity, drop_m, sink, still, drop_m < 0.02, jolt, still + 9.0, heights
    )


def path(*corners: tuple[float, float]) -> Array:
    """A smooth way through (time in s, value): at rest in each corner."""
    times, values = np.array(corners).T
    t = STEP_S * np.arange(round(times[-1] / STEP_S) + 1)
    at = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    share = (t - times[at]) / (times[at + 1] - times[at])
    smooth = share**3 * (10 - 15 * share + 6 * share**2)
    return np.asarray(values[at] + smooth * (values[at + 1] - values[at]))
