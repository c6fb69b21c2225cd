"""A long curve made small enough to draw: the least and the greatest value behind each pixel, at any zoom."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

FIRST, STEP = 8, 4  # values in a block of the lowest level, blocks in a block of the next
GAP_S = 0.3


@dataclass(frozen=True, eq=False)
class Columns:
    """What is drawn: at each time t the range low..high, NaN where there is no signal. (n,) each.

    thinned: several values behind each point; else every value is there and low is high.
    """

    t: Array
    low: Array
    high: Array
    thinned: bool


class Pyramid:
    """Values at increasing times, growing at the end; parts may be put anew (a lift's refined curve).

    size: for how many values there is room at first.
    """

    def __init__(self, size: int) -> None:
        size = max(1, size)
        self._values = np.full(size, np.nan, dtype=np.float32)
        self._low: list[np.typing.NDArray[np.float32]] = []
        self._high: list[np.typing.NDArray[np.float32]] = []
        length = -(-size // FIRST)
        while length > 1:
            self._low.append(np.full(length, np.nan, dtype=np.float32))
            self._high.append(np.full(length, np.nan, dtype=np.float32))
            length = -(-length // STEP)

    @property
    def values(self) -> np.typing.NDArray[np.float32]:
        """All values, NaN where there is none yet; do not write into them."""
        return self._values

    def put(self, place: int, values: Array) -> None:
        """Values from `place` on, over what was there."""
        if not len(values):
            return
        if place + len(values) > len(self._values):
            self._grow(place + len(values))
        self._values[place : place + len(values)] = values
        first, last, below_low, below_high, block = place, place + len(values) - 1, self._values, self._values, FIRST
        for low, high in zip(self._low, self._high, strict=True):
            first, last = first // block, last // block
            part = slice(first * block, (last + 1) * block)
            cuts = np.arange(0, len(below_low[part]), block)
            low[first : last + 1] = np.fmin.reduceat(below_low[part], cuts)
            high[first : last + 1] = np.fmax.reduceat(below_high[part], cuts)
            below_low, below_high, block = low, high, STEP

    def _grow(self, size: int) -> None:
        larger = Pyramid(max(size, 2 * len(self._values)))
        larger.put(0, self._values.astype(np.float64))
        self._values, self._low, self._high = larger._values, larger._low, larger._high

    def columns(self, t: Array, start: float, end: float, pixels: int) -> Columns:
        """What to draw between two moments on so many pixels. t: (n,) the times of the values."""
        first, last = (int(n) for n in np.searchsorted(t, (start, end)))
        first, last = max(0, first - 1), min(len(t), last + 1)
        count, pixels = last - first, max(1, pixels)
        if count <= 3 * pixels:
            return _plain(t[first:last], self._values[first:last].astype(np.float64))
        edges = np.linspace(start, end, pixels + 1)
        cuts = np.searchsorted(t, edges)
        low, high = self._ranges(cuts, count // pixels)
        return Columns((edges[:-1] + edges[1:]) / 2, low, high, thinned=True)

    def _ranges(self, cuts: np.typing.NDArray[np.int64], behind: int) -> tuple[Array, Array]:
        """Least and greatest between neighbouring cuts, from the coarsest level that is fine enough."""
        low, high, block = self._values, self._values, 1
        for level in range(len(self._low)):
            size = FIRST * STEP**level
            if size * 2 > behind:
                break
            low, high, block = self._low[level], self._high[level], size
        begin, stop = cuts[:-1] // block, np.maximum(-(-cuts[1:] // block), cuts[:-1] // block + 1)
        # Only the part that is seen, and a NaN behind it: reduceat wants places inside, and runs on to the end.
        seen = slice(int(begin[0]), int(stop[-1]))
        pairs = np.minimum(np.column_stack([begin, stop]).ravel() - seen.start, len(low[seen]))
        end = np.float32(np.nan)
        least = np.fmin.reduceat(np.append(low[seen], end), pairs)[::2].astype(np.float64)
        greatest = np.fmax.reduceat(np.append(high[seen], end), pairs)[::2].astype(np.float64)
        empty = cuts[:-1] == cuts[1:]
        least[empty] = greatest[empty] = np.nan
        return least, greatest


def _plain(t: Array, values: Array) -> Columns:
    """Every value, with a hole where there was no signal."""
    holes = np.flatnonzero(np.diff(t) > GAP_S) + 1
    if len(holes):
        values = np.insert(values, holes, np.nan)
        t = np.insert(t, holes, t[holes - 1])
    return Columns(t, values, values, thinned=False)
