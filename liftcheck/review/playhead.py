"""Where a replay stands, how fast it runs, and the stretch that it repeats."""

from dataclasses import dataclass, replace

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
SHORTEST_LOOP_S = 0.1


@dataclass(frozen=True)
class Playhead:
    """A moment of a recording that moves when it plays. Times in s since the recording began; start <= t <= end.

    loop: (from, to), played again and again; None plays to the end and stops there.
    """

    start: float = 0.0
    end: float = 0.0
    t: float = 0.0
    speed: float = 1.0
    playing: bool = False
    loop: tuple[float, float] | None = None

    def at(self, t: float) -> "Playhead":
        """At another moment, held within the recording. Leaving the loop ends it."""
        t = min(max(t, self.start), self.end)
        outside = self.loop is not None and not self.loop[0] - 1e-9 <= t <= self.loop[1] + 1e-9
        return replace(self, t=t, loop=None if outside else self.loop)

    def passed(self, seconds: float) -> "Playhead":
        """After so much time on the clock."""
        if not self.playing or seconds <= 0:
            return self
        t = self.t + self.speed * seconds
        if self.loop is not None and t >= self.loop[1]:
            low, high = self.loop
            return replace(self, t=low + (t - high) % (high - low))
        if t >= self.end:
            return replace(self, t=self.end, playing=False)
        return replace(self, t=t)

    def toggled(self) -> "Playhead":
        """Plays or pauses; at the end, playing begins anew."""
        if not self.playing and self.t >= self.end and self.loop is None:
            return replace(self, t=self.start, playing=True)
        return replace(self, playing=not self.playing)

    def faster(self, steps: int) -> "Playhead":
        """So many steps up or down the speeds, from the nearest one."""
        nearest = min(range(len(SPEEDS)), key=lambda place: abs(SPEEDS[place] - self.speed))
        return replace(self, speed=SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def looping(self, low: float | None, high: float | None) -> "Playhead":
        """With another loop; an end that is None stays where it was, or is the recording's own. Empty ends it."""
        old = self.loop or (self.start, self.end)
        low = max(self.start, old[0] if low is None else low)
        high = min(self.end, old[1] if high is None else high)
        if high - low < SHORTEST_LOOP_S:
            return replace(self, loop=None)
        return replace(self, loop=(low, high), t=min(max(self.t, low), high))
