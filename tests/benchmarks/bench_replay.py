"""What the coach's window costs on a long recording: opening, panning, and staying fluent while it is judged again.

    python tests/benchmarks/bench_replay.py [--hours 8] [--judging 20] [--size 1600x1000]

A program, not a test. The recording is the bundled training session (simulated) again and again, with its verdicts
stored as a live session stores them. It paints without a screen (QT_QPA_PLATFORM=offscreen), which leaves out the
screen's own delay. Beside the time by the clock stands the time of this thread's processor, which a busy machine does
not change.

open     s from the call that reads the file to the first whole picture: overview, stored verdicts, list, map
pan      ms a frame while the timeline is dragged, all that changes repainted, at several widths, all curves known
judging  ms a frame while the worker judges, the timeline dragged all the while
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from liftcheck.analysis import Analyzer, Settings, Update
from liftcheck.lifts.lift import Lift, LiftCurve
from liftcheck.recording import Recording, read
from liftcheck.recording.file import write
from liftcheck.review.reanalysis import Judged
from liftcheck.review.replayed import Replayed
from liftcheck.samples import Event, Samples
from liftcheck.scoring.one import settings_for
from liftcheck.session import lift_data, session_event
from liftcheck.shipped import shipped
from liftcheck.trunk.motion import Motion
from liftcheck.window.replay.desk import Desk

WIDTHS_S = (36.0, 300.0, 3600.0, 4 * 3600.0)
PERIOD_S = 364.05  # of the training session, its last sample before the first of the next


def moved(lift: Lift, by: float, number: int | None) -> Lift:
    """The same bend later."""
    times = {name: getattr(lift, name) + by for name in ("start_s", "bottom_s", "end_s", "judged_s")}
    assert lift.curve is not None
    curve = LiftCurve(**{f.name: getattr(lift.curve, f.name) for f in fields(LiftCurve)} | {"t": lift.curve.t + by})
    return replace(lift, lift=number, curve=curve, **times)


class LongSession:
    """The training session so often that it fills the hours, and what the pipeline says of one turn of it."""

    def __init__(self, hours: float) -> None:
        self.one = read(shipped("recordings") / "training.mcap")
        self.turns = max(1, round(3600.0 * hours / PERIOD_S))
        self.settings = settings_for(self.one, Settings())
        analyzer = Analyzer(self.settings, rate_hz=100.0)
        self.updates = [analyzer.push(self.one.samples, self.one.events), analyzer.finish()]
        self.found = tuple(event for update in self.updates for event in update.events)
        self.judged = [lift for update in self.updates for lift in update.lifts]
        self.count = sum(lift.is_lift for lift in self.judged)

    def lifts(self, turn: int, of: tuple[Lift, ...] | None = None) -> tuple[Lift, ...]:
        """The bends of one turn."""
        found = self.judged if of is None else of
        number = [None if lift.lift is None else lift.lift + turn * self.count for lift in found]
        return tuple(moved(lift, turn * PERIOD_S, n) for lift, n in zip(found, number, strict=True))

    def recording(self) -> Recording:
        """Samples, and events as `live` stores them."""
        samples = self.one.samples
        t = np.concatenate([samples.t + turn * PERIOD_S for turn in range(self.turns)])
        acc, gyr = (np.tile(each, (self.turns, 1)) for each in (samples.acc, samples.gyr))
        said = [lift for turn in range(self.turns) for lift in self.lifts(turn)]
        told = [Event(lift.judged_s, "lift", "pipeline", lift_data(lift)) for lift in said]
        events = (session_event(self.settings, None, 100.0), *self.one.events, *self.found, *told)
        return replace(self.one, samples=Samples(t, acc, gyr).rounded(), events=events)

    def answers(self) -> Iterator[Judged]:
        """What the worker would find, turn by turn."""
        for turn in range(self.turns):
            for update in self.updates:
                by = turn * PERIOD_S
                motion = Motion(update.motion.t + by, *(getattr(update.motion, f.name) for f in fields(Motion)[1:]))
                yield Judged(update=Update(motion, self.lifts(turn, update.lifts), facts=update.facts))
        yield Judged()


class Frames:
    """Times of frames: by the clock, and of this thread's processor."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.processor: list[float] = []

    @contextmanager
    def frame(self) -> Iterator[None]:
        """One more."""
        clock, processor = time.perf_counter(), time.thread_time()
        yield
        self.clock.append(1000 * (time.perf_counter() - clock))
        self.processor.append(1000 * (time.thread_time() - processor))

    def __str__(self) -> str:
        return "; ".join(
            f"{name} median {np.median(times):6.1f} ms, 95 % under {np.percentile(times, 95):6.1f}"
            for name, times in (("clock", self.clock), ("processor", self.processor))
        )


def opened(path: Path, size: tuple[int, int], app: QApplication) -> tuple[Replayed, Desk]:
    recording = read(path)
    session = Replayed(recording, settings_for(recording, Settings()))
    desk = Desk([session])
    desk.resize(*size)
    desk.show()
    app.processEvents()
    desk.grab()
    return session, desk


def dragging(desk: Desk, width: float) -> Callable[[], None]:
    """Each call drags the timeline on by a fortieth of its width and repaints it with all that follows."""
    stage = desk.stage
    stage.timeline.view = replace(stage.timeline.view, start=stage.timeline.view.low, width=width).moved(0.0)

    def drag() -> None:
        view = stage.timeline.view
        beyond = view.end >= view.high - 1e-6
        stage.look(replace(view, start=view.low) if beyond else view.moved(width / 40))
        stage.timeline.repaint()
        desk.panels.overview.repaint()

    return drag


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--hours", type=float, default=8.0)
    options.add_argument("--judging", type=float, default=20.0, metavar="S")
    options.add_argument("--size", default="1600x1000")
    asked = options.parse_args()
    width, height = (int(n) for n in asked.size.split("x"))
    app = QApplication(["liftcheck"])
    long = LongSession(asked.hours)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shift.mcap"
        write(path, long.recording())
        opened(shipped("recordings") / "demo.mcap", (width, height), app)  # fonts and libraries are loaded once
        began, processor = time.perf_counter(), time.process_time()
        session, desk = opened(path, (width, height), app)
        clock, processor = time.perf_counter() - began, time.process_time() - processor
        print(f"open     {len(session.review.lifts)} lifts, {len(session.recording.samples)} samples: ", end="")
        print(f"clock {clock:.2f} s, processor {processor:.2f} s")
        print(f"judging  {measure_judging(session, desk, app, asked.judging)}")
        measure_panning(long, path, (width, height), app)


def measure_panning(long: LongSession, path: Path, size: tuple[int, int], app: QApplication) -> None:
    session, desk = opened(path, size, app)
    for answer in long.answers():
        session.take(answer)
    desk.stage.refresh()
    desk.stage.refresh_band()
    desk.show_all()
    app.processEvents()
    for seconds in (*WIDTHS_S, session.end_s):
        drag, frames = dragging(desk, seconds), Frames()
        for _ in range(100):
            with frames.frame():
                drag()
        print(f"pan      {seconds:6.0f} s wide: {frames}")


def measure_judging(session: Replayed, desk: Desk, app: QApplication, seconds: float) -> str:
    desk.start()
    desk.timer.stop()
    drag, frames = dragging(desk, 600.0), Frames()
    until = time.monotonic() + seconds
    while time.monotonic() < until and not session.done:
        with frames.frame():
            desk.tick()
            drag()
            app.processEvents()
        time.sleep(0.016)
    session.close()
    return f"{100 * session.judged_share:.0f} % judged in {seconds:g} s: {frames}"


if __name__ == "__main__":
    main()
