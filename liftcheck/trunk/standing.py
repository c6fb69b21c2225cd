"""Where in a window the wearer was at standing height: calm upright poses, and steps between them."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.steps import Steps, stretches

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
    """How far the wearer is believed to be at standing height, 0 to 1: in each calm pose, at each edge of a step where
    they may be walking, and at the window's end, where they have just come up."""

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
        calm = activity < settings.pose_activity
        self._poses = stretches(calm & upright, max(1, round(settings.shortest_pose_s / step_s)))
        begins, ends = self._poses[:, :1], self._poses[:, 1:]
        length = ends - begins
        # How many of each pose's edges are nearest to each edge of a step, (poses, n + 1).
        within = np.minimum(np.maximum(steps.borders, begins), ends)
        near = within[:, 1:] - within[:, :-1]
        self._mean = near / length
        # A pose is worth so much, however long it is held.
        self._tie = self._mean * np.minimum(length * step_s / settings.pose_evidence_s, 1.0)
        self._walks = np.flatnonzero((upright & ~calm)[steps.at])
        self._lines = _Lines(self._walks, len(steps) + 1, max(2, round(settings.step_window_s / 2 / self._long)))
        self._ends_upright = bool(upright[-1])
        self._seconds = np.concatenate([length[:, 0] * step_s, np.full(len(self._walks), self._long)])

    def all_trusted(self) -> Trust:
        """Before anything is known: every calm pose may be standing; walking and the end wait for a first height."""
        return Trust(np.ones(len(self._poses)), np.zeros(len(self._walks)), 0.0)

    def standing(self, trust: Trust) -> Mask:
        """Where the wearer is in a standing pose, (J+1,)."""
        standing = np.zeros(self._edges, dtype=bool)
        for begin, end in self._poses[trust.poses > 0.5].tolist():
            standing[begin:end] = True
        return standing

    def precision(self, trust: Trust, width: float) -> Array:
        """1/variance of "the height here is that of standing" at each edge of a step, 0 where nothing is said.

        While poses within `width` are still taken for standing, the tie is as loose: a pose on the floor must not be
        drawn up before it is known for one.
        """
        settings = self.settings
        spread = max(settings.pose_height_m, settings.loose_share * width)
        walking = self._long / settings.step_evidence_s / max(settings.step_height_m, spread) ** 2
        precision = np.einsum("p,pj->j", trust.poses, self._tie) / spread**2
        precision[self._walks] += trust.walking * walking
        precision[-1] += trust.end / max(settings.end_height_m, spread) ** 2
        return np.asarray(precision, dtype=np.float64)

    def narrowed(self, height: Array, width: float, *, strict: bool) -> Trust:
        """What to believe now that a height is known, (n+1,), within `width` of standing (Cauchy weights)."""
        settings = self.settings
        poses = np.einsum("pj,j->p", self._mean, height)  # which BLAS would share out among threads
        walked, slope, residual = self._lines.through(height, self._long)
        walks = (residual < settings.step_residual_m) & (np.abs(slope) < settings.step_slope_mps)
        weight = self._seconds.copy()
        weight[len(poses) :] *= walks
        if not weight.any():
            return Trust(poses, np.zeros(len(walks)), 0.0)
        standing = _level(np.concatenate([poses, walked]), weight, settings.same_level_m)
        trust = 1 / (1 + ((poses - standing) / width) ** 2)
        if strict:
            trust[poses < standing - settings.seat_m] = 0.0
        broad = min(max(width, settings.step_distrust_m), settings.unheld_m)
        walking = walks / (1 + ((walked - standing) / broad) ** 2)
        broad = min(max(width, settings.end_height_m), settings.unheld_m)
        end = self._ends_upright / (1 + ((float(height[-1]) - standing) / broad) ** 2)
        return Trust(trust, walking, end)


def _level(height: Array, weight: Array, same_level_m: float) -> float:
    """The height of standing: the mean of the places near the highest (the 90th percentile of the time)."""
    order = height.argsort()
    share = weight[order].cumsum()
    top = height[order[share.searchsorted(0.9 * share[-1])]]
    near = weight * (height > top - same_level_m)
    return float(near @ height / near.sum())


class _Lines:
    """Straight lines through the neighbours within `reach` of some of n edges, `at` (m,)."""

    def __init__(self, at: Index, n: int, reach: int) -> None:
        neighbours = at + np.arange(-reach, reach + 1)[:, None]
        inside = (neighbours >= 0) & (neighbours < n)
        self._at = np.where(inside, neighbours, at)
        self._share = inside / np.add.reduce(inside, axis=0)
        away = self._at - np.add.reduce(self._share * self._at, axis=0)  # from the midst of those that there are
        self._away = np.where(inside, away, 0.0)
        self._rise = self._away / np.maximum(np.add.reduce(self._away**2, axis=0), 1e-12)

    def through(self, height: Array, step_s: float) -> tuple[Array, Array, Array]:
        """Mean (m), slope (m/s) and residual standard deviation (m) of each line, (m,) each. height: (n,)."""
        there = height[self._at]
        mean = np.add.reduce(self._share * there, axis=0)
        rise = np.add.reduce(self._rise * there, axis=0)
        off = there - mean - rise * self._away
        return mean, rise / step_s, np.sqrt(np.add.reduce(self._share * off * off, axis=0))
