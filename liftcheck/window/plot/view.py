"""The scrolling plot: the trunk's lean rises above the zero line, the hips sink below it."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QWidget

from liftcheck.lifts.lift import Lift
from liftcheck.look.theme import AXIS, VERDICTS
from liftcheck.trunk.motion import Motion
from liftcheck.window.hatching import hatching
from liftcheck.window.plot.axes import BOTTOM, CM, LEAN_TOP, LEVELS, TOP, AgoAxis, LevelAxis
from liftcheck.window.plot.curves import Curve, DrawnLift, Hatch
from liftcheck.window.plot.marks import MARKS, flat_pen, mark_style
from liftcheck.window.plot.trace import SHOWN_S, Trace
from liftcheck.window.style import Style, width_of


class PlotView(pg.GraphicsView):  # type: ignore[misc]
    """The plot. take() motion and lifts as they come, show() at each tick of the screen."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.trace = Trace()
        self.lifts: list[DrawnLift] = []
        self.lost_from: float | None = None
        self._hatches: list[Hatch] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameStyle(0)
        self._levels, self._ago = LevelAxis("left"), AgoAxis("bottom")
        self.plot = pg.PlotItem(axisItems={"left": self._levels, "bottom": self._ago})
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.plot.setRange(xRange=(-SHOWN_S, 0.0), yRange=(BOTTOM, TOP), padding=0)
        self.plot.disableAutoRange()
        self.hips, self.lean = Curve(self.plot, -10), Curve(self.plot, -10)
        self.zero = pg.PlotCurveItem([-SHOWN_S, 0.0], [0.0, 0.0])
        self.now_line = pg.PlotCurveItem([0.0, 0.0], [BOTTOM, LEAN_TOP])
        self.marks = pg.ScatterPlotItem(pxMode=True)
        self._grid = [pg.PlotCurveItem([-SHOWN_S, 0.0], [level, level]) for level in LEVELS]
        for z, item in ((5, self.zero), (6, self.now_line), (7, self.marks)):
            item.setZValue(z)
            self.plot.addItem(item)
        for line in self._grid:
            line.setZValue(-20)
            self.plot.addItem(line)
        self.setCentralItem(self.plot)
        self.dress()

    def dress(self) -> None:
        """Takes colours, fonts and words from the style; nothing is built anew."""
        style, theme = self._style, self._style.theme
        self.setBackground(theme.bg)
        self._ago.now = style.words("plot.now")
        self._ago.now_width = width_of(self._ago.now, style.font(AXIS))
        for axis in (self._levels, self._ago):
            axis.setStyle(
                tickFont=style.font(AXIS),
                tickLength=0,
                tickTextOffset=round(style.px(8)),
                tickAlpha=0,
                hideOverlappingLabels=round(style.px(60)),  # how far a label may reach over the axis' ends
                autoExpandTextSpace=False,
                autoReduceTextSpace=False,
            )
            axis.setPen(None)
            axis.setTickPen(None)
            axis.setTextPen(theme.ink2)
            axis.picture = None
        self._levels.setWidth(style.px(44))
        self._ago.setHeight(style.px(32))
        self.plot.layout.setContentsMargins(style.px(24), style.px(44), style.px(28), style.px(6))
        self.lean.dress(theme.lflex, theme.tflex)
        self.hips.dress(theme.lhip, theme.thip)
        self.zero.setPen(flat_pen(style, "ink", 1.5))
        self.now_line.setPen(flat_pen(style, "ink", 2))
        for line in self._grid:
            line.setPen(QPen(style.colour("line"), 0))
        for drawn in self.lifts:
            self._dress_lift(drawn)
        self._mark_styles = {verdict: mark_style(style, verdict) for verdict in VERDICTS}
        self.marks.fragmentAtlas.clear()
        self._dress_hatches()

    def take(self, motion: Motion) -> None:
        """The next stretch of motion."""
        self.trace.take(motion)

    def add(self, lift: Lift) -> None:
        """A lift that was judged: its area takes the colour of the part that did it, and it gets a mark."""
        drawn = DrawnLift(lift, self.plot)
        self._fill(drawn)
        self._dress_lift(drawn)
        self.lifts.append(drawn)

    def look_back(self, bend: Lift) -> None:
        """A bend that is no lift: its hips move to where they were, without colour or mark."""
        curve = bend.curve
        if curve is not None and len(curve.t):
            self.trace.redraw(curve.t, curve.hip_drop_m)
            self.trace.stand(float(curve.t[-1]), float(curve.hip_drop_m[-1]))

    def clear_all(self) -> None:
        """An empty plot, for a new session."""
        for drawn in self.lifts:
            drawn.remove()
        self.lifts, self.trace, self.lost_from = [], Trace(), None

    def show_now(self, now: float, lost_from: float | None = None) -> None:
        """Draws everything as it is at sample time `now`. lost_from: since when there has been no signal."""
        self.lost_from = lost_from
        x, lean, hips = self.trace.view(now)
        self.lean.show(x, lean)
        self.hips.show(x, -100 * CM * hips)
        for drawn in [drawn for drawn in self.lifts if drawn.lift.end_s < now - SHOWN_S - 1]:
            drawn.remove()
            self.lifts.remove(drawn)
        for drawn in self.lifts:
            drawn.move(now)
        self._show_marks(now)
        self._show_gaps(now)

    def _fill(self, drawn: DrawnLift) -> None:
        """The lift's own curve, and the live one taken out where it lies; without a curve, the live one again."""
        lift, curve = drawn.lift, drawn.lift.curve
        if curve is not None:
            t, lean, hips = curve.t, curve.flexion_deg, curve.hip_drop_m
            self.trace.blank(float(t[0]), float(t[-1]))
            self.trace.stand(float(t[-1]), float(hips[-1]))
        else:
            t, lean, hips = self.trace.view(0.0)
            inside = (t >= lift.start_s) & (t <= lift.end_s)
            t, lean, hips = t[inside], lean[inside], hips[inside]
        drawn.lean.show(t - lift.bottom_s, np.array(lean))
        drawn.hips.show(t - lift.bottom_s, -100 * CM * np.array(hips))

    def _dress_lift(self, drawn: DrawnLift) -> None:
        theme, verdict = self._style.theme, drawn.verdict
        drawn.lean.dress(theme.lflex, theme.verdict(verdict) if verdict in ("back", "mixed") else theme.tflex)
        drawn.hips.dress(theme.lhip, theme.verdict(verdict) if verdict in ("legs", "mixed") else theme.thip)

    def _show_marks(self, now: float) -> None:
        shown = [drawn for drawn in self.lifts if -SHOWN_S <= drawn.lift.bottom_s - now <= 0]
        styles = [self._mark_styles[drawn.verdict] for drawn in shown]
        places = [(drawn.lift.bottom_s - now, MARKS) for drawn in shown]
        self.marks.setData([{"pos": at, **how} for at, how in zip(places, styles, strict=True)])

    def _show_gaps(self, now: float) -> None:
        gaps = [(start, end) for start, end in self.trace.gaps if end > now - SHOWN_S]
        if self.lost_from is not None:
            gaps.append((self.lost_from, now))
        while len(self._hatches) < len(gaps):
            hatch = Hatch()
            hatch.setZValue(4)
            self.plot.addItem(hatch)
            self._hatches.append(hatch)
            self._dress_hatches()
        for i, hatch in enumerate(self._hatches):
            hatch.setVisible(i < len(gaps))
            if i < len(gaps):
                start = max(gaps[i][0] - now, -SHOWN_S)
                hatch.setRect(QRectF(start, BOTTOM, gaps[i][1] - now - start, LEAN_TOP - BOTTOM))

    def _dress_hatches(self) -> None:
        pattern = hatching(self._style)
        for hatch in self._hatches:
            hatch.setBrush(pattern)
