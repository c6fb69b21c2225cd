"""How bent a back was, for how long, how often and how fast: exposure, counted as the stream comes.

What is counted and why stands in `ExposureSettings`, with the source of each number. Nothing here judges a lift or
predicts an injury.
"""

from bisect import bisect_left
from copy import deepcopy
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from liftcheck.lifts.exposure.dose import BendDose
from liftcheck.lifts.exposure.settings import ExposureSettings
from liftcheck.lifts.exposure.stretches import (
    AWAY,
    BACKWARD,
    LEVEL,
    MOVING,
    SECOND_US,
    STILL,
    TENTHS,
    TREMBLING,
    Holds,
    Integers,
    Overextensions,
    Stretch,
    Stretches,
    Ticks,
    holding_time_s,
)
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.trunk.motion import Motion

__all__ = ["Exposure", "ExposureDetails", "ExposureSettings", "holding_time_s"]

# The names of the columns carry these, so they are no settings.
ABOVE_DEG = (20, 30, 45, 60, 90)  # zones of EN 1005-4, RULA and REBA, and the steps between
PERCENTILES = (10, 50, 90, 95, 99)  # amplitude probability distribution (Jonsson 1982)
BLOCK = 1 << 15  # samples looked at together: they stay in the processor's cache
LARGEST_DEG = 180  # bins of flexion from -180 to 180
LARGEST_DEG_S = 2000  # bins of speed up to the range of common gyroscopes


@dataclass(frozen=True)
class ExposureDetails:
    """What the report tells beyond the columns of a recording's row.

    counted_s: the time that the percentages refer to. speed_p50_deg_s, speed_p90_deg_s: of the trunk over that time.
    rest_percent: upright and still. holding_time_use_percent: the largest part of an ISO 11226 holding time that one
    static hold used. holds_beyond_limit: static holds deeper than any time is given for. eva_s: seconds in stays, one
    row for each angle class (below 20, 20-45, 45-60, 60-90, above 90 deg), one column for each length of stay (below
    1, 1-3, 3-7, 7-15, 15-31, above 31 s). overextensions_at_top: of the overextensions, those between a lift's bottom
    and a second after its end. flexion_drift_deg, stoop_index_drift: median of the last third of the lifts less that
    of the first; None with fewer than 15 lifts. peak_above_s_min, peak_back_bends: the greatest doses in the session.
    """

    counted_s: float
    speed_p50_deg_s: float | None
    speed_p90_deg_s: float | None
    rest_percent: float | None
    holding_time_use_percent: float
    holds_beyond_limit: int
    eva_s: tuple[tuple[float, ...], ...]
    overextensions_at_top: int
    flexion_drift_deg: float | None
    stoop_index_drift: float | None
    peak_above_s_min: float
    peak_back_bends: int


