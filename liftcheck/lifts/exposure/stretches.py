"""Stretches of time in which one thing holds, followed through a stream however it is cut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liftcheck.lifts.exposure.settings import ExposureSettings

Integers = NDArray[np.int64]
Labels = NDArray[np.int8]

SECOND_US = 1_000_000  # times are summed as whole microseconds, the grid of the stored samples: sums are exact
TENTHS = 10  # angles are counted in tenths of a degree


@dataclass(frozen=True, eq=False)
class Ticks:
    """Consecutive samples as whole numbers; all arrays are (n,).

    t: s. us: microseconds each stands for (0 where it does not count). flexion_deg: 0 where it does not count.
    tenths: the same in tenths of a degree, rounded up, so that "above 20 degrees" is `tenths > 200` exactly.
    counts: worn and known. breaks: a gap lies before it.
    """

    t: NDArray[np.float64]
    us: Integers
    flexion_deg: NDArray[np.float64]
    tenths: Integers
    counts: NDArray[np.bool_]
    breaks: NDArray[np.bool_]


@dataclass(frozen=True)
class Stretch:
    """Consecutive samples of one label. us: its length in microseconds. tenths_us: its angle summed over time."""

    label: int
    start_s: float
    us: int
    tenths_us: int
    after_gap: bool


class Stretches:
    """Joins samples of equal label to stretches; the last one stays open until another label or a gap ends it."""

    def __init__(self) -> None:
        self.open: Stretch | None = None

    def push(self, labels: Labels, ticks: Ticks) -> list[Stretch]:
        """The stretches that ended with these samples."""
        if not len(labels):
            return []
        starts = np.flatnonzero((labels[1:] != labels[:-1]) | ticks.breaks[1:]) + 1
        starts = np.concatenate([[0], starts])
        found = [
            Stretch(*values)
            for values in zip(
                labels[starts].tolist(),
                ticks.t[starts].tolist(),
                np.add.reduceat(ticks.us, starts).tolist(),
                np.add.reduceat(ticks.us * ticks.tenths, starts).tolist(),
                ticks.breaks[starts].tolist(),
                strict=True,
            )
        ]
        if self.open is not None:
            found[:1] = self._joined(self.open, found[0])
        self.open = found.pop()
        return found

    @staticmethod
    def _joined(first: Stretch, then: Stretch) -> list[Stretch]:
        if then.after_gap or then.label != first.label:
            return [first, then]
        us, tenths_us = first.us + then.us, first.tenths_us + then.tenths_us
        return [Stretch(first.label, first.start_s, us, tenths_us, first.after_gap)]


AWAY, STILL, MOVING = 0, 1, 2


class Holds:
    """Bent postures that are held: how many, the longest, and how much of the permitted holding time was used.

    Fed with stretches labelled AWAY (upright, or not counted), STILL or MOVING (both bent).
    """

    def __init__(self, settings: ExposureSettings) -> None:
        self.settings = settings
        self.static = 0
        self.above_limit = 0  # static ones deeper than ISO 11226 recommends for any time
        self.longest_us = 0
        self.use = 0.0  # the greatest part of a holding time that one hold used; 1 is all of it
        self._us = self._tenths_us = 0
        self._moving: Stretch | None = None  # belongs to the hold only if stillness follows

    def push(self, stretches: list[Stretch]) -> None:
        """Takes the next stretches, in order."""
        for stretch in stretches:
            if stretch.after_gap or stretch.label == AWAY:
                self.end()
            if stretch.label == STILL:
                self._add(self._moving)
                self._moving = None
                self._add(stretch)
            elif stretch.label == MOVING:
                if stretch.us > self.settings.hold_bridge_s * SECOND_US:
                    self.end()
                elif self._us:
                    self._moving = stretch

    def end(self) -> None:
        """The hold under way, if any, is over."""
        us, tenths_us = self._us, self._tenths_us
        self._us = self._tenths_us = 0
        self._moving = None
        self.longest_us = max(self.longest_us, us)
        if us <= self.settings.hold_longer_s * SECOND_US:
            return
        self.static += 1
        limit_s = holding_time_s(tenths_us / us / TENTHS, self.settings)
        if limit_s is None:
            self.above_limit += 1
        else:
            self.use = max(self.use, us / SECOND_US / limit_s)

    def _add(self, stretch: Stretch | None) -> None:
        if stretch is not None:
            self._us += stretch.us
            self._tenths_us += stretch.tenths_us


def holding_time_s(flexion_deg: float, settings: ExposureSettings) -> float | None:
    """How long a bent posture may be held, in seconds; None where no time is recommended (ISO 11226, trunk)."""
    (shallow, deep), (long, short) = settings.holding_deg, settings.holding_min
    if flexion_deg > deep:
        return None
    part = max(0.0, (flexion_deg - shallow) / (deep - shallow))
    return 60.0 * (long - (long - short) * part)


LEVEL, TREMBLING, BACKWARD = 0, 1, 2


class Overextensions:
    """Episodes of bending backward; one that trembles around the threshold counts once.

    Fed with stretches labelled LEVEL, TREMBLING (between the two thresholds) or BACKWARD.
    """

    def __init__(self, settings: ExposureSettings) -> None:
        self.settings = settings
        self.starts_s: list[float] = []
        self._start_s: float | None = None
        self._us = 0

    def push(self, stretches: list[Stretch]) -> None:
        """Takes the next stretches, in order."""
        for stretch in stretches:
            if stretch.after_gap or stretch.label == LEVEL:
                self.end()
            if stretch.label == BACKWARD:
                self._us += stretch.us
                self._start_s = stretch.start_s if self._start_s is None else self._start_s

    def end(self) -> None:
        """The episode under way, if any, is over."""
        if self._start_s is not None and self._us >= self.settings.overextended_s * SECOND_US:
            self.starts_s.append(self._start_s)
        self._start_s, self._us = None, 0
