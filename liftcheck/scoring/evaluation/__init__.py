"""How right the verdicts are against somebody's labels: found, falsely found, judged, measured, and for whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from liftcheck.scoring.evaluation.labels import Agreement, Distractor, Label, agreed, distractors_of, labels_of
from liftcheck.scoring.evaluation.shares import Bin, Errors, Share, errors_of, kappa, reliability
from liftcheck.scoring.files import number
from liftcheck.settings import parse_site

__all__ = ["Agreement", "Bin", "Errors", "Evaluation", "Share", "Summary", "evaluate"]

Rows = Iterable[Mapping[str, Any]]
NOT_FOUND = "not found"
DECIDED = ("legs", "back")
MEASURED = ("drop_m", "hip_drop_m", "knee_deg", "peak_flexion_deg", "flexion_at_bottom_deg")
STATED = {"hip_drop_m": "hip_drop_error_m", "knee_deg": "knee_error_deg"}
TIMES = ("start_s", "bottom_s", "end_s")


@dataclass(frozen=True)
class Summary:
    """The figures of some recordings: of all, of one person's, of one site's.

    found: labels matched by a lift (recall). precision: lifts that match a label. hours: None where some recording's
    length is not known. decided: matched legs and back labels whose verdict is legs or back; right: those of them that
    are right, by label. undecided: how many others were unclear or mixed. balanced_accuracy: mean over the labels
    present. one_lift: of recordings with one label, those with exactly one lift. disturbed: of recordings with
    distractors and no label, those with any lift.
    """

    recordings: int
    hours: float | None
    found: Share
    precision: Share
    false_alarms: int
    false_alarms_per_hour: float | None
    decided: Share
    undecided: Mapping[str, int]
    right: Mapping[str, Share]
    balanced_accuracy: float | None
    one_lift: Share
    disturbed: Share


@dataclass(frozen=True)
class Evaluation:
    """How right the verdicts are.

    confusion: label -> verdict -> count, with `not found` among the verdicts. false_alarm_verdicts: what the lifts that
    match no label were called. disturbed_by: kind of distractor -> stretches with a false alarm; elsewhere: false
    alarms in none of them. agreement: Cohen's kappa of verdict and label over matched legs, mixed and back labels that
    were judged. reliability: whether verdicts given at 0.9 are right nine times in ten. spread: lowest and highest
    value over people. coaches: agreement between those who labelled.
    """

    all: Summary
    by_wearer: Mapping[str, Summary]
    by_site: Mapping[str, Summary]
    confusion: Mapping[str, Mapping[str, int]]
    false_alarm_verdicts: Mapping[str, int]
    disturbed_by: Mapping[str, Share]
    elsewhere: int
    agreement: float | None
    errors: tuple[Errors, ...]
    reliability: tuple[Bin, ...]
    spread: Mapping[str, tuple[float, float]]
    coaches: tuple[Agreement, ...]


@dataclass(frozen=True)
class _Matched:
    """One recording: which lift answers which label, and what is left on both sides."""

    recording: str
    pairs: tuple[tuple[Mapping[str, Any], Label], ...]
    missed: tuple[Label, ...]
    false_alarms: tuple[Mapping[str, Any], ...]
    distractors: tuple[Distractor, ...]
    length_s: float | None


def evaluate(
    lifts: Rows,
    labels: Rows,
    distractors: Rows = (),
    lengths_s: Mapping[str, float] | None = None,
    about: Mapping[str, Mapping[str, Any]] | None = None,
    sources: tuple[str, str] = ("labels", "distractors"),
) -> Evaluation:
    """Holds lifts, as rows of `score --lifts`, against labels.

    A lift (`unclear` included) matches a label if its bottom lies within start_s - 0.3 .. end_s + 0.3; one to one,
    nearest first. Every other lift in a recording named by labels or distractors is a false alarm; recordings that
    neither names do not count. lengths_s: of the recordings, for false alarms an hour. about: recording -> wearer and
    site, where labels and distractors have no such columns. LiftcheckError names a row that is no label.
    sources: what labels and distractors are called in that sentence, such as the names of their files.
    """
    label_rows, distractor_rows = list(labels), list(distractors)
    judged, no_lifts = labels_of(label_rows, sources[0])
    bends, coaches = agreed(judged)
    nothing = [*distractors_of(distractor_rows, sources[1]), *no_lifts]
    matched = _all_matched(lifts, bends, nothing, lengths_s or {})
    who = _about([*label_rows, *distractor_rows], about or {})
    by_wearer = _grouped(matched, who, "wearer")
    pairs = [pair for one in matched for pair in one.pairs]
    return Evaluation(
        all=_summary(matched),
        by_wearer=by_wearer,
        by_site=_grouped(matched, who, "site"),
        confusion=_confusion(matched),
        false_alarm_verdicts=Counter(str(lift["technique"]) for one in matched for lift in one.false_alarms),
        disturbed_by=_disturbed_by(matched),
        elsewhere=_elsewhere(matched),
        agreement=kappa(
            (label.label, str(lift["technique"]))
            for lift, label in pairs
            if label.label != "bend" and lift["technique"] != "unclear"
        ),
        errors=_errors(pairs),
        reliability=reliability(_confidences(pairs)),
        spread=_spread(by_wearer),
        coaches=coaches,
    )


def _all_matched(
    lifts: Rows, labels: list[Label], distractors: list[Distractor], lengths_s: Mapping[str, float]
) -> list[_Matched]:
    lifts_of, labels_of_, nothing_in = defaultdict(list), defaultdict(list), defaultdict(list)
    for lift in lifts:
        if lift.get("technique"):  # bends that are no lift have none
            lifts_of[str(lift["recording"])].append(lift)
    for label in labels:
        labels_of_[label.recording].append(label)
    for distractor in distractors:
        nothing_in[distractor.recording].append(distractor)
    return [
        _matched(name, lifts_of[name], labels_of_[name], nothing_in[name], lengths_s.get(name))
        for name in sorted({*labels_of_, *nothing_in})
    ]


def _matched(
    recording: str,
    lifts: list[Mapping[str, Any]],
    labels: list[Label],
    distractors: list[Distractor],
    length_s: float | None,
) -> _Matched:
    bottoms = [number(lift, "bottom_s") or 0.0 for lift in lifts]
    near = sorted(
        (distance, i, j)
        for i, bottom_s in enumerate(bottoms)
        for j, label in enumerate(labels)
        if (distance := label.distance_s(bottom_s)) is not None
    )
    of_lift: dict[int, int] = {}
    for _, i, j in near:
        if i not in of_lift and j not in of_lift.values():
            of_lift[i] = j
    return _Matched(
        recording,
        tuple((lifts[i], labels[j]) for i, j in sorted(of_lift.items())),
        tuple(label for j, label in enumerate(labels) if j not in of_lift.values()),
        tuple(lift for i, lift in enumerate(lifts) if i not in of_lift),
        tuple(distractors),
        length_s,
    )


def _summary(matched: Sequence[_Matched]) -> Summary:
    pairs = [pair for one in matched for pair in one.pairs]
    false_alarms = sum(len(one.false_alarms) for one in matched)
    lengths = [one.length_s for one in matched]
    hours = None if None in lengths else sum(length for length in lengths if length is not None) / 3600.0
    judged = [(label.label, lift["technique"]) for lift, label in pairs if label.label in DECIDED]
    right = {
        word: Share(
            sum(label == word == verdict for label, verdict in judged),
            sum(label == word and verdict in DECIDED for label, verdict in judged),
        )
        for word in DECIDED
    }
    shares = [share.value for share in right.values() if share.value is not None]
    return Summary(
        recordings=len(matched),
        hours=hours,
        found=Share(len(pairs), len(pairs) + sum(len(one.missed) for one in matched)),
        precision=Share(len(pairs), len(pairs) + false_alarms),
        false_alarms=false_alarms,
        false_alarms_per_hour=false_alarms / hours if hours else None,
        decided=Share(sum(share.of for share in right.values()), len(judged)),
        undecided={word: sum(verdict == word for _, verdict in judged) for word in ("mixed", "unclear")},
        right=right,
        balanced_accuracy=fmean(shares) if shares else None,
        one_lift=_one_lift(matched),
        disturbed=_disturbed(matched),
    )


def _one_lift(matched: Sequence[_Matched]) -> Share:
    single = [one for one in matched if len(one.pairs) + len(one.missed) == 1]
    return Share(sum(len(one.pairs) + len(one.false_alarms) == 1 for one in single), len(single))


def _disturbed(matched: Sequence[_Matched]) -> Share:
    without = [one for one in matched if not one.pairs and not one.missed]
    return Share(sum(bool(one.false_alarms) for one in without), len(without))


def _disturbed_by(matched: Sequence[_Matched]) -> dict[str, Share]:
    """For each kind of distractor, in how many of its stretches a lift was falsely found."""
    hit, of = Counter[str](), Counter[str]()
    for one in matched:
        bottoms = [number(lift, "bottom_s") or 0.0 for lift in one.false_alarms]
        for stretch in one.distractors:
            of[stretch.kind] += 1
            hit[stretch.kind] += any(stretch.start_s <= bottom_s <= stretch.end_s for bottom_s in bottoms)
    return {kind: Share(hit[kind], of[kind]) for kind in sorted(of, key=lambda kind: (-hit[kind], kind))}


def _elsewhere(matched: Sequence[_Matched]) -> int:
    return sum(
        not any(stretch.start_s <= (number(lift, "bottom_s") or 0.0) <= stretch.end_s for stretch in one.distractors)
        for one in matched
        for lift in one.false_alarms
    )


def _confusion(matched: Sequence[_Matched]) -> dict[str, dict[str, int]]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for one in matched:
        for lift, label in one.pairs:
            table[label.label][str(lift["technique"])] += 1
        for label in one.missed:
            table[label.label][NOT_FOUND] += 1
    return {label: dict(verdicts) for label, verdicts in table.items()}


def _errors(pairs: Sequence[tuple[Mapping[str, Any], Label]]) -> tuple[Errors, ...]:
    found = []
    for column in (*MEASURED, *TIMES):
        known = []
        for lift, label in pairs:
            # without a bottom, start and end are those of a stretch that holds the bend, not the bend's own
            truth = None if column in TIMES and label.bottom_s is None else number(label.truth, column)
            estimate = number(lift, column)
            if truth is not None and estimate is not None:
                known.append((estimate, truth, number(lift, STATED.get(column, ""))))
        found.append(errors_of(column, [(e, t) for e, t, _ in known], [sd for _, _, sd in known]))
    return tuple(errors for errors in found if errors is not None)


def _confidences(pairs: Sequence[tuple[Mapping[str, Any], Label]]) -> list[tuple[float, bool]]:
    return [
        (confidence, lift["technique"] == label.label)
        for lift, label in pairs
        if label.label in DECIDED
        and lift["technique"] in DECIDED
        and (confidence := number(lift, "confidence")) is not None
    ]


def _about(rows: Rows, about: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    who: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        for name in ("wearer", "site"):
            value = row.get(name) or about.get(str(row["recording"]), {}).get(name)
            if value:
                who[str(row["recording"])].setdefault(name, parse_site(value) if name == "site" else value)
    return who


def _grouped(matched: Sequence[_Matched], who: Mapping[str, Mapping[str, Any]], by: str) -> dict[str, Summary]:
    groups: dict[str, list[_Matched]] = defaultdict(list)
    for one in matched:
        groups[str(who.get(one.recording, {}).get(by) or "not said")].append(one)
    return {name: _summary(groups[name]) for name in sorted(groups)}


def _spread(by_wearer: Mapping[str, Summary]) -> dict[str, tuple[float, float]]:
    values = {
        "found": [of.found.value for of in by_wearer.values()],
        "precision": [of.precision.value for of in by_wearer.values()],
        "balanced_accuracy": [of.balanced_accuracy for of in by_wearer.values()],
        "false_alarms_per_hour": [of.false_alarms_per_hour for of in by_wearer.values()],
    }
    known = {name: [value for value in some if value is not None] for name, some in values.items()}
    return {name: (min(some), max(some)) for name, some in known.items() if len(some) > 1}
