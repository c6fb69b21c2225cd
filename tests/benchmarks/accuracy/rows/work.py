"""Simulated work: lifts chained without stance, walked into and out of, the load carried away."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case
from tests.benchmarks.accuracy.figures import Figures, by
from tests.benchmarks.accuracy.rows.motion_capture import false_alarms
from tests.benchmarks.accuracy.simulated import people


def cases(bench: Bench, site: str = "mid-back", passes: int = 2) -> list[Case]:
    """Six minutes each of so many people."""
    return people("work", bench.people(20), 2000, seconds=360.0, site=site, passes=passes)


def row(bench: Bench) -> str:
    """By site; in one pass too; why lifts were unclear."""
    groups = by(
        bench.judge([case for site in ("mid-back", "low-back", "waist-back") for case in cases(bench, site)]), "site"
    )
    groups["mid-back, one pass as live"] = Figures(tuple(bench.judge(cases(bench, passes=1))))
    mid_back = bench.judge(cases(bench))
    return "\n".join(
        (
            tables.finding(groups),
            tables.verdicts(groups),
            tables.sizes(groups),
            tables.angles(groups),
            "Why lifts were unclear, mid-back:\n",
            reasons(groups["mid-back"]),
            "False alarms by what was going on, mid-back:\n",
            false_alarms(mid_back),
        )
    )


def reasons(figures: Figures) -> str:
    """What was said of unclear lifts, numbers left out."""
    words = [
        "".join(c for c in pair.lift.reason if not c.isdigit()).strip()
        for pair in figures.pairs
        if str(pair.lift.technique) == "unclear"
    ]
    rows = [(word, str(words.count(word))) for word in sorted(set(words), key=lambda w: (-words.count(w), w))]
    return tables.table(("reason", "lifts"), rows) if rows else "None was.\n"
