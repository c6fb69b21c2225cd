"""Text files of others: packed or not, in any common encoding, with a limit on what they may unfold to."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from liftcheck.errors import RecordingError

HEAD_BYTES = 2**16  # enough for every header
PART_BYTES = 4 * 2**20
LARGEST_TEXT = 4 * 2**30  # bytes once unpacked: four days at 200 Hz
GZIP_MAGIC = b"\x1f\x8b"
CUT_OFF = "cut off: the last part could not be read"


@dataclass(frozen=True)
class Head:
    """The beginning of a text file: its first lines (without line ends) and the encoding that fits them."""

    lines: tuple[str, ...]
    encoding: str


def head_of(path: Path) -> Head:
    """The first lines of a text file. RecordingError if it is empty or no text."""
    data = next(_unpacked(path, HEAD_BYTES), b"")[:HEAD_BYTES]
    if not data.strip():
        raise RecordingError(f"{path} is empty")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise RecordingError(f"{path} is UTF-16 text; save it as UTF-8")
    if b"\x00" in data:
        raise RecordingError(f"{path} is no recording: neither text nor a liftcheck file")
    for encoding in ("utf-8-sig", "gbk", "cp1252"):
        # Only degree signs and names lie beyond ASCII: gbk holds a degree sign as two bytes, cp1252 as one.
        text = _decoded(data, encoding)
        if text is not None:
            return Head(tuple(lines_of(text)), encoding)
    return Head(tuple(lines_of(data.decode("latin-1"))), "latin-1")


def parts_of(path: Path, notes: list[str]) -> Iterator[tuple[int, bytes]]:
    """A file in parts of whole lines, each with the number of its first line, counted from 1.

    A packed file that breaks off gives what can be unpacked and a note. RecordingError if a line has no end or the
    file unfolds to more than any recording.
    """
    line, rest, total = 1, b"", 0
    for data in _unpacked(path, PART_BYTES, notes):
        total += len(data)
        if total > LARGEST_TEXT:
            raise RecordingError(f"{path} unfolds to more than {LARGEST_TEXT // 2**30} GB; split it")
        data = rest + data
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
        if not end and len(data) > HEAD_BYTES:
            raise RecordingError(f"{path}, line {line} has no end; this is no table")
        whole, rest = data[:end], data[end:]
        if whole:
            yield line, whole
            line += whole.count(b"\n") or whole.count(b"\r")
    if rest:
        yield line, rest


def lines_of(text: str) -> list[str]:
    """Lines as every program counts them; `splitlines` also breaks at signs that stand within a cell."""
    return re.split("\r\n|\n|\r", text)


def _decoded(data: bytes, encoding: str) -> str | None:
    # The last bytes may be half a character.
    for cut in range(4):
        try:
            text = data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        # cp1252's degree sign and the letter or sign after it can pass for a Chinese character.
        return None if encoding == "gbk" and not re.search("[°℃]", text) else text
    return None


def _unpacked(path: Path, size: int, notes: list[str] | None = None) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == GZIP_MAGIC
            file.seek(0)
            yield from _inflated(file, size, [] if notes is None else notes) if packed else _plain(file, size)
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror or error}") from error


def _plain(file: BinaryIO, size: int) -> Iterator[bytes]:
    while data := file.read(size):
        yield data


def _inflated(file: BinaryIO, size: int, notes: list[str]) -> Iterator[bytes]:
    """Gzip's content in parts of at most `size`; what a broken file still gives is given."""
    unpack = zlib.decompressobj(wbits=31)
    packed, held_back = b"", False  # the unpacker may have taken all and not given all
    while held_back or packed or (packed := file.read(2**18)):
        try:
            data = unpack.decompress(packed, size)
        except zlib.error:
            notes.append(CUT_OFF)
            return
        packed, held_back = unpack.unconsumed_tail, len(data) == size and not unpack.eof
        if data:
            yield data
        if unpack.eof:
            packed, unpack = unpack.unused_data, zlib.decompressobj(wbits=31)
            if not (packed or (packed := file.read(2**18))).strip(b"\x00"):
                return
    notes.append(CUT_OFF)
