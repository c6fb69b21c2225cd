"""Lifts as bars: the trunk's lean up, the hips' drop down; what did the lift has the colour."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from liftcheck.lifts.lift import Lift
from liftcheck.look.theme import VERDICTS, Theme
from liftcheck.window.plot import HIP_BOTTOM_CM, LEAN_TOP


@dataclass(frozen=True)
class Linear:
    """Where moments are: first pixels at `start`, then `per_second` more."""

    start: float
    first: float
    per_second: float

    def __call__(self, t: float) -> float:
        return self.first + self.per_second * (t - self.start)


def part_fills(theme: Theme, verdict: str) -> tuple[str, str]:
    """The fill of the lean's area and of the hips', for a verdict."""
    by_back, by_legs = verdict in ("back", "mixed"), verdict in ("legs", "mixed")
    colour = theme.verdict(verdict)
    return (colour if by_back else theme.tflex, colour if by_legs else theme.thip)


def lift_bars(
    lifts: Iterable[Lift], theme: Theme, x: Linear, zero: float, up: float, down: float, width: float
) -> dict[str, list[QRectF]]:
    """Rectangles by colour, greys first. up, down: pixels for 115 degrees and for 58 cm; width: of a bar, pixels."""
    bars: dict[str, list[QRectF]] = {theme.tflex: [], theme.thip: []}
    fills = {verdict: part_fills(theme, verdict) for verdict in VERDICTS}
    for colours in fills.values():
        for colour in colours:
            bars.setdefault(colour, [])
    up, down, left = up / LEAN_TOP, 100 * down / HIP_BOTTOM_CM, -width / 2
    deepest = HIP_BOTTOM_CM / 100
    for lift in lifts:
        if lift.technique is None:
            continue
        lean, hips = fills[lift.technique.value]
        at = x(lift.bottom_s) + left
        high = up * min(max(lift.peak_flexion_deg, 0.0), LEAN_TOP)
        bars[lean].append(QRectF(at, zero - high, width, high))
        bars[hips].append(QRectF(at, zero, width, down * min(max(lift.hip_drop_m or 0.0, 0.0), deepest)))
    return bars
