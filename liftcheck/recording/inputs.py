"""Which files are meant when somebody names files, folders and patterns."""

import glob
import re
from collections.abc import Iterable
from pathlib import Path

from liftcheck.errors import RecordingError

SUFFIXES = (".mcap", ".csv", ".csv.gz", ".txt")
COMPANIONS = (".truth.json", ".truth.csv", ".truth.csv.gz", ".labels.csv", ".markers.csv")
# MetaMotion's apps write one file for each signal: NAME_DATE_MAC_Accelerometer_100.000Hz_1.7.3.csv
_HALF = re.compile(r"(.*)_(Accelerometer|Gyroscope)_[^_]*(_.*)?\.csv(\.gz)?", re.DOTALL)
TABLES = {"labels.csv", "distractors.csv", "wearers.csv", "recordings.csv", "sessions.csv"}


def find(paths: Iterable[str | Path]) -> list[Path]:
    """The recordings behind paths: files as they are, folders with all below them, patterns such as `week*/*.csv`.

    In a folder or a pattern, companions (`NAME.labels.csv`, ...), tables (`labels.csv`, ...), hidden files and folders
    named `truth` are passed over, and gyroscope files that are read together with their accelerometer's. Sorted within
    each path, none twice. RecordingError if a path leads to nothing, or a folder holds no recording.
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
    half = _HALF.fullmatch(path.name)
    if half and half[2] == "Gyroscope" and partner(path):
        return False  # read together with its accelerometer
    return name.endswith(SUFFIXES) and path.is_file()


def partner(path: Path) -> Path | None:
    """The other half of a recording of which an app wrote accelerometer and gyroscope to a file each."""
    half = _HALF.fullmatch(path.name)
    if half is None:
        return None
    other = "Accelerometer" if half[2] == "Gyroscope" else "Gyroscope"
    pattern = f"{glob.escape(half[1])}_{other}_*.csv*"
    found = [
        match for match in sorted(path.parent.glob(pattern)) if (m := _HALF.fullmatch(match.name)) and m[1] == half[1]
    ]
    return found[0] if found else None


def _behind(path: Path) -> list[Path]:
    if path.is_dir():
        if not (files := _below(path)):
            raise RecordingError(f"{path} holds no recording: no file in it ends in {', '.join(SUFFIXES)}")
        return files
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
