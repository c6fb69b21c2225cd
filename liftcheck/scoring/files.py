"""Rows in files: CSV, JSON, JSON lines and Parquet, told by the suffix; written whole or not at all."""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from liftcheck.errors import LiftcheckError, SettingsError
from liftcheck.recording.fresh import check_free, fresh_file
from liftcheck.recording.parquet import pyarrow_or_advice
from liftcheck.scoring.columns import Column, Row

SUFFIXES = (".csv", ".json", ".jsonl", ".parquet")
BATCH = 10_000  # rows in memory at a time


def check_target(path: Path, *, force: bool = False) -> None:
    """Says at once, before hours of work, what would keep a table from being written there."""
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{path}: a table's name ends in {', '.join(SUFFIXES)}")
    check_free(path, force=force)
    if path.suffix.lower() == ".parquet":
        pyarrow_or_advice()


def write_rows(path: Path, rows: Iterable[Row], columns: Sequence[Column], *, force: bool = False) -> None:
    """Writes a table in the format that the suffix names. It appears under its name only when it is complete."""
    check_target(path, force=force)
    with fresh_file(path, force=force) as part:
        _WRITERS[path.suffix.lower()](part, rows, columns)


def write_json(stream: TextIO, rows: Iterable[Row]) -> None:
    """Rows as a JSON list, one row a line."""
    before = "[\n"
    for row in rows:
        stream.write(before + json.dumps(row, ensure_ascii=False, allow_nan=False))
        before = ",\n"
    stream.write("[]\n" if before == "[\n" else "\n]\n")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a table in any of the formats. An empty cell is None; cells of a CSV stay text.

    Raises LiftcheckError naming the file if it cannot be read or is no table.
    """
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    try:
        if kind == "parquet":
            return list(pyarrow_or_advice().parquet.read_table(path).to_pylist())
        with _opened(path) as stream:
            rows = _READERS.get(kind, _read_csv)(stream)
    except OSError as error:
        raise LiftcheckError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, csv.Error) as error:  # bad JSON, bytes that are no text
        raise LiftcheckError(f"{path} is no table: {' '.join(str(error).split())}") from error
    if not all(isinstance(row, dict) for row in rows):
        raise LiftcheckError(f"{path} is no list of rows")
    return rows


def first_line(path: Path) -> str:
    """A text file's first line, or nothing if it is no text."""
    try:
        with _opened(path) as stream:
            return stream.readline(10_000).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return ""


def number(row: Mapping[str, Any], column: str) -> float | None:
    """A number from a row that may come from a CSV; None where it is missing or no number."""
    value = row.get(column)
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if abs(found) < float("inf") else None


def _opened(path: Path) -> TextIO:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _read_csv(stream: TextIO) -> list[dict[str, Any]]:
    head = stream.readline()
    stream.seek(0)
    # Spreadsheets of half the world write semicolons.
    delimiter = ";" if head.count(";") > head.count(",") else "\t" if head.count("\t") > head.count(",") else ","
    rows = csv.DictReader(stream, delimiter=delimiter, restkey="")
    return [{name.strip(): value or None for name, value in row.items() if name} for row in rows]


def _read_json(stream: TextIO) -> list[dict[str, Any]]:
    rows = json.load(stream)
    return rows if isinstance(rows, list) else [rows]


def _read_jsonl(stream: TextIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream if line.strip()]


_READERS: dict[str, Callable[[TextIO], list[dict[str, Any]]]] = {"json": _read_json, "jsonl": _read_jsonl}


def _write_csv(path: Path, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [column.name for column in columns])
        writer.writeheader()
        writer.writerows(rows)


def _write_json(path: Path, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        write_json(stream, rows)


def _write_jsonl(path: Path, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


def _write_parquet(path: Path, rows: Iterable[Row], columns: Sequence[Column]) -> None:
    pa = pyarrow_or_advice()
    kinds = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64()}
    schema = pa.schema(
        [pa.field(c.name, kinds[c.kind], metadata={"unit": c.unit, "meaning": c.meaning}) for c in columns]
    )
    with pa.parquet.ParquetWriter(path, schema) as writer:
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


_WRITERS = {".csv": _write_csv, ".json": _write_json, ".jsonl": _write_jsonl, ".parquet": _write_parquet}
