"""How a sensor turns, as far as its accelerometer alone shows: for bends that can be counted, and never judged."""

import numpy as np
from scipy.signal import butter, sosfilt, sosfilt_zi

from liftcheck.samples import Array

CUT_OFF_HZ = 1.0  # above it the body's own acceleration drowns gravity


class TurningOfGravity:
    """Rates out of the turning of the low-passed force; what turns about the vertical does not show."""

    def __init__(self, rate_hz: float) -> None:
        self.rate_hz = rate_hz
        self._sos = np.asarray(butter(2, min(CUT_OFF_HZ, 0.2 * rate_hz), fs=rate_hz, output="sos"))
        self._state: Array | None = None
        self._up: Array | None = None  # at the last sample

    def push(self, acc: Array) -> Array:
        """The next samples' force (n, 3) -> rate (n, 3), rad/s."""
        if not len(acc):
            return np.empty((0, 3))
        if self._state is None:
            self._state = sosfilt_zi(self._sos)[:, :, None] * acc[0]
        smooth, self._state = sosfilt(self._sos, acc, axis=0, zi=self._state)
        size = np.sqrt(smooth[:, 0] ** 2 + smooth[:, 1] ** 2 + smooth[:, 2] ** 2)
        up = smooth / np.maximum(size, 1e-3)[:, None]
        before = np.concatenate([up[:1] if self._up is None else self._up, up[:-1]])
        self._up = up[-1:]
        return np.cross(before, up) * -self.rate_hz
