import numpy as np
import pytest
from acting import lift, link, motion, said, update
from stage import Silence, Stage

from liftcheck.analysis import Update
from liftcheck.cues import MESSAGES
from liftcheck.look.reasons import reason_key
from liftcheck.look.texts import texts
from liftcheck.trunk.motion import Motion
from liftcheck.window import why_no_window
from liftcheck.window.board import Board
from liftcheck.window.plot.trace import SPAN_S, STEP_S, Trace
from liftcheck.window.sitting import next_step, sitting
from liftcheck.window.sounds import MELODIES, RATE_HZ, Sounds, tone
from liftcheck.window.standing import Standing


def trace_of(parts: list[Motion]) -> Trace:
    made = Trace()
    for part in parts:
        made.take(part)
    return made


# --- the trace ---


def test_the_trace_shows_the_same_however_the_stream_is_cut() -> None:
    whole = motion(0, 30, [lift(10.0), lift(20.0)])
    cuts = np.sort(np.random.default_rng(7).integers(0, len(whole), 40))
    parts = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    one, many = np.array(trace_of([whole]).view(30.0)), np.array(trace_of(parts).view(30.0))
    shown = one[0] > -SPAN_S
    assert np.array_equal(one[:, shown], many[:, shown], equal_nan=True)


def test_the_trace_never_grows_and_is_thinned_for_the_screen() -> None:
    made = Trace()
    size = made.view(0.0)[0].size
    for minute in range(10):
        made.take(motion(60 * minute, 60 * minute + 60, []))
    t, lean, _ = made.view(600.0)
    assert t.size == size
    assert np.isfinite(lean).all()
    assert np.diff(t).mean() == pytest.approx(STEP_S, rel=0.01)
    assert t[-1] == pytest.approx(0.0, abs=STEP_S)


def test_no_line_is_drawn_across_a_gap() -> None:
    made = trace_of([motion(0, 5, []), motion(7, 9, [])])
    assert made.gaps == [(pytest.approx(4.99), pytest.approx(7.0))]
    t, lean, hips = made.view(0.0)
    known = np.isfinite(lean)
    assert not known[(t > 4.99) & (t < 7.0)].any()
    assert np.isnan(lean[t > 4.99]).sum() == np.isnan(hips[t > 4.99]).sum() == 1
    assert known[t >= 7.0].all()


def test_time_off_the_body_is_blank_and_no_gap() -> None:
    off = motion(5, 7, [])
    off.worn[:] = False
    made = trace_of([motion(0, 5, []), off, motion(7, 9, [])])
    t, lean, _ = made.view(0.0)
    assert made.gaps == []
    assert np.isnan(lean[(t >= 5.05) & (t < 6.95)]).all()
    assert np.isfinite(lean[t >= 7.05]).all()


def test_gaps_that_left_the_screen_are_forgotten() -> None:
    made = trace_of([motion(0, 5, []), motion(7, 9, []), motion(9, 60, [])])
    assert made.gaps == []


# --- the plot ---


def test_a_judged_lift_is_filled_with_the_colour_of_the_part_that_did_it() -> None:
    stage = Stage().at_work()
    theme = stage.window.style_.theme
    plot = stage.window.work.plot
    wanted = {"legs": (theme.tflex, theme.legs), "back": (theme.back, theme.thip), "unclear": (theme.tflex, theme.thip)}
    for i, technique in enumerate(wanted):
        made = lift(3.0 + 4 * i, technique, i + 1)
        stage.hear(said(update(1 + 4 * i, 5.0 + 4 * i + 0.3, [made], judged=(made,))))
    for drawn, (lean, hips) in zip(plot.lifts, wanted.values(), strict=True):
        assert drawn.lean.area.opts["brush"].color().name().upper() == lean
        assert drawn.hips.area.opts["brush"].color().name().upper() == hips
    assert len(plot.marks.data) == 3
    stage.close()


def test_a_lifts_own_curve_takes_the_place_of_the_live_one_and_sinks_below_zero() -> None:
    stage = Stage().at_work()
    made = lift(3.0, "legs")
    stage.hear(said(update(0, 5.3, [made], judged=(made,))))
    plot = stage.window.work.plot
    x, live = plot.lean.line.getData()
    assert np.isnan(live[(x > 3.0 - 5.29) & (x < 5.0 - 5.29)]).all()
    _, lean = plot.lifts[0].lean.line.getData()
    _, hips = plot.lifts[0].hips.line.getData()
    assert lean.max() == pytest.approx(56.0, abs=0.5)
    assert hips.min() == pytest.approx(-1.56 * 38, abs=1.0)
    assert plot.lifts[0].lean.line.pos().x() == pytest.approx(4.0 - 5.29)
    stage.close()


def test_after_a_verdict_the_hips_stand_where_the_look_back_found_them() -> None:
    stage = Stage().at_work()
    made = lift(3.0, "legs", judged_s=6.0)
    drifting = update(0, 6.0, [made], judged=(made,))
    drifting.motion.hip_drop_m[530:] += 0.12
    stage.hear(said(drifting))
    x, hips = stage.window.work.plot.hips.line.getData()
    after = hips[(x > 5.25 - 5.99) & np.isfinite(hips)]
    assert len(after) > 10
    assert after == pytest.approx(-100 * 1.56 * 0.004, abs=0.1)
    stage.close()


