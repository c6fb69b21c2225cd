"""How fast the pipeline is, as ratios within one run on one core. A program, not a test:

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_speed.py [analyzer] [stages] [files] [process] [hours]
        [--hours 8]

analyzer  Analyzer.push over samples in memory against the orientation filter alone (vqf.updateBatch) on the same; as
          installed, and with numpy alone
stages    where an Analyzer's time goes, by cProfile (which makes small functions look dearer than they are)
files     reading the native file and the CSV, against the same filter
process   `liftcheck score` as a whole: one minute and hours, and what starting up costs
hours     1, 8 and 24 hours in chunks: time an hour, and the greatest memory of the process

The samples are synthetic: the lifts of a bundled simulated recording, with quiet standing between them as often as the
rate of lifts asks for. Times are CPU times; each is the median of three, the filter measured before and after.
"""

import argparse
import cProfile
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from vqf import VQF

from liftcheck import compiled
from liftcheck.analysis import Analyzer, Settings
from liftcheck.recording import read
from liftcheck.recording.file import write
from liftcheck.recording.plain import write as write_csv
from liftcheck.recording.recording import Recording
from liftcheck.samples import Samples
from liftcheck.shipped import shipped

RATE_HZ = 100
CHUNK = 240 * RATE_HZ
LIFTS_PER_HOUR = (10, 60, 240)
ALLOWED = {10: 2.0, 60: 3.0, 240: 6.0}
STAGES = {
    "orientation filter, offsets": ("inclination.py", "push"),
    "before that filter, all": ("intake.py", "push"),
    "holes and faults": ("stream.py", "push"),
    "gyroscope against accelerometer": ("gyro_watch.py", "push"),
    "sums of blocks": ("calm.py", "of"),
    "worn": ("worn.py", "push"),
    "causal drop and depth": ("causal.py", "reckon"),
    "causal angles": ("causal.py", "motion"),
    "record for the learning": ("finding.py", "take"),
    "looking back: summing new blocks": ("segment.py", "blocks"),
    "looking back: tilt": ("tilt.py", "smooth_tilt"),
    "looking back: height": ("drop.py", "smooth_height"),
    "looking back: bends and verdict": ("looking.py", "_judged"),
    "looking back: all": ("looking.py", "look"),
}


def shift(lifts_per_hour: float, seed: int = 0) -> Iterator[Samples]:
    """Working time without end, in chunks of four minutes: 16 lifts, standing, 16 lifts ..."""
    lifts = read(shipped("recordings") / "no_calibration.mcap").samples
    still = slice(0, 150)
    rng = np.random.default_rng(seed)
    standing = max(0, round(16 / lifts_per_hour * 3600 * RATE_HZ) - len(lifts)) if lifts_per_hour else CHUNK
    done, acc, gyr = 0, np.empty((0, 3)), np.empty((0, 3))
    while True:
        sway = np.sin(np.arange(standing)[:, None] / RATE_HZ * 2 * np.pi * np.array([0.3, 0.4, 0.25]))
        rest = lifts.acc[still].mean(axis=0) + 0.05 * sway + rng.normal(size=sway.shape) * 0.01
        turn = lifts.gyr[still].mean(axis=0) + 0.01 * sway + rng.normal(size=sway.shape) * 0.002
        moved = slice(0, len(lifts) if lifts_per_hour else 0)
        acc = np.concatenate([acc, lifts.acc[moved], rest])
        gyr = np.concatenate([gyr, lifts.gyr[moved], turn])
        while len(acc) >= CHUNK:
            t = (done + np.arange(CHUNK)) / RATE_HZ
            yield Samples(t, acc[:CHUNK], gyr[:CHUNK]).rounded()
            done, acc, gyr = done + CHUNK, acc[CHUNK:], gyr[CHUNK:]


