"""The refined look back over a window: the two smoothers' answer, on one time grid, in the trunk's own terms."""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfiltfilt

from liftcheck.samples import Array
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.calm import CalmSettings
from liftcheck.trunk.drop import DropSettings, Heights, smooth_height
from liftcheck.trunk.inclination import angles
from liftcheck.trunk.mounting import Calibration, rotation_of
from liftcheck.trunk.strapdown import Blocks
from liftcheck.trunk.tilt import TiltSettings, smooth_tilt, up_at_edges

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
    up: Array,
    blocks: Blocks,
    start: Array,
    calibration: Calibration,
    errors: AccErrors,
    settings: WindowSettings,
) -> Window:
    """Looks back over one segment's last samples.

    t: (n,) s. up: (n, 3), as the filter said it. blocks: of the same samples, gyr without its offset. start: (4,) the
    filter's orientation at the first sample. errors: what is known of the accelerometer.
    """
    tilt = smooth_tilt(blocks, start, settings.tilt)
    mounting = calibration.matrix
    heights = smooth_height(blocks, tilt, mounting[2], errors, settings.drop, settings.calm)
    refined = up_at_edges(blocks, tilt)
    mounting = _as_stood(mounting, refined.T, heights.standing, heights.step_s, settings)
    flexion, lean = angles((mounting @ refined).T)
    left = np.einsum("bcj,c->bj", blocks.rotation.reshape(3, 3, -1), mounting[1])
    east, north = np.einsum("abj,bj->aj", tilt.world[:2], left)
    return Window(
        t[:: blocks.count],
        flexion,
        lean,
        np.degrees(np.unwrap(np.arctan2(-east, north))),
        _velocity(flexion, up @ mounting.T, blocks, settings),
        -heights.height_m,
        -heights.velocity_mps,
        heights.activity,
        heights.standing,
        np.concatenate([[0.0], blocks.greatest]),
        np.concatenate([[99.0], blocks.least]),
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


def _velocity(flexion_deg: Array, up: Array, blocks: Blocks, settings: WindowSettings) -> Array:
    """The rate of flexion, smoothed forward and backward so that no peak moves, at the edges, (J+1,) deg/s.

    flexion_deg: refined, at the edges. up: (n, 3) the filter's, in trunk axes, which lacks a slow correction: between
    the edges that is a straight line.
    """
    count, rate_hz = blocks.count, blocks.count / blocks.step_s
    between = angles(up)[0]
    lacking = flexion_deg - between[::count]
    share = np.arange(count) / count
    between[:-1] += (lacking[:-1, None] + np.diff(lacking)[:, None] * share).ravel()
    between[-1] += lacking[-1]
    reach = min(9, len(between) - 1)  # at the ends, as far as there is something
    smooth = sosfiltfilt(_low_pass(min(settings.velocity_hz, 0.4 * rate_hz), rate_hz), between, padlen=reach)
    return np.asarray(np.gradient(smooth, 1 / rate_hz)[::count])


@lru_cache
def _low_pass(cutoff_hz: float, rate_hz: float) -> Array:
    return np.asarray(butter(2, cutoff_hz, fs=rate_hz, output="sos"))
