"""What other apps export, recognised by content."""

from pathlib import Path

from liftcheck.errors import RecordingError
from liftcheck.recording.recording import Recording
from liftcheck.recording.text import Head


def read(path: Path, head: Head) -> Recording:
    """A recording that another vendor's app exported. RecordingError if the file is none that liftcheck knows."""
    raise RecordingError(f"{path} is no recording that liftcheck knows; name its columns with --columns")
