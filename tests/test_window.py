from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from acting import calibrating, lift, link, said, update
from stage import SIGHTINGS, ActedScanner, Qt, Stage

from liftcheck.cues import Cue
from liftcheck.errors import SensorError
from liftcheck.samples import Event

KEY = Qt.Key


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.close()


@pytest.fixture
def work() -> Iterator[Stage]:
    made = Stage().at_work()
    yield made
    made.close()


def band(stage: Stage) -> tuple[str, str, str, str]:
    state = stage.window.work.band.state
    return state.mark, state.word, state.advice, state.reason


def judge(stage: Stage, technique: str, start: float = 3.0, number: int = 1, **changes: object) -> None:
    """Somebody makes a lift and stands; the verdict falls."""
    made = lift(start, technique, number, **changes)
    stage.hear(said(update(start - 1, made.judged_s, [made], judged=(made,))))


# --- the choice of a sensor ---


def test_sensors_that_fit_a_profile_are_listed_and_the_others_are_counted(stage: Stage) -> None:
    page = stage.window.sensors
    assert [row.name() for row in page.rows] == ["WT901BLE67", "Movella DOT", "Movesense 2042", "Virtual sensor"]
    assert [row.strength()[0] for row in page.rows[:3]] == ["strong", "good", "weak"]
    assert page.others == 2
    assert page.chosen is not None
    assert page.chosen.name == "WT901BLE67"


def test_arrow_keys_choose_and_enter_connects(stage: Stage) -> None:
    stage.press(KEY.Key_Down)
    stage.press(KEY.Key_Return)
    assert stage.begun == [SIGHTINGS[1]]
    assert stage.window.page == "calibrate"
    assert stage.scanner.closed


def test_the_virtual_sensor_is_begun_without_a_sighting(stage: Stage) -> None:
    for _ in range(5):
        stage.press(KEY.Key_Down)
    stage.press(KEY.Key_Return)
    assert stage.begun == [None]


def test_a_choice_stays_when_another_sensor_comes_into_range(stage: Stage) -> None:
    stage.press(KEY.Key_Down)
    stage.scanner.sightings = (SIGHTINGS[2], *SIGHTINGS[:2])
    stage.frame()
    assert stage.window.sensors.chosen is not None
    assert stage.window.sensors.chosen.name == "Movella DOT"
    assert [row.isChecked() for row in stage.window.sensors.rows] == [False, False, True, False]


def test_why_nothing_can_be_found_is_said() -> None:
    stage = Stage(scanner=ActedScanner((), "off"))
    assert stage.window.sensors.notice == "Bluetooth is switched off"
    stage.close()


def test_a_sensor_that_cannot_be_had_brings_the_choice_back_with_the_reason() -> None:
    def refuse(_: object) -> None:
        raise SensorError("The sensor is asleep: wake it.", "not found")

    stage = Stage(begin=refuse)
    stage.press(KEY.Key_Return)
    assert stage.window.page == "sensor"
    assert stage.window.sensors.notice == "The sensor is asleep: wake it."
    stage.frame()
    assert stage.window.sensors.notice == "The sensor is asleep: wake it."
    stage.close()


# --- calibration ---


def test_the_calibration_begins_with_the_first_samples_and_not_before() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    stage.hear(said(None, state=link(connected=False, last_packet_s=None, reason="not found")))
    assert stage.session.told == []
    assert stage.window.calibration.state.line == "The sensor is off or too far away"
    stage.hear(said())
    assert [event.kind for event in stage.session.told] == ["calibrating"]
    stage.frame()
    assert len(stage.session.told) == 1
    stage.close()


def test_the_ring_fills_then_each_bend_fills_a_third_then_the_work_begins() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    stage.hear(said(calibrating(still_s=1.5)))
    state = stage.window.calibration.state
    assert (state.word, state.number, state.arcs) == ("Stand still", "2\u00a0s", (0.5,))
    stage.hear(said(calibrating(phase="bend", still_s=3.0, bends_deg=(70.0,), flexion_deg=30.0)))
    state = stage.window.calibration.state
    assert (state.word, state.number, state.arcs) == ("Bend 2 of 3", "30°", (1.0, 0.5, 0.0))
    # "Done" is told once, and not alone in its frame.
    stage.hear(said(calibrating(phase="done", bends_deg=(70.0, 70.0, 70.0))), said(update(0, 1, [])))
    assert stage.window.page == "calibrate"
    assert stage.window.calibration.state.word == "Ready"
    stage.frame(1.3)
    assert stage.window.page == "work"
    stage.close()


