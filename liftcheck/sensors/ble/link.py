"""A link to a sensor that is kept up: searched for, connected, watched for silence, and begun again when it ended."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from liftcheck.sensors.ble.reasons import LinkEndedError, reason_of
from liftcheck.sensors.ble.scanning import Backend, Wanted
from liftcheck.sensors.ble.talk import Arrivals, Talk
from liftcheck.sensors.link import REASONS, LinkChange

log = logging.getLogger(__name__)


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
        self._wanted, self._arrivals, self._clock = wanted, arrivals, clock
        self._backend, self._patience = backend or Backend(), patience or Patience()
        self._stop, self._gone = asyncio.Event(), asyncio.Event()
        self._talk: Talk | None = None

    def stop(self) -> None:
        """Ends run() in good order; to be called in the loop."""
        self._stop.set()

    async def run(self) -> None:
        """Searches, connects, streams, and begins again when the link has ended, until stop()."""
        attempt = 0
        while not self._stop.is_set():
            try:
                self._talk = None
                self._gone.clear()
                await self._once()
                break
            except LinkEndedError as end:
                reason, detail = end.reason, str(end)
            except Exception as error:  # each system's backend raises errors of its own; none may end the session
                reason, detail = reason_of(error), ""
                log.debug("the link ended", exc_info=error)
            attempt = 0 if self._talk and self._talk.streamed else attempt + 1
            self._say("lost", reason, detail or REASONS[reason])
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
            self._talk = Talk(client, self._wanted, self._arrivals, self._clock, self._pause)
            await self._talk.set_up()
            self._say("connected")
            await self._watch(self._talk)
            await self._talk.say_farewell(self._patience.farewell_s)
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

    async def _watch(self, talk: Talk) -> None:
        """Until the link ends, by itself (LinkEndedError) or because it is stopped."""
        began = self._clock()
        chores = talk.chores()
        due = {index: began if chore.at_once else began + chore.every_s for index, chore in enumerate(chores)}
        while not self._stop.is_set():
            await _first_of(self._stop, self._gone, timeout=self._patience.look_s)
            now = self._clock()
            if self._gone.is_set():
                raise LinkEndedError("out of range")
            patience = self._patience.silent_s if talk.streamed else self._patience.first_packet_s
            if now - talk.last_packet > patience:
                raise LinkEndedError("silent")
            for index, chore in enumerate(chores):
                if now >= due[index]:
                    due[index] = now + chore.every_s
                    await chore.do()

    def _say(self, kind: Any, reason: str = "", message: str = "") -> None:
        what = kind if reason in ("", kind) else f"{kind}, {reason}"
        log.info("%s: %s", self._wanted.who or self._wanted.profile.id, what)
        self._arrivals.put(LinkChange(self._clock(), kind, reason, message=message))

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


async def _first_of(*events: asyncio.Event, timeout: float) -> None:
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
