"""The virtual sensor: a Bluetooth peripheral that sends what an encoder made of a recording, when it is due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bumble import hci
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

from liftcheck.sensors.virtual.playing import Offer, Role

ADDRESS = "C0:11:22:33:44:55"
ADVERTISING_MS = 100.0
HELD = 24  # notifications that wait in the sensor before it drops the next, as a real one does


@dataclass
class Sent:
    """What the virtual sensor did so far."""

    notifications: int = 0
    unheard: int = 0  # nobody was connected and subscribed when they were due
    late: int = 0  # the radio could not take them
    written: list[tuple[str, bytes]] = field(default_factory=list)
    done: bool = False


class VirtualSensor:
    """A peripheral on a Bumble device. The recording begins with the first set-up and goes on through a lost link."""

    def __init__(self, device: Device, role: Role) -> None:
        self.device, self.role, self.sent = device, role, Sent()
        self._subscribed: set[str] = set()
        self._written: list[tuple[str, bytes]] = []
        self._stream: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._close: Callable[[], Awaitable[None]] | None = None
        self._chars = {(offer.service, offer.uuid): self._characteristic(offer) for offer in role.offers}
        for service in dict.fromkeys(offer.service for offer in role.offers):
            members = [char for (of, _), char in self._chars.items() if of == service]
            device.add_service(Service(UUID(service), members))
        device.on(Device.EVENT_CONNECTION, self._on_connection)

    @staticmethod
    async def on(link: LocalLink, role: Role, address: str = ADDRESS) -> "VirtualSensor":
        """A sensor on a link in this process, advertising."""
        controller = Controller("sensor", link=link)
        host = Host(controller_source=controller, controller_sink=AsyncPipeSink(controller))
        sensor = VirtualSensor(Device(config=_configuration(role.name, address), host=host), role)
        await sensor.advertise()
        return sensor

    @staticmethod
    async def over(transport: str, role: Role, address: str = ADDRESS) -> "VirtualSensor":
        """A sensor on a spare dongle ("usb:0", "serial:/dev/ttyACM0,1000000"), advertising for everybody in reach."""
        opened = await open_transport(transport)
        device = Device.from_config_with_hci(_configuration(role.name, address), opened.source, opened.sink)
        sensor = VirtualSensor(device, role)
        sensor._close = opened.close
        await sensor.advertise()
        return sensor

    async def advertise(self) -> None:
        """Switches the radio on and is found by scanners; again after each connection."""
        self.device.advertising_data = bytes(_advertised(self.role))
        self.device.scan_response_data = bytes(
            AdvertisingData([(AdvertisingData.COMPLETE_LOCAL_NAME, self.role.name.encode())])
        )
        await self.device.power_on()
        await self.device.start_advertising(auto_restart=True)

    async def drop(self) -> None:
        """Ends the connection, as a sensor does that is switched off."""
        for connection in list(self.device.connections.values()):
            await connection.disconnect(hci.HCI_REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def played(self) -> None:
        """Waits until the recording has been played to its end."""
        while self._stream is None:
            await asyncio.sleep(0.05)
        await self._stream

    async def close(self) -> None:
        """Falls silent for good, and lets go of the dongle."""
        if self._stream:
            self._stream.cancel()
        if self._close:
            await self._close()

    def _characteristic(self, offer: Offer) -> "Characteristic[bytes]":
        properties = Characteristic.Properties(0)
        for name in offer.properties:
            properties |= Characteristic.Properties[name.upper().replace("-", "_")]
        writable = bool(offer.properties & {"write", "write-without-response"})
        written: list[bytes] = []

        def on_read(_: Connection) -> bytes:
            if written:
                return written[-1]
            return offer.value() if callable(offer.value) else offer.value

        def on_write(_: Connection, data: bytes) -> None:
            written[:] = [bytes(data)]
            self._on_write(offer.uuid, bytes(data))

        value: CharacteristicValue[bytes] = CharacteristicValue(read=on_read, write=on_write if writable else None)
        permissions = Characteristic.READABLE | (Characteristic.WRITEABLE if writable else 0)
        characteristic: Characteristic[bytes] = Characteristic(UUID(offer.uuid), properties, permissions, value)
        key = f"{offer.service}/{offer.uuid}"
        characteristic.on(
            Characteristic.EVENT_SUBSCRIPTION,
            lambda _, notify, indicate: self._on_subscription(key, notify or indicate),
        )
        return characteristic

    def _on_connection(self, connection: Connection) -> None:
        connection.on(Connection.EVENT_DISCONNECTION, lambda _: self._forget())

    def _forget(self) -> None:
        self._subscribed.clear()
        self._written.clear()

    def _on_subscription(self, key: str, on: bool) -> None:
        if on:
            self._subscribed.add(key)
        else:
            self._subscribed.discard(key)
        self._begin_if_ready()

    def _on_write(self, uuid: str, data: bytes) -> None:
        self.sent.written.append((uuid, data))
        self._written.append((uuid, data))
        for service, to, reply in self.role.answer(uuid, data):
            task = asyncio.get_running_loop().create_task(self._notify((service, to), reply))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        self._begin_if_ready()

    @property
    def _ready(self) -> bool:
        return self.role.ready({key.split("/")[1] for key in self._subscribed}, self._written)

    def _begin_if_ready(self) -> None:
        if self._stream is None and self._ready:
            self._stream = asyncio.get_running_loop().create_task(self._play())

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for due in self.role.play():
            wait = began + due.at - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if self._ready:
                await self._notify((due.service, due.uuid), due.data)
            else:
                self.sent.unheard += 1
        self.sent.done = True

    async def _notify(self, where: tuple[str, str], data: bytes) -> None:
        queue = self.device.host.le_acl_packet_queue
        if queue is not None and queue.pending > HELD:
            self.sent.late += 1
            return
        characteristic = self._chars[where]
        self.sent.notifications += 1
        if characteristic.properties & Characteristic.Properties.NOTIFY:
            await self.device.notify_subscribers(characteristic, data)
        else:
            await self.device.indicate_subscribers(characteristic, data)


def _configuration(name: str, address: str) -> DeviceConfiguration:
    return DeviceConfiguration(
        name=name,
        address=hci.Address(address),
        # Bumble's own interval costs a second at every search.
        advertising_interval_min=ADVERTISING_MS,
        advertising_interval_max=ADVERTISING_MS,
    )


def _advertised(role: Role) -> AdvertisingData:
    """Flags and one service, which is what fits into 31 bytes; the name goes into the scan response."""
    kind = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
    services = [(kind, UUID(service).to_bytes(True)) for service in role.services[:1]]
    return AdvertisingData([(AdvertisingData.FLAGS, bytes([0x06])), *services])
