"""Whether the sensor has moved on the body: the wearer stands as before, but the sensor says otherwise.

Somebody who leans for a while is no slipped sensor. So poses count only where the wearer stood calmly, they must agree
with each other, and there must have been bends between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import acos, degrees

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.mounting import Calibration, rotation_of
from liftcheck.trunk.steps import stretches

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class SlipSettings:
    """When poses tell of a slip. Stances between lifts scatter by 1 to 1.5 degrees, in people and in simulation."""

    creep_deg: float = 4.0  # SCIENCE 3.1 has 3; the pose of a calibration lies up to 3.1 from later ones without a slip
    creep_bends: int = 3  # after so many bends the wearer stood so
    sudden_deg: float = 8.0  # SCIENCE 3.1
    sudden_bends: int = 2
    agree_deg: float = 2.5
    shortest_s: float = 0.3
    hindsight_s: float = 1.0  # what lies less far back may turn out to be a seat
    # Farther than a standing wearer leans, only calm poses and the bends between them are left to go by.
    far_deg: float = 15.0
    near_deg: float = 10.0  # a calm pose nearer than this is the old stance
    far_agree_deg: float = 5.0
    far_poses: int = 3
    far_calm_s: float = 0.2  # at the end of half a second of calm
    far_bend_deg: float = 20.0  # between the poses the wearer has bent by so much; nobody does in a car or an armchair
    turned_deg: float = 45.0  # a sensor turned by more was taken off and put on another way
    upside_down_deg: float = 125.0  # no calm body is upside down: two poses are enough
    level_m: float = 0.25  # a pose that was come to by so long a way down is a seat or a bed
    sits_down_s: float = 3.0  # ... as long as the way is known


@dataclass(frozen=True, eq=False)
class Slip:
    """A slip. since_s: when the wearer was first seen standing so. up: (3,) the new upright in sensor axes.
    turned: whether the sensor was put on another way, so that forward is not known any more."""

    since_s: float
    up: Array
    turned: bool = False


@dataclass(frozen=True, eq=False)
class _Pose:
    since_s: float
    bend: int
    up: Array


def rotated(calibration: Calibration, up: Array) -> Calibration:
    """The calibration of a sensor that slipped: turned by the smallest rotation that makes `up` (3,) its upright."""
    old, forward = calibration.matrix[2], calibration.matrix[0]
    axis = np.cross(old, up)
    # Rodrigues' formula with the axis' length as sine: forward is carried along with the stance.
    cosine = float(old @ up)
    carried = forward * cosine + np.cross(axis, forward) + axis * (axis @ forward) / (1 + cosine)
    angle = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    note = f"re-zeroed: the sensor slipped by {angle:.0f} degrees"
    kept = [words for words in calibration.quality.split("; ") if words and not words.startswith("re-zeroed")]
    return replace(calibration, rotation=rotation_of(up, carried), quality="; ".join([*kept, note]))


class StancesBetweenBends:
    """Collects how the wearer stood between bends, as looking back saw it, and notices a slip."""

    def __init__(self, settings: SlipSettings) -> None:
        self.settings = settings
        self._poses: list[_Pose] = []
        self._bend = 0
        self._seen_s = -np.inf

    def forget(self, t: float) -> None:
        """The mounting has changed at t: what was seen before means nothing any more."""
        self._poses, self._seen_s = [], t

    def push(self, t: Array, up: Array, standing: Mask, lifted: bool) -> None:
        """A bend is over. t, up, standing: (n,), (n, 3), (n,) of the time before, as far as it is refined.

        lifted: whether it was a lift; who sits down and gets up has not shown how they stand.
        """
        self._bend += int(lifted)
        for a, b in stretches(standing & (t < t[-1] - self.settings.hindsight_s)).tolist():
            begin_s, end_s = float(t[a]), float(t[b - 1])
            if begin_s > self._seen_s and end_s - begin_s >= self.settings.shortest_s:
                self._poses.append(_Pose(begin_s, self._bend, _unit(up[a:b].mean(axis=0))))
                self._seen_s = end_s
        del self._poses[:-50]

    def slip(self, stance: Array) -> Slip | None:
        """Whether the last poses agree that the upright is not `stance` (3,)."""
        settings = self.settings
        for bends, border in ((settings.sudden_bends, settings.sudden_deg), (settings.creep_bends, settings.creep_deg)):
            poses = self._last(bends)
            if poses:
                up = _mean(poses)
                agree = np.cos(np.radians(settings.agree_deg))
                if _angle(up, stance) > border and all(float(pose.up @ up) >= agree for pose in poses):
                    return Slip(poses[-1].since_s, up)
        return None

    def _last(self, bends: int) -> list[_Pose]:
        """The poses of the last so many bends, newest first; empty if there are not so many."""
        last: list[_Pose] = []
        for pose in reversed(self._poses):
            if not last or pose.bend != last[-1].bend:
                if not bends:
                    return last
                bends -= 1
            last.append(pose)
        return [] if bends else last


class FarPoses:
    """Notices a sensor that slid or was turned so far that no pose looks like standing any more, block by block."""

    def __init__(self, settings: SlipSettings, step_s: float) -> None:
        self.settings = settings
        self.step_s = step_s
        self._poses: tuple[_Pose, ...] = ()
        self._mean = np.zeros(3)
        self._run = 0  # calm blocks in a row
        self._moved = 0  # other blocks since the last pose
        self._bent = False  # whether the wearer has bent since the last pose

    def push(self, t: Array, up: Array, rested: Mask, drop_m: Array, stance: Array) -> tuple[int, Slip] | None:
        """The next blocks: their ends (n,), up (n, 3), calm, drop (NaN: not known). The first slip and its block."""
        settings = self.settings
        upright = up[:, 0] * stance[0] + up[:, 1] * stance[1] + up[:, 2] * stance[2]
        far = rested & (upright < np.cos(np.radians(settings.far_deg)))
        near = upright > np.cos(np.radians(settings.near_deg))
        need = round(settings.far_calm_s / self.step_s)
        bent = np.cos(np.radians(settings.far_bend_deg))
        for a, b in pairwise([0, *(np.flatnonzero(np.diff(rested)) + 1).tolist(), len(rested)]):
            if a == b or not rested[a]:
                self._move(up[a:b], bent)
                continue
            i, self._run = a + need - self._run - 1, self._run + b - a
            if not a <= i < b:  # too short as yet, or seen already
                continue
            if near[i]:
                self._poses, self._moved = (), 0  # stands as ever
            elif far[i] and self._is_another(float(t[i]), up[i], float(drop_m[i]), stance):
                slip = self._slip(stance)
                if slip is not None:
                    return i, slip
        return None

    def _move(self, up: Array, bent: float) -> None:
        """Blocks (n, 3) that are not calm; bent: the cosine of what is a bend."""
        if len(up):
            self._run = 0
            self._moved += len(up)
        if self._poses and not self._bent:
            mean = self._mean
            self._bent = bool((up[:, 0] * mean[0] + up[:, 1] * mean[1] + up[:, 2] * mean[2] < bent).any())

    def _is_another(self, t: float, up: Array, drop_m: float, stance: Array) -> bool:
        """Takes the pose if the wearer has bent since the last one or, if it is the first, has not just sat down."""
        settings = self.settings
        if self._poses and not self._bent:
            return False
        upside_down = _angle(up, stance) > settings.upside_down_deg
        just_now = self._moved * self.step_s < settings.sits_down_s
        if not self._poses and just_now and drop_m > settings.level_m and not upside_down:
            return False
        agrees = bool(self._poses) and _angle(up, self._mean) <= settings.far_agree_deg
        self._poses = (*(self._poses if agrees else ()), _Pose(t, 0, up))
        self._mean = _mean(self._poses)
        self._moved, self._bent = 0, False
        return True

    def _slip(self, stance: Array) -> Slip | None:
        settings = self.settings
        angle = _angle(self._mean, stance)
        if len(self._poses) < (2 if angle > settings.upside_down_deg else settings.far_poses):
            return None
        return Slip(self._poses[0].since_s, self._mean, turned=angle > settings.turned_deg)


def _mean(poses: Sequence[_Pose]) -> Array:
    return _unit(sum((pose.up for pose in poses), start=np.zeros(3)))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.sqrt(vector @ vector))


def _angle(a: Array, b: Array) -> float:
    return degrees(acos(max(-1.0, min(1.0, float(a @ b)))))
