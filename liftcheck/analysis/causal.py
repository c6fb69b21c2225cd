"""Motion as known at the moment: the segment's orientation and dead-reckoned drop, in the trunk's own terms."""

from dataclasses import dataclass

import numpy as np

from liftcheck.analysis.known import Known
from liftcheck.analysis.segment import Segment
from liftcheck.lifts.judging import Circumstances, lever_drops
from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.inclination import DEGREES, angles, heading
from liftcheck.trunk.motion import Motion

Mask = np.typing.NDArray[np.bool_]
Index = np.typing.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Depths:
    """At the ends of blocks, (n,) each: drop and its speed, depth (1 makes a lift), calm upright stance, worn."""

    drop_m: Array
    sink_mps: Array
    depth: Array
    stance: Mask
    worn: Mask

    @staticmethod
    def none() -> "Depths":
        """Of no blocks."""
        return Depths(np.empty(0), np.empty(0), np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=bool))


def reckon(segment: Segment, block: int, last: int, rested: Mask, worn: Mask, known: Known) -> Depths:
    """The depths of blocks block..last-1, the reckoner going on. rested: (n,) calm for the last half second."""
    count = last - block
    if known.calibration is None:
        nothing = np.full(count, np.nan)
        return Depths(nothing, nothing, np.zeros(count), np.zeros(count, dtype=bool), worn)
    settings = known.settings
    part = segment.samples(segment.block_end(block - 1), segment.block_end(last - 1) + 1)
    acc, up = segment.past.acc[part], segment.past.up[part]
    stance = known.calibration.matrix[2]
    cosine = along(up[segment.block :: segment.block], stance)
    error = known.errors_before().mean
    (scale, gravity), offset, gain = known.calibration.at_rest, error[:3], error[3:6] * GRAVITY_MPS2
    rise = np.full(len(up), stance @ offset + stance**2 @ gain - gravity)
    for axis in range(3):  # up along acc, less the errors' shares up - stance and up² - stance² on each axis
        rise += (acc[:, axis] * scale - offset[axis] - gain[axis] * up[:, axis]) * up[:, axis]
    mean = ((rise[1:] + rise[:-1]) / 2).reshape(count, segment.block)
    gained, moved = np.zeros(count), np.zeros(count)
    for k in range(segment.block):
        gained += mean[:, k] / segment.rate_hz
        moved += mean[:, k] * ((segment.block - k - 0.5) / segment.rate_hz**2)
    upright = cosine > np.cos(np.radians(settings.trunk.reckoning.upright_deg))
    drop, sink, noticed = segment.reckoner.push(gained, moved, rested, upright)
    tilt = DEGREES * np.arccos(np.clip(cosine, -1.0, 1.0))
    segmentation = settings.lifts.segmentation
    by_drop = np.abs(noticed) / segmentation.lift_drop_m
    depth = np.maximum(tilt / segmentation.lift_flexion(known.site), by_drop)
    return Depths(drop, sink, np.where(worn, depth, 0.0), rested & upright & worn, worn)


class CausalMotion:
    """Makes Motion of a segment's samples, once each and in order; carries what goes on from stretch to stretch."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._worn = True  # at the last block's end
        self.begin()

    def begin(self) -> None:
        """A new segment: nothing is carried into it."""
        self._turn_carry: tuple[float, float] | None = None  # last raw heading, turns so far
        self._drop_carry = (np.nan, np.nan)  # drop and its speed at the last block's end
        self._drop_carry_t = 0.0

    def motion(self, segment: Segment, low: int, high: int, block: int, depths: Depths) -> Motion:
        """The motion of samples low..high-1; depths: at the ends of the blocks from `block` on within them."""
        past, part = segment.past, segment.samples(low, high)
        t, n = past.t[part], high - low
        ends = np.arange(segment.block_end(block), high, segment.block)
        which = np.repeat(np.arange(len(ends) + 1), np.diff(ends, prepend=low, append=high))
        drop = self._between_blocks(segment, low, high, block, depths, which)
        worn = np.concatenate([[self._worn], depths.worn])
        self._worn, worn = bool(worn[-1]), worn[which]
        calibration = self.known.calibration
        if calibration is None:
            none = np.full(n, np.nan)
            return Motion(t, none, none, none, none, none, none, worn)
        mounting = calibration.matrix
        body = np.array([along(past.up[part], row) for row in mounting]).T
        if calibration.forward_known:
            flexion, lean = angles(body)
            velocity = along(segment.rate_of(low, high), DEGREES * mounting[1])
        else:
            flexion = DEGREES * np.arccos(np.clip(body[:, 2], -1.0, 1.0))
            lean = velocity = np.full(n, np.nan)
        turn = self._turn(past.q[part], mounting[1])
        about = Circumstances(self.known.site, self.known.height_m, calibration.geometry)
        hips = drop - lever_drops(flexion, about, self.known.settings.lifts.technique)
        return Motion(t, flexion, lean, turn, velocity, drop, hips, worn)

    def _between_blocks(self, segment: Segment, low: int, high: int, block: int, depths: Depths, which: Index) -> Array:
        """The drop at samples low..high-1: from the last block's end on at the speed it had there."""
        past = segment.past
        known = np.concatenate([[self._drop_carry[0]], depths.drop_m])
        speed = np.concatenate([[self._drop_carry[1]], depths.sink_mps])
        first = segment.block_end(block) - segment.first
        ends = np.concatenate([[self._drop_carry_t], past.t[first :: segment.block][: len(depths.drop_m)]])
        self._drop_carry, self._drop_carry_t = (float(known[-1]), float(speed[-1])), float(ends[-1])
        drop: Array = known[which] + speed[which] * (past.t[segment.samples(low, high)] - ends[which])
        return drop

    def _turn(self, q: Array, left: Array) -> Array:
        """The heading, unwrapped from the one before; whole turns are counted, so that no error piles up."""
        raw = heading(q, left) / (2 * np.pi)
        before, turns = self._turn_carry or (float(raw[0]), 0.0)
        jumps = np.rint(np.diff(raw, prepend=before))
        count = turns - np.cumsum(jumps) if jumps.any() else np.full(1, turns)  # whole numbers: no cut shows
        self._turn_carry = (float(raw[-1]), float(count[-1]))
        return np.asarray(360.0 * (raw + count))


def along(rows: Array, direction: Array) -> Array:
    """Each row's part in a direction, (n, 3) and (3,) -> (n,), added in one order whatever the length: a matrix product
    would depend on it."""
    return np.asarray(rows[:, 0] * direction[0] + rows[:, 1] * direction[1] + rows[:, 2] * direction[2])
