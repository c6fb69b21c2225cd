"""The NIOSH lifting equation and other limits, against published tables and numbers worked out by hand."""

from math import exp

import pytest

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.load import (
    EnteredLoad,
    Sensed,
    composite_index,
    cumulative_damage,
    lifting_index,
    reference_mass_kg,
    sensed,
    threshold_limit,
)
from liftcheck.lifts.load.equation import coupling_multiplier, frequency_multiplier


@pytest.mark.parametrize(
    ("reach_m", "from_m", "to_m", "turn", "limit_kg"),
    [
        (0.45, 0.25, 0.65, 0, 10.13),
        (0.25, 0.75, 1.00, 0, 23.00),
        (0.25, 0.75, 1.00, 90, 16.38),
        (0.63, 0.00, 0.25, 0, 7.07),
    ],
)
def test_the_recommended_weight_of_the_handbook(
    reach_m: float, from_m: float, to_m: float, turn: float, limit_kg: float
) -> None:
    load = EnteredLoad(10.0, reach_m, from_m, to_m, "good")
    assessment = lifting_index(load, 0.2, 1.0, asymmetry_deg=turn)
    assert round(assessment.limit_kg, 2) == limit_kg
    assert assessment.index == pytest.approx(10.0 / assessment.limit_kg)
    assert not assessment.at_least


@pytest.mark.parametrize(
    ("rate", "hours", "low", "high"),
    [
        (0.0, 0.5, 1.00, 1.00),
        (0.2, 8.0, 0.85, 0.85),
        (1.0, 1.0, 0.94, 0.94),
        (1.0, 1.01, 0.88, 0.88),
        (1.0, 2.01, 0.75, 0.75),
        (4.0, 2.0, 0.72, 0.72),
        (9.0, 8.0, 0.00, 0.15),
        (11.0, 2.0, 0.00, 0.23),
        (15.0, 1.0, 0.00, 0.28),
        (15.1, 1.0, 0.00, 0.00),
        (2.5, 1.0, 0.895, 0.895),
        (0.35, 2.0, 0.935, 0.935),
        (12.5, 1.0, 0.185, 0.355),
    ],
)
def test_the_frequency_multiplier_and_its_values_between_the_rows(
    rate: float, hours: float, low: float, high: float
) -> None:
    assert frequency_multiplier(rate, hours, 74.9) == pytest.approx(low)
    assert frequency_multiplier(rate, hours, 75.0) == pytest.approx(high)


def test_a_fair_grip_costs_only_below_the_knuckles() -> None:
    assert coupling_multiplier("fair", 74.0) == 0.95
    assert coupling_multiplier("fair", 75.0) == 1.0
    assert coupling_multiplier("poor", 120.0) == 0.9


def test_a_load_out_of_reach_has_no_index_and_says_why() -> None:
    assessment = lifting_index(EnteredLoad(5.0, 0.64, 0.5, 1.0, "good"), 1.0, 1.0, asymmetry_deg=0.0)
    assert assessment.limit_kg == 0.0
    assert assessment.index is None
    assert assessment.notes[-1] == "The equation recommends no weight at this reach."


def test_what_is_entered_sensed_and_assumed_is_told_apart() -> None:
    load = EnteredLoad(12.0, from_m=0.30, to_m=0.90)
    assessment = lifting_index(load, 3.0, 1.5, travel_m=0.5, hands_m=0.2, asymmetry_deg=10.0)
    assert {m.name: m.origin for m in assessment.multipliers} == {
        "HM": "assumed", "VM": "entered", "DM": "entered", "AM": "sensor", "FM": "sensor", "CM": "assumed",
    }  # fmt: skip
    assert assessment.at_least
    assert assessment.notes == (
        "Not known and taken at its best: reach, grip; the index is at least this.",
        "Estimated by the sensor, roughly: turn to the side.",
    )
    distance = next(factor for factor in assessment.multipliers if factor.name == "DM")
    assert distance.value == pytest.approx(0.82 + 4.5 / 60)
    assert distance.given == "moved over 0.60 m"


