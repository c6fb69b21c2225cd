"""What the data themselves do not let anybody know: speeds under the skin's wobble, one body's knees, small stoops."""

import csv
from statistics import fmean

import numpy as np
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation

from liftcheck.samples import Array
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case, Material, Outcome
from tests.benchmarks.accuracy.figures import by
from tests.benchmarks.accuracy.pictures import PICTURES, Bends, speed_curve, stoops_at_the_waist
from tests.benchmarks.accuracy.real import data, sessions, waist_bends
from tests.benchmarks.accuracy.rows.waist import AXES

CUTOFFS_HZ = (3.0, 4.0, 5.0, 6.0, 8.0, 12.0)
NOISES = ("clean", "consumer")


def row(bench: Bench) -> str:
    """Each with what was tried; pictures beside them."""
    if data() is None:
        return "LIFTCHECK_DATA names no folder: not measured.\n"
    speeds = {noise: _speeds(sessions("mid-back", noise, 100)) for noise in NOISES}
    product = {noise: _judged_speeds(bench.judge(sessions("mid-back", noise, 100))) for noise in NOISES}
    speed_curve(CUTOFFS_HZ, speeds, product, PICTURES / "speeds.png")
    waist = bench.judge(waist_bends(AXES))
    stoops_at_the_waist(_bends(waist), PICTURES / "stoops.png")
    heads = ("peak speed off, % (mid-back, true mounting)", *(f"below {hz:g} Hz" for hz in CUTOFFS_HZ), "the product")
    rows = [
        (noise, *(tables.number(value) for value in speeds[noise]), tables.number(product[noise])) for noise in NOISES
    ]
    return "\n".join(
        (
            "The rates of the virtual sensor, turned by its true mounting and filtered below a frequency, against the "
            "true speed; downward and upward together, 72 lifts. What belt and skin add lies at 3 to 9 Hz, where brisk "
            "lifts have their peaks:\n",
            tables.table(heads, rows),
            "![speeds](pictures/speeds.png)\n",
            "Knees with the wearer's height known, and what is left when each wearer's own mean error is taken off "
            "(standing knees, and how far the shanks lean, are the wearer's and the skeleton's own):\n",
            _knees(bench.judge(sessions("mid-back", "consumer", 100, height=True))),
            "Bends at the waist, by what the sensor saw of them at most:\n",
            "![stoops](pictures/stoops.png)\n",
        )
    )


def _speeds(cases: list[Case]) -> list[float]:
    """By cutoff: how far the peak of the filtered rate is off, root mean square over both ways, %."""
    off: dict[float, list[float]] = {hz: [] for hz in CUTOFFS_HZ}
    for case in cases:
        material = case.source.material()
        if not material.labels or material.curves is None:
            continue
        curves, t = material.curves, material.recording.samples.t
        rate, true = _flexion_rate(material), np.gradient(curves.flexion_deg, curves.t)
        for hz in CUTOFFS_HZ:
            slow = sosfiltfilt(butter(2, hz, fs=100, output="sos"), rate)
            for label in material.labels:
                here = slow[(t >= label.start_s) & (t <= label.end_s)]
                there = true[(curves.t >= label.start_s) & (curves.t <= label.end_s)]
                off[hz] += [float(here.max() / there.max()) - 1, float(here.min() / there.min()) - 1]
    return [100 * float(np.sqrt(np.mean(np.square(off[hz])))) for hz in CUTOFFS_HZ]


def _flexion_rate(material: Material) -> Array:
    """The rate of flexion by the gyroscope alone, at the true pose, (n,) deg/s."""
    samples, curves = material.recording.samples, material.curves
    assert curves is not None
    gyr = samples.gyr @ _mounting(material.recording.name).T
    gyr -= np.median(gyr[:300], axis=0)  # every session begins with five seconds of standing
    flexion = np.radians(np.interp(samples.t, curves.t, curves.flexion_deg))
    lean = np.radians(np.interp(samples.t, curves.t, curves.lean_deg))
    up = np.column_stack([-np.sin(flexion) * np.cos(lean), np.sin(lean), np.cos(flexion) * np.cos(lean)])
    turned = -np.cross(gyr, up)
    level = up[:, 0] ** 2 + up[:, 2] ** 2
    return np.asarray(np.degrees((up[:, 0] * turned[:, 2] - up[:, 2] * turned[:, 0]) / level))


def _mounting(name: str) -> Array:
    """The rotation from sensor to segment axes of a session."""
    root = data()
    assert root is not None
    session, site = name.split("__")[:2]
    with (root / "midback_sessions" / "truth" / "mountings.csv").open(newline="") as file:
        found = next(line for line in csv.DictReader(file) if line["session"] == session and line["site"] == site)
    return np.asarray(Rotation.from_quat([float(found[part]) for part in ("qx", "qy", "qz", "qw")]).as_matrix())


def _judged_speeds(outcomes: list[Outcome]) -> float:
    off = []
    for pair in (pair for one in outcomes for pair in one.pairs):
        if pair.truths.down_deg_s and pair.truths.up_deg_s:
            off.append(pair.lift.peak_down_velocity_deg_s / pair.truths.down_deg_s - 1)
            off.append(pair.lift.peak_up_velocity_deg_s / pair.truths.up_deg_s - 1)
    return 100 * float(np.sqrt(np.mean(np.square(off))))


def _knees(outcomes: list[Outcome]) -> str:
    rows, left = [], []
    for wearer, figures in by(outcomes, "wearer").items():
        pairs = [p for p in figures.pairs if p.lift.knee_deg is not None and p.label.knee_deg is not None]
        off = [float(p.lift.knee_deg or 0) - float(p.label.knee_deg or 0) for p in pairs]
        own = [value - fmean(off) for value in off]
        left += own
        rows.append((wearer, str(len(off)), _rms(off), f"{fmean(off):+.1f}", _rms(own)))
    rows.append(("all", str(len(left)), "", "", _rms(left)))
    return tables.table(("", "n", "knee, deg", "mean", "without it"), rows)


def _rms(values: list[float]) -> str:
    return f"{np.sqrt(np.mean(np.square(values))):.1f}"


def _bends(outcomes: list[Outcome]) -> Bends:
    """Wearer -> flexion (deg) and drop (m) of each labelled bend at most, and whether it was found; what was not even
    a shallow bend lies at nought."""
    found: Bends = {}
    for one in outcomes:
        if one.labels:
            lifts = [pair.lift for pair in one.pairs] or [lift for lift in one.others if lift.reason == "shallow"]
            flexion = max((lift.peak_flexion_deg for lift in lifts), default=0.0)
            drop = max((lift.drop_m for lift in lifts), default=0.0)
            found.setdefault(one.case.of("wearer"), []).append((flexion, drop, bool(one.pairs)))
    return found
