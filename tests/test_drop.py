"""How far the sensor sank: against the truth of simulated lifts, and from physical sentences."""

from dataclasses import replace

import numpy as np
import pytest

from liftcheck.analysis import Settings, analyze
from liftcheck.recording.recording import Recording
from liftcheck.samples import GRAVITY_MPS2
from liftcheck.simulation import LiftMove, Person, Stand, Truth, Walk, simulate
from liftcheck.trunk.acc_errors import AccErrors, AccErrorSettings
from liftcheck.trunk.calm import CalmSettings
from liftcheck.trunk.drop import DropSettings, Heights, smooth_height
from liftcheck.trunk.reckoning import DropReckoner, ReckoningSettings
from liftcheck.trunk.steps import Steps
from liftcheck.trunk.strapdown import Blocks, summed
from liftcheck.trunk.tilt import Tilt
from liftcheck.trunk.window import WindowSettings

RATE = 100.0
UP = np.array([0.0, 0.0, 1.0])


def sunk(way_m: np.ndarray, offset_mps2: tuple[float, float, float] = (0, 0, 0)) -> np.ndarray:
    """The smoother's drop for an upright body that sinks by way_m (n,) at 100 Hz."""
    return -heights_of(way_m, offset_mps2).height_m


def heights_of(way_m: np.ndarray, offset_mps2: tuple[float, float, float] = (0, 0, 0)) -> Heights:
    """What the smoother makes of it."""
    n = len(way_m)
    rise = np.gradient(np.gradient(-way_m, 1 / RATE), 1 / RATE)
    acc = np.column_stack([np.zeros(n), np.zeros(n), rise + GRAVITY_MPS2]) + offset_mps2
    moving = np.abs(np.gradient(way_m, 1 / RATE)) > 0.01
    gyr = 0.5 * np.column_stack([np.zeros(n), moving * np.sin(np.arange(n)), np.zeros(n)])  # alive where it moves
    settings = DropSettings()
    upright = np.tile([1.0, 0.0, 0.0, 0.0], (n, 1))
    block, used = 5, (n - 1) // 5 * 5
    table = summed(acc[: used + 1], gyr[1 : used + 1], np.eye(3).ravel(), upright[1 : used + 1], RATE, block)
    blocks = Blocks.of(np.column_stack([table[:, :1], table]), block, RATE)
    steps = Steps.of(len(blocks), 4)
    up = np.tile(UP[:, None], len(blocks) + 1)
    world = np.repeat(np.eye(3)[:, :, None], len(steps) + 1, axis=2)
    level = Tilt(steps, world, np.zeros(len(steps) + 1), np.zeros(3), up, up)
    return smooth_height(blocks, level, UP, AccErrors.unknown(settings.errors), settings, CalmSettings())


def squat(depth_m: float, down_s: float = 1.0) -> np.ndarray:
    still = np.zeros(300)
    down = depth_m * (1 - np.cos(np.pi * np.linspace(0, 1, round(down_s * RATE)))) / 2
    return np.concatenate([still, down, np.full(20, depth_m), down[::-1], still])


@pytest.mark.parametrize("depth_m", [0.3, 0.6])
def test_a_squat_is_as_deep_as_it_was(depth_m: float) -> None:
    assert sunk(squat(depth_m)).max() == pytest.approx(depth_m, rel=0.08, abs=0.01)


def test_who_rises_on_a_step_and_comes_back_has_a_negative_drop() -> None:
    assert sunk(-squat(0.2)).min() < -0.1


@pytest.mark.parametrize("offset_mps2", [0.0, 0.1])
def test_a_seat_shows_by_the_movement_alone(offset_mps2: float) -> None:
    down = 0.3 * (1 - np.cos(np.pi * np.linspace(0, 1, 250))) / 2
    heights = heights_of(np.concatenate([np.zeros(300), down, np.full(300, 0.3)]), (0, 0, offset_mps2))
    lower_m, error_m = heights.sunk_m(50, 120, slice(58, 112))
    assert lower_m == pytest.approx(0.3, abs=0.03)
    assert error_m < 0.1


def test_a_squat_ends_as_high_as_it_began_by_the_movement_alone() -> None:
    lower_m, error_m = heights_of(squat(0.5)).sunk_m(50, 120, slice(58, 106))
    assert abs(lower_m) < error_m < 0.1


