"""The pairs and rows that a report prints: exposure, load, method, and every lift in numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from liftcheck import __version__
from liftcheck.analysis import Settings
from liftcheck.lifts.exposure import ExposureDetails, ExposureSettings
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.load import BODY_M, LoadAssessment, Multiplier
from liftcheck.look.texts import Texts, clock
from liftcheck.recording.recording import Recording
from liftcheck.report.charts import inline_mark, technique_word
from liftcheck.report.notes import noticed, site_word
from liftcheck.report.words import changed_settings, reason
from liftcheck.scoring.columns import Row
from liftcheck.scoring.table import sure
from liftcheck.settings import settings_data

Pairs = list[tuple[str, str]]


def exposure_pairs(row: Row, settings: ExposureSettings, say: Texts) -> Pairs:
    """How bent the trunk was, and for how long."""
    above = [
        (
            say("report.exposure.above", angle=deg),
            _time_and_percent(row[f"above_{deg}_s"], row[f"above_{deg}_percent"], say),
        )
        for deg in (20, 45, 60, 90)
    ]
    longest = say.number(row["longest_hold_s"] or 0.0, 1)
    held = say("report.exposure.held_value", count=_whole(row["static_holds"], say), time=longest)
    angle, time = f"{settings.hold_above_deg:.0f}", f"{settings.hold_longer_s:.0f}"
    return [*above, (say("report.exposure.held", angle=angle, time=time), held)]


def beside_pairs(row: Row, settings: ExposureSettings, say: Texts) -> Pairs:
    """What matters beside the style of lifting."""
    minutes, backward = f"{settings.early_s / 60:.0f}", f"{-settings.overextended_deg:.0f}"
    return [
        (say("report.exposure.per_hour"), number(row["lifts_per_hour"], say)),
        (say("report.exposure.early", minutes=minutes), _whole(row["early_deep_bends"], say)),
        (say("report.exposure.twisted"), _whole(row["twisted_bends"], say)),
        (say("report.exposure.backward", angle=backward), _whole(row["overextensions"], say)),
        (say("report.exposure.shallow"), _whole(row["shallow_bends"], say)),
    ]


def load_pairs(load: LoadAssessment, say: Texts) -> Pairs:
    """An entered load against its limits, with the origin of each number."""
    index = say("report.load.no_weight") if load.index is None else say.number(load.index, 2)
    limit = f"{say.number(load.limit_kg, 1)} kg"
    if load.at_least:
        index = index if load.index is None else say("report.load.least", value=index)
        limit = say("report.load.up_to", value=say.number(load.limit_kg, 1))
    pairs = [
        (say("report.load.entered_load"), f"{load.load_kg:g} kg"),
        (say("report.load.index"), index),
        (say("report.load.limit"), limit),
    ]
    pairs += [
        (_given(factor, say), f"× {say.number(factor.value, 2)}, {say(f'report.load.{factor.origin}')}")
        for factor in load.multipliers
    ]
    if load.tlv is not None:
        why = load.tlv.why if say.language == "en" else say("report.load.no_tlv")
        pairs.append((say("report.load.tlv"), why if load.tlv.limit_kg is None else f"{load.tlv.limit_kg:g} kg"))
    masses = ", ".join(f"{mass:g}" for mass in load.references_exceeded_kg)
    exceeded = say("report.load.by_age", masses=masses) if masses else say("report.exposure.none")
    pairs.append((say("report.load.reference"), exceeded))
    pairs.append((say("report.load.moved"), f"{say.number(load.handled_kg)} kg"))
    return pairs


def load_notes(load: LoadAssessment, say: Texts) -> tuple[str, ...]:
    """What the assessment says of itself in sentences: in English; in other languages the pairs say it."""
    return load.notes if say.language == "en" else ()


def _given(factor: Multiplier, say: Texts) -> str:
    """The value that a factor of the equation comes from: in English in the words of the equation."""
    if say.language == "en":
        return factor.given[0].upper() + factor.given[1:]
    what = say(f"report.load.{factor.name.lower()}")
    value = re.search(r"\d.*", factor.given)
    if value is None:
        return say("report.load.not_known", what=what) if factor.origin == "assumed" else what
    return f"{what} {value[0].replace(' degrees', '°').replace('.', say('language.decimal'))}"


def method_pairs(recording: Recording, row: Row, settings: Settings, border_m: float, say: Texts) -> Pairs:
    """How the lifts were judged, so that the result can be repeated."""
    of = "report.method"
    usual = Settings(settings.site, settings.axes, settings.height_m)
    changed = changed_settings(settings_data(settings), settings_data(usual))
    height = f"{_metres(settings.height_m, say)} m" if settings.height_m else None
    calibration = row["calibration"] if row["calibration"] in ("event", "learnt") else "none"
    drop = f"{100 * border_m:.0f}"
    pairs = [
        (
            say(f"{of}.border"),
            say(f"{of}.border_value", angle=f"{settings.lifts.technique.border_knee_deg:.0f}", drop=drop),
        ),
        (say(f"{of}.sensor"), ", ".join(filter(None, [recording.profile, site_word(settings.site, say)]))),
        (say(f"{of}.height"), height or say(f"{of}.no_height", metres=_metres(BODY_M, say))),
        (say(f"{of}.calibration"), say(f"{of}.{calibration}")),
        (say(f"{of}.settings"), "; ".join(changed) or say(f"{of}.default")),
        (say(f"{of}.axes"), settings.axes or say(f"{of}.found")),
        *([(say(f"{of}.read_as"), recording.reader)] if recording.reader else []),
        (say(f"{of}.program"), f"liftcheck {__version__}"),
    ]
    return pairs + ([(say(f"{of}.note"), recording.note)] if recording.note else [])


def detail_pairs(details: ExposureDetails, row: Row, settings: ExposureSettings, say: Texts) -> Pairs:
    """How the session went on: speed, rest, drift, doses."""
    of = "report.exposure"
    deep, drift = row["p95_flexion_deg"], say(f"{of}.too_few", count=settings.drift_lifts)
    dose_min, back_min = f"{settings.dose_window_s / 60:.0f}", f"{settings.back_bends_window_s / 60:.0f}"
    return [
        (say(f"{of}.rest"), f"{number(details.rest_percent, say)} %" if details.rest_percent is not None else "–"),
        (say(f"{of}.lean_95"), f"{number(deep, say)}°" if deep is not None else "–"),
        (say(f"{of}.speed_50"), _speed(details.speed_p50_deg_s)),
        (say(f"{of}.speed_90"), _speed(details.speed_p90_deg_s)),
        (say(f"{of}.holding"), f"{details.holding_time_use_percent:.0f} %"),
        (say(f"{of}.holds", angle=f"{settings.holding_deg[1]:.0f}"), _whole(details.holds_beyond_limit, say)),
        (say(f"{of}.top"), _whole(details.overextensions_at_top, say)),
        (say(f"{of}.depth"), _signed(details.flexion_drift_deg, "°", drift, say)),
        (say(f"{of}.stoop"), _signed(details.stoop_index_drift, "", drift, say)),
        (
            say(f"{of}.dose", angle=f"{settings.dose_above_deg:.0f}", minutes=dose_min),
            say(f"{of}.dose_value", time=say.number(details.peak_above_s_min, 1)),
        ),
        (say(f"{of}.back_bends", minutes=back_min), _whole(details.peak_back_bends, say)),
    ]


def stays(
    details: ExposureDetails, settings: ExposureSettings, say: Texts
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Time in each zone by length of stay: the columns' heads, and a row for each zone."""
    borders = [f"{deg:g}" for deg in settings.eva_deg]
    between = [f"{low}–{high}°" for low, high in pairwise(borders)]
    zones = [
        say("report.exposure.below", angle=borders[0]),
        *between,
        say("report.exposure.beyond", angle=borders[-1]),
    ]
    first, *others = (f"{s:g}" for s in settings.eva_s)
    heads = [say("report.exposure.up_to", time=first), *(f"{s} s" for s in others), say("report.exposure.longer")]
    rows = [[say.number(s) if s else "·" for s in row] for row in details.eva_s]
    return heads, list(zip(zones, rows, strict=True))