def test_lifts_leave_the_plot_with_their_items_and_the_board_keeps_no_curves() -> None:
    stage = Stage().at_work()
    plot = stage.window.work.plot
    bare = len(plot.plot.items)
    made = lift(3.0, "legs")
    stage.hear(said(update(0, 5.3, [made], judged=(made,))))
    assert len(plot.plot.items) == bare + 4
    stage.hear(said(update(5.3, 40, [])))
    assert plot.lifts == []
    assert len(plot.plot.items) == bare
    assert stage.window.board.lifts[0].curve is None
    stage.close()


# --- the board ---


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("0.4 s of signal missing in the lift", "gap"),
        ("no still stance before the lift", "stance"),
        ("the signal ended before the wearer was upright again", "cut"),
        ("the signal began in mid-bend", "cut"),
        ("no gyroscope", "gyro"),
        ("gyroscope and accelerometer disagree about x: check range, sign and axes in the profile", "axes"),
        ("the gyroscope is stuck about y", "stuck"),
        ("the sensor was turned on the body", "turned"),
        ("the rate is 20 % off the stated one around the lift: samples are missing", "lossy"),
        ("rate below 25 Hz", "rate"),
        ("not calibrated: which way is forward is not known yet", "calibration"),
        ("a channel of the sensor is stuck", "stuck"),
        ("it may have been a seat", "seat"),
        ("the sensor's range was exceeded", "sensor"),
        ("the height is uncertain by 9 cm", "height"),
        ("the wearer ended 30 cm lower", "height"),
        ("something new", "other"),
    ],
)
def test_the_pipelines_reasons_are_said_in_the_trainees_language(reason: str, key: str) -> None:
    made = lift(3.0, "unclear", reason=reason, gap_s=0.4)
    assert reason_key(made.reason) == f"reason.{key}"
    assert texts("pl").has(reason_key(made.reason))


def test_before_the_first_packet_nothing_is_lost_and_nothing_streams() -> None:
    board = Board()
    board.take(said(None, state=link(connected=False, last_packet_s=None)), 0.0)
    assert board.lost_s(50.0) is None
    assert not board.streaming(50.0)


def test_after_the_end_nothing_is_lost() -> None:
    board = Board()
    board.take(said(update(0, 1, [])), 0.0)
    board.take(said(ended=True), 0.1)
    assert board.lost_s(60.0) is None


def test_unknown_numbers_do_not_reach_the_figure() -> None:
    board = Board()
    unknown = motion(0, 1, [])
    still = np.full(len(unknown), np.nan)
    board.take(said(Update(Motion(unknown.t, still, still, still, still, still, still, unknown.worn))), 0.0)
    assert (board.lean_deg, board.hip_drop_m) == (0.0, 0.0)
    assert board.hip_drop(None) == 0.0


# --- the summary ---


def played(techniques: str) -> Board:
    names = {"l": "legs", "m": "mixed", "b": "back", "u": "unclear"}
    board = Board()
    for i, letter in enumerate(techniques):
        made = lift(3.0 + 6 * i, names[letter], i + 1)
        board.take(said(update(6 * i, 6 * i + 6, [made], judged=(made,))), float(i))
    return board


@pytest.mark.parametrize(
    ("techniques", "step"),
    [
        ("", "start"),
        ("lll", "start"),
        ("lllll", "keep"),
        ("llllb", "knees"),
        ("llllllllllb", "keep"),
        ("lllmm", "deeper"),
        ("llluu", "signal"),
        ("uuu", "signal"),
    ],
)
def test_a_session_ends_with_one_next_step(techniques: str, step: str) -> None:
    assert next_step(sitting(played(techniques))) == step


def test_what_cannot_be_known_is_a_dash() -> None:
    stage = Stage()
    stage.window.summary.show_session(sitting(Board()))
    assert [value for _, value in stage.window.summary.facts()] == ["–"] * 4
    assert stage.window.summary.line() == "No lifts in this session"
    stage.close()


# --- sounds ---


def test_every_cue_has_a_sound_and_no_two_sound_alike() -> None:
    assert set(MESSAGES) <= set(MELODIES)
    tones = {message: tone(message).tobytes() for message in MELODIES}
    assert len(set(tones.values())) == len(MELODIES)
    assert len(set(MELODIES.values())) == len(MELODIES)


@pytest.mark.parametrize("message", MELODIES)
def test_sounds_are_short_do_not_clip_and_do_not_click(message: str) -> None:
    wave = tone(message, 1.0).astype(float)
    assert 0.2 <= len(wave) / RATE_HZ <= 0.5
    assert np.abs(wave).max() < 32767
    assert np.abs(wave).max() > 12000
    assert abs(wave[0]) < 300
    assert abs(wave[-1]) < 300
    assert np.abs(tone(message, 0.0)).max() == 0


