"""The line on top: which session, how much of it, whose labels; sentences for a while; how far judging is."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import BODY, BODY_STRONG, Type
from liftcheck.window.style import RIGHT, Style, width_of, write

NAME = Type(BODY_STRONG.family, 600, 26)


@dataclass(frozen=True)
class HeaderState:
    """name and facts of the session; the coach; a sentence in place of the facts; judged: 0 to 1, the share done."""

    name: str = ""
    facts: str = ""
    coach: str = ""
    notice: str = ""
    judged: float = 1.0


class Header(QWidget):
    """Paints a HeaderState; buttons lie over its right end, `taken` pixels wide."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.state = HeaderState()
        self.taken = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: HeaderState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.setAccessibleName(f"{state.name}, {state.notice or state.facts}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state, px = self._style, self.state, self._style.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), style.colour("line"))
        if state.judged < 1.0:
            painter.fillRect(QRectF(0, self.height() - px(4), self.width() * state.judged, px(4)), style.colour("ink"))
        base, right = self.height() / 2 + px(8), self.width() - self.taken - px(24)
        right -= write(painter, (right, base), state.coach, style.font(BODY_STRONG), style.colour("ink"), RIGHT)
        label = style.words("replay.coach")
        right -= write(painter, (right, base), f"{label} ", style.font(BODY), style.colour("ink2"), RIGHT) + px(24)
        font = style.font(NAME)
        name = QFontMetricsF(font).elidedText(state.name, Qt.TextElideMode.ElideMiddle, 0.5 * right)
        x = px(24) + write(painter, (px(24), base), name, font, style.colour("ink")) + px(18)
        if state.notice:
            self._paint_notice(painter, x, right)
        else:
            facts = QFontMetricsF(style.font(BODY)).elidedText(state.facts, Qt.TextElideMode.ElideRight, right - x)
            write(painter, (x, base), facts, style.font(BODY), style.colour("ink2"))

    def _paint_notice(self, painter: QPainter, x: float, right: float) -> None:
        style, px = self._style, self._style.px
        font = style.fitted(self.state.notice, BODY, right - x - px(28), 15)
        text = QFontMetricsF(font).elidedText(self.state.notice, Qt.TextElideMode.ElideRight, right - x - px(28))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        middle = self.height() / 2
        painter.drawRoundedRect(QRectF(x, middle - px(19), width_of(text, font) + px(28), px(38)), px(8), px(8))
        write(painter, (x + px(14), middle + px(7)), text, font, style.colour("surface"))
