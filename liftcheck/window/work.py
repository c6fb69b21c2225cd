"""The work view: figure, band, plot, strip; what each shows follows from the board."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.analysis import Update
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.reasons import reason_key
from liftcheck.look.texts import Texts, clock
from liftcheck.window.band import BandState, BandView
from liftcheck.window.board import (
    BENDING_DEG,
    LEAN_TOLD_AFTER_S,
    Board,
    share_of_legs,
)
from liftcheck.window.figure import FigureState, FigureView
from liftcheck.window.plot import PlotLegend, PlotView
from liftcheck.window.strip import SHOWN, StripState, StripView
from liftcheck.window.style import Style

MOVE_S = 0.3  # to the lowest point
LEAN_STEP_DEG = 0.25
COUNTING_SINCE_S = 300.0  # after that the time since the last lift is no news


def band_state(board: Board, words: Texts, now: float) -> BandState:
    """What the band says: a lost signal, a verdict, a hint, or that all is ready, in this order."""
    if board.lost_s(now) is not None:
        return _lost(board, words)
    lift = board.shown_verdict(now)
    hint = board.shown_hint(now)
    if hint is not None and (lift is None or board.hint_at > board.verdict_at):
        return _hint(hint.message, board, words)
    if lift is not None:
        return _verdict(lift, words, improved=board.improved)
    return BandState("ready", words("ready.word"), words("ready.advice"), posture(board, words, now))


def _lost(board: Board, words: Texts) -> BandState:
    link = board.last.link if board.last else None
    key = f"link.{link.reason.replace(' ', '-')}" if link and link.reason else ""
    bending = board.leaning_since is not None
    reason = words("lost.during") if bending else words(key) if words.has(key) else words("lost.waiting")
    return BandState("unclear", words("verdict.unclear"), words("lost.advice"), reason)


def _hint(message: str, board: Board, words: Texts) -> BandState:
    texts = (words(f"hint.{message}"), words(f"hint.{message}_advice"))
    return BandState("hint", *texts, words(f"hint.{message}_reason", count=len(board.lifts)) if message else "")


def _verdict(lift: Lift, words: Texts, *, improved: bool) -> BandState:
    name = str(lift.technique)
    word = words(f"verdict.{name}")
    if lift.technique is Technique.UNCLEAR:
        why = words(reason_key(lift.reason), time=words.number(lift.gap_s, 1))
        return BandState(name, word, why, words("verdict.unclear_advice"))
    advice = words("verdict.improved_advice" if improved else f"verdict.{name}_advice")
    return BandState(name, word, advice, numbers(lift, words))


def numbers(lift: Lift, words: Texts) -> str:
    """How far the hips sank and the trunk leaned, in a sentence."""
    lean = words.number(lift.flexion_at_bottom_deg)
    if lift.hip_drop_m is None:
        return words("verdict.numbers_lean", lean=lean)
    key = "verdict.numbers_back" if lift.technique is Technique.BACK else "verdict.numbers"
    return words(key, drop=words.number(max(0.0, 100 * lift.hip_drop_m)), lean=lean)


def posture(board: Board, words: Texts, now: float) -> str:
    """How the trunk is held between lifts. Angles in steps of five: a reading that flickers cannot be read."""
    if board.analysis is not None and board.analysis.settling:
        return words("ready.settling")
    if board.lean_deg > BENDING_DEG:
        angle = words.number(5 * round(board.lean_deg / 5))
        if board.leaning_s() < LEAN_TOLD_AFTER_S:
            return words("ready.leaning", angle=angle)
        return words("ready.leaning_for", angle=angle, time=words.span(board.leaning_s()))
    since = board.since_last_lift_s(now)
    if since is None or since > COUNTING_SINCE_S:
        return words("ready.upright")
    return words("ready.upright_since", time=clock(since))


def figure_state(board: Board, words: Texts, now: float, live_from: tuple[float, float] | None = None) -> FigureState:
    """The figure: live, at the lift's lowest point, or as it was last seen.

    live_from: lean and hip drop (H) from which the figure moves to the lowest point.
    """
    # In steps too small to see: somebody who stands still costs no paint.
    live = (round(board.lean_deg / LEAN_STEP_DEG) * LEAN_STEP_DEG, round(board.hip_drop(board.hip_drop_m), 3))
    lost = board.lost_s(now)
    if lost is not None:
        tag = words("figure.last_seen", time=words.span(lost))
        return FigureState(*live, tag=tag, lost=True, site=board.site)
    lift = board.at_lowest(now)
    if lift is None:
        return FigureState(*live, board.knee_error_deg(), words("figure.live"), site=board.site)
    start = live_from or live
    share = min(1.0, max(0.0, (now - board.verdict_at) / MOVE_S))
    share = 1 - (1 - share) ** 3  # ease-out
    goal = (lift.flexion_at_bottom_deg, board.hip_drop(lift.hip_drop_m))
    lean, drop = (a + share * (b - a) for a, b in zip(start, goal, strict=True))
    judged = lift.technique is not Technique.UNCLEAR
    return FigureState(
        lean,
        drop,
        lift.knee_error_deg or board.knee_error_deg(),
        words("figure.lowest"),
        str(lift.technique) if judged else None,
        lowest=True,
        box=True,
        numbers=(None if lift.hip_drop_m is None else max(0.0, 100 * lift.hip_drop_m), goal[0]) if judged else None,
        site=board.site,
    )


def strip_state(board: Board) -> StripState:
    """The last ten verdicts and the share of leg lifts."""
    return StripState(tuple(str(lift.technique) for lift in board.lifts[-SHOWN:]), *share_of_legs(board.lifts))


class WorkView(QWidget):
    """The four parts on their grid; `refresh` shows the board as it is now."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.figure = FigureView(style, self)
        self.band = BandView(style, self)
        self.plot = PlotView(style, self)
        self.legend = PlotLegend(style, self)
        self.strip = StripView(style, self)
        self._left_live: tuple[float, tuple[float, float]] | None = None  # when, and the pose then

    def resizeEvent(self, event: QResizeEvent) -> None:
        width, height = self.width(), self.height()
        whole = height / 0.92  # the status bar takes the last 8 %
        left = round(width * (0.26 if width / whole < 1.45 else 0.30))
        band, plot = round(0.36 * whole), round(0.395 * whole)
        self.figure.setGeometry(QRect(0, 0, left, height))
        self.band.setGeometry(QRect(left, 0, width - left, band))
        self.plot.setGeometry(QRect(left, band, width - left, plot))
        self.legend.setGeometry(QRect(left, band, width - left, round(self._style.px(44))))
        self.strip.setGeometry(QRect(left, band + plot, width - left, height - band - plot))

    def dress(self) -> None:
        """Another theme, language or size."""
        self.plot.dress()
        for part in (self.figure, self.band, self.legend, self.strip):
            part.update()

    def take(self, update: Update) -> None:
        """Plots the next stretch of motion, and the bends that ended in it."""
        self.plot.take(update.motion)
        for bend in update.lifts:
            if bend.is_lift:
                self.plot.add(bend)
            else:
                self.plot.look_back(bend)

    def refresh(self, board: Board, now: float) -> None:
        """Everything as it is now."""
        words = self._style.words
        self.band.show_state(band_state(board, words, now))
        self.figure.show_state(figure_state(board, words, now, self._from(board, now)))
        self.strip.show_state(strip_state(board))
        right = board.now_s(now)
        if right is not None:
            lost = board.lost_s(now)
            self.plot.show_now(right, board.sample_t if lost is not None else None)

    def _from(self, board: Board, now: float) -> tuple[float, float] | None:
        """Where the figure stood when it left for the lowest point."""
        if board.at_lowest(now) is None:
            self._left_live = None
            return None
        if self._left_live is None or self._left_live[0] != board.verdict_at:
            self._left_live = (board.verdict_at, (self.figure.state.lean_deg, self.figure.state.hip_drop))
        return self._left_live[1]
