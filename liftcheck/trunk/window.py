"""The refined look back over a window: the two smoothers' answer, on one time grid, in the trunk's own terms."""

from dataclasses import dataclass, field
from functools import lru_cache
from math import cos, radians

import numpy as np
from scipy.signal import butter, sosfiltfilt

from liftcheck.samples import Array
from liftcheck.trunk.acc_errors import AccErrors
from liftcheck.trunk.calm import CalmSettings
from liftcheck.trunk.drop import DropSettings, Heights, smooth_height
from liftcheck.trunk.inclination import DEGREES, angles
from liftcheck.trunk.mounting import Calibration, rotation_of
from liftcheck.trunk.strapdown import GAINED, GREATEST, LEAST, Blocks
from liftcheck.trunk.tilt import Tilt, TiltSettings, smooth_tilt

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

    t: s. flexion_deg, lean_deg: as in Motion. velocity_deg_s: of flexion. drop_m: of the sensor
    below standing. sink_mps: its speed downward. activity: 1 at the border of calm. standing: in a standing pose.
    jolt_mps2, least_mps2: the greatest and the least force in the block before. left: where the wearer's left pointed,
    told where it is asked for. heights: the smoother, which knows its own doubt.
    """

    t: Array
    flexion_deg: Array
    lean_deg: Array
    velocity_deg_s: Array
    drop_m: Array
    sink_mps: Array
    activity: Array
    standing: Mask
    jolt_mps2: Array
    least_mps2: Array
    left: "Left"
    heights: Heights

    @property
    def step_s(self) -> float:
        """The spacing of the edges."""
        return self.heights.step_s


def refine(
    t: Array,
    blocks: Blocks,
    filtered: Array,
    calibration: Calibration,
    errors: AccErrors,
    settings: WindowSettings,
    *,
    leans_forward: bool = True,
) -> Window:
    """Looks back over one segment's last samples.

    t: (J+1,) s, at the blocks' edges. blocks: gyr without its offset. filtered: (J+1, 4) the filter's orientation at
    the edges. errors: what is known of the accelerometer. leans_forward: where forward is not known yet, any tilt is
    taken for flexion; a pelvis tips backward as well.
    """
    tilt = smooth_tilt(blocks, filtered, settings.tilt)
    mounting = calibration.matrix
    up = tilt.up
    heights = smooth_height(blocks, tilt, mounting[2], errors, settings.drop, settings.calm)
    mounting = _as_stood(mounting, up, heights.standing, heights.step_s, settings)
    flexion, lean = angles((mounting @ up).T)
    if leans_forward and not calibration.forward_known:
        flexion, lean = DEGREES * np.arccos(np.clip(mounting[2] @ up, -1.0, 1.0)), np.zeros(len(lean))
    return Window(
        t,
        flexion,
        lean,
        _velocity(flexion, blocks.step_s, settings),
        -heights.height_m,
        -heights.velocity_mps,
        heights.activity,
        heights.standing,
        np.concatenate([[0.0], blocks.rows[GREATEST]]),
        np.concatenate([[99.0], blocks.rows[LEAST]]),
        Left(mounting[1], tilt, blocks),
        heights,
    )


@dataclass(frozen=True, eq=False)
class Left:
    """Where the wearer's left pointed over a window. axis: (3,) in sensor axes."""

    axis: Array
    tilt: Tilt
    blocks: Blocks

    def turn_deg(self, part: slice) -> Array:
        """The heading at these edges, (m,), unwrapped, its zero arbitrary."""
        _, (east, north) = self._seen(part)
        heading = self.tilt.steps.between(self.tilt.heading, part)
        return DEGREES * _unwrapped(np.arctan2(-east, north) + heading)

    def pushed_mps(self, part: slice) -> Array:
        """The speed gained in the block before each of these edges, (m,), the way that the wearer faces, tilt's errors
        and all; 0 at the window's first."""
        first = max(1, part.start)
        level, (east, north) = self._seen(slice(first - 1, part.stop))
        east, north, gained = east[1:], north[1:], self.blocks.rows[GAINED, first - 1 : part.stop - 1]
        across = np.einsum("abj,bj->aj", (level[:, :, 1:] + level[:, :, :-1]) / 2, gained)
        pushed = (across[0] * north - across[1] * east) / np.maximum(np.hypot(east, north), 1e-3)
        return np.concatenate([np.zeros(first - part.start), pushed])

    def _seen(self, part: slice) -> tuple[Array, Array]:
        """The level directions in the gyroscope's frame, (2, 3, m), and the left's parts in them, (2, m)."""
        level = self.tilt.steps.between(self.tilt.world[:2], part)
        left = self.axis @ self.blocks.rotation[:, part].reshape(3, 3, -1)
        return level, np.einsum("abj,bj->aj", level, left)


def _unwrapped(angle: Array) -> Array:
    """Without leaps of whole turns, (J+1,) rad."""
    leaps = np.rint((angle[1:] - angle[:-1]) / (2 * np.pi))
    out = angle.copy()
    out[1:] -= 2 * np.pi * np.cumsum(leaps)
    return out


def _as_stood(mounting: Array, up: Array, standing: Mask, step_s: float, settings: WindowSettings) -> Array:
    """The mounting with its upright where the wearer really stood in this window: what an offset or a creeping strap
    shifts, it shifts in stance and bend alike. up: (3, J+1)."""
    edges = int(np.count_nonzero(standing))
    if not edges:
        return mounting
    seconds, stood = edges * step_s, up @ standing / edges
    if stood @ mounting[2] < cos(radians(settings.stance_deg)):
        return mounting
    mean = (seconds * stood + settings.stance_s * mounting[2]) / (seconds + settings.stance_s)
    return np.array(rotation_of(mean, mounting[0]))


def _velocity(flexion_deg: Array, step_s: float, settings: WindowSettings) -> Array:
    """The rate of flexion at the edges, (J+1,) deg/s, smoothed forward and backward so that no peak moves."""
    kernel = _smoothing(settings.velocity_hz, step_s)
    reach = len(kernel) // 2
    padded = np.empty(len(flexion_deg) + 2 * reach)
    padded[:reach], padded[reach:-reach], padded[-reach:] = flexion_deg[0], flexion_deg, flexion_deg[-1]
    return np.asarray(np.convolve(padded, kernel, mode="valid"))


@lru_cache
def _smoothing(cutoff_hz: float, step_s: float) -> Array:
    """The weights by which places `step_s` apart give the slope in their midst, as a second-order low-pass forward and
    backward lets it through: its answer to an impulse, drawn finely, of which the slope at those places is taken."""
    finer, reach = 20, round(0.5 / step_s)
    unit = np.zeros(2 * finer * reach + 1)
    unit[finer * reach] = 1.0
    low_pass = butter(2, min(cutoff_hz, 0.4 / step_s), fs=finer / step_s, output="sos")
    slope = np.gradient(sosfiltfilt(low_pass, unit, padlen=0))[::finer]
    slope = (slope - slope[::-1]) / 2
    place = step_s * np.arange(reach, -reach - 1, -1)
    return np.asarray(slope / (slope @ place))
