"""All lifts at once: how far the trunk leaned against how far the hips sank."""

from collections.abc import Callable, Sequence
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.theme import AXIS, BODY, BODY_STRONG, VERDICTS, Type
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import CENTRE, RIGHT, Style, write

PANEL_TITLE = Type(BODY_STRONG.family, 600, 24)
MANY = 150  # lifts above which marks shrink and error bars would cover everything
REACH_PX = 16.0  # how near to a mark a press must be


class LiftMap(QWidget):
    """Paints lifts; a press on one chooses it. others: the lifts of a second session, pale."""

    def __init__(self, style: Style, choose: Callable[[Lift], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._choose = style, choose
        self.lifts: Sequence[Lift] = ()
        self.others: Sequence[Lift] = ()
        self.chosen: Lift | None = None
        self.border_m, self.border_deg = 0.15, 65.0
        self._x_span, self._y = (0.0, 50.0), (30.0, 110.0)
        self._still: QPixmap | None = None
        self._still_of: tuple[object, ...] = ()
        self._revision = 0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_lifts(self, lifts: Sequence[Lift], others: Sequence[Lift], border_m: float, border_deg: float) -> None:
        """Another session, or more of it."""
        self.lifts = [lift for lift in lifts if lift.is_lift and lift.hip_drop_m is not None]
        self.others = [lift for lift in others if lift.is_lift and lift.hip_drop_m is not None]
        self.border_m, self.border_deg = border_m, border_deg
        both = (*self.lifts, *self.others)
        drops = [100 * (lift.hip_drop_m or 0.0) for lift in both] or [0.0]
        leans = [lift.flexion_at_bottom_deg for lift in both] or [60.0]
        # Hips do not rise in a bend; a few measured below zero are doubt, and shown.
        low = 0.0 if min(drops) > -0.5 else max(-10.0, 5.0 * floor((min(drops) - 1) / 5))
        self._x_span = (low, max(50.0, 10.0 * ceil((max(drops) + 2) / 10)))
        self._y = (
            min(30.0, 20.0 * floor((min(leans) - 5) / 20) + 10),
            max(110.0, 20.0 * ceil((max(leans) + 5) / 20) - 10),
        )
        self._revision += 1
        self.update()

    def show_chosen(self, lift: Lift | None) -> None:
        """A ring around another mark."""
        if lift is not self.chosen:
            self.chosen = lift
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()

        def distance(lift: Lift) -> float:
            return (self.place_of(lift)[0] - x) ** 2 + (self.place_of(lift)[1] - y) ** 2

        nearest = min(self.lifts, key=distance, default=None)
        if nearest is not None and distance(nearest) <= self._style.px(REACH_PX) ** 2:
            self._choose(nearest)

    @property
    def _area(self) -> QRectF:
        px = self._style.px
        return QRectF(px(72), px(64), self.width() - px(72 + 24), self.height() - px(64 + 60))

    def place_of(self, lift: Lift) -> tuple[float, float]:
        """Where a lift's mark is, pixels."""
        return self._x(100 * (lift.hip_drop_m or 0.0)), self._y_of(lift.flexion_at_bottom_deg)

    def _x(self, cm: float) -> float:
        area = self._area
        low, high = self._x_span
        return area.left() + area.width() * min(max((cm - low) / (high - low), 0.0), 1.0)

    def _y_of(self, deg: float) -> float:
        low, high = self._y
        return self._area.bottom() - self._area.height() * min(max((deg - low) / (high - low), 0.0), 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.chosen is not None and self.chosen.hip_drop_m is not None:
            x, y = self.place_of(self.chosen)
            paint_mark(painter, (x, y), style.px(20), str(self.chosen.technique), style.theme)
            painter.setPen(QPen(style.colour("ink"), style.px(3)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), style.px(19), style.px(19))

    def _picture(self) -> QPixmap:
        style, ratio = self._style, self.devicePixelRatioF()
        of = (self._revision, self.size(), style.theme, style.scale, style.words, ratio)
        if self._still is None or of != self._still_of:
            self._still, self._still_of = QPixmap(self.size() * ratio), of
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(style.colour("bg"))
            painter = QPainter(self._still)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter)
            self._paint_lifts(painter)
            painter.end()
        return self._still

    def _paint_axes(self, painter: QPainter) -> None:
        style, words, area, px = self._style, self._style.words, self._area, self._style.px
        ink, ink2, font = style.colour("ink"), style.colour("ink2"), style.font(AXIS)
        end = px(24) + write(painter, (px(24), px(40)), words("replay.all"), style.font(PANEL_TITLE), ink)
        write(painter, (end + px(28), px(40)), words("replay.all_text"), style.font(BODY, 18), ink2)
        low, high = self._y
        for deg in range(int(20 * ceil((low + 1) / 20)), int(high), 20):
            y = round(self._y_of(deg)) + 0.5
            painter.setPen(QPen(style.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            write(painter, (area.left() - px(10), y + px(6)), f"{deg}°", font, ink2, RIGHT)
        painter.setPen(QPen(ink, px(1.5)))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for cm in range(0, int(self._x_span[1]) + 1, 10):
            write(painter, (self._x(cm), area.bottom() + px(24)), str(cm), font, ink2, CENTRE)
        caption = style.font(Type(BODY_STRONG.family, 600, 18))
        write(painter, (area.right(), area.bottom() + px(46)), words("plot.hips"), caption, ink, RIGHT)
        pen = QPen(ink, px(2), Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([1.5, 2])
        painter.setPen(pen)
        x = self._x(100 * self.border_m)
        painter.drawLine(QPointF(x, area.top() - px(4)), QPointF(x, area.bottom()))
        text = words("replay.border", angle=words.number(self.border_deg))
        write(painter, (x + px(8), area.top() + px(10)), text, font, ink2)

    def _paint_lifts(self, painter: QPainter) -> None:
        style, ratio = self._style, self.devicePixelRatioF()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ctx"))
        for lift in self.others:
            painter.drawEllipse(QPointF(*self.place_of(lift)), style.px(4), style.px(4))
        many = len(self.lifts) > MANY
        unclear_first = sorted(self.lifts, key=lambda lift: lift.technique is not Technique.UNCLEAR)
        if not many:
            painter.setPen(QPen(style.colour("ctx"), style.px(2)))
            for lift in unclear_first:
                cm, error = 100 * (lift.hip_drop_m or 0.0), 100 * (lift.hip_drop_error_m or 0.0)
                y = self._y_of(lift.flexion_at_bottom_deg)
                painter.drawLine(QPointF(self._x(cm - error), y), QPointF(self._x(cm + error), y))
        stamps = {verdict: _stamp(style, verdict, style.px(9 if many else 18), ratio) for verdict in VERDICTS}
        for lift in unclear_first:
            stamp, (x, y) = stamps[str(lift.technique)], self.place_of(lift)
            side = stamp.width() / ratio
            painter.drawPixmap(QPointF(x - side / 2, y - side / 2), stamp)


def _stamp(style: Style, verdict: str, size: float, ratio: float) -> QPixmap:
    """A mark painted once, for thousands of lifts."""
    side = ceil(1.5 * size * ratio)
    stamp = QPixmap(side, side)
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    paint_mark(painter, (side / 2 / ratio, side / 2 / ratio), size, verdict, style.theme)
    painter.end()
    return stamp
