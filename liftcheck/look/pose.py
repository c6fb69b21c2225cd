"""The figure's geometry: a person seen from the right side, posed by trunk lean and hip drop.

Everything is in body heights H: the origin is the floor under the ankle, x forward, z up. No colours of its own, no
Qt: the window paints these shapes with QPainter, the report writes them as SVG.

The trunk is straight on purpose: one sensor cannot see rounding. The drawn knee is chosen so that the hip height is
exact; print the measured knee, never the drawn angle.
"""

import math
from dataclasses import dataclass
from typing import Literal

from liftcheck.look.theme import Theme

Point = tuple[float, float]

# Lengths in H (Drillis & Contini's proportions, rounded to sum up to a hip at 0.530).
ANKLE, SHANK, THIGH, TRUNK, UPPER_ARM, FOREARM = 0.039, 0.246, 0.245, 0.288, 0.186, 0.190
HIP_STANDING = ANKLE + SHANK + THIGH
REACH = 0.372  # a hair less than the straight arm, so that the elbow keeps a side to bend to
BOX_WIDTH, BOX_HEIGHT, BOX_GRIP = 0.225, 0.165, 0.6
GAP = 0.0055  # each limb is first painted grown by this in the panel's colour
FLOOR_LINE = 0.006
LEAN_LIMITS, KNEE_LIMITS, DROP_LIMITS = (-20.0, 120.0), (0.0, 138.0), (0.0, 0.32)
ARC_RADIUS, ARC_FROM_DEG = 0.475, 25.0  # the dimension arc of the trunk, and the lean below which there is none
SITE_HEIGHT = {
    "mid-back": 0.66,
    "chest": 0.66,
    "low-back": 0.25,
    "waist": 0.05,
    "waist-back": 0.05,
    "waist-front": 0.05,
}

Part = Literal["foot", "shank", "thigh", "trunk", "hip", "head", "forearm", "upper_arm"]


@dataclass(frozen=True)
class Pose:
    """Where the joints are, in H. `knee_deg` is the drawn knee angle, which is not the measured one."""

    lean_deg: float
    hip_drop: float
    knee_deg: float
    turned_back_deg: float  # how far the leg leans back to keep the weight over the foot
    knee: Point
    hip: Point
    shoulder: Point
    head: Point
    elbow: Point
    hand: Point
    ankle: Point = (0.0, ANKLE)


@dataclass(frozen=True)
class Capsule:
    """A tapered limb: two circles and their common outline. Radii in H; a circle where both ends are one point."""

    start: Point
    end: Point
    start_radius: float
    end_radius: float

    def grown(self, by: float) -> "Capsule":
        """The same limb, larger on all sides."""
        return Capsule(self.start, self.end, self.start_radius + by, self.end_radius + by)

    def outline(self) -> tuple[Point, ...]:
        """The four points where the straight sides touch the circles; empty if one circle holds the other."""
        dx, dz = self.end[0] - self.start[0], self.end[1] - self.start[1]
        distance = math.hypot(dx, dz)
        if distance <= abs(self.start_radius - self.end_radius):
            return ()
        along, side = math.atan2(dz, dx), math.acos((self.start_radius - self.end_radius) / distance)
        ends = ((self.start, self.start_radius), (self.end, self.end_radius))
        left, right = (
            [(p[0] + r * math.cos(along + turn), p[1] + r * math.sin(along + turn)) for p, r in ends]
            for turn in (side, -side)
        )
        return (left[0], left[1], right[1], right[0])


@dataclass(frozen=True)
class Ellipse:
    """The head: half axes across and along the neck, turned forward by `turn_deg`."""

    centre: Point
    across: float
    along: float
    turn_deg: float


@dataclass(frozen=True)
class Rectangle:
    """The box or the sensor: centre, size across and along, turned forward by `turn_deg`."""

    centre: Point
    width: float
    height: float
    turn_deg: float = 0.0


@dataclass(frozen=True)
class Limb:
    """One part of the figure in one colour; its capsules belong together and get one gap around them."""

    part: Part
    shapes: tuple[Capsule | Ellipse, ...]


