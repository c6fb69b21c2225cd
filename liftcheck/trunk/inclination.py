"""The trunk's angles as known at the moment: an orientation filter over everything, cheap and never revised."""

from dataclasses import dataclass

import numpy as np
from vqf import VQF

from liftcheck.samples import Array


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
        self._open = np.empty((0, 6))  # samples of a rest block not complete yet
        self._before: Array | None = None  # the rate at the last sample
        self._given = gyr_offset is not None
        self._rests: list[Array] = []  # the mean rates of the last calm blocks
        self._taken = 0  # samples so far
        self._changes: list[tuple[int, Array]] = [(0, self.gyr_offset)]  # from which sample on which offset

    def push(self, acc: Array, gyr: Array) -> tuple[Array, Array, Array]:
        """The next samples (n, 3) -> orientation (n, 4), the mean rate since the sample before with the offset removed,
        and that offset, (n, 3) each.

        The first push holds the segment's first seconds: from them come the tilt at the start and, if they are calm,
        the gyroscope's offset.
        """
        offsets = self._offsets(acc, gyr)
        rate = gyr - offsets
        previous = rate[:1] if self._before is None else self._before
        # Samples are instants, the filter wants the mean over the step (SCIENCE 3.2): half the error below 200 Hz.
        middle = (rate + np.concatenate([previous, rate[:-1]])) / 2
        if self._before is None:
            self._warm_up(acc)
        self._before = rate[-1:]
        out = self._filter.updateBatch(np.ascontiguousarray(middle), np.ascontiguousarray(acc))
        return out["quat6D"], middle, offsets

    def _warm_up(self, acc: Array) -> None:
        first = acc[: max(1, round(0.3 * self.rate_hz))].mean(axis=0)
        repeated = np.tile(first, (round(self.settings.warm_up_s * self.rate_hz), 1))
        self._filter.updateBatch(np.zeros_like(repeated), repeated)

    def _offsets(self, acc: Array, gyr: Array) -> Array:
        """The gyroscope's offset to subtract at each sample; it changes only where a calm block shows it far off."""
        whole = np.concatenate([self._open, np.hstack([acc, gyr])])
        blocks = len(whole) // self._block
        first = self._block - len(self._open)  # samples until the open block completes
        offsets = np.empty_like(gyr)
        done = 0
        table = whole[: blocks * self._block].reshape(blocks, self._block, 6)
        calm, means = self._calm(table)
        resting, rest = np.flatnonzero(calm), 0
        while (found := self._next_offset(means[resting], rest)) is not None:
            block, offset = int(resting[found[0]]), found[1]
            rest = found[0] + 1
            if self._taken == 0 and block == 0:
                self.gyr_offset = offset  # the first block is at hand as a whole: use it from its first sample
                self._changes = [(0, offset)]
            upto = min(len(gyr), first + block * self._block)
            offsets[done:upto] = self.gyr_offset
            done = upto
            self.gyr_offset = offset
            self._changes.append((self._taken + upto, offset))
        offsets[done:] = self.gyr_offset
        self._open = whole[blocks * self._block :]
        self._taken += len(gyr)
        return offsets

    def offset_at(self, sample: int) -> Array:
        """The offset subtracted just before a sample, counted from the segment's first, (3,) rad/s."""
        return [offset for start, offset in self._changes if start < max(sample, 1)][-1]

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
        # Most rests change nothing; so all of them are compared at once.
        asked = settings.agreeing_rests
        before = self._rests[len(self._rests) - min(asked - 1, len(self._rests)) :]
        known = np.array([*before, *rests[start:]])
        last = (
            np.lib.stride_tricks.sliding_window_view(known, asked, axis=0)
            if len(known) >= asked
            else known[:0, :, None]
        )
        agree = np.ptp(last, axis=2).max(axis=1, initial=0.0) < np.radians(settings.rest_agreement_deg_s)
        middles = np.median(last[agree], axis=2)
        off = np.abs(middles - self.gyr_offset).max(axis=1, initial=0.0)
        far = np.flatnonzero(off > np.radians(settings.filter_copes_deg_s))
        at = len(known) if not len(far) else int(np.flatnonzero(agree)[far[0]]) + asked
        self._rests = [*self._rests, *known[len(before) : at]][-settings.young_rests :]
        return (start + at - len(before) - 1, middles[far[0]]) if len(far) else None

    def _off_by(self, offset: Array) -> float:
        return float(np.abs(offset - self.gyr_offset).max())

    def _calm(self, table: Array) -> tuple[np.typing.NDArray[np.bool_], Array]:
        if not len(table):
            return np.zeros(0, dtype=bool), np.empty((0, 3))
        mean = np.einsum("jbk->jk", table) / table.shape[1]
        centred = table - mean[:, None]
        spread = np.sqrt(np.einsum("jbk,jbk->jk", centred, centred) / table.shape[1])
        settings = self.settings
        calm = (
            (spread[:, :3].max(axis=1) < settings.rest_acc_sd_mps2)
            & (spread[:, 3:].max(axis=1) < np.radians(settings.rest_gyr_sd_deg_s))
            & (np.abs(mean[:, 3:]).max(axis=1) < np.radians(settings.greatest_offset_deg_s))
        )
        return calm, mean[:, 3:]


def angles(up: Array) -> tuple[Array, Array]:
    """Flexion and lean in degrees from the direction of up in trunk axes, (n, 3) -> (n,), (n,).

    Flexion is the forward lean of the trunk's long axis seen from the side the person faces: 0 upright, 90 level, more
    with the head below the hips; it does not fold back at 90. Lean is the rise of the left side, right positive.
    """
    across = np.sqrt(np.maximum(1.0 - up[:, 1] ** 2, 1e-9))
    flexion = np.degrees(np.arctan2(-up[:, 0] / across, up[:, 2]))
    lean = np.degrees(np.arcsin(np.clip(up[:, 1], -1.0, 1.0)))
    return flexion, lean


def heading(q: Array, left: Array) -> Array:
    """Where the trunk's left side points, seen from above, rad; left: (3,) the trunk's left in sensor axes."""
    w, x, y, z = q[:, 0], q[:, 1], q[:, 2], q[:, 3]
    east = (1 - 2 * (y * y + z * z)) * left[0] + 2 * (x * y - w * z) * left[1] + 2 * (x * z + w * y) * left[2]
    north = 2 * (x * y + w * z) * left[0] + (1 - 2 * (x * x + z * z)) * left[1] + 2 * (y * z - w * x) * left[2]
    toward: Array = np.arctan2(-east, north)
    return toward
