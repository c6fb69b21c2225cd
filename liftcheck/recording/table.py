"""Numbers out of a delimited text file, fast where every cell is a number and patiently where not."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.text import parts_of
from liftcheck.samples import Array

LARGEST = 1e20  # beyond nanoseconds since 1970; NaN is not below it either
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
        text = part.decode("latin-1")
        if line <= header_line:
            text, line = _below(text, header_line + 1 - line), header_line + 1
        if delimiter == ";":
            text = text.replace(",", ".")
        found, bad_lines = _parsed(text, delimiter, columns, expect)
        rows.append(found)
        if bad_lines:
            first_bad = first_bad or line + bad_lines[0]
            bad += len(bad_lines)
        if bad > MOST_BAD_ROWS and bad > sum(map(len, rows)):
            raise RecordingError(f"{path}, line {first_bad} and most others hold no numbers where the header says so")
    if bad:
        notes.append(f"rows unreadable: {bad} left out, first at line {first_bad}")
    return np.concatenate(rows)


def _below(text: str, lines: int) -> str:
    for _ in range(lines):
        text = text.partition("\n")[2] if "\n" in text else text.partition("\r")[2]
    return text


def _parsed(text: str, delimiter: str, columns: Sequence[int], expect: str) -> tuple[Array, list[int]]:
    """The rows of a part, and which of its lines (from 0) could not be read."""
    if not text.strip():
        return np.empty((0, len(columns))), []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            table = np.loadtxt(io.StringIO(text), delimiter=delimiter, usecols=columns, comments=None, ndmin=2)
        if bool((np.abs(table) < LARGEST).all()):
            return table, []
    except (ValueError, OverflowError):
        pass
    return _patiently(text, delimiter, columns, expect)


def _patiently(text: str, delimiter: str, columns: Sequence[int], expect: str) -> tuple[Array, list[int]]:
    rows, bad = [], []
    for i, line in enumerate(text.splitlines()):
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
