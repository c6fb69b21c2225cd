"""A gyroscope that cannot be believed is taken out of the stream, said to be, and put right where that is certain."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.analysis import Analyzer, Settings, analyze
from liftcheck.analysis.tally import Tally
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording import read
from liftcheck.samples import Array, Event, Samples
from liftcheck.simulation import LiftMove, Person, Stand, simulate, sitting
from liftcheck.trunk.gyro_watch import GyroSettings, GyroWatch, corrected, gains_of

DATA = Path(os.environ.get("LIFTCHECK_DATA", "")) / "ble_daily"
WHY = "gyroscope and accelerometer disagree about "


@cache
def session(seed: int = 5) -> Samples:
    """Lifts of both kinds (simulated)."""
    script = [Stand(3), *(move for k in range(6) for move in (LiftMove(("back", "legs")[k % 2]), Stand(1.5))), Stand(2)]
    return simulate(script, Person.drawn(np.random.default_rng(seed)), rate_hz=50, seed=seed)[0].samples.rounded()


def with_gyr(samples: Samples, gyr: Array) -> Samples:
    return Samples(samples.t, samples.acc, gyr).rounded()


def watched(samples: Samples, cuts: list[int], watch: GyroWatch | None = None) -> Samples:
    watch = watch or GyroWatch(GyroSettings())
    return Samples.join([watch.push(samples[low:high]) for low, high in pairwise([0, *cuts, len(samples)])])


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_is_left_out_does_not_depend_on_the_cut(data: st.DataObject) -> None:
    samples = with_gyr(session(), session().gyr * -1.0)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(samples)), max_size=20)))
    whole = watched(samples, [])
    assert np.isnan(whole.gyr).any()
    assert not np.isnan(whole.gyr).all()
    np.testing.assert_array_equal(watched(samples, cuts).gyr, whole.gyr)


def test_a_healthy_gyroscope_passes_as_it_is() -> None:
    np.testing.assert_array_equal(watched(session(), [100, 900]).gyr, session().gyr)


def test_rates_come_back_when_the_two_agree_again() -> None:
    samples = session()
    turned = np.where(samples.t[:, None] < 15.0, -1.0, 1.0)
    many = Samples.join([with_gyr(samples, samples.gyr * turned), *(later(samples, k) for k in range(1, 6))])
    watch = GyroWatch(GyroSettings())
    blind = np.isnan(watched(many, [], watch).gyr[:, 0])
    assert blind.any()
    assert not blind[-1]
    assert watch.why_not(float(many.t[blind][-1])).startswith(WHY)
    assert watch.why_not(float(many.t[-1])) == ""


@pytest.mark.parametrize("offset_deg_s", [5.0, 20.0])
def test_a_gyroscope_with_an_offset_is_healthy(offset_deg_s: float) -> None:
    """20 deg/s is the worst part that a data sheet names."""
    for seed in (5, 6, 7):
        samples = session(seed)
        watch = GyroWatch(GyroSettings())
        watched(with_gyr(samples, samples.gyr + np.radians(offset_deg_s) * np.array([1, -1, 1])), [], watch)
        assert not watch.doubted


def later(samples: Samples, k: int) -> Samples:
    return Samples(samples.t + k * (samples.t[-1] + 0.02), samples.acc, samples.gyr)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_stuck_axis_is_told_while_gravity_turns(axis: int) -> None:
    gyr = session().gyr.copy()
    gyr[200:, axis] = gyr[200, axis]
    watch = GyroWatch(GyroSettings())
    samples = with_gyr(session(), gyr)
    assert np.isnan(watched(samples, [], watch).gyr).any()
    assert watch.why_not(float(samples.t[-1])) == f"the gyroscope is stuck about {'xyz'[axis]}"


def test_a_coarse_gyroscope_that_repeats_itself_is_not_stuck() -> None:
    watch = GyroWatch(GyroSettings())
    coarse = with_gyr(session(), np.round(session().gyr / 0.27) * 0.27)
    watched(coarse, [], watch)
    assert "stuck" not in watch.why_not(float(coarse.t[-1]))


def judged(samples: Samples, events: tuple[Event, ...] = ()) -> tuple[list[Lift], tuple[str, ...]]:
    updates = list(analyze(samples, events, Settings(height_m=1.75)))
    return [lift for update in updates for lift in update.lifts if lift.is_lift], updates[-1].facts.quality


LIVE = (Event(-1.0, "session"),)


@pytest.mark.parametrize(
    ("seed", "sensor"),
    [(32_002, "consumer"), (32_005, "mpu6050"), (32_012, "consumer"), (640_701, "consumer")],
)
def test_a_belt_in_front_is_no_disagreement(seed: int, sensor: str) -> None:
    """In knee bends it accelerates as it turns: an earlier rule took these healthy sensors for broken ones."""
    work = sitting("work", seed=seed, site="waist-front", seconds=240.0, sensor=sensor)
    watch = GyroWatch(GyroSettings())
    for samples, _ in work.chunks():
        watch.push(samples)
    assert not watch.doubted


@pytest.mark.parametrize(
    "spoil",
    [
        lambda gyr: gyr * 0.5,
        lambda gyr: gyr * 2.0,
        lambda gyr: -gyr,
        lambda gyr: gyr[:, [1, 2, 0]],
        lambda gyr: gyr * 0,
    ],
    ids=["half", "twice", "all signs", "order", "nothing but zero"],
)
def test_lifts_with_a_wrong_gyroscope_are_reported_and_unclear(spoil: Callable[[Array], Array]) -> None:
    healthy, words = judged(session())
    assert not any(word.startswith(("gyro", "the gyro")) for word in words)
    lifts, words = judged(with_gyr(session(), spoil(session().gyr)))
    assert any(word.startswith((WHY, "the gyroscope is stuck")) for word in words)
    assert len(healthy) == 6
    assert len(lifts) >= 4
    assert {lift.technique for lift in lifts[1:]} == {Technique.UNCLEAR}


def test_lifts_with_a_stuck_force_are_reported_where_the_trunk_surely_bent() -> None:
    healthy, _ = judged(session())
    acc = session().acc.copy()
    acc[300:, 1] = acc[300, 1]
    lifts, _ = judged(Samples(session().t, acc, session().gyr))
    back = [lift for lift in healthy if lift.flexion_at_bottom_deg > 60 and lift.start_s > 8]
    assert back
    for lift in back:
        (found,) = [one for one in lifts if abs(one.bottom_s - lift.bottom_s) < 1.0]
        assert found.technique is Technique.UNCLEAR


def test_a_pipeline_with_a_wrong_gyroscope_says_the_same_for_any_cut() -> None:
    samples = with_gyr(session(), session().gyr * [1, -1, -1])

    def pushed(size: int) -> Iterator[tuple[object, ...]]:
        analyzer = Analyzer(Settings())
        parts = [analyzer.push(samples[low : low + size]) for low in range(0, len(samples), size)]
        for update in (*parts, analyzer.finish()):
            yield from ((lift, lift.technique) for lift in update.lifts)
            yield from update.events
            yield from update.motion.flexion_deg.tolist()

    whole = [repr(one) for one in pushed(10**6)]
    assert sorted(repr(one) for one in pushed(7)) == sorted(whole)


def tumbled(factors: Array, seconds: float = 200.0) -> Samples:
    """A sensor that turns this way and that, smoothly, about all its axes (synthetic)."""
    rng, rate = np.random.default_rng(3), 50.0
    n = round(seconds * rate)
    t = np.arange(n) / rate
    gyr = sum(
        rng.normal(0, 0.35, 3) * np.sin(2 * np.pi * f * t[:, None] + rng.uniform(0, 6.3, 3))
        for f in rng.uniform(0.05, 0.4, 6)
    )
    up, acc = np.array([0.0, 0.0, 1.0]), np.empty((n, 3))
    for i in range(n):
        up = up - np.cross(gyr[i], up) / rate
        up /= np.sqrt(up @ up)
        acc[i] = 9.81 * up
    return Samples(t, acc + rng.normal(0, 0.3, (n, 3)), gyr * factors).rounded()


@pytest.mark.parametrize(
    ("factors", "gains"),
    [
        ([1, 1, 1], (1.0, 1.0, 1.0)),
        ([1, -1, 1], (1.0, -1.0, 1.0)),
        ([-1, 1, -1], (-1.0, 1.0, -1.0)),
        ([0.5, 0.5, 0.5], (2.0, 2.0, 2.0)),
        ([2, -2, 2], (0.5, -0.5, 0.5)),
        ([0.7, 0.7, 0.7], None),
        ([1, 2, 1], None),
    ],
)
def test_gains_are_found_where_they_are_beyond_doubt(factors: list[float], gains: tuple[float, ...] | None) -> None:
    assert gains_of(tumbled(np.array(factors))) == gains


def test_too_little_movement_puts_nothing_right() -> None:
    assert gains_of(tumbled(np.array([1, -1, 1]), 40.0)) is None
    assert gains_of(with_gyr(session(), session().gyr * [1, -1, 1])) is None


def test_what_was_put_right_is_said() -> None:
    assert corrected((-1.0, 1.0, -1.0)) == "gyroscope axes x and z turned the wrong way: taken with the opposite sign"
    assert corrected((1.0, -1.0, 1.0)) == "gyroscope axis y turned the wrong way: taken with the opposite sign"
    assert corrected((0.5, 0.5, 0.5)) == "the gyroscope's range was mistaken: rates taken times 0.5"


def test_a_recording_with_wrong_signs_is_judged_like_a_healthy_one_and_what_was_done_is_said() -> None:
    spoilt = Samples.join([tumbled(np.ones(3)), after(session(), 201.0)])
    factors = np.array([-1.0, 1.0, -1.0])
    healthy, _ = judged(spoilt)
    lifts, words = judged(with_gyr(spoilt, spoilt.gyr * factors))
    assert corrected(tuple(factors)) in words
    assert [lift.technique for lift in lifts] == [lift.technique for lift in healthy]
    assert any(lift.technique is not Technique.UNCLEAR for lift in lifts)
    _, live = judged(with_gyr(spoilt, spoilt.gyr * factors), LIVE)
    assert corrected(tuple(factors)) not in live, "what was judged live is judged again as it was"


def after(samples: Samples, start: float) -> Samples:
    return Samples(samples.t + start, samples.acc, samples.gyr).rounded()


WAIST = DATA.parent / "waist_bends"


@pytest.mark.skipif(not WAIST.is_dir(), reason="that real gyroscopes are believed is not tested without LIFTCHECK_DATA")
def test_no_real_healthy_gyroscope_is_doubted() -> None:
    for path in sorted(WAIST.glob("D1*.csv.gz"))[::3]:
        watch = GyroWatch(GyroSettings())
        watch.push(read(path).samples)
        assert watch.why_not(1e6) == "", path.name
        assert not watch.doubted, path.name


@pytest.mark.skipif(
    not DATA.is_dir(), reason="that really reversed axes are put right is not tested without LIFTCHECK_DATA"
)
def test_real_gyroscopes_with_wrong_signs_are_seen_through() -> None:
    """UMAFall's sensor boards: x and z turn the wrong way in all recordings of all three people."""
    paths = sorted(DATA.glob("Subject_05_*_waist.csv.gz"))
    parts, start = [], 0.0
    for path in paths:
        samples = read(path).samples
        parts.append(Samples(samples.t - samples.t[0] + start, samples.acc, samples.gyr))
        start = float(parts[-1].t[-1]) + 5.0
    assert gains_of(Samples.join(parts)) == (-1.0, 1.0, -1.0)


def test_a_second_disagreement_is_not_said_again() -> None:
    tally = Tally(Settings().stream)
    for axes in ("x", "x and y"):
        tally.notice(f"{WHY}{axes}: check range, sign and axes in the profile")
    tally.notice("the gyroscope is stuck about y")
    assert [words.split(" about ")[0] for words in tally.facts.quality] == [
        WHY.split(" about ")[0],
        "the gyroscope is stuck",
    ]
