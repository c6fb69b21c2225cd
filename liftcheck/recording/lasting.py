"""Asks the disk to keep what was written, beside the writing: disks take their time, samples must not wait for them."""

import os
import threading
from queue import SimpleQueue
from typing import BinaryIO


class Lasting:
    """One request at a time, in a thread of its own; what is written while one runs is in the next."""

    def __init__(self) -> None:
        self._wanted: SimpleQueue[int | None] = SimpleQueue()
        self._failed: SimpleQueue[OSError] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ask(self, file: BinaryIO) -> None:
        """Asks once more. OSError: the disk could not keep what it was asked to keep before."""
        self._told()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="liftcheck disk", daemon=True)
            self._thread.start()
        if self._wanted.empty():
            self._wanted.put(os.dup(file.fileno()))

    def close(self, file: BinaryIO) -> None:
        """Waits until the disk has kept all of the file. OSError: it could not."""
        self.stop()
        self._told()  # an error of the disk is told to whoever asks first, and to nobody after
        os.fsync(file.fileno())

    def stop(self) -> None:
        """Ends the thread."""
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join()
            self._thread = None

    def _told(self) -> None:
        if not self._failed.empty():
            raise self._failed.get()

    def _run(self) -> None:
        while (number := self._wanted.get()) is not None:
            try:
                os.fsync(number)
            except OSError as error:
                self._failed.put(error)
            finally:
                os.close(number)
