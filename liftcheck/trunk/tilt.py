"""Where up was, looking back: a smoother that knows a trunk goes nowhere for long.

The orientation filter (inclination.py) must guess gravity out of a single accelerometer. A trunk's velocity, though,
stays near zero, the more so when it is calm. Integrating the gyroscope over a window and asking for that velocity
leaves a linear problem in the small tilt errors, the velocities, the gyroscope's offset and the accelerometer's.
Measured on real motion the error inside bends falls to less than half of the filter's (docs/method.md).
"""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.banded import ChainLeastSquares
from liftcheck.trunk.strapdown import Blocks


@dataclass(frozen=True)
class TiltSettings:
    """The trunk model's spreads, each one standard deviation. The result is insensitive to all of them within a
    factor of two (tests/benchmarks/accuracy), so they are physical guesses rather than fits."""

    block_s: float = 0.2  # states at this spacing; 0.05 to 0.25 s give the same figures
    rounds: int = 2  # linearisations at most; a third changes nothing
    calm_velocity_mps: float = 0.05  # horizontal, standing (SCIENCE 3.3)
    lever_m: float = 0.4  # a bending trunk moves as if it turned about the hips (SCIENCE 3.3)
    shake_s: float = 0.1  # m/s of velocity for each m/s² of shaking
    correlation_s: float = 1.0  # velocities this close are one piece of evidence
    start_tilt_deg: float = 3.0  # the filter's error where the window begins
    gyr_walk_deg_rts: float = 0.05  # deg for each root of a second
    acc_walk_mps_rts: float = 0.02  # m/s for each root of a second
    gyr_offset_deg_s: float = 0.5  # what is left after the rests have been used
    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet
    small_deg: float = 0.5  # a correction this small leaves less than 0.01 deg to the next round


@dataclass(frozen=True, eq=False)
class Tilt:
    """The refined orientation over a window: world, (3, 3, J+1) at the blocks' edges, turns the gyroscope's own frame
    (strapdown.py) into a level one; gyr_offset, (3,) in rad/s, is on top of what had been subtracted."""

    world: Array
    gyr_offset: Array


def smooth_tilt(blocks: Blocks, start: Array, settings: TiltSettings) -> Tilt:
    """Refines the tilt over a window of one segment. start: (4,) the filter's orientation at the first sample.

    Blocks are taken together to about `settings.block_s`; those left over at the end keep the correction before them.
    """
    together = max(1, min(round(settings.block_s / blocks.step_s), len(blocks)))
    states = len(blocks) // together
    steps = _Steps.of(blocks, together, states)
    begin = quaternions.matrix(start) @ blocks.rotation[:, 0].reshape(3, 3).T
    world = np.repeat(begin[:, :, None], states + 1, axis=2)
    wandered, offset = np.zeros((2, states)), np.zeros(3)
    for _ in range(settings.rounds):
        correction, change, wandered = _linearised(steps, world, wandered, offset, settings)
        world = np.einsum("kab,bck->ack", _turn(correction), world)
        offset = offset + change
        if np.abs(correction[:2]).max() < np.radians(settings.small_deg):
            break
    fine = np.repeat(world[:, :, -1:], len(blocks) + 1, axis=2)
    for k in range(together):
        share = k / together
        fine[:, :, k : states * together : together] = world[:, :, :-1] * (1 - share) + world[:, :, 1:] * share
    return Tilt(fine, offset)


def up_at_edges(blocks: Blocks, tilt: Tilt) -> Array:
    """Where up was in sensor axes at the blocks' edges, (3, J+1)."""
    rotation = blocks.rotation.reshape(3, 3, -1)
    up: Array = np.einsum("abj,aj->bj", rotation, tilt.world[2])
    return up


@dataclass(frozen=True, eq=False)
class _Steps:
    """Blocks taken together, J of them: as in Blocks; rate the sum of gyr (3, J), rate2 and force2 mean squares."""

    step_s: float
    gravity_mps2: float
    turned: Array
    gained: Array
    rate: Array
    rate2: Array
    force2: Array

    @staticmethod
    def of(blocks: Blocks, together: int, states: int) -> "_Steps":
        def joined(values: Array) -> Array:
            part = values[..., : states * together]
            total = part[..., ::together].copy()
            for k in range(1, together):
                total += part[..., k::together]
            return total

        samples = together * blocks.count
        return _Steps(
            together * blocks.step_s,
            blocks.gravity_mps2,
            joined(blocks.turned).reshape(3, 3, -1),
            joined(blocks.gained),
            joined(blocks.sums.gyr.T) / samples,
            joined(blocks.sums.gyr2) / samples,
            joined(blocks.square[0] + blocks.square[1] + blocks.square[2]) / together,
        )


