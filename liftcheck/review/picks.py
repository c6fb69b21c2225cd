"""Which lifts of a session are worth looking at first: best, worst, typical, most improved."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from liftcheck.lifts.lift import Lift, Technique

TYPICAL_DEG, TYPICAL_M = 10.0, 0.05  # differences that weigh the same
BEFORE, AT_LEAST_BEFORE = 5, 3  # lifts to which an improvement is compared
CLEAR_POINTS = 10.0  # of the stoop index: smaller improvements are chance


@dataclass(frozen=True)
class Picks:
    """Lifts picked by the program; None where the session has none of the kind.

    best: most with the legs, of the lifts judged so. worst: most with the back. typical: nearest to the medians of
    trunk lean and hip drop. improved: furthest below the stoop index of the lifts just before it.
    """

    best: Lift | None = None
    worst: Lift | None = None
    typical: Lift | None = None
    improved: Lift | None = None

    def named(self) -> tuple[tuple[str, Lift], ...]:
        """Those that there are, each with its name."""
        all_four = (("best", self.best), ("worst", self.worst), ("typical", self.typical), ("improved", self.improved))
        return tuple((name, lift) for name, lift in all_four if lift is not None)


def pick(lifts: Iterable[Lift]) -> Picks:
    """The four lifts to look at first."""
    judged = [lift for lift in lifts if _decided(lift)]
    return Picks(
        best=_extreme(judged, Technique.LEGS),
        worst=_extreme(judged, Technique.BACK),
        typical=_typical(judged),
        improved=_most_improved(judged),
    )


def _decided(lift: Lift) -> bool:
    judged = lift.technique is not None and lift.technique is not Technique.UNCLEAR
    return judged and lift.stoop_index is not None and lift.hip_drop_m is not None


def _extreme(lifts: list[Lift], wanted: Technique) -> Lift | None:
    found = [lift for lift in lifts if lift.technique is wanted]
    sign = 1.0 if wanted is Technique.LEGS else -1.0
    return min(found, key=lambda lift: sign * _index(lift), default=None)


def _typical(lifts: list[Lift]) -> Lift | None:
    if not lifts:
        return None
    lean = median(lift.flexion_at_bottom_deg for lift in lifts)
    drop = median(lift.hip_drop_m or 0.0 for lift in lifts)

    def distance(lift: Lift) -> float:
        lean_off = (lift.flexion_at_bottom_deg - lean) / TYPICAL_DEG
        return lean_off**2 + (((lift.hip_drop_m or 0.0) - drop) / TYPICAL_M) ** 2

    return min(lifts, key=distance)


def _most_improved(lifts: list[Lift]) -> Lift | None:
    best, most = None, CLEAR_POINTS
    for place in range(AT_LEAST_BEFORE, len(lifts)):
        before = median(_index(lift) for lift in lifts[max(0, place - BEFORE) : place])
        if before - _index(lifts[place]) > most:
            best, most = lifts[place], before - _index(lifts[place])
    return best


def _index(lift: Lift) -> float:
    return lift.stoop_index or 0.0
