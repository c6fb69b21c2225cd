"""How well the radio link held, over time: good, weak, or nothing at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from liftcheck.samples import Array, Event

State = Literal["good", "weak"]
WINDOW_S = 1.0
GAP_S = 0.2  # a segment ends here (analysis)
WEAK_SHARE = 0.95  # of the samples that a second should bring
WEAK_LOSS = 0.02


@dataclass(frozen=True, eq=False)
class LinkHealth:
    """weak, gaps: (n, 2) stretches in s, in order; gaps without any sample. rate_hz: the usual one.

    edges, counts: samples in each second; losses: (t from, t to, lost, received) as the receiver counted them.
    """

    start_s: float
    end_s: float
    rate_hz: float
    weak: Array
    gaps: Array
    counts: Array
    losses: tuple[tuple[float, float, float, float], ...] = ()

    def rate_at(self, t: float) -> float | None:
        """Samples in the second around a moment, per second; None outside of the recording."""
        place = int((t - self.start_s) // WINDOW_S)
        return float(self.counts[place]) / WINDOW_S if 0 <= place < len(self.counts) - 1 else None

    def loss_at(self, t: float) -> float | None:
        """The share of samples lost around a moment, as the receiver counted; None where it did not say."""
        for since, until, lost, received in self.losses:
            if since < t <= until and lost + received > 0:
                return lost / (lost + received)
        return None


def link_health(t: Array, events: Iterable[Event] = (), rate_hz: float | None = None) -> LinkHealth:
    """The health of the link from the times of the samples and from what the receiver noted. t: (n,) s, increasing."""
    none = np.empty((0, 2))
    if len(t) < 2:
        at = float(t[0]) if len(t) else 0.0
        return LinkHealth(at, at, rate_hz or 0.0, none, none, np.zeros(0))
    start, end = float(t[0]), float(t[-1])
    steps = np.diff(t)
    rate = rate_hz or 1.0 / float(np.median(steps))
    holes = np.flatnonzero(steps > GAP_S)
    gaps = np.column_stack([t[holes], t[holes + 1]])
    counts = np.bincount(((t - start) / WINDOW_S).astype(np.int64)).astype(np.float64)
    losses = tuple(_losses(events))
    thin = np.flatnonzero(counts[:-1] < WEAK_SHARE * rate * WINDOW_S)
    seconds = start + WINDOW_S * np.column_stack([thin, thin + 1])
    counted = [(since, until) for since, until, lost, got in losses if lost > WEAK_LOSS * (lost + got)]
    weak = merged(np.concatenate([seconds, np.array(counted).reshape(-1, 2)]))
    return LinkHealth(start, end, rate, weak, gaps, counts, losses)


def merged(stretches: Array) -> Array:
    """Stretches in order, those that touch as one. (n, 2) -> (m, 2)."""
    found: list[list[float]] = []
    for low, high in sorted(map(tuple, stretches.tolist())):
        if found and low <= found[-1][1] + 1e-9:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return np.array(found).reshape(-1, 2)


def _losses(events: Iterable[Event]) -> Iterable[tuple[float, float, float, float]]:
    before = 0.0
    for event in events:
        if event.kind == "loss":
            lost, received = event.data.get("lost", 0), event.data.get("received", 0)
            if isinstance(lost, int | float) and isinstance(received, int | float):
                yield before, event.t, float(lost), float(received)
            before = event.t
