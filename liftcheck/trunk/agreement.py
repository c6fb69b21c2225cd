"""Whether gyroscope and accelerometer speak of the same movement: where they do not, no verdict can be trusted.

A sensor that turns by w sees the direction of gravity turn by du/dt = -w x u. With w = M gyr the nine numbers of M
follow by least squares from any bend: 1 on the diagonal and 0 beside it where all is well, 2 where the gyroscope reads
half of what it should, -1 where an axis points the other way, something beside the diagonal where axes are swapped, of
the one sensor or the other. A worn sensor also accelerates, so that a healthy one shows a little of everything.
"""

from dataclasses import dataclass
from itertools import pairwise, permutations, product

import numpy as np
from scipy.linalg.lapack import dposv

from liftcheck.samples import Array, Samples

Index = np.typing.NDArray[np.int64]
Mask = np.typing.NDArray[np.bool_]

BIN_S = 0.1
BINS = 10  # in a second, which is judged as a whole
WINDOW = np.hanning(BINS + 2)[1:-1] / np.hanning(BINS + 2).sum()  # over a second: a bend is slower, a step faster
MEAN = np.convolve(WINDOW, (0.5, 0.5))
SLOPE = -np.diff(WINDOW, prepend=0.0, append=0.0) / BIN_S
EVERY = 2  # bins between two windows
WINDOWS = BINS // EVERY  # that end in a second
LEVEL_SHARE = 0.4  # |acc| stays within this of its mean in each window that counts: no jump, no knock
MOVED_RADPS = 0.15  # slower turns of gravity show the gyroscope's zero rather than its scale
COARSE_RADPS = 0.02  # a gyroscope with wider steps may well repeat itself; noise is some 0.002
PRIOR = 0.3  # rad²/s: so much movement speaks for a healthy sensor before any was seen

LEAST = 1.5  # rad²/s of gravity's movement, about one bend: less says nothing
EXPLAINED = 0.7  # of it must follow from the angular rates, by any M: else the body accelerates too much to tell
MORE = 5.0  # rad²/s, some three bends: from here on less may decide, below
OPPOSITE = -0.5  # ... before, of the opposite only this
PARTLY = 0.4  # ... or this, where the rates as they are speak of the opposite: explain less than nothing
# The two are at odds where the rates as they are explain less than they could at best, by this share; or less than with
# some mistake that is made: axes in another order or with another sign, a range of twice or half the size. That must
# leave so many times less unexplained, the more the less was seen. They agree again when nearly as much is explained.
# A body that accelerates as it turns (a belt in front, in knee bends) costs healthy ones up to 0.3 of the first, for
# nine free gains fit that too, and up to three times of the other. Where even the best gains explain little, those nine
# are no evidence at all, only a mistake that is made. None of 392 public recordings and 104 simulated
# sessions came to either at any moment (docs/reliability.md).
ODD, MISTAKEN, TIMES, PLAINLY, EVEN = 0.5, 0.14, 2.0, 4.0, 0.1
LITTLE = 0.2  # rates that could explain no more than this share, times one, are no rates: healthy ones reach 0.59
NAMED = 0.25  # an axis is named that is at odds by this share of the worst one

CERTAIN_S, CERTAIN = 60.0, 4.0  # a gyroscope is put right after so much movement, with so much (rad²/s) of each axis
NEAR = 0.15  # ... and with gains within this share of 1, 1/2 or 2, forwards or backwards
RANGES = (1.0, 0.5, 2.0)
_ONE = np.eye(3).ravel()
_ORDERS = [
    np.eye(3)[list(order)] * signs for order in permutations(range(3)) for signs in product((1.0, -1.0), repeat=3)
]
_MISTAKES = np.array([2 * _ONE, _ONE / 2, *(order.ravel() for order in _ORDERS)])


