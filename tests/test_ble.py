"""The link to a sensor: found, set up, watched, lost and found again, on Bleak over the virtual radio."""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Iterator
from queue import SimpleQueue
from typing import Any

import pytest

pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")

import itertools

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)
from plain_role import Plain

from liftcheck.errors import SensorError
from liftcheck.sensors.ble import Arrivals, Backend, Link, Patience, Wanted, reason_of, scan, sensor_error
from liftcheck.sensors.bluetooth import BluetoothThread
from liftcheck.sensors.link import REASONS, LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile, profiles
from liftcheck.sensors.virtual.air import Air, Weather
from liftcheck.sensors.virtual.clockwork import Clockwork
from liftcheck.sensors.virtual.peripheral import VirtualSensor
from liftcheck.sensors.virtual.playing import Due, Offer
from liftcheck.sensors.virtual.radio import Radio, RadioClient, RadioScanner

SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"


def frame(number: int) -> bytes:
    return b"\x55\x61" + struct.pack("<9h", number % 2048, 0, 2048, 0, 0, 0, 0, 0, 0)


def playing(rate_hz: float, seconds: float) -> Callable[[], Iterator[Due]]:
    return lambda: (Due(i / rate_hz, SERVICE, NOTIFY, frame(i)) for i in range(int(rate_hz * seconds)))


def wit(seconds: float = 5.0, rate_hz: float = 100.0, **more: Any) -> Plain:
    offers = (
        Offer(SERVICE, NOTIFY, frozenset({"notify"})),
        Offer(SERVICE, WRITE, frozenset({"write", "write-without-response"})),
    )
    rest = {"answers": lambda uuid, data: (), "is_ready": lambda subscribed, written: len(written) >= 3, **more}
    return Plain("WT901BLE67", (SERVICE,), offers, playing(rate_hz, seconds), **rest)


def number(packet: Packet) -> int:
    return int.from_bytes(packet.data[2:4], "little")


class Bench:
    """A link, its sensor and the air between them, all in one leaping loop."""

    def __init__(
        self,
        air: Air,
        sensor: VirtualSensor,
        radio: Radio,
        patience: Patience | None,
        who: str,
        client: type[RadioClient],
    ) -> None:
        self.air, self.sensor, self.radio = air, sensor, radio
        self.backend = Backend(RadioScanner, client, {"radio": radio})
        self.arrivals: Arrivals = SimpleQueue()
        self.packets: list[Packet] = []
        self.changes: list[LinkChange] = []
        loop = asyncio.get_running_loop()
        wanted = Wanted(who, load_profile("witmotion-ble5"))
        self.link = Link(wanted, self.arrivals, backend=self.backend, patience=patience, clock=loop.time)
        self.task = asyncio.ensure_future(self.link.run())

    @staticmethod
    async def build(
        role: Plain,
        weather: Weather | None = None,
        patience: Patience | None = None,
        who: str = "",
        client: type[RadioClient] = RadioClient,
    ) -> "Bench":
        air = Air(weather)
        sensor = await VirtualSensor.on(air, role)
        return Bench(air, sensor, await Radio.on(air), patience, who, client)

    def look(self) -> None:
        while not self.arrivals.empty():
            arrival = self.arrivals.get()
            if isinstance(arrival, Packet):
                self.packets.append(arrival)
            elif isinstance(arrival, LinkChange):
                self.changes.append(arrival)

    async def until(self, kind: str, times: int = 1, within_s: float = 120.0) -> LinkChange:
        loop = asyncio.get_running_loop()
        end = loop.time() + within_s
        while loop.time() < end:
            self.look()
            found = [change for change in self.changes if change.kind == kind]
            if len(found) >= times:
                return found[times - 1]
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {kind!r} within {within_s} s: {self.changes}")

    async def stop(self) -> None:
        self.link.stop()
        await asyncio.wait_for(self.task, 10.0)
        self.look()

    @property
    def reasons(self) -> list[str]:
        return [change.reason for change in self.changes if change.kind == "lost"]


