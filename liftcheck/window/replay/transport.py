"""Buttons with painted signs: to the lift before, play, to the next, loop; and the four labels."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from liftcheck.look.theme import AXIS, BODY_STRONG, FIGURE_NUMBER, Type
from liftcheck.window.replay.lift_list import paint_word_mark
from liftcheck.window.style import Style, width_of, write

SPEED = Type(FIGURE_NUMBER.family, 600, 32)


class _Painted(QAbstractButton):
    """A button without focus: keys always belong to the window."""

    def __init__(self, style: Style, name: str, pressed: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.chosen = style, False
        self.clicked.connect(lambda: pressed())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name)

    def choose(self, chosen: bool) -> None:
        """Filled with ink while something is switched on."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def _paint_body(self, painter: QPainter) -> QColor:
        """The button's ground; returns the colour of what stands on it."""
        style = self._style
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        fill = (
            "ink2"
            if self.chosen and self.isDown()
            else "ink"
            if self.chosen
            else "mute"
            if self.isDown()
            else "surface"
        )
        painter.setBrush(style.colour(fill))
        painter.setPen(Qt.PenStyle.NoPen if self.chosen else QPen(style.colour("line"), style.px(2)))
        painter.drawRoundedRect(body, style.px(8), style.px(8))
        return style.colour("surface" if self.chosen else "ink")


class SignButton(_Painted):
    """sign: before, play, pause, next or loop."""

    def __init__(self, style: Style, sign: str, name: str, pressed: Callable[[], None], parent: QWidget) -> None:
        super().__init__(style, name, pressed, parent)
        self.sign = sign

    def show_sign(self, sign: str) -> None:
        """Another sign."""
        if sign != self.sign:
            self.sign = sign
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = self._paint_body(painter)
        painter.translate(self.width() / 2, self.height() / 2)
        unit = self._style.px(1)
        painter.scale(unit, unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if self.sign == "play":
            painter.drawPolygon(QPolygonF([QPointF(-10, -14), QPointF(15, 0), QPointF(-10, 14)]))
        elif self.sign == "pause":
            painter.drawRect(QRectF(-11, -13, 7, 26))
            painter.drawRect(QRectF(4, -13, 7, 26))
        elif self.sign in ("before", "next"):
            if self.sign == "before":
                painter.scale(-1, 1)
            painter.drawPolygon(QPolygonF([QPointF(-11, -11), QPointF(7, 0), QPointF(-11, 11)]))
            painter.drawRect(QRectF(8, -11, 4, 22))
        else:
            _paint_loop(painter, colour)


def _paint_loop(painter: QPainter, colour: QColor) -> None:
    painter.setPen(QPen(colour, 3.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(-12, -7))
    path.lineTo(6, -7)
    path.arcTo(QRectF(-1, -7, 15, 15), 90, -180)
    path.lineTo(-10, 8)
    painter.drawPath(path)
    painter.drawPolyline([QPointF(-5, 2), QPointF(-11, 8), QPointF(-5, 14)])


class LabelButton(_Painted):
    """One of the coach's four words, with its key and its shape."""

    def __init__(
        self, style: Style, key: str, word: str, text: str, pressed: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(style, text, pressed, parent)
        self._key, self._word = key, word
        self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, style, px = QPainter(self), self._style, self._style.px
        colour = self._paint_body(painter)
        base = self.height() / 2 + px(7)
        font = style.font(BODY_STRONG)
        write(painter, (px(14), base), self._key, font, colour)
        paint_word_mark(painter, style, (px(46), self.height() / 2), self._word, inverted=self.chosen)
        room = self.width() - px(64 + 8)
        write(painter, (px(64), base), self.text(), style.fitted(self.text(), BODY_STRONG, room, 14), colour)


class PickButton(_Painted):
    """A lift that the program picked: its key, what it is, its number."""

    def __init__(self, style: Style, key: str, pressed: Callable[[], None], parent: QWidget) -> None:
        super().__init__(style, key, pressed, parent)
        self._key = key

    def say(self, text: str) -> None:
        """What it is, and its number; hidden if there is none."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.update()

    def natural_width(self) -> float:
        """As wide as its text wants, in screen pixels."""
        px, font = self._style.px, self._style.font(AXIS)
        return width_of(self._key, self._style.font(BODY_STRONG, 18)) + width_of(self.text(), font) + px(22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, style, px = QPainter(self), self._style, self._style.px
        colour = self._paint_body(painter)
        base = self.height() / 2 + px(6)
        x = px(8) + write(painter, (px(8), base), self._key, style.font(BODY_STRONG, 18), colour) + px(6)
        write(painter, (x, base), self.text(), style.font(AXIS), colour)


class SpeedView(QWidget):
    """How fast it plays."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self._speed = style, 1.0

    def show_speed(self, speed: float) -> None:
        """Another speed."""
        if speed != self._speed:
            self._speed = speed
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, style = QPainter(self), self._style
        painter.fillRect(self.rect(), style.colour("surface"))
        digits = 0 if self._speed >= 1 else 2 if self._speed == 0.25 else 1
        text = f"{style.words.number(self._speed, digits)}×"
        write(painter, (0, self.height() / 2 + style.px(11)), text, style.font(SPEED), style.colour("ink"))
