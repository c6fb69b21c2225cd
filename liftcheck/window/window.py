"""The trainee's window: chooses a sensor, calibrates, shows and sounds each lift, sums up.

It polls: a timer of 30 Hz takes what waits in the session's queue and shows it. A window that stalls costs frames;
the samples are kept and judged by the session's own thread all the while.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.analysis import Update
from liftcheck.cues import MODES, Cue, Mode
from liftcheck.errors import LiftcheckError
from liftcheck.look.texts import LANGUAGES, clock, texts
from liftcheck.look.theme import BUTTON, DESIGN_HEIGHT
from liftcheck.samples import Event
from liftcheck.window.ask import CLOSING, Panel
from liftcheck.window.board import DEFAULT_HEIGHT_M, Board
from liftcheck.window.buttons import Button
from liftcheck.window.calibrate import CalibrationView
from liftcheck.window.choose import SensorPage
from liftcheck.window.key_map import key_map
from liftcheck.window.layout import lay_out
from liftcheck.window.passing import SNOOZE_MIN, Notice, Snooze
from liftcheck.window.report_writer import ReportWriter
from liftcheck.window.search import Search
from liftcheck.window.sighting import Running, Sighting, Wiring
from liftcheck.window.sitting import sitting
from liftcheck.window.sounds import Sounds
from liftcheck.window.standing import Standing
from liftcheck.window.status import StatusView, status_of
from liftcheck.window.style import Style, load_fonts
from liftcheck.window.summary import SummaryPage
from liftcheck.window.work import WorkView

FRAME_MS = 33
DONE_S = 1.2  # how long "Ready" shows after a calibration
Page = Literal["sensor", "calibrate", "work", "summary"]


class TraineeWindow(QWidget):
    """One window, four pages. `tick` does everything that a frame needs; the timer only calls it.

    clock: s, monotonic. calibrate: whether to calibrate when the first samples arrive.
    """

    def __init__(
        self,
        wiring: Wiring,
        *,
        style: Style | None = None,
        sounds: Sounds | None = None,
        clock: Callable[[], float] = time.monotonic,
        site: str = "mid-back",
        height_m: float | None = None,
        calibrate: bool = True,
    ) -> None:
        super().__init__()
        load_fonts()
        self._wiring, self._clock, self._calibrate = wiring, clock, calibrate
        self._site, self._height_m = site, height_m or DEFAULT_HEIGHT_M
        self.style_ = style or Style()
        self.sounds = sounds or Sounds()
        self.sounds.trouble = lambda: self.notify(self.style_.words("sound.none"))
        self.board = self._new_board()
        self._standing = Standing()
        self.running: Running | None = None
        self.page: Page = "sensor"
        self.mode: Mode = "training"
        self._asked_to_calibrate = False
        self._done_at: float | None = None
        self._ending: threading.Thread | None = None
        self._after_end: Callable[[], None] = self._show_summary
        self._may_close = False
        self._was_lost = False
        self._notice, self._snooze = Notice(), Snooze()
        self._build()
        self.setMinimumSize(960, 600)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begins to poll; with a sensor that is already chosen, its session too."""
        self.timer.start(FRAME_MS)
        if self._wiring.chosen:
            self.begin(self._wiring.sensor)
        else:
            self.show_page("sensor")

    # --- what happens in a frame ---

    def tick(self) -> None:
        """Takes what the session has said since the last frame and shows everything as it is now."""
        now = self._clock()
        if self.page == "sensor":
            self._search.show()
        if self.running is not None:
            self._drain(now)
            self._watch(now)
        if self.page == "calibrate":
            self._follow_calibration(now)
        self._refresh(now)
        if self._reports is not None:
            self._reports.poll()

    def _refresh(self, now: float) -> None:
        """What the page shows, as it is now."""
        if self.page == "calibrate":
            self.calibration.refresh(self.board, now)
        elif self.page == "work":
            self.work.refresh(self.board, now)
        if self.page in ("calibrate", "work"):
            self._show_status(now)

    def _drain(self, now: float) -> None:
        assert self.running is not None
        queue = self.running.updates
        while not queue.empty():
            update = queue.get_nowait()
            if update.update is not None:
                update = replace(update, update=self._show_motion(update.update))
            self.board.take(update, now)
            for cue in update.cues:
                if isinstance(cue, Cue):
                    self.sounds.play(cue.message)
            if update.stops_recording:  # what befalls the link is told by band and bar
                self.notify(update.message)

    def _show_motion(self, update: Update) -> Update:
        """Plots motion and bends; the update with its motion as it is drawn."""
        drawn = self._standing.follow(update.motion)
        self.work.plot.take(drawn)
        for bend in update.lifts:
            self._standing.looked_back(bend, update.motion)
            if bend.is_lift:
                self.work.plot.add(bend)
            else:
                self.work.plot.look_back(bend)
        return replace(update, motion=drawn)

    def _watch(self, now: float) -> None:
        """The link, the end of the session, and a session that died."""
        running = self.running
        assert running is not None
        lost = self.board.lost_s(now) is not None
        if lost and not self._was_lost and self.page == "work":
            self.sounds.play("lost")
        self._was_lost = lost
        if running.error is not None and not running.alive:
            self.running = None
            self._failed(running.error)
        elif self.board.ended and not running.alive:
            self.running = None
            self._after_end()
        elif self._wiring.done() and self._ending is None:
            self.end()
        elif self._calibrate and not self._asked_to_calibrate and self.board.streaming(now):
            self._asked_to_calibrate = True
            running.tell(Event(0.0, "calibrating", "person"))

    def _follow_calibration(self, now: float) -> None:
        progress = self.board.calibration
        if not self._calibrate and self.board.streaming(now):
            self.show_page("work")
        elif progress is not None and progress.phase == "done":
            self._done_at = self._done_at or now
            if now - self._done_at > DONE_S:
                self.show_page("work")
        self.again.setVisible(self.calibration.state.trouble and self.page == "calibrate")

    def _show_status(self, now: float) -> None:
        left = self._snooze.left_s(now)
        if left is not None:
            self._show_snooze(left)
        self.status.show_state(status_of(self.board, now, self._notice.text(now)))

    # --- what a person does ---

    def begin(self, sighting: Sighting | None) -> None:
        """Starts a session with a sensor; None is the virtual one."""
        self.sensors.connecting(True)
        try:
            self.running = self._wiring.begin(sighting)
        except LiftcheckError as error:
            self._failed(error)
            return
        finally:
            self.sensors.connecting(False)
        self._search.stop()
        self._ending = None
        self.board, self._standing = self._new_board(), Standing()
        self.work.plot.clear_all()
        self._asked_to_calibrate, self._done_at = False, None
        self._snooze.end()
        self._show_snooze(0)
        self.show_page("calibrate")

    def end(self) -> None:
        """Ends the session; the summary follows when its file is complete."""
        self._close_session(self._show_summary)

    def back(self) -> None:
        """From the calibration back to the choice of a sensor."""
        self._close_session(self.new_session)

    def new_session(self) -> None:
        """To the choice of a sensor, or, where it is fixed, to a new session with it."""
        if self._wiring.chosen and self.page == "summary":
            self.begin(self._wiring.sensor)
        else:
            self.show_page("sensor")

    def skip_calibration(self) -> None:
        """Goes on without a calibration; the mounting is learnt from the lifts."""
        self._tell("calibration ended")
        self.show_page("work")

    def recalibrate(self) -> None:
        """Begins the calibration anew."""
        self._done_at = self.board.calibration = None
        self._tell("calibrating")
        self.show_page("calibrate")

    def snooze(self) -> None:
        """Silence for five minutes, and back."""
        minutes = SNOOZE_MIN if self._snooze.press(self._clock()) else 0
        self._tell("snooze", minutes=minutes)
        self._show_snooze(60 * minutes)

    def next_mode(self) -> None:
        """Training, work, baseline."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self._tell("mode", mode=self.mode)
        self.notify(self.style_.words(f"mode.{self.mode}"))

    def mark(self) -> None:
        """Marks this moment in the recording."""
        self._tell("marker", text="")
        self.notify(self.style_.words("help.marked"))

    def next_language(self) -> None:
        """The next language."""
        place = LANGUAGES.index(self.style_.words.language)
        self.style_.words = texts(LANGUAGES[(place + 1) % len(LANGUAGES)])
        self.notify(self.style_.words("language.name"))
        self.dress()

    def swap_theme(self) -> None:
        """Light to dark and back."""
        self.style_.swap_theme()
        self.dress()

    def full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def louder(self, by: float) -> None:
        """Changes the volume and lets it be heard."""
        self.sounds.volume = min(1.0, max(0.0, round(self.sounds.volume + by, 1)))
        self.sounds.play("legs")
        self.notify(self.style_.words("sound.volume", percent=round(100 * self.sounds.volume)))

    def hear_sounds(self) -> None:
        """All sounds after each other."""
        self.sounds.test()

    def notify(self, text: str) -> None:
        """One sentence in the status bar for a while."""
        self._notice.show(text, self._clock())

    def press_primary(self) -> None:
        """What Enter does: the one black button of the page."""
        if self.page == "sensor":
            self.sensors.connect_chosen()
        elif self.page == "summary":
            self.new_session()
        elif self.page == "calibrate" and self.again.isVisible():
            self.recalibrate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.panel.isVisible():
            self._key_in_panel(key)
        elif key in self._keys:
            self._keys[key]()
        elif event.text() == "?":
            self.panel.show_keys()
        else:
            super().keyPressEvent(event)

    def _key_in_panel(self, key: Qt.Key) -> None:
        panel = self.panel
        if panel.question is None:
            panel.hide()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Tab):
            panel.choose(1 - panel.chosen)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            panel.answer(panel.chosen)
        elif key == Qt.Key.Key_Escape:
            panel.answer(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        recording = self.running is not None and self.board.last is not None and self.board.last.recording
        if recording and not self._may_close:
            event.ignore()
            self.panel.ask(CLOSING, lambda: None, self.end_and_close)
            return
        self.timer.stop()
        self._search.stop()
        if self.running is not None:
            self.running.close()
        self.sounds.close()
        if self._reports is not None:
            self._reports.close()
        event.accept()

    # --- pages ---

    def show_page(self, page: Page) -> None:
        """Another page; the status bar belongs to calibration and work."""
        self.page = page
        for name, widget in self.pages.items():
            widget.setVisible(name == page)
        at_work, calibrating = page == "work", page == "calibrate"
        self.status.setVisible(at_work or calibrating)
        for button, shown in ((self.snoozer, at_work), (self.ender, at_work), (self.backer, calibrating)):
            button.setVisible(shown)
        self.skipper.setVisible(calibrating)
        self.again.setVisible(False)
        if page == "sensor":
            self._search.start()
        lay_out(self)
        self._refresh(self._clock())
        self.setFocus()

    def dress(self) -> None:
        """Another theme, language or size: everything repaints, nothing is built."""
        for page in (self.sensors, self.work, self.summary, self.panel):
            page.dress()
        for button in (self.ender, self.backer, self.skipper, self.again):
            button.speak()
        self._show_snooze(self._snooze.left_s(self._clock()) or 0)
        self.calibration.update()
        self.status.update()
        lay_out(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.style_.scale = self.height() / DESIGN_HEIGHT
        lay_out(self)
        self.dress()

    def _build(self) -> None:
        style = self.style_
        self.sensors = SensorPage(style, self.begin, self)
        self.sensors.site = self._site
        self._search = Search(style, self.sensors, self._wiring.scanner)
        self.calibration = CalibrationView(style, self)
        self.work = WorkView(style, self)
        report = self._wiring.report
        self.summary = SummaryPage(style, self.new_session, self._report if report else None, self)
        self._reports = ReportWriter(style, report, self.summary.tell) if report else None
        self.pages: dict[str, QWidget] = {
            "sensor": self.sensors,
            "calibrate": self.calibration,
            "work": self.work,
            "summary": self.summary,
        }
        self.status = StatusView(style, self)
        self.snoozer = Button(style, "outlined", self.snooze, self)
        self.snoozer.say(style.words("status.snooze"))
        self.ender = Button(style, "quiet", self.end, self, "status.end")
        self.backer = Button(style, "quiet", self.back, self, "status.back")
        self.skipper = Button(style, "outlined", self.skip_calibration, self, "calibrate.skip")
        self.again = Button(style, "outlined", self.recalibrate, self, "calibrate.start_over")
        self.again.text_type = BUTTON
        self.panel = Panel(style, self)
        self._keys = key_map(self)
        self.setWindowTitle("liftcheck")

    def escape(self) -> None:
        """Back: from the full screen, else from the calibration."""
        if self.isFullScreen():
            self.full_screen()
        elif self.page == "calibrate":
            self.back()

    # --- the session ---

    def _tell(self, kind: str, **data: object) -> None:
        if self.running is not None:
            self.running.tell(Event(self.board.sample_t or 0.0, kind, "person", data))

    def _new_board(self) -> Board:
        return Board(height_m=self._height_m, site=self._site)

    def _close_session(self, then: Callable[[], None]) -> None:
        """Ends the session in a thread of its own: completing a long file takes longer than a frame."""
        if self.running is None:
            then()
        else:
            self._after_end = then
        if self.running is not None and self._ending is None:
            self._ending = threading.Thread(target=self.running.close, name="liftcheck end", daemon=True)
            self._ending.start()

    def end_and_close(self) -> None:
        """Ends the session and closes the window when its file is complete."""
        self._may_close = True
        self._close_session(self._close_now)

    def _close_now(self) -> None:
        self.close()

    def _show_summary(self) -> None:
        self.summary.show_session(sitting(self.board))
        self.show_page("summary")

    def _failed(self, error: BaseException) -> None:
        """A session that cannot be had or has died: what was lifted is summed up, the reason is told."""
        text = str(error) if isinstance(error, LiftcheckError) else f"{type(error).__name__}: {error}"
        if self.board.lifts and self.page == "work":
            self._show_summary()
            return
        self.show_page("sensor")
        self._search.tell(text)

    def _report(self) -> None:
        path = self.summary.session.path
        if self._reports is not None and path is not None:
            self._reports.begin(path)

    def _show_snooze(self, left_s: float) -> None:
        on = left_s > 0
        text = self.style_.words("status.snoozed", time=clock(left_s)) if on else self.style_.words("status.snooze")
        wider = len(text) != len(self.snoozer.text())
        self.snoozer.chosen = on
        self.snoozer.say(text)
        if wider:
            lay_out(self)
