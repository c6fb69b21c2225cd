"""A session's turn: what the source brought is kept, then judged, then told."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np

from liftcheck import __version__
from liftcheck.analysis import Settings, Update
from liftcheck.cues import Cue
from liftcheck.errors import LiftcheckError, sentence
from liftcheck.lifts.lift import Lift
from liftcheck.samples import Event, Samples
from liftcheck.sensors.link import LinkState
from liftcheck.sensors.packets import Packet
from liftcheck.settings import settings_data
from liftcheck.trunk.motion import Motion

NO_LONGER_RECORDING = "No longer recording"


@dataclass(frozen=True, eq=False)
class Poll:
    """What a source brought: samples, the events among them, the raw packets, the link; and whether this was the end.

    message: one sentence for a person, "" if there is nothing to say.
    """

    samples: Samples
    events: tuple[Event, ...]
    link: LinkState
    packets: tuple[Packet, ...] = ()
    message: str = ""
    ended: bool = False


class Source(Protocol):
    """Where samples come from: a sensor (`LiveSource`) or a recording played again (`ReplaySource`)."""

    def poll(self, wait_s: float) -> Poll:
        """What has come; waits at most wait_s for the first of it."""

    def tell(self, event: Event) -> None:
        """Puts an event into the stream, from any thread; its time becomes that of the newest sample."""

    def flush(self) -> Poll:
        """What was held back, at the end."""


class Recorder(Protocol):
    """Where samples and events are kept (`liftcheck.recording.file.RecordingWriter`)."""

    def append(self, samples: Samples, events: Iterable[Event] = (), packets: Iterable[Packet] = ()) -> None:
        """Keeps the next samples and what happened among them."""

    def flush(self) -> None:
        """Writes what still waits for more."""

    def close(self) -> None:
        """Completes the file."""


class Judge(Protocol):
    """The pipeline (`liftcheck.analysis.Analyzer`)."""

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream."""

    def finish(self) -> Update:
        """The end of it."""


class Listener(Protocol):
    """Decides when to speak (`liftcheck.cues.Coach`)."""

    def hear(self, update: Update, events: tuple[Event, ...] = ()) -> tuple[Cue, ...]:
        """What to say now."""


@dataclass(frozen=True, eq=False)
class SessionUpdate:
    """What one turn added, for whoever shows it.

    elapsed_s: since the session began, by its clock. samples: received so far. update: the pipeline's answer, None if
    nothing came or nothing is judged. recording: whether a file is being written, at `path`. message: one sentence for
    a person, "" if there is nothing to say. ended: the last update of the session.
    """

    elapsed_s: float
    samples: int
    link: LinkState
    update: Update | None
    cues: tuple[Cue, ...]
    recording: bool
    path: str | None
    message: str = ""
    ended: bool = False

    @property
    def stops_recording(self) -> bool:
        """Whether this is the turn in which the file could not be written on; the message says why."""
        return self.message.startswith(NO_LONGER_RECORDING)


