"""The early warning: how long before the bottom, how often right, how often wrong."""

import numpy as np

from liftcheck.scoring.evaluation import Share
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Label, Outcome
from tests.benchmarks.accuracy.real import data, sessions
from tests.benchmarks.accuracy.rows import training, work


def row(bench: Bench) -> str:
    """On simulation and on real motion, in one pass."""
    groups = {
        "simulated work": bench.judge(work.cases(bench, passes=1)),
        "simulated training": bench.judge(training.cases(bench, "mid-back", passes=1)),
    }
    if data() is not None:
        groups["real motion, mid-back, consumer"] = bench.judge(sessions("mid-back", "consumer", 100, 1))
    heads = (
        "",
        "back lifts warned of",
        "legs or mixed lifts warned of",
        "warnings outside lifts",
        "before the bottom, s: median (p10, p90)",
    )
    return tables.table(heads, [(name, *_of(some)) for name, some in groups.items()])


def _of(outcomes: list[Outcome]) -> tuple[str, str, str, str]:
    early: list[float] = []
    warned: dict[bool, int] = {True: 0, False: 0}
    count: dict[bool, int] = {True: 0, False: 0}
    total = sum(len(one.warnings) for one in outcomes)
    inside = 0
    for one in outcomes:
        for label in one.labels:
            back = label.label == "back"
            times = [t for t in one.warnings if _during(label, t)]
            count[back] += 1
            warned[back] += bool(times)
            inside += len(times)
            if back and times and label.bottom_s is not None:
                early.append(label.bottom_s - times[0])
    before = (
        "-" if not early else f"{np.median(early):.2f} ({np.percentile(early, 10):.2f}, {np.percentile(early, 90):.2f})"
    )
    return (
        tables.share(Share(warned[True], count[True])),
        tables.share(Share(warned[False], count[False])),
        str(total - inside),
        before,
    )


def _during(label: Label, t: float) -> bool:
    return label.bottom_s is not None and label.start_s - 0.3 <= t <= label.bottom_s
