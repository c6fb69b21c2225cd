"""The wearer's own lever: from bends with straight legs, and from the lifts so far."""

import numpy as np
import pytest

from liftcheck.lifts.technique import TechniqueSettings
from liftcheck.samples import Array
from liftcheck.trunk.lever import Lever, LeverOfLifts, LeverSettings, own_lever

SITE = Lever(0.33, 0.06, 1.0)
SPREAD = TechniqueSettings().spread(SITE)


def drops(lever: Lever, flexion: Array, hips_m: Array | float = 0.0) -> Array:
    return np.array([lever.drop_m(deg) for deg in flexion]) + hips_m


def learnt(flexion: Array, drop: Array, error_m: float = 0.01, prior: Lever = SITE) -> Lever:
    memory = LeverOfLifts(prior, TechniqueSettings().spread(prior), LeverSettings())
    for lean, sunk in zip(flexion, drop, strict=True):
        memory.add(lean, sunk, error_m)
    return memory.lever()


def test_the_wearers_own_lever_comes_from_straight_legs() -> None:
    lean, true = np.linspace(15, 80, 100), Lever(0.38, 0.05)
    found = own_lever(lean, drops(true, lean), SITE, (0.08, 0.04), 0.02)
    assert found is not None
    assert found.drop_m(75) == pytest.approx(true.drop_m(75), abs=0.015)


def test_bent_knees_give_no_lever() -> None:
    lean = np.linspace(15, 80, 100)
    assert own_lever(lean, drops(Lever(0.6, 0.0), lean, 0.3), SITE, (0.08, 0.04), 0.02) is None


def test_a_lever_by_which_the_hips_would_have_risen_is_too_long() -> None:
    """Stoops with straight legs sink by the lever alone; the site's 0.33 m would have the hips rise by 7 cm."""
    flexion, true = np.array([80.0, 90.0, 95.0, 100.0, 85.0, 90.0]), Lever(0.26, 0.06)
    found = learnt(flexion, drops(true, flexion))
    assert found.drop_m(90) == pytest.approx(true.drop_m(90), abs=0.03)
    assert found.doubt < 0.7


def test_lifts_with_bent_knees_say_nothing_of_the_lever() -> None:
    flexion = np.array([40.0, 50.0, 60.0, 45.0])
    found = learnt(flexion, drops(SITE, flexion, 0.3))
    assert found == pytest.approx(SITE, abs=0.01)


def test_the_more_stoops_the_surer_but_never_surer_than_calibration_bends() -> None:
    flexion = np.full(200, 95.0)
    doubts = [learnt(flexion[:n], drops(Lever(0.28, 0.07), flexion[:n])).doubt for n in (1, 5, 50, 200)]
    assert doubts == sorted(doubts, reverse=True)
    assert doubts[-1] == LeverSettings().least_doubt


def test_one_drop_that_is_wrong_by_decimetres_does_not_make_the_lever() -> None:
    flexion = np.full(30, 90.0)
    drop = drops(SITE, flexion, 0.03)
    spoilt = drop.copy()
    spoilt[4] -= 0.4
    assert abs(learnt(flexion, spoilt).drop_m(90) - learnt(flexion, drop).drop_m(90)) < 0.015


def test_a_drop_that_is_hardly_known_says_little() -> None:
    flexion = np.full(4, 90.0)
    low = drops(Lever(0.25, 0.06), flexion)
    sure, unsure = learnt(flexion, low, 0.01), learnt(flexion, low, 0.2)
    assert SITE.drop_m(90) - unsure.drop_m(90) < 0.6 * (SITE.drop_m(90) - sure.drop_m(90))


@pytest.mark.parametrize("site", ["mid-back", "low-back", "chest", "waist-front", "waist-back"])
def test_a_lever_grows_with_the_body(site: str) -> None:
    settings = TechniqueSettings()
    (usual,), (tall,) = settings.levers(site, None), settings.levers(site, 1.9)
    assert tall.r / usual.r == pytest.approx(1.9 / 1.73)
    assert tall.b / usual.b == pytest.approx(1.9 / 1.73)
    assert usual.doubt == 1.0
