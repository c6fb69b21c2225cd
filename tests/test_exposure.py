"""Exposure: a staircase counted by hand, and the same bits however the stream is cut."""

import time
from dataclasses import astuple
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.lifts.exposure import Exposure, ExposureSettings, holding_time_s
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Array
from liftcheck.trunk.motion import Motion

RATE_HZ = 100


def motion(
    flexion: Array, *, velocity: Array | float = 0.0, t: Array | None = None, worn: Array | bool = True
) -> Motion:
    n = len(flexion)
    t = np.rint(np.arange(n) * 1e6 / RATE_HZ) / 1e6 if t is None else t
    zero = np.zeros(n)
    return Motion(
        t, flexion, zero, zero, np.broadcast_to(velocity, n) + zero, zero, zero, np.broadcast_to(worn, n) & True
    )


def stairs(*steps: tuple[float, float]) -> Array:
    """Angles held for seconds each; the first sample of all stands for no time, so it comes twice."""
    held = [np.full(round(seconds * RATE_HZ), float(deg)) for deg, seconds in steps]
    return np.concatenate([held[0][:1], *held])


def a_lift(**changes: object) -> Lift:
    values: dict[str, object] = {
        "lift": 1, "start_s": 10.0, "bottom_s": 11.0, "end_s": 12.0, "peak_flexion_deg": 70.0,
        "flexion_at_bottom_deg": 70.0, "flexion_at_end_deg": 2.0, "peak_down_velocity_deg_s": 80.0,
        "peak_up_velocity_deg_s": -90.0, "lean_deg": 0.0, "turn_deg": 0.0, "drop_m": 0.3, "hip_drop_m": 0.05,
        "hip_drop_error_m": 0.02, "knee_deg": 30.0, "knee_error_deg": 8.0, "stoop_index": 80.0,
        "technique": Technique.BACK, "confidence": 0.9, "reason": "",
    }  # fmt: skip
    return Lift(**(values | changes))  # type: ignore[arg-type]


def counted(signal: Motion, lifts: tuple[Lift, ...] = ()) -> Exposure:
    exposure = Exposure()
    exposure.push(signal, lifts)
    return exposure


def test_a_staircase_counted_by_hand() -> None:
    signal = motion(stairs((0, 50), (25, 10), (35, 3), (50, 20), (70, 10), (95, 2), (20, 5)))
    row = counted(signal).columns()
    assert row["above_20_s"] == 45.0
    assert row["above_30_s"] == 35.0
    assert row["above_45_s"] == 32.0
    assert row["above_60_s"] == 12.0
    assert row["above_90_s"] == 2.0
    assert row["above_20_percent"] == 45.0
    assert row["above_90_percent"] == 2.0
    assert (row["p10_flexion_deg"], row["p50_flexion_deg"], row["p90_flexion_deg"]) == (0.0, 0.0, 70.0)
    assert (row["p95_flexion_deg"], row["p99_flexion_deg"]) == (70.0, 95.0)
    assert row["static_holds"] == 1  # one long stay above 20 degrees, the steps within it take no time
    assert row["longest_hold_s"] == 45.0


def test_the_stays_of_a_staircase_fall_into_their_classes() -> None:
    details = counted(motion(stairs((0, 50), (25, 10), (50, 5), (70, 2), (95, 0.5), (0, 32.5)))).details()
    assert details.eva_s == (
        (0, 0, 0, 0, 0, 82.5),
        (0, 0, 0, 10, 0, 0),
        (0, 0, 5, 0, 0, 0),
        (0, 2, 0, 0, 0, 0),
        (0.5, 0, 0, 0, 0, 0),
    )
    assert details.counted_s == 100.0
    assert details.rest_percent == 82.5


def test_exactly_twenty_degrees_is_not_above_twenty() -> None:
    assert counted(motion(stairs((20.0, 5)))).columns()["above_20_s"] == 0.0
    assert counted(motion(stairs((20.001, 5)))).columns()["above_20_s"] == 5.0


def test_a_gap_is_no_time_and_ends_a_hold() -> None:
    t = np.concatenate([np.arange(301), np.arange(301) + 1000]) / RATE_HZ
    row = counted(motion(np.full(602, 40.0), t=t)).columns()
    assert row["above_30_s"] == 6.0
    assert row["static_holds"] == 0
    assert row["longest_hold_s"] == 3.0


def test_a_sensor_lying_on_a_table_is_no_exposure() -> None:
    signal = motion(stairs((0, 10), (85, 10)), worn=np.arange(2001) <= 1000)
    row = counted(signal).columns()
    assert row["above_60_s"] == 0.0
    assert counted(signal).details().counted_s == 10.0


