"""Standing, the calibration's bends, and lifts with legs, back or both."""

from dataclasses import dataclass

from liftcheck.simulation.choreography import Bend, Choreography
from liftcheck.simulation.movements.walking import stepping


@dataclass(frozen=True)
class Stand:
    """Quiet standing."""

    seconds: float = 1.5

    def write(self, on: Choreography) -> None:
        on.now += self.seconds


@dataclass(frozen=True)
class Shuffle:
    """A moment of small steps to find a footing, as before and after many lifts."""

    seconds: float = 1.0

    def write(self, on: Choreography) -> None:
        start, half = on.now, self.seconds / 2
        stepping(on, start, self.seconds, on.near(1.9, 0.2), 0.35)
        lean = max(on.near(5, 3), 0.0)
        on.bump("lumbar", lean, start, self.seconds)
        on.bump("pelvis", 0.5 * lean, start, self.seconds)
        on.bump("swing_knee", on.near(15, 5), start + 0.3 * half, half)
        for channel in ("x", "y"):
            on.by(channel, on.near(0, 0.06), start, self.seconds)
        on.by("heading", on.near(0, 6), start, self.seconds)
        on.now = start + self.seconds


@dataclass(frozen=True)
class Calibration:
    """Three seconds still and three bends with straight legs, announced by the `calibrating` event."""

    still_s: float = 3.6
    bends: int = 3
    depth_deg: float = 72.0
    pace: float = 1.0  # above 1 is brisker

    def write(self, on: Choreography) -> None:
        on.event("calibrating")
        on.now += self.still_s
        for _ in range(self.bends):
            bend = LiftMove(
                "back",
                knee_deg=max(0.0, on.near(4, 3)),
                trunk_deg=on.near(self.depth_deg, 4),
                down_s=1.3 / self.pace,
                dwell_s=0.25,
                up_s=1.3 / self.pace,
                load_kg=0.0,
                uneven=0.3,
                action="calibration",
            )
            bend.write(on)
            on.now += 0.7 / self.pace
        del on.bends[-self.bends :]  # no bend of a calibration is a lift
        on.lifts -= self.bends


# style -> knee bend beyond standing, thorax flexion, share of it that the lumbar spine takes: (mean, spread) each.
# SCIENCE 8 and 1.1; `lazy` is the commonest mistake, at the border. The legs' lean is what was seen in real people,
# 48-76 degrees (4.6), besides the upright squat of the laboratory.
STYLES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "back": ((14, 8), (88, 9), (0.47, 0.06)),
    "lazy": ((35, 9), (78, 6), (0.45, 0.06)),
    "semi": ((64, 10), (62, 8), (0.45, 0.07)),
    "legs": ((110, 13), (50, 10), (0.52, 0.10)),
    "squat": ((124, 8), (34, 9), (0.60, 0.12)),
    "golfer": ((14, 7), (85, 8), (0.22, 0.06)),
}


MOST_KNEE_DEG = 135.0  # beyond standing: thigh and calf meet


