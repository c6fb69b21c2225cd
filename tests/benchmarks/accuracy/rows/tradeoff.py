"""Finding against false alarms, on simulation: what another border of depth would give."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Outcome
from tests.benchmarks.accuracy.pictures import PICTURES, tradeoff_curve
from tests.benchmarks.accuracy.rows import training, work

LEAST = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 2.0)
SITES = {"mid-back": 45.0, "low-back": 45.0, "waist-back": 25.0}


def row(bench: Bench) -> str:
    """By site: training, days without lifts and work together."""
    curves = {}
    for site, flexion_deg in SITES.items():
        outcomes = bench.judge([*training.cases(bench, site), *work.cases(bench, site)])
        curves[site] = [_at(outcomes, least, flexion_deg) for least in LEAST]
    tradeoff_curve(curves, LEAST, PICTURES / "tradeoff.png")
    rows = [
        (f"{least}", *(f"{curves[site][k][0]:.3f}, {curves[site][k][1]:.1f}/h" for site in SITES))
        for k, least in enumerate(LEAST)
    ]
    return "\n".join(
        (
            "Share of the labelled lifts found, and false alarms an hour, when lifts less deep than this many times "
            "the depth of a lift are left out (1 is what the product does; below it its shallow bends count too):\n",
            tables.table(("depth", *SITES), rows),
            "![trade-off](pictures/tradeoff.png)\n",
        )
    )


def _at(outcomes: list[Outcome], least: float, flexion_deg: float) -> tuple[float, float]:
    """Found share and false alarms an hour."""
    found = sum(
        max(pair.lift.drop_m / 0.20, pair.lift.peak_flexion_deg / flexion_deg) >= least
        for one in outcomes
        for pair in one.pairs
    )
    missed_but_seen = 0
    alarms = 0
    for one in outcomes:
        answered = {pair.lift.bottom_s for pair in one.pairs}
        spans = [(label.start_s - 0.3, label.end_s + 0.3) for label in one.missed]
        extra = [alarm.lift for alarm in one.false_alarms] + [b for b in one.others if b.reason == "shallow"]
        for lift in extra:
            deep = max(lift.drop_m / 0.20, lift.peak_flexion_deg / flexion_deg) >= least
            if not deep or lift.bottom_s in answered:
                continue
            if any(low <= lift.bottom_s <= high for low, high in spans):
                missed_but_seen += 1
            else:
                alarms += 1
    labels = sum(len(one.labels) for one in outcomes)
    hours = sum(one.duration_s for one in outcomes) / 3600
    return (found + missed_but_seen) / max(labels, 1), alarms / hours
