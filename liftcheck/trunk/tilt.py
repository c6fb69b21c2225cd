"""Where up was, looking back: a smoother that knows a trunk goes nowhere for long.

The orientation filter (inclination.py) must guess gravity out of a single accelerometer. A trunk's velocity, though,
stays near zero, the more so when it is calm. Integrating the gyroscope over a window and asking for that velocity
leaves a linear problem in the small tilt errors, the velocities, the gyroscope's offset and the accelerometer's.
Measured on real motion the error inside bends falls to less than half of the filter's (docs/method.md).
"""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.banded import ChainLeastSquares


@dataclass(frozen=True)
class TiltSettings:
    """The trunk model's spreads, each one standard deviation. The result is insensitive to all of them within a
    factor of two (tests/benchmarks/accuracy), so they are physical guesses rather than fits."""

    block_s: float = 0.2  # states at this spacing; 0.05 to 0.25 s give the same figures
    rounds: int = 2  # linearisations; a third changes nothing
    calm_velocity_mps: float = 0.05  # horizontal, standing (SCIENCE 3.3)
    lever_m: float = 0.4  # a bending trunk moves as if it turned about the hips (SCIENCE 3.3)
    shake_s: float = 0.1  # m/s of velocity for each m/s² of shaking
    correlation_s: float = 1.0  # velocities this close are one piece of evidence
    start_tilt_deg: float = 3.0  # the filter's error where the window begins
    gyr_walk_deg_rts: float = 0.05  # deg for each root of a second
    acc_walk_mps_rts: float = 0.02  # m/s for each root of a second
    gyr_offset_deg_s: float = 0.5  # what is left after the rests have been used
    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet


@dataclass(frozen=True, eq=False)
class Tilt:
    """The refined orientation over a window: q (n, 4) and up (n, 3) in sensor axes; gyr_offset (3,) in rad/s, on top
    of what had been subtracted."""

    q: Array
    up: Array
    gyr_offset: Array


def smooth_tilt(acc: Array, gyr: Array, rate_hz: float, start: Array, settings: TiltSettings) -> Tilt:
    """Refines the tilt over a window of one segment.

    acc: (n, 3) m/s². gyr: (n, 3) rad/s, each the mean rate since the sample before. start: (4,) the filter's
    orientation at the first sample. Takes whole blocks: samples after the last whole block keep its correction.
    """
    block = max(1, round(settings.block_s * rate_hz))
    offset = np.zeros(3)
    for _ in range(settings.rounds):
        q, correction, change = _linearised(acc, gyr - offset, rate_hz, start, block, settings)
        offset = offset + change
        start = quaternions.multiply(quaternions.from_rotation_vector(correction[0]), start)
    at = np.arange(len(acc)) / block
    edges = np.arange(len(correction))
    small = np.stack([np.interp(at, edges, correction[:, axis]) for axis in range(3)], axis=-1)
    q = quaternions.multiply(quaternions.from_rotation_vector(small), q)
    return Tilt(q, quaternions.up(q), offset)


def _linearised(
    acc: Array, gyr: Array, rate_hz: float, start: Array, block: int, settings: TiltSettings
) -> tuple[Array, Array, Array]:
    """One round: the integrated orientation (n, 4), its correction at the block edges (J+1, 3) in the world, and the
    change of the gyroscope's offset (3,)."""
    blocks = (len(acc) - 1) // block
    used = blocks * block
    step = block / rate_hz
    q = quaternions.chain(quaternions.from_rotation_vector(gyr[1:] / rate_hz), start, block)
    rotation = quaternions.matrix(q[: used + 1])
    force = np.einsum("kij,kj->ki", rotation, acc[: used + 1])
    mean_force = (force[1:] + force[:-1]) / 2
    gained = mean_force.reshape(blocks, block, 3).sum(axis=1) / rate_hz
    turned = rotation[1:].reshape(blocks, block, 3, 3).sum(axis=1) / rate_hz
    rate = np.einsum("ij,ij->i", gyr[1 : used + 1], gyr[1 : used + 1]).reshape(blocks, block).mean(axis=1)
    shaking = mean_force - np.array([0.0, 0.0, GRAVITY_MPS2])
    shake = np.einsum("ij,ij->i", shaking, shaking).reshape(blocks, block).mean(axis=1)

    constants = np.diag(np.repeat([np.radians(settings.gyr_offset_deg_s), settings.acc_offset_mps2], 3) ** -2.0)
    problem = ChainLeastSquares(4 * (blocks + 1), 7, constants)  # tilt x, y and velocity x, y at each edge
    edge = 4 * np.arange(blocks + 1)
    variance = (
        settings.calm_velocity_mps**2
        + settings.lever_m**2 * _around(rate, step)
        + settings.shake_s**2 * _around(shake, step)
    ) * max(1.0, settings.correlation_s / step)
    problem.prior(edge + 2, 1 / variance)
    problem.prior(edge + 3, 1 / variance)
    problem.prior(np.array([0, 1]), np.full(2, np.radians(settings.start_tilt_deg) ** -2.0))

    before, none = edge[:-1], np.zeros((blocks, 3))
    walk = np.full(blocks, 1 / (np.radians(settings.gyr_walk_deg_rts) ** 2 * step))
    kick = np.full(blocks, 1 / (settings.acc_walk_mps_rts**2 * step))
    lift = gained[:, 2] / 2  # a tilt error turns the vertical force into a horizontal one
    for axis, (other, sign) in enumerate([(1, -1.0), (0, 1.0)]):
        problem.rows(
            [before + axis, before + 4 + axis], [-1.0, 1.0], np.hstack([turned[:, axis], none]), np.zeros(blocks), walk
        )
        problem.rows(
            [before + other, before + 4 + other, before + 2 + axis, before + 6 + axis],
            [sign * lift, sign * lift, -1.0, 1.0],
            np.hstack([none, turned[:, axis]]),
            gained[:, axis],
            kick,
        )
    x, c, _ = problem.solve()
    return q, np.column_stack([x[edge], x[edge + 1], np.zeros(blocks + 1)]), c[:3]


def _around(of_blocks: Array, step: float, reach_s: float = 0.25) -> Array:
    """At each edge the mean over the blocks within `reach_s`, (J,) -> (J+1,)."""
    reach = max(1, round(reach_s / step))
    total = np.concatenate([[0.0], np.cumsum(of_blocks)])
    edge = np.arange(len(total))
    low, high = np.clip(edge - reach, 0, len(of_blocks)), np.clip(edge + reach, 0, len(of_blocks))
    mean: Array = (total[high] - total[low]) / (high - low)
    return mean
