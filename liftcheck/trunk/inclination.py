"""The trunk's angles as known at the moment: an orientation filter over everything, cheap and never revised."""

from dataclasses import dataclass

import numpy as np
from vqf import VQF

from liftcheck.samples import Array

Index = np.typing.NDArray[np.intp]

DEGREES = 180 / np.pi  # times this; numpy's own degrees() costs as much as an arcsine


@dataclass(frozen=True)
class InclinationSettings:
    """The orientation filter is VQF with its published defaults; these are what we feed it with."""

    rest_block_s: float = 0.5  # a gyroscope's offset is the mean of a calm block
    rest_gyr_sd_deg_s: float = 1.5  # spreads below which a block is calm
    rest_acc_sd_mps2: float = 0.15
    young_rests: int = 9  # so many rests are averaged before the offset is settled
    worth_moving_deg_s: float = 0.2
    agreeing_rests: int = 3  # calm blocks that must agree before an offset is given up for another
    rest_agreement_deg_s: float = 0.7
    greatest_offset_deg_s: float = 20.0  # the worst part in SENSORS: more is a movement
    filter_copes_deg_s: float = 1.5  # VQF finds offsets up to 2 deg/s itself
    warm_up_s: float = 3.0  # the filter is started with the first instants repeated so long


class InclinationFilter:
    """The orientation over one segment, sample by sample; chunk-exact, since every decision falls on whole blocks."""

    def __init__(self, rate_hz: float, settings: InclinationSettings, gyr_offset: Array | None = None) -> None:
        self.rate_hz = rate_hz
        self.settings = settings
        self.gyr_offset = np.zeros(3) if gyr_offset is None else gyr_offset
        self._filter = VQF(1.0 / rate_hz)
        self._block = max(2, round(settings.rest_block_s * rate_hz))
        self._open = np.empty((6, 0))  # samples of a rest block not complete yet
        self._before: Array | None = None  # the rate at the last sample
        self._given = gyr_offset is not None
        self._rests: list[Array] = []  # the mean rates of the last calm blocks
        self._taken = 0  # samples so far
        self._changes: list[tuple[int, Array]] = [(0, self.gyr_offset)]  # from which sample on which offset

    def push(self, acc: Array, gyr: Array) -> tuple[Array, Array, Array]:
        """The next samples (n, 3) -> orientation (n, 4), the mean rate since the sample before as measured, and the
        same without the gyroscope's offset, (n, 3) each.

        The first push holds the segment's first seconds: from them come the tilt at the start and, if they are calm,
        the gyroscope's offset.
        """
        # Samples are instants, the filter wants the mean over the step (SCIENCE 3.2): half the error below 200 Hz.
        middle = np.empty_like(gyr, order="C")
        middle[0] = gyr[0] + (gyr[0] if self._before is None else self._before)
        np.add(gyr[1:], gyr[:-1], out=middle[1:])
        middle /= 2
        if self._before is None:
            self._warm_up(acc)
        self._before = gyr[-1].copy()
        rate, done = np.empty_like(middle), 0
        for upto, offset in self._offsets(acc, gyr):
            np.subtract(middle[done:upto], offset, out=rate[done:upto])
            done = upto
        out = self._filter.updateBatch(rate, np.ascontiguousarray(acc))
        return out["quat6D"], middle, rate

    def _warm_up(self, acc: Array) -> None:
        first = acc[: max(1, round(0.3 * self.rate_hz))].mean(axis=0)
        repeated = np.tile(first, (round(self.settings.warm_up_s * self.rate_hz), 1))
        self._filter.updateBatch(np.zeros_like(repeated), repeated)

    def _offsets(self, acc: Array, gyr: Array) -> list[tuple[int, Array]]:
        """The gyroscope's offset to subtract, and up to which of these samples (past-the-last); it changes only where
        a calm block shows it far off."""
        old = self._open.shape[1]
        first = self._block - old  # samples until the open block completes
        whole = np.empty((6, old + len(gyr)))
        whole[:, :old], whole[:3, old:], whole[3:, old:] = self._open, acc.T, gyr.T
        done = whole.shape[1] // self._block * self._block
        calm, means = self._calm(whole[:, :done])
        resting, rest, pieces = np.flatnonzero(calm), 0, []
        while (found := self._next_offset(means[resting], rest)) is not None:
            block, offset = int(resting[found[0]]), found[1]
            rest = found[0] + 1
            if self._taken == 0 and block == 0:
                self.gyr_offset = offset  # the first block is at hand as a whole: use it from its first sample
                self._changes = [(0, offset)]
            upto = min(len(gyr), first + block * self._block)
            pieces.append((upto, self.gyr_offset))
            self.gyr_offset = offset
            self._changes.append((self._taken + upto, offset))
        self._open = whole[:, done:].copy()
        self._taken += len(gyr)
        return [*pieces, (len(gyr), self.gyr_offset)]

    def offset_at(self, sample: int | Index) -> Array:
        """The offset subtracted just before a sample, counted from the segment's first, (3,) rad/s, or (n, 3)."""
        starts, offsets = zip(*self._changes, strict=True)
        which = np.searchsorted(starts, np.maximum(sample, 1)) - 1
        return np.asarray(np.take(offsets, which, axis=0))

    def _next_offset(self, rests: Array, start: int) -> tuple[int, Array] | None:
        """Another offset to use, and after which rest; rests: (n, 3) mean rates, looked at from `start` on.

        The first rest is taken at its word and improved by the next ones: sway and a slow turn pass for rest alone.
        After that, and where a calibration gave the offset, only rests that agree move it, and only far: the filter
        finds small changes itself.
        """
        settings = self.settings
        while start < len(rests) and not self._given and len(self._rests) < settings.young_rests:
            self._rests.append(rests[start])
            middle: Array = np.median(self._rests, axis=0)
            if len(self._rests) == 1 or self._off_by(middle) > np.radians(settings.worth_moving_deg_s):
                return start, middle
            start += 1
        if start >= len(rests):
            return None
        asked, copes = settings.agreeing_rests, np.radians(settings.filter_copes_deg_s)
        before = self._rests[len(self._rests) - min(asked - 1, len(self._rests)) :]
        known = np.concatenate([np.reshape(before, (-1, 3)), rests[start:]])
        if np.abs(known - self.gyr_offset).max() <= copes:  # which is the rule; so all of them are looked at at once
            self._rests = [*self._rests, *known[len(before) :][-settings.young_rests :]][-settings.young_rests :]
            return None
        last = (
            np.lib.stride_tricks.sliding_window_view(known, asked, axis=0)
            if len(known) >= asked
            else known[:0, :, None]
        )
        agree = np.ptp(last, axis=2).max(axis=1, initial=0.0) < np.radians(settings.rest_agreement_deg_s)
        middles = np.median(last[agree], axis=2)
        off = np.abs(middles - self.gyr_offset).max(axis=1, initial=0.0)
        far = np.flatnonzero(off > copes)
        at = len(known) if not len(far) else int(np.flatnonzero(agree)[far[0]]) + asked
        self._rests = [*self._rests, *known[len(before) : at]][-settings.young_rests :]
        return (start + at - len(before) - 1, middles[far[0]]) if len(far) else None

    def _off_by(self, offset: Array) -> float:
        return float(np.abs(offset - self.gyr_offset).max())

    def _calm(self, whole: Array) -> tuple[np.typing.NDArray[np.bool_], Array]:
        """Which of the blocks in force and rate, (6, n), are calm, and the mean rate in each."""
        table = whole.reshape(6, -1, self._block)
        mean = np.einsum("kjb->kj", table) / self._block
        variance = np.einsum("kjb,kjb->kj", table, table) / self._block - mean**2
        settings = self.settings
        calm = (
            (variance[:3].max(axis=0) < settings.rest_acc_sd_mps2**2)
            & (variance[3:].max(axis=0) < np.radians(settings.rest_gyr_sd_deg_s) ** 2)
            & (np.abs(mean[3:]).max(axis=0) < np.radians(settings.greatest_offset_deg_s))
        )
        return calm, mean[3:].T


