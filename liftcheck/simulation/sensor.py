"""What a sensor makes of a motion: its mounting, its noise and offsets, its range, and the skin it sits on."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import sosfilt

from liftcheck.samples import GRAVITY_MPS2, Array, Samples

MG = GRAVITY_MPS2 / 1000


@dataclass(frozen=True)
class SensorClass:
    """How good a sensor is: constants are drawn with these standard deviations (SCIENCE 8, data sheets' typicals)."""

    acc_noise_ug: float = 0.0  # per sqrt(Hz)
    acc_offset_mg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acc_scale_percent: float = 0.0
    gyr_noise_mdps: float = 0.0
    gyr_offset_dps: float = 0.0
    gyr_scale_percent: float = 0.0
    warm_up_dps: float = 0.0  # how far the gyroscope's zero moves while the sensor warms up
    acc_range_g: float = 16.0
    gyr_range_dps: float = 2000.0
    bits: int = 0  # 0: not quantised
    wobble: float = 0.0  # 1: 0.3 m/s² and 0.5 degrees rms in movement


SENSORS = {
    "clean": SensorClass(),
    "consumer": SensorClass(120, (20, 20, 20), 0.5, 7, 1.0, 0.5, 0.05, 8, 1000, 16, 1.0),
    "lsm6dso": SensorClass(70, (20, 20, 20), 0.5, 3.8, 1.0, 0.5, 0.1, 8, 1000, 16, 1.0),
    "bmi270": SensorClass(160, (20, 20, 20), 0.4, 7, 0.5, 0.4, 0.1, 8, 1000, 16, 1.0),
    "bmi160": SensorClass(180, (40, 40, 40), 0.5, 7, 3.0, 1.0, 0.3, 8, 1000, 16, 1.0),
    "icm20948": SensorClass(230, (25, 25, 50), 0.5, 15, 5.0, 1.5, 0.2, 8, 1000, 16, 1.0),
    "bno055": SensorClass(150, (80, 80, 80), 1.0, 14, 1.0, 1.0, 0.2, 8, 1000, 14, 1.0),
    "mpu6050": SensorClass(400, (50, 50, 80), 1.5, 5, 5.0, 1.5, 0.5, 8, 1000, 16, 1.2),
}


@dataclass(frozen=True, eq=False)
class Imperfections:
    """One sensor's own constants. Offsets in m/s² and rad/s, scales as factors, noise as one sample's SD."""

    acc_offset: Array
    acc_scale: Array
    acc_noise: float
    gyr_offset: Array
    gyr_scale: Array
    gyr_noise: float
    warm_up: Array
    acc_range: float
    gyr_range: float
    bits: int
    wobble: float
    wobble_hz: Array
    wobble_damping: Array


def drawn(kind: SensorClass, rate_hz: float, rng: np.random.Generator) -> Imperfections:
    """A sensor of this class; bandwidth is half the rate."""
    band = np.sqrt(rate_hz / 2)
    return Imperfections(
        acc_offset=rng.normal(0, 1, 3) * np.array(kind.acc_offset_mg) * MG,
        acc_scale=1 + rng.normal(0, 1, 3) * kind.acc_scale_percent / 100,
        acc_noise=kind.acc_noise_ug / 1000 * MG * band,
        gyr_offset=np.radians(rng.normal(0, 1, 3) * kind.gyr_offset_dps),
        gyr_scale=1 + rng.normal(0, 1, 3) * kind.gyr_scale_percent / 100,
        gyr_noise=float(np.radians(kind.gyr_noise_mdps / 1000) * band),
        warm_up=np.radians(rng.normal(0, 1, 3) * kind.warm_up_dps),
        acc_range=kind.acc_range_g * GRAVITY_MPS2,
        gyr_range=float(np.radians(kind.gyr_range_dps)),
        bits=kind.bits,
        wobble=kind.wobble,
        wobble_hz=rng.uniform(3.5, 8.0, 6),
        wobble_damping=rng.uniform(0.12, 0.25, 6),
    )


def mounted(rng: np.random.Generator, site: str) -> Array:
    """(3, 3): turns sensor axes into the segment's. Flat on the body, either face outwards, turned anyhow, askew."""
    out = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])  # the face looks backwards
    if site in ("waist-front", "chest"):
        out = np.diag([-1.0, -1.0, 1.0]) @ out
    if rng.random() < 0.5:
        out = out @ np.diag([1.0, -1.0, -1.0])  # face to the skin
    askew = _small(np.radians(rng.normal(0, 8, 2)))
    turn = rng.uniform(0, 2 * np.pi)
    about = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1.0]])
    return np.asarray(out @ askew @ about)


