"""Paints the figure and the marks of the verdicts from the geometry of look/pose.py."""

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from liftcheck.look import pose as body
from liftcheck.look.pose import Capsule, Ellipse, Limb, Pose, Rectangle
from liftcheck.look.theme import BARLOW, Theme, Type
from liftcheck.window.style import make_font

ICON_POSES = {"legs": (54.0, 0.36 / 1.73), "mixed": (62.0, 0.15 / 1.73), "back": (92.0, 0.05 / 1.73)}
WITH_FIGURE_FROM = 40  # px; below, the bare shape
BOLDER = {"foot": 0.02, "shank": 0.022, "thigh": 0.012, "trunk": 0.006, "hip": 0.012, "head": 0.004}  # in small figures
OUTLINE = 0.0065  # of the yellow limbs on light, in H


def paint_capsules(painter: QPainter, capsules: tuple[Capsule, ...], colour: QColor, grow: float = 0.0) -> None:
    """Fills limbs in one colour. Two circles and the polygon between them: far cheaper than uniting paths."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for capsule in capsules:
        limb = capsule.grown(grow) if grow else capsule
        painter.drawEllipse(QPointF(*limb.start), limb.start_radius, limb.start_radius)
        outline = limb.outline()
        if outline:
            painter.drawEllipse(QPointF(*limb.end), limb.end_radius, limb.end_radius)
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in outline]))


def paint_limb(painter: QPainter, limb: Limb, colour: QColor, grow: float = 0.0) -> None:
    """A limb in one colour. grow: how much larger on every side, in the unit of the pose."""
    for shape in limb.shapes:
        if isinstance(shape, Ellipse):
            _paint_ellipse(painter, shape, colour, grow)
        else:
            paint_capsules(painter, (shape,), colour, grow)


def _paint_ellipse(painter: QPainter, ellipse: Ellipse, colour: QColor, grow: float) -> None:
    painter.save()
    painter.translate(QPointF(*ellipse.centre))
    painter.rotate(-ellipse.turn_deg)  # z points up: a forward turn is clockwise for the eye, negative here
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(0, 0), ellipse.across + grow, ellipse.along + grow)
    painter.restore()


def _paint_box(painter: QPainter, box: Rectangle, fill: QColor, line: QColor) -> None:
    painter.setPen(QPen(line, 0.006))
    painter.setBrush(fill)
    corner = QRectF(box.centre[0] - box.width / 2, box.centre[1] - box.height / 2, box.width, box.height)
    painter.drawRoundedRect(corner, 0.013, 0.013)


def paint_sensor(painter: QPainter, sensor: Rectangle, colours: dict[str, str]) -> None:
    """The sensor as it sits on the back."""
    painter.save()
    painter.translate(QPointF(*sensor.centre))
    painter.rotate(-sensor.turn_deg)
    painter.setPen(QPen(QColor(colours["sensor_line"]), 0.009))
    painter.setBrush(QColor(colours["sensor"]))
    painter.drawRoundedRect(QRectF(-sensor.width / 2, -sensor.height / 2, sensor.width, sensor.height), 0.010, 0.010)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours["sensor_line"]))
    painter.drawEllipse(QPointF(0, 0), 0.0075, 0.0075)
    painter.restore()


def paint_figure(
    painter: QPainter,
    pose: Pose,
    colours: dict[str, str],
    panel: str,
    *,
    knee_error_deg: float = 0.0,
    box: bool = True,
    ghost: bool = False,
    site: str = "mid-back",
) -> None:
    """The figure in H units: the caller has put the origin under the ankle and turned z upward (`stand`)."""
    ground = QColor(panel)
    if ghost:
        for limb in body.limbs(body.pose(0, 0), arms=False):
            paint_limb(painter, limb, QColor(colours["ghost"]), body.GAP)
    if knee_error_deg:
        paint_capsules(painter, body.sweep(pose, knee_error_deg), QColor(colours["sweep"]))
    if box:
        _paint_box(painter, body.box(pose), QColor(colours["box"]), QColor(colours["box_line"]))
    for limb in body.limbs(pose):
        outlined = colours["outline"] and limb.part in ("trunk", "thigh", "shank", "hip")
        paint_limb(painter, limb, ground, body.GAP)
        paint_limb(painter, limb, QColor(colours["outline"] if outlined else colours[limb.part]))
        if outlined:
            paint_limb(painter, limb, QColor(colours[limb.part]), -OUTLINE)
    paint_sensor(painter, body.sensor(pose, site), colours)


def stand(painter: QPainter, x: float, floor: float, height: float) -> None:
    """Lets the painter draw in body heights: origin at (x, floor), z upward."""
    painter.translate(x, floor)
    painter.scale(height, -height)


@cache
def silhouette(verdict: str) -> QPainterPath:
    """The shape of a verdict in a square of side 1 around the origin; also a pyqtgraph symbol."""
    path = QPainterPath()
    if verdict == "mixed":
        _rounded_polygon(path, [(0, -0.56), (0.56, 0), (0, 0.56), (-0.56, 0)], 0.05)
    elif verdict == "back":
        _rounded_polygon(path, [(0, -0.56), (0.62, 0.52), (-0.62, 0.52)], 0.06)
    else:
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
    return path


def _rounded_polygon(path: QPainterPath, corners: list[tuple[float, float]], radius: float) -> None:
    count = len(corners)
    for i, corner in enumerate(corners):
        entry, leave = (_toward(corner, corners[(i + step) % count], radius) for step in (-1, 1))
        path.moveTo(*entry) if i == 0 else path.lineTo(*entry)
        path.quadTo(*corner, *leave)
    path.closeSubpath()


def _toward(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    share = by / math.dist(start, end)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def paint_mark(
    painter: QPainter, centre: tuple[float, float], size: float, verdict: str, theme: Theme, ground: str | None = None
) -> None:
    """The mark of a verdict, `size` pixels high: one silhouette each, with a small figure from 40 px up.

    ground: the fill of a band of the verdict's own colour; the mark then takes the band's text colour.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(*centre)
    if verdict in ICON_POSES:
        tile = theme.tile(verdict)
        fill, figure = (tile.text, tile.fill) if ground else (tile.fill, tile.text)
        _paint_filled_mark(painter, size, verdict, fill, figure, "" if ground else theme.mixed_marker or "")
    else:
        _paint_ring(painter, size, theme.unclear.text if ground else theme.ink2, broken=verdict == "unclear")
    painter.restore()


