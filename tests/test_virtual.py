"""The virtual radio: Bleak's own client and scanner against a peripheral of our own, in leaping time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from typing import Any, TypeVar

import pytest

pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")

from bleak import BleakClient, BleakScanner
from bleak.exc import BleakCharacteristicNotFoundError, BleakDeviceNotFoundError, BleakError
from plain_role import Plain

from liftcheck.sensors.virtual.air import Air, Weather
from liftcheck.sensors.virtual.clockwork import Clockwork
from liftcheck.sensors.virtual.peripheral import VirtualSensor
from liftcheck.sensors.virtual.playing import Due, Offer
from liftcheck.sensors.virtual.radio import Radio, RadioClient, RadioScanner

SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"
T = TypeVar("T")


def leap(work: Awaitable[T]) -> T:
    """Runs a coroutine in time that leaps: no test waits for the radio."""
    with asyncio.Runner(loop_factory=lambda: Clockwork(float("inf"))) as runner:
        return runner.run(_coroutine(work))


async def _coroutine(work: Awaitable[T]) -> T:
    return await work


def counting(rate_hz: float, seconds: float) -> Callable[[], Iterator[Due]]:
    def play() -> Iterator[Due]:
        for i in range(int(rate_hz * seconds)):
            yield Due(i / rate_hz, SERVICE, NOTIFY, i.to_bytes(4, "little") + bytes(16))

    return play


def role(rate_hz: float = 100.0, seconds: float = 1.0, **more: Any) -> Plain:
    return Plain(
        "WT901BLE67",
        (SERVICE,),
        (
            Offer(SERVICE, NOTIFY, frozenset({"notify"})),
            Offer(SERVICE, WRITE, frozenset({"write", "write-without-response", "read"}), b"\x07"),
        ),
        counting(rate_hz, seconds),
        **more,
    )


class Listener:
    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.at: list[float] = []

    def __call__(self, _: Any, data: bytearray) -> None:
        self.numbers.append(int.from_bytes(data[:4], "little"))
        self.at.append(asyncio.get_running_loop().time())


async def connected(air: Air, radio: Radio, gone: Callable[[Any], None] | None = None) -> BleakClient:
    device = await BleakScanner.find_device_by_name("WT901BLE67", timeout=3, backend=RadioScanner, radio=radio)
    assert device is not None
    client = BleakClient(device, gone, backend=RadioClient)
    await client.connect()
    return client


async def received(
    weather: Weather, rate_hz: float = 100.0, seconds: float = 5.0
) -> tuple[Listener, Air, VirtualSensor]:
    air = Air(weather)
    sensor = await VirtualSensor.on(air, role(rate_hz, seconds))
    radio = await Radio.on(air)
    client = await connected(air, radio)
    listener = Listener()
    await client.start_notify(NOTIFY, listener)
    await sensor.played()
    await asyncio.sleep(1.0)
    await client.disconnect()
    return listener, air, sensor


def test_a_scan_hears_the_name_the_service_and_the_strength() -> None:
    async def work() -> None:
        air = Air()
        await VirtualSensor.on(air, role())
        radio = await Radio.on(air)
        heard = await BleakScanner.discover(1.0, return_adv=True, backend=RadioScanner, radio=radio)
        ((device, advertised),) = heard.values()
        assert (device.name, advertised.local_name) == ("WT901BLE67", "WT901BLE67")
        assert advertised.service_uuids == [SERVICE]
        assert -100 < advertised.rssi < 0

    leap(work())


def test_a_scan_for_another_service_hears_nothing() -> None:
    async def work() -> None:
        air = Air()
        await VirtualSensor.on(air, role())
        radio = await Radio.on(air)
        heard = await BleakScanner.discover(1.0, service_uuids=[WRITE], backend=RadioScanner, radio=radio)
        # Bleak lists what was seen and filters only what it calls back with.
        found = await BleakScanner.find_device_by_filter(
            lambda *_: True, timeout=1.0, service_uuids=[WRITE], backend=RadioScanner, radio=radio
        )
        assert found is None
        assert len(heard) <= 1

    leap(work())


def test_everything_arrives_in_order_and_at_connection_events() -> None:
    listener, air, sensor = leap(received(Weather(interval_s=0.015), 100.0, 5.0))
    assert listener.numbers == list(range(500))
    assert (sensor.sent.notifications, sensor.sent.late, air.traffic.lost, air.traffic.late) == (500, 0, 0, 0)
    phases = {round((at / 0.015) % 1.0, 3) % 1.0 for at in listener.at}
    assert phases == {0.0}, "packets arrive on the grid of the connection interval"


def test_what_a_saturated_link_cannot_carry_is_dropped_and_not_delayed() -> None:
    listener, air, _ = leap(received(Weather(interval_s=0.05, per_event=2, buffers=8), 100.0, 5.0))
    assert air.traffic.late == 500 - len(listener.numbers) > 200
    delays = [at - listener.at[0] - number / 100.0 for number, at in zip(listener.numbers, listener.at, strict=True)]
    assert max(delays) - min(delays) < 8 / 40.0 + 0.1, "no more than the buffers hold is ever behind"


@pytest.mark.parametrize("burst", [1.0, 5.0])
def test_losses_come_at_the_asked_share_and_in_the_asked_bursts(burst: float) -> None:
    listener, air, _ = leap(received(Weather(loss=0.1, burst=burst), 200.0, 60.0))
    lost = sorted(set(range(12000)) - set(listener.numbers))
    assert len(lost) == air.traffic.lost == pytest.approx(1200, rel=0.25)
    runs = 1 + sum(b - a > 1 for a, b in pairwise(lost))
    assert len(lost) / runs == pytest.approx(burst, rel=0.25)


def test_a_sensor_out_of_range_is_given_up_after_the_supervision_timeout() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        air = Air(Weather(supervision_s=0.7))
        await VirtualSensor.on(air, role(seconds=60))
        radio = await Radio.on(air)
        gone: asyncio.Future[float] = loop.create_future()
        client = await connected(air, radio, lambda _: gone.set_result(loop.time()))
        left = loop.time()
        air.leave()
        assert await gone - left == pytest.approx(0.7, abs=0.05)
        assert not client.is_connected
        with pytest.raises(BleakError):
            await client.read_gatt_char(WRITE)

    leap(work())


def test_a_short_absence_loses_packets_and_keeps_the_link() -> None:
    async def work() -> list[int]:
        air = Air(Weather(supervision_s=0.7))
        sensor = await VirtualSensor.on(air, role(seconds=2.0))
        radio = await Radio.on(air)
        client = await connected(air, radio)
        listener = Listener()
        await client.start_notify(NOTIFY, listener)
        await asyncio.sleep(0.5)
        air.leave()
        await asyncio.sleep(0.3)
        air.come_back()
        await sensor.played()
        await asyncio.sleep(0.1)
        assert client.is_connected
        return listener.numbers

    numbers = leap(work())
    assert 25 <= 200 - len(numbers) <= 40
    assert numbers[-1] == 199


def test_the_recording_goes_on_while_nobody_listens() -> None:
    async def work() -> None:
        air = Air()
        sensor = await VirtualSensor.on(air, role(seconds=6.0))
        radio = await Radio.on(air)
        listener = Listener()
        client = await connected(air, radio)
        await client.start_notify(NOTIFY, listener)
        await asyncio.sleep(1.0)
        await sensor.drop()
        await asyncio.sleep(2.0)
        client = await connected(air, radio)
        await client.start_notify(NOTIFY, listener)
        await sensor.played()
        jump = max(b - a for a, b in pairwise(listener.numbers))
        assert 200 <= jump <= 300
        assert sensor.sent.unheard == pytest.approx(jump, abs=5)

    leap(work())


def test_a_vanished_sensor_cannot_be_connected_to() -> None:
    async def work() -> None:
        air = Air()
        await VirtualSensor.on(air, role())
        radio = await Radio.on(air)
        device = await BleakScanner.find_device_by_name("WT901BLE67", backend=RadioScanner, radio=radio)
        assert device is not None
        air.leave()
        with pytest.raises(BleakDeviceNotFoundError):
            await BleakClient(device, backend=RadioClient).connect()

    leap(work())


def test_writes_reach_the_sensor_and_its_answers_come_back() -> None:
    async def work() -> None:
        air = Air()
        echo = role(
            answers=lambda uuid, data: [(SERVICE, NOTIFY, data[::-1])], is_ready=lambda subscribed, written: False
        )
        sensor = await VirtualSensor.on(air, echo)
        radio = await Radio.on(air)
        client = await connected(air, radio)
        answers: list[bytes] = []
        await client.start_notify(NOTIFY, lambda _, data: answers.append(bytes(data)))
        await client.write_gatt_char(WRITE, b"\x01\x02\x03\x04", response=True)
        await client.write_gatt_char(WRITE, b"\x05\x06\x07\x08", response=False)
        await asyncio.sleep(0.2)
        assert answers == [b"\x04\x03\x02\x01", b"\x08\x07\x06\x05"]
        assert sensor.sent.written == [(WRITE, b"\x01\x02\x03\x04"), (WRITE, b"\x05\x06\x07\x08")]
        assert await client.read_gatt_char(WRITE) == b"\x05\x06\x07\x08"
        with pytest.raises(BleakCharacteristicNotFoundError):
            await client.read_gatt_char("2a19")

    leap(work())


def test_time_runs_as_fast_as_it_is_told_to() -> None:
    loop = Clockwork(50.0)
    began = loop.time()
    loop.run_until_complete(asyncio.sleep(1.0))
    assert loop.time() - began >= 1.0
    loop.close()
