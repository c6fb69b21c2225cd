"""Other people's limits for a load: the ACGIH threshold values, ISO 11228-1, and the fatigue of the spine's tissues."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp
from typing import Literal

# ACGIH TLV for lifting: kg for hands nearer than 30, 60 and 80 cm to the ankles; None where no limit is given.
# Tables: rare, more often, most often (`_table`). Rows: reach (8 cm below to 30 cm above the shoulder), knuckle to
# below the shoulder, mid-shin to knuckle, floor to mid-shin.
REACHES_M = (0.30, 0.60, 0.80)
Row = tuple[int | None, int | None, int | None]
TLV_KG: tuple[tuple[Row, Row, Row, Row], ...] = (
    ((16, 7, None), (32, 16, 9), (18, 14, 7), (14, None, None)),
    ((14, 5, None), (27, 14, 7), (16, 11, 5), (9, None, None)),
    ((11, None, None), (14, 9, 5), (9, 7, 2), (None, None, None)),
)
# Heights of the zones' borders as parts of body height: half of the shank (Drillis & Contini 1966: knee 0.285,
# ankle 0.039), the knuckles (75 cm at 1.73 m, as in the NIOSH equation), the shoulder (Drillis & Contini: 0.818).
MID_SHIN, KNUCKLES, SHOULDER = 0.162, 0.434, 0.818


@dataclass(frozen=True)
class ThresholdLimit:
    """The ACGIH limit for where and how often a load is lifted. limit_kg: None where none is given; why says so."""

    limit_kg: float | None
    zone: str
    why: str = ""


def threshold_limit(
    reach_m: float, from_m: float, lifts_per_hour: float, hours: float, height_m: float, asymmetry_deg: float = 0.0
) -> ThresholdLimit:
    """The ACGIH threshold limit value of a two-handed lift within 30 degrees of straight ahead, up to 8 hours a day."""
    vertical = _vertical_zone(from_m, height_m)
    row = ("reach", "knuckle to shoulder", "shin to knuckle", "floor to shin")[vertical] if vertical is not None else ""
    for outside, why in (
        (abs(asymmetry_deg) > 30, "more than 30 degrees to the side"),
        (lifts_per_hour > 360, "more than 360 lifts an hour"),
        (hours > 8, "more than 8 hours a day"),
        (reach_m > REACHES_M[-1], "reach above 80 cm"),
        (vertical is None, "hands more than 30 cm above the shoulder"),
    ):
        if outside:
            return ThresholdLimit(None, row, f"no limit is given: {why}")
    assert vertical is not None
    column = sum(reach_m >= border for border in REACHES_M[:2])
    limit = TLV_KG[_table(lifts_per_hour, hours)][vertical][column]
    return ThresholdLimit(limit, row, "" if limit is not None else "no limit is given for this zone")


def _vertical_zone(from_m: float, height_m: float) -> int | None:
    borders = (SHOULDER * height_m + 0.30, SHOULDER * height_m - 0.08, KNUCKLES * height_m, MID_SHIN * height_m)
    return sum(from_m < border for border in borders[1:]) if from_m <= borders[0] else None


def _table(lifts_per_hour: float, hours: float) -> int:
    if hours <= 2:
        return 0 if lifts_per_hour <= 60 else 1
    return sum(lifts_per_hour > border for border in (12, 30))


def reference_mass_kg(sex: Literal["woman", "man"], age: float) -> float:
    """The mass that suits most people of a sex and age under good conditions, in kg (ISO 11228-1:2003)."""
    return 20.0 - 5.0 * (sex == "woman") + 5.0 * (20 <= age <= 45)


REFERENCE_MASSES_KG = (15.0, 20.0, 25.0)
HANDLED_LIMIT_KG = 10_000.0  # in 8 hours, without carrying far (ISO 11228-1:2003)


def cumulative_damage(lifts: Iterable[tuple[float, float]]) -> float:
    """How much of the spine's fatigue life a day's lifts use, as a plain number to compare days with; 0 is none.

    lifts: pairs of (compression of the lowest disc in newton, repetitions). LiFFT, Gallagher 2017: damage of a
    lift = exp(0.162 S) / 902416 with S in percent of an ultimate strength of 10 kN. The compression has to be known:
    one sensor on the back does not give it. No probability is derived from it: its constants were not verified.
    """
    return sum(repetitions * exp(0.162 * newton / 100.0) / 902_416.0 for newton, repetitions in lifts)
