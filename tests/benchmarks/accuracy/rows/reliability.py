"""Whether a verdict given at 0.9 is right nine times in ten."""

from itertools import pairwise
from pathlib import Path

from liftcheck.scoring.evaluation import Share
from liftcheck.scoring.evaluation.shares import reliability
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Outcome
from tests.benchmarks.accuracy.pictures import PICTURES, reliability_diagram
from tests.benchmarks.accuracy.real import data, sessions, waist_bends
from tests.benchmarks.accuracy.rows import overlap, work
from tests.benchmarks.accuracy.rows.waist import AXES
from tests.benchmarks.accuracy.simulated import people

BORDER_DEG = 65.0
EDGES = (0.75, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0)


def row(bench: Bench) -> str:
    """Simulated against the true knees, real against the labels; the picture holds the simulation alone."""
    near = people("semi", bench.people(16), 7000, lifts=12)
    groups = {
        "overlap test, mid-back": bench.judge(overlap.cases(bench, "mid-back")),
        "overlap test, low back": bench.judge(overlap.cases(bench, "low-back")),
        "overlap test, no calibration": bench.judge(overlap.cases(bench, "mid-back", calibration=False)),
        "semi-squats at the border": bench.judge(near),
        "work": bench.judge(work.cases(bench)),
    }
    simulated = {name: [said for one in some for said in _against_knees(one)] for name, some in groups.items()}
    simulated["all of these"] = [said for some in simulated.values() for said in some]
    reliability_diagram(simulated, EDGES, PICTURES / "reliability.png")
    real: dict[str, list[tuple[float, bool]]] = {}
    if data() is not None:
        judged = bench.judge([*sessions("mid-back", "consumer", 100), *sessions("mid-back", "consumer", 50)])
        real["real motion, mid-back (labels)"] = [said for one in judged for said in _against_labels(one)]
        real["real sensor, waist (labels)"] = [
            said for one in bench.judge(waist_bends(AXES)) for said in _against_labels(one)
        ]
    return "\n".join((_table({**simulated, **real}), f"![reliability]({_link(PICTURES / 'reliability.png')})\n"))


def _against_knees(one: Outcome) -> list[tuple[float, bool]]:
    """Confidence, and whether the true knees lay on the verdict's side of the border."""
    return [
        (pair.lift.confidence, ((pair.label.knee_deg or 0.0) >= BORDER_DEG) == (str(pair.lift.technique) == "legs"))
        for pair in one.pairs
        if pair.lift.confidence is not None and pair.label.knee_deg is not None
    ]


def _against_labels(one: Outcome) -> list[tuple[float, bool]]:
    return [
        (pair.lift.confidence, pair.label.label == str(pair.lift.technique))
        for pair in one.pairs
        if pair.lift.confidence is not None and pair.label.label in ("legs", "back")
    ]


def _table(groups: dict[str, list[tuple[float, bool]]]) -> str:
    heads = (
        "right, of verdicts given at",
        *(f"{low:.2f}-{high:.2f}" for low, high in pairwise(EDGES)),
    )
    rows = []
    for name, said in groups.items():
        of = {part.least: part.right for part in reliability(said, EDGES)}
        rows.append((name, *(tables.share(of.get(low, Share(0, 0))) for low in EDGES[:-1])))
    return tables.table(heads, rows)


def _link(path: Path) -> str:
    return f"pictures/{path.name}"
