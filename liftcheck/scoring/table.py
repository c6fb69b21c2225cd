"""Scores as tables for a person at a terminal: the columns that matter, short, with a legend; the rest is in files."""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, Literal, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from liftcheck.scoring.columns import Row

WIDTH = 100  # where the output is no terminal
BESIDE = 72  # what the columns beside a recording's name take
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
# Colours only add to the words: bold and plain tell as much on a monochrome terminal.
STYLES = {"legs": "bold blue", "mixed": "yellow", "back": "bold red", "unclear": "dim", None: "dim"}

UNDECIDED = ("unclear", None)

Cell = str | Text


def console(stream: TextIO | None = None) -> Console:
    """A rich console that is never narrower than a table needs and wraps nothing where a program reads along."""
    stream = stream or sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=WIDTH)


@dataclass
class Notes:
    """Notes about the signal as letters, each explained once below the table: a thousand rows share a few.

    Notes that differ in their numbers alone share a letter; the explanation tells from where to where those go.
    """

    letters: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[list[str]]] = field(default_factory=dict)

    def of(self, quality: str | None) -> str:
        """The letters for a row's notes, parted by blanks."""
        letters = (self._letter(note.strip()) for note in (quality or "").split(";") if note.strip())
        return " ".join(sorted(dict.fromkeys(letters)))

    def legend(self) -> list[str]:
        """One line for each letter."""
        return [f"  {letter}  {self._explained(kind)}" for kind, letter in self.letters.items()]

    def _letter(self, note: str) -> str:
        kind = NUMBER.sub("#", note)
        self.numbers.setdefault(kind, []).append(NUMBER.findall(note))
        place = len(self.letters)
        letter = ascii_lowercase[place % 26] + (str(place // 26) if place >= 26 else "")
        return self.letters.setdefault(kind, letter)

    def _explained(self, kind: str) -> str:
        ranges = iter([_range(values) for values in zip(*self.numbers[kind], strict=True)])
        return re.sub("#", lambda _: next(ranges), kind)


def _range(numbers: tuple[str, ...]) -> str:
    least, most = min(numbers, key=float), max(numbers, key=float)
    return least if least == most else f"{least}..{most}"


@dataclass(frozen=True)
class Shown:
    """A column on the screen: its heading, what stands in it, how it is aligned."""

    heading: str
    cell: Callable[[Row], Cell]
    right: bool = True
    wraps: bool = False


def print_recordings(rows: Sequence[Row], stream: TextIO | None = None) -> None:
    """One line for each recording, and their sum where there are several."""
    out, notes = console(stream), Notes()
    shown = _recording_columns(notes, max(20, out.width - BESIDE))
    table = _table(shown)
    for row in rows:
        table.add_row(*(column.cell(row) for column in shown))
    if len(rows) > 1:
        table.add_section()
        table.add_row(*(column.cell(total(rows)) for column in shown))
    out.print(table)
    _print_legend(
        out,
        [
            "back%: lifts with the back, of those judged. shallow: bends too shallow to judge, counted apart.",
            "/h: lifts an hour of worn time. >60°%: share of that time with the trunk above 60 degrees.",
            *notes.legend(),
        ],
    )


def print_lifts(rows: Sequence[Row], stream: TextIO | None = None) -> None:
    """One line for each lift; the recording is named at its first."""
    notes = Notes()
    shown = _lift_columns(notes)
    table = _table([Shown("recording", str, right=False), *shown])
    before = None
    for row in rows:
        name = "" if row["recording"] == before else shorter(str(row["recording"]), 20)
        before = row["recording"]
        table.add_row(name, *(column.cell(row) for column in shown))
    out = console(stream)
    out.print(table)
    _print_legend(
        out,
        [
            "at: minutes and seconds to the bottom. flexion: the trunk's greatest forward lean, degrees.",
            "drop, hips: how far the sensor and the hips sank, cm. knee: the bend that implies, and its error.",
            "index: 0 full squat, 100 full stoop. sure: the probability that the verdict is right.",
            *notes.legend(),
        ],
    )


def total(rows: Iterable[Row]) -> Row:
    """The sum of recordings, for the last line of their table."""
    rows = list(rows)

    def added(name: str) -> Any:
        return sum(row[name] or 0 for row in rows)

    judged = added("legs") + added("mixed") + added("back")
    worn = added("worn_s")
    return dict.fromkeys(rows[0]) | {
        **{name: added(name) for name in ("duration_s", "lifts", "legs", "mixed", "back", "unclear", "shallow_bends")},
        "recording": f"{len(rows)} recordings",
        "back_percent": 100.0 * added("back") / judged if judged else None,
        "lifts_per_hour": 3600.0 * added("lifts") / worn if worn else None,
        "above_60_percent": 100.0 * added("above_60_s") / worn if worn else None,
    }


def shorter(name: str, width: int) -> str:
    """A long name with its middle left out: what tells recordings apart stands at both ends."""
    if len(name) <= width:
        return name
    tail = (width - 1) // 2
    return name[: width - 1 - tail] + "…" + name[-tail:]


def spell(value: Any, digits: int = 0) -> str:
    """A number as it is read, and nothing where there is none."""
    return "" if value is None else f"{value:.{digits}f}"


def sure(confidence: float | None) -> str:
    """A probability in percent; none is called certain."""
    if confidence is None:
        return ""
    return ">99 %" if confidence >= 0.995 else f"{100 * confidence:.0f} %"


def clock(seconds: float | None) -> str:
    """Seconds as 0:07, 12:05 or 1:02:03."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def _recording_columns(notes: Notes, name_width: int) -> list[Shown]:
    def count(heading: str, name: str) -> Shown:
        return Shown(heading, lambda row: Text(spell(row[name]), style=STYLES.get(heading, "")))

    def value(heading: str, name: str, digits: int = 0) -> Shown:
        return Shown(heading, lambda row: spell(row[name], digits))

    return [
        Shown("recording", lambda row: shorter(str(row["recording"]), name_width), right=False),
        Shown("length", lambda row: clock(row["duration_s"])),
        count("lifts", "lifts"),
        count("legs", "legs"),
        count("mixed", "mixed"),
        count("back", "back"),
        count("unclear", "unclear"),
        value("back%", "back_percent"),
        count("shallow", "shallow_bends"),
        value("/h", "lifts_per_hour"),
        value(">60°%", "above_60_percent", 1),
        Shown("", lambda row: notes.of(row["quality"]), right=False),
    ]


def _lift_columns(notes: Notes) -> list[Shown]:
    return [
        Shown("", lambda row: spell(row["lift"])),
        Shown("verdict", lambda row: _verdict(row), right=False),
        Shown("sure", lambda row: sure(row["confidence"])),
        Shown("at", lambda row: f"{int(row['bottom_s'] // 60)}:{row['bottom_s'] % 60:04.1f}"),
        Shown("flexion", lambda row: spell(row["peak_flexion_deg"])),
        Shown("drop", lambda row: _centimetres(row["drop_m"])),
        Shown("hips", lambda row: _centimetres(row["hip_drop_m"])),
        Shown("knee", lambda row: _with_error(row["knee_deg"], row["knee_error_deg"])),
        Shown("index", lambda row: spell(row["stoop_index"])),
        # what decided a verdict stands in the columns before; why there is none stands nowhere else
        Shown("why", lambda row: (row["reason"] or "") if row["technique"] in UNDECIDED else "", False, True),
        Shown("", lambda row: notes.of(row["quality"]), right=False),
    ]


def _verdict(row: Row) -> Text:
    return Text(row["technique"] or "no lift", style=STYLES[row["technique"]])


def _centimetres(metres: float | None) -> str:
    return "" if metres is None else f"{100 * metres:.0f}"


def _with_error(value: float | None, error: float | None) -> str:
    return spell(value) + (f" ±{error:.0f}" if value is not None and error is not None else "")


def _table(shown: Iterable[Shown]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False, header_style="bold")
    for column in shown:
        justify: Literal["right", "left"] = "right" if column.right else "left"
        table.add_column(
            column.heading, justify=justify, no_wrap=not column.wraps, min_width=15 if column.wraps else None
        )
    return table


def _print_legend(out: Console, lines: Iterable[str]) -> None:
    out.print()
    for line in lines:
        out.print(Text(line, style="dim"), soft_wrap=True)
