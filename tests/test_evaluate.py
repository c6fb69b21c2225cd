"""How right the verdicts are: matching, shares, errors, and the command that prints them."""

import csv
import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hand_made import a_csv, a_lift, a_pipeline

from liftcheck.cli import main
from liftcheck.errors import LiftcheckError
from liftcheck.scoring import evaluate
from liftcheck.scoring.evaluation.shares import Share, errors_of, kappa, reliability


def lift(bottom_s: float, technique: str | None = "legs", recording: str = "a", **other: Any) -> dict[str, Any]:
    return {"recording": recording, "bottom_s": bottom_s, "technique": technique, "confidence": None} | other


def label(start_s: float, end_s: float, word: str = "legs", recording: str = "a", **other: Any) -> dict[str, Any]:
    return {"recording": recording, "start_s": start_s, "end_s": end_s, "label": word} | other


def nothing(start_s: float, end_s: float, recording: str = "a", kind: str = "walk") -> dict[str, Any]:
    return {"recording": recording, "start_s": start_s, "end_s": end_s, "kind": kind}


def test_a_lift_matches_where_its_bottom_lies_up_to_0_3_s_outside_the_label() -> None:
    for bottom_s, found in ((9.69, 0), (9.7, 1), (12.3, 1), (12.31, 0)):
        of = evaluate([lift(bottom_s)], [label(10.0, 12.0)]).all
        assert (of.found.count, of.false_alarms) == (found, 1 - found), bottom_s


def test_of_two_lifts_in_one_label_the_nearer_is_found_and_the_other_is_a_false_alarm() -> None:
    lifts = [lift(10.4, "back"), lift(11.1, "legs")]
    of = evaluate(lifts, [label(10.0, 12.0, "legs", bottom_s=11.0)])
    assert of.confusion == {"legs": {"legs": 1}}
    assert of.false_alarm_verdicts == {"back": 1}


def test_each_lift_answers_one_label_and_the_nearest_pair_goes_first() -> None:
    labels = [label(10.0, 12.0, "legs", bottom_s=11.0), label(11.0, 13.0, "back", bottom_s=12.0)]
    of = evaluate([lift(11.8, "back"), lift(11.9, "legs")], labels)
    # 11.9 lies 0.1 from the second label; 11.8 takes the first though the second would be nearer
    assert of.confusion == {"legs": {"back": 1}, "back": {"legs": 1}}


def test_a_label_without_a_bottom_may_cover_the_whole_recording() -> None:
    of = evaluate([lift(3.0), lift(6.5)], [label(0.0, 12.0)])
    assert of.all.found == Share(1, 1)
    assert of.all.false_alarms == 1
    assert of.errors == ()  # its start and end are not the bend's


def test_recordings_that_neither_file_names_do_not_count() -> None:
    of = evaluate([lift(1.0, recording="b"), lift(1.0, recording="c")], [label(0, 2)], [nothing(0, 5, "c")])
    assert of.all.recordings == 2
    assert of.all.false_alarms == 1
    assert of.all.found == Share(0, 1)


def test_false_alarms_an_hour_are_over_the_whole_length_of_the_recordings() -> None:
    lifts = [lift(5.0), lift(20.0), lift(30.0, recording="b")]
    of = evaluate(lifts, [label(4, 6)], [nothing(0, 60, "b")], {"a": 600.0, "b": 1200.0})
    assert of.all.hours == 0.5
    assert of.all.false_alarms_per_hour == 4.0
    assert evaluate(lifts, [label(4, 6)], [nothing(0, 60, "b")], {"a": 600.0}).all.false_alarms_per_hour is None


def test_balanced_accuracy_is_over_legs_and_back_labels_that_were_decided() -> None:
    words = [("legs", "legs")] * 3 + [("legs", "back"), ("back", "back"), ("back", "mixed"), ("back", "unclear")]
    words += [("bend", "back"), ("mixed", "legs")]
    lifts = [lift(10.0 * n, verdict) for n, (_, verdict) in enumerate(words)]
    labels = [label(10.0 * n - 1, 10.0 * n + 1, word) for n, (word, _) in enumerate(words)]
    of = evaluate(lifts, labels).all
    assert of.found == Share(9, 9)
    assert of.right == {"legs": Share(3, 4), "back": Share(1, 1)}
    assert of.balanced_accuracy == pytest.approx((0.75 + 1.0) / 2)
    assert of.decided == Share(5, 7)
    assert of.undecided == {"mixed": 1, "unclear": 1}


