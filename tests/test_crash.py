"""A process that dies at any instant: what it had received is in its file, and the same can begin again at once.

The long run with its table is `python tests/reliability kills` (docs/reliability.md); here is a handful of it.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liftcheck.recording import file_reader, read
from liftcheck.recording.file import RecordingWriter, write
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples
from liftcheck.sensors.link import LinkState
from liftcheck.session import Poll, Session

SCRIPTS = Path(__file__).parent / "reliability"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what a kill loses is not tested where no process can be forked")
def test_killed_recorders_sessions_and_batches_lose_next_to_nothing() -> None:
    command = [sys.executable, str(SCRIPTS), "kills", "--each", "4", "--within", "0.5", "--most-s", "1", "--seed", "5"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()[2:]]
    assert [(row[0], row[1], row[3], row[5]) for row in rows] == [
        (kind, "4", "4", "4") for kind in ("record", "live", "ending", "batch")
    ]


def a_minute() -> Samples:
    rng = np.random.default_rng(4)
    t = np.arange(6000) / 100
    acc = rng.normal(0, 2, (6000, 3))
    acc[:, 2] += 9.8
    return Samples(t, acc, rng.normal(0, 1, (6000, 3))).rounded()


def written_live(path: Path) -> tuple[bytes, list[tuple[int, int]]]:
    """A minute in pieces of 50 ms, never closed: the file, and its sizes with the samples that had been appended."""
    samples, sizes = a_minute(), list[tuple[int, int]]()
    writer = RecordingWriter(path, force=True, durable=False, wearer="w")
    for i in range(0, len(samples), 5):
        writer.append(samples[i : i + 5], [Event(float(samples.t[i]), "marker", "person", {"n": i})] * (i % 500 == 0))
        if not sizes or path.stat().st_size > sizes[-1][0]:
            sizes.append((path.stat().st_size, i + 5))
    data = path.read_bytes()
    writer.close()
    return data, sizes


def test_what_was_appended_is_on_disk_within_a_second(tmp_path: Path) -> None:
    _, sizes = written_live(tmp_path / "whole.mcap")
    counts = [0, *(count for _, count in sizes), len(a_minute())]
    assert max(np.diff(counts)) <= 100


class Paused:
    """A sensor that sends a tenth of a second, and then nothing."""

    def __init__(self) -> None:
        self.turn = 0

    def tell(self, event: Event) -> None: ...

    def poll(self, wait_s: float) -> Poll:
        self.turn += 1
        return Poll(a_minute()[:10] if self.turn == 1 else Samples.empty(), (), LinkState(connected=True))

    def flush(self) -> Poll:
        return Poll(Samples.empty(), (), LinkState(connected=False))


def test_what_waits_for_more_is_written_once_nothing_comes(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with RecordingWriter(path, durable=False) as writer:
        session = Session(Paused(), recorder=writer, path=str(path))
        session.step()
        session.step()
        assert len(read(path).samples) == 10


def test_a_cut_at_any_byte_gives_back_every_block_before_it(tmp_path: Path) -> None:
    data, sizes = written_live(tmp_path / "whole.mcap")
    path = tmp_path / "cut.mcap"
    first = next(size for size, count in sizes if count > 5)
    for cut in sorted(int(at) for at in np.random.default_rng(9).integers(first, len(data), 60)):
        path.write_bytes(data[:cut])
        samples = read(path).samples
        assert len(samples) == max(count for size, count in sizes if size <= cut)
        whole = a_minute()[: len(samples)]
        for name in ("t", "acc", "gyr"):
            assert getattr(samples, name).tobytes() == getattr(whole, name).tobytes()


def test_a_byte_that_went_bad_costs_its_block_and_no_other(tmp_path: Path) -> None:
    data, _ = written_live(tmp_path / "whole.mcap")
    path, rng = tmp_path / "bad.mcap", np.random.default_rng(10)
    lost = []
    for at in rng.integers(3000, len(data), 60):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        recording = read(path)
        lost.append(len(a_minute()) - len(recording.samples))
        assert recording.quality != ()
    # A damaged length hides what is behind it: nine bytes of some 1000 in each block are such.
    assert np.median(lost) <= 100
    assert np.mean(np.array(lost) > 100) < 0.1


def test_a_cut_compacted_file_loses_at_most_the_minute_that_it_was_cut_in(tmp_path: Path) -> None:
    one = a_minute()
    long = Samples(np.arange(60_000) / 100, np.tile(one.acc, (10, 1)), np.tile(one.gyr, (10, 1))).rounded()
    write(tmp_path / "whole.mcap", Recording(long))
    data = (tmp_path / "whole.mcap").read_bytes()
    path = tmp_path / "cut.mcap"
    for share in np.random.default_rng(3).uniform(0.15, 0.99, 20):
        path.write_bytes(data[: int(share * len(data))])
        recording = read(path)
        assert len(recording.samples) >= share * len(long) - 2 * 6000
        assert np.array_equal(recording.samples.acc, long.acc[: len(recording.samples)])
        assert file_reader.CUT_OFF in recording.quality
