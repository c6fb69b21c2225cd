"""Legs or back: from how far the sensor sank and leaned to a verdict with its doubt."""

import math
from itertools import pairwise

import pytest

from liftcheck.lifts.lift import Technique
from liftcheck.lifts.technique import (
    Judgement,
    TechniqueSettings,
    hip_drop_of_knees,
    judge,
    knees_of_hip_drop,
    reason,
    verdict,
)
from liftcheck.trunk.lever import Lever

SETTINGS = TechniqueSettings()


def site_lever(site: str, height_m: float = SETTINGS.height_m) -> Lever:
    return SETTINGS.levers(site, height_m)[0]


def judged(drop_m: float, flexion_deg: float, site: str = "mid-back", error_m: float = 0.02, height_m: float = 1.75):
    return judge(drop_m, error_m, flexion_deg, site, None, height_m, SETTINGS)


def test_a_full_squat_is_a_lift_with_the_legs() -> None:
    """Hips 45 cm down with the trunk at 40 degrees: nobody's back does that alone."""
    drop = 0.45 + site_lever("mid-back").drop_m(40)
    said = judged(drop, 40)
    assert verdict(said.p_legs, SETTINGS)[0] is Technique.LEGS
    assert said.knee_deg > 100
    assert said.stoop_index < 30  # the published norm of squats (SCIENCE 1.2)


def test_a_stoop_with_straight_legs_is_a_lift_with_the_back() -> None:
    said = judged(site_lever("mid-back").drop_m(95), 95)
    assert verdict(said.p_legs, SETTINGS)[0] is Technique.BACK
    assert said.knee_deg < 15
    assert said.stoop_index > 90  # the published norm of stoops


def test_knees_at_the_border_are_called_mixed_not_wrong() -> None:
    hips = hip_drop_of_knees(SETTINGS.border_knee_deg, 1.75, SETTINGS)
    said = judge(hips + site_lever("mid-back", 1.75).drop_m(60), 0.02, 60, "mid-back", None, 1.75, SETTINGS)
    assert said.p_legs == pytest.approx(0.5, abs=0.01)
    assert verdict(said.p_legs, SETTINGS) == (Technique.MIXED, None)


@pytest.mark.parametrize("height_m", [1.5, 1.73, 2.0])
def test_knees_and_hips_are_each_others_inverse(height_m: float) -> None:
    for knee in range(0, 131, 10):
        assert knees_of_hip_drop(hip_drop_of_knees(knee, height_m, SETTINGS), height_m, SETTINGS) == pytest.approx(
            knee, abs=0.01
        )


def test_the_probability_of_legs_never_falls_when_the_hips_sink_more() -> None:
    chances = [judged(0.01 * cm, 70).p_legs for cm in range(90)]
    assert all(later >= earlier for earlier, later in pairwise(chances))


def test_more_doubt_about_the_height_never_makes_a_verdict_surer() -> None:
    for drop in (0.1, 0.25, 0.4, 0.6):
        sure = [abs(judged(drop, 60, error_m=error).p_legs - 0.5) for error in (0.01, 0.03, 0.06, 0.12)]
        assert all(later <= earlier + 1e-12 for earlier, later in pairwise(sure))


def test_the_wearers_own_lever_makes_the_knees_surer() -> None:
    own = judge(0.4, 0.02, 80, "mid-back", site_lever("mid-back")._replace(doubt=0.5), SETTINGS.height_m, SETTINGS)
    prior = judge(0.4, 0.02, 80, "mid-back", None, SETTINGS.height_m, SETTINGS)
    assert own.hip_drop_m == pytest.approx(prior.hip_drop_m)
    assert own.hip_drop_error_m < prior.hip_drop_error_m


def test_a_height_that_nobody_told_makes_knees_and_verdict_less_sure() -> None:
    def both(drop_m: float) -> list[Judgement]:
        return [judge(drop_m, 0.02, 60, "mid-back", None, height, SETTINGS) for height in (SETTINGS.height_m, None)]

    told, untold = both(0.55)
    assert untold.knee_deg == told.knee_deg
    assert untold.knee_error_deg > told.knee_error_deg + 0.5
    told, untold = both(0.34)
    assert 0.5 < untold.p_legs < told.p_legs - 0.005


def test_at_a_waist_whose_side_is_not_known_both_sides_are_weighed() -> None:
    back, front = judged(0.2, 40, "waist-back"), judged(0.2, 40, "waist-front")
    either = judged(0.2, 40, "waist")
    assert either.p_legs == pytest.approx((back.p_legs + front.p_legs) / 2)
    assert either.hip_drop_error_m > max(back.hip_drop_error_m, front.hip_drop_error_m)


def test_a_leaning_trunk_lifts_a_sensor_on_the_pelvis_and_sinks_one_on_the_chest() -> None:
    assert site_lever("waist-back").drop_m(40) < 0 < site_lever("chest").drop_m(40)


def test_nobody_is_told_that_a_verdict_is_certain() -> None:
    assert verdict(1.0, SETTINGS) == (Technique.LEGS, SETTINGS.surest)
    assert verdict(0.0, SETTINGS) == (Technique.BACK, SETTINGS.surest)


def test_the_reason_is_a_sentence_about_the_body() -> None:
    assert reason(0.06, 95.2) == "hips sank 6 cm while the trunk leaned 95 degrees"
    assert reason(-0.02, 95.2) == "hips did not sink while the trunk leaned 95 degrees"


def test_what_is_judged_is_never_nan() -> None:
    for drop in (-0.5, 0.0, 1.5):
        for flexion in (-30.0, 0.0, 130.0):
            said = judged(drop, flexion)
            assert all(math.isfinite(value) for value in vars(said).values())
