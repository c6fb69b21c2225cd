"""Legs or back: how far the hips sank, how far the knees bent, and how sure that is."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, erf, hypot, radians, sin, sqrt

import numpy as np

from liftcheck.lifts.lift import Technique
from liftcheck.samples import Array
from liftcheck.trunk.lever import Lever


@dataclass(frozen=True)
class TechniqueSettings:
    """The geometry of bodies, and where the border between back and legs lies."""

    border_knee_deg: float = 65.0  # bends with the back reach 58, lifts with the legs begin at 73 (PRODUCT 4)
    sure: float = 0.75  # probability from which a technique is named
    surest: float = 0.99  # the model itself is wrong more often than its tails say; nobody checked beyond
    height_m: float = 1.73  # where nobody said it; the mean of adults
    height_sd_m: float = 0.09  # ... and how far they differ
    shank: float = 0.246  # of the height (Drillis & Contini)
    thigh: float = 0.245
    shank_share: float = 0.33  # of the knee's angle, how much the shank leans (SCIENCE 4.2; 0.2 to 0.45)
    standing_knee_deg: float = 12.0  # a relaxed stance is not straight (SCIENCE 4.7, 16)
    standing_knee_sd_deg: float = 6.0
    lever_error: float = 0.1  # share by which a person's lever differs from the site's
    offset_error: float = 0.2
    lever_sd_m: float = 0.08  # of r over people and places on the back; a site is a region, not a point
    offset_sd_m: float = 0.04  # of b likewise
    model_error_m: float = 0.02  # heels that rise, hips that move back
    # (r, b) in metres at 1.73 m (SCIENCE 4.7, 15), of which nothing but the site is known
    mid_back: tuple[float, float] = (0.33, 0.06)
    low_back: tuple[float, float] = (0.113, 0.062)
    waist_back: tuple[float, float] = (0.11, 0.10)
    waist_front: tuple[float, float] = (0.10, -0.10)
    chest: tuple[float, float] = (0.36, -0.12)

    def levers(self, site: str, height_m: float | None) -> tuple[Lever, ...]:
        """The levers that a site may have on a body: one, or two where the side of the body is not known."""
        scale = (height_m or self.height_m) / self.height_m
        sides = ("waist_back", "waist_front") if site == "waist" else (site.replace("-", "_"),)
        of_site: list[tuple[float, float]] = [getattr(self, side) for side in sides]
        return tuple(Lever(scale * r, scale * b, 1.0) for r, b in of_site)

    def spread(self, lever: Lever) -> tuple[float, float]:
        """How far r and b of a person lie from the site's, one standard deviation, m."""
        return self.lever_error * lever.r, self.offset_error * abs(lever.b)


@dataclass(frozen=True)
class Judgement:
    """What is said of the bottom of one bend. p_legs: the probability of more knee flexion than the border."""

    hip_drop_m: float
    hip_drop_error_m: float
    knee_deg: float
    knee_error_deg: float
    stoop_index: float
    p_legs: float


def hip_drop_of_knees(knee_deg: float, height_m: float, settings: TechniqueSettings) -> float:
    """How far the hips sink when the knees bend by so much from standing, m."""
    stand = settings.standing_knee_deg
    return _below_straight(knee_deg + stand, height_m, settings) - _below_straight(stand, height_m, settings)


def _below_straight(knee_deg: float, height_m: float, settings: TechniqueSettings) -> float:
    """How far the hips are below those of straight legs when the knees are bent by so much, m."""
    shank, thigh = settings.shank_share * radians(knee_deg), (1 - settings.shank_share) * radians(knee_deg)
    return height_m * (settings.shank * (1 - cos(shank)) + settings.thigh * (1 - cos(thigh)))


def knees_of_hip_drop(hip_drop_m: float, height_m: float, settings: TechniqueSettings) -> float:
    """How far the knees bend from standing for the hips to sink by so much, deg; negative drops give negative knees."""
    stand = settings.standing_knee_deg
    wanted = hip_drop_m + _below_straight(stand, height_m, settings)
    if wanted <= 0:
        return -stand
    low, high = 0.0, 150.0 + stand
    for _ in range(24):  # to a hundred-thousandth of a degree
        middle = (low + high) / 2
        if _below_straight(middle, height_m, settings) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2 - stand


