"""What the trainee's window costs: notification to paint, share of a core, frames a second, memory over a shift.

    python tests/benchmarks/bench_window.py [--seconds 30] [--hours 8] [--size 1280x800]

A program, not a test. It paints without a screen (QT_QPA_PLATFORM=offscreen), which leaves out the screen's own delay.

paint    ms from a packet's arrival in the queue to the end of the plot's paint that shows its sample, at 30 Hz; the
         session's thread decodes, keeps, judges and tells meanwhile, as in `live` (the first 5 s are left out)
core     share of a core over that time: the whole process, and the window's thread alone
frames   whole frames of the work view a second, as fast as they go, with six filled curves in the plot
shift    resident memory of the window after an hour and at the end of a simulated shift, with a lift every 20 s; a
         frame for every 10 s of motion, which is what a frame at 30 Hz never has to carry
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from acting import RATE_HZ, ActedSession, lift, said, update
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile
from liftcheck.sensors.virtual.role import ProfileRole
from liftcheck.session import LiveSource, Session, SessionThread, session_event
from liftcheck.shipped import shipped
from liftcheck.trunk.motion import Motion
from liftcheck.window.plot import PlotView
from liftcheck.window.sighting import Wiring
from liftcheck.window.sounds import Sounds
from liftcheck.window.window import TraineeWindow

RATE = 100
WARM_UP_S = 5.0


class Stopwatch:
    """Notes when each packet came, which samples the plot has taken, and when it was painted."""

    def __init__(self) -> None:
        self.came: list[float] = []
        self.taken = self.painted = 0
        self.ages_ms: list[float] = []
        self.frame_ms: list[float] = []

    def install(self) -> None:
        """Around the plot's own methods."""
        take, paint = PlotView.take, PlotView.paintEvent

        def taking(plot: PlotView, motion: Motion) -> None:
            self.taken += len(motion)
            take(plot, motion)

        def painting(plot: PlotView, event: Any) -> None:
            paint(plot, event)
            now = time.monotonic()
            fresh = range(max(self.painted, round(WARM_UP_S * RATE)), min(self.taken, len(self.came)))
            self.ages_ms += [1000.0 * (now - self.came[i]) for i in fresh]
            self.painted = self.taken

        PlotView.take, PlotView.paintEvent = taking, painting


def stream(role: ProfileRole, arrivals: Arrivals, watch: Stopwatch, stop: threading.Event) -> None:
    """Puts packets into the queue when they are due, as the radio's thread does."""
    began = time.monotonic()
    arrivals.put(LinkChange(began, "connected"))
    for packet in role.packets():
        if stop.wait(max(0.0, began + packet.at - time.monotonic())):
            return
        now = time.monotonic()
        if len(packet.data) == 20:
            watch.came.append(now)
        arrivals.put(Packet(now, packet.data, packet.char))


def open_window(app: QApplication, session: Any, size: tuple[int, int]) -> TraineeWindow:
    window = TraineeWindow(Wiring(lambda _: session), sounds=Sounds(lambda _: None), calibrate=False)
    window.resize(*size)
    window.show()
    window.begin(None)
    window.show_page("work")
    app.processEvents()
    return window


