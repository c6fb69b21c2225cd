"""The overlap test: knees evenly from 0 to 125 degrees, the trunk only loosely tied to them (SCIENCE 4.4)."""

from collections.abc import Callable, Sequence

import numpy as np

from liftcheck.scoring.evaluation import Share
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case, Outcome, Pair
from tests.benchmarks.accuracy.figures import by
from tests.benchmarks.accuracy.simulated import people

BENT_DEG = 40.0  # of the test's own label; the product's border lies at 65
SITES = ("mid-back", "low-back", "waist-back", "waist-front", "chest")


def cases(bench: Bench, site: str, *, calibration: bool = True, tall: bool = False) -> list[Case]:
    """Twenty lifts each of so many people."""
    return people("overlap", bench.people(24), 1000, lifts=20, site=site, calibration=calibration, tall=tall)


def row(bench: Bench) -> str:
    """By site; with straight-leg calibration bends and without."""
    groups = {f"{site}, calibration bends": bench.judge(cases(bench, site)) for site in SITES}
    groups["mid-back, calibration bends, height known"] = bench.judge(cases(bench, "mid-back", tall=True))
    groups["mid-back, no calibration"] = bench.judge(cases(bench, "mid-back", calibration=False))
    rows = []
    for name, some in groups.items():
        shares = [left_out(some, feature) for feature in (_knee, _hip_drop, _lean)]
        outside = left_out(some, _knee, near_deg=10.0)
        rows.append(
            (
                name,
                str(sum(len(one.pairs) for one in some)),
                *(tables.number(value, 3) for value in shares),
                tables.number(outside, 3),
            )
        )
    heads = ("", "n", "knee_deg", "hip_drop_m", "trunk angle alone", "knee_deg, true knees not within 10 deg of 40")
    figures = {name: by(some, "style")["overlap"] for name, some in groups.items()}
    return "\n".join(
        (
            f"Balanced accuracy of telling knees below {BENT_DEG:.0f} deg from the rest, the border on each measure "
            "fitted on all other people and tried on the one left out:\n",
            tables.table(heads, rows),
            "The product's own verdicts (border at 65 deg) and errors on the same lifts:\n",
            tables.finding(figures),
            tables.verdicts(figures),
            tables.sizes(figures),
            tables.angles(figures),
        )
    )


def _knee(pair: Pair) -> float:
    return pair.lift.knee_deg or 0.0


def _hip_drop(pair: Pair) -> float:
    return pair.lift.hip_drop_m or 0.0


def _lean(pair: Pair) -> float:
    return -pair.lift.peak_flexion_deg


def left_out(outcomes: Sequence[Outcome], feature: Callable[[Pair], float], near_deg: float = 0.0) -> float | None:
    """Balanced accuracy over all people, each judged by a border fitted on the others."""
    parts = [
        [
            (feature(p), (p.label.knee_deg or 0.0) >= BENT_DEG)
            for p in f.pairs
            if abs((p.label.knee_deg or 0.0) - BENT_DEG) >= near_deg
        ]
        for f in by(outcomes, "wearer").values()
    ]
    right: dict[bool, list[bool]] = {True: [], False: []}
    for left, part in enumerate(parts):
        border = _border([pair for number, other in enumerate(parts) if number != left for pair in other])
        for value, bent in part:
            right[bent].append((value >= border) == bent)
    if not right[True] or not right[False]:
        return None
    values = [Share(sum(some), len(some)).value or 0.0 for some in right.values()]
    return sum(values) / 2


def _border(pairs: list[tuple[float, bool]]) -> float:
    """The value that parts both classes best; the middle of the best stretch."""
    values = np.array([value for value, _ in pairs])
    bent = np.array([label for _, label in pairs])
    order = np.argsort(values, kind="stable")
    values, bent = values[order], bent[order]
    below = np.concatenate([[0.0], np.cumsum(~bent)]) / max(np.count_nonzero(~bent), 1)
    above = 1 - np.concatenate([[0.0], np.cumsum(bent)]) / max(np.count_nonzero(bent), 1)
    best = np.flatnonzero(below + above >= (below + above).max() - 1e-9)
    at = int(best[len(best) // 2])
    edges = np.concatenate([[values[0] - 1], (values[1:] + values[:-1]) / 2, [values[-1] + 1]])
    return float(edges[at])
