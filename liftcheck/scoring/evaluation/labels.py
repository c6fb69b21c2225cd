"""What somebody said happened in a recording: the bends to be found, and stretches in which there is none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from liftcheck.errors import LiftcheckError
from liftcheck.recording.labels import LABELS
from liftcheck.scoring.evaluation.shares import kappa
from liftcheck.scoring.files import number

NO_LIFT = "no lift"  # a coach's word for a lift that was none; `bend`, a bend nobody judged, counts for finding only
AROUND_S = 0.3  # a lift's bottom may lie this far outside the label


@dataclass(frozen=True)
class Label:
    """A bend as somebody judged it. bottom_s: None where only a stretch is known that holds it.

    truth: the row that it comes from, with whatever columns of a lift's row were measured another way.
    """

    recording: str
    start_s: float
    end_s: float
    bottom_s: float | None
    label: str
    coach: str | None
    truth: Mapping[str, Any]

    def distance_s(self, bottom_s: float) -> float | None:
        """How far a lift's bottom lies from this bend's (or the stretch's middle); None if they do not match."""
        if not self.start_s - AROUND_S <= bottom_s <= self.end_s + AROUND_S:
            return None
        middle = (self.start_s + self.end_s) / 2 if self.bottom_s is None else self.bottom_s
        return abs(bottom_s - middle)


@dataclass(frozen=True)
class Distractor:
    """A stretch in which nothing is to be found. kind: what happens there."""

    recording: str
    start_s: float
    end_s: float
    kind: str


@dataclass(frozen=True)
class Agreement:
    """How far two coaches agree on the bends that both judged."""

    first: str
    second: str
    bends: int
    same: int
    kappa: float | None


def labels_of(rows: Iterable[Mapping[str, Any]], source: str = "labels") -> tuple[list[Label], list[Distractor]]:
    """Labels from a table's rows, and the bends that a coach called no lift. Raises LiftcheckError naming the row."""
    labels, none = [], []
    for place, row in enumerate(rows, start=2):
        recording, start_s, end_s = _stretch(row, f"{source}: row {place}")
        word = str(row.get("label") or "").strip().lower()
        if word == NO_LIFT:
            none.append(Distractor(recording, start_s, end_s, NO_LIFT))
            continue
        if word not in LABELS:
            raise LiftcheckError(f"{source}: row {place}: label {row.get('label')!r} is none of {', '.join(LABELS)}")
        coach = row.get("coach")
        bottom_s = number(row, "bottom_s")
        labels.append(Label(recording, start_s, end_s, bottom_s, word, None if coach is None else str(coach), row))
    return labels, none


def distractors_of(rows: Iterable[Mapping[str, Any]], source: str = "distractors") -> list[Distractor]:
    """Distractors from a table's rows. Raises LiftcheckError naming the row."""
    return [
        Distractor(*_stretch(row, f"{source}: row {place}"), str(row.get("kind") or "other"))
        for place, row in enumerate(rows, start=2)
    ]


def agreed(labels: Iterable[Label]) -> tuple[list[Label], tuple[Agreement, ...]]:
    """One label for each bend where several coaches judged it, and how far each two of them agree.

    The majority's word counts; where there is none, the bend is `bend`: to be found, and judged by nobody.
    """
    bends: list[list[Label]] = []
    of_recording: dict[str, list[list[Label]]] = defaultdict(list)
    for label in sorted(labels, key=lambda x: (x.recording, x.start_s, x.end_s, x.coach or "")):
        bend = _same_bend(label, of_recording[label.recording])
        if bend is None:
            bend = []
            bends.append(bend)
            of_recording[label.recording].append(bend)
        bend.append(label)
    coaches = sorted({label.coach for bend in bends for label in bend if label.coach is not None})
    return [_majority(bend) for bend in bends], tuple(_agreement(bends, *pair) for pair in combinations(coaches, 2))


def _same_bend(label: Label, bends: list[list[Label]]) -> list[Label] | None:
    if label.coach is None:
        return None
    middle = (label.start_s + label.end_s) / 2 if label.bottom_s is None else label.bottom_s
    near = [
        (distance, place)
        for place, bend in enumerate(bends)
        if (distance := bend[0].distance_s(middle)) is not None and label.coach not in {other.coach for other in bend}
    ]
    return bends[min(near)[1]] if near else None


def _majority(bend: list[Label]) -> Label:
    (word, count), *_ = Counter(label.label for label in bend).most_common()
    return replace(bend[0], label=word if 2 * count > len(bend) else "bend")


def _agreement(bends: list[list[Label]], first: str, second: str) -> Agreement:
    words = [{label.coach: label.label for label in bend} for bend in bends]
    pairs = [(word[first], word[second]) for word in words if first in word and second in word]
    return Agreement(first, second, len(pairs), sum(a == b for a, b in pairs), kappa(pairs))


def _stretch(row: Mapping[str, Any], where: str) -> tuple[str, float, float]:
    recording, start_s, end_s = row.get("recording"), number(row, "start_s"), number(row, "end_s")
    if not recording:
        raise LiftcheckError(f"{where} names no recording")
    if start_s is None or end_s is None or end_s < start_s:
        raise LiftcheckError(f"{where} needs start_s and end_s, in seconds and in this order")
    return str(recording), start_s, end_s