def said_of_all(lifts: Sequence[Lift]) -> list[str]:
    """What was noticed of every single lift: told once, not in each row."""
    return [what for what in lifts[0].quality if all(what in lift.quality for lift in lifts)] if len(lifts) > 1 else []


def lift_cells(lift: Lift, say: Texts, of_all: Sequence[str] = ()) -> dict[str, Any]:
    """One lift as the table prints it. of_all: what need not be repeated.

    The reason of a lift with the legs or the back is its numbers, which stand in the row already.
    """
    decided = lift.technique in (Technique.LEGS, Technique.BACK)
    notes = ["" if decided else reason(lift, say), *(noticed(what, say) for what in lift.quality if what not in of_all)]
    knee = f"{number(lift.knee_deg, say)}° ± {number(lift.knee_error_deg, say)}" if lift.knee_deg is not None else ""
    hips = ""
    if lift.hip_drop_m is not None:
        error = f" ± {100 * lift.hip_drop_error_m:.0f}" if lift.hip_drop_error_m is not None else ""
        hips = f"{number(100 * lift.hip_drop_m, say)}{error} cm"
    return {
        "number": lift.lift if lift.lift is not None else "–",
        "at": clock(lift.bottom_s),
        "mark": inline_mark(str(lift.technique)),
        "verdict": technique_word(lift.technique, say),
        "cells": [
            sure(lift.confidence),
            f"{number(lift.flexion_at_bottom_deg, say)}°",
            hips,
            knee,
            number(lift.stoop_index, say) if lift.stoop_index is not None else "",
            number(abs(lift.peak_down_velocity_deg_s), say),
            number(abs(lift.peak_up_velocity_deg_s), say),
            f"{number(lift.turn_deg, say)}°",
        ],
        "note": "; ".join(filter(None, notes)),
    }


def extremes(lifts: Sequence[Lift], wanted: Technique) -> list[Lift]:
    """The three lifts done most with the legs, or with the back; mixed ones only fill up, and only once."""
    by_legs = wanted is Technique.LEGS
    decided = [lift for lift in lifts if lift.technique is wanted and lift.stoop_index is not None]
    return sorted(decided, key=lambda lift: (lift.stoop_index or 0.0) * (1 if by_legs else -1))[:3]


def number(value: float | None, say: Texts, digits: int = 0) -> str:
    """A number as the language writes it; a dash where there is none."""
    return "–" if value is None else say.number(value, digits)


def _metres(height_m: float, say: Texts) -> str:
    return f"{height_m:g}".replace(".", say("language.decimal"))


def _whole(value: int | None, say: Texts) -> str:
    return say.number(value) if value else say("report.exposure.none")


def _speed(value: float | None) -> str:
    return f"{value:.0f}°/s" if value is not None else "–"


def _signed(value: float | None, unit: str, otherwise: str, say: Texts) -> str:
    return otherwise if value is None else f"{'+' if round(value) > 0 else ''}{say.number(value)}{unit}"


def _time_and_percent(seconds: float | None, percent: float | None, say: Texts) -> str:
    if seconds is None or percent is None:
        return "–"
    time = f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"
    return f"{time}, {say.number(percent, 1 if percent < 10 else 0)} %"
