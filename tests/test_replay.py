"""`liftcheck replay` without a window, a session on the desk, and what a coach's files may be wrong about."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from acting import lift
from click.testing import CliRunner

from liftcheck.analysis import Analyzer, Settings, Update
from liftcheck.cli import main
from liftcheck.cli.verdicts import verdict_line
from liftcheck.errors import LiftcheckError
from liftcheck.lifts.lift import Lift
from liftcheck.recording import find, labels, read
from liftcheck.recording.file import RecordingWriter
from liftcheck.recording.labels import Label
from liftcheck.recording.markers import Marker, read_markers, write_markers
from liftcheck.review.labelling import Remark
from liftcheck.review.reanalysis import Judged
from liftcheck.review.replayed import Replayed
from liftcheck.samples import Samples
from liftcheck.scoring.one import settings_for
from liftcheck.session import ReplaySource, Session, session_event
from liftcheck.shipped import shipped
from liftcheck.trunk.motion import Motion

DEMO = shipped("recordings") / "demo.mcap"


def run(*words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Lift]]:
    """A file as `live` writes it, and the lifts that were told meanwhile."""
    path = tmp_path_factory.mktemp("live") / "yesterday.mcap"
    demo = read(DEMO)
    settings = settings_for(demo, Settings())
    writer = RecordingWriter(path, site=demo.site, height_m=demo.height_m, wearer="anna", rate_hz=100.0, durable=False)
    session = Session(
        ReplaySource(demo, math.inf),
        Analyzer(settings, rate_hz=100.0),
        recorder=writer,
        opening=(session_event(settings, None, 100.0),),
    )
    told: list[Lift] = []
    while True:
        update = session.step()
        told += update.update.lifts if update.update else ()
        if update.ended:
            return path, told


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A recording in a folder of its own."""
    return Path(shutil.copy(DEMO, tmp_path / "demo.mcap"))


def on_desk(path: Path, coach: str = "M. Ortiz") -> Replayed:
    """A session with everything judged."""
    recording = read(path)
    session = Replayed(recording, settings_for(recording, Settings()), coach)
    session.start()
    session.join()
    return session


def test_headless_prints_what_live_printed_to_the_letter(live: tuple[Path, list[Lift]]) -> None:
    path, told = live
    code, out, _ = run("replay", path, "--headless")
    assert code == 0
    assert out.splitlines() == [verdict_line(lift) for lift in told if lift.is_lift]
    assert len(out.splitlines()) >= 6


