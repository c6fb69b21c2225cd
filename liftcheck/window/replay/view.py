"""Which stretch of a recording is seen."""

from dataclasses import dataclass, replace

NARROWEST_S, USUAL_S = 0.5, 36.0
FOLLOW = 0.6  # of the width: where the cursor stays while it plays


@dataclass(frozen=True)
class View:
    """start, width: what is seen, in s; low, high: the whole recording. The stretch always lies within it."""

    low: float
    high: float
    start: float
    width: float

    @staticmethod
    def of(low: float, high: float, width: float = USUAL_S) -> "View":
        """The beginning of a recording."""
        return View(low, high, low, width)._held()

    @property
    def end(self) -> float:
        """The right edge, s."""
        return self.start + self.width

    def moved(self, seconds: float) -> "View":
        """Further on."""
        return replace(self, start=self.start + seconds)._held()

    def zoomed(self, factor: float, around: float) -> "View":
        """Wider (factor over 1) or narrower, with the moment `around` where it was."""
        width = min(max(self.width * factor, NARROWEST_S), self.whole)
        share = (around - self.start) / self.width
        return replace(self, start=around - share * width, width=width)._held()

    def fitted(self) -> "View":
        """All of it."""
        return replace(self, start=self.low, width=self.whole)

    def centred(self, t: float) -> "View":
        """With a moment in the middle."""
        return replace(self, start=t - self.width / 2)._held()

    def holding(self, t: float) -> "View":
        """Moved no more than needed to show a moment."""
        if t < self.start:
            return replace(self, start=t - 0.1 * self.width)._held()
        if t > self.start + FOLLOW * self.width and t > self.end:
            return replace(self, start=t - 0.9 * self.width)._held()
        return self

    def following(self, t: float) -> "View":
        """Scrolled so that a moment that plays stays in sight, with what comes next."""
        if self.start <= t <= self.start + FOLLOW * self.width:
            return self
        return replace(self, start=t - FOLLOW * self.width)._held() if t > self.start else self.holding(t)

    @property
    def whole(self) -> float:
        """The length of the recording, never nothing."""
        return max(self.high - self.low, NARROWEST_S)

    def _held(self) -> "View":
        width = min(max(self.width, NARROWEST_S), self.whole)
        start = min(max(self.start, self.low), max(self.low, self.low + self.whole - width))
        return replace(self, start=start, width=width)
