"""What a session comes to: counts, typical numbers, and one next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.window.board import Board, share_of_legs

ENOUGH_LIFTS = 5
MANY_BACK, MANY_MIXED, MANY_UNCLEAR = 0.15, 0.30, 0.34  # shares from which the next step speaks of them


@dataclass(frozen=True)
class Sitting:
    """A session in numbers; None where nothing can be said. *_cm: hip drop, median."""

    verdicts: tuple[str, ...] = ()
    legs: int = 0
    decided: int = 0
    duration_s: float = 0.0
    lean_deg: float | None = None
    drop_cm: float | None = None
    legs_cm: float | None = None
    mixed_cm: float | None = None
    back_cm: float | None = None
    per_minute: float | None = None
    lost_percent: float | None = None
    path: str | None = None

    def count(self, verdict: str) -> int:
        """How many lifts had this verdict."""
        return self.verdicts.count(verdict)


def sitting(board: Board) -> Sitting:
    """The session as the board knows it."""
    lifts, last = board.lifts, board.last
    legs, decided = share_of_legs(lifts)
    worn = board.analysis.facts.worn_s if board.analysis is not None else 0.0
    return Sitting(
        tuple(str(lift.technique) for lift in lifts),
        legs,
        decided,
        board.analysis.facts.duration_s if board.analysis is not None else 0.0,
        _median(lift.flexion_at_bottom_deg for lift in lifts),
        _median(_drops(lifts)),
        _median(_drops(lifts, Technique.LEGS)),
        _median(_drops(lifts, Technique.MIXED)),
        _median(_drops(lifts, Technique.BACK)),
        60.0 * len(lifts) / worn if worn > 0 else None,
        last.link.loss_percent if last is not None else None,
        last.path if last is not None else None,
    )


def next_step(session: Sitting) -> str:
    """One thing to do next time: start, signal, knees, deeper or keep."""
    unclear = session.count("unclear")
    if unclear and unclear >= MANY_UNCLEAR * len(session.verdicts):
        return "signal"
    if session.decided < ENOUGH_LIFTS:
        return "start"
    if session.count("back") >= MANY_BACK * session.decided:
        return "knees"
    if session.count("mixed") >= MANY_MIXED * session.decided:
        return "deeper"
    return "keep"


def _drops(lifts: list[Lift], technique: Technique | None = None) -> Iterable[float]:
    for lift in lifts:
        if lift.hip_drop_m is not None and (technique is None or lift.technique is technique):
            yield max(0.0, 100 * lift.hip_drop_m)


def _median(values: Iterable[float]) -> float | None:
    known = list(values)
    return median(known) if known else None
