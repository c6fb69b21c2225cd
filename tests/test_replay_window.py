"""The coach's window by keys and mouse, on Qt without a screen; clocks are in the tests' hands."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from acting import lift
from stage import Qt, application

from liftcheck.analysis import Settings, StreamFacts, Update
from liftcheck.errors import RecordingError
from liftcheck.lifts.lift import Lift
from liftcheck.look.texts import LANGUAGES, texts
from liftcheck.look.theme import AXIS, BODY, THEMES
from liftcheck.recording import labels, read
from liftcheck.recording.labels import Label
from liftcheck.recording.recording import Recording
from liftcheck.review.reanalysis import Judged
from liftcheck.review.replayed import Replayed
from liftcheck.samples import Samples
from liftcheck.scoring.one import settings_for
from liftcheck.shipped import shipped
from liftcheck.window.replay.desk import Desk
from liftcheck.window.replay.keys import LABELLING, PLAYING
from liftcheck.window.replay.panels import PICKS
from liftcheck.window.replay.view import View
from liftcheck.window.style import Style, width_of

from PySide6.QtCore import QPoint, QPointF  # isort: skip (stage has seen to it that Qt can be had)
from PySide6.QtGui import QKeyEvent, QWheelEvent  # isort: skip
from PySide6.QtTest import QTest  # isort: skip

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Coach:
    """A window with sessions that are judged already, or not yet."""

    def __init__(self, *sessions: Replayed, theme: str = "light", language: str = "en") -> None:
        self.app = application()
        self.now = 100.0
        self.reports: list[tuple[str, str]] = []
        style = Style(THEMES[theme], texts(language))
        self.desk = Desk(sessions, style=style, clock=lambda: self.now, report=self._report)
        self.desk.resize(1600, 1000)
        self.desk.show()
        self.app.processEvents()

    def _report(self, path: str, language: str) -> str:
        self.reports.append((path, language))
        return path + ".html"

    def press(self, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier | None = None) -> None:
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, modifiers or none, text)
        self.app.sendEvent(self.desk, event)

    def frame(self, seconds: float) -> None:
        self.now += seconds
        self.desk.tick()
        self.app.processEvents()

    @property
    def t(self) -> float:
        return self.desk.stage.head.t

    def words(self) -> list[str]:
        return [row.coach for row in self.desk.stage.rows]

    def close(self) -> None:
        self.desk.close()
        self.desk.deleteLater()
        self.app.processEvents()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(shipped("recordings") / "demo.mcap", tmp_path / "demo.mcap"))


def judged(path: Path, coach: str = "M. Ortiz") -> Replayed:
    recording = read(path)
    session = Replayed(recording, settings_for(recording, Settings()), coach)
    session.start()
    session.join()
    return session


@pytest.fixture
def coach(path: Path) -> Iterator[Coach]:
    made = Coach(judged(path))
    yield made
    made.close()


def acted(*lifts: Lift, duration_s: float = 100.0) -> Replayed:
    """A session without samples worth judging, that was found to hold these lifts (synthetic)."""
    demo = read(shipped("recordings") / "demo.mcap").samples[:100]
    session = Replayed(Recording(Samples(demo.t * duration_s, demo.acc, demo.gyr), name="acted"), Settings())
    session.take(Judged(update=Update(_still(duration_s), lifts=lifts, facts=StreamFacts())))
    session.take(Judged())
    return session


def _still(duration_s: float) -> object:
    from acting import motion

    return motion(0.0, duration_s, [])


# --- moving ---


def test_it_opens_on_the_first_lift_at_its_bottom(coach: Coach) -> None:
    first = coach.desk.stage.rows[0]
    assert coach.t == pytest.approx(first.bottom_s)
    assert coach.desk.stage.figure.state.title == "Lift 1"
    assert coach.desk.stage.figure.state.at_bottom


def test_space_plays_and_pauses_at_the_chosen_speed(coach: Coach) -> None:
    began = coach.t
    coach.press(Qt.Key.Key_Plus, "+")
    coach.press(Qt.Key.Key_Space)
    coach.frame(0.5)
    assert coach.t == pytest.approx(began + 1.0)
    coach.press(Qt.Key.Key_Space)
    coach.frame(0.5)
    assert coach.t == pytest.approx(began + 1.0)
    coach.press(Qt.Key.Key_0, "0")
    assert coach.desk.stage.head.speed == 1.0


def test_arrows_step_with_shift_a_second_with_control_a_lift(coach: Coach) -> None:
    began = coach.t
    coach.press(Qt.Key.Key_Right)
    assert coach.t == pytest.approx(began + 0.05)
    coach.press(Qt.Key.Key_Left, modifiers=SHIFT)
    assert coach.t == pytest.approx(began - 0.95)
    coach.press(Qt.Key.Key_Right, modifiers=CONTROL)
    coach.press(Qt.Key.Key_Right, modifiers=CONTROL)
    assert coach.t == pytest.approx(coach.desk.stage.rows[1].bottom_s)
    coach.press(Qt.Key.Key_Left, modifiers=CONTROL)
    assert coach.t == pytest.approx(began)


def test_a_loop_repeats_the_lift_and_its_ends_can_be_set(coach: Coach) -> None:
    coach.press(Qt.Key.Key_L)
    loop = coach.desk.stage.head.loop
    assert loop is not None
    coach.press(Qt.Key.Key_Space)
    for _ in range(40):
        coach.frame(0.25)
        assert loop[0] <= coach.t <= loop[1]
    coach.press(Qt.Key.Key_Space)
    coach.press(Qt.Key.Key_BracketRight, "]")
    assert coach.desk.stage.head.loop == (loop[0], coach.t)
    coach.press(Qt.Key.Key_L)
    assert coach.desk.stage.head.loop is None


def test_keys_keep_working_after_a_click_on_every_button(coach: Coach) -> None:
    desk = coach.desk
    buttons = [
        desk.panels.before_button,
        desk.panels.next_button,
        desk.panels.loop_button,
        desk.panels.undo_button,
        *desk.panels.words,
        *desk.panels.picks,
    ]
    for button in buttons:
        if not button.isVisible():
            continue
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        before = desk.stage.head.playing
        QTest.keyClick(desk.focusWidget() or desk, Qt.Key.Key_Space)
        assert desk.stage.head.playing is not before
        QTest.keyClick(desk.focusWidget() or desk, Qt.Key.Key_Space)


def test_a_click_in_the_list_goes_to_the_lift_and_leaves_the_keys_to_the_window(coach: Coach) -> None:
    view = coach.desk.panels.list.view
    rect = view.visualRect(coach.desk.panels.list.model.index(3))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert coach.desk.stage.chosen == 3
    QTest.keyClick(coach.desk.focusWidget() or coach.desk, Qt.Key.Key_Down)
    assert coach.desk.stage.chosen == 4


def test_the_picked_lifts_have_a_key_each(coach: Coach) -> None:
    picks = coach.desk.stage.picks
    for key, lift_ in ((Qt.Key.Key_B, picks.best), (Qt.Key.Key_W, picks.worst), (Qt.Key.Key_T, picks.typical)):
        coach.press(key)
        assert coach.desk.stage.lift == lift_


def test_where_there_is_no_such_lift_it_is_said() -> None:
    coach = Coach(acted(lift(10.0, "legs")))
    coach.press(Qt.Key.Key_W)
    assert "worst" in coach.desk.panels.header.state.notice
    coach.close()


# --- mouse on the timeline ---


def test_drag_pans_wheel_zooms_double_click_fits(coach: Coach) -> None:
    line = coach.desk.stage.timeline
    line.view = line.view.fitted().zoomed(0.25, 20.0)
    before = line.view
    middle = QPoint(400, 200)
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(line, middle - QPoint(100, 0))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=middle - QPoint(100, 0))
    assert line.view.start > before.start
    assert coach.t == pytest.approx(coach.desk.stage.rows[0].bottom_s)
    t = line.plane.t_at(400.0)
    none, still = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    at, turned = QPointF(middle), QPoint(0, 120)
    wheel = QWheelEvent(at, at, QPoint(), turned, none, Qt.KeyboardModifier.NoModifier, still, False)
    coach.app.sendEvent(line, wheel)
    assert line.view.width < before.width
    assert line.plane.t_at(400.0) == pytest.approx(t)
    QTest.mouseDClick(line, Qt.MouseButton.LeftButton, pos=middle)
    assert line.view.width == line.view.whole


def test_a_click_on_timeline_or_overview_moves_the_cursor(coach: Coach) -> None:
    line = coach.desk.stage.timeline
    t = line.plane.t_at(300.0)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert coach.t == pytest.approx(t)
    QTest.mouseClick(
        coach.desk.panels.overview, Qt.MouseButton.LeftButton, pos=QPoint(coach.desk.panels.overview.width() - 24, 50)
    )
    assert coach.t == pytest.approx(coach.desk.stage.head.end, abs=0.2)


def test_a_press_on_the_map_chooses_the_lift() -> None:
    coach = Coach(acted(lift(10.0, "legs", 1), lift(20.0, "back", 2)))
    place = coach.desk.panels.map.place_of(coach.desk.stage.session.review.lifts[1])
    QTest.mouseClick(coach.desk.panels.map, Qt.MouseButton.LeftButton, pos=QPoint(round(place[0]), round(place[1])))
    assert coach.desk.stage.chosen == 1
    coach.close()


def test_what_is_seen_always_lies_within_the_recording() -> None:
    view = View.of(10.0, 110.0)
    assert view.moved(-50.0).start == 10.0
    assert view.moved(500.0).end == 110.0
    assert view.zoomed(1000.0, 50.0).width == 100.0
    assert view.zoomed(1e-9, 50.0).width == 0.5
    assert view.following(60.0).start < 60.0 < view.following(60.0).end


# --- reviewing ---


def test_enter_accepts_and_goes_on(coach: Coach, path: Path) -> None:
    for _ in range(3):
        coach.press(Qt.Key.Key_Return)
    machine = [row.machine for row in coach.desk.stage.rows]
    assert coach.words()[:3] == machine[:3]
    assert coach.desk.stage.chosen == 3
    assert [label.label for label in labels.read_coach(path)] == machine[:3]


@pytest.mark.parametrize(("key", "word"), [("1", "legs"), ("2", "mixed"), ("3", "back"), ("4", "no lift")])
def test_each_digit_is_a_word_and_stays_on_the_lift(coach: Coach, path: Path, key: str, word: str) -> None:
    coach.press(Qt.Key(ord(key)), key)
    assert coach.words()[0] == word
    assert coach.desk.stage.chosen == 0
    assert [label.label for label in labels.read_coach(path)] == [word]


def test_split_join_delete_and_undo_have_a_key_each(coach: Coach, path: Path) -> None:
    count = len(coach.desk.stage.rows)
    coach.press(Qt.Key.Key_S)
    assert len(coach.desk.stage.rows) == count + 1
    coach.press(Qt.Key.Key_Z, modifiers=CONTROL)
    assert len(coach.desk.stage.rows) == count
    coach.press(Qt.Key.Key_J)
    assert [row.joined for row in coach.desk.stage.rows[:3]] == [False, True, False]
    coach.press(Qt.Key.Key_Z, modifiers=CONTROL)
    coach.press(Qt.Key.Key_Delete)
    assert coach.words()[0] == "no lift"
    coach.press(Qt.Key.Key_Z, modifiers=CONTROL)
    assert labels.read_coach(path) == ()
    coach.press(Qt.Key.Key_Z, modifiers=CONTROL)
    assert coach.desk.panels.header.state.notice == "There is nothing to undo."


def test_a_split_outside_of_the_lift_is_refused_in_one_sentence(coach: Coach) -> None:
    for _ in range(3):
        coach.press(Qt.Key.Key_Right, modifiers=SHIFT)
    coach.desk.stage.chosen = 0
    coach.press(Qt.Key.Key_S)
    assert "cursor" in coach.desk.panels.header.state.notice


def test_what_cannot_be_saved_is_told(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RecordingError("demo.labels.csv cannot be written: No space left on device")

    monkeypatch.setattr("liftcheck.review.replayed.write_coach", full)
    coach.press(Qt.Key.Key_Return)
    assert coach.desk.panels.header.state.notice == "demo.labels.csv cannot be written: No space left on device."
    assert coach.words()[0] == ""
    coach.frame(10.0)
    assert coach.desk.panels.header.state.notice == ""


def test_a_marker_is_set_and_taken_away(coach: Coach) -> None:
    coach.press(Qt.Key.Key_M)
    assert coach.desk.stage.timeline.stand.markers == (pytest.approx(coach.t),)
    coach.press(Qt.Key.Key_M)
    assert coach.desk.stage.timeline.stand.markers == ()


def test_a_label_for_a_lift_that_is_not_there_is_told_and_listed(path: Path) -> None:
    labels.write_coach(path, [Label("demo", "legs", 1.0, 2.0, coach="M. Ortiz")])
    recording = read(path)
    coach = Coach(Replayed(recording, settings_for(recording, Settings()), "M. Ortiz"))
    coach.desk.stage.session.start()
    while not coach.desk.stage.session.done:
        coach.frame(0.001)
    notice = coach.desk.panels.header.state.notice
    assert notice == "demo.labels.csv: A label stands where the program found no lift, at 0:01."
    assert coach.desk.stage.rows[0].lift is None
    coach.close()


def test_the_report_is_written_from_the_window(coach: Coach, path: Path) -> None:
    QTest.mouseClick(coach.desk.panels.report_button, Qt.MouseButton.LeftButton)
    assert "Writing" in coach.desk.panels.header.state.notice
    coach.desk._reports._worker.submit(lambda: None).result()  # the report's own turn is over
    coach.frame(0.01)
    assert coach.reports == [(str(path), coach.desk.style_.words.language)]
    assert "demo.mcap.html" in coach.desk.panels.header.state.notice


def test_what_cannot_be_done_is_told_in_the_windows_language(coach: Coach) -> None:
    coach.desk.style_.words = texts("de")
    coach.desk.coaching.undo()
    assert coach.desk.panels.header.state.notice == texts("de")("review.no_step")


def test_what_other_coaches_say_of_the_lift_stands_beside_the_figure(path: Path) -> None:
    other = judged(path, "A. Meyer")
    other.change(lambda review: review.labelled(review.rows()[0], "mixed"))
    coach = Coach(judged(path))
    assert coach.desk.stage.figure.state.others == ("A. Meyer: mixed",)
    assert coach.words()[0] == ""
    coach.close()


# --- comparing ---


def test_the_chosen_lift_lies_on_the_best_one_or_on_the_coachs_reference(coach: Coach) -> None:
    best = coach.desk.stage.picks.best
    assert best is not None
    coach.desk.stage.go_to_lift(coach.desk.stage.picks.worst or best)
    coach.desk.show_moment()
    assert coach.desk.panels.overlay.state.title.endswith(f"on best {best.lift}")
    coach.press(Qt.Key.Key_R)
    coach.press(Qt.Key.Key_B)
    assert "on reference" in coach.desk.panels.overlay.state.title


def test_two_sessions_stand_side_by_side_and_play_together(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "later.mcap"))
    coach = Coach(judged(path), judged(other))
    one, two = coach.desk.stages
    assert one.timeline.isVisible()
    assert two.timeline.isVisible()
    assert not coach.desk.panels.map.isVisible()
    coach.press(Qt.Key.Key_Tab)
    assert coach.desk.active == 1
    coach.press(Qt.Key.Key_Down)
    assert (one.chosen, two.chosen) == (0, 1)
    assert coach.desk.panels.overlay.state.title == "Lift 2 on lift 1, demo"
    before = (one.head.t, two.head.t)
    coach.press(Qt.Key.Key_Space)
    coach.frame(0.5)
    assert (one.head.t - before[0], two.head.t - before[1]) == (pytest.approx(0.5), pytest.approx(0.5))
    coach.press(Qt.Key.Key_V)
    assert coach.desk.panels.map.isVisible()
    assert not two.timeline.isVisible()
    coach.close()


# --- sessions of every kind ---


def sessions() -> dict[str, Replayed]:
    thousand = tuple(lift(10.0 * n, ("legs", "back", "mixed", "unclear")[n % 4], n + 1) for n in range(1000))
    return {
        "empty": acted(),
        "one": acted(lift(10.0, "back")),
        "thousand": acted(*thousand, duration_s=10_000.0),
        "unclear": acted(lift(10.0, "unclear", 1, hip_drop_m=None, knee_deg=None), lift(20.0, "unclear", 2)),
    }


@pytest.mark.parametrize("kind", ["empty", "one", "thousand", "unclear"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_kind_of_session_is_shown_and_takes_every_key(kind: str, theme: str) -> None:
    coach = Coach(sessions()[kind], theme=theme)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_L, Qt.Key.Key_L, Qt.Key.Key_R):
        coach.press(key)
    for key in (Qt.Key.Key_B, Qt.Key.Key_W, Qt.Key.Key_T, Qt.Key.Key_I, Qt.Key.Key_V, Qt.Key.Key_Tab, Qt.Key.Key_D):
        coach.press(key)
    coach.frame(0.1)
    image = coach.desk.grab().toImage()
    assert (image.width(), image.height()) == (1600, 1000)
    assert len(coach.desk.panels.list.model.rows) == {"empty": 0, "one": 1, "thousand": 1000, "unclear": 2}[kind]
    coach.close()


def test_an_empty_session_says_so() -> None:
    coach = Coach(acted())
    assert coach.desk.panels.overlay.state.empty == "No lifts in this session"
    assert not coach.desk.panels.list.view.isVisible()
    coach.close()


def test_stored_verdicts_are_shown_before_anything_is_judged_again() -> None:
    from liftcheck.samples import Event
    from liftcheck.session import lift_data, session_event

    said = replace(lift(10.0, "legs"), curve=None)
    events = (session_event(Settings()), Event(12.5, "lift", "pipeline", lift_data(said)))
    recording = replace(read(shipped("recordings") / "demo.mcap"), events=events, path="")
    coach = Coach(Replayed(recording, Settings()))
    assert [row.machine for row in coach.desk.stage.rows] == ["legs"]
    assert coach.desk.panels.header.state.judged < 1.0
    assert "judging" in coach.desk.panels.overlay.state.empty
    coach.close()


# --- words fit ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_window_fit(language: str) -> None:
    coach = Coach(acted(lift(10.0, "legs")), language=language)
    style, words = coach.desk.style_, coach.desk.style_.words
    assert style.scale == 1.0
    for _, name in (*PLAYING, *LABELLING):
        text = words(f"replay.key_{name}")
        assert width_of(text, style.fitted(text, BODY, 1060 / 2 - 190, 15)) <= 1060 / 2 - 180, text
    for key in ("replay.trunk", "replay.hips_sank", "replay.knee"):
        assert width_of(words(key), style.font(AXIS)) <= 200, key
    assert width_of(words("replay.link"), style.font(AXIS)) <= 54
    axis = ("replay.start", "replay.bottom", "replay.upright")
    assert sum(width_of(words(key), style.font(AXIS)) for key in axis) < 500
    heads = [words(f"replay.column_{name}") for name in ("lift", "trunk", "hips", "coach")]
    assert all(width_of(head, style.font(AXIS)) <= 66 for head in heads), heads
    picked = [width_of(f"{words(f'replay.{name}')} 24", style.font(AXIS)) for _, name in PICKS]
    assert max(picked) < 260
    buttons = sum(
        button.width()
        for button in (coach.desk.panels.undo_button, coach.desk.panels.report_button, coach.desk.panels.keys_button)
    )
    assert buttons < 460
    coach.close()
