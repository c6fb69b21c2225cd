"""The strip under the plot: the last ten lifts, oldest first, and how many of all were lifts with the legs."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import BODY, SHARE, Type
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import RIGHT, Style, width_of, write

SHOWN = 10
TOTAL = Type(SHARE.family, 700, 48, tabular=False)


@dataclass(frozen=True)
class StripState:
    """The verdicts of the last ten lifts; leg lifts, and lifts with a verdict, of the whole session."""

    verdicts: tuple[str, ...] = ()
    legs: int = 0
    decided: int = 0


class StripView(QWidget):
    """Paints a StripState; set it with `show_state`."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.state = StripState()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: StripState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("bg"))
        painter.fillRect(QRectF(0, 0, self.width(), max(1.0, style.px(1))), style.colour("line"))
        write(painter, (style.px(24), style.px(32)), style.words("strip.title"), style.font(BODY), style.colour("ink2"))
        share_left = self._paint_share(painter)
        self._paint_marks(painter, share_left)

    def _paint_marks(self, painter: QPainter, room: float) -> None:
        style, verdicts = self._style, self.state.verdicts[-SHOWN:]
        step = min(style.px(60), (room - style.px(52 + 60)) / (SHOWN - 1))
        size = min(style.px(46), 0.8 * step)
        y = style.px(84)
        for place in range(SHOWN):
            x = style.px(52) + place * step
            if place < len(verdicts):
                paint_mark(painter, (x, y), size, verdicts[place], style.theme)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(style.colour("line"))
                painter.drawEllipse(QPointF(x, y), style.px(5), style.px(5))
        if verdicts:
            x = style.px(52) + (len(verdicts) - 1) * step
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("ink"))
            painter.drawRoundedRect(QRectF(x - style.px(22), style.px(118), style.px(44), style.px(4)), 2, 2)

    def _paint_share(self, painter: QPainter) -> float:
        """Writes the share at the right; returns its left end."""
        style, state = self._style, self.state
        right = self.width() - style.px(24)
        words = style.words("strip.share")
        write(painter, (right, style.px(118)), words, style.font(BODY), style.colour("ink2"), RIGHT)
        total = f" / {state.decided}"
        big, small = style.font(SHARE), style.font(TOTAL)
        x = right - write(painter, (right, style.px(90)), total, small, style.colour("ink2"), RIGHT)
        number = str(state.legs)
        write(painter, (x, style.px(90)), number, big, style.colour("ink"), RIGHT)
        return min(x - width_of(number, big), right - width_of(words, style.font(BODY)))
