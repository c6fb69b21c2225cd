"""How far the sensor sank: height by double integration, held together by what standing people do.

Integrating twice is hopeless by itself: an accelerometer offset of 20 mg, ordinary for a consumer part, costs 19 cm in
one bend. But whoever stands calmly has no velocity, and whoever stands stands as high as before. One least-squares
smoother over a window takes both as evidence and solves for velocity, height and the accelerometer's errors at once
(SCIENCE 4.7); it is two to four times better than integrating each lift between its own ends.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.banded import ChainLeastSquares
from liftcheck.trunk.calm import BlockSums, CalmSettings, activity

Mask = np.typing.NDArray[np.bool_]
Index = np.typing.NDArray[np.intp]


@dataclass(frozen=True)
class DropSettings:
    """The height model's spreads, one standard deviation each, and what counts as standing."""

    block_s: float = 0.05
    velocity_walk_mps_rts: float = 0.02  # m/s for each root of a second (SCIENCE 4.7: 0.03)
    shaken_walk_rts: float = 0.005  # more of it for each m/s² of movement: gain, tilt and sampling errors grow with it
    height_walk_m: float = 0.018  # m for s^1.5 (SCIENCE 4.7)
    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet
    acc_gain: float = 0.02  # per axis, likewise
    gravity_mps2: float = 0.05  # what the rests leave of it
    learnt_offset_mps2: float = 0.03  # what a learnt offset is worth: 0.3 mg a degree of temperature (SCIENCE 8)
    learnt_gain: float = 0.003
    standing_velocity_mps: float = 0.02  # sway of 2-5 mm below 1 Hz
    loosest_velocity_mps: float = 2.0  # the tie in the midst of a movement: none
    standing_height_m: float = 0.02  # standing is as high as standing was, give or take
    outlier_m: float = 0.04  # a calm pose this far from standing starts to be another pose (Cauchy)
    same_level_m: float = 0.12  # calm poses this close to the highest are standing
    unknown_height_m: float = 3.0  # for each second, everywhere
    cut_height_m: float = 0.05  # upright where the window ends
    cut_velocity_mps: float = 0.3
    upright_deg: float = 18.0  # a calm pose tilted less than this may be standing
    shortest_pose_s: float = 0.2


# Standing poses are found by narrowing: metres within which a calm pose is believed to be standing, round by round.
MOST_WINDOWS = 200  # remembered for the median
NARROWING_M = (0.5, 0.3, 0.15, 0.08, 0.04, 0.04)


@dataclass(frozen=True, eq=False)
class AccErrors:
    """What is known of the accelerometer's errors: offset (3, m/s²), gain per axis (3) and gravity (m/s²).

    mean: (7,). precision: (7, 7), the inverse of the covariance.
    """

    mean: Array
    precision: Array

    @staticmethod
    def unknown(settings: DropSettings) -> "AccErrors":
        """A consumer part out of the box."""
        sd = np.repeat([settings.acc_offset_mps2, settings.acc_gain, settings.gravity_mps2], [3, 3, 1])
        return AccErrors(np.zeros(7), np.diag(sd**-2.0))

    @staticmethod
    def known(offset: Array, gain: Array, settings: DropSettings) -> "AccErrors":
        """A part whose offset (3,) and gain (3,) were learnt before, perhaps at another temperature."""
        sd = np.repeat([settings.learnt_offset_mps2, settings.learnt_gain, settings.gravity_mps2], [3, 3, 1])
        return AccErrors(np.concatenate([offset, gain, [0.0]]), np.diag(sd**-2.0))


@dataclass(frozen=True, eq=False)
class Heights:
    """Height over a window at the edges of blocks of `step_s`, up positive, standing 0, and how calm it was there.

    velocity_mps, height_m, activity: (J+1,). standing: (J+1,) where a standing pose tied the height. errors: what the
    window taught about the accelerometer.
    """

    step_s: float
    velocity_mps: Array
    height_m: Array
    activity: Array
    standing: Mask
    errors: AccErrors
    _band: Array
    _border: Array
    _covariance: Array

    def at(self, since_start_s: Array) -> Array:
        """The height between the edges, (n,) s -> (n,) m, with the velocity at the edges kept (cubic Hermite)."""
        edge = np.clip((since_start_s / self.step_s).astype(int), 0, len(self.height_m) - 2)
        u = since_start_s / self.step_s - edge
        p, v = self.height_m, self.velocity_mps * self.step_s
        between: Array = (
            (2 * u**3 - 3 * u**2 + 1) * p[edge]
            + (u**3 - 2 * u**2 + u) * v[edge]
            + (3 * u**2 - 2 * u**3) * p[edge + 1]
            + (u**3 - u**2) * v[edge + 1]
        )
        return between

    def error_m(self, edge: int) -> float:
        """The smoother's own doubt of the height at one edge, one standard deviation."""
        unit = np.zeros(self._band.shape[1])
        unit[2 * edge + 1] = 1.0
        column = solveh_banded(self._band, unit, lower=True, check_finite=False)
        leak = self._border.T @ column
        return float(np.sqrt(column[2 * edge + 1] + leak @ self._covariance @ leak))


