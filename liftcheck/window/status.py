"""The bar at the foot: streaming or not, recording or not, battery, rate, loss, samples. Always visible."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from liftcheck.look.texts import clock
from liftcheck.look.theme import BODY, BODY_STRONG
from liftcheck.window.board import Board
from liftcheck.window.style import Style, width_of, write

GAP = 28  # between items, design px


@dataclass(frozen=True)
class StatusState:
    """What the bar says. no_signal_s: how long nothing came, None while it streams. notice: a sentence for a while."""

    streaming: bool = False
    no_signal_s: int | None = None
    recording: bool = False
    elapsed_s: int = 0
    battery_percent: int | None = None
    rate_hz: float | None = None
    loss_percent: float | None = None
    samples: int = 0
    notice: str = ""


def status_of(board: Board, now: float, notice: str = "") -> StatusState:
    """What the bar says of a session. now: s, by the clock that the board hears by."""
    last, lost = board.last, board.lost_s(now)
    no_signal_s, streaming = None if lost is None else int(lost), board.streaming(now)
    if last is None:
        return StatusState(streaming, no_signal_s, rate_hz=0.0, notice=notice)
    return StatusState(
        streaming=streaming,
        no_signal_s=no_signal_s,
        recording=last.recording,
        elapsed_s=int(last.elapsed_s + (now - board.heard_at)),
        battery_percent=last.link.battery_percent,
        rate_hz=0.0 if lost is not None else last.link.rate_hz,
        loss_percent=last.link.loss_percent,
        samples=last.samples,
        notice=notice,
    )


@dataclass(frozen=True)
class Item:
    """One thing in the bar. sign: what is painted before it. Items drop from the right, never the first two."""

    text: str
    sign: str = ""
    strong: bool = False
    pale: bool = False


def items(style: Style, state: StatusState) -> list[Item]:
    """What the bar holds when there is room for all of it."""
    words = style.words
    if state.no_signal_s is not None:
        link = Item(words("status.no_signal", time=words.span(state.no_signal_s)), "cross", strong=True)
    else:
        link = Item(words("status.streaming" if state.streaming else "status.waiting"), "bars", strong=True)
    if state.recording:
        kept = Item(words("status.recording", time=clock(state.elapsed_s)), "dot", strong=True)
    else:
        kept = Item(f"{words('status.not_recording')} {clock(state.elapsed_s)}", "ring", strong=True)
    if state.notice:
        return [link, kept, Item(state.notice)]
    rate = words.number(state.rate_hz or 0, 1 if state.rate_hz else 0)
    loss = "–" if state.loss_percent is None or state.no_signal_s is not None else words.number(state.loss_percent, 1)
    found = [link, kept]
    if state.battery_percent is not None:
        found.append(Item(f"{state.battery_percent} %", "battery"))
    found.append(Item(words("status.rate", rate=rate)))
    if state.loss_percent is not None:
        text = words("status.loss", loss=loss)
        found.append(Item(text.removesuffix(" %") if loss == "–" else text))
    found.append(Item(words("status.samples", count=words.number(state.samples)), pale=True))
    return found


SIGN_WIDTH = {"": 0, "bars": 32, "dot": 28, "ring": 28, "battery": 47, "cross": 28}


def item_width(style: Style, item: Item) -> float:
    """The width of an item with its sign, in screen pixels; a fault's chip has air around it."""
    font = style.font(BODY_STRONG if item.strong else BODY)
    return style.px(SIGN_WIDTH[item.sign]) + width_of(item.text, font) + (style.px(28) if item.sign == "cross" else 0)


def fitting(style: Style, wanted: list[Item], room: float) -> list[Item]:
    """The items that fit; the first two stay whatever happens."""
    kept = list(wanted)
    while len(kept) > 2 and sum(item_width(style, item) + style.px(GAP) for item in kept) > room:
        kept.pop()
    return kept


class StatusView(QWidget):
    """Paints a StatusState; buttons lie over its right end, `taken` pixels wide."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.state = StatusState()
        self.taken = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(self, state: StatusState) -> None:
        """Repaints if anything changed."""
        if state != self.state:
            self.state = state
            self.setAccessibleName(self.text())
            self.update()

    def text(self) -> str:
        """All that the bar says, for tests and screen readers."""
        return ", ".join(item.text for item in items(self._style, self.state))

    def paintEvent(self, event: QPaintEvent) -> None:
        style = self._style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(QRectF(0, 0, self.width(), max(1.0, style.px(1))), style.colour("line"))
        x = style.px(24)
        room = self.width() - self.taken
        shown = fitting(style, items(style, self.state), room - x)
        for item in shown:
            x += self._paint_item(painter, item, x) + style.px(GAP)
        if self.state.notice and len(shown) < 3:  # it has no room as a whole
            font = style.font(BODY)
            text = QFontMetricsF(font).elidedText(self.state.notice, Qt.TextElideMode.ElideRight, room - x)
            write(painter, (x, self.height() / 2 + style.px(7)), text, font, style.colour("ink"))

    def _paint_item(self, painter: QPainter, item: Item, x: float) -> float:
        style, middle = self._style, self.height() / 2
        ink = style.colour("ink2" if item.pale else "ink")
        width = item_width(style, item)
        if item.sign == "cross":
            chip = QRectF(x - style.px(12), middle - style.px(20), width, style.px(40))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("ink"))
            painter.drawRoundedRect(chip, style.px(8), style.px(8))
            ink = style.colour("surface")
        painter.setPen(QPen(ink, style.px(3.4)))
        self._paint_sign(painter, item.sign, x, middle)
        font = style.font(BODY_STRONG if item.strong else BODY)
        write(painter, (x + style.px(SIGN_WIDTH[item.sign]), middle + style.px(7)), item.text, font, ink)
        return width - (style.px(12) if item.sign == "cross" else 0)

    def _paint_sign(self, painter: QPainter, sign: str, x: float, y: float) -> None:
        style, ink = self._style, painter.pen().color()
        if sign == "bars":
            for i, height in enumerate((8, 14, 20)):
                bar = QRectF(x + style.px(8 * i), y + style.px(9 - height), style.px(5), style.px(height))
                painter.fillRect(bar, ink if self.state.streaming else style.colour("line"))
        elif sign in ("dot", "ring"):
            radius = style.px(9 if sign == "dot" else 7)
            painter.setBrush(ink if sign == "dot" else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink, style.px(3)) if sign == "ring" else Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(x + style.px(9), y), radius, radius)
        elif sign == "cross":
            paint_cross(painter, x + style.px(12), y, style.px(8))
        elif sign == "battery":
            self._paint_battery(painter, x, y)

    def _paint_battery(self, painter: QPainter, x: float, y: float) -> None:
        style, ink = self._style, painter.pen().color()
        painter.setPen(QPen(ink, style.px(2.4)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(x, y - style.px(9), style.px(35), style.px(18)), style.px(4), style.px(4))
        share = min(100, max(0, self.state.battery_percent or 0)) / 100
        painter.fillRect(QRectF(x + style.px(4), y - style.px(5), style.px(27) * share, style.px(10)), ink)
        painter.fillRect(QRectF(x + style.px(37), y - style.px(4), style.px(3), style.px(8)), ink)


def paint_cross(painter: QPainter, x: float, y: float, reach: float) -> None:
    """A cross with the painter's pen."""
    painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
    painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))
