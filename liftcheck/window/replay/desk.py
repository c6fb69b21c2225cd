"""The coach's window: one session or two, every lift, the coach's own labels. Every key works at any time."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.errors import LiftcheckError
from liftcheck.lifts.lift import Lift
from liftcheck.review.labelling import NO_LIFT, WORDS, Review, Row, strangers
from liftcheck.review.playhead import SPEEDS
from liftcheck.review.replayed import Replayed
from liftcheck.window.buttons import Button
from liftcheck.window.replay.header import Header
from liftcheck.window.replay.key_map import key_map, sign_map
from liftcheck.window.replay.keys import KeysPanel
from liftcheck.window.replay.layout import DESIGN_HEIGHT, HEADER, LIST, MIDDLE, lay_out, lay_out_picks
from liftcheck.window.replay.lift_list import LiftList
from liftcheck.window.replay.lift_map import LiftMap
from liftcheck.window.replay.overlay_view import OverlayView
from liftcheck.window.replay.overview import Overview
from liftcheck.window.replay.stage import Stage
from liftcheck.window.replay.telling import header_state, overlay_state
from liftcheck.window.replay.transport import LabelButton, PickButton, SignButton, SpeedView
from liftcheck.window.style import Style, load_fonts

FRAME_MS = 16
STEP_S = 0.05  # the grid of the refined curves
NOTICE_S = 6.0
PICKS = (("B", "best"), ("W", "worst"), ("T", "typical"), ("I", "improved"))  # the most wanted first


class Desk(QWidget):
    """sessions: one, or two side by side. report: writes the coach's page; None where it is not to be had."""

    def __init__(
        self,
        sessions: Sequence[Replayed],
        *,
        style: Style | None = None,
        report: Callable[[str], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        load_fonts()
        self.style_ = style or Style()
        self._clock, self._report = clock, report
        self._last_tick = clock()
        self._worker = ThreadPoolExecutor(1, "liftcheck report")
        self._writing: Future[str] | None = None
        self._notice, self._notice_until = "", 0.0
        self.compares = len(sessions) > 1  # the second session is shown instead of map and overlay
        self.active = 0
        self._overlay_of: tuple[object, ...] = ()
        self.stages = [Stage(self.style_, session, self._touched, self) for session in sessions]
        self._build()
        self.setWindowTitle(f"liftcheck: {self.stage.session.recording.name}")
        self.setMinimumSize(1100, 680)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        for stage in self.stages:
            self._to_first_open(stage)
            if stage.session.said_live:
                self._tell_strangers(stage)
        self.show_all()

    @property
    def stage(self) -> Stage:
        """The session that keys and list belong to."""
        return self.stages[self.active]

    def start(self) -> None:
        """Begins to judge and to show."""
        for stage in self.stages:
            stage.session.start()
        self._last_tick = self._clock()
        self.timer.start(FRAME_MS)
        self.show_all()

    # --- what happens in a frame ---

    def tick(self) -> None:
        """Time passes, and the workers may have found something."""
        now = self._clock()
        passed, self._last_tick = now - self._last_tick, now
        heard = [self._hear(stage) for stage in self.stages]
        for stage in self.stages:
            stage.play(passed)
        if "words" in heard:
            self.show_all()
        elif any(heard) or any(stage.head.playing for stage in self.stages):
            self.show_moment()
        if self._writing is not None and self._writing.done():
            self._report_is_there(self._writing)
            self._writing = None
        if self._notice and now > self._notice_until:
            self._notice = ""
            self._show_header()

    def _hear(self, stage: Stage) -> str:
        """Takes what a worker has found: "words" if verdicts are new, "curves", or ""."""
        session, words, knew = stage.session, stage.session.words, stage.session.done
        if not session.poll():
            return ""
        if session.words == words and session.done == knew:
            stage.refresh_band()
            stage.show()
            return "curves"
        stage.refresh()
        stage.refresh_band()
        if session.done:
            for notice in session.notices:
                self.tell(notice)
            self._tell_strangers(stage)
        if stage.rows and stage.chosen < 0:
            self._to_first_open(stage)
        return "words"

    # --- what is shown ---

    def show_all(self) -> None:
        """Everything that depends on the lifts and the labels."""
        stage = self.stage
        others = [lift for other in self.stages if other is not stage for lift in other.session.review.lifts]
        technique = stage.session.settings.lifts.technique
        self.map.show_lifts(stage.session.review.lifts, others, stage.session.border_m, technique.border_knee_deg)
        for button, (_, name) in zip(self.picks, PICKS, strict=True):
            lift = getattr(stage.picks, name)
            button.say("" if lift is None else f"{self.style_.words(f'replay.{name}')} {lift.lift}")
        self.show_moment()
        lay_out_picks(self)

    def show_moment(self) -> None:
        """Everything that depends on the cursor and the chosen lift."""
        stage = self.stage
        if len(self.stages) > 1:
            for each in self.stages:
                each.called(active=each is stage)
        self.list.show_rows(stage.rows, stage.chosen)
        self.overview.show_state(stage.session, stage.timeline.view, stage.head.t)
        self.map.show_chosen(stage.lift)
        shown = (self.active, stage.lift, self._against(), stage.session.version, self.style_.words.language)
        if shown != self._overlay_of:
            self._overlay_of = shown
            other = self.stages[1 - self.active].session.recording.name if len(self.stages) > 1 else ""
            self.overlay.show_state(overlay_state(stage, self.style_.words, self._against(), other))
            lay_out_picks(self)
        self.play_button.show_sign("pause" if stage.head.playing else "play")
        self.loop_button.choose(stage.head.loop is not None)
        self.speed.show_speed(stage.head.speed)
        for pick_button, (_, name) in zip(self.picks, PICKS, strict=True):
            pick_button.choose(stage.lift is not None and getattr(stage.picks, name) == stage.lift)
        row = stage.row
        for button, word in zip(self.words, WORDS, strict=True):
            button.choose(row is not None and row.coach == word and not row.joined)
        self._show_header()

    def _show_header(self) -> None:
        self.header.show_state(header_state(self.stage, self.style_.words, self._notice))

    def _against(self) -> tuple[str, Lift] | None:
        """The lift that the chosen one is laid over: of the other session, if there are two."""
        if len(self.stages) > 1:
            other = self.stages[1 - self.active]
            if other.lift is not None:
                return "other", other.lift
        return self.stage.compared

    def tell(self, text: str) -> None:
        """One sentence in the header for a while."""
        self._notice, self._notice_until = text, self._clock() + NOTICE_S
        self._show_header()

    def _to_first_open(self, stage: Stage) -> None:
        """To the first lift that has no label yet."""
        stage.go_to(next((i for i, row in enumerate(stage.rows) if not row.coach), 0))

    def _tell_strangers(self, stage: Stage) -> None:
        """Labels that belong to no lift are told, once the lifts are known."""
        session = stage.session
        if said := strangers(session.review.labels, session.review.lifts, session.end_s):
            self.tell(f"{session.labels_path.name}: {said}")

    # --- what a person does ---

    def _touched(self, stage: Stage) -> None:
        if stage is not self.stage:
            self.active = self.stages.index(stage)
            self.show_all()
        self.show_moment()

    def play(self) -> None:
        """Plays or pauses; two sessions together."""
        playing = not self.stage.head.playing
        for stage in self.stages:
            if stage.head.playing != playing:
                stage.head = stage.head.toggled()
        self._last_tick = self._clock()
        self.show_moment()

    def step(self, seconds: float) -> None:
        """The cursor by so much."""
        self.stage.seek(self.stage.head.t + seconds)
        self.show_moment()

    def go_by(self, steps: int) -> None:
        """To the lift before or after."""
        self.stage.go_by(steps)
        self.show_moment()

    def choose(self, place: int) -> None:
        """To a row of the list."""
        self.stage.go_to(place)
        self.show_moment()

    def speed_by(self, steps: int | None) -> None:
        """Faster, slower, or (None) as fast as life."""
        self.set_speed(self.stage.head.faster(steps).speed if steps else 1.0)

    def set_speed(self, speed: float) -> None:
        """How many times as fast as life."""
        for stage in self.stages:
            stage.head = replace(stage.head, speed=min(max(speed, SPEEDS[0]), SPEEDS[-1]))
        self.show_moment()

    def accept(self) -> None:
        """The coach agrees, and goes on to the next."""
        row = self.stage.row
        if row is not None and self._try(lambda: self.stage.change(lambda review: review.accepted(row))):
            self.stage.go_on()
            self.show_all()

    def label(self, word: str) -> None:
        """The coach's own word."""
        self._on_row(lambda review, row: review.labelled(row, word))

    def delete(self) -> None:
        """No lift, says the coach."""
        self._on_row(lambda review, row: review.deleted(row))

    def split(self) -> None:
        """Cuts the lift at the cursor."""
        self._try(self.stage.split)

    def join(self) -> None:
        """Joins the lift with the next."""
        self._try(self.stage.join)

    def undo(self) -> None:
        """Without the last step."""
        self._try(lambda: self.stage.change(lambda review: review.undone()))

    def _on_row(self, step: Callable[[Review, Row], Review]) -> None:
        row = self.stage.row
        if row is not None:
            self._try(lambda: self.stage.change(lambda review: step(review, row)))

    def _try(self, what: Callable[[], object]) -> bool:
        """Does it, or tells why not."""
        try:
            what()
        except LiftcheckError as error:
            self.tell(str(error))
            return False
        self.show_all()
        return True

    def pick(self, name: str) -> None:
        """To the best, worst, typical or most improved lift."""
        lift = getattr(self.stage.picks, name)
        if lift is None:
            self.tell(self.style_.words("replay.no_pick", name=self.style_.words(f"replay.{name}")))
            return
        self.stage.go_to_lift(lift)
        self.show_moment()

    def mark(self) -> None:
        """Marks this moment, or unmarks it; kept beside the recording."""
        try:
            if self.stage.session.mark(self.stage.head.t):
                self.tell(self.style_.words("help.marked"))
        except LiftcheckError as error:
            self.tell(str(error))
        self.stage.show()

    def refer(self) -> None:
        """Makes the chosen lift the reference, or the best one again."""
        stage = self.stage
        stage.reference = None if stage.reference == stage.lift else stage.lift
        self.show_moment()

    def switch(self) -> None:
        """The other session."""
        self.active = (self.active + 1) % len(self.stages)
        self.show_all()

    def swap_lower(self) -> None:
        """The second session, or map and overlay."""
        if len(self.stages) > 1:
            self.compares = not self.compares
            lay_out(self)

    def full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def swap_theme(self) -> None:
        """Light to dark and back."""
        self.style_.swap_theme()
        self.dress()

    def write_report(self) -> None:
        """The page for print, beside the recording, in a thread of its own: a shift takes longer than a frame."""
        if self._report is not None and self._writing is None:
            self.tell(self.style_.words("summary.writing"))
            self._writing = self._worker.submit(self._report, self.stage.session.recording.path)

    def _report_is_there(self, writing: Future[str]) -> None:
        error = writing.exception()
        if error is None:
            self.tell(self.style_.words("summary.written", name=Path(writing.result()).name))
        else:
            self.tell(str(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keys.isVisible():
            self.keys.hide()
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            way = 1 if key == Qt.Key.Key_Right else -1
            self.go_by(way) if control else self.step(way * (1.0 if shift else STEP_S))
        elif control and key == Qt.Key.Key_Z:
            self.undo()
        elif event.text() in self._signs:
            self._signs[event.text()]()
        elif key in self._keys and not control:
            self._keys[key]()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab changes the session: no widget here takes the focus."""
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.timer.stop()
        self._worker.shutdown(wait=False)
        for stage in self.stages:
            stage.session.close()
        event.accept()

    # --- building and laying out ---

    def _build(self) -> None:
        style, words = self.style_, self.style_.words
        self.header = Header(style, self)
        self.undo_button = Button(style, "outlined", self.undo, self, "replay.undo")
        self.report_button = Button(style, "outlined", self.write_report, self, "summary.report")
        self.keys_button = Button(style, "outlined", lambda: self.keys.open(), self, "replay.keys_button")
        for button in self.header_buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.report_button.setVisible(self._report is not None)
        self.before_button = SignButton(style, "before", words("replay.key_lift"), lambda: self.go_by(-1), self)
        self.play_button = SignButton(style, "play", words("replay.key_play"), self.play, self)
        self.play_button.chosen = True
        self.next_button = SignButton(style, "next", words("replay.key_lift"), lambda: self.go_by(1), self)
        self.loop_button = SignButton(style, "loop", words("replay.key_loop"), self.loop, self)
        self.speed = SpeedView(style, self)
        self.overview = Overview(style, self._seek, self)
        self.map = LiftMap(style, self._choose_lift, self)
        self.overlay = OverlayView(style, self)
        self.list = LiftList(style, self.choose, self)
        texts = [words(f"summary.{word}") if word != NO_LIFT else words("replay.no_lift") for word in WORDS]
        self.words = [
            LabelButton(style, str(i + 1), word, text, lambda word=word: self.label(word), self)  # type: ignore[misc]
            for i, (word, text) in enumerate(zip(WORDS, texts, strict=True))
        ]
        self.picks = [
            PickButton(style, key, lambda name=name: self.pick(name), self)  # type: ignore[misc]
            for key, name in PICKS
        ]
        self.keys = KeysPanel(style, self)
        self._signs, self._keys = sign_map(self), key_map(self)

    @property
    def header_buttons(self) -> tuple[Button, ...]:
        """The buttons of the header, from left to right."""
        return (self.undo_button, self.report_button, self.keys_button)

    def loop(self) -> None:
        """Repeats the chosen lift, or no longer."""
        self.stage.loop_lift()
        self.show_moment()

    def loop_end(self, low: bool) -> None:
        """The loop begins, or ends, at the cursor."""
        self.stage.loop_end(low)
        self.show_moment()

    def _seek(self, t: float) -> None:
        self.stage.seek(t)
        self.show_moment()

    def _choose_lift(self, lift: Lift) -> None:
        self.stage.go_to_lift(lift)
        self.show_moment()

    def dress(self) -> None:
        """Another theme or size: everything repaints, nothing is built."""
        self.list.dress()
        for widget in self.findChildren(QWidget):
            widget.update()
        lay_out(self)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.style_.scale = min(1.0, self.height() / DESIGN_HEIGHT)
        self.dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Hairlines between the panels, and the ground of what no panel covers."""
        painter = QPainter(self)
        style = self.style_
        painter.fillRect(self.rect(), QColor(style.theme.line))
        right, head = self.width() - round(style.px(LIST)), round(style.px(HEADER))
        painter.fillRect(right + 1, head, self.width() - right, self.height(), style.colour("surface"))
        y = self.play_button.y() - round(style.px(24))
        painter.fillRect(0, y, right, round(style.px(MIDDLE)), style.colour("surface"))
        foot = self.height() - round(style.px(128))
        painter.fillRect(
            right + round(style.px(20)), foot, self.width() - right - round(style.px(28)), 1, style.colour("line")
        )
