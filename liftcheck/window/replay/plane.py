"""Where moments, leans and hip drops are on the timeline, in pixels."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.window.plot import HIP_BOTTOM_CM, LEAN_TOP
from liftcheck.window.replay.view import View
from liftcheck.window.style import Style

LEFT_PX, RIGHT_PX = 64, 24
TOP_PX, FOOT_PX = 64, 86  # top of the curves, room for ribbon and axis below them
LEAN_SHARE = 0.56  # of the height, above the zero line


@dataclass(frozen=True)
class Plane:
    """left, right, top, bottom: where the curves are, pixels. view: what stretch is seen."""

    left: float
    right: float
    top: float
    bottom: float
    view: View

    @staticmethod
    def of(width: float, height: float, style: Style, view: View) -> "Plane":
        """On a widget of so many pixels."""
        return Plane(style.px(LEFT_PX), width - style.px(RIGHT_PX), style.px(TOP_PX), height - style.px(FOOT_PX), view)

    @property
    def zero(self) -> float:
        """The line between lean and hips."""
        return self.top + LEAN_SHARE * (self.bottom - self.top)

    @property
    def per_second(self) -> float:
        """Pixels."""
        return (self.right - self.left) / self.view.width

    def x_of(self, t: float) -> float:
        """Where a moment is."""
        return self.left + (self.right - self.left) * (t - self.view.start) / self.view.width

    def xs(self, t: Array) -> Array:
        """Where moments are. t: (n,)."""
        return self.left + (self.right - self.left) * (t - self.view.start) / self.view.width

    def t_at(self, x: float) -> float:
        """Which moment is there."""
        return self.view.start + (x - self.left) / max(1.0, self.right - self.left) * self.view.width

    def seconds(self, pixels: float) -> float:
        """How long a stretch of so many pixels is."""
        return pixels / max(1.0, self.right - self.left) * self.view.width

    def lean_y(self, lean_deg: Array) -> Array:
        """Where leans are, above the line. lean_deg: (n,)."""
        return self.zero - (self.zero - self.top) / LEAN_TOP * np.clip(lean_deg, -15.0, LEAN_TOP)

    def hips_y(self, drop_m: Array) -> Array:
        """Where hip drops are, below the line. drop_m: (n,).

        Hips do not rise above standing in a bend: what is measured there is doubt, and would hide the trunk's curve.
        """
        return self.zero + 100 * (self.bottom - self.zero) / HIP_BOTTOM_CM * np.clip(drop_m, 0.0, HIP_BOTTOM_CM / 100)

    def shows(self, t: float) -> bool:
        """Whether a moment is on it, the edges included."""
        return self.left - 1 <= self.x_of(t) <= self.right + 1
