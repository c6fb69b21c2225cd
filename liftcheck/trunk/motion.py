"""How the trunk moved, sample by sample, as known at that moment."""

from dataclasses import dataclass, fields

import numpy as np

from liftcheck.samples import Array


@dataclass(frozen=True, eq=False)
class Motion:
    """The causal estimate of the trunk's movement: what live curves, the figure and the exposure are drawn from.

    It is never revised; a lift's own curve (`Lift.curve`) is the refined estimate. All arrays are (n,).
    t: s. flexion_deg: forward lean against the stance, forward positive. lean_deg: to the right positive.
    turn_deg: heading, left positive, drifting slowly; only differences over seconds mean something.
    velocity_deg_s: rate of flexion. drop_m: how far the sensor sank below standing (positive down).
    hip_drop_m: the same for the hips. worn: False while the sensor is off the body or being calibrated.
    """

    t: Array
    flexion_deg: Array
    lean_deg: Array
    turn_deg: Array
    velocity_deg_s: Array
    drop_m: Array
    hip_drop_m: Array
    worn: np.typing.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, part: slice) -> "Motion":
        return Motion(*(getattr(self, f.name)[part] for f in fields(self)))

    @staticmethod
    def empty() -> "Motion":
        """No motion."""
        none = np.empty(0)
        return Motion(none, none, none, none, none, none, none, np.empty(0, dtype=bool))
