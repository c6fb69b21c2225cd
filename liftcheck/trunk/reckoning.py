"""The drop as known at the moment: dead reckoning since the last calm, for the live curve and for noticing."""

import math
from dataclasses import dataclass

import numpy as np

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
        drops, speeds, noticed = [], [], []
        step, longest, recent = self.step_s, self.settings.longest_s, self.settings.noticing_s
        keep = math.exp(-2 * math.pi * self.settings.leak_hz * step)
        rise, height, since = self._rise, self._height, self._since
        quick_rise, quick_height = self._quick
        for dv, dp, rests, stands in zip(gained.tolist(), moved.tolist(), calm.tolist(), upright.tolist(), strict=True):
            quick_height = keep * (quick_height + quick_rise * step + dp)
            quick_rise = keep * (quick_rise + dv)
            if rests:
                rise = 0.0
                if stands:
                    height = since = 0.0
                elif since <= longest:
                    since = 0.0  # a seat: as low as the way to it said
            else:
                height += rise * step + dp
                rise += dv
                since += step
            known = since <= longest
            drops.append(-height if known else math.nan)
            speeds.append(-rise if known else math.nan)
            noticed.append(-height if since <= recent else -quick_height)
        self._rise, self._height, self._since = rise, height, since
        self._quick = quick_rise, quick_height
        return np.array(drops), np.array(speeds), np.array(noticed)


class RecentCalm:
    """Whether the last half second was calm, block by block; chunk-exact: the same sums in the same order."""

    def __init__(self, settings: CalmSettings, blocks: int) -> None:
        self.settings = settings
        self.blocks = blocks
        self._before = np.zeros((0, 8))

    def push(self, sums: BlockSums) -> Array:
        """The next blocks -> how lively each and those before it were; 1 at the border, infinite before enough."""
        rows = np.concatenate([self._before, np.column_stack([sums.gyr, sums.gyr2, sums.acc, sums.acc2])])
        new, old = len(sums.gyr2), len(self._before)
        total = np.zeros((new, 8))
        for back in range(self.blocks):
            low = old - back
            if low >= 0:
                total += rows[low : low + new]
            elif new + low > 0:  # a chunk may be shorter than the look-back
                total[-low:] += rows[: new + low]
        self._before = rows[-(self.blocks - 1) :] if self.blocks > 1 else rows[:0]
        count = self.blocks * sums.count
        mean = total / count
        gyr = np.maximum(mean[:, 3] - (mean[:, 0] ** 2 + mean[:, 1] ** 2 + mean[:, 2] ** 2), 0.0)
        acc = np.maximum(mean[:, 7] - (mean[:, 4] ** 2 + mean[:, 5] ** 2 + mean[:, 6] ** 2), 0.0)
        settings = self.settings
        spread = np.sqrt(gyr / np.radians(settings.gyr_sd_deg_s) ** 2 + acc / settings.acc_sd_mps2**2)
        level: Array = np.maximum(spread, np.sqrt(mean[:, 3]) / np.radians(settings.rate_deg_s))
        level[: max(0, self.blocks - 1 - old)] = np.inf
        return level
