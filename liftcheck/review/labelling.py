"""A coach's labels of one recording, beside what the program found; every step can be undone.

The program's lifts are never changed. A coach's label belongs to a lift if it holds the lift's bottom; it may hold
several (joined), a lift may be cut into two (split), and a label may stand where the program found nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from liftcheck.errors import LiftcheckError
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording.labels import Label
from liftcheck.samples import Array

NO_LIFT = "no lift"
WORDS = ("legs", "mixed", "back", NO_LIFT)  # in the order of their keys, 1 to 4
AROUND_S = 0.3  # a lift's bottom may lie this far outside a label, as in `evaluate`
SHORTEST_S = 0.1  # no bend is shorter


class ReviewError(LiftcheckError):
    """Something that cannot be done with this lift; one sentence says why. key: of the texts' part `review`."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Remark:
    """Something that a coach should know. key: of the texts' part `review`; values: what is filled in there."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of the coach's list: what the program found, what the coach says, or both.

    joined: this lift is part of the label of the row before.
    """

    lift: Lift | None
    label: Label | None = None
    joined: bool = False

    @property
    def start_s(self) -> float:
        """Where it begins: the coach's word before the program's."""
        return self.label.start_s if self.label else self._lift.start_s

    @property
    def end_s(self) -> float:
        """Where it ends."""
        return self.label.end_s if self.label else self._lift.end_s

    @property
    def bottom_s(self) -> float:
        """Its lowest instant, or the middle where nobody knows it."""
        if self.joined and self.lift is not None:
            return self.lift.bottom_s
        if self.label is None:
            return self._lift.bottom_s
        if self.label.bottom_s is not None:
            return self.label.bottom_s
        return self.lift.bottom_s if self.lift is not None else (self.label.start_s + self.label.end_s) / 2

    @property
    def machine(self) -> str:
        """What the program says: legs, mixed, back, unclear, or "" where it found nothing."""
        return "" if self.lift is None or self.lift.technique is None else self.lift.technique.value

    @property
    def coach(self) -> str:
        """What the coach says; "" if nothing yet."""
        return self.label.label if self.label else ""

    @property
    def differs(self) -> bool:
        """Whether the coach says something else than the program."""
        return self.label is not None and not self.joined and self.label.label not in (self.machine, "bend")

    @property
    def _lift(self) -> Lift:
        assert self.lift is not None  # a row without a label has a lift
        return self.lift


