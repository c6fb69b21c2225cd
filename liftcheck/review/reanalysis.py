"""Judges a recording again in a thread of its own, while somebody looks at it."""

import threading
from dataclasses import dataclass
from queue import SimpleQueue

from liftcheck.analysis import Settings, Update, analyze
from liftcheck.recording.recording import Recording


@dataclass(frozen=True)
class Judged:
    """What the worker says: how far it has learnt, an update of the pipeline, or its end.

    learnt_s: the first pass has come to here. error: what ended the worker before its time.
    """

    learnt_s: float | None = None
    update: Update | None = None
    error: BaseException | None = None


class _StopAskedError(Exception):
    """The window is closed; nobody waits for the rest."""


class Reanalysis(threading.Thread):
    """Judges a recording in a thread of its own; `answers` holds what it found, in order."""

    def __init__(self, recording: Recording, settings: Settings, *, relearn: bool = False) -> None:
        super().__init__(name="liftcheck replay", daemon=True)
        self.answers: SimpleQueue[Judged] = SimpleQueue()
        self._recording, self._settings, self._relearn = recording, settings, relearn
        self._stop_asked = threading.Event()

    def run(self) -> None:
        recording = self._recording
        try:
            for update in analyze(
                recording.samples,
                recording.events,
                self._settings,
                rate_hz=recording.rate_hz,
                relearn=self._relearn,
                told=self._learnt,
            ):
                self._obey()
                self.answers.put(Judged(update=update))
        except _StopAskedError:
            return
        except Exception as error:
            self.answers.put(Judged(error=error))
            return
        self.answers.put(Judged())

    def _learnt(self, t: float) -> None:
        self._obey()
        self.answers.put(Judged(learnt_s=t))

    def _obey(self) -> None:
        if self._stop_asked.is_set():
            raise _StopAskedError

    def stop(self) -> None:
        """Ends after the chunk at hand."""
        self._stop_asked.set()
