"""What moves on the timeline: the cursor, the loop, and the moments that were marked."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from liftcheck.lifts.lift import Lift
from liftcheck.window.replay.plane import Plane
from liftcheck.window.replay.ribbon import RIBBON_PX
from liftcheck.window.style import Style


@dataclass(frozen=True)
class Stand:
    """Where the replay stands: t, the loop, the chosen lift, moments that were marked."""

    t: float = 0.0
    loop: tuple[float, float] | None = None
    chosen: Lift | None = None
    markers: tuple[float, ...] = ()


def paint_stand(painter: QPainter, style: Style, plane: Plane, stand: Stand) -> None:
    """The loop, the markers, and the cursor on top."""
    if stand.loop is not None:
        _paint_loop(painter, style, plane, stand.loop)
    _paint_markers(painter, style, plane, stand.markers)
    if plane.shows(stand.t):
        _paint_cursor(painter, style, plane, plane.x_of(stand.t))


def _paint_loop(painter: QPainter, style: Style, plane: Plane, loop: tuple[float, float]) -> None:
    painter.setPen(QPen(style.colour("ink"), style.px(3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for t, inward in zip(loop, (1, -1), strict=True):
        if plane.shows(t):
            x = plane.x_of(t)
            foot = x + inward * style.px(9)
            corners = [(foot, plane.top), (x, plane.top), (x, plane.bottom), (foot, plane.bottom)]
            painter.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))


def _paint_markers(painter: QPainter, style: Style, plane: Plane, markers: tuple[float, ...]) -> None:
    """A small flag at each marked moment."""
    painter.setBrush(style.colour("ink2"))
    for x in map(plane.x_of, markers):
        if plane.left <= x <= plane.right:
            painter.setPen(QPen(style.colour("ink2"), 1))
            painter.drawLine(QPointF(x, plane.top), QPointF(x, plane.bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            flag = [(x, plane.top), (x + style.px(12), plane.top + style.px(5)), (x, plane.top + style.px(10))]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in flag]))


def _paint_cursor(painter: QPainter, style: Style, plane: Plane, x: float) -> None:
    foot, side = plane.bottom + style.px(8 + RIBBON_PX), style.px(11)
    painter.setPen(QPen(style.colour("ink"), style.px(2)))
    painter.drawLine(QPointF(x, plane.top), QPointF(x, foot))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.colour("ink"))
    head = [(x, foot), (x + side, foot + side * 1.2), (x - side, foot + side * 1.2)]
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in head]))
