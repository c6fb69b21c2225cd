"""What is no lift, and what cannot be judged: two kinds of gate that must not be confused.

*Another movement*, where the evidence is strong (a seat, the floor, free fall): no lift, listed with its reason.
*Cannot be judged* (a hole in the signal, no return, heights that disagree): a lift whose technique is unclear. A bend
is never erased by a doubt.
"""

from dataclasses import dataclass, field

import numpy as np

from liftcheck.lifts.segmentation import Bend
from liftcheck.lifts.sitting import SeatEvidence, SittingSettings
from liftcheck.trunk.window import Window


@dataclass(frozen=True)
class GateSettings:
    """Each border with its reason; none decides alone where a lift could look the same (SCIENCE 4.7, 12-20)."""

    longest_s: float = 12.0  # a bend held longer is another activity: a seat, a nap, a repair
    free_fall_mps2: float = 2.0  # no lift throws the whole body into the air
    rise_m: float = 0.08  # ... and a jump rises above standing
    rise_share: float = 0.3  # ... by a good part of its drop: a brisk squat overshoots a little
    backward_deg: float = 20.0  # leaning back this far is no bend
    sideways_deg: float = 60.0
    reclined_deg: float = 30.0  # and low at the same time; squats tuck the pelvis by up to 21 (SCIENCE 4.7, 10)
    reclined_drop_m: float = 0.15
    floor_margin_s: float = 1.0
    stairs_steps: int = 3  # in the lower half of a bend, two more if it leans; nobody walks at the bottom of a lift
    stairs_upright_deg: float = 15.0
    stairs_mps: float = 0.2  # up or down, all the time
    step_mps2: float = 13.0  # a foot put down; stairs reach 13 to 20, and 6 to 7.5 between
    step_light_mps2: float = 7.5
    step_apart_s: float = 0.3  # 200 steps a minute is running; what follows sooner is the same foot's ringing
    deepest_m: float = 1.0  # nobody's back sinks so far on their feet: the floor
    lying_waist_deg: float = 105.0
    lying_waist_deep_deg: float = 75.0
    lying_waist_drop_m: float = 0.55
    level_m: float = 0.25  # standing before and standing after are the same height
    # A lost sample takes its 10 ms of acceleration with it, and the speed wanders: m for each root of the share lost;
    # on simulated lifts 0.17, 0.14, 0.15 and 0.13 at 5, 10, 20 and 30 % (docs/reliability.md).
    lost_height_m: float = 0.15
    doubtful_lost_m: float = 0.04  # so much doubt by loss, and a probability near one half is no semi-squat
    most_lost: float = 0.10  # of the samples in half a second: more, and nothing is said of a height
    doubtful_height_m: float = 0.25  # the smoother's own doubt from which nothing can be said
    doubtful_seat_m: float = 0.15  # ... and from which a low pose is no seat for sure
    doubtful_mixed_m: float = 0.08  # ... and from which a probability near one half is no semi-squat
    sitting: SittingSettings = field(default_factory=SittingSettings)


BY_HEIGHT = ("sitting", "lying", "stairs", "jump")  # found by heights and forces in their times


def lossy(lost_share: float, settings: GateSettings) -> list[str]:
    """Why a bend cannot be judged whose samples have uncertain times; empty where they are sure enough."""
    if lost_share <= settings.most_lost:
        return []
    return [f"the rate is {100 * lost_share:.0f} % off the stated one around the lift: samples are missing"]


def other_movement(
    bend: Bend, window: Window, site: str, seat: SeatEvidence, height_error_m: float, settings: GateSettings
) -> str | None:
    """What the movement is if it is surely no lift: sitting, lying, jump, no return; None for a bend.

    height_error_m: the smoother's own doubt; a difference of heights within twice of it proves nothing.
    """
    part = slice(bend.first, bend.last + 1)
    drop, flexion = window.drop_m[part], window.flexion_deg[part]
    greatest = float(drop.max())
    if _lying(bend, window, site, settings):
        return "lying"
    if _reclined(bend, window, settings):
        return "sitting"
    if bend.by_drop and _steps(bend, window, settings) >= (
        settings.stairs_steps if float(flexion.max()) < settings.stairs_upright_deg else settings.stairs_steps + 2
    ):
        return "stairs"
    around = slice(max(0, bend.first - round(0.5 / window.step_s)), bend.last + 1 + round(0.5 / window.step_s))
    rise = max(settings.rise_m, settings.rise_share * greatest)
    if window.least_mps2[around].min() < settings.free_fall_mps2 and -window.drop_m[around].min() > rise:
        return "jump"
    if float(flexion.min()) < -settings.backward_deg and greatest < 0.35 and not bend.by_drop:
        return "no bend: leaned back"
    if not any(bend.chained):
        risen = level_before(bend, window) - level_after(bend, window)
        if risen > max(settings.level_m, 2 * height_error_m):
            return "sitting"  # got up: standing is higher than what was before
    if seat.probability >= settings.sitting.sure and height_error_m < settings.doubtful_seat_m:
        return "sitting"
    if not bend.closed and window.t[-1] - bend.start_s > settings.longest_s:
        return "no return"
    return None


