"""Paints a curve as an area with a line on it, holes left open, from the columns that a pyramid gives."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from liftcheck.samples import Array


def runs(y: Array) -> list[tuple[int, int]]:
    """Stretches without NaN: (first, last + 1)."""
    known = np.concatenate([[False], np.isfinite(y), [False]])
    turns = np.flatnonzero(known[1:] != known[:-1])
    return [(int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True)]


def paint_area(painter: QPainter, x: Array, y: Array, zero: float, colour: QColor) -> None:
    """Fills between a curve and the zero line. x, y: (n,) pixels."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for first, last in runs(y):
        points = [QPointF(x[first], zero)]
        points += [QPointF(a, b) for a, b in zip(x[first:last].tolist(), y[first:last].tolist(), strict=True)]
        points.append(QPointF(x[last - 1], zero))
        painter.drawPolygon(QPolygonF(points))


def paint_columns(painter: QPainter, x: Array, y: Array, zero: float, colour: QColor) -> None:
    """The same for a curve with a point on each pixel: columns, which cost a tenth of a jagged polygon."""
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return
    wide = float(x[1] - x[0]) if len(x) > 1 else 1.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    places = zip((x[known] - wide / 2).tolist(), y[known].tolist(), strict=True)
    painter.drawRects([QRectF(left, min(top, zero), wide, abs(zero - top)) for left, top in places])


def paint_band(painter: QPainter, x: Array, low: Array, high: Array, colour: QColor) -> None:
    """Fills between two curves. x, low, high: (n,) pixels without holes."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    there = [QPointF(a, b) for a, b in zip(x.tolist(), low.tolist(), strict=True)]
    back = [QPointF(a, b) for a, b in zip(x[::-1].tolist(), high[::-1].tolist(), strict=True)]
    painter.drawPolygon(QPolygonF(there + back))


def paint_line(painter: QPainter, x: Array, y: Array, pen: QPen) -> None:
    """A line with its holes."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for first, last in runs(y):
        points = [QPointF(a, b) for a, b in zip(x[first:last].tolist(), y[first:last].tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(points))


def paint_bars(painter: QPainter, bars: dict[str, list[QRectF]]) -> None:
    """Bars of one colour together: thousands in a few calls."""
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, rects in bars.items():
        painter.setBrush(QColor(colour))
        painter.drawRects(rects)
