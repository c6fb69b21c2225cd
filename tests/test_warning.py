"""The early warning: during the descent, once a bend, and not for those who bend their knees (simulated lifts)."""

import numpy as np
import pytest

from liftcheck.analysis import Analyzer, EarlyWarning, Settings
from liftcheck.lifts.warning import EarlyWatch, WarningSettings
from liftcheck.samples import Samples
from liftcheck.simulation import Calibration, LiftMove, Person, Stand, simulate

STEP = 0.05


def watched(flexion: np.ndarray, hips: np.ndarray, stance: np.ndarray | None = None) -> list[EarlyWarning]:
    t = np.arange(len(flexion)) * STEP
    stands = t < 1.0 if stance is None else stance
    return EarlyWatch(WarningSettings()).push(t, flexion, np.gradient(flexion, STEP), hips, stands, STEP)


def bend(depth_deg: float) -> np.ndarray:
    """Still for a second, down in a second and a half, and up again."""
    down = depth_deg * (1 - np.cos(np.pi * np.linspace(0, 1, 30))) / 2
    return np.concatenate([np.zeros(20), down, down[::-1]])


def test_a_stoop_is_warned_of_before_its_bottom_and_only_once() -> None:
    warnings = watched(bend(90), np.full(80, 0.01))
    assert len(warnings) == 1
    assert 1.5 < warnings[0].t < 2.3  # the bottom comes at 2.5 s
    assert 45 < warnings[0].flexion_deg < 80


def test_hips_that_sink_are_not_warned_of() -> None:
    assert not watched(bend(80), 0.4 * bend(1))


def test_a_bow_is_not_warned_of() -> None:
    assert not watched(bend(45), np.zeros(80))


def test_without_a_calm_stance_before_it_nothing_is_said() -> None:
    assert not watched(bend(90), np.zeros(80), np.zeros(80, dtype=bool))


def test_where_the_height_is_not_known_nothing_is_said() -> None:
    assert not watched(bend(90), np.full(80, np.nan))


def test_every_stance_allows_one_warning_more() -> None:
    twice = np.concatenate([bend(90), bend(90)])
    calm = np.concatenate([np.arange(80) < 20, np.arange(80) < 20])
    assert len(watched(twice, np.zeros(160), calm)) == 2


@pytest.fixture(scope="module")
def lifts() -> tuple[Samples, tuple, list[tuple[float, float, str]]]:
    """A calibrated wearer's lifts, three with the back and three with the legs: start, bottom and label."""
    script = [Stand(2), Calibration(), Stand(2)]
    for style in ("back", "legs") * 3:
        script += [LiftMove(style), Stand(2)]
    recording, truth = simulate(script, Person.drawn(np.random.default_rng(2)), rate_hz=50, seed=2)
    return recording.samples, recording.events, [(x.start_s, x.bottom_s, x.label) for x in truth.labels]


def said(samples: Samples, events: tuple, length: int) -> list[EarlyWarning]:
    analyzer, warnings = Analyzer(Settings(), rate_hz=50.0), []
    for low in range(0, len(samples), length):
        warnings += analyzer.push(samples[low : low + length], events if low == 0 else ()).warnings
    return warnings + list(analyzer.finish().warnings)


def test_back_lifts_are_warned_of_on_the_way_down_and_leg_lifts_are_not(lifts: tuple) -> None:
    samples, events, labels = lifts
    warnings = said(samples, events, 50)
    for start, bottom, label in labels:
        hits = [warning for warning in warnings if start - 0.3 <= warning.t <= bottom]
        assert len(hits) == (label == "back")
    assert len(warnings) == 3  # none for the calibration's own bends


def test_a_warning_does_not_depend_on_how_the_stream_is_cut(lifts: tuple) -> None:
    samples, events, _ = lifts
    assert said(samples, events, 3) == said(samples, events, len(samples))


def test_a_warning_is_known_with_the_sample_that_brings_it(lifts: tuple) -> None:
    samples, events, _ = lifts
    first = said(samples, events, 50)[0]
    upto = int(np.searchsorted(samples.t, first.t, side="right"))
    analyzer = Analyzer(Settings(), rate_hz=50.0)
    assert analyzer.push(samples[: upto - 1], events).warnings == ()
    assert analyzer.push(samples[upto - 1 : upto]).warnings == (first,)
