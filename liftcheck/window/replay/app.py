"""Opens the coach's window."""

import signal
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from liftcheck.look.texts import texts
from liftcheck.look.theme import THEMES
from liftcheck.review.replayed import Replayed
from liftcheck.window.replay.desk import Desk
from liftcheck.window.report_writer import WritePage
from liftcheck.window.style import Style, load_fonts


def open_desk(
    sessions: Sequence[Replayed],
    *,
    language: str = "en",
    theme: str = "light",
    full_screen: bool = False,
    speed: float = 1.0,
    report: WritePage | None = None,
) -> int:
    """Shows the window until it is closed; the exit code. Ask `why_no_window` first: Qt aborts without a screen."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("liftcheck")
    load_fonts()
    desk = Desk(sessions, style=Style(THEMES[theme], texts(language)), report=report)
    desk.set_speed(speed)
    desk.resize(1600, 1000)
    before = signal.signal(signal.SIGINT, lambda *_: desk.close())
    try:
        desk.showFullScreen() if full_screen else desk.show()
        desk.start()
        return int(app.exec())
    finally:
        signal.signal(signal.SIGINT, before)
