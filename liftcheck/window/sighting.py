"""What the window needs from whoever opens it: sensors in range, and a session once one is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from liftcheck.samples import Event
from liftcheck.session import SessionUpdate


@dataclass(frozen=True)
class Sighting:
    """A sensor in range. rssi_dbm: signal strength. profile: what fits it, "" if nothing does."""

    name: str
    address: str
    rssi_dbm: int
    profile: str = ""
    profile_name: str = ""
    rate_hz: float | None = None


class Scanner(Protocol):
    """Looks for sensors for as long as the choice is open, in a thread of its own."""

    def found(self) -> tuple[Sighting, ...]:
        """Everything seen so far, in a steady order."""

    def trouble(self) -> str:
        """Why it cannot look: a key of `liftcheck.sensors.link.REASONS`, or ""."""

    def close(self) -> None:
        """Stops looking."""


class Running(Protocol):
    """A session that runs (`liftcheck.session.SessionThread`)."""

    updates: SimpleQueue[SessionUpdate]
    error: BaseException | None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""

    def tell(self, event: Event) -> None:
        """Enters what a person decided."""

    def close(self) -> None:
        """Ends it in good order; returns when its file is complete."""


@dataclass(frozen=True)
class Wiring:
    """begin: starts a session with a sensor (None: the virtual one) and returns at once; LiftcheckError if it cannot.

    scanner: starts looking, or None where there is no radio. chosen: begin at once with that sensor, without asking.
    report: writes the page of a recording in a language, shows it, gives its path; called in a thread; or None.
    done: whether all has been played, where a virtual sensor plays something once; the session then ends by itself.
    """

    begin: Callable[[Sighting | None], Running]
    scanner: Callable[[], Scanner] | None = None
    chosen: bool = False
    sensor: Sighting | None = None
    report: Callable[[str, str], str] | None = None
    done: Callable[[], bool] = lambda: False
