"""A counter or a device clock that wraps, made to run on; and whether the device has begun to count anew."""

from dataclasses import dataclass

EARLY_S = 1.0  # a count that runs ahead of the host's clock by more than this has jumped
LATE_S = 8.0  # one that falls behind by more has stopped or begun anew: longer a radio link holds nothing back


@dataclass
class Running:
    """Unwraps one number. unit_s: how long one count lasts, by the profile; steady: whether that can be relied on.

    The host's clock decides how often the number has wrapped while nothing was heard, and whether what came is too
    far from what must have passed: then the device has restarted. Late packets (a burst after a silence) are normal.
    """

    wrap: int
    unit_s: float
    steady: bool
    total: int = 0
    raw: int | None = None
    at: float = 0.0
    begun: tuple[float, int] = (0.0, 0)
    on_time: tuple[float, int] = (0.0, 0)

    def feed(self, at: float, raw: int) -> tuple[int | None, bool]:
        """How far the number has moved since the last one (None: no last one), and whether the device restarted."""
        if self.raw is None:
            self._begin(at, raw)
            return None, False
        unit = self._unit()
        step = (raw - self.raw) % self.wrap
        ahead = (at - self.on_time[0]) / unit - (self.total + step - self.on_time[1])
        slack = min(EARLY_S / unit, self.wrap / 4)
        step += self.wrap * max(0, int((ahead + slack) // self.wrap))
        late_s = (at - self.on_time[0]) - (self.total + step - self.on_time[1]) * unit
        if not -EARLY_S <= late_s <= LATE_S:
            self._begin(at, raw)
            return step, True
        self.total += step
        self.raw = raw
        # The packet that was last on time is what lateness is counted from; it follows a clock that runs at
        # another speed than it should.
        if late_s <= (0.002 if self.steady else 0.05) * (at - self.on_time[0]):
            self.on_time = (at, self.total)
        return step, False

    def _unit(self) -> float:
        """The length of a count: as stated, or for a counter, as it turns out after two seconds."""
        elapsed, counted = self.on_time[0] - self.begun[0], self.on_time[1] - self.begun[1]
        return self.unit_s if self.steady or elapsed < 2.0 or counted < 1 else elapsed / counted

    def _begin(self, at: float, raw: int) -> None:
        self.total, self.raw = raw, raw
        self.begun = self.on_time = (at, raw)
