"""What on this computer keeps a sensor from streaming or the window from opening, and how to mend it."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from liftcheck import __version__
from liftcheck.errors import LiftcheckError, SensorError

# Extra -> the modules that it brings, and what is missing without it.
EXTRAS = {
    "virtual": (("bumble",), "the virtual sensor; `demo` feeds the decoder directly instead"),
    "live": (("PySide6", "pyqtgraph", "miniaudio"), "the window and the sounds; `--headless` works without"),
    "parquet": (("pyarrow",), "Parquet files; CSV and JSON work without"),
    "cluster": (("distributed", "fsspec"), "scoring on a Dask cluster; `-j` uses this computer's processors without"),
}

# A library that Qt misses -> the Debian package that holds it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

WITHOUT_A_RADIO = (
    "All the rest works without it: `liftcheck demo` and `liftcheck live --sensor virtual` run on a virtual radio, "
    "and recordings are scored and replayed."
)

NO_BLUETOOTH = {
    "linux": "This computer has no Bluetooth that Linux can see, so no sensor can be reached from it: plug in a "
    "Bluetooth 4.0 (or later) USB dongle, and in a virtual machine or container hand the dongle through to it; then "
    "install the Bluetooth service (Debian, Ubuntu: `sudo apt-get install bluez`) and start it "
    "(`sudo systemctl start bluetooth`). ",
    "win32": "Windows shows no Bluetooth LE adapter, so no sensor can be reached from this computer: plug in a "
    "Bluetooth 4.0 (or later) USB dongle, or enable the built-in one in the device manager. ",
    "darwin": "macOS shows no Bluetooth, so no sensor can be reached from this computer: enable it in the system "
    "settings, or plug in a Bluetooth 4.0 (or later) USB dongle. ",
}

State = Literal["good", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. text: what is so; mend: what to do about it, "" if nothing."""

    topic: str
    state: State
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Machine:
    """The computer, as far as the doctor looks at it; tests put another one in its place.

    system: as sys.platform. root: where its files are. has: whether a Python module is installed. compiled: whether
    the look back is. run: a command's exit code and output. look: looks for sensors and raises SensorError if it
    cannot.
    """

    system: str = sys.platform
    root: Path = Path("/")
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    has: Callable[[str], bool] = lambda module: find_spec(module) is not None
    compiled: Callable[[], bool] = lambda: _compiled()
    run: Callable[[Sequence[str]], tuple[int, str]] = lambda command: _run(command)
    look: Callable[[], object] = lambda: None


def examine(machine: Machine) -> tuple[Finding, ...]:
    """Looks at everything, from the program to the radio."""
    return (
        _program(machine),
        _look_back(machine),
        *(_extra(name, machine) for name in EXTRAS),
        *_screen(machine),
        _profiles(),
        _disk(),
        *_bluetooth(machine),
    )


def _program(machine: Machine) -> Finding:
    text = f"liftcheck {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return Finding("program", "good", text)


def _look_back(machine: Machine) -> Finding:
    if machine.compiled():
        return Finding("look back", "good", "compiled")
    text = "not compiled: numpy does it alone, with the same verdicts and more time for long recordings"
    return Finding(
        "look back", "note", text, "install a C compiler (Debian, Ubuntu: gcc libc6-dev), then liftcheck anew"
    )


def _extra(name: str, machine: Machine) -> Finding:
    modules, use = EXTRAS[name]
    missing = [module for module in modules if not machine.has(module)]
    if not missing:
        return Finding(f"extra {name}", "good", f"installed: {', '.join(modules)}")
    text = f"not installed ({', '.join(missing)}): needed for {use}"
    return Finding(f"extra {name}", "note", text, f"python -m pip install 'liftcheck[{name}]'")


def _screen(machine: Machine) -> Iterable[Finding]:
    if not machine.has("PySide6"):
        return
    code, said = machine.run([sys.executable, "-c", "import PySide6.QtGui, PySide6.QtWidgets"])
    missing = _missing_libraries(said)
    if code:
        yield Finding("window", "problem", f"Qt does not start: {_last_line(said)}", _install(missing))
        return
    if machine.system == "linux":
        yield _linux_screen(machine)
    else:
        yield Finding("window", "good", "Qt is ready")


