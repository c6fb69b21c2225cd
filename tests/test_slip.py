"""A sensor that moves on the body, comes off it, or only seems to; all sessions here are simulated."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from liftcheck import read
from liftcheck.analysis import Analyzer, Settings, Update, analyze
from liftcheck.lifts.lift import Technique
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples
from liftcheck.simulation import LiftMove, Person, Sit, Stand, TakenOff, Truth, Walk, simulate
from liftcheck.simulation.choreography import Movement
from liftcheck.simulation.scripts import script
from liftcheck.trunk.mounting import Calibration, rotation_of
from liftcheck.trunk.slip import FarPoses, SlipSettings, StancesBetweenBends, rotated
from liftcheck.trunk.worn import WornSettings, WornWatch

SESSIONS = Path(os.environ.get("LIFTCHECK_DATA", "")) / "midback_sessions"
UP = np.array([0.0, 0.0, 1.0])


def session(*faults: str, seed: int = 2, seconds: float = 120) -> tuple[Recording, Truth]:
    made = script("mixed", np.random.default_rng(seed + 100))
    person = Person.drawn(np.random.default_rng(seed + 40))
    return simulate(made, person, rate_hz=50, seed=seed, seconds=seconds, faults=faults)


def live(recording: Recording, length: int = 100, events: tuple[Event, ...] | None = None) -> list[Update]:
    """The recording as a live session would have judged it."""
    analyzer, samples = Analyzer(Settings(), rate_hz=recording.rate_hz), recording.samples
    left = list(recording.events if events is None else events)
    updates = []
    for low in range(0, len(samples), length):
        part = samples[low : low + length]
        due = tuple(event for event in left if event.t <= part.t[-1])
        left = left[len(due) :]
        updates.append(analyzer.push(part, due))
    return [*updates, analyzer.finish()]


def found(updates: list[Update], *kinds: str) -> list[Event]:
    return [event for update in updates for event in update.events if event.kind in kinds]


def wrong(updates: list[Update], truth: Truth) -> int:
    """Verdicts of legs or back that are the opposite of what was done."""
    lifts = [lift for update in updates for lift in update.lifts]
    opposite = {Technique.LEGS: "back", Technique.BACK: "legs"}
    return sum(
        opposite.get(lift.technique) == label.label
        for lift in lifts
        if lift.technique is not None
        for label in truth.labels
        if label.start_s <= lift.bottom_s <= label.end_s
    )


@pytest.mark.parametrize("degrees", [9, 25])
def test_a_slipped_sensor_is_noticed_once_and_re_zeroed(degrees: int) -> None:
    recording, truth = session(f"slip={degrees}")
    updates = live(recording)
    slips = found(updates, "re-zeroed")
    assert len(slips) == updates[-1].facts.slips == 1
    assert "slipped" in Calibration.from_data(slips[0].data).quality
    middle = truth.t[-1] / 2
    assert middle - 12 < slips[0].t < middle + 25
    still = (truth.t > slips[0].t) & (np.abs(truth.flexion_deg) < 3) & (np.abs(truth.lean_deg) < 3)
    flexion = np.concatenate([update.motion.flexion_deg for update in updates])
    t = np.concatenate([update.motion.t for update in updates])
    assert np.abs(np.median(np.interp(truth.t[still], t, flexion))) < 3  # upright reads upright again
    assert wrong(updates, truth) == 0


def test_looking_over_the_whole_recording_a_slip_is_known_from_where_it_happened() -> None:
    recording, truth = session("slip=9")
    updates = list(analyze(recording.samples, recording.events, Settings(), rate_hz=recording.rate_hz))
    assert updates[-1].facts.slips == 1
    assert any("slipped" in words for words in updates[-1].facts.quality)
    assert wrong(updates, truth) == 0


def test_a_sensor_turned_over_is_not_believed_until_it_is_known_again() -> None:
    recording, truth = session("turned-over=40")
    updates = live(recording)
    lost = found(updates, "calibration lost")
    assert len(lost) == 1
    turned = next(d.start for d in truth.distractors if d.kind == "turned_over")
    assert turned < lost[0].t < turned + 25
    after = [e for e in found(updates, "calibrated") if e.t > lost[0].t]
    assert after
    assert Calibration.is_learnt(after[0])
    lifts = [lift for update in updates for lift in update.lifts if lift.is_lift and lift.start_s > after[-1].t]
    assert any(lift.technique is not Technique.UNCLEAR for lift in lifts)
    known = next(event.t for event in after if event.data["forward_known"])
    between = [lift for u in updates for lift in u.lifts if lift.is_lift and turned < lift.bottom_s < known]
    assert all(lift.technique is Technique.UNCLEAR for lift in between)


@pytest.mark.parametrize("fault", ["slip=9", "turned-over=40"])
def test_a_slip_does_not_depend_on_how_the_stream_is_cut(fault: str) -> None:
    recording, _ = session(fault, seconds=90)
    whole, pieces = live(recording, len(recording.samples)), live(recording, 37)
    assert found(whole, "re-zeroed", "calibration lost", "calibrated") == found(
        pieces, "re-zeroed", "calibration lost", "calibrated"
    )
    assert [lift for u in whole for lift in u.lifts] == [lift for u in pieces for lift in u.lifts]
    for name in ("flexion_deg", "drop_m", "worn"):
        np.testing.assert_array_equal(
            np.concatenate([getattr(u.motion, name) for u in whole]),
            np.concatenate([getattr(u.motion, name) for u in pieces]),
        )
    assert [w for u in whole for w in u.warnings] == [w for u in pieces for w in u.warnings]
    assert whole[-1].facts == pieces[-1].facts


def test_a_recorded_session_slips_again_where_it_slipped_live() -> None:
    recording, _ = session("slip=9")
    updates = live(recording)
    kept = [event for update in updates for event in update.events]
    events = (Event(-1.0, "session", "pipeline"), *recording.events, *kept)
    again = list(analyze(recording.samples, events, Settings(), rate_hz=recording.rate_hz))
    assert not found(again, "re-zeroed")
    assert again[-1].facts.slips == 1
    assert [lift for u in again for lift in u.lifts] == [lift for u in updates for lift in u.lifts]


@pytest.mark.parametrize("style", ["mixed", "training"])
def test_a_sensor_that_stays_where_it_is_never_slips(style: str) -> None:
    made = script(style, np.random.default_rng(301), calibration=False)
    recording, _ = simulate(made, Person.drawn(np.random.default_rng(71)), rate_hz=50, seed=1, seconds=260)
    assert live(recording)[-1].facts.slips == 0


@pytest.mark.skipif(not SESSIONS.exists(), reason="LIFTCHECK_DATA does not lead to the sessions with known truth")
def test_no_slip_is_told_of_real_motion() -> None:
    paths = sorted(SESSIONS.glob("*_lifts1__midback__consumer.csv.gz"))
    assert paths
    for path in paths:
        recording = read(path)
        assert live(recording)[-1].facts.slips == 0, path.name


def poses(*tilts_deg: float, lifted: bool = True) -> StancesBetweenBends:
    """Bends, before each of which the wearer stood with the sensor's upright tilted by so much."""
    stances = StancesBetweenBends(SlipSettings())
    for number, tilt in enumerate(tilts_deg):
        t = 10.0 * number + np.arange(80) * 0.05
        up = np.tile([np.sin(np.radians(tilt)), 0.0, np.cos(np.radians(tilt))], (80, 1))
        stances.push(t, up, t - t[0] < 1.0, lifted)
    return stances


