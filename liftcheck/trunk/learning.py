"""Finding out from the movement itself how the sensor is clipped on, for recordings that hold no calibration.

Standing is the calm pose that recurs; bends turn the trunk about its left-right axis and bring it forward of standing.
"""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.calm import BlockSums
from liftcheck.trunk.mounting import Calibration, rotation_of, triple


@dataclass(frozen=True)
class LearningSettings:
    """What is taken for stance and for a bend while nothing is known yet (SCIENCE 4.7, 9 and 10)."""

    block_s: float = 0.1
    pose_deg: float = 8.0  # calm poses this close are one pose
    calm_s: float = 0.5  # the stretch over which calm is asked for
    gyr_sd_deg_s: float = 3.0
    acc_sd_mps2: float = 0.25
    ends_weight: float = 5.0  # people stand when a recording begins and ends
    ends_s: float = 2.0
    enough_lifts: int = 4  # from here on only lifts show the axis; before, every lean does
    bend_from_deg: float = 10.0
    bend_peak_deg: tuple[float, float] = (12.0, 125.0)
    bend_length_s: tuple[float, float] = (0.3, 7.0)
    axis_spread: float = 0.01  # bends about one axis still differ by 6 degrees, squared
    axes_apart_deg: float = 25.0  # one-handed put-downs (real): up to 16; lifts with a turn of 60 degrees: more
    enough_votes: float = 0.5  # the hips went back as they sank, surely: a lean that says the other way is overruled


