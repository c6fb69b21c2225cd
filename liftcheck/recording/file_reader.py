"""Reads the native recording (MCAP), also one that was cut off, damaged, or made to do harm."""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import lz4.frame  # type: ignore[import-untyped]  # ships no type information
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Attachment, Channel, Chunk, McapRecord, Message, Metadata
from mcap.writer import MCAP0_MAGIC

from liftcheck.errors import RecordingError
from liftcheck.recording import blocks, checks, times
from liftcheck.recording.layout import CHANNELS, EVENTS, METADATA, PACKETS, SAMPLES
from liftcheck.recording.recording import Recording, in_words, name_of
from liftcheck.recording.told import read_event
from liftcheck.samples import Event
from liftcheck.trunk.mounting import SITE_ALIASES, SITES

CUT_OFF = "cut off: the last part could not be read"
LARGEST_CHUNK = 64 * 2**20  # bytes once unpacked; ours are a minute, 170 kB at 100 Hz
MOST_SAMPLES = 40_000_000  # two days at 230 Hz
MOST_MESSAGES = 3_000_000  # a day of packets and events
LONGEST_TEXT = 4000  # characters of anything that is known of a session
_MESSAGE = struct.Struct("<HIQQ")
_ENDS = {(Opcode.DATA_END, 4), (Opcode.FOOTER, 20)}  # any other length is a damaged byte
_PASSED_OVER = {
    Opcode.HEADER,
    Opcode.SCHEMA,
    Opcode.MESSAGE_INDEX,
    Opcode.CHUNK_INDEX,
    Opcode.ATTACHMENT_INDEX,
    Opcode.STATISTICS,
    Opcode.METADATA_INDEX,
    Opcode.SUMMARY_OFFSET,
}
_PRIVATE = 0x80  # opcodes from here on are other programs' own
_DAMAGE = (ValueError, struct.error, McapError, zstandard.ZstdError, RuntimeError, EOFError, MemoryError, OverflowError)


@dataclass
class _Contents:
    """What was found in a file so far."""

    about: dict[str, str] = field(default_factory=dict)
    counts: list[blocks.Counts] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    profile_text: str | None = None
    bad_blocks: int = 0
    bad_events: int = 0


def read(path: str | Path) -> Recording:
    """A native recording, with what could not be read told in `quality`. RecordingError if there is nothing to use."""
    path = Path(path)
    contents, notes = _contents(path)
    if not contents.counts:
        raise RecordingError(f"{path} holds no samples that liftcheck can read{': ' + notes[0] if notes else ''}")
    samples = blocks.samples_of(blocks.join(contents.counts))
    samples, mended = checks.usable(samples)
    if mended and not len(samples):
        raise RecordingError(f"{path} holds no samples that can be used ({mended[0]})")
    about = contents.about
    told = [in_words(words, 200) for words in about.get("quality", "").split("; ") if in_words(words)]
    rate_hz = _number(about, "rate_hz", 1, 20_000)
    odd = [*checks.told(samples), *times.odd_rate(samples.t, rate_hz)]
    notes = list(dict.fromkeys([*told, *notes, *mended, *odd]))
    site = SITE_ALIASES.get(about.get("site", ""), about.get("site"))
    if site is not None and site not in SITES:
        notes.append(f"site {in_words(site, 20)!r} is unknown and was ignored")
        site = None
    return Recording(
        samples=samples,
        events=tuple(contents.events),
        name=name_of(path),
        path=str(path),
        reader="liftcheck",
        profile=_text(about, "profile"),
        started=_text(about, "started"),
        rate_hz=rate_hz,
        wearer=_text(about, "wearer"),
        site=site,
        height_m=_number(about, "height_m", 0.5, 2.7),
        load_kg=_number(about, "load_kg", 0, 1000),
        note=about.get("note"),
        quality=tuple(notes),
    )


def profile_text(path: str | Path) -> str | None:
    """The firmware profile (TOML) that a recording carries, or None."""
    return _contents(Path(path))[0].profile_text


def packets(path: str | Path) -> Iterator[tuple[float, bytes]]:
    """The raw packets that were kept: the computer's monotonic clock in s, and the bytes."""
    with open(path, "rb") as file:
        for topic, message in _topics(walk(file, [])):
            if topic == PACKETS and len(message.data) >= 8:
                yield struct.unpack_from("<d", message.data)[0], bytes(message.data[8:])


def walk(file: BinaryIO, notes: list[str]) -> Iterator[McapRecord]:
    """The records of an MCAP file in order, chunks unpacked. What is damaged is passed over and told in `notes`.

    mcap's own reader stops at the first damaged chunk and believes every length; this one does not.
    """
    size = os.fstat(file.fileno()).st_size
    file.seek(len(MCAP0_MAGIC))
    damaged = 0
    while True:
        head = file.read(9)
        opcode, length = struct.unpack("<BQ", head) if len(head) == 9 else (0, size)
        if file.tell() + length > size:
            notes.append(CUT_OFF)
            break
        body = file.read(length)
        if (opcode, length) in _ENDS:
            break
        try:
            yield from _records(opcode, body)
        except _DAMAGE:
            damaged += 1
    if damaged:
        notes.append(f"damaged: {damaged} part{'s' * (damaged > 1)} of the file could not be read")


