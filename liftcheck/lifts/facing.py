"""Which way somebody faces, from how the hips move: whoever sinks on their feet, or onto a seat, moves the hips back.

At the waist the lean does not tell: a pelvis that tips backward in a kick or a deep squat looks like one that bends
forward, to a sensor of which nobody knows which way round it was clipped on.
"""

from dataclasses import dataclass

import numpy as np

from liftcheck.lifts.lift import Lift
from liftcheck.trunk.window import Window


@dataclass(frozen=True)
class FacingSettings:
    """Which movements are asked; in motion capture their sum was right in nine sessions of nine, the lean in one."""

    drop_m: float = 0.2  # who sinks less may move the hips anywhere
    longest_s: float = 3.0  # in a longer movement the tilt's error, turned into speed, outgrows the hips' own
    margin_s: float = 0.5
    correlation: float = 0.3  # a weaker one is chance


def facing(lift: Lift, window: Window, settings: FacingSettings) -> float:
    """Whether the wearer faces the way that is taken for forward: 1 surely, -1 surely the other way, 0 not known.

    It is how well the speed backward goes with the speed down: their correlation over the bend.
    """
    if lift.drop_m < settings.drop_m or lift.duration_s > settings.longest_s:
        return 0.0
    first, last = np.searchsorted(window.t, [lift.start_s - settings.margin_s, lift.end_s + settings.margin_s])
    part = slice(int(first), int(last))
    if last - first < 5:
        return 0.0
    pushed = window.left.pushed_mps(part)
    forward = np.cumsum(pushed - pushed.mean())  # between rests; an offset goes
    forward, down = forward - forward.mean(), window.sink_mps[part] - window.sink_mps[part].mean()
    size = float(np.sqrt((forward @ forward) * (down @ down)))
    correlation = float(forward @ down) / size if size > 0 else 0.0
    return -correlation if abs(correlation) >= settings.correlation else 0.0
