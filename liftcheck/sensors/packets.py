"""Packets, and the whole frames in them: cut from a byte stream, or put together from two notifications.

No input or output. Whatever the bytes are, nothing raises: what cannot be understood is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from liftcheck.sensors.profiles.framing import least_size
from liftcheck.sensors.profiles.layout import Frame
from liftcheck.sensors.profiles.profile import FirmwareProfile


@dataclass(frozen=True)
class Packet:
    """A notification as it arrived: seconds of the host's monotonic clock, bytes, the characteristic's profile name."""

    at: float
    data: bytes
    char: str = ""


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


class Frames:
    """Feeds on packets, gives frames, each with its bytes and the arrival that completed it."""

    def __init__(self, profile: FirmwareProfile, counts: Counts) -> None:
        self._profile, self._counts = profile, counts
        self._by_char: dict[str, list[Frame]] = {}
        for frame in profile.frames:
            self._by_char.setdefault(frame.char, []).append(frame)
        self._streams: dict[str, bytearray] = {}
        self._parts: dict[str, tuple[Frame, Packet]] = {}
        self._cut_sizes: set[tuple[str, int]] = set()
        self._last_size: dict[str, int] = {}

    def is_stream(self, char: str) -> bool:
        """Whether a characteristic's notifications are cut anywhere, and its frames found by how they begin."""
        return any(frame.sync for frame in self._by_char.get(char, []))

    def feed(self, packet: Packet) -> Iterator[tuple[Frame, Packet]]:
        """The frames that this packet completes."""
        frames = self._by_char.get(packet.char, [])
        return self._synced(packet, frames) if self.is_stream(packet.char) else self._joined(packet, frames)

    def finish(self) -> list[tuple[Frame, Packet]]:
        """Frames that waited for a second part, as they are: the stream has ended."""
        waiting, self._parts = list(self._parts.values()), {}
        return waiting

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
                self._counts.malformed += 1  # a second part; the first was taken for the whole, or did not come
                self._cut_sizes.add((packet.char, self._last_size.get(packet.char, 0)))
                return
        self._counts.unknown += not self._profile.answers(packet.char, packet.data)

    def _may_continue(self, frame: Frame, packet: Packet) -> bool:
        """Whether this may be a first part: its samples are no whole number, or one of its size was cut before."""
        repeat = frame.repeat
        uneven = len(packet.data) < least_size(frame) or (
            repeat is not None and repeat.count is None and (len(packet.data) - repeat.at) % repeat.stride != 0
        )
        return uneven or (packet.char, len(packet.data)) in self._cut_sizes

    def _synced(self, packet: Packet, frames: list[Frame]) -> Iterator[tuple[Frame, Packet]]:
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
                    yield frame, Packet(packet.at, data, packet.char)
                    continue
            elif _may_begin(buffer, frames):
                break  # its rest is still to come
            self._counts.malformed += not junk
            junk = True
            del buffer[:1]


def _begins(buffer: bytearray, frames: list[Frame]) -> Frame | None:
    return next((frame for frame in frames if frame.sync and buffer.startswith(frame.sync)), None)


def _may_begin(buffer: bytearray, frames: list[Frame]) -> bool:
    """Whether the bytes so far (maybe none) are, or may become, the beginning of a frame."""
    return any(frame.sync and buffer[: len(frame.sync)] == frame.sync[: len(buffer)] for frame in frames)
