"""Where up was, looking back: a smoother that knows a trunk goes nowhere for long.

The orientation filter (inclination.py) must guess gravity out of a single accelerometer. A trunk's velocity, though,
stays near zero, the more so when it is calm. Integrating the gyroscope over a window and asking for that velocity
leaves a linear problem in the small tilt errors, the velocities, the gyroscope's offset and the accelerometer's.
Measured on real motion the error inside bends falls to less than half of the filter's (docs/method.md).
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import radians

import numpy as np

from liftcheck import compiled
from liftcheck.samples import Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.banded import ChainLeastSquares
from liftcheck.trunk.steps import Index, Steps
from liftcheck.trunk.strapdown import GAINED, GYR2, SQUARE, TURNED, Blocks


@dataclass(frozen=True)
class TiltSettings:
    """The trunk model's spreads, each one standard deviation. The result is insensitive to all of them within a
    factor of two (tests/benchmarks/accuracy), so they are physical guesses rather than fits."""

    block_s: float = 0.2  # states at this spacing; 0.05 to 0.25 s give the same figures
    calm_velocity_mps: float = 0.05  # horizontal, standing (SCIENCE 3.3)
    lever_m: float = 0.4  # a bending trunk moves as if it turned about the hips (SCIENCE 3.3)
    shake_s: float = 0.1  # m/s of velocity for each m/s² of shaking
    correlation_s: float = 1.0  # velocities this close are one piece of evidence
    start_tilt_deg: float = 3.0  # the filter's error where the window begins
    gyr_walk_deg_rts: float = 0.05  # deg for each root of a second
    acc_walk_mps_rts: float = 0.02  # m/s for each root of a second
    gyr_offset_deg_s: float = 0.5  # what is left after the rests have been used
    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet

    @cached_property
    def constants(self) -> Array:
        """The inverse covariance of both offsets, (6, 6)."""
        return np.diag(np.repeat([np.radians(self.gyr_offset_deg_s), self.acc_offset_mps2], 3) ** -2.0)


@dataclass(frozen=True, eq=False)
class Tilt:
    """The refined orientation over a window: world, (3, 3, n+1) at the edges of steps, turns the gyroscope's own frame
    (strapdown.py) into a level one; that turns by heading, (n+1,) rad, less than it seems. gyr_offset, (3,) in rad/s,
    is on top of what had been subtracted. Where up was at the blocks' edges, (3, J+1): vertical in the gyroscope's
    frame, up in sensor axes."""

    steps: Steps
    world: Array
    heading: Array
    gyr_offset: Array
    vertical: Array
    up: Array


def smooth_tilt(blocks: Blocks, filtered: Array, settings: TiltSettings) -> Tilt:
    """Refines the tilt over a window of one segment.

    filtered: (J+1, 4) what the orientation filter said at the blocks' edges: a few degrees off, near enough to be
    corrected by what is linear in small angles.
    """
    steps = Steps.of(len(blocks), settings.block_s / blocks.step_s)
    if compiled.LIBRARY is not None:
        return Tilt(steps, *compiled.tilt(blocks.for_library(steps.together), filtered, settings, settings.constants))
    believed = quaternions.rows(filtered[steps.at]).reshape(3, 3, -1)
    frame = blocks.rotation[:, steps.at].reshape(3, 3, -1)
    believed = np.einsum("abk,cbk->ack", believed, frame)
    (x, y, heading), offset = _linearised(StepSums.of(blocks, steps), believed, settings)
    world = _turned(believed, x, y)
    vertical, rotation = steps.between(world[2]), blocks.rotation
    up = rotation[:3] * vertical[0] + rotation[3:6] * vertical[1] + rotation[6:] * vertical[2]
    return Tilt(steps, world, heading, offset, vertical, up)


@dataclass(frozen=True, eq=False)
class StepSums:
    """Steps, n of them: turned (3, 3, n) and gained (3, n) integrals as in strapdown.py; rate2 (n,), the mean square
    rate; square (6, n), the means of the products of the force with itself."""

    step_s: float
    gravity_mps2: float
    turned: Array
    gained: Array
    rate2: Array
    square: Array

    @staticmethod
    def of(blocks: Blocks, steps: Steps) -> "StepSums":
        """The blocks' sums taken together."""
        integrals = steps.total(blocks.rows[TURNED.start : GAINED.stop])
        return StepSums(
            steps.together * blocks.step_s,
            blocks.gravity_mps2,
            integrals[:9].reshape(3, 3, -1),
            integrals[9:],
            steps.total(blocks.rows[GYR2]) / (steps.together * blocks.count),
            steps.total(blocks.rows[SQUARE]) / steps.together,
        )


