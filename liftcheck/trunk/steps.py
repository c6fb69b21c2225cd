"""Short blocks taken together to longer steps, for the smoothers to think in, and back again."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liftcheck.samples import Array


@dataclass(frozen=True)
class Steps:
    """A window of `blocks` short blocks as steps of `together` of them; the last step ends with the window.

    Blocks that are left over lie before the first step.
    """

    blocks: int
    together: int

    @staticmethod
    def of(blocks: int, ratio: float) -> "Steps":
        """Steps that are about `ratio` times as long as a block."""
        return Steps(blocks, max(1, min(round(ratio), blocks)))

    @property
    def skipped(self) -> int:
        """The blocks before the first step."""
        return self.blocks % self.together

    def __len__(self) -> int:
        return self.blocks // self.together

    @property
    def at(self) -> slice:
        """Which edges of blocks are edges of steps."""
        return slice(self.skipped, None, self.together)

    def total(self, values: Array) -> Array:
        """Sums over each step's blocks, (..., blocks) -> (..., n)."""
        part = values[..., self.skipped :]
        total = part[..., :: self.together].copy()
        for k in range(1, self.together):
            total += part[..., k :: self.together]
        return total

    def blocks_after(self) -> Array:
        """How many blocks of its step follow each block, (blocks,)."""
        return np.asarray(-(np.arange(1, self.blocks + 1) - self.skipped) % self.together, dtype=np.float64)

    def lumped(self, values: Array) -> Array:
        """Values at the edges of blocks, added up at the nearest edge of a step, (blocks + 1,) -> (n + 1,)."""
        return np.asarray(np.bincount(self.nearest, values), dtype=np.float64)

    @cached_property
    def nearest(self) -> np.typing.NDArray[np.intp]:
        """The edge of a step nearest to each edge of a block, (blocks + 1,)."""
        away = np.arange(-self.skipped, self.blocks + 1 - self.skipped)
        return np.maximum((away + self.together // 2) // self.together, 0)

    def between(self, values: Array) -> Array:
        """Values at the edges of steps, (..., n + 1), carried to those of blocks, (..., blocks + 1), by straight lines.

        Before the first step they are as at its beginning.
        """
        out = np.empty((*values.shape[:-1], self.blocks + 1))
        out[..., : self.skipped + 1] = values[..., :1]
        change = (values[..., 1:] - values[..., :-1]) / self.together
        inside = out[..., self.skipped + 1 :]
        for k in range(1, self.together):
            inside[..., k - 1 :: self.together] = values[..., :-1] + k * change
        inside[..., self.together - 1 :: self.together] = values[..., 1:]
        return out


def around(values: Array, reach: int) -> Array:
    """Sums over each place and its neighbours within `reach` on both sides, as many as there are, (k, n) -> (k, n)."""
    n = values.shape[-1]
    total = np.zeros((len(values), n + 2 * reach + 1))
    np.cumsum(values, axis=1, out=total[:, reach + 1 : reach + 1 + n])
    total[:, reach + 1 + n :] = total[:, reach + n, None]
    sums: Array = total[:, 2 * reach + 1 :] - total[:, :n]
    return sums


def counted(n: int, reach: int) -> Array:
    """How many places each sum of `around` is over, (n,)."""
    place = np.arange(n)
    count: Array = np.minimum(place + reach + 1, n) - np.maximum(place - reach, 0)
    return count
