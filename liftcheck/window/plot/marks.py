"""The marks above the plot's curves: one shape a verdict."""

from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen, QTransform

from liftcheck.window.shapes import silhouette
from liftcheck.window.style import Style

MARKS = 135.0  # the row of the marks, in degrees above the zero line
SYMBOL_ROOM = 1.35


@cache
def _symbol(verdict: str) -> QPainterPath:
    """The shape of a verdict within a square of side 1: pyqtgraph cuts off what is outside."""
    return QTransform.fromScale(1 / SYMBOL_ROOM, 1 / SYMBOL_ROOM).map(silhouette(verdict))


def mark_style(style: Style, verdict: str) -> dict[str, Any]:
    """How a verdict's mark is drawn. The plot keeps these: pyqtgraph's atlas of symbols grows with each new pen."""
    theme = style.theme
    pen, brush = QPen(Qt.PenStyle.NoPen), QBrush(QColor(theme.tile(verdict).fill))
    if verdict == "unclear":
        pen, brush = flat_pen(style, "ink2", 2.4), QBrush(Qt.BrushStyle.NoBrush)
        pen.setDashPattern([1.3, 1.7])
    elif verdict == "mixed" and theme.mixed_marker:
        pen = flat_pen(style, "mixed_marker", 1.2)
    return {"size": style.px(26) * SYMBOL_ROOM, "symbol": _symbol(verdict), "pen": pen, "brush": brush}


def flat_pen(style: Style, colour: str, width: float) -> QPen:
    """A pen whose width does not follow the axes."""
    pen = QPen(style.colour(colour), style.px(width))
    pen.setCosmetic(True)
    return pen
