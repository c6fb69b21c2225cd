"""One segment of the stream: all that can be computed before anybody knows how the sensor is clipped on."""

from dataclasses import dataclass, field, replace

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.calm import BlockSums, CalmBySteps
from liftcheck.trunk.inclination import InclinationFilter, InclinationSettings
from liftcheck.trunk.reckoning import DropReckoner, RecentCalm, ReckoningSettings
from liftcheck.trunk.strapdown import Blocks, Strapdown
from liftcheck.trunk.stream import FILLED, Flags, Stretch
from liftcheck.trunk.window import WindowSettings
from liftcheck.trunk.without_gyr import TurningOfGravity


@dataclass(frozen=True)
class TrunkSettings:
    """The settings of everything between samples and motion."""

    inclination: InclinationSettings = field(default_factory=InclinationSettings)
    reckoning: ReckoningSettings = field(default_factory=ReckoningSettings)
    window: WindowSettings = field(default_factory=WindowSettings)


LOST_WITHIN_S = 0.5
STEPS_KNOWN_S = 2.0  # of a segment show how wide the sensor's steps are
CLOCK_SHARE = 0.02  # a stated rate is believed as near as this (StreamSettings.rate_agreement)
PARTS = ("t", "acc", "gyr", "q", "up", "doubt")


@dataclass(eq=False)
class Past:
    """The last minute of a segment, per sample: what a look back is made from.

    acc, gyr: as measured, gyr the mean since the sample before.
    """

    t: Array
    acc: Array
    gyr: Array
    q: Array
    up: Array
    doubt: Flags

    @staticmethod
    def nothing() -> "Past":
        """The past of a segment that has just begun."""
        return Past(
            np.empty(0),
            np.empty((0, 3)),
            np.empty((0, 3)),
            np.empty((0, 4)),
            np.empty((0, 3)),
            np.empty(0, np.uint8),
        )

    def forget(self, keep: int) -> None:
        """Keeps the last `keep` samples."""
        for name in PARTS:
            setattr(self, name, getattr(self, name)[-keep:])

    def extend(self, other: "Past") -> None:
        """Appends what followed."""
        for name in PARTS:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))


