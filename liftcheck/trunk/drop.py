"""How far the sensor sank: height by double integration, held together by what standing people do.

Integrating twice is hopeless by itself: an accelerometer offset of 20 mg, ordinary for a consumer part, costs 19 cm in
one bend. But whoever stands calmly has no velocity, and whoever stands stands as high as before. One least-squares
smoother over a window takes both as evidence and solves for velocity, height and the accelerometer's errors at once
(SCIENCE 4.7); it is two to four times better than integrating each lift between its own ends.
"""

from dataclasses import dataclass, field

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.acc_errors import AccErrors, AccErrorSettings
from liftcheck.trunk.banded import ChainLeastSquares, Solution
from liftcheck.trunk.calm import CalmSettings, activity
from liftcheck.trunk.standing import Places, StandingSettings, Trust
from liftcheck.trunk.strapdown import Blocks
from liftcheck.trunk.tilt import Tilt, up_at_edges

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
    pose_velocity_mps: float = (
        0.01  # where no height is held (SCIENCE 4.7, 5): over real bends its doubt is true to size
    )
    pose_reach_s: float = 1.0  # of the poses at both ends, which hold the speed
    unknown_height_m: float = 3.0  # for each second, everywhere
    cut_velocity_mps: float = 0.3  # upright where the window ends
    errors: AccErrorSettings = field(default_factory=AccErrorSettings)
    standing: StandingSettings = field(default_factory=StandingSettings)
    upright_deg: float = 18.0  # a calm pose tilted less than this may be standing
    narrowing_block_s: float = 0.1  # while poses are told apart; against 0.05 s 99 of 100 drops differ by < 1 mm


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
    _solution: Solution | None = None
    _free: "_Free | None" = None

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
        assert self._solution is not None
        return float(np.sqrt(self._solution.variance(2 * edge + 1)))

    def sunk_m(self, a: int, b: int, moves: slice) -> tuple[float, float]:
        """By its movement alone, how far lower the sensor is at edge b than at an edge a before, and one standard
        deviation, both m.

        Calm means no speed, as ever, but no longer standing: a seat that was taken for a stance shows. In `moves` it
        means less than in the poses around: a squat creeps while it seems to be calm.
        """
        assert self._free is not None
        return self._free.sunk_m(a, b, moves)


def smooth_height(
    blocks: Blocks,
    tilt: Tilt,
    stance: Array,
    errors: AccErrors,
    settings: DropSettings,
    calm_settings: CalmSettings,
) -> Heights:
    """Heights over a window of one segment.

    blocks: of about `settings.block_s`; tilt: refined at their edges. stance: (3,) unit, up in sensor axes when
    standing. errors: what is known of the accelerometer before.
    """
    step = blocks.step_s
    lively, turning = activity(blocks.sums.without(tilt.gyr_offset), max(1, round(0.25 / step)), calm_settings)
    up = up_at_edges(blocks, tilt)
    sums = _Sums.of(blocks, tilt, up, stance, settings)

    level = _at_edges(np.maximum(lively, turning))
    still = _still(level, settings.standing_velocity_mps, step, settings)
    upright = (up[0] * stance[0] + up[1] * stance[1] + up[2] * stance[2]) > np.cos(np.radians(settings.upright_deg))
    if upright[-1]:
        still[-1] += settings.cut_velocity_mps**-2.0
    lively_edges = _at_edges(lively)
    places = Places(lively_edges, upright, step, settings.standing)
    trust = _standing_found(sums, still, places, errors, settings)

    solution = sums.problem(still, errors, settings).solve(1, places.precision(trust, NARROWING_M[-1]))
    height = solution.states[0, 1::2]
    return Heights(
        step,
        solution.states[0, ::2],
        height,
        lively_edges,
        places.narrowed(height, NARROWING_M[-1], strict=True).calm > 0.5,
        AccErrors(solution.constants, solution.precision),
        solution,
        _Free(sums, level, settings),
    )


def _still(level: Array, calm_mps: float, step_s: float, settings: DropSettings) -> Array:
    """1/variance of "there is no velocity here" at each edge: within calm_mps up to level 1, beyond it ever looser."""
    moving = settings.standing_velocity_mps * np.exp(3 * np.minimum(level - 1, 10))
    tie = np.where(level < 1, calm_mps, moving)
    return np.asarray(step_s / 0.1 / np.minimum(tie, settings.loosest_velocity_mps) ** 2)


@dataclass(frozen=True, eq=False)
class _Free:
    """A window's sums and how lively it was, (J+1,): what the height between two edges follows from if none is held."""

    sums: "_Sums"
    level: Array
    settings: DropSettings

    def sunk_m(self, a: int, b: int, moves: slice) -> tuple[float, float]:
        """As in Heights.

        The accelerometer's errors count as unknown: what the windows taught of them rests on the very belief that calm
        is standing, and over a movement that ends tilted as it began they hardly matter.
        """
        settings, step = self.settings, self.sums.step_s
        reach = round(settings.pose_reach_s / step)
        low, high = max(0, a - reach), min(len(self.level) - 1, b + reach)
        still = _still(self.level, settings.pose_velocity_mps, step, settings)
        still[moves] = _still(self.level[moves], settings.standing_velocity_mps, step, settings)
        problem = self.sums.part(low, high).problem(still[low : high + 1], AccErrors.unknown(settings.errors), settings)
        held = np.zeros(high - low + 1)
        held[a - low] = 1e6
        solution = problem.solve(1, held)
        height = solution.states[0, 1::2]
        return float(height[a - low] - height[b - low]), float(np.sqrt(solution.variance(2 * (b - low) + 1)))


