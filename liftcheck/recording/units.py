"""Whether a file's times and forces can be in the units that it names, and what they probably are if not."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording.table import LARGEST
from liftcheck.samples import GRAVITY_MPS2, Array

SLOWEST_S = 0.2  # between samples: every longer pause is a gap, so nothing of a movement would be left
FASTEST_S = 1 / 4000  # a body-worn sensor gives 25 to 1600 samples a second
TIME_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
FEWEST = 10  # samples, from which anything can be said
NUMBERED_SHARE = 0.99  # of the steps are exactly 1 where samples are numbered
# |acc| in the median, in parts of gravity: ranges mistaken by 8 and m/s² taken for g lie within, no other unit does.
FORCE_WITHIN = (1 / 12, 12.0)
PROBABLY = {
    1000 / GRAVITY_MPS2: "milli-g",
    1000.0: "milli-g",
    GRAVITY_MPS2**2: "m/s² that were taken for g twice",
}
NEAR = 0.03
MANY = 100_000


@dataclass(frozen=True)
class TimeColumn:
    """The column that holds the times: its name in the file, and the unit it was read in (s, ms or us)."""

    name: str
    unit: str


def check(path: Path, t: Array, acc: Array, column: TimeColumn | None = None) -> None:
    """RecordingError, one sentence, if times (n,) in s or forces (n, 3) in m/s² are no motion sensor's."""
    wrong = _wrong_times(t, column) or _wrong_forces(acc)
    if wrong:
        raise RecordingError(f"{path}: {wrong}")


def _wrong_times(t: Array, column: TimeColumn | None) -> str:
    t = t[np.abs(t) < LARGEST]
    steps = np.diff(t)
    if len(t) < FEWEST:
        return ""
    if (steps < 0).any():
        steps = np.diff(np.sort(t))
    usual, ahead = float(np.median(steps)), steps[steps > 0]
    # Where packets are stamped at once, most steps are nothing; where a clock began anew, the mean says little.
    fast = len(ahead) > 0 and float(np.median(ahead)) < FASTEST_S and float(steps.mean()) < FASTEST_S
    if usual <= SLOWEST_S and not fast:
        return ""
    step = usual if usual > SLOWEST_S else float(np.median(ahead))
    than = "slower than any motion sensor" if usual > SLOWEST_S else "faster than any motion sensor"
    if column is None:
        return f"a sample every {step:g} s is {than}: the unit of its times is not what it should be"
    raw = step / TIME_UNITS[column.unit]
    says = f"the column {column.name} goes on by {raw:g} {column.unit} from sample to sample, {than}"
    if float(np.mean(steps == TIME_UNITS[column.unit])) >= NUMBERED_SHARE:
        return f"{says}: it seems to number the samples; name a column of times with --columns"
    for unit, seconds in TIME_UNITS.items():
        if FASTEST_S <= raw * seconds <= SLOWEST_S:
            return f"{says}: if these are {unit}, say so with --columns time_{unit}={column.name}"
    return f"{says}, and in s, ms or us likewise: name a column of times with --columns"


def _wrong_forces(acc: Array) -> str:
    acc = acc[(np.abs(acc) < LARGEST).all(axis=1)]
    if len(acc) < FEWEST:
        return ""
    if not acc.any():
        return "the accelerometer reads zero throughout: name the columns that hold it with --columns"
    some = acc[:: 1 + len(acc) // MANY]
    force = float(np.median(np.sqrt(np.einsum("ij,ij->i", some, some))))
    times = force / GRAVITY_MPS2
    low, high = FORCE_WITHIN
    if low <= times <= high:
        return ""
    says = f"the accelerometer reads {force:.3g} m/s² in the median, {times:.3g} times gravity"
    if times < low:
        return f"{says}: it is another sensor's columns, or gravity was taken away"
    for factor, what in PROBABLY.items():
        if abs(times / factor - 1) < NEAR:
            return f"{says}: its values are probably {what}; convert them to g or m/s²"
    return f"{says}: check the columns and their unit"
