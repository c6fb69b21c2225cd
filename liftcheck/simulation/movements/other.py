"""What else people do in a day: reach, tie a shoe, jump, drive."""

from dataclasses import dataclass

from liftcheck.simulation.choreography import Bend, Choreography
from liftcheck.simulation.movements.resting import Sit


@dataclass(frozen=True)
class ReachHigh:
    """Reaches to a high shelf: the trunk leans back, the heels may rise."""

    def write(self, on: Choreography) -> None:
        start, seconds = on.now, on.between(1.8, 3.0)
        half = seconds / 2
        for channel, size in (
            ("lumbar", on.near(-9, 3)),
            ("pelvis", on.near(-3, 2)),
            ("side", on.near(0, 8)),
            ("twist", on.near(0, 10)),
        ):
            on.bump(channel, size, start, seconds)
        if on.rng.random() < 0.6:
            on.to("heel", on.between(0.03, 0.09), start, half)
            on.to("heel", 0.0, start + half, half)
        on.now = start + seconds
        on.distract("reach_high", start)


@dataclass(frozen=True)
class TieShoe:
    """Bends to a shoe and stays there for some seconds, the hands busy: a bend, but nobody's lifting technique."""

    seconds: float = 5.0

    def write(self, on: Choreography) -> None:
        start = on.now
        trunk = on.near(92, 6)
        on.to("lumbar", 0.52 * trunk, start, 1.4)
        on.to("pelvis", 0.48 * trunk, start + 0.1, 1.4)
        on.to("knee", on.person.standing_knee_deg + on.near(35, 8), start, 1.4)
        on.to("side", on.near(0, 8), start, 1.4)
        at = start + 1.6
        while at < start + 1.5 + self.seconds:
            on.bump("lumbar", on.near(0, 2.5), at, 0.5)
            on.bump("twist", on.near(0, 4), at, 0.6)
            at += on.between(0.4, 0.8)
        on.upright(start + 1.5 + self.seconds, 1.5)
        on.now = start + 3.0 + self.seconds
        on.bends.append(Bend(start, on.now, "tie_shoe", label="bend"))


@dataclass(frozen=True)
class Jump:
    """A small jump on the spot: a dip, free flight, and a soft landing."""

    height_m: float = 0.12

    def write(self, on: Choreography) -> None:
        start = on.now
        flight = 2 * (2 * self.height_m / 9.81) ** 0.5
        knee = on.person.standing_knee_deg
        on.to("knee", knee + on.near(60, 8), start, 0.45)
        on.to("pelvis", 18.0, start, 0.45)
        on.to("lumbar", 10.0, start, 0.45)
        on.to("knee", knee, start + 0.45, 0.32)
        for channel in ("pelvis", "lumbar"):
            on.to(channel, 0.0, start + 0.45, 0.32)
        up = start + 0.64
        on.bump("bounce", self.height_m * 1.15, up, flight * 1.25)
        on.to("knee", knee + on.near(40, 6), up + flight, 0.3)
        on.to("knee", knee, up + flight + 0.35, 0.5)
        on.now = up + flight + 0.9
        on.distract("jump", start)


@dataclass(frozen=True)
class Drive:
    """Sits in a vehicle that runs over bumps."""

    seconds: float = 20.0

    def write(self, on: Choreography) -> None:
        start = on.now
        Sit(self.seconds, seat_m=0.48).write(on)
        on.distractors.pop()
        at, end = start + 3.0, start + 1.5 + self.seconds
        on.rhythm("bounce", at, end - at, (1.6, 0.004, 0.0), (2.9, 0.0016, 1.0), (5.3, 0.0005, 2.0))
        on.rhythm("pelvis", at, end - at, (1.3, 0.5, 0.0), (2.3, 0.3, 2.0))
        on.rhythm("pelvis_lean", at, end - at, (0.9, 0.8, 0.0), (1.9, 0.4, 2.0))
        while at < end - 1.0:
            size = on.near(0.008, 0.003)
            on.bump("bounce", size, at, 0.28)
            on.bump("bounce", -0.5 * size, at + 0.25, 0.3)
            on.bump("lumbar", on.near(0, 2), at, 0.5)
            at += on.between(0.8, 4.0)
        on.distract("drive", start)
