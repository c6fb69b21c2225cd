"""Which sensor a session is held with: a real one in range, or one made of software."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from liftcheck.errors import SensorError
from liftcheck.samples import Samples
from liftcheck.sensors.ble import Arrivals, Backend, Found, Wanted
from liftcheck.sensors.bluetooth import BluetoothThread
from liftcheck.sensors.link import REASONS
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, profiles
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.sensors.virtual import has_bumble

if TYPE_CHECKING:
    from liftcheck.sensors.virtual.direct import DirectLink

SCAN_S = 4.0
LAST_WORDS_S = 0.3  # what was sent last is still on its way: some connection intervals
VIRTUAL_PROFILE = "witmotion-ble5"


class Sensor(Protocol):
    """A sensor that can be begun and ended."""

    @property
    def profile(self) -> FirmwareProfile:
        """How it is read."""

    @property
    def choices(self) -> Mapping[str, Choice]:
        """The options it is asked for."""

    @property
    def clock(self) -> Callable[[], float]:
        """The clock that stamps its packets, s."""

    def begin(self, arrivals: Arrivals) -> None:
        """Streams into the queue from now on."""

    def end(self) -> None:
        """Stops in good order."""


@dataclass
class RealSensor:
    """A sensor by its address or the beginning of its name, on a radio's thread that goes on afterwards."""

    radio: BluetoothThread
    who: str
    profile: FirmwareProfile
    choices: Mapping[str, Choice] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic

    def begin(self, arrivals: Arrivals) -> None:
        """Streams into the queue from now on."""
        self.radio.stream(Wanted(self.who, self.profile, self.choices), arrivals, clock=self.clock)

    def end(self) -> None:
        """Stops in good order."""
        self.radio.halt()


class VirtualSensorHere:
    """A virtual sensor in this process: it plays samples over a virtual radio, or without Bumble straight away.

    speed: how many of its seconds pass in a real one. loops: how often the samples are played. over_radio: whether
    Bluetooth is in between.
    """

    def __init__(
        self,
        samples: Samples,
        profile: FirmwareProfile | None = None,
        choices: Mapping[str, Choice] | None = None,
        *,
        speed: float = 1.0,
        loops: int = 1,
    ) -> None:
        from liftcheck.sensors.virtual.clockwork import Clockwork
        from liftcheck.sensors.virtual.role import ProfileRole

        self.profile = profile or load_profile(VIRTUAL_PROFILE)
        self.choices = dict(choices or nearest_rate(self.profile, samples))
        self._loop = Clockwork(speed)
        self.clock: Callable[[], float] = self._loop.time
        self._role = ProfileRole(self.profile, samples, dict(self.choices), loops=loops)
        self.over_radio = has_bumble()
        self._over = False
        self._watch: asyncio.Task[None] | None = None
        self._direct: DirectLink | None = None
        self._radio: BluetoothThread | None = None

    @property
    def done(self) -> bool:
        """Whether everything has been played, and the link was ended in good order."""
        return self._over or (self._direct is not None and self._direct.done)

    def begin(self, arrivals: Arrivals) -> None:
        """Streams into the queue from now on."""
        if self.over_radio:
            self._radio = BluetoothThread(self._world, self._loop)
            self._radio.stream(Wanted("", self.profile, self.choices), arrivals, clock=self.clock)
            return
        self._radio = BluetoothThread(None, self._loop)
        self._radio.keep(lambda: self._directly(arrivals))

    def end(self) -> None:
        """Stops in good order."""
        if self._radio:
            self._radio.close()
        else:
            self._loop.close()

    def _directly(self, arrivals: Arrivals) -> "DirectLink":
        from liftcheck.sensors.virtual.direct import DirectLink

        self._direct = DirectLink(self._role, arrivals)
        return self._direct

    async def _world(self) -> Backend:
        from liftcheck.sensors.virtual.world import World

        world = await World.build(self._role)
        self._watch = asyncio.ensure_future(self._end_after(world.sensor.played()))
        return world.backend

    async def _end_after(self, played: Awaitable[None]) -> None:
        """Ends the link when all was played, before the silence that follows is taken for a fault."""
        await played
        await asyncio.sleep(LAST_WORDS_S)
        if self._radio and self._radio.link:
            self._radio.link.stop()
        self._over = True


def nearest_rate(profile: FirmwareProfile, samples: Samples) -> dict[str, Choice]:
    """The profile's rate that is nearest to that of the samples."""
    if not isinstance(profile.stream.rate, str) or len(samples) < 2:
        return {}
    rate_hz = (len(samples) - 1) / float(samples.t[-1] - samples.t[0])
    option = profile.options[profile.stream.rate]
    return {option.name: min(option.choices, key=lambda choice: abs(float(choice) - rate_hz))}


def find_sensor(
    radio: BluetoothThread,
    who: str = "",
    profile: FirmwareProfile | None = None,
    choices: Mapping[str, Choice] | None = None,
    seconds: float = SCAN_S,
) -> tuple[RealSensor, Found | None]:
    """The sensor that is meant: by address or the beginning of its name, else the strongest that fits a profile.

    With a name and a profile given, it need not be in range yet. SensorError if none is meant, or nothing fits it.
    """
    if who and profile:
        return RealSensor(radio, who, profile, choices or {}), None
    known = (profile,) if profile else profiles()
    found = [
        each
        for each in radio.scan(seconds, known, all_devices=bool(who))
        if not who or each.address.lower() == who.lower() or each.name.lower().startswith(who.lower())
    ]
    if not found:
        raise SensorError(f"No sensor was heard within {seconds:.0f} s. {REASONS['not found']}", "not found")
    best = found[0]
    if not best.profiles:
        raise SensorError(
            f"No profile fits {best.name or best.address}: choose one with `--profile`", "no such service"
        )
    fitting = profile or next(each for each in known if each.id == best.profiles[0])
    return RealSensor(radio, best.address, fitting, choices or {}), best