def smooth_height(
    acc: Array,
    gyr: Array,
    up: Array,
    rate_hz: float,
    stance: Array,
    errors: AccErrors,
    settings: DropSettings,
    calm_settings: CalmSettings,
) -> Heights:
    """Heights over a window of one segment.

    acc, gyr, up: (n, 3), m/s², rad/s and the refined direction of up, in sensor axes. stance: (3,) unit, up in sensor
    axes when standing. errors: what is known of the accelerometer before. Only whole blocks are used.
    """
    block = max(1, round(settings.block_s * rate_hz))
    step = block / rate_hz
    blocks = (len(acc) - 1) // block
    used = blocks * block
    lively, turning = activity(
        BlockSums.of(acc[1 : used + 1], gyr[1 : used + 1], block), max(1, round(0.25 / step)), calm_settings
    )
    problem = ChainLeastSquares(2 * (blocks + 1), 3, errors.precision, errors.mean)  # velocity, height at each edge
    _add_dynamics(problem, acc, up, rate_hz, stance, block, settings)

    edge = 2 * np.arange(blocks + 1)
    level = _at_edges(np.maximum(lively, turning))
    tie = settings.standing_velocity_mps * np.where(level < 1, 1.0, np.exp(3 * np.minimum(level - 1, 10)))
    tie = np.minimum(tie, settings.loosest_velocity_mps)
    problem.prior(edge, step / 0.1 / tie**2)
    problem.prior(edge + 1, np.full(blocks + 1, step / settings.unknown_height_m**2))
    cosine = np.clip(up[: used + 1 : block] @ stance, -1.0, 1.0)
    upright = cosine > np.cos(np.radians(settings.upright_deg))
    if upright[-1]:
        problem.prior(edge[-1:], np.full(1, settings.cut_velocity_mps**-2.0))
        problem.prior(edge[-1:] + 1, np.full(1, settings.cut_height_m**-2.0))
    lively_edges = _at_edges(lively)
    poses = _poses((lively_edges < 1.5) & upright, max(1, round(settings.shortest_pose_s / step)))
    return _tie_standing(problem, poses, edge, step, lively_edges, settings)


def _add_dynamics(
    problem: ChainLeastSquares, acc: Array, up: Array, rate_hz: float, stance: Array, block: int, settings: DropSettings
) -> None:
    """Velocity is the sum of acceleration and height the sum of velocity, but for the accelerometer's errors.

    The gain is put on gravity alone; on the whole force it would swallow the movement (SCIENCE 4.7, 3).
    """
    blocks = (len(acc) - 1) // block
    used = blocks * block
    step = block / rate_hz
    rows = np.empty((used + 1, 8))
    rows[:, 0] = np.einsum("ij,ij->i", up[: used + 1], acc[: used + 1]) - GRAVITY_MPS2
    rows[:, 1:4] = up[: used + 1] - stance
    rows[:, 4:7] = (up[: used + 1] ** 2 - stance**2) * GRAVITY_MPS2
    rows[:, 7] = 1.0
    mean = ((rows[1:] + rows[:-1]) / 2).reshape(blocks, block, 8)
    gained = np.einsum("jbk->jk", mean) / rate_hz
    left = (block - np.arange(block) - 0.5) / rate_hz**2
    moved = np.einsum("jbk,b->jk", mean, left)
    before = 2 * np.arange(blocks)
    shaking = np.einsum("jb,jb->j", mean[:, :, 0], mean[:, :, 0]) / block
    walk = settings.velocity_walk_mps_rts**2 + settings.shaken_walk_rts**2 * shaking
    velocity_precision = 1 / (walk * step)
    height_precision = np.full(blocks, 1 / (settings.height_walk_m**2 * step**3))
    problem.rows([before, before + 2], [-1.0, 1.0], gained[:, 1:], gained[:, 0], velocity_precision)
    problem.rows([before, before + 1, before + 3], [-step, -1.0, 1.0], moved[:, 1:], moved[:, 0], height_precision)


