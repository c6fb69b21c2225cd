"""The wearer's own lever: from bends with straight legs, and from the lifts so far."""

import numpy as np
import pytest

from liftcheck.analysis import Analyzer, Settings
from liftcheck.lifts.technique import TechniqueSettings
from liftcheck.samples import Array, Event, Samples
from liftcheck.simulation import Calibration as BendsToCalibrate
from liftcheck.simulation import LiftMove, Person, Stand, Walk, simulate
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
    flexion = np.array([80.0, 90.0, 70.0, 85.0])
    found = learnt(flexion, drops(SITE, flexion, 0.3))
    assert found == pytest.approx(SITE, abs=0.01)
    assert learnt(flexion, drops(SITE, flexion)).doubt < 0.9  # of the same leans with straight knees


def test_without_a_lift_the_lever_is_anybodys() -> None:
    assert learnt(np.array([]), np.array([])) == pytest.approx(SITE)


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


def stoops(count: int = 9) -> Samples:
    """A simulated person who stoops again and again; sensor at the mid-back, nobody calibrated."""
    script = [Stand(4), *(each for _ in range(count) for each in (LiftMove("back"), Stand(2)))]
    return simulate(script, Person.drawn(np.random.default_rng(12)), rate_hz=50, seed=12)[0].samples.rounded()


def test_who_never_stands_still_between_lifts_keeps_the_lever_that_these_showed() -> None:
    """Windows without a stance teach nothing of the accelerometer, and yet of the lever."""
    script = [Stand(1.2), Walk(70), *(each for _ in range(8) for each in (LiftMove("back"), Walk(8)))]
    samples = simulate(script, Person.drawn(np.random.default_rng(12)), rate_hz=50, seed=12)[0].samples.rounded()
    analyzer = Analyzer(Settings(), rate_hz=50.0, keep_s=None)
    analyzer.push(samples)
    found = analyzer.learnt()
    assert found is not None
    assert found.geometry is not None
    assert found.geometry.drop_m(90) < SITE.drop_m(90) - 0.02


def test_a_height_told_late_forgets_no_lift() -> None:
    samples = stoops()
    analyzer = Analyzer(Settings(), rate_hz=50.0)
    analyzer.push(samples)
    analyzer.push(Samples.empty(), (Event(float(samples.t[-1]), "height", "person", {"height_m": 1.9}),))
    from_the_start = Analyzer(Settings(height_m=1.9), rate_hz=50.0)
    from_the_start.push(samples)
    late, told = analyzer.learnt(), from_the_start.learnt()
    assert late is not None
    assert told is not None
    assert late.geometry is not None
    assert told.geometry is not None
    assert late.geometry.drop_m(90) == pytest.approx(told.geometry.drop_m(90), abs=0.01)


def test_a_calibration_that_is_given_up_leaves_the_lever_that_bends_showed() -> None:
    script = [Stand(2), BendsToCalibrate(), Stand(130)]
    recording, _ = simulate(script, Person.drawn(np.random.default_rng(3)), rate_hz=50, seed=3)
    done_s = float(recording.samples.t[-1]) - 125
    again = Event(done_s, "calibrating", "person")
    analyzer = Analyzer(Settings(), rate_hz=50.0)
    told = analyzer.push(recording.samples, (Event(0.0, "calibrating", "person"), again)).events
    assert [event.kind for event in told] == ["calibrated", "calibration ended"]
    assert told[0].data["geometry_m"] is not None
    assert analyzer._finder._levers.by_bends


@pytest.mark.parametrize("quality", ["", "the legs were not straight"])
def test_a_calibration_without_a_lever_learns_it_from_lifts_again_and_again(quality: str) -> None:
    samples = stoops(count=12)
    analyzer = Analyzer(Settings(), rate_hz=50.0)
    learnt_before = [event.data for event in analyzer.push(samples).events if event.kind == "calibrated"][-1]
    given = Event(2.0, "calibrated", "person", {**learnt_before, "geometry_m": None, "quality": quality})
    events = Analyzer(Settings(), rate_hz=50.0).push(samples, (given,)).events
    told = [event.data["geometry_m"] for event in events if event.kind == "calibrated"]
    levers = [Lever(*geometry) for geometry in told if geometry is not None]
    assert len(levers) > 1
    assert levers[-1].drop_m(90) == pytest.approx(Lever(*learnt_before["geometry_m"]).drop_m(90), abs=0.025)


@pytest.mark.parametrize("site", ["mid-back", "low-back", "chest", "waist-front", "waist-back"])
def test_a_lever_grows_with_the_body(site: str) -> None:
    settings = TechniqueSettings()
    (usual,), (tall,) = settings.levers(site, None), settings.levers(site, 1.9)
    assert tall.r / usual.r == pytest.approx(1.9 / 1.73)
    assert tall.b / usual.b == pytest.approx(1.9 / 1.73)
    assert usual.doubt == 1.0
