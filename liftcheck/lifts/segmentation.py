"""Where a bend begins, bottoms and ends."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from liftcheck.samples import Array
from liftcheck.trunk.steps import stretches
from liftcheck.trunk.window import Window


@dataclass(frozen=True)
class SegmentationSettings:
    """How deep a movement must go to be a bend or a lift (PRODUCT 4), and where it begins and ends."""

    lift_flexion_deg: float = 45.0
    lift_flexion_waist_deg: float = 25.0  # the pelvis turns by about half of the trunk
    lift_drop_m: float = 0.20
    depth_from: float = 0.35  # of a lift's depth: where a bend is looked for
    shallow_from: float = 0.5  # of a lift's depth: less is no bend at all
    valley: float = 0.5  # of the smaller neighbouring peak: above it two peaks are one bend
    bottom_by_drop_m: float = 0.15  # from this drop on the bottom is the lowest point, else the greatest lean
    edge_share: float = 0.12  # start and end: this share of the greatest drop, lean, or sinking of the shoulders
    edge_reach_s: float = 0.5  # so far from there the shoulders are looked for that leave earlier and return later
    settled_s: float = 0.5  # so long below `depth_from` and a bend is over, upright or not quite
    shortest_s: float = 0.4

    def lift_flexion(self, site: str) -> float:
        """The flexion that makes a lift at this site."""
        return self.lift_flexion_waist_deg if site.startswith("waist") else self.lift_flexion_deg


@dataclass(frozen=True)
class Bend:
    """A bend as indices into a window, edges interpolated in time; depth is 1 where it becomes a lift.

    opened, closed: whether the start and the end lie in the window; chained: whether it begins or ends in a valley
    between two bends without a full return.
    """

    first: int
    bottom: int
    last: int
    start_s: float
    end_s: float
    depth: float
    by_drop: bool
    opened: bool
    closed: bool
    chained: tuple[bool, bool]


def depth_of(window: Window, site: str, settings: SegmentationSettings) -> Array:
    """How deep the movement is against what makes a lift, (n,): 1 is 45 degrees of lean or 0.20 m of drop."""
    return np.maximum(window.drop_m / settings.lift_drop_m, window.flexion_deg / settings.lift_flexion(site))


def find_bends(window: Window, site: str, settings: SegmentationSettings, after_s: float = -np.inf) -> list[Bend]:
    """The bends of a window in the order of time, those over by `after_s` left out; the last may be open still."""
    depth = depth_of(window, site, settings)
    found = []
    for a, b in stretches(depth > settings.depth_from).tolist():
        if window.t[b - 1] <= after_s:
            continue
        cuts = [a, *_valleys(depth[a:b], settings.valley, a), b]
        for number, (low, high) in enumerate(pairwise(cuts)):
            left, right = number > 0, number < len(cuts) - 2
            bend = _bend(window, depth, low, high, left, right, settings)
            if bend is not None:
                found.append(bend)
    return found


def _valleys(depth: Array, share: float, offset: int) -> list[int]:
    """Where one excursion falls apart into several: the valleys below `share` of the smaller peak beside them."""
    cuts: list[int] = []
    stack = [(0, len(depth))]
    while stack:  # split at the deepest qualifying valley of each piece until none is left
        low, high = stack.pop()
        cut = _deepest_valley(depth[low:high], share)
        if cut is not None:
            cuts.append(low + cut)
            stack += [(low, low + cut), (low + cut, high)]
    return sorted(offset + cut for cut in cuts)


def _deepest_valley(depth: Array, share: float) -> int | None:
    if len(depth) < 5 or depth.max() < 0.9:
        return None
    left = np.maximum.accumulate(depth)
    right = np.maximum.accumulate(depth[::-1])[::-1]
    smaller = np.minimum(left, right)
    relative = np.where(smaller >= 0.9, depth / smaller, 1.0)
    lowest = int(relative.argmin())
    return lowest if relative[lowest] < share else None


def _bend(
    window: Window, depth: Array, low: int, high: int, left: bool, right: bool, settings: SegmentationSettings
) -> Bend | None:
    peak = float(depth[low:high].max())
    if peak < settings.shallow_from or high - low < 2:
        return None
    drop, flexion = window.drop_m, window.flexion_deg
    by_drop = bool(drop[low:high].max() >= settings.bottom_by_drop_m)
    measure = drop if by_drop else flexion
    bottom = low + int(measure[low:high].argmax())
    level = settings.edge_share * float(measure[bottom])
    before = _crossing(window.t, measure, level, bottom, -1, low if left else 0)
    settled = len(depth) - high >= round(settings.settled_s / window.step_s)
    after = _crossing(window.t, measure, level, bottom, 1, high if right else len(depth) - 1, settled)
    if before is None or after is None or after[1] - before[1] < settings.shortest_s:
        return None
    return Bend(before[0], bottom, after[0], before[1], after[1], peak, by_drop, before[2], after[2], (left, right))


def by_shoulders(bend: Bend, window: Window, shoulders_m: Array, settings: SegmentationSettings) -> Bend:
    """The bend from the shoulders' leaving to their return; where they do not cross the border nearby it stays.

    A sensor on the back of somebody who reaches down rises before it sinks, the more the lower it sits. The shoulders
    begin at once, and for every site at the same moment. shoulders_m: (n,) how far they sank.
    """
    reach = min(bend.last - bend.first, round(settings.edge_reach_s / window.step_s))
    level = settings.edge_share * float(shoulders_m[bend.first : bend.last + 1].max())
    if shoulders_m[bend.bottom] <= level:  # nobody's shoulders stay up in a bend: a height that is wrong
        return bend
    first, start_s, last, end_s = bend.first, bend.start_s, bend.last, bend.end_s
    if bend.opened:
        limit = first if bend.chained[0] else max(0, first - reach)
        at, t, _ = _crossing(window.t, shoulders_m, level, bend.bottom, -1, limit) or (first, start_s, True)
        if shoulders_m[at] <= level:
            first, start_s = at, t
    if bend.closed:
        limit = last if bend.chained[1] else min(len(window.t) - 1, last + reach)
        at, t, _ = _crossing(window.t, shoulders_m, level, bend.bottom, 1, limit) or (last, end_s, True)
        if shoulders_m[at] <= level:
            last, end_s = at, t
    return replace(bend, first=first, start_s=start_s, last=last, end_s=end_s)


def _crossing(
    t: Array, measure: Array, level: float, bottom: int, step: int, limit: int, settled: bool = False
) -> tuple[int, float, bool] | None:
    """From the bottom outward to where the measure falls to `level`, or to its lowest value before `limit`.

    settled: the bend is over though the wearer goes on leaning a little; the lowest value is its end then. Returns the
    edge, the interpolated time, and whether a level or valley was reached within the window.
    """
    part = measure[bottom : limit + 1] if step > 0 else measure[limit : bottom + 1][::-1]
    below = part <= level
    k = int(below.argmax())  # the first, or 0 where there is none
    if not below[k]:
        at = bottom + step * int(part.argmin())
        return at, float(t[at]), 0 < limit < len(t) - 1 or settled
    at = bottom + step * k
    if k == 0:
        return at, float(t[at]), True
    share = (part[k - 1] - level) / max(part[k - 1] - part[k], 1e-9)
    inside = at - step
    return at, float(t[inside] + share * (t[at] - t[inside])), True
