"""Figures over outcomes: shares with Wilson's interval, errors with their counts, the spread over people."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median

from liftcheck.scoring.evaluation import Share
from tests.benchmarks.accuracy.case import Outcome, Pair

DECIDED = ("legs", "back")


@dataclass(frozen=True)
class Figures:
    """What is counted over some outcomes."""

    outcomes: tuple[Outcome, ...]

    @property
    def pairs(self) -> list[Pair]:
        """Every label that was answered by a lift."""
        return [pair for one in self.outcomes for pair in one.pairs]

    @property
    def recall(self) -> Share:
        """Labels found."""
        return Share(len(self.pairs), sum(len(one.labels) for one in self.outcomes))

    def alarms(self, *, excused: bool) -> int:
        """False alarms; with `excused` those too that were a real bend."""
        return sum(excused or not alarm.excused for one in self.outcomes for alarm in one.false_alarms)

    def precision(self, *, excused: bool) -> Share:
        """Lifts that answer a label."""
        found = len(self.pairs)
        return Share(found, found + self.alarms(excused=excused))

    def hours(self, *, excused: bool) -> float:
        """The length of the recordings; without `excused`, less the episodes that hold a real bend."""
        return sum(one.duration_s - (0.0 if excused else one.excused_s) for one in self.outcomes) / 3600

    def alarms_per_hour(self, *, excused: bool) -> float | None:
        """False alarms an hour."""
        hours = self.hours(excused=excused)
        return self.alarms(excused=excused) / hours if hours else None

    @property
    def judged(self) -> list[Pair]:
        """Pairs whose label is legs or back."""
        return [pair for pair in self.pairs if pair.label.label in DECIDED]

    def right(self, label: str) -> Share:
        """Of the decided lifts with this label, those called so."""
        decided = [p for p in self.judged if p.label.label == label and str(p.lift.technique) in DECIDED]
        return Share(sum(str(p.lift.technique) == label for p in decided), len(decided))

    @property
    def balanced(self) -> float | None:
        """The mean of both labels' shares; None where one label is missing."""
        values = [self.right(label).value for label in DECIDED]
        return None if None in values else fmean(v for v in values if v is not None)

    @property
    def undecided(self) -> Share:
        """Lifts of legs or back that were called mixed or unclear."""
        return Share(sum(str(p.lift.technique) not in DECIDED for p in self.judged), len(self.judged))

    def over_people(self, figure: Callable[["Figures"], float | None]) -> tuple[float, float] | None:
        """The lowest and the highest value of a figure over people."""
        values = [figure(part) for part in by(self.outcomes, "wearer").values()]
        known = [value for value in values if value is not None]
        return (min(known), max(known)) if len(known) > 1 else None


@dataclass(frozen=True)
class Error:
    """Errors of one quantity: bias, root mean square, median of the absolute value."""

    values: tuple[float, ...]

    @property
    def rmse(self) -> float | None:
        """Root mean square."""
        return sqrt(fmean(v * v for v in self.values)) if self.values else None

    @property
    def bias(self) -> float | None:
        """Mean of estimate less truth."""
        return fmean(self.values) if self.values else None

    @property
    def middle(self) -> float | None:
        """Median of the absolute errors."""
        return median(abs(v) for v in self.values) if self.values else None


def errors(pairs: Iterable[Pair], estimate: str, truth: Callable[[Pair], float | None], scale: float = 1.0) -> Error:
    """The errors of one of the lift's fields."""
    found = []
    for pair in pairs:
        said, true = getattr(pair.lift, estimate), truth(pair)
        if said is not None and true is not None:
            found.append((said - true) * scale)
    return Error(tuple(found))


def of_label(field: str) -> Callable[[Pair], float | None]:
    """The truth as it stands in the label."""

    def truth(pair: Pair) -> float | None:
        value: float | None = getattr(pair.label, field)
        return value

    return truth


def of_curves(field: str) -> Callable[[Pair], float | None]:
    """The truth as the curves tell it."""

    def truth(pair: Pair) -> float | None:
        value: float | None = getattr(pair.truths, field)
        return value

    return truth


def relative(pairs: Iterable[Pair], estimate: str, field: str) -> Error:
    """Errors as percent of the truth."""
    found = []
    for pair in pairs:
        true = getattr(pair.truths, field)
        if true is not None and true > 20.0:  # slower than 20 deg/s is no bending
            found.append(100 * (getattr(pair.lift, estimate) - true) / true)
    return Error(tuple(found))


def by(outcomes: Iterable[Outcome], *keys: str) -> dict[str, Figures]:
    """Outcomes parted by what is known of their cases, in the order of first sight."""
    parts: dict[str, list[Outcome]] = {}
    for one in outcomes:
        parts.setdefault(", ".join(one.case.of(key) for key in keys), []).append(one)
    return {name: Figures(tuple(part)) for name, part in parts.items()}


def within_one_sd(pairs: Sequence[Pair], estimate: str, stated: str) -> Share:
    """How often the truth lies within the one standard deviation that the lift states: 68 % if it is honest."""
    known = [
        (abs(getattr(p.lift, estimate) - getattr(p.label, estimate)), getattr(p.lift, stated))
        for p in pairs
        if getattr(p.lift, stated) is not None and getattr(p.label, estimate) is not None
    ]
    return Share(sum(off <= sd for off, sd in known), len(known))
