"""Bends in hand-made windows: how many, how deep, from when to when."""

import numpy as np
import pytest
from hand_made_window import path, window

from liftcheck.lifts.segmentation import SegmentationSettings, by_shoulders, find_bends

SETTINGS = SegmentationSettings()


def test_down_and_up_once_is_one_bend_with_its_bottom_at_the_lowest_point() -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, 0), (6, 0))
    lean = path((0, 0), (2, 0), (2.8, 40), (4, 0), (6, 0))
    (bend,) = find_bends(window(drop, lean), "mid-back", SETTINGS)
    assert bend.bottom * 0.05 == pytest.approx(3.0)
    assert bend.depth == pytest.approx(2.5)
    assert bend.by_drop
    assert bend.opened
    assert bend.closed


def test_bends_that_were_over_before_are_left_out_and_the_others_are_the_same() -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, 0), (6, 0), (7, 0.4), (8, 0), (10, 0))
    both = find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS)
    assert len(both) == 2
    assert find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS, after_s=5.0) == both[1:]
    assert find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS, after_s=3.5) == both


def test_a_bend_begins_and_ends_where_the_drop_is_twelve_percent_of_its_greatest() -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, 0), (6, 0))
    (bend,) = find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS)
    t = 0.05 * np.arange(len(drop))
    assert np.interp([bend.start_s, bend.end_s], t, drop) == pytest.approx([0.06, 0.06], abs=1e-6)


def test_a_lift_begins_when_the_shoulders_leave_not_when_the_sensor_sinks() -> None:
    """A low sensor rises while the trunk leans, and sinks late; the shoulders sink from the first."""
    drop = path((0, 0), (2, 0), (2.4, -0.03), (3, 0.3), (3.6, -0.03), (4, 0), (6, 0))
    shoulders = path((0, 0), (2, 0), (3, 0.8), (4, 0), (6, 0))
    seen = window(drop, np.zeros(len(drop)))
    (bend,) = find_bends(seen, "low-back", SETTINGS)
    whole = by_shoulders(bend, seen, shoulders, SETTINGS)
    assert whole.start_s < bend.start_s - 0.2
    assert whole.end_s > bend.end_s + 0.2
    assert np.interp([whole.start_s, whole.end_s], seen.t, shoulders) == pytest.approx([0.096, 0.096], abs=1e-6)
    assert whole.bottom == bend.bottom


def test_who_stays_bent_after_a_lift_ends_it_where_the_sensor_stopped_rising() -> None:
    drop = path((0, 0), (2, 0), (3, 0.4), (4, 0), (8, 0))
    shoulders = path((0, 0), (2, 0), (3, 0.8), (4, 0.2), (8, 0.2))
    seen = window(drop, np.zeros(len(drop)))
    (bend,) = find_bends(seen, "mid-back", SETTINGS)
    assert by_shoulders(bend, seen, shoulders, SETTINGS).end_s == bend.end_s


def test_shoulders_that_seem_to_rise_do_not_shrink_a_bend_to_nothing() -> None:
    lean = path((0, 0), (2, 0), (3, 60), (4, 0), (6, 0))
    seen = window(-0.3 * lean / 60, lean)
    (bend,) = find_bends(seen, "mid-back", SETTINGS)
    assert by_shoulders(bend, seen, -0.05 - 0.15 * lean / 60, SETTINGS) == bend


def test_chained_lifts_keep_their_valley() -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, 0.1), (5, 0.5), (6, 0), (8, 0))
    seen = window(drop, np.zeros(len(drop)))
    first, second = (by_shoulders(bend, seen, drop, SETTINGS) for bend in find_bends(seen, "mid-back", SETTINGS))
    assert first.end_s == pytest.approx(second.start_s, abs=0.06)


def test_a_stoop_whose_sensor_does_not_sink_has_its_bottom_at_the_greatest_lean() -> None:
    lean = path((0, 0), (2, 0), (3.5, 50), (5, 0), (7, 0))
    (bend,) = find_bends(window(np.zeros(len(lean)), lean), "low-back", SETTINGS)
    assert not bend.by_drop
    assert bend.bottom * 0.05 == pytest.approx(3.5)


@pytest.mark.parametrize(("between", "bends"), [(0.1, 2), (0.4, 1)])
def test_two_lifts_are_two_if_the_wearer_came_up_more_than_half_way_between(between: float, bends: int) -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, between), (5, 0.5), (6, 0), (8, 0))
    found = find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS)
    assert len(found) == bends
    if bends == 2:
        assert [bend.chained for bend in found] == [(False, True), (True, False)]
        assert found[0].end_s == pytest.approx(found[1].start_s, abs=0.06)


def test_a_bend_that_the_window_cuts_off_is_still_open() -> None:
    drop = path((0, 0), (2, 0), (3, 0.5), (4, 0.45))
    (bend,) = find_bends(window(drop, np.zeros(len(drop))), "mid-back", SETTINGS)
    assert bend.opened
    assert not bend.closed


def test_the_same_lean_is_a_lift_at_the_waist_and_shallow_at_the_back() -> None:
    lean = path((0, 0), (2, 0), (3, 30), (4, 0), (6, 0))
    of = {site: find_bends(window(np.zeros(len(lean)), lean), site, SETTINGS)[0] for site in ("waist", "mid-back")}
    assert of["waist"].depth > 1.0 > of["mid-back"].depth


def test_swaying_is_no_bend() -> None:
    lean = path((0, 0), (1, 5), (2, 0), (3, 8), (4, 0))
    assert find_bends(window(0.0005 * lean, lean), "mid-back", SETTINGS) == []