def test_what_is_not_known_never_counts() -> None:
    angles = stairs((30, 4), (0, 4))
    angles[:201] = np.nan
    exposure = counted(motion(angles))
    assert exposure.columns()["above_20_s"] == 2.0
    assert exposure.columns()["above_20_percent"] == pytest.approx(100 / 3)


def test_nothing_gives_empty_columns_and_no_nan() -> None:
    row = counted(Motion.empty()).columns()
    assert row["p50_flexion_deg"] is None
    assert row["above_20_percent"] is None
    assert row["above_20_s"] == 0.0
    assert row["peak_velocity_p90_deg_s"] is None


def test_the_columns_are_those_of_a_recordings_row() -> None:
    zones = [f"above_{deg}_{unit}" for deg in (20, 30, 45, 60, 90) for unit in ("s", "percent")]
    assert list(Exposure().columns()) == [
        *(f"p{p}_flexion_deg" for p in (10, 50, 90, 95, 99)), *zones, "static_holds", "longest_hold_s",
        "twisted_bends", "overextensions", "peak_velocity_p90_deg_s", "early_deep_bends",
    ]  # fmt: skip


def test_a_hold_of_exactly_four_seconds_is_not_static() -> None:
    assert counted(motion(stairs((0, 1), (30, 4), (0, 1)))).columns()["static_holds"] == 0
    assert counted(motion(stairs((0, 1), (30, 4.01), (0, 1)))).columns()["static_holds"] == 1


def test_moving_up_and_down_above_twenty_degrees_is_no_hold() -> None:
    angles = stairs((0, 1), (50, 10), (0, 1))
    busy = np.where(angles > 20, 30.0, 0.0)
    assert counted(motion(angles, velocity=busy)).columns()["longest_hold_s"] == 0.0


def test_a_twitch_does_not_end_a_hold_but_a_movement_does() -> None:
    angles = stairs((0, 1), (30, 6), (0, 1))
    twitch, movement = np.zeros(len(angles)), np.zeros(len(angles))
    twitch[400:440] = -40.0
    movement[400:460] = -40.0
    assert counted(motion(angles, velocity=twitch)).columns()["longest_hold_s"] == 6.0
    row = counted(motion(angles, velocity=movement)).columns()
    assert (row["static_holds"], row["longest_hold_s"]) == (0, 2.99)


@pytest.mark.parametrize(("flexion_deg", "seconds"), [(20, 240), (40, 150), (60, 60), (61, None), (10, 240)])
def test_the_holding_time_falls_from_four_minutes_to_one(flexion_deg: float, seconds: float | None) -> None:
    assert holding_time_s(flexion_deg, ExposureSettings()) == seconds


def test_half_of_a_holding_time_is_told_as_half() -> None:
    details = counted(motion(stairs((0, 1), (40, 75), (0, 1), (80, 5), (0, 1)))).details()
    assert details.holding_time_use_percent == 50.0
    assert details.holds_beyond_limit == 1


def test_bending_backward_counts_once_while_it_trembles() -> None:
    angles = stairs((0, 5), (-12, 0.5), (-8, 0.5), (-13, 0.5), (0, 5), (-11, 0.1), (0, 1), (-15, 1))
    assert counted(motion(angles)).columns()["overextensions"] == 2  # the one of 0.1 s is noise, the last still open


def test_ten_degrees_backward_is_not_below_ten() -> None:
    assert counted(motion(stairs((0, 1), (-10, 5), (0, 1)))).columns()["overextensions"] == 0
    assert counted(motion(stairs((0, 1), (-10.01, 5), (0, 1)))).columns()["overextensions"] == 1


def test_overextension_at_the_top_of_a_lift_is_told_from_one_in_between() -> None:
    signal = motion(stairs((0, 12.5), (-15, 1), (0, 10), (-15, 1), (0, 5)))
    exposure = counted(signal, (a_lift(start_s=10.0, bottom_s=11.0, end_s=12.0),))
    assert exposure.columns()["overextensions"] == 2
    assert exposure.details().overextensions_at_top == 1


def test_twists_early_deep_bends_and_speed_come_from_the_lifts() -> None:
    lifts = (
        a_lift(lean_deg=-21.0, peak_flexion_deg=50.0),
        a_lift(turn_deg=46.0, peak_flexion_deg=50.0, peak_up_velocity_deg_s=-121.0),
        a_lift(start_s=301.0, peak_flexion_deg=90.0),
        a_lift(technique=None, lift=None, reason="sitting", turn_deg=90.0),
    )
    row = counted(motion(stairs((0, 400))), lifts).columns()
    assert row["twisted_bends"] == 2
    assert row["early_deep_bends"] == 1
    assert row["peak_velocity_p90_deg_s"] == 121.0


def test_a_tenth_of_the_lifts_is_faster_than_the_velocity_told() -> None:
    lifts = tuple(a_lift(peak_down_velocity_deg_s=100.0 + i, peak_up_velocity_deg_s=0.0) for i in range(10))
    assert counted(Motion.empty(), lifts).columns()["peak_velocity_p90_deg_s"] == 108.0


