"""From what arrived to what a filter can use: segments without holes, on one even step, doubtful samples marked."""

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array, Samples

Flags = np.typing.NDArray[np.uint8]
Mask = np.typing.NDArray[np.bool_]

IMPOSSIBLE = 1e4  # m/s² or rad/s: a thousand g, 1500 turns a second

# Why a sample is doubtful; bits of `Stretch.doubt`.
FILLED, SATURATED, FROZEN = 1, 2, 4


@dataclass(frozen=True)
class StreamSettings:
    """What a hole is, and what a sensor's fault looks like."""

    longest_fill_s: float = 0.2  # a longer gap ends the segment (DESIGN law 2)
    first_s: float = 2.0  # the stretch from which a segment's rate is taken
    rate_agreement: float = 0.02  # within this share the stated rate is believed
    lowest_rate_hz: float = 25.0  # below it bends are counted, not judged (SCIENCE 8)
    frozen_s: float = 1.0  # a channel that repeats one value so long is stuck: noise alone changes it sooner
    saturated_acc_mps2: float = 18.0  # three equal values beyond this are a clipped peak: the smallest range is 2 g
    saturated_gyr_radps: float = 2.0  # likewise; the smallest range in use is 125 deg/s


@dataclass(frozen=True, eq=False)
class Stretch:
    """A stretch of one segment. begins: whether it is the segment's first. t, acc, gyr as in Samples, on the step
    1/rate_hz; doubt: (n,) bits. gap_s: the hole before it, if it begins a segment."""

    t: Array
    acc: Array
    gyr: Array
    doubt: Flags
    rate_hz: float
    begins: bool
    gap_s: float = 0.0


class Door:
    """Lets numbers in and nothing else: no NaN or infinity may reach a filter, which would never forget it.

    A stream has a gyroscope if its first sample has; a row that lacks it then is as useless as one of NaN.
    """

    def __init__(self) -> None:
        self._has_gyr: bool | None = None

    def numbers(self, samples: Samples) -> tuple[Samples, bool]:
        """The samples whose values a sensor can have measured, and whether any were left out."""
        if not len(samples):
            return samples, False
        if self._has_gyr is None:
            self._has_gyr = not bool(np.isnan(samples.gyr[0]).all())
        good = np.isfinite(samples.t) & (np.abs(samples.acc) < IMPOSSIBLE).all(axis=1)  # False for NaN too
        good &= (np.abs(samples.gyr) < IMPOSSIBLE).all(axis=1) if self._has_gyr else True
        if good.all():
            return samples, False
        return Samples(samples.t[good], samples.acc[good], samples.gyr[good]), True


