"""The doctor, on computers that the tests make up, and the bundle that it packs."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from liftcheck.errors import SensorError
from liftcheck.sensors.ble import sensor_error
from liftcheck.sensors.bundle import Redaction, bundle
from liftcheck.sensors.doctor import EXTRAS, Finding, Machine, as_text, examine

EVERYTHING = {module for modules, _ in EXTRAS.values() for module in modules}


def a_machine(root: Path, *, without: Sequence[str] = (), **more: Any) -> Machine:
    have = EVERYTHING - set(without)
    rest = {
        "system": "linux",
        "environ": {},
        "compiled": lambda: True,
        "run": lambda command: (0, ""),
        "look": lambda: None,
        **more,
    }
    return Machine(root=root, has=lambda module: module in have, **rest)


def with_bluetooth(root: Path) -> Path:
    (root / "sys/class/bluetooth/hci0").mkdir(parents=True)
    (root / "run/dbus").mkdir(parents=True)
    (root / "run/dbus/system_bus_socket").touch()
    return root


def about(topic: str, machine: Machine) -> Finding:
    (finding,) = (finding for finding in examine(machine) if finding.topic == topic)
    return finding


def failing(reason: str) -> Any:
    def look() -> None:
        raise sensor_error(reason)

    return look


def test_a_linux_computer_without_bluetooth_is_told_so_in_one_helpful_paragraph(tmp_path: Path) -> None:
    finding = about("bluetooth", a_machine(tmp_path))
    assert finding.state == "problem"
    assert "\n" not in finding.text
    for helpful in ("no Bluetooth", "USB dongle", "apt-get install bluez", "liftcheck demo", "--sensor virtual"):
        assert helpful in finding.text


def test_a_computer_on_which_all_is_well_has_no_problems(tmp_path: Path) -> None:
    findings = examine(a_machine(with_bluetooth(tmp_path), environ={"DISPLAY": ":0"}))
    assert {finding.state for finding in findings} == {"good"}


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_missing_extra_comes_with_its_pip_command(tmp_path: Path, extra: str) -> None:
    missing = EXTRAS[extra][0][0]
    finding = about(f"extra {extra}", a_machine(tmp_path, without=[missing]))
    assert finding.state == "note"
    assert missing in finding.text
    assert finding.mend == f"python -m pip install 'liftcheck[{extra}]'"


def test_a_look_back_that_is_not_compiled_is_told(tmp_path: Path) -> None:
    finding = about("look back", a_machine(tmp_path, compiled=lambda: False))
    assert finding.state == "note"
    assert finding.mend.startswith("install a C compiler")
    assert about("look back", a_machine(tmp_path)).state == "good"


def test_the_kill_switch_is_found(tmp_path: Path) -> None:
    switch = with_bluetooth(tmp_path) / "sys/class/rfkill/rfkill1"
    switch.mkdir(parents=True)
    for name, text in {"type": "bluetooth\n", "soft": "1\n", "hard": "0\n"}.items():
        (switch / name).write_text(text)
    finding = about("bluetooth", a_machine(tmp_path))
    assert "kill switch" in finding.text
    assert "rfkill unblock bluetooth" in finding.mend


def test_a_missing_system_bus_is_found(tmp_path: Path) -> None:
    (with_bluetooth(tmp_path) / "run/dbus/system_bus_socket").unlink()
    finding = about("bluetooth", a_machine(tmp_path))
    assert "D-Bus" in finding.text
    assert "systemctl start" in finding.mend


@pytest.mark.parametrize(
    ("system", "reason", "word"),
    [
        ("linux", "permission", "usermod"),
        ("darwin", "permission", "Privacy & Security > Bluetooth"),
        ("win32", "permission", "Radios"),
    ],
)
def test_a_missing_permission_is_mended_per_system(tmp_path: Path, system: str, reason: str, word: str) -> None:
    machine = a_machine(with_bluetooth(tmp_path), system=system, look=failing(reason))
    assert word in about("bluetooth", machine).mend


@pytest.mark.parametrize(("system", "word"), [("darwin", "macOS"), ("win32", "device manager")])
def test_no_bluetooth_on_other_systems_is_told_in_their_words(tmp_path: Path, system: str, word: str) -> None:
    finding = about("bluetooth", a_machine(tmp_path, system=system, look=failing("no adapter")))
    assert word in finding.text
    assert "liftcheck demo" in finding.text


def test_libraries_that_qt_misses_are_named_by_their_debian_packages(tmp_path: Path) -> None:
    def run(command: Sequence[str]) -> tuple[int, str]:
        return 1, "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"

    finding = about("window", a_machine(tmp_path, run=run))
    assert finding.state == "problem"
    assert finding.mend == "Debian, Ubuntu: sudo apt-get install libegl1"


def test_libraries_of_the_x11_screen_are_found_by_ldd(tmp_path: Path) -> None:
    def run(command: Sequence[str]) -> tuple[int, str]:
        if command[0] == "ldd":
            return 0, "\tlibxcb-cursor.so.0 => not found\n\tlibX11.so.6 => /lib/libX11.so.6 (0x0)\n"
        return 0, "/site-packages/PySide6\n"

    finding = about("window", a_machine(tmp_path, run=run, environ={"DISPLAY": ":0"}))
    assert finding.mend == "Debian, Ubuntu: sudo apt-get install libxcb-cursor0"


def test_a_computer_without_a_screen_is_told_that_lifts_are_printed(tmp_path: Path) -> None:
    assert "`live` and `demo` print each lift instead" in about("window", a_machine(tmp_path)).text


def test_the_bundle_holds_no_names_and_only_hashed_addresses() -> None:
    redaction = Redaction(("maria", "maria-laptop"), "/home/maria", b"salt" * 4)
    findings = [
        Finding(
            "bluetooth",
            "problem",
            "C0:11:22:33:44:55 on maria-laptop: /home/maria/lifts cannot be written",
            "ask maria",
        )
    ]
    packed = bundle(findings, redaction, [{"address": "c0-11-22-33-44-55", "rssi": -60}])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "".join(texts.values())
    assert "maria" not in everything
    assert "33:44" not in everything.lower()
    assert "33-44" not in everything.lower()
    assert "~/lifts cannot be written" in texts["findings.txt"]
    hashed = redaction.hashed("C0:11:22:33:44:55")
    assert hashed in texts["findings.txt"]
    assert json.loads(texts["sensors.json"]) == [{"address": hashed, "rssi": -60}]
    assert "liftcheck" in json.loads(texts["versions.json"])


def test_the_same_address_has_another_number_in_every_bundle() -> None:
    first, second = Redaction.of_this_computer(), Redaction.of_this_computer()
    assert first.hashed("C0:11:22:33:44:55") != second.hashed("C0:11:22:33:44:55")


def test_findings_read_as_lines_with_what_to_do_below() -> None:
    assert as_text(Finding("disk", "problem", "full", "make room")) == "!! disk: full\n   make room"
    assert isinstance(sensor_error("off"), SensorError)
