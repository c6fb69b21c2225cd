import numpy as np
import pytest

from liftcheck.analysis import EarlyWarning, Update
from liftcheck.cues import MESSAGES, Coach, Cue, CueSettings
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Event
from liftcheck.trunk.motion import Motion


def lift(end_s: float, technique: str | None = "legs", number: int | None = 1) -> Lift:
    return Lift(
        lift=number,
        start_s=end_s - 3,
        bottom_s=end_s - 1.5,
        end_s=end_s,
        peak_flexion_deg=60.0,
        flexion_at_bottom_deg=58.0,
        flexion_at_end_deg=5.0,
        peak_down_velocity_deg_s=60.0,
        peak_up_velocity_deg_s=60.0,
        lean_deg=0.0,
        turn_deg=0.0,
        drop_m=0.5,
        hip_drop_m=0.3,
        hip_drop_error_m=0.02,
        knee_deg=90.0,
        knee_error_deg=8.0,
        stoop_index=20.0,
        technique=None if technique is None else Technique(technique),
        confidence=None,
        reason="",
        judged_s=end_s + 0.3,
    )


def motion(start: float, stop: float, flexion: float, worn: bool = True) -> Motion:
    t = np.arange(start, stop, 0.02)
    still = np.zeros_like(t)
    return Motion(t, still + flexion, still, still, still, still, still, np.full(len(t), worn))


def told(coach: Coach, techniques: str, start: float = 10.0) -> list[str]:
    """What the coach says of a row of lifts ten seconds apart: l m b u for the techniques, "" where it is silent."""
    names = {"l": "legs", "m": "mixed", "b": "back", "u": "unclear"}
    said = []
    for i, letter in enumerate(techniques):
        cues = coach.hear(Update(Motion.empty(), lifts=(lift(start + 10 * i, names[letter], i + 1),)))
        assert len(cues) <= 1
        said.append(cues[0].message if cues else "")
    return said


def test_in_training_every_lift_is_told_at_first() -> None:
    assert told(Coach(), "lbmb") == ["legs", "back", "mixed", "back"]


def test_a_cue_carries_the_moment_of_the_verdict_and_its_number() -> None:
    (cue,) = Coach().hear(Update(Motion.empty(), lifts=(lift(12.0, "back", 7),)))
    assert cue == Cue(12.3, "back", 7, 0.3, 58.0)
    assert cue.as_data() == {"message": "back", "lift": 7, "hip_drop_m": 0.3, "flexion_deg": 58.0}


def test_an_unclear_lift_and_a_bend_that_is_no_lift_are_never_spoken_of() -> None:
    coach = Coach()
    assert told(coach, "uu") == ["", ""]
    assert coach.hear(Update(Motion.empty(), lifts=(lift(50.0, None, None),))) == ()
    assert len(coach.state.recent) == 0


def test_cues_fade_to_half_and_to_a_fifth_as_back_lifts_become_rare() -> None:
    coach = Coach()
    first = told(coach, "bblbllllll")  # 3 of 10: not below 30 %
    assert all(first)
    assert told(coach, "l", 200)[0] == "improved"  # 2 of 10
    assert [bool(m) for m in told(coach, "l", 300)] == [False]
    later = told(coach, "l" * 12, 400)
    assert "improved" in later  # below 10 %
    settled = told(coach, "l" * 20, 800)
    assert sum(map(bool, settled)) == 4  # one in five


def test_a_relapse_brings_the_cues_back() -> None:
    coach = Coach()
    told(coach, "l" * 30)
    assert coach.state.level == 2
    told(coach, "bbbb", 1000)
    assert coach.state.level == 0
    assert told(coach, "bb", 1100) == ["back", "back"]


def test_a_single_back_lift_at_the_border_does_not_make_the_cues_flicker() -> None:
    coach = Coach()
    told(coach, "l" * 30)
    told(coach, "b", 1000)
    assert coach.state.level == 2  # 10 % is inside the margin


def test_an_early_warning_is_an_option_and_uses_up_the_lifts_cue() -> None:
    warning = EarlyWarning(8.0, 65.0, 0.02)
    silent = Coach()
    assert silent.hear(Update(Motion.empty(), warnings=(warning,))) == ()
    coach = Coach(CueSettings(early_warning=True))
    (cue,) = coach.hear(Update(Motion.empty(), warnings=(warning,)))
    assert (cue.message, cue.t, cue.flexion_deg) == ("warning", 8.0, 65.0)
    assert coach.hear(Update(Motion.empty(), lifts=(lift(10.5, "back"),))) == ()
    assert len(coach.hear(Update(Motion.empty(), lifts=(lift(30.0, "back"),)))) == 1


def test_two_lifts_in_one_update_are_told_once() -> None:
    cues = Coach().hear(Update(Motion.empty(), lifts=(lift(10.0, "back", 1), lift(11.0, "legs", 2))))
    assert [cue.lift for cue in cues] == [1]


