"""Samples -> notification bytes: what a sensor with this profile would send. The inverse of the packet decoder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array, Samples
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles.framing import least_size
from liftcheck.sensors.profiles.layout import SI, WIDTHS, Codec, Field, Frame, Mask
from liftcheck.sensors.profiles.profile import Choice, FirmwareProfile, Step

OPEN_COUNT = 4  # samples in a frame whose profile leaves the number open, unless told otherwise


@dataclass
class Encoder:
    """Push samples (SI, sensor frame, at the profile's rate), get packets; `Packet.at` is when each is complete.

    The first frame of the profile that holds acc (and the first that holds gyr) is the one that is sent. options and
    stored are the decoder's. clock_s: what the device's clock shows at t = 0; counter: where it begins to count.
    payload: bytes that a notification can hold; longer frames are cut where the profile has a continuation.
    frames: other frames of the profile to be sent instead. A gap in the samples is a gap in what is sent: counter and
    clock run on, and the samples before it that do not fill a frame are not sent.
    """

    profile: FirmwareProfile
    options: Mapping[str, Choice] | None = None
    stored: Mapping[str, float] = field(default_factory=dict)
    clock_s: float = 0.0
    counter: int = 0
    payload: int | None = None
    open_count: int = OPEN_COUNT
    frames: tuple[Frame, ...] = ()

    def __post_init__(self) -> None:
        self._chosen = self.profile.choose(self.options)
        self._period = 1 / self.profile.rate_hz(self.options)
        self.frames = self.frames or sent_frames(self.profile)
        self._waiting: dict[int, Samples] = {i: Samples.empty() for i in range(len(self.frames))}
        self._counters = dict.fromkeys(self._waiting, self.counter)
        self._last_t: float | None = None

    def push(self, samples: Samples) -> list[Packet]:
        """The packets that these samples fill, in the order in which they are sent."""
        packets: list[Packet] = []
        gaps = np.flatnonzero(np.diff(samples.t) > 1.5 * self._period) + 1
        for start, end in pairwise([0, *gaps.tolist(), len(samples)]):
            part = samples[start:end]
            if len(part):
                self._skip_gap(float(part.t[0]))
                for i, frame in enumerate(self.frames):
                    packets += self._fill(i, frame, part)
                self._last_t = float(part.t[-1])
        return sorted(packets, key=lambda packet: packet.at)

    def _skip_gap(self, first_t: float) -> None:
        """After a gap, what waits is dropped and the counters have gone on."""
        if self._last_t is None or first_t - self._last_t <= 1.5 * self._period:
            return
        missing = round((first_t - self._last_t) / self._period) - 1
        for i, frame in enumerate(self.frames):
            dropped = len(self._waiting[i])
            self._waiting[i] = Samples.empty()
            self._counters[i] += self._counts(frame, missing + dropped)

    def _counts(self, frame: Frame, samples: int) -> int:
        """By how much a frame's counter moves over so many samples."""
        if frame.counter and frame.counter.of == "samples":
            return samples
        return round(samples / self._count(frame))

    def _count(self, frame: Frame) -> int:
        if frame.codec:
            return self.open_count
        return 1 if frame.repeat is None else frame.repeat.count or self.open_count

    def _fill(self, i: int, frame: Frame, part: Samples) -> list[Packet]:
        joined, n, packets = Samples.join([self._waiting[i], part]), self._count(frame), []
        while len(joined) >= n:
            packets += self._packets(frame, joined[:n], self._counters[i])
            self._counters[i] += self._counts(frame, n)
            joined = joined[n:]
        self._waiting[i] = joined
        return packets

    def _packets(self, frame: Frame, samples: Samples, counter: int) -> list[Packet]:
        data, at = self._message(frame, samples, counter), float(samples.t[-1])
        if self.payload is None or len(data) <= self.payload or frame.continues is None:
            return [Packet(at, data, frame.char)]
        head = bytes(mask_bytes(frame.continues.when).ljust(frame.continues.skip, b"\0"))
        return [
            Packet(at, data[: self.payload], frame.char),
            Packet(at, head + data[self.payload :], frame.char),
        ]

    def _message(self, frame: Frame, samples: Samples, counter: int) -> bytes:
        columns = {f.name: self._column(f, samples) for f in frame.fields}
        if frame.codec:
            body = polar_delta(columns[frame.fields[0].name].astype(np.int64), frame.codec)
            out = bytearray(frame.codec.at) + body
        else:
            out = bytearray(frame.size or least_size(frame))
            if frame.repeat and frame.repeat.count is None:
                out = bytearray(frame.repeat.at + frame.repeat.stride * len(samples))
            _place(out, frame, columns)
        head = frame.sync or (mask_bytes(frame.when) if frame.when else b"")
        for at, byte in enumerate(head):
            if frame.sync or (frame.when and frame.when.bytes_[at] is not None):
                out[at] = byte
        if frame.counter:
            _put(out, frame.counter.at, frame.counter.type, frame.order, counter % frame.counter.wrap)
        if frame.stamp:
            t = float(samples.t[0 if self.profile.stream.stamp_of == "first" else -1])
            ticks = round((t + self.clock_s) / frame.stamp.tick_s) % frame.stamp.wrap
            _put(out, frame.stamp.at, frame.stamp.type, frame.order, ticks)
        return bytes(out)

    def _column(self, f: Field, samples: Samples) -> Array:
        """The raw numbers of one field: (n, f.n), whole for integer types."""
        if f.name not in ("acc", "gyr"):
            return np.zeros((len(samples), f.n))
        values = np.nan_to_num(samples.acc if f.name == "acc" else samples.gyr)
        raw = (values @ self.profile.axes) / (SI[f.unit] * self._scale(f))
        if f.type == "f32":
            return raw
        bits = 8 * WIDTHS[f.type]
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if f.type.startswith("i") else (0, 2**bits - 1)
        return np.clip(np.rint(raw), low, high)

    def _scale(self, f: Field) -> float:
        if isinstance(f.scale, float):
            return f.scale
        if f.scale.startswith("$"):
            return self.stored[f.scale[1:]]
        return self.profile.options[f.scale].scales[self._chosen[f.scale]]


def encode(
    profile: FirmwareProfile,
    samples: Samples,
    options: Mapping[str, Choice] | None = None,
    stored: Mapping[str, float] | None = None,
) -> list[Packet]:
    """All samples as packets. Those at the end that do not fill a frame are not sent."""
    return Encoder(profile, options, stored or {}).push(samples)


def sent_frames(profile: FirmwareProfile) -> tuple[Frame, ...]:
    """The frames that a sensor sends of itself: the first that holds acc and, if that has no gyr, the first with it."""
    acc = next(frame for frame in profile.frames if "acc" in frame.holds)
    if "gyr" in acc.holds or not profile.has_gyro:
        return (acc,)
    return (acc, next(frame for frame in profile.frames if frame.holds == {"gyr"}))


def encode_battery(profile: FirmwareProfile, percent: float) -> tuple[str, bytes] | None:
    """The characteristic and the bytes that say how full the battery is; None where the profile has no battery."""
    battery = profile.battery
    if battery is None:
        return None
    answer = battery.answer
    value = percent
    if battery.table:
        above = [row for row in sorted(battery.table) if row[1] <= percent]
        value = above[-1][0] + 2 * answer.scale if above else 0.0
    out = bytearray(mask_bytes(battery.when) if battery.when else b"")
    at = answer.at
    if answer.after:
        out = out.ljust(max(answer.start, len(out)), b"\0") + answer.after
        at = len(out)
    framed = [f.size for f in profile.frames if f.sync and f.char == battery.char and out.startswith(f.sync)]
    out = out.ljust(max([at + WIDTHS[answer.type], *framed]), b"\0")
    _put(out, at, answer.type, "little", round(value / answer.scale))
    return battery.char, bytes(out)


def encode_answer(step: Step, stored: Mapping[str, float]) -> tuple[str, bytes] | None:
    """What a sensor answers to a step that expects something: the characteristic and the bytes; None if it is mute."""
    if step.expect is None:
        return None
    out = bytearray(mask_bytes(step.expect.when))
    for name, answer in step.store.items():
        at = answer.at
        if answer.after:
            out = out.ljust(max(answer.start, len(out)), b"\0") + answer.after
            at = len(out)
        out = out.ljust(max(len(out), at + WIDTHS[answer.type]), b"\0")
        raw = stored[name] / answer.scale
        if answer.type == "f32":
            out[at : at + 4] = np.float32(raw).tobytes()
        else:
            _put(out, at, answer.type, "little", round(raw))
    return step.expect.char, bytes(out)


def mask_bytes(mask: Mask) -> bytes:
    """The bytes of a mask, 0 where any would do."""
    return bytes(byte or 0 for byte in mask.bytes_)


def _put(out: bytearray, at: int, kind: str, order: str, value: int) -> None:
    width = WIDTHS[kind]
    out[at : at + width] = value.to_bytes(width, "little" if order == "little" else "big", signed=kind.startswith("i"))


def _place(out: bytearray, frame: Frame, columns: Mapping[str, Array]) -> None:
    """Puts every field's numbers where the frame has them."""
    repeat, start = frame.repeat, 0
    for f in frame.fields:
        for k, row in enumerate(columns[f.name]):
            raw = _packed(row, f.type, frame.order)
            if repeat is None:
                at = f.at
            elif repeat.planar:
                at = repeat.at + start + k * f.size
            else:
                at = repeat.at + k * repeat.stride + f.at
            out[at : at + len(raw)] = raw
        start += f.size * len(columns[f.name])


def _packed(row: Array, kind: str, order: str) -> bytes:
    if kind == "f32":
        return bytes(row.astype("<f4" if order == "little" else ">f4").tobytes())
    out = bytearray(WIDTHS[kind] * len(row))
    for i, value in enumerate(row.tolist()):
        _put(out, i * WIDTHS[kind], kind, order, int(value))
    return bytes(out)


def polar_delta(rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]], codec: Codec) -> bytes:
    """A reference sample and one block of deltas, as few bits each as they need, lowest bit first."""
    width = (codec.bits + 7) // 8
    out = b"".join(v.to_bytes(width, "little", signed=True) for v in rows[0].tolist())
    deltas: list[int] = np.diff(rows, axis=0).ravel().tolist()
    if not deltas:
        return out
    bits = max(1, *(1 + (d if d >= 0 else ~d).bit_length() for d in deltas))
    packed: int = sum((d & ((1 << bits) - 1)) << (i * bits) for i, d in enumerate(deltas))
    return out + bytes([bits, len(rows) - 1]) + packed.to_bytes((bits * len(deltas) + 7) // 8, "little")
