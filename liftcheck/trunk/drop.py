"""How far the sensor sank: height by double integration, held together by what standing people do.

Integrating twice is hopeless by itself: an accelerometer offset of 20 mg, ordinary for a consumer part, costs 19 cm in
one bend. But whoever stands calmly has no velocity, and whoever stands stands as high as before. One least-squares
smoother over a window takes both as evidence and solves for velocity, height and the accelerometer's errors at once
(SCIENCE 4.7); it is two to four times better than integrating each lift between its own ends.
"""

from dataclasses import dataclass, field
from math import cos, radians, sqrt

import numpy as np

from liftcheck import compiled
from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.acc_errors import AccErrors, AccErrorSettings
from liftcheck.trunk.banded import ChainLeastSquares, Solution
from liftcheck.trunk.calm import CalmSettings, activity
from liftcheck.trunk.standing import Places, StandingSettings
from liftcheck.trunk.steps import Steps
from liftcheck.trunk.strapdown import GAINED, MOVED, SQUARE, Blocks
from liftcheck.trunk.tilt import Tilt

Mask = np.typing.NDArray[np.bool_]


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


# Standing is found by narrowing: metres within which a calm pose or a step is believed to be at its height, by round.
NARROWING_M = (0.5, 0.2, 0.08, 0.04, 0.04)


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
    _doubts: dict[int, float] = field(default_factory=dict)  # at the edges that were asked for

    def error_m(self, edge: int) -> float:
        """The smoother's own doubt of the height at one edge, one standard deviation."""
        assert self._solution is not None
        assert self._free is not None
        at = int(self._free.sums.steps.nearest[edge])
        if at not in self._doubts:
            self._doubts[at] = sqrt(self._solution.variance(2 * at + 1))
        return self._doubts[at]

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

    blocks: of about `settings.block_s`; tilt: refined, the unknowns are at its steps: between them the blocks' sums say
    enough. stance: (3,) unit, up when standing. errors: what is known of the accelerometer before.
    """
    if compiled.LIBRARY is not None:
        return _by_library(blocks, tilt, stance, errors, settings, calm_settings)
    step, up = blocks.step_s, tilt.up
    lively, turning = activity(blocks.sums, max(1, round(0.25 / step)), calm_settings, tilt.gyr_offset)
    own = _own(blocks, tilt)
    sums = _Sums.of(blocks, tilt, own, stance, settings)

    level = _at_edges(np.maximum(lively, turning))
    still = _still(level, settings.standing_velocity_mps, step, settings)
    upright = stance @ up > cos(radians(settings.upright_deg))
    if upright[-1]:
        still[-1] += settings.cut_velocity_mps**-2.0
    problem = sums.problem(tilt.steps.lumped(still), errors, settings)

    lively_edges = _at_edges(lively)
    places = Places(lively_edges, upright, step, tilt.steps, settings.standing)
    trust = places.all_trusted()
    for number, width in enumerate(NARROWING_M):
        solution = problem.solve(1, places.precision(trust, width))
        trust = places.narrowed(solution.states[0, 1::2], width, strict=number >= 1)
    velocity, height = _at_blocks(own, step, tilt, stance, solution)
    learnt, free = AccErrors(solution.constants, solution.precision), _Free(sums, level, settings, errors)
    return Heights(step, velocity, height, lively_edges, places.standing(trust), learnt, solution, free)


def _by_library(
    blocks: Blocks, tilt: Tilt, stance: Array, errors: AccErrors, settings: DropSettings, calm_settings: CalmSettings
) -> Heights:
    """The same, compiled."""
    of_edges, standing, sides, answer = compiled.heights(
        blocks.for_library(tilt.steps.together),
        (settings, settings.standing, calm_settings),
        NARROWING_M,
        (tilt.vertical, tilt.up, tilt.world[2], tilt.gyr_offset),
        stance,
        (errors.mean, errors.precision),
    )
    (velocity, height, lively, level), solution = of_edges, Solution(*answer)
    learnt = AccErrors(solution.constants, solution.precision)
    free = _Free(_Sums(blocks.step_s, tilt.steps, *sides), level, settings, errors)
    return Heights(blocks.step_s, velocity, height, lively, standing, learnt, solution, free)


def _still(level: Array, calm_mps: Array | float, step_s: float, settings: DropSettings) -> Array:
    """1/variance of "there is no velocity here" at each edge: within calm_mps up to level 1, beyond it ever looser."""
    moving = np.minimum(
        settings.standing_velocity_mps * np.exp(3 * np.minimum(level - 1, 10)), settings.loosest_velocity_mps
    )
    return np.asarray(step_s / 0.1 / np.where(level < 1, calm_mps, moving) ** 2)


@dataclass(frozen=True, eq=False)
class _Free:
    """What the height between two edges follows from if none is held: a window's sums, how lively it was, (J+1,), and
    what was known of the accelerometer before."""

    sums: "_Sums"
    level: Array
    settings: DropSettings
    errors: AccErrors

    def sunk_m(self, a: int, b: int, moves: slice) -> tuple[float, float]:
        """As in Heights."""
        settings, step, steps = self.settings, self.sums.step_s, self.sums.steps
        reach = round(settings.pose_reach_s / step)
        around = slice(max(0, a - reach), min(len(self.level) - 1, b + reach) + 1)
        calm, still = np.full(len(self.level), settings.pose_velocity_mps), np.zeros(len(self.level))
        calm[moves] = settings.standing_velocity_mps
        still[around] = _still(self.level[around], calm[around], step, settings)
        low, at_a, at_b, high = steps.nearest[[around.start, a, b, around.stop - 1]].tolist()
        still = steps.lumped(still)[low : high + 1]
        held = np.zeros(len(still))
        held[at_a - low] = 1e6
        solution = self.sums.solved(still, held, self.errors, settings, slice(low, high))
        height = solution.states[0, 1::2]
        error_m = sqrt(solution.variance(2 * (at_b - low) + 1))
        return float(height[at_a - low] - height[at_b - low]), error_m


@dataclass(frozen=True, eq=False)
class _Sums:
    """What a window's steps add up to, without the accelerometer's errors, and what each of them adds.

    sides_gained, sides_moved: (8, n) each step's velocity and height of its own, first by the force, then by one unit
    of each error. walk: (n,) the variance of the velocity.
    """

    step_s: float
    steps: Steps
    sides_gained: Array
    sides_moved: Array
    walk: Array

    @staticmethod
    def of(blocks: Blocks, tilt: Tilt, own: tuple[Array, Array], stance: Array, settings: DropSettings) -> "_Sums":
        """own: what the blocks gain of their own.

        The errors' shares go on the direction of up alone, which a straight line follows over a step. The gain is put
        on gravity alone; on the whole force it would swallow the movement (SCIENCE 4.7, 3).
        """
        step, gravity, steps, (gained, moved) = blocks.step_s, blocks.gravity_mps2, tilt.steps, own
        long, edge = step * steps.together, tilt.world[2]
        (x, y, z), (xx, yy, zz, xy, xz, yz) = (edge[:, 1:] + edge[:, :-1]) / 2, steps.total(blocks.rows[SQUARE])
        of_gained, of_moved = np.empty((8, len(steps))), np.empty((8, len(steps)))
        of_gained[0] = steps.total(gained)
        of_moved[0] = steps.total(moved + (steps.blocks_after * step) * gained)
        force2 = (x * (xx * x + xy * y + xz * z) + y * (yy * y + yz * z) + zz * z * z) / steps.together
        shaking = np.maximum(force2 - 2 * gravity * of_gained[0] / long - gravity**2, 0.0)  # without gravity, squared
        few, stood = tilt.up[:, steps.at], stance[:, None]
        shares = np.concatenate([few - stood, (few**2 - stood**2) * GRAVITY_MPS2])
        of_gained[1:7] = (shares[:, :-1] + shares[:, 1:]) * (long / 2)
        of_moved[1:7] = (2 * shares[:, :-1] + shares[:, 1:]) * (long**2 / 6)
        of_gained[7], of_moved[7] = long, long**2 / 2
        walk = (settings.velocity_walk_mps_rts**2 + settings.shaken_walk_rts**2 * shaking) * long
        return _Sums(step, steps, of_gained, of_moved, walk)

    def problem(
        self, still: Array, errors: AccErrors, settings: DropSettings, part: slice = slice(None)
    ) -> ChainLeastSquares:
        """Velocity is the sum of acceleration and height the sum of velocity, but for the accelerometer's errors.

        still: (n+1,) 1/variance of "there is no velocity here". part: which steps.
        """
        step, edges = self.step_s * self.steps.together, len(still)
        problem = ChainLeastSquares(edges, 2, 3, errors.precision, errors.mean)  # velocity, height at each edge
        problem.rows([0, 2], [-1.0, 1.0], self.sides_gained[:, None, part], 1 / self.walk[part])
        sure = 1 / (settings.height_walk_m**2 * step**3)
        problem.rows([0, 1, 3], [-step, -1.0, 1.0], self.sides_moved[:, None, part], sure)
        problem.prior(0, still)
        problem.prior(1, step / settings.unknown_height_m**2)
        return problem

    def solved(self, still: Array, held: Array, errors: AccErrors, settings: DropSettings, part: slice) -> Solution:
        """The solution where the heights at the edges of some steps are held so precisely, (n+1,)."""
        if compiled.LIBRARY is None:
            return self.problem(still, errors, settings, part).solve(1, held)
        sides = self.sides_gained[:, part], self.sides_moved[:, part], self.walk[part]
        long, known = self.step_s * self.steps.together, (errors.mean, errors.precision)
        return Solution(*compiled.solve_held(settings, long, sides, still, held, known))


def _own(blocks: Blocks, tilt: Tilt) -> tuple[Array, Array]:
    """The velocity and the height that each block gains of its own, (J,) and (J,)."""
    step, gravity = blocks.step_s, blocks.gravity_mps2
    twice = tilt.vertical[:, 1:] + tilt.vertical[:, :-1]
    gained = np.einsum("aj,aj->j", twice, blocks.rows[GAINED]) / 2 - gravity * step
    moved = np.einsum("aj,aj->j", twice, blocks.rows[MOVED]) / 2 - gravity * step**2 / 2
    return gained, moved


def _at_blocks(
    own: tuple[Array, Array], step: float, tilt: Tilt, stance: Array, solution: Solution
) -> tuple[Array, Array]:
    """Velocity and height at the edges of blocks, (J+1,): their own sums, led through the solution's states."""
    steps, up, (gained, moved) = tilt.steps, tilt.up, own
    offset, gain, gravity = solution.constants[:3], solution.constants[3:6] * GRAVITY_MPS2, solution.constants[6]
    error = offset @ up + gain @ up**2 + (gravity - offset @ stance - gain @ stance**2)
    velocity, height = np.zeros(len(error)), np.zeros(len(error))
    np.cumsum(gained - (error[:-1] + error[1:]) * (step / 2), out=velocity[1:])
    moved = moved - (2 * error[:-1] + error[1:]) * (step**2 / 6)
    np.cumsum(velocity[:-1] * step + moved, out=height[1:])
    off = solution.states[0].reshape(-1, 2).T - np.array([velocity, height])[:, steps.at]
    off_velocity, off_height = steps.between(off)
    return velocity + off_velocity, height + off_height


def _at_edges(of_blocks: Array) -> Array:
    """The livelier of the two blocks that meet at each edge, (J,) -> (J+1,)."""
    out = np.empty(len(of_blocks) + 1)
    out[0], out[-1] = of_blocks[0], of_blocks[-1]
    np.maximum(of_blocks[1:], of_blocks[:-1], out=out[1:-1])
    return out