def test_bends_that_are_no_lift_are_neither_found_nor_false_alarms() -> None:
    of = evaluate([lift(5.0, None, reason="shallow"), lift(5.0, "")], [label(4, 6)]).all
    assert (of.found, of.false_alarms) == (Share(0, 1), 0)


def test_recordings_with_one_label_and_recordings_without_any_are_told_apart() -> None:
    lifts = [lift(5), lift(5, recording="b"), lift(50, recording="b"), lift(5, recording="d")]
    labels = [label(4, 6), label(4, 6, recording="b"), label(1, 2, recording="c"), label(3, 4, recording="c")]
    of = evaluate(lifts, labels, [nothing(0, 9, "d", "sit"), nothing(0, 9, "e", "walk"), nothing(40, 60, "b", "jog")])
    assert of.all.one_lift == Share(1, 2)
    assert of.all.disturbed == Share(1, 2)
    assert of.disturbed_by == {"jog": Share(1, 1), "sit": Share(1, 1), "walk": Share(0, 1)}
    assert of.elsewhere == 0
    assert evaluate([lift(5), lift(50)], [label(4, 6)], [nothing(20, 30)]).elsewhere == 1


def test_wearers_come_from_the_columns_or_from_what_is_said_about_the_recordings() -> None:
    labels = [label(4, 6, wearer="ann"), label(4, 6, "back", recording="b")]
    lifts = [lift(5), lift(5, "legs", recording="b")]
    of = evaluate(lifts, labels, about={"b": {"wearer": "bob", "site": "pelvis"}})
    assert of.by_wearer["ann"].right["legs"] == Share(1, 1)
    assert of.by_wearer["bob"].right["back"] == Share(0, 1)
    assert set(of.by_site) == {"not said", "waist-back"}
    assert of.spread["balanced_accuracy"] == (0.0, 1.0)


def test_errors_are_of_the_columns_that_the_labels_carry() -> None:
    lifts = [lift(5.0, hip_drop_m=0.50, hip_drop_error_m=0.05, start_s=4.0, end_s=6.0), lift(15.0, hip_drop_m=0.30)]
    labels = [label(4.1, 6, bottom_s=5.2, hip_drop_m="0.44"), label(14, 16, bottom_s=15.0, hip_drop_m="0.32")]
    errors = {of.column: of for of in evaluate(lifts, labels).errors}
    assert set(errors) == {"hip_drop_m", "start_s", "bottom_s", "end_s"}
    hips = errors["hip_drop_m"]
    assert (hips.n, hips.within) == (2, Share(0, 1))
    assert hips.bias == pytest.approx(0.02)
    assert hips.rmse == pytest.approx(math.sqrt((0.06**2 + 0.02**2) / 2))
    assert hips.median == pytest.approx(0.04)
    assert errors["bottom_s"].bias == pytest.approx(-0.1)


def test_wilsons_interval_is_the_one_in_the_books() -> None:
    low, high = Share(8, 10).interval or (0, 0)  # Newcombe 1998 gives such values by the same formula
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert Share(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Share(10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert Share(0, 0).interval is None
    assert Share(0, 0).value is None


def test_kappa_is_one_for_the_same_words_and_zero_for_chance() -> None:
    assert kappa([("legs", "legs"), ("back", "back")]) == 1
    assert kappa([("legs", "legs"), ("legs", "back"), ("back", "legs"), ("back", "back")]) == 0
    # Cohen's own kind of table: 20 and 15 on the diagonal, 5 and 10 beside it
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("legs", "legs")]) is None
    assert kappa([]) is None


def test_verdicts_are_held_against_how_sure_they_said_they_were() -> None:
    low, high = reliability([(0.76, True), (0.78, False), (0.95, True), (1.0, True)])
    assert (low.least, low.right) == (0.75, Share(1, 2))
    assert low.mean_confidence == pytest.approx(0.77)
    assert (high.most, high.right) == (1.0, Share(2, 2))


def test_errors_of_nothing_are_nothing() -> None:
    assert errors_of("drop_m", []) is None