def _paint_filled_mark(painter: QPainter, size: float, verdict: str, fill: str, figure: str, line: str) -> None:
    painter.save()
    painter.scale(size, size)
    painter.setPen(QPen(QColor(line), 1.2 / size) if line and verdict == "mixed" else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill))
    painter.drawPath(silhouette(verdict))
    painter.restore()
    if size < WITH_FIGURE_FROM:
        return
    # Widths tried by eye: the figure fills the shape without touching its edge.
    height, down = {"legs": (1.22, -0.01), "mixed": (0.98, 0.03), "back": (0.84, 0.14)}[verdict]
    lean, drop = ICON_POSES[verdict]
    person = body.pose(lean, drop, box=False)
    left, right, low, high = _extent(person)
    stand(painter, -size * height * (left + right) / 2, size * (down + height * (low + high) / 2), size * height)
    for limb in body.limbs(person, arms=False):
        if limb.part == "head":
            paint_limb(painter, limb, QColor(fill), 0.03)
        paint_limb(painter, limb, QColor(figure), BOLDER[limb.part])


def _extent(pose: Pose) -> tuple[float, float, float, float]:
    xs = [pose.hip[0] - 0.06, pose.knee[0] + 0.04, pose.head[0] + 0.065, 0.11]
    zs = [pose.hip[1] + 0.05, pose.head[1] + 0.065, pose.shoulder[1] + 0.05]
    return min(xs), max(xs), 0.0, max(zs)


def _paint_ring(painter: QPainter, size: float, colour: str, *, broken: bool) -> None:
    width = size * (0.12 if size >= WITH_FIGURE_FROM else 0.09)
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    radius = (size - width) / 2
    if broken:  # ten strokes, whatever the size
        period = 2 * math.pi * radius / width / 10
        pen.setDashPattern([0.62 * period, 0.38 * period])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(0, 0), radius, radius)
    if broken and size >= WITH_FIGURE_FROM:
        painter.setPen(QColor(colour))
        painter.setFont(make_font(Type(BARLOW, 700, 1), round(size * 0.52)))
        painter.drawText(QRectF(-size / 2, -size / 2, size, size), Qt.AlignmentFlag.AlignCenter, "?")
