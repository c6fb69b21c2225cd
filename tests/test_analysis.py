"""The pipeline as a whole: the law of the cut, live order and batch, physical sentences."""

from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liftcheck.analysis import Analyzer, Settings, Update, analyze
from liftcheck.lifts.lift import Technique
from liftcheck.samples import Event, Samples
from liftcheck.simulation import Calibration, LiftMove, Person, Stand, Walk, simulate
from liftcheck.trunk.motion import Motion


@pytest.fixture(scope="module")
def walked_and_lifted() -> Samples:
    """Half a minute of simulated stance, lifts of both kinds and steps, with a hole of half a second in it."""
    script = [Stand(3), LiftMove("legs"), Stand(1.5), LiftMove("back"), Stand(1), Walk(3), LiftMove("back"), Stand(3)]
    recording, _ = simulate(script, Person.drawn(np.random.default_rng(5)), rate_hz=50, seed=3)
    samples = recording.samples
    keep = (samples.t < 14.0) | (samples.t > 14.5)
    return Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])


EVENTS = (Event(5.013, "marker", "person"), Event(11.2, "height", "person", {"height_m": 1.8}))


def joined(updates: Iterator[Update] | list[Update]) -> tuple[Motion, list, list]:
    updates = list(updates)
    motion = Motion(*(np.concatenate([getattr(u.motion, f.name) for u in updates]) for f in fields(Motion)))
    return motion, [lift for u in updates for lift in u.lifts], [event for u in updates for event in u.events]


def pushed(samples: Samples, cuts: list[int], events: tuple[Event, ...] = EVENTS) -> tuple[Motion, list, list]:
    analyzer = Analyzer(Settings())
    updates, left = [], list(events)
    for low, high in zip([0, *cuts], [*cuts, len(samples)], strict=True):
        part = samples[low:high]
        due = [event for event in left if len(part) and event.t <= part.t[-1]]
        left = left[len(due) :]
        updates.append(analyzer.push(part, tuple(due)))
    updates.append(analyzer.finish())
    return joined(updates)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_result_does_not_depend_on_how_the_stream_is_cut(walked_and_lifted: Samples, data: st.DataObject) -> None:
    n = len(walked_and_lifted)
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=30)))
    whole_motion, whole_lifts, whole_events = pushed(walked_and_lifted, [])
    motion, lifts, events = pushed(walked_and_lifted, cuts)
    assert lifts == whole_lifts
    assert events == whole_events
    for field in fields(Motion):
        np.testing.assert_array_equal(getattr(motion, field.name), getattr(whole_motion, field.name), field.name)


def test_sample_by_sample_is_the_same_too(walked_and_lifted: Samples) -> None:
    part = walked_and_lifted[:500]
    whole, one = pushed(part, []), pushed(part, list(range(1, 500)))
    assert one[1:] == whole[1:]
    np.testing.assert_array_equal(one[0].flexion_deg, whole[0].flexion_deg)
    np.testing.assert_array_equal(one[0].hip_drop_m, whole[0].hip_drop_m)


def test_a_recorded_session_is_judged_again_as_it_was_judged_live(walked_and_lifted: Samples) -> None:
    _, live, found = pushed(walked_and_lifted, list(range(7, 1400, 7)))
    session = Event(-1.0, "session", "pipeline")
    _, again, events = joined(analyze(walked_and_lifted, (session, *EVENTS, *found)))
    assert again == live
    assert not events


@pytest.fixture(scope="module")
def calibrated_live() -> tuple[Samples, tuple[Event, ...]]:
    """A calibration that somebody asked for, and two lifts after it (simulated)."""
    script = [Stand(2), Calibration(), Stand(2), LiftMove("legs"), Stand(1.5), LiftMove("back"), Stand(2)]
    recording, _ = simulate(script, Person.drawn(np.random.default_rng(6)), rate_hz=50, seed=4)
    return recording.samples, tuple(event for event in recording.events if event.by == "person")