def hours_of(hours: float, lifts_per_hour: float, seed: int = 0) -> Samples:
    """So many hours of it at once."""
    count = round(hours * 3600 * RATE_HZ)
    return Samples.join(islice(shift(lifts_per_hour, seed), -(-count // CHUNK)))[:count]


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds that it takes, as the median of three."""
    took = []
    for _ in range(3):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return sorted(took)[1]


def filter_alone(samples: Samples) -> float:
    """CPU seconds of the orientation filter by itself."""
    gyr, acc = np.ascontiguousarray(samples.gyr), np.ascontiguousarray(samples.acc)
    return cpu_s(lambda: VQF(1 / RATE_HZ).updateBatch(gyr, acc))


def analyzed(samples: Samples) -> int:
    """Pushes everything; how many lifts there were."""
    analyzer = Analyzer(Settings())
    updates = [analyzer.push(samples[low : low + CHUNK]).lifts for low in range(0, len(samples), CHUNK)]
    return sum(lift.is_lift for lifts in [*updates, analyzer.finish().lifts] for lift in lifts)


def analyzer(hours: float) -> None:
    """The table of ratios: as installed, and with numpy alone where that is another thing."""
    print(f"\nAnalyzer, {hours:g} h in memory, against VQF.updateBatch on the same samples")
    print(f"{'asked':>12} {'found':>8} {'VQF s':>8} {'Analyzer s':>11} {'ratio':>7} {'wanted':>7} {'numpy alone':>12}")
    library = compiled.LIBRARY
    if library is None:
        print("(the look back is not compiled here: this is numpy alone)")
    for rate in (0, *LIFTS_PER_HOUR):
        samples = hours_of(hours, rate)
        analyzed(samples[: 10 * CHUNK])  # warm
        before = filter_alone(samples)
        took = cpu_s(lambda samples=samples: analyzed(samples))  # type: ignore[misc]
        compiled.LIBRARY = None
        by_numpy = cpu_s(lambda samples=samples: analyzed(samples)) if library else took  # type: ignore[misc]
        compiled.LIBRARY = library
        alone = (before + filter_alone(samples)) / 2
        found = analyzed(samples) / hours
        wanted = f"{ALLOWED[rate]:.0f}" if rate else ""
        told = f"{rate:>10}/h {found:>6.0f}/h {alone:>8.2f} {took:>11.2f} {took / alone:>7.2f} {wanted:>7}"
        print(f"{told} {by_numpy / alone:>12.2f}", flush=True)


def stages(hours: float) -> None:
    """Where the time goes."""
    print(f"\nWhere the time goes, {hours:g} h, % of an Analyzer's (profiled; a stage holds what it calls)")
    tables = []
    for rate in LIFTS_PER_HOUR:
        samples = hours_of(hours, rate)
        profile = cProfile.Profile()
        profile.runcall(analyzed, samples)
        stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
        total = max(cumulative for _, _, _, cumulative, _ in stats.values())
        share = {(Path(where[0]).name, where[2]): values[3] / total for where, values in stats.items()}
        tables.append([100 * share.get(where, 0.0) for where in STAGES.values()])
    print(f"{'':>36}" + "".join(f"{rate:>8}/h" for rate in LIFTS_PER_HOUR))
    for name, *values in zip(STAGES, *tables, strict=True):
        print(f"{name:>36}" + "".join(f"{value:>9.0f} " for value in values))


def files(hours: float, folder: Path) -> None:
    """Reading back."""
    samples = hours_of(hours, 60)
    recording = Recording(samples, rate_hz=float(RATE_HZ))
    native, text = folder / "long.mcap", folder / "long.csv"
    write(native, recording)
    write_csv(text, recording)
    alone, one, other = filter_alone(samples), cpu_s(lambda: read(native)), cpu_s(lambda: read(text))
    print(f"\nReading {hours:g} h: VQF alone {alone:.2f} s")
    print(f"native {one:6.2f} s = {one / alone:.2f} of VQF (wanted 1); {native.stat().st_size / 1e6:.0f} MB")
    print(f"CSV    {other:6.2f} s = {other / one:.2f} of native (wanted 4); {text.stat().st_size / 1e6:.0f} MB")


def run_cpu_s(*arguments: str) -> tuple[float, float]:
    """CPU and wall seconds of a whole process, the better of three."""
    took = []
    for _ in range(3):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-m", "liftcheck", *arguments], check=True, capture_output=True)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
        took.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall))
    return min(took)


def process(folder: Path) -> None:
    """Whole processes, start-up told apart."""
    print("\nWhole process, CPU s (wall s)")
    for name, hours in (("one minute", 1 / 60), ("4 hours", 4.0)):
        samples = hours_of(hours, 60)
        path = folder / f"{name.replace(' ', '_')}.mcap"
        write(path, Recording(samples, rate_hz=float(RATE_HZ)))
        cpu, wall = run_cpu_s("score", str(path))
        print(f"{'score, ' + name:>20} {cpu:6.2f} ({wall:.2f})", flush=True)
    for words in (["--help"], ["score", "--help"]):
        cpu, wall = run_cpu_s(*words)
        print(f"{' '.join(words):>20} {cpu:6.2f} ({wall:.2f})", flush=True)


def hours_long() -> None:
    """Linear in time, bounded in memory: each length in a process of its own."""
    print("\nHours in a row, 60 lifts an hour, samples made chunk by chunk")
    for hours in (1, 8, 24):
        subprocess.run([sys.executable, __file__, "_one", "--hours", str(hours)], check=True)


def one_length(hours: float) -> None:
    """Pushes so many hours as they are made; tells time and memory."""
    pipeline, took = Analyzer(Settings()), 0.0
    for samples in islice(shift(60), round(hours * 3600 * RATE_HZ / CHUNK)):
        start = time.process_time()
        pipeline.push(samples)
        took += time.process_time() - start
    print(f"{hours:>4g} h  {took / hours:6.3f} CPU s an hour, at most {greatest_mb():.0f} MB", flush=True)


def greatest_mb() -> float:
    """The greatest memory of this process so far; getrusage would count that of the one which started it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures how fast the pipeline is.")
    parser.add_argument("parts", nargs="*", default=["analyzer", "stages", "files", "process", "hours"])
    parser.add_argument("--hours", type=float, default=8.0)
    options = parser.parse_args()
    if options.parts == ["_one"]:
        one_length(options.hours)
        return
    with tempfile.TemporaryDirectory() as folder:
        parts: dict[str, Callable[[], None]] = {
            "analyzer": lambda: analyzer(options.hours),
            "stages": lambda: stages(min(options.hours, 2.0)),
            "files": lambda: files(options.hours, Path(folder)),
            "process": lambda: process(Path(folder)),
            "hours": hours_long,
        }
        for part in options.parts:
            parts[part]()


if __name__ == "__main__":
    main()
