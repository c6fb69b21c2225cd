"""Which files are meant when somebody names files, folders and patterns."""

import glob
from collections.abc import Iterable
from pathlib import Path

from liftcheck.errors import RecordingError

SUFFIXES = (".mcap", ".csv", ".csv.gz", ".txt")
COMPANIONS = (".truth.json", ".truth.csv", ".truth.csv.gz", ".labels.csv")
TABLES = {"labels.csv", "distractors.csv", "wearers.csv", "recordings.csv", "sessions.csv"}


def find(paths: Iterable[str | Path]) -> list[Path]:
    """The recordings behind paths: files as they are, folders with all below them, patterns such as `week*/*.csv`.

    In a folder or a pattern, companions (`NAME.labels.csv`, ...), tables (`labels.csv`, ...), hidden files and folders
    named `truth` are passed over. Sorted within each path, none twice. RecordingError if a path leads to nothing.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_behind(Path(path))))
    return list(found)


def is_recording(path: Path) -> bool:
    """Whether a file found in a folder is taken for a recording, by its name."""
    name = path.name.lower()
    if name.startswith(".") or name in TABLES or name.endswith(COMPANIONS):
        return False
    return name.endswith(SUFFIXES) and path.is_file()


def _behind(path: Path) -> list[Path]:
    if path.is_dir():
        return _below(path)
    if path.exists():
        return [path]
    if not glob.has_magic(str(path)):
        raise RecordingError(f"{path} does not exist")
    matches = [Path(match) for match in sorted(glob.glob(str(path), recursive=True))]
    files = [
        f for match in matches for f in (_below(match) if match.is_dir() else [match] if is_recording(match) else [])
    ]
    if not files:
        raise RecordingError(f"{path} matches no recording")
    return files


def _below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if is_recording(path) and not any(_passed_over(part) for part in path.relative_to(folder).parts[:-1])
    )


def _passed_over(folder: str) -> bool:
    return folder == "truth" or folder.startswith(".")