@dataclass(frozen=True, eq=False)
class Evidence:
    """Sums of the least squares: normal (12, 12), right (12,), moved (rad²/s), and the seconds that they are of.

    The unknowns are the nine gains, and the gyroscope's three offsets, which nobody wants to know here.
    """

    normal: Array
    right: Array
    moved: float
    seconds: float

    @staticmethod
    def nothing() -> "Evidence":
        """Before any movement."""
        return Evidence(np.zeros((12, 12)), np.zeros(12), 0.0, 0.0)

    def plus(self, other: "Evidence", fade: float = 1.0) -> "Evidence":
        """More of it; fade: the share that what was known before still counts."""
        return Evidence(
            self.normal * fade + other.normal,
            self.right * fade + other.right,
            self.moved * fade + other.moved,
            self.seconds * fade + other.seconds,
        )

    def of_gains(self) -> "Gained":
        """The same with the offsets at their best, whatever the gains."""
        across, own = self.normal[9:, :9], self.normal[9:, 9:] + PRIOR * np.eye(3)
        _, solved, _ = dposv(own, np.concatenate([across, self.right[9:, None]], axis=1))
        normal = self.normal[:9, :9] - across.T @ solved[:, :9]
        right = self.right[:9] - across.T @ solved[:, 9]
        return Gained(normal, right, self.moved - float(self.right[9:] @ solved[:, 9]), self.seconds)


@dataclass(frozen=True, eq=False)
class Gained:
    """What evidence says of the nine gains alone: normal (9, 9), right (9,), moved (rad²/s), seconds."""

    normal: Array
    right: Array
    moved: float
    seconds: float

    def explained(self, gains: Array) -> float:
        """The share of gravity's movement that follows from the angular rates times `gains`, (9,)."""
        return float(2 * (gains @ self.right) - gains @ self.normal @ gains) / self.moved

    def best(self) -> Array:
        """The gains that explain most, (9,): row by row, what each axis of the gyroscope adds to the rate about one."""
        return np.asarray(np.linalg.solve(self.normal + PRIOR * np.eye(9), self.right + PRIOR * _ONE))

    def at_odds(self, before: bool = False) -> bool | None:
        """Whether the rates as they are explain much less than they could; None: no telling. before: last answer."""
        if self.moved < LEAST:
            return None
        if self.normal.trace() < LITTLE * self.moved:
            return True
        as_is = self.explained(_ONE)
        if as_is > 1 - EVEN:
            return False
        most = self.explained(self.best())
        if most < (PARTLY if as_is < (0 if self.moved >= MORE else OPPOSITE) else EXPLAINED):
            return None
        share = (most - as_is) / most
        if before:
            return share > EVEN
        return (share >= ODD and most >= EXPLAINED) or self._mistaken(as_is, most)

    def _mistaken(self, as_is: float, most: float) -> bool:
        """Whether a mistake that is made explains it much better."""
        turned = np.einsum("ai,ij,aj->a", _MISTAKES, self.normal, _MISTAKES)
        explained = (2 * (_MISTAKES @ self.right) - turned) / self.moved
        times = TIMES if self.moved >= MORE else PLAINLY
        return bool((((explained - as_is) >= MISTAKEN * most) & (1 - as_is >= times * (1 - explained))).any())

    def axes(self) -> str:
        """The gyroscope's axes that are at odds, as words: "x and y"."""
        off = (self.best() - _ONE).reshape(3, 3)
        blocks = self.normal.reshape(3, 3, 3, 3)
        worse = np.array([off[:, j] @ blocks[:, j, :, j] @ off[:, j] for j in range(3)])
        return " and ".join("xyz"[j] for j in np.flatnonzero(worse >= NAMED * worse.max()))

    def correction(self) -> tuple[float, float, float] | None:
        """Gains near -1, 1/2 or 2 by which the gyroscope can be put right, where that is beyond doubt."""
        own = np.arange(0, 9, 4)
        support = self.normal[own, own]
        if self.seconds < CERTAIN_S or support.min() <= 0:
            return None
        gain = np.linalg.solve(self.normal[np.ix_(own, own)], self.right[own])
        if (support * gain**2).min() < CERTAIN:
            return None
        for size in RANGES:
            found = np.sign(gain) * size
            most, so = self.explained(self.best()), self.explained(np.diag(found).ravel())
            if np.all(np.abs(gain / found - 1) < NEAR) and most >= EXPLAINED and so >= (1 - EVEN) * most:
                x, y, z = (float(value) for value in found)
                return x, y, z
        return None


