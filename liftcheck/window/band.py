"""The band over the plot: the mark, one big word, one advice, one reason."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import ADVICE, CAPITAL_HEIGHT, REASON, VERDICT
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import Style, width_of, wrapped, write

LEAST_ADVICE, LEAST_REASON = 32, 22  # design pixels; below, a second line
BASELINE, ACCENT_ROOM = 158, 8  # design pixels; the least that is free above an accent (RÜCKEN, PRÊT)


@dataclass(frozen=True)
class BandState:
    """What the band says. mark: a verdict, "ready" (a plain ring) or "hint" (two bars)."""

    mark: str = "ready"
    word: str = ""
    advice: str = ""
    reason: str = ""


@dataclass(frozen=True)
class BandLayout:
    """Where mark and word go, in screen pixels; used by the painter and by the test that texts fit."""

    capitals: float
    baseline: float
    lowered: float  # by how much the word is lower than usual, for an accent on it
    mark_size: float
    mark_x: float  # its middle
    word_x: float
    word_width: float
    room: float  # right end


def band_layout(style: Style, word: str, width: float) -> BandLayout:
    """The word begins at the same place for every verdict; the mark gives way first, to 0.7 of the capitals."""
    capitals, left, share, gap = style.px(VERDICT.px * CAPITAL_HEIGHT), style.px(30), 0.97, style.px(34)
    word_width, room = width_of(word, style.font(VERDICT)), width - style.px(20)
    while share > 0.7 and left + share * capitals + gap + word_width > room:
        share, gap = share - 0.01, max(style.px(14), gap - style.px(1))
    size = share * capitals
    top = -QFontMetricsF(style.font(VERDICT)).tightBoundingRect(word).top() if word else 0.0
    lowered = max(0.0, top + style.px(ACCENT_ROOM) - style.px(BASELINE))
    baseline, word_x = style.px(BASELINE) + lowered, left + size + gap
    return BandLayout(capitals, baseline, lowered, size, left + size / 2, word_x, word_width, room)


class BandView(QWidget):
    """Paints a BandState; set it with `show_state`."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.state = BandState()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: BandState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.setAccessibleName(f"{state.word}. {state.advice}. {state.reason}")
            self.update()

    def colours(self) -> tuple[QColor, QColor]:
        """Fill and text."""
        theme = self._style.theme
        if self.state.mark in ("ready", "hint"):
            return QColor(theme.mute), QColor(theme.ink)
        tile = theme.tile(self.state.mark)
        return QColor(tile.fill), QColor(tile.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state = self._style, self.state
        fill, ink = self.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), fill)
        layout = band_layout(style, state.word, self.width())
        self._paint_mark(painter, layout, layout.baseline - layout.capitals / 2, ink)
        write(painter, (layout.word_x, layout.baseline), state.word, style.font(VERDICT), ink)
        self._paint_lines(painter, 0.6 * layout.lowered, ink)

    def _paint_mark(self, painter: QPainter, layout: BandLayout, y: float, ink: QColor) -> None:
        mark, size = self.state.mark, layout.mark_size
        if mark != "hint":
            drawn = size * (1.06 if mark == "mixed" else 1.0)
            paint_mark(painter, (layout.mark_x, y), drawn, mark, self._style.theme, ground=self.colours()[0].name())
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for side in (-1, 1):
            bar = QRectF(layout.mark_x + side * 0.22 * size - 0.11 * size, y - 0.45 * size, 0.22 * size, 0.9 * size)
            painter.drawRoundedRect(bar, 0.03 * size, 0.03 * size)

    def _paint_lines(self, painter: QPainter, lowered: float, ink: QColor) -> None:
        """Advice and reason. lowered: with the word above them; a second line leaves no room for that."""
        style, room = self._style, self.width() - self._style.px(28 + 24)
        font = style.fitted(self.state.advice, ADVICE, room, LEAST_ADVICE)
        small = style.fitted(self.state.reason, REASON, room, LEAST_REASON)
        lines = wrapped(self.state.reason, small, room)[:2]
        step = QFontMetricsF(small).height() * 0.95
        lowered = lowered if len(lines) < 2 else 0.3 * lowered
        write(painter, (style.px(28), style.px(216) + lowered), self.state.advice, font, ink)
        first = lowered + (style.px(248) if len(lines) > 1 else style.px(254))
        for i, line in enumerate(lines):
            write(painter, (style.px(28), first + i * step), line, small, ink)
