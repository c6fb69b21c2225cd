"""One sitting with a sensor, or with a recording played again: poll -> keep -> analyze -> tell."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from queue import SimpleQueue
from typing import Any, Protocol

import numpy as np

from liftcheck.analysis import Update
from liftcheck.lifts.lift import Lift
from liftcheck.samples import Event, Samples
from liftcheck.sensors.link import LinkState
from liftcheck.trunk.motion import Motion

__all__ = ["LinkState", "Poll", "Session", "SessionThread", "SessionUpdate"]


@dataclass(frozen=True, eq=False)
class Poll:
    """What a source brought: samples, the events that belong to them, the link, and whether this was the end."""

    samples: Samples
    events: tuple[Event, ...]
    link: LinkState
    message: str = ""
    ended: bool = False


class Source(Protocol):
    """Where samples come from: a sensor's packets (sensors/receiver.py) or a recording played again."""

    def poll(self, wait_s: float) -> Poll:
        """What has come; waits at most wait_s for the first of it."""

    def tell(self, event: Event) -> None:
        """Puts an event into the stream, from any thread; its time becomes that of the newest sample."""

    def flush(self) -> Poll:
        """What was held back, at the end."""


class Recorder(Protocol):
    """Where samples and events are kept (recording/file.py)."""

    def samples(self, samples: Samples) -> None:
        """Keeps the next samples."""

    def event(self, event: Event) -> None:
        """Keeps an event."""

    def close(self) -> None:
        """Completes the file."""


class Judge(Protocol):
    """The pipeline (`liftcheck.analysis.Analyzer`)."""

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream."""

    def finish(self) -> Update:
        """The end of it."""


class Cue(Protocol):
    """What the trainee hears or sees (cues.py)."""

    def as_data(self) -> dict[str, Any]:
        """The cue as plain JSON values, for the file."""


class Coach(Protocol):
    """Decides when to speak (cues.py)."""

    def hear(self, update: Update, events: tuple[Event, ...]) -> tuple[Cue, ...]:
        """What to say now. events: what persons decided since the last call (mode, snooze)."""


@dataclass(frozen=True, eq=False)
class SessionUpdate:
    """What one step added, for whoever shows it.

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


class Session:
    """Turns what a source brings into kept samples, verdicts and cues; it has no thread and no clock of its own.

    source: a live sensor or a replay. judge: the Analyzer, or None to record only. recorder: the file, or None.
    coach: decides on cues, or None. clock: seconds, monotonic.
    """

    def __init__(
        self,
        source: Source,
        judge: Judge | None = None,
        *,
        recorder: Recorder | None = None,
        path: str | None = None,
        coach: Coach | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._judge, self._recorder, self._coach = source, judge, recorder, coach
        self._path, self._clock = path, clock
        self._began = clock()
        self._received = 0
        self._finished = False

    def tell(self, event: Event) -> None:
        """Enters what a person decided; thread-safe. It takes effect after the newest sample and gets its time."""
        self._source.tell(event)

    def step(self, wait_s: float = 0.0) -> SessionUpdate:
        """One turn; waits at most wait_s for something to come. The update that says `ended` is the last."""
        poll = self._source.poll(wait_s)
        if poll.ended:
            return self._end(poll)
        return self._take(poll, None)

    def finish(self) -> SessionUpdate:
        """Ends the session in good order: what was held back is judged and the file completed. Once."""
        return self._end(self._source.flush())

    def _end(self, poll: Poll) -> SessionUpdate:
        last = self._take(poll, self._judge.finish if self._judge and not self._finished else None)
        if self._recorder and not self._finished:
            self._recorder.close()
        self._finished = True
        return replace(last, ended=True, recording=False)

    def _take(self, poll: Poll, finish: Callable[[], Update] | None) -> SessionUpdate:
        samples = poll.samples.rounded()
        self._received += len(samples)
        self._keep(samples, poll.events)
        updates = []
        if self._judge and (len(samples) or poll.events):
            updates.append(self._judge.push(samples, poll.events))
        if finish:
            updates.append(finish())
        cues: tuple[Cue, ...] = ()
        for update in updates:
            said = self._coach.hear(update, poll.events) if self._coach else ()
            self._keep(Samples.empty(), _log(update, said))
            cues += said
        return SessionUpdate(
            self._clock() - self._began,
            self._received,
            poll.link,
            _join(updates),
            cues,
            self._recorder is not None,
            self._path,
            poll.message,
        )

    def _keep(self, samples: Samples, events: tuple[Event, ...]) -> None:
        if self._recorder is None:
            return
        if len(samples):
            self._recorder.samples(samples)
        for event in events:
            self._recorder.event(event)


def lift_data(lift: Lift) -> dict[str, Any]:
    """A bend and its verdict as plain JSON values, under the names of the columns of `score --lifts`."""
    row = {field.name: getattr(lift, field.name) for field in fields(lift) if field.name != "curve"}
    row["duration_s"] = lift.duration_s
    row["technique"] = None if lift.technique is None else lift.technique.value
    row["quality"] = ";".join(lift.quality)
    return row


def _log(update: Update, cues: tuple[Cue, ...]) -> tuple[Event, ...]:
    lifts = tuple(Event(lift.judged_s, "lift", "pipeline", lift_data(lift)) for lift in update.lifts)
    warnings = tuple(
        Event(w.t, "warning", "pipeline", {"flexion_deg": w.flexion_deg, "hip_drop_m": w.hip_drop_m})
        for w in update.warnings
    )
    now = update.facts.duration_s
    return update.events + lifts + warnings + tuple(Event(now, "cue", "pipeline", cue.as_data()) for cue in cues)


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


class SessionThread:
    """Runs a session in a thread of its own; its updates wait in `updates` until somebody takes them.

    pace_s: the least time between two turns, so that a fast sensor does not cost a turn a packet.
    """

    def __init__(self, session: Session, pace_s: float = 0.01) -> None:
        self.updates: SimpleQueue[SessionUpdate] = SimpleQueue()
        self.error: BaseException | None = None
        self._session, self._pace_s = session, pace_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="liftcheck session", daemon=True)
        self._thread.start()

    def tell(self, event: Event) -> None:
        """Enters what a person decided (`Session.tell`)."""
        self._session.tell(event)

    @property
    def alive(self) -> bool:
        """Whether the session still runs."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Ends the session in good order and waits until its file is complete."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                update = self._session.step(wait_s=0.1)
                self.updates.put(update)
                if update.ended:
                    return
                self._stop.wait(self._pace_s)
            self.updates.put(self._session.finish())
        except BaseException as error:  # whoever watches the queue has to learn of it
            self.error = error
