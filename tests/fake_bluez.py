"""A small org.bluez on a private D-Bus, so that Bleak's own Linux backend runs without a radio.

Run as a program with the address of the bus: one adapter, and one WitMotion sensor that streams from the moment
somebody subscribes. It prints "ready". Of BlueZ's interfaces it has what Bleak asks for (doc/org.bluez.*.rst).
"""

# ruff: noqa: F722, F821, N802  # D-Bus signatures stand where type hints do, and names are BlueZ's own
import asyncio
import struct
import sys
from typing import Any

from dbus_fast import BusType, DBusError
from dbus_fast.aio import MessageBus
from dbus_fast.constants import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_property, method

ADAPTER = "/org/bluez/hci0"
DEVICE = ADAPTER + "/dev_C0_11_22_33_44_55"
SERVICE = DEVICE + "/service0010"
DATA = SERVICE + "/char0011"
COMMAND = SERVICE + "/char0014"


def uuid(short: str) -> str:
    return f"0000{short}-0000-1000-8000-00805f9a34fb"


def value_of(name: str, signature: str) -> Any:
    """A property that can be read: `self.values[name]`."""

    def read(self: Any) -> Any:
        return self.values[name]

    read.__name__ = name
    read.__annotations__ = {"return": signature}
    return dbus_property(PropertyAccess.READ)(read)


class Adapter(ServiceInterface):
    Address = value_of("Address", "s")
    Powered = value_of("Powered", "b")
    Discovering = value_of("Discovering", "b")
    Roles = value_of("Roles", "as")

    def __init__(self, world: "World", powered: bool) -> None:
        super().__init__("org.bluez.Adapter1")
        self.world = world
        self.values = {"Address": "00:00:00:00:00:01", "Powered": powered, "Discovering": False, "Roles": ["central"]}

    @method()
    def SetDiscoveryFilter(self, filters: "a{sv}"): ...

    @method()
    def StartDiscovery(self):
        self.world.discovering = True

    @method()
    def StopDiscovery(self):
        self.world.discovering = False

    @method()
    def RemoveDevice(self, path: "o"): ...


class Device(ServiceInterface):
    Address = value_of("Address", "s")
    AddressType = value_of("AddressType", "s")
    Name = value_of("Name", "s")
    Alias = value_of("Alias", "s")
    Adapter = value_of("Adapter", "o")
    RSSI = value_of("RSSI", "n")
    Connected = value_of("Connected", "b")
    ServicesResolved = value_of("ServicesResolved", "b")
    Paired = value_of("Paired", "b")
    UUIDs = value_of("UUIDs", "as")

    def __init__(self, world: "World") -> None:
        super().__init__("org.bluez.Device1")
        self.world = world
        self.values = {
            "Address": "C0:11:22:33:44:55",
            "AddressType": "random",
            "Name": "WT901BLE67",
            "Alias": "WT901BLE67",
            "Adapter": ADAPTER,
            "RSSI": -60,
            "Connected": False,
            "ServicesResolved": False,
            "Paired": False,
            "UUIDs": [uuid("ffe5")],
        }

    def change(self, **values: Any) -> None:
        self.values.update(values)
        self.emit_properties_changed(values)

    @method()
    async def Connect(self):
        if self.world.busy:
            raise DBusError("org.bluez.Error.InProgress", "Operation already in progress")
        self.change(Connected=True)
        self.world.show_services(True)
        self.change(ServicesResolved=True)

    @method()
    async def Disconnect(self):
        self.world.drop()


class Service(ServiceInterface):
    UUID = value_of("UUID", "s")
    Device = value_of("Device", "o")
    Primary = value_of("Primary", "b")

    def __init__(self) -> None:
        super().__init__("org.bluez.GattService1")
        self.values = {"UUID": uuid("ffe5"), "Device": DEVICE, "Primary": True}


class Characteristic(ServiceInterface):
    UUID = value_of("UUID", "s")
    Service = value_of("Service", "o")
    Flags = value_of("Flags", "as")
    Value = value_of("Value", "ay")
    MTU = value_of("MTU", "q")
    Notifying = value_of("Notifying", "b")

    def __init__(self, world: "World", short: str, flags: list[str]) -> None:
        super().__init__("org.bluez.GattCharacteristic1")
        self.world = world
        self.values = {
            "UUID": uuid(short),
            "Service": SERVICE,
            "Flags": flags,
            "Value": b"",
            "MTU": 247,
            "Notifying": False,
        }

    @method()
    def StartNotify(self):
        self.world.stream(True)

    @method()
    def StopNotify(self):
        self.world.stream(False)

    @method()
    def WriteValue(self, value: "ay", options: "a{sv}"):
        self.values["Value"] = bytes(value)

    @method()
    def ReadValue(self, options: "a{sv}") -> "ay":
        return self.values["Value"]


class World:
    """mode: "" a sensor that works; "off": the adapter is switched off; "busy": it refuses to connect; "drops": it
    goes away after 50 packets, once."""

    def __init__(self, mode: str) -> None:
        self.busy, self.drops = mode == "busy", mode == "drops"
        self.discovering, self.task, self.number = False, None, 0
        self.adapter, self.device, self.service = Adapter(self, mode != "off"), Device(self), Service()
        self.data = Characteristic(self, "ffe4", ["notify"])
        self.command = Characteristic(self, "ffe9", ["write", "write-without-response"])

    async def run(self, address: str) -> None:
        self.bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
        self.bus.export(ADAPTER, self.adapter)
        self.bus.export(DEVICE, self.device)
        await self.bus.request_name("org.bluez")
        print("ready", flush=True)
        beat = 0
        while True:  # an advertisement shows as a changed signal strength
            await asyncio.sleep(0.03)
            beat += 1
            if self.discovering and not self.device.values["Connected"]:
                self.device.change(RSSI=-60 - beat % 5)

    def show_services(self, on: bool) -> None:
        for path, part in ((SERVICE, self.service), (DATA, self.data), (COMMAND, self.command)):
            if on:
                self.bus.export(path, part)
            else:
                self.bus.unexport(path, part)

    def drop(self) -> None:
        self.stream(False)
        self.device.change(Connected=False, ServicesResolved=False)
        self.show_services(False)

    def stream(self, on: bool) -> None:
        if self.task:
            self.task.cancel()
        self.task = asyncio.create_task(self._stream()) if on else None

    async def _stream(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += 0.005
            await asyncio.sleep(max(0.0, due - loop.time()))
            value = b"\x55\x61" + struct.pack("<9h", self.number % 2048, 0, 2048, *[0] * 6)
            self.number += 1
            self.data.values["Value"] = value
            self.data.emit_properties_changed({"Value": value})
            if self.drops and self.number == 50:
                asyncio.get_running_loop().call_soon(self.drop)


if __name__ == "__main__":
    asyncio.run(World("".join(sys.argv[2:])).run(sys.argv[1]))
