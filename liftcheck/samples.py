"""What a sensor measured: times, specific force and angular rate, in SI units and right-handed frames.

The two frames of the whole program are defined here and nowhere else. Both are right-handed.

*Sensor frame*: the device's own axes, after the `[axes]` map of its firmware profile.

*Trunk frame*: x forward, y left, z up when the wearer stands upright. Leaning forward is a positive
rotation about +y and counts as positive flexion; leaning to the right is positive lean; turning to
the left is positive turn. At rest upright the specific force is (0, 0, +9.81) m/s².
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRAVITY_MPS2 = 9.80665  # standard gravity, CGPM 1901

# The grid on which samples are stored. Finer than any sensor in firmware_profiles/ resolves (0.05 mg,
# 0.003 deg/s), coarse enough for small files. Samples are put on it before anything looks at them, so that
# a file read back holds the same bits that were judged live.
TIME_STEP_S = 1e-6
ACC_STEP_MPS2 = 5e-4
GYR_STEP_RADPS = 5e-5


@dataclass(frozen=True, eq=False)
class Samples:
    """A stretch of a sensor's stream; a chunk of it and the whole of it are the same type.

    t: (n,) seconds since the recording began, strictly increasing. acc: (n, 3) specific force in m/s².
    gyr: (n, 3) angular rate in rad/s; a sensor without a gyroscope gives NaN. n may be 0. Slicing gives Samples.
    """

    t: Array
    acc: Array
    gyr: Array

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, part: slice) -> "Samples":
        return Samples(self.t[part], self.acc[part], self.gyr[part])

    @property
    def has_gyr(self) -> bool:
        """Whether there is a gyroscope behind these samples."""
        return not (len(self) and bool(np.isnan(self.gyr).all()))

    def rounded(self) -> "Samples":
        """The same samples on the grid on which they are stored. Rounding twice changes nothing."""
        return Samples(
            _on_grid(self.t, TIME_STEP_S), _on_grid(self.acc, ACC_STEP_MPS2), _on_grid(self.gyr, GYR_STEP_RADPS)
        )

    @staticmethod
    def empty() -> "Samples":
        """No samples."""
        return Samples(np.empty(0), np.empty((0, 3)), np.empty((0, 3)))

    @staticmethod
    def join(parts: Iterable["Samples"]) -> "Samples":
        """Stretches that follow each other, as one."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return Samples.empty()
        if len(kept) == 1:
            return kept[0]
        return Samples(
            np.concatenate([part.t for part in kept]),
            np.concatenate([part.acc for part in kept]),
            np.concatenate([part.gyr for part in kept]),
        )


def _on_grid(values: Array, step: float) -> Array:
    # Rows in memory whatever they came as: sums run in the order of memory, and the last bit with them.
    counts: Array = np.divide(values, step, order="C")
    np.rint(counts, out=counts)
    counts += 0.0  # counts in a file have no negative zero
    counts *= step
    return counts


@dataclass(frozen=True)
class Event:
    """Something decided or noticed at a moment of the stream, by a person or by the pipeline.

    t: seconds since the recording began; the event takes effect after the sample at t. kind: one of `EVENT_KINDS`.
    data: plain JSON values.
    """

    t: float
    kind: str
    by: Literal["person", "pipeline"] = "pipeline"
    data: Mapping[str, Any] = field(default_factory=dict)


# Every kind of event, and what its data holds.
EVENT_KINDS = {
    "session": "a live session began: liftcheck's version, settings, profile, rate_hz, times (arrival, count, device)",
    "times": "how sample times are known, of a recording that was not judged live: times (arrival, count, device)",
    "calibrating": "a calibration begins: no bend is a lift until `calibrated` or `calibration ended`",
    "calibrated": "the mounting is known from here on: a Calibration as a mapping (trunk/mounting.py)",
    "calibration ended": "a calibration was given up; what was known before holds on",
    "calibration lost": "the sensor was turned on the body: nothing is judged until it is calibrated or learnt again",
    "re-zeroed": "the sensor slipped and a new upright stance was taken: the new Calibration as a mapping",
    "site": "where the sensor sits: site",
    "height": "the wearer's height: height_m",
    "wearer": "a pseudonym: wearer",
    "load": "a load was entered: load_kg, reach_m, from_m, to_m, coupling",
    "marker": "somebody marked this moment: text",
    "snooze": "cues are silenced: minutes",
    "link lost": "the radio link ended: reason",
    "link back": "the radio link is back: gap_s",
    "battery": "the sensor's battery: percent",
    "loss": "samples known to be lost: lost, received",
    "lift": "a lift as it was judged live: the columns of its row",
    "warning": "an early warning during a descent",
    "cue": "what the trainee was told: message",
    "mode": "training, work or baseline: mode",
}
