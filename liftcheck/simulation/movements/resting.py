"""Sitting, kneeling, lying: the hips go down and stay."""

import math
from dataclasses import dataclass

from liftcheck.simulation.choreography import Bend, Choreography

HIP_OVER_SEAT = 0.05  # the hip joints over the seat, as a share of height


def knee_for_hip_height(on: Choreography, hip_m: float, shank_deg: float) -> float:
    """The knee bend with which the hips are so high, at this lean of the shank."""
    person = on.person
    thigh = (hip_m / person.height_m - person.ankle - person.shank * math.cos(math.radians(shank_deg))) / person.thigh
    return shank_deg + math.degrees(math.acos(min(max(thigh, -1.0), 1.0)))


@dataclass(frozen=True)
class Sit:
    """Sits down, stays, stands up. collapse: drops into the chair at the end. slow and brisk by `down_s`, `up_s`."""

    seconds: float = 6.0
    seat_m: float = 0.45
    down_s: float | None = None
    up_s: float | None = None
    collapse: bool = False
    slump_deg: float = 8.0

    def write(self, on: Choreography) -> None:
        start = on.now
        down = self.down_s if self.down_s is not None else on.between(1.3, 2.2) / on.person.tempo
        up = self.up_s if self.up_s is not None else on.between(1.2, 2.0) / on.person.tempo
        shank = on.near(4, 3)
        knee = knee_for_hip_height(on, self.seat_m + HIP_OVER_SEAT * on.person.height_m, shank)
        lean = on.near(34, 6) - 6 * (self.seat_m - 0.45) / 0.1
        drop = 0.62 * down if self.collapse else down
        on.to("knee", knee, start, drop, skew=-0.4 if self.collapse else on.near(0, 0.1))
        on.to("shank", shank, start, 0.01)
        on.to("unloaded", 1.0, start + 0.35 * drop, 0.65 * drop)
        self._lean(on, start, down, lean)
        jolt = on.near(0.009, 0.002) * (2.2 if self.collapse else 1.0) / down
        self._land(on, start + drop, jolt)
        sat = start + down + 0.3
        on.to("pelvis", on.near(-12, 4), sat, 0.9)
        on.to("lumbar", on.near(self.slump_deg, 4) + 12, sat + 0.1, 1.2)
        rise = start + down + self.seconds
        on.to("pelvis", 0.6 * lean, rise, 0.55 * up)
        on.to("lumbar", 0.4 * lean, rise, 0.5 * up)
        on.to("unloaded", 0.0, rise + 0.25 * up, 0.6 * up)
        on.to("knee", on.person.standing_knee_deg, rise + 0.25 * up, 0.8 * up)
        on.to("pelvis", 0.0, rise + 0.5 * up, 0.55 * up)
        on.to("lumbar", 0.0, rise + 0.5 * up, 0.55 * up)
        on.now = rise + 1.05 * up
        on.distract("collapse" if self.collapse else "sit", start)

    def _lean(self, on: Choreography, start: float, down: float, lean: float) -> None:
        on.to("pelvis", 0.6 * lean, start, 0.6 * down)
        on.to("lumbar", 0.4 * lean, start, 0.55 * down)
        on.to("pelvis", 0.15 * lean, start + 0.62 * down, 0.55 * down)
        on.to("lumbar", 0.1 * lean, start + 0.62 * down, 0.55 * down)

    def _land(self, on: Choreography, at: float, size: float) -> None:
        on.bump("bounce", -size, at - 0.05, 0.22)
        on.bump("bounce", 0.4 * size, at + 0.12, 0.20)


@dataclass(frozen=True)
class Kneel:
    """Down on one knee or both, some work there, and up again. lift: it is how this person lifts (half-kneeling)."""

    seconds: float = 6.0
    both: bool = False
    trunk_deg: float = 20.0
    lift: bool = False

    def write(self, on: Choreography) -> None:
        start, down, up = on.now, on.between(1.3, 2.0), on.between(1.2, 1.9)
        lean = on.near(self.trunk_deg, 6)
        back = 0.8 * on.person.shank * on.person.height_m
        self._step(on, -back, start, down)
        on.to("shank", on.near(80, 3), start, 0.01)
        on.to("unloaded", 1.0, start + 0.15 * down, 0.85 * down)
        on.to("knee", on.near(88, 4), start, down)
        on.to("other_knee", 0.0 if self.both else on.near(8, 5), start, down)
        on.to("heel", 0.05, start, down)
        on.to("pelvis", 0.45 * lean, start, down)
        on.to("lumbar", 0.55 * lean, start, down)
        on.bump("pelvis", on.near(14, 4), start + 0.1 * down, down)
        on.bump("bounce", -0.008, start + down - 0.06, 0.22)
        at = start + down
        while at + 1.2 < start + down + self.seconds:
            on.bump("lumbar", on.near(8, 6), at + 0.2, 1.0)
            on.bump("twist", on.near(0, 9), at + 0.2, 1.0)
            at += 1.3
        rise = start + down + self.seconds
        on.bump("pelvis", on.near(16, 4), rise - 0.1, up)
        on.upright(rise, up)
        self._step(on, back, rise, up)
        on.now = rise + up
        if self.lift:
            on.bends.append(Bend(start, on.now, "half_kneel_lift"))
            on.lifts += 1
        else:
            on.distract("kneel" if self.both else "half_kneel", start)

    def _step(self, on: Choreography, way: float, start: float, seconds: float) -> None:
        ahead = math.radians(on.aims["heading"])
        on.by("x", way * math.cos(ahead), start, seconds)
        on.by("y", way * math.sin(ahead), start, seconds)


@dataclass(frozen=True)
class LieDown:
    """Down to the floor on the back or the belly, some seconds there, and up again by way of the knees."""

    seconds: float = 6.0
    belly: bool = False

    def write(self, on: Choreography) -> None:
        start = on.now
        on.to("shank", 75.0, start, 0.01)
        on.to("unloaded", 1.0, start, 1.6)
        on.to("knee", 88.0, start, 1.6)
        on.to("pelvis", 20.0, start, 1.4)
        on.to("lumbar", 15.0, start, 1.4)
        flat = 90.0 if self.belly else -90.0
        at = start + 2.0
        if not self.belly:  # by way of sitting on the floor, the feet ahead
            on.to("shank", -50.0, at, 2.2)
            on.to("knee", 60.0, at, 2.2)
            on.to("pelvis", -10.0, at, 1.6)
            at += 2.2
        on.to("shank", flat * 0.98, at, 2.4)
        on.to("knee", 0.0, at, 2.4)
        on.to("pelvis", flat, at, 2.4)
        on.to("lumbar", 0.0, at, 2.2)
        on.to("floor", on.aims["floor"] + 0.05, at, 2.4)
        rise = at + 2.4 + self.seconds
        on.to("floor", on.aims["floor"] - 0.05, rise, 2.4)
        on.to("shank", 75.0, rise, 2.6)
        on.to("knee", 88.0, rise, 2.6)
        on.to("pelvis", 22.0, rise, 2.4)
        on.to("lumbar", 12.0, rise, 2.4)
        on.upright(rise + 3.0, 1.8)
        on.now = rise + 4.8
        on.distract("lie_down", start)
