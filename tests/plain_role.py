"""A role for the virtual sensor that is what the test says, without a profile."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from liftcheck.sensors.virtual.playing import Due, Offer


@dataclass(frozen=True)
class Plain:
    name: str
    services: tuple[str, ...]
    offers: tuple[Offer, ...]
    plays: Callable[[], Iterator[Due]]
    answers: Callable[[str, bytes], Sequence[tuple[str, str, bytes]]] = lambda uuid, data: ()
    is_ready: Callable[[set[str], list[tuple[str, bytes]]], bool] = lambda subscribed, written: bool(subscribed)

    def play(self) -> Iterator[Due]:
        return self.plays()

    def answer(self, uuid: str, data: bytes) -> Sequence[tuple[str, str, bytes]]:
        return self.answers(uuid, data)

    def ready(self, subscribed: set[str], written: list[tuple[str, bytes]]) -> bool:
        return self.is_ready(subscribed, written)
