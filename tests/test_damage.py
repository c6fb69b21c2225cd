"""Damaged numbers and values that were sent again are left out, told, and nothing else is touched."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.samples import Samples
from liftcheck.simulation import sitting
from liftcheck.trunk.damage import DamageSettings, Sieve


@cache
def worn(sensor: str = "consumer", rate_hz: float = 100.0) -> Samples:
    """A minute of work on a simulated back: standing, walking, lifting."""
    session = sitting("work", seed=91_001, seconds=60, sensor=sensor, rate_hz=rate_hz)
    return Samples.join([piece for piece, _ in session.chunks()])


def sifted(samples: Samples, size: int = 77) -> tuple[Samples, tuple[str, ...]]:
    sieve = Sieve(DamageSettings())
    parts = [sieve.push(samples[low : low + size]) for low in range(0, len(samples), size)]
    return Samples.join([*parts, sieve.finish()]), sieve.notes


def same_bits(a: Samples, b: Samples) -> bool:
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in ("t", "acc", "gyr"))


def without(samples: Samples, rows: np.ndarray) -> Samples:
    keep = np.ones(len(samples), dtype=bool)
    keep[rows] = False
    return Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])


def damaged(samples: Samples, rows: np.ndarray, seed: int = 3) -> Samples:
    """One number of each row is far off."""
    rng = np.random.default_rng(seed)
    values = np.hstack([samples.acc, samples.gyr])
    off = np.array([60.0, 60.0, 60.0, 20.0, 20.0, 20.0])
    for row in rows:
        channel = rng.integers(6)
        values[row, channel] += rng.choice([-1, 1]) * off[channel]
    return Samples(samples.t, values[:, :3], values[:, 3:]).rounded()


def held(samples: Samples, *stretches: tuple[int, int]) -> Samples:
    acc, gyr = samples.acc.copy(), samples.gyr.copy()
    for first, last in stretches:
        acc[first:last], gyr[first:last] = acc[first - 1], gyr[first - 1]
    return Samples(samples.t, acc, gyr)


@pytest.mark.parametrize(
    ("sensor", "rate_hz"), [("consumer", 100.0), ("mpu6050", 50.0), ("clean", 200.0), ("bmi270", 25.0)]
)
def test_a_healthy_sensor_on_a_working_back_is_left_alone(sensor: str, rate_hz: float) -> None:
    samples = worn(sensor, rate_hz)
    assert same_bits(sifted(samples)[0], samples)
    assert sifted(samples)[1] == ()


def test_a_number_that_stands_alone_is_left_out_and_told() -> None:
    rows = np.arange(150, 5900, 97)
    found, notes = sifted(damaged(worn(), rows))
    assert same_bits(found, without(worn(), rows))
    assert notes == ("damaged numbers from 1.5 s: left out",)


def test_a_knock_shows_in_several_channels_and_stays() -> None:
    acc, gyr = worn().acc.copy(), worn().gyr.copy()
    acc[1000] += (8.0, -5.0, 12.0)
    gyr[1000, 1] += 2.0
    knocked = Samples(worn().t, acc, gyr).rounded()
    assert same_bits(sifted(knocked)[0], knocked)


def test_values_sent_again_are_left_out_and_told() -> None:
    found, notes = sifted(held(worn(), (1000, 1150), (2000, 2040)))
    assert same_bits(found, without(worn(), np.r_[1000:1150, 2000:2040]))
    assert notes == ("values sent again and again from 10.0 s: left out",)


def test_a_few_repeats_are_no_fault() -> None:
    samples = held(worn(), (1000, 1004))
    assert same_bits(sifted(samples)[0], samples)


def test_a_coarse_sensor_repeats_itself_and_is_believed() -> None:
    coarse = Samples(worn().t, np.rint(worn().acc / 1.2) * 1.2, np.rint(worn().gyr / 0.27) * 0.27)
    assert same_bits(sifted(coarse)[0], coarse)


def test_slow_samples_are_not_held_back() -> None:
    sieve, slow = Sieve(DamageSettings()), damaged(worn("consumer", 25.0), np.array([4]))
    sieve.push(slow[:4])
    assert len(sieve.push(slow[4:5])) == 1


def test_no_sample_waits_but_one_that_leaps_and_that_for_two() -> None:
    sieve, leaps = Sieve(DamageSettings()), damaged(worn(), np.array([150]))
    out = [len(sieve.push(leaps[k : k + 1])) for k in range(200)]
    assert out[:150] == [1] * 150
    assert out[150:154] == [0, 0, 0, 3]  # the one after it leaps back
    assert out[154:] == [1] * 46


@given(st.lists(st.integers(0, 6000), max_size=12))
@settings(max_examples=30, deadline=None)
def test_it_does_not_matter_how_the_stream_is_cut(cuts: list[int]) -> None:
    spoilt = held(damaged(worn(), np.arange(100, 5900, 41)), (1000, 1150), (1500, 1504), (2000, 2040))
    sieve = Sieve(DamageSettings())
    edges = [0, *sorted(cuts), len(spoilt)]
    parts = [sieve.push(spoilt[a:b]) for a, b in pairwise(edges)]
    whole, notes = sifted(spoilt, len(spoilt))
    assert same_bits(Samples.join([*parts, sieve.finish()]), whole)
    assert sieve.notes == notes
