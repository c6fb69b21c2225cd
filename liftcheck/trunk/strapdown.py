"""What short blocks of samples add up to, in a frame that only the gyroscope holds.

Looking back means integrating the last minute anew, with each new guess of where up was. But a guess only turns what
the gyroscope's own frame adds up to; so that is summed once for each block of 0.05 s, and kept for the next look.
"""

from dataclasses import dataclass

import numpy as np
from vqf import VQF

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.calm import BlockSums

# One column of the table for each block, one row for each of these; force in m/s², times in s.
ROTATION = slice(0, 9)  # at the block's end, sensor to frame, row by row
TURNED = slice(9, 18)  # its integral
GAINED, MOVED = slice(18, 21), slice(21, 24)  # the force's integral, and the integral of that
SQUARE = slice(24, 30)  # the products of the force with itself: xx, yy, zz, 2xy, 2xz, 2yz; a mean
GYR, GYR2, ACC, ACC2 = slice(30, 33), 33, slice(34, 37), 37  # sums as in BlockSums
GREATEST, LEAST = 38, 39  # of the force's length
QUANTITIES = 40


@dataclass(frozen=True, eq=False)
class Blocks:
    """A window's blocks. rotation: (9, J+1) at their edges. The others (..., J), force already scaled.

    gravity_mps2: what the force reads in stance.
    """

    count: int  # samples in a block
    step_s: float
    rotation: Array
    turned: Array
    gained: Array
    moved: Array
    square: Array
    greatest: Array
    least: Array
    sums: BlockSums
    gravity_mps2: float = GRAVITY_MPS2

    def __len__(self) -> int:
        return len(self.greatest)

    @staticmethod
    def of(table: Array, count: int, rate_hz: float, at_rest: tuple[float, float] = (1.0, GRAVITY_MPS2)) -> "Blocks":
        """From a table (QUANTITIES, J+1); its first column is the block before the window. at_rest: Calibration's."""
        scale, gravity = at_rest
        rows = table[:, 1:]
        if scale != 1.0:
            rows = rows.copy()
            for part in (GAINED, MOVED, ACC, GREATEST, LEAST):
                rows[part] *= scale
            for part in (SQUARE, ACC2):
                rows[part] *= scale**2
        return Blocks(
            count,
            count / rate_hz,
            table[ROTATION],
            rows[TURNED],
            rows[GAINED],
            rows[MOVED],
            rows[SQUARE],
            rows[GREATEST],
            rows[LEAST],
            BlockSums(count, rows[GYR].T, rows[GYR2], rows[ACC].T, rows[ACC2]),
            gravity,
        )


class Strapdown:
    """Integrates the gyroscope over a segment as far as it is asked to, and keeps the last blocks' sums.

    Only stretches that somebody looks back at are integrated; what one look has summed, the next one finds.
    """

    def __init__(self, rate_hz: float, block: int) -> None:
        self.rate_hz = rate_hz
        self.block = block
        self._begin(0, np.zeros(3))

    def _begin(self, first: int, offset: Array) -> None:
        self._integrator = _integrator(self.rate_hz)
        self._offset = offset
        self._first = self._last = first  # the blocks in the table; its first column is the beginning of the first one
        self._table = np.zeros((QUANTITIES, 1))
        self._table[ROTATION, 0] = np.eye(3).ravel()

    def blocks(self, first: int, last: int, acc: Array, gyr: Array, offset: Array) -> Array:
        """The table of blocks first..last-1 and the one before, (QUANTITIES, last - first + 1).

        acc, gyr: (n, 3), the segment's samples from the first block's beginning to the last one's end, gyr the mean
        rate since the sample before; offset: (3,) to subtract from it.
        """
        if not self._first <= first <= self._last <= last or (offset != self._offset).any():
            self._begin(first, offset)
        new = (self._last - first) * self.block
        added = self._summed(acc[new:], gyr[new:] - offset)
        self._table = np.concatenate([self._table[:, first - self._first :], added], axis=1)
        self._first, self._last = first, last
        return self._table

    def _summed(self, acc: Array, gyr: Array) -> Array:
        rate = np.ascontiguousarray(gyr[1:])
        q = self._integrator.updateBatch(rate, np.zeros_like(rate))["quat6D"]
        return summed(acc, rate, self._table[ROTATION, -1], q, self.rate_hz, self.block)


def summed(acc: Array, gyr: Array, begin: Array, q: Array, rate_hz: float, block: int) -> Array:
    """The table's columns, (QUANTITIES, J). acc: (J block + 1, 3). gyr, q: of all but the first. begin: (9,) at it."""
    rotation = np.empty((9, len(acc)))
    rotation[:, 0], rotation[:, 1:] = begin, quaternions.rows(q)
    a, g = np.ascontiguousarray(acc.T), np.ascontiguousarray(gyr.T)
    force = rotation[0::3] * a[0] + rotation[1::3] * a[1] + rotation[2::3] * a[2]
    each = np.empty((ACC2 + 1, len(gyr)))
    each[TURNED] = rotation[:, 1:]
    x, y, z = each[GAINED] = (force[:, 1:] + force[:, :-1]) / 2
    each[SQUARE] = x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z
    each[GYR], each[GYR2] = g, g[0] * g[0] + g[1] * g[1] + g[2] * g[2]
    each[ACC], each[ACC2] = a[:, 1:], a[0, 1:] * a[0, 1:] + a[1, 1:] * a[1, 1:] + a[2, 1:] * a[2, 1:]
    each[MOVED] = 0.0
    table = np.zeros((QUANTITIES, len(gyr) // block))
    table[LEAST] = np.inf
    for k in range(block):
        place = each[:, k::block]
        table[MOVED] += table[GAINED] + place[GAINED] / 2  # by the speed that the block has gained so far
        table[TURNED.start : ACC2 + 1] += place[TURNED.start :]
        table[GREATEST] = np.maximum(table[GREATEST], place[ACC2])
        table[LEAST] = np.minimum(table[LEAST], place[ACC2])
    table[ROTATION] = rotation[:, block::block]
    table[TURNED.start : GAINED.stop] /= rate_hz
    table[MOVED] /= rate_hz**2
    table[SQUARE] /= block
    table[GREATEST:] = np.sqrt(table[GREATEST:])
    return table


def _integrator(rate_hz: float) -> VQF:
    """VQF without an accelerometer and without a guess of its own at the offset integrates, no more."""
    return VQF(1.0 / rate_hz, motionBiasEstEnabled=False, restBiasEstEnabled=False)
