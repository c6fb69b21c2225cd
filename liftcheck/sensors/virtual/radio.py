"""The computer's side of the virtual air, as a backend for Bleak: `BleakClient` and `BleakScanner` run unchanged."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble import att, core, hci
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport import open_transport
from bumble.transport.common import AsyncPipeSink

from liftcheck.sensors.virtual.air import Chip

ADDRESS = "F0:F1:F2:F3:F4:F5"
MTU = 247  # what phones and computers commonly agree on
CONNECT_S = 5.0  # a virtual sensor in range answers within its advertising interval
_T = TypeVar("_T")


class Radio:
    """One virtual adapter, shared by all scanners and clients that are given it."""

    def __init__(self, device: Device, close: Callable[[], Awaitable[None]]) -> None:
        self.device = device
        self._close = close
        self._scanners: list[RadioScanner] = []
        device.on(Device.EVENT_ADVERTISEMENT, self._heard)

    @staticmethod
    async def on(link: LocalLink) -> "Radio":
        """An adapter on a link in this process."""
        controller = Chip("computer", link=link)
        host = Host(controller_source=controller, controller_sink=AsyncPipeSink(controller))
        device = Device("liftcheck", address=hci.Address(ADDRESS), host=host)
        await device.power_on()

        async def close() -> None:
            link.remove_controller(controller)

        return Radio(device, close)

    @staticmethod
    async def over(transport: str) -> "Radio":
        """An adapter behind an HCI transport of Bumble's, such as "tcp-client:127.0.0.1:9000"."""
        opened = await open_transport(transport)
        device = Device.with_hci("liftcheck", hci.Address(ADDRESS), opened.source, opened.sink)
        await device.power_on()
        return Radio(device, opened.close)

    async def close(self) -> None:
        """Takes the adapter away, open connections first."""
        for connection in list(self.device.connections.values()):
            await connection.disconnect()
        await self._close()

    def _heard(self, advertisement: Advertisement) -> None:
        for scanner in list(self._scanners):
            scanner.heard(advertisement)

    async def listen(self, scanner: "RadioScanner") -> None:
        """Brings a scanner what is heard; the first one switches scanning on."""
        self._scanners.append(scanner)
        if len(self._scanners) == 1:
            await self.device.start_scanning(legacy=True, active=True)

    async def ignore(self, scanner: "RadioScanner") -> None:
        """The scanner is done; the last one switches scanning off."""
        if scanner in self._scanners:
            self._scanners.remove(scanner)
        if not self._scanners and self.device.is_scanning:
            await self.device.stop_scanning(legacy=True)


