"""A calibration as it happens: what counts, what is said when it goes wrong, and the wearer's own lever."""

import numpy as np
import pytest

from liftcheck.samples import GRAVITY_MPS2
from liftcheck.trunk.calibrating import CalibratingSettings, Calibrator

STEP = 0.05
LEFT, UP = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])


class Wearer:
    """Feeds a calibrator with what blocks of a wearer's movement look like (synthetic)."""

    def __init__(self, site: str = "mid-back") -> None:
        self.calibrator = Calibrator(CalibratingSettings(), site, STEP)
        self.t = 0.0

    def stands(self, seconds: float, calm: bool = True) -> "Wearer":
        for _ in range(round(seconds / STEP)):
            self._block(UP, np.zeros(3), calm)
        return self

    def stands_unsure(self, seconds: float) -> "Wearer":
        for _ in range(round(seconds / STEP)):
            self.calibrator.unsure(np.zeros(3), UP * GRAVITY_MPS2 * 1.01)
        return self

    def bends(self, degrees: float, axis: np.ndarray = LEFT, seconds: float = 2.0) -> "Wearer":
        share = (1 - np.cos(np.linspace(0, 2 * np.pi, round(seconds / STEP)))) / 2
        for angle, rate in zip(degrees * share, np.gradient(degrees * share, STEP), strict=True):
            turned = np.radians(angle)
            up = UP * np.cos(turned) - np.cross(axis, UP) * np.sin(turned) + axis * (axis @ UP) * (1 - np.cos(turned))
            self._block(up, axis * np.radians(rate), False)
        return self.stands(0.5)

    def _block(self, up: np.ndarray, rate: np.ndarray, calm: bool) -> None:
        self.t += STEP
        self.calibrator.push(self.t, up, rate, up * GRAVITY_MPS2 * 1.01, calm)


def test_three_seconds_still_and_three_bends_are_a_calibration() -> None:
    done = Wearer().stands(3.2).bends(70).bends(75).bends(68).calibrator
    assert done.progress.phase == "done"
    assert done.found is not None
    np.testing.assert_allclose(done.found.matrix, np.eye(3), atol=1e-6)
    assert done.found.acc_scale == pytest.approx(1 / 1.01)
    assert len(done.bends) == 3


def test_who_moves_begins_the_stillness_again() -> None:
    wearer = Wearer().stands(2.0).stands(0.1, calm=False)
    assert wearer.calibrator.progress.problem == "moved"
    assert wearer.calibrator.progress.still_s == 0.0
    assert wearer.stands(3.2).calibrator.progress.phase == "bend"


@pytest.mark.parametrize(("depth", "site", "counts"), [(40, "mid-back", 0), (50, "mid-back", 1), (25, "waist-back", 1)])
def test_a_bend_counts_from_45_degrees_and_at_the_waist_from_20(depth: float, site: str, counts: int) -> None:
    progress = Wearer(site).stands(3.2).bends(depth).calibrator.progress
    assert len(progress.bends_deg) == counts
    assert progress.problem == ("" if counts else "shallow")


def test_stillness_goes_on_after_a_hole_in_the_signal() -> None:
    wearer = Wearer().stands(1.8).stands_unsure(0.5)
    assert wearer.calibrator.progress.still_s == pytest.approx(1.8)
    assert wearer.stands(0.8).calibrator.progress.phase == "bend"


def test_who_moved_after_a_hole_in_the_signal_begins_the_stillness_again() -> None:
    wearer = Wearer().stands(1.8).stands_unsure(0.5).stands(0.1, calm=False)
    assert wearer.calibrator.progress.still_s == 0.0


def test_before_any_stillness_what_is_unsure_counts_for_nothing() -> None:
    assert Wearer().stands_unsure(0.5).stands(1.0).calibrator.progress.still_s == pytest.approx(1.0)


def test_who_stands_otherwise_after_a_hole_begins_the_stillness_again() -> None:
    wearer = Wearer().stands(1.8).stands_unsure(0.5)
    leaning = np.array([np.sin(np.radians(25)), 0.0, np.cos(np.radians(25))])
    wearer.calibrator.push(2.0, leaning, np.zeros(3), leaning * GRAVITY_MPS2, True)
    assert wearer.calibrator.progress.problem == "moved"
    assert wearer.stands(2.8).calibrator.progress.phase == "still"


def test_a_sensor_turned_in_the_hand_is_no_back() -> None:
    slanted = np.array([0.0, 0.5, np.sqrt(0.75)])
    assert Wearer().stands(3.2).bends(150, slanted).calibrator.progress.problem == "not-a-back"


def test_bends_to_all_sides_begin_again() -> None:
    wearer = Wearer().stands(3.2).bends(70).bends(70, np.array([1.0, 0.0, 0.0])).bends(70)
    assert wearer.calibrator.progress.problem == "sideways"
    assert wearer.calibrator.progress.bends_deg == ()
    assert wearer.bends(70).bends(70).bends(70).calibrator.progress.phase == "done"


def test_who_stays_down_is_told_so() -> None:
    assert Wearer().stands(3.2).bends(70, seconds=20.0).calibrator.progress.problem == "no-return"
