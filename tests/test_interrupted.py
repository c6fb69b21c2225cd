"""Signals cut short, damaged or coarse, and calibrations that come to nothing: judged or told, never silent."""

from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.analysis import Analyzer, Settings, Update, analyze
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording.checks import told
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples
from liftcheck.simulation import Calibration, LiftMove, Person, Stand, simulate
from liftcheck.trunk.motion import Motion


@cache
def recorded() -> Recording:
    """A calibration, and stands between lifts of both kinds (simulated)."""
    lifts = [move for k in range(6) for move in (LiftMove(("back", "legs")[k % 2]), Stand(3.0))]
    script = [Stand(2), Calibration(), Stand(3), *lifts]
    return simulate(script, Person.drawn(np.random.default_rng(5)), rate_hz=100, seed=5)[0]


def session() -> Samples:
    return recorded().samples


CALIBRATED = tuple(event for event in recorded().events if event.by == "person")


def pushed(samples: Samples, cuts: Iterable[int] = (), events: tuple[Event, ...] = CALIBRATED) -> list[Update]:
    """The updates of a pipeline that is given the stream in these pieces, each event with its sample."""
    analyzer, updates, left = Analyzer(Settings(height_m=1.75), rate_hz=100.0), [], list(events)
    edges = [0, *cuts, len(samples)]
    for low, high in pairwise(edges):
        part = samples[low:high]
        due = [event for event in left if len(part) and event.t <= part.t[-1]]
        left = left[len(due) :]
        updates.append(analyzer.push(part, tuple(due)))
    return [*updates, analyzer.finish()]


def lifts_of(updates: Iterable[Update]) -> list[Lift]:
    return [lift for update in updates for lift in update.lifts if lift.is_lift]


def without(samples: Samples, *holes: tuple[float, float]) -> Samples:
    keep = np.ones(len(samples), dtype=bool)
    for low, high in holes:
        keep &= ~((samples.t > low) & (samples.t < high))
    return Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])


def spoilt() -> Samples:
    """The session with numbers damaged, values sent again, and holes of all lengths."""
    whole, rng = session(), np.random.default_rng(8)
    acc, gyr = whole.acc.copy(), whole.gyr.copy()
    for row in rng.integers(300, len(whole), 60):
        acc[row, rng.integers(3)] += 40.0
    acc[1500:1530], gyr[1500:1530] = acc[1499], gyr[1499]
    holed = Samples(whole.t, acc, gyr)
    return without(holed, (5.0, 5.15), (18.0, 18.4), (19.5, 19.9), (21.0, 21.3), (21.6, 22.1)).rounded()


def coarse() -> Samples:
    """The session as a sensor of 8 bits measures it."""
    whole, (acc, gyr) = session(), (8 * 9.80665 / 128, np.radians(1000 / 128))
    return Samples(whole.t, np.rint(whole.acc / acc) * acc, np.rint(whole.gyr / gyr) * gyr).rounded()


@pytest.mark.parametrize("samples", [spoilt(), coarse()], ids=["spoilt", "coarse"])
@given(cuts=st.lists(st.integers(0, 3000), max_size=20))
@settings(max_examples=8, deadline=None)
def test_it_does_not_matter_how_a_broken_stream_is_cut(samples: Samples, cuts: list[int]) -> None:
    whole, pieces = pushed(samples), pushed(samples, sorted(min(cut, len(samples)) for cut in cuts))
    assert [lift for u in pieces for lift in u.lifts] == [lift for u in whole for lift in u.lifts]
    assert [event for u in pieces for event in u.events] == [event for u in whole for event in u.events]
    assert pieces[-1].facts == whole[-1].facts
    for field in fields(Motion):
        one, other = (np.concatenate([getattr(u.motion, field.name) for u in us]) for us in (pieces, whole))
        np.testing.assert_array_equal(one, other, field.name)


