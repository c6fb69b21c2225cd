"""What can be wrong with a recording's numbers: found, named, and mended only where that is certain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liftcheck.recording import times
from liftcheck.recording.agreement import gyr_against_acc
from liftcheck.samples import GRAVITY_MPS2, Array, Samples
from liftcheck.trunk.mounting import LARGEST_OFFSET_MPS2
from liftcheck.trunk.stream import forceless

# Beyond what any body or sensor of the kind does: 200 g and 20,000 deg/s.
LARGEST_ACC_MPS2 = 2000.0
LARGEST_GYR_RADPS = 350.0
LARGEST_TIME_S = 1e12
REST_ACC_SHARE = 0.05  # of |acc|: at rest each axis varies by less (one standard deviation) over half a second
REST_GYR_RADPS = 0.1
WINDOW_S = 0.5
ALMOST_GRAVITY_MPS2 = (6.0, 13.0)  # at rest: a sensor that is out of calibration, not a wrong unit
CALIBRATED = 0.01  # a reading this close to gravity is not worth a word
TOLD = 0.05  # nor is this where nothing may be changed
FACTORS = {"4": 4.0, "1/4": 0.25, "9.81": GRAVITY_MPS2, "1/9.81": 1 / GRAVITY_MPS2}
FACTOR_TOLERANCE = 0.15
CERTAIN_SHARE = 0.98  # of the calm windows must show a factor before it is divided out ...
FEWEST_CALM = 4  # ... and so many of them
FROZEN_S = 1.0
COARSE_ACC_MPS2 = 0.1  # steps that noise does not cross: some 0.02 m/s² and 0.002 rad/s in sensors of the kind
COARSE_GYR_RADPS = 0.02
MOVING_ACC_MPS2 = 0.5  # the other axes must cover this much meanwhile
MOVING_GYR_RADPS = 0.1
FULL_TURN_RADPS = 36.0  # 2000 deg/s, the widest range of a body-worn gyroscope, is 34.9 rad/s
NARROWEST_ACC_MPS2 = 19.0  # 2 g and 250 deg/s, the narrowest ranges of such sensors, less 3 %
NARROWEST_GYR_RADPS = 4.23
MANY = 100_000
SPIKE_MPS2 = 25.0
SPIKE_RADPS = 8.0
FEWEST_SPIKES = 5
SLOWEST_S = 0.025  # between samples: in a slower stream a jogger's steps stand alone too
BUSY_RADPS = 5.0  # nobody's back turns this fast half of the time

Run = tuple[int, int]  # first sample, and the one after the last
_AXES = ("acc x", "acc y", "acc z", "gyr x", "gyr y", "gyr z")


def mended(samples: Samples) -> tuple[Samples, list[str]]:
    """A foreign file's samples put right as far as that is certain, and words on what was found and done."""
    samples, missing = finite(samples)
    samples, timed = times.mended(samples)
    samples, scaled = rescaled(samples)
    return samples, [*missing, *timed, *scaled, *times.gaps(samples.t), *coarse(samples), *odd_values(samples)]


def usable(samples: Samples) -> tuple[Samples, list[str]]:
    """Only the samples that can be used at all; nothing else is changed."""
    samples, missing = finite(samples)
    samples, repeated = times.strictly_increasing(samples)
    return samples, missing + repeated


def told(samples: Samples) -> list[str]:
    """What is wrong with samples that must stay as they were recorded."""
    scale = scale_of(samples)
    return [*(scale.notes if scale.off > TOLD else ()), *times.gaps(samples.t), *coarse(samples), *odd_values(samples)]


