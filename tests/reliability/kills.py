"""Kills (-9) the recorder, the live session and the batch at random instants, and counts what that cost."""

import mmap
import os
import random
import shutil
import signal
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from liftcheck.cli import main as command
from liftcheck.errors import LiftcheckError
from liftcheck.recording import read
from liftcheck.recording.recording import Recording
from liftcheck.scoring import files, journal, many, score
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile, load_profile
from liftcheck.sensors.profiles.profile import Choice
from liftcheck.session import Plan, begin
from reliability.sittings import packets_of, worn

PROFILE = "witmotion-ble5"  # one sample in each packet: what was received can be counted
RATE_HZ = 100.0
AT_ONCE = 4
BEGINS_S = 1.1  # the decoder finds out the rate
_LOADED = (files, journal, many, score)  # so that children, which are forked, need not load them


class Counted:
    """A sensor that sends packets when they are due, and counts them where a dead process's parent can read it."""

    clock: Callable[[], float] = staticmethod(time.monotonic)
    choices: Mapping[str, Choice] = {"rate_hz": "100"}

    def __init__(self, packets: Sequence[Packet], counter: mmap.mmap) -> None:
        self.profile: FirmwareProfile = load_profile(PROFILE)
        self._packets, self._counter = packets, counter
        self._stop = threading.Event()

    def begin(self, arrivals: Arrivals) -> None:
        """Streams from now on."""
        threading.Thread(target=self._send, args=(arrivals,), daemon=True).start()

    def _send(self, arrivals: Arrivals) -> None:
        began = self.clock()
        arrivals.put(LinkChange(began, "connected"))
        for count, packet in enumerate(self._packets, 1):
            while began + packet.at > self.clock() and not self._stop.is_set():
                time.sleep(0.005)
            if self._stop.is_set():
                return
            self._counter[:8] = struct.pack("<q", count)
            arrivals.put(Packet(began + packet.at, packet.data, packet.char))

    def end(self) -> None:
        """Stops."""
        self._stop.set()


def _session(folder: Path, counter: mmap.mmap, *, judge: bool) -> None:
    sensor = Counted(PACKETS, counter)
    running = begin(sensor, Plan(judge=judge, output=folder / "a.mcap", site="mid-back"))
    while running.alive:
        running.updates.get()


def record(folder: Path, counter: mmap.mmap) -> None:
    """What `liftcheck record` does."""
    _session(folder, counter, judge=False)


def live(folder: Path, counter: mmap.mmap) -> None:
    """What `liftcheck live --headless` does."""
    _session(folder, counter, judge=True)


def ending(folder: Path, counter: mmap.mmap) -> None:
    """A session of twenty minutes that is ended again and again: the moment of completing and compacting the file."""
    from liftcheck.recording.file import RecordingWriter

    samples = worn(81_001).samples
    for turn in range(1000):
        path = folder / "a.mcap"
        with RecordingWriter(path, force=True, durable=False) as writer:
            for i in range(0, len(samples), 50):
                writer.append(samples[i : i + 50])
            counter[:8] = struct.pack("<q", len(samples))  # all is appended: nothing of it may go
        if turn < 999:
            counter[:8] = struct.pack("<q", 0)


def batch(folder: Path, counter: mmap.mmap) -> None:
    """What `liftcheck score FOLDER -o TABLE` does."""
    _score(folder)


def _score(folder: Path, *more: str) -> str:
    """Scores the folder's recordings into its table; "" or what was wrong."""
    arguments = ["score", str(folder / "in"), "--lifts", "-o", str(folder / "table.csv"), "-q", *more]
    try:
        command(arguments, standalone_mode=False)
    except SystemExit as ended:
        return "" if not ended.code else f"exit code {ended.code}"
    except (LiftcheckError, click.ClickException) as error:
        return str(error)
    return ""


KINDS: dict[str, tuple[Callable[[Path, mmap.mmap], None], float]] = {
    "record": (record, 6.0),
    "live": (live, 6.0),
    "ending": (ending, 2.0),
    "batch": (batch, 4.0),
}
PACKETS: list[Packet] = []


@dataclass(frozen=True)
class Kill:
    """What a kill left. lost: samples received and not in the file; left: files that should not be there."""

    kind: str
    after_s: float
    received: int
    lost: int
    opens: bool
    told: tuple[str, ...]
    left: tuple[str, ...]
    goes_on: bool  # the same command can be given again at once

    def fine(self, most_s: float) -> bool:
        """Whether no more was lost than may be. In a stream's first second nothing is in the file yet."""
        lost_s = self.lost / RATE_HZ
        return self.opens and self.goes_on and (lost_s <= most_s or self.received / RATE_HZ <= BEGINS_S)


