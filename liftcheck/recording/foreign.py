"""From the columns of somebody else's file to a Recording: checked, mended where certain, on the storage grid."""

from pathlib import Path

import numpy as np

from liftcheck.errors import RecordingError
from liftcheck.recording import checks, times, units
from liftcheck.recording.recording import Recording, name_of
from liftcheck.samples import Array, Samples

SHORTEST_S = 2.0
NO_GYRO = "no gyroscope: bends cannot be judged as legs or back"


def recording_of(
    path: Path,
    reader: str,
    t: Array,
    acc: Array,
    gyr: Array | None,
    notes: list[str],
    column: units.TimeColumn | None = None,
) -> Recording:
    """A recording from times in s, specific force in m/s² and angular rate in rad/s (None: no gyroscope).

    notes: what the reader noticed so far. column: where the times stand in the file, if a person may name another.
    RecordingError if less than two seconds of it can be used, or times or forces are in no sensor's unit.
    """
    if gyr is None:
        gyr = np.full((len(t), 3), np.nan)
        notes = [*notes, NO_GYRO]
    # Columns of a wide table lie apart in memory; every check is faster on whole arrays.
    t, acc, gyr = (np.ascontiguousarray(values, dtype=np.float64) for values in (t, acc, gyr))
    units.check(path, t, acc, column)
    samples, mended = checks.mended(Samples(t, acc, gyr))
    samples, repeated = times.strictly_increasing(samples.rounded())
    recording = Recording(
        samples, name=name_of(path), path=str(path), reader=reader, quality=(*notes, *mended, *repeated)
    )
    if recording.duration_s < SHORTEST_S or len(samples) < 10:
        why = f" ({recording.quality[0]})" if recording.quality else ""
        raise RecordingError(f"{path} holds less than two seconds of usable samples{why}")
    return recording
