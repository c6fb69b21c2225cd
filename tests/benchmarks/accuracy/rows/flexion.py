"""The refined look back against the orientation filter alone: inclination inside bends."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from vqf import VQF

from liftcheck.analysis import Analyzer
from liftcheck.recording import read
from liftcheck.samples import Array
from liftcheck.trunk import quaternions
from liftcheck.trunk.inclination import InclinationFilter, InclinationSettings, angles
from liftcheck.trunk.strapdown import Blocks, Strapdown
from liftcheck.trunk.tilt import TiltSettings, smooth_tilt
from liftcheck.trunk.window import WindowSettings
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case, Material
from tests.benchmarks.accuracy.real import File, data, sessions
from tests.benchmarks.accuracy.simulated import Seed, people, simulated_with_truth

AFTER_S = 0.5  # how long after the end the verdict falls due
Mask = np.typing.NDArray[np.bool_]
METHODS = ("VQF", "VQF, mid-point gyro", "refined look back")


@dataclass(frozen=True)
class Part:
    """Samples of a recording, (n, 3) each, in sensor axes."""

    acc: Array
    gyr: Array
    rate_hz: float
    gyr_offset: tuple[float, float, float] | None = None  # as a first pass learns it


def row(bench: Bench) -> str:
    """Real motion relative to stance; a cold start in mid-motion; walking into a lift; tumbling."""
    rows = [("simulated work, inclination", *_work(bench))]
    if data() is not None:
        for rate in (100, 50):
            for noise in ("clean", "consumer"):
                cases = sessions("mid-back", noise, rate)
                rows.append((f"real motion, {noise}, {rate} Hz, relative to stance", *_row(_errors(cases, _relative))))
                if not bench.quick:
                    rows.append(("the same, signal begins in mid-bend", *_row(_errors(cases, _cold))))
                curves = [
                    pair.truths.flexion_mse
                    for one in bench.judge(cases)
                    for pair in one.pairs
                    if pair.truths.flexion_mse is not None
                ]
                rows.append(
                    (
                        "the same, the lift's curve as delivered, mounting learnt",
                        str(len(curves)),
                        "",
                        "",
                        f"{np.sqrt(np.mean(curves)):.2f}",
                        "",
                        "",
                    )
                )
        rows.append(("tumbling by hand (no trunk), inclination", *_row(_tumbling())))
    heads = ("RMSE inside bends, deg", "n", *METHODS, "less than VQF", "less than mid-point")
    return tables.table(heads, rows)


def _row(errors: list[tuple[float, ...]]) -> tuple[str, ...]:
    """Root mean squares of each method's mean square errors, and how much less the last one is."""
    plain, middle, refined = (float(np.sqrt(np.mean(column))) for column in zip(*errors, strict=True))
    less = (f"{100 * (1 - refined / other):.0f} %" for other in (plain, middle))
    return (str(len(errors)), f"{plain:.2f}", f"{middle:.2f}", f"{refined:.2f}", *less)


def plain(part: Part) -> Array:
    """Up in sensor axes, (n, 3), by VQF as it comes."""
    out = VQF(1 / part.rate_hz).updateBatch(np.ascontiguousarray(part.gyr), np.ascontiguousarray(part.acc))
    return quaternions.up(out["quat6D"])


def middle(part: Part) -> Array:
    """The same with the mean of neighbouring gyroscope samples."""
    gyr = np.concatenate([part.gyr[:1], (part.gyr[1:] + part.gyr[:-1]) / 2])
    return plain(Part(part.acc, gyr, part.rate_hz))


class LookBack:
    """The product's look back, as `score` does it: the causal filter once over all, then a minute before each end."""

    def __init__(self, part: Part) -> None:
        self.part = part
        offset = None if part.gyr_offset is None else np.array(part.gyr_offset)
        self.filter = InclinationFilter(part.rate_hz, InclinationSettings(), offset)
        self.q, self.gyr, _ = self.filter.push(part.acc, part.gyr)

    def up(self, end: int) -> Array:
        """Up in sensor axes as seen from sample `end`, (n, 3); NaN where it does not reach."""
        part = self.part
        low = max(0, end - 1 - round(WindowSettings().look_back_s * part.rate_hz))
        gyr = self.gyr[low:end] - self.filter.offset_at(end)
        up = np.full((len(part.acc), 3), np.nan)
        table = Strapdown(part.rate_hz, 1).blocks(0, end - 1 - low, part.acc[low:end], gyr, np.zeros(3))
        blocks = Blocks.of(table, 1, part.rate_hz)
        up[low:end] = smooth_tilt(blocks, self.q[low:end], TiltSettings()).up.T
        return up


def _errors(cases: list[Case], judge: "Judge") -> list[tuple[float, ...]]:
    return [errors for case in cases for errors in judge(case)]


Judge = Callable[[Case], Iterator[tuple[float, ...]]]


