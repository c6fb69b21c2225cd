"""A real Bluetooth board at 20 Hz: bends are to be found and counted, and no verdict is to be given."""

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.figures import by
from tests.benchmarks.accuracy.real import ble_daily, data
from tests.benchmarks.accuracy.rows.waist import kinds


def row(bench: Bench) -> str:
    """By site."""
    if data() is None:
        return "LIFTCHECK_DATA names no folder: not measured.\n"
    outcomes = bench.judge(ble_daily())
    lifts = [pair.lift for one in outcomes for pair in one.pairs]
    lifts += [alarm.lift for one in outcomes for alarm in one.false_alarms]
    unclear = sum(str(lift.technique) == "unclear" for lift in lifts)
    return "\n".join(
        (
            tables.finding(by(outcomes, "site")),
            f"Below 25 Hz nothing is judged: {unclear} of {len(lifts)} lifts are `unclear`.\n",
            kinds(outcomes),
        )
    )
