"""A recording that was written block by block, rewritten in large ones once it has ended."""

import os
from collections.abc import Iterator
from pathlib import Path

from mcap.records import Attachment, McapRecord, Message, Metadata
from mcap.writer import Writer

from liftcheck.errors import RecordingError
from liftcheck.recording import blocks
from liftcheck.recording.file_reader import walk
from liftcheck.recording.fresh import fresh_file
from liftcheck.recording.layout import CHANNELS, SAMPLES, schemas
from liftcheck.samples import TIME_STEP_S


def compact(path: Path) -> None:
    """Rewrites a recording in blocks of a minute, with an index for other programs; the same samples and events.

    RecordingError if that cannot be done; the file then stays as it is.
    """
    notes: list[str] = []
    with fresh_file(path, force=True) as part, open(path, "rb") as source, open(part, "wb") as target:
        writer = Writer(target, chunk_size=2**30)  # chunks end where `flush` says
        writer.start(library="liftcheck")
        for name, encoding, schema in schemas():
            writer.register_channel(name, encoding, writer.register_schema(*schema))
        _copy(walk(source, notes), writer)
        if notes:  # what is damaged now may be worth more to somebody than a smaller file
            raise RecordingError(f"{path} is {notes[0]}")
        writer.finish()  # type: ignore[no-untyped-call]
        target.flush()
        os.fsync(target.fileno())


def _copy(records: Iterator[McapRecord], writer: Writer) -> None:
    held: list[blocks.Counts] = []
    begun = 0  # log time of the first held block
    for record in records:
        if isinstance(record, Metadata):
            writer.add_metadata(record.name, record.metadata)
        elif isinstance(record, Attachment):
            writer.add_attachment(0, 0, record.name, record.media_type, record.data)
        elif isinstance(record, Message) and record.channel_id == CHANNELS[SAMPLES]:
            begun = begun if held else record.log_time
            try:
                held.append(blocks.decode(record.data))
            except ValueError as error:
                raise RecordingError(f"a block is damaged: {error}") from error
            if sum(map(len, held)) >= blocks.BLOCK_SAMPLES:
                _add_blocks(writer, held, begun)
                held = []
        elif isinstance(record, Message):
            writer.add_message(record.channel_id, record.log_time, record.data, record.publish_time)
    if held:
        _add_blocks(writer, held, begun)


def _add_blocks(writer: Writer, held: list[blocks.Counts], begun: int) -> None:
    counts = blocks.join(held)
    for t, data in blocks.encode(counts):
        log_time = max(0, begun + (t - int(counts.t[0])) * round(TIME_STEP_S * 1e9))
        writer.add_message(CHANNELS[SAMPLES], log_time, data, log_time)
    writer.flush()  # type: ignore[no-untyped-call]