@pytest.mark.parametrize("length", [3, 50, 431])
def test_a_calibration_is_found_whole_however_it_is_cut(
    calibrated_live: tuple[Samples, tuple[Event, ...]], length: int
) -> None:
    samples, asked = calibrated_live
    motion, lifts, events = pushed(samples, list(range(length, len(samples), length)), asked)
    whole, at_once, found = pushed(samples, [], asked)
    assert [event.data["quality"] for event in events if event.kind == "calibrated"][-1] == ""
    assert (lifts, events) == (at_once, found)
    np.testing.assert_array_equal(motion.drop_m, whole.drop_m)
    assert len([lift for lift in lifts if lift.is_lift]) == 2


def test_a_lift_with_the_legs_and_one_with_the_back_are_told_apart(walked_and_lifted: Samples) -> None:
    _, lifts, _ = joined(analyze(walked_and_lifted))
    assert [lift.technique for lift in lifts if lift.is_lift][:2] == [Technique.LEGS, Technique.BACK]
    assert [lift.lift for lift in lifts if lift.is_lift] == list(range(1, sum(lift.is_lift for lift in lifts) + 1))


def test_no_samples_give_no_motion_and_no_lift() -> None:
    motion, lifts, _ = joined(analyze(Samples.empty()))
    assert len(motion) == 0
    assert not lifts


def test_without_a_gyroscope_nothing_is_judged(walked_and_lifted: Samples) -> None:
    blind = replace(walked_and_lifted, gyr=np.full_like(walked_and_lifted.gyr, np.nan))
    _, lifts, _ = joined(analyze(blind))
    judged = [lift for lift in lifts if lift.is_lift]
    assert judged
    assert all(lift.technique is Technique.UNCLEAR for lift in judged)


def test_every_sample_moves_the_trunk_once_and_in_order(walked_and_lifted: Samples) -> None:
    motion, _, _ = joined(analyze(walked_and_lifted))
    assert np.all(np.diff(motion.t) > 0)
    assert np.isin(motion.t, walked_and_lifted.t).mean() > 0.99


def test_where_nobody_stood_upright_it_is_said_that_nothing_was_judged(walked_and_lifted: Samples) -> None:
    standing = walked_and_lifted[:120]
    upside_down = Settings(site="waist", axes=_axes_against(standing.acc.mean(axis=0)))
    last = list(analyze(walked_and_lifted[:500], settings=upside_down))[-1]
    assert last.facts.quality == ("nobody stood still and upright: nothing was judged",)


def test_a_forward_direction_learnt_at_the_waist_is_said_to_be_uncertain(walked_and_lifted: Samples) -> None:
    last = list(analyze(walked_and_lifted, settings=Settings(site="waist")))[-1]
    assert any("may be reversed" in words for words in last.facts.quality)


def _axes_against(up: np.ndarray) -> str:
    """Axes that call down up, whatever the mounting."""
    axis = int(np.argmax(np.abs(up)))
    down = f"{'-' if up[axis] > 0 else '+'}{'xyz'[axis]}"
    return f"up={down},forward=+{'xyz'[(axis + 1) % 3]}"


def test_a_slow_sensor_whose_first_bend_comes_early_is_counted_not_judged() -> None:
    script = [Stand(1.2), LiftMove("back"), Stand(2), LiftMove("legs"), Stand(2)]
    recording, _ = simulate(script, Person.drawn(np.random.default_rng(8)), rate_hz=20, seed=4)
    _, lifts, _ = joined(analyze(recording.samples))
    assert {lift.technique for lift in lifts if lift.is_lift} <= {Technique.UNCLEAR}
    for end in range(45, 120, 5):
        joined(analyze(recording.samples[:end]))


@pytest.mark.parametrize("nonsense", [np.nan, np.inf, -np.inf, 1e300])
def test_no_nonsense_reaches_a_verdict(walked_and_lifted: Samples, nonsense: float) -> None:
    spoilt = Samples(walked_and_lifted.t, walked_and_lifted.acc.copy(), walked_and_lifted.gyr.copy())
    spoilt.acc[350, 1] = nonsense
    spoilt.gyr[420, 2] = nonsense
    updates = list(analyze(spoilt))
    clean = [lift.technique for lift in joined(analyze(walked_and_lifted))[1]]
    assert [lift.technique for lift in joined(updates)[1]] == clean
    assert "samples without usable numbers were left out" in updates[-1].facts.quality