def test_in_the_midst_of_a_movement_the_height_is_not_known_by_the_movement_alone() -> None:
    waving = 0.1 * np.sin(2 * np.pi * np.arange(3000) / RATE)
    heights = heights_of(np.concatenate([np.zeros(300), waving]))
    assert heights.sunk_m(50, 500, slice(60, 480))[1] > 0.3


def test_an_offset_along_gravity_makes_no_drop_in_an_upright_body() -> None:
    assert np.abs(sunk(np.zeros(800), (0.0, 0.0, 0.05))).max() < 0.01


@pytest.fixture(scope="module")
def off_by_20_mg() -> list[tuple[Recording, Truth]]:
    """Lifts of all styles with an accelerometer that is off by 20 mg on every axis (simulated)."""
    made = []
    for seed in range(3):
        script = [Stand(4)]
        for style in ("back", "legs", "semi", "back", "legs", "back"):
            script += [LiftMove(style), Stand(2.5)]
        person = Person.drawn(np.random.default_rng(seed + 20))
        made.append(simulate(script, person, rate_hz=100, seed=seed, faults=["offset=20"]))
    return made


def drop_rmse_m(sessions: list[tuple[Recording, Truth]], settings: Settings) -> float:
    errors = []
    for recording, truth in sessions:
        for update in analyze(recording.samples, recording.events, settings, rate_hz=recording.rate_hz):
            errors += [lift.drop_m - np.interp(lift.bottom_s, truth.t, truth.drop_m) for lift in update.lifts]
    assert len(errors) >= 16
    return float(np.sqrt(np.mean(np.square(errors))))


def without_solver() -> Settings:
    blind = AccErrorSettings(acc_offset_mps2=1e-6, acc_gain=1e-8, gravity_mps2=1e-6, learnt_offset_mps2=1e-6)
    trunk = Settings().trunk
    window = WindowSettings(drop=replace(DropSettings(), errors=blind))
    return replace(Settings(), trunk=replace(trunk, window=window))


def test_an_offset_of_20_mg_costs_little_with_the_solver_and_everything_without(
    off_by_20_mg: list[tuple[Recording, Truth]],
) -> None:
    solved, unsolved = drop_rmse_m(off_by_20_mg, Settings()), drop_rmse_m(off_by_20_mg, without_solver())
    assert solved <= 0.015
    assert unsolved >= 4 * solved  # some 7 cm: the ties to standing save a part of the 9 of plain integration


def test_walking_on_level_ground_the_wearer_stays_as_high() -> None:
    script = [Stand(4), Walk(4), Stand(2), LiftMove("legs"), Stand(2), Walk(4), Stand(3)]
    recording, truth = simulate(script, Person.drawn(np.random.default_rng(9)), rate_hz=100, seed=9)
    assert drop_of_the_only_lift(recording) == pytest.approx(max(x.drop_m for x in truth.labels), abs=0.04)


def drop_of_the_only_lift(recording: Recording) -> float:
    updates = analyze(recording.samples, recording.events, Settings(), rate_hz=recording.rate_hz)
    drops = [lift.drop_m for update in updates for lift in update.lifts if lift.is_lift]
    assert len(drops) == 1
    return drops[0]


def reckoned(calm: list[bool], upright: list[bool], gained: list[float]) -> np.ndarray:
    reckoner = DropReckoner(ReckoningSettings(), 0.05)
    zeros = np.zeros(len(calm))
    return reckoner.push(np.array(gained), zeros, np.array(calm), np.array(upright))[0]


def test_dead_reckoning_begins_at_a_stance_and_is_given_up_after_six_seconds() -> None:
    n = 200
    drop = reckoned([True] * 20 + [False] * (n - 20), [True] * n, [0.0] * 20 + [-0.001] * (n - 20))
    assert (drop[:20] == 0).all()
    assert drop[60] > 0
    assert np.isfinite(drop[: 20 + 119]).all()
    assert np.isnan(drop[145:]).all()


def test_a_seat_after_a_long_walk_has_no_height_until_the_next_stance() -> None:
    walk, seat = 150, 40
    calm = [True] * 10 + [False] * walk + [True] * seat + [True] * 10
    upright = [True] * 10 + [True] * walk + [False] * seat + [True] * 10
    drop = reckoned(calm, upright, [0.0] * len(calm))
    assert np.isnan(drop[10 + walk : 10 + walk + seat]).all()
    assert (drop[-10:] == 0).all()