class Segmenter:
    """Cuts a stream into segments. The stretches do not depend on how the stream is cut, joined they are the same."""

    def __init__(self, settings: StreamSettings, stated_rate_hz: float | None = None) -> None:
        self.settings = settings
        self.stated_rate_hz = stated_rate_hz
        self._waiting = Samples.empty()  # a segment's first two seconds
        self._last: Samples | None = None  # the last sample
        self._rate_hz: float | None = None
        self._gap_s = 0.0
        self._repeats = np.zeros(6)  # how often each channel has repeated its last value

    @property
    def unused_s(self) -> float:
        """The time of the samples that wait for their segment's rate, with the hole before them."""
        if self._rate_hz is not None or not len(self._waiting):
            return self._gap_s
        return self._gap_s + float(self._waiting.t[-1] - self._waiting.t[0])

    def push(self, samples: Samples) -> list[Stretch]:
        """The stretches that the next samples complete."""
        if not len(samples):
            return []
        before = samples.t[:1] if self._last is None else self._last.t
        holes = np.flatnonzero(np.diff(samples.t, prepend=before) > self.settings.longest_fill_s)
        cuts = [0, *(int(hole) for hole in holes if hole > 0 or self._last is not None), len(samples)]
        stretches = []
        for number, (a, b) in enumerate(pairwise(cuts)):
            if number > 0 and self._last is not None:
                self._begin(float(samples.t[a] - self._last.t[0]))
            if b > a:
                stretches += self._take(samples[a:b])
        return stretches

    def _begin(self, gap_s: float) -> None:
        unused = self._waiting.t[-1] - self._waiting.t[0] if len(self._waiting) else 0.0
        carried = self._gap_s if self._rate_hz is None and self._gap_s else 0.0
        self._gap_s = gap_s + float(unused) + carried
        self._waiting, self._rate_hz, self._last = Samples.empty(), None, None

    def _take(self, part: Samples) -> list[Stretch]:
        if self._rate_hz is not None:
            return [self._even(part, begins=False)]
        self._waiting = Samples.join([self._waiting, part])
        self._last = part[len(part) - 1 :]
        enough = np.flatnonzero(self._waiting.t >= self._waiting.t[0] + self.settings.first_s)
        if not len(enough):
            return []
        first = int(enough[0]) + 1
        self._rate_hz = self._rate(self._waiting.t[:first])
        waiting, self._waiting, self._last = self._waiting, Samples.empty(), None
        self._repeats = np.zeros(6)
        begin = self._even(waiting[:first], begins=True)
        return [begin, self._even(waiting[first:], begins=False)] if len(waiting) > first else [begin]

    def _rate(self, t: Array) -> float:
        measured = (len(t) - 1) / float(t[-1] - t[0])
        stated = self.stated_rate_hz
        if stated and abs(measured - stated) <= self.settings.rate_agreement * stated:
            return stated
        return measured

    def _even(self, part: Samples, begins: bool) -> Stretch:
        """The part with short holes filled linearly and faults marked."""
        rate = self._rate_hz or 1.0
        whole = part if self._last is None else Samples.join([self._last, part])
        doubt = self._faults(whole, fresh=self._last is None)
        step = np.diff(whole.t)
        missing = np.where(step > 1.75 / rate, np.rint(step * rate).astype(int) - 1, 0)
        if missing.any():
            whole, doubt = _filled(whole, doubt, missing)
        if self._last is not None:
            whole, doubt = whole[1:], doubt[1:]
        self._last = part[len(part) - 1 :]
        gap, self._gap_s = self._gap_s, 0.0
        return Stretch(whole.t, whole.acc, whole.gyr, doubt, rate, begins, gap if begins else 0.0)

    def _faults(self, whole: Samples, fresh: bool) -> Flags:
        """Marks clipped peaks and stuck channels by how often a value has been repeated."""
        longest = self.settings.frozen_s * (self._rate_hz or 1.0)
        limit = np.repeat([self.settings.saturated_acc_mps2, self.settings.saturated_gyr_radps], 3)
        values = np.hstack([whole.acc, whole.gyr])
        same = values[1:] == values[:-1]
        if not fresh and self._is_sound(values, same, limit, int(longest)):
            return np.zeros(len(values), dtype=np.uint8)
        index = np.arange(len(values))[:, None]
        changed = np.vstack([np.zeros((1, 6), dtype=bool), ~same])
        last_change = np.maximum.accumulate(np.where(changed, index, 0), axis=0)
        repeats = index - last_change + np.where(last_change == 0, 0.0 if fresh else self._repeats, 0.0)
        self._repeats = repeats[-1]
        doubt = np.zeros(len(values), dtype=np.uint8)
        doubt[((repeats >= 2) & (np.abs(values) > limit)).any(axis=1)] |= SATURATED
        doubt[(repeats >= longest).any(axis=1)] |= FROZEN
        return doubt

    def _is_sound(self, values: Array, same: Mask, limit: Array, longest: int) -> bool:
        """Whether there is nothing to mark in a long stretch, which is the rule; then the last repeats are counted.

        Half of `longest` repeats on a grid of such blocks: without one of them no run is as long as `longest`.
        """
        half = longest // 2
        blocks = len(same) // half if half >= 4 else 0
        if blocks < 4 or (np.abs(values).max(axis=0) > limit).any():
            return False
        if self._repeats.max() > longest - half:
            return False
        here_and_there = same[:: max(1, half // 4)]  # a run as long as half of it shows in four of these in a row
        four = here_and_there[:-3] & here_and_there[1:-2] & here_and_there[2:-1] & here_and_there[3:]
        if four.any() and same[: blocks * half].reshape(blocks, half, 6).all(axis=1).any():
            return False
        last = same[-longest:][::-1]
        self._repeats = np.where(last.all(axis=0), longest, np.argmin(last, axis=0)).astype(np.float64)
        return True


def _filled(whole: Samples, doubt: Flags, missing: np.typing.NDArray[np.intp]) -> tuple[Samples, Flags]:
    """Samples with `missing[k]` points put linearly between sample k and k+1."""
    count = np.append(missing, 0) + 1
    left = np.repeat(np.arange(len(whole)), count)
    inside = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    share = inside / count[left]
    right = np.minimum(left + 1, len(whole) - 1)
    parts = [getattr(whole, field.name) for field in fields(whole)]
    mixed = []
    for values in parts:
        weight = share if values.ndim == 1 else share[:, None]
        mixed.append(np.where(weight == 0, values[left], values[left] + weight * (values[right] - values[left])))
    marked = np.where(inside > 0, np.uint8(FILLED), doubt[left]).astype(np.uint8)
    return Samples(*mixed), marked
