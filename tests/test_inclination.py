"""The trunk's angles, told from physical sentences."""

import os
from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from liftcheck.samples import GRAVITY_MPS2
from liftcheck.trunk import quaternions
from liftcheck.trunk.inclination import InclinationFilter, InclinationSettings, angles, heading
from liftcheck.trunk.mounting import rotation_of

TUMBLING = Path(os.environ.get("LIFTCHECK_DATA", "")) / "tumbling"
RATE = 100.0
FORWARD, LEFT, UP = np.eye(3)
AXES = [np.array(p, dtype=float) * s for p in permutations([1, 0, 0]) for s in (1, -1)]


def moved(turn: Rotation, hold_s: float = 4.0, turning_s: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """What a perfect sensor along the trunk's axes feels: still, turned by `turn`, and still again."""
    share = np.concatenate(
        [np.zeros(int(hold_s * RATE)), np.linspace(0, 1, int(turning_s * RATE)), np.ones(int(hold_s * RATE))]
    )
    share = share * share * (3 - 2 * share)
    pose = Rotation.from_rotvec(turn.as_rotvec() * share[:, None])
    acc = pose.inv().apply([0, 0, GRAVITY_MPS2])
    rate = (pose[:-1].inv() * pose[1:]).as_rotvec() * RATE
    middle = np.vstack([rate[:1], (rate[1:] + rate[:-1]) / 2, rate[-1:]])  # at the samples
    return acc, middle


def seen(turn: Rotation, clip: np.ndarray | None = None, offset_deg_s: float = 0.0) -> tuple[float, float, float]:
    """Flexion, lean and turn at the end. clip: (3, 3) trunk axes to sensor axes."""
    clip = np.eye(3) if clip is None else clip
    acc, gyr = moved(turn)
    acc, gyr = acc @ clip.T, gyr @ clip.T + np.radians(offset_deg_s)
    mounting = np.array(rotation_of(clip @ UP, clip @ FORWARD))
    q, _, _ = InclinationFilter(RATE, InclinationSettings()).push(acc, gyr)
    flexion, lean = angles(quaternions.up(q) @ mounting.T)
    turned = np.degrees(np.unwrap(heading(q, mounting[1])))
    return float(flexion[-1]), float(lean[-1]), float(turned[-1] - turned[0])


def about(axis: np.ndarray, degrees: float) -> Rotation:
    return Rotation.from_rotvec(axis * np.radians(degrees))


@pytest.mark.parametrize(
    ("sentence", "axis", "degrees", "expected"),
    [
        ("standing upright reads 0", LEFT, 0.0, (0, 0, 0)),
        ("lying on the belly reads 90", LEFT, 90.0, (90, 0, 0)),
        ("the head below the hips reads more than 90", LEFT, 120.0, (120, 0, 0)),
        ("leaning back is negative", LEFT, -25.0, (-25, 0, 0)),
        ("leaning to the right is positive", FORWARD, 30.0, (0, 30, 0)),
        ("leaning to the left is negative", FORWARD, -30.0, (0, -30, 0)),
        ("turning left is positive", UP, 60.0, (0, 0, 60)),
        ("turning right is negative", UP, -60.0, (0, 0, -60)),
    ],
)
def test_the_angles_are_what_a_person_would_call_them(
    sentence: str, axis: np.ndarray, degrees: float, expected: tuple[float, float, float]
) -> None:
    flexion, lean, turn = seen(about(axis, degrees))
    assert flexion == pytest.approx(expected[0], abs=0.5), sentence
    assert lean == pytest.approx(expected[1], abs=0.5), sentence
    if expected[0] == 0:
        assert turn == pytest.approx(expected[2], abs=1.0), sentence


def test_lying_on_the_right_side_the_left_side_is_up() -> None:
    assert seen(about(FORWARD, 85.0))[1] == pytest.approx(85.0, abs=0.5)


@pytest.mark.parametrize("kind", ["a quarter turn", "any"])
def test_any_way_a_sensor_can_be_clipped_on_gives_the_same_angles(kind: str) -> None:
    if kind == "any":
        clips = Rotation.random(10, rng=np.random.default_rng(3)).as_matrix()
    else:
        found = [np.array([a, b, np.cross(a, b)]) for a, b in product(AXES, AXES) if a @ b == 0]
        clips = np.unique(np.array(found), axis=0)
        assert len(clips) == 24
    bow = about(LEFT, 70.0) * about(FORWARD, 10.0)
    expected = seen(bow)
    for clip in clips:
        np.testing.assert_allclose(seen(bow, clip), expected, atol=0.2)


def test_a_mirrored_person_leans_and_turns_the_other_way() -> None:
    right = seen(about(UP, 20.0) * about(LEFT, 40.0) * about(FORWARD, 15.0))
    left = seen(about(UP, -20.0) * about(LEFT, 40.0) * about(FORWARD, -15.0))
    np.testing.assert_allclose(left, (right[0], -right[1], -right[2]), atol=0.1)


def test_a_gyroscope_off_by_five_degrees_a_second_is_put_right_in_the_first_rest() -> None:
    flexion, lean, _ = seen(about(LEFT, 70.0), offset_deg_s=5.0)
    assert flexion == pytest.approx(70.0, abs=0.7)
    assert lean == pytest.approx(0.0, abs=0.7)


def test_the_filter_does_not_depend_on_how_the_stream_is_cut() -> None:
    acc, gyr = moved(about(LEFT, 70.0))
    whole = InclinationFilter(RATE, InclinationSettings()).push(acc, gyr)[0]
    pieces = InclinationFilter(RATE, InclinationSettings())
    cuts = [0, 201, 202, 377, 640, len(acc)]
    parts = [pieces.push(acc[a:b], gyr[a:b])[0] for a, b in pairwise(cuts)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.skipif(not TUMBLING.exists(), reason="LIFTCHECK_DATA does not lead to the tumbling sensor's data")
def test_a_sensor_tumbled_by_hand_is_followed_too() -> None:
    errors = []
    for path in sorted(TUMBLING.glob("*.csv.gz")):
        table = np.genfromtxt(path, delimiter=",", names=True)
        acc, gyr, up = (
            np.column_stack([table[n] for n in table.dtype.names if n.startswith(p)]) for p in ("acc", "gyr", "up")
        )
        q, _, _ = InclinationFilter(RATE, InclinationSettings()).push(acc, gyr)
        cosine = np.clip(np.einsum("ij,ij->i", quaternions.up(q), up), -1, 1)
        errors.append(np.degrees(np.sqrt(np.mean(np.arccos(cosine[table["moving"] > 0.5]) ** 2))))
    assert len(errors) == 6
    assert np.mean(errors) < 0.8  # VQF with its published defaults, fed with mid-point rates: 0.52 over the whole set
