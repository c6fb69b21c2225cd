"""Samples <-> files: the native recording, plain CSV, what other apps export."""

import logging
from collections.abc import Mapping
from pathlib import Path

from liftcheck.errors import RecordingError
from liftcheck.recording.inputs import find
from liftcheck.recording.recording import Recording

__all__ = ["Recording", "find", "read"]

log = logging.getLogger(__name__)


def read(path: str | Path, columns: Mapping[str, str] | None = None) -> Recording:
    """A recording from any file that liftcheck understands, recognised by its content.

    columns: for a CSV with names of its own, plain name -> its column (`{"time_s": "T", "acc_x_g": "ax", ...}`).
    What was noticed and mended is in `Recording.quality`, which reader understood the file in `Recording.reader`.
    RecordingError: one sentence that names the file and what is wrong with it.
    """
    recording = _read(Path(path), columns)
    about = (recording.path, recording.reader, len(recording.samples), recording.duration_s)
    log.info("%s: read as %s, %d samples in %.1f s", *about)
    return recording


def _read(path: Path, columns: Mapping[str, str] | None) -> Recording:
    magic = _magic(path)
    if magic.startswith(b"\x89MCAP"):
        from liftcheck.recording import file_reader

        return file_reader.read(path)
    if magic.startswith(b"PAR1"):
        from liftcheck.recording import parquet

        return parquet.read(path)
    from liftcheck.recording import plain, text, vendors

    head = text.head_of(path)
    if columns is not None or plain.is_plain(head):
        return plain.read(path, head, columns)
    return vendors.read(path, head)


def _magic(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(8)
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}") from error
