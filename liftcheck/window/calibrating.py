"""When a session is calibrated: at its first samples, and again when somebody wishes."""

from liftcheck.window.board import Board
from liftcheck.window.live_session import LiveSession

DONE_S = 1.2  # how long "Ready" shows after a calibration


class Calibrating:
    """wanted: whether to calibrate when the first samples arrive."""

    def __init__(self, session: LiveSession, wanted: bool) -> None:
        self._session, self._wanted = session, wanted
        self._asked = False
        self._done_at: float | None = None

    def begin(self) -> None:
        """A session begins."""
        self._asked, self._done_at = False, None

    def watch(self, now: float) -> None:
        """In every frame: asks for it once the sensor is heard."""
        if self._wanted and not self._asked and self._session.board.streaming(now):
            self._asked = True
            self._session.tell("calibrating")

    def again(self) -> None:
        """Anew."""
        self._done_at = self._session.board.calibration = None
        self._session.tell("calibrating")

    def skip(self) -> None:
        """Without; the mounting is learnt from the lifts."""
        self._session.tell("calibration ended")

    def over(self, now: float) -> bool:
        """Whether work can begin."""
        board: Board = self._session.board
        if not self._wanted and board.streaming(now):
            return True
        if board.calibration is None or board.calibration.phase != "done":
            return False
        self._done_at = self._done_at or now
        return now - self._done_at > DONE_S