class Segment:
    """A stretch of the stream without a hole: its orientation filter, its past, and its short blocks.

    Blocks lie on a grid from the segment's second sample on: block j ends with sample (j + 1) * block. `done` counts
    the samples taken, `first` is the number of the oldest one kept in `past`. blind: why there are no rates, "" if
    there are. stated_hz: the rate that was asked for, if anybody knows it.
    """

    def __init__(
        self,
        stretch: Stretch,
        settings: TrunkSettings,
        gyr_offset: Array | None,
        blind: str = "",
        stated_hz: float | None = None,
    ) -> None:
        self.settings = settings
        self.stated_hz = stated_hz
        self.rate_hz = stretch.rate_hz
        self.has_gyr = not bool(np.isnan(stretch.gyr).any())
        self.after_gap, self.began_s = stretch.gap_s > 0, float(stretch.t[0])
        self.blind = "" if self.has_gyr else blind or "no gyroscope"
        self._turning = TurningOfGravity(self.rate_hz)
        self.block = max(1, round(settings.window.drop.block_s * self.rate_hz))
        self.step_s = self.block / self.rate_hz
        self.past = Past.nothing()
        self.done = 0
        self.first = 0
        inclination = settings.inclination
        self.filter = InclinationFilter(self.rate_hz, inclination, gyr_offset if self.has_gyr else np.zeros(3))
        blocks = max(1, round(settings.reckoning.calm_s / self.step_s))
        self.recent_calm = RecentCalm(blocks)
        self._calm = CalmBySteps(settings.window.calm, round(STEPS_KNOWN_S * self.rate_hz))
        self.reckoner = DropReckoner(settings.reckoning, self.step_s)
        self.strapdown = Strapdown(self.rate_hz, self.block)
        self.rate = np.empty((0, 3))  # of the last stretch's samples, without the gyroscope's offset
        # Of the blocks that the last stretch completed: the first one's number, their sums, and whether it was calm.
        self.fresh = 0
        self.sums = BlockSums.of(np.empty((0, 3)), np.empty((0, 3)), self.block)
        self.rested = np.empty(0, dtype=bool)

    def take(self, stretch: Stretch) -> None:
        """The next stretch; afterwards `past` reaches to its end."""
        keep = round(self.settings.window.look_back_s * self.rate_hz) + 2 * self.block
        if len(self.past.t) > keep:
            self.first += len(self.past.t) - keep
            self.past.forget(keep)
        gyr = stretch.gyr if self.has_gyr else self._turning.push(stretch.acc)
        q, middle, self.rate = self.filter.push(stretch.acc, gyr)
        self.past.extend(Past(stretch.t, stretch.acc, middle, q, quaternions.up(q), stretch.doubt))
        self._calm.push(self.done, stretch.acc, gyr, stretch.doubt & FILLED == 0)
        self.fresh, last = self.blocks_within(self.done, self.done + len(stretch.t))
        self.done += len(stretch.t)
        part = self.samples(self.block_end(self.fresh - 1) + 1, self.block_end(last - 1) + 1)
        self.sums = BlockSums.of(self.past.acc[part], self.past.gyr[part], self.block)
        offset = self.filter.offset_at((np.arange(self.fresh, last) + 1) * self.block + 1)
        sums, levels = self.sums.without(offset), [np.empty(0)]
        for piece, calm in self._calm.pieces((np.arange(self.fresh, last) + 1) * self.block):
            levels.append(self.recent_calm.push(sums[piece], calm))
        self.rested = np.concatenate(levels) < 1.0

    def coarse_at(self, sample: int) -> bool:
        """Whether the sensor's steps are known by this sample to be wider than noise."""
        return self._calm.at(sample) is not self.settings.window.calm

    def window_settings(self, end: int) -> WindowSettings:
        """How to look back from before sample `end`."""
        return replace(self.settings.window, calm=self._calm.at(end - 1))

    def lost_share(self, low: int, high: int, filled: bool) -> float:
        """The greatest share of samples that seem to be missing in half a second of low..high-1, by how much the rate
        there is off the stated one; 0 where it is within what any sensor's clock is off.

        Where a sensor neither numbers its samples nor keeps a clock, lost ones look like a lower rate, and those that
        came twice like a higher one; the times within the half second are wrong then too. filled: what was filled in
        counts as missing.
        """
        part, k = self.samples(low, high), round(LOST_WITHIN_S * self.rate_hz)
        t = self.past.t[part]
        if not self.stated_hz or len(t) <= k:
            return 0.0
        came = np.full(len(t) - k, k, dtype=np.int64)
        if filled:
            count = np.cumsum(self.past.doubt[part] & FILLED == 0)
            came = count[k:] - count[:-k]
        share = float(np.abs(came / (t[k:] - t[:-k]) / self.stated_hz - 1).max())
        return share if share > CLOCK_SHARE else 0.0

    def blocks_within(self, low: int, high: int) -> tuple[int, int]:
        """The numbers of the blocks whose last sample lies in low..high-1, as first and past-the-last."""
        return max(0, (low - 1) // self.block), max(0, (high - 1) // self.block)

    def rate_of(self, low: int, high: int) -> Array:
        """The rate without the offset known at that moment at samples low..high-1 of the last stretch, (n, 3)."""
        begin = self.done - len(self.rate)
        return self.rate[low - begin : high - begin]

    def of_fresh(self, first: int, last: int) -> slice:
        """Where blocks first..last-1 lie in `sums` and `rested`."""
        return slice(first - self.fresh, last - self.fresh)

    def block_end(self, number: int) -> int:
        """The last sample of a block, counted from the segment's first."""
        return (number + 1) * self.block

    def blocks(self, low: int, end: int, at_rest: tuple[float, float]) -> Blocks:
        """The sums over the blocks between samples low and end-1, both edges of blocks. at_rest: Calibration's."""
        part, offset = self.samples(low, end), self.filter.offset_at(end)
        first, last = low // self.block, (end - 1) // self.block
        table = self.strapdown.blocks(first, last, self.past.acc[part], self.past.gyr[part], offset)
        return Blocks.of(table, self.block, self.rate_hz, at_rest)

    def samples(self, low: int, high: int) -> slice:
        """Where the segment's samples low..high-1 lie in `past`."""
        return slice(low - self.first, high - self.first)
