"""Simulated training and days without lifts: how often something else is taken for a lift."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case
from tests.benchmarks.accuracy.figures import by
from tests.benchmarks.accuracy.rows.motion_capture import false_alarms
from tests.benchmarks.accuracy.simulated import people

SITES = ("mid-back", "low-back", "waist-back", "waist-front", "chest")


def cases(bench: Bench, site: str, passes: int = 2) -> list[Case]:
    """Some minutes of training each, and as many without any lift."""
    count = bench.people(10)
    return [
        *people("training", count, 3000, seconds=300.0, site=site, passes=passes),
        *people("no-lifts", count, 3100, seconds=300.0, site=site, passes=passes),
    ]


def row(bench: Bench) -> str:
    """By site."""
    outcomes = bench.judge([case for site in SITES for case in cases(bench, site)])
    parts = by(outcomes, "site")
    return "\n".join(
        (
            tables.finding(parts),
            tables.verdicts(parts),
            *(
                f"False alarms by what was going on, {site}:\n\n{false_alarms(list(f.outcomes))}"
                for site, f in parts.items()
            ),
        )
    )
