"""Whether the sensor is on a body: nobody stands, sits or lies as still as a table."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class WornSettings:
    """How still is too still. A standing trunk sways by 0.2 to 0.5 degrees rms, a lying one breathes."""

    look_s: float = 0.25  # a pose is looked at so often: less than the time over which calm is judged
    still_deg: float = 0.15  # the tilt never went farther ...
    within_s: float = 5.0  # ... in so long: more than a breath, and the filter itself wanders more slowly
    still_s: float = 30.0
    level_deg: float = 45.0  # tilted by more, as a sensor on a table is and a wearer at rest seldom
    level_still_s: float = 10.0  # ... so long: two breaths
    upright_deg: float = 18.0
    stands_s: float = 0.5  # calm upright standing after having been moved: worn again
    moves_s: float = 20.0  # so much movement: worn again too


class WornWatch:
    """Decides a few times a second whether the sensor is worn; what was said stays said."""

    def __init__(self, settings: WornSettings) -> None:
        self.settings = settings
        self.worn = True
        self._kept = (0.0, 0.0, 0.0)  # up a little while ago, or nothing
        self._kept_s = 0.0  # how long ago
        self._still_s = 0.0
        self._moved_s = 0.0  # since it was found off the body
        self._stood_s = 0.0
        self._since = 0  # blocks since a pose was looked at

    def push(self, up: Array, rested: Mask, stance: Array | None, step_s: float) -> Mask:
        """The next blocks: up at their ends (n, 3), calm (n,) -> whether worn from there on. stance: (3,), if known."""
        settings, before, blocks = self.settings, self.worn, len(up)
        every = max(1, round(settings.look_s / step_s))
        self._since %= every  # a segment's steps may be longer than those of the one before
        looks = np.arange(every - 1 - self._since, len(up), every)
        self._since = (self._since + len(up)) % every
        up, rested, step_s = up[looks], rested[looks], every * step_s
        if stance is None:
            tilt = np.full(len(up), np.nan)
        else:
            cosine = up[:, 0] * stance[0] + up[:, 1] * stance[1] + up[:, 2] * stance[2]
            tilt = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        worn = np.ones(len(looks) + 1, dtype=bool)
        worn[0] = before
        least_s = min(settings.still_s, settings.level_still_s)
        near = float(np.cos(np.radians(settings.still_deg)))
        within_s, worn_now = settings.within_s, self.worn
        (x0, y0, z0), kept_s, still_s = self._kept, self._kept_s, self._still_s
        # One loop over plain numbers, since each pose is compared to one that the loop itself has chosen. Nothing is
        # near to (0, 0, 0): no pose is kept.
        for i, (rests, x, y, z) in enumerate(zip(rested.tolist(), *up.T.tolist(), strict=True)):
            if not rests:
                x0, y0, z0, still_s = 0.0, 0.0, 0.0, 0.0
            elif x * x0 + y * y0 + z * z0 < near:
                x0, y0, z0, kept_s, still_s = x, y, z, 0.0, 0.0
            else:
                still_s += step_s
                kept_s += step_s
                if kept_s >= within_s:
                    x0, y0, z0, kept_s = x, y, z, 0.0
            if still_s >= least_s or not worn_now:
                still_s = self._decide(still_s, rests, float(tilt[i]), step_s)
                worn[i + 1] = worn_now = self.worn
        self._kept, self._kept_s, self._still_s = (x0, y0, z0), kept_s, still_s
        return np.repeat(worn, np.diff(looks, prepend=0, append=blocks))

    def _decide(self, still_s: float, rests: bool, tilt_deg: float, step_s: float) -> float:
        """Says whether it is worn from this block on; for how long it has been still since, s."""
        if self.worn:
            self._maybe_off(still_s, tilt_deg)
        elif self._is_back(rests, tilt_deg, step_s):
            self.worn = True
            return 0.0
        return still_s

    def _maybe_off(self, still_s: float, tilt_deg: float) -> None:
        settings = self.settings
        if still_s >= (settings.level_still_s if tilt_deg > settings.level_deg else settings.still_s):
            self.worn, self._moved_s, self._stood_s = False, 0.0, 0.0

    def _is_back(self, rests: bool, tilt_deg: float, step_s: float) -> bool:
        settings = self.settings
        self._moved_s += 0.0 if rests else step_s
        stands = rests and tilt_deg < settings.upright_deg and self._moved_s > 0
        self._stood_s = self._stood_s + step_s if stands else 0.0
        return self._stood_s >= settings.stands_s or self._moved_s >= settings.moves_s