def test_damaged_numbers_cost_no_verdict_and_are_told() -> None:
    whole, rng = session(), np.random.default_rng(8)
    acc = whole.acc.copy()
    for row in rng.integers(10, len(whole), len(whole) // 100):
        acc[row, rng.integers(3)] += rng.choice((-1, 1)) * rng.uniform(5, 100)
    updates = pushed(Samples(whole.t, acc, whole.gyr).rounded())
    assert [lift.technique for lift in lifts_of(updates)] == [lift.technique for lift in lifts_of(pushed(whole))]
    assert any(words.startswith("damaged numbers from") for words in updates[-1].facts.quality)


@pytest.mark.parametrize("length", [0.7, 1.2, 1.9])
def test_of_a_lift_in_a_short_piece_between_holes_it_is_said_that_it_is_unclear(length: float) -> None:
    whole = lifts_of(pushed(session()))
    bottom = whole[2].bottom_s
    low, high = bottom - length / 2, bottom + length / 2
    found = lifts_of(pushed(without(session(), (low - 1.0, low), (high, high + 1.0))))
    there = [lift.technique for lift in found if low < lift.bottom_s < high]
    assert there == [Technique.UNCLEAR]
    others = [lift for lift in found if not low - 1.5 < lift.bottom_s < high + 1.5]
    assert [lift.technique for lift in others] == [lift.technique for lift in (*whole[:2], *whole[3:])]


def test_a_coarse_sensor_is_judged_and_told_to_be_coarse() -> None:
    found, whole = lifts_of(pushed(coarse())), lifts_of(pushed(session()))
    assert len(found) >= len(whole) - 1
    wrong = {(Technique.LEGS, Technique.BACK), (Technique.BACK, Technique.LEGS)}
    for lift in found:
        (true,) = [one for one in whole if abs(one.bottom_s - lift.bottom_s) < 1.0]
        assert (true.technique, lift.technique) not in wrong
    assert any(words.startswith("coarse: ") for words in told(coarse()))
    assert not any(words.startswith("coarse") for words in told(session()))


def test_a_calibration_that_comes_to_nothing_is_told_and_lifts_after_it_are_judged() -> None:
    whole = lifts_of(pushed(session()))
    begins, ends = whole[1].start_s - 0.5, whole[2].end_s + 0.5
    asked = (*CALIBRATED, Event(begins, "calibrating", "person"), Event(ends, "calibration ended", "person"))
    updates = pushed(session(), (), asked)
    words = f"no lift was judged from {begins:.0f} to {ends:.0f} s: a calibration was under way and not completed"
    assert words in updates[-1].facts.quality
    found = [lift.technique for lift in lifts_of(updates)]
    assert found == [lift.technique for lift in (*whole[:1], *whole[3:])]
    live = (Event(0.0, "session", "pipeline"), *asked, *(event for update in updates for event in update.events))
    again = list(analyze(session(), live, Settings(height_m=1.75), rate_hz=100.0))
    assert lifts_of(again) == lifts_of(updates)
    assert again[-1].facts.quality == updates[-1].facts.quality


def test_a_lift_that_was_over_when_the_calibration_began_is_judged() -> None:
    whole = lifts_of(pushed(session()))
    soon = whole[2].end_s + 0.15
    assert soon < whole[2].judged_s
    found = lifts_of(pushed(session(), (), (*CALIBRATED, Event(soon, "calibrating", "person"))))
    assert [lift.technique for lift in found] == [lift.technique for lift in whole[:3]]
    in_it = (*CALIBRATED, Event(whole[2].bottom_s, "calibrating", "person"))
    assert len(lifts_of(pushed(session(), (), in_it))) == 2


def test_a_calibration_under_way_at_the_end_is_told_too() -> None:
    asked = (Event(session().t[-1] - 6.0, "calibrating", "person"),)
    assert any("a calibration was under way" in words for words in pushed(session(), (), asked)[-1].facts.quality)


def test_a_calibration_that_succeeds_is_not_told() -> None:
    last = pushed(session())[-1]
    assert last.facts.calibration == "event"
    assert not any("under way" in words for words in last.facts.quality)