class RadioScanner(BaseBleakScanner):
    """Bleak's scanner on a `Radio`: BleakScanner(..., backend=RadioScanner, radio=radio)."""

    def __init__(
        self,
        detection_callback: Any = None,
        service_uuids: list[str] | None = None,
        scanning_mode: str = "active",
        *,
        radio: Radio,
        **_: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._radio = radio

    async def start(self) -> None:
        """Starts to listen."""
        self.seen_devices = {}
        await self._radio.listen(self)

    async def stop(self) -> None:
        """Stops listening."""
        await self._radio.ignore(self)

    def heard(self, heard: Advertisement) -> None:
        """Takes an advertisement of Bumble's and passes it on as one of Bleak's."""
        data = heard.data
        name = data.get(AdvertisingData.COMPLETE_LOCAL_NAME) or data.get(AdvertisingData.SHORTENED_LOCAL_NAME)
        makers = {
            int(company): bytes(rest) for company, rest in data.get_all(AdvertisingData.MANUFACTURER_SPECIFIC_DATA)
        }
        services = _advertised_services(data)
        advertised = AdvertisementData(name, makers, {}, services, None, heard.rssi, (heard,))
        address = heard.address.to_string(False)
        device = self.create_or_update_device(address, address, name, (self._radio, heard.address), advertised)
        if self.is_allowed_uuid(services):
            self.call_detection_callbacks(device, advertised)


def _advertised_services(data: AdvertisingData) -> list[str]:
    kinds = (
        AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
        AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    )
    listed = [uuid for kind in kinds for uuids in data.get_all(kind) for uuid in cast(list[core.UUID], uuids)]
    return list(dict.fromkeys(map(_uuid, listed)))


class RadioClient(BaseBleakClient):
    """Bleak's client on a `Radio`. The device of a scan knows its radio, so no other argument is needed."""

    def __init__(
        self, address_or_ble_device: BLEDevice | str, *, services: set[str] | None = None, **rest: Any
    ) -> None:
        if not isinstance(address_or_ble_device, BLEDevice):
            raise BleakError("the virtual radio connects to devices of a scan, not to addresses")
        super().__init__(
            address_or_ble_device,
            disconnected_callback=rest.get("disconnected_callback"),
            timeout=rest.get("timeout", CONNECT_S),
        )
        self._radio: Radio = address_or_ble_device.details[0]
        self._peer_address: hci.Address = address_or_ble_device.details[1]
        self._name = address_or_ble_device.name or self.address
        self._wanted = services
        self._connection: Connection | None = None
        self._peer: Peer | None = None
        self._listening: dict[int, Callable[[bytes], None]] = {}

    @property
    def name(self) -> str:
        """The advertised name."""
        return self._name

    @property
    def mtu_size(self) -> int:
        """The negotiated size of a packet, bytes."""
        return int(self._peer.gatt_client.mtu) if self._peer else 23

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        """Connects and finds out what the sensor offers."""
        if self._connection:
            raise BleakError("already connected")
        try:
            connection = await self._radio.device.connect(self._peer_address, timeout=min(self._timeout, CONNECT_S))
        except (core.TimeoutError, TimeoutError):
            raise BleakDeviceNotFoundError(self.address, f"{self.address} does not answer") from None
        self._connection, self._peer = connection, Peer(connection)
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        try:
            await self._ask(self._peer.request_mtu(MTU))
            self.services = await self._ask(self._discover(self._peer))
        except BaseException:
            await self.disconnect()
            raise

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = self._peer = None
        self.services = None
        self._listening.clear()
        if self._disconnected_callback:
            asyncio.get_running_loop().call_soon(self._disconnected_callback)

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            if self._wanted and _uuid(service.uuid) not in self._wanted:
                continue
            offered = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(offered)
            for proxy in await service.discover_characteristics():
                names = list(gatt_char_props_to_strs(int(proxy.properties)))
                characteristic = BleakGATTCharacteristic(
                    proxy, proxy.handle, _uuid(proxy.uuid), names, lambda: self.mtu_size - 3, offered
                )
                found.add_characteristic(characteristic)
                for descriptor in await proxy.discover_descriptors():
                    found.add_descriptor(
                        BleakGATTDescriptor(descriptor, descriptor.handle, _uuid(descriptor.type), characteristic)
                    )
        return found

    async def disconnect(self) -> None:
        """Ends the connection; one that ended already is no error."""
        if self._connection:
            await self._connection.disconnect()

    async def pair(self, *_: Any, **__: Any) -> None:
        """The virtual sensors need no pairing."""

    async def unpair(self) -> None:
        """The virtual sensors need no pairing."""

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """Reads a value."""
        return bytearray(await self._ask(_proxy(characteristic).read_value()))

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """Reads a descriptor."""
        return bytearray(await self._ask(descriptor.obj.read_value()))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        """Writes a value."""
        await self._ask(_proxy(characteristic).write_value(bytes(data), response))

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """Writes a descriptor."""
        await self._ask(descriptor.obj.write_value(bytes(data), True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: Callable[[bytearray], None], **_: Any
    ) -> None:
        """Subscribes."""

        def on_value(value: bytes) -> None:
            callback(bytearray(value))

        self._listening[characteristic.handle] = on_value
        await self._ask(_proxy(characteristic).subscribe(on_value))

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Unsubscribes."""
        on_value = self._listening.pop(characteristic.handle, None)
        if on_value is not None:
            await self._ask(_proxy(characteristic).unsubscribe(on_value))

    async def _ask(self, request: Awaitable[_T]) -> _T:
        """A request to the sensor; one that vanishes must not leave it hanging."""
        if self._connection is None:
            if asyncio.iscoroutine(request):
                request.close()
            raise BleakError("Not connected")
        try:
            answer: _T = await self._connection.cancel_on_disconnection(request)
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except core.TimeoutError as error:
            raise TimeoutError(str(error)) from error
        except asyncio.CancelledError:
            if self._connection is None:
                raise BleakError("the connection ended meanwhile") from None
            raise
        return answer


def _proxy(characteristic: BleakGATTCharacteristic) -> "CharacteristicProxy[bytes]":
    proxy: CharacteristicProxy[bytes] = characteristic.obj
    return proxy


def _uuid(uuid: core.UUID) -> str:
    return normalize_uuid_str(uuid.to_hex_str("-").lower())
