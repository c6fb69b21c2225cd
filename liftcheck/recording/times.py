"""Mends sample times: repeated, backward, bunched or jittered stamps become smooth, strictly increasing times."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from liftcheck.samples import Array, Samples

GAP_S = 0.2  # a longer pause between samples is a gap, never smoothed over
SMOOTH_S = 4.0  # stamps are smoothed over this long: a radio bunches them over tenths of a second
SHORT = 0.5  # a step shorter than this part of the mean step does not come from a sensor's clock
LEAP_S = 86_400.0
RHYTHM_S = 5.0
ODD_RATE = 0.03  # crystals and data sheets are nearer than that
LEAST_S = 10.0
BUNCHED_SHARE = 0.02  # of the steps may be short before all stamps are held to be arrival times
COPIES_SHARE = 0.9  # of the rows that share a time are copies where rows were written twice
DISORDER_SHARE = 0.02  # of the steps go backward where rows are out of order; a clock that starts anew goes back once
EVEN_SHARE = 0.9  # of the steps are no shorter than `SHORT` once true times are sorted


def mended(samples: Samples) -> tuple[Samples, list[str]]:
    """Samples in strictly increasing time from 0, and what had to be done for it.

    Rows that stand there twice are left out, and many rows out of order are sorted. A clock that starts anew is joined
    on; single rows with a time before an earlier row are left out; where many stamps are bunched or jittered, samples
    are spread evenly over a few seconds, but never across a pause of more than 0.2 s.
    """
    if len(samples) < 2:
        return Samples(samples.t - samples.t[:1], samples.acc, samples.gyr), []
    samples, told = _once_each(samples)
    samples, ordered = _in_order(samples)
    samples, notes = _without_lone_stamps(Samples(samples.t - samples.t[0], samples.acc, samples.gyr))
    notes = told + ordered + notes
    samples, joined = _joined(samples)
    samples, left_out = _forward(samples)
    step = _mean_step(samples.t)
    steps = np.diff(samples.t)
    if step > 0 and np.count_nonzero(steps < SHORT * step) > BUNCHED_SHARE * len(steps):
        share = 100 * np.count_nonzero(steps < SHORT * step) / len(steps)
        samples = Samples(_smoothed(samples.t, step), samples.acc, samples.gyr)
        left_out.append(f"times bunched: {share:.0f} % of the steps too short, spread evenly over {SMOOTH_S:.0f} s")
    increasing, repeated = strictly_increasing(samples)
    return increasing, notes + joined + left_out + repeated


def strictly_increasing(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples that are later than every one before them."""
    if len(samples) < 2 or bool((np.diff(samples.t) > 0).all()):
        return samples, []
    latest = np.maximum.accumulate(samples.t)
    keep = np.concatenate([[True], samples.t[1:] > latest[:-1]])
    return _picked(samples, keep), [_left_out("times repeated or backward", latest, keep)]


def gaps(t: Array) -> list[str]:
    """A note on pauses of more than 0.2 s."""
    steps = np.diff(t)
    where = np.flatnonzero(steps > GAP_S)
    if not len(where):
        return []
    total, first = float(steps[where].sum()), float(t[where[0]])
    return [f"gaps: {len(where)} longer than {GAP_S} s, {total:.1f} s in all, first at {first:.1f} s"]


def odd_rate(t: Array, stated_hz: float | None) -> list[str]:
    """A note on samples that come slower or faster than was asked for. Where a sensor does not number its samples and
    keeps no clock, lost ones look like a lower rate.
    """
    steps = np.diff(t)
    within = steps[steps <= GAP_S]
    if stated_hz is None or float(within.sum()) < LEAST_S:
        return []
    rate_hz = 1 / float(np.median(within))
    if abs(rate_hz / stated_hz - 1) <= ODD_RATE:
        return []
    return [f"rate: {rate_hz:.1f} Hz where {stated_hz:g} Hz is stated: samples are missing, or the clock is off"]


