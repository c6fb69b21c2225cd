"""The plot's scales: lean and hip drop on one axis, seconds ago on the other."""

import pyqtgraph as pg

LEAN_TOP, HIP_BOTTOM_CM = 115.0, 58.0  # degrees over 56 %, cm over 44 % of the height
CM = 1.56  # a centimetre of hip drop is drawn as so many degrees
TOP, BOTTOM = 152.0, -HIP_BOTTOM_CM * CM
LEVELS = {90.0: "90°", 45.0: "45°", -20 * CM: "20", -40 * CM: "40"}


class LevelAxis(pg.AxisItem):  # type: ignore[misc]
    """The left axis: two leans and two hip drops."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        return [(45.0, list(LEVELS))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [LEVELS[value] for value in values]


class AgoAxis(pg.AxisItem):  # type: ignore[misc]
    """The lower axis: seconds ago, and now."""

    now, now_width = "now", 0.0

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        # "now" ends at the right edge: its middle lies half its width before.
        half = self.now_width / 2 / max(size, 1.0) * (maxVal - minVal)
        return [(5.0, [-20.0, -15.0, -10.0, -5.0, -half])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"\u2212{-value:.0f} s" if value in (-20.0, -15.0, -10.0, -5.0) else self.now for value in values]
