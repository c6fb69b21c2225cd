"""How much each error of a sensor costs, and what the offset solve is worth (the table of SCIENCE 4.3 and 4.4).

Simulated lifts with a flawless sensor; one error at a time is added here, so that the table does not depend on the
simulation's own sensor model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from liftcheck.analysis import Settings
from liftcheck.samples import GRAVITY_MPS2, Array, Samples
from liftcheck.simulation import LiftMove, Person, Stand, Walk, simulate
from liftcheck.simulation.choreography import Movement
from liftcheck.trunk import quaternions
from liftcheck.trunk.acc_errors import AccErrorSettings
from liftcheck.trunk.drop import DropSettings
from liftcheck.trunk.inclination import InclinationFilter, InclinationSettings
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.case import Case, Label, Material
from tests.benchmarks.accuracy.figures import Figures, errors, of_label
from tests.benchmarks.accuracy.pictures import PICTURES, sensitivity_chart
from tests.benchmarks.accuracy.simulated import FIRST_SEED, curves_of

MG = GRAVITY_MPS2 / 1000
SITE = "low-back"
METHODS = ("each lift detrended", "offset not solved for", "as the product")


@dataclass(frozen=True)
class Flaw:
    """A sensor's errors, one standard deviation each, drawn per session and axis; noise per root Hz."""

    offset_mg: float = 0.0
    scale_percent: float = 0.0
    noise_ug: float = 0.0
    bias_deg_s: float = 0.0
    gyr_scale_percent: float = 0.0

    def spoil(self, samples: Samples, seed: int) -> Samples:
        """The samples as such a sensor would have measured them."""
        rng = np.random.default_rng([seed, 99])
        offset, scale, bias, turning = (rng.normal(0, 1, 3) for _ in range(4))
        noise = rng.normal(0, 1, samples.acc.shape) * self.noise_ug / 1000 * MG * np.sqrt(50.0)
        acc = samples.acc * (1 + self.scale_percent / 100 * scale) + self.offset_mg * MG * offset + noise
        gyr = samples.gyr * (1 + self.gyr_scale_percent / 100 * turning) + np.radians(self.bias_deg_s) * bias
        return Samples(samples.t, acc, gyr).rounded()


FLAWS = {
    "none": Flaw(),
    "acc offset 5 mg": Flaw(offset_mg=5),
    "acc offset 20 mg": Flaw(offset_mg=20),
    "acc scale 0.5 %": Flaw(scale_percent=0.5),
    "acc scale 2 %": Flaw(scale_percent=2),
    "acc noise 200 ug/sqrt(Hz)": Flaw(noise_ug=200),
    "gyro bias 0.5 deg/s": Flaw(bias_deg_s=0.5),
    "gyro bias 2 deg/s": Flaw(bias_deg_s=2),
    "gyro scale 1 %": Flaw(gyr_scale_percent=1),
    "20 mg, 1 %, 1 deg/s (LSM6DSO class)": Flaw(20, 1, 70, 1, 0.5),
    "50 mg, 1.5 %, 5 deg/s (MPU6050 class)": Flaw(50, 1.5, 400, 5, 1.5),
}
TYPICAL = "20 mg, 1 %, 1 deg/s (LSM6DSO class)"


@dataclass(frozen=True)
class Lifts:
    """Nine lifts of one person, between stances or at a walk, measured with one flaw."""

    person: int
    walking: bool
    flaw: str

    def material(self) -> Material:
        """Simulates it; the sensor's errors are added afterwards."""
        material = _flawless(self.person, self.walking)
        samples = FLAWS[self.flaw].spoil(material.recording.samples, FIRST_SEED + 9000 + self.person)
        return replace(material, recording=replace(material.recording, samples=samples))


@cache
def _flawless(person: int, walking: bool) -> Material:
    seed = FIRST_SEED + 9000 + person
    who = Person.drawn(np.random.default_rng([seed, 10]))
    recording, truth = simulate(_script(walking), who, site=SITE, sensor="clean", seed=seed)
    labels = tuple(Label(**vars(label)) for label in truth.labels)
    return Material(replace(recording, height_m=None), labels, (), curves_of(truth))


