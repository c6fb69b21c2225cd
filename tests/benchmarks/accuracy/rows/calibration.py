"""What three straight-leg bends are worth, on simulation: the wearer's own lever instead of the site's."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.figures import Figures, by
from tests.benchmarks.accuracy.simulated import people

SITES = ("mid-back", "low-back", "waist-back")


def row(bench: Bench) -> str:
    """By site; bends or none, height known or not."""
    groups: dict[str, Figures] = {}
    for site in SITES:
        for bends in (True, False):
            for tall in (True, False):
                cases = people("mixed", bench.people(16), 5000, lifts=12, site=site, calibration=bends, tall=tall)
                name = f"{site}, {'three bends' if bends else 'none'}, height {'known' if tall else 'not known'}"
                groups[name] = by(bench.judge(cases), "style")["mixed"]
    return "\n".join((tables.sizes(groups), tables.verdicts(groups)))