def test_one_stance_or_two_that_disagree_are_no_slip() -> None:
    assert poses(0, 0, 12).slip(UP) is None
    assert poses(0, 9, 16).slip(UP) is None
    assert poses(0, 0, 12, 0).slip(UP) is None


def test_who_sits_down_and_gets_up_again_and_again_has_not_slipped() -> None:
    assert poses(0, 10, 10, 10, 10, lifted=False).slip(UP) is None


def test_a_small_shift_needs_three_bends_and_a_large_one_two() -> None:
    assert poses(0, 5, 5).slip(UP) is None
    small, large = poses(0, 5, 5, 5).slip(UP), poses(0, 10, 10).slip(UP)
    assert small is not None
    assert small.since_s == 10.0
    assert large is not None
    assert not large.turned


def test_a_shift_within_the_scatter_of_standing_is_none() -> None:
    assert poses(3, 3, 3, 3, 3).slip(UP) is None


def test_leaning_without_bending_is_no_slip_however_long() -> None:
    far = FarPoses(SlipSettings(), 0.05)
    t = np.arange(4000) * 0.05
    lean = np.tile([np.sin(0.4), 0.0, np.cos(0.4)], (4000, 1))
    rested = (t % 10) < 7  # fidgeting between, without a bend
    assert far.push(t, lean, rested, np.full(4000, np.nan), UP) is None


