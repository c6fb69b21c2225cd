"""When to look back: notices, cheaply and as it happens, that a bend has been and is over."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array


@dataclass(frozen=True)
class WatchSettings:
    """When a verdict falls due (PRODUCT 4)."""

    from_depth: float = 0.3  # of a lift's depth, on the cheap estimate
    worth: float = 0.45  # of a lift's depth: below it nothing is looked at
    calm_s: float = 0.3  # after so much calm stance
    wait_s: float = 1.0  # or so long after the end, whichever comes first
    patience_s: float = 12.5  # a movement still open is looked at all the same


class BendWatch:
    """A small state machine over short blocks: idle, then open from the first sign of a bend until it is over.

    It keeps the peak and the deepest valley since, so that lifts chained without a full return are noticed too.
    """

    def __init__(self, settings: WatchSettings, step_s: float) -> None:
        self.settings = settings
        self.step_s = step_s
        self.open_since: float | None = None
        self._peak = 0.0
        self._valley = 0.0
        self._below = 0  # blocks since the depth fell below `from_depth`, or since the valley
        self._calm = 0

    def next_look(self, t: Array, depth: Array, calm: np.typing.NDArray[np.bool_], start: int) -> int | None:
        """Goes on from block `start` to the next one to look back from, or to the end (None).

        t, depth, calm: (n,) end times, depth (1 makes a lift) and calm upright stance of the blocks at hand.
        """
        i, n = start, len(t)
        signs = np.flatnonzero(depth > self.settings.from_depth)
        while i < n:
            if self.open_since is None:
                later = signs[np.searchsorted(signs, i) :]
                if not len(later):
                    return None
                i = int(later[0])
                self._open(float(t[i]), float(depth[i]))
            elif self._over(float(t[i]), float(depth[i]), bool(calm[i])):
                return i
            i += 1
        return None

    def _open(self, t: float, depth: float) -> None:
        self.open_since = t
        self._peak = self._valley = depth
        self._below = self._calm = 0

    def _over(self, t: float, depth: float, calm: bool) -> bool:
        """Whether to look back now; closes, or goes on with the next bend of a chain."""
        settings = self.settings
        if depth > self._peak and self._below == 0:
            self._peak = self._valley = depth
        elif depth < self._valley:
            self._valley, self._below = depth, 1
        elif self._below or self._valley < self._peak:
            self._below += 1
        low = depth <= settings.from_depth
        self._calm = self._calm + 1 if calm and low else 0
        since_valley = self._below * self.step_s
        worth = self._peak >= settings.worth
        if self._calm * self.step_s >= settings.calm_s or (low and since_valley >= settings.wait_s):
            self.open_since = None
            return worth
        if self._valley < 0.55 * self._peak and since_valley >= settings.wait_s and depth > 1.5 * self._valley:
            self._open(t, depth)  # a chain: the next bend is under way
            return worth
        if self.open_since is not None and t - self.open_since > settings.patience_s:
            self._open(t, depth)
            return worth
        return False
