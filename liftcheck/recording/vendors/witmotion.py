"""WitMotion: text files of its PC software, phone apps and SDKs, which all name their columns differently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.foreign import recording_of
from liftcheck.recording.recording import Recording, in_words
from liftcheck.recording.table import cells_of, delimiter_of
from liftcheck.recording.text import Head, lines_of, parts_of
from liftcheck.samples import GRAVITY_MPS2, Array

# What stands before the unit in a column's name, lower case without spaces -> what it is.
_NAMES = {
    **dict.fromkeys(("acc{}", "ax{}", "a{}", "acceleration{}", "加速度{}"), "acc_{}"),
    **dict.fromkeys(("as{}", "w{}", "gyro{}", "gyroscope{}", "angularvelocity{}", "角速度{}"), "gyr_{}"),
}
_COLUMNS = {name.format(axis): kind.format(axis) for name, kind in _NAMES.items() for axis in "xyz"}
_COLUMNS |= {"time": "time", "timestamp": "time", "时间": "time", "chiptime": "chip", "片上时间": "chip"}
_COLUMNS |= {"devicename": "device", "device": "device", "设备名称": "device"}
_ACC, _GYR = ["acc_x", "acc_y", "acc_z"], ["gyr_x", "gyr_y", "gyr_z"]
_MOMENT = re.compile(
    r"(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+)?"
    r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:([.:,])(\d{1,9}))?\s*(?:Z|[+-]\d\d:?\d\d)?"
)
_EPOCH = date(2000, 1, 1).toordinal()
DAY_S = 86_400.0
FARTHEST = 1e20  # a larger number is no time, in whatever unit
MOST_DEVICES = 1000


def is_header(line: str) -> bool:
    """A line that names three accelerations with their unit, and a time."""
    places = _places(cells_of(line, delimiter_of(line)))
    return set(_ACC) <= set(places) and ("time" in places or "chip" in places)


def read(path: Path, head: Head, header_line: int) -> Recording:
    """A WitMotion export. Of several devices in one file the one with the most rows is read, and that is told."""
    delimiter = delimiter_of(head.lines[header_line - 1])
    names = cells_of(head.lines[header_line - 1], delimiter)
    places = _places(names)
    has_gyr = set(_GYR) <= set(places)
    notes: list[str] = []
    rows = _rows(path, head, header_line, delimiter, places, has_gyr, notes)
    t = _times(rows.clocks, notes)
    if t is None:
        raise RecordingError(f"{path} tells no time that liftcheck understands")
    scale = 1.0 if "m/s" in names[places["acc_x"]].lower() else GRAVITY_MPS2
    known = np.isfinite(t)
    rates = np.deg2rad(rows.values[known, 3:]) if has_gyr else None
    return recording_of(path, "witmotion", t[known], rows.values[known, :3] * scale, rates, notes)


@dataclass(frozen=True, eq=False)
class _Rows:
    """One device's rows: its numbers, and what each clock column said."""

    values: Array
    clocks: list[list[str]]


def _rows(
    path: Path, head: Head, header_line: int, delimiter: str, places: dict[str, int], has_gyr: bool, notes: list[str]
) -> _Rows:
    wanted = [places[name] for name in (*_ACC, *(_GYR if has_gyr else ()))]
    clocks = [places[name] for name in ("chip", "time") if name in places]
    device_at = places.get("device")
    found: dict[str, tuple[list[list[float]], list[list[str]]]] = {}
    bad = first_bad = 0
    for number, cells in _lines(path, head, header_line, delimiter, notes):
        row = _numbers(cells, wanted, delimiter)
        if row is None or max(clocks) >= len(cells):
            if not _is_header_again(cells, places):
                bad, first_bad = bad + 1, first_bad or number
            continue
        device = cells[device_at].strip() if device_at is not None and device_at < len(cells) else ""
        if device not in found and len(found) >= MOST_DEVICES:
            continue
        values, told = found.setdefault(device, ([], []))
        values.append(row)
        told.append([cells[i].strip(' "') for i in clocks])
    if bad:
        notes.append(f"rows unreadable: {bad} left out, first at line {first_bad}")
    if not found:
        return _Rows(np.empty((0, len(wanted))), [[] for _ in clocks])
    device, (values, told) = max(found.items(), key=lambda item: len(item[1][0]))
    if len(found) > 1:
        others = ", ".join(in_words(other) for other in sorted(set(found) - {device})[:3])
        notes.append(f"devices: {len(found)} in the file, {in_words(device)} was read, not {others}")
    return _Rows(np.array(values, dtype=np.float64), [list(column) for column in zip(*told, strict=True)])


