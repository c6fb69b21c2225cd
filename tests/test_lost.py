"""Lost samples that nobody numbered: a height is less sure the more are missing, and from a bound on none is told."""

from functools import cache

import numpy as np
import pytest

from liftcheck.analysis import Analyzer, Settings, analyze
from liftcheck.analysis.segment import Segment, TrunkSettings
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Event, Samples
from liftcheck.simulation import LiftMove, Person, Stand, simulate
from liftcheck.trunk.stream import Segmenter, StreamSettings


@cache
def session() -> Samples:
    """Four lifts of both kinds at 100 Hz (simulated)."""
    script = [Stand(3), *(move for k in range(4) for move in (LiftMove(("back", "legs")[k % 2]), Stand(1.5))), Stand(2)]
    return simulate(script, Person.drawn(np.random.default_rng(5)), rate_hz=100, seed=5)[0].samples


def spread(share: float) -> Samples:
    """The session without so many of its samples, the others spread evenly: as if nobody knew which are missing."""
    whole = session()
    keep = np.random.default_rng(1).random(len(whole)) >= share
    t = np.linspace(whole.t[0], whole.t[-1], int(keep.sum()))
    return Samples(t, whole.acc[keep], whole.gyr[keep]).rounded()


def known_by(times: str) -> Event:
    return Event(0.0, "times", "pipeline", {"times": times})


def judged(samples: Samples, rate_hz: float | None = 100.0, times: str = "arrival", size: int = 200) -> list[Lift]:
    events = (known_by(times),)
    analyzer = Analyzer(Settings(height_m=1.75), rate_hz=rate_hz)
    first = analyzer.push(samples[:1], events)
    parts = [first, *(analyzer.push(samples[low : low + size]) for low in range(1, len(samples), size))]
    return [lift for part in (*parts, analyzer.finish()) for lift in part.lifts if lift.is_lift]


def mean_error(lifts: list[Lift]) -> float:
    return float(np.mean([lift.hip_drop_error_m for lift in lifts]))


def test_a_height_is_less_sure_the_more_is_missing() -> None:
    errors = [mean_error(judged(spread(share))) for share in (0.0, 0.04, 0.08)]
    assert errors[0] < errors[1] < errors[2]
    assert errors[2] ** 2 - errors[0] ** 2 == pytest.approx(0.15**2 * 0.08, rel=0.3)


def test_beyond_a_bound_nothing_is_said_of_the_technique() -> None:
    lifts = judged(spread(0.2))
    assert len(lifts) >= 3
    assert {lift.technique for lift in lifts} == {Technique.UNCLEAR}
    assert all("samples are missing" in " ".join((lift.reason, *lift.quality)) for lift in lifts)


def test_where_no_rate_is_stated_nothing_can_be_missed() -> None:
    lifts = judged(spread(0.2), None)
    assert lifts
    assert not any("samples are missing" in " ".join((lift.reason, *lift.quality)) for lift in lifts)


def test_reading_anew_what_was_judged_live_does_not_forget_that_times_are_arrivals() -> None:
    told = (Event(0.0, "session", "pipeline", {"times": "arrival"}),)
    settings = Settings(height_m=1.75)
    updates = list(analyze(spread(0.2), told, settings, rate_hz=100.0, relearn=True))
    lifts = [lift for update in updates for lift in update.lifts if lift.is_lift]
    assert {lift.technique for lift in lifts} == {Technique.UNCLEAR}


@pytest.mark.parametrize("share", [-0.14, 0.12])
def test_where_a_clock_tells_the_times_another_rate_than_the_stated_one_is_the_sensors_own(share: float) -> None:
    whole = session()
    t = np.arange(0.0, float(whole.t[-1]), 0.01 / (1 - share))
    resampled = [np.column_stack([np.interp(t, whole.t, axis) for axis in v.T]) for v in (whole.acc, whole.gyr)]
    samples = Samples(t, *resampled).rounded()
    right, told = judged(whole.rounded()), judged(samples, 100.0, "device")
    assert [lift.technique for lift in told] == [lift.technique for lift in right]
    assert mean_error(told) == pytest.approx(mean_error(right), abs=3e-3)
    assert {lift.technique for lift in judged(samples)} == {Technique.UNCLEAR}, "arrivals do not tell"


def test_a_healthy_clock_costs_nothing() -> None:
    drifted = Samples(session().t * 1.01, session().acc, session().gyr).rounded()
    assert mean_error(judged(drifted)) == pytest.approx(mean_error(judged(session().rounded())), abs=1e-3)


def test_it_does_not_matter_how_the_stream_is_cut() -> None:
    assert judged(spread(0.08), size=7) == judged(spread(0.08), size=5000)


@pytest.mark.parametrize(("filled", "share"), [(False, 0.0), (True, 0.24)])
def test_holes_count_as_loss_only_where_nobody_knows_their_place(filled: bool, share: float) -> None:
    t = np.arange(1000) / 100
    t = t[(t < 5.0) | (t > 5.115)]
    samples = Samples(t, np.tile([0, 0, 9.81], (len(t), 1)), np.zeros((len(t), 3)))
    (stretch, rest) = Segmenter(StreamSettings(), 100.0).push(samples)
    segment = Segment(stretch, TrunkSettings(), None, "", 100.0)
    segment.take(stretch)
    segment.take(rest)
    assert segment.lost_share(300, 800, filled) == pytest.approx(share, abs=0.01)


def test_a_hole_whose_place_is_not_sure_makes_heights_less_sure() -> None:
    samples = session()
    bursts = np.ones(len(samples), dtype=bool)
    for start in range(400, len(samples), 170):
        bursts[start : start + 12] = False
    holed = Samples(samples.t[bursts], samples.acc[bursts], samples.gyr[bursts]).rounded()
    arrived = judged(holed, 100.0, "arrival")
    counted = judged(holed, 100.0, "count")
    assert mean_error(arrived) > mean_error(counted) + 0.01
    assert not any("samples are missing" in lift.reason for lift in [*arrived, *counted])


def test_a_signal_that_comes_back_in_mid_bend_leaves_an_unclear_lift() -> None:
    whole = session()
    lifts = judged(whole.rounded())
    keep = np.ones(len(whole), dtype=bool)
    for lift in lifts:
        start = lift.bottom_s - 0.5
        keep &= (whole.t < start) | (whole.t > start + 0.3)
    found = judged(Samples(whole.t[keep], whole.acc[keep], whole.gyr[keep]).rounded())
    leaned = [lift for lift in lifts if lift.peak_flexion_deg > 45]
    assert len(found) == len(leaned) == 3, "of a squat with an upright trunk too little is left"
    assert {lift.technique for lift in found} == {Technique.UNCLEAR}
