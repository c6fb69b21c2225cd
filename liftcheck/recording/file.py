"""The native recording (MCAP): written while live so that a crash loses at most a second, compacted when closed."""

import json
import os
import shutil
import struct
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

import zstandard
from mcap.data_stream import RecordBuilder
from mcap.records import Attachment, Channel, Chunk, DataEnd, Footer, Header, McapRecord, Message, Metadata, Schema
from mcap.writer import MCAP0_MAGIC

from liftcheck.errors import RecordingError
from liftcheck.recording import blocks
from liftcheck.recording.compaction import compact
from liftcheck.recording.fresh import fresh_file, unwritable
from liftcheck.recording.lasting import Lasting
from liftcheck.recording.layout import CHANNELS, EVENTS, METADATA, PACKETS, SAMPLES, schemas
from liftcheck.recording.recording import Recording
from liftcheck.samples import TIME_STEP_S, Event, Samples

# Samples wait for less than this before they are in the file: a crash loses them, and what comes while the processor is
# elsewhere. A quarter of what is promised; an hour at 100 Hz costs 5.2 MB until it is closed, and 3.3 from then on.
BLOCK_S = 0.25
_ABOUT = ("started", "rate_hz", "wearer", "site", "height_m", "load_kg", "note", "quality")


class RawPacket(Protocol):
    """What the radio brought: at, the computer's monotonic clock in seconds, and the bytes."""

    @property
    def at(self) -> float: ...
    @property
    def data(self) -> bytes: ...


