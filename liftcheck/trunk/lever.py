"""The wearer's own lever: how far the sensor sits from the point about which the back turns (SCIENCE 4.2)."""

from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from liftcheck.samples import Array


class Lever(NamedTuple):
    """r (m) above and b (m) behind the point about which the back turns; by the trunk's lean alone the sensor sinks by
    r (1 - cos) - b sin. doubt: what is not known of it, as a share of what is not known of anybody's; 0.5 after
    calibration bends."""

    r: float
    b: float
    doubt: float = 0.5  # SCIENCE 4.4

    def drop_m(self, flexion_deg: float) -> float:
        """How far the sensor sinks by the trunk's lean alone."""
        return self.r * (1 - cos(radians(flexion_deg))) - self.b * sin(radians(flexion_deg))


@dataclass(frozen=True)
class LeverSettings:
    """How the lifts themselves show the lever."""

    deep_deg: float = 60.0  # shallower bends say little of the lever: there heels that rise and throwing do as much
    drop_error_m: float = 0.02  # of one bend, beyond what the height's own doubt says: heels rise, hips move back
    wrong_share: float = 0.05  # of the bends are not what they seem; 0.01 to 0.1 are the same within 0.4 cm
    least_doubt: float = 0.5  # no surer than calibration bends
    moved_m: float = 0.01  # upright against a right angle: a lever less different is not worth a word


class LeverOfLifts:
    """Learns the lever from the lifts so far: hips do not rise above standing.

    Whoever bends with straight legs sinks by the lever alone, and whoever bends the knees by more. So every lift makes
    levers unlikely by which its hips would have risen, the others stay as likely as they are over people: P(lever) is
    the site's, times Phi((drop - lever's drop) / error) for each lift, on a grid.
    """

    def __init__(self, prior: Lever, spread: tuple[float, float], settings: LeverSettings) -> None:
        """spread: one standard deviation of r and b over people, m."""
        self.prior, self.settings = prior, settings
        steps = np.linspace(-3.0, 3.0, 25)
        self._r, self._b = prior.r + spread[0] * steps[:, None], prior.b + spread[1] * steps
        self._likely = -(steps[:, None] ** 2 + steps**2) / 2
        self._lever: Lever | None = None  # the mean, once asked for
        self._at_first = self._mean()[2]

    def add(self, flexion_deg: float, drop_m: float, height_error_m: float) -> None:
        """The bottom of one more lift."""
        lean, wrong = radians(flexion_deg), self.settings.wrong_share
        risen = self._r * (1 - cos(lean)) - self._b * sin(lean) - drop_m
        error = hypot(height_error_m, self.settings.drop_error_m)
        self._likely += np.log(wrong + (1 - wrong) * ndtr(-risen / error))
        self._lever = None

    def lever(self) -> Lever:
        """The mean of what is likely now."""
        if self._lever is None:
            r, b, unsure = self._mean()
            self._lever = Lever(r, b, min(1.0, max(self.settings.least_doubt, unsure / self._at_first)))
        return self._lever

    def _mean(self) -> tuple[float, float, float]:
        """r, b, and what a right angle's drop is unsure by, m."""
        weight = np.exp(self._likely - self._likely.max())
        weight /= weight.sum()
        r, b = float((weight * self._r).sum()), float((weight * self._b).sum())
        return r, b, float(np.sqrt((weight * (self._r - self._b - (r - b)) ** 2).sum()))


def own_lever(
    flexion_deg: Array, drop_m: Array, prior: Lever, spread: tuple[float, float], drop_error_m: float
) -> Lever | None:
    """The wearer's own lever from straight-legged bends, or None where the legs were not straight.

    flexion_deg, drop_m: (n,) over the bends. prior, spread: the site's (r, b) and its standard deviation over people.
    drop_error_m: of one bend's drop. The drop of a straight-legged bend is r (1 - cos) - b sin (SCIENCE 4.2).
    """
    lean = np.radians(flexion_deg)
    columns = np.column_stack([1 - np.cos(lean), -np.sin(lean)])
    weight = 3.0 / max(len(lean), 1) / drop_error_m**2  # three bends are three observations, however many samples
    precision = np.diag(np.array(spread) ** -2.0)
    r, b = np.linalg.solve(
        weight * columns.T @ columns + precision, weight * columns.T @ drop_m + precision @ np.array(prior[:2])
    )
    far = max(abs(r - prior.r) / spread[0], abs(b - prior.b) / spread[1])
    return Lever(float(r), float(b)) if far < 2.5 else None
