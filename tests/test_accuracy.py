"""The accuracy benchmark counts what it says it counts, and the document has a place for each of its tables."""

import re
from pathlib import Path

import numpy as np
import pytest
from hand_made import a_lift

from liftcheck.scoring.evaluation import evaluate
from tests.benchmarks.accuracy.__main__ import written
from tests.benchmarks.accuracy.case import Case, Curves, Episode, FalseAlarm, Label, Outcome, Pair, Truths
from tests.benchmarks.accuracy.figures import Figures
from tests.benchmarks.accuracy.judging import is_real_bend, matched
from tests.benchmarks.accuracy.rows import ROWS
from tests.benchmarks.accuracy.rows.overlap import left_out
from tests.benchmarks.accuracy.simulated import Seed

ROOT = Path(__file__).parents[1]

METHOD = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
T = np.arange(0.0, 10.0, 0.01)


def a_label(bottom_s: float, label: str = "legs", knee_deg: float = 100.0) -> Label:
    return Label(bottom_s - 1, bottom_s + 1, label, bottom_s, "lift", 60.0, 58.0, 0.6, 0.45, knee_deg)


def an_outcome(pairs: list[Pair], missed: list[Label], alarms: list[FalseAlarm], wearer: str = "a") -> Outcome:
    case = Case(Seed("mixed", 0), about=(("wearer", wearer),))
    labels = tuple([pair.label for pair in pairs] + missed)
    return Outcome(case, tuple(pairs), tuple(missed), tuple(alarms), (), labels, (), 3600.0, 360.0)


def test_the_document_has_a_place_for_each_row_and_none_besides() -> None:
    assert sorted(re.findall(r"<!-- accuracy: (.*) -->", METHOD)) == sorted(ROWS)
    assert set(re.findall(r"<!-- end of (.*) -->", METHOD)) == set(ROWS)
    assert set(re.findall(r"--only (\S+)", METHOD)) == set(ROWS)


def test_a_table_replaces_the_one_before_it_and_nothing_else() -> None:
    document = "before\n<!-- accuracy: work -->\nold\n<!-- end of work -->\nafter\n"
    once = written(document, "work", "| new |\n")
    assert once == "before\n<!-- accuracy: work -->\n\n| new |\n\n<!-- end of work -->\nafter\n"
    assert written(once, "work", "| new |\n") == once
    with pytest.raises(ValueError, match="no place for overlap"):
        written(document, "overlap", "")


def test_lifts_are_matched_and_counted_as_evaluate_does() -> None:
    labels = [a_label(10.0), a_label(14.0, "back"), a_label(20.0, "back"), a_label(30.0, "legs")]
    verdicts = [(10.2, "legs"), (10.9, "legs"), (14.1, "legs"), (20.0, "back"), (25.0, "mixed")]
    lifts = [a_lift(number, bottom, technique) for number, (bottom, technique) in enumerate(verdicts, 1)]
    pairs, missed, unmatched = matched(lifts, labels)
    ours = Figures(
        (
            an_outcome(
                [Pair(label, lift, Truths()) for label, lift in pairs],
                missed,
                [FalseAlarm(x, "", False) for x in unmatched],
            ),
        )
    )
    rows = [{"recording": "r", "technique": str(x.technique), "bottom_s": x.bottom_s, "confidence": 0.9} for x in lifts]
    told = [{"recording": "r", **{k: getattr(x, k) for k in ("start_s", "bottom_s", "end_s", "label")}} for x in labels]
    theirs = evaluate(rows, told, (), {"r": 3600.0}).all
    assert (ours.recall, ours.precision(excused=True)) == (theirs.found, theirs.precision)
    assert ours.balanced == theirs.balanced_accuracy == 0.75
    assert ours.alarms_per_hour(excused=True) == theirs.false_alarms_per_hour == 2.0


def test_an_alarm_in_an_episode_with_a_real_bend_does_not_count_the_second_time_nor_does_its_length() -> None:
    alarms = [FalseAlarm(a_lift(1, 5.0, "back"), "throw", True), FalseAlarm(a_lift(2, 50.0, "back"), "jog", False)]
    figures = Figures((an_outcome([], [], alarms),))
    assert figures.alarms_per_hour(excused=True) == 2.0
    assert figures.alarms_per_hour(excused=False) == pytest.approx(1 / 0.9)


@pytest.mark.parametrize(
    ("kind", "deepest_deg", "last_deg", "real"),
    [("throw", 60.0, 0.0, True), ("throw", 40.0, 0.0, False), ("throw", 60.0, 50.0, False), ("sit", 60.0, 0.0, False)],
)
def test_a_real_bend_is_deep_and_comes_back_and_sitting_down_is_none(
    kind: str, deepest_deg: float, last_deg: float, real: bool
) -> None:
    flexion = np.interp(T, [0, 5, 10], [0, deepest_deg, last_deg])
    curves = Curves(T, flexion, np.zeros_like(T), np.zeros_like(T))
    assert is_real_bend(Episode(0.0, 10.0, kind), curves, "mid-back") is real


def test_a_border_is_tried_on_people_it_was_not_fitted_on() -> None:
    def person(name: str, shift: float) -> Outcome:
        lifts = [(knee, a_lift(1, 5.0, "legs", knee_deg=knee + shift)) for knee in range(0, 120, 6)]
        return an_outcome([Pair(a_label(5.0, knee_deg=knee), lift, Truths()) for knee, lift in lifts], [], [], name)

    alike = [person(name, 0.0) for name in "abc"]
    assert left_out(alike, lambda pair: pair.lift.knee_deg or 0.0) == 1.0
    one_off = [person("a", 0.0), person("b", 0.0), person("c", -30.0)]
    share = left_out(one_off, lambda pair: pair.lift.knee_deg or 0.0)
    assert share is not None
    assert 0.7 < share < 0.95
