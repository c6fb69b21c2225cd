"""Notification bytes -> blocks of samples: frames found, scaled, turned into the sensor frame; losses counted.

No input or output. Whatever the bytes are, nothing raises: what cannot be understood is counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from liftcheck.errors import ProfileError
from liftcheck.samples import Array
from liftcheck.sensors.counting import Running
from liftcheck.sensors.profiles.framing import least_size
from liftcheck.sensors.profiles.layout import SI, Frame
from liftcheck.sensors.profiles.profile import Answer, Choice, FirmwareProfile, Step
from liftcheck.sensors.unpacking import MOST_ACC_MPS2, MOST_GYR_RADPS, Message, numbers, unpack


@dataclass(frozen=True)
class Packet:
    """A notification as it arrived: seconds of the host's monotonic clock, bytes, the characteristic's profile name."""

    at: float
    data: bytes
    char: str = ""


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
class Counts:
    """What became of the packets. lost: samples that a counter shows missing; the rest counts packets or frames."""

    packets: int = 0
    frames: int = 0
    unknown: int = 0
    malformed: int = 0
    duplicate: int = 0
    restarted: int = 0
    lost: int = 0


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
        self._streams: dict[str, bytearray] = {}
        self._parts: dict[str, tuple[Frame, Packet]] = {}
        self._cut_sizes: set[tuple[str, int]] = set()
        self._last_size: dict[str, int] = {}
        self._lines: dict[int, _Line] = {}
        axes = self.profile.axes
        self._signs = axes.sum(axis=1)
        plain = np.array_equal(np.abs(axes), np.abs(axes).astype(bool))
        self._order = np.abs(axes).argmax(axis=1) if plain else None
        self._by_char: dict[str, list[Frame]] = {}
        for frame in self.profile.frames:
            self._by_char.setdefault(frame.char, []).append(frame)

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
        frames = self._by_char.get(packet.char, [])
        if any(frame.sync for frame in frames):
            return [m for frame, data in self._synced(packet, frames) for m in self._unpack(frame, data, packet.at)]
        self._look_for_battery(packet.char, packet.data)
        done = []
        for frame, whole in self._joined(packet, frames):
            done += self._unpack(frame, whole.data, whole.at)
        return done

    def pending_messages(self) -> list[Message]:
        """Frames that waited for a second part, as they are: the stream has ended."""
        waiting, self._parts = list(self._parts.values()), {}
        return [m for frame, packet in waiting for m in self._unpack(frame, packet.data, packet.at)]

    def _joined(self, packet: Packet, frames: list[Frame]) -> Iterator[tuple[Frame, Packet]]:
        """Frames of a characteristic where a notification is a message, or the first or second part of one."""
        waiting = self._parts.pop(packet.char, None)
        if waiting:
            frame, first = waiting
            rest = frame.continues
            if rest and rest.when.fits(packet.data):
                self._cut_sizes.add((packet.char, len(first.data)))
                yield frame, Packet(packet.at, first.data + packet.data[rest.skip :], packet.char)
                return
            yield frame, first
        for frame in frames:
            if frame.when is None or frame.when.fits(packet.data):
                if frame.continues and self._may_continue(frame, packet):
                    self._parts[packet.char] = (frame, packet)
                else:
                    self._last_size[packet.char] = len(packet.data)
                    yield frame, packet
                return
        for frame in frames:
            if frame.continues and frame.continues.when.fits(packet.data):
                self.counts.malformed += 1  # a second part; the first was taken for the whole, or did not come
                self._cut_sizes.add((packet.char, self._last_size.get(packet.char, 0)))
                return
        self.counts.unknown += not self.profile.answers(packet.char, packet.data)

    def _may_continue(self, frame: Frame, packet: Packet) -> bool:
        """Whether this may be a first part: its samples are no whole number, or one of its size was cut before."""
        repeat = frame.repeat
        uneven = len(packet.data) < least_size(frame) or (
            repeat is not None and repeat.count is None and (len(packet.data) - repeat.at) % repeat.stride != 0
        )
        return uneven or (packet.char, len(packet.data)) in self._cut_sizes

    def _synced(self, packet: Packet, frames: list[Frame]) -> Iterator[tuple[Frame, bytes]]:
        """Frames of a byte stream: what follows a frame must begin like one too, or it was none."""
        buffer = self._streams.setdefault(packet.char, bytearray())
        buffer += packet.data
        junk = False
        while buffer:
            frame = _begins(buffer, frames)
            if frame and len(buffer) >= frame.size:
                if _may_begin(buffer[frame.size :], frames):
                    data = bytes(buffer[: frame.size])
                    del buffer[: frame.size]
                    self._look_for_battery(packet.char, data)
                    yield frame, data
                    continue
            elif _may_begin(buffer, frames):
                break  # its rest is still to come
            self.counts.malformed += not junk
            junk = True
            del buffer[:1]

    def _unpack(self, frame: Frame, data: bytes, at: float) -> list[Message]:
        scales = self._scales(frame)
        if scales is None:
            self.counts.unknown += 1  # its scale has not been told yet
            return []
        message = unpack(frame, data, at, scales) if len(data) >= least_size(frame) else None
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

    def _look_for_battery(self, char: str, data: bytes) -> None:
        percent = battery_percent(self.profile, char, data)
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


def _begins(buffer: bytearray, frames: list[Frame]) -> Frame | None:
    return next((frame for frame in frames if frame.sync and buffer.startswith(frame.sync)), None)


def _may_begin(buffer: bytearray, frames: list[Frame]) -> bool:
    """Whether the bytes so far (maybe none) are, or may become, the beginning of a frame."""
    return any(frame.sync and buffer[: len(frame.sync)] == frame.sync[: len(buffer)] for frame in frames)


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


def answer_number(answer: Answer, data: bytes) -> float | None:
    """The number that an answer carries; None if it is not in there."""
    at = answer.at
    if answer.after:
        found = data.find(answer.after, answer.start)
        if found < 0:
            return answer.default
        at = found + len(answer.after)
    width = int(answer.type[1:]) // 8
    if len(data) < at + width:
        return answer.default
    value = float(numbers(data[at : at + width], answer.type, "little")[0]) * answer.scale
    return value if np.isfinite(value) else None


def stored_values(step: Step, data: bytes) -> dict[str, float]:
    """The numbers that a start step keeps from the sensor's answer. ProfileError if one is missing in it."""
    values = {name: answer_number(answer, data) for name, answer in step.store.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise ProfileError(f"the sensor's answer {data[:20].hex(' ')} holds no {missing[0]}")
    return {name: value for name, value in values.items() if value is not None}


def battery_percent(profile: FirmwareProfile, char: str, data: bytes) -> float | None:
    """How full the battery is, if these bytes from this characteristic say so."""
    battery = profile.battery
    if battery is None or battery.char != char or (battery.when and not battery.when.fits(data)):
        return None
    value = answer_number(battery.answer, data)
    if value is None or not battery.table:
        return value if value is not None and 0 <= value <= 100 else None
    return next((percent for above, percent in sorted(battery.table, reverse=True) if value > above), 0.0)
