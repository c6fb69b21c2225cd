"""The whole session in one strip: a bar for each lift, what is seen above as a frame, the cursor."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from liftcheck.review.replayed import Replayed
from liftcheck.window.replay.bars import Linear, lift_bars
from liftcheck.window.replay.curves import paint_bars
from liftcheck.window.replay.plane import LEFT_PX, RIGHT_PX
from liftcheck.window.replay.view import View
from liftcheck.window.style import Style

WIDEST_BAR = 7.0


class Overview(QWidget):
    """Paints the strip; a press or a drag on it moves the cursor."""

    def __init__(self, style: Style, seek: Callable[[float], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._seek = style, seek
        self._session: Replayed | None = None
        self._view: View | None = None
        self._t = 0.0
        self._still: QPixmap | None = None
        self._still_of: tuple[object, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, session: Replayed, view: View, t: float) -> None:
        """Another moment, another stretch."""
        self._session, self._view, self._t = session, view, t
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._view is not None:
            share = (event.position().x() - self._left) / max(1.0, self._right - self._left)
            self._seek(self._view.low + min(max(share, 0.0), 1.0) * self._view.whole)

    @property
    def _left(self) -> float:
        return self._style.px(LEFT_PX)

    @property
    def _right(self) -> float:
        return self.width() - self._style.px(RIGHT_PX)

    def _x(self, t: float) -> float:
        assert self._view is not None
        return self._left + (self._right - self._left) * (t - self._view.low) / self._view.whole

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style = self._style
        if self._session is None or self._view is None:
            painter.fillRect(self.rect(), style.colour("surface"))
            return
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self._x(self._view.start), style.px(14), 0, self.height() - style.px(28))
        frame.setRight(max(self._x(self._view.end), frame.left() + style.px(8)))
        painter.setPen(QPen(style.colour("ink"), style.px(2)))
        painter.setBrush(style.colour("mute"))
        painter.drawRoundedRect(frame, style.px(6), style.px(6))
        painter.drawPixmap(0, 0, self._bars(self._session))
        painter.setPen(QPen(style.colour("ink"), style.px(2)))
        x = self._x(self._t)
        painter.drawLine(QPointF(x, style.px(8)), QPointF(x, self.height() - style.px(8)))

    def _bars(self, session: Replayed) -> QPixmap:
        style, ratio = self._style, self.devicePixelRatioF()
        of = (id(session), session.version, self.size(), style.theme, style.scale, ratio)
        if self._still is None or of != self._still_of:
            self._still, self._still_of = QPixmap(self.size() * ratio), of
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._still)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            zero, reach = self.height() / 2, self.height() / 2 - style.px(18)
            count = sum(lift.is_lift for lift in session.lifts)
            width = min(style.px(WIDEST_BAR), max(1.0, 0.6 * (self._right - self._left) / max(1, count)))
            assert self._view is not None
            x = Linear(self._view.low, self._left, (self._right - self._left) / self._view.whole)
            paint_bars(painter, lift_bars(session.lifts, style.theme, x, zero, reach, reach, width))
            painter.setPen(QPen(style.colour("ink2"), style.px(1.5)))
            painter.drawLine(QPointF(self._left, zero), QPointF(self._right, zero))
            painter.end()
        return self._still
