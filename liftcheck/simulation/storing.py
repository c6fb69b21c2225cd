"""A simulated session as a file, with its truth beside it: NAME.truth.csv, NAME.labels.csv, NAME.truth.json."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording import plain
from liftcheck.recording.file import RecordingWriter
from liftcheck.recording.fresh import check_free, fresh_file
from liftcheck.recording.recording import Recording
from liftcheck.samples import Samples
from liftcheck.simulation.run import Session
from liftcheck.simulation.truth import TRUTH_COLUMNS, Label, Truth

TRUTH_RATE_HZ = 20.0  # of NAME.truth.csv; more than any movement of a trunk needs
SUFFIXES = (".csv.gz", ".csv", ".mcap")
LABEL_COLUMNS = ("recording", "wearer", "site", *(f.name for f in fields(Label)))


@dataclass(frozen=True)
class Stored:
    """What was written. samples, lifts: how many; duration_s on the recording's clock."""

    name: str
    samples: int
    lifts: int
    duration_s: float


def store(session: Session, path: Path, *, about: dict[str, object] | None = None, force: bool = False) -> Stored:
    """Writes the recording and its companions piece by piece; memory does not grow with the length (.mcap).

    about: what to tell in NAME.truth.json besides (the command, the seed). RecordingError if a file is there already
    and not `force`, or the name has no known ending.
    """
    name, suffix = _name_and_suffix(path)
    beside = {end: path.with_name(name + end) for end in (".truth.csv", ".labels.csv", ".truth.json")}
    for companion in beside.values():
        check_free(companion, force=force)
    with fresh_file(beside[".truth.csv"], force=True) as part, open(part, "w", encoding="utf-8", newline="") as truth:
        write = _into_mcap if suffix == ".mcap" else _into_csv
        count, last = write(session, path, _telling(session.chunks(), truth, session), force)
    with _table(beside[".labels.csv"], LABEL_COLUMNS) as labels:
        labels.writerows(label_rows(name, session.recording, session.labels))
    told = {"simulated": True, **(about or {}), "site": session.site, **_facts(session)}
    beside[".truth.json"].write_text(json.dumps(told, indent=1, default=_plain) + "\n", encoding="utf-8")
    return Stored(name, count, len(session.labels), last)


def label_rows(name: str, recording: Recording, labels: Sequence[Label]) -> list[tuple[object, ...]]:
    """The rows of a table of labels, in the order of `LABEL_COLUMNS`."""
    return [(name, recording.wearer or "", recording.site or "", *astuple(label)) for label in labels]


def _into_mcap(session: Session, path: Path, pieces: Iterator[Samples], force: bool) -> tuple[int, float]:
    recording, count, last = session.recording, 0, 0.0
    about = {key: getattr(recording, key) for key in ("started", "rate_hz", "wearer", "site", "height_m", "note")}
    with fresh_file(path, force=force) as part, RecordingWriter(part, **about, force=True, durable=False) as writer:
        events = list(recording.events)
        for samples in pieces:
            count += len(samples)
            last = float(samples.t[-1]) if len(samples) else last
            due = [event for event in events if event.t <= last]
            events = events[len(due) :]
            writer.append(samples, due)
        writer.append(Samples.empty(), events)
    return count, last


def _into_csv(session: Session, path: Path, pieces: Iterator[Samples], force: bool) -> tuple[int, float]:
    samples = Samples.join(pieces)
    plain.write(path, replace(session.recording, samples=samples), force=force)
    return len(samples), float(samples.t[-1]) if len(samples) else 0.0


def _telling(chunks: Iterator[tuple[Samples, Truth]], file: TextIO, session: Session) -> Iterator[Samples]:
    """The samples, while the truth goes into its table."""
    every = max(1, round(session.rate_hz / TRUTH_RATE_HZ))
    csv.writer(file, lineterminator="\n").writerow([name for name, _ in TRUTH_COLUMNS.values()])
    formats = ",".join(f"%.{decimals}f" for _, decimals in TRUTH_COLUMNS.values())
    first = 0
    for samples, truth in chunks:
        kept = truth[(-first) % every :: every] if every > 1 else truth
        first += len(truth)
        rows = np.column_stack([getattr(kept, field) for field in TRUTH_COLUMNS])
        text = io.StringIO()
        np.savetxt(text, rows, fmt=formats)
        file.write(text.getvalue())
        yield samples


@contextmanager
def _table(path: Path, columns: Sequence[str]) -> Iterator[Any]:
    with fresh_file(path, force=True) as part, open(part, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer


def _facts(session: Session) -> dict[str, object]:
    """What made the session: the person, the mounting, the sensor's constants, and where there is no lift."""
    return {
        "person": {name: round(value, 5) for name, value in asdict(session.body.person).items()},
        "mounting": session.body.mounting,
        "constants": {f.name: getattr(session.flaws, f.name) for f in fields(session.flaws)},
        "distractors": [asdict(distractor) for distractor in session.distractors],
    }


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return np.round(value, 6).tolist()
    return float(value)  # type: ignore[arg-type]


def _name_and_suffix(path: Path) -> tuple[str, str]:
    for suffix in SUFFIXES:
        if path.name.endswith(suffix) and path.name != suffix:
            return path.name.removesuffix(suffix), suffix
    raise RecordingError(f"{path} has no known ending; name it FILE.mcap, FILE.csv or FILE.csv.gz")
