"""The choice of a sensor: what is in range, how well it is heard, which profile fits it."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from liftcheck.look.pose import GAP, limbs, pose, sensor
from liftcheck.look.theme import BODY, LIST_NAME, PRIMARY, Type
from liftcheck.window.buttons import Button, paint_focus
from liftcheck.window.shapes import paint_limb, paint_sensor, stand
from liftcheck.window.sighting import Sighting
from liftcheck.window.steps import paint_steps, paint_title
from liftcheck.window.style import RIGHT, Style, wrapped, write

STRENGTH = Type(LIST_NAME.family, 600, 24)
FITS = Type(BODY.family, 500, 22)
PLACE = Type(LIST_NAME.family, 600, 28)
STRONG_DBM, GOOD_DBM = -60, -75
MOST_ROWS = 4
VIRTUAL = Sighting("", "virtual", 0, "virtual")


class SensorRow(QAbstractButton):
    """One sensor to choose."""

    def __init__(self, style: Style, sighting: Sighting, chosen: Callable[[Sighting], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._style, self.sighting = style, sighting
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: chosen(self.sighting))
        self.setAccessibleName(self.name())

    @property
    def virtual(self) -> bool:
        """Whether this is the sensor made of software."""
        return self.sighting is VIRTUAL

    def name(self) -> str:
        """What stands in large letters."""
        return self._style.words("sensor.virtual") if self.virtual else self.sighting.name

    def strength(self) -> tuple[str, int]:
        """How well it is heard: the key of the word, and how many of four bars."""
        dbm = self.sighting.rssi_dbm
        return ("strong", 4) if dbm >= STRONG_DBM else ("good", 3) if dbm >= GOOD_DBM else ("weak", 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        style, words = self._style, self._style.words
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = style.px(4 if self.isChecked() else 2)
        body = QRectF(self.rect()).adjusted(border / 2, border / 2, -border / 2, -border / 2)
        painter.setPen(QPen(style.colour("ink" if self.isChecked() else "line"), border))
        painter.setBrush(style.colour("mute" if self.isDown() else "bg" if self.virtual else "surface"))
        painter.drawRoundedRect(body, style.px(10), style.px(10))
        middle, x = self.height() / 2, style.px(108)
        room = self.width() - x - style.px(210)
        font = style.fitted(self.name(), LIST_NAME if not self.virtual else PLACE, room, 22)
        write(painter, (x, middle - style.px(5)), self.name(), font, style.colour("ink"))
        if self.virtual:
            text = words("sensor.virtual_text")
            self._paint_play(painter, style.px(50), middle)
        else:
            rate = words.number(self.sighting.rate_hz) if self.sighting.rate_hz else "?"
            text = words("sensor.fits", profile=self.sighting.profile_name, rate=rate)
            self._paint_strength(painter, middle)
        small = style.fitted(text, FITS, self.width() - x - style.px(100 if self.virtual else 200), 18)
        write(painter, (x, middle + style.px(29)), text, small, style.colour("ink2"))
        self._paint_choice(painter, middle)
        if self.hasFocus():
            paint_focus(painter, style, QRectF(self.rect()), style.px(10))

    def _paint_strength(self, painter: QPainter, middle: float) -> None:
        style, (key, bars) = self._style, self.strength()
        for i in range(4):
            height = style.px(12 + 8 * i)
            bar = QRectF(style.px(32 + 10.7 * i), middle + style.px(18) - height, style.px(7), height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("ink" if i < bars else "line"))
            painter.drawRoundedRect(bar, style.px(1.5), style.px(1.5))
        right = self.width() - style.px(104)
        write(
            painter,
            (right, middle - style.px(4)),
            style.words(f"sensor.{key}"),
            style.font(STRENGTH),
            style.colour("ink"),
            RIGHT,
        )
        dbm = f"{style.words.number(self.sighting.rssi_dbm)} dBm"
        write(painter, (right, middle + style.px(26)), dbm, style.font(BODY), style.colour("ink2"), RIGHT)

    def _paint_play(self, painter: QPainter, x: float, y: float) -> None:
        style, radius = self._style, self._style.px(20)
        pen = QPen(style.colour("ink2"), style.px(3))
        pen.setDashPattern([2.1, 2.1])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), radius, radius)
        path = QPainterPath(QPointF(x - style.px(6), y - style.px(9)))
        path.lineTo(x + style.px(10), y)
        path.lineTo(x - style.px(6), y + style.px(9))
        painter.fillPath(path, style.colour("ink2"))

    def _paint_choice(self, painter: QPainter, y: float) -> None:
        style = self._style
        x = self.width() - style.px(44)
        if not self.isChecked():
            painter.setPen(QPen(style.colour("line"), style.px(3)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), style.px(16.5), style.px(16.5))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        painter.drawEllipse(QPointF(x, y), style.px(18), style.px(18))
        painter.setPen(QPen(style.colour("surface"), style.px(4), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        corners = [QPointF(x + style.px(dx), y + style.px(dy)) for dx, dy in ((-7, 1), (-2, 6), (8, -5))]
        painter.drawPolyline(corners)


class SensorPage(QWidget):
    """The list at the left, where to wear the sensor at the right, and one button."""

    def __init__(self, style: Style, connect: Callable[[Sighting | None], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._connect = style, connect
        self.site = "mid-back"
        self.notice = ""  # why the last attempt failed, or why nothing can be found
        self.searching = False
        self.others = 0
        self.chosen: Sighting | None = None
        self._touched = False  # whether a person chose
        self.rows: list[SensorRow] = []
        self.button = Button(style, "primary", self.connect_chosen, self, "sensor.connect")
        self.button.text_type = PRIMARY
        self.show_found((), searching=False)

    def show_found(self, found: tuple[Sighting, ...], *, searching: bool, notice: str = "") -> None:
        """Takes what the scanner has seen; a choice that was made stays."""
        fitting = tuple(s for s in found if s.profile)[:MOST_ROWS]
        self.searching, self.notice, self.others = searching, notice, len([s for s in found if not s.profile])
        if [row.sighting.address for row in self.rows[:-1]] != [s.address for s in fitting] or not self.rows:
            self._build((*fitting, VIRTUAL))
        for row, sighting in zip(self.rows, fitting, strict=False):
            row.sighting = sighting
            row.update()
        if self.chosen is None or (not self._touched and fitting):
            self.choose((fitting or (VIRTUAL,))[0], touched=False)
        self.update()

    def choose(self, sighting: Sighting, *, touched: bool = True) -> None:
        """Marks one row."""
        self.chosen = sighting
        self._touched = self._touched or touched
        for row in self.rows:
            row.setChecked(row.sighting.address == sighting.address)

    def step(self, by: int) -> None:
        """The row above or below."""
        places = [i for i, row in enumerate(self.rows) if row.isChecked()]
        place = (places[0] if places else 0) + by
        self.choose(self.rows[min(max(place, 0), len(self.rows) - 1)].sighting)

    def connect_chosen(self) -> None:
        """The button was pressed."""
        if self.chosen is not None and self.button.isEnabled():
            self._connect(None if self.chosen is VIRTUAL else self.chosen)

    def connecting(self, busy: bool) -> None:
        """While a session is being started."""
        self.button.setEnabled(not busy)
        self.button.say(self._style.words("sensor.connecting" if busy else "sensor.connect"))

    def dress(self) -> None:
        """Another theme, language or size."""
        self.button.speak()
        self.resizeEvent(None)
        for row in self.rows:
            row.setAccessibleName(row.name())
            row.update()
        self.update()

    def _build(self, sightings: tuple[Sighting, ...]) -> None:
        for row in self.rows:
            row.deleteLater()
        self.rows = [SensorRow(self._style, sighting, self.choose, self) for sighting in sightings]
        for row in self.rows:
            row.setChecked(self.chosen is not None and row.sighting.address == self.chosen.address)
            row.show()
        self.resizeEvent(None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        style, width = self._style, self.width()
        left, list_width, y = style.px(48), round(0.6188 * width), style.px(144)
        for row in self.rows:
            y += style.px(16) if row.virtual and len(self.rows) > 1 else 0
            height = style.px(92 if row.virtual else 104)
            row.setGeometry(QRect(round(left), round(y), list_width, round(height)))
            y += height + style.px(12)
        panel = self._panel()
        # Over the panel's edges by the room that the button keeps for its focus ring.
        extra = style.px(4)
        height = style.px(88) + 2 * extra
        below = panel.bottom() + style.px(24) - extra
        self.button.setGeometry(QRectF(panel.left() - extra, below, panel.width() + 2 * extra, height).toRect())

    def _panel(self) -> QRectF:
        style = self._style
        width = 0.26875 * self.width()
        return QRectF(self.width() - style.px(48) - width, style.px(144), width, style.px(468))

    def _list_foot(self) -> float:
        return float(self.rows[-1].geometry().bottom())

    def paintEvent(self, event: QPaintEvent) -> None:
        style, words = self._style, self._style.words
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), style.colour("bg"))
        paint_title(painter, style, words("sensor.title"), self.width())
        paint_steps(painter, style, self.width(), 0)
        self._paint_place(painter)
        ink2, x = style.colour("ink2"), style.px(48)
        if self.others:
            text = words("sensor.other", count=self.others)
            write(painter, (x, self._list_foot() + style.px(44)), text, style.font(BODY), ink2)
        found = len(self.rows) - 1
        text = self.notice or (words("sensor.searching" if self.searching else "sensor.searched", count=found))
        if self.searching and not found and not self.notice:
            text = words("sensor.nothing")
        y = self.height() - style.px(40)
        if self.searching and not self.notice:
            self._paint_searching(painter, x + style.px(16), y)
            x += style.px(40)
        elif self.notice:
            x += self._paint_sign(painter, x, y)
        for i, line in enumerate(wrapped(text, style.font(BODY), 0.6 * self.width())[:2]):
            write(painter, (x, y + style.px(7 + 26 * i)), line, style.font(BODY), ink2)

    def _paint_searching(self, painter: QPainter, x: float, y: float) -> None:
        pen = QPen(self._style.colour("ink2"), self._style.px(3.5))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        radius = self._style.px(12)
        painter.drawArc(QRectF(x - radius, y - radius, 2 * radius, 2 * radius), 80 * 16, -290 * 16)

    def _paint_sign(self, painter: QPainter, x: float, y: float) -> float:
        """An inverted sign with an exclamation mark: something has to be mended."""
        style = self._style
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("ink"))
        painter.drawRoundedRect(QRectF(x, y - style.px(15), style.px(30), style.px(30)), style.px(8), style.px(8))
        write(painter, (x + style.px(12), y + style.px(8)), "!", style.font(STRENGTH), style.colour("bg"))
        return style.px(42)

    def _paint_place(self, painter: QPainter) -> None:
        style, panel = self._style, self._panel()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("surface"))
        painter.drawRoundedRect(panel, style.px(12), style.px(12))
        painter.save()
        painter.setClipRect(QRectF(panel.left(), panel.top(), panel.width(), style.px(364)))
        height = style.px(650)
        stand(painter, panel.center().x() - style.px(5), panel.top() + style.px(36) + 0.985 * height, height)
        person = pose(0, 0, box=False)
        for limb in limbs(person, arms=False):
            paint_limb(painter, limb, style.colour("line"), GAP)
        colours = {"sensor": style.theme.surface, "sensor_line": style.theme.ink}
        paint_sensor(painter, sensor(person, self.site), colours)
        painter.restore()
        x, room = panel.left() + style.px(24), panel.width() - style.px(48)
        place = style.words(f"site.{self.site}")
        write(
            painter, (x, panel.top() + style.px(410)), place, style.fitted(place, PLACE, room, 20), style.colour("ink")
        )
        strap = style.words("sensor.strap")
        write(
            painter, (x, panel.top() + style.px(443)), strap, style.fitted(strap, FITS, room, 18), style.colour("ink2")
        )