class Exposure:
    """Counts exposure over a stream, in memory that grows with the lifts but not with the samples.

    push() takes motion and lifts as an Analyzer gives them; columns() and details() may be read at any time.
    The result does not depend on how the stream is cut: every sum is one of whole microseconds.
    A sample stands for the time since the sample before it; after a gap, for none.
    """

    def __init__(self, settings: ExposureSettings | None = None) -> None:
        self.settings = settings = settings or ExposureSettings()
        self._last_s: float | None = None
        self._first_worn_s: float | None = None
        self._flexion_us: Integers = np.zeros(2 * LARGEST_DEG * TENTHS + 1, dtype=np.int64)
        self._speed_us: Integers = np.zeros(LARGEST_DEG_S * TENTHS + 1, dtype=np.int64)
        self._eva_us: Integers = np.zeros((len(settings.eva_deg) + 1, len(settings.eva_s) + 1), dtype=np.int64)
        self._rest_us = 0
        self._zones, self._bent, self._backward = Stretches(), Stretches(), Stretches()
        self._holds = Holds(settings)
        self._overextensions = Overextensions(settings)
        self._dose = BendDose(settings)
        self._lifts: list[Lift] = []
        zones = np.searchsorted(np.array(settings.eva_deg) * TENTHS, np.arange(-1800, 1801), side="left")
        self._zone_of: np.typing.NDArray[np.int8] = zones.astype(np.int8)

    def push(self, motion: Motion, lifts: tuple[Lift, ...] = ()) -> None:
        """The next stretch of the stream, and the bends whose verdict fell due with it."""
        self._lifts += [replace(lift, curve=None) for lift in lifts if lift.is_lift]  # numbers, no curves: memory
        for start in range(0, len(motion), BLOCK):
            self._push_block(motion[start : start + BLOCK])

    def _push_block(self, motion: Motion) -> None:
        ticks = self._ticks(motion)
        speed = np.abs(motion.velocity_deg_s)
        self._count(ticks, speed)
        self._add_stays(self._zones.push(self._zone_labels(ticks), ticks))
        self._holds.push(self._bent.push(self._bent_labels(ticks, speed), ticks))
        self._overextensions.push(self._backward.push(self._backward_labels(ticks), ticks))
        self._dose.push(ticks)

    def _ticks(self, motion: Motion) -> Ticks:
        t = motion.t
        before = np.concatenate([[np.nan if self._last_s is None else self._last_s], t[:-1]])
        self._last_s = float(t[-1])
        step = t - before
        breaks = ~(step <= self.settings.gap_s)  # the first sample of all too: its step is NaN
        counts = motion.worn & np.isfinite(motion.flexion_deg)
        if self._first_worn_s is None and counts.any():
            self._first_worn_s = float(t[np.argmax(counts)])
        us = np.rint(np.where(counts & ~breaks, step, 0.0) * SECOND_US).astype(np.int64)
        flexion = np.clip(np.where(counts, motion.flexion_deg, 0.0), -LARGEST_DEG, LARGEST_DEG)
        return Ticks(t, us, flexion, np.ceil(flexion * TENTHS).astype(np.int64), counts, breaks)

    def _count(self, ticks: Ticks, speed: np.typing.NDArray[np.float64]) -> None:
        self._flexion_us += _histogram(ticks.tenths + LARGEST_DEG * TENTHS, ticks.us, len(self._flexion_us))
        known = np.isfinite(speed)
        tenths = np.ceil(np.minimum(np.where(known, speed, 0.0), LARGEST_DEG_S) * TENTHS).astype(np.int64)
        self._speed_us += _histogram(tenths, np.where(known, ticks.us, 0), len(self._speed_us))
        rests = (ticks.tenths <= TENTHS * self.settings.rest_below_deg) & (speed < self.settings.rest_slower_deg_s)
        self._rest_us += int(ticks.us[rests].sum())

    def _zone_labels(self, ticks: Ticks) -> np.typing.NDArray[np.int8]:
        return np.where(ticks.counts, self._zone_of[ticks.tenths + LARGEST_DEG * TENTHS], np.int8(-1))

    def _bent_labels(self, ticks: Ticks, speed: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.int8]:
        bent = ticks.counts & (ticks.tenths > TENTHS * self.settings.hold_above_deg)
        how = np.where(speed < self.settings.hold_calm_deg_s, np.int8(STILL), np.int8(MOVING))
        return np.where(bent, how, np.int8(AWAY))

    def _backward_labels(self, ticks: Ticks) -> np.typing.NDArray[np.int8]:
        labels = np.full(len(ticks.t), LEVEL, dtype=np.int8)
        labels[ticks.flexion_deg < self.settings.overextended_ends_deg] = TREMBLING
        labels[ticks.flexion_deg < self.settings.overextended_deg] = BACKWARD
        return labels

    def _add_stays(self, stretches: list[Stretch]) -> None:
        for stretch in stretches:
            if stretch.label >= 0:
                length = bisect_left(self.settings.eva_s, stretch.us / SECOND_US)
                self._eva_us[stretch.label, length] += stretch.us

    def columns(self) -> dict[str, float | int | None]:
        """The exposure columns of a recording's row; None where there is nothing to count."""
        now = self._closed()
        row: dict[str, float | int | None] = {
            f"p{p}_flexion_deg": _percentile(now._flexion_us, p, -LARGEST_DEG) for p in PERCENTILES
        }
        for deg in ABOVE_DEG:
            us = int(now._flexion_us[(deg + LARGEST_DEG) * TENTHS + 1 :].sum())
            row[f"above_{deg}_s"] = us / SECOND_US
            row[f"above_{deg}_percent"] = now._percent(us)
        return row | {
            "static_holds": now._holds.static,
            "longest_hold_s": now._holds.longest_us / SECOND_US,
            "twisted_bends": sum(self._is_twisted(lift) for lift in self._lifts),
            "overextensions": len(now._overextensions.starts_s),
            "peak_velocity_p90_deg_s": _upper_decile([_peak_speed(lift) for lift in self._lifts]),
            "early_deep_bends": sum(self._is_early_and_deep(lift) for lift in self._lifts),
        }

    def details(self) -> ExposureDetails:
        """What the report tells beyond the columns."""
        now = self._closed()
        indices = [lift.stoop_index for lift in self._lifts if lift.stoop_index is not None]
        return ExposureDetails(
            counted_s=now._counted_us / SECOND_US,
            speed_p50_deg_s=_percentile(now._speed_us, 50, 0),
            speed_p90_deg_s=_percentile(now._speed_us, 90, 0),
            rest_percent=now._percent(now._rest_us),
            holding_time_use_percent=100.0 * now._holds.use,
            holds_beyond_limit=now._holds.above_limit,
            eva_s=tuple(tuple(us / SECOND_US for us in row) for row in now._eva_us.tolist()),
            overextensions_at_top=sum(map(self._is_at_a_top, now._overextensions.starts_s)),
            flexion_drift_deg=self._drift([lift.peak_flexion_deg for lift in self._lifts]),
            stoop_index_drift=self._drift(indices),
            peak_above_s_min=self._dose.seconds_a_minute(self._dose.peak_us),
            peak_back_bends=max(map(self._back_bends_until, self._deep_backs()), default=0),
        )

    def _closed(self) -> "Exposure":
        """A copy in which what is still under way counts as it stands."""
        copy = deepcopy(self, {id(self._lifts): self._lifts})
        for stretches, take in (
            (copy._zones, copy._add_stays),
            (copy._bent, copy._holds.push),
            (copy._backward, copy._overextensions.push),
        ):
            if stretches.open is not None:
                take([stretches.open])
        copy._holds.end()
        copy._overextensions.end()
        return copy

    @property
    def _counted_us(self) -> int:
        return int(self._flexion_us.sum())

    def _percent(self, us: int) -> float | None:
        return 100.0 * us / self._counted_us if self._counted_us else None

    def _is_twisted(self, lift: Lift) -> bool:
        return (
            abs(lift.lean_deg) > self.settings.twisted_lean_deg or abs(lift.turn_deg) > self.settings.twisted_turn_deg
        )

    def _is_early_and_deep(self, lift: Lift) -> bool:
        if lift.start_s >= (self._first_worn_s or 0.0) + self.settings.early_s:
            return False
        return lift.peak_flexion_deg > self.settings.deep_deg or _peak_speed(lift) > self.settings.fast_deg_s

    def _is_at_a_top(self, start_s: float) -> bool:
        after = self.settings.top_of_lift_s
        return any(lift.bottom_s <= start_s <= lift.end_s + after for lift in self._lifts)

    def _deep_backs(self) -> list[float]:
        deep = self.settings.deep_deg
        return [x.bottom_s for x in self._lifts if x.technique is Technique.BACK and x.peak_flexion_deg > deep]

    def _back_bends_until(self, now_s: float) -> int:
        since_s = now_s - self.settings.back_bends_window_s
        return sum(since_s < bottom_s <= now_s for bottom_s in self._deep_backs())

    def _drift(self, values: list[float]) -> float | None:
        third = len(values) // 3
        return median(values[-third:]) - median(values[:third]) if len(values) >= self.settings.drift_lifts else None


def _histogram(bins: Integers, us: Integers, size: int) -> Integers:
    # bincount sums in doubles; a block's whole microseconds are far below 2**53, so nothing is rounded
    return np.bincount(bins, weights=us, minlength=size).astype(np.int64)


def _percentile(us: Integers, percent: int, lowest: int) -> float | None:
    """The value that a signal stays at or below for this part of the time, to a tenth; None without any time."""
    total = int(us.sum())
    if not total:
        return None
    position = int(np.searchsorted(100 * np.cumsum(us), percent * total, side="left"))
    return (position + lowest * TENTHS) / TENTHS


def _upper_decile(values: list[float]) -> float | None:
    """The smallest value that nine in ten of the values do not exceed."""
    return sorted(values)[-(-9 * len(values) // 10) - 1] if values else None


def _peak_speed(lift: Lift) -> float:
    return max(abs(lift.peak_down_velocity_deg_s), abs(lift.peak_up_velocity_deg_s))
