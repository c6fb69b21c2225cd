"""Shares with honest intervals, agreement beyond chance, and errors: the statistics of an evaluation."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

Z95 = 1.959964  # of the normal distribution, for 95 %


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval in which the true share lies 95 times in 100 (Wilson 1927).

    The interval takes bends for independent; those of one person are not, so across people it is too narrow.
    """

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, 0..1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval at 95 %; None of nothing."""
        if not self.of:
            return None
        p, n, z2 = self.count / self.of, self.of, Z95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Errors:
    """How far estimates lie from the truth, in the column's unit. bias: mean of estimate - truth.

    median: of the absolute errors. within: truths that lie within the one standard deviation that the row states
    (about 68 % if the row is honest), where it states one.
    """

    column: str
    n: int
    bias: float
    rmse: float
    median: float
    within: Share | None = None


@dataclass(frozen=True)
class Bin:
    """Verdicts of similar confidence: how sure they said they were, and how many were right."""

    least: float
    most: float
    mean_confidence: float
    right: Share


def errors_of(column: str, pairs: Sequence[tuple[float, float]], stated: Sequence[float | None] = ()) -> Errors | None:
    """Errors of (estimate, truth) pairs; stated: the standard deviation that each estimate came with."""
    if not pairs:
        return None
    off = [estimate - truth for estimate, truth in pairs]
    with_sd = [(abs(error), sd) for error, sd in zip(off, stated, strict=False) if sd is not None]
    return Errors(
        column,
        len(off),
        fmean(off),
        math.sqrt(fmean(error * error for error in off)),
        median(abs(error) for error in off),
        Share(sum(error <= sd for error, sd in with_sd), len(with_sd)) if with_sd else None,
    )


def kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two judges: 1 always the same, 0 no more often than by chance. None if chance explains all."""
    pairs = list(pairs)
    if not pairs:
        return None
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[word] * second[word] for word in first) / n**2
    same = sum(a == b for a, b in pairs) / n
    return None if chance == 1 else (same - chance) / (1 - chance)


def reliability(
    verdicts: Iterable[tuple[float, bool]], edges: Sequence[float] = (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
) -> tuple[Bin, ...]:
    """(confidence, whether right) in bins of confidence; empty bins are left out."""
    verdicts = list(verdicts)
    bins = []
    for least, most in pairwise(edges):
        inside = [(c, right) for c, right in verdicts if least <= c < most or (most == edges[-1] and c == most)]
        if inside:
            share = Share(sum(right for _, right in inside), len(inside))
            bins.append(Bin(least, most, fmean(c for c, _ in inside), share))
    return tuple(bins)