def test_a_load_alone_is_held_against_the_best_case() -> None:
    assessment = lifting_index(EnteredLoad(23.0), 0.1, 0.5)
    assert assessment.index == 1.0
    assert assessment.at_least
    assert assessment.tlv is None
    assert assessment.references_exceeded_kg == (15.0, 20.0)


def test_the_weight_moved_is_the_load_times_the_lifts() -> None:
    assert lifting_index(EnteredLoad(10.0), 2.0, 4.0).handled_kg == 4800.0


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"load_kg": 0}, "a load of 0 kg cannot be: give a weight above 0 and up to 500 kg"),
        ({"load_kg": float("nan")}, "a load of nan kg cannot be"),
        ({"load_kg": 10, "reach_m": 45}, "a reach of 45 m cannot be: give metres between 0.05 and 1.5"),
        ({"load_kg": 10, "from_m": -0.1}, "a start height of -0.1 m cannot be"),
        ({"load_kg": 10, "to_m": 60}, "an end height of 60 m cannot be"),
        ({"load_kg": 10, "coupling": "great"}, "the coupling 'great' is unknown: give good, fair or poor"),
    ],
)
def test_an_impossible_number_is_refused_in_a_sentence(values: dict[str, float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        EnteredLoad(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rate", "hours"), [(-1.0, 1.0), (float("nan"), 1.0), (1.0, -1.0), (1.0, float("inf"))])
def test_a_rate_that_cannot_be_is_refused(rate: float, hours: float) -> None:
    with pytest.raises(ValueError, match="cannot be: give 0 or more"):
        lifting_index(EnteredLoad(10.0), rate, hours)


def test_a_load_is_read_from_an_event_or_a_wearers_file() -> None:
    row = {"wearer": "T-07", "load_kg": "12.5", "reach_m": "0.4", "from_m": "", "coupling": "poor"}
    assert EnteredLoad.from_data(row) == EnteredLoad(12.5, 0.4, coupling="poor")
    with pytest.raises(ValueError, match="the load has no weight: give load_kg"):
        EnteredLoad.from_data({"reach_m": 0.4})
    with pytest.raises(ValueError, match="no number"):
        EnteredLoad.from_data({"load_kg": "heavy"})


def test_a_shift_longer_than_the_equation_is_noted() -> None:
    assert "More than 8 hours: the equation ends there." in lifting_index(EnteredLoad(5.0), 1.0, 9.0).notes


def test_the_composite_index_of_one_task_is_its_own() -> None:
    task = lifting_index(EnteredLoad(10.0, 0.4, 0.3, 0.8, "fair"), 2.0, 4.0, asymmetry_deg=0.0)
    assert composite_index([task]) == task.index


def test_the_composite_index_worked_out_by_hand() -> None:
    # Both in the best place (limit 23 kg apart from frequency), 8 h: FM(1) = .75, FM(2) = .65, FM(3) = .55.
    easy = lifting_index(EnteredLoad(11.5, 0.25, 0.75, 1.0, "good"), 2.0, 8.0, asymmetry_deg=0.0)
    hard = lifting_index(EnteredLoad(23.0, 0.25, 0.75, 1.0, "good"), 1.0, 8.0, asymmetry_deg=0.0)
    by_hand = 1 / 0.75 + 0.5 * (1 / 0.55 - 1 / 0.75)
    assert composite_index([easy, hard]) == pytest.approx(by_hand)
    assert composite_index([hard, easy]) == pytest.approx(by_hand)


def test_a_composite_with_too_many_lifts_has_no_index() -> None:
    task = lifting_index(EnteredLoad(5.0, 0.25, 0.8, 1.0, "good"), 8.0, 8.0, asymmetry_deg=0.0)
    assert composite_index([task, task]) is None
    with pytest.raises(ValueError, match="at least one task"):
        composite_index([])
    with pytest.raises(ValueError, match="same hours"):
        composite_index([task, lifting_index(EnteredLoad(5.0), 1.0, 1.0)])


@pytest.mark.parametrize(
    ("reach_m", "from_m", "per_hour", "hours", "limit"),
    [
        (0.20, 0.10, 60, 2.0, 14),
        (0.30, 0.10, 60, 2.0, None),
        (0.20, 0.50, 61, 2.0, 16),
        (0.45, 1.00, 12, 8.0, 16),
        (0.45, 1.00, 30, 8.0, 14),
        (0.70, 0.50, 31, 8.0, 2),
        (0.20, 1.50, 10, 1.0, 16),
        (0.20, 0.10, 200, 8.0, None),
    ],
)
def test_the_threshold_limits_of_the_three_tables(
    reach_m: float, from_m: float, per_hour: float, hours: float, limit: float | None
) -> None:
    assert threshold_limit(reach_m, from_m, per_hour, hours, 1.75).limit_kg == limit


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"asymmetry_deg": 31.0}, "no limit is given: more than 30 degrees to the side"),
        ({"lifts_per_hour": 361.0}, "no limit is given: more than 360 lifts an hour"),
        ({"hours": 8.1}, "no limit is given: more than 8 hours a day"),
        ({"reach_m": 0.81}, "no limit is given: reach above 80 cm"),
        ({"from_m": 1.9}, "no limit is given: hands more than 30 cm above the shoulder"),
        ({"reach_m": 0.5, "from_m": 0.1}, "no limit is given for this zone"),
    ],
)
def test_where_no_threshold_is_given_it_is_said(changes: dict[str, float], why: str) -> None:
    usual = {"reach_m": 0.2, "from_m": 0.5, "lifts_per_hour": 10.0, "hours": 1.0, "height_m": 1.75}
    limit = threshold_limit(**(usual | changes))
    assert (limit.limit_kg, limit.why) == (None, why)


