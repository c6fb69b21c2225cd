"""From what arrived to what a filter can use: segments without holes, on one even step, doubtful samples marked."""

from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array, Samples

Flags = np.typing.NDArray[np.uint8]

IMPOSSIBLE = 1e4  # m/s² or rad/s: a thousand g, 1500 turns a second

# Why a sample is doubtful; bits of `Stretch.doubt`.
FILLED, SATURATED, FROZEN = 1, 2, 4


@dataclass(frozen=True)
class StreamSettings:
    """What a hole is, and what a sensor's fault looks like."""

    longest_fill_s: float = 0.2  # a longer gap ends the segment (DESIGN law 2)
    first_s: float = 2.0  # the stretch from which a segment's rate is taken
    shortest_s: float = 0.5  # less than so much between two holes shows nothing of a movement
    rate_agreement: float = 0.02  # within this share the stated rate is believed
    # Stamps are a clock's own, and missing samples countable, where `near_share` of the steps are a whole number of
    # usual ones to within `near_whole` or a tick. Arrivals jitter more: a phone that asks a little too often finds
    # nothing now and then, which is no loss (ble_daily: asked every 48.75 ms for samples every 50 ms).
    near_share: float = 0.95
    near_whole: float = 0.05  # of a step
    coarsest_tick: float = 0.3  # of a step: a clock with wider ones tells nothing of single samples
    most_missing: float = 1 / 3  # more, and a short step is no usual one but a burst's
    hole_steps: float = 1.75  # a step beyond this is a hole that is filled ...
    hole_sd: float = 4.0  # ... if it is beyond so many standard deviations of the stamps' jitter, too
    lowest_rate_hz: float = 25.0  # below it bends are counted, not judged (SCIENCE 8)
    frozen_s: float = 1.0  # a channel that repeats one value so long is stuck: noise alone changes it sooner
    coarse_acc_mps2: float = 0.1  # a sensor with wider steps may well repeat itself; noise is some 0.02
    coarse_gyr_radps: float = 0.02  # likewise; some 0.002
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
        self.notes: tuple[str, ...] = ()

    def numbers(self, samples: Samples) -> Samples:
        """The samples whose values a sensor can have measured."""
        if not len(samples):
            return samples
        if self._has_gyr is None:
            self._has_gyr = not bool(np.isnan(samples.gyr[0]).all())
        measured = [samples.acc, samples.gyr] if self._has_gyr else [samples.acc]
        nothing = forceless(samples.acc)
        beyond = any(_beyond(values, IMPOSSIBLE) for values in measured)
        if np.isfinite(samples.t).all() and not beyond and not nothing.any():
            return samples
        self.notes = ("samples without usable numbers were left out",)
        good = np.isfinite(samples.t) & ~nothing
        for values in measured:
            good &= (np.abs(values) < IMPOSSIBLE).all(axis=1)  # False for NaN too
        return Samples(samples.t[good], samples.acc[good], samples.gyr[good])


