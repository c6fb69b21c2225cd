"""The tilt, looking back: nearer to the truth than the filter, on simulated and on real motion."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from vqf import VQF

from liftcheck import read
from liftcheck.samples import Array, Samples
from liftcheck.simulation import LiftMove, Person, Stand, Truth, simulate
from liftcheck.trunk import quaternions
from liftcheck.trunk.inclination import InclinationFilter, InclinationSettings, angles
from liftcheck.trunk.strapdown import Blocks, Strapdown
from liftcheck.trunk.tilt import TiltSettings, smooth_tilt

SESSIONS = Path(os.environ.get("LIFTCHECK_DATA", "")) / "midback_sessions"


@pytest.fixture(scope="module")
def simulated() -> tuple[Samples, Truth]:
    script = [Stand(4)]
    for style in ("back", "legs", "semi", "back"):
        script += [LiftMove(style), Stand(2)]
    recording, truth = simulate(script, Person.drawn(np.random.default_rng(8)), rate_hz=50, seed=8)
    return recording.samples, truth


def filtered(samples: Samples, rate: float) -> Array:
    """VQF with its published defaults, as it comes."""
    out = VQF(1 / rate).updateBatch(np.ascontiguousarray(samples.gyr), np.ascontiguousarray(samples.acc))
    return np.asarray(out["quat6D"])


def blocks_of(acc: Array, gyr: Array, rate: float) -> Blocks:
    """Each sample a block."""
    return Blocks.of(Strapdown(rate, 1).blocks(0, len(acc) - 1, acc, gyr, np.zeros(3)), 1, rate)


def smoothed(samples: Samples, rate: float) -> Array:
    middle = (samples.gyr + np.concatenate([samples.gyr[:1], samples.gyr[:-1]])) / 2
    blocks = blocks_of(samples.acc, middle, rate)
    return smooth_tilt(blocks, filtered(samples, rate), TiltSettings()).up.T


def off_deg(up: Array, truth: Truth) -> Array:
    return np.degrees(np.arccos(np.clip(np.einsum("ij,ij->i", up, truth.rotation[:, 2, :]), -1, 1)))


def test_inside_simulated_lifts_it_is_better_than_the_filter(simulated: tuple[Samples, Truth]) -> None:
    samples, truth = simulated
    bent = truth.flexion_deg > 20
    plain = off_deg(quaternions.up(filtered(samples, 50.0)), truth)[bent]
    refined = off_deg(smoothed(samples, 50.0), truth)[bent]
    assert np.sqrt(np.mean(refined**2)) < 0.75 * np.sqrt(np.mean(plain**2))


def test_a_window_can_begin_wherever_the_sensor_is_clipped(simulated: tuple[Samples, Truth]) -> None:
    samples, truth = simulated
    turn = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    turned = Samples(samples.t, samples.acc @ turn.T, samples.gyr @ turn.T)
    bent = truth.flexion_deg > 20
    back = off_deg(smoothed(turned, 50.0) @ turn, truth)[bent]
    assert np.sqrt(np.mean(back**2)) == pytest.approx(
        np.sqrt(np.mean(off_deg(smoothed(samples, 50.0), truth)[bent] ** 2)), abs=0.15
    )


def test_an_offset_of_the_gyroscope_left_over_is_found(simulated: tuple[Samples, Truth]) -> None:
    samples, _ = simulated
    left = np.radians([0.4, -0.3, 0.2])
    start = filtered(samples, 50.0)
    before = smooth_tilt(blocks_of(samples.acc, samples.gyr, 50.0), start, TiltSettings()).gyr_offset
    after = smooth_tilt(blocks_of(samples.acc, samples.gyr + left, 50.0), start, TiltSettings()).gyr_offset
    across = (after - before - left) @ (samples.acc[:100].mean(axis=0) / 9.81)
    error = after - before - left - across * samples.acc[:100].mean(axis=0) / 9.81
    assert np.degrees(np.abs(error).max()) < 0.15  # about the vertical nothing can be known


@pytest.mark.skipif(not SESSIONS.exists(), reason="LIFTCHECK_DATA does not lead to the sessions with known truth")
@pytest.mark.parametrize("kind", ["lifts1__midback__consumer", "lifts2_50hz__midback__consumer"])
def test_inside_real_bends_it_is_a_quarter_better_than_the_filter(kind: str) -> None:
    errors = np.array([pair for path in sorted(SESSIONS.glob(f"*_{kind}.csv.gz")) for pair in _inside_bends(path)])
    assert len(errors) == 36
    plain, refined = np.sqrt(errors.mean(axis=0))
    assert refined < 0.75 * plain


def _inside_bends(path: Path) -> list[tuple[float, float]]:
    """Each bend's mean square errors of flexion, less the own error in stance: the filter's, and looking back's."""
    samples = read(path).samples
    rate = (len(samples) - 1) / float(samples.t[-1] - samples.t[0])
    name = path.name.removesuffix(".csv.gz")
    truth = np.genfromtxt(
        SESSIONS / "truth" / f"{name.split('__')[0].replace('_50hz', '')}.csv.gz", delimiter=",", names=True
    )
    true = np.interp(samples.t, truth["time_s"], truth["trunk_flexion_deg"])
    mounting = _mounting(name)
    plain = angles(quaternions.up(filtered(samples, rate)) @ mounting.T)[0]
    causal = InclinationFilter(rate, InclinationSettings())
    q, middle, _ = causal.push(samples.acc, samples.gyr)
    labels = np.genfromtxt(SESSIONS / "labels.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    pairs = []
    for label in labels[labels["recording"] == name]:
        end = int(np.searchsorted(samples.t, label["end_s"] + 0.5))
        low = max(0, end - round(60 * rate))
        gyr = middle[low:end] - causal.offset_at(end)
        blocks = blocks_of(samples.acc[low:end], gyr, rate)
        up = smooth_tilt(blocks, q[low:end], TiltSettings()).up.T
        part = slice(low, end)
        inside = (samples.t[part] >= label["start_s"]) & (samples.t[part] <= label["end_s"])
        off = [flexion - true[part] for flexion in (plain[part], angles(up @ mounting.T)[0])]
        still = np.abs(true[part]) < 2
        pairs.append(tuple(float(np.mean((error[inside] - np.median(error[still])) ** 2)) for error in off))
    return pairs


def _mounting(name: str) -> Array:
    """How the virtual sensor was clipped on: (3, 3) from sensor axes to the trunk's."""
    table = np.genfromtxt(SESSIONS / "truth" / "mountings.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    row = next(row for row in table if name.startswith(f"{row['session']}__{row['site']}"))
    return np.asarray(Rotation.from_quat([row[q] for q in ("qx", "qy", "qz", "qw")]).as_matrix())
