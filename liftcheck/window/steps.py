"""Where somebody is on the way: sensor, calibrate, lift; and the page titles."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from liftcheck.look.theme import BODY_STRONG, TITLE
from liftcheck.window.style import RIGHT, Style, width_of, write

STEPS = ("sensor", "calibrate", "lift")


def paint_title(painter: QPainter, style: Style, text: str, width: float) -> None:
    """The title of a page."""
    font = style.fitted(text, TITLE, width * 0.58, 34)
    write(painter, (style.px(48), style.px(81)), text, font, style.colour("ink"))


def paint_steps(painter: QPainter, style: Style, width: float, at: int) -> None:
    """The three steps at the upper right, from the right; `at` is the one reached."""
    font, y, x = style.font(BODY_STRONG), style.px(58), width - style.px(48)
    for place in reversed(range(len(STEPS))):
        text = style.words(f"steps.{STEPS[place]}")
        colour = style.colour("ink" if place == at else "ink2")
        write(painter, (x, y + style.px(7)), text, font, colour, RIGHT)
        x -= width_of(text, font) + style.px(20)
        radius = style.px(10 if place == at else 7)
        painter.setBrush(style.colour("ink") if place <= at else Qt.BrushStyle.NoBrush)
        painter.setPen(Qt.PenStyle.NoPen if place <= at else QPen(style.colour("ink2"), style.px(2)))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        if place:
            painter.setPen(QPen(style.colour("line"), style.px(2)))
            painter.drawLine(QPointF(x - style.px(22), y), QPointF(x - style.px(54), y))
            x -= style.px(66)