def test_praise_rises_and_a_back_lift_falls() -> None:
    rising = [frequency for frequency, _ in MELODIES["legs"]]
    falling = [frequency for frequency, _ in MELODIES["back"]]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


def test_what_is_played_reaches_the_loudspeaker_whole_and_then_silence() -> None:
    speaker = []
    sounds = Sounds(lambda frames: speaker.append(frames) or Silence(frames))
    assert sounds.play("back")
    heard = b"".join(speaker[0].send(512) for _ in range(60))
    wanted = tone("back", 0.5).tobytes()
    assert heard[: len(wanted)] == wanted
    assert not any(heard[len(wanted) :])


def test_a_new_sound_takes_the_place_of_the_old() -> None:
    speaker = []
    sounds = Sounds(lambda frames: speaker.append(frames) or Silence(frames))
    sounds.play("dose")
    speaker[0].send(256)
    sounds.play("legs")
    assert speaker[0].send(256) == tone("legs", 0.5)[:256].tobytes()


def test_without_a_loudspeaker_it_is_said_once_and_the_session_goes_on() -> None:
    def broken(frames: object) -> None:
        raise RuntimeError("no device")

    said_so: list[int] = []
    sounds = Sounds(broken)
    sounds.trouble = lambda: said_so.append(1)
    assert [sounds.play("legs"), sounds.play("back"), sounds.test()] == [False] * 3
    assert said_so == [1]
    assert sounds.played == ["legs", "back"]


# --- standing ---


def drifting(start: float, stop: float, hips: float, lean: float = 2.0) -> Motion:
    made = motion(start, stop, [])
    made.hip_drop_m[:] = hips
    made.flexion_deg[:] = lean
    return made


def test_after_a_look_back_the_hips_stand_until_the_live_estimate_is_back() -> None:
    standing = Standing()
    standing.looked_back(lift(3.0), drifting(5.0, 5.3, 0.25))
    assert standing.follow(drifting(5.3, 6.0, 0.30)).hip_drop_m == pytest.approx(0.004)
    back = standing.follow(drifting(6.0, 6.5, 0.01))
    assert back.hip_drop_m == pytest.approx(0.01)
    assert standing.follow(drifting(6.5, 7.0, 0.30)).hip_drop_m == pytest.approx(0.30)


def test_a_bend_is_drawn_as_it_is_measured_even_before_the_estimate_is_back() -> None:
    standing = Standing()
    standing.looked_back(lift(3.0), drifting(5.0, 5.3, 0.25))
    assert standing.follow(drifting(5.3, 6.0, 0.30, lean=30.0)).hip_drop_m == pytest.approx(0.30)


def test_after_a_calibration_the_wearer_stands_until_the_live_estimate_is_known() -> None:
    standing = Standing()
    off = drifting(0, 1, 0.3, lean=60.0)
    off.worn[:] = False
    assert standing.follow(off).hip_drop_m == pytest.approx(0.0)
    assert standing.follow(drifting(1, 2, 0.3)).hip_drop_m == pytest.approx(0.0)
    assert standing.follow(drifting(2, 3, 0.3, lean=30.0)).hip_drop_m == pytest.approx(0.3)


def test_no_hip_is_drawn_where_no_hip_can_be() -> None:
    standing = Standing()
    assert standing.follow(drifting(0, 1, -0.5)).hip_drop_m == pytest.approx(-0.04)
    assert standing.follow(drifting(1, 2, 1.5)).hip_drop_m == pytest.approx(0.60)
    assert drifting(0, 1, -0.5).hip_drop_m == pytest.approx(-0.5)


def test_a_mark_that_moves_costs_no_memory() -> None:
    stage = Stage().at_work()
    for i, technique in enumerate(("legs", "mixed", "back", "unclear")):
        made = lift(3.0 + 4 * i, technique, i + 1)
        stage.hear(said(update(1 + 4 * i, 5.3 + 4 * i, [made], judged=(made,))))
    atlas = stage.window.work.plot.marks.fragmentAtlas
    known = len(atlas)
    for i in range(20):
        stage.hear(said(update(17.3 + i / 30, 17.3 + (i + 1) / 30, [])))
    assert len(atlas) == known <= 4
    stage.close()


# --- where there is no window ---


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ImportError("libGL.so.1: cannot open shared object file: No such file or directory", name="QtGui"),
            "No window: Qt misses a library of the system (libGL.so.1: cannot open shared object file: No such file or"
            " directory); `liftcheck doctor` names its package",
        ),
        (
            ModuleNotFoundError("No module named 'PySide6'", name="PySide6"),
            "No window: PySide6 is not installed; `pip install 'liftcheck[live]'` brings it",
        ),
    ],
)
def test_what_keeps_the_window_shut_is_named(
    monkeypatch: pytest.MonkeyPatch, error: ImportError, sentence: str
) -> None:
    def refuse(name: str) -> None:
        raise error

    monkeypatch.setattr("liftcheck.window.import_module", refuse)
    assert why_no_window() == sentence
