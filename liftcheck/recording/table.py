"""Numbers out of a delimited text file, fast where every cell is a number and patiently where not."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.text import lines_of, parts_of
from liftcheck.samples import Array

LARGEST = 1e20  # beyond nanoseconds since 1970; NaN is not below it either
WORTH_ARROW = 2**20  # bytes; importing pyarrow takes longer than reading less
MOST_BAD_ROWS = 10_000  # then, if they are most of the rows, this is no table of ours


def cells_of(line: str, delimiter: str) -> list[str]:
    """A header line's cells, without quotes and spaces around them."""
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def delimiter_of(line: str) -> str:
    """What parts the cells of a header line: comma, semicolon or tab."""
    return max(",;\t", key=line.count)


def numbers(
    path: Path, header_line: int, delimiter: str, columns: Sequence[int], notes: list[str], expect: str = ""
) -> Array:
    """The named columns of all rows below the header as (n, len(columns)).

    A row in which one of them is no number is left out, and the first of these is told by its line. With semicolons
    between cells, commas in them are decimal commas. expect: the header's text; repetitions of it are passed over.
    """
    rows, bad, first_bad = [np.empty((0, len(columns)))], 0, 0
    for line, part in parts_of(path, notes):
        if line <= header_line:
            part, line = _below(part, header_line + 1 - line), header_line + 1
        if delimiter == ";":
            part = part.replace(b",", b".")
        found, bad_lines = _parsed(part, delimiter, columns, expect)
        rows.append(found)
        if bad_lines:
            first_bad = first_bad or line + bad_lines[0]
            bad += len(bad_lines)
        if bad > MOST_BAD_ROWS and bad > sum(map(len, rows)):
            raise RecordingError(f"{path}, line {first_bad} and most others hold no numbers where the header says so")
    if bad:
        notes.append(f"rows unreadable: {bad} left out, first at line {first_bad}")
    return np.concatenate(rows)


def _below(part: bytes, lines: int) -> bytes:
    end = b"\n" if b"\n" in part else b"\r"
    for _ in range(lines):
        part = part.partition(end)[2]
    return part


def _parsed(part: bytes, delimiter: str, columns: Sequence[int], expect: str) -> tuple[Array, list[int]]:
    """The rows of a part, and which of its lines (from 0) could not be read."""
    if not part.strip():
        return np.empty((0, len(columns))), []
    try:
        table = _quickly(part, delimiter, columns)
        if bool((np.abs(table) < LARGEST).all()):
            return table, []
    except (ValueError, OverflowError, KeyError):
        pass
    return _patiently(part.decode("latin-1"), delimiter, columns, expect)


def _quickly(part: bytes, delimiter: str, columns: Sequence[int]) -> Array:
    """A table in which every cell is a number. ValueError or KeyError if one is none."""
    if len(part) > WORTH_ARROW:
        try:
            from pyarrow import csv
        except ImportError:
            pass
        else:
            return _by_arrow(csv, part, delimiter, columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return np.loadtxt(
            io.StringIO(part.decode("latin-1")), delimiter=delimiter, usecols=columns, comments=None, ndmin=2
        )


def _by_arrow(csv: Any, part: bytes, delimiter: str, columns: Sequence[int]) -> Array:
    """The same numbers to the last bit, twice as fast."""
    names = [f"f{i}" for i in columns]
    table = csv.read_csv(
        io.BytesIO(part),
        csv.ReadOptions(use_threads=False, autogenerate_column_names=True, block_size=len(part) + 1),
        csv.ParseOptions(delimiter=delimiter),
        csv.ConvertOptions(include_columns=names, column_types=dict.fromkeys(names, "float64"), null_values=[]),
    )
    return np.column_stack([table[name].to_numpy() for name in names])


def _patiently(text: str, delimiter: str, columns: Sequence[int], expect: str) -> tuple[Array, list[int]]:
    rows, bad = [], []
    for i, line in enumerate(lines_of(text)):
        row = _row(line.split(delimiter), columns)
        if row is not None:
            rows.append(row)
        elif line.strip() and line.strip() != expect:
            bad.append(i)
    return np.array(rows, dtype=np.float64).reshape(-1, len(columns)), bad


def _row(cells: list[str], columns: Sequence[int]) -> list[float] | None:
    try:
        row = [float(cells[i].strip(' "')) for i in columns]
    except (ValueError, IndexError):
        return None
    return row if all(abs(value) < LARGEST for value in row) else None
