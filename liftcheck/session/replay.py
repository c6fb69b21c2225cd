"""A recording played again, as fast as one likes, through the same session as a live sensor."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue

import numpy as np

from liftcheck.recording.recording import Recording
from liftcheck.samples import Event
from liftcheck.sensors.link import LinkState
from liftcheck.session.sitting import Poll

AT_ONCE_S = 10.0  # how much of the recording one turn takes when it is played as fast as it goes


class ReplaySource:
    """Gives out a recording's samples and events when they are due.

    speed: how many seconds of it pass in one of the clock's; infinity: as fast as they are taken. clock, sleep: s.
    """

    def __init__(
        self,
        recording: Recording,
        speed: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._samples, self._events = recording.samples, list(recording.events)
        self._speed, self._clock, self._sleep = speed, clock, sleep
        self._told: SimpleQueue[Event] = SimpleQueue()
        self._began = clock()
        self._next = 0
        self._link = LinkState(connected=True)

    def tell(self, event: Event) -> None:
        """Puts an event into the stream after what was given out last."""
        self._told.put(event)

    def poll(self, wait_s: float) -> Poll:
        """What is due; waits at most wait_s for it."""
        if not self._more:
            return self._give(len(self._samples))
        self._wait(wait_s)
        due = int(np.searchsorted(self._samples.t, self._now(), side="right"))
        return self._give(max(due, self._next))

    def flush(self) -> Poll:
        """Nothing is held back: what was not due is not played."""
        return self._give(self._next)

    @property
    def _more(self) -> bool:
        return self._next < len(self._samples)

    def _now(self) -> float:
        """How far the recording has been played, in its own time."""
        t = self._samples.t
        if math.isinf(self._speed):
            return float(t[self._next]) + AT_ONCE_S
        return float(t[0]) + (self._clock() - self._began) * self._speed

    def _wait(self, wait_s: float) -> None:
        ahead = (float(self._samples.t[self._next]) - self._now()) / self._speed
        if wait_s > 0 and ahead > 0:
            self._sleep(min(wait_s, max(ahead, 0.001)))  # never less: a rounding error must not stop time

    def _give(self, end: int) -> Poll:
        samples = self._samples[self._next : end]
        self._next = end
        ended = end >= len(self._samples)
        newest = float(self._samples.t[end - 1]) if end else 0.0
        due = [event for event in self._events if ended or event.t <= newest]
        self._events = self._events[len(due) :] if len(due) < len(self._events) else []
        for event in due:
            self._follow(event)
        told = [replace(event, t=newest) for event in _drain(self._told)]
        rate = (len(samples) - 1) / (samples.t[-1] - samples.t[0]) if len(samples) > 1 else self._link.rate_hz
        self._link = replace(self._link, received=end, rate_hz=rate)
        return Poll(samples, tuple(due + told), self._link, ended=ended)

    def _follow(self, event: Event) -> None:
        """Shows the link as it was then."""
        if event.kind == "link lost":
            self._link = replace(self._link, connected=False, reason=str(event.data.get("reason", "")))
        elif event.kind == "link back":
            self._link = replace(self._link, connected=True, reason="")
        elif event.kind == "battery":
            self._link = replace(self._link, battery_percent=event.data.get("percent"))


def _drain(queue: "SimpleQueue[Event]") -> list[Event]:
    events = []
    while True:
        try:
            events.append(queue.get_nowait())
        except Empty:
            return events