def leap(work: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await work()

    with asyncio.Runner(loop_factory=lambda: Clockwork(float("inf"))) as runner:
        runner.run(all_of_it())


def test_the_sensor_is_set_up_as_its_profile_says_and_streams() -> None:
    async def work() -> None:
        bench = await Bench.build(wit())
        await bench.sensor.played()
        await asyncio.sleep(0.1)
        await bench.stop()
        assert [data.hex() for _, data in bench.sensor.sent.written[:3]] == ["ffaa6988b5", "ffaa030900", "ffaa1f0000"]
        assert [packet.data for packet in bench.packets] == [frame(i) for i in range(500)]
        assert {packet.char for packet in bench.packets} == {"data"}
        assert [change.kind for change in bench.changes] == ["searching", "connecting", "connected", "stopped"]
        assert all(b.at >= a.at for a, b in zip(bench.packets, bench.packets[1:], strict=False))

    leap(work)


def test_a_sensor_pulled_away_is_missed_within_two_seconds_and_comes_back_by_itself() -> None:
    async def work() -> None:
        bench = await Bench.build(wit(seconds=30.0))
        await bench.until("connected")
        await asyncio.sleep(5.0)
        left = asyncio.get_running_loop().time()
        bench.air.leave()
        lost = await bench.until("lost")
        assert lost.at - left < 2.0
        assert lost.reason in ("out of range", "silent")
        assert lost.message == REASONS[lost.reason]
        await asyncio.sleep(left + 10.0 - asyncio.get_running_loop().time())
        bench.air.come_back()
        back = await bench.until("connected", 2)
        assert back.at - left < 13.0
        await bench.sensor.played()
        await bench.stop()
        assert len(bench.packets) > 1500
        assert set(bench.reasons[1:]) <= {"not found"}

    leap(work)


def test_a_sensor_that_falls_silent_is_dropped_and_tried_again() -> None:
    async def work() -> None:
        bench = await Bench.build(wit(seconds=2.0))
        await bench.until("connected", 2)
        assert bench.reasons == ["silent"]
        await bench.stop()

    leap(work)


def test_a_sensor_that_never_sends_is_given_longer_before_it_counts_as_silent() -> None:
    async def work() -> None:
        bench = await Bench.build(wit(is_ready=lambda subscribed, written: False))
        lost = await bench.until("lost")
        connected = await bench.until("connected")
        assert lost.reason == "silent"
        assert 5.0 <= lost.at - connected.at < 5.6
        await bench.stop()

    leap(work)


def test_the_pauses_between_attempts_grow_and_then_stay() -> None:
    async def work() -> None:
        patience = Patience(search_s=1.0, again_s=(0.5, 1.0, 2.0))
        bench = await Bench.build(wit(), patience=patience, who="another sensor")
        await bench.until("lost", 6)
        await bench.stop()
        times = [change.at for change in bench.changes if change.kind == "searching"]
        pauses = [round(b - a - 1.0, 1) for a, b in itertools.pairwise(times)]
        assert pauses[:4] == [1.0, 2.0, 2.0, 2.0]
        assert set(bench.reasons) == {"not found"}

    leap(work)


def test_a_sensor_without_the_profiles_service_says_so() -> None:
    async def work() -> None:
        offers = (Offer(SERVICE, WRITE, frozenset({"write"})),)
        bench = await Bench.build(Plain("WT901BLE67", (SERVICE,), offers, playing(100.0, 1.0)))
        lost = await bench.until("lost")
        assert lost.reason == "no such service"
        assert "--profile" in lost.message
        await bench.stop()

    leap(work)


def test_the_battery_is_asked_for_once_a_minute() -> None:
    async def work() -> None:
        answer = bytes.fromhex("5571640084010000000000000000000000000000")

        def battery(_: str, data: bytes) -> list[tuple[str, str, bytes]]:
            return [(SERVICE, NOTIFY, answer)] if data[:4] == b"\xff\xaa\x27\x64" else []

        bench = await Bench.build(wit(seconds=130.0, rate_hz=5.0, answers=battery))
        await bench.sensor.played()
        await bench.stop()
        assert [packet.data for packet in bench.packets].count(answer) == 3

    leap(work)


def test_stopping_while_searching_and_while_streaming_ends_in_good_order() -> None:
    async def work() -> None:
        searching = await Bench.build(wit(), who="nobody")
        await asyncio.sleep(0.5)
        await searching.stop()
        assert [change.kind for change in searching.changes] == ["searching", "stopped"]
        streaming = await Bench.build(wit(seconds=60.0))
        await streaming.until("connected")
        await asyncio.sleep(1.0)
        await streaming.stop()
        await asyncio.sleep(0.5)
        assert not streaming.sensor.device.connections
        assert not streaming.radio.device.is_scanning

    leap(work)


def test_a_scan_names_what_fits_and_can_name_everything() -> None:
    async def work() -> None:
        air = Air()
        await VirtualSensor.on(air, wit())
        await VirtualSensor.on(air, Plain("Toothbrush", (), (), lambda: iter(())), "C0:11:22:33:44:66")
        backend = Backend(RadioScanner, RadioClient, {"radio": await Radio.on(air)})
        (found,) = await scan(1.0, profiles(), backend)
        assert (found.name, found.address, found.profiles) == ("WT901BLE67", "C0:11:22:33:44:55", ("witmotion-ble5",))
        everything = await scan(1.0, profiles(), backend, all_devices=True)
        assert {each.name for each in everything} == {"WT901BLE67", "Toothbrush"}

    leap(work)


class Broken:
    """A scanner of a computer whose Bluetooth is not usable."""

    error: Exception = BleakError("nothing")

    def __init__(self, *_: Any, **__: Any) -> None: ...

    async def start(self) -> None:
        raise self.error

    async def stop(self) -> None: ...


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (BleakBluetoothNotAvailableReason.POWERED_OFF, "off"),
        (BleakBluetoothNotAvailableReason.NO_BLUETOOTH, "no adapter"),
        (BleakBluetoothNotAvailableReason.DENIED_BY_USER, "permission"),
    ],
)
def test_a_scan_without_bluetooth_says_what_to_do(why: BleakBluetoothNotAvailableReason, reason: str) -> None:
    async def work() -> None:
        scanner = type("Scanner", (Broken,), {"error": BleakBluetoothNotAvailableError("no", why)})
        with pytest.raises(SensorError) as caught:
            await scan(1.0, profiles(), Backend(scanner, None))
        assert caught.value.reason == reason
        assert str(caught.value) == REASONS[reason]

    leap(work)


