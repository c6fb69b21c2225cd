"""The simulated lifter, held against sentences about real bodies and against mechanics."""

import numpy as np
import pytest
from scipy.integrate import cumulative_trapezoid

from liftcheck.errors import SettingsError
from liftcheck.samples import GRAVITY_MPS2
from liftcheck.simulation import (
    Calibration,
    LieDown,
    LiftMove,
    OverlapLift,
    Person,
    Sit,
    Stand,
    Truth,
    Turn,
    Walk,
    simulate,
)
from liftcheck.simulation.run import _exp, _log

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


def test_an_unknown_site_sensor_or_fault_is_told_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match="site 'knee'"):
        simulate([Stand()], Person(), site="knee")
    with pytest.raises(SettingsError, match="sensor 'radar'"):
        simulate([Stand()], Person(), sensor="radar")
    with pytest.raises(SettingsError, match="fault 'hiccup'"):
        simulate([Stand()], Person(), faults=["hiccup"])
