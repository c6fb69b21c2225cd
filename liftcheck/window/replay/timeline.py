"""The timeline: lean above the line, hips below, marks on top, the link's health beneath, all on one time axis."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from liftcheck.lifts.lift import Lift
from liftcheck.look.texts import clock
from liftcheck.look.theme import AXIS, BODY_STRONG, Type
from liftcheck.review.replayed import Replayed
from liftcheck.window.hatching import hatching
from liftcheck.window.plot import HIP_BOTTOM_CM, LEAN_TOP
from liftcheck.window.replay.bars import Linear, lift_bars, part_fills
from liftcheck.window.replay.curves import paint_area, paint_bars, paint_columns, paint_line
from liftcheck.window.replay.ribbon import RIBBON_PX, paint_link_here, paint_ribbon, seen
from liftcheck.window.replay.view import View
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import CENTRE, RIGHT, Style, width_of, write

LEFT_PX, RIGHT_PX = 64, 24
MARKS_PX, TOP_PX, FOOT_PX = 46, 64, 86  # marks' middle, top of the curves, room for ribbon and axis below them
STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
TICK_ROOM_PX = 84
THIN_PX = 5.0  # a lift narrower than this is a bar
DENSE_PX = 3.0  # pixels a second below which a lift is a spike
CAPTION = Type(BODY_STRONG.family, 600, 18)


@dataclass(frozen=True)
class Stand:
    """Where the replay stands: t, the loop, the chosen lift, moments that were marked."""

    t: float = 0.0
    loop: tuple[float, float] | None = None
    chosen: Lift | None = None
    markers: tuple[float, ...] = ()


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

    # --- where things are ---

    @property
    def left(self) -> float:
        """The left end of the time axis, pixels."""
        return self._style.px(LEFT_PX)

    @property
    def right(self) -> float:
        """Its right end."""
        return self.width() - self._style.px(RIGHT_PX)

    def x_of(self, t: float) -> float:
        """Where a moment is."""
        return self.left + (self.right - self.left) * (t - self.view.start) / self.view.width

    def t_at(self, x: float) -> float:
        """Which moment is there."""
        return self.view.start + (x - self.left) / max(1.0, self.right - self.left) * self.view.width

    @property
    def _top(self) -> float:
        return self._style.px(TOP_PX)

    @property
    def _bottom(self) -> float:
        return self.height() - self._style.px(FOOT_PX)

    @property
    def _zero(self) -> float:
        return self._top + 0.56 * (self._bottom - self._top)

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
            self._look(view.moved(-by / max(1.0, self.right - self.left) * view.width))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and not self._grabbed[2]:
            self._seek(self.t_at(event.position().x()))
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self._look(self.view.fitted())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        self._look(self.view.zoomed(0.8**turns, self.t_at(event.position().x())))

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_loop(painter)
        self._paint_markers(painter)
        self._paint_cursor(painter)
        place = (self.right - self._style.px(10), self._bottom - self._style.px(8))
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
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_levels(painter)
            self._paint_curves(painter)
            self._paint_not_yet(painter)
            self._paint_gaps(painter)
            self._paint_marks(painter)
            link, y = self._session.link, self._bottom + style.px(8)
            paint_ribbon(painter, style, link, self.view, self.x_of, y)
            self._paint_times(painter)
            painter.end()
            self._still_of = of
        return self._still

    def _paint_levels(self, painter: QPainter) -> None:
        style, font, ink2 = self._style, self._style.font(AXIS), self._style.colour("ink2")
        up, down = (self._zero - self._top) / LEAN_TOP, (self._bottom - self._zero) / HIP_BOTTOM_CM
        painter.setPen(QPen(style.colour("line"), 1))
        levels = [(self._zero - 90 * up, "90°"), (self._zero - 45 * up, "45°")]
        levels += [(self._zero + 20 * down, "20"), (self._zero + 40 * down, "40")]
        for y, text in levels:
            painter.setPen(QPen(style.colour("line"), 1))
            painter.drawLine(QPointF(self.left, round(y) + 0.5), QPointF(self.right, round(y) + 0.5))
            write(painter, (self.left - style.px(10), y + style.px(6)), text, font, ink2, RIGHT)

    def _paint_curves(self, painter: QPainter) -> None:
        style, theme, session = self._style, self._style.theme, self._session
        pixels = max(1, round(self.right - self.left))
        painter.save()
        painter.setClipRect(QRectF(self.left, 0, self.right - self.left, self.height()))
        up, down = (self._zero - self._top) / LEAN_TOP, (self._bottom - self._zero) / HIP_BOTTOM_CM
        lean = session.lean.columns(session.t, self.view.start, self.view.end, pixels)
        hips = session.hips.columns(session.t, self.view.start, self.view.end, pixels)
        high = self._zero - up * np.clip(lean.high, -15.0, LEAN_TOP)
        # Hips do not rise above standing in a bend: what is measured there is doubt, and would hide the trunk's curve.
        deep = self._zero + 100 * down * np.clip(hips.high, 0.0, HIP_BOTTOM_CM / 100)
        x_lean, x_hips = self._xs(lean.t), self._xs(hips.t)
        # Areas carry a line; where several samples stand behind each pixel, smooth edges cost and show nothing.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not lean.thinned)
        paint = paint_columns if lean.thinned else paint_area
        paint(painter, x_hips, deep, self._zero, QColor(theme.thip))
        paint(painter, x_lean, high, self._zero, QColor(theme.tflex))
        dense = (self.right - self.left) / self.view.width < DENSE_PX
        if dense:  # ink on every spike would cover the colours
            paint_line(painter, x_hips, deep, QPen(QColor(theme.ctx), 1))
            paint_line(painter, x_lean, high, QPen(QColor(theme.ctx), 1))
        self._paint_judged(painter, (x_lean, high), (x_hips, deep))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not dense:
            paint_line(painter, x_hips, deep, QPen(QColor(theme.lhip), 1))
            paint_line(painter, x_lean, high, QPen(QColor(theme.lflex), 1 if lean.thinned else style.px(1.4)))
        painter.setPen(QPen(style.colour("ink"), style.px(1.5)))
        painter.drawLine(QPointF(self.left, self._zero), QPointF(self.right, self._zero))
        painter.restore()
        self._paint_caption(painter, self._top, style.words("plot.lean"))
        self._paint_caption(painter, self._bottom - style.px(24), style.words("plot.hips"))

    def _paint_caption(self, painter: QPainter, y: float, text: str) -> None:
        """Which side is what, on a ground of its own: a long session fills the plot."""
        style, font = self._style, self._style.font(CAPTION)
        x = self.left + style.px(10)
        ground = QRectF(x - style.px(4), y - style.px(1), width_of(text, font) + style.px(8), style.px(23))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("bg"))
        painter.drawRoundedRect(ground, style.px(4), style.px(4))
        write(painter, (x, y + style.px(16)), text, font, style.colour("ink"))

    def _xs(self, t: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
        return self.left + (self.right - self.left) * (t - self.view.start) / self.view.width

    def _seen(self) -> list[Lift]:
        view = self.view
        return [
            lift
            for lift in self._session.seen(view.start, view.end)
            if lift.end_s >= view.start and lift.start_s <= view.end
        ]

    def _paint_judged(self, painter: QPainter, lean: tuple[object, object], hips: tuple[object, object]) -> None:
        """What did each lift takes its verdict's colour; bars where a lift is narrower than a few pixels."""
        theme, session = self._style.theme, self._session
        per_second = (self.right - self.left) / self.view.width
        narrow: list[Lift] = []
        for lift in self._seen():
            if lift.end_s > session.analysed_s or (lift.end_s - lift.start_s) * per_second < THIN_PX:
                narrow.append(lift)
                continue
            fills = part_fills(theme, str(lift.technique))
            curve = lift.curve
            start, end = (lift.start_s, lift.end_s) if curve is None else (float(curve.t[0]), float(curve.t[-1]))
            for (x, y), fill, grey in ((hips, fills[1], theme.thip), (lean, fills[0], theme.tflex)):
                if fill != grey:
                    first, last = np.searchsorted(x, (self.x_of(start), self.x_of(end)))  # type: ignore[call-overload]
                    paint_area(painter, x[first:last], y[first:last], self._zero, QColor(fill))  # type: ignore[index]
        up, down = self._zero - self._top, self._bottom - self._zero
        x_of, width = Linear(self.view.start, self.left, per_second), max(1.5, min(THIN_PX, 2 * per_second))
        paint_bars(painter, lift_bars(narrow, theme, x_of, self._zero, up, down, width))

    def _paint_not_yet(self, painter: QPainter) -> None:
        """Where the curves are not known yet, it says so."""
        style, session = self._style, self._session
        x = max(self.left, self.x_of(session.analysed_s))
        if session.done or x >= self.right:
            return
        text = style.words("replay.judging", percent=round(100 * session.judged_share))
        font = style.font(AXIS)
        if self.right - x > width_of(text, font) + style.px(20):
            write(painter, ((x + self.right) / 2, self._top + style.px(15)), text, font, style.colour("ink2"), CENTRE)

    def _paint_gaps(self, painter: QPainter) -> None:
        brush = hatching(self._style) if len(self._session.link.gaps) else QBrush()
        for low, high in seen(self._session.link.gaps, self.view):
            left, right = max(self.left, self.x_of(low)), min(self.right, self.x_of(high))
            painter.fillRect(QRectF(left, self._top, max(2.0, right - left), self._bottom - self._top), brush)

    def _paint_marks(self, painter: QPainter) -> None:
        style, seen = self._style, self._seen()
        room = (self.right - self.left) / max(1, len(seen))
        if room < 9:
            return
        size = style.px(min(26.0, max(10.0, room)))
        for lift in seen:
            if self.left - 1 <= self.x_of(lift.bottom_s) <= self.right + 1:
                place = (self.x_of(lift.bottom_s), style.px(MARKS_PX))
                paint_mark(painter, place, size, str(lift.technique), style.theme)

    def _paint_times(self, painter: QPainter) -> None:
        style, font = self._style, self._style.font(AXIS)
        room = self.view.width * style.px(TICK_ROOM_PX) / max(1.0, self.right - self.left)
        step = next((step for step in STEPS_S if step >= room), 14400)
        y, colour = self._bottom + style.px(58), style.colour("ink2")
        for n in range(int(np.ceil(self.view.start / step)), int(self.view.end / step) + 1):
            text = clock(n * step) if step >= 1 else f"{clock(n * step)}.{round(n * step * 10) % 10}"
            x = self.x_of(n * step)
            half = width_of(text, font) / 2
            if x - half >= self.left - style.px(30) and x + half <= self.width():
                write(painter, (x, y), text, font, colour, CENTRE)

    def _paint_loop(self, painter: QPainter) -> None:
        if self.stand.loop is None:
            return
        style = self._style
        painter.setPen(QPen(style.colour("ink"), style.px(3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for t, inward in ((self.stand.loop[0], 1), (self.stand.loop[1], -1)):
            x = self.x_of(t)
            if self.left - 1 <= x <= self.right + 1:
                foot = x + inward * style.px(9)
                corners = [(foot, self._top), (x, self._top), (x, self._bottom), (foot, self._bottom)]
                painter.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))

    def _paint_markers(self, painter: QPainter) -> None:
        """A small flag at each marked moment."""
        style = self._style
        painter.setBrush(style.colour("ink2"))
        for t in self.stand.markers:
            x = self.x_of(t)
            if self.left <= x <= self.right:
                painter.setPen(QPen(style.colour("ink2"), 1))
                painter.drawLine(QPointF(x, self._top), QPointF(x, self._bottom))
                painter.setPen(Qt.PenStyle.NoPen)
                flag = [(x, self._top), (x + style.px(12), self._top + style.px(5)), (x, self._top + style.px(10))]
                painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in flag]))

    def _paint_cursor(self, painter: QPainter) -> None:
        style, x = self._style, self.x_of(self.stand.t)
        if not self.left - 1 <= x <= self.right + 1:
            return
        foot = self._bottom + style.px(8 + RIBBON_PX)
        painter.setPen(QPen(style.colour("ink"), style.px(2)))
        painter.drawLine(QPointF(x, self._top), QPointF(x, foot))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        side = style.px(11)
        painter.drawPolygon(
            QPolygonF([QPointF(x, foot), QPointF(x + side, foot + side * 1.2), QPointF(x - side, foot + side * 1.2)])
        )
