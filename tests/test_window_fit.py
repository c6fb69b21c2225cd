"""Every text of every language fits where it is shown, at 1280x800."""

import pytest
from acting import lift
from PySide6.QtGui import QFontMetricsF
from stage import Stage

from liftcheck.look.reasons import REASON_WORDS
from liftcheck.look.texts import LANGUAGES
from liftcheck.look.theme import ADVICE, AXIS, BODY, NEXT_STEP, REASON, VERDICT
from liftcheck.window.ask import KEYS
from liftcheck.window.band import LEAST_ADVICE, LEAST_REASON, band_layout
from liftcheck.window.calibrate import CALIBRATION_WORD, LINE
from liftcheck.window.figure import legend_width
from liftcheck.window.replay.lift_list import COACH_PX, HIPS_PX, TRUNK_PX
from liftcheck.window.replay.plane import LEFT_PX
from liftcheck.window.sitting import Sitting
from liftcheck.window.status import StatusState, fitting, items
from liftcheck.window.style import Style, width_of, wrapped
from liftcheck.window.work import numbers

WIDTH, PANEL = 1280, 384
WORDS = ("verdict.legs", "verdict.mixed", "verdict.back", "verdict.unclear", "ready.word")
HINTS = ("break", "slump", "dose", "warning")


@pytest.fixture(params=LANGUAGES)
def style(request: pytest.FixtureRequest) -> Style:
    stage = Stage(language=request.param)
    made = stage.window.style_
    assert made.scale == 1.0
    stage.close()
    return made


def test_the_fonts_are_those_of_the_design(style: Style) -> None:
    from PySide6.QtGui import QFontInfo

    assert QFontInfo(style.font(ADVICE)).family().startswith("Barlow")
    assert QFontInfo(style.font(CALIBRATION_WORD)).family().startswith("Barlow Condensed")


def test_verdict_words_keep_a_sixth_of_the_height(style: Style) -> None:
    for key in (*WORDS, *(f"hint.{name}" for name in HINTS)):
        layout = band_layout(style, style.words(key), WIDTH - PANEL)
        assert layout.capitals >= 800 / 6 - 1
        assert layout.mark_size >= 0.7 * layout.capitals - 0.5, key
        assert layout.word_x + layout.word_width <= WIDTH - PANEL, key


def test_no_accent_of_the_big_word_is_cut_off(style: Style) -> None:
    for key in (*WORDS, *(f"hint.{name}" for name in HINTS)):
        word = style.words(key)
        layout = band_layout(style, word, WIDTH - PANEL)
        assert layout.baseline + QFontMetricsF(style.font(VERDICT)).tightBoundingRect(word).top() >= 7, word
        assert layout.baseline <= 184, word  # the advice begins below


def test_the_words_at_the_coachs_timeline_and_list_fit(style: Style) -> None:
    words, small = style.words, style.font(AXIS)
    assert width_of(words("replay.link"), small) + 10 + 4 <= LEFT_PX
    trunk, hips = (width_of(words(f"replay.column_{name}"), small) for name in ("trunk", "hips"))
    assert 18 + width_of(words("replay.column_lift"), small) + 6 <= TRUNK_PX - trunk
    assert HIPS_PX - hips >= TRUNK_PX + 6
    assert COACH_PX + 16 - width_of(words("replay.column_coach"), small) >= HIPS_PX + 6


def test_advice_and_reasons_fit_their_lines(style: Style) -> None:
    words, room = style.words, WIDTH - PANEL - 52
    reasons = {f"reason.{key}" for _, key in REASON_WORDS} | {"reason.other"}
    advice = [words(key) for key in words.entries if key.endswith("_advice") or key in ("ready.advice", "lost.advice")]
    advice += [words(key, time=words.number(0.4, 1)) for key in reasons]
    for text in advice:
        font = style.fitted(text, ADVICE, room, LEAST_ADVICE)
        assert width_of(text, font) <= room, text
    lines = [numbers(lift(0.0, technique), words) for technique in ("legs", "mixed", "back")]
    lines += [words(f"hint.{name}_reason", count=120) for name in HINTS]
    lines += [words(key) for key in words.entries if key.startswith("link.")] + [words("lost.during")]
    lines += [words("ready.upright_since", time="4:59"), words("ready.leaning_for", angle="35", time=words.span(125))]
    for text in lines:
        font = style.fitted(text, REASON, room, LEAST_REASON)
        assert len(wrapped(text, font, room)) <= 2, text
        assert all(width_of(line, font) <= room for line in wrapped(text, font, room)), text


