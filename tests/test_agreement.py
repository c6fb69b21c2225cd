"""A gyroscope that does not speak of the same movement as the accelerometer is told, and no healthy one is."""

from functools import cache

import numpy as np
import pytest

from liftcheck.recording import read
from liftcheck.recording.agreement import gyr_against_acc
from liftcheck.recording.checks import spikes, told
from liftcheck.recording.times import mended, odd_rate
from liftcheck.samples import Array, Samples
from liftcheck.shipped import shipped
from liftcheck.simulation import sitting

NAMES = sorted(path.stem for path in shipped("recordings").glob("*.mcap"))


@cache
def healthy(seed: int = 81_001, sensor: str = "consumer") -> Samples:
    return Samples.join([piece for piece, _ in sitting("mixed", seed=seed, lifts=8, sensor=sensor).chunks()])


def spoilt(factors: list[float]) -> Samples:
    samples = healthy()
    return Samples(samples.t, samples.acc, samples.gyr * np.array(factors))


@pytest.mark.parametrize("name", NAMES)
def test_no_bundled_recording_is_doubted(name: str) -> None:
    recording = read(shipped("recordings") / f"{name}.mcap")
    assert not [words for words in recording.quality if words.startswith(("gyroscope", "rate", "frozen"))]


@pytest.mark.parametrize(("seed", "sensor"), [(1, "clean"), (2, "mpu6050"), (3, "bno055"), (4, "bmi160")])
def test_no_healthy_simulated_sensor_is_doubted(seed: int, sensor: str) -> None:
    assert gyr_against_acc(healthy(seed, sensor)) == []


@pytest.mark.parametrize(
    "factors", [[0.5, 0.5, 0.5], [2.0, 2.0, 2.0], [0.1, 0.1, 0.1], [-1.0, -1.0, -1.0], [-1.0, 1.0, 1.0]]
)
def test_a_wrong_range_or_sign_is_told(factors: list[float]) -> None:
    (words,) = gyr_against_acc(spoilt(factors))
    assert words.startswith("gyroscope and accelerometer disagree about ")


def test_the_words_name_the_axis_and_say_what_to_do() -> None:
    samples = healthy()
    strongest = int(np.argmax(np.sqrt(np.mean(samples.gyr**2, axis=0))))
    factors = np.ones(3)
    factors[strongest] = -1.0
    (words,) = gyr_against_acc(spoilt(list(factors)))
    assert f" {'xyz'[strongest]}" in words.split(":")[0]
    assert words.endswith(": check range, sign and axes in the profile")


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0]])
def test_swapped_axes_of_either_sensor_are_told(order: list[int]) -> None:
    samples = healthy()
    assert gyr_against_acc(Samples(samples.t, samples.acc[:, order], samples.gyr))
    assert gyr_against_acc(Samples(samples.t, samples.acc, samples.gyr[:, order]))


def walking_still(n: int = 3000) -> Array:
    return np.random.default_rng(1).normal(0, 3, (n, 3))


def test_where_nothing_can_be_told_nothing_is_said() -> None:
    t = np.arange(3000) / 100
    up = np.tile([0.0, 0.0, 9.8], (3000, 1))
    assert gyr_against_acc(Samples(t, up, np.zeros((3000, 3)))) == []
    assert gyr_against_acc(Samples(t, up, walking_still())) == []
    assert gyr_against_acc(Samples(t, np.zeros((3000, 3)), walking_still())) == []
    assert gyr_against_acc(Samples(t, up, np.full((3000, 3), np.nan))) == []
    assert gyr_against_acc(Samples(t[:50], up[:50], walking_still()[:50])) == []
    assert gyr_against_acc(Samples(t * 100, up, walking_still())) == [], "one sample a second"


def test_numbers_that_were_damaged_on_the_way_are_told_and_knocks_are_not() -> None:
    samples, rng = healthy(), np.random.default_rng(6)
    assert spikes(samples) == []
    acc = samples.acc.copy()
    at = np.sort(rng.choice(np.arange(50, len(acc) - 50), 12, replace=False))
    acc[at, rng.integers(0, 3, 12)] += rng.choice([-60.0, 60.0], 12)
    (words,) = spikes(Samples(samples.t, acc, samples.gyr))
    assert words.startswith("spikes: 12 samples far from both their neighbours, first at ")
    knocked = samples.acc.copy()
    for i in at:
        knocked[i : i + 4] += np.array([[30.0], [60.0], [40.0], [15.0]])
    assert spikes(Samples(samples.t, knocked, samples.gyr)) == []


def test_a_rate_that_is_not_the_stated_one_is_told() -> None:
    t = np.arange(3000) / 80
    assert odd_rate(t, 100.0) == ["rate: 80.0 Hz where 100 Hz is stated: samples are missing, or the clock is off"]
    assert odd_rate(t, 81.0) == []
    assert odd_rate(t, None) == []
    assert odd_rate(t[:100], 100.0) == [], "too short to tell"
    holed = np.concatenate([t, t[-1] + 20 + t])
    assert odd_rate(holed, 80.0) == [], "a gap is no other rate"


def test_times_next_to_nothing_apart_are_survived() -> None:
    t = np.array([-2.225e-309, *np.arange(30) * 1e-309])
    samples, _ = mended(Samples(t, np.zeros((31, 3)), np.zeros((31, 3))))
    assert np.all(np.diff(samples.t) > 0)
    many = Samples(np.arange(300) * 1e-309, np.zeros((300, 3)), np.ones((300, 3)))
    assert told(many) == []
