"""Whether the sensor is on a body: nobody stands, sits or lies as still as a table."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class WornSettings:
    """How still is too still. A standing trunk sways by 0.2 to 0.5 degrees rms, a lying one breathes."""

    still_deg: float = 0.15  # the tilt never went farther ...
    within_s: float = 5.0  # ... in so long: more than a breath, and the filter itself wanders more slowly
    still_s: float = 30.0
    level_deg: float = 45.0  # tilted by more, as a sensor on a table is and a wearer at rest seldom
    level_still_s: float = 10.0  # ... so long: two breaths
    upright_deg: float = 18.0
    stands_s: float = 0.5  # calm upright standing after having been moved: worn again
    moves_s: float = 20.0  # so much movement: worn again too


class WornWatch:
    """Decides block by block whether the sensor is worn; what was said stays said."""

    def __init__(self, settings: WornSettings) -> None:
        self.settings = settings
        self.worn = True
        self._kept: Array | None = None  # up a little while ago
        self._kept_s = 0.0  # how long ago
        self._still_s = 0.0
        self._moved_s = 0.0  # since it was found off the body
        self._stood_s = 0.0

    def push(self, up: Array, rested: Mask, stance: Array | None, step_s: float) -> Mask:
        """The next blocks: up at their ends (n, 3), calm (n,) -> whether worn from there on. stance: (3,), if known."""
        if stance is None:
            tilt = np.full(len(up), np.nan)
        else:
            cosine = up[:, 0] * stance[0] + up[:, 1] * stance[1] + up[:, 2] * stance[2]
            tilt = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        worn = np.empty(len(up), dtype=bool)
        for i, (rests, tilt_deg) in enumerate(zip(rested.tolist(), tilt.tolist(), strict=True)):
            self._follow_stillness(up[i], rests, step_s)
            if self.worn:
                self._maybe_off(tilt_deg)
            else:
                self._maybe_back(rests, tilt_deg, step_s)
            worn[i] = self.worn
        return worn

    def _follow_stillness(self, pose: Array, rests: bool, step_s: float) -> None:
        if not rests:
            self._kept, self._still_s = None, 0.0
        elif self._kept is None or _chord(pose, self._kept) > np.radians(self.settings.still_deg):
            self._kept, self._kept_s, self._still_s = pose, 0.0, 0.0
        else:
            self._still_s += step_s
            self._kept_s += step_s
            if self._kept_s >= self.settings.within_s:
                self._kept, self._kept_s = pose, 0.0

    def _maybe_off(self, tilt_deg: float) -> None:
        settings = self.settings
        if self._still_s >= (settings.level_still_s if tilt_deg > settings.level_deg else settings.still_s):
            self.worn, self._moved_s, self._stood_s = False, 0.0, 0.0

    def _maybe_back(self, rests: bool, tilt_deg: float, step_s: float) -> None:
        settings = self.settings
        self._moved_s += 0.0 if rests else step_s
        stands = rests and tilt_deg < settings.upright_deg and self._moved_s > 0
        self._stood_s = self._stood_s + step_s if stands else 0.0
        if self._stood_s >= settings.stands_s or self._moved_s >= settings.moves_s:
            self.worn, self._still_s = True, 0.0


def _chord(a: Array, b: Array) -> float:
    x, y, z = a - b
    return float(np.sqrt(x * x + y * y + z * z))
