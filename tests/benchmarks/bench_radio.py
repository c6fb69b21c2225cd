"""What the live path costs: notification to verdict, packets lost, share of a core. A program, not a test:

    python tests/benchmarks/bench_radio.py [--seconds 20] [--rates 100 200 400] [--interval-ms 15]

A virtual sensor plays a simulated session in real time over the virtual radio (Bumble, Bleak's own client) into the
Bluetooth thread, the session thread and the file, as `live` does; all in one process.

arrival    ms from when a notification was due at the sensor to Bleak's callback (the connection interval shows here)
update     ms from Bleak's callback to the update in the queue, for the oldest packet of each turn
verdict    the same, of those turns in which a lift was judged
after end  s of sample time from a lift's end to its verdict: what the rules of judging wait for
lost       notifications that never arrived, of those sent
core       share of a core: the whole process, and the session thread alone (decode, file, pipeline, cues)
"""

import argparse
import tempfile
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Samples
from liftcheck.sensors.ble import Arrivals, Backend, Wanted
from liftcheck.sensors.bluetooth import BluetoothThread
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, parse_profile
from liftcheck.sensors.virtual.air import Weather
from liftcheck.sensors.virtual.role import ProfileRole
from liftcheck.sensors.virtual.world import World
from liftcheck.session import LiveSource, Poll, Session, SessionThread, SessionUpdate, session_event
from liftcheck.shipped import shipped


class TimedSource(LiveSource):
    """Remembers the packets of the last poll."""

    packets: tuple[Packet, ...] = ()

    def poll(self, wait_s: float) -> Poll:
        poll = super().poll(wait_s)
        self.packets = poll.packets
        return poll


class TimedSession(Session):
    """Measures its turns."""

    source: TimedSource
    cpu_s = 0.0

    def __init__(self, source: TimedSource, *rest: Any, **more: Any) -> None:
        super().__init__(source, *rest, **more)
        self.source = source
        self.packets = 0
        self.update_ms: list[float] = []
        self.verdict_ms: list[float] = []
        self.after_end_s: list[float] = []
        self.at: list[float] = []

    def step(self, wait_s: float = 0.0) -> SessionUpdate:
        update = super().step(wait_s)
        self.cpu_s = time.thread_time()
        self.packets += len(self.source.packets)
        self.at += [packet.at for packet in self.source.packets if len(packet.data) == 20]
        if self.source.packets and update.update is not None:
            age_ms = 1000.0 * (time.monotonic() - self.source.packets[0].at)
            self.update_ms.append(age_ms)
            if update.update.lifts:
                self.verdict_ms.append(age_ms)
                self.after_end_s += [lift.judged_s - lift.end_s for lift in update.update.lifts if lift.is_lift]
        return update


def at_400() -> FirmwareProfile:
    """WitMotion's 20-byte frames, with a rate that the sensor does not have."""
    profile = load_profile("witmotion-ble5")
    return parse_profile(profile.text.replace('200 = "0b"', '200 = "0b", 400 = "0d"'), profile.path)


def run(samples: Samples, rate: int, seconds: float, weather: Weather, folder: Path) -> str:
    """One row of the table."""
    profile = at_400()
    choices = {"rate_hz": rate}
    role = ProfileRole(profile, samples, dict(choices), loops=100)
    worlds: list[World] = []

    async def build() -> Backend:
        worlds.append(await World.build(role, weather))
        return worlds[0].backend

    arrivals: Arrivals = SimpleQueue()
    source = TimedSource(profile, arrivals, choices)
    session = TimedSession(
        source,
        Analyzer(Settings(), rate_hz=rate),
        recorder=RecordingWriter(folder / f"{rate}.mcap", rate_hz=rate),
        coach=Coach(),
        opening=(session_event(Settings(), profile.id, rate),),
    )
    thread = SessionThread(session)
    radio = BluetoothThread(build)
    radio.stream(Wanted("", profile, choices), arrivals)
    cpu, wall = time.process_time(), time.monotonic()
    time.sleep(seconds)
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    radio.close()
    thread.close()
    traffic = worlds[0].air.traffic
    late = np.array(session.at) - np.arange(len(session.at)) / rate
    arrival = 1000.0 * (late - late.min()) if traffic.lost + traffic.late == 0 and len(late) else np.array([np.nan])
    return (
        f"{rate:>4} Hz  {spread(arrival)}  {spread(session.update_ms)}  {spread(session.verdict_ms)}  "
        f"{spread(session.after_end_s, 2)}  {traffic.lost + traffic.late:>4} of {traffic.sent:<6}  "
        f"{100 * cpu / wall:>5.1f} %  {100 * session.cpu_s / wall:>5.1f} %"
    )


def spread(values: Any, digits: int = 1) -> str:
    """Median, 99th percentile and the greatest."""
    if not len(values):
        return f"{'-':>18}"
    return "/".join(f"{value:.{digits}f}" for value in np.percentile(values, [50, 99, 100])).rjust(18)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the live path over the virtual radio.")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rates", type=int, nargs="+", default=[100, 200, 400], choices=[100, 200, 400])
    parser.add_argument("--interval-ms", type=float, default=15.0)
    options = parser.parse_args()
    samples = read(shipped("recordings") / "demo.mcap").samples
    print(f"connection interval {options.interval_ms:g} ms; median/99 %/greatest; {options.seconds:g} s each")
    print(f"{'':>7}  {'arrival ms':>18}  {'update ms':>18}  {'verdict ms':>18}  {'after end s':>18}  lost", end="")
    print(f"{'':>12}core  session")
    with tempfile.TemporaryDirectory() as folder:
        for rate in options.rates:
            weather = Weather(options.interval_ms / 1000.0)
            print(run(samples, rate, options.seconds, weather, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
