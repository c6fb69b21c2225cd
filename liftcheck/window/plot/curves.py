"""What the plot draws: curves over the areas that they bound, judged lifts, times without signal."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from liftcheck.lifts.lift import Lift
from liftcheck.samples import Array


class Hatch(QGraphicsRectItem):
    """A time without signal. Its pattern is in pixels: as a plain rectangle it would be stretched with the axes."""

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        area = painter.worldTransform().mapRect(self.rect())
        painter.save()
        painter.resetTransform()
        painter.fillRect(area, self.brush())
        painter.restore()


class Curve:
    """A line over the area that it bounds. Two items: antialiased areas show seams, plain lines show steps."""

    def __init__(self, plot: pg.PlotItem, z: float) -> None:
        self.area = pg.PlotCurveItem(fillLevel=0.0, connect="finite", antialias=False)
        self.line = pg.PlotCurveItem(connect="finite", antialias=True)
        self._plot = plot
        self.area.setPen(None)
        for item, height in ((self.area, z), (self.line, z + 0.5)):
            item.setZValue(height)
            plot.addItem(item)

    def show(self, x: Array, y: Array) -> None:
        """Other points; NaN is a hole."""
        self.area.setData(x, y)
        self.line.setData(x, y)

    def move(self, x: float) -> None:
        """The same points elsewhere."""
        self.area.setPos(x, 0.0)
        self.line.setPos(x, 0.0)

    def dress(self, line: str, area: str) -> None:
        """Other colours."""
        self.line.setPen(QPen(QColor(line), 0))
        self.area.setBrush(area)

    def remove(self) -> None:
        """Out of the plot."""
        self._plot.removeItem(self.area)
        self._plot.removeItem(self.line)


class DrawnLift:
    """A judged lift in the plot: its refined curve, filled with the colour of the part that did it."""

    def __init__(self, lift: Lift, plot: pg.PlotItem) -> None:
        self.lift = lift
        self.verdict = str(lift.technique)
        self.lean, self.hips = Curve(plot, -8), Curve(plot, -8)

    def move(self, now: float) -> None:
        """To where it is seen now."""
        self.lean.move(self.lift.bottom_s - now)
        self.hips.move(self.lift.bottom_s - now)

    def remove(self) -> None:
        """Out of the plot."""
        self.lean.remove()
        self.hips.remove()
