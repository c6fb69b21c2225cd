"""When to look back: notices, cheaply and as it happens, that a bend has been and is over."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array


@dataclass(frozen=True)
class WatchSettings:
    """When a verdict falls due (PRODUCT 4): after a calm stance, or so long after the end, whichever comes first."""

    from_depth: float = 0.3  # of a lift's depth, on the cheap estimate
    end_share: float = 0.12  # of the greatest depth, where that is more: the bend is over
    worth: float = 0.45  # of a lift's depth: below it nothing is looked at
    valley: float = 0.55  # of the peak: a chained bend ends here if the depth grows again
    grown: float = 1.5  # by this factor
    wait_s: float = 0.9  # a block or two more until it is said: within the second promised
    patience_s: float = 5.0  # a movement still open is looked at all the same, for the bends in it that are over


class BendWatch:
    """A small state machine over short blocks: idle, then open from the first sign of a bend until it is over.

    It keeps the peak and the deepest valley since, so that lifts chained without a full return are noticed too.
    """

    def __init__(self, settings: WatchSettings, step_s: float) -> None:
        self.settings = settings
        self.step_s = step_s
        self.open_since: float | None = None
        self._looked = 0.0  # when this opening was last looked at
        self._peak = 0.0
        self._valley = 0.0
        self._since_valley = 0  # blocks
        self._since_end = 0  # blocks
        self._chained = False  # the next bend has begun out of the valley

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
        self.open_since = self._looked = t
        self._peak = self._valley = depth
        self._since_valley = self._since_end = 0
        self._chained = False

    def _over(self, t: float, depth: float, calm: bool) -> bool:
        """Whether to look back now; closes, or goes on with the next bend of a chain."""
        settings, step = self.settings, self.step_s
        self._follow(depth)
        low = depth <= max(settings.from_depth, settings.end_share * self._peak)
        self._since_end = self._since_end + 1 if low else 0
        worth = self._peak >= settings.worth
        if low and (calm or self._since_end * step >= settings.wait_s):
            self.open_since = None
            return worth
        if self._chained and self._since_valley * step >= settings.wait_s:
            self._open(t, depth)
            return worth
        if t - self._looked >= settings.patience_s:
            self._looked = t
            return worth
        return False

    def _follow(self, depth: float) -> None:
        """Keeps peak and valley; a valley counts once the depth has grown out of it again."""
        self._since_valley += 1
        if self._chained:
            return
        if depth > self._peak:
            self._peak = self._valley = depth
        elif depth < self._valley:
            self._valley, self._since_valley = depth, 0
        self._chained = self._valley < self.settings.valley * self._peak and depth > max(
            self.settings.grown * self._valley, self.settings.from_depth
        )
