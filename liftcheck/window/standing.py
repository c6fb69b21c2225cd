"""Keeps the live hip drop from wandering on the screen while somebody stands.

The causal estimate (trunk/) adds up acceleration and drifts until the wearer is calm; the look back that a verdict is
made of knows better. Until the live estimate has come back, or a bend begins, the screen stands where the look back
stood. Only what is drawn is concerned, never what is stored or judged.
"""

from dataclasses import replace

import numpy as np

from liftcheck.lifts.lift import Lift
from liftcheck.trunk.motion import Motion

BACK_WITHIN_M = 0.03
BENDING_DEG = 20.0
LIMITS_M = (-0.04, 0.60)  # standing on tiptoe, sitting on the heels: beyond is no hip


class Standing:
    """Follows a session; `held_m` is the hip drop that is drawn while the live one is not believed."""

    def __init__(self) -> None:
        self.held_m: float | None = None

    def follow(self, motion: Motion) -> Motion:
        """The motion as it is drawn."""
        hips = np.clip(motion.hip_drop_m, *LIMITS_M)
        if not motion.worn.all():  # being calibrated, or off the body: whoever puts it on again stands
            self.held_m = 0.0
        if self.held_m is not None and len(motion):
            near = (motion.flexion_deg > BENDING_DEG) | (np.abs(motion.hip_drop_m) < BACK_WITHIN_M)
            believed = near & motion.worn
            first = int(np.argmax(believed)) if believed.any() else len(motion)
            hips[:first] = self.held_m
            if first < len(motion):
                self.held_m = None
        return replace(motion, hip_drop_m=hips)

    def looked_back(self, bend: Lift, motion: Motion) -> None:
        """A bend was judged; where its curve ended upright, the wearer stands. motion: the newest, as measured."""
        if bend.curve is None or not len(bend.curve.t) or not len(motion):
            return
        drifted = abs(float(motion.hip_drop_m[-1])) >= BACK_WITHIN_M
        upright = float(motion.flexion_deg[-1]) <= BENDING_DEG
        end = float(bend.curve.hip_drop_m[-1])
        if drifted and upright and np.isfinite(end):
            self.held_m = float(np.clip(end, *LIMITS_M))
