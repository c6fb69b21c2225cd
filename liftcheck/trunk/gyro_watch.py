"""Takes the gyroscope out of a stream where it cannot be believed, so that nothing is judged by it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array, Samples
from liftcheck.trunk.agreement import BIN_S, BINS, Evidence, Turning

Gains = tuple[float, float, float]

DISAGREE = "gyroscope and accelerometer disagree"


@dataclass(frozen=True)
class GyroSettings:
    """When the gyroscope is believed. How much disagreement is too much: agreement.py."""

    remembered: float = 20.0  # rad²/s: what some ten bends show counts, older ones fade
    every: float = 0.3  # rad²/s: looked at again after so much more movement, a fifth of a bend


class GyroWatch:
    """Goes along a stream in front of everything else.

    From the second after the one in which it is clear that gyroscope and accelerometer speak of different movements, or
    that an axis is stuck, until that is over, rates are NaN, as those of a sensor without a gyroscope. gains: by which
    each axis is put right first, where a whole recording showed it.
    """

    def __init__(self, settings: GyroSettings, gains: Gains | None = None) -> None:
        self.settings = settings
        self.gains = None if gains is None else np.array(gains)
        self.doubted = False  # whether the two ever disagreed
        self._turning = Turning()
        self._evidence = Evidence.nothing()
        self._unseen = 0.0  # rad²/s of movement since it was last looked at
        self._changes: list[tuple[int, str]] = [(-(2**62), "")]  # from which second on, and why rates are left out

    def push(self, samples: Samples) -> Samples:
        """The next samples, without the rates that cannot be believed."""
        if not len(samples) or bool(np.isnan(samples.gyr[0]).any()):  # a stream has rates throughout or none
            return samples
        gyr = samples.gyr if self.gains is None else samples.gyr * self.gains
        samples = Samples(samples.t, samples.acc, gyr)
        for second, evidence, still in self._turning.push(samples):
            why = self._why(evidence, still)
            if why != self._changes[-1][1]:
                self._changes.append((second + 1, why))
        starts, out = [start for start, _ in self._changes], [bool(why) for _, why in self._changes]
        if not any(out):
            return samples
        blind = np.array(out)[np.searchsorted(starts, _seconds(samples.t), side="right") - 1]
        return Samples(samples.t, samples.acc, np.where(blind[:, None], np.nan, gyr)) if blind.any() else samples

    def why_not(self, t: float) -> str:
        """Why there are no rates at t, s; "" where there are, or never were any."""
        second = int(_seconds(np.array([t]))[0])
        return [why for start, why in self._changes if start <= second][-1]

    def _why(self, evidence: Evidence, still: str) -> str:
        """Why the rates cannot be believed after one more second of movement, "" if they can."""
        if still:
            return f"the gyroscope is stuck about {' and '.join(still)}"
        before = self._changes[-1][1] if self._changes[-1][1].startswith(DISAGREE) else ""
        self._evidence = self._evidence.plus(evidence, max(0.0, 1 - evidence.moved / self.settings.remembered))
        self._unseen += evidence.moved
        if self._unseen < self.settings.every:
            return before
        self._unseen = 0.0
        odd = self._evidence.of_gains().at_odds(bool(before))
        if odd is None or (odd and before):
            return before
        self.doubted |= odd
        return disagreement(self._evidence) if odd else ""


def disagreement(evidence: Evidence) -> str:
    """What to tell a person."""
    return f"{DISAGREE} about {evidence.of_gains().axes()}: check range, sign and axes in the profile"


def gains_of(samples: Samples) -> Gains | None:
    """By what a recording's gyroscope must be multiplied, axis by axis, where all of it shows that beyond doubt."""
    evidence = Evidence.nothing()
    for _, more, _ in Turning().push(samples):
        evidence = evidence.plus(more)
    return evidence.of_gains().correction()


def corrected(gains: Sequence[float]) -> str:
    """What to tell a person of a gyroscope that was put right."""
    turned = [axis for axis, gain in zip("xyz", gains, strict=True) if gain < 0]
    words = [f"the gyroscope's range was mistaken: rates taken times {abs(gains[0]):g}"] if abs(gains[0]) != 1 else []
    if turned:
        several = len(turned) > 1
        words.append(
            f"gyroscope {'axes' if several else 'axis'} {' and '.join(turned)} turned the wrong way: "
            "taken with the opposite sign"
        )
    return ", ".join(words)


def _seconds(t: Array) -> "np.typing.NDArray[np.int64]":
    return np.floor(t / BIN_S).astype(np.int64) // BINS
