"""Whether a second session was lifted better than a first, and how sure that is: a bootstrap over the lifts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from liftcheck.lifts.exposure import ExposureSettings
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Array

Verdict = Literal["likely better", "no clear change", "likely worse"]

FEWEST = 8  # lifts in each session; with fewer nothing is concluded
DRAWS = 10_000
SEED = 1  # fixed: the same two files always give the same words


@dataclass(frozen=True)
class Measure:
    """One thing compared. a, b: its value in each session, None without lifts; low, high: the 95 % interval of b - a.

    lifts: how many lifts of each session it rests on. Less is better for every measure.
    """

    name: str
    unit: str
    a: float | None
    b: float | None
    low: float | None
    high: float | None
    lifts: tuple[int, int]
    verdict: Verdict

    @property
    def difference(self) -> float | None:
        """The second session less the first."""
        return None if self.a is None or self.b is None else self.b - self.a


@dataclass(frozen=True)
class Comparison:
    """Two sessions compared. verdict: that of the first measure, the share of lifts with the back."""

    measures: tuple[Measure, ...]

    @property
    def verdict(self) -> Verdict:
        """What the comparison comes to."""
        return self.measures[0].verdict


def compare(first: Sequence[Lift], second: Sequence[Lift], settings: ExposureSettings | None = None) -> Comparison:
    """Compares the lifts of two sessions; b against a, less is better. Bends that are no lift do not count.

    settings: what counts as twisted.
    """
    twisted: Compared = ("Twisted lifts", "%", True, partial(_twisted, settings or ExposureSettings()))
    rng = np.random.default_rng(SEED)
    measures = []
    for name, unit, is_share, of in (*MEASURES, twisted):
        a, b = (np.array([v for v in map(of, lifts) if v is not None]) for lifts in (first, second))
        measures.append(_measure(name, unit, is_share, a, b, rng))
    return Comparison(tuple(measures))


def _measure(name: str, unit: str, is_share: bool, a: Array, b: Array, rng: np.random.Generator) -> Measure:
    means = [float(x.mean()) if len(x) else None for x in (a, b)]
    lifts = (len(a), len(b))
    if min(lifts) < FEWEST:
        return Measure(name, unit, means[0], means[1], None, None, lifts, "no clear change")
    low, high = _interval(a, b, is_share, rng)
    verdict: Verdict = "likely better" if high < 0 else "likely worse" if low > 0 else "no clear change"
    return Measure(name, unit, means[0], means[1], low, high, lifts, verdict)


def _interval(a: Array, b: Array, is_share: bool, rng: np.random.Generator) -> tuple[float, float]:
    """The 95 % interval of the difference of two means: lifts drawn again and again from each session."""
    if is_share:
        # One lift of each kind more (Agresti & Caffo 2000): drawing from three yes and no no would claim certainty.
        a, b = np.append(a, [0.0, 100.0]), np.append(b, [0.0, 100.0])
    differences = _means(b, rng) - _means(a, rng)
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


def _means(values: Array, rng: np.random.Generator) -> Array:
    """Means of many samples drawn with replacement, each as large as the session."""
    blocks = [rng.choice(values, (DRAWS // 10, len(values))).mean(axis=1) for _ in range(10)]
    return np.concatenate(blocks)


def _with_the_back(lift: Lift) -> float | None:
    judged = lift.technique not in (None, Technique.UNCLEAR)
    return 100.0 * (lift.technique is Technique.BACK) if judged else None


def _stoop_index(lift: Lift) -> float | None:
    return lift.stoop_index if _with_the_back(lift) is not None else None


def _twisted(settings: ExposureSettings, lift: Lift) -> float | None:
    twisted = abs(lift.lean_deg) > settings.twisted_lean_deg or abs(lift.turn_deg) > settings.twisted_turn_deg
    return 100.0 * twisted if lift.is_lift else None


def _speed(lift: Lift) -> float | None:
    return max(abs(lift.peak_down_velocity_deg_s), abs(lift.peak_up_velocity_deg_s)) if lift.is_lift else None


# Name, unit, whether it is a share of yes and no, and a lift's value: None where the lift does not count.
Compared = tuple[str, str, bool, Callable[[Lift], float | None]]
MEASURES: tuple[Compared, ...] = (
    ("Lifts with the back", "%", True, _with_the_back),
    ("Stoop index, mean", "", False, _stoop_index),
    ("Peak speed of the trunk, mean", "deg/s", False, _speed),
)
