"""A session being written down: movements put one after the other so that each begins where the last one ended."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from liftcheck.samples import Array, Event
from liftcheck.simulation.person import Person
from liftcheck.simulation.timeline import CHANNELS, Move, Rhythm, Sway, Timeline


@dataclass(frozen=True)
class Bend:
    """A stretch in which the body goes down and comes back.

    chained_*: whether a neighbour follows without stance. label: "bend" where the technique does not matter.
    """

    start: float
    end: float
    action: str
    chained_before: bool = False
    chained_after: bool = False
    label: str | None = None


@dataclass(frozen=True)
class Distractor:
    """A stretch in which no lift is to be found."""

    start: float
    end: float
    kind: str


class Movement(Protocol):
    """Anything a person does for a while."""

    def write(self, on: "Choreography") -> None:
        """Puts the movement on the timeline and moves `on.now` to its end."""


@dataclass(eq=False)
class Choreography:
    """Where the session has come to. now: s. aims: the value each channel has when all that is written is over."""

    person: Person
    rng: np.random.Generator
    now: float = 0.0
    lifts: int = 0
    moves: list[Move | Rhythm] = field(default_factory=list)
    bends: list[Bend] = field(default_factory=list)
    distractors: list[Distractor] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    off: list[tuple[float, float]] = field(default_factory=list)
    aims: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CHANNELS, 0.0))

    def __post_init__(self) -> None:
        self.aims["knee"] = self.person.standing_knee_deg

    def to(
        self, channel: str, value: float, start: float, length: float, *, skew: float = 0.0, ramp: float = 0.0
    ) -> None:
        """Brings a channel to a value; start and length in seconds."""
        change = value - self.aims[channel]
        if change:
            self.moves.append(Move(channel, start, max(length, 0.05), change, skew, ramp))
            self.aims[channel] = value

    def by(self, channel: str, change: float, start: float, length: float, *, ramp: float = 0.0) -> None:
        """Changes a channel by an amount."""
        self.to(channel, self.aims[channel] + change, start, length, ramp=ramp)

    def reach(self, channel: str, value: float, start: float, length: float, tail: float, skew: float = 0.0) -> None:
        """Brings a channel near a value as a limb does: most of the way in `length`, the rest slowly, `tail` longer."""
        part = self.between(0.84, 0.95)
        self.to(channel, value + (1 - part) * (self.aims[channel] - value), start, length, skew=skew)
        self.to(channel, value, start + 0.5 * length, 0.5 * length + tail)

    def bump(self, channel: str, size: float, start: float, length: float) -> None:
        """Out and back again."""
        half = length / 2
        self.moves += [Move(channel, start, half, size), Move(channel, start + half, half, -size)]

    def rhythm(
        self, channel: str, start: float, length: float, *waves: tuple[float, float, float], ramp: float = 0.5
    ) -> None:
        """A rhythm that comes and goes; waves are (Hz, amplitude, phase)."""
        self.moves.append(Rhythm(channel, start, length, waves, ramp, wander=0.12))

    def near(self, value: float, spread: float) -> float:
        """A value drawn around another one."""
        return float(self.rng.normal(value, spread))

    def between(self, low: float, high: float) -> float:
        """A value drawn evenly from a range."""
        return float(self.rng.uniform(low, high))

    def rough(self, channel: str, size: float, start: float, length: float) -> None:
        """The unevenness of a real movement: small detours, 2-4 % of its size (SCIENCE 8)."""
        for _ in range(1 + int(length / 0.5)):
            part = self.between(0.25, 0.6)
            at = start + self.between(0.0, max(length - part, 0.02))
            quick = (part / 0.5) ** 2  # quick detours are small ones
            self.bump(channel, self.near(0.0, 0.03) * quick * size * self.person.rough, at, part)

    def upright(self, start: float, length: float) -> None:
        """Everything back to standing."""
        for channel in ("pelvis", "lumbar", "pelvis_lean", "side", "twist", "heel", "shift", "other_knee", "unloaded"):
            self.to(channel, 0.0, start, length)
        self.to("knee", self.person.standing_knee_deg, start, length)

    def distract(self, kind: str, start: float) -> None:
        """Notes that what lies between start and now holds no lift."""
        self.distractors.append(Distractor(start, self.now, kind))

    def event(self, kind: str, **data: Any) -> None:
        """Something a person does to the program at this moment."""
        self.events.append(Event(round(self.now, 6), kind, "person", data))

    def timeline(self) -> Timeline:
        """What has been written, with the sway of a body that never stands still."""
        return Timeline(
            self.moves, tuple(standing_sway(self.person, self.rng)), {"knee": self.person.standing_knee_deg}
        )


# Channel -> rms of its wandering in standing: 0.3-0.5 degrees of tilt, 2-5 mm (as seen in standing people).
SWAY = {
    "fore": 0.004,
    "left": 0.003,
    "pelvis": 0.30,
    "lumbar": 0.35,
    "pelvis_lean": 0.25,
    "side": 0.22,
    "heading": 0.5,
    "twist": 0.4,
    "knee": 0.7,
}


def standing_sway(person: Person, rng: np.random.Generator) -> list[Sway]:
    """Slow wandering below 1 Hz, breath, and a posture that drifts over minutes."""
    found = []
    for channel, rms in SWAY.items():
        hz = np.geomspace(0.05, 0.9, 9) * rng.uniform(0.9, 1.1, 9)
        size = hz**-0.7 * rng.uniform(0.5, 1.5, 9)
        size *= person.sway * rms * np.sqrt(2 / np.sum(size**2))
        slow = [
            (float(f), float(rms * 1.2), float(p))
            for f, p in zip((0.0021, 0.0057), rng.uniform(0, 6.28, 2), strict=True)
        ]
        found.append(Sway(channel, (*_waves(hz, size, rng), *slow)))
    breath = rng.uniform(0.2, 0.3)
    found.append(Sway("lumbar", ((float(breath), 0.2, 0.0), (float(2 * breath), 0.05, 1.0))))
    return found


def _waves(hz: Array, size: Array, rng: np.random.Generator) -> tuple[tuple[float, float, float], ...]:
    phase = rng.uniform(0, 2 * np.pi, len(hz))
    return tuple((float(f), float(a), float(p)) for f, a, p in zip(hz, size, phase, strict=True))
