"""When each part of the body does what: smooth changes and rhythms, added up channel by channel.

Every channel is a smooth function of time (twice differentiable), known at any instant, so that a session can be
computed piece by piece, at any rate, without a seam.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

# What moves, and its unit. Angles are changes from upright standing, in degrees; lengths are in metres.
CHANNELS = {
    "x": "where the feet stand, east",
    "y": "where the feet stand, north",
    "floor": "height of what the feet stand on",
    "bounce": "the whole body's rise and fall in stepping, jumping, driving",
    "fore": "the whole body's shift forward",
    "left": "the whole body's shift to the left",
    "heading": "where the pelvis faces; left is positive",
    "knee": "bend of the leg that carries",
    "other_knee": "bend of the other leg, minus that of the one that carries",
    "swing_knee": "mean bend of both knees that does not lower the hips (walking)",
    "heel": "rise of the heels",
    "shank": "forward lean of the shank where the feet do not carry the body (sitting, kneeling, lying)",
    "unloaded": "0: balanced on the feet, 1: the shank leans as `shank` says",
    "shift": "how far the weight is carried forward of its usual place over the feet",
    "pelvis": "forward tilt of the pelvis",
    "lumbar": "forward bend between pelvis and thorax",
    "pelvis_lean": "tilt of the pelvis to the right",
    "side": "bend to the right between pelvis and thorax",
    "twist": "turn to the left between pelvis and thorax",
    "slip_pitch": "rotation of the sensor on the skin, nodding",
    "slip_roll": "rotation of the sensor on the skin, about forward",
    "slip_yaw": "rotation of the sensor on the skin, about the spine",
    "slip_down": "sliding of the sensor down the back",
    "off": "0: on the body, 1: lying on a table",
}


def minimum_jerk(x: Array) -> Array:
    """From 0 to 1 as a calm hand moves: no jolt at either end (Flash & Hogan 1985)."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)


def cruise(x: Array, ramp: float) -> Array:
    """From 0 to 1 at an even pace, with a smooth start and end that take the fraction `ramp` each."""
    speed = 1.0 / (1.0 - ramp)

    def rising(u: Array) -> Array:  # integral of minimum_jerk from 0 to u
        u = np.clip(u, 0.0, 1.0)
        return u**4 * (2.5 - 3.0 * u + u * u)

    even = np.clip(x - ramp, 0.0, 1.0 - 2.0 * ramp)
    return speed * (ramp * rising(x / ramp) + even + ramp * (0.5 - rising((1.0 - x) / ramp)) * (x > 1.0 - ramp))


@dataclass(frozen=True)
class Move:
    """One smooth change of a channel. start, length: s. skew > 0: fastest early on. ramp: see `cruise`."""

    channel: str
    start: float
    length: float
    change: float
    skew: float = 0.0
    ramp: float = 0.0

    @property
    def end(self) -> float:
        """When it is over, s."""
        return self.start + self.length

    def at(self, t: Array) -> Array:
        """What it has added by the times t (n,), in the channel's unit."""
        x = np.clip((t - self.start) / self.length, 0.0, 1.0)
        if self.ramp:
            return self.change * cruise(x, self.ramp)
        return self.change * minimum_jerk(x + self.skew * x * (1.0 - x))


@dataclass(frozen=True)
class Rhythm:
    """A rhythm that swells in, goes on and dies away.

    waves: (Hz, amplitude, phase in rad). wander: unsteadiness of the beat, rad.
    """

    channel: str
    start: float
    length: float
    waves: tuple[tuple[float, float, float], ...]
    ramp: float = 0.5
    wander: float = 0.0

    @property
    def end(self) -> float:
        """When it is over, s."""
        return self.start + self.length

    def at(self, t: Array) -> Array:
        """What it adds at the times t (n,), in the channel's unit."""
        ramp = min(self.ramp, self.length / 2)
        inside = t - self.start
        envelope = minimum_jerk(inside / ramp) * minimum_jerk((self.length - inside) / ramp)
        beat = self.wander * (np.sin(0.83 * inside) + np.sin(2.1 * inside + 1.0)) if self.wander else 0.0
        base = self.waves[0][0]
        total = np.zeros_like(t)
        for hz, amplitude, phase in self.waves:
            total += amplitude * np.sin(2 * np.pi * hz * inside + phase + beat * hz / base)
        return envelope * total


@dataclass(frozen=True)
class Sway:
    """What never stands still: a channel's slow wandering, all along. waves as in Rhythm."""

    channel: str
    waves: tuple[tuple[float, float, float], ...]

    def at(self, t: Array) -> Array:
        total = np.zeros_like(t)
        for hz, amplitude, phase in self.waves:
            total += amplitude * np.sin(2 * np.pi * hz * t + phase)
        return total


class Timeline:
    """All changes of a session, ready to be asked for any stretch of it. rest: the channels before anything moves."""

    def __init__(
        self, moves: Iterable[Move | Rhythm] = (), sways: Sequence[Sway] = (), rest: Mapping[str, float] | None = None
    ) -> None:
        self.sways, self.rest = sways, dict(rest or {})
        self._moves: dict[str, list[Move | Rhythm]] = {channel: [] for channel in CHANNELS}
        for move in moves:
            self._moves[move.channel].append(move)
        self._edges = {channel: _edges(moves) for channel, moves in self._moves.items()}

    def at(self, t: Array) -> dict[str, Array]:
        """Every channel at the times t (n,), ascending, in the channels' units."""
        return {channel: self._channel(channel, t) for channel in CHANNELS}

    def _channel(self, channel: str, t: Array) -> Array:
        value = np.full(len(t), self.rest.get(channel, 0.0))
        moves = self._moves[channel]
        starts, ends, changes = self._edges[channel]
        if len(t) and moves:
            value += changes[ends <= t[0]].sum()
            for i in np.flatnonzero((starts < t[-1]) & (ends > t[0])):
                move = moves[i]
                first, last = np.searchsorted(t, (move.start, move.end))
                value[first:last] += move.at(t[first:last])
                value[last:] += changes[i]
        for sway in self.sways:
            if sway.channel == channel:
                value += sway.at(t)
        return value


def _edges(moves: Sequence[Move | Rhythm]) -> tuple[Array, Array, Array]:
    starts = np.array([move.start for move in moves], dtype=np.float64)
    ends = np.array([move.end for move in moves], dtype=np.float64)
    changes = np.array([move.change if isinstance(move, Move) else 0.0 for move in moves], dtype=np.float64)
    return starts, ends, changes
