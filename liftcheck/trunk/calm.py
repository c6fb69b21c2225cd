"""How still the wearer is: the one measure by which stance, rests and the smoothers' ties are found."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class CalmSettings:
    """What counts as calm. The scales are those of quiet standing with a consumer sensor (SCIENCE 3.1, 4.7)."""

    gyr_sd_deg_s: float = 3.0  # spread of the rate at which activity is 1
    acc_sd_mps2: float = 0.25  # spread of the specific force at which activity is 1
    rate_deg_s: float = 8.0  # a mean rate above this is no rest, however even


@dataclass(frozen=True, eq=False)
class BlockSums:
    """Sums over short blocks of samples, from which spreads over any number of blocks follow. All (J, ...)."""

    count: int
    gyr: Array  # (J, 3)
    gyr2: Array  # (J,) of the squared length
    acc: Array  # (J, 3)
    acc2: Array  # (J,)

    @staticmethod
    def of(acc: Array, gyr: Array, block: int) -> "BlockSums":
        """Of whole blocks of `block` samples; len(acc) is a multiple of it."""
        a, g = acc.reshape(-1, block, 3), gyr.reshape(-1, block, 3)
        return BlockSums(
            block,
            np.einsum("jbi->ji", g),
            np.einsum("jbi,jbi->j", g, g),
            np.einsum("jbi->ji", a),
            np.einsum("jbi,jbi->j", a, a),
        )

    def __getitem__(self, part: slice | Mask) -> "BlockSums":
        return BlockSums(self.count, self.gyr[part], self.gyr2[part], self.acc[part], self.acc2[part])

    def __len__(self) -> int:
        return len(self.gyr2)

    def without(self, gyr_offset: Array) -> "BlockSums":
        """The same with another offset subtracted from every rate, (3,) or (J, 3)."""
        off, g = self.count * gyr_offset, self.gyr
        off_x, off_y, off_z = off[..., 0], off[..., 1], off[..., 2]
        shared = (2 * g[:, 0] - off_x) * off_x + (2 * g[:, 1] - off_y) * off_y + (2 * g[:, 2] - off_z) * off_z
        return BlockSums(self.count, g - off, self.gyr2 - shared / self.count, self.acc, self.acc2)


def activity(sums: BlockSums, reach: int, settings: CalmSettings) -> tuple[Array, Array]:
    """How lively each block and its neighbours within `reach` blocks on both sides are, (J,) and (J,).

    The first is 1 at the border between calm and moving: the spread of rate and force, each on its scale, as a length.
    The second is the root mean square rate over `settings.rate_deg_s`: 1 where an even turn is no rest any more.
    """
    low, high, count = _reach(len(sums.gyr2), reach)
    count = count * sums.count
    mean_gyr, mean_acc = _between(sums.gyr, low, high) / count[:, None], _between(sums.acc, low, high) / count[:, None]
    square = _between(sums.gyr2, low, high) / count
    gyr_variance = np.maximum(square - np.einsum("ij,ij->i", mean_gyr, mean_gyr), 0.0)
    acc_variance = np.maximum(_between(sums.acc2, low, high) / count - np.einsum("ij,ij->i", mean_acc, mean_acc), 0.0)
    spread = np.sqrt(gyr_variance / np.radians(settings.gyr_sd_deg_s) ** 2 + acc_variance / settings.acc_sd_mps2**2)
    return spread, np.sqrt(square) / np.radians(settings.rate_deg_s)


def _reach(blocks: int, reach: int) -> tuple[Array, Array, Array]:
    block = np.arange(blocks)
    low, high = np.maximum(block - reach, 0), np.minimum(block + reach + 1, blocks)
    return low, high, (high - low).astype(np.float64)


def _between(values: Array, low: Array, high: Array) -> Array:
    total = np.zeros((len(values) + 1, *values.shape[1:]))
    np.cumsum(values, axis=0, out=total[1:])
    difference: Array = total[high] - total[low]
    return difference
