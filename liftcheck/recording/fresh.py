"""Files appear whole or not at all, and never in place of another unless asked for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from liftcheck.errors import RecordingError


@contextmanager
def fresh_file(path: str | Path, *, force: bool = False) -> Iterator[Path]:
    """A place to write to; what was written there becomes `path` in one step when the block ends well.

    The place is beside `path`, named `path` + ".part", and is gone afterwards in any case.
    RecordingError: `path` exists (and not `force`), or its folder is missing or read-only, or the disk is full.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    reserved = reserve(path) if not force else False
    try:
        yield part
        os.replace(part, path)
        reserved = False
    except OSError as error:
        raise RecordingError(unwritable(path, error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
        if reserved:
            with suppress(OSError):
                path.unlink()


def reserve(path: Path) -> bool:
    """Takes a name that nobody has: an empty file. RecordingError if somebody has it."""
    try:
        with open(path, "xb"):
            return True
    except OSError as error:
        raise RecordingError(unwritable(path, error)) from error


def check_free(path: Path, *, force: bool = False) -> None:
    """Says at once, before the work, what would keep a file from being written: RecordingError, as `fresh_file`."""
    if path.exists() and not force:
        raise RecordingError(unwritable(path, FileExistsError()))
    if not path.parent.is_dir():
        raise RecordingError(unwritable(path, FileNotFoundError()))


def unwritable(path: Path, error: OSError) -> str:
    """One sentence on why a file could not be written and what to do."""
    if isinstance(error, FileExistsError):
        return f"{path} exists already and is left as it is; give another name, or --force to replace it"
    if isinstance(error, FileNotFoundError):
        return f"{path} cannot be written: the folder {path.parent} does not exist"
    return f"{path} cannot be written: {error.strerror or error}"
