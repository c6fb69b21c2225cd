"""How far the sensor sank: height by double integration, held together by what standing people do.

Integrating twice is hopeless by itself: an accelerometer offset of 20 mg, ordinary for a consumer part, costs 19 cm in
one bend. But whoever stands calmly has no velocity, and whoever stands stands as high as before. One least-squares
smoother over a window takes both as evidence and solves for velocity, height and the accelerometer's errors at once
(SCIENCE 4.7); it is two to four times better than integrating each lift between its own ends.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import solveh_banded

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.acc_errors import AccErrors, AccErrorSettings
from liftcheck.trunk.banded import ChainLeastSquares
from liftcheck.trunk.calm import BlockSums, CalmSettings, activity
from liftcheck.trunk.standing import Places, StandingSettings

Mask = np.typing.NDArray[np.bool_]
Index = np.typing.NDArray[np.intp]


@dataclass(frozen=True)
class DropSettings:
    """The height model's spreads, one standard deviation each, and what counts as standing."""

    block_s: float = 0.05
    velocity_walk_mps_rts: float = 0.014  # m/s for each root of a second; 0.01 to 0.02 give the same figures
    shaken_walk_rts: float = 0.005  # more of it for each m/s² of movement: gain, tilt and sampling errors grow with it
    height_walk_m: float = 0.018  # m for s^1.5 (SCIENCE 4.7)
    standing_velocity_mps: float = 0.02  # sway of 2-5 mm below 1 Hz
    loosest_velocity_mps: float = 2.0  # the tie in the midst of a movement: none
    unknown_height_m: float = 3.0  # for each second, everywhere
    cut_velocity_mps: float = 0.3  # upright where the window ends
    errors: AccErrorSettings = field(default_factory=AccErrorSettings)
    standing: StandingSettings = field(default_factory=StandingSettings)
    upright_deg: float = 18.0  # a calm pose tilted less than this may be standing


# Standing is found by narrowing: metres within which a calm pose or a step is believed to be at its height, by round.
NARROWING_M = (0.5, 0.3, 0.15, 0.08, 0.04, 0.04)


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
    lively_edges = _at_edges(lively)
    places = Places(lively_edges, upright, step, settings.standing)
    return _tie_standing(problem, places, edge, step, lively_edges, settings)


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


def _tie_standing(
    problem: ChainLeastSquares, places: Places, edge: Index, step: float, lively: Array, settings: DropSettings
) -> Heights:
    """Ties calm poses and steps at standing height to 0, those at another level (a seat) left out, by narrowing."""
    band, right = problem.band.copy(), problem.right.copy()
    trust = places.all_trusted()
    for number, width in enumerate(NARROWING_M):
        problem.band, problem.right = band.copy(), right.copy()
        problem.prior(edge + 1, places.precision(trust, width))
        x, constants, covariance = problem.solve()
        trust = places.narrowed(x[edge + 1], width, strict=number >= 2)
    return Heights(
        step,
        x[edge],
        x[edge + 1],
        lively,
        trust.calm > 0.5,
        AccErrors(constants, np.asarray(np.linalg.inv(covariance), dtype=np.float64)),
        problem.band,
        problem.border,
        covariance,
    )
