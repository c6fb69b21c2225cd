"""How the sensor sits: rotations, names of axes, and a calibration's way into an event and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from liftcheck.samples import GRAVITY_MPS2
from liftcheck.trunk.lever import Lever
from liftcheck.trunk.mounting import Calibration, axes_of, rotation_of


def test_the_force_at_rest_upright_points_along_the_trunks_z() -> None:
    up, forward = axes_of("up=-y,forward=+z")
    trunk = np.array(rotation_of(up, forward)) @ (9.81 * up)
    np.testing.assert_allclose(trunk, [0, 0, 9.81], atol=1e-12)


def test_a_tap_upwards_reads_more_than_gravity() -> None:
    up, forward = axes_of("up=-y,forward=+z")
    tapped = np.array([0.0, -12.0, 0.0])  # the sensor's y points down, so a push up is along -y
    assert (np.array(rotation_of(up, forward)) @ tapped)[2] > 9.81


def test_left_is_where_a_right_handed_frame_puts_it() -> None:
    rotation = np.array(rotation_of(np.array([0, 0, 1.0]), np.array([1.0, 0, 0])))
    np.testing.assert_allclose(rotation, np.eye(3), atol=1e-12)
    assert np.linalg.det(np.array(rotation_of(*axes_of("up=x,forward=-z")))) == pytest.approx(1.0)


@given(seed=st.integers(0, 10_000))
def test_whatever_the_directions_the_result_is_a_rotation(seed: int) -> None:
    up, forward = np.random.default_rng(seed).normal(size=(2, 3))
    rotation = np.array(rotation_of(up, forward))
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    np.testing.assert_allclose(rotation[2], up / np.linalg.norm(up))


@pytest.mark.parametrize("text", ["up=+y,forward=-y", "up=x", "forward=z", "up=x,forward=x"])
def test_axes_that_are_no_up_and_forward_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="axis"):
        axes_of(text)


def test_a_calibration_survives_the_file() -> None:
    rotation = Rotation.random(rng=np.random.default_rng(1)).as_matrix()
    calibration = Calibration(
        rotation=rotation_of(rotation[2], rotation[0]),
        gyr_offset=(0.01, -0.02, 0.003),
        acc_offset=(0.1, 0.0, -0.2),
        acc_scale=1.02,
        acc_gain=(0.001, 0.0, -0.002),
        geometry=Lever(0.33, 0.06, 0.7),
        forward_known=False,
        quality="learnt: forward not known yet",
    )
    assert Calibration.from_data(json.loads(json.dumps(calibration.as_data()))) == calibration


@pytest.mark.parametrize(
    "lever",
    [[0.3, 0.1, 0.0], [0.3, 0.1, np.nan], [np.nan, 0.1], [-5.0, 0.1], "12", ["0.3", "0.1"], [True, False], [0.3], 0.3],
)
def test_what_is_no_lever_is_refused(lever: object) -> None:
    data = Calibration(rotation_of(np.array([0, 0, 1.0]), np.array([1.0, 0, 0]))).as_data()
    with pytest.raises(ValueError, match="calibration"):
        Calibration.from_data({**data, "geometry_m": lever})
    assert Calibration.from_data({**data, "geometry_m": [0.3, 0.1]}).geometry == Lever(0.3, 0.1, 0.5)


@pytest.mark.parametrize(
    "spoilt", [{"rotation": [[1, 0, 0], [0, 1, 0], [0, 0, -1]]}, {"rotation": "no"}, {"acc_scale": None}]
)
def test_what_is_no_calibration_is_refused(spoilt: dict[str, object]) -> None:
    data = Calibration(rotation_of(np.array([0, 0, 1.0]), np.array([1.0, 0, 0]))).as_data()
    with pytest.raises(ValueError, match="calibration"):
        Calibration.from_data({**data, **spoilt})


@pytest.mark.parametrize("reading", [9.0, 9.5, 10.2, 10.7])
def test_a_few_percent_off_gravity_are_an_offset(reading: float) -> None:
    calibration = Calibration(rotation=((1, 0, 0), (0, 1, 0), (0, 0, 1)), acc_scale=GRAVITY_MPS2 / reading)
    assert calibration.at_rest == pytest.approx((1.0, reading))


@pytest.mark.parametrize("reading", [4.9, 8.5, 11.5, 19.6])
def test_more_is_a_wrong_range(reading: float) -> None:
    calibration = Calibration(rotation=((1, 0, 0), (0, 1, 0), (0, 0, 1)), acc_scale=GRAVITY_MPS2 / reading)
    assert calibration.at_rest == pytest.approx((GRAVITY_MPS2 / reading, GRAVITY_MPS2))
