"""The air between two virtual radios: connection events, loss, range; what Bumble's own link does not model."""

import asyncio
import math
import random
from collections import deque
from dataclasses import dataclass, field, replace

from bumble import core, hci, ll
from bumble.controller import Controller
from bumble.link import LocalLink

Way = tuple[Controller, hci.Address]
Pdu = tuple[core.PhysicalTransport, bytes]


@dataclass(frozen=True)
class Weather:
    """How good the link is.

    interval_s: time between connection events; 0: everything at once. per_event: packets each way in one event.
    loss: share of notifications that never arrive; burst: how many in a row, on average. buffers: notifications that
    the sensor can hold; what comes beyond is dropped, as a real sensor does. supervision_s: how long both radios
    wait in silence before they give the connection up.
    """

    interval_s: float = 0.015
    per_event: int = 6
    loss: float = 0.0
    burst: float = 1.0
    buffers: int = 24
    supervision_s: float = 0.72  # what phones commonly use
    seed: int = 1


@dataclass
class Traffic:
    """What became of the notifications so far."""

    sent: int = 0
    lost: int = 0  # in the air
    late: int = 0  # dropped by the sensor, whose buffers were full


@dataclass
class _Loss:
    """Losses in bursts: a two-state chain after Gilbert (1960)."""

    weather: Weather
    random: random.Random
    bad: bool = False

    def strikes(self) -> bool:
        share, burst = self.weather.loss, self.weather.burst
        if share <= 0.0:
            return False
        leave = 1.0 / burst
        enter = min(1.0, leave * share / max(1e-9, 1.0 - share))
        self.bad = self.random.random() >= leave if self.bad else self.random.random() < enter
        return self.bad


@dataclass
class _Queue:
    pdus: deque[Pdu] = field(default_factory=deque)
    notifications: int = 0


class Air(LocalLink):
    """A link that delivers at connection events, loses, and goes out of range."""

    def __init__(self, weather: Weather | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bumble does not annotate it
        self.weather = weather or Weather()
        self.traffic = Traffic()
        self.in_range = True
        self._loss = _Loss(self.weather, random.Random(self.weather.seed))
        self._queues: dict[Way, _Queue] = {}
        self._event: asyncio.TimerHandle | None = None
        self._tick = 0

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """Takes a packet of either side; it arrives with the next connection event that has room."""
        if not self.in_range:
            return
        queue = self._queues.setdefault((sender_controller, destination_address), _Queue())
        if is_notification(data):
            self.traffic.sent += 1
            if self._loss.strikes():
                self.traffic.lost += 1
                return
            if queue.notifications >= self.weather.buffers:
                self.traffic.late += 1
                return
            queue.notifications += 1
        queue.pdus.append((transport, data))
        self._plan()

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """Advertisements and connection requests, heard while in range."""
        if self.in_range:
            super().send_advertising_pdu(sender_controller, _with_scan_response(sender_controller, packet))

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """The radios' own messages, the one that ends a connection among them."""
        if self.in_range:
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def leave(self) -> None:
        """The sensor goes out of range: silence now, and both sides give up after the supervision timeout."""
        self.in_range = False
        self._queues.clear()
        asyncio.get_running_loop().call_later(self.weather.supervision_s, self._give_up)

    def come_back(self) -> None:
        """The sensor is in range again."""
        self.in_range = True

    def _give_up(self) -> None:
        if self.in_range:
            return  # a short absence, as a real link survives it
        for controller in list(self.controllers):
            for connection in list(controller.le_connections.values()):
                controller.on_le_disconnected(connection, hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def _plan(self) -> None:
        if self._event is not None:
            return
        loop = asyncio.get_running_loop()
        step = self.weather.interval_s
        if step <= 0:
            self._event = loop.call_at(loop.time(), self._connection_event)
            return
        # Events lie on a fixed grid, whether or not there was something to send in the last ones. (A timer may fire
        # a hair before its time, hence the second term.)
        self._tick = max(math.floor(loop.time() / step) + 1, self._tick + 1)
        self._event = loop.call_at(self._tick * step, self._connection_event)

    def _connection_event(self) -> None:
        self._event = None
        for (sender, receiver), queue in self._queues.items():
            room = self.weather.per_event if self.weather.interval_s > 0 else len(queue.pdus)
            for _ in range(min(room, len(queue.pdus))):
                transport, data = queue.pdus.popleft()
                queue.notifications -= is_notification(data)
                super().send_acl_data(sender, receiver, transport, data)
        if any(queue.pdus for queue in self._queues.values()):
            self._plan()


class Chip(Controller):
    """Bumble's virtual controller, with an attempt to connect that can be given up (Core 5.4, vol. 4 part E 7.8.13)."""

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Forgets the attempt and says so; Bumble's own leaves it standing, and the host waits for ever."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=pending.peer_address_type,
                peer_address=pending.peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)


def _with_scan_response(sender: Controller, packet: ll.AdvertisingPdu) -> ll.AdvertisingPdu:
    """An advertisement as an active scanner comes to know it; Bumble's controllers do not answer scan requests."""
    if isinstance(packet, ll.AdvInd):
        return replace(packet, data=packet.data + bytes(sender.le_legacy_advertiser.scan_response_data))
    if isinstance(packet, ll.AdvExtInd):
        own = (each for each in sender.advertising_sets.values() if each.address == packet.advertiser_address)
        return replace(packet, data=packet.data + b"".join(bytes(each.scan_response_data) for each in own))
    return packet


def is_notification(l2cap: bytes) -> bool:
    """Whether an L2CAP frame carries an ATT notification: channel 4, opcode 0x1B (Core 5.4, vol. 3 parts A and F)."""
    return len(l2cap) > 4 and l2cap[2:4] == b"\x04\x00" and l2cap[4] == 0x1B
