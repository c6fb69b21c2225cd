"""Whether the borders of a seat hold for people they were not chosen on: each wearer of the belt left out in turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product

import pytest

from liftcheck.analysis import looking
from liftcheck.analysis.segment import Segment
from liftcheck.lifts.judging import Circumstances, LiftSettings, judge_bend
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.segmentation import Bend
from liftcheck.lifts.sitting import SittingSettings
from liftcheck.scoring.evaluation import Share
from liftcheck.trunk.window import Window
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case
from tests.benchmarks.accuracy.judging import judged
from tests.benchmarks.accuracy.real import data, waist_bends
from tests.benchmarks.accuracy.rows.waist import AXES

# Each border a good deal lower and higher; no more than two of them are off what the product has at once.
TRIED = {
    "low_m": (0.025, 0.07),
    "lean_given_up_deg": (6.0, 14.0),
    "other_level_share": (0.2, 0.5),
    "impact_mps2": (3.0, 6.0),
    "behind_deg": (7.0, 14.0),
}
FALSE_COSTS = 2.0  # a share of false alarms against the same share of bends not found, in choosing

Choice = tuple[float, ...]
Counts = dict[str, list[int]]  # wearer -> bends found exactly once, bends, others with a lift, others


@dataclass(frozen=True, eq=False)
class Seen:
    """A recording's bends as they came to be judged."""

    case: Case
    has_bend: bool
    bends: list[tuple[Bend, Window, Circumstances]]


def row(bench: Bench) -> str:
    """By wearer: what the product has, and what was chosen on the six others."""
    if data() is None:
        return "LIFTCHECK_DATA names no folder: not measured.\n"
    seen = [_seen(case) for case in waist_bends(AXES)]
    product_has = SittingSettings()
    default = tuple(getattr(product_has, name) for name in TRIED)
    counts = {choice: _counts(seen, choice) for choice in _choices(default)}
    people = sorted(counts[default])
    chosen = {left: min(counts, key=lambda c: _cost(counts[c], left, c, default)) for left in people}
    rows = [(left, *_shares([counts[default][left]]), *_shares([counts[chosen[left]][left]])) for left in people]
    all_of = [counts[default][left] for left in people], [counts[chosen[left]][left] for left in people]
    rows.append(("all", *_shares(all_of[0]), *_shares(all_of[1])))
    found = [sum(one[0] for one in count.values()) for count in counts.values()]
    false = [sum(one[2] for one in count.values()) for count in counts.values()]
    head = ("", "found, the product's borders", "with a lift", "found, chosen on the others", "with a lift")
    return (
        tables.table(head, rows)
        + f"\nOver all {len(counts)} sets of borders tried: {min(found)} to {max(found)} bends found exactly once, "
        f"{min(false)} to {max(false)} other recordings with a lift.\n"
    )


def _choices(default: Choice) -> Iterator[Choice]:
    for choice in product(*((has, *tried) for has, tried in zip(default, TRIED.values(), strict=True))):
        if sum(one != has for one, has in zip(choice, default, strict=True)) <= 2:
            yield choice


def _cost(counts: Counts, left_out: str, choice: Choice, default: Choice) -> tuple[float, int]:
    """What is wrong on the others; among equals the nearest to what the product has."""
    found, bends, false, others = (
        sum(column) for column in zip(*(c for w, c in counts.items() if w != left_out), strict=True)
    )
    return (1 - found / bends) + FALSE_COSTS * false / others, sum(a != b for a, b in zip(choice, default, strict=True))


def _counts(seen: list[Seen], choice: Choice) -> Counts:
    settings = LiftSettings()
    sitting = replace(settings.gates.sitting, **dict(zip(TRIED, choice, strict=True)))  # type: ignore[arg-type]
    settings = replace(settings, gates=replace(settings.gates, sitting=sitting))
    counts: Counts = {}
    for one in seen:
        lifts = sum(judge_bend(*bend, settings).is_lift for bend in one.bends)
        of = counts.setdefault(one.case.of("wearer"), [0, 0, 0, 0])
        if one.has_bend:
            of[0] += lifts == 1
            of[1] += 1
        else:
            of[2] += lifts > 0
            of[3] += 1
    return counts


def _shares(counts: list[list[int]]) -> tuple[str, str]:
    found, bends, false, others = (sum(column) for column in zip(*counts, strict=True))
    return tables.share(Share(found, bends)), tables.share(Share(false, others))


def _seen(case: Case) -> Seen:
    material = case.source.material()
    with _watched() as bends:
        judged(material, case.settings, case.passes)
    return Seen(case, bool(material.labels), bends)


@contextmanager
def _watched() -> Iterator[list[tuple[Bend, Window, Circumstances]]]:
    """What is judged meanwhile; of two passes the second, which looks back with a LookBack of its own."""
    bends: list[tuple[Bend, Window, Circumstances]] = []
    passes: list[looking.LookBack] = []
    look = looking.LookBack.look

    def look_of_pass(
        self: looking.LookBack, segment: Segment, end: int, over: bool
    ) -> tuple[Window | None, list[Lift]]:
        if self not in passes:
            passes.append(self)
            bends.clear()
        return look(self, segment, end, over)

    def watch(bend: Bend, window: Window, about: Circumstances, settings: LiftSettings) -> Lift:
        bends.append((bend, window, about))
        return judge_bend(bend, window, about, settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking.LookBack, "look", look_of_pass)
        patch.setattr(looking, "judge_bend", watch)
        yield bends
