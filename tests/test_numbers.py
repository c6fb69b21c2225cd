"""What numbers may do to a verdict: long times, leaping clocks, NaN, another layout in memory; and what may not
matter to it at all: how the sensor is turned, when the clock began, which side of the body is which.

Every session here is simulated.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability.faults import REFERENCE
from reliability.sittings import packets_of, sit, worn
from scipy.spatial.transform import Rotation

from liftcheck.lifts.lift import Lift
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.recording.recording import Recording
from liftcheck.samples import ACC_STEP_MPS2, GYR_STEP_RADPS, Samples
from liftcheck.scoring import Score, score
from liftcheck.sensors.link import LinkChange

SEED, LIFTS = 81_001, 4
FEW = settings(max_examples=8, deadline=None, derandomize=True)
# What may differ where the samples themselves are rounded anew to the grid of the file.
TOLERANCES = {"peak_flexion_deg": 0.5, "flexion_at_bottom_deg": 0.5, "drop_m": 0.01, "hip_drop_m": 0.01}


@cache
def said() -> Score:
    session = worn(SEED, (), LIFTS)
    return score(Recording(session.samples, session.events, site="mid-back"))


def said_of(samples: Samples, later_s: float = 0.0) -> list[Lift]:
    """The lifts of a changed session."""
    events = tuple(replace(event, t=event.t + later_s) for event in worn(SEED, (), LIFTS).events)
    return _lifts(score(Recording(samples.rounded(), events, site="mid-back")))


def _lifts(scored: Score) -> list[Lift]:
    return [lift for lift in scored.lifts if lift.is_lift]


def assert_same_verdicts(lifts: Sequence[Lift], later_s: float = 0.0) -> None:
    before = _lifts(said())
    assert len(before) == LIFTS
    assert [lift.technique for lift in lifts] == [lift.technique for lift in before]
    for new, old in zip(lifts, before, strict=True):
        assert new.bottom_s == pytest.approx(old.bottom_s + later_s, abs=0.06)
        for name, tolerance in TOLERANCES.items():
            assert getattr(new, name) == pytest.approx(getattr(old, name), abs=tolerance), name


@FEW
@given(seed=st.integers(0, 2**31))
def test_however_the_sensor_is_turned_on_the_back_the_verdicts_are_the_same(seed: int) -> None:
    matrix = Rotation.random(random_state=seed).as_matrix()
    samples = worn(SEED, (), LIFTS).samples
    assert_same_verdicts(said_of(Samples(samples.t, samples.acc @ matrix.T, samples.gyr @ matrix.T)))


@FEW
@given(later_s=st.floats(0, 1e6, allow_nan=False).map(lambda t: round(t, 6)))
def test_whenever_the_clock_began_the_verdicts_are_the_same(later_s: float) -> None:
    samples = worn(SEED, (), LIFTS).samples
    assert_same_verdicts(said_of(replace(samples, t=samples.t + later_s), later_s), later_s)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_mirrored_person_gets_the_same_verdicts_and_leans_and_turns_the_other_way(axis: int) -> None:
    flip = np.ones(3)
    flip[axis] = -1.0
    samples = worn(SEED, (), LIFTS).samples
    lifts = said_of(Samples(samples.t, samples.acc * flip, -samples.gyr * flip))  # a rate is an axial vector
    assert_same_verdicts(lifts)
    for new, old in zip(lifts, _lifts(said()), strict=True):
        assert new.lean_deg == pytest.approx(-(old.lean_deg or 0.0), abs=0.5)
        assert math.copysign(1.0, new.turn_deg or 0.0) == -math.copysign(1.0, old.turn_deg or 0.0)


def test_more_noise_never_gives_more_confidence_on_average() -> None:
    means = [_confidence(times) for times in (1.0, 2.0, 4.0, 8.0)]
    assert all(later <= earlier + 0.005 for earlier, later in pairwise(means)), means
    assert means[-1] < means[0]


def _confidence(times: float) -> float:
    """The mean over the labelled bends of some people; what is not decided counts as a coin's toss."""
    sure = []
    for seed in range(81_011, 81_015):
        session, rng = worn(seed, (), LIFTS), np.random.default_rng(seed)
        n = len(session.samples)
        acc = session.samples.acc + times * 0.08 * rng.normal(size=(n, 3))
        gyr = session.samples.gyr + times * 0.01 * rng.normal(size=(n, 3))
        lifts = _lifts(score(Recording(Samples(session.samples.t, acc, gyr).rounded(), session.events)))
        found = sorted((lift.confidence or 0.5 for lift in lifts), reverse=True)[: len(session.labels)]
        sure += found + [0.5] * (len(session.labels) - len(found))
    return float(np.mean(sure))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_number_never_reaches_a_verdict(bad: float) -> None:
    samples = worn(SEED, (), LIFTS).samples
    acc, gyr, t = samples.acc.copy(), samples.gyr.copy(), samples.t.copy()
    acc[700, 1] = acc[1999, 0] = gyr[2500, 2] = t[3000] = bad
    scored = score(Recording(Samples(t, acc, gyr), worn(SEED, (), LIFTS).events, site="mid-back"))
    assert "values missing or impossible: 4 rows left out" in str(scored.row["quality"])
    assert_same_verdicts(_lifts(scored))
    for lift in scored.lifts:
        numbers = [value for value in vars(lift).values() if isinstance(value, float)]
        assert all(map(math.isfinite, numbers))
        assert lift.curve is None or all(np.isfinite(getattr(lift.curve, f.name)).all() for f in fields(lift.curve))
    assert all(math.isfinite(value) for value in scored.row.values() if isinstance(value, float))