def _script(walking: bool) -> Iterator[Movement]:
    yield Stand(4.0)
    for style in ("back", "semi", "legs", "lazy", "legs", "back", "semi", "legs", "back"):
        if walking:
            yield Walk(4.0, early_s=0.3)
            yield LiftMove(style, early_s=0.3)
            yield Walk(3.0)
            yield Stand(1.0)
        else:
            yield LiftMove(style)
            yield Stand(2.0)


def row(bench: Bench) -> str:
    """Drop RMSE by error and method, between stances and at a walk; then the verdicts with and without the solve."""
    rows, chart = [], []
    for flaw in FLAWS:
        values = []
        for walking in (False, True):
            sources = [Lifts(person, walking, flaw) for person in range(bench.people(6))]
            values.append(_rmse(_detrended_errors(sources)))
            for solves in (False, True):
                f = _figures(bench, sources, solves)
                values.append(errors(f.pairs, "drop_m", of_label("drop_m"), 100).rmse or 0.0)
        rows.append((flaw, *(f"{value:.1f}" for value in values)))
        chart.append((flaw, values[0], values[1], values[2]))
    sensitivity_chart(chart, PICTURES / "sensitivity.png")
    heads = ("drop RMSE, cm", *(f"{where}: {method}" for where in ("still", "walking") for method in METHODS))
    groups = {}
    for walking in (False, True):
        sources = [Lifts(person, walking, TYPICAL) for person in range(bench.people(6))]
        for solves in (False, True):
            name = f"{'walking' if walking else 'still'}, {METHODS[1 + solves]}"
            groups[name] = _figures(bench, sources, solves)
    return "\n".join(
        (
            tables.table(heads, rows),
            "![sensitivity](pictures/sensitivity.png)\n",
            f"The same sessions with {TYPICAL}, all the way to the verdict:\n",
            tables.finding(groups),
            tables.verdicts(groups),
            tables.sizes(groups),
        )
    )


def _figures(bench: Bench, sources: list[Lifts], solves: bool) -> Figures:
    settings = Settings(site=SITE) if solves else _no_solve()
    return Figures(tuple(bench.judge([Case(s, settings, 2, (("wearer", f"simulated {s.person}"),)) for s in sources])))


def _no_solve() -> Settings:
    """The product with an accelerometer that it believes to be flawless."""
    flawless = AccErrorSettings(acc_offset_mps2=1e-4, acc_gain=1e-5, learnt_offset_mps2=1e-4, learnt_gain=1e-5)
    drop = DropSettings(errors=flawless)
    settings = Settings(site=SITE)
    return replace(settings, trunk=replace(settings.trunk, window=replace(settings.trunk.window, drop=drop)))


def _rmse(values: list[float]) -> float:
    return 100 * float(np.sqrt(np.mean(np.square(values))))


def _detrended_errors(sources: list[Lifts]) -> list[float]:
    found: list[float] = []
    for source in sources:
        material = source.material()
        up = _up(material.recording.samples)
        samples = material.recording.samples
        found += [_detrended(samples, up, label) - (label.drop_m or 0.0) for label in material.labels]
    return found


def _detrended(samples: Samples, up: Array, label: Label) -> float:
    """The drop at the bottom by double integration between the lift's own ends, velocity and height zero there."""
    low = int(np.searchsorted(samples.t, label.start_s - 0.6))
    high = int(np.searchsorted(samples.t, label.end_s + 0.6))
    force = np.einsum("ij,ij->i", up, samples.acc)
    before = slice(max(0, low - 80), low)
    rise = force[low:high] - force[before].mean()
    t = samples.t[low:high] - samples.t[low]
    speed = np.concatenate([[0.0], np.cumsum((rise[1:] + rise[:-1]) / 2 * np.diff(t))])
    speed -= speed[-1] * t / t[-1]
    height = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(t))])
    height -= height[-1] * t / t[-1]
    assert label.bottom_s is not None
    return -float(np.interp(label.bottom_s, samples.t[low:high], height))


def _up(samples: Samples) -> Array:
    q, _, _ = InclinationFilter(100.0, InclinationSettings()).push(samples.acc, samples.gyr)
    return quaternions.up(q)
