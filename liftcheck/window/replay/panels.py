"""The panels of the coach's window, but for figures and timelines: what each shows of the sessions."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from liftcheck.lifts.lift import Lift
from liftcheck.review.labelling import NO_LIFT, WORDS
from liftcheck.window.buttons import Button
from liftcheck.window.replay.header import Header
from liftcheck.window.replay.keys import KeysPanel
from liftcheck.window.replay.layout import HEADER, LIST, MIDDLE, lay_out_picks
from liftcheck.window.replay.lift_list import LiftList
from liftcheck.window.replay.lift_map import LiftMap
from liftcheck.window.replay.overlay_view import OverlayView
from liftcheck.window.replay.overview import Overview
from liftcheck.window.replay.telling import header_state, overlay_state
from liftcheck.window.replay.transport import LabelButton, PickButton, SignButton, SpeedView

if TYPE_CHECKING:
    from liftcheck.window.replay.desk import Desk

PICKS = (("B", "best"), ("W", "worst"), ("T", "typical"), ("I", "improved"))  # the most wanted first


class Panels:
    """Header, buttons, overview, map, overlay, list, and the panel of the keys; what a click does, the desk says."""

    def __init__(self, desk: "Desk") -> None:
        style, words = desk.style_, desk.style_.words
        self._desk = desk
        self._overlay_of: tuple[object, ...] = ()
        self.header = Header(style, desk)
        self.undo_button = Button(style, "outlined", desk.coaching.undo, desk, "replay.undo")
        self.report_button = Button(style, "outlined", desk.write_report, desk, "summary.report")
        self.keys_button = Button(style, "outlined", lambda: self.keys.open(), desk, "replay.keys_button")
        for button in self.header_buttons:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.before_button = SignButton(style, "before", words("replay.key_lift"), lambda: desk.go_by(-1), desk)
        self.play_button = SignButton(style, "play", words("replay.key_play"), desk.play, desk)
        self.play_button.chosen = True
        self.next_button = SignButton(style, "next", words("replay.key_lift"), lambda: desk.go_by(1), desk)
        self.loop_button = SignButton(style, "loop", words("replay.key_loop"), desk.loop, desk)
        self.speed = SpeedView(style, desk)
        self.overview = Overview(style, desk.seek, desk)
        self.map = LiftMap(style, desk.choose_lift, desk)
        self.overlay = OverlayView(style, desk)
        self.list = LiftList(style, desk.choose, desk)
        texts = [words(f"summary.{word}") if word != NO_LIFT else words("replay.no_lift") for word in WORDS]
        self.words = [
            LabelButton(style, str(i + 1), word, text, lambda word=word: desk.coaching.label(word), desk)  # type: ignore[misc]
            for i, (word, text) in enumerate(zip(WORDS, texts, strict=True))
        ]
        self.picks = [
            PickButton(style, key, lambda name=name: desk.pick(name), desk)  # type: ignore[misc]
            for key, name in PICKS
        ]
        self.keys = KeysPanel(style, desk)

    @property
    def header_buttons(self) -> tuple[Button, ...]:
        """The buttons of the header, from left to right."""
        return (self.undo_button, self.report_button, self.keys_button)

    def show_lifts(self) -> None:
        """What depends on the lifts and the labels."""
        stage, words = self._desk.stage, self._desk.style_.words
        others = [lift for other in self._desk.stages if other is not stage for lift in other.session.review.lifts]
        technique = stage.session.settings.lifts.technique
        self.map.show_lifts(stage.session.review.lifts, others, stage.session.border_m, technique.border_knee_deg)
        for button, (_, name) in zip(self.picks, PICKS, strict=True):
            lift = getattr(stage.picks, name)
            button.say("" if lift is None else f"{words(f'replay.{name}')} {lift.lift}")

    def show_moment(self, notice: str) -> None:
        """What depends on the cursor and the chosen lift. notice: a sentence in the header."""
        stage = self._desk.stage
        self.list.show_rows(stage.rows, stage.chosen)
        self.overview.show_state(stage.session, stage.timeline.view, stage.head.t)
        self.map.show_chosen(stage.lift)
        self._show_overlay()
        self.play_button.show_sign("pause" if stage.head.playing else "play")
        self.loop_button.choose(stage.head.loop is not None)
        self.speed.show_speed(stage.head.speed)
        for pick_button, (_, name) in zip(self.picks, PICKS, strict=True):
            pick_button.choose(stage.lift is not None and getattr(stage.picks, name) == stage.lift)
        row = stage.row
        for button, word in zip(self.words, WORDS, strict=True):
            button.choose(row is not None and row.coach == word and not row.joined)
        self.show_header(notice)

    def show_header(self, notice: str) -> None:
        """Which session, and a sentence for a while."""
        self.header.show_state(header_state(self._desk.stage, self._desk.style_.words, notice))

    def _show_overlay(self) -> None:
        desk, stage, words = self._desk, self._desk.stage, self._desk.style_.words
        shown = (desk.active, stage.lift, self._against(), stage.session.version, words.language)
        if shown != self._overlay_of:
            self._overlay_of = shown
            other = "" if desk.other is None else desk.other.session.recording.name
            self.overlay.show_state(overlay_state(stage, words, self._against(), other))
            lay_out_picks(desk)

    def _against(self) -> tuple[str, Lift] | None:
        """The lift that the chosen one is laid over: of the other session, if there are two."""
        other = self._desk.other
        if other is not None and other.lift is not None:
            return "other", other.lift
        return self._desk.stage.compared

    def paint_ground(self, painter: QPainter) -> None:
        """Hairlines between the panels, and the ground of what no panel covers."""
        desk, style = self._desk, self._desk.style_
        painter.fillRect(desk.rect(), QColor(style.theme.line))
        right, head = desk.width() - round(style.px(LIST)), round(style.px(HEADER))
        painter.fillRect(right + 1, head, desk.width() - right, desk.height(), style.colour("surface"))
        y = self.play_button.y() - round(style.px(24))
        painter.fillRect(0, y, right, round(style.px(MIDDLE)), style.colour("surface"))
        foot = desk.height() - round(style.px(128))
        painter.fillRect(
            right + round(style.px(20)), foot, desk.width() - right - round(style.px(28)), 1, style.colour("line")
        )
