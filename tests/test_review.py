"""A coach's labels, picked lifts, overlays and thinned curves: all without a screen, on synthetic lifts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from acting import lift
from hand_made import a_lift
from hypothesis import given
from hypothesis import strategies as st

from liftcheck.errors import sentence
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.texts import LANGUAGES, texts
from liftcheck.recording import labels
from liftcheck.recording.labels import Label
from liftcheck.review.labelling import NO_LIFT, Remark, Review, ReviewError, lowest, strangers
from liftcheck.review.link_health import link_health, merged
from liftcheck.review.overlay import GRID, own_band, registered
from liftcheck.review.picks import pick
from liftcheck.review.playhead import SPEEDS, Playhead
from liftcheck.review.pyramid import Pyramid
from liftcheck.review.stored import differing, stored_lifts, with_curves
from liftcheck.samples import Event
from liftcheck.scoring.evaluation.labels import AROUND_S as AROUND_IN_EVALUATE
from liftcheck.session import lift_data


def three() -> Review:
    kinds = ("legs", "back", "unclear")
    lifts = [a_lift(i + 1, 10.0 * (i + 1), kind) for i, kind in enumerate(kinds)]
    return Review("shift1", "M. Ortiz").with_lifts([*lifts, a_lift(None, 35.0, None, reason="shallow")])


def words(review: Review) -> list[tuple[str, str]]:
    return [(row.machine, row.coach) for row in review.rows()]


def test_only_lifts_are_listed_and_no_label_is_there_at_first() -> None:
    assert words(three()) == [("legs", ""), ("back", ""), ("unclear", "")]


def test_accepting_takes_the_programs_word_and_leaves_the_programs_lift_alone() -> None:
    before = three()
    after = before.accepted(before.rows()[0])
    assert words(after)[0] == ("legs", "legs")
    assert after.lifts == before.lifts
    assert after.labels == (Label("shift1", "legs", 9.0, 11.0, 10.0, coach="M. Ortiz"),)
    assert not after.rows()[0].differs


def test_an_unclear_lift_cannot_be_accepted_but_labelled() -> None:
    review = three()
    with pytest.raises(ReviewError, match="press 1, 2, 3 or 4"):
        review.accepted(review.rows()[2])
    after = review.labelled(review.rows()[2], "legs")
    assert words(after)[2] == ("unclear", "legs")
    assert after.rows()[2].differs


def test_accepting_keeps_a_word_that_the_coach_has_said_before() -> None:
    review = three()
    review = review.labelled(review.rows()[0], "back")
    assert review.accepted(review.rows()[0]) is review


def test_a_second_label_replaces_the_first() -> None:
    review = three()
    for word in ("mixed", "back"):
        review = review.labelled(review.rows()[1], word)
    assert [label.label for label in review.labels] == ["back"]


def test_a_lift_is_split_at_the_cursor_into_two_rows() -> None:
    review = three()
    after = review.split(review.rows()[1], 20.5, (20.0, 20.8))
    assert [(row.lift is not None, row.start_s, row.end_s, row.coach) for row in after.rows()[1:3]] == [
        (True, 19.0, 20.5, "back"),
        (False, 20.5, 21.0, "back"),
    ]


def test_a_lift_is_not_split_outside_of_itself() -> None:
    review = three()
    for t in (18.0, 19.05, 20.95, 25.0):
        with pytest.raises(ReviewError, match="cursor"):
            review.split(review.rows()[1], t)


def test_two_lifts_are_joined_under_one_label() -> None:
    review = three()
    rows = review.rows()
    after = review.labelled(rows[0], "mixed").joined(review.labelled(rows[0], "mixed").rows()[0], rows[1])
    assert [(label.label, label.start_s, label.end_s) for label in after.labels] == [("mixed", 9.0, 21.0)]
    assert [(row.coach, row.joined) for row in after.rows()] == [("mixed", False), ("mixed", True), ("", False)]


def test_the_first_of_joined_lifts_carries_the_label_even_if_the_second_is_deeper() -> None:
    review = Review("shift1", "c").with_lifts([a_lift(1, 10.0, drop_m=0.3), a_lift(2, 20.0, drop_m=0.6)])
    first, second = review.joined(*review.rows()).rows()
    assert (first.lift, first.joined, first.bottom_s) == (review.lifts[0], False, 20.0)
    assert (second.lift, second.joined) == (review.lifts[1], True)


def test_after_the_last_lift_there_is_nothing_to_join() -> None:
    review = three()
    with pytest.raises(ReviewError, match="no lift after"):
        review.joined(review.rows()[2], None)


def test_deleting_says_no_lift_and_deleting_again_unsays_it() -> None:
    review = three()
    once = review.deleted(review.rows()[0])
    assert once.rows()[0].coach == NO_LIFT
    assert once.deleted(once.rows()[0]).labels == ()


def test_deleting_a_piece_that_only_the_coach_made_removes_it() -> None:
    review = three()
    split = review.split(review.rows()[1], 20.5)
    after = split.deleted(split.rows()[2])
    assert [(label.start_s, label.end_s) for label in after.labels] == [(19.0, 20.5)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["accept", "1", "2", "split", "join", "delete"]), st.integers(0, 4)), max_size=12
    )
)
def test_every_step_can_be_undone_one_by_one(steps: list[tuple[str, int]]) -> None:
    review, seen = three(), []
    for what, place in steps:
        rows = review.rows()
        row = rows[place % len(rows)]
        try:
            after = {
                "accept": lambda: review.accepted(row),  # noqa: B023 (called at once)
                "1": lambda: review.labelled(row, "legs"),  # noqa: B023
                "2": lambda: review.labelled(row, "mixed"),  # noqa: B023
                "split": lambda: review.split(row, (row.start_s + row.end_s) / 2),  # noqa: B023
                "join": lambda: review.joined(row, rows[place % len(rows) + 1]),  # noqa: B023
                "delete": lambda: review.deleted(row),  # noqa: B023
            }[what]()
        except (ReviewError, IndexError):
            continue
        if after is not review:
            seen.append(review.labels)
            review = after
    for labels_before in reversed(seen):
        review = review.undone()
        assert review.labels == labels_before
    with pytest.raises(ReviewError, match="nothing to undo"):
        review.undone()


def test_each_lift_stands_in_one_row_however_labels_lie() -> None:
    review = replace(three(), labels=(Label("shift1", "legs", 8.0, 22.0), Label("shift1", "back", 9.5, 10.5)))
    rows = review.rows()
    assert [row.lift.lift for row in rows if row.lift] == [1, 2, 3]


def test_labels_are_matched_as_evaluate_matches_them() -> None:
    from liftcheck.review.labelling import AROUND_S

    assert AROUND_S == AROUND_IN_EVALUATE


def test_a_label_where_there_is_no_lift_is_told_in_one_sentence() -> None:
    review = three()
    there, elsewhere = Label("shift1", "legs", 9.0, 11.0), Label("shift1", "back", 50.0, 52.0)
    assert strangers([there], review.lifts, 100.0) is None
    found = strangers([there, elsewhere], review.lifts, 100.0)
    assert said(found) == "A label stands where the program found no lift, at 0:50."
    assert "after the end of the recording (0:40)" in said(strangers([elsewhere], review.lifts, 40.0))
    several = strangers([elsewhere, replace(elsewhere, start_s=60.0, end_s=62.0)], review.lifts, 100.0)
    assert said(several).startswith("2 labels stand where")
    assert strangers([replace(elsewhere, label=NO_LIFT)], review.lifts, 100.0) is None


def said(notice: Remark | None) -> str:
    assert notice is not None
    for language in LANGUAGES:
        texts(language)(f"review.{notice.key}", **notice.values)
    return texts("en")(f"review.{notice.key}", **notice.values)


def test_what_cannot_be_done_is_said_the_same_on_the_command_line_and_in_the_window() -> None:
    review = three()
    first = review.rows()[0]
    for step in (review.undone, lambda: review.joined(first, None), lambda: review.split(first, 0.0)):
        with pytest.raises(ReviewError) as error:
            step()
        assert sentence(error.value) == texts("en")(f"review.{error.value.key}")


def test_labels_survive_the_way_through_their_file(tmp_path: Path) -> None:
    review = three()
    review = review.accepted(review.rows()[0])
    review = review.split(review.rows()[1], 20.5, (20.0, 20.8))
    labels.write_coach(tmp_path / "shift1.mcap", review.labels)
    assert labels.read_coach(tmp_path / "shift1.mcap") == review.labels


def test_the_lowest_instant_is_where_the_curve_is_deepest() -> None:
    t = np.arange(0.0, 10.0, 0.1)
    assert lowest(t, np.sin(t), 0.0, 4.0) == pytest.approx(np.pi / 2, abs=0.05)
    assert lowest(t, np.sin(t), 20.0, 30.0) is None


# --- stored verdicts ---


def test_a_stored_lift_comes_back_as_it_was_said() -> None:
    said = replace(lift(10.0, "back"), quality=("a", "b"), curve=None)
    events = [Event(12.3, "lift", "pipeline", lift_data(said)), Event(1.0, "lift", "pipeline", {"lift": "?"})]
    assert stored_lifts(events) == (said,)


def test_what_was_said_is_not_revised_when_judged_again() -> None:
    said = replace(lift(10.0, "back"), curve=None)
    again = replace(lift(10.05, "mixed"))
    (shown,) = with_curves([said], [again])
    assert shown == said
    assert shown.curve is again.curve
    assert differing([said], [again]) == 1
    assert differing([said], [replace(again, technique=Technique.BACK)]) == 0


# --- picks ---


def many(*kinds: tuple[str, float]) -> list[Lift]:
    return [
        a_lift(
            i + 1, 10.0 * i, kind, stoop_index=index, flexion_at_bottom_deg=20.0 + index, hip_drop_m=0.5 - index / 200
        )
        for i, (kind, index) in enumerate(kinds)
    ]


def test_best_and_worst_are_the_ends_of_the_stoop_index() -> None:
    picks = pick(many(("legs", 30.0), ("back", 80.0), ("legs", 20.0), ("back", 90.0), ("mixed", 50.0)))
    assert picks.best is not None
    assert picks.worst is not None
    assert (picks.best.lift, picks.worst.lift) == (3, 4)


def test_the_most_improved_is_far_below_those_just_before_it() -> None:
    picks = pick(many(("back", 90.0), ("back", 88.0), ("back", 92.0), ("back", 70.0), ("legs", 20.0), ("legs", 15.0)))
    assert picks.improved is not None
    assert picks.improved.lift == 6


def test_without_improvement_none_is_named() -> None:
    assert pick(many(*[("back", 80.0)] * 8)).improved is None


def test_typical_is_the_one_nearest_to_the_middle() -> None:
    picks = pick(many(("legs", 10.0), ("mixed", 50.0), ("back", 90.0)))
    assert picks.typical is not None
    assert picks.typical.lift == 2


def test_of_unclear_lifts_none_is_picked() -> None:
    assert pick([a_lift(1, 10.0, "unclear"), a_lift(2, 20.0, "unclear")]).named() == ()
    assert pick([]).named() == ()


# --- overlay ---


def test_bottoms_meet_however_long_the_lifts_took() -> None:
    slow = registered(lift(10.0, "legs"))
    assert slow is not None
    assert abs(float(GRID[slow.hip_drop_m.argmax()]) - 0.5) < 0.05


def test_without_a_curve_there_is_nothing_to_lay_over() -> None:
    assert registered(replace(lift(10.0), curve=None)) is None


def test_the_band_holds_the_middle_of_the_leg_lifts() -> None:
    band = own_band([lift(10.0 * n, "legs") for n in range(5)] + [lift(90.0, "back")])
    course = registered(lift(10.0, "legs"))
    assert band is not None
    assert course is not None
    assert band.count == 5
    assert np.all(band.lean_low <= course.lean_deg + 1e-6)
    assert np.all(band.lean_high >= course.lean_deg - 1e-6)


def test_two_leg_lifts_make_no_band() -> None:
    assert own_band([lift(10.0), lift(20.0)]) is None


# --- playhead ---


def test_time_passes_at_the_chosen_speed_and_stops_at_the_end() -> None:
    head = Playhead(0.0, 10.0, 4.0, speed=2.0).toggled()
    assert head.passed(1.0).t == 6.0
    assert head.passed(5.0) == replace(head, t=10.0, playing=False)
    assert head.passed(5.0).toggled().t == 0.0


def test_a_loop_begins_again_and_leaving_it_ends_it() -> None:
    head = Playhead(0.0, 10.0, 4.0).looping(3.0, 5.0).toggled()
    assert head.passed(1.5).t == pytest.approx(3.5)
    assert head.at(4.5).loop == (3.0, 5.0)
    assert head.at(8.0).loop is None
    assert head.looping(5.0, 5.05).loop is None


def test_speeds_run_from_a_tenth_to_twenty() -> None:
    head = Playhead(0.0, 10.0)
    assert (SPEEDS[0], SPEEDS[-1]) == (0.1, 20.0)
    assert head.faster(100).speed == 20.0
    assert head.faster(-100).speed == 0.1
    assert replace(head, speed=3.0).faster(0).speed == 2.0


# --- thinned curves ---


@given(st.integers(1, 3000), st.integers(1, 60), st.floats(0.0, 20.0), st.floats(0.5, 30.0), st.integers(0, 2**32 - 1))
def test_no_peak_is_lost_however_thin_a_curve_is_drawn(
    size: int, pixels: int, start: float, width: float, seed: int
) -> None:
    t = np.arange(size) / 100.0
    values = np.random.default_rng(seed).normal(size=size)
    pyramid = Pyramid(size // 3)  # it grows
    for low in range(0, size, 377):
        pyramid.put(low, values[low : low + 377])
    inside = values[(t >= start) & (t < start + width)].astype(np.float32)
    columns = pyramid.columns(t, start, start + width, pixels)
    if len(inside):
        assert np.nanmax(columns.high) >= inside.max()
        assert np.nanmin(columns.low) <= inside.min()
    assert np.nanmax(columns.high, initial=-np.inf) <= values.astype(np.float32).max()


def test_what_is_put_anew_is_what_is_drawn() -> None:
    t = np.arange(10_000) / 100.0
    pyramid = Pyramid(len(t))
    pyramid.put(0, np.ones(len(t)))
    pyramid.put(5000, np.full(10, 7.0))
    columns = pyramid.columns(t, 0.0, 100.0, 50)
    assert columns.thinned
    assert np.nanmax(columns.high) == 7.0
    pyramid.put(5000, np.ones(10))
    assert np.nanmax(pyramid.columns(t, 0.0, 100.0, 50).high) == 1.0


def test_a_gap_stays_open_at_every_zoom() -> None:
    t = np.concatenate([np.arange(0, 1000), np.arange(1500, 2500)]) / 100.0
    pyramid = Pyramid(len(t))
    pyramid.put(0, np.ones(len(t)))
    near = pyramid.columns(t, 9.0, 16.0, 900)
    assert np.isnan(near.high).sum() == 1
    far = pyramid.columns(t, 0.0, 25.0, 25)
    assert np.isnan(far.high[10:15]).all()
    assert np.isfinite(far.high[:10]).all()


# --- the link ---


def test_gaps_and_thin_seconds_are_seen_on_the_link() -> None:
    t = np.concatenate([np.arange(0, 500), np.arange(500, 600, 2), np.arange(700, 1000)]) / 100.0
    health = link_health(t, rate_hz=100.0)
    assert health.gaps.tolist() == [[5.98, 7.0]]
    assert health.weak.tolist() == [[5.0, 7.0]]
    assert health.rate_at(2.5) == 100.0
    assert health.rate_at(5.5) == 50.0
    assert health.rate_at(99.0) is None


def test_losses_that_the_receiver_counted_make_the_link_weak() -> None:
    events = [
        Event(4.0, "loss", "pipeline", {"lost": 40, "received": 400}),
        Event(8.0, "loss", "pipeline", {"lost": 0}),
    ]
    health = link_health(np.arange(0, 1000) / 100.0, events, 100.0)
    assert health.weak.tolist() == [[0.0, 4.0]]
    assert health.loss_at(2.0) == pytest.approx(40 / 440)
    assert health.loss_at(6.0) is None


def test_a_recording_without_samples_has_a_link_without_history() -> None:
    assert len(link_health(np.empty(0)).gaps) == 0


def test_stretches_that_touch_become_one() -> None:
    assert merged(np.array([[3.0, 4.0], [1.0, 2.0], [2.0, 3.0], [6.0, 7.0]])).tolist() == [[1.0, 4.0], [6.0, 7.0]]
