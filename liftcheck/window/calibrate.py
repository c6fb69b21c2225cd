"""Calibration: a ring fills while the person stands still, then a third of it with each bend."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from liftcheck.look.pose import part_colours, pose
from liftcheck.look.texts import Texts
from liftcheck.look.theme import BUTTON, CALIBRATION_NUMBER, CALIBRATION_WORD, FIGURE_NUMBER, PRIMARY, Type
from liftcheck.trunk.mounting import CalibrationProgress
from liftcheck.window.board import Board
from liftcheck.window.buttons import Button
from liftcheck.window.shapes import paint_figure, stand
from liftcheck.window.status import paint_cross
from liftcheck.window.steps import paint_steps, paint_title
from liftcheck.window.style import Style, width_of, wrapped, write

LINE = Type(PRIMARY.family, 500, 34)
NUMBER = Type(FIGURE_NUMBER.family, 600, 42)
EMPTY_S = 0.2  # the ring empties in so long when somebody moves
GAP_DEG = 14.3  # between the thirds, round caps included


@dataclass(frozen=True)
class CalibrationState:
    """What the page shows. arcs: filled share of each part of the ring; failed: the part that did not count."""

    word: str = ""
    line: str = ""
    number: str = ""
    chip: str = ""
    arcs: tuple[float, ...] = (0.0,)
    failed: int | None = None
    lean_deg: float = 0.0
    failed_deg: float | None = None
    target_deg: float = 0.0
    trouble: bool = False
    known: bool = False  # whether the sensor is heard at all
    site: str = "mid-back"


def calibration_state(board: Board, words: Texts, now: float, deepest_deg: float = 0.0) -> CalibrationState:
    """What to ask for now. deepest_deg: how deep the last attempt went, to say so if it did not count."""
    progress = board.calibration
    if board.lost_s(now) is not None:
        return CalibrationState(words("calibrate.waiting"), words("lost.advice"), site=board.site)
    if progress is None and board.streaming(now):  # the pipeline measures the sensor's rate first
        return CalibrationState(words("calibrate.still"), words("calibrate.still_text"), known=True, site=board.site)
    if progress is None:
        return CalibrationState(words("calibrate.waiting"), _waiting_for(board, words), site=board.site)
    if progress.phase == "still":
        return _still(progress, words, board)
    if progress.phase == "bend":
        return _bend(progress, words, board, deepest_deg)
    key = "done" if progress.phase == "done" else "failed"
    arcs = (1.0,) * max(1, progress.bends_needed) if key == "done" else (0.0,)
    line = words(f"calibrate.{key}_text")
    if key == "failed" and words.has(f"problem.{progress.problem}_text"):
        line = _problem(progress, words, deepest_deg)[1]
    return CalibrationState(words(f"calibrate.{key}"), line, arcs=arcs, trouble=key == "failed", known=True)


def _waiting_for(board: Board, words: Texts) -> str:
    link = board.last.link if board.last else None
    key = f"link.{link.reason.replace(' ', '-')}" if link and link.reason else ""
    return words(key) if words.has(key) else words("calibrate.waiting_text")


def _still(progress: CalibrationProgress, words: Texts, board: Board) -> CalibrationState:
    left = max(0, math.ceil(progress.still_needed_s - progress.still_s))
    share = min(1.0, progress.still_s / progress.still_needed_s)
    word, line = words("calibrate.still"), words("calibrate.still_text")
    if progress.problem:
        word, line = _problem(progress, words, 0.0)
    return CalibrationState(
        word, line, f"{left}{chr(0xA0)}s", arcs=(share,), known=True, site=board.site, trouble=bool(progress.problem)
    )


def _bend(progress: CalibrationProgress, words: Texts, board: Board, deepest_deg: float) -> CalibrationState:
    done = len(progress.bends_deg)
    share = min(1.0, max(0.0, progress.flexion_deg / progress.target_deg))
    arcs = [1.0] * done + [share] + [0.0] * progress.bends_needed
    word = words("calibrate.bend", number=min(done + 1, progress.bends_needed), needed=progress.bends_needed)
    line, number, chip = words("calibrate.bend_text"), f"{words.number(progress.flexion_deg)}°", ""
    if progress.problem:
        word, line = _problem(progress, words, deepest_deg)
        line += f" {words('calibrate.kept', count=done)}" if done else ""
        number, chip = "", words("calibrate.not_counted")
        arcs[done] = min(1.0, deepest_deg / progress.target_deg)
    return CalibrationState(
        word,
        line,
        number,
        chip,
        tuple(arcs[: progress.bends_needed]),
        done if progress.problem else None,
        progress.flexion_deg,
        deepest_deg if progress.problem == "shallow" else None,
        progress.target_deg,
        trouble=bool(progress.problem),
        known=True,
        site=board.site,
    )


def _problem(progress: CalibrationProgress, words: Texts, deepest_deg: float) -> tuple[str, str]:
    key = f"problem.{progress.problem}"
    if not words.has(key):
        return words("calibrate.failed"), words("calibrate.failed_text")
    numbers = {"angle": words.number(deepest_deg), "target": words.number(progress.target_deg)}
    return words(key), words(f"{key}_text", **numbers)


class CalibrationView(QWidget):
    """Paints a CalibrationState."""

    def __init__(self, style: Style, start_over: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.state = CalibrationState()
        self.again = Button(style, "outlined", start_over, self, "calibrate.start_over")
        self.again.text_type = BUTTON
        self.deepest_deg = 0.0  # of the bend under way, or of the one that did not count
        self._ring_at: tuple[float, float] = (0.0, 0.0)  # the ring of the stance: clock, share
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def refresh(self, board: Board, now: float) -> None:
        """Shows how far the calibration has come."""
        if board.calibration is not None:
            self._follow_depth(board.calibration)
        state = calibration_state(board, self._style.words, now, self.deepest_deg)
        if len(state.arcs) == 1:
            state = self._emptying(state, now)
        if state != self.state:
            self.state = state
            self.again.setVisible(state.trouble)
            self.setAccessibleName(f"{state.word}. {state.line}")
            self.update()

    def _follow_depth(self, progress: CalibrationProgress) -> None:
        """The depth of the last attempt stays while its problem is told; the next attempt starts anew."""
        if not progress.problem and progress.flexion_deg < 10:
            self.deepest_deg = 0.0
        elif not progress.problem or progress.flexion_deg > self.deepest_deg:
            self.deepest_deg = max(self.deepest_deg, progress.flexion_deg)

    def _emptying(self, state: CalibrationState, now: float) -> CalibrationState:
        """The ring of the stance never jumps back: it empties within 200 ms."""
        before, share = self._ring_at
        goal = state.arcs[0]
        shown = max(goal, share - (now - before) / EMPTY_S)
        self._ring_at = (now, shown)
        return replace(state, arcs=(shown,))

    def dress(self) -> None:
        """Another theme, language or size."""
        px = self._style.px
        self.again.speak()
        left = round(self.text_left() - px(4))
        self.again.setGeometry(left, round(px(544)), round(px(288)), round(px(88)))
        self.update()

    def text_left(self) -> float:
        """Where the words begin, in screen pixels."""
        return 0.594 * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        style, state = self._style, self.state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("bg"))
        paint_title(painter, style, style.words("calibrate.title"), self.width())
        paint_steps(painter, style, self.width(), 1)
        whole = self.height() / 0.92
        x, y, radius = 0.3 * self.width(), 0.53 * whole, min(0.315 * whole, 0.27 * self.width())
        self._paint_ring(painter, x, y, radius)
        self._paint_person(painter, x, y, radius)
        self._paint_words(painter, state)

    def _paint_ring(self, painter: QPainter, x: float, y: float, radius: float) -> None:
        count = len(self.state.arcs)
        square = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
        # The thirds lie around the top, right below and left below; a whole ring begins at the top.
        span = 360.0 / count - (GAP_DEG if count > 1 else 0.0)
        first = 90.0 if count == 1 else 90.0 + span / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, share in enumerate(self.state.arcs):
            start = first - place * 360.0 / count
            self._paint_arc(painter, square, start, span, "mute")
            if share > 0.004:
                grey = place == self.state.failed
                self._paint_arc(painter, square, start, span * share, "ink2" if grey else "ink")
            if place == self.state.failed:
                turn = math.radians(start - span * min(1.0, share + 0.13))
                self._paint_failed(painter, x + radius * math.cos(turn), y - radius * math.sin(turn))

    def _paint_arc(self, painter: QPainter, square: QRectF, start: float, span: float, colour: str) -> None:
        pen = QPen(self._style.colour(colour), self._style.px(28))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(square, round(start * 16), round(-span * 16))

    def _paint_failed(self, painter: QPainter, x: float, y: float) -> None:
        style = self._style
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        painter.drawEllipse(QPointF(x, y), style.px(26), style.px(26))
        painter.setPen(QPen(style.colour("bg"), style.px(5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        paint_cross(painter, x, y, style.px(9))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_person(self, painter: QPainter, x: float, y: float, radius: float) -> None:
        style, state = self._style, self.state
        height, floor = radius * 1.492, y + radius * 0.75
        foot = x - 0.025 * height - 0.08 * height * min(1.0, abs(state.lean_deg) / 60)
        colours = part_colours(style.theme, lost=not state.known)
        painter.setPen(QPen(style.colour("ctx"), style.px(2.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x - 0.31 * height, floor + 1), QPointF(x + 0.31 * height, floor + 1))
        person = pose(state.lean_deg, 0.0, box=False)
        painter.save()
        stand(painter, foot, floor, height)
        paint_figure(painter, person, colours, style.theme.bg, box=False, site=state.site)
        painter.restore()
        if state.failed_deg is not None:
            self._paint_target(painter, foot + person.hip[0] * height, floor - person.hip[1] * height, height)

    def _paint_target(self, painter: QPainter, x: float, y: float, height: float) -> None:
        """How far the lean went and how far it should go."""
        style, state = self._style, self.state
        pen = QPen(style.colour("ink"), style.px(3.5), Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.1, 2.6])
        painter.setPen(pen)
        turn = math.radians(state.target_deg)
        near, far = 0.22 * height, 0.46 * height
        ends = [QPointF(x + r * math.sin(turn), y - r * math.cos(turn)) for r in (near, far)]
        painter.drawLine(ends[0], ends[1])
        font = style.font(NUMBER)
        at = (ends[1].x() + style.px(14), ends[1].y() + style.px(36))
        write(painter, at, f"{style.words.number(state.target_deg)}°", font, style.colour("ink"))
        turn = math.radians(min(state.failed_deg or 0.0, state.target_deg - 18))
        at = (x + 0.49 * height * math.sin(turn) + style.px(16), y - 0.49 * height * math.cos(turn))
        write(painter, at, f"{style.words.number(state.failed_deg or 0)}°", font, style.colour("ink2"))

    def _paint_words(self, painter: QPainter, state: CalibrationState) -> None:
        style, x = self._style, self.text_left()
        room = self.width() - x - style.px(32)
        top = style.px(356 if state.chip else 316)
        if state.chip:
            self._paint_chip(painter, x, style.px(196))
        font = style.fitted(state.word, CALIBRATION_WORD, room, 56)
        write(painter, (x, top), state.word, font, style.colour("ink"))
        line = style.font(LINE)
        rows = wrapped(state.line, line, room)
        for i, row in enumerate(rows):
            write(painter, (x, top + style.px(53 + 42 * i)), row, line, style.colour("ink2"))
        if state.number:
            y = top + style.px(53 + 42 * (len(rows) - 1) + (196 if len(rows) == 1 else 174))
            write(painter, (x, y), state.number, style.font(CALIBRATION_NUMBER), style.colour("ink"))

    def _paint_chip(self, painter: QPainter, x: float, y: float) -> None:
        style, font = self._style, self._style.font(BUTTON)
        chip = QRectF(x, y, style.px(52 + 20) + width_of(self.state.chip, font), style.px(52))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        painter.drawRoundedRect(chip, style.px(8), style.px(8))
        painter.setPen(QPen(style.colour("bg"), style.px(4.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        paint_cross(painter, x + style.px(28), y + style.px(26), style.px(9))
        write(painter, (x + style.px(52), y + style.px(35)), self.state.chip, font, style.colour("bg"))
