"""Finding out how far the sensor sits from the point about which the back turns, from the lifts so far."""

import numpy as np

from liftcheck.analysis.known import Known
from liftcheck.lifts.lift import Lift
from liftcheck.trunk.lever import Lever, LeverOfLifts
from liftcheck.trunk.mounting import Calibration
from liftcheck.trunk.window import Window

BOTTOMS = 200  # remembered, for a height that is told later


class LeverFinder:
    """Learns the wearer's lever for the site and the height that are known."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.forget()

    def forget(self) -> None:
        """Another sensor, or another place on the back: what the lifts said is no more."""
        self.by_bends = False  # a calibration's bends have shown it: then the lifts are not asked
        self._site = self.known.site
        self._bottoms: list[tuple[float, float, float]] = []  # flexion, drop and its error
        self._learnt: LeverOfLifts | None = None

    def note(self, lift: Lift, window: Window) -> None:
        """One more lift; of a shallow one nothing is learnt."""
        if self.known.site != self._site:
            self.forget()
        if lift.flexion_at_bottom_deg < self.known.settings.lever.deep_deg:
            return
        error_m = window.heights.error_m(int(np.searchsorted(window.t, lift.bottom_s)))
        bottom = lift.flexion_at_bottom_deg, lift.drop_m, error_m
        if self._learnt is not None:
            self._learnt.add(*bottom)
        self._bottoms = [*self._bottoms[1 - BOTTOMS :], bottom]

    def lever(self) -> Lever | None:
        """What the lifts say; None where they say nothing, or a waist's side is not known."""
        technique = self.known.settings.lifts.technique
        levers = technique.levers(self.known.site, self.known.height_m)
        if len(levers) > 1 or not self._bottoms or self.known.site != self._site:
            return None
        if self._learnt is None or self._learnt.prior != levers[0]:
            self._learnt = LeverOfLifts(levers[0], technique.spread(levers[0]), self.known.settings.lever)
            for bottom in self._bottoms:
                self._learnt.add(*bottom)
        return self._learnt.lever()

    def another(self, calibration: Calibration) -> Lever | None:
        """What the lifts say if that is something else than was known; None where bends showed the lever."""
        lever = None if self.by_bends else self.lever()
        if lever is None or self._learnt is None:
            return None
        before = calibration.geometry or self._learnt.prior
        moved = abs(lever.drop_m(90.0) - before.drop_m(90.0)) > self.known.settings.lever.moved_m
        return lever if moved else None
