"""What short blocks of samples add up to, in a frame that only the gyroscope holds.

Looking back means integrating the last minute anew, with each new guess of where up was. But a guess only turns what
the gyroscope's own frame adds up to; so that is summed once for each block of 0.05 s, and kept for the next look.
"""

from dataclasses import dataclass

import numpy as np
from vqf import VQF

from liftcheck import compiled
from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.calm import BlockSums

# One column of the table for each block, one row for each of these; force in m/s², times in s.
ROTATION = slice(0, 9)  # at the block's end, sensor to frame, row by row
TURNED = slice(9, 18)  # its integral
GAINED, MOVED = slice(18, 21), slice(21, 24)  # the force's integral, and the integral of that
SQUARE = slice(24, 30)  # the products of the force with itself: xx, yy, zz, 2xy, 2xz, 2yz; a mean
GYR, GYR2, ACC, ACC2 = slice(30, 33), 33, slice(34, 37), 37  # sums, the rows of BlockSums
GREATEST, LEAST = 38, 39  # of the force's length
QUANTITIES = 40


@dataclass(frozen=True, eq=False)
class Blocks:
    """A window's blocks of `count` samples. rotation: (9, J+1) at their edges. rows: (QUANTITIES, J), the table's,
    force already scaled. gravity_mps2: what the force reads in stance.
    """

    count: int
    step_s: float
    rotation: Array
    rows: Array
    gravity_mps2: float = GRAVITY_MPS2

    def __len__(self) -> int:
        return len(self.rows[0])

    @property
    def sums(self) -> BlockSums:
        """The sums by which calm is told."""
        return BlockSums(self.count, self.rows[GYR.start : ACC2 + 1])

    def for_library(self, together: int) -> compiled.Blocks:
        """The same for the compiled smoothers, so many blocks to a step."""
        return compiled.Blocks(self.rotation, self.rows, self.count, together, self.step_s, self.gravity_mps2)

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
        return Blocks(count, count / rate_hz, table[ROTATION], rows, gravity)


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
        self._table = np.zeros((QUANTITIES, 1))  # wider than it need be, so that few looks copy it
        self._table[ROTATION, 0] = np.eye(3).ravel()
        self._begins = 0  # its first column's place

    def blocks(self, first: int, last: int, acc: Array, gyr: Array, offset: Array) -> Array:
        """The table of blocks first..last-1 and the one before, (QUANTITIES, last - first + 1).

        acc, gyr: (n, 3), the segment's samples from the first block's beginning to the last one's end, gyr the mean
        rate since the sample before; offset: (3,) to subtract from it.
        """
        if not self._first <= first <= self._last <= last or (offset != self._offset).any():
            self._begin(first, offset)
        begin = self._begins + first - self._first
        middle, end = begin + self._last - first + 1, begin + last - first + 1
        if end > self._table.shape[1]:  # what was given out stays as it is
            wider = np.empty((QUANTITIES, 2 * (end - begin)))
            wider[:, : middle - begin] = self._table[:, begin:middle]
            self._table, begin, middle, end = wider, 0, middle - begin, end - begin
        new = (self._last - first) * self.block
        self._table[:, middle:end] = self._summed(acc[new:], gyr[new:] - offset, self._table[ROTATION, middle - 1])
        self._begins, self._first, self._last = begin, first, last
        return self._table[:, begin:end]

    def _summed(self, acc: Array, gyr: Array, begin: Array) -> Array:
        rate = np.ascontiguousarray(gyr[1:])
        q = self._integrator.updateBatch(rate, np.zeros_like(rate))["quat6D"]
        return summed(acc, rate, begin, q, self.rate_hz, self.block)


def summed(acc: Array, gyr: Array, begin: Array, q: Array, rate_hz: float, block: int) -> Array:
    """The table's columns, (QUANTITIES, J). acc: (J block + 1, 3). gyr, q: of all but the first. begin: (9,) at it."""
    if compiled.LIBRARY is not None:
        return compiled.summed(acc, gyr, begin, q, rate_hz, block)
    rotation, count = quaternions.rows(q), len(gyr)
    each = np.empty((ACC2 + 1, count))  # one sample after the other
    force, (x, y, z), square = np.empty((3, count + 1)), each[GAINED], each[SQUARE]
    each[GYR], each[ACC] = gyr.T, acc[1:].T
    force[:, 0] = begin.reshape(3, 3) @ acc[0]
    force[:, 1:] = rotation[0::3] * each[ACC][0] + rotation[1::3] * each[ACC][1] + rotation[2::3] * each[ACC][2]
    each[GAINED] = (force[:, 1:] + force[:, :-1]) / 2
    square[:3], square[3], square[4], square[5] = each[GAINED] ** 2, 2 * x * y, 2 * x * z, 2 * y * z
    each[GYR2] = each[GYR][0] ** 2 + each[GYR][1] ** 2 + each[GYR][2] ** 2
    each[ACC2] = each[ACC][0] ** 2 + each[ACC][1] ** 2 + each[ACC][2] ** 2

    table, once = np.empty((QUANTITIES, count // block)), np.full(block, 1.0)
    of_blocks = each.reshape(len(each), -1, block)
    table[ROTATION] = rotation[:, block - 1 :: block]
    table[TURNED] = rotation.reshape(9, -1, block) @ (once / rate_hz)
    table[GAINED] = of_blocks[GAINED] @ (once / rate_hz)
    # A speed gained early in a block moves the sensor for the rest of it.
    table[MOVED] = of_blocks[GAINED] @ ((block - 0.5 - np.arange(block)) / rate_hz**2)
    table[SQUARE] = of_blocks[SQUARE] @ (once / block)
    table[GYR.start : ACC2 + 1] = of_blocks[GYR.start :] @ once
    greatest = least = of_blocks[ACC2, :, 0]
    for k in range(1, block):
        greatest, least = np.maximum(greatest, of_blocks[ACC2, :, k]), np.minimum(least, of_blocks[ACC2, :, k])
    table[GREATEST], table[LEAST] = np.sqrt(greatest), np.sqrt(least)
    return table


def _integrator(rate_hz: float) -> VQF:
    """VQF without an accelerometer and without a guess of its own at the offset integrates, no more."""
    return VQF(1.0 / rate_hz, motionBiasEstEnabled=False, restBiasEstEnabled=False)
