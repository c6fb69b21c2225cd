"""Walking, turning, carrying, stairs and ladders."""

import math
from dataclasses import dataclass

from liftcheck.simulation.choreography import Choreography


@dataclass(frozen=True)
class Walk:
    """A straight walk with its bounce.

    turn_deg: a turn made while walking, half way. carry_kg: a load in the hands. early_s: what comes next begins so
    long before the last step (walking into a lift).
    """

    seconds: float = 5.0
    speed_mps: float = 1.2
    turn_deg: float = 0.0
    carry_kg: float = 0.0
    early_s: float = 0.0

    def write(self, on: Choreography) -> None:
        start, ramp = on.now, 0.5
        step = steps_per_second(on, self.speed_mps)
        self._go(on, start, ramp)
        stepping(on, start, self.seconds, step, self.speed_mps / 1.2)
        lean = on.near(3, 1.5) * self.speed_mps / 1.2 - min(self.carry_kg, 20) * 0.35
        if self.carry_kg:
            lean -= 1.0
        on.by("lumbar", lean, start, 0.8)
        on.by("lumbar", -lean, start + self.seconds - 0.8, 0.8)
        on.now = start + self.seconds - self.early_s
        on.distract("carry" if self.carry_kg else "walk", start)

    def _turning_s(self) -> float:
        return max(0.3 * self.seconds, abs(self.turn_deg) / 90)

    def _go(self, on: Choreography, start: float, ramp: float) -> None:
        """Straight on, or a straight piece, a turn, and another piece that begins before the first has ended."""
        legs = [self.seconds] if not self.turn_deg else [0.6 * self.seconds, 0.6 * self.seconds]
        at = start
        for number, seconds in enumerate(legs):
            ahead = math.radians(on.aims["heading"])
            way = self.speed_mps * (seconds - ramp)
            on.by("x", way * math.cos(ahead), at, seconds, ramp=ramp / seconds)
            on.by("y", way * math.sin(ahead), at, seconds, ramp=ramp / seconds)
            if number == 0 and self.turn_deg:
                on.by("heading", self.turn_deg, start + 0.35 * self.seconds, self._turning_s())
            at = start + self.seconds - legs[-1]


@dataclass(frozen=True)
class Turn:
    """A turn on the spot with small steps."""

    turn_deg: float = 90.0
    seconds: float = 1.4

    def write(self, on: Choreography) -> None:
        start = on.now
        on.by("heading", self.turn_deg, start, self.seconds)
        on.bump("twist", 0.12 * self.turn_deg, start, self.seconds)
        stepping(on, start, self.seconds, steps_per_second(on, 0.8), 0.4)
        on.now = start + self.seconds
        on.distract("turn", start)


@dataclass(frozen=True)
class Stairs:
    """Up or down a flight: steps of 17 cm at an even pace, with the bounce of climbing."""

    steps: int = 10
    up: bool = True

    def write(self, on: Choreography) -> None:
        start, rate = on.now, on.near(1.7, 0.1)
        seconds = self.steps / rate + 0.8
        ramp = 0.4 / seconds
        ahead = math.radians(on.aims["heading"])
        on.by("floor", (0.17 if self.up else -0.17) * self.steps, start, seconds, ramp=ramp)
        for channel, share in (("x", math.cos(ahead)), ("y", math.sin(ahead))):
            on.by(channel, 0.28 * self.steps * share, start, seconds, ramp=ramp)
        on.to("lumbar", on.near(9, 3) if self.up else on.near(3, 2), start, 0.8)
        on.to("pelvis", on.near(6, 2) if self.up else 0.0, start, 0.8)
        on.rhythm("bounce", start, seconds, (rate, 0.008, 0.0), (2 * rate, 0.001 if self.up else 0.003, 1.0))
        stepping(on, start, seconds, rate, 0.8)
        for channel in ("lumbar", "pelvis"):
            on.to(channel, 0.0, start + seconds - 0.8, 0.8)
        on.now = start + seconds
        on.distract("stairs", start)


@dataclass(frozen=True)
class Ladder:
    """Up a ladder rung by rung, a moment at the top, and down again."""

    rungs: int = 6

    def write(self, on: Choreography) -> None:
        start = on.now
        on.to("pelvis", 5.0, start, 0.8)
        on.to("lumbar", on.near(6, 3), start, 0.8)
        at = start + 0.5
        for rung in range(2 * self.rungs):
            seconds = on.near(0.95, 0.08)
            on.by("floor", 0.28 if rung < self.rungs else -0.28, at, 0.8 * seconds)
            side = 1 if rung % 2 else -1
            on.bump("pelvis_lean", side * on.near(5, 1), at, seconds)
            on.bump("side", -side * on.near(6, 2), at, seconds)
            on.bump("pelvis", on.near(4, 2), at, seconds)
            on.bump("swing_knee", 28.0, at, seconds)
            at += seconds + (1.5 if rung == self.rungs - 1 else 0.0)
        on.upright(at, 0.8)
        on.now = at + 0.8
        on.distract("ladder", start)


def steps_per_second(on: Choreography, speed_mps: float) -> float:
    """Steps a second at this speed; small people step faster."""
    return float(on.near(1.85, 0.04) * (1.73 / on.person.height_m) ** 0.5 * (0.55 + 0.45 * speed_mps / 1.2))


def stepping(on: Choreography, start: float, seconds: float, rate: float, size: float) -> None:
    """What the body does with every step: bounce with heel strikes, and the tilting and turning of hips and back."""
    ramp = min(0.6, seconds / 2)
    stride, shift = rate / 2, on.between(0, math.pi)
    lift = size * on.near(0.019, 0.002)
    # Shares and phases of the harmonics: what a heel strike makes of the bounce.
    strike = ((1, 1.0, 0.0), (2, 0.14, 0.6), (3, 0.045, 2.0), (4, 0.018, 0.5))
    bounce = [(k * rate, share * lift, k * shift + phase) for k, share, phase in strike]
    on.rhythm("bounce", start, seconds, *bounce, (stride, 0.08 * lift, 1.0), ramp=ramp)
    on.rhythm("fore", start, seconds, (rate, size * 0.010, shift + 1.4), (2 * rate, size * 0.0015, shift), ramp=ramp)
    on.rhythm("left", start, seconds, (stride, 0.018, shift / 2), (3 * stride, size * 0.002, shift), ramp=ramp)
    half = shift / 2  # of the stride's phase
    for channel, size_deg, phase in (
        ("heading", 6, 1.2),
        ("twist", 8, 4.3),
        ("pelvis_lean", 4.5, 0.3),
        ("side", 5, 3.3),
    ):
        swing = size * size_deg * on.near(1, 0.15)
        waves = ((stride, swing, half + phase), (3 * stride, 0.16 * swing, half), (5 * stride, 0.05 * swing, half + 2))
        on.rhythm(channel, start, seconds, *waves, ramp=ramp)
    for channel, size_deg, phase in (("pelvis", 2.0, 0.8), ("lumbar", 1.8, 2.8)):
        nod = size * size_deg * on.near(1, 0.2)
        waves = ((rate, nod, shift + phase), (2 * rate, 0.35 * nod, phase), (3 * rate, 0.12 * nod, 1.0))
        on.rhythm(channel, start, seconds, *waves, ramp=ramp)
    on.rhythm("swing_knee", start, seconds, (rate, size * 12.0, shift), ramp=ramp)
    on.to("swing_knee", on.aims["swing_knee"] + size * 14.0, start, ramp)
    on.to("swing_knee", on.aims["swing_knee"] - size * 14.0, start + seconds - ramp, ramp)
