"""The early warning: a bend clearly led by the back, noticed on the way down, before the load leaves the floor."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]

SPEED_BLOCKS = 2  # the hips' speed is taken over so many blocks, a tenth of a second


@dataclass(frozen=True)
class EarlyWarning:
    """A bend that is clearly led by the back, told before its bottom. t: s, the sample time at which it was known."""

    t: float
    flexion_deg: float
    hip_drop_m: float


@dataclass(frozen=True)
class WarningSettings:
    """When to warn: trunk and hips are looked at where they will be in a moment, at their present speed.

    SCIENCE 6 has 60 degrees and the hips as they are; but proper squats lean 48 to 76 degrees (4.6), and who goes down
    quickly leads with the trunk. Measured by tests/benchmarks/bench_warning.py.
    """

    flexion_deg: float = 70.0
    hips_m: float = 0.06  # SCIENCE 6
    ahead_s: float = 0.25  # SCIENCE 6
    hold_s: float = 0.15  # SCIENCE 6


class EarlyWatch:
    """Armed by a calm stance, fires at most once until the next: one warning a bend, none where height is a guess."""

    def __init__(self, settings: WarningSettings) -> None:
        self.settings = settings
        self._armed = False
        self._held_s = 0.0
        self._hips = np.full(SPEED_BLOCKS, np.nan)  # the hip drop at the last blocks

    def push(
        self, t: Array, flexion_deg: Array, velocity_deg_s: Array, hip_drop_m: Array, stance: Mask, step_s: float
    ) -> list[EarlyWarning]:
        """The next blocks' ends (n,): times, causal flexion, its speed, hip drop (NaN: not known), calm stance."""
        settings = self.settings
        hips = np.concatenate([self._hips, hip_drop_m])
        self._hips = hips[-SPEED_BLOCKS:]
        sinking = np.maximum(hips[SPEED_BLOCKS:] - hips[:-SPEED_BLOCKS], 0.0) / (SPEED_BLOCKS * step_s)
        led = (
            (velocity_deg_s > 0)
            & (flexion_deg + settings.ahead_s * velocity_deg_s > settings.flexion_deg)
            & (hip_drop_m + settings.ahead_s * sinking < settings.hips_m)
        )
        warnings: list[EarlyWarning] = []
        seen, before = 0, -1  # stances are looked at up to here; the last block led by the back
        for i in np.flatnonzero(led).tolist():
            self._armed = self._armed or bool(stance[seen : i + 1].any())
            self._held_s = self._held_s + step_s if i == before + 1 else step_s
            seen, before = i + 1, i
            if self._armed and self._held_s > settings.hold_s - step_s / 2:
                warnings.append(EarlyWarning(float(t[i]), float(flexion_deg[i]), float(hip_drop_m[i])))
                self._armed = False
        self._armed = self._armed or bool(stance[seen:].any())
        if len(t) and before != len(t) - 1:
            self._held_s = 0.0
        return warnings
