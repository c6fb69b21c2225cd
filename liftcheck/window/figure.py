"""The figure panel: the person as measured, live or at the lift's lowest point."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from liftcheck.look.pose import ARC_FROM_DEG, ARC_RADIUS, HIP_STANDING, Pose, part_colours, pose
from liftcheck.look.theme import AXIS, FIGURE_NUMBER, REASON, Type
from liftcheck.window.shapes import paint_figure, stand
from liftcheck.window.style import LEFT, Style, width_of, write

TAG = Type(REASON.family, 600, 24)
FLOOR, HEIGHT, ANKLE = 0.9, 0.766, 0.455  # of the panel: where the floor is, how tall a person is, where the foot is


@dataclass(frozen=True)
class FigureState:
    """What the figure shows. lean_deg, knee_error_deg; hip_drop in H. numbers: cm and degrees, at the lowest point."""

    lean_deg: float = 0.0
    hip_drop: float = 0.0
    knee_error_deg: float = 0.0
    tag: str = ""
    verdict: str | None = None
    lowest: bool = False
    lost: bool = False
    box: bool = False
    numbers: tuple[float | None, float] | None = None
    site: str = "mid-back"


class FigureView(QWidget):
    """Paints a FigureState; set it with `show_state`."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.state = FigureState()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: FigureState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state = self._style, self.state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("surface"))
        height = min(HEIGHT * self.height(), 1.5 * self.width())
        foot, floor = ANKLE * self.width(), FLOOR * self.height()
        colours = part_colours(style.theme, state.verdict, lost=state.lost)
        self._paint_floor(painter, floor, colours["floor"])
        person = pose(state.lean_deg, state.hip_drop, box=state.box)
        painter.save()
        stand(painter, foot, floor, height)
        paint_figure(
            painter,
            person,
            colours,
            style.theme.surface,
            knee_error_deg=0.0 if state.lost else state.knee_error_deg,
            box=state.box,
            ghost=state.lowest,
            site=state.site,
        )
        painter.restore()
        write(painter, (style.px(24), style.px(52)), state.tag, style.font(TAG), style.colour("ink2"))
        if state.numbers:
            self._paint_dimensions(painter, person, foot, floor, height)
        self._paint_legend(painter, colours)

    def _paint_floor(self, painter: QPainter, floor: float, colour: str) -> None:
        painter.setPen(_round_pen(QColor(colour), max(2.0, self._style.px(3.4))))
        painter.drawLine(QPointF(self._style.px(24), floor + 2), QPointF(self.width() - self._style.px(24), floor + 2))

    def _paint_dimensions(self, painter: QPainter, person: Pose, foot: float, floor: float, height: float) -> None:
        assert self.state.numbers
        drop_cm, lean = self.state.numbers
        if drop_cm is not None:
            self._paint_hip_drop(painter, drop_cm, floor - HIP_STANDING * height, floor - person.hip[1] * height)
        if lean >= ARC_FROM_DEG:
            self._paint_arc(painter, lean, foot + person.hip[0] * height, floor - person.hip[1] * height, height)

    def _paint_hip_drop(self, painter: QPainter, drop_cm: float, standing: float, now: float) -> None:
        style = self._style
        painter.setPen(_round_pen(style.colour("ink"), style.px(3)))
        left, right, arrow = style.px(22), style.px(57), style.px(30)
        for y in (standing, now):
            painter.drawLine(QPointF(left, y), QPointF(right, y))
        if now - standing > style.px(36):
            tip = now - style.px(4)
            painter.drawLine(QPointF(arrow, standing), QPointF(arrow, tip))
            for side in (-1, 1):
                painter.drawLine(QPointF(arrow, tip), QPointF(arrow + side * style.px(9), tip - style.px(10)))
        text, font = f"{style.words.number(drop_cm)} cm", style.font(FIGURE_NUMBER, 36)
        write(painter, (style.px(21), standing - style.px(14)), text, font, style.colour("ink"))

    def _paint_arc(self, painter: QPainter, lean: float, x: float, y: float, height: float) -> None:
        style = self._style
        radius = min(ARC_RADIUS * height, self.width() - x - style.px(6))
        pen = QPen(style.colour("ink"), style.px(3), Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.1, 2.6])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, y - radius - style.px(8)), QPointF(x, y - 0.1 * height))
        painter.setPen(_round_pen(style.colour("ink"), style.px(3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRectF(x - radius, y - radius, 2 * radius, 2 * radius), 90 * 16, round(-lean * 16))
        turn, reach = math.radians(0.46 * lean), 0.76 * radius
        font = style.font(FIGURE_NUMBER, 44)
        text = f"{style.words.number(lean)}°"
        middle = (x + reach * math.sin(turn) - width_of(text, font) / 2, y - reach * math.cos(turn) + style.px(15))
        write(painter, middle, text, font, style.colour("ink"), LEFT)

    def _paint_legend(self, painter: QPainter, colours: dict[str, str]) -> None:
        style = self._style
        font, y, x = style.font(AXIS), self.height() - style.px(32), style.px(24)
        pill = QRectF(x, y - style.px(13), style.px(28), style.px(13))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("line" if self.state.lost else "ink"))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        x = pill.right() + style.px(8)
        x += write(painter, (x, y), style.words("figure.measured"), font, style.colour("ink2")) + style.px(22)
        self._paint_estimated(painter, x, y, colours)
        write(painter, (x + style.px(36), y), style.words("figure.estimated"), font, style.colour("ink2"))

    def _paint_estimated(self, painter: QPainter, x: float, y: float, colours: dict[str, str]) -> None:
        style = self._style
        for colour, grow in ((style.colour("mute" if self.state.lost else "fan"), 4.0), (style.colour("leg"), 0.0)):
            pill = QRectF(
                x + style.px(4 - grow), y - style.px(13 + grow), style.px(20 + 2 * grow), style.px(13 + 2 * grow)
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("line") if self.state.lost and not grow else colour)
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)


def legend_width(style: Style) -> float:
    """How wide the legend under the figure is, for the test that texts fit."""
    font = style.font(AXIS)
    words = (style.words("figure.measured"), style.words("figure.estimated"))
    return sum(width_of(word, font) for word in words) + style.px(24 + 28 + 8 + 22 + 36)


def _round_pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
