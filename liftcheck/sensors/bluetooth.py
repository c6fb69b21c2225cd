"""The one thread with the one event loop in which Bluetooth happens, for the life of the program."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from liftcheck.sensors.ble import Arrivals, Backend, Found, Link, Patience, Wanted, scan
from liftcheck.sensors.profiles import FirmwareProfile

_T = TypeVar("_T")


class Kept(Protocol):
    """A link that is kept up until it is stopped (`ble.Link`)."""

    def stop(self) -> None:
        """Ends run() in good order."""

    async def run(self) -> None:
        """Keeps it up."""


class BluetoothThread:
    """Runs the radio beside the program; what it brings waits in a queue.

    loop: another event loop than the system's, for a virtual radio. begin() is called in it first and gives the
    backend (None: the computer's own radio).
    """

    def __init__(
        self,
        begin: Callable[[], Awaitable[Backend | None]] | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.loop = loop or asyncio.new_event_loop()
        self.backend: Backend | None = None
        self._link: Kept | None = None
        self._running: asyncio.Future[None] | None = None
        self._thread = threading.Thread(target=self._serve, name="liftcheck bluetooth", daemon=True)
        self._thread.start()
        if begin:
            try:
                self.backend = self.call(_awaited(begin()))
            except BaseException:
                self.close()
                raise

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Runs a coroutine in the loop and waits for what it gives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def scan(self, seconds: float, profiles: Iterable[FirmwareProfile], *, all_devices: bool = False) -> list[Found]:
        """`scan` in this thread's loop."""
        return self.call(scan(seconds, profiles, self.backend, all_devices=all_devices))

    def stream(
        self,
        wanted: Wanted,
        arrivals: Arrivals,
        *,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keeps up a link from now on; packets come in `arrivals`."""

        self.keep(lambda: Link(wanted, arrivals, backend=self.backend, patience=patience, clock=clock))

    def keep(self, make: Callable[[], Kept]) -> None:
        """Runs another link in the loop from now on; make() is called there."""

        async def begin() -> None:
            self._link = make()
            self._running = asyncio.ensure_future(self._link.run())

        self.call(begin())

    @property
    def link(self) -> Kept | None:
        """The link that is kept up now."""
        return self._link

    def halt(self) -> None:
        """Stops the link in good order; the thread goes on, for another."""

        async def end() -> None:
            if self._link and self._running:
                self._link.stop()
                await self._running
            self._link = self._running = None

        if self._thread.is_alive():
            self.call(end())

    def close(self) -> None:
        """Stops the link in good order, then the thread."""

        async def end() -> None:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)

        self.halt()
        if self._thread.is_alive():
            self.call(end())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
            self.loop.close()


async def _awaited(work: Awaitable[_T]) -> _T:
    return await work
