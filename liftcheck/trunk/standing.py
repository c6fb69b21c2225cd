"""Where in a window the wearer was at standing height: calm upright poses, and steps between them."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.steps import Steps, around

Mask = np.typing.NDArray[np.bool_]
Index = np.typing.NDArray[np.intp]


@dataclass(frozen=True)
class StandingSettings:
    """What a standing pose and a step are worth as evidence of the height."""

    pose_height_m: float = 0.02  # standing is as high as standing was, give or take
    loose_share: float = 0.5  # of the width within which poses count as standing, while that is being narrowed
    pose_activity: float = 1.5  # calmer than this is a pose
    shortest_pose_s: float = 0.2
    pose_evidence_s: float = 0.2  # a pose is worth so much, however long it is held
    same_level_m: float = 0.12  # calm poses this close to the highest are standing
    seat_m: float = 0.2  # a calm pose so far below standing is another pose for sure
    unheld_m: float = 0.2  # steps and the end are told from another level by a height that nothing holds yet
    end_height_m: float = 0.05  # upright where the window ends, and so at standing height, unless on a seat
    step_window_s: float = 0.9  # nearly two steps: over them the height of somebody walking is level
    step_residual_m: float = 0.03  # what walking leaves of a straight line; a squat leaves 0.2
    step_slope_mps: float = 0.25  # a steeper line is a way down, or a stair
    step_height_m: float = 0.03  # walkers are this close to their standing height
    step_distrust_m: float = 0.1  # walking this far from standing height starts to be something else (Cauchy)
    step_evidence_s: float = 1.0  # ... and their ups and downs are one piece of evidence for so long


@dataclass(frozen=True, eq=False)
class Trust:
    """How far the wearer is believed to be at standing height, 0 to 1: in each calm pose, walking at each edge of a
    step, and at the window's end, where they have just come up."""

    poses: Array
    walking: Array
    end: float


class Places:
    """The calm poses of a window, and the upright stretches in which the wearer may be walking.

    activity, upright: (J+1,) at the edges of blocks of `step_s`; heights are known at those of `steps`.
    """

    def __init__(self, activity: Array, upright: Mask, step_s: float, steps: Steps, settings: StandingSettings) -> None:
        self.settings = settings
        self._edges = len(activity)
        self._long = step_s * steps.together
        runs = _stretches(
            (activity < settings.pose_activity) & upright, max(1, round(settings.shortest_pose_s / step_s))
        )
        length = runs[:, 1] - runs[:, 0]
        self._seconds = length * step_s
        self._of_pose = np.repeat(np.arange(len(runs)), length)
        self._tied = np.arange(len(self._of_pose)) + np.repeat(runs[:, 0] - np.cumsum(length) + length, length)
        self._nearest = steps.nearest[self._tied]
        # A pose is worth so much, however long it is held.
        self._worth = np.minimum(1.0, settings.pose_evidence_s / self._seconds) * step_s / settings.pose_evidence_s
        self.upright = upright[steps.at]
        self.may_walk = self.upright & (activity[steps.at] >= settings.pose_activity)
        reach = max(2, round(settings.step_window_s / 2 / self._long))
        self._lines = _Lines(len(self.upright), reach, self._long)

    def all_trusted(self) -> Trust:
        """Before anything is known: every calm pose may be standing; walking and the end wait for a first height."""
        return Trust(np.ones(len(self._seconds)), np.zeros(len(self.upright)), 0.0)

    def standing(self, trust: Trust) -> Mask:
        """Where the wearer is in a standing pose, (J+1,)."""
        standing = np.zeros(self._edges, dtype=bool)
        standing[self._tied] = trust.poses[self._of_pose] > 0.5
        return standing

    def precision(self, trust: Trust, width: float) -> Array:
        """1/variance of "the height here is that of standing" at each edge of a step, 0 where nothing is said.

        While poses within `width` are still taken for standing, the tie is as loose: a pose on the floor must not be
        drawn up before it is known for one.
        """
        settings = self.settings
        spread = max(settings.pose_height_m, settings.loose_share * width)
        calm = np.bincount(self._nearest, (trust.poses * self._worth)[self._of_pose], minlength=len(self.upright))
        walking = self._long / settings.step_evidence_s / max(settings.step_height_m, spread) ** 2
        precision = calm / spread**2 + trust.walking * walking
        precision[-1] += trust.end / max(settings.end_height_m, spread) ** 2
        return np.asarray(precision, dtype=np.float64)

    def narrowed(self, height: Array, width: float, *, strict: bool) -> Trust:
        """What to believe now that a height is known, (n+1,), within `width` of standing (Cauchy weights)."""
        settings = self.settings
        mean, slope, residual = self._lines.through(height)
        walks = self.may_walk & (residual < settings.step_residual_m) & (np.abs(slope) < settings.step_slope_mps)
        walked, walking = mean[walks], np.zeros(len(height))
        count = len(self._seconds)
        poses = np.bincount(self._of_pose, height[self._nearest]) / np.bincount(self._of_pose) if count else np.empty(0)
        known = np.concatenate([poses, walked])
        if not len(known):
            return Trust(poses, walking, 0.0)
        weight = np.concatenate([self._seconds, np.full(len(walked), self._long)])
        standing = _level(known, weight, settings.same_level_m)
        trust = 1 / (1 + ((poses - standing) / width) ** 2)
        if strict:
            trust[poses < standing - settings.seat_m] = 0.0
        broad = min(max(width, settings.step_distrust_m), settings.unheld_m)
        walking[walks] = 1 / (1 + ((walked - standing) / broad) ** 2)
        broad = min(max(width, settings.end_height_m), settings.unheld_m)
        end = float(self.upright[-1]) / (1 + ((height[-1] - standing) / broad) ** 2)
        return Trust(trust, walking, float(end))


def _stretches(where: Mask, shortest: int) -> Index:
    """Runs of True of at least `shortest`, as (k, 2) first and past-the-last edges."""
    padded = np.zeros(len(where) + 2, dtype=bool)
    padded[1:-1] = where
    runs = np.flatnonzero(padded[1:] != padded[:-1]).reshape(-1, 2)
    long: Index = runs[runs[:, 1] - runs[:, 0] >= shortest]
    return long


def _level(height: Array, weight: Array, same_level_m: float) -> float:
    """The height of standing: the mean of the places near the highest (the 90th percentile of the time)."""
    order = np.argsort(height, kind="stable")
    share = np.cumsum(weight[order])
    top = height[order[min(int(np.searchsorted(share, 0.9 * share[-1])), len(order) - 1)]]
    near = weight * (height > top - same_level_m)
    return float(near @ height / near.sum())


class _Lines:
    """Straight lines through each of n edges' neighbours within `reach`."""

    def __init__(self, n: int, reach: int, step_s: float) -> None:
        self.reach = reach
        self.x = (np.arange(n) - (n - 1) / 2) * step_s
        self.count, sum_x, sum_xx = around(np.array([np.ones(n), self.x, self.x**2]), reach)
        self.mean_x = sum_x / self.count
        self.var_x = np.maximum(sum_xx - sum_x * self.mean_x, 1e-12)

    def through(self, height: Array) -> tuple[Array, Array, Array]:
        """Mean (m), slope (m/s) and residual standard deviation (m) of each line, (n,) each."""
        total, by_x, square = around(np.array([height, self.x * height, height * height]), self.reach)
        mean = total / self.count
        cov = by_x - self.mean_x * total
        slope = cov / self.var_x
        return mean, slope, np.sqrt(np.maximum(square - total * mean - slope * cov, 0.0) / self.count)
