"""Whole frames -> blocks of samples: scaled, turned into the sensor frame; losses counted.

No input or output. Whatever the bytes are, nothing raises: what cannot be understood is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from liftcheck.samples import Array
from liftcheck.sensors.answers import battery_percent
from liftcheck.sensors.counting import Running
from liftcheck.sensors.packets import Counts, Frames, Packet
from liftcheck.sensors.profiles.framing import least_size
from liftcheck.sensors.profiles.layout import SI, Frame
from liftcheck.sensors.profiles.profile import Choice, FirmwareProfile
from liftcheck.sensors.unpacking import MOST_ACC_MPS2, MOST_GYR_RADPS, Message, unpack


@dataclass(frozen=True, eq=False)
class Block:
    """Samples of one frame, in SI and in the sensor frame. acc, gyr: (n, 3), None where the frame does not hold them.

    index: running number of the first sample, where the sensor counts. stamp_s: the device's clock for the frame's
    first or last sample (the profile says which). Both are unwrapped, and start anew when `restarted` is true.
    """

    at: float
    acc: Array | None
    gyr: Array | None
    index: int | None = None
    stamp_s: float | None = None
    restarted: bool = False

    def __len__(self) -> int:
        values = self.acc if self.acc is not None else self.gyr
        return 0 if values is None else len(values)


@dataclass
class _Line:
    """What is remembered of one kind of frame."""

    counter: Running | None
    stamp: Running | None
    index: int = 0
    size: int = 0
    last: Message | None = None


@dataclass
class PacketDecoder:
    """Feeds on packets, gives blocks. options: chosen rate and ranges; stored: numbers out of the sensor's answers."""

    profile: FirmwareProfile
    options: Mapping[str, Choice] | None = None
    stored: Mapping[str, float] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    battery: float | None = None

    def __post_init__(self) -> None:
        self._chosen = self.profile.choose(self.options)
        self._stored = dict(self.stored)
        self._frames = Frames(self.profile, self.counts)
        self._lines: dict[int, _Line] = {}
        axes = self.profile.axes
        self._signs = axes.sum(axis=1)
        plain = np.array_equal(np.abs(axes), np.abs(axes).astype(bool))
        self._order = np.abs(axes).argmax(axis=1) if plain else None

    def store(self, name: str, value: float) -> None:
        """Keeps a number out of the sensor's answer, for scales written as "$name"."""
        self._stored[name] = value

    def feed(self, packet: Packet) -> list[Block]:
        """The blocks that this packet completes, often one, sometimes none or several."""
        return [block for message in self.messages(packet) if (block := self._block(message)) is not None]

    def finish(self) -> list[Block]:
        """The blocks of what was still waiting for a second part."""
        return [block for message in self.pending_messages() if (block := self._block(message)) is not None]

    def messages(self, packet: Packet) -> list[Message]:
        """The frames that this packet completes, as numbers in the profile's units."""
        self.counts.packets += 1
        is_stream = self._frames.is_stream(packet.char)
        if not is_stream:
            self._look_for_battery(packet)
        done = []
        for frame, whole in self._frames.feed(packet):
            if is_stream:
                self._look_for_battery(whole)
            done += self._unpack(frame, whole)
        return done

    def pending_messages(self) -> list[Message]:
        """Frames that waited for a second part, as they are: the stream has ended."""
        return [m for frame, packet in self._frames.finish() for m in self._unpack(frame, packet)]

    def _unpack(self, frame: Frame, packet: Packet) -> list[Message]:
        scales = self._scales(frame)
        if scales is None:
            self.counts.unknown += 1  # its scale has not been told yet
            return []
        enough = len(packet.data) >= least_size(frame)
        message = unpack(frame, packet.data, packet.at, scales) if enough else None
        if message is None or not _sane(message):
            self.counts.malformed += 1
            return []
        self.counts.frames += 1
        return [message]

    def _scales(self, frame: Frame) -> dict[str, float] | None:
        found = {}
        for f in frame.fields:
            if isinstance(f.scale, float):
                found[f.name] = f.scale
            elif f.scale.startswith("$"):
                if f.scale[1:] not in self._stored:
                    return None
                found[f.name] = self._stored[f.scale[1:]]
            else:
                found[f.name] = self.profile.options[f.scale].scales[self._chosen[f.scale]]
        return found

    def _look_for_battery(self, packet: Packet) -> None:
        percent = battery_percent(self.profile, packet.char, packet.data)
        if percent is not None:
            self.battery = percent

    def _block(self, message: Message) -> Block | None:
        frame = message.frame
        if not frame.holds:
            return None
        acc, gyr = self._si(message, "acc"), self._si(message, "gyr")
        n = len(message.values[next(iter(frame.holds))])
        if n == 0:
            return None
        line = self._lines.get(id(frame))
        if line is None:
            line = self._lines[id(frame)] = self._new_line(frame, n)
        index, stamp_s, restarted = None, None, False
        if line.counter and frame.counter and message.counter is not None:
            step, restarted = line.counter.feed(message.at, message.counter)
            if step == 0 and not restarted:
                self.counts.duplicate += 1
                return None
            index = self._index(line, frame, n, step, restarted)
        if line.stamp and message.stamp is not None and frame.stamp:
            step, again = line.stamp.feed(message.at, message.stamp)
            restarted = restarted or again
            if step == 0 and not restarted and _same(line.last, message):
                self.counts.duplicate += 1
                return None
            line.last = message
            stamp_s = line.stamp.total * frame.stamp.tick_s
        self.counts.restarted += restarted
        return Block(message.at, acc, gyr, index, stamp_s, restarted)

    def _new_line(self, frame: Frame, n: int) -> _Line:
        period = 1 / self.profile.rate_hz(self._chosen)
        per_count = period * (n if frame.counter and frame.counter.of == "packets" else 1)
        return _Line(
            Running(frame.counter.wrap, per_count, steady=False) if frame.counter else None,
            Running(frame.stamp.wrap, frame.stamp.tick_s, steady=True) if frame.stamp else None,
        )

    def _index(self, line: _Line, frame: Frame, n: int, step: int | None, restarted: bool) -> int:
        """The number of the block's first sample; counts what was jumped over."""
        assert frame.counter is not None
        assert line.counter is not None
        counts_packets = frame.counter.of == "packets"
        if step is not None and not restarted:
            missing = (step - 1) * n if counts_packets else max(0, step - line.size)
            self.counts.lost += missing
            line.index += line.size + missing
        else:
            line.index = line.counter.total * (n if counts_packets else 1)
        line.size = n
        return line.index

    def _si(self, message: Message, name: str) -> Array | None:
        values = message.values.get(name)
        if values is None:
            return None
        unit = next(f.unit for f in message.frame.fields if f.name == name)
        return self._turn(values * SI[unit])

    def _turn(self, values: Array) -> Array:
        """Device axes -> sensor frame. Most are the same axes in another order, with other signs."""
        if self._order is not None:
            turned: Array = values[:, self._order] * self._signs
            return turned
        # Column by column: a matrix product's last bit depends on how many rows it is given.
        axes = self.profile.axes
        return np.stack([sum(axes[i, j] * values[:, j] for j in range(3)) for i in range(3)], axis=1)


def _same(before: Message | None, message: Message) -> bool:
    return before is not None and all(np.array_equal(before.values[k], message.values[k]) for k in message.values)


def _sane(message: Message) -> bool:
    for f in message.frame.fields:
        if f.name in ("acc", "gyr"):
            most = MOST_ACC_MPS2 if f.name == "acc" else MOST_GYR_RADPS
            with np.errstate(invalid="ignore"):
                if not bool(np.all(np.abs(message.values[f.name]) * SI[f.unit] < most)):
                    return False
    return True
