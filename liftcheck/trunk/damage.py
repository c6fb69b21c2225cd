"""Takes out of a stream what no sensor measured on a body: damaged numbers, and old values that were sent again.

What is taken out is missing from then on, like a sample that was never received: short holes are filled and counted,
long ones end the segment. Nothing depends on how the stream is cut.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array, Samples

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class DamageSettings:
    """What no body does, and no sensor.

    A knock shows in several of the six channels; a number that was damaged on the way stands alone in its own. The
    noise of six fine channels never leaves all of them as they were.
    """

    slowest_s: float = 0.025  # between samples: in a slower stream a step stands alone too
    lone_acc_mps2: float = 1.0  # beyond two neighbours on each side; half of it breaks no calm, noise is some 0.02
    lone_gyr_radps: float = 0.2  # likewise; noise is some 0.002
    lone_times: float = 2.0  # ... and by so many times what these four differ among themselves
    repeats: int = 5  # rows alike one after the other: no new measurements
    small_acc_mps2: float = 0.1  # changes of a sensor nearly at rest, ...
    small_gyr_radps: float = 0.02
    small: int = 200  # ... of which it must have shown so many for each time that it repeated itself
    often: int = 20  # times that it repeated itself: from here on it is believed to be coarse
    told: int = 5  # damaged numbers, from which on a person is told


class Sieve:
    """Samples in, those that were measured out; from one that leaps two are held back, and rows that repeat."""

    def __init__(self, settings: DamageSettings) -> None:
        self._repeats = _Repeats(settings)
        self._lone = _Lone(settings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken out, in words."""
        return (*self._repeats.notes, *self._lone.notes)

    def push(self, samples: Samples) -> Samples:
        """The samples that are settled by the next ones."""
        return self._lone.push(self._repeats.push(samples))

    def finish(self) -> Samples:
        """What was held back: the stream has ended."""
        return Samples.join([self._lone.push(self._repeats.finish()), self._lone.finish()])


class _Repeats:
    """Rows that repeat all six values, of a sensor that otherwise never does."""

    def __init__(self, settings: DamageSettings) -> None:
        self.settings = settings
        self.notes: tuple[str, ...] = ()
        self._last = Samples.empty()
        self._held = Samples.empty()  # repeats of the last row, while they are few
        self._run = 0  # how many they are
        self._stale = False  # ... and too many for a sensor like this
        self._small = self._own = 0  # small changes seen, and runs of repeats that were the sensor's own
        self._off = False

    def push(self, samples: Samples) -> Samples:
        """The next samples without stale ones."""
        if self._off or not len(samples) or bool(np.isnan(samples.gyr[0]).any()):
            return samples
        last, self._last = self._last, samples[-1:]
        same = np.append(bool(_same(Samples.join([last, samples[:1]])).any()), _same(samples))
        if not self._run and not same.any():
            self._count(last, samples)
            return samples
        parts: list[Samples] = []
        edges = [0, *(np.flatnonzero(same[1:] != same[:-1]) + 1).tolist(), len(samples)]
        for a, b in pairwise(edges):
            if self._off:
                parts.append(samples[a:])
                break
            if same[a]:
                self._repeat(samples[a:b], parts)
            else:
                parts.append(self._released())
                parts.append(samples[a:b])
                self._count(samples[a - 1 : a] if a else last, samples[a:b])
        return Samples.join(parts)

    def finish(self) -> Samples:
        """The repeats held back."""
        return self._released()

    def _repeat(self, samples: Samples, parts: list[Samples]) -> None:
        settings = self.settings
        self._run += len(samples)
        self._held = Samples.join([self._held, samples])
        if self._run < settings.repeats:
            return
        if self._small >= settings.small * max(1, self._own):
            self._stale = True
            if not self.notes:
                self.notes = (f"values sent again and again from {self._held.t[0]:.1f} s: left out",)
        else:
            parts.append(self._held)
        self._held = Samples.empty()

    def _released(self) -> Samples:
        """Another value has come: what was held back, if the run was the sensor's own."""
        if not self._run:
            return Samples.empty()
        settings, held = self.settings, self._held
        if not self._stale:
            self._own += 1
            self._off = self._own > settings.often and self._small < settings.small * self._own
        self._held, self._run, self._stale = Samples.empty(), 0, False
        return held

    def _count(self, before: Samples, samples: Samples) -> None:
        """Small changes from each row to the next; no more of them than are asked for."""
        most = self.settings.small * (self._own + 1)
        if self._small < most:
            samples = Samples.join([before, samples])
            small = _within(samples.acc, self.settings.small_acc_mps2)
            small &= _within(samples.gyr, self.settings.small_gyr_radps)
            self._small = min(most, self._small + int(np.count_nonzero(small)))


