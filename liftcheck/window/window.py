"""The trainee's window: chooses a sensor, calibrates, shows and sounds each lift, sums up.

It polls: a timer of 30 Hz takes what waits in the session's queue and shows it. A window that stalls costs frames;
the samples are kept and judged by the session's own thread all the while.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.cues import MODES, Cue, Mode
from liftcheck.errors import LiftcheckError, sentence
from liftcheck.look.theme import DESIGN_HEIGHT
from liftcheck.window.ask import CLOSING, Panel
from liftcheck.window.board import DEFAULT_HEIGHT_M, Board
from liftcheck.window.calibrate import CalibrationView
from liftcheck.window.calibrating import Calibrating
from liftcheck.window.choose import SensorPage
from liftcheck.window.foot import Foot
from liftcheck.window.key_map import key_map
from liftcheck.window.live_session import LiveSession
from liftcheck.window.search import Search
from liftcheck.window.sighting import Sighting, Wiring
from liftcheck.window.sitting import sitting
from liftcheck.window.sounds import Sounds
from liftcheck.window.style import Style, load_fonts
from liftcheck.window.summary import SummaryPage
from liftcheck.window.taste import Taste
from liftcheck.window.work import WorkView

FRAME_MS = 33
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
        self._wiring, self._clock = wiring, clock
        self.style_ = style or Style()
        self.sounds = sounds or Sounds()
        self.taste = Taste(self)
        board = partial(Board, height_m=height_m or DEFAULT_HEIGHT_M, site=site)
        self.session = LiveSession(wiring, board, self._show_summary, self._failed)
        self._calibrating = Calibrating(self.session, calibrate)
        self.page: Page = "sensor"
        self.mode: Mode = "training"
        self._may_close = False
        self._build(site)
        self.setMinimumSize(960, 600)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)

    @property
    def board(self) -> Board:
        """What the session has said."""
        return self.session.board

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
        if self.session.running is not None:
            self._hear(now)
            if self.session.loses(now) and self.page == "work":
                self.sounds.play("lost")
            self._calibrating.watch(now)
            self.session.watch()
        if self.page == "calibrate" and self._calibrating.over(now):
            self.show_page("work")
        self._refresh(now)
        self.summary.reports.poll()

    def _refresh(self, now: float) -> None:
        """What the page shows, as it is now."""
        if self.page == "calibrate":
            self.calibration.refresh(self.board, now)
        elif self.page == "work":
            self.work.refresh(self.board, now)
        if self.page in ("calibrate", "work"):
            self.foot.refresh(self.board, now)

    def _hear(self, now: float) -> None:
        for update in self.session.hear(now):
            if update.update is not None:
                self.work.take(update.update)
            for cue in update.cues:
                if isinstance(cue, Cue):
                    self.sounds.play(cue.message)
            if update.stops_recording:  # what befalls the link is told by band and bar
                self.notify(update.message)

    # --- what a person does ---

    def begin(self, sighting: Sighting | None) -> None:
        """Starts a session with a sensor; None is the virtual one."""
        self.sensors.connecting(True)
        try:
            self.session.begin(sighting)
        except LiftcheckError as error:
            self._failed(error)
            return
        finally:
            self.sensors.connecting(False)
        self._search.stop()
        self.work.plot.clear_all()
        self._calibrating.begin()
        self.foot.end_snooze()
        self.show_page("calibrate")

    def end(self) -> None:
        """Ends the session; the summary follows when its file is complete."""
        self.session.end()

    def back(self) -> None:
        """From the calibration back to the choice of a sensor."""
        self.session.end(self.new_session)

    def new_session(self) -> None:
        """To the choice of a sensor, or, where it is fixed, to a new session with it."""
        if self._wiring.chosen and self.page == "summary":
            self.begin(self._wiring.sensor)
        else:
            self.show_page("sensor")

    def skip_calibration(self) -> None:
        """Goes on without a calibration; the mounting is learnt from the lifts."""
        self._calibrating.skip()
        self.show_page("work")

    def recalibrate(self) -> None:
        """Begins the calibration anew."""
        self._calibrating.again()
        self.show_page("calibrate")

    def snooze(self) -> None:
        """Silence for five minutes, and back."""
        self.session.tell("snooze", minutes=self.foot.press_snooze(self._clock()))

    def next_mode(self) -> None:
        """Training, work, baseline."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self.session.tell("mode", mode=self.mode)
        self.notify(self.style_.words(f"mode.{self.mode}"))

    def mark(self) -> None:
        """Marks this moment in the recording."""
        self.session.tell("marker", text="")
        self.notify(self.style_.words("help.marked"))

    def notify(self, text: str) -> None:
        """One sentence in the status bar for a while."""
        self.foot.notify(text, self._clock())

    def press_primary(self) -> None:
        """What Enter does: the one black button of the page."""
        if self.page == "sensor":
            self.sensors.connect_chosen()
        elif self.page == "summary":
            self.new_session()
        elif self.page == "calibrate" and self.calibration.state.trouble:
            self.recalibrate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.panel.isVisible():
            self.panel.press(key)
        elif key in self._keys:
            self._keys[key]()
        elif event.text() == "?":
            self.panel.show_keys()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.session.recording and not self._may_close:
            event.ignore()
            self.panel.ask(CLOSING, lambda: None, self.end_and_close)
            return
        self.timer.stop()
        self._search.stop()
        self.session.close()
        self.sounds.close()
        self.summary.reports.close()
        event.accept()

    # --- pages ---

    def show_page(self, page: Page) -> None:
        """Another page; the status bar belongs to calibration and work."""
        self.page = page
        for name, widget in self.pages.items():
            widget.setVisible(name == page)
        self.foot.show_for(page)
        if page == "sensor":
            self._search.start()
        self.lay_out()
        self._refresh(self._clock())
        self.setFocus()

    def dress(self) -> None:
        """Another theme, language or size: everything repaints, nothing is built."""
        for page in (self.sensors, self.calibration, self.work, self.summary, self.panel):
            page.dress()
        self.foot.dress(self._clock())
        self.lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.style_.scale = self.height() / DESIGN_HEIGHT
        self.lay_out()
        self.dress()

    def lay_out(self) -> None:
        """Puts every part into its place: a page, and the foot below it."""
        width, height = self.width(), self.height()
        for name, page in self.pages.items():
            page.setGeometry(0, 0, width, height - self.foot.height if name in ("work", "calibrate") else height)
        self.panel.setGeometry(0, 0, width, height)
        self.foot.lay_out()

    def _build(self, site: str) -> None:
        style = self.style_
        self.sensors = SensorPage(style, self.begin, self)
        self.sensors.site = site
        self._search = Search(style, self.sensors, self._wiring.scanner)
        self.calibration = CalibrationView(style, self.recalibrate, self)
        self.work = WorkView(style, self)
        self.summary = SummaryPage(style, self.new_session, self._wiring.report, self)
        self.pages: dict[str, QWidget] = {
            "sensor": self.sensors,
            "calibrate": self.calibration,
            "work": self.work,
            "summary": self.summary,
        }
        self.foot = Foot(self)
        self.panel = Panel(style, self)
        self._keys = key_map(self)
        self.setWindowTitle("liftcheck")

    def escape(self) -> None:
        """Back: from the full screen, else from the calibration."""
        if self.isFullScreen():
            self.taste.full_screen()
        elif self.page == "calibrate":
            self.back()

    # --- the session ---

    def end_and_close(self) -> None:
        """Ends the session and closes the window when its file is complete."""
        self._may_close = True
        self.session.end(self.close)

    def _show_summary(self) -> None:
        self.summary.show_session(sitting(self.board))
        self.show_page("summary")

    def _failed(self, error: BaseException) -> None:
        """A session that cannot be had or has died: what was lifted is summed up, the reason is told."""
        if self.board.lifts and self.page == "work":
            self._show_summary()
            return
        self.show_page("sensor")
        self._search.tell(sentence(error if isinstance(error, LiftcheckError) else f"{type(error).__name__}: {error}"))