def test_coaches_are_compared_and_the_majority_counts() -> None:
    rows = [
        *(label(4, 6, word, coach=coach) for coach, word in (("ann", "legs"), ("bob", "legs"), ("cem", "back"))),
        *(label(14.1, 16, word, coach=coach) for coach, word in (("ann", "back"), ("bob", "legs"))),
        label(24, 26, "back", coach="ann"),
    ]
    of = evaluate([lift(5, "legs"), lift(15, "back"), lift(25, "back")], rows)
    assert of.confusion == {"legs": {"legs": 1}, "bend": {"back": 1}, "back": {"back": 1}}
    assert [(x.first, x.second, x.bends, x.same) for x in of.coaches] == [
        ("ann", "bob", 2, 1),
        ("ann", "cem", 1, 0),
        ("bob", "cem", 1, 0),
    ]


def test_a_bend_that_a_coach_called_no_lift_is_a_false_alarm_if_found() -> None:
    of = evaluate([lift(5)], [label(4, 6, "no lift")]).all
    assert (of.found.of, of.false_alarms, of.disturbed) == (0, 1, Share(1, 1))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"recording": "a", "start_s": 1, "end_s": 2, "label": "leg"}, "label 'leg' is none of"),
        ({"recording": "a", "start_s": 2, "end_s": 1, "label": "legs"}, "row 2 needs start_s and end_s"),
        ({"recording": "a", "start_s": "x", "end_s": 1, "label": "legs"}, "row 2 needs start_s and end_s"),
        ({"start_s": 1, "end_s": 2, "label": "legs"}, "row 2 names no recording"),
    ],
)
def test_a_row_that_is_no_label_is_named(row: dict[str, Any], said: str) -> None:
    with pytest.raises(LiftcheckError, match=said) as error:
        evaluate([], [row], sources=("mine.csv", "distractors"))
    assert str(error.value).startswith("mine.csv: row 2")


