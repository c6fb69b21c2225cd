"""Lifts as bars: the trunk's lean up, the hips' drop down; what did the lift has the colour."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF

from liftcheck.lifts.lift import Lift
from liftcheck.look.theme import Theme
from liftcheck.window.plot import HIP_BOTTOM_CM, LEAN_TOP


def part_fills(theme: Theme, verdict: str) -> tuple[str, str]:
    """The fill of the lean's area and of the hips', for a verdict."""
    by_back, by_legs = verdict in ("back", "mixed"), verdict in ("legs", "mixed")
    colour = theme.verdict(verdict)
    return (colour if by_back else theme.tflex, colour if by_legs else theme.thip)


def lift_bars(
    lifts: Iterable[Lift], theme: Theme, x: Callable[[float], float], zero: float, up: float, down: float, width: float
) -> dict[str, list[QRectF]]:
    """Rectangles by colour, greys first. up, down: pixels for 115 degrees and for 58 cm; width: of a bar, pixels."""
    bars: dict[str, list[QRectF]] = {theme.tflex: [], theme.thip: []}
    for lift in lifts:
        if not lift.is_lift:
            continue
        lean, hips = part_fills(theme, str(lift.technique))
        left = x(lift.bottom_s) - width / 2
        high = up * min(max(lift.peak_flexion_deg, 0.0), LEAN_TOP) / LEAN_TOP
        deep = down * min(max(100 * (lift.hip_drop_m or 0.0), 0.0), HIP_BOTTOM_CM) / HIP_BOTTOM_CM
        bars.setdefault(lean, []).append(QRectF(left, zero - high, width, high))
        bars.setdefault(hips, []).append(QRectF(left, zero, width, deep))
    return bars
