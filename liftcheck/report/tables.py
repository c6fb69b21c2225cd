"""The pairs and rows that a report prints: exposure, load, method, and every lift in numbers."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from liftcheck import __version__
from liftcheck.analysis import Settings
from liftcheck.lifts.exposure import ExposureDetails, ExposureSettings
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.load import LoadAssessment
from liftcheck.look.texts import clock
from liftcheck.recording.recording import Recording
from liftcheck.report.charts import inline_mark
from liftcheck.report.words import changed_settings
from liftcheck.scoring.columns import Row
from liftcheck.scoring.table import sure
from liftcheck.settings import settings_data

Pairs = list[tuple[str, str]]

MINUS = "−"


def exposure_pairs(row: Row, settings: ExposureSettings) -> Pairs:
    """How bent the trunk was, and for how long."""
    above = [
        (f"Trunk leaned above {deg}°", _time_and_percent(row[f"above_{deg}_s"], row[f"above_{deg}_percent"]))
        for deg in (20, 45, 60, 90)
    ]
    held = f"{_whole(row['static_holds'])}, longest {row['longest_hold_s'] or 0:.1f} s"
    return [*above, (f"Held still above {settings.hold_above_deg:.0f}° for over {settings.hold_longer_s:.0f} s", held)]


def beside_pairs(row: Row, settings: ExposureSettings) -> Pairs:
    """What matters beside the style of lifting."""
    rate = row["lifts_per_hour"]
    return [
        ("Lifts an hour", number(rate) if rate is not None else "–"),
        (f"Deep or fast in the first {settings.early_s / 60:.0f} minutes", _whole(row["early_deep_bends"])),
        ("With twist or side bend", _whole(row["twisted_bends"])),
        (f"Bent backward beyond {-settings.overextended_deg:.0f}°", _whole(row["overextensions"])),
        ("Shallow bends, not judged", _whole(row["shallow_bends"])),
    ]


def load_pairs(load: LoadAssessment) -> Pairs:
    """An entered load against its limits, with the origin of each number."""
    least = "at least " if load.at_least else ""
    index = f"{least}{load.index:.2f}" if load.index is not None else "no weight is recommended"
    pairs = [
        ("Load, entered", f"{load.load_kg:g} kg"),
        ("Lifting index (NIOSH)", index),
        ("Recommended weight for these lifts", f"{'up to ' if load.at_least else ''}{load.limit_kg:.1f} kg"),
    ]
    pairs += [(m.given[0].upper() + m.given[1:], f"× {m.value:.2f}, {m.origin}") for m in load.multipliers]
    if load.tlv is not None:
        limit = f"{load.tlv.limit_kg:g} kg" if load.tlv.limit_kg is not None else load.tlv.why
        pairs.append(("ACGIH limit (two hands, 8 h)", limit))
    exceeded = ", ".join(f"{mass:g}" for mass in load.references_exceeded_kg)
    pairs.append(("Above the ISO 11228-1 reference mass of", f"{exceeded} kg (by age and sex)" if exceeded else "none"))
    pairs.append(("Moved in this session", f"{load.handled_kg:,.0f} kg"))
    return pairs


def method_pairs(recording: Recording, row: Row, settings: Settings, border_m: float) -> Pairs:
    """How the lifts were judged, so that the result can be repeated."""
    height = f"{settings.height_m:g} m" if settings.height_m else "not given, taken as 1.73 m"
    usual = Settings(settings.site, settings.axes, settings.height_m)
    changed = changed_settings(settings_data(settings), settings_data(usual))
    pairs = [
        ("Border", f"knees bent by {settings.lifts.technique.border_knee_deg:.0f}°, hips down {100 * border_m:.0f} cm"),
        ("Sensor", ", ".join(filter(None, [recording.profile, settings.site]))),
        ("Height", height),
        ("Calibration", {"event": "by a person", "learnt": "learnt from the bends"}.get(row["calibration"], "none")),
        ("Settings", "; ".join(changed) or "default"),
        ("Axes", settings.axes or "found from the motion"),
        *([("Read as", recording.reader)] if recording.reader else []),
        ("Program", f"liftcheck {__version__}"),
    ]
    return pairs + ([("Note", recording.note)] if recording.note else [])


def detail_pairs(details: ExposureDetails, row: Row, settings: ExposureSettings) -> Pairs:
    """How the session went on: speed, rest, drift, doses."""
    deep, drift = row["p95_flexion_deg"], f"fewer than {settings.drift_lifts} lifts"
    return [
        (
            "Trunk at rest, upright and still",
            f"{number(details.rest_percent)} %" if details.rest_percent is not None else "–",
        ),
        ("Trunk lean, 5 % of the time above", f"{number(deep)}°" if deep is not None else "–"),
        ("Speed of the trunk, half the time below", _speed(details.speed_p50_deg_s)),
        ("Speed of the trunk, 10 % above", _speed(details.speed_p90_deg_s)),
        ("Most of an ISO 11226 holding time used", f"{details.holding_time_use_percent:.0f} %"),
        (f"Static holds above {settings.holding_deg[1]:.0f}°", _whole(details.holds_beyond_limit)),
        ("Backward at the top of a lift", _whole(details.overextensions_at_top)),
        ("Depth, last third against first", _signed(details.flexion_drift_deg, "°", drift)),
        ("Stoop index, last third against first", _signed(details.stoop_index_drift, "", drift)),
        (
            f"Most time above {settings.dose_above_deg:.0f}° in {settings.dose_window_s / 60:.0f} minutes",
            f"{details.peak_above_s_min:.1f} s a minute",
        ),
        (f"Most deep back lifts in {settings.back_bends_window_s / 60:.0f} minutes", _whole(details.peak_back_bends)),
    ]


def stays(details: ExposureDetails, settings: ExposureSettings) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Time in each zone by length of stay: the columns' heads, and a row for each zone."""
    borders = [f"{deg:g}" for deg in settings.eva_deg]
    between = [f"{low}–{high}°" for low, high in pairwise(borders)]
    zones = [f"below {borders[0]}°", *between, f"above {borders[-1]}°"]
    heads = [f"up to {settings.eva_s[0]:g} s", *(f"{s:g} s" for s in settings.eva_s[1:]), "longer"]
    rows = [[f"{s:,.0f}" if s else "·" for s in row] for row in details.eva_s]
    return heads, list(zip(zones, rows, strict=True))