def lies_by_angle(bend: Bend, window: Window, settings: GateSettings) -> bool:
    """On the side or the back within the bend, or just before it, or just after."""
    margin = round(settings.floor_margin_s / window.step_s)
    around = slice(max(0, bend.first - margin), bend.last + 1 + margin)
    return bool(np.abs(window.lean_deg[around]).max() > settings.sideways_deg or window.flexion_deg[around].min() < -60)


def _lying(bend: Bend, window: Window, site: str, settings: GateSettings) -> bool:
    """On the floor within the bend, or just before it, or just after."""
    if lies_by_angle(bend, window, settings):
        return True
    part = slice(bend.first, bend.last + 1)
    greatest, steep = float(window.drop_m[part].max()), float(window.flexion_deg[part].max())
    if greatest > settings.deepest_m:
        return True
    if not site.startswith("waist"):
        return False
    deep = greatest > settings.lying_waist_drop_m
    return steep > settings.lying_waist_deg or (deep and steep > settings.lying_waist_deep_deg)


def _reclined(bend: Bend, window: Window, settings: GateSettings) -> bool:
    """Leans back while low: whoever does that on their feet falls over."""
    margin = round(settings.floor_margin_s / window.step_s)
    around = slice(max(0, bend.first - margin), bend.last + 1 + margin)
    back = window.flexion_deg[around] < -settings.reclined_deg
    return bool(back.any() and (back & (window.drop_m[around] > settings.reclined_drop_m)).any())


def _steps(bend: Bend, window: Window, settings: GateSettings) -> int:
    """How many steps fall into the lower half of the bend: the force rises over gravity and falls below it again."""
    part = slice(bend.first, bend.last + 1)
    if window.jolt_mps2[part].max() <= settings.step_mps2:
        return 0
    low = np.flatnonzero(window.drop_m[part] > 0.5 * float(window.drop_m[part].max())) + bend.first
    if float(np.median(np.abs(window.sink_mps[low]))) < settings.stairs_mps:
        return 0  # a held squat trembles
    steps, pressed, since = 0, False, -np.inf
    for t, hard, light in zip(window.t[low], window.jolt_mps2[low], window.least_mps2[low], strict=True):
        if pressed and light < settings.step_light_mps2:
            steps, pressed = steps + 1, False
        elif not pressed and hard > settings.step_mps2 and t - since > settings.step_apart_s:
            pressed, since = True, t
    return steps


def level_before(bend: Bend, window: Window) -> float:
    """The drop just before the bend, m: near 0 where it began in a stance."""
    low = max(0, bend.first - round(0.6 / window.step_s))
    return float(window.drop_m[low : bend.first + 1].mean())


def level_after(bend: Bend, window: Window) -> float:
    """The drop just after the bend, m."""
    return float(window.drop_m[bend.last : bend.last + 1 + round(0.6 / window.step_s)].mean())


def doubts(
    bend: Bend, window: Window, height_error_m: float, seat: SeatEvidence, stood: bool, settings: GateSettings
) -> list[str]:
    """Why the bend cannot be judged, each a few words; empty where it can. stood: somebody, at some time before it."""
    found = []
    if not bend.closed:
        found.append("the signal ended before the wearer was upright again")
    if not bend.opened:
        found.append("the signal began in mid-bend")
    if not stood:
        found.append("no still stance before the lift")
    if height_error_m > settings.doubtful_height_m:
        found.append(f"the height is uncertain by {height_error_m * 100:.0f} cm")
    if seat.odds > 0:
        found.append("it may have been a seat")
    if bend.closed and not any(bend.chained):
        after, before = level_after(bend, window), level_before(bend, window)
        if abs(after - before) > settings.level_m:
            found.append(
                f"the wearer ended {abs(after - before) * 100:.0f} cm {'lower' if after > before else 'higher'}"
            )
    return found
