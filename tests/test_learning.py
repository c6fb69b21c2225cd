"""Finding out the mounting from the movement itself (simulated sessions without a calibration)."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from liftcheck.analysis import Analyzer, Settings
from liftcheck.samples import GRAVITY_MPS2, Array, Samples
from liftcheck.simulation import LiftMove, Person, Stand, Truth, Walk, simulate
from liftcheck.trunk.calm import BlockSums, CalmSettings
from liftcheck.trunk.learning import Learner, LearningSettings
from liftcheck.trunk.mounting import Calibration, axes_of
from liftcheck.trunk.reckoning import RecentCalm


@pytest.fixture(scope="module")
def session() -> tuple[Samples, Truth]:
    script = [Stand(4), Walk(4), Stand(2)]
    for style in ("back", "legs", "semi", "back", "legs"):
        script += [LiftMove(style), Stand(2)]
    recording, truth = simulate(script, Person.drawn(np.random.default_rng(12)), rate_hz=50, seed=12)
    return recording.samples, truth


def learnt(samples: Samples) -> Calibration:
    analyzer = Analyzer(Settings(), rate_hz=50.0, keep_s=None)
    analyzer.push(samples)
    analyzer.finish()
    found = analyzer.learnt()
    assert found is not None
    return found


def bend_error_deg(mounting: Array, truth: Truth) -> float:
    """How far the flexion of a mounting is from the truth where the trunk is bent, root mean square."""
    up = truth.rotation[:, 2, :] @ mounting.T
    flexion = np.degrees(np.arctan2(-up[:, 0], up[:, 2]))
    bent = truth.flexion_deg > 40
    return float(np.sqrt(np.mean((flexion[bent] - truth.flexion_deg[bent]) ** 2)))


def worse_than_best_deg(found: Calibration, truth: Truth, turn: Array) -> float:
    """... and how much of that a better forward direction would spare; the rest is skin and strap."""
    learnt_here = found.matrix @ turn
    turns = Rotation.from_rotvec([[0, 0, np.radians(angle)] for angle in range(-30, 31)]).as_matrix()
    best = min(bend_error_deg(each @ learnt_here, truth) for each in turns)
    return bend_error_deg(learnt_here, truth) - best


def test_stance_and_forward_are_learnt_from_five_lifts(session: tuple[Samples, Truth]) -> None:
    samples, truth = session
    found = learnt(samples)
    assert found.forward_known
    assert found.quality == "learnt"
    assert worse_than_best_deg(found, truth, np.eye(3)) < 1.5
    assert bend_error_deg(found.matrix, truth) < 8.0


def test_however_the_sensor_is_clipped_on_the_same_is_learnt(session: tuple[Samples, Truth]) -> None:
    samples, truth = session
    for turn in Rotation.random(3, rng=np.random.default_rng(2)).as_matrix():
        turned = Samples(samples.t, samples.acc @ turn.T, samples.gyr @ turn.T)
        assert worse_than_best_deg(learnt(turned), truth, turn) < 1.5


def test_a_gyroscopes_offset_and_an_accelerometers_scale_are_learnt(session: tuple[Samples, Truth]) -> None:
    samples, _ = session
    spoilt = Samples(samples.t, samples.acc * 0.9, samples.gyr + 0.05)
    before, after = learnt(samples), learnt(spoilt)
    np.testing.assert_allclose(np.subtract(after.gyr_offset, before.gyr_offset), 0.05, atol=0.004)
    assert after.acc_scale == pytest.approx(before.acc_scale / 0.9, rel=0.005)


def pushed(learner: Learner, t: Array, acc: Array, gyr: Array, up: Array, begins: bool = True, block: int = 1) -> None:
    """Samples at 50 Hz, in blocks of so many."""
    learner.push(t[block - 1 :: block], BlockSums.of(acc, gyr, block), up[block - 1 :: block], block / 50, begins)


def table(seconds: float = 6.0) -> tuple[Array, Array, Array, Array]:
    """A sensor at rest, its x along gravity (synthetic)."""
    rng = np.random.default_rng(1)
    n = round(seconds * 50)
    acc = rng.normal((GRAVITY_MPS2, 0, 0), 0.01, (n, 3))
    return np.arange(n) / 50, acc, rng.normal(0, 0.001, (n, 3)), np.tile([1.0, 0.0, 0.0], (n, 1))


def test_who_only_stands_shows_up_and_not_forward() -> None:
    learner = Learner(LearningSettings())
    pushed(learner, *table())
    found = learner.learn(45.0, None)
    assert found is not None
    assert not found.forward_known
    np.testing.assert_allclose(found.matrix[2], [1, 0, 0], atol=1e-6)


def test_where_the_axes_are_told_forward_is_known_without_a_bend() -> None:
    learner = Learner(LearningSettings())
    pushed(learner, *table())
    found = learner.learn(45.0, axes_of("up=+x,forward=-z"))
    assert found is not None
    assert found.forward_known
    np.testing.assert_allclose(found.matrix[0], [0, 0, -1], atol=1e-6)


def bends(*aside_deg: float, deep_deg: float = 80.0, turn_deg: float = 0.0) -> tuple[Array, Array, Array, Array]:
    """Bends with rests between, forward along x; each leans aside by so much on its way (synthetic).

    turn_deg: how far the body turns to the left on the way up.
    """
    course = np.sin(np.linspace(0, np.pi, 100)) ** 2
    late = np.sin(np.linspace(0, np.pi, 100) ** 1.5 / np.sqrt(np.pi)) ** 2
    rest = np.zeros((100, 2))
    turns = [np.vstack([rest, np.column_stack([deep_deg * course, aside * late])]) for aside in aside_deg]
    up_again = np.concatenate([np.zeros(150), np.linspace(0, turn_deg, 25), np.full(25, turn_deg)])
    heading = np.concatenate([number * turn_deg + up_again for number in range(len(turns))])
    heading = np.concatenate([heading, np.full(100, heading[-1])])
    poses = Rotation.from_euler("ZYX", np.column_stack([heading, np.vstack([*turns, rest])]), degrees=True)
    gyr = np.vstack([np.zeros(3), (poses[:-1].inv() * poses[1:]).as_rotvec() * 50])
    up = poses.inv().apply([0.0, 0.0, 1.0])
    return np.arange(len(up)) / 50, up * GRAVITY_MPS2, gyr, up


def test_bends_aside_say_less_of_forward_than_straight_ones() -> None:
    def off_deg(settings: LearningSettings) -> float:
        learner = Learner(settings)
        pushed(learner, *bends(0, 60, 2, 50, -2))
        found = learner.learn(45.0, None)
        assert found is not None
        forward = found.matrix[0]
        return abs(float(np.degrees(np.arctan2(forward[1], forward[0]))))

    alike = off_deg(LearningSettings(axis_spread=100.0))
    assert alike > 5
    assert off_deg(LearningSettings()) < alike / 3


@pytest.mark.parametrize("turn_deg", [90.0, 120.0])
def test_who_turns_on_the_spot_while_bent_is_not_taken_to_face_elsewhere(turn_deg: float) -> None:
    learner = Learner(LearningSettings())
    pushed(learner, *bends(0, 5, -5, 3, -3, deep_deg=105, turn_deg=turn_deg))
    found = learner.learn(45.0, None)
    assert found is not None
    assert abs(np.degrees(np.arctan2(found.matrix[0][1], found.matrix[0][0]))) < 8


def test_a_live_session_goes_on_learning() -> None:
    script = [Stand(4), *(each for _ in range(11) for each in (LiftMove("back"), Stand(2)))]
    samples = simulate(script, Person.drawn(np.random.default_rng(12)), rate_hz=50, seed=12)[0].samples
    update = Analyzer(Settings(), rate_hz=50.0).push(samples)
    assert len(update.lifts) >= 10
    learnt_s = [event.t for event in update.events if event.kind == "calibrated"]
    assert any(update.lifts[8].end_s < t <= update.lifts[9].end_s + 3 for t in learnt_s)
    assert len([t for t in learnt_s if t > update.lifts[5].end_s]) <= 3  # not after each


@pytest.mark.parametrize("rate_hz", [25, 33, 50, 100])
def test_how_long_a_bend_lasted_does_not_depend_on_the_rate(rate_hz: int) -> None:
    """Rows are as long as whole blocks allow: 0.08 s at 25 and 50 Hz, 0.12 at 33."""
    t = np.arange(round(14.6 * rate_hz)) / rate_hz
    lean = np.radians(60.0) * np.interp(t, [0, 4, 5, 9.6, 10.6, 14.6], [0, 0, 1, 1, 0, 0])  # over 10 degrees for 6.3 s
    up = np.column_stack([-np.sin(lean), np.zeros(len(t)), np.cos(lean)])
    gyr = np.column_stack([np.zeros(len(t)), np.gradient(lean, t), np.zeros(len(t))])
    learner, block = Learner(LearningSettings()), max(1, round(0.05 * rate_hz))
    whole = len(t) // block * block
    sums = BlockSums.of(up[:whole] * GRAVITY_MPS2, gyr[:whole], block)
    learner.push(t[block - 1 : whole : block], sums, up[block - 1 : whole : block], block / rate_hz, begins=True)
    found = learner.learn(45.0, None)
    assert found is not None
    assert found.forward_known


def test_nothing_is_learnt_where_nobody_was_calm() -> None:
    t, acc, gyr, up = table()
    learner = Learner(LearningSettings())
    assert learner.learn(45.0, None) is None
    shaken = acc + np.random.default_rng(3).normal(0, 2.0, acc.shape)
    pushed(learner, t, shaken, gyr, up)
    assert learner.learn(45.0, None) is None


def test_what_is_learnt_does_not_depend_on_the_cut(session: tuple[Samples, Truth]) -> None:
    samples, truth = session
    up = truth.rotation[:, 2, :]
    found = []
    for cuts in ([0, len(samples)], [0, 3, 4, 500, 777, len(samples)]):
        learner = Learner(LearningSettings())
        for a, b in pairwise(cuts):
            pushed(learner, samples.t[a:b], samples.acc[a:b], samples.gyr[a:b], up[a:b], begins=a == 0)
        found.append(learner.learn(45.0, None))
    assert found[0] == found[1]


def test_calm_does_not_depend_on_the_cut(session: tuple[Samples, Truth]) -> None:
    samples, _ = session
    n = len(samples) // 2 * 2
    sums = [BlockSums.of(samples.acc[a:b], samples.gyr[a:b], 2) for a, b in pairwise([0, 2, 10, 12, 400, n])]
    pieces, calm = RecentCalm(10), CalmSettings()
    one = RecentCalm(10).push(BlockSums.of(samples.acc[:n], samples.gyr[:n], 2), calm)
    np.testing.assert_array_equal(np.concatenate([pieces.push(part, calm) for part in sums]), one)


def test_an_offset_can_be_taken_from_what_was_summed(session: tuple[Samples, Truth]) -> None:
    samples, _ = session
    acc, gyr = samples.acc[:400], samples.gyr[:400]
    offset = np.repeat([[0.01, -0.2, 0.05], [0.3, 0.0, 0.02]], 200, axis=0)
    there, here = BlockSums.of(acc, gyr - offset, 5), BlockSums.of(acc, gyr, 5).without(offset[::5])
    np.testing.assert_allclose(here.rows, there.rows, atol=1e-12)


def test_a_session_of_hours_keeps_no_more_than_it_needs() -> None:
    learner = Learner(LearningSettings(), keep_s=60.0)
    still = np.tile([0.0, 0.0, 9.81], (10, 1))
    for second in range(2500):
        t = second + np.arange(10) / 10
        learner.push(t, BlockSums.of(still, np.zeros((10, 3)), 1), still / 9.81, 0.1, begins=second == 0)
    assert sum(len(rows) for rows in learner._rows) <= 2 * 600 + 10
