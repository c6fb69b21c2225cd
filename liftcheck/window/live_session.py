"""The session that the trainee's window shows: begun, heard, told, ended."""

import threading
from collections.abc import Callable
from dataclasses import replace

from liftcheck.samples import Event
from liftcheck.session import SessionUpdate
from liftcheck.window.board import Board
from liftcheck.window.sighting import Running, Sighting, Wiring
from liftcheck.window.standing import Standing


class LiveSession:
    """One session after another. board: what the present one has said. running: None while there is none.

    ended, died: called when it is over, its file complete, or its thread has failed. new_board: an empty one.
    """

    def __init__(
        self,
        wiring: Wiring,
        new_board: Callable[[], Board],
        ended: Callable[[], object],
        died: Callable[[BaseException], None],
    ) -> None:
        self._wiring, self._new_board = wiring, new_board
        self._ended, self._died = ended, died
        self._then, self._lost = ended, False
        self.board, self._standing = new_board(), Standing()
        self.running: Running | None = None
        self.ending: threading.Thread | None = None

    @property
    def recording(self) -> bool:
        """Whether a file is being written."""
        return self.running is not None and self.board.last is not None and self.board.last.recording

    def begin(self, sighting: Sighting | None) -> None:
        """Starts with a sensor; None is the virtual one. LiftcheckError if it cannot."""
        self.running = self._wiring.begin(sighting)
        self.ending, self._then = None, self._ended
        self.board, self._standing = self._new_board(), Standing()

    def hear(self, now: float) -> list[SessionUpdate]:
        """What it has said since the last frame, with the motion as it is drawn."""
        heard: list[SessionUpdate] = []
        while self.running is not None and not self.running.updates.empty():
            update = self._drawn(self.running.updates.get_nowait())
            self.board.take(update, now)
            heard.append(update)
        return heard

    def _drawn(self, update: SessionUpdate) -> SessionUpdate:
        if (judged := update.update) is None:
            return update
        drawn = self._standing.follow(judged.motion)
        for bend in judged.lifts:
            self._standing.looked_back(bend, judged.motion)
        return replace(update, update=replace(judged, motion=drawn))

    def loses(self, now: float) -> bool:
        """Whether the signal has been lost since the last frame."""
        before, self._lost = self._lost, self.board.lost_s(now) is not None
        return self._lost and not before

    def watch(self) -> None:
        """In every frame: whether it is over, has died, or has played all there is."""
        running = self.running
        if running is None:
            return
        if running.error is not None and not running.alive:
            self.running = None
            self._died(running.error)
        elif self.board.ended and not running.alive:
            self.running = None
            self._then()
        elif self._wiring.done() and self.ending is None:
            self.end()

    def tell(self, kind: str, **data: object) -> None:
        """Enters what a person decided, at the newest sample."""
        if self.running is not None:
            self.running.tell(Event(self.board.sample_t or 0.0, kind, "person", data))

    def end(self, then: Callable[[], object] | None = None) -> None:
        """Ends it in a thread of its own: completing a long file takes longer than a frame. then: instead of ended."""
        self._then = then or self._ended
        if self.running is None:
            self._then()
        elif self.ending is None:
            self.ending = threading.Thread(target=self.running.close, name="liftcheck end", daemon=True)
            self.ending.start()

    def close(self) -> None:
        """At once, with the window."""
        if self.running is not None:
            self.running.close()
