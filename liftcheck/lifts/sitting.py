"""How likely it is that a movement ends on a seat, from what a body on its feet cannot do.

Standing, the trunk leans forward to hold the balance of hips that move back: it leans while they are low and comes up
as they rise. A seat takes the weight over, and that shows in four ways, none of which is certain alone:

*Another level.* The movement leads from one pose to another that is lower, or higher, by a seat's depth. The heights
are those of the movement alone; whether calm is standing is what is asked here.
*Carried.* Hips that rest below standing, for long or while the trunk comes upright, and that leave again only after it
has leaned.
*Low though upright.* The trunk is up again and the hips, at rest, are not.
*Higher than standing.* What seemed to be standing was the seat: the sensor rises by more than it sinks.

Each is a number of degrees or metres against a border, in units of its spread, and limited, so that no single one
decides against two others; an impact while low and a pelvis that tips backward add to them. The sum is the logarithm
of the odds.
"""

from dataclasses import dataclass
from math import exp, hypot, log

import numpy as np

from liftcheck.lifts.segmentation import Bend
from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.window import Window


@dataclass(frozen=True)
class SittingSettings:
    """Where the evidence for a seat turns, and how fast.

    Metres of hips or sensor, degrees at the sensor's site. Where no source is named: the seven people with a belt, whom
    docs/method.md tries one by one on borders chosen on the other six.
    """

    still_mps: float = 0.2  # slower than this the hips rest; standing up reaches 0.4 and more
    calm_activity: float = 2.0  # 1 is the border of calm
    moving_share: float = 0.15  # of the greatest speed: where a descent has arrived and a rise begins
    least_sink_mps: float = 0.1  # slower than this nothing was reached or left
    shortest_hold_s: float = 1.9  # nobody sits for less; a squat that turns round or picks up does
    hold_drop_m: float = 0.08
    lean_given_up_deg: float = 10.0  # after arriving and before leaving together; squats: 3 +- 4 degrees, sits from 16
    lean_given_up_share: float = 0.2  # ... and of both leans: a seat takes a third and more, a deep stoop sways
    lean_spread_deg: float = 3.0
    upright_share: float = 0.5  # of the greatest lean: the trunk is up again
    low_for_s: float = 1.0  # an upright squat turns round in less
    low_m: float = 0.04  # hips below standing with the trunk up; after real lifts: 0.01 +- 0.015 m
    low_spread_m: float = 0.015
    pose_near_s: float = 1.5  # so near to a bend its poses lie; a verdict falls due by then
    pose_deg: float = 30.0  # who leans more is in the next bend already
    settle_s: float = 0.3  # a pose that is still being reached: it may go on so long at its speed
    same_level_m: float = 0.02  # standing is as high as standing was, give or take
    other_level_m: float = 0.4  # a seat, a knee on the floor, the floor: off by as much as this
    other_level_share: float = 1 / 3  # of movements end on another level, before anything was measured
    above_m: float = 0.08  # heels raise the hips by 5 cm
    above_spread_m: float = 0.015
    impact_mps2: float = 4.0  # beyond what the smooth movement explains; bends: up to 2.8, brisk ones too
    impact_spread_mps2: float = 1.0
    behind_deg: float = 10.0  # a pelvis this far behind the stance slumps on a seat
    behind_spread_deg: float = 3.0
    long_hold_s: float = 4.0  # a box is gripped within a second (SCIENCE 8); held squats seen lasted up to 4
    long_spread_s: float = 0.5
    limit: float = 4.0  # nats: no piece says more than 50 to 1 ...
    support_limit: float = 2.0  # ... and an impact or slumping not more than 7 to 1
    sure: float = 0.75  # probability from which it is called sitting


@dataclass(frozen=True)
class SeatEvidence:
    """What speaks for a seat, each in nats: positive for, negative against, 0 where it cannot be told."""

    level: float
    carried: float
    low: float
    above: float
    impact: float
    behind: float

    @property
    def odds(self) -> float:
        """The logarithm of the odds that it was a seat; the strongest of the four ways, and what adds to it."""
        return max(self.level, self.carried, self.low, self.above) + self.impact + self.behind

    @property
    def probability(self) -> float:
        """That it was a seat."""
        return 1 / (1 + exp(-self.odds))


