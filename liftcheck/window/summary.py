"""The page after a session: one share, the order of the lifts, one next step, four facts."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.pose import part_colours, pose
from liftcheck.look.theme import (
    BODY,
    BUTTON,
    FIGURE_NUMBER,
    NEXT_STEP,
    PRIMARY,
    SESSION_NUMBER,
    SHARE,
    VERDICTS,
    Type,
)
from liftcheck.window.buttons import Button
from liftcheck.window.report_writer import ReportWriter, WritePage
from liftcheck.window.shapes import paint_figure, paint_mark, stand
from liftcheck.window.sitting import Sitting, next_step
from liftcheck.window.steps import paint_title
from liftcheck.window.style import CENTRE, RIGHT, Style, width_of, wrapped, write

SPAN = Type(BODY.family, 500, 28)
UNDER = Type(PRIMARY.family, 600, 34)
TOTAL = Type(SHARE.family, 700, 100, tabular=False)
IN_BAR = Type(SHARE.family, 700, 46, tabular=False)
FACT, VALUE = Type(BODY.family, 500, 22), Type(FIGURE_NUMBER.family, 600, 32)
NEXT_LINE = Type(BODY.family, 500, 26)
MOST_MARKS = 72  # three rows; a longer session shows its last ones


class SummaryPage(QWidget):
    """Paints a Sitting; buttons: report, new session. write: makes the coach's page; None where it is not to be had."""

    def __init__(
        self,
        style: Style,
        again: Callable[[], None],
        write: WritePage | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self.session = Sitting()
        self.notice = ""  # in place of where the recording is
        self.reports = ReportWriter(style, write, self.tell)
        begin = self.reports.begin
        self.report = Button(style, "outlined", lambda: begin(self.session.path), self, "summary.report")
        self.again = Button(style, "primary", again, self, "summary.new")
        for button in (self.report, self.again):
            button.text_type = BUTTON

    def show_session(self, session: Sitting) -> None:
        """Another session."""
        self.session, self.notice = session, ""
        self.report.setVisible(self.reports.ready and session.path is not None)
        self.update()

    def tell(self, notice: str) -> None:
        """A sentence at the foot."""
        self.notice = notice
        self.update()

    def dress(self) -> None:
        """Another theme, language or size."""
        for button in (self.report, self.again):
            button.speak()
        self.resizeEvent(None)
        self.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        style, right, extra = self._style, self.width() - self._style.px(48), self._style.px(4)
        height, y = style.px(72) + 2 * extra, self.height() - style.px(96) - extra
        for button, least in ((self.again, 220), (self.report, 180)):
            width = max(style.px(least), button.natural_width() + style.px(24)) + 2 * extra
            button.setGeometry(QRectF(right - width + extra, y, width, height).toRect())
            right -= width - 2 * extra + style.px(16)

    def line(self) -> str:
        """How many lifts in how long."""
        words, count = self._style.words, len(self.session.verdicts)
        if not count:
            return words("summary.none")
        key = "summary.lifts_one" if count == 1 else "summary.lifts"
        return words(key, count=count, time=words.span(self.session.duration_s))

    def advice(self) -> tuple[str, str]:
        """The next step and the numbers behind it."""
        session, words = self.session, self._style.words
        step = next_step(session)
        numbers = {
            name: words.number(value or 0)
            for name, value in (("back", session.back_cm), ("legs", session.legs_cm), ("drop", session.mixed_cm))
        }
        if step == "knees" and session.legs_cm is None:
            return words("summary.knees"), words("summary.knees_only", **numbers) if session.back_cm is not None else ""
        return words(f"summary.{step}"), words(f"summary.{step}_text", count=session.count("unclear"), **numbers)

    def facts(self) -> list[tuple[str, str]]:
        """Four facts with their values; what is not known is a dash."""
        session, words = self.session, self._style.words
        rows = (
            ("lean", session.lean_deg, 0, "°"),
            ("drop", session.drop_cm, 0, " cm"),
            ("rate", session.per_minute, 1, ""),
            ("lost", session.lost_percent, 1, " %"),
        )
        return [
            (words(f"summary.{key}"), "–" if value is None else words.number(value, digits) + unit)
            for key, value, digits, unit in rows
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        style, words, width = self._style, self._style.words, self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("bg"))
        paint_title(painter, style, words("summary.title"), width)
        write(painter, (width - style.px(48), style.px(74)), self.line(), style.font(SPAN), style.colour("ink2"), RIGHT)
        left, room, height = style.px(48), width - style.px(96), self.height()
        upper = QRectF(left, 0.16 * height, room, 0.37 * height)
        self._panel(painter, upper, style.colour("surface"))
        self._paint_share(painter, upper)
        self._paint_order(painter, QRectF(left + 0.41 * room, upper.top(), 0.55 * room, upper.height()))
        lower = QRectF(left, 0.56 * height, 0.655 * room, 0.29 * height)
        self._paint_next(painter, lower)
        facts = QRectF(lower.right() + style.px(24), lower.top(), room - lower.width() - style.px(24), lower.height())
        self._panel(painter, facts, style.colour("surface"))
        self._paint_facts(painter, facts)
        path = self.session.path
        kept = words("summary.kept", name=Path(path).stem) if path else words("summary.not_kept")
        kept = self.notice or kept
        most = self.again.x() - style.px(72) - (self.report.width() if self.report.isVisible() else 0)
        font = style.fitted(kept, BODY, most, 18)
        write(painter, (left, height - style.px(57)), kept, font, style.colour("ink2"))

    def _panel(self, painter: QPainter, area: QRectF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(area, self._style.px(12), self._style.px(12))

    def _paint_share(self, painter: QPainter, area: QRectF) -> None:
        style, session = self._style, self.session
        x, baseline = area.left() + style.px(40), area.top() + style.px(186)
        x += write(painter, (x, baseline), str(session.legs), style.font(SESSION_NUMBER), style.colour("ink"))
        write(painter, (x + style.px(18), baseline), f"/ {session.decided}", style.font(TOTAL), style.colour("ink2"))
        text = style.words("summary.with_legs")
        font = style.fitted(text, UNDER, 0.36 * area.width(), 22)
        write(painter, (area.left() + style.px(40), area.top() + style.px(246)), text, font, style.colour("ink"))

    def _paint_order(self, painter: QPainter, area: QRectF) -> None:
        style, session = self._style, self.session
        bar = QRectF(area.left(), area.top() + style.px(52), area.width(), style.px(88))
        total = len(session.verdicts)
        if not total:
            self._panel(painter, bar, style.colour("mute"))
            return
        shown = [verdict for verdict in VERDICTS if session.count(verdict)]
        gap, x, taken = style.px(6), bar.left(), bar.left()
        free = bar.width() - gap * (len(shown) - 1) - style.px(28) * len(shown)
        for verdict in shown:
            count = session.count(verdict)
            width = style.px(28) + free * count / total
            tile = style.theme.tile(verdict)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tile.fill))
            painter.drawRoundedRect(QRectF(x, bar.top(), width, bar.height()), style.px(4), style.px(4))
            middle = (x + width / 2, bar.center().y() + style.px(16))
            write(painter, middle, str(count), style.font(IN_BAR), QColor(tile.text), CENTRE)
            taken = self._paint_label(painter, verdict, max(x, taken), bar.bottom() + style.px(28), bar.right())
            x += width + gap
        self._paint_row(painter, area)

    def _paint_label(self, painter: QPainter, verdict: str, x: float, y: float, right: float) -> float:
        """A mark and its word under a part of the bar; returns where the next label may begin."""
        style = self._style
        text = style.words(f"summary.{verdict}") if verdict != "unclear" else ""
        width = style.px(32) + (width_of(text, style.font(BODY)) + style.px(20) if text else 0)
        x = min(x, right - style.px(24))
        paint_mark(painter, (x + style.px(14), y), style.px(20), verdict, style.theme)
        write(painter, (x + style.px(32), y + style.px(7)), text, style.font(BODY), style.colour("ink2"))
        return x + width

    def _paint_row(self, painter: QPainter, area: QRectF) -> None:
        """All lifts in their order, left to right, in up to three rows."""
        style, verdicts = self._style, self.session.verdicts[-MOST_MARKS:]
        rows = 1 if len(verdicts) <= 36 else 2
        columns = max(24, -(-len(verdicts) // rows))
        step = area.width() / columns
        size = style.px(min(21.0, 0.72 * step / style.scale))
        top = area.top() + style.px(238 if rows == 1 else 228)
        for place, verdict in enumerate(verdicts):
            row, column = divmod(place, columns)
            at = (area.left() + (column + 0.5) * step, top + row * style.px(20))
            paint_mark(painter, at, size, verdict, style.theme)
        y, font, ink2 = area.top() + style.px(278), style.font(BODY), style.colour("ink2")
        write(painter, (area.left(), y), style.words("summary.first"), font, ink2)
        if len(verdicts) > 1:
            end = area.left() + min(columns, len(verdicts)) * step
            first = area.left() + width_of(style.words("summary.first"), font) + style.px(24)
            last = max(end, first + width_of(style.words("summary.last"), font))
            write(painter, (last, y), style.words("summary.last"), font, ink2, RIGHT)

    def _paint_next(self, painter: QPainter, area: QRectF) -> None:
        style = self._style
        step = next_step(self.session)
        about_legs = step in ("knees", "deeper", "keep")
        tile = style.theme.tile("legs" if about_legs else "unclear")
        self._panel(painter, area, QColor(tile.fill))
        x, ink = area.left() + style.px(40), QColor(tile.text)
        word, text = self.advice()
        write(painter, (x, area.top() + style.px(50)), style.words("summary.next"), style.font(BUTTON), ink)
        room = area.width() - style.px(80) - (0.29 * area.width() if about_legs else 0)
        font = style.fitted(word, NEXT_STEP, room, 44)
        write(painter, (x, area.top() + style.px(118)), word, font, ink)
        small = style.font(NEXT_LINE)
        lines = wrapped(text, small, room)
        if len(lines) > 2:
            small = style.font(NEXT_LINE, 22)
            lines = wrapped(text, small, room)
        for i, line in enumerate(lines[:3]):
            write(painter, (x, area.top() + style.px(168) + i * small.pixelSize() * 1.25), line, small, ink)
        if about_legs:
            self._paint_model(painter, area, tile.fill, tile.text)

    def _paint_model(self, painter: QPainter, area: QRectF, fill: str, ink: str) -> None:
        """A good squat in white on blue."""
        style, pale = self._style, "#7FB8D8"
        colours = part_colours(style.theme) | {"sensor": fill, "sensor_line": ink, "box": fill, "box_line": pale}
        colours |= dict.fromkeys(("trunk", "head", "thigh", "shank", "hip"), ink)
        colours |= dict.fromkeys(("foot", "forearm", "upper_arm", "floor"), pale)
        height, foot, floor = style.px(234), area.right() - 0.215 * area.width(), area.bottom() - style.px(20)
        painter.setPen(QColor(pale))
        painter.drawLine(
            QPointF(area.right() - 0.32 * area.width(), floor + 1), QPointF(area.right() - style.px(40), floor + 1)
        )
        painter.save()
        stand(painter, foot, floor, height)
        paint_figure(painter, pose(54, 0.36 / 1.73), colours, fill)
        painter.restore()

    def _paint_facts(self, painter: QPainter, area: QRectF) -> None:
        style = self._style
        step = (area.height() - style.px(32)) / 4
        x, right = area.left() + style.px(28), area.right() - style.px(28)
        for i, (name, value) in enumerate(self.facts()):
            y = area.top() + style.px(16) + (i + 0.5) * step
            taken = write(painter, (right, y + style.px(10)), value, style.font(VALUE), style.colour("ink"), RIGHT)
            font = style.fitted(name, FACT, right - x - taken - style.px(12), 18)
            write(painter, (x, y + style.px(8)), name, font, style.colour("ink2"))
            if i:
                painter.fillRect(QRectF(x, y - step / 2, right - x, max(1.0, style.px(1.5))), style.colour("mute"))
