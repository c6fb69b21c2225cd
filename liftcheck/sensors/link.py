"""The state of a sensor's link, as the screen and the file are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Why a link ended or cannot be made -> what a person can do about it. "" is a link that stands.
REASONS = {
    "off": "Bluetooth is switched off on this computer: switch it on.",
    "no adapter": "This computer has no Bluetooth adapter: plug one in, or use `--sensor virtual`.",
    "permission": "This program may not use Bluetooth: allow it in the system's privacy settings.",
    "not found": "The sensor is out of range, asleep, or held by a phone: wake it, bring it closer, and free it there.",
    "out of range": "The sensor went out of range or its battery is empty: bring it back; the link returns by itself.",
    "busy": "Another program or phone holds the sensor: close that program, or switch off Bluetooth on the phone.",
    "no such service": "The sensor does not offer what its profile asks for: choose another with `--profile`.",
    "refused": "The sensor refused its set-up: switch it off and on; if that does not help, check `--profile`.",
    "silent": "The sensor is connected but sends nothing: switch it off and on.",
    "failed": "The link failed for a reason that the system does not name: switch the sensor off and on.",
    "stopped": "The session was stopped.",
}


@dataclass(frozen=True)
class LinkChange:
    """Something that the Bluetooth thread has to say between two packets.

    at: s, the same clock as the packets' stamps. kind: what happened. reason: a key of `REASONS`, or "".
    percent: the battery, with kind "battery". message: one sentence for a person. stored: with kind "answered", the
    numbers that the sensor gave about itself while it is set up, by their names in the profile.
    """

    at: float
    kind: Literal["searching", "connecting", "answered", "connected", "lost", "battery", "stopped"]
    reason: str = ""
    percent: float | None = None
    message: str = ""
    stored: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkState:
    """How the link is now.

    reason: why it is not connected, a key of `REASONS`, or "". since_s: how long it has been so.
    rate_hz: measured over the last seconds. loss_percent: None where losses cannot be known.
    received: samples so far. last_packet_s: age of the last packet; None before the first.
    """

    connected: bool
    reason: str = ""
    since_s: float = 0.0
    rate_hz: float | None = None
    loss_percent: float | None = None
    battery_percent: int | None = None
    received: int = 0
    last_packet_s: float | None = None
