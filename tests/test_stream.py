"""Segments, short holes, stuck and clipped channels, and what is told of a stream."""

import numpy as np
import pytest

from liftcheck.analysis import Analyzer, Settings, StreamFacts, analyze
from liftcheck.recording.checks import frozen
from liftcheck.samples import Samples
from liftcheck.trunk.stream import FILLED, FROZEN, SATURATED, Segmenter, StreamSettings, Stretch


def noise(seconds: float, rate: float = 50.0, seed: int = 0, start: float = 0.0) -> Samples:
    """A sensor at rest, with noise (synthetic)."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate)
    t = start + np.arange(n) / rate
    return Samples(t, rng.normal((0, 0, 9.81), 0.02, (n, 3)), rng.normal(0, 0.002, (n, 3))).rounded()


def without(samples: Samples, *holes: tuple[float, float]) -> Samples:
    keep = np.ones(len(samples), dtype=bool)
    for low, high in holes:
        keep &= ~((samples.t > low) & (samples.t < high))
    return Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])


def stretches(samples: Samples, rate: float | None = None, length: int = 17) -> list[Stretch]:
    segmenter = Segmenter(StreamSettings(), rate)
    return [s for low in range(0, len(samples), length) for s in segmenter.push(samples[low : low + length])]


def facts(samples: Samples, rate: float | None = None) -> StreamFacts:
    analyzer = Analyzer(Settings(), rate_hz=rate)
    analyzer.push(samples)
    return analyzer.finish().facts


def test_a_short_hole_is_filled_in_a_straight_line_and_marked() -> None:
    samples = without(noise(6), (3.01, 3.09))
    taken = stretches(samples)
    t = np.concatenate([s.t for s in taken])
    acc = np.concatenate([s.acc for s in taken])
    filled = np.concatenate([s.doubt for s in taken]) & FILLED > 0
    assert filled.sum() == 4
    assert np.diff(t).max() == pytest.approx(0.02, abs=1e-6)
    before, after = np.flatnonzero(filled)[[0, -1]] + (-1, 1)
    middle = (acc[before] + acc[after]) / 2
    np.testing.assert_allclose(acc[before + 1 : after].mean(axis=0), middle, atol=1e-9)


def test_a_long_hole_begins_a_new_segment() -> None:
    taken = stretches(without(noise(9), (4.0, 4.5)))
    begins = [s for s in taken if s.begins]
    assert [s.gap_s for s in begins] == [0.0, pytest.approx(0.5, abs=0.03)]


def test_the_stretches_do_not_depend_on_the_cut() -> None:
    samples = without(noise(9), (3.0, 3.1), (4.0, 4.5), (5.0, 5.3))
    for name in ("t", "acc", "gyr", "doubt"):
        one = np.concatenate([getattr(s, name) for s in stretches(samples, length=1)])
        np.testing.assert_array_equal(one, np.concatenate([getattr(s, name) for s in stretches(samples, length=9999)]))


@pytest.mark.parametrize("seconds", [0.5, 0.98, 1.0, 1.5, 4.0])
def test_what_is_marked_does_not_depend_on_the_cut(seconds: float) -> None:
    samples = noise(12)
    acc, gyr = samples.acc.copy(), samples.gyr.copy()
    stuck = slice(130, 131 + round(seconds * 50))
    gyr[stuck, 2], acc[350:354, 0] = gyr[130, 2], -19.6
    spoilt = Samples(samples.t, acc, gyr)
    one, whole = (np.concatenate([s.doubt for s in stretches(spoilt, length=length)]) for length in (1, len(samples)))
    np.testing.assert_array_equal(one, whole)
    assert np.count_nonzero(whole & FROZEN) == max(0, round(seconds * 50) - 49)
    assert np.flatnonzero(whole & SATURATED).tolist() == [352, 353]


@pytest.mark.parametrize(("true", "stated", "used"), [(50.0, 50.0, 50.0), (50.4, 50.0, 50.0), (55.0, 50.0, 55.0)])
def test_the_stated_rate_is_believed_within_two_percent(true: float, stated: float, used: float) -> None:
    assert stretches(noise(5, true), stated)[0].rate_hz == pytest.approx(used, rel=1e-3)


def test_a_channel_that_repeats_itself_is_stuck_and_the_moment_is_told() -> None:
    samples = noise(10)
    acc = samples.acc.copy()
    acc[300:, 1] = acc[300, 1]
    stuck = Samples(samples.t, acc, samples.gyr)
    doubt = np.concatenate([s.doubt for s in stretches(stuck)])
    assert (doubt[360:] & FROZEN).all()
    assert not (doubt[:340] & FROZEN).any()
    assert any(words.startswith("a channel is stuck from 7") for words in facts(stuck).quality)


def test_a_peak_cut_flat_at_the_range_is_saturated_and_a_sharp_one_is_not() -> None:
    samples = noise(6)
    acc = samples.acc.copy()
    acc[200:205, 2] = 19.6
    assert any(s.doubt.any() and s.doubt.max() & SATURATED for s in stretches(Samples(samples.t, acc, samples.gyr)))
    acc[200:205, 2] = (18.5, 22.0, 25.0, 22.5, 19.0)
    assert not any((s.doubt & SATURATED).any() for s in stretches(Samples(samples.t, acc, samples.gyr)))


def test_duration_rate_and_gaps_are_told_as_they_are() -> None:
    told = facts(without(noise(20), (6.0, 7.0), (9.99, 10.11)), 50.0)
    assert told.rate_hz == 50.0
    assert told.duration_s == pytest.approx(19.98)
    assert told.gap_s == pytest.approx(1.0 + 0.1, abs=0.05)
    assert told.worn_s == pytest.approx(told.duration_s - told.gap_s)


def test_a_second_between_two_holes_is_looked_at() -> None:
    told = facts(without(noise(20), (6.0, 7.0), (8.0, 9.0)), 50.0)
    assert told.gap_s == pytest.approx(2.0, abs=0.1)
    assert told.quality == ()
    assert facts(without(noise(20), (18.0, 19.0)), 50.0).gap_s == pytest.approx(1.0, abs=0.1)


def test_less_than_half_a_second_between_two_holes_counts_as_a_gap_and_is_told() -> None:
    holes = [(6.0 + k, 6.7 + k) for k in range(4)]
    told = facts(without(noise(20), *holes), 50.0)
    assert told.gap_s == pytest.approx(3.7, abs=0.1)
    assert told.quality[0] == "3 pieces of less than 0.5 s between holes, 0.9 s in all: not looked at"
    last = facts(without(noise(20), (18.8, 19.7)), 50.0)
    assert last.gap_s == pytest.approx(1.2, abs=0.1)


def test_below_25_hz_bends_are_counted_and_not_judged() -> None:
    assert any("counted, not judged" in words for words in facts(noise(10, 20.0)).quality)


def test_the_filter_is_settling_until_the_first_calm_moment() -> None:
    analyzer = Analyzer(Settings(), rate_hz=50.0)
    rng = np.random.default_rng(1)
    lively = noise(4)
    shaken = Samples(lively.t, lively.acc + rng.normal(0, 2, (200, 3)), lively.gyr + rng.normal(0, 1, (200, 3)))
    assert analyzer.push(shaken.rounded()).settling
    for k in range(8):
        update = analyzer.push(noise(0.5, start=4.0 + 0.5 * k, seed=k))
    assert not update.settling


def test_times_are_exact_after_eight_hours() -> None:
    late = noise(10, start=8 * 3600.0)
    taken = stretches(without(late, (28804.01, 28804.09)), 50.0)
    t = np.concatenate([s.t for s in taken])
    np.testing.assert_allclose(np.diff(t), 0.02, atol=2e-6)
    np.testing.assert_allclose(t, late.t, atol=2e-6)


def stepped(samples: Samples, acc: float, gyr: float) -> Samples:
    return Samples(samples.t, np.round(samples.acc / acc) * acc, np.round(samples.gyr / gyr) * gyr).rounded()


def test_a_coarse_sensor_that_repeats_itself_is_not_stuck() -> None:
    turning = noise(12)
    acc = turning.acc + np.sin(turning.t)[:, None] * [3.0, 0.3, 0.0]
    moved = Samples(turning.t, acc, turning.gyr + np.cos(turning.t)[:, None] * [0.0, 0.8, 0.05])
    coarse = stepped(moved, 1.2, 0.27)
    assert not any((s.doubt & FROZEN).any() for s in stretches(coarse))
    assert frozen(coarse) == []
    stuck = moved.rounded()
    stuck.acc[200:, 1] = stuck.acc[200, 1]
    assert any((s.doubt & FROZEN).any() for s in stretches(stuck))
    assert frozen(stuck)


def test_missing_samples_whose_times_are_known_do_not_change_the_rate() -> None:
    samples = noise(8, rate=100.0)
    keep = np.random.default_rng(4).random(len(samples)) > 0.05
    some = Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])
    assert {s.rate_hz for s in stretches(some, 100.0)} == {100.0}
    slower = Samples(samples.t * 1.25, samples.acc, samples.gyr)
    assert stretches(slower, 100.0)[0].rate_hz == pytest.approx(80.0)


@pytest.mark.parametrize("rate", [50.0, 100.0, 128.0])
@pytest.mark.parametrize("tick", [1e-6, 1e-3])
def test_missing_samples_are_counted_by_a_clocks_own_times_where_no_rate_is_stated(rate: float, tick: float) -> None:
    samples = noise(20, rate=rate)
    keep = np.random.default_rng(4).random(len(samples)) > 0.2
    some = Samples(np.round(samples.t / tick) * tick, samples.acc, samples.gyr)
    some = Samples(some.t[keep], some.acc[keep], some.gyr[keep])
    taken = stretches(some)
    assert taken[0].rate_hz == pytest.approx(rate, rel=1e-3)
    filled = np.concatenate([s.doubt for s in taken]) & FILLED > 0
    assert len(filled) == pytest.approx(len(samples), abs=3)
    assert filled.sum() == pytest.approx(np.count_nonzero(~keep), abs=3)


def test_a_phone_that_asks_a_little_too_often_finds_nothing_now_and_then_and_nothing_is_lost() -> None:
    rng = np.random.default_rng(6)
    asked = 0.04875 * np.arange(1, 500)  # a connection interval; the sensor has a sample every 50 ms
    t = asked[np.flatnonzero(np.diff(np.floor(asked / 0.05)) > 0) + 1]
    stamps = np.round(t + np.where(rng.random(len(t)) < 0.15, 0.005, rng.normal(0, 0.001, len(t))), 3)
    samples = noise(len(t) / 20, 20.0)
    assert stretches(Samples(stamps, samples.acc, samples.gyr))[0].rate_hz == pytest.approx(20.0, rel=0.03)


@pytest.mark.parametrize("stated", [None, 100.0])
def test_jittered_times_do_not_make_the_stream_longer(stated: float | None) -> None:
    samples = noise(30, rate=100.0)
    t = np.sort(samples.t + np.random.default_rng(7).normal(0, 0.003, len(samples)))
    taken = stretches(Samples(t, samples.acc, samples.gyr).rounded(), stated)
    assert sum(len(s.t) for s in taken) / taken[0].rate_hz == pytest.approx(t[-1] - t[0], rel=0.01)


def test_bursts_do_not_pass_for_a_fast_clock() -> None:
    samples = noise(10, rate=50.0)
    packet, place = np.divmod(np.arange(len(samples)), 3)
    bursts = Samples(packet * 0.06 + place * 0.001, samples.acc, samples.gyr)
    assert stretches(bursts)[0].rate_hz == pytest.approx(50.0, rel=0.03)
    at_once = Samples(packet * 0.06, samples.acc, samples.gyr)
    assert stretches(at_once)[0].rate_hz == pytest.approx(50.0, rel=0.03)


@pytest.mark.parametrize("until", [4.0, 20.0])
def test_an_accelerometer_that_is_off_measures_nothing(until: float) -> None:
    samples = noise(20)
    acc = np.where(samples.t[:, None] < until, 0.0, samples.acc)
    updates = list(analyze(Samples(samples.t, acc, samples.gyr)))
    assert not any(update.lifts for update in updates)
    assert "samples without usable numbers were left out" in updates[-1].facts.quality