class Turning:
    """Goes along a stream and sums up each second of movement; how the stream is cut does not show."""

    def __init__(self) -> None:
        self._open = Samples.empty()  # of a second that is not over
        self._bins = np.zeros((BINS, 13))  # the last second's, if it was just before
        self._second = -(2**62)
        self._step = np.inf  # the smallest change of a rate so far

    def push(self, samples: Samples) -> list[tuple[int, Evidence, str]]:
        """Each second that is over and had movement in it: its number, what it shows, and the gyroscope's axes ("xz")
        that did not change all the while though noise alone would have changed them."""
        samples = Samples.join([self._open, samples])
        if not len(samples):
            return []
        bins = np.floor(samples.t / BIN_S).astype(np.int64)
        seconds = bins // BINS
        over = int(np.searchsorted(seconds, seconds[-1]))
        self._open = samples[over:]
        if not over:
            return []
        edges = [0, *(int(i) + 1 for i in np.flatnonzero(np.diff(seconds[:over]) > 1)), over]
        found: list[tuple[int, Evidence, str]] = []
        for low, high in pairwise(edges):
            found += self._run(samples[low:high], bins[low:high])
        return found

    def _run(self, samples: Samples, bins: Index) -> list[tuple[int, Evidence, str]]:
        """Seconds that follow each other without one missing."""
        first = int(bins[0]) // BINS
        count = int(bins[-1]) // BINS + 1 - first
        bins = bins - first * BINS
        before = self._bins if first == self._second + 1 else np.zeros((BINS, 13))
        table = np.concatenate([before, np.zeros((BINS * count, 13))])
        _fill(table[BINS:, 1:4], samples.acc.T, bins, table[BINS:, 0])
        turn, force, size, counts = _windows(table)
        square = turn[:, 0] ** 2 + turn[:, 1] ** 2 + turn[:, 2] ** 2
        moved = np.flatnonzero(counts & (square > MOVED_RADPS**2))
        second = moved // WINDOWS
        # The rates are looked at where gravity turned, in the second before, and in the last one, for the next run.
        part: slice | Mask = slice(int(np.searchsorted(bins, BINS * (count - 1))), None)
        if len(moved):
            wanted = np.zeros(count + 1, dtype=bool)
            wanted[second + 1] = wanted[second] = wanted[-1] = True
            part = wanted[1:][bins // BINS]
        acc, gyr = samples.acc[part].T.copy(), samples.gyr[part].T.copy()
        _fill(table[BINS:, 4:], (acc[:, None] * gyr).reshape(9, -1), bins[part])
        self._second, self._bins = first + count - 1, table[-BINS:].copy()
        if not len(moved) and self._step < COARSE_RADPS:
            return []
        terms = _terms(table[:, 4:], moved, force[moved], size[moved])
        rows = np.zeros((count, WINDOWS, 3, 13))  # of each second: its windows' equations, 0 = 0 where one is left out
        rows[second, moved % WINDOWS, :, :12], rows[second, moved % WINDOWS, :, 12] = terms, turn[moved]
        of_second, step = rows.reshape(count, 3 * WINDOWS, 13), EVERY * BIN_S
        sums = step * (of_second.swapaxes(1, 2) @ of_second)  # second by second: the same for any cut
        seconds = step * np.bincount(second, minlength=count)
        found = np.flatnonzero(seconds)
        still = self._still(samples.gyr, bins // BINS, found)
        return [
            (first + i, Evidence(sums[i, :12, :12], sums[i, :12, 12], float(sums[i, 12, 12]), float(seconds[i])), axes)
            for i, axes in zip(found.tolist(), still, strict=True)
        ]

    def _still(self, gyr: Array, seconds: Index, asked: Index) -> list[str]:
        """The axes that did not change in each of the seconds asked for; of a coarse gyroscope none is told."""
        starts = np.searchsorted(seconds, np.arange(int(seconds[-1]) + 2))
        fine = np.ones(len(starts) - 1, dtype=bool)
        if self._step >= COARSE_RADPS:  # until a small change has shown that it is not coarse
            steps = np.abs(np.diff(gyr, axis=0, prepend=gyr[:1]))
            steps[starts[:-1]] = 0.0
            least = np.minimum.reduceat(np.where(steps > 0, steps, np.inf).min(axis=1), starts[:-1])
            least = np.minimum.accumulate(np.concatenate([[self._step], least]))[1:]
            self._step = float(least[-1])
            fine = least < COARSE_RADPS
        low, high = starts[asked], starts[asked + 1] - 1
        alike = (
            (gyr[low] == gyr[high]) & (gyr[low] == gyr[(low + high) // 2]) & fine[asked, None]
        )  # seldom but by chance
        for i in np.flatnonzero(alike.any(axis=1)):
            part = gyr[low[i] : high[i] + 1]
            alike[i] &= (part == part[0]).all(axis=0)
        return ["".join(axis for axis, one in zip("xyz", row, strict=True) if one) for row in alike.tolist()]


def _fill(table: Array, values: Array, bins: Index, count: Array | None = None) -> None:
    """Puts means over bins into the rows of a table (.., k), and how many values each is of. values: (k, n)."""
    edges = np.concatenate([[0], np.flatnonzero(bins[1:] != bins[:-1]) + 1, [len(bins)]])
    starts, many = edges[:-1], edges[1:] - edges[:-1]
    if len(bins):
        table[bins[starts]] = (np.add.reduceat(values, starts, axis=1) / many).T
        if count is not None:
            count[bins[starts]] = many


def _windows(table: Array) -> tuple[Array, Array, Array, Mask]:
    """In each window gravity's turn and its direction (w, 3), its size (w,), and whether the window counts."""
    force = table[:, 1:4].T.copy()
    level = np.sqrt(force[0] ** 2 + force[1] ** 2 + force[2] ** 2)
    count = (len(table) - BINS) // EVERY
    slope, mean = np.zeros((3, count)), np.zeros((3, count))
    least, most, whole = np.full(count, np.inf), np.zeros(count), np.ones(count, dtype=bool)
    for k in range(BINS + 1):
        at = slice(EVERY - 1 + k, EVERY - 1 + k + EVERY * count, EVERY)
        slope += SLOPE[k] * force[:, at]
        mean += MEAN[k] * force[:, at]
        least, most = np.minimum(least, level[at]), np.maximum(most, level[at])
        whole &= table[at, 0] > 0
    size = np.sqrt(mean[0] ** 2 + mean[1] ** 2 + mean[2] ** 2)
    good = whole & (least > (1 - LEVEL_SHARE) * size) & (most < (1 + LEVEL_SHARE) * size) & (size > 0)
    size = np.where(size > 0, size, 1.0)
    return (slope / size).T, (mean / size).T, size, good


def _terms(products: Array, windows: Index, up: Array, size: Array) -> Array:
    """What each unknown would make of gravity's turn in these windows, (w, 3, 12).

    products: (bins, 9) of acc and gyr. up: (w, 3) gravity's direction; size: (w,).
    """
    mean = np.zeros((len(windows), 9))
    for k in range(BINS + 1):
        mean += MEAN[k] * products[windows * EVERY + EVERY - 1 + k]
    q = (mean / size[:, None]).reshape(-1, 3, 3)
    terms = np.zeros((len(windows), 3, 12))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):  # minus the cross product of axis i and q's columns
        terms[:, j, 3 * i : 3 * i + 3] = q[:, k]
        terms[:, k, 3 * i : 3 * i + 3] = -q[:, j]
        terms[:, j, 9 + i], terms[:, k, 9 + i] = up[:, k], -up[:, j]
    return terms
