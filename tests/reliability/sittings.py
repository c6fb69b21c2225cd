"""A simulated wearer's session sent as a sensor's packets through the whole session, with leaping clocks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue

from liftcheck.analysis import Analyzer, Settings
from liftcheck.lifts.lift import Lift
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Event, Samples
from liftcheck.scoring import Score, score
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.sensors.virtual.role import ProfileRole
from liftcheck.session import LiveSource, Session, session_event
from liftcheck.session.sensor import nearest_rate
from liftcheck.simulation import Label, sitting

Arrival = Packet | LinkChange
TURN_S = 0.05
TAIL_S = 3.0  # of silence at the end, in which a lost link is noticed


@dataclass(frozen=True, eq=False)
class Worn:
    """What a sensor measured on a simulated back, and what was truly done. seed: person, sensor and session."""

    seed: int
    samples: Samples
    labels: tuple[Label, ...]
    events: tuple[Event, ...]
    height_m: float | None


@lru_cache(maxsize=64)
def worn(seed: int, faults: tuple[str, ...] = (), lifts: int = 12, style: str = "mixed") -> Worn:
    """One simulated session: calibration, then lifts with the legs, with the back, and between."""
    session = sitting(style, seed=seed, lifts=lifts, faults=faults)
    samples = Samples.join([piece for piece, _ in session.chunks()])
    return Worn(seed, samples, session.labels, session.recording.events, session.recording.height_m)


@dataclass(frozen=True, eq=False)
class Sat:
    """What came of a session. said: sentences told meanwhile; kinds: events kept; score: what `score` says after it."""

    lifts: tuple[Lift, ...]
    said: tuple[str, ...]
    kinds: tuple[str, ...]
    score: Score | None


def packets_of(
    samples: Samples,
    profile: str,
    *,
    choices: dict[str, Choice] | None = None,
    rate_error: float = 0.0,
    restarts: Sequence[float] = (),
) -> list[Packet]:
    """What a sensor with this profile would send of these samples."""
    kind = load_profile(profile)
    options = {**nearest_rate(kind, samples), **(choices or {})}
    role = ProfileRole(kind, samples, options, rate_error=rate_error, restarts=tuple(restarts))
    return list(role.packets())


def sit(
    arrivals: Iterable[Arrival],
    profile: str,
    samples: Samples,
    events: tuple[Event, ...],
    path: Path,
    *,
    choices: dict[str, Choice] | None = None,
    settings: Settings | None = None,
) -> Sat:
    """Holds the session: arrivals at their times, a turn every 50 ms, a file, and then `score` on that file."""
    kind = load_profile(profile)
    options = {**nearest_rate(kind, samples), **(choices or {})}
    now = [0.0]
    queue: Arrivals = SimpleQueue()
    source = LiveSource(kind, queue, options, clock=lambda: now[0])
    rate_hz = kind.rate_hz(options)
    settings = settings or Settings(site="mid-back")
    recorder = RecordingWriter(path, durable=False, force=True, rate_hz=rate_hz, site=settings.site)
    session = Session(
        source,
        Analyzer(settings, rate_hz=rate_hz),
        recorder=recorder,
        path=str(path),
        opening=(session_event(settings, kind.id, rate_hz, times=kind.stream.time),),
        clock=lambda: now[0],
    )
    waiting, lifts, said = sorted(events, key=lambda event: event.t), list[Lift](), list[str]()

    def turn(step: Callable[[], object]) -> None:
        update = step()
        lifts.extend(update.update.lifts if update.update else ())  # type: ignore[attr-defined]
        if update.message:  # type: ignore[attr-defined]
            said.append(update.message)  # type: ignore[attr-defined]

    due = TURN_S
    for arrival in [LinkChange(0.0, "connected"), *arrivals]:
        while arrival.at > due:
            now[0] = due
            while waiting and waiting[0].t <= now[0]:
                source.tell(waiting.pop(0))
            turn(session.step)
            due += TURN_S
        queue.put(arrival)
    now[0] = due + TAIL_S
    turn(session.step)
    turn(session.finish)
    try:
        recording = read(path)
    except Exception:
        return Sat(tuple(lifts), tuple(dict.fromkeys(said)), (), None)
    kinds = tuple(dict.fromkeys(event.kind for event in recording.events))
    return Sat(tuple(lifts), tuple(dict.fromkeys(said)), kinds, score(recording))


def moved(labels: Iterable[Label], to: Callable[[float], float]) -> tuple[Label, ...]:
    """The labels on another clock."""
    return tuple(
        replace(one, start_s=to(one.start_s), bottom_s=to(one.bottom_s), end_s=to(one.end_s)) for one in labels
    )


def answered(lifts: Iterable[Lift], labels: Sequence[Label], slack_s: float = 0.3) -> dict[int, Lift]:
    """Which lift answers which label (by place), nearest first, one to one."""
    free = [lift for lift in lifts if lift.is_lift]
    near = sorted(
        (abs(lift.bottom_s - label.bottom_s), i, j)
        for i, label in enumerate(labels)
        for j, lift in enumerate(free)
        if label.start_s - slack_s <= lift.bottom_s <= label.end_s + slack_s
    )
    found: dict[int, Lift] = {}
    taken: set[int] = set()
    for _, i, j in near:
        if i not in found and j not in taken:
            found[i] = free[j]
            taken.add(j)
    return found
