"""How still the wearer is: the one measure by which stance, rests and the smoothers' ties are found."""

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.steps import around, counted

Mask = np.typing.NDArray[np.bool_]
Index = np.typing.NDArray[np.intp]


@dataclass(frozen=True)
class CalmSettings:
    """What counts as calm. The scales are those of quiet standing with a consumer sensor (SCIENCE 3.1, 4.7)."""

    gyr_sd_deg_s: float = 3.0  # spread of the rate at which activity is 1
    acc_sd_mps2: float = 0.25  # spread of the specific force at which activity is 1
    rate_deg_s: float = 8.0  # a mean rate above this is no rest, however even
    coarse_acc_mps2: float = 0.1  # steps wider than this are those of a coarse sensor; noise is some 0.02
    coarse_gyr_radps: float = 0.02  # likewise; some 0.002

    def with_steps(self, acc_mps2: float, gyr_deg_s: float) -> "CalmSettings":
        """The same for a sensor with steps this wide: at rest between two of them each axis flickers by half a step."""
        if not acc_mps2 and not gyr_deg_s:
            return self
        acc, gyr = math.sqrt(3) / 2 * acc_mps2, math.sqrt(3) / 2 * gyr_deg_s
        return replace(
            self,
            gyr_sd_deg_s=math.hypot(self.gyr_sd_deg_s, gyr),
            acc_sd_mps2=math.hypot(self.acc_sd_mps2, acc),
            rate_deg_s=math.hypot(self.rate_deg_s, gyr),
        )


@dataclass(frozen=True, eq=False)
class BlockSums:
    """Sums over short blocks of `count` samples, from which spreads over any number of blocks follow.

    rows: (8, J), of the rate (3) and its squared length, of the force (3) and its squared length.
    """

    count: int
    rows: Array

    @staticmethod
    def of(acc: Array, gyr: Array, block: int) -> "BlockSums":
        """Of whole blocks of `block` samples; len(acc) is a multiple of it."""
        a, g = acc.reshape(-1, block, 3), gyr.reshape(-1, block, 3)
        rows = np.empty((8, len(a)))
        rows[:3], rows[3] = np.einsum("jbi->ji", g).T, np.einsum("jbi,jbi->j", g, g)
        rows[4:7], rows[7] = np.einsum("jbi->ji", a).T, np.einsum("jbi,jbi->j", a, a)
        return BlockSums(block, rows)

    def __getitem__(self, part: slice | Mask) -> "BlockSums":
        return BlockSums(self.count, self.rows[:, part])

    def __len__(self) -> int:
        return len(self.rows[0])

    def without(self, gyr_offset: Array) -> "BlockSums":
        """The same with another offset subtracted from every rate, (3,) or (J, 3)."""
        off_x, off_y, off_z = np.moveaxis(self.count * gyr_offset, -1, 0)
        x, y, z = self.rows[:3]
        shared = (2 * x - off_x) * off_x + (2 * y - off_y) * off_y + (2 * z - off_z) * off_z
        rows = self.rows.copy()
        rows[0], rows[1], rows[2], rows[3] = x - off_x, y - off_y, z - off_z, rows[3] - shared / self.count
        return BlockSums(self.count, rows)


def activity(
    sums: BlockSums, reach: int, settings: CalmSettings, gyr_offset: Array | None = None
) -> tuple[Array, Array]:
    """How lively each block and its neighbours within `reach` blocks on both sides are, (J,) and (J,).

    The first is 1 at the border between calm and moving: the spread of rate and force, each on its scale, as a length.
    The second is the root mean square rate over `settings.rate_deg_s`: 1 where an even turn is no rest any more.
    gyr_offset: (3,) to take from every rate.
    """
    off = np.zeros(3) if gyr_offset is None else gyr_offset
    mean = around(sums.rows, reach)
    mean /= counted(len(sums), reach) * sums.count
    square = mean * mean
    gyr_variance = np.maximum(mean[3] - (square[0] + square[1] + square[2]), 0.0)
    acc_variance = np.maximum(mean[7] - (square[4] + square[5] + square[6]), 0.0)
    spread = np.sqrt(gyr_variance / math.radians(settings.gyr_sd_deg_s) ** 2 + acc_variance / settings.acc_sd_mps2**2)
    rate2 = np.maximum(mean[3] - 2 * (off @ mean[:3]) + off @ off, 0.0)
    return spread, np.sqrt(rate2) / math.radians(settings.rate_deg_s)


class CalmBySteps:
    """What counts as calm, sample by sample, for a sensor whose steps may be wider than noise: known once it moved."""

    def __init__(self, settings: CalmSettings, from_sample: int) -> None:
        """from_sample: before this one too little is known of the steps."""
        self._settings, self._from = settings, from_sample
        self._since = [0]
        self._calm = [settings]
        self._least = np.full(2, np.inf)  # the smallest change so far of force and rate
        self._before = np.empty((0, 6))

    def push(self, first: int, acc: Array, gyr: Array, measured: Mask) -> None:
        """The next samples, (n, 3), (n, 3), from number `first` on; measured: (n,) the others were filled in."""
        settings, wide = self._settings, np.array([self._settings.coarse_acc_mps2, self._settings.coarse_gyr_radps])
        if (self._least < wide).all():
            return
        rows = np.concatenate([self._before, np.hstack([acc, gyr])[measured]])
        numbers = first + np.flatnonzero(measured)[1 - min(1, len(self._before)) :]
        self._before = rows[-1:]
        if len(rows) < 2:
            return
        changes = np.abs(np.diff(rows, axis=0)).reshape(-1, 2, 3)
        least = np.minimum.accumulate(np.vstack([self._least, np.where(changes > 0, changes, np.inf).min(axis=2)]))
        self._least = least[-1]
        known = (numbers >= self._from) & ((least[1:] != least[:-1]).any(axis=1) | (numbers == self._from))
        for i in np.flatnonzero(known):
            acc_step, gyr_step = np.where((least[i + 1] < np.inf) & (least[i + 1] >= wide), least[i + 1], 0.0)
            self._since.append(int(numbers[i]))
            self._calm.append(settings.with_steps(float(acc_step), float(np.degrees(gyr_step))))

    def at(self, sample: int) -> CalmSettings:
        """What counts as calm at this sample."""
        return self._calm[bisect_right(self._since, sample) - 1]

    def pieces(self, samples: Index) -> list[tuple[slice, CalmSettings]]:
        """Runs of increasing sample numbers, (n,), for which the same counts."""
        cuts = [0, *np.searchsorted(samples, self._since[1:]).tolist(), len(samples)]
        return [(slice(a, b), calm) for (a, b), calm in zip(pairwise(cuts), self._calm, strict=True) if a < b]
