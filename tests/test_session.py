"""A session turned by hand: poll -> keep -> analyze -> tell, with sources, files and judges of the tests' own."""

from collections.abc import Iterable
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest

from liftcheck.analysis import Settings, StreamFacts, Update
from liftcheck.cues import Cue
from liftcheck.errors import RecordingError
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples
from liftcheck.sensors.link import LinkState
from liftcheck.session import Poll, ReplaySource, Session, SessionThread, session_event
from liftcheck.trunk.motion import Motion


def some(n: int, begin: float = 0.0, rate_hz: float = 100.0) -> Samples:
    rng = np.random.default_rng(7)
    return Samples(begin + np.arange(n) / rate_hz, rng.normal(size=(n, 3)), rng.normal(size=(n, 3))).rounded()


def a_lift(number: int, t: float) -> Lift:
    return Lift(
        number, t, t + 0.5, t + 1.0, 60.0, 55.0, 2.0, 90.0, 80.0, 1.0, 2.0, 0.4, 0.3, 0.02, 90.0, 8.0, 20.0,
        Technique.LEGS, 0.95, "hips sank", ("short stance",), 0.0, t + 1.3,
    )  # fmt: skip


class Judge:
    """Not the pipeline: says a lift for every second of samples, so that a session can be tested without one."""

    def __init__(self, log: list[str] | None = None) -> None:
        self.pushed: list[tuple[Samples, tuple[Event, ...]]] = []
        self.log = log if log is not None else []
        self.seconds = 0

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        self.log.append("judged")
        self.pushed.append((samples, events))
        lifts = []
        while len(samples) and samples.t[-1] >= self.seconds + 1:
            self.seconds += 1
            lifts.append(a_lift(self.seconds, self.seconds - 1.0))
        motion = Motion(samples.t, *(np.zeros(len(samples)) for _ in range(6)), np.ones(len(samples), dtype=bool))
        return Update(motion, tuple(lifts), facts=StreamFacts(duration_s=self.seconds))

    def finish(self) -> Update:
        self.log.append("finished")
        return Update(Motion.empty(), (a_lift(99, 98.0),))


class Keeper:
    def __init__(self, log: list[str] | None = None, full_after: int | None = None) -> None:
        self.samples: list[Samples] = []
        self.events: list[Event] = []
        self.packets: list[Any] = []
        self.closed = 0
        self.log = log if log is not None else []
        self.full_after = full_after

    def append(self, samples: Samples, events: Iterable[Event] = (), packets: Iterable[Any] = ()) -> None:
        if self.full_after is not None and len(self.samples) >= self.full_after:
            raise RecordingError("a.mcap: the disk is full: make room and record to another file")
        if len(samples):
            self.log.append("kept")
            self.samples.append(samples)
        self.events += events
        self.packets += packets

    def flush(self) -> None:
        self.log.append("flushed")

    def close(self) -> None:
        self.closed += 1


class Given:
    """A source that gives what the test put into it."""

    def __init__(self, *polls: Poll) -> None:
        self.polls = list(polls)
        self.told: SimpleQueue[Event] = SimpleQueue()

    def tell(self, event: Event) -> None:
        self.told.put(event)

    def poll(self, wait_s: float) -> Poll:
        return self.polls.pop(0) if self.polls else Poll(Samples.empty(), (), LinkState(connected=True))

    def flush(self) -> Poll:
        return Poll(Samples.empty(), (), LinkState(connected=False, reason="stopped"))


def poll(samples: Samples, *events: Event, **more: Any) -> Poll:
    return Poll(samples, events, LinkState(connected=True), **more)


def test_samples_reach_the_file_before_anybody_thinks_about_them() -> None:
    log: list[str] = []
    session = Session(Given(poll(some(50))), Judge(log), recorder=Keeper(log))
    session.step()
    assert log == ["kept", "judged"]


