"""The verdicts that a recording holds from the day it was made."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Event

SAME_S = 0.3  # bottoms of one bend, judged twice, lie no further apart
_FIELDS = tuple(f.name for f in fields(Lift) if f.name not in ("curve", "technique", "quality"))


def judged_live(events: Iterable[Event]) -> bool:
    """Whether a recording was judged while it was made, so that its verdicts are in it."""
    return any(event.kind == "session" for event in events)


def stored_lifts(events: Iterable[Event]) -> tuple[Lift, ...]:
    """Every bend as it was judged while the session was recorded, in the order in which it was told, without curves.

    What is not readable is left out.
    """
    lifts = (_lift(event.data) for event in events if event.kind == "lift" and event.by == "pipeline")
    return tuple(lift for lift in lifts if lift is not None)


def with_curves(stored: Sequence[Lift], judged: Sequence[Lift]) -> tuple[Lift, ...]:
    """Stored verdicts in order of time, each with the curve of the same bend judged again: no word is revised."""
    found = list(stored)
    for again in judged:
        place = same_bend(again, stored)
        if place is not None:
            found[place] = replace(found[place], curve=again.curve)
    return tuple(found)


def differing(stored: Iterable[Lift], judged: Sequence[Lift]) -> int:
    """How many stored lifts would be judged otherwise today, or not be found."""
    pairs = ((lift, same_bend(lift, judged)) for lift in stored if lift.is_lift)
    return sum(place is None or judged[place].technique is not lift.technique for lift, place in pairs)


def same_bend(lift: Lift, others: Sequence[Lift]) -> int | None:
    """The place of the same bend among others, which are in order of time; None if it is not there."""
    first = bisect_left(others, lift.bottom_s - SAME_S, key=lambda other: other.bottom_s)
    last = bisect_right(others, lift.bottom_s + SAME_S, key=lambda other: other.bottom_s)
    return min(range(first, last), key=lambda place: abs(others[place].bottom_s - lift.bottom_s), default=None)


def _lift(data: Mapping[str, Any]) -> Lift | None:
    try:
        technique = None if data["technique"] is None else Technique(data["technique"])
        quality = tuple(filter(None, str(data["quality"] or "").split(";")))
        lift = Lift(**{name: data[name] for name in _FIELDS}, technique=technique, quality=quality)
        float(lift.start_s), float(lift.bottom_s), float(lift.end_s), float(lift.flexion_at_bottom_deg)
    except (KeyError, TypeError, ValueError):
        return None
    return lift
