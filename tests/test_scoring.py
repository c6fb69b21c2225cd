"""One recording's score: what is counted, what stays empty, and what the columns are."""

import math
from pathlib import Path

import pytest
from hand_made import a_lift, a_pipeline, a_recording

from liftcheck.analysis import Settings
from liftcheck.samples import Event
from liftcheck.scoring import Score, one, score
from liftcheck.scoring.columns import LIFT_COLUMNS, RECORDING_COLUMNS, markdown, tidy_row

LIFT_NAMES = """recording, wearer, lift, start_s, bottom_s, end_s, duration_s, peak_flexion_deg, flexion_at_bottom_deg,
flexion_at_end_deg, peak_down_velocity_deg_s, peak_up_velocity_deg_s, lean_deg, turn_deg, drop_m, hip_drop_m,
hip_drop_error_m, knee_deg, knee_error_deg, stoop_index, technique, confidence, reason, quality, gap_s, path"""
RECORDING_NAMES = """recording, wearer, started, duration_s, worn_s, rate_hz, loss_percent, quality, lifts, legs, mixed,
back, unclear, back_percent, shallow_bends, lifts_per_hour, p10_flexion_deg, p50_flexion_deg, p90_flexion_deg,
p95_flexion_deg, p99_flexion_deg, above_20_s, above_20_percent, above_30_s, above_30_percent, above_45_s,
above_45_percent, above_60_s, above_60_percent, above_90_s, above_90_percent, static_holds, longest_hold_s,
twisted_bends, overextensions, peak_velocity_p90_deg_s, early_deep_bends, slips, calibration, load_kg, lifting_index,
path"""


def scored(monkeypatch: pytest.MonkeyPatch, *lifts: object, recording: object = None, **facts: object) -> Score:
    monkeypatch.setattr(one, "analyze", a_pipeline(*lifts, **facts))
    return score(recording or a_recording())


def test_the_columns_are_those_that_everybody_relies_on() -> None:
    assert ", ".join(c.name for c in LIFT_COLUMNS) == " ".join(LIFT_NAMES.split())
    assert ", ".join(c.name for c in RECORDING_COLUMNS) == " ".join(RECORDING_NAMES.split())


def test_the_page_about_the_columns_is_up_to_date() -> None:
    page = Path(__file__).parent.parent / "docs" / "columns.md"
    assert page.read_text(encoding="utf-8") == markdown()


def test_what_nobody_said_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scored(monkeypatch, recording=a_recording(site=None, height_m=None)).row["quality"] == (
        "site not given: taken for mid-back; height not given: taken for 1.73 m"
    )
    events = (Event(1.0, "site", "person", {"site": "chest"}), Event(1.0, "height", "person", {"height_m": 1.8}))
    assert scored(monkeypatch, recording=a_recording(site=None, height_m=None, events=events)).row["quality"] is None


def test_every_column_is_filled_by_the_score_or_empty_for_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    of = scored(monkeypatch, *(a_lift(n, 10.0 * n) for n in range(1, 6)))
    assert list(of.row) == [c.name for c in RECORDING_COLUMNS]
    assert [name for name, value in of.row.items() if value is None] == [
        "started",
        "quality",
        "load_kg",
        "lifting_index",
    ]
    row = of.lift_rows()[0]
    assert list(row) == [c.name for c in LIFT_COLUMNS]
    assert [name for name, value in row.items() if value is None] == ["reason", "quality"]


def test_lifts_are_counted_by_technique_and_bends_that_are_no_lift_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(
        monkeypatch,
        a_lift(1, 10.0, "legs"),
        a_lift(None, 15.0, None, reason="shallow"),
        a_lift(2, 20.0, "back"),
        a_lift(3, 30.0, "back"),
        a_lift(None, 35.0, None, reason="sitting"),
        a_lift(4, 40.0, "mixed"),
        a_lift(5, 50.0, "unclear"),
    ).row
    assert [row[name] for name in ("lifts", "legs", "mixed", "back", "unclear")] == [5, 1, 1, 2, 1]
    assert row["back_percent"] == 50.0
    assert row["shallow_bends"] == 1
    assert row["worn_s"] == 96.0
    assert row["lifts_per_hour"] == pytest.approx(3600 * 5 / 96)