class RecordingWriter:
    """Writes a session while it happens; what was appended before the last quarter of a second is in the file.

    Nothing is overwritten unless `force`. `close` (or leaving a `with` block) ends the file and compacts it; a file
    that was never closed opens all the same. started: ISO 8601 with offset, the wall clock at t = 0.
    quality: what was noticed when these samples were read from another file.
    durable: also ask the disk to keep what was written through a power cut; off where a whole file is written at once.
    A file that is deleted meanwhile is there again, whole, with the next block.
    RecordingError: the file exists, its folder is missing, the disk is full (what was written stays good).
    """

    def __init__(
        self,
        path: str | Path,
        *,
        started: str | None = None,
        profile_name: str | None = None,
        profile_text: str | None = None,
        rate_hz: float | None = None,
        wearer: str | None = None,
        site: str | None = None,
        height_m: float | None = None,
        load_kg: float | None = None,
        note: str | None = None,
        quality: Iterable[str] = (),
        keep_packets: bool = False,
        force: bool = False,
        durable: bool = True,
    ) -> None:
        self.path = Path(path)
        self.keep_packets = keep_packets
        self._lasting = Lasting() if durable else None
        self._epoch_ns = _epoch_ns(started)
        self._waiting: list[Samples] = []
        self._also: list[Message] = []  # events and packets, in their order
        self._latest = 0.0
        self._closed = False
        about = {
            "started": started,
            "profile": profile_name,
            "rate_hz": rate_hz,
            "wearer": wearer,
            "site": site,
            "height_m": height_m,
            "load_kg": load_kg,
            "note": note,
            "quality": "; ".join(quality) or None,
        }
        try:
            self._file: BinaryIO = open(self.path, "w+b" if force else "x+b", buffering=0)  # noqa: SIM115 (`close` ends it)
            self._write(_opening(about, profile_name, profile_text))
        except OSError as error:
            raise RecordingError(unwritable(self.path, error)) from error

    def append(self, samples: Samples, events: Iterable[Event] = (), packets: Iterable[RawPacket] = ()) -> None:
        """The next samples, and what happened among them. Samples are stored on the grid of `Samples.rounded`."""
        if len(samples):
            self._waiting.append(samples)
            self._latest = float(samples.t[-1])
        if self.keep_packets:
            self._also += [self._message(PACKETS, self._latest, _packet(packet)) for packet in packets]
        told = [self._message(EVENTS, event.t, _event(event)) for event in events]
        self._also += told
        if told or (self._waiting and self._latest - float(self._waiting[0].t[0]) >= BLOCK_S):
            self.flush()

    def flush(self) -> None:
        """Puts on disk what still waits."""
        if not self._waiting and not self._also:
            return
        counts = blocks.counts_of(Samples.join(self._waiting))
        found = (
            [self._message(SAMPLES, t * TIME_STEP_S, data) for t, data in blocks.encode(counts)] if len(counts) else []
        )
        try:
            self._restore()
            self._write(_chunk(found + self._also))
        except OSError as error:
            raise RecordingError(unwritable(self.path, error)) from error
        self._waiting, self._also = [], []

    def close(self) -> None:
        """Ends the file, then rewrites it in large blocks. If that fails, the file stays as it was written."""
        if self._closed:
            return
        self._closed = True
        try:
            self.flush()
            self._restore()
            self._write(_bytes_of(DataEnd(0), Footer(0, 0, 0)) + MCAP0_MAGIC)
            if self._lasting is not None:
                self._lasting.close(self._file)
        except OSError as error:
            raise RecordingError(unwritable(self.path, error)) from error
        finally:
            if self._lasting is not None:
                self._lasting.stop()
            ours = os.fstat(self._file.fileno())
            self._file.close()
        # A file that was moved or replaced while it was written is complete where it is now: leave it alone.
        with suppress(OSError, RecordingError):
            if os.path.samestat(ours, os.stat(self.path)):
                compact(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _message(self, topic: str, t: float, data: bytes) -> Message:
        log_time = max(0, self._epoch_ns + round(t * 1e9))
        return Message(channel_id=CHANNELS[topic], log_time=log_time, data=data, publish_time=log_time, sequence=0)

    def _restore(self) -> None:
        """A file that somebody deleted is written again, with all that it held: it is gone from its folder only.

        One that was moved is left where it is now.
        """
        if os.fstat(self._file.fileno()).st_nlink or self.path.exists():
            return
        with open(self.path, "x+b", buffering=0) as again:
            self._file.seek(0)
            shutil.copyfileobj(self._file, again)
        self._file.close()
        self._file = open(self.path, "r+b", buffering=0)  # noqa: SIM115 (`close` ends it)
        self._file.seek(0, os.SEEK_END)

    def _write(self, data: bytes) -> None:
        """All of data or nothing: a torn record would hide what is appended after it."""
        good = self._file.tell()
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
            if self._lasting is not None:
                self._lasting.ask(self._file)
        except OSError:
            with suppress(OSError):
                self._file.truncate(good)
                self._file.seek(good)
            raise


def write(path: str | Path, recording: Recording, *, profile_text: str | None = None, force: bool = False) -> None:
    """Writes a whole recording; the file appears complete or not at all. RecordingError if it exists."""
    about: dict[str, Any] = {key: getattr(recording, key) for key in _ABOUT}
    about |= {"profile_name": recording.profile, "profile_text": profile_text, "durable": False}
    with (
        fresh_file(path, force=force) as part,
        RecordingWriter(part, force=True, **about) as writer,
    ):
        for i in range(0, len(recording.samples), 10 * blocks.BLOCK_SAMPLES):
            writer.append(recording.samples[i : i + 10 * blocks.BLOCK_SAMPLES])
        writer.append(Samples.empty(), recording.events)


def _opening(about: Mapping[str, Any], profile_name: str | None, profile_text: str | None) -> bytes:
    """The file's first bytes. Schemas and channels stand outside of chunks, so that no damaged chunk hides them."""
    known = {key: str(value) for key, value in about.items() if value is not None}
    records: list[McapRecord] = [Header("", "liftcheck"), Metadata(METADATA, {"format": "1", **known})]
    if profile_text is not None:
        name = f"{profile_name or 'profile'}.toml"
        records.append(Attachment(0, 0, name, "application/toml", profile_text.encode()))
    for i, (topic, encoding, (name, schema_encoding, text)) in enumerate(schemas(), 1):
        records.append(Schema(id=i, data=text, encoding=schema_encoding, name=name))
        records.append(Channel(id=i, topic=topic, message_encoding=encoding, metadata={}, schema_id=i))
    return MCAP0_MAGIC + _bytes_of(*records)


def _chunk(messages: list[Message]) -> bytes:
    inside = _bytes_of(*messages)
    times = [message.log_time for message in messages]
    return _bytes_of(
        Chunk(
            compression="zstd",
            data=zstandard.compress(inside),
            message_start_time=min(times),
            message_end_time=max(times),
            uncompressed_crc=zlib.crc32(inside),
            uncompressed_size=len(inside),
        )
    )


def _bytes_of(*records: McapRecord) -> bytes:
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    return bytes(builder.end())  # type: ignore[no-untyped-call]


def _event(event: Event) -> bytes:
    fields = {"t": event.t, "kind": event.kind, "by": event.by, "data": dict(event.data)}
    try:
        text = json.dumps(fields, allow_nan=False, ensure_ascii=False)
    except ValueError:  # JSON knows no NaN and no infinity: what is missing is null
        text = json.dumps(json.loads(json.dumps(fields), parse_constant=lambda _: None), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _packet(packet: RawPacket) -> bytes:
    return struct.pack("<d", packet.at) + packet.data


def _epoch_ns(started: str | None) -> int:
    try:
        moment = datetime.fromisoformat(started or "")
    except ValueError:
        return 0
    return max(0, round(moment.timestamp() * 1e9)) if moment.tzinfo else 0