def test_the_first_minutes_count_from_the_moment_the_sensor_is_worn() -> None:
    signal = motion(stairs((0, 700)), worn=np.arange(70001) > 40000)
    assert counted(signal, (a_lift(start_s=600.0),)).columns()["early_deep_bends"] == 1
    assert counted(signal, (a_lift(start_s=700.5),)).columns()["early_deep_bends"] == 0


def test_lifts_that_grow_deeper_show_as_drift() -> None:
    lifts = tuple(a_lift(peak_flexion_deg=60.0 + i, stoop_index=50.0 + 2 * i) for i in range(15))
    details = counted(Motion.empty(), lifts).details()
    assert (details.flexion_drift_deg, details.stoop_index_drift) == (10.0, 20.0)
    assert counted(Motion.empty(), lifts[:14]).details().flexion_drift_deg is None


def test_the_dose_is_the_most_time_spent_deep_in_any_five_minutes() -> None:
    def peak(*parts: tuple[float, float]) -> float:
        return counted(motion(stairs(*parts))).details().peak_above_s_min

    assert peak((0, 200), (70, 12), (0, 80)) == 12 / 5
    assert peak((0, 200), (70, 15), (0, 400)) == 3.0
    assert peak((70, 10), (0, 400), (70, 15), (0, 80)) == 3.0


def test_the_most_deep_lifts_with_the_back_in_any_ten_minutes_are_counted() -> None:
    lifts = tuple(a_lift(start_s=s - 1, bottom_s=s, end_s=s + 1) for s in (10.0, 100.0, 200.0, 300.0, 400.0))
    assert counted(motion(stairs((0, 615))), lifts).details().peak_back_bends == 5
    apart = tuple(a_lift(start_s=s - 1, bottom_s=s, end_s=s + 1) for s in (10.0, 400.0, 700.0))
    assert counted(motion(stairs((0, 615))), apart).details().peak_back_bends == 2


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"eva_s": ()}, "eva_s needs values that rise"),
        ({"eva_deg": (45.0, 20.0)}, "eva_deg needs values that rise"),
        ({"overextended_ends_deg": -12.0}, "cannot lie below overextended_deg"),
        ({"dose_window_s": 5.0}, "cannot be shorter than 10 s"),
    ],
)
def test_settings_that_cannot_be_are_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        ExposureSettings(**values)  # type: ignore[arg-type]


def wandering(seed: int, n: int) -> Motion:
    """A synthetic trunk that wanders through all zones, with gaps, unknowns and the sensor off now and then."""
    rng = np.random.default_rng(seed)
    angle = 35 + 60 * np.sin(np.cumsum(rng.uniform(0, 0.05, n))) + rng.normal(0, 1.5, n)
    speed = np.where(rng.random(n) < 0.9, rng.normal(0, 4, n), 60.0)
    angle[rng.random(n) < 0.002] = np.nan
    steps = np.where(rng.random(n) < 0.001, 0.7, 0.0101)
    t = np.rint(np.cumsum(steps) * 1e6) * 1e-6
    return motion(angle, velocity=speed, t=t, worn=np.sin(np.arange(n) / 500) > -0.95)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 5), st.lists(st.integers(0, 6000), max_size=12))
def test_the_result_does_not_depend_on_how_the_stream_is_cut(seed: int, cuts: list[int]) -> None:
    signal = wandering(seed, 6000)
    lifts = (a_lift(), a_lift(start_s=40.0, bottom_s=41.0, end_s=42.0, lean_deg=25.0))
    whole, parts = counted(signal, lifts), Exposure()
    edges = [0, *sorted(cuts), 6000]
    for begin, end in pairwise(edges):
        parts.push(signal[begin:end], lifts if end == 6000 and begin < end else ())
        parts.columns()  # reading in between changes nothing
    assert parts.columns() == whole.columns()
    assert astuple(parts.details()) == astuple(whole.details())


def test_eight_hours_are_counted_in_far_less_than_a_minute() -> None:
    n = 8 * 3600 * RATE_HZ
    rng = np.random.default_rng(1)
    angle = 25 + 30 * np.sin(np.arange(n) / 300) + rng.normal(0, 0.3, n)
    signal = motion(angle, velocity=rng.normal(0, 8, n))
    exposure = Exposure()
    began = time.perf_counter()
    for start in range(0, n, 180 * RATE_HZ):
        exposure.push(signal[start : start + 180 * RATE_HZ])
    assert exposure.details().counted_s == pytest.approx(8 * 3600 - 0.01)
    assert (
        time.perf_counter() - began < 20
    )  # white noise for velocity; 0.7 s on an idle machine, 0.1 s for calm signals
