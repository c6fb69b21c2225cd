"""What a report says in sentences: the data's quality, the headline with its uncertainty, how it was judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.scoring.columns import Row
from liftcheck.scoring.evaluation.shares import Share

LIMITS = (
    "Lift style: legs / mixed / back. Lifts with the back load its tissues in more bent positions. "
    "No style is proven to prevent pain; weight, reach, repetition and twisting matter more. "
    "One sensor on the back cannot see the spine's rounding, the load, or the feet. Not a medical device."
)
KNOWN_SHARE = 0.9  # of the time; when less than this is worn, or known, it is said
CALIBRATIONS = {
    "event": "The mounting was calibrated.",
    "learnt": "The mounting was learnt from the recording.",
    "none": "The mounting is not known: no calibration.",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """How far the data can be trusted. good: no reason for doubt; word: said first; sentences: what was measured."""

    good: bool
    word: str
    sentences: str


def quality(row: Row, gaps: Sequence[tuple[float, float]], counted_s: float | None = None) -> Quality:
    """What has to be known about the data before any result is read.

    counted_s: the time over which the trunk's lean is known; None if that is not known.
    """
    worn_s = row["worn_s"] or 0.0
    doubts = _doubts(row)
    if counted_s is not None and counted_s < KNOWN_SHARE * worn_s:
        doubts.append(f"the trunk's lean is known for {duration(counted_s)} only")
    if not row["duration_s"]:
        return Quality(False, "No data.", "The recording holds no samples.")
    parts = [_stream(row, gaps), CALIBRATIONS.get(row["calibration"] or "none", "")]
    if row["duration_s"] and worn_s < KNOWN_SHARE * row["duration_s"]:
        parts.append(f"Worn and calibrated for {duration(worn_s)} of it.")
    if row["unclear"]:
        lifts = _count(row["unclear"], "lift")
        parts.append(f"{lifts[0].upper()}{lifts[1:]} of {row['lifts']} could not be judged.")
    if row["slips"]:
        parts.append(f"The sensor slipped {_times(row['slips'])}.")
    if row["quality"]:
        parts.append(f"Noticed: {row['quality']}.")
    return Quality(not doubts, "Data good." if not doubts else f"Data limited: {', '.join(doubts)}.", " ".join(parts))


def _doubts(row: Row) -> list[str]:
    found = {
        "samples lost": (row["loss_percent"] or 0.0) >= 2.0,
        "no calibration": row["calibration"] in (None, "none"),
        "below 25 samples a second": (row["rate_hz"] or 25.0) < 25.0,
        "many lifts unclear": row["unclear"] > 0.1 * row["lifts"],
        "the sensor slipped": bool(row["slips"]),
    }
    return [doubt for doubt, holds in found.items() if holds]


def _stream(row: Row, gaps: Sequence[tuple[float, float]]) -> str:
    rate = f" at {row['rate_hz']:.1f} Hz" if row["rate_hz"] else ""
    lost = f", {row['loss_percent']:.1f} % lost" if row["loss_percent"] is not None else ""
    if not gaps:
        return f"{duration(row['duration_s'])}{rate}{lost}, no gap."
    longest = max(end - start for start, end in gaps)
    return f"{duration(row['duration_s'])}{rate}{lost}, {_count(len(gaps), 'gap')}, the longest {longest:.1f} s."


@dataclass(frozen=True)
class Headline:
    """The one result. number: "22 %" or "" where there is none; words; detail with the uncertainty."""

    number: str
    words: str
    detail: str


def headline(row: Row, lifts: Sequence[Lift]) -> Headline:
    """The share of the judged lifts done with the back, and where the true share may lie."""
    judged = row["legs"] + row["mixed"] + row["back"]
    if not row["lifts"]:
        shallow = f" {_count(row['shallow_bends'], 'shallow bend')} counted." if row["shallow_bends"] else ""
        return Headline("", "No lift in this session", f"No bend was deep enough to be judged.{shallow}")
    if not judged:
        why = Counter(lift.reason for lift in lifts if lift.technique is Technique.UNCLEAR and lift.reason)
        reasons = "; ".join(f"{reason} ({n})" for reason, n in why.most_common(3))
        none = "The one lift could not" if row["lifts"] == 1 else f"None of {row['lifts']} lifts could"
        return Headline("", f"{none} be judged", f"Why: {reasons or 'not said'}.")
    low, high = Share(row["back"], judged).interval or (0.0, 1.0)
    few = "With so few lifts the" if judged < 50 else "The"
    only = f" Only {judged} of {row['lifts']} lifts could be judged." if 2 * judged < row["lifts"] else ""
    return Headline(
        f"{100 * row['back'] / judged:.0f} %",
        "of the judged lifts were done with the back",
        f"{row['back']} of {judged}. {few} true share lies between {100 * low:.0f} and {100 * high:.0f} %.{only}",
    )


def when(started: str | None) -> str:
    """A date as people write it; as it stands where it is none."""
    if not started:
        return ""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at.hour:02d}:{at.minute:02d}"


def duration(seconds: float) -> str:
    """A length of time in the two largest units."""
    s = round(seconds)
    if s < 60:
        return f"{s} s"
    if s < 3600:
        return f"{s // 60} min {s % 60} s"
    return f"{s // 3600} h {s % 3600 // 60} min"


def changed_settings(settings: Mapping[str, Any], usual: Mapping[str, Any]) -> list[str]:
    """The settings that differ from the defaults, each as `name = value`."""
    return [f"{name} = {value}" for name, value in _flat(settings).items() if value != _flat(usual).get(name)]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return found


def _count(n: int, what: str) -> str:
    return f"{'one' if n == 1 else n} {what}{'' if n == 1 else 's'}"


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")
