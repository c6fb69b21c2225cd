"""Recordings as Parquet: the columns of the plain CSV, and what is known of the session in the file's metadata."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from liftcheck.errors import MissingExtraError, RecordingError
from liftcheck.recording.foreign import recording_of
from liftcheck.recording.fresh import fresh_file
from liftcheck.recording.plain import HEADER
from liftcheck.recording.recording import Recording, in_words

MOST_ROWS = 40_000_000
_KEY = b"liftcheck"
_TEXTS, _NUMBERS = ("profile", "started", "wearer", "site", "note"), ("rate_hz", "height_m", "load_kg")


def write(path: str | Path, recording: Recording, *, force: bool = False) -> None:
    """Writes samples (float64) and what is known of the session; events are not written.

    RecordingError: the file exists (and not `force`) or cannot be written. MissingExtraError: pyarrow is missing.
    """
    pa = pyarrow_or_advice()
    samples = recording.samples
    columns = [samples.t, *samples.acc.T, *(samples.gyr.T if samples.has_gyr else ())]
    known = {key: getattr(recording, key) for key in (*_TEXTS, *_NUMBERS)}
    table = pa.table(dict(zip(HEADER.split(","), columns, strict=False)))
    table = table.replace_schema_metadata({_KEY: json.dumps(known)})
    with fresh_file(path, force=force) as part:
        pa.parquet.write_table(table, part)


def read(path: Path) -> Recording:
    """A recording that `write` wrote, or any Parquet file with the plain CSV's columns."""
    pa = pyarrow_or_advice()
    names = HEADER.split(",")
    try:
        file = pa.parquet.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise RecordingError(f"{path} holds more than {MOST_ROWS} rows; split it")
        there = [name for name in names if name in file.schema_arrow.names]
        if there[:4] != names[:4]:
            missing = ", ".join(name for name in names[:4] if name not in there)
            raise RecordingError(f"{path} has no column {missing}")
        table = file.read(columns=there)
        values = [np.asarray(table[name].to_numpy(), dtype=np.float64) for name in there]
        told = (file.schema_arrow.metadata or {}).get(_KEY, b"{}")
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise RecordingError(f"{path} cannot be read as Parquet: {in_words(str(error), 200)}") from error
    gyr = np.column_stack(values[4:]) if len(there) == len(names) else None
    recording = recording_of(path, "parquet", values[0], np.column_stack(values[1:4]), gyr, [])
    return replace(recording, **_known(told))


def _known(told: bytes) -> dict[str, Any]:
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    texts = {key: found[key][:1000] for key in _TEXTS if isinstance(found.get(key), str)}
    numbers = {key: float(found[key]) for key in _NUMBERS if type(found.get(key)) in (int, float)}
    return texts | numbers


def pyarrow_or_advice() -> Any:
    """The package that knows Parquet. MissingExtraError, with what to do, where it is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Parquet needs an optional part: `pip install 'liftcheck[parquet]'`") from error
    return pa