def _at_edges(of_blocks: Array) -> Array:
    """The livelier of the two blocks that meet at each edge, (J,) -> (J+1,)."""
    return np.concatenate([of_blocks[:1], np.maximum(of_blocks[1:], of_blocks[:-1]), of_blocks[-1:]])


def _poses(calm: Mask, shortest: int) -> Index:
    """Stretches of calm, as (k, 2) first and past-the-last edges."""
    change = np.diff(np.concatenate([[0], calm.astype(np.int8), [0]]))
    stretches = np.column_stack([np.flatnonzero(change == 1), np.flatnonzero(change == -1)])
    long: Index = stretches[stretches[:, 1] - stretches[:, 0] >= shortest]
    return long


def _tie_standing(
    problem: ChainLeastSquares, poses: Index, edge: Index, step: float, lively: Array, settings: DropSettings
) -> Heights:
    """Ties calm upright poses to height 0, those that turn out to be another level (a seat) left out, by narrowing."""
    length = poses[:, 1] - poses[:, 0]
    seconds: Array = length * np.float64(step)
    tied = np.concatenate([np.arange(a, b) for a, b in poses]) if len(poses) else np.empty(0, dtype=int)
    of_pose = np.repeat(np.arange(len(poses)), length)
    band, right = problem.band.copy(), problem.right.copy()
    trust = np.ones(len(poses))
    for number, width in enumerate(NARROWING_M):
        spread = settings.standing_height_m if number else 0.3
        # A pose is one piece of evidence however long it is held.
        precision = (trust * np.minimum(1.0, 0.2 / seconds) * step / 0.2)[of_pose] / spread**2
        problem.band, problem.right = band.copy(), right
        problem.prior(edge[tied] + 1, precision)
        x, constants, covariance = problem.solve()
        if len(poses):
            total: Array = np.add.reduceat(x[edge[tied] + 1], np.concatenate([[0], np.cumsum(length)[:-1]]))
            height = np.asarray(total / length, dtype=np.float64)
            standing = _standing_level(height, seconds, settings.same_level_m)
            trust = 1 / (1 + ((height - standing) / width) ** 2)
            if number >= 2:
                trust = np.where(height < standing - 0.2, 0.0, trust)
    standing_edges = np.zeros(len(edge), dtype=bool)
    standing_edges[tied[trust[of_pose] > 0.5]] = True
    return Heights(
        step,
        x[edge],
        x[edge + 1],
        lively,
        standing_edges,
        AccErrors(constants, np.asarray(np.linalg.inv(covariance), dtype=np.float64)),
        problem.band,
        problem.border,
        covariance,
    )


def _standing_level(height: Array, seconds: Array, same_level_m: float) -> float:
    """The height of standing: the mean of the calm poses near the highest (the 90th percentile of calm time)."""
    order = np.argsort(height)
    share = np.cumsum(seconds[order]) / seconds.sum()
    top = height[order][np.searchsorted(share, 0.9)]
    near = height > top - same_level_m
    return float(np.average(height[near], weights=seconds[near]))


class ErrorMemory:
    """Remembers what window after window taught about the accelerometer, for a calibration to carry on.

    given: what a calibration or a first pass said; without it each window starts from an unknown part, since windows
    overlap and one spoilt by jumps must not spoil the next.
    """

    def __init__(self, settings: DropSettings) -> None:
        self.settings = settings
        self.given: AccErrors | None = None
        self._means: list[Array] = []
        self._weights: list[Array] = []

    def before(self) -> AccErrors:
        """What to believe before a window."""
        return self.given or AccErrors.unknown(self.settings)

    def add(self, found: AccErrors) -> None:
        """What one more window found."""
        prior = 1 / np.diag(self.before().precision)
        self._means.append(found.mean)
        self._weights.append(np.maximum(1 - np.diag(np.linalg.inv(found.precision)) / prior, 0.0))
        del self._means[:-MOST_WINDOWS], self._weights[:-MOST_WINDOWS]

    def learnt(self) -> tuple[Array, Array] | None:
        """Offset (3,) and gain (3,): the median over the windows, each by how much it knew; None before any."""
        if not self._means:
            return None
        means, weights = np.array(self._means), np.array(self._weights)
        middle = np.empty(6)
        for k in range(6):
            order = np.argsort(means[:, k])
            share = np.cumsum(weights[order, k])
            middle[k] = means[order[np.searchsorted(share, share[-1] / 2)], k] if share[-1] > 0 else 0.0
        return middle[:3], middle[3:]
