"""What a virtual sensor plays, as plain values; nothing here needs a Bluetooth stack."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Offer:
    """One characteristic: its service, its uuid, what may be done with it, and what is read from it."""

    service: str
    uuid: str
    properties: frozenset[str]  # of read, write, write-without-response, notify, indicate
    value: bytes | Callable[[], bytes] = b""


@dataclass(frozen=True)
class Due:
    """A notification and the moment it is due, in seconds since the stream began."""

    at: float
    service: str
    uuid: str
    data: bytes


class Role(Protocol):
    """Which sensor is played: what it is called, offers, sends and answers (`ProfileRole` makes one of a profile)."""

    @property
    def name(self) -> str:
        """What it calls itself."""

    @property
    def services(self) -> tuple[str, ...]:
        """What it advertises."""

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Its characteristics."""

    def play(self) -> Iterator[Due]:
        """What it sends, in the order of time."""

    def answer(self, uuid: str, data: bytes) -> Sequence[tuple[str, str, bytes]]:
        """What it answers to a write: service, uuid, bytes."""

    def ready(self, subscribed: set[str], written: list[tuple[str, bytes]]) -> bool:
        """Whether the stream runs, by the uuids subscribed to and what was written since the link began."""
