"""From a case to its outcome: judge, match with the labels one to one, compare with the truth."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np

from liftcheck.analysis import Analyzer, Settings, analyze
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.segmentation import SegmentationSettings
from liftcheck.scoring.one import settings_for
from tests.benchmarks.accuracy.case import (
    MATCH_S,
    RESTING,
    Case,
    Curves,
    Episode,
    FalseAlarm,
    Label,
    Material,
    Outcome,
    Pair,
    Truths,
)


def outcomes(cases: Sequence[Case], jobs: int) -> list[Outcome]:
    """All cases judged, in their order; the same whatever the number of processes."""
    if jobs == 1 or len(cases) < 4:
        return [outcome(case) for case in cases]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(outcome, cases, chunksize=max(1, len(cases) // (8 * jobs))))


def outcome(case: Case) -> Outcome:
    """Judges one case."""
    material = case.source.material()
    bends, warnings = judged(material, case.settings, case.passes)
    lifts = [bend for bend in bends if bend.is_lift]
    pairs, missed, unmatched = matched(lifts, material.labels)
    site = settings_for(material.recording, case.settings).site
    excused = [episode for episode in material.episodes if is_real_bend(episode, material.curves, site)]
    false_alarms = (FalseAlarm(bare(lift), *_during(lift, material.episodes, excused)) for lift in unmatched)
    return Outcome(
        case,
        tuple(Pair(label, bare(lift), truths(label, lift, material.curves)) for label, lift in pairs),
        tuple(missed),
        tuple(false_alarms),
        tuple(bare(bend) for bend in bends if not bend.is_lift),
        material.labels,
        material.episodes,
        material.recording.duration_s,
        sum(episode.end_s - episode.start_s for episode in excused),
        warnings,
        material.recording.name,
    )


def judged(material: Material, settings: Settings, passes: int) -> tuple[list[Lift], tuple[float, ...]]:
    """Every bend of the recording and when warnings were given: in two passes as `score` does, or in one as live."""
    recording = material.recording
    settings = settings_for(recording, settings)
    if passes == 2:
        updates = list(analyze(recording.samples, recording.events, settings, rate_hz=recording.rate_hz))
    else:
        analyzer = Analyzer(settings, rate_hz=recording.rate_hz)
        updates = [analyzer.push(recording.samples, recording.events), analyzer.finish()]
    lifts = [lift for update in updates for lift in update.lifts]
    return lifts, tuple(warning.t for update in updates for warning in update.warnings)


def bare(lift: Lift) -> Lift:
    """Without its curve: light enough to be sent between processes."""
    return replace(lift, curve=None)


def matched(lifts: Sequence[Lift], labels: Sequence[Label]) -> tuple[list[tuple[Label, Lift]], list[Label], list[Lift]]:
    """Pairs, labels without a lift, lifts without a label: one to one, nearest first (PRODUCT 3)."""
    near = sorted(
        (abs(lift.bottom_s - label.bottom_s) if label.bottom_s is not None else 0.0, i, j)
        for i, lift in enumerate(lifts)
        for j, label in enumerate(labels)
        if label.start_s - MATCH_S <= lift.bottom_s <= label.end_s + MATCH_S
    )
    lift_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in near:
        if i not in taken and j not in lift_of:
            lift_of[j] = i
            taken.add(i)
    pairs = [(labels[j], lifts[i]) for j, i in sorted(lift_of.items())]
    missed = [label for j, label in enumerate(labels) if j not in lift_of]
    return pairs, missed, [lift for i, lift in enumerate(lifts) if i not in taken]


def is_real_bend(episode: Episode, curves: Curves | None, site: str) -> bool:
    """Whether an episode in which nothing was to be found holds a bend as deep as a lift that comes back: a question of
    labels, not of the verdict."""
    if curves is None or episode.kind.startswith(RESTING):
        return False
    inside = (curves.t >= episode.start_s) & (curves.t <= episode.end_s)
    if not inside.any():
        return False
    flexion, drop = curves.flexion_deg[inside], curves.drop_m[inside]
    settings = SegmentationSettings()
    deep = flexion.max() >= settings.lift_flexion(site) or drop.max() >= settings.lift_drop_m
    returns = flexion[-1] < 0.35 * settings.lift_flexion(site) and drop[-1] < 0.35 * settings.lift_drop_m
    return bool(deep and returns)


def _during(lift: Lift, episodes: Iterable[Episode], excused: Sequence[Episode]) -> tuple[str, bool]:
    inside = [e for e in episodes if e.start_s - 0.5 <= lift.bottom_s <= e.end_s + 0.5]
    return (inside[0].kind if inside else ""), any(e in excused for e in inside)


def truths(label: Label, lift: Lift, curves: Curves | None) -> Truths:
    """What the curves say of the labelled bend, and how far the lift's own curve was off inside it."""
    if curves is None or label.bottom_s is None:
        return Truths()
    inside = (curves.t >= label.start_s) & (curves.t <= label.end_s)
    t, flexion = curves.t[inside], curves.flexion_deg[inside]
    if len(t) < 5:
        return Truths()
    speed = np.gradient(flexion, t)
    turn = None
    if curves.turn_deg is not None:
        turned = curves.turn_deg[inside] - curves.turn_deg[inside][0]
        turn = float(turned[int(np.argmax(np.abs(turned)))])
    error = None
    if lift.curve is not None:
        off = np.interp(t, lift.curve.t, lift.curve.flexion_deg) - flexion
        error = float(np.mean(off**2))
    lean = float(np.interp(label.bottom_s, curves.t, curves.lean_deg))
    return Truths(lean, turn, float(speed.max()), float(-speed.min()), error)
