"""Styles, sites and classes of sensors, on simulation: where the verdict is right, and where it gives way."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.figures import Figures, by
from tests.benchmarks.accuracy.simulated import people

STYLES = ("back", "lazy", "semi", "legs", "squat", "golfer", "half-kneel")
SITES = ("mid-back", "low-back", "waist-back", "waist-front", "chest")
SENSORS = ("clean", "consumer", "bmi160", "icm20948", "mpu6050")
RATES = (25.0, 50.0, 100.0, 200.0)


def row(bench: Bench) -> str:
    """What each style is called by site; figures by class of sensor and by rate."""
    count = bench.people(4)
    styles = [
        case
        for number, style in enumerate(STYLES)
        for site in SITES
        for case in people(style, count, 4000 + 10 * number, lifts=10, site=site)
    ]
    classes = [case for sensor in SENSORS for case in people("mixed", bench.people(8), 4200, lifts=16, sensor=sensor)]
    rates = [case for rate in RATES for case in people("mixed", bench.people(8), 4200, lifts=16, rate_hz=rate)]
    by_class, by_rate = by(bench.judge(classes), "noise"), by(bench.judge(rates), "rate")
    return "\n".join(
        (
            "What lifts of each style were called (legs / mixed / back / unclear; missed). In brackets the truth:\n",
            called(by(bench.judge(styles), "style", "site")),
            "By class of sensor, mid-back, all styles mixed:\n",
            *(make(by_class) for make in (tables.finding, tables.verdicts, tables.sizes, tables.angles)),
            "By rate, mid-back, consumer, all styles mixed:\n",
            *(make(by_rate) for make in (tables.finding, tables.verdicts, tables.sizes, tables.angles)),
        )
    )


def called(parts: dict[str, Figures]) -> str:
    """Styles down, sites across."""
    rows = []
    for style in STYLES:
        here = [parts[f"{style}, {site}"] for site in SITES]
        labels = [label.label for one in here[0].outcomes for label in one.labels]
        true = ", ".join(f"{labels.count(word)} {word}" for word in ("legs", "mixed", "back") if word in labels)
        rows.append((f"{style} ({true})", *(_called(f) for f in here)))
    return tables.table(("", *SITES), rows)


def _called(f: Figures) -> str:
    said = [str(pair.lift.technique) for pair in f.pairs]
    missed = sum(len(one.missed) for one in f.outcomes)
    counts = " / ".join(str(said.count(word)) for word in ("legs", "mixed", "back", "unclear"))
    return f"{counts}; {missed}" if missed else counts
