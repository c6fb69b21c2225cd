"""When each sample was taken: from a device clock, a counter, or nothing but the packets' arrivals.

Numbers the samples, tells holes from lateness, and takes their times from a line (line.py) that follows the true rate
without ever stepping back. A sample's time is never revised, depends on the packets before it alone, and not on how
they are grouped when they are handed over.
"""

from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from liftcheck.samples import Array
from liftcheck.sensors.decoder import Block
from liftcheck.sensors.line import Line

START_S = 1.0  # so long the first packets are held back, to see how fast they really come
LEAST_HOLE_S = 0.1  # arrivals later than this may mean a loss; more, where packets are usually bunched
MOST_USUAL_S = 1.0  # no connection interval is longer than 4 s by the standard, none seen longer than 0.5 s
SETTLE_S = 0.25  # after a hole, wait so long for a burst of late packets before calling it a loss
MOST_HELD = 4096  # blocks; only a clock that stands still gets here


@dataclass(frozen=True)
class Rate:
    """The measured sampling rate, its standard error, and how fast the sensor's own clock runs against the host's."""

    hz: float
    error_hz: float
    drift_ppm: float | None


@dataclass
class SampleClock:
    """Takes blocks in the order of their arrival, gives them back with the times of their samples.

    nominal_hz: the rate that was asked for. mode: "arrival", "count" or "device"; stamp_of: the sample of a block that
    its stamp belongs to; tick_s: the resolution of the stamps; counted: the sensor numbers its samples, so that a hole
    without a jump in the numbers is a pause and no loss. `lost`: samples that are known to be missing.
    """

    nominal_hz: float
    mode: Literal["arrival", "count", "device"]
    stamp_of: Literal["first", "last"] = "last"
    tick_s: float = 0.0
    counted: bool = False
    lost: int = 0
    holes: int = 0

    def __post_init__(self) -> None:
        self._line = Line(self.nominal_hz, self.mode == "device", self.tick_s)
        self._started = False
        self._given = False
        self._held: list[tuple[Block, int]] = []
        self._hole_at: float | None = None
        self._next = 0  # number of the sample that should come next
        self._shift: int | None = None  # from the sensor's own numbers to ours
        self._origin = 0.0
        self._stamp_offset = 0.0
        self._last_at = -np.inf
        self._lag = np.inf  # host minus device clock, lower edge of the last windows
        self._lags: deque[float] = deque(maxlen=10)
        self._first_lag: tuple[float, float] | None = None

    # -- what can be asked ----------------------------------------------------------------------------------------

    @property
    def rate(self) -> Rate:
        """The measured rate."""
        period, error = self._line.fit()[1:]
        return Rate(1 / period, error / period**2, self._drift_ppm())

    def time_of(self, at: float) -> float | None:
        """The recording's time at an instant of the host's clock; None before the first sample."""
        if not self._started:
            return None
        return at - self._origin if self.mode != "device" else at - self._least_lag() - self._origin

    # -- the stream -----------------------------------------------------------------------------------------------

    def feed(self, block: Block) -> list[tuple[Block, Array]]:
        """The blocks whose times are settled by this one."""
        block = replace(block, at=max(block.at, self._last_at))
        self._last_at = block.at
        if not self._started:
            self._held.append((block, 0))
            if not self._enough():
                return []
            return self._begin()
        return self._place(block)

    def finish(self) -> list[tuple[Block, Array]]:
        """What was still held back: the stream has ended."""
        if not self._started:
            return self._begin() + self.finish() if self._held else []
        return self._settle() if self._held else []

    def _enough(self) -> bool:
        span = self._held[-1][0].at - self._held[0][0].at
        return (len(self._held) >= 3 and span >= START_S) or len(self._held) >= MOST_HELD

    def _begin(self) -> list[tuple[Block, Array]]:
        """Finds the first line: the rate as asked for if the first second agrees with it, else as it is."""
        blocks = [block for block, _ in self._held]
        self._held = []
        measured, tolerance = self._measured(blocks)
        self._line.expect(measured, tolerance)
        self._started = True
        first = blocks[0]
        if self.mode == "device":
            self._origin = self._reading(first) - self._place_in(first, 0) * self._line.period
        else:
            self._origin = self._edge(blocks)
        self._line.begin(self._origin)
        self._shift = None if first.index is None else -first.index
        return [done for block in blocks for done in self._place(block)]

    def _measured(self, blocks: list[Block]) -> tuple[float, float]:
        """The sampling period in the first blocks, holes left out, and how wrong it may be (a share of it)."""
        counted, span, longest, each = 0, 0.0, 0.0, []
        for before, block in pairwise(blocks):
            n = len(before) if self.mode == "device" and self.stamp_of == "first" else len(block)
            if block.index is not None and before.index is not None and not block.restarted:
                n += block.index - before.index - len(before)
            apart = self._reading(block) - self._reading(before)
            if n > 0 and 0 <= apart <= max(0.7, 2 * n * self._line.period):
                counted, span, longest = counted + n, span + apart, max(longest, apart)
                each.append(apart / n)
        if self.mode == "device" and each and self.tick_s < 0.05 * float(np.median(each)):
            return float(np.median(each)), 0.02  # fine stamps: lost packets do not count
        if not counted or span < 0.2:
            return self._line.period, 1.0
        bunching = 0.1 + longest / max(span - longest, 0.1)  # an interval between two bunches too many, or too few
        return span / counted, 0.02 if self.mode == "device" else bunching

    def _edge(self, blocks: list[Block]) -> float:
        """Where sample 0 lies, if the arrivals of the first blocks are at best not late at all."""
        edge, k = np.inf, 0
        for block in blocks:
            if block is not blocks[0] and block.restarted:
                break
            if block.index is not None and blocks[0].index is not None:
                k = max(k, block.index - blocks[0].index)
            edge = min(edge, block.at - (k + len(block) - 1) * self._line.period)
            k += len(block)
        return edge

    def _place_in(self, block: Block, k: int) -> int:
        """The number of the sample that the block's reading belongs to."""
        return k if self.mode == "device" and self.stamp_of == "first" else k + len(block) - 1

    def _reading(self, block: Block) -> float:
        if self.mode == "device" and block.stamp_s is not None:
            return block.stamp_s + self._stamp_offset
        return block.at

    def _place(self, block: Block) -> list[tuple[Block, Array]]:
        k = self._number(block)
        if self.mode == "device":
            return [self._accept(block, self._device_number(block, k))]
        late = block.at - self._line.at(k + len(block) - 1)
        if not self._held and late <= self._hole_limit(len(block)):
            return [self._accept(block, k)]
        if self._hole_at is None:
            self._hole_at = block.at
        self._held.append((block, k))
        self._next = k + len(block)
        if late <= self._hole_limit(len(block)) / 2 or block.at - self._hole_at >= self._settle_s():
            return self._settle()
        return []

    def _number(self, block: Block) -> int:
        """Our number of the block's first sample; counts what the sensor's own numbers jump over."""
        if block.index is None:
            return self._next
        if self._shift is None or block.restarted:
            self._shift = self._next - block.index
        k = max(block.index + self._shift, self._next)
        self.lost += k - self._next
        self.holes += k > self._next
        return k

    def _device_number(self, block: Block, k: int) -> int:
        """The same, from the device's clock: a stamp that is too late by whole samples means that these are missing."""
        if block.restarted and (self._lags or np.isfinite(self._lag)):
            self._stamp_offset = block.at - self._least_lag() - (block.stamp_s or 0.0)
        late = self._reading(block) - self._line.at(self._place_in(block, k))
        if late > 0.75 * len(block) * self._line.period + 1.5 * self.tick_s:
            jump = round(late / self._line.period)
            self.lost += 0 if block.restarted or self.counted else jump
            self.holes += 1
            if self._shift is not None:
                self._shift += jump
            return k + jump
        return k

    def _hole_limit(self, n: int) -> float:
        usual = 0.1 if self._line.usual_s is None else self._line.usual_s
        return max(LEAST_HOLE_S, 2 * n * self._line.period, min(MOST_USUAL_S, 1.5 * usual + 0.05))

    def _settle_s(self) -> float:
        return max(SETTLE_S, 1.5 * (self._line.usual_s or 0.0))

    def _settle(self) -> list[tuple[Block, Array]]:
        """Lets the held blocks go; if they are all still late, so much was lost before the first of them."""
        held, self._held, self._hole_at = self._held, [], None
        late = min(block.at - self._line.at(k + len(block) - 1) for block, k in held)
        jump = 0
        if late > self._hole_limit(len(held[0][0])) / 2:
            n = len(held[0][0])
            jump = max(1, round(late / (n * self._line.period))) * n
            self.holes += self._given
            self.lost += jump if self._given and not self.counted else 0
            self._line.window.holed = True
            if self._shift is not None:
                self._shift += jump
        return [self._accept(block, k + jump) for block, k in held]

    def _accept(self, block: Block, k: int) -> tuple[Block, Array]:
        if k >= self._line.window.end:
            self._bend(k)
        n = len(block)
        times = self._line.times(k, n)
        if not self._given:  # a recording begins with its first sample, however late that one came
            self._given, self._origin = True, float(times[0])
        self._line.add(self._place_in(block, k), self._reading(block), block.at)
        if self.mode == "device" and block.stamp_s is not None:
            self._lag = min(self._lag, block.at - self._reading(block))
        self._next = k + n
        return block, times - self._origin

    # -- the line -------------------------------------------------------------------------------------------------

    def _bend(self, k: int) -> None:
        point = self._line.bend(k)
        if point is not None and self.mode == "device":
            self._lags.append(self._lag)
            self._first_lag = self._first_lag or (point[1], self._lag)
            self._lag = np.inf

    def _least_lag(self) -> float:
        return min(self._lags) if self._lags else (self._lag if np.isfinite(self._lag) else 0.0)

    def _drift_ppm(self) -> float | None:
        """How much faster the host's clock runs than the device's; known after a minute."""
        if self._first_lag is None or not self._line.points or self._line.points[-1][1] - self._first_lag[0] < 60:
            return None
        since, lag = self._first_lag
        return 1e6 * (self._least_lag() - lag) / (self._line.points[-1][1] - since)
