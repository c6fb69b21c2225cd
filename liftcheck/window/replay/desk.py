"""The coach's window: one session or two, every lift, the coach's own labels. Every key works at any time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.lifts.lift import Lift
from liftcheck.review.labelling import Remark, strangers
from liftcheck.review.playhead import SPEEDS
from liftcheck.review.replayed import Replayed
from liftcheck.window.passing import Notice
from liftcheck.window.replay.coaching import Coaching
from liftcheck.window.replay.key_map import key_map, sign_map
from liftcheck.window.replay.layout import DESIGN_HEIGHT, lay_out, lay_out_picks
from liftcheck.window.replay.panels import Panels
from liftcheck.window.replay.stage import Stage
from liftcheck.window.report_writer import ReportWriter, WritePage
from liftcheck.window.style import Style, load_fonts

FRAME_MS = 16
STEP_S = 0.05  # the grid of the refined curves
NOTICE_S = 6.0


class Desk(QWidget):
    """sessions: one, or two side by side. report: writes the coach's page; None where it is not to be had."""

    def __init__(
        self,
        sessions: Sequence[Replayed],
        *,
        style: Style | None = None,
        report: WritePage | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        load_fonts()
        self.style_ = style or Style()
        self._clock = clock
        self._last_tick = clock()
        self._notice = Notice(NOTICE_S)
        self._reports = ReportWriter(self.style_, report, self.tell)
        self.compares = len(sessions) > 1  # the second session is shown instead of map and overlay
        self.active = 0
        self.stages = [Stage(self.style_, session, self._touched, self) for session in sessions]
        self.coaching = Coaching(self)
        self.panels = Panels(self)
        self.panels.report_button.setVisible(self._reports.ready)
        self._signs, self._keys = sign_map(self), key_map(self)
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

    @property
    def other(self) -> Stage | None:
        """The other session, if there are two."""
        return self.stages[1 - self.active] if len(self.stages) > 1 else None

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
        elif self._notice.leaves(now):
            self._show_header()
        self._reports.poll()

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
            for remark in session.remarks:
                self.tell(self._said(remark))
            self._tell_strangers(stage)
        if stage.rows and stage.chosen < 0:
            self._to_first_open(stage)
        return "words"

    # --- what is shown ---

    def show_all(self) -> None:
        """Everything that depends on the lifts and the labels."""
        self.panels.show_lifts()
        self.show_moment()
        lay_out_picks(self)

    def show_moment(self) -> None:
        """Everything that depends on the cursor and the chosen lift."""
        if self.other is not None:
            for each in self.stages:
                each.called(active=each is self.stage)
        self.panels.show_moment(self._notice.text(self._clock()))

    def _show_header(self) -> None:
        self.panels.show_header(self._notice.text(self._clock()))

    def tell(self, text: str) -> None:
        """One sentence in the header for a while."""
        self._notice.show(text, self._clock())
        self._show_header()

    def _said(self, remark: Remark) -> str:
        return self.style_.words(f"review.{remark.key}", **remark.values)

    def _to_first_open(self, stage: Stage) -> None:
        """To the first lift that has no label yet."""
        stage.go_to(next((i for i, row in enumerate(stage.rows) if not row.coach), 0))

    def _tell_strangers(self, stage: Stage) -> None:
        """Labels that belong to no lift are told, once the lifts are known."""
        session = stage.session
        if found := strangers(session.review.labels, session.review.lifts, session.end_s):
            self.tell(f"{session.labels_path.name}: {self._said(found)}")

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

    def pick(self, name: str) -> None:
        """To the best, worst, typical or most improved lift."""
        lift = getattr(self.stage.picks, name)
        if lift is None:
            self.tell(self.style_.words("replay.no_pick", name=self.style_.words(f"replay.{name}")))
            return
        self.stage.go_to_lift(lift)
        self.show_moment()

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
        if self.other is not None:
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
        self._reports.begin(self.stage.session.recording.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.panels.keys.isVisible():
            self.panels.keys.hide()
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            way = 1 if key == Qt.Key.Key_Right else -1
            self.go_by(way) if control else self.step(way * (1.0 if shift else STEP_S))
        elif control and key == Qt.Key.Key_Z:
            self.coaching.undo()
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
        self._reports.close()
        for stage in self.stages:
            stage.session.close()
        event.accept()

    def loop(self) -> None:
        """Repeats the chosen lift, or no longer."""
        self.stage.loop_lift()
        self.show_moment()

    def loop_end(self, low: bool) -> None:
        """The loop begins, or ends, at the cursor."""
        self.stage.loop_end(low)
        self.show_moment()

    def seek(self, t: float) -> None:
        """The cursor to a moment."""
        self.stage.seek(t)
        self.show_moment()

    def choose_lift(self, lift: Lift) -> None:
        """To a lift."""
        self.stage.go_to_lift(lift)
        self.show_moment()

    def dress(self) -> None:
        """Another theme or size: everything repaints, nothing is built."""
        self.panels.list.dress()
        for widget in self.findChildren(QWidget):
            widget.update()
        lay_out(self)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.style_.scale = min(1.0, self.height() / DESIGN_HEIGHT)
        self.dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.panels.paint_ground(QPainter(self))
