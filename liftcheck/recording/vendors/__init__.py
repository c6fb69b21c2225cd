"""What other apps export, recognised by content: each module knows one maker's files."""

from collections.abc import Callable
from pathlib import Path

from liftcheck.errors import RecordingError
from liftcheck.recording.recording import Recording
from liftcheck.recording.text import Head
from liftcheck.recording.vendors import metamotion, movella, witmotion, ximu3

# (is this line the header of such a file?, reads the file whose header is at that line, counted from 1)
Reader = tuple[Callable[[str], bool], Callable[[Path, Head, int], Recording]]
READERS: tuple[Reader, ...] = (
    (movella.is_header, movella.read),
    (metamotion.is_header, metamotion.read),
    (ximu3.is_header, ximu3.read),
    (witmotion.is_header, witmotion.read),
)
HEADER_WITHIN = 60  # lines


def read(path: Path, head: Head) -> Recording:
    """A recording that another maker's app exported. RecordingError if the file is none that liftcheck knows."""
    for number, line in enumerate(head.lines[:HEADER_WITHIN], 1):
        for is_header, read_file in READERS:
            if is_header(line):
                return read_file(path, head, number)
    raise RecordingError(
        f"{path} is no recording that liftcheck knows; if it is a table, name its columns by --columns"
    )
