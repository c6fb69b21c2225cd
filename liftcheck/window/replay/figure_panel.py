"""The person at the cursor, with the three numbers that a coach looks for."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from liftcheck.look.pose import part_colours, pose
from liftcheck.look.theme import AXIS, BODY, BODY_STRONG, FIGURE_NUMBER, REASON, Type
from liftcheck.window.shapes import paint_figure, stand
from liftcheck.window.style import RIGHT, Style, wrapped, write

HEAD = Type(REASON.family, 600, 32)
NUMBER = Type(FIGURE_NUMBER.family, 600, 44)
FOOT, FLOOR_PX, HEIGHT = 0.36, 28, 0.66  # of the width; above the panel's foot; of the panel's height


@dataclass(frozen=True)
class PanelState:
    """What the panel shows. lean_deg, hip_drop_m None: unknown. knee: degrees and their error, None: unknown."""

    title: str = ""
    line: str = ""
    lean_deg: float | None = None
    hip_drop_m: float | None = None
    knee: tuple[float, float] | None = None
    verdict: str | None = None
    at_bottom: bool = False
    box: bool = False
    height_m: float = 1.73
    site: str = "mid-back"
    session: str = ""  # its name, where there are two
    active: bool = False
    others: tuple[str, ...] = ()  # what other coaches say of this lift


class FigurePanel(QWidget):
    """Paints a PanelState."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.state = PanelState()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: PanelState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.setAccessibleName(f"{state.title}, {state.line}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state = self._style, self.state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("surface"))
        self._paint_person(painter)
        x = style.px(24)
        write(painter, (x, style.px(44)), state.title, style.font(HEAD), style.colour("ink"))
        font = style.font(BODY, 18)
        lines = wrapped(state.line, font, style.px(190))
        for line in state.others:
            lines.append(QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, style.px(150)))
        for i, line in enumerate(lines):
            write(painter, (x, style.px(74 + 23 * i)), line, font, style.colour("ink2"))
        if state.session:
            self._paint_session(painter, style.px(74 + 23 * len(lines)))
        self._paint_numbers(painter)

    def _paint_session(self, painter: QPainter, y: float) -> None:
        """Which of two sessions this is; the one that keys and list belong to has a bar."""
        style, px, state = self._style, self._style.px, self.state
        if state.active:
            painter.fillRect(QRectF(0, 0, px(6), self.height()), style.colour("ink"))
        font = style.font(BODY_STRONG if state.active else BODY, 18)
        name = QFontMetricsF(font).elidedText(state.session, Qt.TextElideMode.ElideMiddle, px(190))
        write(painter, (px(24), y), name, font, style.colour("ink" if state.active else "ink2"))

    def _paint_person(self, painter: QPainter) -> None:
        style, state = self._style, self.state
        known = state.lean_deg is not None
        colours = part_colours(style.theme, state.verdict, lost=not known)
        floor = self.height() - style.px(FLOOR_PX)
        painter.setPen(QPen(style.colour("ctx"), style.px(2.5)))
        painter.drawLine(QPointF(style.px(24), floor + 1), QPointF(self.width() - style.px(24), floor + 1))
        painter.save()
        height = min(HEIGHT * self.height(), 0.8 * self.width())
        stand(painter, FOOT * self.width(), floor, height)
        drop = (state.hip_drop_m or 0.0) / state.height_m
        paint_figure(
            painter,
            pose(state.lean_deg or 0.0, drop, box=state.box),
            colours,
            style.theme.surface,
            knee_error_deg=state.knee[1] if state.knee else 0.0,
            box=state.box,
            ghost=state.at_bottom,
            site=state.site,
        )
        painter.restore()

    def _paint_numbers(self, painter: QPainter) -> None:
        style, state, words = self._style, self.state, self._style.words
        lean = "–" if state.lean_deg is None else f"{words.number(state.lean_deg)}°"
        hips = "–" if state.hip_drop_m is None else f"{words.number(max(0.0, 100 * state.hip_drop_m))} cm"
        knee = "–"
        if state.knee is not None:
            knee = f"{words.number(max(0.0, state.knee[0]))}° ± {words.number(state.knee[1])}°"
        right = self.width() - style.px(24)
        numbers = ((lean, "replay.trunk"), (hips, "replay.hips_sank"), (knee, "replay.knee"))
        for i, (number, key) in enumerate(numbers):
            y = style.px(44 + 68 * i)
            write(painter, (right, y), number, style.font(NUMBER), style.colour("ink"), RIGHT)
            write(painter, (right, y + style.px(23)), words(key), style.font(AXIS), style.colour("ink2"), RIGHT)
