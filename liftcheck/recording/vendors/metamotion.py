"""MbientLab MetaMotion (MetaBase, MetaHub): one CSV for the accelerometer, one for the gyroscope, joined."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording import inputs, times
from liftcheck.recording.foreign import recording_of
from liftcheck.recording.recording import Recording, in_words
from liftcheck.recording.table import cells_of, numbers
from liftcheck.recording.text import Head, head_of
from liftcheck.samples import GRAVITY_MPS2, Array, Samples

LATEST_S = 4e9  # the year 2096
_EPOCH = "epoc (ms)"  # so spelled by the app
_ACC = [f"{axis}-axis (g)" for axis in "xyz"]
_GYR = [f"{axis}-axis (deg/s)" for axis in "xyz"]


def is_header(line: str) -> bool:
    """`epoc (ms),timestamp (-0700),elapsed (s),x-axis (g),...`, or `(deg/s)` for the gyroscope."""
    names = set(_names(line))
    return _EPOCH in names and (set(_ACC) <= names or set(_GYR) <= names)


def read(path: Path, head: Head, header_line: int) -> Recording:
    """The pair that a file belongs to: its partner beside it has the same name but for the kind and the rate."""
    notes: list[str] = []
    is_acc = set(_ACC) <= set(_names(head.lines[header_line - 1]))
    partner = inputs.partner(path)
    if not is_acc and partner is None:
        raise RecordingError(f"{path} is a gyroscope's half of a recording; put its Accelerometer file beside it")
    acc_path, gyr_path = (path, partner) if is_acc else (partner or path, path)
    t, acc = _signal(acc_path, _ACC, notes)
    if gyr_path is None:
        return _begun(recording_of(path, "metamotion", t, acc * GRAVITY_MPS2, None, notes), t)
    notes.append(f"joined with {in_words((partner or path).name, 200)}")
    gyr_t, gyr = _signal(gyr_path, _GYR, notes)
    acc, gyr, t = _together(t, acc * GRAVITY_MPS2, gyr_t, np.deg2rad(gyr), notes)
    return _begun(recording_of(acc_path, "metamotion", t, acc, gyr, notes), t)


def _begun(recording: Recording, t: Array) -> Recording:
    """The recording, knowing when it began: the app's clock counts from 1970."""
    if not 0 < t[0] < LATEST_S:
        return recording
    return replace(recording, started=datetime.fromtimestamp(float(t[0]), UTC).isoformat(timespec="milliseconds"))


def _names(line: str) -> list[str]:
    return [cell.lower() for cell in cells_of(line, ",")]


def _signal(path: Path, columns: list[str], notes: list[str]) -> tuple[Array, Array]:
    """Times on the computer's clock in s, and values."""
    header = head_of(path).lines[0]
    names = _names(header)
    if not {_EPOCH, *columns} <= set(names):
        raise RecordingError(f"{path} has no columns {', '.join(columns)}")
    table = numbers(path, 1, ",", [names.index(name) for name in (_EPOCH, *columns)], notes, header)
    return table[:, 0] * 1e-3, table[:, 1:]


def _together(t: Array, acc: Array, gyr_t: Array, gyr: Array, notes: list[str]) -> tuple[Array, Array, Array]:
    """The gyroscope's values at the accelerometer's times, where the gyroscope has any nearby."""
    if not len(t) or not len(gyr_t):
        return acc[:0], gyr[:0], t[:0]
    begin, gyr_begin = float(t[0]), float(gyr_t[0])
    one, noted = times.mended(Samples(t, acc, np.zeros_like(acc)))
    # Rows of both files share stamps; each is smoothed by itself before they are laid over each other.
    two, also = times.mended(Samples(gyr_t, gyr, np.zeros_like(gyr)))
    notes += [*(f"accelerometer {note}" for note in noted), *(f"gyroscope {note}" for note in also)]
    at = one.t + (begin - gyr_begin)
    after = np.clip(np.searchsorted(two.t, at), 1, max(1, len(two.t) - 1))
    near = (at >= two.t[0]) & (at <= two.t[-1])
    if len(two.t) > 1:
        near &= two.t[after] - two.t[after - 1] <= times.GAP_S
    if not near.all():
        notes.append(f"gyroscope missing: {int((~near).sum())} rows left out")
    rates = np.column_stack([np.interp(at[near], two.t, two.acc[:, axis]) for axis in range(3)])
    return one.acc[near], rates, begin + one.t[near]
