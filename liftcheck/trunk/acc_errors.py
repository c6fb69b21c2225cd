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
    def known(mean: Array, sd: Array, settings: AccErrorSettings) -> "AccErrors":
        """A part whose offset and gain, (6,) with their standard deviations, were learnt before."""
        spread = np.append(sd, settings.gravity_mps2)
        return AccErrors(np.append(mean, 0.0), np.diag(spread**-2.0))


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
        """Offset and gain (6,) and their standard deviations; None before any window.

        The median over the windows, each by how much it knew. What the windows disagree about is not known better
        than they disagree: a lean of one depth alone cannot tell an offset forward from one upward.
        """
        if not self._means:
            return None
        means, weights = np.array(self._means), np.array(self._weights)
        middle = np.array([_weighted_median(means[:, k], weights[:, k]) for k in range(6)])
        spread = np.array([_weighted_median(np.abs(means[:, k] - middle[k]), weights[:, k]) for k in range(6)])
        settings = self.settings
        least = np.repeat([settings.learnt_offset_mps2, settings.learnt_gain], 3)
        most = np.repeat([settings.acc_offset_mps2, settings.acc_gain], 3)
        single = most * np.sqrt(1 - weights[:, :6].max(axis=0))  # the doubt that the best window was left with
        return middle, np.clip(np.maximum(1.48 * spread, single), least, most)


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(share, share[-1] / 2)]]) if share[-1] > 0 else 0.0
