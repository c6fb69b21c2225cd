"""Which key does what on the coach's desk; `keys.py` tells it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from liftcheck.review.labelling import WORDS

if TYPE_CHECKING:
    from liftcheck.window.replay.desk import Desk


def sign_map(desk: "Desk") -> dict[str, Callable[[], None]]:
    """Keys by what they write: they lie elsewhere on other keyboards."""
    signs: dict[str, Callable[[], None]] = {
        "[": lambda: desk.loop_end(True),
        "]": lambda: desk.loop_end(False),
        "?": desk.panels.keys.open,
        "+": lambda: desk.speed_by(1),
        "=": lambda: desk.speed_by(1),
        "-": lambda: desk.speed_by(-1),
        "0": lambda: desk.speed_by(None),
    }
    return signs | {str(i + 1): lambda word=word: desk.coaching.label(word) for i, word in enumerate(WORDS)}


def key_map(desk: "Desk") -> dict[Qt.Key, Callable[[], None]]:
    """Keys by what they are called."""
    key = Qt.Key
    return {
        key.Key_Space: desk.play,
        key.Key_Up: lambda: desk.go_by(-1),
        key.Key_Down: lambda: desk.go_by(1),
        key.Key_Return: desk.coaching.accept,
        key.Key_Enter: desk.coaching.accept,
        key.Key_S: desk.coaching.split,
        key.Key_J: desk.coaching.join,
        key.Key_Delete: desk.coaching.delete,
        key.Key_Backspace: desk.coaching.delete,
        key.Key_L: desk.loop,
        key.Key_M: desk.coaching.mark,
        key.Key_B: lambda: desk.pick("best"),
        key.Key_W: lambda: desk.pick("worst"),
        key.Key_T: lambda: desk.pick("typical"),
        key.Key_I: lambda: desk.pick("improved"),
        key.Key_R: desk.refer,
        key.Key_Tab: desk.switch,
        key.Key_V: desk.swap_lower,
        key.Key_D: desk.swap_theme,
        key.Key_F: desk.full_screen,
        key.Key_F11: desk.full_screen,
        key.Key_H: desk.panels.keys.open,
        key.Key_Escape: lambda: desk.full_screen() if desk.isFullScreen() else None,
    }
