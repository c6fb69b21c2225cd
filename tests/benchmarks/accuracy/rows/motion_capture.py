"""Real motion of three people with a virtual sensor and known truth."""

from collections.abc import Callable

from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case, Outcome
from tests.benchmarks.accuracy.figures import Figures, by
from tests.benchmarks.accuracy.real import data, sessions


def row(bench: Bench) -> str:
    """By site, noise and rate; one pass and two; with the wearer's height; by wearer."""
    if data() is None:
        return "LIFTCHECK_DATA names no folder: not measured.\n"
    sites = ("mid-back",) if bench.quick else ("mid-back", "low-back", "waist-back")
    noises = ("consumer",) if bench.quick else ("clean", "consumer")
    twice = [case for site in sites for noise in noises for case in sessions(site, noise, 100)]
    twice += [case for noise in noises for case in sessions("mid-back", noise, 50)]
    once = [*sessions("mid-back", "consumer", 100, 1), *sessions("mid-back", "consumer", 50, 1)]
    tall = [*sessions("mid-back", "consumer", 100, height=True), *sessions("mid-back", "consumer", 50, height=True)]
    groups = by(bench.judge(twice), "site", "noise", "rate")
    groups |= _named(bench, once, "{}, one pass as live")
    sizes = groups | _named(bench, tall, "{}, height known")
    people = by(bench.judge(sessions("mid-back", "consumer", 100)), "wearer")
    return "\n".join(
        (
            "By site, noise and rate:\n",
            tables.finding(groups),
            tables.verdicts(groups),
            tables.sizes(sizes),
            tables.angles(groups),
            "By wearer, mid-back, consumer, 100 Hz:\n",
            tables.finding(people),
            tables.verdicts(people),
            tables.sizes(people),
            "False alarms by what was going on, mid-back, consumer, 100 Hz (in brackets: it was a real bend):\n",
            false_alarms(bench.judge(sessions("mid-back", "consumer", 100))),
        )
    )


def _named(bench: Bench, cases: list[Case], words: str) -> dict[str, Figures]:
    return {words.format(name): f for name, f in by(bench.judge(cases), "site", "noise", "rate").items()}


def false_alarms(outcomes: list[Outcome]) -> str:
    """Kinds of episode, how many there were, and how many were taken for a lift."""
    kinds = sorted({episode.kind for one in outcomes for episode in one.episodes})
    rows = []
    for kind in [*kinds, ""]:
        alarms = [alarm for one in outcomes for alarm in one.false_alarms if alarm.kind == kind]
        count = sum(episode.kind == kind for one in outcomes for episode in one.episodes)
        if alarms:
            said: Callable[[str], int] = [str(alarm.lift.technique) for alarm in alarms].count
            words = ", ".join(f"{said(word)} {word}" for word in ("legs", "mixed", "back", "unclear") if said(word))
            rows.append(
                (
                    kind or "nothing in particular",
                    str(count or "-"),
                    f"{len(alarms)} ({sum(a.excused for a in alarms)})",
                    words,
                )
            )
    return tables.table(("", "episodes", "false alarms", "called"), rows) if rows else "None.\n"