def test_without_lifts_there_is_no_share_of_back_lifts(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(monkeypatch).row
    assert row["lifts"] == 0
    assert row["back_percent"] is None
    assert row["lifts_per_hour"] == 0


def test_a_recording_that_was_never_worn_has_no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(monkeypatch, duration_s=10.0, gap_s=0.0, unworn_s=10.0).row
    assert row["worn_s"] == 0
    assert row["lifts_per_hour"] is None


def test_only_judged_lifts_have_a_row_unless_all_bends_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    of = scored(monkeypatch, a_lift(1, 10.0), a_lift(None, 15.0, None, reason="shallow"))
    assert [row["lift"] for row in of.lift_rows()] == [1]
    assert [row["reason"] for row in of.lift_rows(all_bends=True)] == [None, "shallow"]
    assert of.lift_rows(all_bends=True)[1]["technique"] is None


def test_a_row_is_rounded_to_what_the_measurement_carries(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(monkeypatch, a_lift(1, 10.00049)).lift_rows()[0]
    assert row["bottom_s"] == 10.0
    assert row["drop_m"] == 0.612
    assert row["peak_flexion_deg"] == 61.3
    assert math.copysign(1, row["flexion_at_end_deg"]) == 1  # -0.01 is written 0.0, not -0.0
    assert row["technique"] == "legs"


def test_what_is_not_finite_is_missing() -> None:
    row = tidy_row({"start_s": math.nan, "end_s": math.inf, "lift": math.nan, "reason": ""}, LIFT_COLUMNS)
    assert set(row.values()) == {None}


def test_the_recording_itself_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list = []
    monkeypatch.setattr(one, "analyze", a_pipeline(seen=seen))
    score(a_recording(site="waist", height_m=1.6, rate_hz=50.0), Settings(site="chest", height_m=1.9), relearn=True)
    score(a_recording(site=None, height_m=None), Settings(site="chest", height_m=1.9))
    assert [(s.site, s.height_m) for s, _, _ in seen] == [("waist", 1.6), ("chest", 1.9)]
    assert seen[0][2] == {"rate_hz": 50.0, "relearn": True}


def test_notes_of_the_reader_and_of_the_pipeline_stand_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(monkeypatch, recording=a_recording(quality=("gap", "scale")), quality=("scale", "no gyroscope")).row
    assert row["quality"] == "gap; scale; no gyroscope"


def test_loss_is_what_the_stream_counted_or_else_the_share_of_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert scored(monkeypatch).row["loss_percent"] == 4.0
    losses = tuple(Event(t, "loss", "pipeline", {"lost": 1, "received": 99}) for t in (1.0, 2.0))
    assert scored(monkeypatch, recording=a_recording(events=losses)).row["loss_percent"] == 1.0


def test_an_entered_load_gives_the_lifting_index(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"load_kg": 15.0, "reach_m": 0.4, "from_m": 0.2, "to_m": 0.9, "coupling": "good"}
    events = (Event(0.0, "load", "person", {"load_kg": 5.0}), Event(1.0, "load", "person", said))
    row = scored(monkeypatch, a_lift(1, 10.0, turn_deg=0.0), recording=a_recording(events=events)).row
    # by hand: 23 * 25/40 * (1 - 0.003*55) * (0.82 + 4.5/70) * FM(0.625/min, short, low) = 10.62 * 0.9625 kg
    limit = 23 * 25 / 40 * (1 - 0.003 * 55) * (0.82 + 4.5 / 70) * (0.97 - 0.03 * (60 / 96 - 0.5) / 0.5)
    assert row["load_kg"] == 15.0
    assert row["lifting_index"] == pytest.approx(15.0 / limit, abs=0.006)
    assert row["quality"] is None


def test_what_was_not_entered_of_a_load_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scored(monkeypatch, a_lift(1, 10.0), recording=a_recording(load_kg=10.0)).row
    assert row["lifting_index"] > 0
    assert row["quality"] == "lifting index is the least it can be: reach not known, grip not known"
