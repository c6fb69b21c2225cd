"""What is known of the accelerometer's own errors, and how that knowledge is gathered."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

MOST_WINDOWS = 200  # remembered for the median


@dataclass(frozen=True)
class AccErrorSettings:
    """What may be wrong with an accelerometer, one standard deviation."""

    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet
    acc_gain: float = 0.02  # per axis, likewise
    gravity_mps2: float = 0.05  # what the rests leave of it
    learnt_offset_mps2: float = 0.03  # what a learnt offset is worth: 0.3 mg a degree of temperature (SCIENCE 8)
    learnt_gain: float = 0.003


@dataclass(frozen=True, eq=False)
class AccErrors:
    """What is known of the accelerometer's errors: offset (3, m/s²), gain per axis (3) and gravity (m/s²).

    mean: (7,). precision: (7, 7), the inverse of the covariance.
    """

    mean: Array
    precision: Array

    @staticmethod
    def unknown(settings: AccErrorSettings) -> "AccErrors":
        """A consumer part out of the box."""
        sd = np.repeat([settings.acc_offset_mps2, settings.acc_gain, settings.gravity_mps2], [3, 3, 1])
        return AccErrors(np.zeros(7), np.diag(sd**-2.0))

    @staticmethod
    def known(offset: Array, gain: Array, settings: AccErrorSettings) -> "AccErrors":
        """A part whose offset (3,) and gain (3,) were learnt before, perhaps at another temperature."""
        sd = np.repeat([settings.learnt_offset_mps2, settings.learnt_gain, settings.gravity_mps2], [3, 3, 1])
        return AccErrors(np.concatenate([offset, gain, [0.0]]), np.diag(sd**-2.0))


class ErrorMemory:
    """Remembers what window after window taught about the accelerometer, for a calibration to carry on.

    given: what a calibration or a first pass said; without it each window starts from an unknown part, since windows
    overlap and one spoilt by jumps must not spoil the next.
    """

    def __init__(self, settings: AccErrorSettings) -> None:
        self.settings = settings
        self.given: AccErrors | None = None
        self._means: list[Array] = []
        self._weights: list[Array] = []

    def before(self) -> AccErrors:
        """What to believe before a window."""
        return self.given or AccErrors.unknown(self.settings)

    def add(self, found: AccErrors) -> None:
        """What one more window found."""
        prior = 1 / np.diag(self.before().precision)
        self._means.append(found.mean)
        self._weights.append(np.maximum(1 - np.diag(np.linalg.inv(found.precision)) / prior, 0.0))
        del self._means[:-MOST_WINDOWS], self._weights[:-MOST_WINDOWS]

    def learnt(self) -> tuple[Array, Array] | None:
        """Offset (3,) and gain (3,): the median over the windows, each by how much it knew; None before any."""
        if not self._means:
            return None
        means, weights = np.array(self._means), np.array(self._weights)
        middle = np.empty(6)
        for k in range(6):
            order = np.argsort(means[:, k])
            share = np.cumsum(weights[order, k])
            middle[k] = means[order[np.searchsorted(share, share[-1] / 2)], k] if share[-1] > 0 else 0.0
        return middle[:3], middle[3:]
