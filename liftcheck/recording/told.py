"""An event as a recording holds it: JSON that a stranger may have written, believed only where it can be."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from liftcheck.samples import Event
from liftcheck.trunk.mounting import SITE_ALIASES, SITES, Calibration

LONGEST_WORD = 200  # characters of a name
LONGEST_NUMBER = 18  # digits of a whole number
LARGEST_OFFSET = 100.0  # of any number in a calibration: m/s², rad/s, m


def read_event(data: bytes) -> Event | None:
    """The event in these bytes, or None if they are none, or one that nobody could act upon."""
    try:
        found = json.loads(bytes(data), parse_constant=lambda _: None, parse_int=_whole)
        t, kind, by, more = float(found["t"]), found["kind"], found["by"], found["data"]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not math.isfinite(t) or not isinstance(kind, str) or by not in ("person", "pipeline"):
        return None
    if not isinstance(more, dict) or not _makes_sense(kind, more):
        return None
    return Event(t, kind, by, more)


def _whole(digits: str) -> int | float:
    """A whole number; one that is longer than any count or time is a float, which everybody can compare and convert."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def _makes_sense(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether the data hold what everybody who reads such an event takes for granted."""
    try:
        return _NEEDED[kind](data) if kind in _NEEDED else True
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return False


def _number(value: Any, least: float, most: float) -> bool:
    return type(value) in (int, float) and least <= value <= most


def _is_calibration(data: Mapping[str, Any]) -> bool:
    held = Calibration.from_data(data)
    numbers = (*held.gyr_offset, *held.acc_offset, *held.acc_gain, *(held.geometry or ()))
    fine = all(abs(value) <= LARGEST_OFFSET for value in numbers) and 0.01 <= held.acc_scale <= LARGEST_OFFSET
    return fine and ("since_s" not in data or math.isfinite(float(data["since_s"])))


def _counts(data: Mapping[str, Any]) -> bool:
    return all(_number(data.get(name, 0), 0, 1e12) for name in ("lost", "received"))


# What each kind must hold (`EVENT_KINDS` in samples.py says what it means).
_NEEDED: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "calibrated": _is_calibration,
    "re-zeroed": _is_calibration,
    "site": lambda data: SITE_ALIASES.get(data["site"], data["site"]) in SITES,
    "height": lambda data: _number(data["height_m"], 0.5, 2.7),
    "wearer": lambda data: isinstance(data["wearer"], str) and len(data["wearer"]) <= LONGEST_WORD,
    "loss": _counts,
    "battery": lambda data: _number(data["percent"], 0, 1000),
    "link lost": lambda data: isinstance(data.get("reason", ""), str),
    "snooze": lambda data: _number(data.get("minutes", 0), 0, 1e6),
    "mode": lambda data: isinstance(data["mode"], str),
}
