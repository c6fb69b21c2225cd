"""The plain recording CSV: columns by name, with their unit in the name."""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.foreign import recording_of
from liftcheck.recording.fresh import fresh_file
from liftcheck.recording.recording import Recording
from liftcheck.recording.table import cells_of, delimiter_of, numbers
from liftcheck.recording.text import Head
from liftcheck.recording.units import TIME_UNITS, TimeColumn
from liftcheck.samples import GRAVITY_MPS2

HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps"
ACC_UNITS = {"mps2": 1.0, "g": GRAVITY_MPS2}
GYR_UNITS = {"radps": 1.0, "dps": np.pi / 180}
_UNITS = {"time": TIME_UNITS, "acc": ACC_UNITS, "gyr": GYR_UNITS}
_NAME = re.compile(r"(time)_(s|ms|us)|(acc)_([xyz])_(mps2|g)|(gyr)_([xyz])_(radps|dps)")

Place = tuple[int, float]  # a column's position and what its numbers are multiplied with


HEADER_WITHIN = 60  # lines; others write remarks above it


def is_plain(head: Head) -> bool:
    """Whether one of the first lines names a time and an acceleration as the plain CSV does."""
    return any(_names_ours(line) for line in head.lines[:HEADER_WITHIN])


def _names_ours(line: str) -> bool:
    names = {cell.lower() for cell in cells_of(line, delimiter_of(line))}
    return any(name.startswith("time_") for name in names) and any(name.startswith("acc_") for name in names)


def _header_line(head: Head, columns: Mapping[str, str]) -> int:
    """The header's line, counted from 1: the first that names our columns, or all that are mapped, else the first."""
    for number, line in enumerate(head.lines[:HEADER_WITHIN], 1):
        if _names_ours(line) or (columns and set(columns.values()) <= set(cells_of(line, delimiter_of(line)))):
            return number
    return 1


def read(path: Path, head: Head, columns: Mapping[str, str] | None = None) -> Recording:
    """A plain CSV. columns: plain name -> the file's own column, where that is called otherwise.

    RecordingError: a column is missing, or less than two seconds can be used.
    """
    header_line = _header_line(head, columns or {})
    header = head.lines[header_line - 1]
    delimiter = delimiter_of(header)
    names = cells_of(header, delimiter)
    places = _places(path, names, columns or {})
    missing = [name for name in ("time", "acc_x", "acc_y", "acc_z") if name not in places]
    if missing:
        named = "time_s" if missing[0] == "time" else f"{missing[0]}_mps2 or {missing[0]}_g"
        raise RecordingError(f"{path} has no column {named}; name the file's own with --columns")
    notes: list[str] = []
    gyr = [name for name in ("gyr_x", "gyr_y", "gyr_z") if name in places]
    if 0 < len(gyr) < 3:
        notes.append(f"gyroscope incomplete: only {' and '.join(gyr)} found")
    wanted = ["time", "acc_x", "acc_y", "acc_z", *(gyr if len(gyr) == 3 else ())]
    table = numbers(path, header_line, delimiter, [places[name][0] for name in wanted], notes, header)
    table *= [places[name][1] for name in wanted]
    at, factor = places["time"]
    column = TimeColumn(names[at], next(unit for unit, seconds in TIME_UNITS.items() if seconds == factor))
    rates = table[:, 4:] if len(gyr) == 3 else None
    return recording_of(path, "csv", table[:, 0], table[:, 1:4], rates, notes, column)


def parse_columns(text: str) -> dict[str, str]:
    """`time_s=T,acc_x_g=ax` as a mapping for `read`. ValueError, one sentence, if a name is none of ours."""
    columns = {}
    for pair in filter(None, text.split(",")):
        name, equals, own = (part.strip() for part in pair.partition("="))
        if not equals or not own or not _NAME.fullmatch(name):
            raise ValueError(f"{pair!r} maps no column: write for example time_s=T,acc_x_g=ax,gyr_x_dps=wx")
        columns[name] = own
    return columns


def write(path: str | Path, recording: Recording, *, force: bool = False) -> None:
    """Writes the plain CSV, packed if the name ends in .gz; read back it gives the same samples.

    Nothing but samples fits into it: events and what is known of the session are not written.
    RecordingError: the file exists (and not `force`) or cannot be written.
    """
    path = Path(path)
    with fresh_file(path, force=force) as part, open(part, "wb") as file:
        if path.suffix.lower() == ".gz":
            # mtime=0: the same recording gives the same bytes.
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                _write_rows(packed, recording)
        else:
            _write_rows(file, recording)


def _write_rows(file: BinaryIO | gzip.GzipFile, recording: Recording) -> None:
    samples, gyr = recording.samples, recording.samples.has_gyr
    file.write(((HEADER if gyr else HEADER[: HEADER.index(",gyr")]) + "\n").encode())
    # Digits enough for the storage grid: 1 us, 0.0005 m/s², 0.00005 rad/s.
    form = "%.6f,%.4f,%.4f,%.4f" + (",%.5f,%.5f,%.5f" if gyr else "") + "\n"
    for i in range(0, len(samples), 10_000):
        part = samples[i : i + 10_000]
        table = np.column_stack([part.t, part.acc, part.gyr] if gyr else [part.t, part.acc])
        file.write(((form * len(table)) % tuple(table.ravel().tolist())).encode())


def _places(path: Path, names: list[str], columns: Mapping[str, str]) -> dict[str, Place]:
    """Where each quantity stands: the file's plain names, then the columns that somebody mapped."""
    places: dict[str, Place] = {}
    for i, name in enumerate(names):
        known = _NAME.fullmatch(name.lower())
        if known:
            places.setdefault(*_quantity(known, i))
    for name, own in columns.items():
        known = _NAME.fullmatch(name)
        if known is None:
            raise RecordingError(f"{name!r} is no column that liftcheck knows; write for example time_s or acc_x_g")
        if own not in names:
            raise RecordingError(f"{path} has no column {own!r}; it has {', '.join(names)[:200]}")
        key, place = _quantity(known, names.index(own))
        places[key] = place
    return places


def _quantity(name: re.Match[str], i: int) -> tuple[str, Place]:
    kind = name[1] or name[3] or name[6]
    axis = name[4] or name[7]
    unit = name[2] or name[5] or name[8]
    return (f"{kind}_{axis}" if axis else kind), (i, _UNITS[kind][unit])
