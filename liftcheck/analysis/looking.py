"""Looking back where a bend is over: the last minute refined, its new bends judged and reported once."""

from dataclasses import replace

import numpy as np

from liftcheck.analysis.known import Known
from liftcheck.analysis.segment import Segment
from liftcheck.lifts.judging import Circumstances, judge_bend
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.segmentation import Bend, find_bends
from liftcheck.samples import Array
from liftcheck.trunk.stream import FILLED, FROZEN, SATURATED
from liftcheck.trunk.window import Window, refine

Mask = np.typing.NDArray[np.bool_]

AROUND_S = 0.5  # a height is found from what is before and after a lift, too
LONGEST_FILLED_S = 0.15  # of a lift filled in without making it unclear


class LookBack:
    """Refines and judges; remembers which bend was reported last, and how many lifts there were."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.lifts = 0
        self.reported: tuple[float, float] = (-np.inf, -np.inf)  # the last bend reported, or time ruled out: start, end
        self._stood_s = np.inf  # when somebody first stood in this segment, since the last slip

    def look(self, segment: Segment, end: int, over: bool) -> tuple[Window | None, list[Lift]]:
        """Refines the last minute before sample `end` and judges the bends in it that are new. over: no more comes."""
        window = self.window(segment, end)
        if window is None:
            return None, []
        settings = self.known.settings.lifts
        found = []
        bends = find_bends(window, self.known.site, settings.segmentation, self.reported[1])
        for number, bend in enumerate(bends):
            stale = window.t[-1] - bend.start_s > settings.gates.longest_s
            if self._is_new(bend, window) and (bend.closed or over or (stale and number == len(bends) - 1)):
                found.append(self._judged(bend, window, segment))
        return window, found

    def stood(self, since_s: float, t: Array, stance: Mask) -> None:
        """Where the wearer stood at the ends of blocks, (n,), as a segment that began at `since_s` goes on."""
        since = max(since_s, self.known.slipped_s)
        if not since <= self._stood_s < np.inf:
            seen = t[stance & (t >= since)]
            self._stood_s = float(seen[0]) if len(seen) else np.inf

    def rule_out(self, until_s: float) -> None:
        """No bend with its bottom before this is reported any more: the sensor was off the body."""
        if until_s > self.reported[1]:
            self.reported = (-np.inf, until_s)

    def window(self, segment: Segment, end: int) -> Window | None:
        """The last minute before sample `end`, refined; None where there is too little, or no calibration."""
        calibration = self.known.calibration
        settings = segment.window_settings(end)
        keep = round(settings.look_back_s * segment.rate_hz)
        low = max(segment.first, end - 1 - keep)
        low = -(-low // segment.block) * segment.block  # on the grid of blocks
        if calibration is None or end - low < 4 * segment.block + 1:
            return None
        part = segment.samples(low, end)
        errors = self.known.errors_before()
        window = refine(
            segment.past.t[part][:: segment.block],
            segment.blocks(low, end, calibration.at_rest),
            segment.past.q[part][:: segment.block],
            calibration,
            errors,
            settings,
            leans_forward=not self.known.site.startswith("waist"),
        )
        if np.count_nonzero(window.standing) * window.step_s > 1.0:
            self.known.errors.add(window.heights.errors, errors, float(window.t[0]), float(window.t[-1]))
        return window

    def _is_new(self, bend: Bend, window: Window) -> bool:
        start, end = self.reported
        if float(window.t[bend.bottom]) <= end:
            return False
        overlap = min(bend.end_s, end) - max(bend.start_s, start)
        return overlap < 0.5 * (bend.end_s - bend.start_s)

    def _judged(self, bend: Bend, window: Window, segment: Segment) -> Lift:
        about = self._circumstances(segment, bend, float(window.t[-1]))
        lift = judge_bend(bend, window, about, self.known.settings.lifts)
        if lift.is_lift:
            self.lifts += 1
            lift = replace(lift, lift=self.lifts)
        self.reported = (bend.start_s, bend.end_s if bend.closed else float(window.t[-1]))
        return lift

    def _circumstances(self, segment: Segment, bend: Bend, now: float) -> Circumstances:
        known, calibration = self.known, self.known.calibration
        assert calibration is not None
        start, end = bend.start_s, bend.end_s
        edges = [start - AROUND_S, start, end, min(end + AROUND_S, now)]  # what comes later is not known live
        before, low, high, after = segment.past.t.searchsorted(edges).tolist()
        doubt = segment.past.doubt[low:high]
        faults = int(np.bitwise_or.reduce(doubt))
        around = segment.first + before, segment.first + after
        # From arrivals alone nobody knows where exactly a hole was, nor what went missing before it was noticed. Where
        # a clock tells the times, a rate other than the stated one is the sensor's own, and holes show.
        lost_share, unsure_share = (
            segment.lost_share(*around, filled=filled) if known.by_arrival else 0.0 for filled in (False, True)
        )
        lowest = known.settings.stream.lowest_rate_hz
        doubts = []
        if segment.blind:
            doubts.append(segment.blind)
        if segment.rate_hz < lowest:
            doubts.append(f"rate below {lowest:.0f} Hz")
        quality = [] if known.height_m else ["height not given"]
        if not calibration.forward_known:
            why = "not calibrated: which way is forward is not known yet"
            # A back leans forward: all that a verdict needs. A pelvis tips both ways, a sensor that slid may too.
            unsure = known.site.startswith("waist") or known.slipped_s > -np.inf
            (doubts if unsure else quality).append(why)
        if bend.start_s < known.slipped_s:
            doubts.append("the sensor slipped in this lift")
        if faults & FROZEN:
            doubts.append("a channel of the sensor is stuck")
        if faults & SATURATED:
            doubts.append("the sensor's range was exceeded")
        gap_s = int(np.count_nonzero(doubt & FILLED)) / segment.rate_hz if faults & FILLED else 0.0
        if gap_s > LONGEST_FILLED_S:
            doubts.append(f"{gap_s:.1f} s of signal missing in the lift")
        geometry = calibration.geometry
        cut = segment.after_gap and start - segment.began_s < AROUND_S
        coarse = segment.coarse_at(segment.first + int(after) - 1)
        blind = bool(segment.blind) or bool(faults & FROZEN) or cut or coarse
        about = (known.site, known.height_m, geometry, tuple(doubts), tuple(quality), gap_s)
        return Circumstances(*about, lost_share, unsure_share, blind, self._stood_s <= start)
