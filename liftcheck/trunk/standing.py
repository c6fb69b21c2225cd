"""Where in a window the wearer was at standing height: calm upright poses, and steps between them."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

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
    """How far each edge of a window is believed to be at standing height, 0 to 1: in a calm pose, or walking; and the
    window's end, where the wearer has just come up."""

    calm: Array
    walking: Array
    end: float


class Places:
    """The calm poses of a window, and the upright stretches in which the wearer may be walking."""

    def __init__(self, activity: Array, upright: Mask, step_s: float, settings: StandingSettings) -> None:
        self.settings = settings
        self.step_s = step_s
        self.upright = upright
        shortest = max(1, round(settings.shortest_pose_s / step_s))
        self.poses = _stretches((activity < settings.pose_activity) & upright, shortest)
        self.length = self.poses[:, 1] - self.poses[:, 0]
        self.tied = _all_of(self.poses)
        self.of_pose = np.repeat(np.arange(len(self.poses)), self.length)
        self.may_walk = upright & (activity >= settings.pose_activity)
        self._lines = _Lines(len(upright), max(2, round(settings.step_window_s / 2 / step_s)), step_s)

    def all_trusted(self) -> Trust:
        """Before anything is known: every calm pose may be standing; walking and the end wait for a first height."""
        calm = np.zeros(len(self.upright))
        calm[self.tied] = 1.0
        return Trust(calm, np.zeros(len(self.upright)), 0.0)

    def precision(self, trust: Trust, width: float) -> Array:
        """1/variance of "the height here is that of standing" at each edge, 0 where nothing is said.

        While poses within `width` are still taken for standing, the tie is as loose: a pose on the floor must not be
        drawn up before it is known for one.
        """
        settings = self.settings
        spread = max(settings.pose_height_m, settings.loose_share * width)
        share = np.zeros(len(self.upright))
        seconds = self.length * self.step_s
        evidence = np.minimum(1.0, settings.pose_evidence_s / seconds) * self.step_s / settings.pose_evidence_s
        share[self.tied] = evidence[self.of_pose]
        walking = trust.walking * self.step_s / settings.step_evidence_s / max(settings.step_height_m, spread) ** 2
        precision = trust.calm * share / spread**2 + walking
        precision[-1] += trust.end / max(settings.end_height_m, spread) ** 2
        return np.asarray(precision)

    def narrowed(self, height: Array, width: float, *, strict: bool) -> Trust:
        """What to believe now that a height is known, within `width` of standing (Cauchy weights)."""
        settings = self.settings
        mean, slope, residual = self._lines.through(height)
        walks = self.may_walk & (residual < settings.step_residual_m) & (np.abs(slope) < settings.step_slope_mps)
        calm, walking = np.zeros(len(height)), np.zeros(len(height))
        levels, weights = [mean[walks]], [np.full(int(walks.sum()), self.step_s)]
        of_poses = np.empty(0)
        if len(self.poses):
            begins = np.concatenate([[0], np.cumsum(self.length)[:-1]])
            of_poses = np.add.reduceat(height[self.tied], begins) / self.length
            levels.insert(0, of_poses)
            weights.insert(0, self.length * self.step_s)
        known = np.concatenate(levels)
        if not len(known):
            return Trust(calm, walking, 0.0)
        standing = _level(known, np.concatenate(weights), settings.same_level_m)
        if len(self.poses):
            trust = 1 / (1 + ((of_poses - standing) / width) ** 2)
            if strict:
                trust = np.where(of_poses < standing - settings.seat_m, 0.0, trust)
            calm[self.tied] = trust[self.of_pose]
        broad = min(max(width, settings.step_distrust_m), settings.unheld_m)
        walking[walks] = 1 / (1 + ((mean[walks] - standing) / broad) ** 2)
        broad = min(max(width, settings.end_height_m), settings.unheld_m)
        end = float(self.upright[-1]) / (1 + ((height[-1] - standing) / broad) ** 2)
        return Trust(calm, walking, end)


def _stretches(where: Mask, shortest: int) -> Index:
    """Runs of True of at least `shortest`, as (k, 2) first and past-the-last edges."""
    change = np.diff(np.concatenate([[0], where.astype(np.int8), [0]]))
    runs = np.column_stack([np.flatnonzero(change == 1), np.flatnonzero(change == -1)])
    long: Index = runs[runs[:, 1] - runs[:, 0] >= shortest]
    return long


def _all_of(runs: Index) -> Index:
    return np.concatenate([np.arange(a, b) for a, b in runs]) if len(runs) else np.empty(0, dtype=np.intp)


def _level(height: Array, weight: Array, same_level_m: float) -> float:
    """The height of standing: the mean of the places near the highest (the 90th percentile of the time)."""
    order = np.argsort(height, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    top = height[order][min(int(np.searchsorted(share, 0.9)), len(order) - 1)]
    near = height > top - same_level_m
    return float(np.average(height[near], weights=weight[near]))


class _Lines:
    """Straight lines through each of n edges' neighbours within `reach`."""

    def __init__(self, n: int, reach: int, step_s: float) -> None:
        self.reach = reach
        self.x = (np.arange(n) - (n - 1) / 2) * step_s
        self.count, sum_x, sum_xx = self._around(np.array([np.ones(n), self.x, self.x**2]))
        self.mean_x = sum_x / self.count
        self.var_x = np.maximum(sum_xx - sum_x * self.mean_x, 1e-12)

    def through(self, height: Array) -> tuple[Array, Array, Array]:
        """Mean (m), slope (m/s) and residual standard deviation (m) of each line, (n,) each."""
        total, by_x, square = self._around(np.array([height, self.x * height, height * height]))
        mean = total / self.count
        cov = by_x - self.mean_x * total
        slope = cov / self.var_x
        return mean, slope, np.sqrt(np.maximum(square - total * mean - slope * cov, 0.0) / self.count)

    def _around(self, values: Array) -> Array:
        """Sums over each edge and its neighbours, as many as there are, (k, n)."""
        reach, n = self.reach, values.shape[1]
        total = np.zeros((len(values), n + 2 * reach + 1))
        np.cumsum(values, axis=1, out=total[:, reach + 1 : reach + 1 + n])
        total[:, reach + 1 + n :] = total[:, reach + n, None]
        around: Array = total[:, 2 * reach + 1 :] - total[:, :n]
        return around
