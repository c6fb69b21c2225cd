import math

import pytest

from liftcheck.look.pose import (
    FOREARM,
    HIP_STANDING,
    SHANK,
    THIGH,
    UPPER_ARM,
    Capsule,
    box,
    limbs,
    part_colours,
    pose,
    sensor,
    sweep,
)
from liftcheck.look.theme import DARK, LIGHT

LEANS = range(-20, 121, 10)
DROPS = [step * 0.02 for step in range(17)]


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


@pytest.mark.parametrize("lean", LEANS)
def test_the_hips_are_drawn_at_the_height_that_was_measured(lean: int) -> None:
    for drop in DROPS:
        assert pose(lean, drop).hip[1] == pytest.approx(HIP_STANDING - drop, abs=0.012 if drop < 0.012 else 1e-5)


@pytest.mark.parametrize("lean", LEANS)
def test_no_limb_is_stretched_in_any_pose(lean: int) -> None:
    for drop in DROPS:
        body = pose(lean, drop)
        assert distance(body.ankle, body.knee) == pytest.approx(SHANK)
        assert distance(body.knee, body.hip) == pytest.approx(THIGH)
        assert distance(body.shoulder, body.elbow) == pytest.approx(UPPER_ARM)
        assert distance(body.elbow, body.hand) == pytest.approx(FOREARM, abs=1e-6)


def test_standing_upright_everything_is_above_the_ankle_and_the_knee_is_straight() -> None:
    body = pose(0, 0)
    assert body.knee_deg == pytest.approx(0, abs=1e-4)
    assert body.hip == pytest.approx((0, 0.530), abs=1e-9)
    assert body.head[1] + 0.070 == pytest.approx(0.99, abs=0.01)


def test_leaning_forward_moves_the_head_forward_and_down() -> None:
    upright, bent = pose(0, 0), pose(60, 0.02)
    assert bent.head[0] > upright.head[0] + 0.2
    assert bent.head[1] < upright.head[1] - 0.1


def test_a_good_squat_bends_the_drawn_knee_by_about_a_hundred_degrees() -> None:
    assert pose(54, 0.36 / 1.73).knee_deg == pytest.approx(103, abs=4)
    assert pose(100, 0.04 / 1.73).knee_deg < 40


def test_the_elbow_bends_backward() -> None:
    body = pose(0, 0, box=False)
    middle = (body.shoulder[0] + body.hand[0]) / 2
    assert body.elbow[0] < middle


def test_values_no_body_can_reach_are_held_at_the_limits() -> None:
    assert pose(200, 9.0) == pose(120, 0.32)
    assert pose(-90, -1.0) == pose(-20, 0.0)


def test_the_box_never_sinks_into_the_floor_and_stays_in_the_hands() -> None:
    for lean in LEANS:
        for drop in DROPS:
            body = pose(lean, drop)
            held = box(body)
            assert held.centre[1] - held.height / 2 >= 0
            assert abs(held.centre[1] - body.hand[1]) < held.height / 2


def test_the_sweep_widens_with_the_knees_error_and_hides_in_a_stance() -> None:
    body = pose(60, 0.15)
    reach = [max(c.start[0] for c in sweep(body, s)) - min(c.start[0] for c in sweep(body, s)) for s in (3, 9)]
    assert reach[1] > reach[0] > 0
    assert sweep(body, 0) == ()
    assert sweep(pose(5, 0.0), 9) == ()


def test_a_capsules_outline_touches_both_circles() -> None:
    capsule = Capsule((0, 0), (0.2, 0.1), 0.05, 0.03)
    a, b, c, d = capsule.outline()
    assert distance(a, capsule.start) == pytest.approx(0.05)
    assert distance(d, capsule.start) == pytest.approx(0.05)
    assert distance(b, capsule.end) == pytest.approx(0.03)
    assert distance(c, capsule.end) == pytest.approx(0.03)
    side = (b[0] - a[0], b[1] - a[1])
    assert side[0] * a[0] + side[1] * a[1] == pytest.approx(0, abs=1e-12)  # a tangent stands on its radius
    assert Capsule((0, 0), (0, 0), 0.05, 0.05).outline() == ()


def test_the_sensor_sits_behind_the_trunk_and_before_it_at_the_chest() -> None:
    body = pose(0, 0)
    assert sensor(body, "mid-back").centre[0] < body.hip[0] - 0.05
    assert sensor(body, "chest").centre[0] > body.hip[0] + 0.05
    assert sensor(body, "waist").centre[1] < sensor(body, "low-back").centre[1] < sensor(body, "mid-back").centre[1]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_part_that_did_the_lift_takes_the_colour(theme) -> None:
    neutral = part_colours(theme)
    legs, back, mixed = (part_colours(theme, verdict) for verdict in ("legs", "back", "mixed"))
    assert (legs["thigh"], legs["trunk"]) == (theme.legs, theme.ink)
    assert (back["thigh"], back["trunk"]) == (theme.leg, theme.back)
    assert mixed["thigh"] == mixed["trunk"] == theme.mixed
    assert part_colours(theme, "unclear") == neutral
    assert {limb.part for limb in limbs(pose(0, 0))} <= set(neutral)
    assert theme.ink not in part_colours(theme, "legs", lost=True).values()
