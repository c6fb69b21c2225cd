"""The simulated lifter, held against sentences about real bodies and against mechanics."""

import numpy as np
import pytest
from scipy.integrate import cumulative_trapezoid

from liftcheck.errors import SettingsError
from liftcheck.samples import GRAVITY_MPS2
from liftcheck.simulation import (
    Calibration,
    Kneel,
    LieDown,
    LiftMove,
    OverlapLift,
    Person,
    Session,
    Sit,
    Stand,
    Truth,
    Turn,
    Walk,
    simulate,
)
from liftcheck.simulation.body import shank_lean, turned
from liftcheck.simulation.run import _exp, _log
from liftcheck.simulation.styles import sitting
from liftcheck.simulation.timeline import CHANNELS

STRAIGHT_LEGS = LiftMove("back", knee_deg=5, trunk_deg=90, lean_deg=0)


def truth_of(*script: object, person: Person | None = None, site: str = "mid-back") -> Truth:
    return simulate([*script], person or Person(), sensor="clean", site=site)[1]  # type: ignore[list-item]


def test_lying_on_the_belly_reads_ninety_degrees_and_on_the_back_minus_ninety() -> None:
    assert truth_of(Stand(), LieDown(belly=True)).flexion_deg.max() == pytest.approx(90, abs=4)
    assert truth_of(Stand(), LieDown()).flexion_deg.min() == pytest.approx(-90, abs=4)


def test_a_full_squat_sinks_the_hips_by_a_quarter_to_a_third_of_the_height() -> None:
    for height in (1.55, 1.75, 1.95):
        truth = truth_of(Stand(), LiftMove("squat", knee_deg=118, heel_m=0.0), person=Person(height_m=height))
        assert 0.25 < truth.hip_drop_m.max() / height < 0.34


def test_in_a_stoop_the_hips_move_back_and_hardly_down() -> None:
    truth = truth_of(Stand(), STRAIGHT_LEGS)
    assert abs(truth.hip_drop_m).max() < 0.04
    assert 0.10 < truth.drop_m.max() < 0.30


def test_deeper_knees_mean_lower_hips() -> None:
    drops = [
        truth_of(Stand(), LiftMove(knee_deg=k, trunk_deg=50, heel_m=0.0)).labels[0].hip_drop_m
        for k in range(30, 131, 20)
    ]
    assert np.all(np.diff(drops) > 0.02)


def test_integrating_the_clean_gyroscope_gives_the_orientation() -> None:
    recording, truth = simulate(
        [Stand(), Walk(5, turn_deg=90), LiftMove("back"), Sit(3), Turn()], Person(), sensor="clean"
    )
    gyr = recording.samples.gyr
    turned = truth.rotation[0]
    for step in _exp((gyr[1:] + gyr[:-1]) / 2 * 0.01):
        turned = turned @ step
    assert np.degrees(np.linalg.norm(_log((turned.T @ truth.rotation[-1])[None]))) < 0.1


def test_integrating_the_clean_acceleration_twice_gives_the_path() -> None:
    recording, truth = simulate([Stand(), LiftMove("legs"), LiftMove("back"), Stand()], Person(), sensor="clean")
    acc = np.einsum("nij,nj->ni", truth.rotation, recording.samples.acc) - [0, 0, GRAVITY_MPS2]
    velocity = cumulative_trapezoid(acc, dx=0.01, axis=0, initial=0)
    path = cumulative_trapezoid(velocity, dx=0.01, axis=0, initial=0)
    error = truth.position - truth.position[0] - path
    t = truth.t[:, None]
    error -= t * (error * t).sum(axis=0) / (t**2).sum()  # the velocity at the start is not known
    assert np.abs(error).max() < 0.01


def test_a_still_wearer_sways_and_feels_gravity() -> None:
    recording, truth = simulate([Stand(30)], Person(), sensor="clean")
    assert np.linalg.norm(recording.samples.acc, axis=1) == pytest.approx(GRAVITY_MPS2, abs=0.1)
    assert 0.15 < truth.flexion_deg.std() < 1.5


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not() -> None:
    script = [Stand(), OverlapLift(), Walk(3)]
    first, again, other = (simulate(script, Person(), seed=seed)[0].samples for seed in (5, 5, 6))
    assert np.array_equal(first.acc, again.acc)
    assert np.array_equal(first.gyr, again.gyr)
    assert not np.array_equal(first.acc[:100], other.acc[:100])


def test_a_calibration_is_announced_and_holds_no_labelled_lift() -> None:
    recording, truth = simulate([Stand(), Calibration(), Stand(), LiftMove("legs")], Person())
    assert [event.kind for event in recording.events] == ["calibrating"]
    assert len(truth.labels) == 1


def test_chained_lifts_are_parted_at_the_lowest_value_of_the_valley() -> None:
    truth = truth_of(Stand(), LiftMove("legs", rise=0.6), LiftMove("legs", rise=0.6), LiftMove("legs"), Stand())
    assert len(truth.labels) == 3
    assert all(a.end_s <= b.start_s + 0.011 for a, b in zip(truth.labels, truth.labels[1:], strict=False))


def test_a_session_asked_for_twice_gives_the_same_pieces() -> None:
    asked = sitting("work", seed=3, seconds=90, faults=["loss", "late", "noise"])
    for (first, _), (second, _) in zip(asked.chunks(), asked.chunks(), strict=True):
        assert np.array_equal(first.t, second.t)
        assert np.array_equal(first.acc, second.acc)


