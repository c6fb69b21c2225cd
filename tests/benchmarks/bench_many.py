"""Scores many sessions at once: with one process, with two, on a cluster of two workers, with one of those killed, and
with broken files among them. A program, not a test:

    python tests/benchmarks/bench_many.py [one] [two] [cluster] [killed] [broken] [--sessions 1000]

The sessions are ten minutes long: twenty distinct ones, 30 to 144 lifts an hour, copied. The samples are synthetic, as
in bench_speed.py. Times are wall times of the whole command. "table" is the beginning of the table's SHA-256.
"""

import argparse
import csv
import hashlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench_speed import RATE_HZ, hours_of

from liftcheck.recording.file import write
from liftcheck.recording.recording import Recording

sys.path.insert(0, str(Path(__file__).parents[1]))
from dask_here import Cluster

DISTINCT = 20
GOOD, BROKEN = 100, 10


def made(count: int, folder: Path) -> Path:
    """So many sessions, in a folder of their own."""
    first, whole = folder / "distinct", folder / f"sessions{count}"
    if not first.exists():
        first.mkdir()
        for k in range(DISTINCT):
            samples = hours_of(1 / 6, 30 + 6 * k, seed=k)
            write(first / f"{k}.mcap", Recording(samples, rate_hz=float(RATE_HZ)))
    if not whole.exists():
        whole.mkdir()
        for number in range(count):
            shutil.copy(first / f"{number % DISTINCT}.mcap", whole / f"session{number:04}.mcap")
    return whole


def scored(sessions: Path, out: Path, *options: str) -> tuple[float, "subprocess.CompletedProcess[str]"]:
    """How long `score` took, and what it said."""
    command = [sys.executable, "-m", "liftcheck", "score", str(sessions), "-q", "-o", str(out), *options]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return time.perf_counter() - start, done


def told(name: str, took: float, done: "subprocess.CompletedProcess[str]", out: Path, folder: Path) -> None:
    """One line of the table."""
    data = out.read_bytes().replace(str(folder).encode(), b"")  # where the sessions lay, which is each time elsewhere
    rows = data.count(b"\n") - 1
    digest = hashlib.sha256(data).hexdigest()[:12]
    print(f"{name:>24} {took:>8.1f} s  exit code {done.returncode}  {rows:>7} rows  table {digest}", flush=True)


def with_processes(jobs: int, count: int, folder: Path) -> None:
    """The folder with so many processes."""
    out = folder / f"jobs{jobs}.csv"
    told(f"-j {jobs}", *scored(made(count, folder), out, "-j", str(jobs)), out, folder)


def on_cluster(count: int, folder: Path, kill: bool) -> None:
    """The folder on a cluster of two workers; kill: one of them, three seconds after the first result."""
    here = folder / f"cluster{kill}"
    here.mkdir()
    out = here / "table.csv"
    sessions = made(count, folder)
    cluster = Cluster(here)
    done = threading.Event()

    def killer() -> None:
        journal = Path(f"{out}.journal.jsonl")
        while not done.is_set() and not (journal.exists() and journal.stat().st_size):
            time.sleep(0.1)
        if not done.wait(3.0):
            cluster.kill(2)

    if kill:
        threading.Thread(target=killer, daemon=True).start()
    took, said = scored(sessions, out, "--cluster", cluster.address)
    done.set()
    survivors = sum(process.poll() is None for process in cluster.processes)
    cluster.stop()
    told(f"cluster, {survivors - 1} workers at the end", took, said, out, folder)


def with_broken(folder: Path) -> None:
    """A hundred good sessions and ten broken files."""
    sessions = made(GOOD, folder)
    good = (sessions / "session0000.mcap").read_bytes()
    broken = {
        "empty.mcap": b"",
        "text.mcap": b"not a recording",
        "head_only.mcap": good[:20],
        "other_bytes.mcap": bytes(range(256)) * 40,
        "no_numbers.csv": b"time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\na,b,c,d\n",
        "no_rows.csv": b"time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps\n",
        "no_header.csv": b"1,2,3\n4,5,6\n",
        "half_packed.csv.gz": b"\x1f\x8b\x08\x00\x00",
        "words.txt": b"monday: felt fine, forgot the belt\n" * 20,
        "backwards.csv": b"time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\n2,0,0,9.8\n1,0,0,9.8\n",
    }
    assert len(broken) == BROKEN
    for name, data in broken.items():
        (sessions / name).write_bytes(data)
    out = folder / "broken.csv"
    took, done = scored(sessions, out, "-j", "2")
    told("ten broken files", took, done, out, folder)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    with open(out, encoding="utf-8", newline="") as file:
        recordings = {row["recording"] for row in csv.DictReader(file)}
    print(f"{len(recordings)} recordings in the table, {len(lines)} lines:")
    print("\n".join(line.replace(str(sessions), "sessions") for line in lines))


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores many sessions at once.")
    parser.add_argument("parts", nargs="*", default=["two", "cluster", "killed", "broken"])
    parser.add_argument("--sessions", type=int, default=1000)
    options = parser.parse_args()
    count = options.sessions
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Callable[[], None]] = {
            "one": lambda: with_processes(1, count, folder),
            "two": lambda: with_processes(2, count, folder),
            "cluster": lambda: on_cluster(count, folder, kill=False),
            "killed": lambda: on_cluster(count, folder, kill=True),
            "broken": lambda: with_broken(folder),
        }
        for part in options.parts:
            parts[part]()


if __name__ == "__main__":
    main()
