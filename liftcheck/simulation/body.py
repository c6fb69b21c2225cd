"""The lifter's body: segments from the ankles to the neck, and where on it the sensor sits.

A chain of shank, thigh, pelvis and seven blocks of vertebrae on a curved back. The shank's lean follows from balance:
the weight stays over the feet, so that in a stoop the hips move back. Nothing here is shared with the estimator,
which knows one lever for the whole trunk and one split of the knee bend.
"""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.simulation.person import SPINE, Person
from liftcheck.simulation.timeline import Timeline

# Shares of body mass (Winter 2009): both shanks, both thighs, and all above the hips; mass centres at 0.567 of the
# shank and thigh from below.
SHANKS, THIGHS, ABOVE = 0.093, 0.200, 0.678
CENTRE = 0.567
# The mass centre of trunk, head and arms ahead of the hips, per sine of the pelvis's and the thorax's tilt (heights).
PELVIS_PART, THORAX_PART = 0.05, 0.15

# site -> (index in SPINE or -1 for the pelvis, forward of the spine or hip in heights, above the hips in heights).
SITE_PLACES: dict[str, tuple[int, float, float]] = {
    "mid-back": (4, -0.031, 0.0),
    "low-back": (1, -0.036, 0.0),
    "waist-back": (-1, -0.068, 0.045),
    "waist-front": (-1, 0.068, 0.050),
    "chest": (5, 0.085, 0.0),
}


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the body is at n instants. Angles in degrees, lengths in metres, z up from the floor.

    site: (n, 3) of the sensor on the skin. segment: (n, 3, 3), world from the segment under the sensor (x forward,
    y left, z up in upright standing). flexion_deg, lean_deg: of that segment, against upright standing; trunk_*: of
    the thorax. knee_deg: mean of both knees, full straight is 0. floor_m: height of the ground under the feet. off: 1
    where the sensor lies on a table. slipped_m: how far it has slid down the back.
    """

    site: Array
    segment: Array
    hip_height_m: Array
    neck_height_m: Array
    trunk_flexion_deg: Array
    trunk_lean_deg: Array
    turn_deg: Array
    flexion_deg: Array
    lean_deg: Array
    knee_deg: Array
    floor_m: Array
    off: Array
    slipped_m: Array


def turned(heading: Array, roll: Array, pitch: Array) -> Array:
    """(n, 3, 3) rotations: heading about z, then lean about x, then flexion about y (rad)."""
    ch, sh, cr, sr, cp, sp = (f(a) for a in (heading, roll, pitch) for f in (np.cos, np.sin))
    out = np.empty((*np.shape(heading), 3, 3))
    out[..., 0, 0] = ch * cp - sh * sr * sp
    out[..., 0, 1] = -sh * cr
    out[..., 0, 2] = ch * sp + sh * sr * cp
    out[..., 1, 0] = sh * cp + ch * sr * sp
    out[..., 1, 1] = ch * cr
    out[..., 1, 2] = sh * sp - ch * sr * cp
    out[..., 2, 0] = -cr * sp
    out[..., 2, 1] = sr
    out[..., 2, 2] = cr * cp
    return out


def upward(heading: Array, roll: Array, pitch: Array) -> Array:
    """(n, 3): the direction along a segment, its third axis in `turned`."""
    ch, sh, sr, cp, sp = np.cos(heading), np.sin(heading), np.sin(roll), np.cos(pitch), np.sin(pitch)
    return np.stack([ch * sp + sh * sr * cp, sh * sp - ch * sr * cp, np.cos(roll) * cp], axis=-1)


def shank_lean(person: Person, q: dict[str, Array]) -> Array:
    """How far the shanks lean forward so that the weight stays over the feet, rad.

    Solves m_shank x_shank + m_thigh x_thigh + m_above x_above = x_wanted in closed form. The lean is limited smoothly
    by the ankle; raised heels move the support to the toes.
    """
    knee, pelvis = np.radians(q["knee"]), np.radians(q["pelvis"])
    thorax = pelvis + np.radians(q["lumbar"])
    a = person.shank * (CENTRE * SHANKS + THIGHS + ABOVE)
    b = person.thigh * (CENTRE * THIGHS + ABOVE)
    above = ABOVE * (
        PELVIS_PART * np.sin(pelvis) + THORAX_PART * np.sin(thorax) + person.arms_forward * (1 - np.cos(knee))
    )
    wanted = person.balance + person.toes * (1 - np.cos(thorax)) + (q["shift"] + q["heel"]) / person.height_m
    size, angle = np.hypot(b * np.sin(knee), a + b * np.cos(knee)), np.arctan2(b * np.sin(knee), a + b * np.cos(knee))
    lean = angle + np.arcsin(0.95 * np.tanh((wanted - above) / size / 0.95))
    most = np.radians(person.dorsiflexion_deg) + q["heel"] * 3.0
    balanced = _smooth_minimum(lean, most)
    return balanced + q["unloaded"] * (np.radians(q["shank"]) - balanced)


def _smooth_minimum(a: Array, b: Array, width: float = 0.08) -> Array:
    return 0.5 * (a + b - np.sqrt((a - b) ** 2 + width**2))


def pose(person: Person, site: str, timeline: Timeline, t: Array, along: float = 0.5) -> Pose:
    """The body at times t (n,). along: where on its block of vertebrae the sensor sits, 0 low .. 1 high."""
    q = timeline.at(t)
    height = person.height_m
    shank = shank_lean(person, q)
    thigh = np.radians(q["knee"]) - shank
    heading = np.radians(q["heading"])
    forward = q["fore"] + height * (person.shank * np.sin(shank) - person.thigh * np.sin(thigh))
    hip = np.stack(
        [
            q["x"] + forward * np.cos(heading) - q["left"] * np.sin(heading),
            q["y"] + forward * np.sin(heading) + q["left"] * np.cos(heading),
            q["floor"]
            + q["bounce"]
            + q["heel"]
            + height * (person.ankle + person.shank * np.cos(shank) + person.thigh * np.cos(thigh)),
        ],
        axis=-1,
    )
    tilts = _Tilts(person, q)
    place, segment, tilt = _sensor_place(person, site, hip, tilts, q, along)
    thorax = tilts.at(4)
    return Pose(
        site=place,
        segment=segment,
        hip_height_m=hip[:, 2],
        neck_height_m=tilts.chain(hip, len(SPINE))[:, 2],
        trunk_flexion_deg=np.degrees(thorax[2]),
        trunk_lean_deg=np.degrees(thorax[1]),
        turn_deg=np.degrees(thorax[0]),
        flexion_deg=np.degrees(tilt[1]),
        lean_deg=np.degrees(tilt[0]),
        knee_deg=q["knee"] + 0.5 * q["other_knee"] + q["swing_knee"],
        floor_m=q["floor"],
        off=q["off"],
        slipped_m=q["slip_down"],
    )


class _Tilts:
    """How each block of the spine is turned: heading, lean and flexion in rad, against upright standing."""

    def __init__(self, person: Person, q: dict[str, Array]) -> None:
        self.person = person
        self.pelvis = tuple(np.radians(q[name]) for name in ("heading", "pelvis_lean", "pelvis"))
        self.bend = tuple(np.radians(q[name]) for name in ("twist", "side", "lumbar"))

    def share(self, block: int) -> float:
        """The part of the bend between pelvis and thorax that is reached at this block."""
        if block < 0:
            return 0.0
        _, _, share, _ = SPINE[block]
        inside = 4 * share * (1 - share) if share < 1 else 0.0
        return share - self.person.spread * inside

    def at(self, block: int) -> tuple[Array, Array, Array]:
        """Heading, lean, flexion of a block; -1 is the pelvis."""
        share = self.share(block)
        heading, lean, flexion = (p + share * b for p, b in zip(self.pelvis, self.bend, strict=True))
        return heading, lean, flexion

    def chain(self, hip: Array, blocks: int) -> Array:
        """(n, 3): the top of the spine's first `blocks` blocks."""
        height = self.person.height_m
        turn = turned(*self.pelvis)
        at = hip + height * (turn[..., 2] * 0.057 - turn[..., 0] * self.person.hip_behind)
        for block in range(blocks):
            heading, lean, flexion = self.at(block)
            standing = np.radians(SPINE[block][3] * self.person.curve)
            length = height * self.person.trunk * SPINE[block][1]
            at = at + length * upward(heading, lean, flexion + standing)
        return at