def angles(up: Array) -> tuple[Array, Array]:
    """Flexion and lean in degrees from the direction of up in trunk axes, (n, 3) -> (n,), (n,).

    Flexion is the forward lean of the trunk's long axis seen from the side the person faces: 0 upright, 90 level, more
    with the head below the hips; it does not fold back at 90. Lean is the rise of the left side, right positive.
    """
    x, y, z = up[:, 0], up[:, 1], up[:, 2]
    flexion = np.arctan2(-x / np.sqrt(np.maximum(1.0 - y * y, 1e-9)), z)
    lean = np.arcsin(np.clip(y, -1.0, 1.0))
    return flexion * DEGREES, lean * DEGREES


def heading(q: Array, left: Array) -> Array:
    """Where the trunk's left side points, seen from above, rad; left: (3,) the trunk's left in sensor axes."""
    w, x, y, z = q[:, 0], q[:, 1], q[:, 2], q[:, 3]
    # The left side turned by q = (w, v): left + 2 w a + 2 v x a with a = v x left.
    a = y * left[2] - z * left[1]
    b = z * left[0] - x * left[2]
    c = x * left[1] - y * left[0]
    east = left[0] + 2 * (w * a + y * c - z * b)
    north = left[1] + 2 * (w * b + z * a - x * c)
    toward: Array = np.arctan2(-east, north)
    return toward
