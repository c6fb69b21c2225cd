"""The tokens of the design: colours, type and spacing. Colour means verdict and nothing else; the rest is ink."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FONTS = Path(__file__).parent / "fonts"
VERDICTS = ("legs", "mixed", "back", "unclear")


@dataclass(frozen=True)
class Tile:
    """A filled area that stands for a verdict, and what is written on it."""

    fill: str
    text: str


@dataclass(frozen=True)
class Theme:
    """All colours of one theme, as `#RRGGBB`. What each is for stands beside it."""

    name: str
    bg: str  # page, right side of the work view
    surface: str  # panels, figure panel, status bar
    ink: str  # text, measured part, dimension lines
    ink2: str  # second text, axis, unclear ring
    line: str  # hairlines, borders
    mute: str  # tracks, ready band, quiet button
    leg: str  # estimated part: hip, thigh, shank
    fan: str  # uncertainty sweep
    ctx: str  # arm, foot, box outline
    ghost: str  # standing figure behind
    tflex: str  # area under the lean before the verdict
    thip: str  # area under the hip drop before the verdict
    lflex: str  # line of the lean
    lhip: str  # line of the hip drop
    legs: str  # limbs, areas and lines of a leg lift
    legs_sweep: str
    mixed: str
    mixed_outline: str | None  # round yellow limbs and areas; None where yellow stands out by itself
    mixed_marker: str | None  # round yellow marks
    mixed_sweep: str
    back: str
    unclear: Tile

    def verdict(self, verdict: str) -> str:
        """The colour of limbs, areas and lines for legs, mixed or back; `ink2` for unclear."""
        return {"legs": self.legs, "mixed": self.mixed, "back": self.back}.get(verdict, self.ink2)

    def tile(self, verdict: str) -> Tile:
        """Fill and text of bands, tiles and share bars; the same in both themes but for unclear."""
        return TILES.get(verdict, self.unclear)


# White on blue 5.2:1, black on yellow 15.9, black on vermilion 5.4. White on vermilion would not be readable.
TILES: Mapping[str, Tile] = MappingProxyType(
    {
        "legs": Tile("#0072B2", "#FFFFFF"),
        "mixed": Tile("#F0E442", "#000000"),
        "back": Tile("#D55E00", "#000000"),
    }
)

LIGHT = Theme(
    name="light",
    bg="#F3F5F7",
    surface="#FFFFFF",
    ink="#12171C",
    ink2="#4B5560",
    line="#D3D9DF",
    mute="#E4E8EC",
    leg="#7B8793",
    fan="#CBD3DA",
    ctx="#AEB7C0",
    ghost="#EAEDF0",
    tflex="#C9D0D7",
    thip="#DEE3E8",
    lflex="#12171C",
    lhip="#5E6A75",
    legs="#0072B2",
    legs_sweep="#B9D6E8",
    mixed="#F0E442",
    mixed_outline="#6B6400",
    mixed_marker="#8A8100",
    mixed_sweep="#FAF6C4",
    back="#D55E00",
    unclear=Tile("#DCE1E6", "#12171C"),
)

DARK = Theme(
    name="dark",
    bg="#0D1115",
    surface="#161C22",
    ink="#F4F6F8",
    ink2="#AAB4BE",
    line="#2D3640",
    mute="#222A32",
    leg="#87939F",
    fan="#38424C",
    ctx="#5B6772",
    ghost="#212A33",
    tflex="#3A444E",
    thip="#28313A",
    lflex="#F4F6F8",
    lhip="#93A0AC",
    legs="#3D9FDB",
    legs_sweep="#1D435C",
    mixed="#F0E442",
    mixed_outline=None,
    mixed_marker=None,
    mixed_sweep="#4A4717",
    back="#E56A0C",
    unclear=Tile("#39434D", "#F4F6F8"),
)

THEMES: Mapping[str, Theme] = MappingProxyType({"light": LIGHT, "dark": DARK})


@dataclass(frozen=True)
class Type:
    """A text style: family, weight, and size in px on a screen 800 px high (all sizes grow with the height)."""

    family: str
    weight: int
    px: float
    tabular: bool = True  # digits of one width, so that running numbers do not jitter


BARLOW, CONDENSED = "Barlow", "Barlow Condensed"
CAPITAL_HEIGHT = 0.70  # of the size, both families

VERDICT = Type(CONDENSED, 700, 190, tabular=False)  # capitals = 1/6 of the height: readable at 4 m
SESSION_NUMBER = Type(CONDENSED, 700, 196, tabular=False)
CALIBRATION_NUMBER = Type(CONDENSED, 700, 160, tabular=False)
CALIBRATION_WORD = Type(CONDENSED, 700, 88, tabular=False)
SHARE = Type(CONDENSED, 700, 80, tabular=False)
NEXT_STEP = Type(CONDENSED, 700, 66, tabular=False)
TITLE = Type(BARLOW, 700, 48)
FIGURE_NUMBER = Type(CONDENSED, 600, 40)
ADVICE = Type(BARLOW, 600, 42)
REASON = Type(BARLOW, 500, 28)
LIST_NAME = Type(BARLOW, 600, 32)
PRIMARY = Type(BARLOW, 600, 32)
BUTTON = Type(BARLOW, 600, 26)
BODY_STRONG = Type(BARLOW, 600, 20)
BODY = Type(BARLOW, 500, 20)
AXIS = Type(BARLOW, 500, 18)  # the smallest on any screen

RADIUS_BAR, RADIUS_CHIP, RADIUS_PANEL = 4, 8, 12
BORDER, BORDER_CHOSEN = 2, 4
TOUCH = 56  # px at 800, the smallest target, with 8 between
DESIGN_HEIGHT = 800


def luminance(colour: str) -> float:
    """How light a `#RRGGBB` colour is, 0 black to 1 white (WCAG 2.2, relative luminance)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2; 4.5 is asked of text, 3 of large text and shapes)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
