"""Moments that a coach marked when looking again, kept beside the recording in NAME.markers.csv."""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from liftcheck.errors import RecordingError
from liftcheck.recording.fresh import fresh_file
from liftcheck.recording.recording import name_of

COLUMNS = ("recording", "t_s", "coach", "note")


@dataclass(frozen=True)
class Marker:
    """A marked moment. t_s: s since the recording began; coach: who marked it, as they called themselves."""

    recording: str
    t_s: float
    coach: str = ""
    note: str = ""


def markers_path(recording: str | Path) -> Path:
    """Where the markers of a recording are kept."""
    recording = Path(recording)
    return recording.with_name(f"{name_of(recording)}.markers.csv")


def read_markers(recording: str | Path) -> tuple[Marker, ...]:
    """The markers kept beside a recording; none if there is no such file. RecordingError: the file and the line."""
    path = markers_path(recording)
    if not path.exists():
        return ()
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if "t_s" not in (table.fieldnames or ()):
                raise RecordingError(f"{path} has no column t_s in its first line")
            return tuple(_marker(row, name_of(recording), f"{path}, line {table.line_num}") for row in table)
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is not UTF-8 text; save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        raise RecordingError(f"{path} cannot be read: {error}") from error


def write_markers(recording: str | Path, markers: Iterable[Marker]) -> Path:
    """Keeps markers beside a recording, in place of those kept before, in one step. RecordingError: why not."""
    path = markers_path(recording)
    with fresh_file(path, force=True) as part, open(part, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for marker in sorted(markers, key=lambda marker: marker.t_s):
            table.writerow([getattr(marker, column) for column in COLUMNS])
    return path


def _marker(row: dict[str, str | None], name: str, where: str) -> Marker:
    try:
        t = float(row.get("t_s") or "")
    except ValueError:
        t = math.nan
    if not 0 <= t < math.inf:
        raise RecordingError(f"{where}: t_s is {str(row.get('t_s'))[:40]!r}, not a number of seconds")
    return Marker(row.get("recording") or name, t, row.get("coach") or "", row.get("note") or "")