def test_a_link_tells_of_bluetooth_switched_off_and_goes_on_trying() -> None:
    async def work() -> None:
        off = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)
        scanner = type("Scanner", (Broken,), {"error": off})
        arrivals: Arrivals = SimpleQueue()
        wanted = Wanted("", load_profile("witmotion-ble5"))
        link = Link(wanted, arrivals, backend=Backend(scanner, None), clock=asyncio.get_running_loop().time)
        task = asyncio.ensure_future(link.run())
        await asyncio.sleep(20.0)
        link.stop()
        await task
        said = [arrivals.get() for _ in range(arrivals.qsize())]
        assert sum(isinstance(change, LinkChange) and change.reason == "off" for change in said) >= 4

    leap(work)


def test_an_error_that_nobody_foresaw_does_not_end_the_session() -> None:
    class Odd(RadioClient):
        async def connect(self, pair: bool, **_: Any) -> None:
            raise KeyError("org.bluez.Device1")

    async def work() -> None:
        bench = await Bench.build(wit(), client=Odd)
        await bench.until("lost", 3)
        await bench.stop()
        assert bench.reasons == ["failed"] * 3

    leap(work)


def test_a_link_that_breaks_during_the_set_up_is_told_as_such() -> None:
    async def work() -> None:
        bench = await Bench.build(wit(is_ready=lambda subscribed, written: False))
        await bench.until("connecting")
        while not bench.sensor.sent.written:
            await asyncio.sleep(0.01)
        await bench.sensor.drop()
        assert (await bench.until("lost")).reason == "out of range"
        await bench.stop()

    leap(work)


def test_stopping_does_not_wait_for_a_sensor_that_does_not_answer() -> None:
    async def work() -> None:
        bench = await Bench.build(wit())
        await bench.until("connecting")
        bench.air.leave()
        began = asyncio.get_running_loop().time()
        await bench.stop()
        assert asyncio.get_running_loop().time() - began < 3.0

    leap(work)


def test_what_a_sensor_sends_before_it_is_set_up_is_not_taken_for_data() -> None:
    async def work() -> None:
        bench = await Bench.build(wit(is_ready=lambda subscribed, written: bool(subscribed)))
        await bench.until("connected")
        await asyncio.sleep(1.0)
        await bench.stop()
        assert 18 <= number(bench.packets[0]) <= 24, "two steps of 100 ms each passed before the last one began"

    leap(work)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), "off"),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["Rejected send message"]), "permission"),
        (BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"]), "busy"),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", ["not provided"]), "no adapter"),
        (BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"]), "failed"),
        (BleakDeviceNotFoundError("C0:11"), "not found"),
        (TimeoutError(), "out of range"),
        (FileNotFoundError(2, "No such file or directory"), "no adapter"),
        (BleakError("Could not get GATT services: Access Denied"), "permission"),
        (BleakError("something else"), "failed"),
    ],
)
def test_every_error_of_the_radio_has_a_reason_that_a_person_can_act_on(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
    assert sensor_error(reason).reason == reason


def test_the_thread_owns_the_loop_from_scan_to_orderly_stop() -> None:
    sensors: list[VirtualSensor] = []

    async def begin() -> Backend:
        air = Air()
        sensors.append(await VirtualSensor.on(air, wit(seconds=3.0)))
        return Backend(RadioScanner, RadioClient, {"radio": await Radio.on(air)})

    loop = Clockwork(20.0)
    thread = BluetoothThread(begin, loop)
    (found,) = thread.scan(0.5, profiles())
    arrivals: Arrivals = SimpleQueue()
    thread.stream(Wanted(found.address, load_profile(found.profiles[0])), arrivals, clock=loop.time)
    thread.call(sensors[0].played())
    thread.close()
    got = [arrivals.get() for _ in range(arrivals.qsize())]
    assert sum(isinstance(arrival, Packet) for arrival in got) > 250
    assert isinstance(got[-1], LinkChange)
    assert got[-1].kind == "stopped"
    assert not loop.is_running()