class Learner:
    """Keeps a coarse record of the stream and learns a Calibration from it.

    keep_s: how much of the past is kept; None keeps everything (a recording's first pass).
    """

    def __init__(self, settings: LearningSettings, keep_s: float | None = None) -> None:
        self.settings = settings
        self.keep_s = keep_s
        self._open = np.empty((12, 0))
        self._rows: list[Array] = []  # per block: up (3), rate (3), mean |acc|, gyr variance, acc variance, end
        self._kept = 0  # so many rows
        self._row_s = settings.block_s  # as nearly as whole blocks allow
        self._lifts: list[tuple[float, float]] = []
        self._votes = np.zeros(3)

    def note_lift(self, start_s: float, end_s: float) -> None:
        """A lift was found here: its turning says more of left and right than a kick's or a throw's."""
        self._lifts.append((start_s, end_s))
        if self.keep_s is not None:
            del self._lifts[:-1000]

    def vote(self, forward: Array) -> None:
        """A movement spoke for this as the way that the wearer faces, (3,) in sensor axes, the longer the surer."""
        self._votes += forward

    def push(self, t: Array, sums: BlockSums, up: Array, step_s: float, begins: bool) -> None:
        """The next blocks, `step_s` long: times of their ends (n,), sums, and up in sensor axes at their ends, (n, 3).

        begins: whether they follow a hole; then a block left over from before is let go.
        """
        old = 0 if begins else self._open.shape[1]
        whole = np.empty((12, old + len(t)))
        whole[:, :old], whole[:3, old:], whole[11, old:] = self._open[:, :old], up.T, t
        whole[3:6, old:], whole[6:9, old:] = sums.rows[:3], sums.rows[4:7]
        whole[9, old:], whole[10, old:] = sums.rows[3], sums.rows[7]
        together = max(1, round(self.settings.block_s / step_s))
        self._row_s, rows = together * step_s, whole.shape[1] // together
        self._open = whole[:, rows * together :].copy()
        if not rows:
            return
        table = whole[:, : rows * together].reshape(12, rows, together)
        last, count = table[:, :, -1], together * sums.count
        mean = table[3:11, :, 0].copy()
        for k in range(1, together):
            mean += table[3:11, :, k]
        mean /= count
        square = mean[:6] ** 2
        gyr2, acc2 = square[0] + square[1] + square[2], square[3] + square[4] + square[5]
        row = np.empty((rows, 10))
        row[:, :3], row[:, 3:6], row[:, 9] = last[:3].T, mean[:3].T, last[11]
        row[:, 6] = np.sqrt(acc2)
        row[:, 7] = np.maximum(mean[6] - gyr2, 0.0)
        row[:, 8] = np.maximum(mean[7] - acc2, 0.0)
        self._rows.append(row)
        self._kept += rows
        self._forget()

    def _forget(self) -> None:
        """Lets go of what nobody looks at any more: a live session must not grow with its length."""
        if self.keep_s is None:
            return
        keep = round(self.keep_s / self._row_s)
        while self._kept - len(self._rows[0]) >= keep:
            self._kept -= len(self._rows.pop(0))
        if len(self._rows) > 500:
            self._rows = [np.concatenate(self._rows)[-keep:]]
            self._kept = len(self._rows[0])

    def learn(self, site_bend_deg: float, axes: tuple[Array, Array] | None) -> Calibration | None:
        """What the record shows, or None while there was no calm pose yet.

        site_bend_deg: how far a bend must tilt the sensor to show an axis. axes: (up, forward) in sensor axes where
        the mounting is known.
        """
        if not self._rows:
            return None
        table = np.concatenate(self._rows)
        if self.keep_s is not None:
            table = table[-round(self.keep_s / self._row_s) :]
            self._rows, self._kept = [table], len(table)
        table = table.copy()
        calm = self._calm(table)
        if not calm.any():
            return None
        stance = self._stance(table, calm, None if axes is None else axes[0])
        if stance is None:
            return None
        gyr_offset = np.median(table[calm, 3:6], axis=0)
        scale = GRAVITY_MPS2 / float(np.median(table[calm, 6]))
        table[:, 3:6] -= gyr_offset
        bends = self._bends(table, stance, site_bend_deg)
        forward = _forward(table, stance, bends, None if axes is None else axes[1], self.settings)
        if forward is not None and axes is None and self._votes @ forward < -self.settings.enough_votes:
            forward = -forward
        known = forward is not None
        return Calibration(
            rotation=rotation_of(stance, forward if forward is not None else _any_across(stance)),
            gyr_offset=triple(gyr_offset),
            acc_scale=scale,
            forward_known=known,
            quality="learnt" if known else "learnt: forward not known yet",
        )

    def _bends(self, table: Array, stance: Array, site_bend_deg: float) -> list[tuple[int, int]]:
        """First and past-the-last rows of the movements that show which way the trunk bends."""
        times = table[:, 9]
        lifts = [(int(a), int(b)) for a, b in np.searchsorted(times, np.array(self._lifts).reshape(-1, 2))]
        lifts = [(a, b) for a, b in lifts if b - a >= 3]
        if len(lifts) >= self.settings.enough_lifts:
            return lifts
        tilt = np.degrees(np.arccos(np.clip(table[:, :3] @ stance, -1.0, 1.0)))
        return _excursions(tilt, self._row_s, self.settings, site_bend_deg)

    def _calm(self, table: Array) -> np.typing.NDArray[np.bool_]:
        """Blocks in the midst of `calm_s` of calm."""
        settings = self.settings
        quiet = (table[:, 7] < np.radians(settings.gyr_sd_deg_s) ** 2) & (table[:, 8] < settings.acc_sd_mps2**2)
        rate = table[:, 3:6] - (np.median(table[quiet, 3:6], axis=0) if quiet.any() else 0.0)
        quiet &= np.einsum("ij,ij->i", rate, rate) < np.radians(8.0) ** 2
        need = max(1, round(settings.calm_s / self._row_s))
        run = np.convolve(quiet, np.ones(need), mode="same")
        calm: np.typing.NDArray[np.bool_] = run >= need
        return calm

    def _stance(self, table: Array, calm: np.typing.NDArray[np.bool_], known_up: Array | None) -> Array | None:
        """The most frequent calm pose; the ends of the record count more."""
        directions = table[calm, :3]
        weight = np.ones(len(table))
        ends = max(1, round(self.settings.ends_s / self._row_s))
        weight[:ends] = weight[-ends:] = self.settings.ends_weight
        weight = weight[calm]
        if known_up is not None:  # a belt may sit askew, but not upside down
            near = directions @ known_up > np.cos(np.radians(50.0))
            if not near.any():
                return None  # only ever lying, or the axes are wrong: nobody stood
            directions, weight = directions[near], weight[near]
        limit = np.cos(np.radians(self.settings.pose_deg))
        seeds = directions[:: max(1, len(directions) // 200)]
        across, light = np.ascontiguousarray(directions.T), weight.astype(np.float32)
        few = np.array_split(seeds, max(1, len(seeds) // 4))  # all at once leave the cache, and BLAS wakes its threads
        close = ((part @ across > limit).astype(np.float32) for part in few)
        support = np.concatenate([np.einsum("sn,n->s", part, light) for part in close])
        near = directions @ seeds[int(np.argmax(support))] > limit
        mean = np.average(directions[near], axis=0, weights=weight[near])
        unit: Array = mean / np.sqrt(mean @ mean)
        return unit


def _forward(
    table: Array, stance: Array, bends: list[tuple[int, int]], known: Array | None, settings: LearningSettings
) -> Array | None:
    """The forward direction from the axis of the bends, its sign from where they lean; None without a bend.

    The axis follows from all turning, and once more from that of gravity alone. Who reaches down with one hand leans
    aside and turns, and all of that together is about the left-right axis; who turns on the spot, bent, turns about
    another, and only gravity does not see it. So the second is believed where it is far from the first.
    """
    if known is not None:
        across = known - stance * (known @ stance)
        if across @ across > 1e-6:
            return np.asarray(across / np.sqrt(across @ across))
    if not bends:
        return None
    one = _any_across(stance)
    plane = np.column_stack([one, np.cross(stance, one)])
    up, rate = table[:, :3], table[:, 3:6]
    level = rate - up * np.einsum("jk,jk->j", rate, up)[:, None]
    axis, of_gravity = (_axis([turned[a:b] @ plane for a, b in bends], settings) for turned in (rate, level))
    if abs(axis @ of_gravity) < np.cos(np.radians(settings.axes_apart_deg)):
        axis = of_gravity
    forward = np.cross(plane @ axis, stance)
    leans = [-up[a + int(np.argmin(up[a:b] @ stance))] for a, b in bends]
    along = np.array(leans) @ forward
    return np.asarray(forward if (along * np.abs(along)).sum() >= 0 else -forward)


def _axis(bends: list[Array], settings: LearningSettings) -> Array:
    """The direction (2,) about which most of the turning is, (n, 2) rates of each bend.

    A bend tells it as well as all its turning is about one axis: what turns about another says how far it is off.
    """
    spread = np.zeros((2, 2))
    for rate in bends:
        turning = rate.T @ rate
        least, most = np.linalg.eigvalsh(turning)
        sure = 1 / (least / max(most, 1e-12) + settings.axis_spread)  # who reaches aside turns about no one axis
        spread += sure * turning / np.sqrt(np.trace(turning) + 1e-12)  # a deep bend says more, but not by its square
    return np.asarray(np.linalg.eigh(spread)[1][:, 1])


def _excursions(tilt: Array, row_s: float, settings: LearningSettings, site_bend_deg: float) -> list[tuple[int, int]]:
    """First and past-the-last rows, `row_s` apart, of what may be bends by depth and length."""
    out = tilt > settings.bend_from_deg
    change = np.diff(np.concatenate([[0], out.astype(np.int8), [0]]))
    shortest, longest = (s / row_s for s in settings.bend_length_s)
    low, high = max(settings.bend_peak_deg[0], site_bend_deg / 2), settings.bend_peak_deg[1]
    found = []
    for a, b in zip(np.flatnonzero(change == 1), np.flatnonzero(change == -1), strict=True):
        if shortest <= b - a <= longest and low <= tilt[a:b].max() <= high:
            found.append((int(a), int(b)))
    return found


def _any_across(direction: Array) -> Array:
    """Some unit vector at a right angle."""
    other = np.eye(3)[int(np.argmin(np.abs(direction)))]
    across = other - direction * (other @ direction)
    return np.asarray(across / np.sqrt(across @ across))
