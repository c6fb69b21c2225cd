"""Buttons that paint themselves: rest, pressed and focus, on the tokens; large enough for a gloved finger."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from liftcheck.look.theme import BODY_STRONG, Type
from liftcheck.window.style import CENTRE, Style, width_of, write

Kind = Literal["primary", "outlined", "quiet"]


class Button(QAbstractButton):
    """A button with one text. primary: filled with ink, one on each screen; outlined: a border; quiet: `mute`.

    chosen: filled with ink for as long as something is switched on.
    """

    def __init__(self, style: Style, kind: Kind, pressed: Callable[[], None], parent: QWidget, key: str = "") -> None:
        super().__init__(parent)
        self._style, self.kind, self.chosen = style, kind, False
        self.text_type: Type = BODY_STRONG
        self.key = key  # of the text, so that a change of language needs no new widgets
        self.clicked.connect(lambda: pressed())
        # Space and Enter belong to the window; keys keep working after a click.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if key:
            self.say(style.words(key))

    def say(self, text: str) -> None:
        """Another text."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def speak(self) -> None:
        """Takes the text anew from the language."""
        if self.key:
            self.say(self._style.words(self.key))

    def natural_width(self) -> float:
        """As wide as its text wants, in screen pixels."""
        return width_of(self.text(), self._style.font(self.text_type)) + self._style.px(36)

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = style.px(4)  # room for the ring of the focus
        body = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        radius = style.px(12 if self.height() > style.px(66) else 8)
        filled = (self.kind == "primary" and self.isEnabled()) or self.chosen
        fill = "ink" if filled else "mute" if self.kind != "outlined" or self.isDown() else "surface"
        text = "surface" if filled else "ink" if self.isEnabled() else "ink2"
        if filled and self.isDown():
            fill = "ink2"
        painter.setBrush(style.colour(fill))
        painter.setPen(QPen(style.colour("line"), style.px(2)) if self.kind == "outlined" else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(body, radius, radius)
        if self.hasFocus():
            paint_focus(painter, style, QRectF(self.rect()), radius)
        font = style.fitted(self.text(), self.text_type, body.width() - style.px(16), 18)
        baseline = self.height() / 2 + 0.35 * font.pixelSize()
        write(painter, (self.width() / 2, baseline), self.text(), font, style.colour(text), CENTRE)


def paint_focus(painter: QPainter, style: Style, around: QRectF, radius: float) -> None:
    """A ring of ink around what the keyboard would press."""
    inset = style.px(1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.colour("ink"), style.px(3)))
    painter.drawRoundedRect(around.adjusted(inset, inset, -inset, -inset), radius + inset, radius + inset)
