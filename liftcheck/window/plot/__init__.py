"""The scrolling plot: the trunk's lean rises above the zero line, the hips sink below it."""

from liftcheck.window.plot.axes import HIP_BOTTOM_CM, LEAN_TOP
from liftcheck.window.plot.legend import PlotLegend
from liftcheck.window.plot.view import PlotView

__all__ = ["HIP_BOTTOM_CM", "LEAN_TOP", "PlotLegend", "PlotView"]
