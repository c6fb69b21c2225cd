"""The early warning: a bend clearly led by the back, noticed on the way down, before the load leaves the floor."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class EarlyWarning:
    """A bend that is clearly led by the back, told before its bottom. t: s, the sample time at which it was known."""

    t: float
    flexion_deg: float
    hip_drop_m: float


@dataclass(frozen=True)
class WarningSettings:
    """When to warn (SCIENCE 6), on what is known at the moment."""

    flexion_deg: float = 60.0  # where the trunk will be ...
    ahead_s: float = 0.25  # ... so much later, at its present speed
    hips_m: float = 0.06  # while the hips have not sunk so far
    hold_s: float = 0.15  # for so long


class EarlyWatch:
    """Armed by a calm stance, fires at most once until the next: one warning a bend, none where height is a guess."""

    def __init__(self, settings: WarningSettings) -> None:
        self.settings = settings
        self._armed = False
        self._held_s = 0.0

    def push(
        self, t: Array, flexion_deg: Array, velocity_deg_s: Array, hip_drop_m: Array, stance: Mask, step_s: float
    ) -> list[EarlyWarning]:
        """The next blocks' ends (n,): times, causal flexion, its speed, hip drop (NaN: not known), calm stance."""
        settings = self.settings
        with np.errstate(invalid="ignore"):
            led = (
                (velocity_deg_s > 0)
                & (flexion_deg + settings.ahead_s * velocity_deg_s > settings.flexion_deg)
                & (hip_drop_m < settings.hips_m)
            )
        warnings: list[EarlyWarning] = []
        if not led.any():
            self._armed = (self._armed or bool(stance.any())) if len(stance) else self._armed
            self._held_s = 0.0 if len(led) else self._held_s
            return warnings
        for i, (back, stands) in enumerate(zip(led.tolist(), stance.tolist(), strict=True)):
            self._armed = self._armed or stands
            self._held_s = self._held_s + step_s if back else 0.0
            if self._armed and self._held_s > settings.hold_s - step_s / 2:
                warnings.append(EarlyWarning(float(t[i]), float(flexion_deg[i]), float(hip_drop_m[i])))
                self._armed = False
        return warnings