def _lines(
    path: Path, head: Head, header_line: int, delimiter: str, notes: list[str]
) -> Iterator[tuple[int, list[str]]]:
    for first, part in parts_of(path, notes):
        for number, line in enumerate(lines_of(part.decode(head.encoding, "replace")), first):
            if number > header_line and line.strip():
                yield number, line.split(delimiter)


def _numbers(cells: list[str], wanted: list[int], delimiter: str) -> list[float] | None:
    try:
        # A tab between cells leaves the comma free to be a decimal comma.
        row = [float(cells[i].replace(",", ".") if delimiter != "," else cells[i]) for i in wanted]
    except (ValueError, IndexError):
        return None
    return row if all(abs(value) < 1e6 for value in row) else None


def _is_header_again(cells: list[str], places: dict[str, int]) -> bool:
    return set(_ACC) <= set(_places([cell.strip(' "') for cell in cells])) and bool(places)


def _places(names: list[str]) -> dict[str, int]:
    """Which column is what; the first that fits."""
    places: dict[str, int] = {}
    for i, name in enumerate(names):
        plain = re.split(r"[(（\[]", name.lower().replace(" ", "").replace("_", ""), maxsplit=1)[0]
        kind = _COLUMNS.get(plain)
        # Without its unit a column such as `ax` could be anybody's.
        if kind and (kind in ("time", "chip", "device") or "(" in name):
            places.setdefault(kind, i)
    return places


def _times(clocks: list[list[str]], notes: list[str]) -> Array | None:
    """Times in s from the first clock that runs: the sensor's own where there is one, else the receiver's."""
    for told in clocks:
        t = _moments(told)
        known = t[np.isfinite(t)]
        if len(known) > 0.5 * len(t) and len(known) and known.max() > known.min():
            if len(known) < len(t):
                number = len(t) - len(known)
                notes.append(f"times unreadable: {number} row{'s' * (number > 1)} left out")
            return t
    return None


def _moments(told: list[str]) -> Array:
    """Seconds from numbers, times of the day or dates with times; NaN where there is none."""
    before: dict[str, float] = {}  # the same second is told a hundred times
    t = np.full(len(told), np.nan)
    for i, text in enumerate(told):
        whole, fraction = text[:-4], text[-4:]
        if whole in before and fraction[:1] in ".:," and fraction[1:].isdecimal():
            t[i] = before[whole] + int(fraction[1:]) * 1e-3
        else:
            t[i] = _moment(text)
            if fraction[:1] in ".:," and fraction[1:].isdecimal() and ":" in whole and len(before) < 100_000:
                before[whole] = t[i] - int(fraction[1:]) * 1e-3
    steps = np.diff(t)
    if np.nanmax(t, initial=0.0) < DAY_S:  # without dates midnight is a leap back
        t[1:] += DAY_S * np.cumsum(np.nan_to_num(steps) < -DAY_S / 2)
    return t


def _moment(text: str) -> float:
    match = _MOMENT.fullmatch(text)
    if match is None:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            return np.nan
        return number if abs(number) < FARTHEST else np.nan
    year, month, day, hour, minute, second, point, fraction = match.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH if year else 0
    except ValueError:
        return np.nan
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    # After a colon stand milliseconds, not always three digits of them.
    part = 0.0 if not fraction else int(fraction) * 1e-3 if point == ":" else float(f"0.{fraction}")
    return days * DAY_S + seconds + part
