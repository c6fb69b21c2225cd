"""Whether gyroscope and accelerometer speak of the same movement: where they do not, no verdict can be trusted."""

import numpy as np

from liftcheck.samples import Array, Samples

MOST = 60_000  # samples looked at: ten minutes at 100 Hz
LEAST_S = 10.0  # of movement slow enough to tell
CUT_OFF_HZ = 0.8  # a bend is slower; what the body accelerates besides is mostly faster
CALM_SHARE = 0.4  # |acc| stays within this of its usual value in each second that counts
GAP_S = 0.2
EXPLAINED = 0.8  # of gravity's movement in the sensor must follow from the angular rates, with some gain on each axis
STRONG = (0.6, 1.0)  # an axis counts that moves gravity by this share of the strongest one's, and by m/s² a second
USUAL_GAIN = (0.55, 1.8)  # 240 axes of 524 public recordings of real sensors: 0.78 to 1.54; ten more: about -1


def gyr_against_acc(samples: Samples) -> list[str]:
    """Words on a gyroscope with another range, sign or order of axes than the accelerometer's.

    A sensor that turns by gyr sees gravity turn by d acc/dt = -gyr x acc. Each axis's share of the right side, by
    least squares, has the gain 1 if all is well; 2 says that the gyroscope reads half of what it should, -1 that its
    axis points the other way. Body-worn sensors also accelerate, so that the gain of a healthy one varies.
    """
    parts = _parts(samples[:MOST])
    if parts is None:
        return []
    moved, terms = parts
    flat = terms.reshape(-1, 3)
    normal = flat.T @ flat
    gain = np.linalg.lstsq(normal, flat.T @ moved.ravel(), rcond=None)[0]
    share = np.abs(gain) * np.sqrt(np.diag(normal) / len(moved))
    strong = share >= max(STRONG[0] * float(share.max()), STRONG[1])
    odd = strong & ((gain < USUAL_GAIN[0]) | (gain > USUAL_GAIN[1]))
    rest = np.sum((moved.ravel() - flat @ gain) ** 2) / max(float(np.sum(moved**2)), 1e-12)
    if rest > 1 - EXPLAINED or not odd.any():
        return []
    axes = ", ".join(f"{gain[i]:.1f} about {'xyz'[i]}" for i in np.flatnonzero(odd))
    return [f"gyroscope does not fit the accelerometer (gravity turns times {axes}): wrong range, sign or axes"]


def _parts(samples: Samples) -> tuple[Array, Array] | None:
    """How gravity moves (n, 3) and what each axis's rate should move of it (n, 3, 3), where that can be told."""
    if len(samples) < 100 or not samples.has_gyr:
        return None
    step = float(np.median(np.diff(samples.t)))
    if step * len(samples) < LEAST_S or CUT_OFF_HZ * step > 0.2:
        return None
    second = max(2, round(1 / step))
    level = np.sqrt(np.einsum("ij,ij->i", samples.acc, samples.acc))
    usual, m = float(np.median(level)), len(samples) // second
    if usual <= 0:
        return None
    calm = (np.abs(level[: m * second] / usual - 1) < CALM_SHARE).reshape(m, second).all(axis=1)
    whole = (np.diff(samples.t, prepend=samples.t[0])[: m * second] < GAP_S).reshape(m, second).all(axis=1)
    good = np.repeat(calm & whole, second)
    if np.count_nonzero(good) * step < LEAST_S:
        return None
    from scipy.signal import butter, sosfiltfilt  # takes a while to import, and many files are too short for it

    low = butter(2, CUT_OFF_HZ, fs=1 / step, output="sos")
    turning = np.stack([np.cross(np.eye(3)[i], samples.acc) * samples.gyr[:, i : i + 1] for i in range(3)], axis=-1)
    moved = np.gradient(sosfiltfilt(low, samples.acc, axis=0), step, axis=0)
    terms = -sosfiltfilt(low, turning, axis=0)
    return np.asarray(moved[: m * second][good]), np.asarray(terms[: m * second][good])
