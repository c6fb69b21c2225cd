"""Bleak's own Linux backend, unmodified, against a small BlueZ on a private D-Bus: real sockets, no radio."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from liftcheck.errors import SensorError
from liftcheck.sensors.ble import Arrivals, Link, Patience, Wanted, scan
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile, profiles

pytestmark = [
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="Bleak's Linux backend is not tested on another system"
    ),
    pytest.mark.skipif(
        shutil.which("dbus-daemon") is None,
        reason="Bleak's Linux backend is not tested without the program dbus-daemon",
    ),
]

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""


def ended(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.communicate(timeout=5)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a private system bus, which Bleak takes for the computer's own."""
    socket, config = tmp_path / "bus", tmp_path / "bus.conf"
    config.write_text(CONFIG.format(path=socket))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    assert daemon.stdout.readline(), "the bus did not start"
    address = f"unix:path={socket}"
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    yield address
    ended(daemon)


@pytest.fixture
def bluez(bus: str) -> Iterator[Callable[[str], None]]:
    """Starts the small BlueZ in one of its modes."""
    running = []

    def start(mode: str) -> None:
        program = Path(__file__).with_name("fake_bluez.py")
        process = subprocess.Popen([sys.executable, str(program), bus, mode], stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"

    yield start
    for process in running:
        ended(process)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 20.0))


async def heard(
    want: Callable[[list[Packet], list[LinkChange]], bool], patience: Patience | None = None
) -> tuple[list[Packet], list[LinkChange]]:
    """Streams until the test has what it wants."""
    arrivals: Arrivals = SimpleQueue()
    link = Link(Wanted("WT901", load_profile("witmotion-ble5")), arrivals, patience=patience)
    running = asyncio.ensure_future(link.run())
    packets: list[Packet] = []
    changes: list[LinkChange] = []
    while not want(packets, changes):
        await asyncio.sleep(0.02)
        while not arrivals.empty():
            arrival = arrivals.get()
            (packets if isinstance(arrival, Packet) else changes).append(arrival)  # type: ignore[attr-defined]
    link.stop()
    await running
    return packets, changes


def jumps(packets: list[Packet]) -> list[int]:
    """Where a packet does not follow the one before it."""
    numbers = [int.from_bytes(packet.data[2:4], "little") for packet in packets]
    return [after for before, after in pairwise(numbers) if after != before + 1]


def test_a_scan_over_bluez_finds_the_sensor_and_its_profile(bluez: Callable[[str], None]) -> None:
    bluez("")

    async def work() -> None:
        (found,) = await scan(0.5, profiles())
        assert (found.name, found.address, found.profiles) == ("WT901BLE67", "C0:11:22:33:44:55", ("witmotion-ble5",))
        assert -66 < found.rssi < -58

    run(work)


def test_packets_arrive_over_bluez_in_order_and_complete(bluez: Callable[[str], None]) -> None:
    bluez("")

    async def work() -> None:
        packets, changes = await heard(lambda packets, _: len(packets) >= 200)
        assert jumps(packets) == []
        assert [change.kind for change in changes] == ["searching", "connecting", "connected"]

    run(work)


def test_a_link_lost_over_bluez_is_told_and_comes_back(bluez: Callable[[str], None]) -> None:
    bluez("drops")

    async def work() -> None:
        packets, changes = await heard(lambda packets, _: len(packets) >= 150)
        assert [change.reason for change in changes if change.kind == "lost"] == ["out of range"]
        assert sum(change.kind == "connected" for change in changes) == 2
        assert len(jumps(packets)) == 1, "what came while the sensor was set up again was not taken for data"

    run(work)


def test_an_adapter_that_is_switched_off_is_named(bluez: Callable[[str], None]) -> None:
    bluez("off")

    async def work() -> None:
        with pytest.raises(SensorError) as caught:
            await scan(0.2, profiles())
        assert caught.value.reason == "off"

    run(work)


def test_a_sensor_that_another_program_holds_is_named(bluez: Callable[[str], None]) -> None:
    bluez("busy")

    async def work() -> None:
        _, changes = await heard(lambda _, changes: any(change.kind == "lost" for change in changes))
        assert [change.reason for change in changes if change.kind == "lost"] == ["busy"]

    run(work)


def test_a_system_bus_without_bluez_means_no_bluetooth(bus: str) -> None:
    async def work() -> None:
        with pytest.raises(SensorError) as caught:
            await scan(0.2, profiles())
        assert caught.value.reason == "no adapter"

    run(work)
