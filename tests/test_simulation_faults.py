"""Every fault of a simulated sensor does what its name says, and nothing else."""

from functools import cache

import numpy as np
import pytest

from liftcheck.errors import SettingsError
from liftcheck.samples import Array, Samples
from liftcheck.simulation import FAULTS, LiftMove, Person, Stand, Truth, Walk, simulate
from liftcheck.simulation.run import _log

STILL = (Stand(20),)
MOVING = (Stand(4), *([LiftMove("legs"), Stand(1.5), Walk(3), Stand(1)] * 12))


@cache
def session(
    *faults: str, script: tuple[object, ...] = MOVING, sensor: str = "clean", seed: int = 2
) -> tuple[Samples, Truth]:
    recording, truth = simulate(script, Person(), sensor=sensor, faults=faults, seed=seed)  # type: ignore[arg-type]
    return recording.samples, truth


def size(values: Array) -> Array:
    return np.linalg.norm(values, axis=1)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_changes_the_recording_and_its_times_still_ascend(name: str) -> None:
    (healthy, _), (spoilt, _) = session(), session(name)
    same = len(healthy) == len(spoilt) and all(
        np.array_equal(getattr(healthy, field), getattr(spoilt, field)) for field in ("t", "acc", "gyr")
    )
    assert not same
    assert np.all(np.diff(spoilt.t) > 0)
    assert np.all(np.isfinite(spoilt.acc))
    assert np.all(np.isfinite(spoilt.gyr))


def test_offset_shifts_every_axis_by_so_many_mg() -> None:
    shift = session("offset=50", script=STILL)[0].acc - session(script=STILL)[0].acc
    assert np.abs(shift) == pytest.approx(0.4903, abs=0.001)


def test_gyro_offset_turns_a_still_sensor() -> None:
    assert np.degrees(np.abs(session("gyro-offset=5", script=STILL)[0].gyr.mean(axis=0))) == pytest.approx(5, abs=0.2)


def test_scale_stretches_every_axis() -> None:
    healthy, spoilt = session(script=STILL)[0].acc, session("scale=2", script=STILL)[0].acc
    assert np.abs(spoilt / healthy - 1)[np.abs(healthy) > 1] == pytest.approx(0.02, abs=0.001)


def test_a_scale_fault_of_four_reads_a_quarter_of_gravity() -> None:
    assert size(session("scale-fault", script=STILL)[0].acc).mean() == pytest.approx(9.81 / 4, abs=0.02)


def test_noise_and_quantisation_are_as_large_as_asked() -> None:
    quiet, noisy = (session(*f, script=STILL, sensor="consumer")[0] for f in ((), ("noise=5",)))
    assert np.diff(noisy.acc, axis=0).std() == pytest.approx(5 * np.diff(quiet.acc, axis=0).std(), rel=0.1)
    coarse = session("quantisation=8", script=STILL)[0].acc
    assert np.diff(np.unique(coarse[:, 0])).min(initial=2.0) > 1.0  # 16 g over 128 steps


def test_saturation_cuts_off_what_is_beyond_the_range() -> None:
    assert np.abs(session("saturation=1.1")[0].acc).max() <= 1.1 * 9.81


def test_a_stuck_axis_holds_and_a_dying_gyro_is_silent_from_that_moment_on() -> None:
    stuck, dead = session("stuck-axis=30")[0], session("dying-gyro=30")[0]
    late = stuck.t >= 30
    assert np.ptp(stuck.acc[late, 1]) == 0
    assert np.ptp(stuck.acc[~late, 1]) > 0.5
    assert not dead.gyr[late].any()
    assert dead.gyr[~late].any()


def test_wobble_shakes_in_movement_and_not_at_rest() -> None:
    healthy, spoilt = session()[0], session("wobble=1")[0]
    shaken = size(spoilt.acc - healthy.acc)
    assert shaken[healthy.t < 3].max() < 0.05
    assert 0.1 < np.sqrt(np.mean(shaken[healthy.t > 5] ** 2)) < 1.0