def test_a_bend_that_was_too_shallow_is_told_in_numbers_and_the_others_stay() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    for lean in (5.0, 20.0, 31.0, 12.0):
        stage.hear(said(calibrating(phase="bend", bends_deg=(70.0,), flexion_deg=lean)))
    stage.hear(said(calibrating(phase="bend", bends_deg=(70.0,), flexion_deg=3.0, problem="shallow")))
    state = stage.window.calibration.state
    assert state.chip == "Did not count"
    assert state.line == "You leaned 31°, 60° is needed. Bends kept: 1."
    assert state.arcs == (1.0, pytest.approx(31 / 60), 0.0)
    assert state.failed == 1
    stage.frame()
    assert stage.window.calibration.again.isVisible()
    stage.press(KEY.Key_Return)
    assert [event.kind for event in stage.session.told] == ["calibrating", "calibrating"]
    stage.close()


def test_the_ring_empties_within_a_fifth_of_a_second_when_somebody_moves() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    stage.hear(said(calibrating(still_s=2.4)))
    stage.hear(said(calibrating(still_s=0.0, problem="moved")), seconds=0.1)
    assert stage.window.calibration.state.word == "Hold still"
    assert stage.window.calibration.state.arcs == (pytest.approx(0.3),)
    stage.frame(0.1)
    assert stage.window.calibration.state.arcs == (0.0,)
    stage.close()


def test_a_calibration_that_the_pipeline_gave_up_asks_to_start_over() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    stage.hear(said(calibrating(phase="bend", bends_deg=(70.0,))))
    given_up = Event(90.0, "calibration ended", "pipeline", {"reason": "no-return"})
    stage.hear(said(update(89, 90, [], events=(given_up,))))
    state = stage.window.calibration.state
    assert (state.word, state.line) == ("Try again", "Stand upright after each bend.")
    stage.frame()
    assert stage.window.calibration.again.isVisible()
    stage.close()


def test_calibration_can_be_skipped_and_left() -> None:
    stage = Stage(calibrate=True)
    stage.press(KEY.Key_Return)
    stage.hear(said(calibrating()))
    stage.window.foot.skipper.click()
    assert stage.window.page == "work"
    assert stage.session.told[-1].kind == "calibration ended"
    stage.press(KEY.Key_C)
    assert stage.window.page == "calibrate"
    assert stage.session.told[-1].kind == "calibrating"
    stage.close()


# --- the work view ---


@pytest.mark.parametrize(
    ("technique", "word", "advice", "reason"),
    [
        ("legs", "LEGS", "Good knee bend", "Hips sank 38 cm, trunk leaned 54°"),
        ("mixed", "MIXED", "Fine for light loads", "Hips sank 18 cm, trunk leaned 62°"),
        ("back", "BACK", "Bend your knees", "Hips sank 6 cm while the trunk leaned 95°"),
        ("unclear", "UNCLEAR", "No still stance before the lift", "This lift does not count"),
    ],
)
def test_a_verdict_shows_in_the_next_frame(work: Stage, technique: str, word: str, advice: str, reason: str) -> None:
    judge(work, technique)
    assert band(work) == (technique, word, advice, reason)
    assert work.window.work.strip.state.verdicts == (technique,)