class Session:
    """Turns what a source brings into kept samples, verdicts and cues; it has no thread and no clock of its own.

    source: a live sensor or a replay. judge: the Analyzer, or None to record only. recorder: the file at `path`, or
    None. coach: decides on cues, or None. opening: events at time 0, the `session` event first. clock: s, monotonic.
    """

    def __init__(
        self,
        source: Source,
        judge: Judge | None = None,
        *,
        recorder: Recorder | None = None,
        path: str | None = None,
        coach: Listener | None = None,
        opening: tuple[Event, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._judge, self._recorder, self._coach = source, judge, recorder, coach
        self._path, self._clock, self._opening = path, clock, opening
        self._began = clock()
        self._received = 0
        self._latest = 0.0
        self._finished = False
        self.problem: LiftcheckError | None = None  # why the file is not complete, if it is not
        self.fault: Exception | None = None  # what ended the judging before its time

    def tell(self, event: Event) -> None:
        """Enters what a person decided; thread-safe. It takes effect after the newest sample and gets its time."""
        self._source.tell(event)

    def step(self, wait_s: float = 0.0) -> SessionUpdate:
        """One turn; waits at most wait_s for something to come. The update that says `ended` is the last."""
        poll = self._source.poll(wait_s)
        return self._end(poll) if poll.ended else self._take(poll)

    def finish(self) -> SessionUpdate:
        """Ends the session in good order: what was held back is judged and the file completed."""
        return self._end(self._source.flush())

    def _end(self, poll: Poll) -> SessionUpdate:
        last = self._take(poll, ending=not self._finished)
        if self._recorder is not None and not self._finished:
            try:
                self._recorder.close()
            except LiftcheckError as error:
                self.problem, last = error, replace(last, message=sentence(error))
        self._finished = True
        return replace(last, ended=True, recording=False)

    def _take(self, poll: Poll, ending: bool = False) -> SessionUpdate:
        samples, events = poll.samples.rounded(), self._opening + poll.events
        self._opening = ()
        self._received += len(samples)
        if len(samples):
            self._latest = float(samples.t[-1])
        problem = self._keep(samples, events, poll.packets)
        updates, fault = self._judged(samples, events, ending)
        cues: tuple[Cue, ...] = ()
        for index, update in enumerate(updates):
            said = self._coach.hear(update, events if index == 0 else ()) if self._coach else ()
            if log := _log(update, said, self._latest):
                problem = self._keep(Samples.empty(), log) or problem
            cues += said
        return SessionUpdate(
            self._clock() - self._began,
            self._received,
            poll.link,
            _join(updates),
            cues,
            self._recorder is not None,
            self._path,
            problem or fault or poll.message,
        )

    def _judged(self, samples: Samples, events: tuple[Event, ...], ending: bool) -> tuple[list[Update], str]:
        """The pipeline's answers. A fault in it must not cost the recording: judging ends, keeping goes on."""
        updates: list[Update] = []
        try:
            if self._judge and (len(samples) or events):
                updates.append(self._judge.push(samples, events))
            if self._judge and ending:
                updates.append(self._judge.finish())
        except Exception as error:
            if self._recorder is None:
                raise
            self.fault, self._judge = error, None
            return updates, f"A fault in the program ended the judging ({error!r}); the recording goes on."
        return updates, ""

    def _keep(self, samples: Samples, events: tuple[Event, ...], packets: tuple[Packet, ...] = ()) -> str:
        """Appends to the file. If that fails, what was written stays, judging goes on, and the sentence says why."""
        if self._recorder is None:
            return ""
        try:
            if len(samples) or events or packets:
                self._recorder.append(samples, events, packets)
            else:  # nothing comes that would bring the rest into the file
                self._recorder.flush()
        except LiftcheckError as error:
            self.problem, recorder, self._recorder = error, self._recorder, None
            with suppress(LiftcheckError):  # whatever can still be done for the file
                recorder.close()
            return f"{NO_LONGER_RECORDING}: {error}"
        return ""


def session_event(settings: Settings, profile: str | None = None, rate_hz: float | None = None, **more: Any) -> Event:
    """The event with which a file written live begins: by it, `score` judges as live did."""
    data = {"version": __version__, "settings": settings_data(settings), "profile": profile, "rate_hz": rate_hz, **more}
    return Event(0.0, "session", "pipeline", data)


def lift_data(lift: Lift) -> dict[str, Any]:
    """A bend and its verdict as plain JSON values, under the names of the columns of `score --lifts`."""
    row = {field.name: getattr(lift, field.name) for field in fields(lift) if field.name != "curve"}
    row["duration_s"] = lift.duration_s
    row["technique"] = None if lift.technique is None else lift.technique.value
    row["quality"] = ";".join(lift.quality)
    return row


def _log(update: Update, cues: tuple[Cue, ...], latest: float) -> tuple[Event, ...]:
    """What the file keeps of an update: the pipeline's own events, the verdicts, the warnings and what was said."""
    lifts = tuple(Event(min(lift.judged_s, latest), "lift", "pipeline", lift_data(lift)) for lift in update.lifts)
    warnings = tuple(
        Event(warning.t, "warning", "pipeline", {"flexion_deg": warning.flexion_deg, "hip_drop_m": warning.hip_drop_m})
        for warning in update.warnings
    )
    said = tuple(Event(cue.t, "cue", "pipeline", cue.as_data()) for cue in cues)
    return update.events + lifts + warnings + said


def _join(updates: list[Update]) -> Update | None:
    """The updates of one turn as one; what they added follows each other, the state of the last holds."""
    if len(updates) < 2:
        return updates[0] if updates else None
    first, last = updates
    motion = (np.concatenate([getattr(first.motion, f.name), getattr(last.motion, f.name)]) for f in fields(Motion))
    return replace(
        last,
        motion=Motion(*motion),
        lifts=first.lifts + last.lifts,
        warnings=first.warnings + last.warnings,
        events=first.events + last.events,
    )
