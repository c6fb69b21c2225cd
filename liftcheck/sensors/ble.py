"""The radio: finds a sensor, sets it up, and passes on what it sends, stamped; reconnects for as long as it takes.

The only module that knows Bleak. Nothing here understands a packet; that is packets.py.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)

from liftcheck.errors import ProfileError, SensorError
from liftcheck.samples import Event
from liftcheck.sensors.answers import battery_percent, stored_values
from liftcheck.sensors.link import REASONS, LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import Advert, FirmwareProfile, Step, matches
from liftcheck.sensors.profiles.profile import Choice

Arrivals = SimpleQueue[Packet | LinkChange | Event]


@dataclass(frozen=True)
class Backend:
    """Another radio in place of the computer's own: Bleak's `backend=`, and the arguments its classes want."""

    scanner: type[Any] | None = None
    client: type[Any] | None = None
    scanner_arguments: Mapping[str, Any] = field(default_factory=dict)
    client_arguments: Mapping[str, Any] = field(default_factory=dict)

    def scan(self, heard: Callable[[BLEDevice, AdvertisementData], None]) -> BleakScanner:
        """A scanner that calls heard() for each advertisement."""
        return BleakScanner(heard, backend=self.scanner, **self.scanner_arguments)

    def connect(self, device: BLEDevice, gone: Callable[[BleakClient], None], timeout: float) -> BleakClient:
        """A client for a device; gone() is called when the link ends."""
        return BleakClient(device, gone, timeout=timeout, backend=self.client, **self.client_arguments)


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, s."""

    search_s: float = 10.0
    connect_s: float = 15.0
    first_packet_s: float = 5.0  # after the set-up; some sensors take a while to start
    silent_s: float = 1.5  # between packets; a lost link has to be told of within 2 s
    look_s: float = 0.25  # how often silence is looked for
    again_s: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)  # pauses before the next attempt; the last one stays
    farewell_s: float = 2.0  # for each word of the stop, from a sensor that may be gone


@dataclass(frozen=True)
class Found:
    """A sensor in range. rssi: signal strength in dBm, the nearer to 0 the better. profiles: what fits, best first."""

    name: str
    address: str
    rssi: int
    profiles: tuple[str, ...]
    device: BLEDevice = field(repr=False, compare=False)


