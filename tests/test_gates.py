"""What is no lift: sentences about bodies, on simulated people, on hand-made windows and on real recordings."""

import gzip
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hand_made_window import path, window

from liftcheck.analysis import Analyzer, Settings, analyze
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.segmentation import Bend, SegmentationSettings, find_bends
from liftcheck.lifts.sitting import SeatEvidence, SittingSettings, seat_evidence
from liftcheck.samples import Samples
from liftcheck.simulation import Calibration, Jump, LieDown, LiftMove, Person, Sit, Stairs, Stand, Walk, simulate
from liftcheck.trunk.window import Window

SITES = ("mid-back", "low-back", "waist-back", "waist-front")


@cache
def judged(movement: object, site: str, seed: int = 3) -> list[Lift]:
    """The bends that are found when this person stands, calibrates, does this, and stands (simulated)."""
    person = Person.drawn(np.random.default_rng(seed))
    script = [Stand(2), Calibration(), Stand(2), movement, Stand(2.5)]
    recording, _ = simulate(script, person, site=site, seed=seed)  # type: ignore[arg-type]
    updates = analyze(recording.samples, recording.events, Settings(site=site))
    return [lift for update in updates for lift in update.lifts]


def lifts(found: list[Lift]) -> list[Lift]:
    return [lift for lift in found if lift.is_lift]


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("seat_m", [0.40, 0.60])
def test_somebody_who_sits_down_and_gets_up_has_not_lifted(site: str, seat_m: float) -> None:
    found = judged(Sit(3.0, seat_m, 1.5, 1.5), site)
    assert not lifts(found)
    if seat_m < 0.5:  # a high seat may have hardly sunk anybody
        assert "sitting" in [lift.reason for lift in found]


@pytest.mark.parametrize("site", SITES)
def test_somebody_who_drops_into_a_chair_has_not_lifted(site: str) -> None:
    assert not lifts(judged(Sit(3.0, 0.45, collapse=True), site))


@pytest.mark.parametrize("site", SITES)
def test_a_deep_squat_held_for_two_seconds_is_a_lift(site: str) -> None:
    (lift,) = lifts(judged(LiftMove("squat", down_s=1.4, dwell_s=2.0, up_s=1.4), site))
    assert lift.technique is Technique.LEGS


@pytest.mark.parametrize("site", ["mid-back", "waist-front"])
def test_a_stoop_held_for_two_seconds_is_a_lift(site: str) -> None:
    (lift,) = lifts(judged(LiftMove("back", down_s=1.4, dwell_s=2.0, up_s=1.4), site))
    assert lift.technique is Technique.BACK


def test_a_deep_stoop_that_sways_is_not_carried_by_a_seat() -> None:
    """Whoever holds a trunk at 105 degrees for five seconds comes up by some degrees, and is on their feet."""
    lean = path((0, 0), (2, 0), (3.2, 108), (4, 98), (7, 98), (8, 108), (9.2, 0), (11, 0))
    hips = path((0, 0), (2, 0), (3.2, 0.1), (8, 0.1), (9.2, 0), (11, 0))
    seen = window(hips + 0.3 * (1 - np.cos(np.radians(lean))), lean)
    found = seat_evidence(only_bend(seen, "mid-back"), seen, hips, "mid-back", SittingSettings())
    assert found.probability < 0.5


@pytest.mark.parametrize("technique", ["legs", "back"])
def test_one_lift_is_judged_though_nobody_calibrated_and_forward_is_not_known_yet(technique: str) -> None:
    person = Person.drawn(np.random.default_rng(3))
    recording, _ = simulate([Stand(3), LiftMove(technique), Stand(3)], person, seed=3)
    found = Analyzer(Settings(height_m=person.height_m), rate_hz=recording.rate_hz).push(recording.samples).lifts
    assert [str(lift.technique) for lift in found] == [technique]
    assert "not calibrated: which way is forward is not known yet" in found[0].quality


def test_who_stood_minutes_ago_and_walks_between_lifts_is_judged() -> None:
    script = [Stand(4), Walk(70), LiftMove("back"), Walk(8), LiftMove("legs"), Walk(8)]
    recording, _ = simulate(script, Person.drawn(np.random.default_rng(3)), seed=3)
    updates = analyze(recording.samples, (), Settings())
    found = lifts([lift for update in updates for lift in update.lifts])
    assert [lift.technique for lift in found] == [Technique.BACK, Technique.LEGS]


