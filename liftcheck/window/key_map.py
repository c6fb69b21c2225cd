"""Which key does what in the trainee's window; `ask.py` tells it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from liftcheck.window.window import TraineeWindow


def key_map(window: "TraineeWindow") -> dict[Qt.Key, Callable[[], None]]:
    """Every key that does something; those of a session only while it is at work."""
    key = Qt.Key
    at_work: dict[Qt.Key, Callable[[], None]] = {
        key.Key_S: window.snooze,
        key.Key_C: window.recalibrate,
        key.Key_M: window.mark,
        key.Key_E: window.end,
        key.Key_W: window.next_mode,
    }
    found = {of: _only_at_work(window, what) for of, what in at_work.items()}
    return found | {
        key.Key_Return: window.press_primary,
        key.Key_Enter: window.press_primary,
        key.Key_Space: window.press_primary,
        key.Key_Up: lambda: window.sensors.step(-1),
        key.Key_Down: lambda: window.sensors.step(1),
        key.Key_D: window.taste.swap_theme,
        key.Key_L: window.taste.next_language,
        key.Key_F: window.taste.full_screen,
        key.Key_F11: window.taste.full_screen,
        key.Key_T: window.taste.hear_sounds,
        key.Key_Plus: lambda: window.taste.louder(1),
        key.Key_Minus: lambda: window.taste.louder(-1),
        key.Key_H: window.panel.show_keys,
        key.Key_Escape: window.escape,
    }


def _only_at_work(window: "TraineeWindow", what: Callable[[], None]) -> Callable[[], None]:
    return lambda: what() if window.page == "work" else None