def pose(lean_deg: float, hip_drop: float = 0.0, *, box: bool = True) -> Pose:
    """The pose of somebody whose trunk leans by `lean_deg` and whose hips sank by `hip_drop` (in H).

    Values beyond what a body can do are held at the limits. box: reaching for a box, else the arm hangs.
    """
    lean_deg = _held(lean_deg, LEAN_LIMITS)
    drop = _held(hip_drop, DROP_LIMITS)
    lean = math.radians(lean_deg)
    back = _turned_back_deg(lean, drop)
    bent = _knee_for_hip_height(HIP_STANDING - drop, back)
    knee, hip = _leg(bent, back)
    shoulder = _along(hip, lean, 0.93 * TRUNK)
    neck = _along(hip, lean, 1.02 * TRUNK, 0.004)
    head = _along(neck, 0.78 * lean, 0.098, 0.016)
    hand = _grip(shoulder, lean_deg) if box else (shoulder[0] + 0.045, shoulder[1] - 0.362)
    return Pose(lean_deg, drop, bent, back, knee, hip, shoulder, head, _elbow(shoulder, hand), hand)


def limbs(pose: Pose, *, arms: bool = True) -> tuple[Limb, ...]:
    """The parts of the figure, back to front."""
    lean = math.radians(pose.lean_deg)
    chest, top = _along(pose.hip, lean, 0.62 * TRUNK), _along(pose.hip, lean, 0.93 * TRUNK)
    body = (
        Limb("foot", (Capsule((-0.042, 0.021), (0.098, 0.014), 0.021, 0.014),)),
        Limb("shank", (Capsule(pose.knee, pose.ankle, 0.039, 0.025),)),
        Limb("thigh", (Capsule(pose.hip, pose.knee, 0.056, 0.041),)),
        Limb("trunk", (Capsule(pose.hip, chest, 0.060, 0.069), Capsule(chest, top, 0.069, 0.050))),
        Limb("hip", (Capsule(pose.hip, pose.hip, 0.050, 0.050),)),
        Limb("head", (Ellipse(pose.head, 0.060, 0.070, 0.78 * pose.lean_deg),)),
    )
    arm = (
        Limb("forearm", (Capsule(pose.elbow, pose.hand, 0.025, 0.020),)),
        Limb("upper_arm", (Capsule(pose.shoulder, pose.elbow, 0.030, 0.025),)),
    )
    return body + arm if arms else body


def sweep(pose: Pose, knee_error_deg: float, steps: int = 7) -> tuple[Capsule, ...]:
    """Where the legs may be: thigh and shank at two standard deviations of the knee to either side.

    All in one opaque colour behind the figure. Empty in a stance, where nothing is estimated.
    """
    if knee_error_deg <= 0 or (pose.hip_drop < 0.01 and pose.lean_deg < 15):
        return ()
    found = []
    for step in range(steps):
        bent = pose.knee_deg + 2 * knee_error_deg * (2 * step / (steps - 1) - 1)
        knee, hip = _leg(_held(bent, KNEE_LIMITS), pose.turned_back_deg)
        found += [
            Capsule(hip, knee, 0.056, 0.041),
            Capsule(knee, pose.ankle, 0.039, 0.025),
            Capsule(hip, hip, 0.06, 0.06),
        ]
    return tuple(found)


def box(pose: Pose) -> Rectangle:
    """The box in the hands, gripped at 0.6 of its height, never under the floor."""
    bottom = max(0.0, pose.hand[1] - BOX_GRIP * BOX_HEIGHT)
    return Rectangle((pose.hand[0], bottom + BOX_HEIGHT / 2), BOX_WIDTH, BOX_HEIGHT)


def sensor(pose: Pose, site: str = "mid-back") -> Rectangle:
    """The sensor on the trunk, where it is worn."""
    height = SITE_HEIGHT.get(site, SITE_HEIGHT["mid-back"])
    skin = 0.060 + (0.069 - 0.060) * min(1.0, height / 0.62) + 0.004
    side = skin if site in ("chest", "waist-front") else -skin
    centre = _along(pose.hip, math.radians(pose.lean_deg), height * TRUNK, side)
    return Rectangle(centre, 0.034, 0.058, pose.lean_deg)


