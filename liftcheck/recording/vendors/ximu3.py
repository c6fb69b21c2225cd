"""x-io x-IMU3: Inertial.csv as the device or its software writes it."""

from pathlib import Path

import numpy as np

from liftcheck.recording.foreign import recording_of
from liftcheck.recording.recording import Recording
from liftcheck.recording.table import cells_of, numbers
from liftcheck.recording.text import Head
from liftcheck.samples import GRAVITY_MPS2

_TIME = "Timestamp (us)"
_ACC = [f"Accelerometer {axis} (g)" for axis in "XYZ"]
_GYR = [f"Gyroscope {axis} (deg/s)" for axis in "XYZ"]


def is_header(line: str) -> bool:
    """`Timestamp (us),Gyroscope X (deg/s),...,Accelerometer X (g),...`."""
    return {_TIME, *_ACC} <= set(cells_of(line, ","))


def read(path: Path, head: Head, header_line: int) -> Recording:
    """An x-IMU3's inertial data."""
    header = head.lines[header_line - 1]
    names = cells_of(header, ",")
    has_gyr = set(_GYR) <= set(names)
    notes: list[str] = []
    wanted = [_TIME, *_ACC, *(_GYR if has_gyr else ())]
    table = numbers(path, header_line, ",", [names.index(name) for name in wanted], notes, header)
    rates = np.deg2rad(table[:, 4:]) if has_gyr else None
    return recording_of(path, "x-imu3", table[:, 0] * 1e-6, table[:, 1:4] * GRAVITY_MPS2, rates, notes)