def table(path: Path, rows: list[dict[str, Any]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    lifts = [lift(5, "legs", confidence=0.9), lift(15, "back", confidence=0.8), lift(40, "mixed", recording="b")]
    labels = [label(4, 6, "legs", wearer="ann"), label(14, 16, "legs", wearer="ann")]
    lengths = [{"recording": "a", "duration_s": 60, "worn_s": 60}, {"recording": "b", "duration_s": 3540, "worn_s": 9}]
    return [
        table(tmp_path / "lifts.csv", lifts),
        table(tmp_path / "scores.csv", lengths),
        "--labels",
        table(tmp_path / "labels.csv", labels),
        "--distractors",
        table(tmp_path / "distractors.csv", [nothing(0, 60, "b", "sit")]),
    ]


def test_the_command_evaluates_a_table_of_lifts(files: list[str]) -> None:
    done = CliRunner().invoke(main, ["evaluate", *files, "--json"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["all"]["found"] == {"count": 2, "of": 2, "share": 1.0, "low": 0.34238, "high": 1.0}
    assert data["all"]["false_alarms_per_hour"] == 1.0
    assert data["confusion"] == {"legs": {"legs": 1, "back": 1}}
    assert data["by_wearer"]["ann"]["balanced_accuracy"] == 0.5


def test_the_command_prints_what_a_person_asks_for(files: list[str]) -> None:
    done = CliRunner().invoke(main, ["evaluate", *files])
    assert done.exit_code == 0, done.output
    for words in ("2 of 2", "100 % (34-100)", "1.0 an hour", "balanced accuracy", "50.0 %", "sit", "1 of 1"):
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_without_lengths_false_alarms_an_hour_stay_open(files: list[str]) -> None:
    done = CliRunner().invoke(main, ["evaluate", files[0], *files[2:]])
    assert done.exit_code == 0, done.output
    assert "length not known" in done.stdout
    assert "an hour" not in done.stdout


def test_labels_that_are_no_labels_end_in_one_sentence(files: list[str], tmp_path: Path) -> None:
    bad = table(tmp_path / "bad.csv", [{"recording": "a", "start_s": 1, "end_s": 2, "label": "?"}])
    done = CliRunner().invoke(main, ["evaluate", files[0], "--labels", bad])
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "label '?'" in done.stderr


def _tables(folder: Path) -> list[str]:
    """The options that name the tables of a folder, those that there are."""
    there = [name for name in ("labels", "distractors", "wearers") if (folder / f"{name}.csv").exists()]
    return [word for name in there for word in (f"--{name}", str(folder / f"{name}.csv"))]


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Any]]:
    """A folder of recordings that each hold a legs lift at 10 s and a back lift at 30 s, whatever was recorded."""
    seen: list[Any] = []
    pipeline = a_pipeline(a_lift(1, 10.0, "legs"), a_lift(2, 30.0, "back"), seen=seen)
    monkeypatch.setattr("liftcheck.scoring.one.analyze", pipeline)
    for name in ("mon", "tue", "wed"):
        a_csv(tmp_path / "week" / f"{name}.csv")
    return tmp_path / "week", seen


def test_recordings_are_scored_on_the_way_and_only_those_that_are_named(sessions: tuple[Path, list[Any]]) -> None:
    week, seen = sessions
    labels = [label(9, 11, "legs", "mon", site="pelvis", wearer="ann"), label(9, 11, "legs", "sun")]
    table(week / "labels.csv", labels)
    table(week / "distractors.csv", [nothing(20, 40, "tue", "sit")])
    (week / "wearers.csv").write_text("wearer,height_m\nann,1.6\n", encoding="utf-8")
    done = CliRunner().invoke(
        main,
        ["evaluate", str(week), *_tables(week), "--json"],
    )
    assert done.exit_code == 0, done.output
    assert "Left out" in done.stderr
    assert "sun" in done.stderr
    data = json.loads(done.stdout)
    assert (data["all"]["recordings"], data["all"]["found"]["of"], data["all"]["false_alarms"]) == (2, 1, 3)
    assert data["all"]["hours"] == pytest.approx(200 / 3600, abs=1e-5)
    assert data["disturbed_by"]["sit"]["count"] == 1
    assert data["elsewhere"] == 2
    assert [(s.site, s.height_m) for s, _, _ in seen] == [("waist-back", 1.6), ("mid-back", None)]


def test_a_recording_that_cannot_be_read_is_left_out_and_said(sessions: tuple[Path, list[Any]]) -> None:
    week, _ = sessions
    (week / "tue.csv").write_bytes(b"")
    labels = table(week / "labels.csv", [label(9, 11, "legs", "mon"), label(9, 11, "legs", "tue")])
    done = CliRunner().invoke(main, ["evaluate", str(week), "--labels", labels, "--json"])
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 2
    assert json.loads(done.stdout)["all"]["found"]["of"] == 1


def test_a_coachs_labels_beside_a_recording_are_its_own(sessions: tuple[Path, list[Any]]) -> None:
    week, _ = sessions
    kept = [{"start_s": 9, "bottom_s": 10, "end_s": 11, "label": "back", "coach": "cem"}]
    kept += [{"start_s": 29, "bottom_s": 30, "end_s": 31, "label": "no lift", "coach": "cem"}]
    labels = table(week / "mon.labels.csv", kept)
    done = CliRunner().invoke(main, ["evaluate", str(week / "mon.csv"), "--labels", labels, "--json"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["confusion"] == {"back": {"legs": 1}}
    assert data["false_alarm_verdicts"] == {"back": 1}


def test_labels_that_name_none_of_the_recordings_are_wrong_use(sessions: tuple[Path, list[Any]]) -> None:
    week, _ = sessions
    labels = table(week / "labels.csv", [label(9, 11, "legs", "sun")])
    assert CliRunner().invoke(main, ["evaluate", str(week), "--labels", labels]).exit_code == 2


@pytest.mark.skipif("LIFTCHECK_DATA" not in os.environ, reason="LIFTCHECK_DATA names no folder of real recordings")
@pytest.mark.parametrize(
    ("folder", "pattern", "bends"), [("waist_bends", "D1[56]_SA05*", 10), ("ble_daily", "*_Bending_1_*", 6)]
)
def test_real_recordings_are_evaluated_with_their_own_labels(folder: str, pattern: str, bends: int) -> None:
    data = Path(os.environ["LIFTCHECK_DATA"]) / folder
    done = CliRunner().invoke(
        main,
        ["evaluate", str(data / pattern), *_tables(data), "--json", "-q"],
    )
    assert done.exit_code == 0, done.output
    of = json.loads(done.stdout)
    assert of["all"]["recordings"] == of["all"]["found"]["of"] == bends
    assert 0 < of["all"]["hours"] < 0.1
    assert "not said" not in of["by_wearer"]