class LinkEndedError(Exception):
    """The link is over, for one of `REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or REASONS[reason])
        self.reason = reason


async def scan(
    seconds: float, profiles: Iterable[FirmwareProfile], backend: Backend | None = None, *, all_devices: bool = False
) -> list[Found]:
    """What is in range, strongest first; only what fits a profile unless all_devices. SensorError if it cannot look."""
    known = tuple(profiles)
    heard: dict[str, Found] = {}

    def on_heard(device: BLEDevice, advertised: AdvertisementData) -> None:
        advert = _advert(device, advertised)
        fitting = tuple(profile.id for profile in matches(advert, known))
        if fitting or all_devices:
            heard[device.address] = Found(advert.name or "", device.address, advertised.rssi, fitting, device)

    try:
        async with (backend or Backend()).scan(on_heard):
            await asyncio.sleep(seconds)
    except (BleakError, OSError, EOFError) as error:
        raise sensor_error(reason_of(error), str(error)) from error
    return sorted(heard.values(), key=lambda found: -found.rssi)


def _advert(device: BLEDevice, advertised: AdvertisementData) -> Advert:
    name = advertised.local_name or device.name
    return Advert(name, tuple(advertised.service_uuids), tuple(advertised.manufacturer_data))


@dataclass(frozen=True)
class Wanted:
    """Which sensor: its address or the beginning of its name, and the profile by which it is read."""

    who: str
    profile: FirmwareProfile
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def fits(self, device: BLEDevice, advertised: AdvertisementData) -> bool:
        """Whether this is the one; without a name, any that the profile recognises."""
        advert = _advert(device, advertised)
        if not self.who:
            return bool(matches(advert, [self.profile]))
        return device.address.lower() == self.who.lower() or (advert.name or "").lower().startswith(self.who.lower())


class Link:
    """One sensor's link, kept up until it is stopped. run() is a coroutine of the Bluetooth loop.

    arrivals: where packets and changes of the link go. clock: s, monotonic, for the stamps.
    """

    def __init__(
        self,
        wanted: Wanted,
        arrivals: Arrivals,
        *,
        backend: Backend | None = None,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted, self._profile = wanted, wanted.profile
        self._arrivals, self._clock = arrivals, clock
        self._backend, self._patience = backend or Backend(), patience or Patience()
        self._stop, self._gone = asyncio.Event(), asyncio.Event()
        self._last_packet = 0.0
        self._streamed = False
        self._open = False  # whether what comes is passed on
        self._waiting: list[tuple[Callable[[str, bytes], bool], asyncio.Future[bytes]]] = []

    def stop(self) -> None:
        """Ends run() in good order; to be called in the loop."""
        self._stop.set()

    async def run(self) -> None:
        """Searches, connects, streams, and begins again when the link has ended, until stop()."""
        attempt = 0
        while not self._stop.is_set():
            try:
                self._streamed = False
                self._gone.clear()
                await self._once()
                break
            except LinkEndedError as end:
                reason, detail = end.reason, str(end)
            except Exception as error:  # each system's backend raises errors of its own; none may end the session
                reason, detail = reason_of(error), ""
            attempt = 0 if self._streamed else attempt + 1
            self._say("lost", reason, message=detail or REASONS[reason])
            pauses = self._patience.again_s
            await self._pause(pauses[min(attempt, len(pauses) - 1)])
        self._say("stopped", "stopped")

    async def _once(self) -> None:
        self._say("searching")
        device = await self._search()
        if device is None:
            return
        self._say("connecting", message=f"Connecting to {device.name or device.address}.")
        client = self._backend.connect(device, lambda _: self._gone.set(), self._patience.connect_s)
        try:
            if not await self._unless_stopped(client.connect()):
                return
            self._gone.clear()  # a failed attempt may have counted as an end, too
            await self._set_up(client)
            self._last_packet = self._clock()
            self._say("connected")
            await self._watch(client)
            await self._say_farewell(client)
        except Exception as error:
            if self._gone.is_set() and reason_of(error) == "failed":  # whatever was under way failed of this
                raise LinkEndedError("out of range") from error
            raise
        finally:
            with suppress(Exception):  # it may be gone already; the link is over in any case
                await asyncio.wait_for(client.disconnect(), self._patience.farewell_s)

    async def _search(self) -> BLEDevice | None:
        """The device, None if stopped meanwhile. LinkEndedError if it is not there."""
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

        def on_heard(device: BLEDevice, advertised: AdvertisementData) -> None:
            if not found.done() and self._wanted.fits(device, advertised):
                found.set_result(device)

        stopped = asyncio.ensure_future(self._stop.wait())
        either: set[asyncio.Future[Any]] = {found, stopped}
        try:
            async with self._backend.scan(on_heard):
                await asyncio.wait(either, timeout=self._patience.search_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if found.done():
            return found.result()
        if self._stop.is_set():
            return None
        raise LinkEndedError("not found")

    async def _set_up(self, client: BleakClient) -> None:
        """Does what the profile's start says, and passes on the numbers that the sensor's answers held."""
        self._open = False
        for step in self._profile.start:
            # What comes before the last step comes with the rate and the range of yesterday.
            self._open = step is self._profile.start[-1]
            if stored := await self._do(client, step):
                self._arrivals.put(LinkChange(self._clock(), "answered", stored=stored))
        self._open = True

    async def _do(self, client: BleakClient, step: Step) -> dict[str, float]:
        char = self._char(client, step.char)
        if step.kind == "subscribe":
            await client.start_notify(char, self._listener(step.char))
            return {}
        if step.kind == "patch":
            value = self._profile.patched(step, bytes(await client.read_gatt_char(char)), self._wanted.choices)
            await client.write_gatt_char(char, value, response=step.response)
        answer = await self._write(client, char, step) if step.kind == "write" else b""
        await self._pause(step.after_s)
        try:
            return stored_values(step, answer) if answer else {}
        except ProfileError as error:
            raise LinkEndedError("refused", f"{error}: switch the sensor off and on.") from error

    async def _write(self, client: BleakClient, char: BleakGATTCharacteristic, step: Step) -> bytes:
        """Writes, and waits for the answer that the step expects; b"" where it expects none, or none is needed."""
        data = self._profile.bytes_of(step.data, self._wanted.choices)
        if (expect := step.expect) is None:
            await client.write_gatt_char(char, data, response=step.response)
            return b""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append((lambda name, got: name == expect.char and expect.when.fits(got), answer))
        try:
            await client.write_gatt_char(char, data, response=step.response)
            return await asyncio.wait_for(answer, expect.within_s)
        except TimeoutError:
            if expect.required:
                raise LinkEndedError("refused", expect.otherwise) from None
            return b""
        finally:
            self._waiting = [(fits, future) for fits, future in self._waiting if future is not answer]

    def _listener(self, name: str) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
        # A plain function: an async one would cost a task per packet.
        def on_notification(_: BleakGATTCharacteristic, data: bytearray) -> None:
            now = self._clock()
            packet = bytes(data)
            if self._open:
                self._last_packet, self._streamed = now, True
                self._arrivals.put(Packet(now, packet, name))
            for fits, answer in self._waiting:
                if not answer.done() and fits(name, packet):
                    answer.set_result(packet)

        return on_notification

    def _char(self, client: BleakClient, name: str) -> BleakGATTCharacteristic:
        char = self._profile.chars[name]
        if char.service is None:
            found = client.services.get_characteristic(char.uuid)
        else:
            service = client.services.get_service(char.service)
            found = service.get_characteristic(char.uuid) if service else None
        if found is None:
            raise LinkEndedError("no such service")
        return found

    async def _watch(self, client: BleakClient) -> None:
        """Until the link ends, by itself (LinkEndedError) or because it is stopped."""
        began = self._clock()
        chores = self._chores(client)
        due = {index: began if chore.at_once else began + chore.every_s for index, chore in enumerate(chores)}
        while not self._stop.is_set():
            await _first_of(self._stop, self._gone, timeout=self._patience.look_s)
            now = self._clock()
            if self._gone.is_set():
                raise LinkEndedError("out of range")
            patience = self._patience.silent_s if self._streamed else self._patience.first_packet_s
            if now - self._last_packet > patience:
                raise LinkEndedError("silent")
            for index, chore in enumerate(chores):
                if now >= due[index]:
                    due[index] = now + chore.every_s
                    await chore.do()

    def _chores(self, client: BleakClient) -> "list[_Chore]":
        """What is to be done while the sensor streams: keep-alive, and a look at the battery."""
        chores = [
            _Chore(keepalive.every_s, lambda step=keepalive.step: self._do(client, step))  # type: ignore[misc]
            for keepalive in self._profile.keepalive
        ]
        battery = self._profile.battery
        if battery and battery.ask is not None:
            ask = battery.ask
            chores.append(_Chore(battery.every_s, lambda: self._do(client, ask), at_once=True))
        elif battery:
            chores.append(_Chore(battery.every_s, lambda: self._read_battery(client), at_once=True))
        return chores

    async def _read_battery(self, client: BleakClient) -> None:
        battery = self._profile.battery
        if battery is None:
            return
        with suppress(BleakError, LinkEndedError):  # a sensor without a battery service still measures
            value = bytes(await client.read_gatt_char(self._char(client, battery.char)))
            percent = battery_percent(self._profile, battery.char, value)
            if percent is not None:
                self._say("battery", percent=percent)

    async def _say_farewell(self, client: BleakClient) -> None:
        for step in self._profile.stop:
            with suppress(Exception):  # it may be gone meanwhile; the session ends in any case
                await asyncio.wait_for(self._do(client, step), self._patience.farewell_s)

    def _say(self, kind: Any, reason: str = "", percent: float | None = None, message: str = "") -> None:
        self._arrivals.put(LinkChange(self._clock(), kind, reason, percent, message))

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Whether the work came to its end before stop(); else it is given up."""
        working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        either: set[asyncio.Future[Any]] = {working, stopped}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if working.done():
            working.result()
            return True
        working.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await working
        return False

    async def _pause(self, seconds: float) -> None:
        """Waits, unless stopped."""
        if seconds > 0:
            await _first_of(self._stop, timeout=seconds)