def _child(kind: str, folder: Path, counter: mmap.mmap) -> int:
    """A process that does this; its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.nice(19)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        KINDS[kind][0](folder, counter)
    finally:
        os._exit(0)


def kills(kind: str, count: int, seed: int, folder: Path, within: float) -> Iterator[Kill]:
    """So many processes, each killed at its own instant; some run at a time, as most of their time they wait."""
    if not PACKETS:
        PACKETS.extend(packets_of(worn(81_001).samples, PROFILE))
    rng = random.Random(seed)
    at_once = 1 if kind in ("batch", "ending") else AT_ONCE
    for first in range(0, count, at_once):
        flying = []
        for number in range(first, min(count, first + at_once)):
            place = folder / f"{kind}{number}"
            place.mkdir()
            if kind == "batch":
                shutil.copytree(folder / "recordings", place / "in")
            counter = mmap.mmap(-1, 8)
            after = rng.uniform(0.05, within * KINDS[kind][1])
            flying.append((time.monotonic() + after, after, _child(kind, place, counter), counter, place))
        for due, after, pid, counter, place in sorted(flying, key=lambda one: one[0]):
            time.sleep(max(0.0, due - time.monotonic()))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            received = struct.unpack("<q", counter[:8])[0]
            yield _after_batch(after, place, folder) if kind == "batch" else _after(kind, after, received, place)
            shutil.rmtree(place)


def _after(kind: str, after: float, received: int, place: Path) -> Kill:
    path = place / "a.mcap"
    found: Recording | None = None
    told: tuple[str, ...] = ()
    try:
        found = read(path)
        told = found.quality
    except LiftcheckError as error:
        told = (str(error).replace(str(place), ""),)
    left = tuple(sorted(one.name for one in place.iterdir() if one != path))
    kept = len(found.samples) if found else 0
    lost = max(0, received - kept)
    goes_on = _again(place)
    # Before the first second is full there may be nothing yet, and the file says so in one sentence.
    return Kill(kind, after, received, lost, found is not None or received / RATE_HZ <= BEGINS_S, told, left, goes_on)


def _again(place: Path) -> bool:
    """Whether another session can be recorded in the same folder, and over the same name when asked to."""
    from liftcheck.recording.file import RecordingWriter

    samples = worn(81_001).samples[:300]
    for name, force in (("b.mcap", False), ("a.mcap", True)):
        with RecordingWriter(place / name, force=force, durable=False) as writer:
            writer.append(samples)
        if len(read(place / name).samples) != 300:
            return False
    return sorted(one.name for one in place.iterdir()) == ["a.mcap", "b.mcap"]


def _after_batch(after: float, place: Path, folder: Path) -> Kill:
    """After the kill the run goes on where it was; its table must be that of a run that nobody disturbed."""
    table, whole = place / "table.csv", (folder / "whole.csv").read_text(encoding="utf-8")
    unharmed = all(
        one.read_bytes() == (folder / "recordings" / one.name).read_bytes() for one in (place / "in").iterdir()
    )
    begun = _there(table, place)
    partly = begun not in ("", whole)
    said = () if begun == whole else (_score(place, "--resume"),)
    again = _there(table, place) == whole
    left = tuple(sorted(one.name for one in place.iterdir() if one.name not in ("in", "table.csv")))
    return Kill("batch", after, 0, 0, unharmed and not partly, said, left, again)


def _there(table: Path, place: Path) -> str:
    return table.read_text(encoding="utf-8").replace(str(place / "in"), "IN") if table.exists() else ""


def prepare(folder: Path) -> None:
    """Recordings for the batch, and the table of a run that nobody disturbed."""
    from liftcheck.recording.file import write

    (folder / "recordings").mkdir()
    for number in range(4):
        session = worn(81_001 + number % 2, (), 3)
        write(folder / "recordings" / f"r{number}.mcap", Recording(session.samples, session.events, site="mid-back"))
    shutil.copytree(folder / "recordings", folder / "in")
    _score(folder)
    (folder / "whole.csv").write_text(_there(folder / "table.csv", folder), encoding="utf-8")


def summary(found: Sequence[Kill]) -> str:
    """A row of the table."""
    kind, lost = found[0].kind, sorted(one.lost / RATE_HZ for one in found)
    opened, again = sum(one.opens for one in found), sum(one.goes_on for one in found)
    later = max((one.lost / RATE_HZ for one in found if one.received / RATE_HZ > BEGINS_S), default=0.0)
    worst = "" if kind == "batch" else f"{lost[len(lost) // 2]:.2f} s, {lost[-1]:.2f} s, {later:.2f} s"
    left = sorted({name for one in found for name in one.left})
    many_left = sum(bool(one.left) for one in found)
    leftovers = f"{many_left}: {', '.join(left)}" if left else "nothing"
    return f"| {kind} | {len(found)} | {worst} | {opened} | {leftovers} | {again} |"


def main(each: int, only: str, seed: int, within: float, most_s: float) -> None:
    """Prints the table. The program ends with 1 if a file did not open, or more was lost than may be."""
    broken = []
    print("| killed | times | lost: median, most, most after 1 s | file opens | left behind | the same again at once |")
    print("|---|---:|---:|---:|---|---:|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        worn(81_001)
        prepare(folder)
        for kind in KINDS:
            if only in kind:
                found = list(kills(kind, each, seed, folder, within))
                print(summary(found), flush=True)
                broken += [one for one in found if not one.fine(most_s)]
    for one in broken:
        print(one, file=sys.stderr)
    raise SystemExit(1 if broken else 0)
