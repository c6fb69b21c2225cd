"""The stage for the tests of the window: Qt without a screen, and an acted session in a real window."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
try:
    from PySide6.QtCore import QEventLoop, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication
except ImportError as error:  # Qt is there but a library of the system is not, or the extra `live` is missing
    pytest.skip(f"no window is tested without Qt and its system libraries: {error}", allow_module_level=True)

from acting import ActedSession

from liftcheck.look.texts import texts
from liftcheck.look.theme import THEMES
from liftcheck.window.sighting import Sighting, Wiring
from liftcheck.window.sounds import Sounds
from liftcheck.window.style import Style
from liftcheck.window.window import TraineeWindow

__all__ = ["SIGHTINGS", "ActedScanner", "QEventLoop", "Qt", "Silence", "Stage", "application"]

SIGHTINGS = (
    Sighting("WT901BLE67", "a1", -48, "witmotion", "WitMotion", 100.0),
    Sighting("Movella DOT", "b2", -63, "movella-dot", "Movella DOT", 60.0),
    Sighting("Movesense 2042", "c3", -81, "movesense", "Movesense", 104.0),
    Sighting("headphones", "d4", -55),
    Sighting("watch", "e5", -70),
)


def application() -> QApplication:
    """The one QApplication of a test run."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(["liftcheck"])


class ActedScanner:
    """Finds what it is told to."""

    def __init__(self, sightings: tuple[Sighting, ...] = SIGHTINGS, trouble: str = "") -> None:
        self.sightings, self._trouble, self.closed = sightings, trouble, False

    def found(self) -> tuple[Sighting, ...]:
        return self.sightings

    def trouble(self) -> str:
        return self._trouble

    def close(self) -> None:
        self.closed = True


class Silence:
    """A loudspeaker that takes everything."""

    def __init__(self, frames: object) -> None:
        self.frames = frames

    def close(self) -> None:
        pass


class Stage:
    """A real window of a given size, whose clock and session the test holds in its hands."""

    def __init__(
        self,
        *,
        theme: str = "light",
        language: str = "en",
        size: tuple[int, int] = (1280, 800),
        scanner: ActedScanner | None = None,
        begin: object = None,
        report: object = None,
        calibrate: bool = False,
    ) -> None:
        self.app = application()
        self.session = ActedSession()
        self.now = 1000.0
        self.begun: list[Sighting | None] = []
        self.scanner = scanner or ActedScanner()
        wiring = Wiring(begin or self._begin, lambda: self.scanner, report=report)  # type: ignore[arg-type]
        self.window = TraineeWindow(
            wiring,
            style=Style(THEMES[theme], texts(language)),
            sounds=Sounds(Silence),
            clock=lambda: self.now,
            calibrate=calibrate,
        )
        self.window.resize(*size)
        self.window.show()
        self.window.show_page("sensor")
        self.frame(0.0)

    def _begin(self, sighting: Sighting | None) -> ActedSession:
        self.begun.append(sighting)
        return self.session

    def frame(self, seconds: float = 1 / 30) -> None:
        """Time passes and the screen shows what there is."""
        self.now += seconds
        self.window.tick()
        self.app.processEvents()

    def hear(self, *updates: object, seconds: float = 1 / 30) -> None:
        """The session says this, and the screen shows it."""
        for update in updates:
            self.session.updates.put(update)  # type: ignore[arg-type]
        self.frame(seconds)

    def press(self, key: Qt.Key, text: str = "") -> None:
        """A key."""
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        self.app.sendEvent(self.window, event)

    def at_work(self) -> "Stage":
        """With a session under way, on the work view."""
        self.window.begin(None)
        self.window.show_page("work")
        return self

    def close(self) -> None:
        """Takes the window down, whatever it was doing."""
        self.session.alive = False
        self.window.session.running = None
        self.window.close()
        self.window.deleteLater()
        self.app.processEvents()