def part_colours(theme: Theme, verdict: str | None = None, *, lost: bool = False) -> dict[str, str]:
    """The colour of each part: what did the lift takes the verdict's colour, the rest stays ink and grey.

    Keys: the parts of `limbs`, and sweep, box, box_line, ghost, sensor, sensor_line, floor, outline (round limbs,
    else ""). verdict None or unclear: neutral. lost: the last pose seen before the signal was lost, in pale greys.
    """
    trunk, leg, arm = theme.ink, theme.leg, theme.ctx
    colours = {
        "sweep": theme.fan,
        "box": theme.mute,
        "box_line": theme.ctx,
        "ghost": theme.ghost,
        "sensor": theme.surface,
        "sensor_line": theme.ink,
        "floor": theme.ctx,
        "outline": "",
        "head": theme.ink,
    }
    if lost:
        trunk, leg, arm = theme.line, theme.line, theme.mute
        colours |= {"head": theme.line, "box": theme.surface, "box_line": theme.line, "sweep": theme.surface}
        colours |= {"sensor_line": theme.ink2, "floor": theme.line}
    elif verdict == "legs":
        leg = theme.legs
        colours["sweep"] = theme.legs_sweep
    elif verdict == "back":
        trunk = theme.back
    elif verdict == "mixed":
        trunk = leg = theme.mixed
        colours |= {"sweep": theme.mixed_sweep, "outline": theme.mixed_outline or ""}
    colours |= {"trunk": trunk, "hip": leg, "thigh": leg, "shank": leg}
    return colours | {"foot": arm, "forearm": arm, "upper_arm": arm}


def _held(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def _along(origin: Point, turn: float, along: float, forward: float = 0.0) -> Point:
    """A point `along` the trunk and `forward` of it, when it is turned forward by `turn` (rad)."""
    return (
        origin[0] + along * math.sin(turn) + forward * math.cos(turn),
        origin[1] + along * math.cos(turn) - forward * math.sin(turn),
    )


def _turned_back_deg(lean: float, drop: float) -> float:
    """How far the whole leg turns back, so that the weight stays over the foot; fitted, in degrees."""
    turn = 11 * math.sin(lean) + 1.3 * (1 - math.cos(lean)) - 124 * drop + 41 * drop * math.sin(lean) + 306 * drop**2
    return _held(turn, (-8.0, 13.0))


def _leg(bent_deg: float, back_deg: float) -> tuple[Point, Point]:
    """Knee and hip above a fixed foot, for a knee bent by `bent_deg`."""
    shank = math.radians(0.33 * bent_deg - back_deg)
    thigh = math.radians(0.67 * bent_deg + back_deg)
    knee = (SHANK * math.sin(shank), ANKLE + SHANK * math.cos(shank))
    return knee, (knee[0] - THIGH * math.sin(thigh), knee[1] + THIGH * math.cos(thigh))


def _knee_for_hip_height(height: float, back_deg: float) -> float:
    """The knee angle that brings the hip to `height`; 0 if it is lower already with a straight knee."""
    low, high = KNEE_LIMITS
    if _leg(low, back_deg)[1][1] <= height:
        return low
    for _ in range(24):  # to 1e-5 degrees
        middle = (low + high) / 2
        if _leg(middle, back_deg)[1][1] > height:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _grip(shoulder: Point, lean_deg: float) -> Point:
    """Where the hand holds the box: before the body when upright, under the shoulder in a bend, always in reach."""
    bend = _held(lean_deg / 60, (0.0, 1.0))
    x = max(0.205, shoulder[0] + 0.16 * (1 - bend) + 0.02 * bend)
    z = max(0.105, shoulder[1] - 0.30 * (1 - bend) - REACH * bend)
    if math.hypot(x - shoulder[0], z - shoulder[1]) <= REACH:
        return x, z
    sideways = math.sqrt(max(0.0, REACH**2 - (z - shoulder[1]) ** 2))
    x = min(x, max(shoulder[0] + sideways, 0.13, shoulder[0]))
    down = math.sqrt(max(0.0, REACH**2 - (x - shoulder[0]) ** 2))
    return x, max(z, shoulder[1] - down)


def _elbow(shoulder: Point, hand: Point) -> Point:
    """The elbow between shoulder and hand, bending backward."""
    dx, dz = hand[0] - shoulder[0], hand[1] - shoulder[1]
    distance = min(max(math.hypot(dx, dz), 1e-6), UPPER_ARM + FOREARM)
    along = (UPPER_ARM**2 - FOREARM**2 + distance**2) / (2 * distance)
    side = math.sqrt(max(0.0, UPPER_ARM**2 - along**2))
    ux, uz = dx / distance, dz / distance
    return shoulder[0] + along * ux + side * uz, shoulder[1] + along * uz - side * ux