class Segmenter:
    """Cuts a stream into segments. The stretches do not depend on how the stream is cut, joined they are the same."""

    def __init__(self, settings: StreamSettings, stated_rate_hz: float | None = None) -> None:
        self.settings = settings
        self.stated_rate_hz = stated_rate_hz
        self._waiting = Samples.empty()  # a segment's first two seconds
        self._last: Samples | None = None  # the last sample
        self._rate_hz: float | None = None
        self._hole = settings.hole_steps
        self._gap_s = 0.0
        self._steps = np.full(2, np.inf)  # the smallest change of a force and of a rate where segments began
        self._before = np.empty((0, 6))  # as many values of each channel as may not be all alike
        self._scraps, self._scraps_s = 0, 0.0  # pieces that were too short

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not looked at, in words."""
        if self._scraps_s < self.settings.shortest_s:
            return ()
        least, pieces = self.settings.shortest_s, f"{self._scraps} piece{'s' * (self._scraps > 1)}"
        return (f"{pieces} of less than {least:g} s between holes, {self._scraps_s:.1f} s in all: not looked at",)

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
        blind = np.isnan(samples.gyr[:, 0])
        was_blind = blind[:1] if self._last is None else np.isnan(self._last.gyr[:, 0])
        parted = np.diff(samples.t, prepend=before) > self.settings.longest_fill_s
        parted |= np.diff(blind, prepend=was_blind)  # rates begin or end: nothing carries over
        holes = np.flatnonzero(parted)
        cuts = [0, *(int(hole) for hole in holes if hole > 0 or self._last is not None), len(samples)]
        stretches = []
        for number, (a, b) in enumerate(pairwise(cuts)):
            if number > 0 and self._last is not None:
                stretches += self.finish()
                self._begin(float(samples.t[a] - self._last.t[0]))
            if b > a:
                stretches += self._take(samples[a:b])
        return stretches

    def finish(self) -> list[Stretch]:
        """The segment is over: what of it waits for its rate is all that there is."""
        waiting = self._waiting
        if self._rate_hz is not None or not len(waiting):
            return []
        span = float(waiting.t[-1] - waiting.t[0])
        if span < self.settings.shortest_s:
            self._scraps, self._scraps_s = self._scraps + 1, self._scraps_s + span
            return []
        return [self._rated(len(waiting))]

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
        first, waiting = int(enough[0]) + 1, self._waiting
        begin = self._rated(first)
        return [begin, self._even(waiting[first:], begins=False)] if len(waiting) > first else [begin]

    def _rated(self, first: int) -> Stretch:
        """The first samples of what waits, which tell the segment's rate."""
        begin, self._waiting, self._last = self._waiting[:first], Samples.empty(), None
        self._rate_hz = self._rate(begin.t)
        self._steps = np.minimum(self._steps, _steps(begin))
        self._before = np.empty((0, 6))
        return self._even(begin, begins=True)

    def _rate(self, t: Array) -> float:
        """The rate of a segment's first samples; sets how long a step must be for a hole.

        Where times are a clock's own, or the usual step is the stated one, the steps tell how many samples are missing.
        """
        settings, stated, steps = self.settings, self.stated_rate_hz, np.diff(t)
        mean_hz = len(steps) / float(t[-1] - t[0])
        usual_hz = 1 / (float(np.median(steps)) or 1 / mean_hz)  # the stamps of one packet may be all the same
        if stated and abs(usual_hz / stated - 1) <= settings.rate_agreement:
            countable, usual_hz = True, stated
        else:  # the median is known to a tick of the clock only
            usual_hz = mean_hz * float(_passed(steps * usual_hz, settings.hole_steps).mean())
            countable = usual_hz <= mean_hz / (1 - settings.most_missing) and self._is_a_clocks(steps, usual_hz)
        rate_hz = usual_hz if countable else mean_hz
        jitter = 1.4826 * float(np.median(np.abs(steps * rate_hz - 1)))  # as a standard deviation; holes do not count
        self._hole = max(settings.hole_steps, 1 + settings.hole_sd * jitter)
        if countable:
            rate_hz = mean_hz * float(_passed(steps * usual_hz, self._hole).mean())
        return stated if stated and abs(rate_hz - stated) <= settings.rate_agreement * stated else rate_hz

    def _is_a_clocks(self, steps: Array, usual_hz: float) -> bool:
        """Whether stamps are a clock's own: nearly every step is a whole number of usual ones."""
        settings = self.settings
        different = np.diff(np.unique(np.rint(steps * 1e6))) / 1e6  # stamps are kept to a microsecond
        tick = 1.01 * float(different.min(initial=np.inf)) * usual_hz
        off = np.abs(steps * usual_hz - _passed(steps * usual_hz, settings.hole_steps))
        within = max(settings.near_whole, tick if tick <= settings.coarsest_tick else 0.0)
        return float(np.mean(off <= within)) >= settings.near_share

    def _even(self, part: Samples, begins: bool) -> Stretch:
        """The part with short holes filled linearly and faults marked."""
        rate = self._rate_hz or 1.0
        doubt, last = self._faults(part), self._last
        step = np.diff(part.t, prepend=part.t[:1] if last is None else last.t)
        self._last = part[len(part) - 1 :]
        if step.max() > self._hole / rate:
            before = part[:1] if last is None else last
            whole, doubt = Samples.join([before, part]), np.append(np.uint8(0), doubt)
            missing = np.where(step > self._hole / rate, np.rint(step * rate).astype(int) - 1, 0)
            whole, doubt = _filled(whole, doubt, missing)
            part, doubt = whole[1:], doubt[1:]
        gap, self._gap_s = self._gap_s, 0.0
        return Stretch(part.t, part.acc, part.gyr, doubt, rate, begins, gap if begins else 0.0)

    def _faults(self, part: Samples) -> Flags:
        """Marks clipped peaks and stuck channels: by which values equal those before them."""
        settings, old = self.settings, len(self._before)
        longest = int(settings.frozen_s * (self._rate_hz or 1.0))
        clipped = _beyond(part.acc, settings.saturated_acc_mps2) or _beyond(part.gyr, settings.saturated_gyr_radps)
        stuck = self._may_be_stuck(part, longest)
        last = np.hstack([part.acc[-longest:], part.gyr[-longest:]])
        values = np.concatenate([self._before, np.hstack([part.acc, part.gyr]) if clipped or stuck else last])
        self._before = values[-longest:].copy()
        doubt = np.zeros(old + len(part), dtype=np.uint8)
        if clipped:
            limit = np.repeat([settings.saturated_acc_mps2, settings.saturated_gyr_radps], 3)
            same = values[1:] == values[:-1]
            flat = same[1:] & same[:-1] & (np.abs(values[2:]) > limit)
            if flat.any():
                doubt[2:][flat.any(axis=1)] |= SATURATED
        if stuck:
            index = np.arange(len(values))[:, None]
            changed = np.vstack([np.ones((1, 6), dtype=bool), values[1:] != values[:-1]])
            repeats = index - np.maximum.accumulate(np.where(changed, index, 0), axis=0)
            fine = self._steps < [settings.coarse_acc_mps2, settings.coarse_gyr_radps]
            doubt[((repeats >= longest) & np.repeat(fine, 3)).any(axis=1)] |= FROZEN
        return doubt[old:]

    def _may_be_stuck(self, part: Samples, longest: int) -> bool:
        """Whether a channel may have repeated a value `longest` times: then every n-th sample shows nine alike."""
        every = max(1, (longest + 1) // 9)
        few = np.concatenate([self._before[::every], np.hstack([part.acc[::every], part.gyr[::every]])])
        alike = few[1:] == few[:-1]
        for shift in (1, 2, 4) if longest >= 8 else ():
            alike = alike[shift:] & alike[:-shift]
        return bool(alike.any())


def forceless(acc: Array) -> "np.typing.NDArray[np.bool_]":
    """Which forces (n, 3) are nothing at all: an accelerometer that is off, since its noise is always there."""
    nothing = acc[:, 0] == 0
    return np.asarray(nothing & (acc[:, 1:] == 0).all(axis=1) if nothing.any() else nothing)


def _passed(steps: Array, hole: float) -> Array:
    """How many usual steps lie in each step: one, but for those from `hole` on."""
    return np.where(steps > hole, np.rint(steps), 1.0)


def _steps(samples: Samples) -> Array:
    """The smallest change of any axis from sample to sample, of force and of rate, (2,); infinite where none is."""
    changes = [np.abs(np.diff(values, axis=0)) for values in (samples.acc, samples.gyr)]
    return np.array([change[change > 0].min(initial=np.inf) for change in changes])


def _beyond(values: Array, limit: float) -> bool:
    """Whether any value is as far from zero as `limit`, or no number."""
    return not (values.max() < limit and values.min() > -limit)


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
