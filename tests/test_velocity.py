"""The rate of flexion in a look back: slow turning as it is, the skin's wobble hardly, nothing shifted in time."""

import numpy as np
import pytest

from liftcheck.trunk.window import WindowSettings, _velocity

STEP = 0.05


@pytest.mark.parametrize(("hz", "share"), [(0.5, 1.0), (1.0, 0.996), (2.0, 0.94), (4.0, 0.5), (8.0, 0.05)])
def test_of_a_turning_to_and_fro_so_much_is_left(hz: float, share: float) -> None:
    t = np.arange(0, 20, STEP)
    seen = _velocity(10 * np.sin(2 * np.pi * hz * t), STEP, WindowSettings())[100:300]
    true = 10 * 2 * np.pi * hz * np.cos(2 * np.pi * hz * t)[100:300]
    assert (seen @ true) / (true @ true) == pytest.approx(share, abs=0.015)


def test_an_even_turning_has_its_rate_and_a_held_lean_none() -> None:
    even = _velocity(np.arange(100.0), STEP, WindowSettings())
    np.testing.assert_allclose(even[20:80], 1 / STEP, rtol=1e-9)
    np.testing.assert_allclose(_velocity(np.full(100, 70.0), STEP, WindowSettings()), 0.0, atol=1e-9)