def _sensor_place(
    person: Person, site: str, hip: Array, tilts: _Tilts, q: dict[str, Array], along: float
) -> tuple[Array, Array, tuple[Array, Array]]:
    """Where the sensor is, the segment's rotation with the skin's own tilt, and (lean, flexion) of the segment."""
    block, forward, above = SITE_PLACES[site]
    heading, lean, flexion = tilts.at(block)
    deep = np.radians(q["lumbar"])
    # Skin slides along the back as it lengthens; over the pelvis and the breastbone it hardly does.
    on_spine = 1.0 if block >= 0 and forward < 0 else 0.3
    standing = np.radians(SPINE[block][3] * person.curve) if block >= 0 else 0.0
    skin = turned(heading, lean, flexion + standing - on_spine * person.skin_lag * deep)
    slide = on_spine * person.skin_slide_m * np.sin(deep) / np.sin(np.radians(50)) - q["slip_down"]
    if block >= 0:
        up = slide + along * person.height_m * person.trunk * SPINE[block][1]
        base = tilts.chain(hip, block)
    else:
        up = slide + person.height_m * (above + 0.03 * (along - 0.5))
        base = hip
    place = base + skin[..., 2] * up[:, None] + skin[..., 0] * (forward * person.depth * person.height_m)
    slip = turned(*(np.radians(q[name]) for name in ("slip_yaw", "slip_roll", "slip_pitch")))
    return place, skin @ slip, (lean, flexion)