def test_re_zeroing_turns_by_the_smallest_rotation() -> None:
    before = Calibration(rotation_of(UP, np.array([1.0, 0.0, 0.0])))
    after = rotated(before, np.array([np.sin(0.2), 0.0, np.cos(0.2)])).matrix
    np.testing.assert_allclose(after[2], [np.sin(0.2), 0.0, np.cos(0.2)])
    np.testing.assert_allclose(after[0], [np.cos(0.2), 0.0, -np.sin(0.2)])
    np.testing.assert_allclose(after[1], [0.0, 1.0, 0.0], atol=1e-12)


@pytest.fixture(scope="module")
def taken_off() -> tuple[list[Update], float, float]:
    """A session in which the sensor lies on a table for a minute; with when that began and ended."""

    def movements() -> Iterator[Movement]:
        yield Stand(3)
        for _ in range(4):
            yield LiftMove("back")
            yield Stand(2)
        yield TakenOff(60)
        for _ in range(4):
            yield Stand(2)
            yield LiftMove("legs")
        yield Stand(3)

    recording, truth = simulate(movements(), Person.drawn(np.random.default_rng(4)), rate_hz=50, seed=8)
    off = next(d for d in truth.distractors if d.kind == "taken_off")
    return live(recording), off.start, off.end


def test_a_sensor_on_a_table_is_not_worn_until_it_is_put_on_again(taken_off: tuple[list[Update], float, float]) -> None:
    updates, start, end = taken_off
    t = np.concatenate([update.motion.t for update in updates])
    worn = np.concatenate([update.motion.worn for update in updates])
    assert worn[t < start].all()
    assert not worn[(t > start + 50) & (t < end - 3)].any()
    assert worn[t > end + 3].all()
    facts = updates[-1].facts
    assert facts.unworn_s == pytest.approx(np.count_nonzero(~worn) / 50, abs=0.05)
    assert facts.worn_s == pytest.approx(facts.duration_s - facts.unworn_s)


def test_nothing_is_lifted_while_the_sensor_is_off(taken_off: tuple[list[Update], float, float]) -> None:
    updates, start, end = taken_off
    lifts = [lift for update in updates for lift in update.lifts if lift.is_lift]
    assert len(lifts) >= 7
    assert not [lift for lift in lifts if start < lift.bottom_s < end]


def test_a_swaying_wearer_is_worn_and_a_table_is_not() -> None:
    count = 60 * 20
    sway = np.radians(0.3) * np.sin(2 * np.pi * 0.3 * np.arange(count) * 0.05)
    standing = np.column_stack([np.sin(sway), np.zeros(count), np.cos(sway)])
    calm = np.ones(count, dtype=bool)
    assert WornWatch(WornSettings()).push(standing, calm, UP, 0.05).all()
    table = np.tile([1.0, 0.0, 0.0], (count, 1))
    worn = WornWatch(WornSettings()).push(table, calm, UP, 0.05)
    assert worn[:200].all()
    assert not worn[205:].any()


def test_a_seated_wearer_is_neither_slipped_nor_unworn() -> None:
    movements = [Stand(3), LiftMove("legs"), Stand(2), LiftMove("back"), Stand(2), Walk(3), Sit(40), Stand(2)]
    recording, _ = simulate(movements, Person.drawn(np.random.default_rng(3)), rate_hz=50, seed=5)
    updates = live(recording)
    assert updates[-1].facts.slips == 0
    assert updates[-1].facts.unworn_s == 0.0


def test_a_shifted_clock_changes_nothing_but_the_times() -> None:
    recording, _ = session("slip=9", seconds=70)
    late = Samples(recording.samples.t + 4096.0, recording.samples.acc, recording.samples.gyr)
    told = tuple(Event(event.t + 4096.0, event.kind, event.by, event.data) for event in recording.events)
    here = [lift for u in live(recording) for lift in u.lifts]
    there = [lift for u in live(Recording(late, told, rate_hz=recording.rate_hz), events=told) for lift in u.lifts]
    assert [lift.technique for lift in here] == [lift.technique for lift in there]
    np.testing.assert_allclose([lift.bottom_s + 4096.0 for lift in here], [lift.bottom_s for lift in there], atol=1e-6)


def test_a_segment_with_longer_steps_is_looked_at_like_any_other() -> None:
    watch, calm = WornWatch(WornSettings()), np.ones(7, dtype=bool)
    watch.push(np.tile(UP, (4, 1)), calm[:4], UP, 0.05)  # four of the five steps to the next look
    assert len(watch.push(np.tile(UP, (7, 1)), calm, UP, 0.12)) == 7
