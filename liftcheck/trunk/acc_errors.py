"""What is known of the accelerometer's own errors, and how that knowledge is gathered."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array

MOST_WINDOWS = 200  # remembered
ROUNDS = 4  # of weighing the windows against each other


@dataclass(frozen=True)
class AccErrorSettings:
    """What may be wrong with an accelerometer, one standard deviation."""

    acc_offset_mps2: float = 0.2  # 20 mg, a consumer part's data sheet
    acc_gain: float = 0.01  # per axis: 0.5 to 1.5 % (SCIENCE 8)
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

    def reading(self, gravity_mps2: float, stance: Array, settings: AccErrorSettings) -> "AccErrors":
        """The same, knowing what the accelerometer reads in stance, where up lies along `stance`, (3,).

        What is above or below gravity there is the offset along up, and the gain on gravity.
        """
        share = np.concatenate([stance, stance**2 * GRAVITY_MPS2, [0.0]])
        weight = settings.gravity_mps2**-2.0
        precision = self.precision + weight * np.outer(share, share)
        value = self.precision @ self.mean + weight * share * (gravity_mps2 - GRAVITY_MPS2)
        return AccErrors(np.linalg.solve(precision, value), precision)


class ErrorMemory:
    """Gathers what window after window taught about the accelerometer, for a calibration to carry on.

    given: what a calibration or a first pass said; without it each window starts from an unknown part, since a window
    spoilt by jumps must not spoil the next.
    """

    def __init__(self, settings: AccErrorSettings) -> None:
        self.settings = settings
        self.given: AccErrors | None = None
        self._unknown = AccErrors.unknown(settings)
        self._evidence: list[tuple[Array, Array]] = []  # of each window: information (7, 7), and that times the errors
        self._until = -np.inf

    def before(self) -> AccErrors:
        """What to believe before a window."""
        return self.given or self._unknown

    def add(self, found: AccErrors, prior: AccErrors, begin_s: float, end_s: float) -> None:
        """What one more window found, and believed before. Windows overlap: each counts by its time that is new."""
        new = (end_s - max(begin_s, self._until)) / (end_s - begin_s)
        self._until = max(self._until, end_s)
        if new > 0:
            value = found.precision @ found.mean - prior.precision @ prior.mean
            self._evidence.append((new * (found.precision - prior.precision), new * value))
            del self._evidence[:-MOST_WINDOWS]

    def learnt(self, gravity_mps2: float, stance: Array) -> tuple[Array, Array] | None:
        """Offset and gain (6,) and their standard deviations; None before any window.

        One bend leaves a combination of errors open in which it begins and ends as it should and is too shallow or
        too deep between; bends of other depths close it. So the windows' evidence is added up, not their answers, each
        of which is drawn towards no error at all. A window at odds with the others counts for less (Cauchy), and what
        they disagree about is not known better than they disagree (Birge's ratio).
        """
        if not self._evidence:
            return None
        prior = self._unknown.reading(gravity_mps2, stance, self.settings)
        information, values = (np.array(part) for part in zip(*self._evidence, strict=True))
        own = np.linalg.solve(information + 1e-3 * prior.precision, values[:, :, None])  # each window's own answer
        weights, freedom = np.ones(len(values)), len(prior.mean)
        for _ in range(ROUNDS):
            precision = prior.precision + np.einsum("k,kij->ij", weights, information)
            value = prior.precision @ prior.mean + np.einsum("k,ki->i", weights, values)
            mean: Array = np.linalg.solve(precision, value).astype(np.float64, copy=False)
            off = own - mean[:, None]  # how far that lies from the mean: squared, in its standard deviations, the odds
            odds = (off.swapaxes(1, 2) @ information @ off).ravel()
            weights = 1 / (1 + odds / freedom)
        disagreement = max(1.0, float(np.average(odds, weights=weights)) / freedom)
        settings = self.settings
        least = np.repeat([settings.learnt_offset_mps2, settings.learnt_gain], 3)
        most = np.repeat([settings.acc_offset_mps2, settings.acc_gain], 3)
        sd = np.sqrt(disagreement * np.diag(np.linalg.inv(precision))[:6])
        return mean[:6], np.clip(sd, least, most)