def test_the_threshold_limit_needs_reach_and_height_entered() -> None:
    load = EnteredLoad(10.0, 0.25, 0.5)
    assessment = lifting_index(load, 1.0, 1.0, height_m=1.80)
    assert assessment.tlv is not None
    assert (assessment.tlv.limit_kg, assessment.tlv.zone) == (18, "shin to knuckle")


def test_the_reference_masses_by_sex_and_age() -> None:
    masses = {(sex, age): reference_mass_kg(sex, age) for sex in ("woman", "man") for age in (19, 20, 45, 46)}  # type: ignore[arg-type]
    assert masses == {
        ("woman", 19): 15, ("woman", 20): 20, ("woman", 45): 20, ("woman", 46): 15,
        ("man", 19): 20, ("man", 20): 25, ("man", 45): 25, ("man", 46): 20,
    }  # fmt: skip


def test_the_damage_of_lifts_adds_up() -> None:
    one = exp(0.162 * 34) / 902_416
    assert cumulative_damage([(3400, 1)]) == pytest.approx(one)
    assert cumulative_damage([(3400, 100), (3400, 20)]) == pytest.approx(120 * one)
    assert cumulative_damage([]) == 0.0


def a_lift(flexion: float, hip_drop_m: float | None, turn: float) -> Lift:
    return Lift(
        lift=1, start_s=0, bottom_s=1, end_s=2, peak_flexion_deg=flexion, flexion_at_bottom_deg=flexion,
        flexion_at_end_deg=0, peak_down_velocity_deg_s=50, peak_up_velocity_deg_s=-50, lean_deg=0, turn_deg=turn,
        drop_m=0.3, hip_drop_m=hip_drop_m, hip_drop_error_m=0.02, knee_deg=50, knee_error_deg=9, stoop_index=50,
        technique=Technique.MIXED, confidence=None, reason="",
    )  # fmt: skip


def test_the_sensor_tells_roughly_how_far_down_the_hands_went() -> None:
    found = sensed([a_lift(60, 0.10, -30.0), a_lift(90, 0.05, 10.0), a_lift(60, None, 5.0)], 1.80)
    assert found.travel_m == pytest.approx((0.10 + 0.27 + 0.05 + 0.54) / 2)
    assert found.hands_m == pytest.approx(0.434 * 1.80 - 0.48)
    assert found.asymmetry_deg == 10.0
    assert sensed([]) == Sensed()
