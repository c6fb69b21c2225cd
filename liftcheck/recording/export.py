"""Recordings for other programs: plain CSV, Parquet, OpenSim's .sto, and from anything to the native file."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import vqf

from liftcheck.errors import RecordingError
from liftcheck.recording import file, parquet, plain
from liftcheck.recording.fresh import fresh_file
from liftcheck.recording.recording import Recording
from liftcheck.recording.times import GAP_S
from liftcheck.samples import Array, Samples

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".sto", ".mcap")


def export(recording: Recording, path: str | Path, *, profile_text: str | None = None, force: bool = False) -> None:
    """Writes a recording in the format that the path's suffix names.

    RecordingError: an unknown suffix, the file exists (and not `force`), or nothing of use would be in it.
    MissingExtraError: Parquet without pyarrow.
    """
    name = Path(path).name.lower()
    if name.endswith((".csv", ".csv.gz")):
        plain.write(path, recording, force=force)
    elif name.endswith(".parquet"):
        parquet.write(path, recording, force=force)
    elif name.endswith(".sto"):
        write_sto(path, recording, force=force)
    elif name.endswith(".mcap"):
        file.write(path, recording, profile_text=profile_text, force=force)
    else:
        raise RecordingError(f"{path}: the name of an export ends in {', '.join(SUFFIXES)}")


def write_sto(path: str | Path, recording: Recording, *, force: bool = False) -> None:
    """Writes the sensor's orientation as OpenSim's OpenSense reads it: a quaternion a row, scalar first.

    The quaternion turns sensor axes into an earth frame with z up; heading starts at zero and anew after a pause of
    more than 0.2 s. Give OpenSense the rotation (-pi/2, 0, 0) from z up to its y up. The column is named after the
    body that the sensor rides on: pelvis_imu at the waist, torso_imu elsewhere.
    """
    samples = recording.samples
    if not samples.has_gyr or not len(samples):
        raise RecordingError(
            f"{recording.path or 'the recording'} has no gyroscope, without which there is no orientation"
        )
    body = "pelvis_imu" if (recording.site or "").startswith("waist") else "torso_imu"
    rate = (len(samples) - 1) / recording.duration_s if recording.duration_s else 100.0
    head = f"DataRate={rate:.6f}\nDataType=Quaternion\nversion=3\nOpenSimVersion=4.4\nendheader\ntime\t{body}\n"
    rows = np.column_stack([samples.t, orientation(samples)])
    with fresh_file(path, force=force) as part, open(part, "w", encoding="ascii", newline="\n") as out:
        out.write(head)
        for i in range(0, len(rows), 10_000):
            some = rows[i : i + 10_000]
            out.write(("%.6f\t%.9f,%.9f,%.9f,%.9f\n" * len(some)) % tuple(some.ravel().tolist()))


def orientation(samples: Samples) -> Array:
    """Quaternions (n, 4), scalar first, from sensor axes to an earth frame with z up: VQF without magnetometer.

    Offline variant, which knows the whole movement: D. Laidig, T. Seel, Information Fusion 91 (2023).
    """
    steps = np.diff(samples.t)
    edges = [0, *(int(i) + 1 for i in np.flatnonzero(steps > GAP_S)), len(samples)]
    found = np.empty((len(samples), 4))
    for start, stop in pairwise(edges):
        part = samples[start:stop]
        step = float(part.t[-1] - part.t[0]) / (len(part) - 1) if len(part) > 1 else 0.01
        gyr, acc = np.ascontiguousarray(part.gyr), np.ascontiguousarray(part.acc)
        found[start:stop] = vqf.offlineVQF(gyr, acc, None, step)["quat6D"]
    return found