def test_leaning_right_lifts_the_left_side_and_turning_left_is_positive() -> None:
    truth = truth_of(Stand(), LiftMove("legs", lean_deg=20, turn_deg=40))
    assert truth.trunk_lean_deg.max() > 12
    assert truth.turn_deg[-1] - truth.turn_deg[0] == pytest.approx(40, abs=5)
    lean = turned(np.zeros(1), np.radians([20.0]), np.zeros(1))[0]
    assert (lean @ [0, 1, 0])[2] > 0.3  # the trunk's left points up


def test_bending_forward_is_a_positive_rotation_about_the_left_axis_and_rest_reads_gravity_upwards() -> None:
    asked = Session([Stand(2), STRAIGHT_LEGS, Stand()], Person(curve=0.0), sensor="clean")
    (samples, truth), *_ = asked.chunks()
    gyr, acc = samples.gyr @ asked.body.mounting.T, samples.acc @ asked.body.mounting.T
    bottom = int(np.argmax(truth.flexion_deg))
    assert np.degrees(gyr[:bottom, 1].sum() * 0.01) == pytest.approx(truth.flexion_deg.max() * 0.98, abs=4)
    assert acc[:150].mean(axis=0) == pytest.approx([0, 0, GRAVITY_MPS2], abs=0.25)


def test_in_a_stoop_the_shanks_lean_back_and_in_a_squat_forward() -> None:
    q = dict.fromkeys(CHANNELS, np.zeros(1))
    stoop = shank_lean(
        Person(), {**q, "knee": np.array([12.0]), "pelvis": np.array([45.0]), "lumbar": np.array([45.0])}
    )
    squat = shank_lean(
        Person(), {**q, "knee": np.array([110.0]), "pelvis": np.array([20.0]), "lumbar": np.array([25.0])}
    )
    assert -15 < np.degrees(stoop[0]) < 0
    assert 25 < np.degrees(squat[0]) < 45


def test_a_sensor_on_the_chest_sinks_more_in_a_stoop_than_one_on_the_back_and_at_the_sacrum_it_rises() -> None:
    drops = {
        site: truth_of(Stand(), STRAIGHT_LEGS, site=site).drop_m.max() for site in ("chest", "mid-back", "low-back")
    }
    assert drops["chest"] > drops["mid-back"] > drops["low-back"]
    assert truth_of(Stand(), STRAIGHT_LEGS, site="waist-back").drop_m.min() < -0.02


def test_no_lever_with_two_numbers_explains_these_people() -> None:
    """The estimator's form leaves some centimetres, as it does with real backs: no inverse crime."""
    labels = [label for seed in range(12) for label in sitting("overlap", seed=seed, lifts=20).labels]
    flexion = np.radians([label.flexion_at_bottom_deg for label in labels])
    rotation = np.array([label.drop_m - label.hip_drop_m for label in labels])
    form = np.stack([1 - np.cos(flexion), -np.sin(flexion)], axis=1)
    left = rotation - form @ np.linalg.lstsq(form, rotation, rcond=None)[0]
    assert 0.01 < left.std() < 0.04


def test_in_the_overlap_of_styles_the_trunk_alone_does_not_tell_legs_from_back() -> None:
    """SCIENCE 4.4: correlation -0.73, best trunk-angle threshold about 80 % balanced."""
    labels = [label for seed in range(12) for label in sitting("overlap", seed=seed, lifts=20).labels]
    knees = np.array([label.knee_deg for label in labels])
    flexion = np.array([label.peak_flexion_deg for label in labels])
    assert np.corrcoef(knees, flexion)[0, 1] == pytest.approx(-0.73, abs=0.06)
    back = knees < 65
    best = max(((flexion > cut)[back].mean() + (flexion <= cut)[~back].mean()) / 2 for cut in np.unique(flexion))
    assert 0.70 < best < 0.88


def test_sitting_kneeling_and_walking_carry_no_label() -> None:
    truth = truth_of(Stand(), Walk(4), Sit(3, seat_m=0.42), Stand(), Kneel(), Stand())
    assert truth.labels == ()
    assert {d.kind for d in truth.distractors} == {"walk", "sit", "half_kneel"}
    assert 0.2 < truth.hip_drop_m.max() < 0.5


def test_walking_bounces_at_the_pace_of_steps_as_real_waists_do() -> None:
    recording, _ = simulate([Stand(1), Walk(14)], Person(), site="waist-back")
    acc = np.linalg.norm(recording.samples.acc, axis=1)[400:1300]
    assert 1.5 < acc.std() < 3.5
    spectrum = np.abs(np.fft.rfft(acc - acc.mean()))
    assert 1.5 < np.fft.rfftfreq(len(acc), 0.01)[np.argmax(spectrum)] < 2.3


def test_a_tired_person_uses_the_knees_less() -> None:
    fresh, tired = (sitting("legs", seed=1, lifts=120, person=Person(fatigue=f)).labels for f in (0.0, 0.6))
    late = [np.mean([label.knee_deg for label in labels[-30:]]) for labels in (fresh, tired)]
    assert late[0] - late[1] > 5


def test_an_unknown_site_sensor_or_fault_is_told_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match="site 'knee'"):
        simulate([Stand()], Person(), site="knee")
    with pytest.raises(SettingsError, match="sensor 'radar'"):
        simulate([Stand()], Person(), sensor="radar")
    with pytest.raises(SettingsError, match="fault 'hiccup'"):
        simulate([Stand()], Person(), faults=["hiccup"])
