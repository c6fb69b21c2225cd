"""The last seconds of motion, thinned for drawing, in memory that never grows."""

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.motion import Motion

SHOWN_S = 20.0
STEP_S = 0.04  # a screen's 800 points hold no more
GAP_S = 0.3
UPRIGHT_DEG = 20.0
SPAN_S = SHOWN_S + 2.0  # a little more, so that a curve leaves at the edge


class Trace:
    """A ring of points: time, lean and hip drop, with NaN where there was no signal. Read it with `view`."""

    def __init__(self) -> None:
        size = int(SPAN_S / STEP_S) + 100
        self._points: Array = np.full((3, size), np.nan)
        self._last_kept = -np.inf
        self._last_t = -np.inf
        self.newest: tuple[float, float, float] | None = None  # t, lean in degrees, hip drop in m
        self.gaps: list[tuple[float, float]] = []

    def take(self, motion: Motion) -> None:
        """The next stretch; what does not fit any more is forgotten."""
        if not len(motion):
            return
        t = motion.t
        # The first sample of each step of a fixed grid: the same points however the stream is cut.
        steps = np.floor(t / STEP_S)
        before = np.floor(self._last_t / STEP_S) if np.isfinite(self._last_t) else -np.inf
        keep = np.diff(steps, prepend=before) > 0
        new = np.array([t[keep], motion.flexion_deg[keep], motion.hip_drop_m[keep]])
        new[1:, ~motion.worn[keep]] = np.nan  # off the body, or being calibrated: no bend to show
        new = self._with_gaps(t, new)
        self._last_t = float(t[-1])
        self.newest = (self._last_t, float(motion.flexion_deg[-1]), float(motion.hip_drop_m[-1]))
        count = min(new.shape[1], self._points.shape[1])
        self._points[:, : self._points.shape[1] - count] = self._points[:, count:]
        self._points[:, self._points.shape[1] - count :] = new[:, new.shape[1] - count :]
        self.gaps = [gap for gap in self.gaps if gap[1] > self._last_t - SPAN_S]

    def blank(self, start: float, end: float) -> None:
        """Takes the points of a lift out, where its own curve is drawn instead."""
        inside = (self._points[0] > start) & (self._points[0] < end)
        self._points[1:, inside] = np.nan

    def redraw(self, t: Array, hip_drop_m: Array) -> None:
        """Puts the hips of a bend where the look back found them."""
        inside = (self._points[0] >= t[0]) & (self._points[0] <= t[-1]) & np.isfinite(self._points[2])
        self._points[2, inside] = np.interp(self._points[0, inside], t, hip_drop_m)

    def stand(self, start: float, hip_drop_m: float) -> None:
        """Puts the hips since `start` where the look back found them, as far as the trunk is upright."""
        with np.errstate(invalid="ignore"):
            upright = (self._points[0] >= start) & (self._points[1] <= UPRIGHT_DEG) & np.isfinite(self._points[2])
        self._points[2, upright] = hip_drop_m

    def view(self, now: float) -> tuple[Array, Array, Array]:
        """Time relative to now (s, at most 0), lean (degrees) and hip drop (m), all of the ring's fixed length."""
        return self._points[0] - now, self._points[1], self._points[2]

    def _with_gaps(self, t: Array, new: Array) -> Array:
        """Puts a NaN into each gap, so that no line bridges it."""
        before = t[0] if not np.isfinite(self._last_t) else self._last_t
        holes = np.flatnonzero(np.diff(t, prepend=before) > GAP_S)
        for hole in holes:
            start = float(self._last_t if hole == 0 else t[hole - 1])
            self.gaps.append((start, float(t[hole])))
            place = int(np.searchsorted(new[0], t[hole]))
            new = np.insert(new, place, [start + 1e-3, np.nan, np.nan], axis=1)
        return new
