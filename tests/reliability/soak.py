"""Hours of a live session as fast as this computer can: memory, the length of a turn, and every sample counted.

Packets go straight into the queue that the Bluetooth thread fills; everything behind it is what `live` runs: decoder,
file, pipeline, cues. The clock is the packets' own.
"""

import tempfile
import time
import tracemalloc
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from liftcheck.analysis import Analyzer, Settings
from liftcheck.cues import Coach, CueSettings
from liftcheck.recording import read
from liftcheck.recording.file import RecordingWriter
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile
from liftcheck.session import LiveSource, Session, session_event
from reliability.sittings import packets_of, worn

PROFILE = "witmotion-ble5"  # one sample in each packet
TURN_S = 0.05
RATE_HZ = 100.0


@dataclass(frozen=True)
class Stretch:
    """A stretch of the soak. resident_mb: of the whole process; traced_mb: what Python itself holds."""

    until_h: float
    turns: int
    median_ms: float
    p99_ms: float
    most_ms: float
    resident_mb: float
    sent: int
    received: int
    lifts: int


def soak(hours: float, every_h: float, path: Path) -> list[Stretch]:
    """Holds the session, and tells of each stretch."""
    session_packets = packets_of(worn(81_001).samples, PROFILE)
    length = len(session_packets) / RATE_HZ
    now, queue = [0.0], SimpleQueue()  # type: ignore[var-annotated]
    arrivals: Arrivals = queue
    source = LiveSource(load_profile(PROFILE), arrivals, {"rate_hz": "100"}, clock=lambda: now[0])
    settings = Settings(site="mid-back")
    session = Session(
        source,
        Analyzer(settings, rate_hz=RATE_HZ),
        recorder=RecordingWriter(path, durable=False, rate_hz=RATE_HZ),
        path=str(path),
        coach=Coach(CueSettings()),
        opening=(session_event(settings, PROFILE, RATE_HZ),),
        clock=lambda: now[0],
    )
    queue.put(LinkChange(0.0, "connected"))
    for event in worn(81_001).events:  # a calibration that is asked for
        source.tell(event)
    stretches, took, sent, received, lifts = list[Stretch](), list[float](), 0, 0, 0
    due, told_h = TURN_S, every_h
    for loop in count():
        for packet in session_packets:
            at = packet.at + loop * length
            while at > due:
                now[0] = due
                began = time.perf_counter()
                update = session.step()
                took.append(time.perf_counter() - began)
                received = update.samples
                lifts += sum(lift.is_lift for lift in update.update.lifts) if update.update else 0
                due += TURN_S
            queue.put(Packet(at, packet.data, packet.char))
            sent += 1
        if due >= told_h * 3600:
            ms = 1000 * np.array(took)
            stretches.append(
                Stretch(
                    due / 3600,
                    len(ms),
                    float(np.median(ms)),
                    float(np.quantile(ms, 0.99)),
                    float(ms.max()),
                    _resident_mb(),
                    sent,
                    received,
                    lifts,
                )
            )
            print(line(stretches[-1]), flush=True)
            took, told_h = [], told_h + every_h
        if due >= hours * 3600:
            received = session.finish().samples
            break
    kept = len(read(path).samples)
    print(f"\nsent {sent} samples, received {received}, in the file {kept}")
    if session.fault:
        raise session.fault
    if not sent == received == kept:
        raise SystemExit(1)
    return stretches


def line(one: Stretch) -> str:
    """A row of the table."""
    return (
        f"| {one.until_h:.2f} h | {one.turns} | {one.median_ms:.2f} | {one.p99_ms:.1f} | {one.most_ms:.0f} "
        f"| {one.resident_mb:.0f} | {one.sent - one.received} | {one.lifts} |"
    )


def _resident_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:  # not Linux
        return tracemalloc.get_traced_memory()[0] / 2**20
    return pages * 4096 / 2**20


def main(hours: float, every: float) -> None:
    """Prints the table; the program ends with 1 if a sample is missing."""
    print("| after | turns | median ms | 99 % ms | longest ms | MB | samples on their way | lifts so far |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        soak(hours, every, Path(folder) / "soak.mcap")