class _Lone:
    """Numbers that stand alone: far from both neighbours on each side, in one channel of six."""

    def __init__(self, settings: DamageSettings) -> None:
        self.settings = settings
        self._tail = Samples.empty()  # up to two that were given out, and two that were not
        self._given = 0  # of the tail
        self._before = 0  # samples before the tail
        self._fine = [-1, -1]  # the sample at which forces, and rates, first changed by so little that steps are fine
        self._found = 0
        self._first_s = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken out, in words."""
        if self._found < self.settings.told:
            return ()
        return (f"damaged numbers from {self._first_s:.1f} s: left out",)

    def push(self, samples: Samples) -> Samples:
        """The samples that are no leap, or have two after them, without damaged ones."""
        if not len(samples) or bool(np.isnan(samples.gyr[0]).any()):
            return samples
        whole, given = Samples.join([self._tail, samples]), self._given
        upto = max(given, self._settled(whole))
        lone = self._lone(whole)
        lone = lone[(lone >= given) & (lone < upto) & (lone + self._before > self._fine_from(whole))]
        keep = max(0, upto - 2)
        self._tail, self._given, self._before = whole[keep:], upto - keep, self._before + keep
        if not len(lone):
            return whole[given:upto]
        if not self._found:
            self._first_s = float(whole.t[lone[0]])
        self._found += len(lone)
        good = np.ones(len(whole), dtype=bool)
        good[lone] = False
        good = good[given:upto]
        return Samples(whole.t[given:upto][good], whole.acc[given:upto][good], whole.gyr[given:upto][good])

    def finish(self) -> Samples:
        """The last two."""
        rest, self._tail, self._given = self._tail[self._given :], Samples.empty(), 0
        return rest

    def _fine_from(self, whole: Samples) -> float:
        """From which sample on it is known that the sensor's steps are not so wide that one of them stands alone."""
        settings = self.settings
        kinds = ((whole.acc, settings.small_acc_mps2), (whole.gyr, settings.small_gyr_radps))
        for kind, (values, limit) in enumerate(kinds):
            if self._fine[kind] < 0:
                change = np.abs(values[1:] - values[:-1])
                small = np.flatnonzero(((change > 0) & (change < limit)).any(axis=1))
                self._fine[kind] = int(small[0]) + 1 + self._before if len(small) else -1
        return max(self._fine) if min(self._fine) >= 0 else np.inf

    def _settled(self, whole: Samples) -> int:
        """How many samples need no other after them: all, or those before one of the last two that leaps."""
        n, settings = len(whole), self.settings
        end = whole[max(0, n - 4) :]
        slow = np.diff(end.t) > settings.slowest_s
        changes = np.abs(np.diff(np.hstack([end.acc, end.gyr]), axis=0))
        leaps: Mask = np.asarray(
            (changes > np.repeat([settings.lone_acc_mps2, settings.lone_gyr_radps], 3)).any(axis=1)
        )
        for i in range(max(1, len(end) - 2), len(end)):
            if leaps[i - 1] and not slow[max(0, i - 2) : i + 1].any():
                return n - len(end) + i
        return n

    def _lone(self, whole: Samples) -> "np.typing.NDArray[np.intp]":
        """Where a number stands alone, of those with two before and two after them."""
        if len(whole) < 5:
            return np.empty(0, dtype=np.intp)
        settings = self.settings
        least = np.repeat([settings.lone_acc_mps2, settings.lone_gyr_radps], 3)
        back = np.zeros(len(whole), dtype=bool)  # up and down again, or down and up
        for values, step in ((whole.acc, settings.lone_acc_mps2), (whole.gyr, settings.lone_gyr_radps)):
            change = values[1:] - values[:-1]
            back[np.flatnonzero(change[1:] * change[:-1] < -(step**2)) // 3 + 1] = True
        at = np.flatnonzero(back[2:-2]) + 2
        if not len(at):
            return at
        near = at + np.arange(-2, 3)[:, None]
        values = np.concatenate([whole.acc[near], whole.gyr[near]], axis=2)
        around, here = values[[0, 1, 3, 4]], values[2]
        high, low = around.max(axis=0), around.min(axis=0)
        beyond = np.maximum(here - high, low - here)
        far = beyond > least + settings.lone_times * (high - low)
        some = beyond > least / 4 + (high - low) / 4
        steps = np.diff(whole.t[near], axis=0).max(axis=0)
        return np.asarray(at[far.any(axis=1) & (some.sum(axis=1) == 1) & (steps <= settings.slowest_s)])


def _same(samples: Samples) -> Mask:
    """Whether each row but the first repeats the one before it, (n - 1,)."""
    same = (samples.acc[1:, 0] == samples.acc[:-1, 0]) & (samples.acc[1:, 1] == samples.acc[:-1, 1])
    at = np.flatnonzero(same)  # by chance in two channels; few of these do in all
    for values in (samples.acc, samples.gyr):
        same[at] &= (values[at + 1] == values[at]).all(axis=1)
    return np.asarray(same)


def _within(values: Array, limit: float) -> Mask:
    return np.asarray((np.abs(values[1:] - values[:-1]) < limit).all(axis=1))
