"""The trainee's window for `live` and `demo`, where there is a screen and Qt; the one place that wires it."""

from typing import Any

from liftcheck.cli.options import say


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
        return open_window(studio.wiring(), site=plan.site or plan.settings.site, height_m=plan.height_m)


class Studio:
    """Begins sessions for the window and owns the radio's thread meanwhile."""

    def __init__(self, plan: Any, options: dict[str, Any]) -> None:
        from dataclasses import replace

        # The window asks for the calibration itself, after the sensor was chosen.
        self._plan, self._options = replace(plan, calibrate=False), options
        self._radio: Any = None

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *_: object) -> None:
        if self._radio is not None:
            self._radio.close()

    def wiring(self) -> Any:
        """What the window needs of us."""
        from liftcheck.window.sighting import Wiring

        virtual = self._options["sensor"] == "virtual"
        return Wiring(begin=self.begin, scanner=None if virtual else self.scanner, chosen=virtual)

    def begin(self, sighting: Any) -> Any:
        """A session with the sensor that was chosen, or with the virtual one."""
        from liftcheck.session import RealSensor, begin

        if sighting is None:
            return begin(self._virtual(), self._plan)
        from liftcheck.cli.live import rate_choice
        from liftcheck.sensors.profiles import load_profile

        profile = load_profile(self._options["profile"] or sighting.profile)
        choices = rate_choice(profile, self._options["rate"])
        return begin(RealSensor(self._thread(), sighting.address, profile, choices), self._plan)

    def scanner(self) -> Any:
        """Looks for sensors from now on."""
        return Lookout(self._thread(), self._options["sensor"] or "")

    def _virtual(self) -> Any:
        from liftcheck.cli.live import rate_choice, virtual_sensor_here
        from liftcheck.sensors.profiles import load_profile

        profile = load_profile(self._options["profile"]) if self._options["profile"] else None
        choices = rate_choice(profile, self._options["rate"]) if profile else {}
        speed, loops = self._options.get("speed", 1.0), self._options.get("loops", 1000)
        return virtual_sensor_here(profile, choices, self._options["play"], speed=speed, loops=loops)

    def _thread(self) -> Any:
        if self._radio is None:
            from liftcheck.sensors.bluetooth import BluetoothThread

            self._radio = BluetoothThread()
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
                heard = self._radio.scan(self._seconds, profiles(), all_devices=bool(self._who))
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
