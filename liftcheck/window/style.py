"""What every painted widget shares: the theme, the language and the scale; fonts and text that fits."""

from dataclasses import dataclass, field
from functools import cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter

from liftcheck.look.texts import Texts, texts
from liftcheck.look.theme import FONTS, LIGHT, THEMES, Theme, Type

LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0


@dataclass
class Style:
    """Changing a field and repainting changes the look; nothing is built anew. scale: pixels per design pixel."""

    theme: Theme = LIGHT
    words: Texts = field(default_factory=lambda: texts("en"))
    scale: float = 1.0

    def px(self, design_px: float) -> float:
        """A length of the design (given for a screen 800 px high) on this screen."""
        return design_px * self.scale

    def font(self, kind: Type, px: float | None = None) -> QFont:
        """A font of the design on this screen; px overrides the style's own size."""
        return make_font(kind, round(self.px(px or kind.px)))

    def colour(self, name: str) -> QColor:
        """A colour of the theme by the name of its token."""
        return QColor(getattr(self.theme, name))

    def fitted(self, text: str, kind: Type, width: float, smallest: float) -> QFont:
        """The style's font, made smaller until the text fits the width, but never under `smallest` design pixels."""
        px = kind.px
        font = self.font(kind, px)
        while px > smallest and QFontMetricsF(font).horizontalAdvance(text) > width:
            px = max(smallest, px - 1)
            font = self.font(kind, px)
        return font

    def swap_theme(self) -> None:
        """Light to dark and back."""
        self.theme = THEMES["light" if self.theme.name == "dark" else "dark"]


@cache
def load_fonts() -> tuple[str, ...]:
    """Makes Barlow known to Qt, once; the families found. Needs a QGuiApplication."""
    families: list[str] = []
    for path in sorted(FONTS.glob("*.ttf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return tuple(families)


@cache
def make_font(kind: Type, px: int) -> QFont:
    """A font of the design at a size in screen pixels."""
    font = QFont(kind.family)
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.Weight(kind.weight))
    if kind.tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def width_of(text: str, font: QFont) -> float:
    """How wide a text is, in screen pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def write(
    painter: QPainter, at: tuple[float, float], text: str, font: QFont, colour: QColor, side: float = LEFT
) -> float:
    """Writes a text on its baseline; `at` is its left end, middle or right end. Returns its width."""
    width = width_of(text, font)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(at[0] - side * width, at[1]), text)
    return width


def wrapped(text: str, font: QFont, width: float) -> list[str]:
    """The text in lines that fit the width, broken at spaces; a word that is too long stays whole."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