def test_the_layout_in_memory_changes_no_bit() -> None:
    samples = worn(SEED, (), LIFTS).samples
    columns = Samples(samples.t, np.asfortranarray(samples.acc), np.asfortranarray(samples.gyr)).rounded()
    assert columns.acc.flags.c_contiguous
    assert columns.gyr.flags.c_contiguous
    assert said_of(columns) == said_of(samples)


def test_live_and_score_agree_to_the_last_bit_for_a_sensor_whose_packets_hold_several_samples(tmp_path: Path) -> None:
    session = worn(SEED, (), LIFTS)
    packets = packets_of(session.samples, REFERENCE)
    sat = sit(packets, REFERENCE, session.samples, session.events, tmp_path / "a.mcap")
    assert sat.score is not None
    assert len([lift for lift in sat.lifts if lift.is_lift]) == LIFTS
    assert list(sat.lifts) == list(sat.score.lifts)


@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 200.0])
def test_times_after_a_day_are_right_to_the_microsecond_and_come_back_bit_for_bit(
    tmp_path: Path, rate_hz: float
) -> None:
    first = round((86_400 - 30) * rate_hz)
    count = np.arange(first, first + round(60 * rate_hz))
    t = count / rate_hz
    rng = np.random.default_rng(1)
    acc, gyr = rng.normal(0, 3, (len(t), 3)), rng.normal(0, 1, (len(t), 3))
    samples = Samples(t, acc, gyr).rounded()
    assert np.abs(samples.t - t).max() <= 0.5e-6 + 1e-10
    assert np.abs(np.diff(samples.t) * rate_hz - 1).max() < 2.1e-6 * rate_hz
    assert np.abs(samples.acc - acc).max() <= ACC_STEP_MPS2 / 2 + 1e-12
    assert np.abs(samples.gyr - gyr).max() <= GYR_STEP_RADPS / 2 + 1e-12
    with RecordingWriter(tmp_path / "a.mcap", durable=False) as writer:
        for i in range(0, len(samples), 7):
            writer.append(samples[i : i + 7])
    found = read(tmp_path / "a.mcap").samples
    for name in ("t", "acc", "gyr"):
        assert getattr(found, name).tobytes() == getattr(samples, name).tobytes()


def test_leaps_of_the_wall_clock_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = worn(SEED, (), LIFTS)
    packets = packets_of(session.samples, REFERENCE)
    steady = sit(packets, REFERENCE, session.samples, session.events, tmp_path / "a.mcap")
    wall = iter(np.random.default_rng(2).uniform(0, 2e9, 10**6))
    monkeypatch.setattr(time, "time", lambda: float(next(wall)))
    leapt = sit(packets, REFERENCE, session.samples, session.events, tmp_path / "b.mcap")
    assert leapt.lifts == steady.lifts
    assert (tmp_path / "a.mcap").read_bytes() == (tmp_path / "b.mcap").read_bytes()


@pytest.mark.parametrize("profile", [REFERENCE, "witmotion-ble5"])
def test_a_computer_that_slept_leaves_a_gap_and_no_bend_across_it(tmp_path: Path, profile: str) -> None:
    """The sensor goes on for ten minutes while the computer sleeps; its packets of that time are gone."""
    session, asleep = worn(SEED, (), LIFTS), 600.0
    label = session.labels[1]
    falls = label.start_s + 0.5 * (label.bottom_s - label.start_s)
    packets = packets_of(session.samples, "witmotion-ble5")
    if profile == REFERENCE:
        whole = session.samples
        later = Samples(
            np.where(whole.t < falls, whole.t, whole.t + asleep), whole.acc, whole.gyr
        )  # the sensor's own clock has gone on
        packets = packets_of(later, REFERENCE)
    else:
        packets = [one if one.at < falls else replace(one, at=one.at + asleep) for one in packets]
    woken = next(one.at for one in packets if one.at > falls + asleep - 1)
    arrivals = sorted(
        [*packets, LinkChange(woken - 0.5, "lost", "out of range"), LinkChange(woken - 0.1, "connected")],
        key=lambda one: one.at,
    )
    sat = sit(arrivals, profile, session.samples, session.events, tmp_path / "a.mcap")
    assert sat.score is not None
    assert "link back" in sat.kinds
    assert sat.score.row["duration_s"] == pytest.approx(session.samples.t[-1] + asleep, abs=1.0)
    assert sat.score.row["worn_s"] < session.samples.t[-1] + 1
    lifts = [lift for lift in sat.lifts if lift.is_lift]
    assert all(lift.end_s - lift.start_s < 10 for lift in lifts)
    near = [lift for lift in lifts if label.start_s - 0.5 <= lift.bottom_s <= label.end_s + 0.5]
    assert all(str(lift.technique) == "unclear" for lift in near)
    assert len([lift for lift in lifts if lift.bottom_s > falls + asleep + 3]) == 2