def said_of_all(lifts: Sequence[Lift]) -> list[str]:
    """What was noticed of every single lift: told once, not in each row."""
    return [what for what in lifts[0].quality if all(what in lift.quality for lift in lifts)] if len(lifts) > 1 else []


def lift_cells(lift: Lift, of_all: Sequence[str] = ()) -> dict[str, Any]:
    """One lift as the table prints it. of_all: what need not be repeated.

    The reason of a lift with the legs or the back is its numbers, which stand in the row already.
    """
    decided = lift.technique in (Technique.LEGS, Technique.BACK)
    notes = ["" if decided else lift.reason, *(what for what in lift.quality if what not in of_all)]
    verdict = str(lift.technique)
    knee = f"{number(lift.knee_deg)}° ± {number(lift.knee_error_deg)}" if lift.knee_deg is not None else ""
    hips = ""
    if lift.hip_drop_m is not None:
        error = f" ± {100 * lift.hip_drop_error_m:.0f}" if lift.hip_drop_error_m is not None else ""
        hips = f"{number(100 * lift.hip_drop_m)}{error} cm"
    return {
        "number": lift.lift if lift.lift is not None else "–",
        "at": clock(lift.bottom_s),
        "mark": inline_mark(verdict),
        "verdict": verdict,
        "cells": [
            sure(lift.confidence),
            f"{number(lift.flexion_at_bottom_deg)}°",
            hips,
            knee,
            number(lift.stoop_index) if lift.stoop_index is not None else "",
            number(abs(lift.peak_down_velocity_deg_s)),
            number(abs(lift.peak_up_velocity_deg_s)),
            f"{number(lift.turn_deg)}°",
        ],
        "note": "; ".join(filter(None, notes)),
    }


def extremes(lifts: Sequence[Lift], wanted: Technique) -> list[Lift]:
    """The three lifts done most with the legs, or with the back; mixed ones only fill up, and only once."""
    by_legs = wanted is Technique.LEGS
    decided = [lift for lift in lifts if lift.technique is wanted and lift.stoop_index is not None]
    return sorted(decided, key=lambda lift: (lift.stoop_index or 0.0) * (1 if by_legs else -1))[:3]


def number(value: float | None, digits: int = 0) -> str:
    """A number with a true minus sign and never minus zero; a dash where there is none."""
    if value is None:
        return "–"
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)


def _whole(value: int | None) -> str:
    return "none" if not value else f"{value:,}"


def _speed(value: float | None) -> str:
    return f"{value:.0f}°/s" if value is not None else "–"


def _signed(value: float | None, unit: str, otherwise: str) -> str:
    return otherwise if value is None else f"{'+' if round(value) > 0 else ''}{number(value)}{unit}"


def _time_and_percent(seconds: float | None, percent: float | None) -> str:
    if seconds is None or percent is None:
        return "–"
    time = f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"
    return f"{time}, {percent:.1f} %" if percent < 10 else f"{time}, {percent:.0f} %"
