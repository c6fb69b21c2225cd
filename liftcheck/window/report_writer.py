"""Writes the coach's page in a thread of its own: scoring a shift takes longer than a frame."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from liftcheck.errors import LiftcheckError, sentence
from liftcheck.window.style import Style

WritePage = Callable[[str, str], str]


class ReportWriter:
    """One page at a time. tell: shows a sentence.

    write: makes the page of a recording in a language and gives its path; None where that is not to be had.
    """

    def __init__(self, style: Style, write: WritePage | None, tell: Callable[[str], None]) -> None:
        self._style, self._write, self._tell = style, write, tell
        self._worker = ThreadPoolExecutor(1, "liftcheck report")
        self._writing: Future[str] | None = None

    @property
    def ready(self) -> bool:
        """Whether it can write at all."""
        return self._write is not None

    def begin(self, recording: str | None) -> None:
        """Begins with the page of a recording, unless one is being written."""
        if self._writing is None and self._write is not None and recording is not None:
            self._tell(self._style.words("summary.writing"))
            self._writing = self._worker.submit(self._write, recording, self._style.words.language)

    def poll(self) -> None:
        """In every frame: tells when the page is there, or why it is not."""
        if self._writing is None or not self._writing.done():
            return
        error = self._writing.exception()
        if error is None:
            self._tell(self._style.words("summary.written", name=Path(self._writing.result()).name))
        else:  # nothing that goes wrong with a page may end the session
            known = isinstance(error, LiftcheckError | OSError)
            self._tell(sentence(error if known else f"{type(error).__name__}: {error}"))
        self._writing = None

    def close(self) -> None:
        """Without waiting for a page that is being written."""
        self._worker.shutdown(wait=False)
