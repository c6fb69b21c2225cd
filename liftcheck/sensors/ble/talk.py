"""What is said to a connected sensor, and what it says: set-up, packets, answers, chores, farewell.

Nothing here understands a packet; that is decoder.py.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakError

from liftcheck.errors import ProfileError
from liftcheck.samples import Event
from liftcheck.sensors.answers import battery_percent, stored_values
from liftcheck.sensors.ble.reasons import LinkEndedError
from liftcheck.sensors.ble.scanning import Wanted
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import Step

log = logging.getLogger(__name__)

Arrivals = SimpleQueue[Packet | LinkChange | Event]


@dataclass(frozen=True)
class Chore:
    """Something to be done every so often while the sensor streams."""

    every_s: float
    do: Callable[[], Awaitable[Any]]
    at_once: bool = False


class Talk:
    """One connected sensor. last_packet: s, when it last sent one; streamed: whether it ever did.

    pause: waits so many seconds, or until the link is stopped.
    """

    def __init__(
        self,
        client: BleakClient,
        wanted: Wanted,
        arrivals: Arrivals,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client, self._profile, self._choices = client, wanted.profile, wanted.choices
        self._arrivals, self._clock, self._pause = arrivals, clock, pause
        self.last_packet, self.streamed = 0.0, False
        self._open = False  # whether what comes is passed on
        self._waiting: list[tuple[Callable[[str, bytes], bool], asyncio.Future[bytes]]] = []

    async def set_up(self) -> None:
        """Does what the profile's start says, and passes on the numbers that the sensor's answers held."""
        self._open = False
        for step in self._profile.start:
            # What comes before the last step comes with the rate and the range of yesterday.
            self._open = step is self._profile.start[-1]
            if stored := await self._do(step):
                self._arrivals.put(LinkChange(self._clock(), "answered", stored=stored))
        self._open = True
        self.last_packet = self._clock()

    async def _do(self, step: Step) -> dict[str, float]:
        char = self._char(step.char)
        if step.kind != "write":
            log.debug("%s %s", step.kind, step.char)
        if step.kind == "subscribe":
            await self._client.start_notify(char, self._listener(step.char))
            return {}
        if step.kind == "patch":
            value = self._profile.patched(step, bytes(await self._client.read_gatt_char(char)), self._choices)
            await self._client.write_gatt_char(char, value, response=step.response)
        answer = await self._write(char, step) if step.kind == "write" else b""
        await self._pause(step.after_s)
        try:
            return stored_values(step, answer) if answer else {}
        except ProfileError as error:
            raise LinkEndedError("refused", f"{error}: switch the sensor off and on.") from error

    async def _write(self, char: BleakGATTCharacteristic, step: Step) -> bytes:
        """Writes, and waits for the answer that the step expects; b"" where it expects none, or none is needed."""
        data = self._profile.bytes_of(step.data, self._choices)
        log.debug("write %s: %s", step.char, data.hex(" "))
        if (expect := step.expect) is None:
            await self._client.write_gatt_char(char, data, response=step.response)
            return b""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append((lambda name, got: name == expect.char and expect.when.fits(got), answer))
        try:
            await self._client.write_gatt_char(char, data, response=step.response)
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
                self.last_packet, self.streamed = now, True
                self._arrivals.put(Packet(now, packet, name))
            for fits, answer in self._waiting:
                if not answer.done() and fits(name, packet):
                    log.debug("answer %s: %s", name, packet.hex(" "))
                    answer.set_result(packet)

        return on_notification

    def _char(self, name: str) -> BleakGATTCharacteristic:
        char = self._profile.chars[name]
        if char.service is None:
            found = self._client.services.get_characteristic(char.uuid)
        else:
            service = self._client.services.get_service(char.service)
            found = service.get_characteristic(char.uuid) if service else None
        if found is None:
            raise LinkEndedError("no such service")
        return found

    def chores(self) -> list[Chore]:
        """What is to be done while the sensor streams: keep-alive, and a look at the battery."""
        chores = [
            Chore(keepalive.every_s, lambda step=keepalive.step: self._do(step))  # type: ignore[misc]
            for keepalive in self._profile.keepalive
        ]
        battery = self._profile.battery
        if battery and battery.ask is not None:
            ask = battery.ask
            chores.append(Chore(battery.every_s, lambda: self._do(ask), at_once=True))
        elif battery:
            chores.append(Chore(battery.every_s, self._read_battery, at_once=True))
        return chores

    async def _read_battery(self) -> None:
        battery = self._profile.battery
        if battery is None:
            return
        with suppress(BleakError, LinkEndedError):  # a sensor without a battery service still measures
            value = bytes(await self._client.read_gatt_char(self._char(battery.char)))
            percent = battery_percent(self._profile, battery.char, value)
            if percent is not None:
                self._arrivals.put(LinkChange(self._clock(), "battery", percent=percent))

    async def say_farewell(self, within_s: float) -> None:
        """What the profile says at the end; within_s: for each word, from a sensor that may be gone."""
        for step in self._profile.stop:
            with suppress(Exception):  # it may be gone meanwhile; the session ends in any case
                await asyncio.wait_for(self._do(step), within_s)