@pytest.mark.parametrize("site", ["mid-back", "waist-front"])
def test_a_jump_is_no_lift(site: str) -> None:
    found = judged(Jump(0.2), site)
    assert not lifts(found)
    assert "jump" in [lift.reason for lift in found]


@pytest.mark.parametrize("site", SITES)
def test_a_flight_of_stairs_holds_no_lift(site: str) -> None:
    assert not lifts(judged(Stairs(9, up=False), site))


def test_what_happens_on_the_floor_is_called_lying() -> None:
    assert "lying" in [lift.reason for lift in judged(LieDown(4.0), "mid-back")]


# The evidence itself, on hand-made windows: hips that rest 45 cm below standing for three seconds.

HIPS = path((0, 0), (2, 0), (3.2, 0.45), (6.2, 0.45), (7.4, 0), (9, 0))


def of_seat(hips: np.ndarray, lean: np.ndarray, site: str = "waist-front") -> SeatEvidence:
    seen = window(hips, lean)
    return seat_evidence(only_bend(seen, site), seen, hips, site, SittingSettings())


def only_bend(seen: Window, site: str) -> Bend:
    (bend,) = find_bends(seen, site, SegmentationSettings())
    return bend


def test_a_trunk_that_leans_only_on_the_way_is_carried_by_a_seat() -> None:
    lean = path((0, 0), (2, 0), (3.0, 35), (4.0, 5), (5.2, 5), (6.3, 35), (7.5, 0), (9, 0))
    assert of_seat(HIPS, lean).probability > 0.9


def test_a_trunk_that_leans_as_long_as_the_hips_are_low_stands_on_its_feet() -> None:
    lean = path((0, 0), (2, 0), (3.2, 35), (6.2, 35), (7.4, 0), (9, 0))
    assert of_seat(HIPS, lean).probability < 0.1


def test_who_stoops_for_long_has_not_sat_down_for_that() -> None:
    lean = path((0, 0), (2, 0), (3.2, 80), (9.2, 80), (10.4, 0), (12, 0))
    hips = path((0, 0), (2, 0), (3.2, 0.1), (9.2, 0.1), (10.4, 0), (12, 0))
    seen = window(0.3 * lean / 80, lean)
    found = seat_evidence(only_bend(seen, "mid-back"), seen, hips, "mid-back", SittingSettings())
    assert found.probability < SittingSettings().sure


def test_a_pelvis_upright_before_the_hips_arrive_is_that_of_a_squat() -> None:
    lean = path((0, 0), (1.8, 0), (2.4, 25), (3.0, 3), (6.4, 3), (7.0, 25), (7.6, 0), (9, 0))
    assert of_seat(HIPS, lean).probability < 0.1
    assert of_seat(HIPS, lean, "mid-back").probability > 0.9  # a trunk so upright would fall over backward


def test_hips_higher_than_standing_were_sitting_before() -> None:
    hips = path((0, 0), (2, 0), (2.8, -0.2), (3.6, 0), (6, 0))
    lean = path((0, 0), (1.2, 0), (2.0, 38), (3.6, 0), (6, 0))
    assert of_seat(hips, lean).probability > 0.75
    assert of_seat(0.0 * hips, lean).probability < 0.25


LEAN_AND_BACK = path((0, 0), (2, 0), (3.2, 35), (4.4, 0), (6.5, 0))
DROP_AND_BACK = path((0, 0), (2, 0), (3.2, 0.1), (4.4, 0), (6.5, 0))
LOWER = path((0, 0), (2, 0), (4.4, 0.25), (6.5, 0.25))


@pytest.mark.parametrize("by_movement_m", [LOWER, -LOWER])
def test_a_bend_between_two_levels_is_the_way_onto_a_seat_or_off_it(by_movement_m: np.ndarray) -> None:
    seen = window(DROP_AND_BACK, LEAN_AND_BACK, by_movement_m=by_movement_m)
    found = seat_evidence(only_bend(seen, "waist-front"), seen, DROP_AND_BACK, "waist-front", SittingSettings())
    assert found.probability > 0.9


