"""A sensor without any radio: its packets go straight into the queue, when they are due."""

import asyncio

from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.virtual.role import ProfileRole


class DirectLink:
    """What `ble.Link` is to a radio, for a computer without Bumble. done: the recording has been played."""

    def __init__(self, role: ProfileRole, arrivals: Arrivals) -> None:
        self._role, self._arrivals = role, arrivals
        self._stop = asyncio.Event()
        self.done = False

    def stop(self) -> None:
        """Ends run() in good order; to be called in the loop."""
        self._stop.set()

    async def run(self) -> None:
        """Plays the recording to its end, or until stop()."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._arrivals.put(LinkChange(began, "connected"))
        for packet in self._role.packets():
            wait = began + packet.at - loop.time()
            if wait > 0:
                await asyncio.wait({stopped := asyncio.ensure_future(self._stop.wait())}, timeout=wait)
                stopped.cancel()
            if self._stop.is_set():
                break
            self._arrivals.put(Packet(loop.time(), packet.data, packet.char))
        self.done = True
        await self._stop.wait()
        self._arrivals.put(LinkChange(loop.time(), "stopped", "stopped"))
