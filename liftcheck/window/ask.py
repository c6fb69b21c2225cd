"""A panel in the middle of the window: a question with two big buttons, or the list of keys."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from liftcheck.look.theme import BODY, BODY_STRONG, BUTTON, REASON, Type
from liftcheck.window.buttons import Button
from liftcheck.window.style import Style, wrapped, write

HEAD = Type(REASON.family, 700, 40)
KEYS = (
    ("Enter", "primary"),
    ("↑ ↓", "choose"),
    ("S", "snooze"),
    ("W", "mode"),
    ("C", "recalibrate"),
    ("M", "marker"),
    ("E", "end"),
    ("D", "theme"),
    ("L", "language"),
    ("F", "fullscreen"),
    ("T", "sound"),
    ("+ −", "volume"),
    ("H ?", "help"),
)


@dataclass(frozen=True)
class Question:
    """What is asked: keys of the texts, and what each answer does. The first answer is chosen."""

    title: str
    text: str
    keep: str
    end: str


CLOSING = Question("close.title", "close.text", "close.keep", "close.end")


class Panel(QWidget):
    """Covers the window; a question, or the keys (`question` None)."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.question: Question | None = None
        self._answers: tuple[Callable[[], None], Callable[[], None]] = (self.hide, self.hide)
        self.keep = Button(style, "primary", lambda: self.answer(0), self)
        self.end = Button(style, "outlined", lambda: self.answer(1), self)
        for button in (self.keep, self.end):
            button.text_type = BUTTON
        self.chosen = 0
        self.hide()

    def ask(self, question: Question, keep: Callable[[], None], end: Callable[[], None]) -> None:
        """Puts a question; the first answer is chosen."""
        self.question, self._answers, self.chosen = question, (keep, end), 0
        self._open()

    def show_keys(self) -> None:
        """The list of keys, until the next key or touch."""
        self.question = None
        self._open()

    def answer(self, which: int) -> None:
        """Closes the panel and does what was chosen."""
        self.hide()
        if self.question is not None:
            self._answers[which]()

    def choose(self, which: int) -> None:
        """The other answer, by an arrow key."""
        self.chosen = which
        self.dress()

    def press(self, key: Qt.Key) -> None:
        """A key while the panel is open: any closes the list of keys; a question is answered."""
        if self.question is None:
            self.hide()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Tab):
            self.choose(1 - self.chosen)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.answer(self.chosen)
        elif key == Qt.Key.Key_Escape:
            self.answer(0)

    def dress(self) -> None:
        """Another theme, language or size; the chosen answer is the filled one."""
        if self.question is not None:
            self.keep.say(self._style.words(self.question.keep))
            self.end.say(self._style.words(self.question.end))
        self.keep.kind, self.end.kind = ("primary", "outlined") if self.chosen == 0 else ("outlined", "primary")
        self.resizeEvent(None)
        self.update()

    def mousePressEvent(self, event: object) -> None:
        if self.question is None:
            self.hide()

    def _open(self) -> None:
        for button in (self.keep, self.end):
            button.setVisible(self.question is not None)
        self.dress()
        self.raise_()
        self.show()

    def _area(self) -> QRectF:
        style = self._style
        width, height = (720.0, 308.0) if self.question is not None else (720.0, 668.0)
        width, height = min(style.px(width), self.width() - style.px(48)), style.px(height)
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        style, area = self._style, self._area()
        width, height = (area.width() - style.px(80) - style.px(16)) / 2, style.px(80)
        y = area.bottom() - style.px(40) - height
        self.keep.setGeometry(QRectF(area.left() + style.px(40), y, width, height).toRect())
        self.end.setGeometry(QRectF(area.left() + style.px(56) + width, y, width, height).toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        style, words, area = self._style, self._style.words, self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = style.colour("bg")
        veil.setAlphaF(0.82)
        painter.fillRect(self.rect(), veil)
        painter.setBrush(style.colour("surface"))
        painter.setPen(style.colour("line"))
        painter.drawRoundedRect(area, style.px(12), style.px(12))
        x, y = area.left() + style.px(40), area.top() + style.px(72)
        ink, ink2 = style.colour("ink"), style.colour("ink2")
        if self.question is None:
            write(painter, (x, y), words("help.title"), style.font(HEAD), ink)
            self._paint_keys(painter, x, y + style.px(50))
            return
        write(
            painter,
            (x, y),
            words(self.question.title),
            style.fitted(words(self.question.title), HEAD, area.width() - style.px(80), 28),
            ink,
        )
        font = style.font(Type(REASON.family, 500, 24))
        for i, line in enumerate(wrapped(words(self.question.text), font, area.width() - style.px(80))):
            write(painter, (x, y + style.px(46 + 32 * i)), line, font, ink2)

    def _paint_keys(self, painter: QPainter, x: float, y: float) -> None:
        style = self._style
        for i, (key, name) in enumerate(KEYS):
            line = y + i * style.px(38)
            write(painter, (x, line), key, style.font(BODY_STRONG), style.colour("ink"))
            write(
                painter, (x + style.px(120), line), style.words(f"help.{name}"), style.font(BODY), style.colour("ink2")
            )
        note = style.words("help.note")
        font = style.fitted(note, Type(BODY.family, 500, 18), self._area().width() - style.px(80), 15)
        painter.setPen(Qt.PenStyle.NoPen)
        write(painter, (x, y + len(KEYS) * style.px(38) + style.px(10)), note, font, style.colour("ink2"))
