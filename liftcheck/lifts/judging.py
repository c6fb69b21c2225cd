"""From a bend in a refined window to a Lift with its verdict, numbers and reason."""

from dataclasses import dataclass, field
from math import hypot, sqrt

import numpy as np

from liftcheck.lifts import gates, technique
from liftcheck.lifts.facing import FacingSettings
from liftcheck.lifts.gates import GateSettings
from liftcheck.lifts.lift import Lift, LiftCurve, Technique
from liftcheck.lifts.segmentation import Bend, SegmentationSettings, by_shoulders
from liftcheck.lifts.sitting import seat_evidence
from liftcheck.lifts.technique import TechniqueSettings
from liftcheck.samples import Array
from liftcheck.trunk.lever import Lever
from liftcheck.trunk.window import Window


@dataclass(frozen=True)
class LiftSettings:
    """The settings of everything that is judged of a bend."""

    segmentation: SegmentationSettings = field(default_factory=SegmentationSettings)
    gates: GateSettings = field(default_factory=GateSettings)
    technique: TechniqueSettings = field(default_factory=TechniqueSettings)
    facing: FacingSettings = field(default_factory=FacingSettings)
    curve_margin_s: float = 0.5  # how much of the curve before and after is kept with a lift


@dataclass(frozen=True)
class Circumstances:
    """What is known around a bend: the site, the wearer, and what the stream was like meanwhile.

    own_lever: from the wearer's calibration bends, or the lifts so far. doubts: why nothing can be judged, whatever the
    bend ("no gyroscope", "rate below 25 Hz"). quality: said of the lift without lowering its verdict. lost_share: of
    the samples around the bend, as far as the rate tells; their times are wrong then. unsure_share: the same with holes
    whose place is not sure. blind: a part of the sensor says nothing, or little by wide steps, or the signal came back
    in mid-bend, so that heights are no evidence. stood: somebody stood before it, since the last hole or slip.
    """

    site: str
    height_m: float | None
    own_lever: Lever | None
    doubts: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    gap_s: float = 0.0
    lost_share: float = 0.0
    unsure_share: float = 0.0
    blind: bool = False
    stood: bool = True


def judge_bend(bend: Bend, window: Window, about: Circumstances, settings: LiftSettings) -> Lift:
    """The bend as a Lift, not numbered yet: `technique` None and a reason where it is no lift."""
    hips = window.drop_m - lever_drops(window.flexion_deg, about, settings.technique)
    seat = seat_evidence(bend, window, hips, about.site, settings.gates.sitting)
    by_loss = settings.gates.lost_height_m * sqrt(about.unsure_share)
    height_error = hypot(window.heights.error_m(bend.bottom), by_loss)
    other = gates.other_movement(bend, window, about.site, seat, height_error, settings.gates)
    flexion = float(window.flexion_deg[bend.bottom])
    drop = float(window.drop_m[bend.bottom])
    judged = technique.judge(
        drop, height_error, flexion, about.site, about.own_lever, about.height_m, settings.technique
    )
    lossy = gates.lossy(about.lost_share, settings.gates)
    doubts = [*about.doubts, *lossy, *gates.doubts(bend, window, height_error, seat, about.stood, settings.gates)]
    verdict: Technique | None
    unsure = by_loss > settings.gates.doubtful_lost_m
    if other in gates.BY_HEIGHT and (unsure or lossy or (about.blind and _leaned(bend, window, about, settings))):
        other = None  # a height says so that nobody measured
        doubts = doubts or [f"the height is uncertain by {height_error * 100:.0f} cm"]
    if other is not None or bend.depth < 1.0:
        verdict, confidence, reason = None, None, other or "shallow"
    elif doubts:
        verdict, confidence, reason = Technique.UNCLEAR, None, doubts[0]
    else:
        verdict, confidence = technique.verdict(judged.p_legs, settings.technique)
        reason = technique.reason(judged.hip_drop_m, flexion)
        doubtful = height_error > settings.gates.doubtful_mixed_m or by_loss > settings.gates.doubtful_lost_m
        if verdict is Technique.MIXED and doubtful:
            verdict, reason = Technique.UNCLEAR, f"the height is uncertain by {height_error * 100:.0f} cm"
    height = about.height_m or settings.technique.height_m
    shoulders = hips + technique.shoulders_by_trunk(window.flexion_deg, about.site, height)
    whole = by_shoulders(bend, window, shoulders, settings.segmentation)
    part = slice(whole.first, whole.last + 1)
    ends = np.interp([whole.start_s, whole.end_s], window.t, window.velocity_deg_s)  # it may be fastest there
    speed = np.concatenate([ends, window.velocity_deg_s[whole.first + 1 : whole.last]])
    curve = _curve(whole, window, hips, settings)
    turn = curve.turn_deg[(curve.t >= window.t[whole.first]) & (curve.t <= window.t[whole.last])]
    return Lift(
        lift=None,
        start_s=whole.start_s,
        bottom_s=float(window.t[bend.bottom]),
        end_s=whole.end_s,
        peak_flexion_deg=float(window.flexion_deg[part].max()),
        flexion_at_bottom_deg=flexion,
        flexion_at_end_deg=float(window.flexion_deg[whole.last]),
        peak_down_velocity_deg_s=float(max(speed.max(), 0.0)),
        peak_up_velocity_deg_s=float(max(-speed.min(), 0.0)),
        lean_deg=float(window.lean_deg[bend.bottom]),
        turn_deg=float(turn[int(np.argmax(np.abs(turn)))]),
        drop_m=drop,
        hip_drop_m=judged.hip_drop_m,
        hip_drop_error_m=judged.hip_drop_error_m,
        knee_deg=judged.knee_deg,
        knee_error_deg=judged.knee_error_deg,
        stoop_index=judged.stoop_index,
        technique=verdict,
        confidence=confidence,
        reason=reason,
        quality=(*about.quality, *(doubts[1:] if verdict is Technique.UNCLEAR else ())),
        gap_s=about.gap_s,
        judged_s=float(window.t[-1]),
        curve=curve,
    )


def _leaned(bend: Bend, window: Window, about: Circumstances, settings: LiftSettings) -> bool:
    """Whether the trunk's angle alone shows a lift's depth, forward and not onto the floor."""
    peak = float(window.flexion_deg[bend.first : bend.last + 1].max())
    on_floor = gates.lies_by_angle(bend, window, settings.gates)
    return peak >= settings.segmentation.lift_flexion(about.site) and not on_floor


def _curve(bend: Bend, window: Window, hips_m: Array, settings: LiftSettings) -> LiftCurve:
    margin = round(settings.curve_margin_s / window.step_s)
    part = slice(max(0, bend.first - margin), bend.last + 1 + margin)
    turn = window.left.turn_deg(part)
    return LiftCurve(
        window.t[part],
        window.flexion_deg[part],
        window.lean_deg[part],
        turn - turn[bend.first - part.start],
        window.drop_m[part],
        hips_m[part],
    )


def lever_drops(flexion_deg: Array, about: Circumstances, settings: TechniqueSettings) -> Array:
    """The drop that the trunk's lean alone explains, (n,) deg -> (n,) m; the mean where the side is not known."""
    levers = (about.own_lever,) if about.own_lever else settings.levers(about.site, about.height_m)
    lean = (flexion_deg * (np.pi / 180)).astype(np.float32)  # right to a micrometre, at a tenth of the time
    drops = [r * (1 - np.cos(lean)) - b * np.sin(lean) for r, b, _ in levers]
    return np.asarray(sum(drops) / len(drops))