def measure_paint(app: QApplication, seconds: float, size: tuple[int, int], folder: Path) -> str:
    """The live path and the window together, in real time."""
    profile, choices = load_profile("witmotion-ble5"), {"rate_hz": RATE}
    role = ProfileRole(profile, read(shipped("recordings") / "demo.mcap").samples, dict(choices), loops=100)
    arrivals: Arrivals = SimpleQueue()
    watch, stop = Stopwatch(), threading.Event()
    watch.install()
    thread = SessionThread(
        Session(
            LiveSource(profile, arrivals, choices),
            Analyzer(Settings(), rate_hz=RATE),
            recorder=RecordingWriter(folder / "bench.mcap", rate_hz=RATE),
            coach=Coach(),
            opening=(session_event(Settings(), profile.id, RATE),),
        )
    )
    window = open_window(app, thread, size)
    radio = threading.Thread(target=stream, args=(role, arrivals, watch, stop), daemon=True)
    radio.start()
    window.timer.start(33)
    marks: list[tuple[float, float, float]] = []

    def mark() -> None:
        marks.append((time.monotonic(), time.process_time(), time.thread_time()))

    QTimer.singleShot(int(1000 * WARM_UP_S), mark)
    QTimer.singleShot(int(1000 * (WARM_UP_S + seconds)), lambda: (mark(), app.exit()))
    app.exec()
    stop.set()
    radio.join()
    thread.close()
    window.session.running = None
    window.close()
    (wall, whole, own), (wall_2, whole_2, own_2) = marks
    p50, p95, p99, most = np.percentile(watch.ages_ms, [50, 95, 99, 100])
    elapsed = wall_2 - wall
    return (
        f"paint    {p50:.1f} / {p95:.1f} / {p99:.1f} / {most:.1f} ms (50/95/99/100 %), {len(watch.ages_ms)} samples,"
        f" {len(window.board.lifts)} lifts\n"
        f"core     {100 * (whole_2 - whole) / elapsed:.1f} % the whole process,"
        f" {100 * (own_2 - own) / elapsed:.1f} % the window's thread"
    )


def measure_frames(app: QApplication, size: tuple[int, int], frames: int = 300) -> str:
    """Frames as fast as they go: everything moves, nothing waits."""
    session = ActedSession()
    window = open_window(app, session, size)
    lifts = [lift(2.0 + 5 * i, ("legs", "back")[i], i + 1) for i in range(2)]
    session.updates.put(said(update(0, 12, lifts, judged=tuple(lifts))))
    window.tick()
    app.processEvents()
    t, spent = 12.0, []
    for _ in range(frames):
        session.updates.put(said(update(t, t + 0.033, [lift(t - 1)])))
        t += 0.0033
        began = time.perf_counter()
        window.tick()
        window.work.plot.viewport().repaint()
        window.work.figure.repaint()
        app.processEvents()
        spent.append(time.perf_counter() - began)
    window.session.running = None
    window.close()
    middle, late = np.percentile(spent, [50, 95])
    return (
        f"frames   {1 / float(np.mean(spent)):.0f} a second ({1000 * middle:.1f} ms median, {1000 * late:.1f} ms 95 %)"
    )


def measure_shift(app: QApplication, hours: float, size: tuple[int, int], chunk_s: float = 10.0) -> str:
    """A shift, faster than life: the session's updates straight into the queue, a frame for each."""
    session = ActedSession()
    window = open_window(app, session, size)
    rows, number, first, began, spent = int(hours * 3600 / chunk_s), 0, 0.0, time.perf_counter(), []
    for i in range(rows):
        start = i * chunk_s
        judged = ()
        if i % 2 == 1:
            number += 1
            judged = (lift(start - 3.0, ("legs", "back", "mixed")[number % 3], number),)
        session.updates.put(
            said(update(start, start + chunk_s, list(judged), judged=judged), samples=int(start * RATE_HZ))
        )
        frame = time.perf_counter()
        window.tick()
        app.processEvents()
        spent.append(time.perf_counter() - frame)
        if not first and start >= min(3600.0, hours * 1800):
            first = resident_mb()
    window.session.running = None
    last = resident_mb()
    window.close()
    early, late = (1000 * float(np.median(part)) for part in (spent[100:600], spent[-500:]))
    return (
        f"shift    {hours:g} h, {number} lifts: {first:.1f} MB after an hour, {last:.1f} MB at the end"
        f" ({last - first:+.1f}); a frame {early:.1f} ms at first, {late:.1f} ms at the end"
        f" ({time.perf_counter() - began:.0f} s)"
    )


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--size", default="1280x800")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    app = QApplication([])
    print(f"{options.size}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        print(measure_paint(app, options.seconds, (width, height), Path(folder)), flush=True)
    print(measure_frames(app, (width, height)), flush=True)
    if options.hours:
        print(measure_shift(app, options.hours, (width, height)), flush=True)


if __name__ == "__main__":
    main()