def finite(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples whose every number can be one; a gyroscope that is missing throughout stays missing.

    No force at all is no measurement: even in free fall noise would show.
    """
    nothing = forceless(samples.acc)
    fine = _all_below(samples.t, LARGEST_TIME_S) and _all_below(samples.acc, LARGEST_ACC_MPS2) and not nothing.any()
    if fine and (_all_below(samples.gyr, LARGEST_GYR_RADPS) or not samples.has_gyr):
        return samples, []
    good = (np.abs(samples.t) < LARGEST_TIME_S) & (np.abs(samples.acc) < LARGEST_ACC_MPS2).all(axis=1) & ~nothing
    if samples.has_gyr:
        good &= (np.abs(samples.gyr) < LARGEST_GYR_RADPS).all(axis=1)
    if bool(good.all()):
        return samples, []
    bad = np.flatnonzero(~good)
    at = samples.t[bad[0]]
    place = f", first at {at:.2f} s" if np.isfinite(at) else ""
    note = f"values missing or impossible: {len(bad)} row{'s' * (len(bad) > 1)} left out{place}"
    return Samples(samples.t[good], samples.acc[good], samples.gyr[good]), [note]


def rescaled(samples: Samples) -> tuple[Samples, list[str]]:
    """The accelerometer scaled to gravity where it is certain by how much it is off."""
    scale = scale_of(samples)
    if scale.factor == 1.0:
        return samples, [*scale.notes]
    return Samples(samples.t, samples.acc / scale.factor, samples.gyr), [*scale.notes]


@dataclass(frozen=True)
class Scale:
    """By which factor the accelerometer reads too much throughout (1 where unsure or right), words on it and on what is
    done about it, and by which share of gravity it is off at rest."""

    factor: float = 1.0
    notes: tuple[str, ...] = ()
    off: float = 1.0


def scale_of(samples: Samples) -> Scale:
    """How the accelerometer reads gravity.

    A few percent too much or too little are an offset, which the pipeline knows how to take; scaling by it would
    shorten every movement by as much. Beyond that what it reads at rest is taken for gravity: here where it is the same
    throughout, by the pipeline in any case (Calibration.at_rest).
    """
    t, level, calm = _windows(samples)
    if not len(level):
        return Scale()
    odd = tuple(f"{note}: not corrected" for note in _off_scale(t, level))
    if not calm.any():
        return Scale(notes=odd)
    at_rest = float(np.median(level[calm]))
    factor, off = at_rest / GRAVITY_MPS2, abs(at_rest / GRAVITY_MPS2 - 1)
    reads = f"accelerometer reads {at_rest:.2f} m/s² at rest"
    if abs(at_rest - GRAVITY_MPS2) < LARGEST_OFFSET_MPS2:
        if odd or off <= CALIBRATED:
            return Scale(notes=odd)
        return Scale(notes=(f"{reads}: taken for an offset",), off=off)
    low, high = ALMOST_GRAVITY_MPS2
    if low <= at_rest <= high and not odd:
        return Scale(factor, (f"{reads}: scaled to gravity",), off)
    throughout = ""
    for name, known in FACTORS.items():
        if abs(factor / known - 1) < FACTOR_TOLERANCE:
            factor, reads, throughout = known, f"accelerometer reads {name} times gravity", " throughout"
    same = np.abs(level[calm] / (factor * GRAVITY_MPS2) - 1) < FACTOR_TOLERANCE
    if same.mean() >= CERTAIN_SHARE and np.count_nonzero(calm) >= FEWEST_CALM:
        return Scale(factor, (f"{reads}{throughout}: scaled to gravity",), off)
    done = "what it reads in stance is taken for gravity"
    return Scale(notes=(f"{reads} in part of the recording: {done}",), off=off)


def odd_values(samples: Samples) -> list[str]:
    """Words on values that no sensor on a moving back gives: frozen, cut off, in the wrong unit, at odds."""
    # What is wrong by itself need not agree with anything.
    return [*frozen(samples), *saturated(samples), *spikes(samples), *gyr_unit(samples)] or gyr_against_acc(samples)


def frozen(samples: Samples) -> list[str]:
    """Channels that repeat one value for a second and more while others move, or all of them at once."""
    step = float(np.median(np.diff(samples.t))) if len(samples) > 2 else 0.0
    n = int(np.ceil(FROZEN_S / step)) if step * len(samples) > FROZEN_S else 0
    if n < 5 or len(samples) <= n:
        return []
    columns = [*samples.acc.T, *(samples.gyr.T if samples.has_gyr else ())]
    coarse = [_is_coarse(samples.acc, COARSE_ACC_MPS2)] * 3 + [_is_coarse(samples.gyr, COARSE_GYR_RADPS)] * 3
    runs = [[] if wide else _runs(column, n) for column, wide in zip(columns, coarse, strict=False)]
    notes = []
    for name, found in zip(_AXES, runs, strict=False):
        notes += _frozen_note(name, [run for run in found if _moves(samples, run)], samples.t)
    if all(runs):
        still = np.logical_and.reduce([_inside(found, len(samples)) for found in runs])
        notes += _frozen_note("everything", _runs_of(still, n), samples.t)
    return notes


def coarse(samples: Samples) -> list[str]:
    """Sensors whose steps are so wide that small movements do not show."""
    kinds = (("acc", samples.acc, COARSE_ACC_MPS2, "m/s²"), ("gyr", samples.gyr, COARSE_GYR_RADPS, "rad/s"))
    wide = [f"{name} by {_step(values):.2g} {unit}" for name, values, limit, unit in kinds if _is_coarse(values, limit)]
    return [f"coarse: steps of {' and '.join(wide)}: choose a smaller range if the sensor has one"] if wide else []


def _step(values: Array) -> float:
    """The smallest change of any axis from one sample to the next; infinite if there is none."""
    change = np.abs(np.diff(values[:MANY], axis=0))
    return float(change[change > 0].min(initial=np.inf))


def _is_coarse(values: Array, limit: float) -> bool:
    """Whether a sensor's steps are so wide that a value repeats by itself; one that never changes is not said to be."""
    return limit < _step(values) < np.inf


def _moves(samples: Samples, run: Run) -> bool:
    """Whether any axis moves meanwhile: a coarse sensor at rest may well repeat itself."""
    part = slice(*run)
    if float(np.ptp(samples.acc[part], axis=0).max()) > MOVING_ACC_MPS2:
        return True
    return samples.has_gyr and float(np.ptp(samples.gyr[part], axis=0).max()) > MOVING_GYR_RADPS


def saturated(samples: Samples) -> list[str]:
    """Channels that end at a limit of the sensor's range: the movement went on beyond it."""
    notes = []
    smallest = (NARROWEST_ACC_MPS2,) * 3 + (NARROWEST_GYR_RADPS,) * 3
    units = ("m/s²",) * 3 + ("rad/s",) * 3
    columns = [*samples.acc.T, *(samples.gyr.T if samples.has_gyr else ())] if len(samples) else []
    for name, column, least, unit in zip(_AXES, columns, smallest, units, strict=False):
        high, low = float(column.max()), float(column.min())
        limit = high if high >= -low else low
        if abs(limit) < least:
            continue
        at = np.flatnonzero(column == limit)
        if len(at) >= 3 and bool((at[2:] - at[:-2] == 2).any()):  # three in a row: no peak has a flat top
            notes.append(f"saturated: {name} ends at {limit:.1f} {unit}, first at {samples.t[at[0]]:.1f} s")
    return notes


def spikes(samples: Samples) -> list[str]:
    """Samples far from both their neighbours, which agree: no body moves so, but a damaged number looks like that."""
    if len(samples) < 3 or float(np.median(np.diff(samples.t))) > SLOWEST_S:
        return []
    alone = np.zeros(len(samples) - 2, dtype=bool)
    columns = [(samples.acc, SPIKE_MPS2), *(((samples.gyr, SPIKE_RADPS),) if samples.has_gyr else ())]
    for values, far in columns:
        before, after = values[1:-1] - values[:-2], values[1:-1] - values[2:]
        lone = (np.minimum(np.abs(before), np.abs(after)) > far) & (np.abs(before - after) < far / 4)
        alone |= lone.any(axis=1)
    at = np.flatnonzero(alone)
    if len(at) < FEWEST_SPIKES:  # a knock on the sensor
        return []
    return [f"spikes: {len(at)} samples far from both their neighbours, first at {samples.t[at[0] + 1]:.1f} s"]


def gyr_unit(samples: Samples) -> list[str]:
    """Whether the angular rate can be in rad/s at all."""
    if not samples.has_gyr or not len(samples):
        return []
    some = samples.gyr[:: 1 + len(samples) // MANY]  # a median needs no more
    rate = np.sqrt(np.einsum("ij,ij->i", some, some))
    if np.quantile(rate, 0.99) > FULL_TURN_RADPS or np.median(rate) > BUSY_RADPS:
        return ["gyroscope reads more than a back can turn: probably deg/s labelled as rad/s"]
    return []


def _windows(samples: Samples) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Half-second windows: their start, the mean |acc|, and whether the sensor was calm in them."""
    duration = float(samples.t[-1] - samples.t[0]) if len(samples) else 0.0
    if duration < 2 * WINDOW_S:
        none = np.empty(0)
        return none, none, np.empty(0, dtype=bool)
    n = max(3, round(WINDOW_S * (len(samples) - 1) / duration))
    m = len(samples) // n
    acc = samples.acc[: m * n].reshape(m, n, 3)
    level: Array = np.sqrt(np.einsum("ijk,ijk->ij", acc, acc)).mean(axis=1)
    calm = np.asarray((_variance(acc) < (REST_ACC_SHARE * level[:, None]) ** 2).all(axis=1), dtype=np.bool_)
    if samples.has_gyr:
        calm &= (_variance(samples.gyr[: m * n].reshape(m, n, 3)) < REST_GYR_RADPS**2).all(axis=1)
    return samples.t[: m * n : n], level, calm


def _variance(windows: Array) -> Array:
    """Each axis's variance in each window: (m, n, 3) -> (m, 3), without another array of that size."""
    mean = np.einsum("ijk->ik", windows) / windows.shape[1]
    variance: Array = np.einsum("ijk,ijk->ik", windows, windows) / windows.shape[1] - mean**2
    return variance


def _all_below(values: Array, limit: float) -> bool:
    """Whether every value is one and smaller than the limit either way (NaN is neither)."""
    return not len(values) or (float(values.max()) < limit and float(values.min()) > -limit)


def _off_scale(t: Array, level: Array) -> list[str]:
    """A scale fault in part of a recording: 2 s in which the median of |acc| is below 0.4 g or above 2.5 g."""
    span = max(1, round(2.0 / WINDOW_S))
    if len(level) < span:
        return []
    outside = (level < 0.4 * GRAVITY_MPS2) | (level > 2.5 * GRAVITY_MPS2)
    if not outside.any():
        return []
    over = np.median(np.lib.stride_tricks.sliding_window_view(level, span), axis=1)
    odd = (over < 0.4 * GRAVITY_MPS2) | (over > 2.5 * GRAVITY_MPS2)
    if not odd.any():
        return []
    hit = np.convolve(odd, np.ones(span), "full") > 0
    first = float(t[np.flatnonzero(odd)[0]])
    return [f"accelerometer off scale in {100 * hit.mean():.0f} % of the recording, first at {first:.1f} s"]


def _runs(column: Array, n: int) -> list[Run]:
    """Where at least n equal values follow each other."""
    half = max(1, n // 2)
    coarse = column[::half]
    if not (coarse[1:] == coarse[:-1]).any():  # a run of n holds two neighbours of every n/2-th sample
        return []
    edges = np.flatnonzero(np.concatenate([[True], column[1:] != column[:-1], [True]]))
    return [(int(edges[i]), int(edges[i + 1])) for i in np.flatnonzero(np.diff(edges) >= n)]


def _inside(runs: list[Run], n: int) -> NDArray[np.bool_]:
    found = np.zeros(n, dtype=bool)
    for start, stop in runs:
        found[start:stop] = True
    return found


def _runs_of(inside: NDArray[np.bool_], n: int) -> list[Run]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= n]


def _frozen_note(name: str, runs: list[Run], t: Array) -> list[str]:
    if not runs:
        return []
    more = f" and {len(runs) - 1} times more" if len(runs) > 1 else ""
    return [f"frozen: {name} repeats one value for {FROZEN_S:.0f} s or more at {t[runs[0][0]]:.1f} s{more}"]