def test_file_and_pipeline_get_the_same_bits() -> None:
    rough = Samples(np.array([0.0, 0.0100001]), np.full((2, 3), 1.23456789), np.full((2, 3), 0.333333333))
    judge, keeper = Judge(), Keeper()
    Session(Given(poll(rough)), judge, recorder=keeper).step()
    (judged, _), (kept,) = judge.pushed[0], keeper.samples
    for name in ("t", "acc", "gyr"):
        assert getattr(judged, name).tobytes() == getattr(kept, name).tobytes()
        assert getattr(kept, name).tobytes() == getattr(rough.rounded(), name).tobytes()


def test_the_session_event_opens_the_file_and_reaches_the_pipeline() -> None:
    judge, keeper = Judge(), Keeper()
    opening = (session_event(Settings(site="chest"), "witmotion-ble5", 100.0),)
    session = Session(Given(), judge, recorder=keeper, opening=opening)
    session.step()
    session.step()
    assert keeper.events == list(opening)
    assert [events for _, events in judge.pushed] == [opening]
    assert opening[0].data["settings"]["site"] == "chest"


def test_verdicts_and_cues_are_written_down_as_events() -> None:
    class Coach:
        def hear(self, update: Update, events: tuple[Event, ...] = ()) -> tuple[Cue, ...]:
            return tuple(Cue(lift.judged_s, "legs", lift.lift) for lift in update.lifts)

    keeper = Keeper()
    session = Session(Given(poll(some(150))), Judge(), recorder=keeper, coach=Coach())
    update = session.step()
    assert update.update is not None
    assert [lift.lift for lift in update.update.lifts] == [1]
    assert [cue.message for cue in update.cues] == ["legs"]
    assert [(event.kind, event.by) for event in keeper.events] == [("lift", "pipeline"), ("cue", "pipeline")]
    row = keeper.events[0].data
    assert (row["lift"], row["technique"], row["quality"], row["duration_s"]) == (1, "legs", "short stance", 1.0)
    assert "curve" not in row


def test_nothing_arriving_costs_no_turn_of_the_pipeline() -> None:
    judge = Judge()
    update = Session(Given(), judge).step()
    assert update.update is None
    assert judge.pushed == []


def test_recording_only_keeps_and_does_not_judge() -> None:
    keeper = Keeper()
    session = Session(Given(poll(some(50))), recorder=keeper)
    update = session.step()
    assert (update.update, update.samples, update.recording) == (None, 50, True)
    assert session.finish().ended
    assert keeper.closed == 1


def test_the_end_judges_what_was_open_and_completes_the_file_once() -> None:
    log: list[str] = []
    keeper = Keeper(log)
    session = Session(Given(poll(some(50))), Judge(log), recorder=keeper)
    session.step()
    last = session.finish()
    assert last.update is not None
    assert [lift.lift for lift in last.update.lifts] == [99]
    assert [event.data["lift"] for event in keeper.events if event.kind == "lift"] == [99]
    assert (last.ended, last.recording) == (True, False)
    session.finish()
    assert log.count("finished") == keeper.closed == 1


def test_the_last_samples_and_the_end_come_as_one_update() -> None:
    session = Session(Given(poll(some(150), ended=True)), Judge())
    last = session.step()
    assert last.update is not None
    assert [lift.lift for lift in last.update.lifts] == [1, 99]
    assert len(last.update.motion) == 150


def test_a_full_disk_ends_the_recording_with_a_sentence_and_not_the_session() -> None:
    judge, keeper = Judge(), Keeper(full_after=1)
    session = Session(Given(*(poll(some(50, i / 2)) for i in range(3))), judge, recorder=keeper, path="a.mcap")
    updates = [session.step() for _ in range(3)]
    assert [update.recording for update in updates] == [True, False, False]
    assert "the disk is full" in updates[1].message
    assert updates[2].message == ""
    assert len(judge.pushed) == 3
    assert isinstance(session.problem, RecordingError)


