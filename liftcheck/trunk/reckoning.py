"""The drop as known at the moment: dead reckoning since the last calm, for the live curve and for noticing."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.signal import lfilter

from liftcheck.samples import Array
from liftcheck.trunk.calm import BlockSums, CalmSettings

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class ReckoningSettings:
    """How long integration without a rest means anything."""

    longest_s: float = 6.0  # 0.03 m/s² of error, left after calibration, is half a metre by then
    noticing_s: float = 3.0  # after so long without a stance a bend is noticed by the quick part of the height alone
    leak_hz: float = 0.24  # ... what is slower leaks away, drift and slow squats alike
    calm_s: float = 0.3  # calm is judged over the time just gone: the verdict waits for it (PRODUCT 4)
    upright_deg: float = 18.0


class DropReckoner:
    """Velocity and height at the ends of blocks, carried from block to block; both fall to zero where it is calm."""

    def __init__(self, settings: ReckoningSettings, step_s: float) -> None:
        self.settings = settings
        self.step_s = step_s
        self._rise = 0.0
        self._height = 0.0
        self._since = float("inf")  # since the last calm block
        self._quick = (0.0, 0.0)  # rise and height without their slow parts

    def push(self, gained: Array, moved: Array, calm: Mask, upright: Mask) -> tuple[Array, Array, Array]:
        """The next blocks (n,): velocity gained, height moved by it, calm, upright.

        At their ends: drop (m, NaN where it is no more than a guess), speed downward, and the drop by which a bend is
        noticed, which is never NaN.
        """
        if not len(gained):
            return np.empty(0), np.empty(0), np.empty(0)
        rise, height, since = np.empty(len(gained)), np.empty(len(gained)), np.empty(len(gained))
        for a, b in pairwise([0, *(np.flatnonzero(np.diff(calm)) + 1).tolist(), len(calm)]):
            if calm[a]:
                self._rest(upright[a:b], rise[a:b], height[a:b], since[a:b])
            else:
                self._move(gained[a:b], moved[a:b], rise[a:b], height[a:b], since[a:b])
        quick = self._without_slow_parts(gained, moved)
        known = since <= self.settings.longest_s
        noticed = np.where(since <= self.settings.noticing_s, -height, -quick)
        return np.where(known, -height, np.nan), np.where(known, -rise, np.nan), noticed

    def _rest(self, upright: Mask, rise: Array, height: Array, since: Array) -> None:
        """Fills in calm blocks: no speed, and from the first upright one on no height."""
        stands = int(np.argmax(upright)) if upright.any() else len(upright)
        if self._since <= self.settings.longest_s:
            self._since = 0.0  # a seat: as low as the way to it said
        rise[:], height[:stands], since[:stands] = 0.0, self._height, self._since
        height[stands:], since[stands:] = 0.0, 0.0
        self._rise, self._height, self._since = 0.0, float(height[-1]), float(since[-1])

    def _move(self, gained: Array, moved: Array, rise: Array, height: Array, since: Array) -> None:
        """Fills in blocks that are not calm; sums begin with what was carried, so that no cut shows."""
        step = self.step_s
        rises = np.cumsum(np.concatenate([[self._rise], gained]))
        heights = np.cumsum(np.concatenate([[self._height], rises[:-1] * step + moved]))
        times = np.cumsum(np.concatenate([[self._since], np.full(len(gained), step)]))
        rise[:], height[:], since[:] = rises[1:], heights[1:], times[1:]
        self._rise, self._height, self._since = float(rises[-1]), float(heights[-1]), float(times[-1])

    def _without_slow_parts(self, gained: Array, moved: Array) -> Array:
        """The height by a sum that leaks, in its speed and in itself, (n,) m."""
        keep = math.exp(-2 * math.pi * self.settings.leak_hz * self.step_s)
        before, height = self._quick
        rise, _ = lfilter([keep], [1.0, -keep], gained, zi=[keep * before])
        added = np.concatenate([[before], rise[:-1]]) * self.step_s + moved
        heights, _ = lfilter([keep], [1.0, -keep], added, zi=[keep * height])
        self._quick = float(rise[-1]), float(heights[-1])
        return np.asarray(heights)


class RecentCalm:
    """Whether the last half second was calm, block by block; chunk-exact: the same sums in the same order."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks
        self._before = np.zeros((8, 0))

    def push(self, sums: BlockSums, settings: CalmSettings) -> Array:
        """The next blocks -> how lively each and those before it were; 1 at the border, infinite before enough."""
        rows = np.concatenate([self._before, sums.rows], axis=1)
        new, old = len(sums), self._before.shape[1]
        total = np.zeros((8, new))
        for back in range(self.blocks):
            low = old - back
            if low >= 0:
                total += rows[:, low : low + new]
            elif new + low > 0:  # a chunk may be shorter than the look-back
                total[:, -low:] += rows[:, : new + low]
        self._before = rows[:, max(0, rows.shape[1] - self.blocks + 1) :].copy()
        count = self.blocks * sums.count
        mean = total / count
        mean[3] = np.maximum(mean[3], 0.0)  # a rate that never changes, without its offset, may round below
        gyr = np.maximum(mean[3] - (mean[0] ** 2 + mean[1] ** 2 + mean[2] ** 2), 0.0)
        acc = np.maximum(mean[7] - (mean[4] ** 2 + mean[5] ** 2 + mean[6] ** 2), 0.0)
        spread = np.sqrt(gyr / np.radians(settings.gyr_sd_deg_s) ** 2 + acc / settings.acc_sd_mps2**2)
        level: Array = np.maximum(spread, np.sqrt(mean[3]) / np.radians(settings.rate_deg_s))
        level[: max(0, self.blocks - 1 - old)] = np.inf
        return level