def _relative(case: Case) -> Iterator[tuple[float, ...]]:
    """Mean square errors of the three methods in each bend, less their own error in stance."""
    material, part, mounting = _prepared(case)
    curves = material.curves
    assert curves is not None
    t = material.recording.samples.t
    true = np.interp(t, curves.t, curves.flexion_deg)
    still = np.abs(true) < 2
    whole = [_flexion(up, mounting) for up in (plain(part), middle(part))]
    look_back = LookBack(part)
    for label in material.labels:
        inside = (t >= label.start_s) & (t <= label.end_s)
        look = _flexion(look_back.up(int(np.searchsorted(t, label.end_s + AFTER_S))), mounting)
        yield tuple(_off(flexion, true, inside, still & ~np.isnan(look)) for flexion in (*whole, look))


def _cold(case: Case) -> Iterator[tuple[float, ...]]:
    """The same where the signal begins half-way down: nothing to be relative to."""
    material, part, mounting = _prepared(case)
    curves = material.curves
    assert curves is not None
    t = material.recording.samples.t
    true = np.interp(t, curves.t, curves.flexion_deg)
    stance = float(np.median(_flexion(plain(part), mounting)[np.abs(true) < 2]))  # the mounting's own zero
    for label in material.labels:
        assert label.bottom_s is not None
        low = int(np.searchsorted(t, (label.start_s + label.bottom_s) / 2))
        high = int(np.searchsorted(t, label.end_s + 5.0))
        cut = Part(part.acc[low:high], part.gyr[low:high], part.rate_hz)
        inside = (t[low:high] >= label.start_s) & (t[low:high] <= label.end_s)
        ups = (plain(cut), middle(cut), LookBack(cut).up(high - low))
        yield tuple(
            float(np.mean((_flexion(up, mounting)[inside] - stance - true[low:high][inside]) ** 2)) for up in ups
        )


def _prepared(case: Case) -> tuple[Material, Part, Array]:
    material = case.source.material()
    samples = material.recording.samples
    assert isinstance(case.source, File)
    session, site, _ = case.source.name.split("__")
    rate = 50.0 if "50hz" in session else 100.0
    return material, Part(samples.acc, samples.gyr, rate, _learnt(material)), _mountings()[session, site]


def _learnt(material: Material) -> tuple[float, float, float] | None:
    """The gyroscope's offset that a first pass finds."""
    first = Analyzer(rate_hz=material.recording.rate_hz, keep_s=None)
    first.push(material.recording.samples, material.recording.events)
    first.finish()
    found = first.learnt()
    return found.gyr_offset if found else None


def _mountings() -> dict[tuple[str, str], Array]:
    """(session, site) -> the true rotation from sensor to segment."""
    root = data()
    assert root is not None
    with open(root / "midback_sessions" / "truth" / "mountings.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["session"], row["site"]): quaternions.matrix(np.array([[float(row[f"q{k}"]) for k in "wxyz"]]))[0]
        for row in rows
    }


def _flexion(up: Array, mounting: Array) -> Array:
    return angles(up @ mounting.T)[0]


def _off(flexion: Array, true: Array, inside: Mask, still: Mask) -> float:
    return float(np.mean((flexion - np.median(flexion[still]) - true)[inside] ** 2))


def _work(bench: Bench) -> tuple[str, ...]:
    errors = []
    for case in people("work", bench.people(8), 2500, seconds=180.0):
        assert isinstance(case.source, Seed)
        material, truth = simulated_with_truth(case.source)
        samples = material.recording.samples
        part = Part(samples.acc, samples.gyr, case.source.rate_hz, _learnt(material))
        true = truth.rotation[:, 2, :]  # up of the world in sensor axes
        whole, look_back = [plain(part), middle(part)], LookBack(part)
        for label in material.labels:
            inside = (samples.t >= label.start_s) & (samples.t <= label.end_s)
            look = look_back.up(int(np.searchsorted(samples.t, label.end_s + AFTER_S)))
            errors.append(tuple(map(partial(_apart, true, inside), (*whole, look))))
    return _row(errors)


def _tumbling() -> list[tuple[float, ...]]:
    root = data()
    assert root is not None
    errors = []
    for path in sorted((root / "tumbling").glob("*.csv.gz")):
        samples = read(path).samples
        table = np.loadtxt(path, delimiter=",", skiprows=1)
        part = Part(samples.acc, samples.gyr, 100.0)
        moving = table[:, 10] > 0.5
        last = int(np.flatnonzero(moving)[-1]) + 1
        look = LookBack(part).up(last)
        moving &= ~np.isnan(look[:, 0])
        errors.append(tuple(map(partial(_apart, table[:, 7:10], moving), (plain(part), middle(part), look))))
    return errors


def _apart(true: Array, inside: Mask, up: Array) -> float:
    """Mean square angle between two directions, deg²."""
    cosine = np.einsum("ij,ij->i", up[inside], true[inside])
    return float(np.mean(np.degrees(np.arccos(np.clip(cosine, -1, 1))) ** 2))