def test_a_bend_that_ends_as_high_as_it_began_is_none() -> None:
    seen = window(DROP_AND_BACK, LEAN_AND_BACK)
    found = seat_evidence(only_bend(seen, "waist-front"), seen, DROP_AND_BACK, "waist-front", SittingSettings())
    assert found.probability < 0.1


def test_a_level_that_nobody_knows_says_nothing() -> None:
    seen = window(DROP_AND_BACK, LEAN_AND_BACK, by_movement_m=2 * LOWER, error_by_movement_m=0.8)
    found = seat_evidence(only_bend(seen, "waist-front"), seen, DROP_AND_BACK, "waist-front", SittingSettings())
    assert found.level < 0


def struck(hips: np.ndarray, lean: np.ndarray, force_mps2: float) -> SeatEvidence:
    """Down and up at once, with so great a force at the lowest point."""
    seen = window(hips, lean, jolt_mps2=np.where(hips > hips.max() - 0.02, force_mps2, 10.0))
    return seat_evidence(only_bend(seen, "mid-back"), seen, hips, "mid-back", SittingSettings())


def test_a_brisk_squat_turns_round_hard_without_an_impact() -> None:
    hips = path((0, 0), (2, 0), (2.6, 0.6), (3.2, 0), (5, 0))  # half a g more than gravity at the bottom, and no more
    lean = path((0, 0), (2, 0), (2.6, 40), (3.2, 0), (5, 0))
    assert struck(hips, lean, 19.0).impact == 0
    assert struck(0.1 * hips, lean, 19.0).impact > 0  # the same force in a movement that does not explain it


def test_an_impact_alone_makes_no_seat() -> None:
    hips = path((0, 0), (2, 0), (2.6, 0.6), (3.2, 0), (5, 0))
    lean = path((0, 0), (2, 0), (2.6, 40), (3.2, 0), (5, 0))
    found = struck(hips, lean, 30.0)
    assert found.impact == SittingSettings().support_limit
    assert found.probability < 0.5


def test_no_piece_of_evidence_is_beyond_its_limit() -> None:
    lean = path((0, 0), (2, 0), (3.2, 80), (4.0, -60), (5.4, -60), (6.2, 80), (7.4, 0), (9, 0))
    found = of_seat(HIPS, lean, "mid-back")
    limit = SittingSettings().limit
    assert max(found.level, found.low, found.above, found.impact, found.behind) <= limit


# Real people, a logger at the belt (see the data's own README); nothing here was asked to lift a load.


def real(name: str) -> list[Lift]:
    folder = Path(os.environ.get("LIFTCHECK_DATA", "")) / "waist_bends"
    if not (folder / f"{name}.csv.gz").exists():
        pytest.skip("seats are not told from real bends without LIFTCHECK_DATA")
    with gzip.open(folder / f"{name}.csv.gz", "rt") as file:
        table = np.loadtxt(file, delimiter=",", skiprows=1)
    samples = Samples(table[:, 0], table[:, 1:4], table[:, 4:7]).rounded()
    settings = Settings(site="waist-front", axes="up=-y,forward=+z")
    return lifts([lift for update in analyze(samples, (), settings) for lift in update.lifts])


@pytest.mark.parametrize("name", ["D15_SA15_R01", "D15_SA20_R01", "D15_SE15_R02"])
def test_real_squats_with_an_upright_pelvis_are_lifts(name: str) -> None:
    (lift,) = real(name)
    assert lift.technique is Technique.LEGS


@pytest.mark.parametrize("name", ["D07_SA05_R01", "D08_SE15_R02", "D09_SE10_R02", "D10_SA10_R01", "D11_SA20_R03"])
def test_real_people_who_sit_down_have_not_lifted(name: str) -> None:
    assert not real(name)


def test_a_squat_held_by_trembling_legs_is_no_flight_of_stairs() -> None:
    for seed in (0, 4):  # two of the roughest people drawn
        (lift,) = lifts(judged(LiftMove("squat", down_s=1.5, dwell_s=2.4, up_s=1.5), "waist-front", seed))
        assert lift.technique is Technique.LEGS