def test_the_baseline_is_silent_but_remembers() -> None:
    coach = Coach(CueSettings(mode="baseline"))
    assert told(coach, "b" * 12) == [""] * 12
    assert sum(coach.state.recent) == 10


def test_snooze_silences_for_the_minutes_asked_and_can_be_taken_back() -> None:
    coach = Coach()
    coach.hear(Update(Motion.empty()), (Event(5.0, "snooze", "person", {"minutes": 1}),))
    assert told(coach, "bb", 20) == ["", ""]
    assert coach.snoozed_until() == 65.0
    assert told(coach, "b", 70) == ["back"]
    coach.hear(Update(Motion.empty()), (Event(80.0, "snooze", "person", {"minutes": 5}),))
    coach.hear(Update(Motion.empty()), (Event(85.0, "snooze", "person", {"minutes": 0}),))
    assert told(coach, "b", 90) == ["back"]


def test_a_person_can_change_the_mode_and_an_unknown_one_changes_nothing() -> None:
    coach = Coach()
    coach.hear(Update(Motion.empty()), (Event(1.0, "mode", "person", {"mode": "work"}),))
    assert told(coach, "bb") == ["", ""]
    coach.hear(Update(Motion.empty()), (Event(40.0, "mode", "person", {"mode": "party"}),))
    assert coach.state.mode == "work"


def work(**changes: float) -> Coach:
    return Coach(CueSettings(mode="work", **changes))  # type: ignore[arg-type]


def test_at_work_only_the_fifth_back_lift_in_ten_minutes_is_mentioned() -> None:
    coach, said = work(), []
    for i in range(5):
        end = 60.0 * (i + 1)
        said += coach.hear(Update(motion(end, end + 1, 3.0), lifts=(lift(end, "back"),)))
    assert [cue.message for cue in said] == ["dose"]
    slow = work()
    for i in range(8):  # one in three minutes never adds up
        end = 180.0 * (i + 1)
        assert slow.hear(Update(motion(end, end + 1, 3.0), lifts=(lift(end, "back"),))) == ()


def test_at_work_deep_bending_adds_up_and_upright_standing_does_not() -> None:
    coach, times = work(), []
    for i in range(40):
        times += [cue.t for cue in coach.hear(Update(motion(i, i + 1, 70.0)))]
    assert len(times) == 1
    assert times[0] == pytest.approx(15.0, abs=1.0)  # 3 s a minute over 5 minutes
    upright = work()
    assert all(not upright.hear(Update(motion(i, i + 1, 10.0))) for i in range(40))
    off = work()
    assert all(not off.hear(Update(motion(i, i + 1, 70.0, worn=False))) for i in range(40))


def test_at_work_cues_are_two_minutes_apart_and_at_most_ten_an_hour() -> None:
    coach = work(dose_back_lifts=1, break_lifts=10**6)
    times = []
    for i in range(700):
        end = 5.0 * (i + 1)
        times += [c.t for c in coach.hear(Update(motion(end, end + 0.1, 3.0), lifts=(lift(end, "back"),)))]
    assert len(times) == 10
    assert np.diff(times).min() >= 120.0


def test_a_break_is_offered_after_many_lifts_and_never_by_the_clock_alone() -> None:
    coach = Coach(CueSettings(mode="work", break_lifts=6, dose_back_lifts=99))
    row = [coach.hear(Update(motion(t, t + 0.1, 2.0), lifts=(lift(t, "legs"),))) for t in np.arange(10.0, 70.0, 10.0)]
    assert [c.message for cues in row for c in cues] == ["break"]
    assert not any(coach.hear(Update(motion(t, t + 1, 2.0))) for t in np.arange(100.0, 4000.0, 1.0))


def test_a_pause_begins_the_count_anew() -> None:
    coach = Coach(CueSettings(mode="work", break_lifts=6))
    for t in (10.0, 20.0, 30.0, 40.0, 400.0, 410.0, 420.0):
        assert coach.hear(Update(motion(t, t + 0.1, 2.0), lifts=(lift(t, "legs"),))) == ()


def test_a_long_slump_is_mentioned_once_and_standing_up_ends_it() -> None:
    coach, said = Coach(), []
    for i in range(200):
        said += coach.hear(Update(motion(i, i + 1, 35.0)))
    assert [cue.message for cue in said] == ["slump"]
    assert said[0].t == pytest.approx(45.0, abs=1.0)
    broken = Coach()
    for i in range(200):
        assert broken.hear(Update(motion(i, i + 1, 2.0 if i % 30 == 0 else 35.0))) == ()


def test_every_message_has_its_meaning_written_down() -> None:
    assert {"legs", "mixed", "back", "warning", "dose", "break", "slump", "improved"} == set(MESSAGES)
