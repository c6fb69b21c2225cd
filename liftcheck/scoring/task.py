"""Scoring one file, as a value that any process on any machine can be given, and a value that comes back."""

import hashlib
import json
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from liftcheck import __version__
from liftcheck.analysis import Settings
from liftcheck.errors import LiftcheckError, MissingExtraError
from liftcheck.recording import read
from liftcheck.recording.labels import Facts
from liftcheck.recording.recording import Recording
from liftcheck.scoring.columns import Row
from liftcheck.scoring.one import score
from liftcheck.scoring.said import Wearers, first, put_into
from liftcheck.settings import settings_data


@dataclass(frozen=True)
class Task:
    """A file to score, and all that its numbers depend on. path: a file, or an address such as s3://bucket/a.csv.

    name: the recording's. said: of every recording; wearers: of single ones, and goes before. columns: plain name ->
    the file's own column, for a CSV of no known kind.
    """

    path: str
    name: str
    settings: Settings = field(default_factory=Settings)
    said: Facts = field(default_factory=Facts)
    wearers: Wearers = field(default_factory=Wearers)
    columns: Mapping[str, str] | None = None
    relearn: bool = False
    version: str = __version__

    def key(self) -> str:
        """A hash of the file's content and of everything else that the numbers depend on."""
        depends = {
            "version": self.version,
            "settings": settings_data(self.settings),
            "said": asdict(self.said),
            "wearers": asdict(self.wearers),
            "columns": None if self.columns is None else dict(self.columns),
            "relearn": self.relearn,
            "name": self.name,
        }
        digest = hashlib.sha256(json.dumps(depends, sort_keys=True).encode())
        digest.update(_content_hash(self.path))
        return digest.hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What came of a file: its row and one row per bend, or an error as one sentence. key: the task's."""

    path: str
    row: Row | None = None
    bends: tuple[Row, ...] = ()
    error: str | None = None
    key: str | None = None
    reader: str = ""
    trace: str = ""  # where in the program an unforeseen error arose

    @property
    def lifts(self) -> tuple[Row, ...]:
        """The rows of the judged lifts alone."""
        return tuple(row for row in self.bends if row["technique"] is not None)


def score_task(task: Task, *, with_key: bool = False) -> Outcome:
    """Scores one file. Whatever goes wrong comes back as a sentence: one file never stops the others."""
    try:
        if task.version != __version__:
            raise LiftcheckError(f"{task.path}: liftcheck is {task.version} here and {__version__} on the worker")
        recording = _read(task)
        scored = score(recording, task.settings, relearn=task.relearn)
        key = task.key() if with_key else None
    except LiftcheckError as error:
        return Outcome(task.path, error=str(error))
    except Exception as error:  # a fault of the program's own, on whatever a stranger's file holds
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Outcome(task.path, error=f"{task.path}: could not be scored ({what})", trace=traceback.format_exc())
    return Outcome(task.path, scored.row, tuple(scored.lift_rows(all_bends=True)), key=key, reader=recording.reader)


def _read(task: Task) -> Recording:
    recording = replace(_read_anywhere(task.path, task.columns), name=task.name, path=task.path)
    said = task.wearers.of(task.name, recording.wearer or task.said.wearer)
    return put_into(recording, first(said, task.said))


def _read_anywhere(path: str, columns: Mapping[str, str] | None) -> Recording:
    if "://" not in path:
        return read(path, columns)
    fsspec = _fsspec()
    with TemporaryDirectory(prefix="liftcheck-") as folder:
        local = Path(folder) / path.rpartition("/")[2]
        try:
            fs, inside = fsspec.url_to_fs(path)
            fs.get_file(inside, str(local))
        except (OSError, ValueError, ImportError) as error:
            raise LiftcheckError(f"{path} cannot be fetched: {' '.join(str(error).split())}") from error
        return read(local, columns)


def _content_hash(path: str) -> bytes:
    if "://" in path:
        fs, inside = _fsspec().url_to_fs(path)
        return f"{path} {fs.ukey(inside)}".encode()
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _fsspec() -> Any:
    try:
        import fsspec
        import fsspec.core
    except ImportError as error:
        raise MissingExtraError("Addresses need an optional part: `pip install 'liftcheck[cluster]'`") from error
    return fsspec.core
