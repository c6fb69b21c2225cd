"""The line through (sample number, reading) that sample times lie on; bent a little once a second, never back.

A reading is a device stamp, or an arrival. Arrivals are late by varying amounts, never early, so their line runs along
the lower edge; stamps scatter around theirs by a tick.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from liftcheck.samples import Array

WINDOW_S = 1.0  # how often the line is bent
WINDOWS = 30  # the line is fitted to so many of the latest windows
MOST_BEND = 0.1  # the line's slope stays within this of the sampling period
MOST_TIMES = 50  # faster or slower than was asked for: 10 Hz instead of 200 has been seen


@dataclass
class Window:
    """What one second of readings amounts to: its earliest one, and their sum."""

    end: float = 0.0
    count: int = 0
    least: float = np.inf
    most: float = -np.inf
    least_k: int = 0
    sum_k: float = 0.0
    sum_e: float = 0.0
    first_at: float = np.inf
    last_at: float = 0.0
    holed: bool = False

    def add(self, k: int, residual: float, at: float) -> None:
        """A reading of sample k that lies so far above the line, and its arrival."""
        self.count += 1
        self.first_at, self.last_at = min(self.first_at, at), at
        self.sum_k += k
        self.sum_e += residual
        self.most = max(self.most, residual)
        if residual < self.least:
            self.least, self.least_k = residual, k


@dataclass
class Line:
    """The readings' line. nominal_hz: as asked for. stamped: readings scatter around it, else they lie above it.

    tick_s: the resolution of the stamps. period: s, as measured so far. usual_s: how late packets usually are, at
    most, in a window; None before the first is closed.
    """

    nominal_hz: float
    stamped: bool
    tick_s: float = 0.0
    usual_s: float | None = None
    period: float = field(init=False)

    def __post_init__(self) -> None:
        self.period = 1.0 / self.nominal_hz
        self._prior = (self.period, 0.02 * self.period)
        self._anchor, self._t, self._slope = 0, 0.0, self.period
        self.window = Window()
        self.points: deque[tuple[float, float]] = deque(maxlen=WINDOWS)
        self._lateness: deque[float] = deque(maxlen=10)

    def expect(self, period: float, tolerance: float) -> None:
        """Another period than the one that was asked for, where the first readings differ by more than so."""
        period = self._possible(period)
        if abs(period / self.period - 1) > tolerance:
            self.period, self._prior = period, (period, 0.1 * period)

    def begin(self, t: float) -> None:
        """The line begins: the time of sample 0."""
        self._t, self._slope = t, self.period
        self.window.end = WINDOW_S / self.period

    def at(self, k: float) -> float:
        """The time of sample k."""
        return self._t + (k - self._anchor) * self._slope

    def times(self, k: int, n: int) -> Array:
        """The times of n samples from k on."""
        return self._t + np.arange(k - self._anchor, k - self._anchor + n, dtype=np.float64) * self._slope

    def add(self, k: int, reading: float, arrived: float) -> None:
        """A reading of sample k."""
        self.window.add(k, reading - self.at(k), arrived)

    def bend(self, k: int) -> tuple[float, float] | None:
        """Closes a window of about a second and takes the slope that leads to where the line should be.

        Gives the point (sample number, time) that the window amounts to, if it says anything.
        """
        window, point = self.window, None
        # A second's worth of packets that came all at once was held up on the way: it says nothing of the rate.
        if window.count and (self.stamped or window.last_at - window.first_at > 0.3 * WINDOW_S):
            residual = window.sum_e / window.count if self.stamped else window.least
            at = window.sum_k / window.count if self.stamped else window.least_k
            point = (at, self.at(at) + residual)
            if self.points and (residual < -0.2 or (self.stamped and residual > 0.2)):
                self._relearn(point)
            self.points.append(point)
            if not window.holed:
                self._lateness.append(window.most - window.least)
                self.usual_s = float(np.median(self._lateness))
        start = self.at(k)
        offset, self.period, _ = self.fit()
        length = max(1.0, WINDOW_S / self.period)
        wanted = (offset + (k + length) * self.period - start) / length
        low, high = (1 - MOST_BEND) * self.period, (1 + MOST_BEND) * self.period
        self._anchor, self._t, self._slope = k, start, min(max(wanted, low), high)
        self.window = Window(end=k + length)
        return point

    def _relearn(self, point: tuple[float, float]) -> None:
        """The rate is another one than before (a throttled link, another setting): start from the last two windows."""
        k, y = self.points[-1]
        if point[0] > k and point[1] > y:
            period = self._possible((point[1] - y) / (point[0] - k))
            self.period, self._prior = period, (period, 0.1 * period)
            self.points.clear()

    def fit(self) -> tuple[float, float, float]:
        """The least-squares line through the windows, with the rate as asked for as a prior: offset, period, error."""
        if not self.points:
            return self._t - self._anchor * self.period, self.period, self._prior[1]
        k = np.array([p[0] for p in self.points])
        y = np.array([p[1] for p in self.points])
        k0, y0 = float(k.mean()), float(y.mean())
        spread = max(self.tick_s, 1e-3) if self.stamped else 0.01
        weight = (spread / self._prior[1]) ** 2
        around = k - k0
        sxx = float((around**2).sum()) + weight
        period = (float((around * (y - y0)).sum()) + weight * self._prior[0]) / sxx
        period = float(min(max(period, 0.2 * self._prior[0]), 5 * self._prior[0]))
        if len(k) > 2:
            spread = float(np.sqrt(((y - y0 - around * period) ** 2).sum() / (len(k) - 2)))
        return y0 - k0 * period, period, spread / float(np.sqrt(sxx))

    def _possible(self, period: float) -> float:
        """A sampling period that some sensor may have; stamps that make no sense must not squeeze time to nothing."""
        return min(max(period, 1 / (MOST_TIMES * self.nominal_hz)), MOST_TIMES / self.nominal_hz)
