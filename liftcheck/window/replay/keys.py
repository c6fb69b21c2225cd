"""The list of the coach's keys, over the window until the next key or touch."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import AXIS, BODY, BODY_STRONG
from liftcheck.window.ask import HEAD
from liftcheck.window.style import Style, write

PLAYING = (
    ("Space", "play"),
    ("← →", "step"),
    ("Shift ← →", "second"),
    ("Ctrl ← →  ↑ ↓", "lift"),
    ("+ −  0", "speed"),
    ("L", "loop"),
    ("[ ]", "loop_ends"),
    ("M", "marker"),
    ("B W T I", "picks"),
    ("R", "reference"),
    ("Tab  V", "sessions"),
    ("Wheel, drag", "zoom"),
)
LABELLING = (
    ("Enter", "accept"),
    ("1", "legs"),
    ("2", "mixed"),
    ("3", "back"),
    ("4", "no_lift"),
    ("S", "split"),
    ("J", "join"),
    ("Del", "delete"),
    ("Ctrl Z", "undo"),
    ("F", "full_screen"),
    ("D", "theme"),
    ("H ?", "keys"),
)


class KeysPanel(QWidget):
    """Two columns: what moves, and what labels."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.hide()

    def open(self) -> None:
        """On top of everything."""
        self.raise_()
        self.show()

    def mousePressEvent(self, event: object) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, px = self._style, self._style.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = style.colour("bg")
        veil.setAlphaF(0.82)
        painter.fillRect(self.rect(), veil)
        width, height = min(px(1060), self.width() - 20), px(640)
        area = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.setBrush(style.colour("surface"))
        painter.setPen(style.colour("line"))
        painter.drawRoundedRect(area, px(12), px(12))
        left = area.left() + px(40)
        write(painter, (left, area.top() + px(72)), style.words("help.title"), style.font(HEAD), style.colour("ink"))
        for column, keys in enumerate((PLAYING, LABELLING)):
            x = left + column * width / 2
            for i, (key, name) in enumerate(keys):
                y = area.top() + px(124 + 38 * i)
                write(painter, (x, y), key, style.font(BODY_STRONG), style.colour("ink"))
                text = style.words(f"replay.key_{name}")
                font = style.fitted(text, BODY, width / 2 - px(190), 15)
                write(painter, (x + px(160), y), text, font, style.colour("ink2"))
        note = style.words("help.note")
        painter.setPen(Qt.PenStyle.NoPen)
        write(painter, (left, area.bottom() - px(28)), note, style.font(AXIS), style.colour("ink2"))