def judge(
    drop_m: float,
    drop_error_m: float,
    flexion_deg: float,
    site: str,
    own_lever: Lever | None,
    height_m: float | None,
    settings: TechniqueSettings,
) -> Judgement:
    """Legs or back, from how far the sensor sank and how far it leaned at the bottom."""
    height = height_m or settings.height_m
    unsure = 0.0 if height_m else settings.height_sd_m / settings.height_m  # as a share of every length of the body
    levers = (own_lever,) if own_lever else settings.levers(site, height_m)
    border = hip_drop_of_knees(settings.border_knee_deg, height, settings)
    border_error = hypot(_border_error(height, settings), unsure * border)
    drops, errors, chances = [], [], []
    for lever in levers:
        hip_drop = drop_m - lever.drop_m(flexion_deg)
        error = _error(drop_error_m, flexion_deg, lever, settings)
        drops.append(hip_drop)
        errors.append(error)
        chances.append(_normal((hip_drop - border) / hypot(error, border_error)))
    hip_drop = sum(drops) / len(drops)
    error = hypot(sum(errors) / len(errors), (max(drops) - min(drops)) / 2)
    knee = knees_of_hip_drop(hip_drop, height, settings)
    slope = (hip_drop_of_knees(knee + 3, height, settings) - hip_drop_of_knees(knee - 3, height, settings)) / 6
    knee_error = hypot(error, unsure * hip_drop) / max(slope, 1e-3 * height)
    knee_error = min(60.0, hypot(knee_error, settings.standing_knee_sd_deg))
    return Judgement(
        hip_drop,
        error,
        knee,
        knee_error,
        _stoop_index(hip_drop, flexion_deg, site, height),
        sum(chances) / len(chances),
    )


def _error(drop_error_m: float, flexion_deg: float, lever: Lever, settings: TechniqueSettings) -> float:
    """One standard deviation of the hip drop."""
    of_r, of_b = settings.spread(lever)
    of_lever = lever.doubt * of_r * (1 - cos(radians(flexion_deg)))
    of_offset = lever.doubt * of_b * sin(radians(flexion_deg))
    return sqrt(drop_error_m**2 + of_lever**2 + of_offset**2 + settings.model_error_m**2)


@lru_cache
def _border_error(height_m: float, settings: TechniqueSettings) -> float:
    """How far the border's hip drop is off because nobody knows how bent this wearer's standing knees are, m."""
    sd = settings.standing_knee_sd_deg
    more = replace(settings, standing_knee_deg=settings.standing_knee_deg + sd)
    less = replace(settings, standing_knee_deg=settings.standing_knee_deg - sd)
    border = settings.border_knee_deg
    return (hip_drop_of_knees(border, height_m, more) - hip_drop_of_knees(border, height_m, less)) / 2


def shoulders_by_trunk(flexion_deg: Array, site: str, height_m: float) -> Array:
    """How far the shoulders sink by the trunk's lean alone, m; at the waist the trunk leans further than the pelvis."""
    trunk_deg = np.minimum(np.maximum(flexion_deg * (1.8 if site.startswith("waist") else 1.0), 0.0), 110.0)
    return np.asarray(0.30 * height_m * (1 - np.cos(trunk_deg * (np.pi / 180))))


def _stoop_index(hip_drop_m: float, flexion_deg: float, site: str, height_m: float) -> float:
    """0 full squat, 100 full stoop: the share of the trunk's lean in how far the shoulders sink (SCIENCE 1.2)."""
    by_trunk = float(shoulders_by_trunk(np.array(flexion_deg), site, height_m))
    by_legs = max(hip_drop_m, 0.0)
    return 100.0 * by_trunk / (by_trunk + by_legs) if by_trunk + by_legs > 0.01 else 50.0


def _normal(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))


def verdict(p_legs: float, settings: TechniqueSettings) -> tuple[Technique, float | None]:
    """The technique and the probability that it is right, where one is named."""
    if p_legs >= settings.sure:
        return Technique.LEGS, min(p_legs, settings.surest)
    if p_legs <= 1 - settings.sure:
        return Technique.BACK, min(1 - p_legs, settings.surest)
    return Technique.MIXED, None


def reason(hip_drop_m: float, flexion_deg: float) -> str:
    """The verdict's reason, a sentence about the body."""
    hips = f"hips sank {hip_drop_m * 100:.0f} cm" if hip_drop_m >= 0.005 else "hips did not sink"
    return f"{hips} while the trunk leaned {max(flexion_deg, 0):.0f} degrees"
