"""How still the wearer is: the one measure by which stance, rests and the smoothers' ties are found."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.steps import around, counted

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class CalmSettings:
    """What counts as calm. The scales are those of quiet standing with a consumer sensor (SCIENCE 3.1, 4.7)."""

    gyr_sd_deg_s: float = 3.0  # spread of the rate at which activity is 1
    acc_sd_mps2: float = 0.25  # spread of the specific force at which activity is 1
    rate_deg_s: float = 8.0  # a mean rate above this is no rest, however even


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
    spread = np.sqrt(gyr_variance / np.radians(settings.gyr_sd_deg_s) ** 2 + acc_variance / settings.acc_sd_mps2**2)
    rate2 = np.maximum(mean[3] - 2 * (off @ mean[:3]) + off @ off, 0.0)
    return spread, np.sqrt(rate2) / np.radians(settings.rate_deg_s)
