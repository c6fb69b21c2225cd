"""What stays on the timeline while only the cursor moves: levels, curves, lifts, marks, the link, the times."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from liftcheck.lifts.lift import Lift
from liftcheck.look.texts import clock
from liftcheck.look.theme import AXIS, BODY_STRONG, Type
from liftcheck.review.replayed import Replayed
from liftcheck.samples import Array
from liftcheck.window.hatching import hatching
from liftcheck.window.replay.bars import Linear, lift_bars, part_fills
from liftcheck.window.replay.curves import paint_area, paint_bars, paint_columns, paint_line
from liftcheck.window.replay.plane import Plane
from liftcheck.window.replay.ribbon import paint_ribbon, seen
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import CENTRE, RIGHT, Style, width_of, write

MARKS_PX = 46  # the marks' middle
STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
TICK_ROOM_PX = 84
LEAST_MARK_PX = 9
THIN_PX = 5.0  # a lift narrower than this is a bar
DENSE_PX = 3.0  # pixels a second below which a lift is a spike
CAPTION = Type(BODY_STRONG.family, 600, 18)


class Picture:
    """A session on a plane. width, height: of the widget, pixels."""

    def __init__(self, style: Style, session: Replayed, plane: Plane, width: float, height: float) -> None:
        self._style, self._session, self._plane = style, session, plane
        self._width, self._height = width, height

    def paint(self, painter: QPainter) -> None:
        """All of it, from the ground up."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_levels(painter)
        self._paint_curves(painter)
        self._paint_not_yet(painter)
        self._paint_gaps(painter)
        self._paint_marks(painter)
        plane, y = self._plane, self._plane.bottom + self._style.px(8)
        paint_ribbon(painter, self._style, self._session.link, plane.view, plane.x_of, y)
        self._paint_times(painter)

    def _paint_levels(self, painter: QPainter) -> None:
        style, plane, font, ink2 = self._style, self._plane, self._style.font(AXIS), self._style.colour("ink2")
        ys = [*plane.lean_y(np.array([90.0, 45.0])).tolist(), *plane.hips_y(np.array([0.2, 0.4])).tolist()]
        for y, text in zip(ys, ("90°", "45°", "20", "40"), strict=True):
            painter.setPen(QPen(style.colour("line"), 1))
            painter.drawLine(QPointF(plane.left, round(y) + 0.5), QPointF(plane.right, round(y) + 0.5))
            write(painter, (plane.left - style.px(10), y + style.px(6)), text, font, ink2, RIGHT)

    def _paint_curves(self, painter: QPainter) -> None:
        style, theme, session, plane = self._style, self._style.theme, self._session, self._plane
        pixels = max(1, round(plane.right - plane.left))
        painter.save()
        painter.setClipRect(QRectF(plane.left, 0, plane.right - plane.left, self._height))
        lean = session.lean.columns(session.t, plane.view.start, plane.view.end, pixels)
        hips = session.hips.columns(session.t, plane.view.start, plane.view.end, pixels)
        high, deep = plane.lean_y(lean.high), plane.hips_y(hips.high)
        x_lean, x_hips = plane.xs(lean.t), plane.xs(hips.t)
        # Areas carry a line; where several samples stand behind each pixel, smooth edges cost and show nothing.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not lean.thinned)
        paint = paint_columns if lean.thinned else paint_area
        paint(painter, x_hips, deep, plane.zero, QColor(theme.thip))
        paint(painter, x_lean, high, plane.zero, QColor(theme.tflex))
        dense = plane.per_second < DENSE_PX
        if dense:  # ink on every spike would cover the colours
            paint_line(painter, x_hips, deep, QPen(QColor(theme.ctx), 1))
            paint_line(painter, x_lean, high, QPen(QColor(theme.ctx), 1))
        self._paint_judged(painter, (x_lean, high), (x_hips, deep))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not dense:
            paint_line(painter, x_hips, deep, QPen(QColor(theme.lhip), 1))
            paint_line(painter, x_lean, high, QPen(QColor(theme.lflex), 1 if lean.thinned else style.px(1.4)))
        painter.setPen(QPen(style.colour("ink"), style.px(1.5)))
        painter.drawLine(QPointF(plane.left, plane.zero), QPointF(plane.right, plane.zero))
        painter.restore()
        self._paint_caption(painter, plane.top, style.words("plot.lean"))
        self._paint_caption(painter, plane.bottom - style.px(24), style.words("plot.hips"))

    def _paint_caption(self, painter: QPainter, y: float, text: str) -> None:
        """Which side is what, on a ground of its own: a long session fills the plot."""
        style, font = self._style, self._style.font(CAPTION)
        x = self._plane.left + style.px(10)
        ground = QRectF(x - style.px(4), y - style.px(1), width_of(text, font) + style.px(8), style.px(23))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("bg"))
        painter.drawRoundedRect(ground, style.px(4), style.px(4))
        write(painter, (x, y + style.px(16)), text, font, style.colour("ink"))

    def _seen(self) -> list[Lift]:
        view = self._plane.view
        return [
            lift
            for lift in self._session.seen(view.start, view.end)
            if lift.end_s >= view.start and lift.start_s <= view.end
        ]

    def _paint_judged(self, painter: QPainter, lean: tuple[Array, Array], hips: tuple[Array, Array]) -> None:
        """What did each lift takes its verdict's colour; bars where a lift is narrower than a few pixels."""
        theme, session, plane = self._style.theme, self._session, self._plane
        narrow: list[Lift] = []
        for lift in self._seen():
            if lift.end_s > session.analysed_s or (lift.end_s - lift.start_s) * plane.per_second < THIN_PX:
                narrow.append(lift)
                continue
            fills = part_fills(theme, str(lift.technique))
            curve = lift.curve
            start, end = (lift.start_s, lift.end_s) if curve is None else (float(curve.t[0]), float(curve.t[-1]))
            for (x, y), fill, grey in ((hips, fills[1], theme.thip), (lean, fills[0], theme.tflex)):
                if fill != grey:
                    first, last = np.searchsorted(x, (plane.x_of(start), plane.x_of(end)))
                    paint_area(painter, x[first:last], y[first:last], plane.zero, QColor(fill))
        up, down = plane.zero - plane.top, plane.bottom - plane.zero
        x_of = Linear(plane.view.start, plane.left, plane.per_second)
        width = max(1.5, min(THIN_PX, 2 * plane.per_second))
        paint_bars(painter, lift_bars(narrow, theme, x_of, plane.zero, up, down, width))

    def _paint_not_yet(self, painter: QPainter) -> None:
        """Where the curves are not known yet, it says so."""
        style, session, plane = self._style, self._session, self._plane
        x = max(plane.left, plane.x_of(session.analysed_s))
        if session.done or x >= plane.right:
            return
        text = style.words("replay.judging", percent=round(100 * session.judged_share))
        font = style.font(AXIS)
        if plane.right - x > width_of(text, font) + style.px(20):
            place = ((x + plane.right) / 2, plane.top + style.px(15))
            write(painter, place, text, font, style.colour("ink2"), CENTRE)

    def _paint_gaps(self, painter: QPainter) -> None:
        plane, gaps = self._plane, self._session.link.gaps
        brush = hatching(self._style) if len(gaps) else QBrush()
        for low, high in seen(gaps, plane.view):
            left, right = max(plane.left, plane.x_of(low)), min(plane.right, plane.x_of(high))
            painter.fillRect(QRectF(left, plane.top, max(2.0, right - left), plane.bottom - plane.top), brush)

    def _paint_marks(self, painter: QPainter) -> None:
        style, plane, lifts = self._style, self._plane, self._seen()
        room = (plane.right - plane.left) / max(1, len(lifts))
        if room < LEAST_MARK_PX:
            return
        size = style.px(min(26.0, max(10.0, room)))
        for lift in lifts:
            if plane.shows(lift.bottom_s):
                place = (plane.x_of(lift.bottom_s), style.px(MARKS_PX))
                paint_mark(painter, place, size, str(lift.technique), style.theme)

    def _paint_times(self, painter: QPainter) -> None:
        style, plane, font = self._style, self._plane, self._style.font(AXIS)
        room = plane.seconds(style.px(TICK_ROOM_PX))
        step = next((step for step in STEPS_S if step >= room), 14400)
        y, colour = plane.bottom + style.px(58), style.colour("ink2")
        for n in range(int(np.ceil(plane.view.start / step)), int(plane.view.end / step) + 1):
            text = clock(n * step) if step >= 1 else f"{clock(n * step)}.{round(n * step * 10) % 10}"
            x = plane.x_of(n * step)
            half = width_of(text, font) / 2
            if x - half >= plane.left - style.px(30) and x + half <= self._width:
                write(painter, (x, y), text, font, colour, CENTRE)
