"""The real window on the real pipeline: the virtual sensor plays the bundled demo six times as fast as life."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage import QEventLoop, Silence, application

from liftcheck.cli.showing import LANGUAGES, MODES, Studio, cue_settings
from liftcheck.look import texts
from liftcheck.session import Plan
from liftcheck.window.sounds import Sounds
from liftcheck.window.window import TraineeWindow


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TraineeWindow, Path]]:
    real = Studio._virtual

    def without_radio(studio: Studio) -> Any:
        # On a busy machine a radio six times as fast as life loses packets, as it should.
        sensor = real(studio)
        sensor.over_radio = False
        return sensor

    monkeypatch.setattr(Studio, "_virtual", without_radio)
    app, file = application(), tmp_path / "session.mcap"
    options = {"sensor": "virtual", "profile": None, "rate": None, "play": None, "speed": 6.0, "loops": 1}
    with Studio(Plan(output=file, site="mid-back", wearer="simulated"), options) as studio:
        window = TraineeWindow(studio.wiring(), sounds=Sounds(Silence))
        window.resize(1280, 800)
        window.show()
        window.start()
        yield window, file
        if window.session.running is not None:
            window.session.running.close()
            window.session.running = None
        window.close()
        app.processEvents()


def test_the_demo_calibrates_shows_its_lifts_and_ends_with_a_summary(demo: tuple[TraineeWindow, Path]) -> None:
    window, file = demo
    app, pages, words = application(), [], []
    give_up = time.monotonic() + 40
    while window.page != "summary" and time.monotonic() < give_up:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        state = window.work.band.state
        if not pages or pages[-1] != window.page:
            pages.append(window.page)
        if state.mark in ("legs", "back", "mixed") and (not words or words[-1] != state.reason):
            words.append(state.reason)
    assert pages[:2] == ["calibrate", "work"]
    assert window.page == "summary"
    session = window.summary.session
    assert len(session.verdicts) >= 6
    assert {"legs", "back"} <= set(session.verdicts)
    assert len(words) >= 3
    assert all(reason.startswith("Hips sank") for reason in words)
    assert session.path == str(file)
    assert file.exists()
    assert window.sounds.played


def test_the_options_offer_what_there_is() -> None:
    from liftcheck import cues

    assert LANGUAGES == texts.LANGUAGES
    assert MODES == cues.MODES
    assert cue_settings({"mode": "work", "early_warning": True}) == cues.CueSettings("work", True)
