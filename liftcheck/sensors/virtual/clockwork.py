"""An event loop whose seconds pass faster: the whole radio, its intervals and its timeouts, at N times real time."""

import asyncio
import math
import selectors
import time
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Waits a fraction of what it is asked to; with no real waiting at all it says how far time has leapt."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self.speed, self.leapt = speed, 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        if math.isfinite(self.speed):
            return super().select(timeout / self.speed)
        ready = super().select(0)
        if not ready:
            self.leapt += timeout
        return ready


class Clockwork(asyncio.SelectorEventLoop):
    """A loop with a clock of its own. speed: how many of its seconds pass in a real one.

    With infinity it leaps from one timer to the next: nothing is ever late, whatever the computer does meanwhile, so
    that what happens is the same on every run. That needs everything it waits for to happen inside the loop itself:
    no processes, no network.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._pace = _Selector(speed)
        self._began = time.monotonic()
        super().__init__(self._pace)

    def time(self) -> float:
        """Seconds by this loop's clock; from any thread."""
        if math.isfinite(self._pace.speed):
            return self._began + (time.monotonic() - self._began) * self._pace.speed
        return self._began + self._pace.leapt