def test_headless_prints_the_stored_verdicts_even_if_they_would_be_others_today(
    live: tuple[Path, list[Lift]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> list[object]:
        raise AssertionError("judged again")

    monkeypatch.setattr("liftcheck.analysis.analyze", nothing)
    assert run("replay", live[0], "--headless")[0] == 0


def test_judging_the_same_file_again_gives_the_same_lines(live: tuple[Path, list[Lift]]) -> None:
    session = on_desk(live[0])
    assert session.remarks == []
    assert [lift for lift in session.lifts if lift.is_lift] == [lift for lift in live[1] if lift.is_lift]
    assert all(lift.curve is not None for lift in session.lifts)


def test_json_lines_are_rows_of_score(live: tuple[Path, list[Lift]]) -> None:
    _, out, _ = run("replay", live[0], "--headless", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["lift"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["recording"] == "yesterday"
    assert rows[0]["wearer"] == "anna"


def test_verdicts_come_when_they_came_live_at_the_given_speed(
    live: tuple[Path, list[Lift]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    monkeypatch.setattr("time.sleep", waits.append)
    run("replay", live[0], "--headless", "--speed", "4")
    assert waits == pytest.approx([each.judged_s / 4 for each in live[1] if each.is_lift], abs=0.02)


def test_a_file_that_was_only_captured_is_judged_when_it_is_replayed() -> None:
    _, out, err = run("replay", DEMO, "--headless")
    assert out.count("lift ") == len(out.splitlines()) >= 5
    assert "lifts:" in err


def test_two_sessions_need_the_window() -> None:
    code, _, err = run("replay", DEMO, "--with", DEMO, "--headless")
    assert code == 2
    assert "--with needs the window" in err


def test_without_a_screen_it_prints_as_headless_does(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    code, out, err = run("replay", DEMO)
    assert code == 0
    assert "going on without" in err
    assert out == run("replay", DEMO, "--headless")[1]
    code, out, err = run("replay", DEMO, "--with", DEMO)
    assert (code, out) == (1, "")
    assert "`liftcheck compare` compares them here" in err


def test_where_live_said_nothing_nothing_is_said_later() -> None:
    demo = read(DEMO)
    found = Judged(update=Update(Motion.empty(), lifts=(lift(10.0),)))
    for events, count in (((session_event(Settings()),), 0), ((), 1)):
        session = Replayed(replace(demo, events=events, path=""), Settings())
        session.take(found)
        assert len(session.review.rows()) == count


def test_labels_need_a_name() -> None:
    code, _, err = run("replay", DEMO, "--coach", " ")
    assert code == 2
    assert "--coach needs a name" in err


def test_a_missing_recording_is_told_in_one_sentence(tmp_path: Path) -> None:
    code, out, err = run("replay", tmp_path / "gone.mcap")
    assert code == 1
    assert out == ""
    assert err.strip() == f"{tmp_path / 'gone.mcap'} cannot be read: No such file or directory."


def test_a_wrong_table_of_labels_is_told_with_its_line(copied: Path) -> None:
    table = copied.with_name("demo.labels.csv")
    table.write_text("recording,start_s,end_s,label,coach\ndemo,1,2,legs,a\ndemo,3,4,squat,a\n", encoding="utf-8")
    code, _, err = run("replay", copied)
    assert code == 1
    assert err.strip() == f"{table}, line 3: label is 'squat', not one of legs, mixed, back, bend, no lift."


def test_the_labels_of_another_recording_are_not_taken_for_this_ones(copied: Path) -> None:
    table = copied.with_name("demo.labels.csv")
    table.write_text("recording,start_s,end_s,label,coach\nmonday,1,2,legs,a\n", encoding="utf-8")
    code, _, err = run("replay", copied)
    assert code == 1
    assert "holds labels of 'monday', not of 'demo'" in err
    assert len(err.strip().splitlines()) == 1


def test_labels_are_kept_beside_the_recording_and_the_recording_stays_as_it_is(copied: Path) -> None:
    before = copied.read_bytes()
    session = on_desk(copied)
    row = session.review.rows()[1]
    assert session.change(lambda review: review.labelled(row, "mixed"))
    assert copied.read_bytes() == before
    (kept,) = labels.read_coach(copied)
    assert (kept.label, kept.coach, kept.bottom_s) == ("mixed", "M. Ortiz", round(row.bottom_s, 3))
    assert on_desk(copied).review.rows()[1].coach == "mixed"


def test_each_coach_sees_own_labels_and_keeps_those_of_others(copied: Path) -> None:
    first, second = on_desk(copied, "A"), on_desk(copied, "B")
    first.change(lambda review: review.labelled(review.rows()[0], "legs"))
    second.change(lambda review: review.labelled(review.rows()[0], "back"))
    assert [(label.coach, label.label) for label in labels.read_coach(copied)] == [("A", "legs"), ("B", "back")]
    again = on_desk(copied, "A")
    assert again.review.rows()[0].coach == "legs"
    assert [label.label for label in again.others] == ["back"]


def test_what_cannot_be_saved_is_not_done(copied: Path) -> None:
    session = on_desk(copied)
    copied.with_name("demo.labels.csv").write_text("nothing,to,read\n", encoding="utf-8")
    with pytest.raises(LiftcheckError, match="no column"):
        session.change(lambda review: review.labelled(review.rows()[0], "back"))
    assert session.review.labels == ()


def test_the_truth_of_a_simulation_is_no_coachs_word_and_is_not_lost(copied: Path) -> None:
    truth = shipped("recordings") / "demo.labels.csv"
    shutil.copy(truth, copied.with_name("demo.labels.csv"))
    session = on_desk(copied)
    assert session.review.labels == ()
    assert session.others_on(session.review.lifts[0]) == ()
    session.change(lambda review: review.labelled(review.rows()[0], "back"))
    assert copied.with_name("demo.labels.csv.old").read_bytes() == truth.read_bytes()


def test_evaluate_reads_what_the_coach_wrote(copied: Path) -> None:
    session = on_desk(copied)
    for place in range(len(session.review.rows())):
        session.change(lambda review, place=place: review.accepted(review.rows()[place]))
    code, out, err = run("evaluate", copied, "--labels", copied.with_name("demo.labels.csv"))
    assert code == 0, err
    assert "100" in out


def test_the_curve_under_a_lift_is_the_lifts_own() -> None:
    session = on_desk(DEMO)
    lift = session.review.lifts[0]
    assert lift.curve is not None
    lean, hips = session.at(lift.bottom_s)
    assert lean == pytest.approx(float(np.interp(lift.bottom_s, lift.curve.t, lift.curve.flexion_deg)), abs=0.5)
    assert hips == pytest.approx(float(np.interp(lift.bottom_s, lift.curve.t, lift.curve.hip_drop_m)), abs=0.005)
    assert session.at(1e6) == (None, None)


def test_samples_that_were_lost_do_not_shift_the_curves() -> None:
    session = on_desk(shipped("recordings") / "lossy_link.mcap")
    assert len(session.t) > len(session.recording.samples)
    for each in session.review.lifts[:5]:
        lean, _ = session.at(each.bottom_s)
        assert lean == pytest.approx(each.flexion_at_bottom_deg, abs=1.0)


def test_the_first_pass_is_half_of_the_work() -> None:
    recording = read(DEMO)
    session = Replayed(recording, settings_for(recording, Settings()))
    assert session.judged_share == 0.0
    session.start()
    shares = [session.judged_share for answer in session.answers() if session.take(answer) is None]
    assert shares == sorted(shares)
    assert 0.4 < shares[0] <= 0.5
    assert session.judged_share == 1.0


def test_a_recording_without_samples_is_done_at_once() -> None:
    empty = replace(read(DEMO), samples=Samples.empty(), events=(), path="")
    session = Replayed(empty, Settings())
    session.start()
    assert session.done
    assert session.review.rows() == ()
    assert session.loss_percent is None


def test_a_fault_while_judging_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> list[object]:
        raise ValueError("too deep")

    monkeypatch.setattr("liftcheck.review.reanalysis.analyze", broken)
    assert on_desk(DEMO).remarks == [Remark("stopped", {"why": "too deep"})]


# --- markers ---


def test_markers_are_kept_beside_the_recording_and_are_no_recording(copied: Path) -> None:
    session = on_desk(copied)
    assert session.mark(12.0)
    assert session.mark(20.5)
    assert not session.mark(12.1)
    assert read_markers(copied) == (Marker("demo", 20.5, "M. Ortiz"),)
    assert on_desk(copied).marked == (20.5,)
    assert find([copied.parent]) == [copied]


def test_a_wrong_table_of_markers_is_told_with_its_line(copied: Path) -> None:
    path = write_markers(copied, [Marker("demo", 1.0)])
    path.write_text("recording,t_s\ndemo,soon\n", encoding="utf-8")
    with pytest.raises(LiftcheckError, match="line 2: t_s is 'soon'"):
        read_markers(copied)
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(LiftcheckError, match="no column t_s"):
        read_markers(copied)


def test_labels_beyond_the_end_are_kept(copied: Path) -> None:
    labels.write_coach(copied, [Label("demo", "legs", 900.0, 902.0, coach="M. Ortiz")])
    session = on_desk(copied)
    session.change(lambda review: review.labelled(review.rows()[0], "legs"))
    assert len(labels.read_coach(copied)) == 2
