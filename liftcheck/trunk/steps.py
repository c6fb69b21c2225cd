"""Short blocks taken together to longer steps, for the smoothers to think in, and back again; and runs of blocks."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from liftcheck.samples import Array

Index = np.typing.NDArray[np.intp]
Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class Steps:
    """A window of `blocks` short blocks as steps of `together` of them; the last step ends with the window.

    Blocks that are left over lie before the first step.
    """

    blocks: int
    together: int

    @staticmethod
    @lru_cache(maxsize=16)
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

    @cached_property
    def blocks_after(self) -> Array:
        """How many blocks of its step follow each block, (blocks,)."""
        return np.asarray(-(np.arange(1, self.blocks + 1) - self.skipped) % self.together, dtype=np.float64)

    def lumped(self, values: Array) -> Array:
        """Values at the edges of blocks, added up at the nearest edge of a step, (blocks + 1,) -> (n + 1,)."""
        return np.asarray(np.bincount(self.nearest, values), dtype=np.float64)

    @cached_property
    def nearest(self) -> Index:
        """The edge of a step nearest to each edge of a block, (blocks + 1,)."""
        away = np.arange(-self.skipped, self.blocks + 1 - self.skipped)
        return np.maximum((away + self.together // 2) // self.together, 0)

    @cached_property
    def borders(self) -> Index:
        """From which edge of a block on each edge of a step is the nearest, and the end of all, (n + 2,)."""
        return np.searchsorted(self.nearest, np.arange(len(self) + 2))

    def between(self, values: Array, part: slice = slice(None)) -> Array:
        """Values at the edges of steps, (..., n + 1), carried to those of blocks, (..., blocks + 1), by straight lines.

        Before the first step they are as at its beginning. part: only these edges of blocks.
        """
        before, share = self._places
        low, high = before[part], before[part] + 1
        return values.take(low, axis=-1) * (1 - share[part]) + values.take(high, axis=-1) * share[part]

    @cached_property
    def _places(self) -> tuple[Index, Array]:
        """Of each edge of a block: the edge of a step before it, and how far it lies on the way to the next one."""
        place = np.maximum(np.arange(self.blocks + 1) - self.skipped, 0) / self.together
        before = np.minimum(place.astype(np.intp), len(self) - 1)
        return before, place - before


def around(values: Array, reach: int) -> Array:
    """Sums over each place and its neighbours within `reach` on both sides, as many as there are, (k, n) -> (k, n)."""
    rows, n = values.shape
    some = np.zeros((rows, n + 2 * reach))
    some[:, reach : reach + n] = values
    sums, taken, together = np.zeros((rows, n)), 0, 1
    while True:  # `some` holds the sums over 1, 2, 4 .. places, of which 2 reach + 1 are put together
        if (2 * reach + 1) & together:
            sums += some[:, taken : taken + n]
            taken += together
        if taken > 2 * reach:
            return sums
        some = some[:, together:] + some[:, :-together]
        together *= 2


@lru_cache(maxsize=16)
def counted(n: int, reach: int) -> Array:
    """How many places each sum of `around` is over, (n,)."""
    place = np.arange(n)
    count: Array = np.minimum(place + reach + 1, n) - np.maximum(place - reach, 0)
    return count


def stretches(where: Mask, shortest: int = 1) -> Index:
    """Runs of True of at least `shortest`, as (k, 2) first and past-the-last places."""
    padded = np.zeros(len(where) + 2, dtype=bool)
    padded[1:-1] = where
    runs = (padded[1:] != padded[:-1]).nonzero()[0].reshape(-1, 2)
    long: Index = runs[runs[:, 1] - runs[:, 0] >= shortest]
    return long