def _small(angles: Array) -> Array:
    (cx, cy), (sx, sy) = np.cos(angles), np.sin(angles)
    return np.asarray(
        np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]]) @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    )


# How strongly the skin answers the body's acceleration: set so that a brisk lift shakes by 0.3 m/s² and 0.5 degrees.
WOBBLE_SHIFT = 0.6
WOBBLE_TILT_RAD = 0.0145  # per m/s² of shaking
MOST_SHAKE_MPS2 = 1.5  # skin stiffens


class Skin:
    """Soft tissue under the sensor: six damped resonances, shaken by the body's acceleration, at rest none."""

    def __init__(self, flaws: Imperfections, rate_hz: float) -> None:
        self.size = flaws.wobble
        self.rate_hz = rate_hz
        self.filters = [_resonance(f, z, rate_hz) for f, z in zip(flaws.wobble_hz, flaws.wobble_damping, strict=True)]
        self.state: list[Array] | None = None
        self.tilt: Array | None = None

    def shake(self, samples: Samples) -> Samples:
        """The samples with the skin's own motion added. Carries its state from chunk to chunk."""
        if not self.size or not len(samples):
            return samples
        if self.state is None:
            self.state = [np.zeros((1, 2)) for _ in self.filters]
            self.before = samples.acc[0]
        drive = np.diff(samples.acc, axis=0, prepend=self.before[None]) * self.rate_hz
        self.before = samples.acc[-1]
        moved = np.empty((len(samples), 6))
        for i, sos in enumerate(self.filters):
            moved[:, i], self.state[i] = sosfilt(sos, drive[:, i % 3], zi=self.state[i])
        moved = MOST_SHAKE_MPS2 * np.tanh(moved / MOST_SHAKE_MPS2)
        tilt = self.size * WOBBLE_TILT_RAD * moved[:, 3:]
        last = self.tilt if self.tilt is not None else tilt[:1]
        rate = np.diff(tilt, axis=0, prepend=last) * self.rate_hz
        self.tilt = tilt[-1:]
        acc = samples.acc + self.size * WOBBLE_SHIFT * moved[:, :3] + np.cross(samples.acc, tilt)
        return Samples(samples.t, acc, samples.gyr + rate)


def _resonance(hz: float, damping: float, rate_hz: float) -> Array:
    """A damped resonance that answers the change of acceleration with acceleration."""
    hz = min(hz, 0.3 * rate_hz)
    w, step = 2 * np.pi * hz, 1 / rate_hz
    # Bilinear transform of 2 z w / (s² + 2 z w s + w²); with the derivative as input, a band-pass of gain 1 at hz.
    k = 2 / step
    a0, a1, a2 = k * k + 2 * damping * w * k + w * w, 2 * w * w - 2 * k * k, k * k - 2 * damping * w * k + w * w
    gain = w * 2 * damping / a0
    return np.array([[gain, 2 * gain, gain, 1.0, a1 / a0, a2 / a0]])


class Sensor:
    """The electronics: scale, offset, noise, range and steps. Carries its noise from chunk to chunk."""

    def __init__(self, flaws: Imperfections, rng: np.random.Generator) -> None:
        self.flaws, self.rng = flaws, rng

    def measure(self, samples: Samples) -> Samples:
        """What it reads for what really is."""
        flaws, shape = self.flaws, samples.acc.shape
        warm = (1 - np.exp(-samples.t / 300.0))[:, None] * flaws.warm_up
        acc = samples.acc * flaws.acc_scale + flaws.acc_offset + self.rng.normal(0, 1, shape) * flaws.acc_noise
        gyr = samples.gyr * flaws.gyr_scale + flaws.gyr_offset + warm + self.rng.normal(0, 1, shape) * flaws.gyr_noise
        return Samples(
            samples.t, _digital(acc, flaws.acc_range, flaws.bits), _digital(gyr, flaws.gyr_range, flaws.bits)
        )


def _digital(values: Array, full: float, bits: int) -> Array:
    values = np.clip(values, -full, full)
    if bits:
        step = full / 2 ** (bits - 1)
        values = np.rint(values / step) * step
    return values
