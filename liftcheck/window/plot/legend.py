"""The plot's legend."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import BODY
from liftcheck.window.style import Style, write


class PlotLegend(QWidget):
    """Which side of the plot is what; painted over the plot's upper margin."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, x = self._style, self._style.px(24)
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("bg"))
        for key, area, line, above in (("plot.lean", "tflex", "lflex", True), ("plot.hips", "thip", "lhip", False)):
            side, y = style.px(16), style.px(22)
            painter.fillRect(QRectF(x, y, side, side), style.colour(area))
            edge = y if above else y + side - style.px(3)
            painter.fillRect(QRectF(x, edge, side, style.px(3)), style.colour(line))
            at = (x + style.px(26), style.px(37))
            x += style.px(26 + 36) + write(painter, at, style.words(key), style.font(BODY), style.colour("ink2"))
