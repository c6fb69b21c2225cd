"""The pattern of a time without signal, on every plot."""

from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap

from liftcheck.window.style import Style


def hatching(style: Style) -> QBrush:
    """The pattern of a time without signal."""
    side = max(8, round(style.px(15)))
    tile = QPixmap(side, side)
    tile.fill(style.colour("mute"))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.colour("ink2"), style.px(1.6)))
    for shift in (-side, 0, side):  # beyond the corners, so that the strokes meet
        painter.drawLine(shift - 2, side + 2, shift + side + 2, -2)
    painter.end()
    return QBrush(tile)
