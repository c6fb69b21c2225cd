"""Movella (Xsens) DOT: the CSV of the app and of the sensor's own memory."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.foreign import recording_of
from liftcheck.recording.recording import Recording
from liftcheck.recording.table import cells_of, delimiter_of, numbers
from liftcheck.recording.text import Head
from liftcheck.samples import Array

WRAP_US = 2.0**32  # SampleTimeFine counts microseconds in 32 bits: it starts anew every 71.6 minutes
_AXES = ("X", "Y", "Z")


def is_header(line: str) -> bool:
    """`PacketCounter,SampleTimeFine,...`, below some lines about the device."""
    cells = cells_of(line, delimiter_of(line))
    return "PacketCounter" in cells and "SampleTimeFine" in cells


def read(path: Path, head: Head, header_line: int) -> Recording:
    """A DOT's recording: Acc in m/s², Gyr in deg/s. RecordingError if it holds FreeAcc alone."""
    header = head.lines[header_line - 1]
    delimiter = delimiter_of(header)
    names = cells_of(header, delimiter)
    acc = [f"Acc_{axis}" for axis in _AXES]
    gyr = [f"Gyr_{axis}" for axis in _AXES]
    if not set(acc) <= set(names):
        raise RecordingError(f"{path} {_why_not(names)}; export it again in a mode with Acc and Gyr")
    has_gyr = set(gyr) <= set(names)
    notes: list[str] = []
    wanted = ["SampleTimeFine", *acc, *(gyr if has_gyr else ())]
    table = numbers(path, header_line, delimiter, [names.index(name) for name in wanted], notes, header)
    t = unwrapped(table[:, 0], WRAP_US) * 1e-6
    rates = np.deg2rad(table[:, 4:]) if has_gyr else None
    recording = recording_of(path, "movella-dot", t, table[:, 1:4], rates, notes)
    return replace(recording, rate_hz=_stated_rate(head.lines[: header_line - 1]))


def unwrapped(stamps: Array, wrap: float) -> Array:
    """Stamps of a counter that starts anew at `wrap`, as ever-growing numbers."""
    turns = np.concatenate([[0.0], np.cumsum(np.diff(stamps) < -wrap / 2)]) if len(stamps) else stamps
    unrolled: Array = stamps + wrap * turns
    return unrolled


def _why_not(names: list[str]) -> str:
    if "FreeAcc_X" in names:
        return "holds only FreeAcc, from which gravity was taken away: the trunk's tilt cannot be told from it"
    return "holds no acceleration"


def _stated_rate(lines: tuple[str, ...]) -> float | None:
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip().lower().replace(" ", "") in ("outputrate", "samplerate"):
            try:
                return float(value.lower().removesuffix("hz").strip(" ,;\t"))
            except ValueError:
                return None
    return None
