"""A real sensor at the waist: seven people, one bend or one everyday movement in each recording."""

from dataclasses import replace

from liftcheck.analysis import Settings
from liftcheck.scoring.evaluation import Share
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Outcome
from tests.benchmarks.accuracy.figures import Figures, by
from tests.benchmarks.accuracy.real import data, waist_bends

AXES = "up=-y,forward=+z"


def row(bench: Bench) -> str:
    """With the mounting known and without."""
    if data() is None:
        return "LIFTCHECK_DATA names no folder: not measured.\n"
    known = bench.judge(waist_bends(AXES))
    groups = {"mounting known": known}
    if not bench.quick:
        groups["mounting known, one pass as live"] = bench.judge(waist_bends(AXES, 1))
        groups["mounting not known"] = bench.judge(waist_bends(None))
        groups["side of the body not known either"] = bench.judge(
            [replace(case, settings=Settings(site="waist")) for case in waist_bends(None)]
        )
    return "\n".join(
        (
            _once(groups),
            tables.verdicts({name: Figures(tuple(some)) for name, some in groups.items()}),
            "By wearer, mounting known:\n",
            _once({name: list(f.outcomes) for name, f in by(known, "wearer").items()}),
            tables.verdicts(by(known, "wearer")),
            "Recordings without a bend, by what was done, mounting known:\n",
            kinds(known),
            "The trade-off between finding and false alarms, mounting known: lifts less deep than this many times the "
            "depth of a lift left out (1 is what the product does; below 1 its shallow bends count too):\n",
            _tradeoff(known),
        )
    )


def _once(groups: dict[str, list[Outcome]]) -> str:
    rows = []
    for name, some in groups.items():
        bends = [one for one in some if one.labels]
        others = [one for one in some if one.episodes and not one.labels]
        once = Share(sum(lifts_of(one) == 1 for one in bends), len(bends))
        disturbed = Share(sum(lifts_of(one) > 0 for one in others), len(others))
        alarms = sum(len(one.false_alarms) for one in some)
        hours = sum(one.duration_s for one in some) / 3600
        rows.append(
            (name, tables.share(once), tables.share(disturbed), tables.number(alarms / hours if hours else None))
        )
    return tables.table(("", "bends found exactly once", "other recordings with a lift", "false alarms/h"), rows)


def lifts_of(one: Outcome) -> int:
    """How many lifts were found in a recording."""
    return len(one.pairs) + len(one.false_alarms)


def kinds(outcomes: list[Outcome]) -> str:
    """Recordings of everyday movements with a false lift."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.episodes and not one.labels:
            found.setdefault(one.episodes[0].kind, []).append(one)
    rows = []
    for kind, some in sorted(found.items()):
        said = [str(alarm.lift.technique) for one in some for alarm in one.false_alarms]
        words = ", ".join(f"{said.count(word)} {word}" for word in ("legs", "mixed", "back", "unclear") if word in said)
        rows.append((kind, tables.share(Share(sum(bool(one.false_alarms) for one in some), len(some))), words or "-"))
    return tables.table(("", "recordings with a lift", "called"), rows)


def _tradeoff(outcomes: list[Outcome]) -> str:
    rows = []
    for least in (0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 2.0):
        counts = [(one, sum(depth >= least for depth in depths(one, 25.0))) for one in outcomes]
        bends = [count for one, count in counts if one.labels]
        others = [count for one, count in counts if one.episodes and not one.labels]
        once = Share(bends.count(1), len(bends))
        rows.append((f"{least}", tables.share(once), tables.share(Share(sum(c > 0 for c in others), len(others)))))
    return tables.table(("depth", "bends found exactly once", "other recordings with a lift"), rows)


def depths(one: Outcome, flexion_deg: float) -> list[float]:
    """The depths of everything that is a lift or a shallow bend; 1 is a lift."""
    bends = [pair.lift for pair in one.pairs] + [alarm.lift for alarm in one.false_alarms]
    bends += [lift for lift in one.others if lift.reason == "shallow"]
    return [max(lift.drop_m / 0.20, lift.peak_flexion_deg / flexion_deg) for lift in bends]
