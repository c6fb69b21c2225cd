"""How much deep bending a few minutes held at the most, for the report. (Cues count what came since the last one.)"""

from collections import deque

import numpy as np

from liftcheck.lifts.exposure.settings import ExposureSettings
from liftcheck.lifts.exposure.stretches import SECOND_US, TENTHS, Ticks

CELL_S = 10  # the dose moves on in steps of ten seconds of the recording's own time


class BendDose:
    """Time spent deep over a sliding window, and the greatest such sum so far. Whole microseconds: exact."""

    def __init__(self, settings: ExposureSettings) -> None:
        self.settings = settings
        self.peak_us = 0
        self._window = round(settings.dose_window_s / CELL_S)
        self._cells: deque[int] = deque(maxlen=self._window)
        self._cell: int | None = None

    def push(self, ticks: Ticks) -> None:
        """Takes the next samples."""
        if not len(ticks.t):
            return
        deep_us = np.where(ticks.tenths > TENTHS * self.settings.dose_above_deg, ticks.us, 0)
        cells = np.floor(ticks.t / CELL_S).astype(np.int64)
        starts = np.concatenate([[0], np.flatnonzero(np.diff(cells)) + 1])
        for cell, us in zip(cells[starts].tolist(), np.add.reduceat(deep_us, starts).tolist(), strict=True):
            self._move_to(cell)
            self._cells[-1] += us
            self.peak_us = max(self.peak_us, sum(self._cells))

    def seconds_a_minute(self, us: int) -> float:
        """A sum over the window as seconds a minute."""
        return 60.0 * us / SECOND_US / self.settings.dose_window_s

    def _move_to(self, cell: int) -> None:
        ahead = 1 if self._cell is None else cell - self._cell
        self._cells.extend([0] * min(ahead, self._window))  # seconds of silence count as none spent deep
        self._cell = cell
