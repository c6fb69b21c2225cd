"""Opens the trainee's window, if there is a screen and Qt to open it with."""

import signal
import sys

from PySide6.QtWidgets import QApplication

from liftcheck.cues import Mode
from liftcheck.look.texts import texts
from liftcheck.look.theme import THEMES
from liftcheck.window.sighting import Wiring
from liftcheck.window.style import Style, load_fonts
from liftcheck.window.window import TraineeWindow


def open_window(
    wiring: Wiring,
    *,
    language: str = "en",
    theme: str = "light",
    full_screen: bool = False,
    site: str = "mid-back",
    height_m: float | None = None,
    calibrate: bool = True,
    mode: Mode = "training",
) -> int:
    """Shows the window until it is closed; the exit code. Ask `why_no_window` first: Qt aborts without a screen."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("liftcheck")
    load_fonts()
    style = Style(THEMES[theme], texts(language))
    window = TraineeWindow(wiring, style=style, site=site, height_m=height_m, calibrate=calibrate)
    window.mode = mode
    window.resize(1280, 800)
    # Ctrl-C ends the session in good order; the timer lets Python see it.
    before = signal.signal(signal.SIGINT, lambda *_: window.end_and_close())
    try:
        window.showFullScreen() if full_screen else window.show()
        window.start()
        return int(app.exec())
    finally:
        signal.signal(signal.SIGINT, before)