def test_a_message_of_the_source_is_passed_on() -> None:
    assert Session(Given(poll(some(1), message="The link is back."))).step().message == "The link is back."


def test_a_thread_turns_the_session_and_its_last_update_says_so() -> None:
    judge = Judge()
    thread = SessionThread(Session(Given(*(poll(some(50, i / 2)) for i in range(6))), judge), pace_s=0.0)
    updates = [thread.updates.get(timeout=5.0) for _ in range(6)]
    assert [update.samples for update in updates] == [50, 100, 150, 200, 250, 300]
    thread.close()
    rest = [thread.updates.get() for _ in range(thread.updates.qsize())]
    assert rest[-1].ended
    assert not thread.alive
    assert thread.error is None


class Angry(Judge):
    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        raise ZeroDivisionError("a fault in the pipeline")


def test_an_error_in_the_thread_is_not_lost() -> None:
    thread = SessionThread(Session(Given(poll(some(50))), Angry()))
    thread.close()
    assert isinstance(thread.error, ZeroDivisionError)


def test_a_fault_in_the_pipeline_does_not_cost_the_recording() -> None:
    keeper = Keeper()
    session = Session(Given(poll(some(50)), poll(some(50, 0.5))), Angry(), recorder=keeper)
    first, second = session.step(), session.step()
    assert "fault in the program" in first.message
    assert (second.message, second.samples, second.recording) == ("", 100, True)
    assert len(keeper.samples) == 2
    assert isinstance(session.fault, ZeroDivisionError)
    assert session.finish().ended
    assert keeper.closed == 1


class Hand:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def played(speed: float, step_s: float) -> tuple[Samples, list[Event], list[float]]:
    events = (Event(0.0, "session"), Event(1.0, "link lost", data={"reason": "out of range"}), Event(2.0, "link back"))
    recording = Recording(some(300), (*events, Event(9.9, "marker", "person")))
    hand = Hand()
    source = ReplaySource(recording, speed, clock=hand, sleep=hand.sleep)
    parts, heard, at = [], [], []
    for _ in range(10_000):
        got = source.poll(step_s)
        parts.append(got.samples)
        heard += got.events
        at.append(hand.now)
        if got.ended:
            break
    return Samples.join(parts), heard, at


@pytest.mark.parametrize(("speed", "step_s"), [(1.0, 0.05), (4.0, 0.1), (float("inf"), 0.1)])
def test_a_replay_gives_everything_once_at_its_pace(speed: float, step_s: float) -> None:
    samples, events, at = played(speed, step_s)
    assert samples.t.tobytes() == some(300).t.tobytes()
    assert samples.acc.tobytes() == some(300).acc.tobytes()
    assert [event.kind for event in events] == ["session", "link lost", "link back", "marker"]
    assert at[-1] - 100.0 == pytest.approx(0.0 if speed == float("inf") else 2.99 / speed, abs=0.02)


def test_a_replay_shows_the_link_as_it_was() -> None:
    recording = Recording(some(300), (Event(1.0, "link lost", data={"reason": "silent"}), Event(2.0, "link back")))
    hand = Hand()
    source = ReplaySource(recording, 1.0, clock=hand, sleep=hand.sleep)
    seen = []
    for at in (0.5, 1.5, 2.5):
        hand.now = 100.0 + at
        link = source.poll(0.0).link
        seen.append((link.connected, link.reason))
    assert seen == [(True, ""), (False, "silent"), (True, "")]


def test_what_a_person_tells_a_replay_lies_at_the_newest_sample() -> None:
    hand = Hand()
    source = ReplaySource(Recording(some(300)), 1.0, clock=hand, sleep=hand.sleep)
    hand.now = 101.0
    source.poll(0.0)
    source.tell(Event(0.0, "marker", "person", {"text": "here"}))
    (event,) = source.poll(0.0).events
    assert (event.t, event.kind, event.data["text"]) == (1.0, "marker", "here")
