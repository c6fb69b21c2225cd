"""A virtual sensor, the air around it and a computer's radio: all that a session needs in place of hardware."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bumble.transport import open_transport

from liftcheck.errors import SensorError
from liftcheck.sensors.ble import Backend
from liftcheck.sensors.virtual.air import Air, Chip, Weather
from liftcheck.sensors.virtual.peripheral import VirtualSensor
from liftcheck.sensors.virtual.playing import Role
from liftcheck.sensors.virtual.radio import Radio, RadioClient, RadioScanner

# A packet or two is on its way whenever a connection ends, on the air as here; Bumble warns of each.
logging.getLogger("bumble.controller").setLevel(logging.ERROR)


def backend_on(radio: Radio) -> Backend:
    """Bleak on this radio."""
    return Backend(RadioScanner, RadioClient, {"radio": radio})


@dataclass(frozen=True, eq=False)
class World:
    """Everything in one process and one event loop."""

    air: Air
    sensor: VirtualSensor
    radio: Radio

    @staticmethod
    async def build(role: Role, weather: Weather | None = None) -> "World":
        """A sensor that plays `role`, and a radio in its reach."""
        air = Air(weather)
        sensor = await VirtualSensor.on(air, role)
        return World(air, sensor, await Radio.on(air))

    @property
    def backend(self) -> Backend:
        """Bleak on this world's radio."""
        return backend_on(self.radio)


@dataclass(frozen=True, eq=False)
class Served:
    """A virtual sensor that another process reaches. close() ends the serving."""

    air: Air
    sensor: VirtualSensor
    close: Callable[[], Awaitable[None]]


async def serve(address: str, role: Role, weather: Weather | None = None) -> Served:
    """A sensor and the controller of a radio, whose HCI another process reaches over TCP at address ("host:port")."""
    try:
        opened: Any = await open_transport(f"tcp-server:{address}")
    except OSError as error:
        raise SensorError(f"Nobody can be served at {address}: {error.strerror or error}") from error
    air = Air(weather)
    sensor = await VirtualSensor.on(air, role)
    Chip("computer", host_source=opened.source, host_sink=opened.sink, link=air)

    async def close() -> None:
        opened.server.close()  # Bumble closes neither the door nor the line
        if opened.sink.transport is not None:
            opened.sink.transport.close()
        await opened.close()

    return Served(air, sensor, close)


async def reach(address: str) -> Radio:
    """The radio that another process serves at address ("host:port")."""
    try:
        return await asyncio.wait_for(Radio.over(f"tcp-client:{address}"), 5.0)
    except (OSError, TimeoutError) as error:
        raise SensorError(
            f"No virtual sensor answers at {address}: start one with `liftcheck virtual-sensor --serve {address}`",
            "not found",
        ) from error
