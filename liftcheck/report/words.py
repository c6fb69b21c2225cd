"""What a report says in sentences: the data's quality, the headline with its uncertainty, how it was judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.reasons import reason_key
from liftcheck.look.texts import Texts
from liftcheck.report.notes import noticed
from liftcheck.scoring.columns import Row
from liftcheck.scoring.evaluation.shares import Share

KNOWN_SHARE = 0.9  # of the time; when less than this is worn, or known, it is said
FEW = 50  # judged lifts; with fewer the share is said to be known roughly


@dataclass(frozen=True)
class Quality:
    """How far the data can be trusted. good: no reason for doubt; word: said first; sentences: what was measured."""

    good: bool
    word: str
    sentences: str


def quality(row: Row, gaps: Sequence[tuple[float, float]], say: Texts, counted_s: float | None = None) -> Quality:
    """What has to be known about the data before any result is read.

    counted_s: the time over which the trunk's lean is known; None if that is not known.
    """
    worn_s, of = row["worn_s"] or 0.0, "report.quality"
    doubts = [say(f"{of}.{doubt}") for doubt in _doubts(row)]
    if counted_s is not None and counted_s < KNOWN_SHARE * worn_s:
        doubts.append(say(f"{of}.known", time=duration(counted_s)))
    if not row["duration_s"]:
        return Quality(False, say(f"{of}.none"), say(f"{of}.no_samples"))
    calibration = row["calibration"] if row["calibration"] in ("event", "learnt") else "not_known"
    parts = [_stream(row, gaps, say), say(f"{of}.{calibration}")]
    if worn_s < KNOWN_SHARE * row["duration_s"]:
        parts.append(say(f"{of}.worn", time=duration(worn_s)))
    if row["unclear"]:
        parts.append(_counted(say, f"{of}.not_judged", row["unclear"], lifts=row["lifts"]))
    if row["slips"]:
        parts.append(_counted(say, f"{of}.slips", row["slips"]))
    if row["quality"]:
        notes = "; ".join(noticed(note, say) for note in row["quality"].split("; "))
        parts.append(say(f"{of}.noticed", notes=notes))
    word = say(f"{of}.limited", doubts=", ".join(doubts)) if doubts else say(f"{of}.good")
    return Quality(not doubts, word, " ".join(parts))


def _doubts(row: Row) -> list[str]:
    found = {
        "lost": (row["loss_percent"] or 0.0) >= 2.0,
        "no_calibration": row["calibration"] in (None, "none"),
        "slow": (row["rate_hz"] or 25.0) < 25.0,
        "unclear": row["unclear"] > 0.1 * row["lifts"],
        "slipped": bool(row["slips"]),
    }
    return [doubt for doubt, holds in found.items() if holds]


def _stream(row: Row, gaps: Sequence[tuple[float, float]], say: Texts) -> str:
    time = duration(row["duration_s"])
    if row["rate_hz"]:
        time = say("report.quality.rate", time=time, rate=say.number(row["rate_hz"], 1))
    if row["loss_percent"] is not None:
        time = say("report.quality.loss", time=time, percent=say.number(row["loss_percent"], 1))
    if not gaps:
        return say("report.quality.stream", time=time)
    longest = say.number(max(end - start for start, end in gaps), 1)
    return _counted(say, "report.quality.gaps", len(gaps), time=time, longest=longest)


@dataclass(frozen=True)
class Headline:
    """The one result. number: "22 %" or "" where there is none; words; detail with the uncertainty."""

    number: str
    words: str
    detail: str


def headline(row: Row, lifts: Sequence[Lift], say: Texts) -> Headline:
    """The share of the judged lifts done with the back, and where the true share may lie."""
    judged, of = row["legs"] + row["mixed"] + row["back"], "report.headline"
    if not row["lifts"]:
        shallow = [_counted(say, f"{of}.shallow", row["shallow_bends"])] if row["shallow_bends"] else []
        return Headline("", say(f"{of}.no_lift"), " ".join([say(f"{of}.not_deep"), *shallow]))
    if not judged:
        why = Counter(reason(lift, say) for lift in lifts if lift.technique is Technique.UNCLEAR and lift.reason)
        reasons = "; ".join(f"{each} ({n})" for each, n in why.most_common(3)) or say(f"{of}.not_said")
        none = say(f"{of}.one_unclear") if row["lifts"] == 1 else say(f"{of}.all_unclear", count=row["lifts"])
        return Headline("", none, say(f"{of}.why", reasons=reasons))
    low, high = Share(row["back"], judged).interval or (0.0, 1.0)
    between = {"low": f"{100 * low:.0f}", "high": f"{100 * high:.0f}"}
    details = [say(f"{of}.share_few" if judged < FEW else f"{of}.share", back=row["back"], judged=judged, **between)]
    if 2 * judged < row["lifts"]:
        details.append(say(f"{of}.only", judged=judged, lifts=row["lifts"]))
    return Headline(f"{100 * row['back'] / judged:.0f} %", say(f"{of}.words"), " ".join(details))


def reason(lift: Lift, say: Texts) -> str:
    """Why a verdict is what it is. In English as the pipeline says it, else in the shorter words of the screen."""
    if say.language == "en" or lift.technique is None:
        return lift.reason
    if lift.technique is Technique.UNCLEAR:
        return say(reason_key(lift.reason), time=say.number(lift.gap_s, 1))
    if lift.hip_drop_m is None:
        return ""
    drop, lean = say.number(100 * lift.hip_drop_m), say.number(lift.flexion_at_bottom_deg)
    return say("verdict.numbers", drop=drop, lean=lean)


def when(started: str | None, say: Texts) -> str:
    """A date as people write it; as it stands where it is none."""
    if not started:
        return ""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return started
    month = say("report.page.months").split()[at.month - 1]
    return say("report.page.date", day=at.day, month=month, year=at.year, time=f"{at.hour:02d}:{at.minute:02d}")


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


def _counted(say: Texts, key: str, count: int, **values: object) -> str:
    """A sentence about one thing, or about several."""
    return say(f"{key}_one", **values) if count == 1 else say(key, count=say.number(count), **values)