@dataclass(frozen=True, eq=False)
class _Sums:
    """What each block adds: gained and moved, (8, J), velocity and height of its own, first by the force, then by one
    unit of each of the accelerometer's errors; walk: (J,) the variance of the velocity."""

    step_s: float
    gained: Array
    moved: Array
    walk: Array

    @staticmethod
    def of(blocks: Blocks, tilt: Tilt, up: Array, stance: Array, settings: DropSettings) -> "_Sums":
        """The errors' shares go on the direction of up alone, which a straight line follows over a block.

        The gain is put on gravity alone; on the whole force it would swallow the movement (SCIENCE 4.7, 3).
        """
        step, gravity = blocks.step_s, blocks.gravity_mps2
        x, y, z = middle = (tilt.world[2, :, 1:] + tilt.world[2, :, :-1]) / 2
        gained, moved = np.empty((8, len(blocks))), np.empty((8, len(blocks)))
        gained[0] = np.einsum("aj,aj->j", middle, blocks.gained)
        square = np.einsum("kj,kj->j", blocks.square, np.array([x * x, y * y, z * z, x * y, x * z, y * z]))
        shaking = square - 2 * gravity * gained[0] / step + gravity**2
        gained[0] -= gravity * step
        moved[0] = np.einsum("aj,aj->j", middle, blocks.moved) - gravity * step**2 / 2
        shares = np.concatenate([up - stance[:, None], (up**2 - stance[:, None] ** 2) * GRAVITY_MPS2])
        gained[1:7] = (shares[:, :-1] + shares[:, 1:]) * (step / 2)
        moved[1:7] = (2 * shares[:, :-1] + shares[:, 1:]) * (step**2 / 6)
        gained[7], moved[7] = step, step**2 / 2
        walk = settings.velocity_walk_mps_rts**2 + settings.shaken_walk_rts**2 * np.maximum(shaking, 0.0)
        return _Sums(step, gained, moved, walk * step)

    def part(self, low: int, high: int) -> "_Sums":
        """Of the blocks low..high-1."""
        return _Sums(self.step_s, self.gained[:, low:high], self.moved[:, low:high], self.walk[low:high])

    def joined(self, together: int) -> "_Sums":
        """Of so many blocks taken together; those left over at the end stay out."""
        end = self.gained.shape[1] // together * together
        parts = [slice(k, end, together) for k in range(together)]
        gained, moved, walk = 0.0 * self.gained[:, parts[0]], 0.0 * self.moved[:, parts[0]], 0.0 * self.walk[parts[0]]
        for part in parts:
            moved += self.moved[:, part] + self.step_s * gained
            gained += self.gained[:, part]
            walk += self.walk[part]
        return _Sums(together * self.step_s, gained, moved, walk)

    def problem(self, still: Array, errors: AccErrors, settings: DropSettings) -> ChainLeastSquares:
        """Velocity is the sum of acceleration and height the sum of velocity, but for the accelerometer's errors.

        still: (J+1,) 1/variance of "there is no velocity here".
        """
        step, blocks = self.step_s, len(self.walk)
        problem = ChainLeastSquares(blocks + 1, 2, 3, errors.precision, errors.mean)  # velocity, height at each edge
        height_precision = np.full(blocks, 1 / (settings.height_walk_m**2 * step**3))
        problem.rows([0, 2], [-1.0, 1.0], self.gained[None, 1:], self.gained[:1], 1 / self.walk)
        problem.rows([0, 1, 3], [-step, -1.0, 1.0], self.moved[None, 1:], self.moved[:1], height_precision)
        problem.prior(0, still)
        problem.prior(1, np.full(blocks + 1, step / settings.unknown_height_m**2))
        return problem


def _at_edges(of_blocks: Array) -> Array:
    """The livelier of the two blocks that meet at each edge, (J,) -> (J+1,)."""
    return np.concatenate([of_blocks[:1], np.maximum(of_blocks[1:], of_blocks[:-1]), of_blocks[-1:]])


def _standing_found(sums: _Sums, still: Array, places: Places, errors: AccErrors, settings: DropSettings) -> Trust:
    """Ties calm poses and steps at standing height to 0, those at another level (a seat) left out, by narrowing.

    To tell poses apart coarse blocks do as well: their sums are the same, only fewer.
    """
    together = max(1, round(settings.narrowing_block_s / sums.step_s))
    coarse = sums.joined(together)
    edges, fine = len(coarse.walk) + 1, np.arange(len(still))
    nearest = np.minimum((fine + together // 2) // together, edges - 1)
    problem = coarse.problem(_lumped(nearest, still), errors, settings)
    trust = places.all_trusted()
    for number, width in enumerate(NARROWING_M[:-1]):
        precision = _lumped(nearest, places.precision(trust, width))
        height = problem.solve(1, precision).states[0, 1::2]
        height = np.interp(fine, together * np.arange(edges), height)
        trust = places.narrowed(height, width, strict=number >= 2)
    return trust


def _lumped(nearest: Index, values: Array) -> Array:
    return np.asarray(np.bincount(nearest, values), dtype=np.float64)