@dataclass(frozen=True)
class LiftMove:
    """One lift: down, grasp, up. What is None is drawn from the style, the person and their fatigue.

    knee_deg is beyond standing. dwell_s below 0: the way up begins before the way down has ended. rise: how far back
    up it comes, 1 is upright (below 1 for lifts chained without stance). turn_deg: the whole body turns by this much
    on the way up. uneven: how asymmetric, 0 is not at all. early_s: what comes next begins so long before the end.
    """

    style: str = "legs"
    knee_deg: float | None = None
    trunk_deg: float | None = None
    lumbar_share: float | None = None
    down_s: float | None = None
    dwell_s: float | None = None
    up_s: float | None = None
    load_kg: float = 8.0
    lean_deg: float | None = None
    turn_deg: float = 0.0
    heel_m: float | None = None
    rise: float = 1.0
    uneven: float = 1.0
    early_s: float = 0.0
    action: str = "lift"

    def write(self, on: Choreography) -> None:
        knees, trunk, share = self._targets(on)
        down, dwell, up = self._times(on)
        start, turn = on.now, on.now + down + dwell
        self._go_down(on, knees, trunk, share, down, dwell)
        if self.load_kg and dwell > 0.2:  # the load leaves the floor: a short stall
            on.bump("pelvis", on.near(0.8, 0.4), turn - 0.1, 0.3)
        self._come_up(on, knees, trunk, turn, up)
        on.now = turn + up
        if self.rise >= 1.0:
            on.bump("slip_pitch", on.near(0, 0.5), start + down, down + dwell + up)  # the belt creeps and comes back
            on.by("slip_pitch", on.near(0, 0.12), start + down, up)
        chained = bool(on.bends) and abs(on.bends[-1].end - start) < 1e-6 and on.bends[-1].chained_after
        on.bends.append(Bend(start, on.now, self.action, chained, self.rise < 1.0))
        on.now -= self.early_s
        on.lifts += 1

    def _targets(self, on: Choreography) -> tuple[float, float, float]:
        knee, trunk, share = STYLES[self.style]
        tired = on.person.fatigue * min(on.lifts / 100, 1.0)
        usual = on.near(*knee) + on.person.habit_deg - 25 * tired
        knees = max(0.0, usual) if self.knee_deg is None else self.knee_deg
        lean = self.trunk_deg if self.trunk_deg is not None else on.near(*trunk) - 0.25 * (knees - knee[0])
        part = (self.lumbar_share if self.lumbar_share is not None else on.near(*share)) * on.person.lumbar
        return min(knees, MOST_KNEE_DEG), max(8.0, lean), min(max(part, 0.1), 0.85)

    def _times(self, on: Choreography) -> tuple[float, float, float]:
        slow = (1 + 0.3 * on.person.fatigue * min(on.lifts / 100, 1.0)) / on.person.tempo
        down = self.down_s if self.down_s is not None else on.between(0.9, 1.5) * slow
        dwell = self.dwell_s if self.dwell_s is not None else on.between(-0.1, 0.7) * slow
        up = self.up_s if self.up_s is not None else on.between(0.9, 1.6) * slow * (1 + 0.01 * self.load_kg)
        down, up = max(down, 0.4), max(up, 0.4)
        return down, max(dwell, -0.4 * min(down, up)), up

    def _go_down(self, on: Choreography, knees: float, trunk: float, share: float, down: float, dwell: float) -> None:
        start, skew, tail = on.now, on.near(0.0, 0.1), max(dwell, 0.0)
        lumbar = trunk * share
        # Going down, the back bends first and the pelvis follows; the knees have their own time.
        on.reach("lumbar", lumbar, start, down * on.between(0.85, 0.95), tail, skew)
        on.reach("pelvis", trunk - lumbar, start + down * on.between(0.03, 0.1), down * 0.9, tail, skew)
        late = on.between(0.0, 0.1) * down
        on.reach("knee", on.person.standing_knee_deg + knees, start + late, down - late, tail, on.near(0.0, 0.1))
        lean = self.lean_deg if self.lean_deg is not None else on.near(0, 3.0) * self.uneven
        if self.style == "golfer":
            lean += on.near(9, 4) * (1 if on.rng.random() < 0.5 else -1)
            on.to("other_knee", on.near(8, 8), start, down)
        on.reach("side", 0.6 * lean, start, down, tail)
        on.reach("pelvis_lean", 0.4 * lean, start, down, tail)
        on.to("twist", on.near(0, 4.0) * self.uneven, start, down)
        high = on.between(0.0, 0.04) if knees > 105 and on.rng.random() < 0.5 else 0.0
        on.to("heel", self.heel_m if self.heel_m is not None else high, start + 0.1 * down, 0.9 * down)
        on.to("shift", 0.07 if self.style == "golfer" else on.near(0.0, 0.015), start, down)
        for channel, size in (("pelvis", trunk - lumbar), ("lumbar", lumbar), ("knee", knees), ("side", 60.0)):
            on.rough(channel, size, start, down + tail)

    def _come_up(self, on: Choreography, knees: float, trunk: float, start: float, up: float) -> None:
        # Distal to proximal: the knees lead the hips, the hips lead the back, more so with a heavy load.
        lag = min(on.between(0.05, 0.15) + 0.004 * self.load_kg, 0.15 * up)
        left, skew, tail = 1.0 - min(self.rise, 1.0), on.near(0.0, 0.1), on.between(0.1, 0.5)
        on.reach("knee", on.person.standing_knee_deg + left * knees, start, up - lag, tail, skew)
        on.reach("pelvis", left * on.aims["pelvis"], start + 0.5 * lag, up - lag, tail, skew)
        on.reach("lumbar", left * on.aims["lumbar"], start + lag, up - lag, tail, on.near(0.0, 0.1))
        for channel in ("side", "pelvis_lean", "twist", "heel", "shift", "other_knee"):
            on.to(channel, left * on.aims[channel], start, up)
        if self.turn_deg:
            on.by("heading", self.turn_deg, start + 0.25 * up, 0.9 * up)
            on.bump("side", on.near(0.15, 0.05) * abs(self.turn_deg), start, up)
        for channel, size in (("pelvis", trunk / 2), ("lumbar", trunk / 2), ("knee", knees), ("side", 60.0)):
            on.rough(channel, size, start, up)


@dataclass(frozen=True)
class OverlapLift:
    """A lift of the overlap test: knees anywhere from 0 to 125, the trunk only loosely tied to them (SCIENCE 4.4)."""

    def write(self, on: Choreography) -> None:
        knees = on.between(0, 125)
        trunk = min(max(92 - 0.4 * knees + on.near(0, 14), 15.0), 115.0)
        LiftMove("semi", knee_deg=knees, trunk_deg=trunk, action="overlap").write(on)
