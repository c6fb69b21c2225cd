"""The trainee's window for `live` and `demo`, where there is a screen and Qt; the one place that wires it."""

from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import options, say

LANGUAGES = ("en", "es", "de", "pl", "fr")  # tested against look/texts
MODES = ("training", "work", "baseline")  # tested against cues.py


language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Language of window and page; without it, that of this computer.",
)
# How a window looks.
look_options = options(
    language_option,
    click.option(
        "--theme",
        type=click.Choice(("light", "dark")),
        default="light",
        show_default=True,
        help="Colours of the window; D changes them.",
    ),
    click.option("--full-screen", is_flag=True, help="The window fills the screen; F or Esc brings it back."),
)
# How it looks, and how much the trainee is told.
window_options = options(
    look_options,
    click.option(
        "--mode",
        type=click.Choice(MODES),
        default="training",
        show_default=True,
        help="A cue after lifts, only when back lifts add up, or none.",
    ),
    click.option("--early-warning", is_flag=True, help="Warn on the way down of a bend led by the back."),
)


def cue_settings(options: dict[str, Any]) -> Any:
    """How much the trainee is told, from --mode and --early-warning."""
    from liftcheck.cues import CueSettings

    return CueSettings(mode=options["mode"], early_warning=options["early_warning"])


def language_here() -> str:
    """The language of this computer, if there are texts in it; else English."""
    import locale

    short = (locale.getlocale()[0] or "").split("_")[0].lower()
    return short if short in LANGUAGES else "en"


def show(plan: Any, options: dict[str, Any]) -> int | None:
    """Opens the window and returns its exit code when it is closed; None, with a sentence, where there is none."""
    try:
        from liftcheck.window import why_no_window
    except ImportError as error:
        say(f"No window ({error}); going on without.")
        return None
    if why := why_no_window():
        say(f"{why}; going on without.")
        return None
    from liftcheck.window.app import open_window

    with Studio(plan, options) as studio:
        return open_window(
            studio.wiring(),
            language=options["language"] or language_here(),
            theme=options["theme"],
            full_screen=options["full_screen"],
            site=plan.site or plan.settings.site,
            height_m=plan.height_m,
            calibrate=plan.calibrate,
            mode=plan.cues.mode,
        )


class Studio:
    """Begins sessions for the window and owns the radio's thread meanwhile."""

    def __init__(self, plan: Any, options: dict[str, Any]) -> None:
        from dataclasses import replace

        # The window asks for the calibration itself, after the sensor was chosen.
        self._plan, self._options = replace(plan, calibrate=False), options
        self._radio: Any = None
        self._playing: Any = None  # a virtual sensor that plays something once

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *_: object) -> None:
        if self._radio is not None:
            self._radio.close()

    def wiring(self) -> Any:
        """What the window needs of us."""
        from liftcheck.window.sighting import Wiring

        virtual = self._options["sensor"] == "virtual"
        return Wiring(
            begin=self.begin,
            scanner=None if virtual else self.scanner,
            chosen=virtual,
            report=self.report,
            done=lambda: self._playing is not None and self._playing.done,
        )

    def begin(self, sighting: Any) -> Any:
        """A session with the sensor that was chosen, or with the virtual one."""
        from liftcheck.session import RealSensor, begin

        self._playing = None
        if sighting is None:
            self._playing = self._virtual()
            return begin(self._playing, self._plan)
        from liftcheck.cli.live import rate_choice
        from liftcheck.sensors.profiles import load_profile

        profile = load_profile(self._options["profile"] or sighting.profile)
        choices = rate_choice(profile, self._options["rate"])
        return begin(RealSensor(self._thread(), sighting.address, profile, choices), self._plan)

    def scanner(self) -> Any:
        """Looks for sensors from now on."""
        who = self._options["sensor"] or ""
        return Lookout(self._thread(), "" if who.startswith("virtual@") else who)

    def report(self, recording: str, language: str) -> str:
        """Writes the coach's page beside a recording and opens it in the browser; the page's path."""
        import webbrowser

        from liftcheck.recording import read
        from liftcheck.recording.fresh import fresh_file
        from liftcheck.report import report
        from liftcheck.scoring import score

        page, kept = Path(recording).with_suffix(".html"), read(Path(recording))
        text = report(score(kept, self._plan.settings), kept, self._plan.settings, language)
        with fresh_file(page, force=True) as part:  # made of the recording beside it, so nothing is lost
            part.write_text(text, encoding="utf-8")
        webbrowser.open(page.absolute().as_uri())
        return str(page)

    def _virtual(self) -> Any:
        from liftcheck.cli.live import rate_choice, virtual_sensor_here
        from liftcheck.sensors.profiles import load_profile

        profile = load_profile(self._options["profile"]) if self._options["profile"] else None
        choices = rate_choice(profile, self._options["rate"]) if profile else {}
        speed, loops = self._options.get("speed", 1.0), self._options.get("loops", 1000)
        return virtual_sensor_here(profile, choices, self._options["play"], speed=speed, loops=loops)

    def _thread(self) -> Any:
        if self._radio is None:
            from liftcheck.cli.live import elsewhere
            from liftcheck.sensors.bluetooth import BluetoothThread

            self._radio = BluetoothThread(*elsewhere(self._options["sensor"] or ""))
        return self._radio


class Lookout:
    """Scans again and again while the choice of sensors is open, in a thread of its own."""

    def __init__(self, radio: Any, who: str = "", seconds: float = 2.0) -> None:
        import threading

        self._radio, self._who, self._seconds = radio, who.lower(), seconds
        self._seen: dict[str, Any] = {}
        self._trouble = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="liftcheck lookout", daemon=True)
        self._thread.start()

    def found(self) -> tuple[Any, ...]:
        """Everything seen so far, in a steady order."""
        return tuple(self._seen.values())

    def trouble(self) -> str:
        """Why it cannot look: a key of `REASONS`, or ""."""
        return self._trouble

    def close(self) -> None:
        """Stops looking."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        from liftcheck.errors import SensorError
        from liftcheck.sensors.profiles import profiles

        while not self._stop.is_set():
            try:
                heard = self._radio.scan(self._seconds, profiles(), all_devices=True)
                self._trouble = ""
            except SensorError as error:
                self._trouble = error.reason
                self._stop.wait(self._seconds)
                continue
            # One assignment: whoever asks meanwhile sees the old state or the new one.
            self._seen = {**self._seen, **{each.address: sighting(each) for each in heard if self._wanted(each)}}

    def _wanted(self, found: Any) -> bool:
        return bool(found.address.lower() == self._who or found.name.lower().startswith(self._who))


def sighting(found: Any) -> Any:
    """A sensor in range as the window shows it."""
    from liftcheck.sensors.profiles import load_profile
    from liftcheck.window.sighting import Sighting

    if not found.profiles:
        return Sighting(found.name or found.address, found.address, found.rssi)
    profile = load_profile(found.profiles[0])
    return Sighting(found.name or found.address, found.address, found.rssi, profile.id, profile.name, profile.rate_hz())
