"""The session's own thread: it turns the session, and puts what each turn added into a queue."""

import threading
from queue import SimpleQueue

from liftcheck.samples import Event
from liftcheck.session.sitting import Session, SessionUpdate


class SessionThread:
    """Runs a session beside the program; its updates wait in `updates` until somebody takes them.

    pace_s: the least time between two turns, so that a fast sensor does not cost a turn a packet. error: what ended the
    thread before its time; the file then holds what had been kept.
    """

    def __init__(self, session: Session, pace_s: float = 0.01) -> None:
        self.updates: SimpleQueue[SessionUpdate] = SimpleQueue()
        self.error: BaseException | None = None
        self._session, self._pace_s = session, pace_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="liftcheck session", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Enters what a person decided (`Session.tell`)."""
        self._session.tell(event)

    @property
    def alive(self) -> bool:
        """Whether the session still runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Ends the session in good order and waits until its file is complete; its last updates are in the queue."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                update = self._session.step(wait_s=0.1)
                self.updates.put(update)
                if update.ended:
                    return
                self._stop.wait(self._pace_s)
            self.updates.put(self._session.finish())
        except BaseException as error:  # whoever takes the updates looks here when no more of them come
            self.error = error
