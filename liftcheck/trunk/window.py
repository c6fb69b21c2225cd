"""The refined look back over a window: the two smoothers' answer, on one time grid, in the trunk's own terms."""

from dataclasses import dataclass, field

import numpy as np
from scipy.signal import butter, sosfiltfilt

from liftcheck.samples import Array
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.calm import CalmSettings
from liftcheck.trunk.drop import DropSettings, Heights, smooth_height
from liftcheck.trunk.inclination import angles, heading
from liftcheck.trunk.mounting import Calibration, rotation_of
from liftcheck.trunk.tilt import TiltSettings, smooth_tilt

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True)
class WindowSettings:
    """How far back a bend is seen, and the models' own settings."""

    stance_s: float = 1.0  # so much standing in the window counts as much as the calibration's stance
    stance_deg: float = 10.0  # a stance further off than this is not taken for one
    look_back_s: float = 60.0  # 15 s is clearly worse, more is little better (SCIENCE 4.7, 7)
    velocity_hz: float = 4.0  # a trunk's turning lies below, the skin's wobble of 3-9 Hz mostly above
    tilt: TiltSettings = field(default_factory=TiltSettings)
    drop: DropSettings = field(default_factory=DropSettings)
    calm: CalmSettings = field(default_factory=CalmSettings)


@dataclass(frozen=True, eq=False)
class Window:
    """A window's movement at the edges of short blocks, all (J+1,).

    t: s. flexion_deg, lean_deg: as in Motion. turn_deg: heading, unwrapped, its zero arbitrary.
    velocity_deg_s: of flexion. drop_m: of the sensor
    below standing. sink_mps: its speed downward. activity: 1 at the border of calm. standing: in a standing pose.
    jolt_mps2: the greatest force in the block before. heights: the smoother, which knows its own doubt.
    """

    t: Array
    flexion_deg: Array
    lean_deg: Array
    turn_deg: Array
    velocity_deg_s: Array
    drop_m: Array
    sink_mps: Array
    activity: Array
    standing: Mask
    jolt_mps2: Array
    least_mps2: Array
    heights: Heights

    @property
    def step_s(self) -> float:
        """The spacing of the edges."""
        return self.heights.step_s


def refine(
    t: Array,
    acc: Array,
    gyr: Array,
    start: Array,
    rate_hz: float,
    calibration: Calibration,
    errors: AccErrors,
    settings: WindowSettings,
) -> Window:
    """Looks back over one segment's last samples.

    t: (n,) s. acc, gyr: (n, 3), sensor axes; acc already scaled, gyr the mean rate since the sample before without its
    offset. start: (4,) the filter's orientation at the first sample. errors: what is known of the accelerometer.
    """
    tilt = smooth_tilt(acc, gyr, rate_hz, start, settings.tilt)
    mounting = calibration.matrix
    heights = smooth_height(
        acc, gyr - tilt.gyr_offset, tilt.up, rate_hz, mounting[2], errors, settings.drop, settings.calm
    )
    block = max(1, round(settings.drop.block_s * rate_hz))
    edges = block * np.arange(len(heights.height_m))
    mounting = _as_stood(mounting, tilt.up[edges], heights.standing, heights.step_s, settings)
    flexion, lean = angles(tilt.up @ mounting.T)
    velocity = _velocity(flexion, rate_hz, settings)[edges]
    flexion, lean = flexion[edges], lean[edges]
    turn = np.degrees(np.unwrap(heading(tilt.q[edges], mounting[1])))
    force = np.sqrt(np.einsum("ij,ij->i", acc, acc))[1 : edges[-1] + 1].reshape(-1, block)
    return Window(
        t[edges],
        flexion,
        lean,
        turn,
        velocity,
        -heights.height_m,
        -heights.velocity_mps,
        heights.activity,
        heights.standing,
        np.concatenate([[0.0], force.max(axis=1)]),
        np.concatenate([[99.0], force.min(axis=1)]),
        heights,
    )


def _as_stood(mounting: Array, up: Array, standing: Mask, step_s: float, settings: WindowSettings) -> Array:
    """The mounting with its upright where the wearer really stood in this window: what an offset or a creeping strap
    shifts, it shifts in stance and bend alike."""
    if not standing.any():
        return mounting
    seconds = np.count_nonzero(standing) * step_s
    stood = up[standing].mean(axis=0)
    if stood @ mounting[2] < np.cos(np.radians(settings.stance_deg)):
        return mounting
    mean = (seconds * stood + settings.stance_s * mounting[2]) / (seconds + settings.stance_s)
    return np.array(rotation_of(mean, mounting[0]))


def _velocity(flexion_deg: Array, rate_hz: float, settings: WindowSettings) -> Array:
    """The rate of flexion, smoothed forward and backward so that no peak moves, (n,) deg -> (n,) deg/s."""
    sections = butter(2, min(settings.velocity_hz, 0.4 * rate_hz), fs=rate_hz, output="sos")
    reach = min(9, len(flexion_deg) - 1)  # at the ends, as far as there is something
    return np.asarray(np.gradient(sosfiltfilt(sections, flexion_deg, padlen=reach), 1 / rate_hz))