def test_ready_tells_the_posture_between_lifts(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    assert band(work) == ("ready", "READY", "Lift when you like", "Trunk upright")
    leaning = [lift(1.0, "back", end_s=60.0)]
    work.hear(said(update(1, 20, leaning)))
    assert band(work)[3].startswith("Trunk leans")


def test_a_verdict_gives_way_to_the_next_bend_and_otherwise_to_time(work: Stage) -> None:
    judge(work, "legs", 3.0)
    following = lift(6.0, "back", 2)
    work.hear(said(update(5.3, 6.1, [following])))
    assert band(work)[0] == "legs"  # still upright
    work.hear(said(update(6.1, 6.8, [following])))
    assert band(work)[0] == "ready"
    judge(work, "back", 8.0, 2)
    assert band(work)[0] == "back"
    for _ in range(21):
        work.hear(said(update(11, 11.01, [])), seconds=1.0)
    assert band(work)[0] == "ready"


def test_a_verdict_given_in_the_middle_of_the_next_bend_stays_until_the_one_after(work: Stage) -> None:
    first, second = lift(3.0, "back", 1), lift(5.0, "legs", 2)
    work.hear(said(update(2, 6.0, [first, second], judged=(first,))))  # the second bend's bottom
    assert band(work)[0] == "back"
    work.hear(said(update(6.0, 7.0, [first, second])))
    assert band(work)[0] == "back"


def test_the_figure_moves_to_the_lowest_point_and_back_to_live(work: Stage) -> None:
    judge(work, "legs")
    figure = work.window.work.figure
    assert figure.state.lean_deg < 20  # it has only just left
    work.hear(said(), seconds=0.4)
    assert figure.state.lean_deg == pytest.approx(54.0)
    assert figure.state.hip_drop == pytest.approx(0.38 / 1.73)
    assert (figure.state.tag, figure.state.verdict, figure.state.numbers) == ("Lowest point", "legs", (38.0, 54.0))
    for _ in range(7):
        work.hear(said(), seconds=1.0)
    assert (figure.state.tag, figure.state.verdict, figure.state.numbers) == ("Live", None, None)


def test_an_unclear_lift_is_shown_in_grey_and_does_not_count_in_the_share(work: Stage) -> None:
    judge(work, "legs", 3.0, 1)
    judge(work, "unclear", 9.0, 2)
    work.hear(said(), seconds=0.4)
    assert work.window.work.figure.state.verdict is None
    assert work.window.work.figure.state.numbers is None
    state = work.window.work.strip.state
    assert (state.legs, state.decided, state.verdicts) == (1, 1, ("legs", "unclear"))


def test_shallow_bends_are_not_shown_as_lifts(work: Stage) -> None:
    bend = replace(lift(3.0, "back"), technique=None, lift=None, reason="shallow")
    work.hear(said(update(2, 5.5, [bend], judged=(bend,))))
    assert work.window.work.strip.state.verdicts == ()
    assert work.window.work.plot.lifts == []


def test_the_strip_keeps_the_last_ten(work: Stage) -> None:
    for i in range(12):
        judge(work, "back" if i < 2 else "legs", 3.0 + 6 * i, i + 1)
    assert work.window.work.strip.state.verdicts == ("legs",) * 10
    assert work.window.work.strip.state.decided == 12


def test_the_status_bar_says_everything_all_the_time(work: Stage) -> None:
    work.hear(said(update(0, 1, []), elapsed_s=767.2, samples=76541))
    said_now = work.window.foot.status.text()
    assert said_now == "Streaming, Recording 12:47, 82 %, 99.8 Hz, loss 0.2 %, 76\u00a0541 samples"
    work.hear(said(update(1, 2, []), recording=False))
    assert "Not recording" in work.window.foot.status.text()


# --- the link ---


def test_a_silent_link_is_seen_within_two_seconds_even_if_nobody_says_so(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    for _ in range(30):
        work.frame(1 / 30)
    assert band(work)[0] == "ready"
    seen = 1.0
    while band(work)[0] == "ready":
        work.frame(1 / 30)
        seen += 1 / 30
    assert seen < 2.0
    assert work.window.work.figure.state.lost
    assert work.window.sounds.played[-1] == "lost"


def test_a_lost_link_greys_the_figure_hatches_the_plot_and_says_what_was_under_way(work: Stage) -> None:
    under_way = lift(3.0, "legs")
    work.hear(said(update(0, 3.9, [under_way])))
    work.hear(said(None, state=link(connected=False, last_packet_s=4.2, reason="out of range")))
    assert band(work) == ("unclear", "UNCLEAR", "Signal lost – reconnecting", "The link dropped during this lift")
    figure = work.window.work.figure.state
    assert (figure.lost, figure.tag) == (True, "Last seen 4\u00a0s ago")
    assert figure.lean_deg > 20  # the last pose seen
    assert work.window.work.plot.lost_from == pytest.approx(3.89)
    assert work.window.foot.status.text().startswith("No signal for 4\u00a0s, Recording")
    assert "0 Hz" in work.window.foot.status.text()


def test_a_link_that_is_back_is_live_in_the_next_frame_and_the_gap_stays_in_the_plot(work: Stage) -> None:
    work.hear(said(update(0, 5, [])))
    work.hear(said(None, state=link(connected=False, last_packet_s=3.0, reason="silent")))
    work.hear(said(update(8, 9, [])))
    assert band(work)[0] == "ready"
    assert not work.window.work.figure.state.lost
    plot = work.window.work.plot
    assert plot.lost_from is None
    assert plot.trace.gaps == [(pytest.approx(4.99), pytest.approx(8.0))]
    x, y = plot.lean.line.getData()
    inside = (x > -3.9) & (x < -1.1)
    assert not np.isfinite(y[inside]).any()


# --- cues, snooze, modes ---


def test_a_cue_sounds_in_the_frame_that_shows_the_verdict(work: Stage) -> None:
    made = lift(3.0, "back")
    work.hear(said(update(2, 5.3, [made], judged=(made,)), cues=(Cue(5.3, "back", 1),)))
    assert work.window.sounds.played == ["back"]
    assert band(work)[0] == "back"


def test_hints_show_with_two_bars_and_leave_with_the_next_verdict(work: Stage) -> None:
    work.hear(said(update(0, 1, []), cues=(Cue(1.0, "break"),)))
    assert band(work)[:3] == ("hint", "PAUSE", "Take a short break")
    judge(work, "legs")
    assert band(work)[0] == "legs"


def test_an_improvement_is_said_in_the_advice_line(work: Stage) -> None:
    made = lift(3.0, "legs")
    work.hear(said(update(2, 5.3, [made], judged=(made,)), cues=(Cue(5.3, "improved", 1),)))
    assert band(work)[2] == "Fewer back lifts now – keep going"


def test_snooze_is_told_to_the_session_counts_down_and_can_be_taken_back(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    work.press(KEY.Key_S)
    assert (work.session.told[-1].kind, work.session.told[-1].data) == ("snooze", {"minutes": 5})
    work.hear(said(), seconds=61.0)
    assert work.window.foot.snoozer.text() == "Silent 3:59"
    assert work.window.foot.snoozer.chosen
    work.press(KEY.Key_S)
    assert work.session.told[-1].data == {"minutes": 0}
    assert work.window.foot.snoozer.text() == "Snooze"


def test_modes_and_markers_are_told_to_the_session(work: Stage) -> None:
    work.press(KEY.Key_W)
    work.press(KEY.Key_M)
    assert [(e.kind, e.by) for e in work.session.told] == [("mode", "person"), ("marker", "person")]
    assert work.session.told[0].data == {"mode": "work"}
    work.frame()
    assert "Moment marked" in work.window.foot.status.text()


# --- language, theme, size ---


def test_a_change_of_language_and_theme_builds_nothing_anew(work: Stage) -> None:
    judge(work, "mixed")
    plot = work.window.work.plot
    items = len(plot.plot.items)
    work.press(KEY.Key_L)
    work.press(KEY.Key_L)
    work.press(KEY.Key_D)
    work.frame()
    assert band(work)[1] == "GEMISCHT"
    assert work.window.foot.ender.text() == "Sitzung beenden"
    assert work.window.style_.theme.name == "dark"
    assert len(plot.plot.items) == items


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (1024, 768)])
def test_the_parts_lie_on_their_grid_and_do_not_overlap(size: tuple[int, int]) -> None:
    stage = Stage(size=size).at_work()
    width, height = size
    view = stage.window.work
    share = 0.26 if width / height < 1.45 else 0.30
    assert view.figure.width() == pytest.approx(share * width, abs=1)
    assert view.band.height() == pytest.approx(0.36 * height, abs=1)
    assert view.plot.geometry().top() == view.band.geometry().bottom() + 1
    assert view.strip.geometry().bottom() == view.height() - 1
    assert stage.window.foot.status.height() == pytest.approx(0.08 * height, abs=1)
    for button in (stage.window.foot.snoozer, stage.window.foot.ender):
        assert button.height() >= 0.0699 * height  # 56 at 800
    assert stage.window.foot.snoozer.geometry().right() < stage.window.foot.ender.geometry().left()
    stage.close()


def test_keys_are_listed_and_any_key_closes_the_list(work: Stage) -> None:
    work.press(KEY.Key_H)
    assert work.window.panel.isVisible()
    work.press(KEY.Key_S)
    assert not work.window.panel.isVisible()
    assert work.session.told == []  # the key only closed the list
    work.press(KEY.Key_Question, "?")
    assert work.window.panel.isVisible()


# --- the end ---


def test_closing_while_recording_asks_and_keeps_recording_by_default(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    assert not work.window.close()
    assert work.window.panel.isVisible()
    work.press(KEY.Key_Return)
    assert not work.window.panel.isVisible()
    assert work.window.isVisible()
    assert work.session.alive


def test_closing_while_recording_ends_in_good_order_when_confirmed(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    work.window.close()
    work.press(KEY.Key_Right)
    work.press(KEY.Key_Return)
    work.window.session.ending.join()
    assert not work.session.alive
    work.hear(said(ended=True))
    assert not work.window.isVisible()


def test_without_a_recording_the_window_just_closes(work: Stage) -> None:
    work.hear(said(update(0, 1, []), recording=False))
    assert work.window.close()


def test_the_summary_follows_the_end_of_a_session(work: Stage) -> None:
    for i, technique in enumerate(("legs", "legs", "back", "mixed", "back", "unclear")):
        judge(work, technique, 3.0 + 6 * i, i + 1)
    work.press(KEY.Key_E)
    work.window.session.ending.join()
    work.hear(said(ended=True))
    summary = work.window.summary
    assert work.window.page == "summary"
    assert (summary.session.legs, summary.session.decided) == (2, 5)
    assert summary.line() == "6 lifts in 35\u00a0s"
    assert summary.advice() == (
        "Start with the knees",
        "Hips sank 6 cm in your back lifts, 38 cm in your leg lifts.",
    )
    assert dict(summary.facts())["Lifts per minute"] == "10.2"
    work.press(KEY.Key_Return)
    assert work.window.page == "sensor"


def test_a_session_that_dies_is_summed_up_or_brings_the_choice_back(work: Stage) -> None:
    work.hear(said(update(0, 1, [])))
    work.session.error, work.session.alive = SensorError("The disk is full: free some space."), False
    work.frame()
    assert work.window.page == "sensor"
    assert work.window.sensors.notice == "The disk is full: free some space."


def test_a_stalled_paint_costs_frames_and_never_samples(work: Stage) -> None:
    """Ten seconds without a frame: everything that the session said meanwhile is there afterwards."""
    lifts = [lift(2.0 + 4 * i, "legs", i + 1) for i in range(2)]
    steady, stalled = Stage().at_work(), work
    for i in range(100):
        judged = tuple(each for each in lifts if i / 10 <= each.judged_s < (i + 1) / 10)
        one = said(update(i / 10, (i + 1) / 10, lifts, judged=judged), samples=10 * (i + 1))
        steady.hear(one, seconds=0.1)
        stalled.session.updates.put(one)
    stalled.frame(10.0)
    for each in (steady, stalled):
        each.hear(said(update(10.0, 10.1, lifts), samples=1010))
    assert stalled.window.foot.status.state.samples == steady.window.foot.status.state.samples == 1010
    assert len(stalled.window.board.lifts) == len(steady.window.board.lifts) == 2
    seen = [np.array(each.window.work.plot.trace.view(0.0)) for each in (steady, stalled)]
    assert np.array_equal(seen[0][0], seen[1][0], equal_nan=True)
    steady.close()
