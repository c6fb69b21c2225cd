"""Begins a session with a sensor: the file, the pipeline, the session's thread, and then the sensor itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach, CueSettings
from liftcheck.errors import LiftcheckError
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Event
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.session.live import LiveSource
from liftcheck.session.sensor import Sensor
from liftcheck.session.sitting import Session, SessionUpdate, session_event
from liftcheck.session.thread import SessionThread


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


class Running:
    """A session that runs: its updates, a word to it, and its end."""

    def __init__(self, session: Session, thread: SessionThread, sensor: Sensor, path: Path | None) -> None:
        self._session, self._thread, self._sensor, self.path = session, thread, sensor, path
        self.updates: SimpleQueue[SessionUpdate] = thread.updates

    @property
    def error(self) -> BaseException | None:
        """What ended the session or its judging before its time, if something did."""
        return self._thread.error or self._session.fault

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
    opening: tuple[Event, ...] = (Event(0.0, "times", "pipeline", {"times": sensor.profile.stream.time}),)
    if plan.judge:
        opening = (session_event(settings, sensor.profile.id, rate_hz, times=sensor.profile.stream.time),)
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
