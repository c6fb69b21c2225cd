"""The list of all lifts: what the program found, what the coach says, where the two differ."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from liftcheck.look.reasons import reason_key
from liftcheck.look.theme import AXIS, BODY, BODY_STRONG
from liftcheck.review.labelling import NO_LIFT, Row
from liftcheck.window.shapes import paint_mark
from liftcheck.window.style import CENTRE, LEFT, RIGHT, Style, write

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 37
NUMBER_PX, MARK_PX, TRUNK_PX, HIPS_PX, DIFFERS_PX, COACH_PX = 44, 70, 152, 215, 256, 284  # from the list's left edge
KEYS_PX = 240  # where the four keys of the chosen row begin
HEAD_PX = 40


class Rows(QAbstractListModel):
    """The rows of a review, for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()

    def put(self, rows: Sequence[Row]) -> None:
        """Other rows; nothing is built anew if only their words changed."""
        if rows is self.rows:
            return
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.rows[index.row()]
            return " ".join(filter(None, (str(row.lift.lift) if row.lift else "+", row.machine, row.coach)))
        return None


class RowPainter(QStyledItemDelegate):
    """Paints one row; the chosen one is inverted."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.chosen = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, round(self._style.px(ROW_PX)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, Rows)
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(area.topLeft())
        self._paint_row(painter, model.rows[index.row()], area.width(), area.height(), index.row() == self.chosen)
        painter.restore()

    def _paint_row(self, painter: QPainter, row: Row, width: float, height: float, chosen: bool) -> None:
        style, px, words = self._style, self._style.px, self._style.words
        ink, ink2 = (style.colour("surface"),) * 2 if chosen else (style.colour("ink"), style.colour("ink2"))
        middle, base = height / 2, height / 2 + px(7)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("ink"))
            painter.drawRoundedRect(QRectF(px(4), px(1), width - px(8), height - px(2)), px(8), px(8))
        number = str(row.lift.lift) if row.lift is not None else "+"
        write(painter, (px(NUMBER_PX), base), number, style.font(BODY_STRONG), ink, RIGHT)
        if row.lift is not None:
            _mark(painter, style, (px(MARK_PX), middle), row.machine, chosen)
        if row.lift is None or row.machine == "unclear":
            text = words("replay.own") if row.lift is None else _reason(style, row)
            room = px((DIFFERS_PX if row.coach or not chosen else KEYS_PX) - MARK_PX - 34)
            font = style.fitted(text, AXIS, room, 16)
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            write(painter, (px(MARK_PX + 20), base), text, font, ink2, LEFT)
        else:
            body = style.font(BODY)
            write(painter, (px(TRUNK_PX), base), f"{words.number(row.lift.flexion_at_bottom_deg)}°", body, ink, RIGHT)
            hips = "–" if row.lift.hip_drop_m is None else words.number(max(0.0, 100 * row.lift.hip_drop_m))
            write(painter, (px(HIPS_PX), base), hips, body, ink, RIGHT)
        if row.differs:
            write(painter, (px(DIFFERS_PX), base), "≠", style.font(BODY_STRONG), ink, CENTRE)
        self._paint_word(painter, row, middle, base, chosen)

    def _paint_word(self, painter: QPainter, row: Row, middle: float, base: float, chosen: bool) -> None:
        style, px = self._style, self._style.px
        place = (px(COACH_PX), middle)
        if row.joined:  # part of the lift above
            painter.setPen(QPen(style.colour("surface" if chosen else "ink2"), px(2.5)))
            x, y = place
            painter.drawPolyline([QPointF(x, y - px(14)), QPointF(x, y), QPointF(x - px(10), y)])
        elif row.coach:
            paint_word_mark(painter, style, place, row.coach, inverted=chosen)
        elif chosen:
            write(
                painter,
                (px(COACH_PX + 14), base),
                "1 2 3 4",
                style.font(BODY_STRONG, 18),
                style.colour("surface"),
                RIGHT,
            )
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("line"))
            painter.drawEllipse(QPointF(*place), px(4), px(4))


def _mark(painter: QPainter, style: Style, place: tuple[float, float], verdict: str, inverted: bool) -> None:
    theme = style.theme
    if inverted and verdict == "unclear":
        pen = QPen(style.colour("surface"), style.px(2))
        pen.setDashPattern([2.2, 1.6])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(*place), style.px(9), style.px(9))
        return
    paint_mark(painter, place, style.px(21), verdict, theme)


def paint_word_mark(
    painter: QPainter, style: Style, place: tuple[float, float], word: str, *, inverted: bool = False
) -> None:
    """A coach's word as a mark: the verdict's shape, a cross for no lift, a dot with a ring for a bend."""
    ink = style.colour("surface" if inverted else "ink")
    x, y = place
    if word == NO_LIFT:
        painter.setPen(QPen(ink, style.px(3), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        reach = style.px(7)
        painter.drawLine(QPointF(x - reach, y - reach), QPointF(x + reach, y + reach))
        painter.drawLine(QPointF(x - reach, y + reach), QPointF(x + reach, y - reach))
    elif word == "bend":
        painter.setPen(QPen(ink, style.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), style.px(8), style.px(8))
    else:
        _mark(painter, style, place, word, inverted)


def _reason(style: Style, row: Row) -> str:
    assert row.lift is not None
    if row.lift.gap_s > 0:
        return style.words("replay.missing", time=style.words.number(row.lift.gap_s, 1))
    return style.words(reason_key(row.lift.reason))


class LiftList(QWidget):
    """Column heads and the list; a press chooses a row."""

    def __init__(self, style: Style, choose: Callable[[int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.model = Rows()
        self.view = QListView(self)
        self.view.setModel(self.model)
        self._painter = RowPainter(style, self.view)
        self.view.setItemDelegate(self._painter)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setUniformItemSizes(True)
        self.view.pressed.connect(lambda index: choose(index.row()))
        self.view.hide()
        self.dress()

    def show_rows(self, rows: Sequence[Row], chosen: int) -> None:
        """Other rows, another choice; the chosen one is brought into sight."""
        if rows is self.model.rows and chosen == self._painter.chosen:
            return
        self.model.put(rows)
        self.view.setVisible(bool(rows))
        if chosen != self._painter.chosen:
            self._painter.chosen = chosen
            if 0 <= chosen < len(rows):
                self.view.scrollTo(self.model.index(chosen), QAbstractItemView.ScrollHint.EnsureVisible)
        self.view.viewport().update()
        self.update()

    def dress(self) -> None:
        """Another theme or size."""
        surface, line = self._style.theme.surface, self._style.theme.ctx
        # The one thing that Qt draws itself here: a slim scroll bar without arrows.
        self.view.setStyleSheet(
            f"QListView{{background:{surface}}} QScrollBar:vertical{{background:{surface};width:8px;margin:0}}"
            f"QScrollBar::handle:vertical{{background:{line};border-radius:4px;min-height:32px}}"
            "QScrollBar::add-line,QScrollBar::sub-line,QScrollBar::add-page,QScrollBar::sub-page{height:0;background:none}"
        )
        self.update()

    def resizeEvent(self, event: object) -> None:
        head, row = round(self._style.px(HEAD_PX)), round(self._style.px(ROW_PX))
        self.view.setGeometry(0, head, self.width(), max(row, (self.height() - head) // row * row))  # whole rows

    def paintEvent(self, event: object) -> None:
        style, px, words = self._style, self._style.px, self._style.words
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("surface"))
        font, ink2, y = style.font(AXIS), style.colour("ink2"), px(28)
        write(painter, (px(18), y), words("replay.column_lift"), font, ink2)
        write(painter, (px(TRUNK_PX), y), words("replay.column_trunk"), font, ink2, RIGHT)
        write(painter, (px(HIPS_PX), y), words("replay.column_hips"), font, ink2, RIGHT)
        write(painter, (px(COACH_PX + 16), y), words("replay.column_coach"), font, ink2, RIGHT)
        if not self.model.rows:
            text = words("replay.no_lifts")
            font = style.fitted(text, BODY, self.width() - px(32), 14)
            write(painter, (self.width() / 2, px(HEAD_PX + 60)), text, font, ink2, CENTRE)
