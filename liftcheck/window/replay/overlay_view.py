"""One lift on another, over their own time from 0 to 1, with the band of the trainee's own leg lifts."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import AXIS, Theme
from liftcheck.review.overlay import GRID, Band, Course
from liftcheck.window.plot import HIP_BOTTOM_CM, LEAN_TOP
from liftcheck.window.replay.curves import paint_band, paint_line
from liftcheck.window.replay.lift_map import PANEL_TITLE
from liftcheck.window.style import CENTRE, LEFT, RIGHT, Style, width_of, write


@dataclass(frozen=True, eq=False)
class OverlayState:
    """title; a lift's course with its verdict and name; a reference's; the band; what to say where there is none."""

    title: str = ""
    name: str = ""
    verdict: str = ""
    course: Course | None = None
    reference_verdict: str = ""
    reference: Course | None = None
    band: Band | None = None
    empty: str = ""


class OverlayView(QWidget):
    """Paints an OverlayState."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.state = OverlayState()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: OverlayState) -> None:
        """Another lift or reference."""
        self.state = state
        self.setAccessibleName(state.title)
        self.update()

    def title_width(self) -> float:
        """How much room the title takes, pixels."""
        return width_of(self.state.title, self._style.font(PANEL_TITLE))

    @property
    def _area(self) -> QRectF:
        px = self._style.px
        return QRectF(px(72), px(60), self.width() - px(72 + 24), self.height() - px(60 + 74))

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state, area, px = self._style, self.state, self._area, self._style.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("bg"))
        font = style.font(PANEL_TITLE)
        title = QFontMetricsF(font).elidedText(state.title, Qt.TextElideMode.ElideMiddle, self.width() - px(48))
        write(painter, (px(24), px(40)), title, font, style.colour("ink"))
        zero = area.top() + 0.62 * area.height()
        up, down = (zero - area.top()) / LEAN_TOP, (area.bottom() - zero) / HIP_BOTTOM_CM
        self._paint_levels(painter, area, zero, up, down)
        if state.course is None and state.empty:
            write(
                painter,
                (area.center().x(), zero - 67 * up + px(6)),
                state.empty,
                style.font(AXIS),
                style.colour("ink2"),
                CENTRE,
            )
        x = area.left() + area.width() * GRID
        theme = style.theme
        if state.band is not None:
            fill = QColor(theme.legs_sweep)
            paint_band(painter, x, zero - up * state.band.lean_low, zero - up * state.band.lean_high, fill)
            paint_band(
                painter, x, zero + 100 * down * state.band.hips_low, zero + 100 * down * state.band.hips_high, fill
            )
        painter.setPen(QPen(style.colour("ink"), px(1.5)))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        drawn = ((state.reference, state.reference_verdict, True), (state.course, state.verdict, False))
        for course, verdict, dashed in drawn:
            if course is not None:
                lean = zero - up * np.minimum(course.lean_deg, LEAN_TOP)
                hips = zero + 100 * down * np.minimum(course.hip_drop_m, HIP_BOTTOM_CM / 100)
                for y in (lean, hips):
                    if outline := _outline(theme, verdict):
                        paint_line(painter, x, y, self._pen(outline, dashed, 2.0))
                    paint_line(painter, x, y, self._pen(theme.verdict(verdict), dashed))
        self._paint_legend(painter, area)

    def _pen(self, colour: str, dashed: bool, more: float = 0.0) -> QPen:
        width = 2.5 if dashed else 3.5
        pen = QPen(QColor(colour), self._style.px(width + more))
        if dashed:
            pen.setDashPattern([3.5 * width / (width + more), 2.5 * width / (width + more)])
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen

    def _paint_levels(self, painter: QPainter, area: QRectF, zero: float, up: float, down: float) -> None:
        style, px, font = self._style, self._style.px, self._style.font(AXIS)
        ink2 = style.colour("ink2")
        for y, text in (
            (zero - 90 * up, "90°"),
            (zero - 45 * up, "45°"),
            (zero + 20 * down, "20"),
            (zero + 40 * down, "40"),
        ):
            painter.setPen(QPen(style.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            write(painter, (area.left() - px(10), y + px(6)), text, font, ink2, RIGHT)
        y = area.bottom() + px(22)
        ends = ((area.left(), "start", LEFT), (area.center().x(), "bottom", CENTRE), (area.right(), "upright", RIGHT))
        for x, key, side in ends:
            write(painter, (x, y), style.words(f"replay.{key}"), font, ink2, side)

    def _paint_legend(self, painter: QPainter, area: QRectF) -> None:
        style, px, state, theme = self._style, self._style.px, self.state, self._style.theme
        font, y, x = style.font(AXIS), area.bottom() + px(54), area.left()
        entries: list[tuple[str, str]] = []
        if state.course is not None:
            entries.append(("lift", state.name))
        if state.reference is not None:
            entries.append(("reference", style.words("replay.reference")))
        if state.band is not None:
            entries.append(("band", style.words("replay.own_legs")))
        for kind, text in entries:
            if kind == "band":
                painter.fillRect(QRectF(x, y - px(13), px(34), px(15)), QColor(theme.legs_sweep))
            else:
                verdict = state.verdict if kind == "lift" else state.reference_verdict
                painter.setPen(self._pen(theme.verdict(verdict), kind == "reference"))
                painter.drawLine(QPointF(x, y - px(6)), QPointF(x + px(34), y - px(6)))
            x += px(44)
            write(painter, (x, y), text, font, style.colour("ink"))
            x += width_of(text, font) + px(36)


def _outline(theme: Theme, verdict: str) -> str:
    """Yellow lines get a dark edge on light ground."""
    return (theme.mixed_outline or "") if verdict == "mixed" else ""