def _once_each(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples without copies: rows with the same time and values as one before them.

    Where other rows share times too, the times are coarse, and a sensor at rest may well repeat itself.
    """
    if bool((np.diff(samples.t) > 0).all()):
        return samples, []
    order = np.argsort(samples.t, kind="stable")
    t, values = samples.t[order], np.hstack([samples.acc, np.nan_to_num(samples.gyr)])[order]
    shared = t[1:] == t[:-1]
    copies = shared & (values[1:] == values[:-1]).all(axis=1)
    if not copies.any() or np.count_nonzero(copies) < COPIES_SHARE * np.count_nonzero(shared):
        return samples, []
    keep = np.ones(len(samples.t), dtype=bool)
    keep[order[1:][copies]] = False
    number, at = int(np.count_nonzero(~keep)), float(samples.t[np.argmin(keep)] - samples.t.min())
    rows = "row" if number == 1 else "rows"
    return _picked(samples, keep), [f"copies: {number} {rows} left out that stood there before, first at {at:.2f} s"]


def _in_order(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples sorted by time where many are out of order, and their times are even once they are sorted."""
    steps = np.diff(samples.t)
    if np.count_nonzero(steps < 0) <= DISORDER_SHARE * len(steps):
        return samples, []
    order = np.argsort(samples.t, kind="stable")
    steps = np.diff(samples.t[order])
    if float(np.mean(steps > SHORT * np.median(steps))) < EVEN_SHARE:
        return samples, []
    late = int(np.count_nonzero(samples.t[1:] < np.maximum.accumulate(samples.t)[:-1]))
    sorted_ = Samples(samples.t[order], samples.acc[order], samples.gyr[order])
    return sorted_, [f"rows out of order: {late} came after a later one, sorted by time"]


def _without_lone_stamps(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples without those whose stamp alone lies in the future of what follows."""
    t = samples.t
    keep = np.ones(len(t), dtype=bool)
    keep[1:-1] = (t[1:-1] <= t[2:]) | (t[2:] < t[:-2])
    if bool(keep.all()):
        return samples, []
    latest = np.maximum.accumulate(np.where(keep, t, -np.inf))
    return _picked(samples, keep), [_left_out("times ahead of their row", latest, keep)]


def _joined(samples: Samples) -> tuple[Samples, list[str]]:
    """Where the clock leaps back, or ahead by more than a day, what follows is moved to come right after."""
    t = samples.t
    steps = np.diff(t)
    suspects = np.flatnonzero((steps < -1.0) | (steps > LEAP_S)) + 1
    # A clock that starts anew goes on from there; one wrong stamp does not.
    later = np.minimum(suspects + 10, len(t) - 1)
    leaps = suspects[np.abs(t[later] - t[suspects - 1]) > 1.0]
    if not len(leaps):
        return samples, []
    usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    shift = np.zeros(len(t))
    shift[leaps] = t[leaps - 1] - t[leaps] + usual
    joined = t + np.cumsum(shift)
    times = f"{len(leaps)} times, first at" if len(leaps) > 1 else "at"
    note = f"clock started anew {times} {joined[leaps[0]]:.1f} s: joined without the time between"
    return Samples(joined, samples.acc, samples.gyr), [note]


def _forward(samples: Samples) -> tuple[Samples, list[str]]:
    """The samples that are not earlier than one before them."""
    latest = np.maximum.accumulate(samples.t)
    keep = samples.t >= latest
    if bool(keep.all()):
        return samples, []
    return _picked(samples, keep), [_left_out("times backward", latest, keep)]


def _mean_step(t: Array) -> float:
    """The mean time between samples, pauses left out."""
    steps = np.diff(t)
    within = steps[steps <= GAP_S]
    # Where most time passes in pauses that come every few seconds, these are the bunches' own rhythm.
    if within.sum() < 0.5 * steps.sum() and len(steps) - len(within) > steps.sum() / RHYTHM_S:
        within = steps
    return float(within.mean()) if len(within) else 0.0


def _smoothed(t: Array, step: float) -> Array:
    """Times from a straight line through the stamps of the seconds around, stretch by stretch between pauses."""
    steps = np.diff(t)
    long = steps[steps > 2 * step]
    bunches = float(np.median(long)) if len(long) else 0.0
    pause = max(GAP_S, 2.5 * bunches) if bunches > GAP_S else GAP_S
    edges = [0, *(int(i) + 1 for i in np.flatnonzero(steps > pause)), len(t)]
    smooth = np.empty(len(t))
    for start, stop in pairwise(edges):
        part = _line(t[start:stop], step)
        if start:  # never before the stretch before has ended
            part += max(0.0, smooth[start - 1] + SHORT * step - part[0])
        smooth[start:stop] = part
    shifted: Array = smooth - smooth[0]
    return shifted


def _line(t: Array, step: float) -> Array:
    n = len(t)
    places = np.arange(n, dtype=np.float64)
    window = min(int(min(SMOOTH_S / step, n)) | 1, n if n % 2 else n - 1)
    if n < 5 or window < 5:
        return float(t[0]) + step * places
    from scipy.signal import savgol_filter  # few files need it, and it takes a while to import

    smooth: Array = np.asarray(savgol_filter(t, window, 1, mode="interp"), dtype=np.float64)
    if bool((np.diff(smooth) > 0).all()):
        return smooth
    steady: Array = float(t[0]) + max(step, float(t[-1] - t[0]) / (n - 1)) * places
    return steady


def _picked(samples: Samples, keep: NDArray[np.bool_]) -> Samples:
    return Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])


def _left_out(what: str, latest: Array, keep: NDArray[np.bool_]) -> str:
    number = int(np.count_nonzero(~keep))
    at = float(latest[np.flatnonzero(~keep)[0]])
    return f"{what}: {number} row{'s' * (number > 1)} left out, first at {at:.2f} s"
