"""The timeline: lean above the line, hips below, marks on top, the link's health beneath, all on one time axis."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from liftcheck.review.replayed import Replayed
from liftcheck.window.replay.cursor import Stand, paint_stand
from liftcheck.window.replay.picture import Picture
from liftcheck.window.replay.plane import Plane
from liftcheck.window.replay.ribbon import paint_link_here
from liftcheck.window.replay.view import View
from liftcheck.window.style import Style


class Timeline(QWidget):
    """Paints a Replayed session. seek(t) and look(view) tell what the mouse wants."""

    def __init__(
        self,
        style: Style,
        session: Replayed,
        seek: Callable[[float], None],
        look: Callable[[View], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._style, self._session, self._seek, self._look = style, session, seek, look
        self.view = View.of(session.start_s, session.end_s)
        self.stand = Stand()
        self._grabbed: tuple[float, View, bool] | None = None
        self._still: QPixmap | None = None
        self._still_of: tuple[object, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def plane(self) -> Plane:
        """Where things are now."""
        return Plane.of(self.width(), self.height(), self._style, self.view)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = (event.position().x(), self.view, False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        x, view, moved = self._grabbed
        by = event.position().x() - x
        if moved or abs(by) > 4:
            self._grabbed = (x, view, True)
            self._look(view.moved(-self.plane.seconds(by)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and not self._grabbed[2]:
            self._seek(self.plane.t_at(event.position().x()))
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self._look(self.view.fitted())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        self._look(self.view.zoomed(0.8**turns, self.plane.t_at(event.position().x())))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plane, px = self.plane, self._style.px
        paint_stand(painter, self._style, plane, self.stand)
        place = (plane.right - px(10), plane.bottom - px(8))
        paint_link_here(painter, self._style, self._session.link, self.stand.t, *place)

    def _picture(self) -> QPixmap:
        """All that stays while only the cursor moves."""
        style, ratio = self._style, self.devicePixelRatioF()
        of = (self.view, self.size(), style.theme, style.scale, style.words, self._session.version, ratio)
        if self._still is None or of != self._still_of:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(style.colour("bg"))
            painter = QPainter(self._still)
            Picture(style, self._session, self.plane, self.width(), self.height()).paint(painter)
            painter.end()
            self._still_of = of
        return self._still