@dataclass(frozen=True)
class Review:
    """What one coach says of one recording. Each step gives another Review; `undone` gives the one before.

    lifts: the program's, those that count only. labels: this coach's own, in order of time.
    """

    recording: str
    coach: str
    lifts: tuple[Lift, ...] = ()
    labels: tuple[Label, ...] = ()
    past: tuple[tuple[Label, ...], ...] = field(default=(), repr=False)

    def with_lifts(self, lifts: Iterable[Lift]) -> "Review":
        """The same words on lifts that are known better now."""
        return replace(self, lifts=tuple(lift for lift in lifts if lift.is_lift))

    def rows(self) -> tuple[Row, ...]:
        """Lifts and labels in order of time, each once."""
        longest = max((label.end_s - label.start_s for label in self.labels), default=0.0)
        belongs = [_label_of(lift, self.labels, longest) for lift in self.lifts]
        first: dict[int, Lift] = {}  # place of a label -> the first of its lifts, in whose row it stands
        for lift, place in zip(self.lifts, belongs, strict=True):
            if place is not None:
                first.setdefault(place, lift)
        rows = [
            Row(lift) if place is None else Row(lift, self.labels[place], joined=first[place] is not lift)
            for lift, place in zip(self.lifts, belongs, strict=True)
        ]
        rows += [Row(None, label) for place, label in enumerate(self.labels) if place not in first]
        return tuple(sorted(rows, key=lambda row: row.lift.bottom_s if row.lift is not None else row.bottom_s))

    def accepted(self, row: Row) -> "Review":
        """The coach agrees; a label that is there already stays. ReviewError where there is no verdict to accept."""
        if row.label is not None:
            return self
        if row.machine in ("", Technique.UNCLEAR.value):
            raise ReviewError(
                "The program has no verdict here that could be accepted: press 1, 2, 3 or 4", "no_verdict"
            )
        return self.labelled(row, row.machine)

    def labelled(self, row: Row, word: str) -> "Review":
        """The coach's own word for this lift: legs, mixed, back or no lift."""
        if row.label is not None:
            return self._changed({row.label}, replace(row.label, label=word))
        lift = row.lift
        assert lift is not None
        return self._changed(set(), self._label(word, lift.start_s, lift.end_s, lift.bottom_s))

    def split(self, row: Row, t: float, bottoms: tuple[float | None, float | None] = (None, None)) -> "Review":
        """Two lifts where there was one, cut at `t`. bottoms: the lowest instant of each part, where known.

        ReviewError if the cut lies outside of the lift or too near to an end.
        """
        start, end = row.start_s, row.end_s
        if not start + SHORTEST_S <= t <= end - SHORTEST_S:
            raise ReviewError(
                "The cursor does not stand inside this lift: put it where the lift is to be cut", "outside"
            )
        word = row.coach or (row.machine if row.machine not in ("", Technique.UNCLEAR.value) else "bend")
        parts = (self._label(word, start, t, bottoms[0]), self._label(word, t, end, bottoms[1]))
        return self._changed({row.label} if row.label else set(), *parts)

    def joined(self, row: Row, following: Row | None) -> "Review":
        """One lift of two that follow each other; it keeps the first one's word. ReviewError after the last."""
        if following is None:
            raise ReviewError("There is no lift after this one to join it with", "last")
        word = row.coach or (row.machine if row.machine not in ("", Technique.UNCLEAR.value) else "bend")
        lower = max((row, following), key=lambda each: each.lift.drop_m if each.lift else -1.0)
        old = {label for label in (row.label, following.label) if label is not None}
        start, end = min(row.start_s, following.start_s), max(row.end_s, following.end_s)
        return self._changed(old, self._label(word, start, end, lower.bottom_s))

    def deleted(self, row: Row) -> "Review":
        """No lift, the coach says. What only the coach had marked goes; said twice, it is unsaid."""
        if row.label is not None and (row.lift is None or row.label.label == NO_LIFT):
            return self._changed({row.label})
        return self.labelled(row, NO_LIFT)

    def undone(self) -> "Review":
        """Without the last step. ReviewError if there is none."""
        if not self.past:
            raise ReviewError("There is nothing to undo", "no_step")
        return replace(self, labels=self.past[-1], past=self.past[:-1])

    def _label(self, word: str, start: float, end: float, bottom: float | None) -> Label:
        rounded = None if bottom is None else round(bottom, 3)
        return Label(self.recording, word, round(start, 3), round(end, 3), rounded, coach=self.coach)

    def _changed(self, gone: set[Label], *new: Label) -> "Review":
        kept = [label for label in self.labels if label not in gone]
        labels = tuple(sorted((*kept, *new), key=lambda label: label.start_s))
        return self if labels == self.labels else replace(self, labels=labels, past=(*self.past, self.labels))


def lowest(t: Array, depth: Array, start: float, end: float) -> float | None:
    """When a curve is deepest between two moments; None if it has no point there. t, depth: (n,)."""
    inside = (t >= start) & (t <= end)
    if not inside.any():
        return None
    return float(t[inside][depth[inside].argmax()])


def strangers(labels: Iterable[Label], lifts: Sequence[Lift], end_s: float) -> Remark | None:
    """Labels where the program found no lift, or after the recording's end; None if there are none."""
    labels = tuple(labels)
    late = [label for label in labels if label.start_s > end_s]
    if late:
        return _counted("late", late, end=_time(end_s))
    alone = [
        label for label in labels if label.label != NO_LIFT and not any(holds(label, lift.bottom_s) for lift in lifts)
    ]
    return _counted("stray", alone) if alone else None


def _counted(key: str, labels: Sequence[Label], **values: object) -> Remark:
    """A notice about one label, or about several."""
    first = _time(labels[0].start_s)
    if len(labels) == 1:
        return Remark(f"{key}_one", {"first": first, **values})
    return Remark(key, {"count": len(labels), "first": first, **values})


def _time(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def holds(label: Label, bottom_s: float) -> bool:
    """Whether a bottom lies in a label, or hardly outside."""
    return label.start_s - AROUND_S <= bottom_s <= label.end_s + AROUND_S


def _distance(label: Label, bottom_s: float) -> tuple[float, float]:
    """How far a bottom lies outside of a label, and then from its own bottom."""
    outside = max(label.start_s - bottom_s, bottom_s - label.end_s, 0.0)
    middle = (label.start_s + label.end_s) / 2 if label.bottom_s is None else label.bottom_s
    return outside, abs(middle - bottom_s)


def _label_of(lift: Lift, labels: Sequence[Label], longest_s: float) -> int | None:
    """The place of the label that this lift belongs to. labels: in order of their start."""
    first = bisect_left(labels, lift.bottom_s - AROUND_S - longest_s, key=lambda label: label.start_s)
    last = bisect_right(labels, lift.bottom_s + AROUND_S, key=lambda label: label.start_s)
    near = (place for place in range(first, last) if holds(labels[place], lift.bottom_s))
    return min(near, key=lambda place: _distance(labels[place], lift.bottom_s), default=None)
