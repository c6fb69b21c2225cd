"""What really happened: the body's angles and heights, and a label for every bend."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from liftcheck.samples import Array
from liftcheck.simulation.body import Pose
from liftcheck.simulation.choreography import Distractor

# Label rule, from the knees and the thorax at the neck's lowest instant: that of the real sessions with known truth,
# on both sides of the verdict's border at 65 degrees.
LEGS_FROM_DEG = 70.0
BACK_UP_TO_DEG = 60.0
BACK_FROM_FLEXION_DEG = 30.0
# What makes a bend a lift (the sensor's flexion at the waist is about half of the trunk's).
LIFT_FLEXION_DEG = 45.0
LIFT_FLEXION_WAIST_DEG = 25.0
LIFT_DROP_M = 0.20
EDGE = 0.12  # a bend starts and ends at this share of the neck's greatest drop


@dataclass(frozen=True)
class Label:
    """One bend and what it truly was. Times in s on the recording's clock; the rest as in `score --lifts`."""

    start_s: float
    bottom_s: float
    end_s: float
    label: str
    action: str
    peak_flexion_deg: float
    flexion_at_bottom_deg: float
    drop_m: float
    hip_drop_m: float
    knee_deg: float


@dataclass(frozen=True, eq=False)
class Truth:
    """The simulated body at n instants of the recording's clock.

    t: (n,) s, every instant at which the sensor measured, arrived or not. flexion_deg, lean_deg: of the segment under
    the sensor, against upright standing; trunk_*: of the thorax. turn_deg: heading of the thorax, left positive.
    sensor_height_m, hip_height_m: over the floor of the start; drop_m, hip_drop_m, neck_drop_m: below upright standing
    on the ground under the feet. knee_deg: mean of both knees, minus standing. position (n, 3), rotation (n, 3, 3): of
    the sensor, world from sensor.
    labels, distractors: bends that are lifts, and stretches in which there is none.
    """

    t: Array
    trunk_flexion_deg: Array
    trunk_lean_deg: Array
    turn_deg: Array
    flexion_deg: Array
    lean_deg: Array
    sensor_height_m: Array
    drop_m: Array
    hip_height_m: Array
    hip_drop_m: Array
    neck_drop_m: Array
    knee_deg: Array
    position: Array
    rotation: Array
    labels: tuple[Label, ...] = ()
    distractors: tuple[Distractor, ...] = ()

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, part: slice) -> "Truth":
        arrays: dict[str, Any] = {name: getattr(self, name)[part] for name in ARRAYS}
        return replace(self, **arrays)

    @staticmethod
    def join(parts: Iterable["Truth"]) -> "Truth":
        """Stretches that follow each other, as one."""
        kept = list(parts)
        arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in kept]) for name in ARRAYS}
        return replace(kept[0], **arrays)


ARRAYS = tuple(f.name for f in fields(Truth) if f.name not in ("labels", "distractors"))
# The columns of NAME.truth.csv and their decimals.
TRUTH_COLUMNS = {
    "t": ("time_s", 3),
    "trunk_flexion_deg": ("trunk_flexion_deg", 1),
    "trunk_lean_deg": ("trunk_lean_deg", 1),
    "turn_deg": ("turn_deg", 1),
    "flexion_deg": ("segment_flexion_deg", 1),
    "lean_deg": ("segment_lean_deg", 1),
    "sensor_height_m": ("sensor_height_m", 3),
    "drop_m": ("drop_m", 3),
    "hip_height_m": ("hip_height_m", 3),
    "hip_drop_m": ("hip_drop_m", 3),
    "knee_deg": ("knee_deg", 1),
}


def technique_of(knee_deg: float, trunk_flexion_deg: float) -> str:
    """The label that a bend's bottom deserves: legs, back or mixed."""
    if knee_deg >= LEGS_FROM_DEG:
        return "legs"
    if knee_deg <= BACK_UP_TO_DEG and trunk_flexion_deg >= BACK_FROM_FLEXION_DEG:
        return "back"
    return "mixed"


def is_lift(flexion_deg: float, drop_m: float, site: str) -> bool:
    """Whether a bend is deep enough to be judged."""
    enough = LIFT_FLEXION_WAIST_DEG if site.startswith("waist") else LIFT_FLEXION_DEG
    return flexion_deg >= enough or drop_m >= LIFT_DROP_M


def label_bend(truth: Truth, action: str, chained: tuple[bool, bool] = (False, False)) -> Label:
    """The label of the bend in this stretch of truth. chained: whether another one touches it before or after."""
    neck = truth.neck_drop_m
    bottom = int(np.argmax(neck))
    deep = neck > EDGE * neck[bottom]
    before, after = np.flatnonzero(~deep[:bottom]), np.flatnonzero(~deep[bottom:])
    start = int(before[-1]) + 1 if len(before) else (int(np.argmin(neck[: bottom + 1])) if chained[0] else 0)
    end = bottom + int(after[0]) - 1 if len(after) else bottom + int(np.argmin(neck[bottom:]))
    return Label(
        start_s=round(float(truth.t[start]), 2),
        bottom_s=round(float(truth.t[bottom]), 2),
        end_s=round(float(truth.t[end]), 2),
        label=technique_of(float(truth.knee_deg[bottom]), float(truth.trunk_flexion_deg[bottom])),
        action=action,
        peak_flexion_deg=round(float(truth.flexion_deg[start : end + 1].max()), 1),
        flexion_at_bottom_deg=round(float(truth.flexion_deg[bottom]), 1),
        drop_m=round(float(truth.drop_m[bottom]), 3),
        hip_drop_m=round(float(truth.hip_drop_m[bottom]), 3),
        knee_deg=round(float(truth.knee_deg[bottom]), 1),
    )


def as_truth(t: Array, pose: Pose, standing: Pose, position: Array, rotation: Array) -> Truth:
    """The truth of a stretch. standing: one upright instant; position, rotation: the sensor's, wherever it lies."""
    return Truth(
        t=t,
        trunk_flexion_deg=pose.trunk_flexion_deg,
        trunk_lean_deg=pose.trunk_lean_deg,
        turn_deg=pose.turn_deg,
        flexion_deg=pose.flexion_deg,
        lean_deg=pose.lean_deg,
        sensor_height_m=position[:, 2],
        drop_m=standing.site[0, 2] - pose.slipped_m + pose.floor_m - position[:, 2],
        hip_height_m=pose.hip_height_m,
        hip_drop_m=standing.hip_height_m[0] + pose.floor_m - pose.hip_height_m,
        neck_drop_m=standing.neck_height_m[0] + pose.floor_m - pose.neck_height_m,
        knee_deg=pose.knee_deg - standing.knee_deg[0],
        position=position,
        rotation=rotation,
    )