def seat_evidence(bend: Bend, window: Window, hips_m: Array, site: str, settings: SittingSettings) -> SeatEvidence:
    """Weighs a bend as a way onto a seat or off it. hips_m: (J+1,), how far the hips are below standing."""
    step = window.step_s
    margin = round(0.5 / step)
    around = slice(max(0, bend.first - margin), min(len(window.t), bend.last + 1 + margin))
    held = _held(bend, window, settings)
    carried = -settings.limit
    if held is not None:
        leans, given_up, held_s = *_leans(*held, window), (held[1] - held[0]) * step
        least = max(settings.lean_given_up_deg, settings.lean_given_up_share * leans)
        carried = _nats(given_up - least, settings.lean_spread_deg, settings.limit)
        carried += max(0.0, _nats(held_s - settings.long_hold_s, settings.long_spread_s, settings.limit))
    flexion, sink, hips = window.flexion_deg[around], window.sink_mps[around], hips_m[around]
    up = flexion < settings.upright_share * float(flexion.max())
    still = np.abs(sink) < settings.still_mps
    if any(bend.chained):  # between two lifts without a stance the hips turn round below standing too, but not calmly
        still &= window.activity[around] < settings.calm_activity
    resting = np.sort(hips[up & still])[::-1]
    count = round(settings.low_for_s / step)
    # A pelvis comes upright at the bottom of some people's squats; a trunk on its feet does not.
    waist = site.startswith("waist")
    low_m = float(resting[count]) if len(resting) > count and not (held and waist) else 0.0
    sunk_m = float(window.drop_m[around].max())
    above_m = float(-hips.min())
    level, impact = _level(bend, window, settings), _impact(bend, window)
    # A squat tucks the pelvis under at its bottom (SCIENCE 4.7, 10); down there it counts only where the hips rest.
    high = window.drop_m[around] < 0.5 * sunk_m
    behind = -float(flexion[high].min() if held is None and high.any() else flexion.min())
    low = _nats(low_m - settings.low_m, settings.low_spread_m, settings.support_limit if waist else settings.limit)
    return SeatEvidence(
        level,
        carried,
        level + low if waist else low,
        _nats(above_m - max(settings.above_m, sunk_m), settings.above_spread_m, settings.limit),
        max(0.0, _nats(impact - settings.impact_mps2, settings.impact_spread_mps2, settings.support_limit)),
        max(0.0, _nats(behind - settings.behind_deg, settings.behind_spread_deg, settings.support_limit)),
    )


def _level(bend: Bend, window: Window, settings: SittingSettings) -> float:
    """What the heights of the calmest poses just before and just after say: of a seat against of the same floor."""
    near = round(settings.pose_near_s / window.step_s)
    before = _calmest(window, max(0, bend.first - near), bend.first + 1, settings)
    after = _calmest(window, bend.last, bend.last + near + 1, settings)
    if before is None or after is None or after <= before:
        return -settings.limit
    lower_m, error_m = window.heights.sunk_m(before, after, slice(bend.first, bend.last + 1))
    error_m = hypot(error_m, settings.settle_s * float(window.sink_mps[after] - window.sink_mps[before]))
    other = _log_normal(lower_m, hypot(settings.other_level_m, error_m))
    same = _log_normal(lower_m, hypot(settings.same_level_m, error_m))
    odds = other - same + log(settings.other_level_share / (1 - settings.other_level_share))
    return max(-settings.limit, min(odds, settings.limit))


def _calmest(window: Window, low: int, high: int, settings: SittingSettings) -> int | None:
    """The calmest edge of low..high-1 at which the trunk does not lean; None without one."""
    leans = window.flexion_deg[low:high] >= settings.pose_deg
    restless = window.activity[low:high] + np.where(leans, np.inf, 0.0)
    calmest = int(restless.argmin())
    return None if leans[calmest] else low + calmest


def _log_normal(off: float, sd: float) -> float:
    return -0.5 * (off / sd) ** 2 - log(sd)


def _impact(bend: Bend, window: Window) -> float:
    """By how much the force exceeds what the smooth movement of the trunk explains, while low, m/s²."""
    part, wider = slice(bend.first, bend.last + 1), slice(max(0, bend.first - 2), bend.last + 3)
    smooth = GRAVITY_MPS2 - np.gradient(window.sink_mps[wider], window.step_s)
    nearby = smooth.copy()
    np.maximum(nearby[1:], smooth[:-1], out=nearby[1:])
    np.maximum(nearby[:-1], smooth[1:], out=nearby[:-1])
    drop = window.drop_m[part]
    greatest = float(drop.max())
    low = drop >= min(greatest, 0.5 * greatest)
    begin = bend.first - wider.start
    return float((window.jolt_mps2[part] - nearby[begin : begin + len(drop)])[low].max())


def _leans(arrived: int, leaves: int, window: Window) -> tuple[float, float]:
    """The leans with which the hips arrived and left, together, and by how much of that the trunk came up between."""
    quarter = (leaves - arrived) // 4
    kept = float(np.median(window.flexion_deg[arrived + quarter : leaves - quarter + 1]))
    leans = float(window.flexion_deg[arrived] + window.flexion_deg[leaves])
    return leans, leans - 2 * kept


def _nats(beyond: float, spread: float, limit: float) -> float:
    return max(-limit, min(beyond / spread, limit))


def _held(bend: Bend, window: Window, settings: SittingSettings) -> tuple[int, int] | None:
    """Where the hips arrive below and where they leave again, as indices; None without a stay between."""
    sink = window.sink_mps[bend.first : bend.last + 1]
    down = int(np.argmax(sink))
    up = down + int(np.argmin(sink[down:]))
    if sink[down] < settings.least_sink_mps or sink[up] > -settings.least_sink_mps:
        return None
    slow_again = np.flatnonzero(sink[down : up + 1] < settings.moving_share * sink[down])
    arrived = down + int(slow_again[0])
    still_slow = np.flatnonzero(sink[arrived : up + 1] > settings.moving_share * sink[up])
    leaves = arrived + int(still_slow[-1]) if len(still_slow) else arrived
    held_s = (leaves - arrived) * window.step_s
    middle = window.drop_m[bend.first + arrived : bend.first + leaves + 1]
    if held_s < settings.shortest_hold_s or float(np.median(middle)) < settings.hold_drop_m:
        return None
    return bend.first + arrived, bend.first + leaves