def test_the_status_bar_holds_streaming_recording_and_battery_beside_the_buttons(style: Style) -> None:
    stage = Stage(language=style.words.language).at_work()
    room = 1280 - stage.window.foot.status.taken - 24
    full = StatusState(True, None, True, 4000, 82, 99.8, 0.2, 1_234_567)
    assert len(fitting(stage.window.style_, items(stage.window.style_, full), room)) >= 4
    lost = StatusState(False, 125, True, 4000, 82, 0.0, 0.2, 76541)
    kept = fitting(stage.window.style_, items(stage.window.style_, lost), room)
    assert len(kept) >= 2
    for notice in ("sound.none", "mode.training", "mode.work", "mode.baseline", "help.marked"):
        state = StatusState(True, None, True, 767, notice=style.words(notice))
        assert len(fitting(stage.window.style_, items(stage.window.style_, state), room)) == 3, notice
    stage.close()


def test_the_calibration_fits_beside_the_ring(style: Style) -> None:
    words, room = style.words, WIDTH - 0.594 * WIDTH - 32
    heads = [words(key) for key in words.entries if key.startswith("problem.") and not key.endswith("_text")]
    heads += [words(f"calibrate.{name}") for name in ("still", "done", "failed", "waiting")]
    heads += [words("calibrate.bend", number=2, needed=3)]
    for text in heads:
        assert width_of(text, style.fitted(text, CALIBRATION_WORD, room, 56)) <= room, text
    for key in words.entries:
        if key.startswith("problem.") and key.endswith("_text"):
            text = f"{words(key, angle=31, target=60)} {words('calibrate.kept', count=1)}"
            assert len(wrapped(text, style.font(LINE), room)) <= 4, text


def test_the_plot_the_strip_and_the_legend_fit(style: Style) -> None:
    words, small = style.words, style.font(BODY)
    legend = width_of(words("plot.lean"), small) + width_of(words("plot.hips"), small)
    assert legend + 24 + 2 * (26 + 36) <= WIDTH - PANEL
    assert legend_width(style) <= PANEL - 8
    assert width_of(words("plot.now"), style.font(AXIS)) < 150
    marks = 52 + 9 * 60 + 30
    assert marks + width_of(words("strip.share"), small) + 24 <= WIDTH - PANEL


def test_the_summary_fits_its_cards(style: Style) -> None:
    stage = Stage(language=style.words.language)
    summary = stage.window.summary
    for verdicts in (("legs",) * 9 + ("back",) * 9, ("mixed",) * 9, ("legs",) * 9, ("unclear",) * 9, ("legs",)):
        decided = sum(verdict != "unclear" for verdict in verdicts)
        summary.show_session(Sitting(verdicts, 9, decided, 3000.0, 58.0, 31.0, 34.0, 21.0, 7.0, 3.8, 0.2))
        word, text = summary.advice()
        area = 0.655 * (WIDTH - 96)
        room = area - 80 - (0.29 * area if decided >= 5 else 0)
        assert width_of(word, style.fitted(word, NEXT_STEP, room, 44)) <= room, word
        assert len(wrapped(text, style.font(REASON, 22), room)) <= 3, text
        facts = WIDTH - 96 - area - 24 - 56
        for name, value in summary.facts():
            assert width_of(name, style.font(BODY, 18)) + 90 <= facts, (name, value)
    assert summary.again.geometry().right() < WIDTH
    assert summary.again.x() - summary.report.width() > 400
    stage.close()


def test_the_list_of_keys_fits_its_panel(style: Style) -> None:
    for _, name in KEYS:
        assert 160 + width_of(style.words(f"help.{name}"), style.font(BODY)) <= 720 - 40