def _turned(world: Array, x: Array, y: Array) -> Array:
    """The world (3, 3, n+1) turned by a tilt about x and y, (n+1,) rad."""
    square = x * x + y * y
    sine = 1 - square * (1 / 6 - square / 120)  # of the angle, by the angle; 1e-7 off at twenty degrees
    versed = 0.5 - square * (1 / 24 - square / 720)  # 1 less its cosine, by its square
    across = y * world[0] - x * world[1]
    lifted, out = sine * world[2] - versed * across, np.empty(world.shape)
    out[0], out[1] = world[0] + y * lifted, world[1] - x * lifted
    out[2] = (1 - versed * square) * world[2] - sine * across
    return out


def _linearised(sums: StepSums, world: Array, settings: TiltSettings) -> tuple[Array, Array]:
    """The correction at the edges, (3, J+1) rad in the world, and the gyroscope's offset, (3,) rad/s.

    world: (3, 3, J+1), what is believed.
    """
    step, count = sums.step_s, world.shape[2] - 1
    middle = (world[:, :, 1:] + world[:, :, :-1]) / 2
    gained = np.einsum("abj,bj->aj", middle, sums.gained)
    turned = np.einsum("abj,bcj->acj", middle, sums.turned)
    # By how much the believed world turns within each step beyond what the gyroscope says.
    ahead = np.einsum("abj,cbj->acj", world[:, :, 1:], world[:, :, :-1])
    wander = (ahead - ahead.swapaxes(0, 1)) / 2  # a cross product: about x in [2, 1], about y in [0, 2], z in [1, 0]
    force2 = sums.square[0] + sums.square[1] + sums.square[2]
    shake2 = np.maximum(force2 - 2 * sums.gravity_mps2 * gained[2] / step + sums.gravity_mps2**2, 0.0)

    # Each edge has a tilt and a velocity. The tilt about y drives the velocity along x, with the opposite sign of the
    # tilt about x and the velocity along y: but for that sign the two chains have the same matrix.
    problem = ChainLeastSquares(count + 1, 2, 3, settings.constants, chains=2)
    lively = _around(settings.lever_m**2 * sums.rate2 + settings.shake_s**2 * shake2, step)
    variance = (settings.calm_velocity_mps**2 + lively) * max(1.0, settings.correlation_s / step)
    problem.prior(1, 1 / variance)
    problem.prior(0, radians(settings.start_tilt_deg) ** -2.0, first=1)

    tilts, velocities = np.zeros((7, 2, count)), np.zeros((7, 2, count))  # value, gyroscope's and accelerometer's part
    tilts[0], tilts[1:4, 0], tilts[1:4, 1] = (wander[0, 2], wander[1, 2]), -turned[1], turned[0]
    velocities[0], velocities[4:] = gained[:2], turned[:2].swapaxes(0, 1)
    lift = gained[2] / 2  # a tilt error turns the vertical force into a horizontal one
    problem.rows([0, 2], [-1.0, 1.0], tilts, 1 / (radians(settings.gyr_walk_deg_rts) ** 2 * step))
    problem.rows([0, 2, 1, 3], [lift, lift, -1.0, 1.0], velocities, 1 / (settings.acc_walk_mps_rts**2 * step))
    solution = problem.solve()
    offset = solution.constants[:3]
    correction = np.zeros((3, count + 1))
    correction[0], correction[1] = solution.states[1, ::2], -solution.states[0, ::2]
    np.cumsum(wander[0, 1] - offset @ turned[2], out=correction[2, 1:])
    return correction, offset


def _around(of_steps: Array, step: float, reach_s: float = 0.25) -> Array:
    """At each edge the mean over the steps within `reach_s`, (J,) -> (J+1,)."""
    low, high, share = _within(len(of_steps), max(1, round(reach_s / step)))
    total = np.zeros(len(of_steps) + 1)
    np.cumsum(of_steps, out=total[1:])
    mean: Array = (total[high] - total[low]) * share
    return mean


@lru_cache(maxsize=16)
def _within(n: int, reach: int) -> tuple[Index, Index, Array]:
    """The first and past-the-last of n steps within `reach` of each edge, and the share that each of them has."""
    edge = np.arange(n + 1)
    low, high = np.maximum(edge - reach, 0), np.minimum(edge + reach, n)
    return low, high, 1.0 / (high - low)
