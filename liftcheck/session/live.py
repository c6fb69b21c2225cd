"""A sensor that is worn now: packets and changes of its link -> samples, events and the state of the link."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty

import numpy as np

from liftcheck.samples import Event, Samples
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange, LinkState
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.sensors.stream import GAP_S, DecodedStream
from liftcheck.session.doubts import Doubts
from liftcheck.session.sitting import Poll

LOSS_EVERY_S = 10.0  # lost samples are written down so often, where there are any
MOST_AT_ONCE = 2000  # packets of one turn, so that a session that fell behind still tells how it gets on
RECENT_S = 30.0  # the loss on the screen is that of the last half minute


class LiveSource:
    """Drains the queue that the Bluetooth thread fills, and understands what is in it.

    arrivals: the queue. options: the chosen rate and ranges. clock: s, the one that stamps the packets.
    """

    def __init__(
        self,
        profile: FirmwareProfile,
        arrivals: Arrivals,
        options: Mapping[str, Choice] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stream = DecodedStream(profile, options)
        self._arrivals, self._clock = arrivals, clock
        self._newest = 0.0
        self._connected, self._reason, self._since = False, "", clock()
        self._lost_at: float | None = None  # the newest sample's time when the link was lost
        self._packet_at: float | None = None
        self._battery: int | None = None
        self._told_loss = (0.0, 0, 0)  # t, samples, lost
        self._recent: deque[tuple[float, int, int]] = deque()  # s, samples, lost
        self._message = ""
        self._doubts = Doubts(profile.id, self.stream.nominal_hz)

    def tell(self, event: Event) -> None:
        """Puts an event into the stream after the newest sample; from any thread."""
        self._arrivals.put(event)

    def poll(self, wait_s: float) -> Poll:
        """What has arrived; waits at most wait_s for the first of it."""
        return self._understood(self._drain(wait_s, MOST_AT_ONCE))

    def flush(self) -> Poll:
        """All that arrived since the last poll, and what the decoder held back."""
        poll = self._understood(self._drain(0.0, self._arrivals.qsize()))
        rest = self._taken(self.stream.finish(), events := list(poll.events))
        self._note_loss(events, last=True)
        return replace(poll, samples=Samples.join([poll.samples, rest]), events=tuple(events), link=self.link)

    def _understood(self, arrived: "list[Packet | LinkChange | Event]") -> Poll:
        """Packets as samples, changes of the link and what persons told as events, in their order."""
        parts: list[Samples] = []
        events: list[Event] = []
        packets: list[Packet] = []
        for arrival in arrived:
            if isinstance(arrival, Packet):
                packets.append(arrival)
                self._packet_at = arrival.at
                parts.append(self._feed(arrival, events))
            elif isinstance(arrival, LinkChange):
                self._follow(arrival, events)
            else:
                events.append(replace(arrival, t=self._newest))
        self._note_loss(events)
        samples = Samples.join(parts)
        doubt = self._doubts.about(samples, self.stream.facts)
        message, self._message = self._message or doubt, doubt if self._message else ""
        return Poll(samples, tuple(events), self.link, tuple(packets), message)

    @property
    def link(self) -> LinkState:
        """The state of the link now."""
        now, facts = self._clock(), self.stream.facts
        return LinkState(
            self._connected,
            self._reason,
            now - self._since,
            facts.rate_hz if facts.samples else None,
            self._recent_loss(now, facts.samples, facts.lost),
            self._battery,
            facts.samples,
            None if self._packet_at is None else max(0.0, now - self._packet_at),
        )

    def _drain(self, wait_s: float, most: int) -> "list[Packet | LinkChange | Event]":
        arrived: list[Packet | LinkChange | Event] = []
        try:
            if wait_s > 0:
                arrived.append(self._arrivals.get(timeout=wait_s))
            while len(arrived) < most:
                arrived.append(self._arrivals.get_nowait())
        except Empty:
            pass
        return arrived

    def _feed(self, packet: Packet, events: list[Event]) -> Samples:
        samples = self._taken(self.stream.feed(packet), events)
        if self.stream.battery is not None:
            self._note_battery(self.stream.battery, events)
        return samples

    def _taken(self, samples: Samples, events: list[Event]) -> Samples:
        if not len(samples):
            return samples
        if self._lost_at is not None:
            self._note_return(samples, events)
        self._newest = float(samples.t[-1])
        return samples

    def _note_return(self, samples: Samples, events: list[Event]) -> None:
        """The first sample after a lost link: the gap is known now."""
        steps = np.diff(samples.t, prepend=self._newest)
        after = int(np.argmax(steps > GAP_S))
        if steps[after] <= GAP_S and not self._connected:
            return  # held back from before the loss
        gap_s = float(steps[after])
        events.append(Event(float(samples.t[after]), "link back", "pipeline", {"gap_s": round(gap_s, 3)}))
        self._message = f"The link is back after {gap_s:.1f} s."
        self._lost_at = None

    def _follow(self, change: LinkChange, events: list[Event]) -> None:
        if change.kind == "battery" and change.percent is not None:
            self._note_battery(change.percent, events)
        elif change.kind == "answered":
            for name, value in change.stored.items():
                self.stream.store(name, value)
        elif change.kind == "connected":
            self._turn(True, "", change.at)
            self._message = "Connected."
        elif change.kind == "lost":
            if self._connected and self.stream.facts.samples:
                self._lost_at = self._newest
                events.append(Event(self._newest, "link lost", "pipeline", {"reason": change.reason}))
            if self._connected or change.reason != self._reason:
                self._message = change.message
            self._turn(False, change.reason, change.at)
        elif change.kind == "stopped":
            self._turn(False, "stopped", change.at)
        elif not self._reason:
            self._message = change.message or "Waiting for the sensor."

    def _turn(self, connected: bool, reason: str, at: float) -> None:
        if connected != self._connected:
            self._since = at
        self._connected, self._reason = connected, reason

    def _note_battery(self, percent: float, events: list[Event]) -> None:
        rounded = round(percent)
        if rounded != self._battery:
            self._battery = rounded
            events.append(Event(self._newest, "battery", "pipeline", {"percent": rounded}))

    def _note_loss(self, events: list[Event], last: bool = False) -> None:
        """Writes down what was lost since the last time, beside what was received."""
        facts = self.stream.facts
        since, samples, lost = self._told_loss
        news = facts.lost > lost and self._newest - since >= LOSS_EVERY_S
        if news or (last and facts.samples > samples):
            data = {"lost": facts.lost - lost, "received": facts.samples - samples}
            events.append(Event(self._newest, "loss", "pipeline", data))
            self._told_loss = (self._newest, facts.samples, facts.lost)

    def _recent_loss(self, now: float, samples: int, lost: int) -> float | None:
        if not samples:
            return None
        recent = self._recent
        if not recent or now - recent[-1][0] >= 1.0:
            recent.append((now, samples, lost))
        while len(recent) > 1 and now - recent[0][0] > RECENT_S:
            recent.popleft()
        _, samples_then, lost_then = recent[0] if len(recent) > 1 else (now, 0, 0)
        came, missed = samples - samples_then, lost - lost_then
        return 100.0 * missed / (came + missed) if came + missed else None