def test_a_rate_error_gives_more_samples_than_stated_and_true_times() -> None:
    healthy, fast = session()[0], session("rate=3")[0]
    assert len(fast) == pytest.approx(1.03 * len(healthy), rel=0.001)
    assert fast.t[-1] == pytest.approx(healthy.t[-1], abs=0.02)


def test_a_drifting_clock_stretches_samples_truth_and_labels_alike() -> None:
    (healthy, labels), (drifting, stretched) = session(), session("clock-drift=20000")
    assert drifting.t[-1] == pytest.approx(1.02 * healthy.t[-1], rel=1e-5)
    assert stretched.t == pytest.approx(1.02 * labels.t)
    assert stretched.labels[-1].bottom_s == pytest.approx(1.02 * labels.labels[-1].bottom_s, abs=0.02)


def test_a_restarted_clock_jumps_though_no_sample_is_missing() -> None:
    healthy, jumped = session()[0], session("clock-restart=30")[0]
    assert len(jumped) == len(healthy)
    assert np.sort(np.diff(jumped.t))[-2:] == pytest.approx([0.01, 2.51], abs=1e-4)
    assert jumped.t[np.argmax(np.diff(jumped.t))] == pytest.approx(30, abs=0.02)


def test_gaps_are_as_long_as_asked_and_what_is_left_is_untouched() -> None:
    healthy, gappy = session()[0], session("gap=0.7")[0]
    gaps = np.diff(gappy.t)[np.diff(gappy.t) > 0.015]
    assert len(gaps) >= 1
    assert gaps == pytest.approx(0.71, abs=0.011)
    assert np.isin(gappy.t, healthy.t).all()


def test_a_burst_delivers_samples_at_almost_one_time() -> None:
    steps = np.diff(session("burst=10")[0].t)
    assert np.mean(steps < 0.002) == pytest.approx(0.9, abs=0.01)
    assert steps.max() < 0.11


def test_late_packets_hold_up_the_times_and_lose_nothing() -> None:
    healthy, late = session()[0], session("late=0.4")[0]
    assert np.array_equal(healthy.acc, late.acc)
    delay = late.t - healthy.t
    assert delay.min() > -0.001
    assert 0.2 < delay.max() < 0.5


def test_loss_loses_so_many_percent_in_whole_packets() -> None:
    healthy, lossy = session()[0], session("loss=10")[0]
    assert 1 - len(lossy) / len(healthy) == pytest.approx(0.10, abs=0.03)
    assert np.diff(np.flatnonzero(~np.isin(healthy.t, lossy.t)))[:4].tolist() == [1, 1, 1, 1]


def test_a_slip_turns_the_sensor_on_the_back_for_good() -> None:
    (_, healthy), (_, slipped) = session(), session("slip=8")
    turned = np.degrees(size(_log(np.swapaxes(healthy.rotation, 1, 2) @ slipped.rotation)))
    assert turned[: len(turned) // 2 - 50].max() < 0.01
    assert 4 < turned[-1] < 12


def test_a_sensor_taken_off_lies_still_on_the_table_and_is_put_back() -> None:
    samples, truth = session("taken-off=30")
    (lying,) = (d for d in truth.distractors if d.kind == "taken_off")
    inside = (samples.t > lying.start + 4) & (samples.t < lying.end - 4)
    assert np.abs(samples.gyr[inside]).max() < 1e-4
    assert np.ptp(size(samples.acc[inside])) < 0.01
    assert truth.position[-1, 2] == pytest.approx(truth.position[0, 2], abs=0.1)


def test_a_sensor_turned_over_reads_gravity_from_the_other_side_in_its_plane() -> None:
    samples, truth = session("turned-over=30")
    start, end = samples.acc[truth.t < 3].mean(axis=0), samples.acc[-30:].mean(axis=0)
    assert start @ end / (9.81**2) < -0.9


@pytest.mark.parametrize("text", ["offset=much", "loss=200", "rate=nan", "scale-fault=0"])
def test_a_senseless_value_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="takes a number from"):
        session(text, script=STILL)


def test_a_fault_that_would_come_after_the_end_is_refused() -> None:
    with pytest.raises(SettingsError, match="never strikes"):
        session("dying-gyro=60", script=STILL)
