"""Who judged which lift how: tables of labels, of stretches without a lift, of wearers, and a coach's own labels."""

import csv
import io
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from liftcheck.errors import RecordingError
from liftcheck.recording.fresh import fresh_file, unwritable
from liftcheck.recording.recording import name_of
from liftcheck.trunk.mounting import SITE_ALIASES, SITES

LABELS = ("legs", "mixed", "back", "bend", "no lift")
COUPLINGS = ("good", "fair", "poor")
COLUMNS = ("recording", "wearer", "site", "start_s", "bottom_s", "end_s", "label", "coach", "note")
_NEEDED = ("start_s", "end_s", "label")
LARGEST_TABLE = 64 * 2**20  # bytes


@dataclass(frozen=True)
class Label:
    """Somebody's judgement of one lift. Times in s since the recording began.

    label: one of `LABELS`; `bend` says that there is one, not how it was done. bottom_s: its lowest instant, if known.
    coach: who says so, as they called themselves; "" if nobody did.
    """

    recording: str
    label: str
    start_s: float
    end_s: float
    bottom_s: float | None = None
    wearer: str | None = None
    site: str | None = None
    coach: str = ""
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """What a table of wearers says of a recording or a wearer; None where it says nothing."""

    wearer: str | None = None
    site: str | None = None
    height_m: float | None = None
    load_kg: float | None = None
    reach_m: float | None = None
    lift_from_m: float | None = None
    lift_to_m: float | None = None
    coupling: str | None = None


def read_labels(path: str | Path) -> tuple[Label, ...]:
    """A table `recording,start_s,end_s,label`, with `bottom_s,wearer,site,coach,note` where known.

    Other columns are ignored. RecordingError: one sentence naming the file and the line.
    """
    return tuple(_label(row, row.text("recording")) for row in _rows(Path(path), ("recording", *_NEEDED)))


def read_wearers(path: str | Path) -> dict[str, Facts]:
    """A table of heights, sites and loads, by the name of the recording or of the wearer (its key column).

    Where a row has both columns, `recording` is the key. RecordingError as for labels.
    """
    facts = {}
    for row in _rows(Path(path), ()):
        key = row.optional("recording") or row.optional("wearer")
        if key is None:
            raise row.error("names neither a recording nor a wearer")
        facts[key] = Facts(
            wearer=row.optional("wearer"),
            site=row.site(),
            height_m=row.optional_number("height_m", 0.5, 2.7),
            load_kg=row.optional_number("load_kg", 0, 1000),
            reach_m=row.optional_number("reach_m", 0, 3),
            lift_from_m=row.optional_number("lift_from_m", 0, 4),
            lift_to_m=row.optional_number("lift_to_m", 0, 4),
            coupling=row.one_of("coupling", COUPLINGS) if row.optional("coupling") else None,
        )
    return facts


def coach_path(recording: str | Path) -> Path:
    """Where a coach's labels of a recording are kept: `NAME.labels.csv` beside it."""
    recording = Path(recording)
    return recording.with_name(f"{name_of(recording)}.labels.csv")


def read_coach(recording: str | Path) -> tuple[Label, ...]:
    """The coach's labels kept beside a recording; none if there is no such file."""
    path = coach_path(recording)
    if not path.exists():
        return ()
    name = name_of(recording)
    return tuple(_label(row, row.optional("recording") or name) for row in _rows(path, _NEEDED))


def write_coach(recording: str | Path, labels: Iterable[Label]) -> Path:
    """Keeps a coach's labels beside a recording, in place of those kept before, in one step.

    The table is one that `read_labels` and `evaluate --labels` read too. A table by that name which no coach wrote
    (the truth of a simulated recording, say) is kept as `NAME.labels.csv.old`.
    """
    path = coach_path(recording)
    _keep_old(path)
    with fresh_file(path, force=True) as part, open(part, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for label in sorted(labels, key=lambda label: label.start_s):
            table.writerow(["" if (value := getattr(label, key)) is None else value for key in COLUMNS])
    return path


def _label(row: "_Row", recording: str) -> Label:
    return Label(
        recording=recording,
        label=row.one_of("label", LABELS),
        start_s=row.number("start_s"),
        end_s=row.number("end_s", least=row.number("start_s")),
        bottom_s=row.optional_number("bottom_s"),
        wearer=row.optional("wearer"),
        site=row.site(),
        coach=row.optional("coach") or "",
        note=row.optional("note") or "",
    )


def _keep_old(path: Path) -> None:
    old = path.with_name(path.name + ".old")
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            coachs = "coach" in file.readline(10_000).strip().split(",")
        if not coachs and not old.exists():
            shutil.copy2(path, old)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise RecordingError(unwritable(old, error)) from error


@dataclass(frozen=True)
class _Row:
    path: Path
    line: int
    cells: Mapping[str, str]

    def error(self, what: str) -> RecordingError:
        return RecordingError(f"{self.path}, line {self.line}: {what}")

    def optional(self, column: str) -> str | None:
        return self.cells.get(column) or None

    def text(self, column: str) -> str:
        value = self.optional(column)
        if value is None:
            raise self.error(f"{column} is empty")
        return value

    def number(self, column: str, least: float = 0.0, most: float = 1e9) -> float:
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise self.error(f"{column} is {text[:40]!r}, not a number from {least:g} to {most:g}")
        return value

    def optional_number(self, column: str, least: float = 0.0, most: float = 1e9) -> float | None:
        return self.number(column, least, most) if self.optional(column) else None

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        value = self.text(column).lower()
        if value not in allowed:
            raise self.error(f"{column} is {value[:40]!r}, not one of {', '.join(allowed)}")
        return value

    def site(self) -> str | None:
        value = (self.optional("site") or "").lower()
        if not value:
            return None
        value = SITE_ALIASES.get(value, value)
        if value not in SITES:
            raise self.error(f"site is {value[:40]!r}, not one of {', '.join(SITES)}")
        return value


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[_Row]:
    """The rows of a small CSV with a header, each with its line. RecordingError if the header lacks a column."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            if len(text := file.read(LARGEST_TABLE + 1)) > LARGEST_TABLE:
                raise RecordingError(f"{path} is too large for a table")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is not UTF-8 text; save it as CSV UTF-8") from error
    table = csv.reader(io.StringIO(text, newline=""), strict=False)
    try:
        header = [name.strip().lower() for name in next(table, [])]
        for column in needed:
            if column not in header:
                raise RecordingError(f"{path} has no column {column} in its first line")
        for cells in table:
            if any(cell.strip() for cell in cells):
                stripped = [cell.strip() for cell in cells]
                yield _Row(path, table.line_num, dict(zip(header, stripped, strict=False)))
    except csv.Error as error:
        raise RecordingError(f"{path}, line {table.line_num}: {error}") from error