def _linux_screen(machine: Machine) -> Finding:
    if not (machine.environ.get("DISPLAY") or machine.environ.get("WAYLAND_DISPLAY")):
        return Finding(
            "window", "note", "Qt is ready, but there is no screen here: `live` and `demo` print each lift instead", ""
        )
    where = machine.run([sys.executable, "-c", "import PySide6; print(PySide6.__path__[0])"])[1].strip()
    plugin = Path(where.splitlines()[-1] if where else "") / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    missing = _missing_libraries(machine.run(["ldd", str(plugin)])[1])
    if missing and machine.environ.get("DISPLAY"):
        return Finding("window", "problem", f"Qt misses {', '.join(missing)} for the X11 screen", _install(missing))
    return Finding("window", "good", "Qt is ready and there is a screen")


def _missing_libraries(said: str) -> list[str]:
    return [library for library in QT_LIBRARIES if re.search(rf"{re.escape(library)}(:| => not found)", said)]


def _install(libraries: Sequence[str]) -> str:
    packages = sorted({QT_LIBRARIES[library] for library in libraries})
    return (
        f"Debian, Ubuntu: sudo apt-get install {' '.join(packages)}"
        if packages
        else "python -m pip install -U PySide6-Essentials"
    )


def _profiles() -> Finding:
    from liftcheck.sensors.profiles import profiles

    try:
        known = profiles()
    except LiftcheckError as error:
        return Finding("profiles", "problem", str(error), "reinstall liftcheck")
    if not known:
        return Finding("profiles", "problem", "no firmware profile was found", "reinstall liftcheck")
    return Finding("profiles", "good", f"{len(known)} firmware profiles: {', '.join(profile.id for profile in known)}")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    if not os.access(Path.cwd(), os.W_OK):
        return Finding("disk", "problem", "this folder cannot be written to", "change to another, or give `-o FILE`")
    if free < 200e6:
        return Finding("disk", "problem", f"{free / 1e6:.0f} MB are free here; a day's session takes 60", "make room")
    return Finding("disk", "good", f"{free / 1e9:.0f} GB are free here; a day's session takes 0.06")


def _bluetooth(machine: Machine) -> Iterable[Finding]:
    if machine.system == "linux":
        before = list(_linux_bluetooth(machine))
        yield from before
        if any(finding.state == "problem" for finding in before):
            return
    try:
        machine.look()
    except SensorError as error:
        if error.reason == "no adapter":
            yield _no_bluetooth(machine)
        elif error.reason == "permission":
            yield Finding("bluetooth", "problem", str(error), _permission(machine))
        else:
            yield Finding("bluetooth", "problem", str(error))
    else:
        yield Finding("bluetooth", "good", "an adapter is there, switched on, and may be used")


def _linux_bluetooth(machine: Machine) -> Iterable[Finding]:
    """What can be said before asking BlueZ: the adapter, the kill switch, the bus."""
    if "DBUS_SYSTEM_BUS_ADDRESS" in machine.environ:
        return  # somebody has put another bus in place; only asking tells
    if not any((machine.root / "sys/class/bluetooth").glob("hci*")):
        yield _no_bluetooth(machine)
        return
    for switch in sorted((machine.root / "sys/class/rfkill").glob("rfkill*")):
        if _read(switch / "type") == "bluetooth" and "1" in (_read(switch / "soft"), _read(switch / "hard")):
            mend = "rfkill unblock bluetooth (or the switch on the computer's side)"
            yield Finding("bluetooth", "problem", "Bluetooth is switched off by the kill switch", mend)
    if not (machine.root / "run/dbus/system_bus_socket").exists():
        mend = "Debian, Ubuntu: sudo apt-get install dbus bluez, then sudo systemctl start dbus bluetooth"
        yield Finding("bluetooth", "problem", "the system's D-Bus, by which BlueZ is reached, is not running", mend)


def _no_bluetooth(machine: Machine) -> Finding:
    text = NO_BLUETOOTH.get(machine.system, NO_BLUETOOTH["linux"]) + WITHOUT_A_RADIO
    return Finding("bluetooth", "problem", text)


def _permission(machine: Machine) -> str:
    return {
        "darwin": "System Settings > Privacy & Security > Bluetooth: allow the terminal program you use. Without it, "
        "macOS ends the program or finds nothing.",
        "win32": "Settings > Privacy & security > Radios: let desktop apps control radios.",
    }.get(machine.system, "sudo usermod -aG bluetooth $USER, then log in anew")


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no reason given"


def _compiled() -> bool:
    from liftcheck import compiled

    return compiled.LIBRARY is not None


def _run(command: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, done.stdout + done.stderr


def as_text(finding: Finding) -> str:
    """A finding as a person reads it."""
    mark = {"good": "ok", "note": "--", "problem": "!!"}[finding.state]
    return f"{mark} {finding.topic}: {finding.text}" + (f"\n   {finding.mend}" if finding.mend else "")
