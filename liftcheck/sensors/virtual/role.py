"""Which sensor is played, and what: a recording sent as any profile describes, with the faults of a real sensor."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from liftcheck.samples import Samples
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles.profile import Char, Choice, FirmwareProfile, Step
from liftcheck.sensors.virtual.encoder import Encoder, encode_answer, encode_battery, sent_frames
from liftcheck.sensors.virtual.playing import Due, Offer

SOME_SERVICE = "6c696674-0000-4c43-8e5a-6c6966746300"  # for characteristics whose profile names no service
PART_S = 1.0  # of the recording, encoded at a time
GAP_S = 0.2
REGISTERS = bytes(64)  # what is read before it is patched; no profile patches further


@dataclass
class ProfileRole:
    """A sensor with this profile that plays these samples (t from 0), as `VirtualSensor` wants it.

    battery: percent. rate_error: how much faster than it should its clock runs (0.05: 5 %). restarts: s at which the
    device's clock and counter begin anew. loops: how often the recording is played. options: as the host chose them.
    """

    profile: FirmwareProfile
    samples: Samples
    options: dict[str, Choice] = field(default_factory=dict)
    battery: float = 80.0
    rate_error: float = 0.0
    restarts: tuple[float, ...] = ()
    loops: int = 1
    payload: int | None = None

    def __post_init__(self) -> None:
        self._stored = {name: value for example in self.profile.examples for name, value in example.stored.items()}
        self._steps = [*self.profile.start, *self.profile.stop, *(chore.step for chore in self.profile.keepalive)]
        if self.profile.battery and self.profile.battery.ask:
            self._steps.append(self.profile.battery.ask)

    @property
    def name(self) -> str:
        """What it calls itself: the beginning by which its profile knows it."""
        prefixes = self.profile.match.name_prefix
        return f"{prefixes[0].strip()} virtual" if prefixes else "virtual"

    @property
    def services(self) -> tuple[str, ...]:
        """What it advertises."""
        return self.profile.match.service_uuids

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Its characteristics, with what the profile does to each."""
        return tuple(
            Offer(self._service(char), char.uuid, frozenset(self._properties(name)), self._value(name))
            for name, char in self.profile.chars.items()
        )

    def play(self) -> Iterator[Due]:
        """What it sends, in the order of time."""
        for packet in self.packets():
            yield Due(packet.at, *self._place(packet.char), packet.data)

    def packets(self) -> Iterator[Packet]:
        """The same, by the names of the profile."""
        period = 1.0 / self.profile.rate_hz(self.options)
        samples = at_rate(self.samples, 1.0 / period)
        length = float(samples.t[-1]) + period if len(samples) else 0.0
        restarts = deque(sorted(self.restarts))
        encoder = Encoder(self.profile, self.options, self._stored, payload=self.payload)
        for part in (replace(part, t=part.t + loop * length) for loop in range(self.loops) for part in _parts(samples)):
            while restarts and part.t[0] >= restarts[0]:  # the device's clock shows 0 again, and it counts anew
                begun = restarts.popleft()
                encoder = Encoder(self.profile, self.options, self._stored, clock_s=-begun, payload=self.payload)
            for packet in encoder.push(part):
                yield replace(packet, at=packet.at / (1.0 + self.rate_error))

    def answer(self, uuid: str, data: bytes) -> Sequence[tuple[str, str, bytes]]:
        """What it answers to a write; and it takes over the options that were written."""
        for step in self._steps:
            if step.kind != "write" or self.profile.chars[step.char].uuid != uuid or not self._is(step, data):
                continue
            if self.profile.battery and step is self.profile.battery.ask:
                said = encode_battery(self.profile, self.battery)
            else:
                said = encode_answer(step, self._stored)
            return [] if said is None else [(*self._place(said[0]), said[1])]
        return []

    def ready(self, subscribed: set[str], written: list[tuple[str, bytes]]) -> bool:
        """Whether the host has done what the profile's start says, so that the stream runs."""
        wanted = {self.profile.chars[frame.char].uuid for frame in sent_frames(self.profile)}
        writes = sum(step.kind != "subscribe" for step in self.profile.start)
        return wanted <= subscribed and len(written) >= writes

    def _is(self, step: Step, data: bytes) -> bool:
        """Whether data are what the step writes, with some choice of its options, which is then taken over."""
        names = [part for part in step.data.parts if isinstance(part, str)]
        if self.profile.bytes_of(step.data, self.options) == data:
            return True
        for name in names:
            for choice in self.profile.options[name].choices:
                options = {**self.options, name: choice}
                if self.profile.bytes_of(step.data, options) == data:
                    self.options = options
                    return True
        return False

    def _place(self, name: str) -> tuple[str, str]:
        char = self.profile.chars[name]
        return self._service(char), char.uuid

    def _service(self, char: Char) -> str:
        return char.service or next(iter(self.profile.match.service_uuids), SOME_SERVICE)

    def _properties(self, name: str) -> Iterator[str]:
        frames = any(frame.char == name for frame in self.profile.frames)
        expected = any(step.expect and step.expect.char == name for step in self._steps)
        if frames or expected or any(step.char == name and step.kind == "subscribe" for step in self._steps):
            yield "notify"
        if any(step.char == name and step.kind != "subscribe" for step in self._steps):
            yield from ("read", "write", "write-without-response")
        if self._is_battery(name):
            yield "read"

    def _is_battery(self, name: str) -> bool:
        battery = self.profile.battery
        return battery is not None and battery.ask is None and battery.char == name

    def _value(self, name: str) -> bytes | Callable[[], bytes]:
        def level() -> bytes:
            said = encode_battery(self.profile, self.battery)
            return said[1] if said else b""

        return level if self._is_battery(name) else REGISTERS


def at_rate(samples: Samples, rate_hz: float) -> Samples:
    """The samples as a sensor with another rate would have taken them, by straight lines; gaps stay gaps."""
    if len(samples) < 2:
        return samples
    period = float(np.median(np.diff(samples.t)))
    if abs(period * rate_hz - 1.0) < 1e-3:
        return samples
    t = np.arange(samples.t[0], samples.t[-1], 1.0 / rate_hz)
    after = np.clip(np.searchsorted(samples.t, t, side="right"), 1, len(samples) - 1)
    t = t[samples.t[after] - samples.t[after - 1] <= max(GAP_S, 1.5 * period)]
    acc, gyr = (
        np.stack([np.interp(t, samples.t, values[:, axis]) for axis in range(3)], axis=1)
        for values in (samples.acc, samples.gyr)
    )
    return replace(samples, t=t, acc=acc, gyr=gyr)


def _parts(samples: Samples) -> Iterator[Samples]:
    if not len(samples):
        return
    edges = np.arange(samples.t[0] + PART_S, samples.t[-1], PART_S)
    for part in np.split(np.arange(len(samples)), np.searchsorted(samples.t, edges)):
        if len(part):
            yield samples[int(part[0]) : int(part[-1]) + 1]