def _turn(correction: Array) -> Array:
    """The rotation by a tilt about x and y, then by a heading about z, (3, J+1) -> (J+1, 3, 3)."""
    x, y, z = correction
    tilt = quaternions.from_rotation_vector(np.column_stack([x, y, np.zeros_like(x)]))
    heading = np.column_stack([np.cos(z / 2), np.zeros_like(z), np.zeros_like(z), np.sin(z / 2)])
    return quaternions.matrix(quaternions.multiply(heading, tilt))


def _linearised(
    steps: _Steps, world: Array, wandered: Array, offset: Array, settings: TiltSettings
) -> tuple[Array, Array, Array]:
    """One round: the correction at the edges, (3, J+1) rad in the world, the change of the gyroscope's offset, and by
    how much the tilt wandered within each block, (2, J) rad, beyond what that offset explains.

    world: (3, 3, J+1), what is believed; wandered and offset: what it holds of them already.
    """
    step, blocks = steps.step_s, world.shape[2] - 1
    middle = (world[:, :, 1:] + world[:, :, :-1]) / 2
    gained = np.einsum("abj,bj->aj", middle, steps.gained)
    turned = np.einsum("abj,bcj->acj", middle, steps.turned)
    rate2 = steps.rate2 - 2 * (offset @ steps.rate) + offset @ offset
    shake2 = np.maximum(steps.force2 - 2 * steps.gravity_mps2 * gained[2] / step + steps.gravity_mps2**2, 0.0)

    constants = np.diag(np.repeat([np.radians(settings.gyr_offset_deg_s), settings.acc_offset_mps2], 3) ** -2.0)
    # Each edge has a tilt and a velocity. The tilt about y drives the velocity along x, with the opposite sign of the
    # tilt about x and the velocity along y: but for that sign the two chains have the same matrix.
    problem = ChainLeastSquares(blocks + 1, 2, 3, constants, chains=2)
    variance = (
        settings.calm_velocity_mps**2
        + settings.lever_m**2 * _around(rate2, step)
        + settings.shake_s**2 * _around(shake2, step)
    ) * max(1.0, settings.correlation_s / step)
    problem.prior(1, 1 / variance)
    problem.prior(0, np.full(1, np.radians(settings.start_tilt_deg) ** -2.0))

    none = np.zeros((3, blocks))
    walk = np.full(blocks, 1 / (np.radians(settings.gyr_walk_deg_rts) ** 2 * step))
    kick = np.full(blocks, 1 / (settings.acc_walk_mps_rts**2 * step))
    lift = gained[2] / 2  # a tilt error turns the vertical force into a horizontal one
    problem.rows(
        [0, 2],
        [-1.0, 1.0],
        np.array([np.vstack([-turned[1], none]), np.vstack([turned[0], none])]),
        np.array([wandered[1], -wandered[0]]),
        walk,
    )
    problem.rows(
        [0, 2, 1, 3],
        [lift, lift, -1.0, 1.0],
        np.array([np.vstack([none, turned[0]]), np.vstack([none, turned[1]])]),
        gained[:2],
        kick,
    )
    solution = problem.solve()
    change = solution.constants[:3]
    tilt = np.array([solution.states[1, ::2], -solution.states[0, ::2]])
    drift = np.einsum("abj,b->aj", turned, change)
    heading = np.concatenate([[0.0], -np.cumsum(drift[2])])
    x, y = wandered + np.diff(tilt) + drift[:2]
    angle = (heading[1:] + heading[:-1]) / 2  # the world's axes are turned by it
    turned_too = np.array([np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y])
    return np.vstack([tilt, heading]), change, turned_too


def _around(of_blocks: Array, step: float, reach_s: float = 0.25) -> Array:
    """At each edge the mean over the blocks within `reach_s`, (J,) -> (J+1,)."""
    reach = max(1, round(reach_s / step))
    total = np.concatenate([[0.0], np.cumsum(of_blocks)])
    edge = np.arange(len(total))
    low, high = np.clip(edge - reach, 0, len(of_blocks)), np.clip(edge + reach, 0, len(of_blocks))
    mean: Array = (total[high] - total[low]) / (high - low)
    return mean
