"""Begins a session with a sensor, real or virtual: the radio's thread, the file, the pipeline, the session's thread."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach, CueSettings
from liftcheck.errors import LiftcheckError, SensorError
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Event, Samples
from liftcheck.sensors.ble import Arrivals, Backend, Found, Wanted
from liftcheck.sensors.bluetooth import BluetoothThread
from liftcheck.sensors.link import REASONS
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, profiles
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.sensors.virtual import has_bumble
from liftcheck.session.live import LiveSource
from liftcheck.session.sitting import Session, SessionUpdate, session_event
from liftcheck.session.thread import SessionThread

if TYPE_CHECKING:
    from liftcheck.sensors.virtual.direct import DirectLink

SCAN_S = 4.0
LAST_WORDS_S = 0.3  # what was sent last is still on its way: some connection intervals
VIRTUAL_PROFILE = "witmotion-ble5"


@dataclass(frozen=True)
class Plan:
    """What a session is to be. None where nothing was said.

    judge: False to record only. calibrate: begin with a calibration. output: the file; None for a dated one in
    `folder`; keep: False for no file at all. choices: the sensor's options, such as its rate.
    """

    judge: bool = True
    calibrate: bool = True
    settings: Settings = field(default_factory=Settings)
    cues: CueSettings = field(default_factory=CueSettings)
    wearer: str | None = None
    site: str | None = None
    height_m: float | None = None
    note: str | None = None
    keep: bool = True
    output: Path | None = None
    folder: Path = Path()
    force: bool = False
    keep_packets: bool = False
    choices: Mapping[str, Choice] = field(default_factory=dict)


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


class Running:
    """A session that runs: its updates, a word to it, and its end."""

    def __init__(self, session: Session, thread: SessionThread, sensor: Sensor, path: Path | None) -> None:
        self._session, self._thread, self._sensor, self.path = session, thread, sensor, path
        self.updates: SimpleQueue[SessionUpdate] = thread.updates

    @property
    def error(self) -> BaseException | None:
        """What ended the session's thread, if something did."""
        return self._thread.error

    @property
    def problem(self) -> LiftcheckError | None:
        """Why the file is not complete, if it is not."""
        return self._session.problem

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._thread.alive

    def tell(self, event: Event) -> None:
        """Enters what a person decided."""
        self._thread.tell(event)

    def close(self) -> None:
        """Ends it in good order: first the sensor, so that nothing it sent is lost, then the file."""
        self._sensor.end()
        self._thread.close()


def begin(sensor: Sensor, plan: Plan) -> Running:
    """Starts everything and returns at once. RecordingError if the file cannot be written."""
    settings = replace(
        plan.settings, site=plan.site or plan.settings.site, height_m=plan.height_m or plan.settings.height_m
    )
    rate_hz = sensor.profile.rate_hz(sensor.choices)
    opening: tuple[Event, ...] = ()
    if plan.judge:
        opening = (session_event(settings, sensor.profile.id, rate_hz),)
        opening += (Event(0.0, "calibrating", "person"),) if plan.calibrate else ()
    arrivals: Arrivals = SimpleQueue()
    thread = None
    try:
        recorder = _recorder(sensor, plan, rate_hz) if plan.keep else None
        session = Session(
            LiveSource(sensor.profile, arrivals, sensor.choices, clock=sensor.clock),
            Analyzer(settings, rate_hz=rate_hz) if plan.judge else None,
            recorder=recorder,
            path=str(recorder.path) if recorder else None,
            coach=Coach(plan.cues) if plan.judge else None,
            opening=opening,
            clock=sensor.clock,
        )
        thread = SessionThread(session)
        sensor.begin(arrivals)
    except BaseException:
        sensor.end()
        if thread:
            thread.close()
        raise
    return Running(session, thread, sensor, recorder.path if recorder else None)


def _recorder(sensor: Sensor, plan: Plan, rate_hz: float) -> RecordingWriter:
    now = datetime.now().astimezone()
    return RecordingWriter(
        plan.output or dated_file(plan.folder, now),
        started=now.isoformat(timespec="milliseconds"),
        profile_name=sensor.profile.id,
        profile_text=sensor.profile.text,
        rate_hz=rate_hz,
        wearer=plan.wearer,
        site=plan.site,
        height_m=plan.height_m,
        note=plan.note,
        keep_packets=plan.keep_packets,
        force=plan.force and plan.output is not None,
    )


def dated_file(folder: Path, now: datetime) -> Path:
    """A name that nobody has yet, in this folder: liftcheck-2026-03-01-093000.mcap, with -2, -3 ... if need be."""
    stem = now.strftime("liftcheck-%Y-%m-%d-%H%M%S")
    names = (f"{stem}{number}.mcap" for number in ("", *(f"-{count}" for count in range(2, 1000))))
    return next(folder / name for name in names if not (folder / name).exists())


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
            f"No profile fits {best.name or best.address}: choose one with `--profile`.", "no such service"
        )
    fitting = profile or next(each for each in known if each.id == best.profiles[0])
    return RealSensor(radio, best.address, fitting, choices or {}), best