def _contents(path: Path) -> tuple[_Contents, list[str]]:
    contents, notes = _Contents(), list[str]()
    try:
        with open(path, "rb") as file:
            head = file.read(len(MCAP0_MAGIC))
            if head != MCAP0_MAGIC:
                raise RecordingError(f"{path} {'is empty' if not head else 'is not a liftcheck recording'}")
            _gather(contents, walk(file, notes), path)
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}") from error
    for number, thing in ((contents.bad_blocks, "block of samples"), (contents.bad_events, "event")):
        if number:
            notes.append(f"damaged: {number} {thing if number == 1 else thing.replace(' ', 's ', 1)} could not be read")
    return contents, notes


def _gather(contents: _Contents, records: Iterator[McapRecord], path: Path) -> None:
    messages = samples = 0
    for topic, record in _topics(records, contents):
        messages += 1
        if messages > MOST_MESSAGES:
            raise RecordingError(f"{path} holds more than {MOST_MESSAGES} messages, which no recording does")
        if topic == SAMPLES:
            try:
                contents.counts.append(blocks.decode(record.data))
            except ValueError:
                contents.bad_blocks += 1
                continue
            samples += len(contents.counts[-1])
            if samples > MOST_SAMPLES:
                raise RecordingError(f"{path} holds more than {MOST_SAMPLES} samples; split it")
        elif topic == EVENTS:
            event = read_event(record.data)
            if event is None:
                contents.bad_events += 1
            else:
                contents.events.append(event)


def _topics(records: Iterator[McapRecord], contents: _Contents | None = None) -> Iterator[tuple[str, Message]]:
    topics = {number: topic for topic, number in CHANNELS.items()}  # ours, should the records that say so be damaged
    for record in records:
        if isinstance(record, Message):
            yield topics.get(record.channel_id, ""), record
        elif isinstance(record, Channel):
            topics[record.id] = record.topic
        elif contents is not None and isinstance(record, Metadata) and record.name == METADATA:
            contents.about.update({key: value[:LONGEST_TEXT] for key, value in record.metadata.items()})
        elif contents is not None and isinstance(record, Attachment) and record.name.endswith(".toml"):
            contents.profile_text = record.data.decode("utf-8", "replace")


def _records(opcode: int, body: bytes) -> Iterator[McapRecord]:
    if opcode == Opcode.CHUNK:
        yield from _inside(_unpacked(Chunk.read(ReadDataStream(BytesIO(body)))))
    elif opcode == Opcode.METADATA:
        yield Metadata.read(ReadDataStream(BytesIO(body)))
    elif opcode == Opcode.ATTACHMENT:
        yield Attachment.read(ReadDataStream(BytesIO(body)))
    elif opcode == Opcode.CHANNEL:
        yield Channel.read(ReadDataStream(BytesIO(body)))
    elif opcode == Opcode.MESSAGE:
        yield _message(memoryview(body))
    elif opcode not in _PASSED_OVER and opcode < _PRIVATE:
        raise ValueError("no such record")


def _inside(data: bytes) -> Iterator[McapRecord]:
    view, at = memoryview(data), 0
    while at < len(data):
        opcode, length = struct.unpack_from("<BQ", data, at)
        body = view[at + 9 : at + 9 + length]
        if len(body) < length:
            raise ValueError("a record reaches beyond its chunk")
        if opcode == Opcode.MESSAGE:
            yield _message(body)
        elif opcode == Opcode.CHANNEL:
            yield Channel.read(ReadDataStream(BytesIO(body)))
        at += 9 + length


def _message(body: memoryview) -> Message:
    channel, sequence, log_time, publish_time = _MESSAGE.unpack_from(body)
    data: Any = body[_MESSAGE.size :]
    return Message(channel_id=channel, log_time=log_time, data=data, publish_time=publish_time, sequence=sequence)


def _unpacked(chunk: Chunk) -> bytes:
    """A chunk's bytes. ValueError if they would be too many or are not what was written."""
    if chunk.uncompressed_size > LARGEST_CHUNK:
        raise ValueError("a chunk is too large")
    if chunk.compression == "zstd":
        if zstandard.frame_content_size(chunk.data) > LARGEST_CHUNK:
            raise ValueError("a chunk is too large")
        data = zstandard.ZstdDecompressor().decompress(chunk.data, max_output_size=LARGEST_CHUNK)
    elif chunk.compression == "lz4":
        data = lz4.frame.LZ4FrameDecompressor().decompress(chunk.data, max_length=LARGEST_CHUNK)
    elif chunk.compression == "":
        data = chunk.data
    else:
        raise ValueError("a chunk is packed in an unknown way")
    if len(data) != chunk.uncompressed_size or (chunk.uncompressed_crc and zlib.crc32(data) != chunk.uncompressed_crc):
        raise ValueError("a chunk is damaged")
    return data


def _text(about: dict[str, str], key: str) -> str | None:
    return in_words(about.get(key, ""), 200) or None


def _number(about: dict[str, str], key: str, least: float, most: float) -> float | None:
    try:
        value = float(about[key])
    except (KeyError, ValueError):
        return None
    return value if least <= value <= most else None
