"""How soon a verdict comes: after the lift's end in the sample's time, and in computing time on this machine."""

import time

import numpy as np

from liftcheck.analysis import Analyzer, Settings
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.real import data, sessions
from tests.benchmarks.accuracy.rows import work
from tests.benchmarks.accuracy.simulated import people

CHUNK_S = 0.1  # what a poll brings


def row(bench: Bench) -> str:
    """The delay on simulation and on real motion, the time of computing on simulation."""
    groups = {
        "simulated work": bench.judge(work.cases(bench, passes=1)),
        "simulated, between stances": bench.judge(people("mixed", bench.people(12), 6000, lifts=16, passes=1)),
    }
    if data() is not None:
        groups["real motion, mid-back, consumer"] = bench.judge(sessions("mid-back", "consumer", 100, 1))
    rows = []
    for name, some in groups.items():
        late = np.array([pair.lift.judged_s - pair.lift.end_s for one in some for pair in one.pairs])
        rows.append((name, str(len(late)), *(f"{np.percentile(late, q):.2f}" for q in (50, 90, 100))))
    return "\n".join(
        (
            tables.table(("judged after the end, s of the sample's time", "n", "median", "p90", "greatest"), rows),
            _computing(bench),
        )
    )


def _computing(bench: Bench) -> str:
    """Times of whole pushes of a tenth of a second that gave a verdict, and of those that gave none."""
    verdicts: list[float] = []
    others: list[float] = []
    for case in people("mixed", bench.people(4), 6000, lifts=16):
        recording = case.source.material().recording
        analyzer = Analyzer(Settings(site="mid-back"), rate_hz=recording.rate_hz)
        samples = recording.samples
        each = round(CHUNK_S * 100)
        for low in range(0, len(samples), each):
            part = samples[low : low + each]
            due = tuple(e for e in recording.events if part.t[0] <= e.t < part.t[0] + CHUNK_S)
            began = time.perf_counter()
            update = analyzer.push(part, due)
            (verdicts if update.lifts else others).append(1000 * (time.perf_counter() - began))
    rows = [
        (name, str(len(some)), *(f"{np.percentile(some, q):.0f}" for q in (50, 95)))
        for name, some in (("pushes that gave a verdict", verdicts), ("pushes that gave none", others))
    ]
    return tables.table(("computing a push of 0.1 s, ms on one core", "n", "median", "p95"), rows)