@dataclass(frozen=True)
class _Chore:
    every_s: float
    do: Callable[[], Awaitable[Any]]
    at_once: bool = False


async def _first_of(*events: asyncio.Event, timeout: float) -> None:
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


_UNAVAILABLE = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "no adapter",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "no adapter",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "off",
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: "permission",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "permission",
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: "permission",
}

# BlueZ's own errors (doc/org.bluez.*.rst) and D-Bus's, by the end of their names.
_DBUS = {
    "NotReady": "off",
    "NotAuthorized": "permission",
    "NotPermitted": "permission",
    "AccessDenied": "permission",
    "AuthenticationFailed": "permission",
    "InProgress": "busy",
    "AlreadyConnected": "busy",
    "ServiceUnknown": "no adapter",
    "NameHasNoOwner": "no adapter",
    "DoesNotExist": "not found",
    "UnknownObject": "not found",
    "NoReply": "out of range",
}


def reason_of(error: Exception) -> str:
    """Which of `REASONS` an error of Bleak or the system stands for."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _UNAVAILABLE.get(error.reason, "failed")
    if isinstance(error, BleakCharacteristicNotFoundError):
        return "no such service"
    if isinstance(error, ProfileError):
        return "refused"  # what the sensor answered is not what its profile says
    if isinstance(error, BleakDeviceNotFoundError):
        return "not found"
    if isinstance(error, TimeoutError):
        return "out of range"
    if isinstance(error, BleakDBusError):
        return _DBUS.get(error.dbus_error.rsplit(".", 1)[-1], "failed")
    if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
        return "no adapter"  # Linux without a system bus, hence without BlueZ
    if isinstance(error, PermissionError) or "access denied" in str(error).lower():
        return "permission"
    return "failed"


def sensor_error(reason: str, detail: str = "") -> SensorError:
    """The sentence for a person, with its reason as data."""
    text = REASONS[reason]
    return SensorError(f"{text} ({detail})" if reason == "failed" and detail else text, reason)
