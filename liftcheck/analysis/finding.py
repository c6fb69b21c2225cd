"""Finding out how the sensor sits: by a calibration that the wearer is asked for, or from what the movement shows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from liftcheck.analysis.known import SLIPS, Known
from liftcheck.analysis.lever_finding import LeverFinder
from liftcheck.analysis.looking import LookBack
from liftcheck.analysis.segment import Segment
from liftcheck.lifts.facing import facing
from liftcheck.lifts.lift import Lift
from liftcheck.samples import Array, Event
from liftcheck.trunk.calibrating import Calibrator
from liftcheck.trunk.learning import Learner
from liftcheck.trunk.lever import own_lever
from liftcheck.trunk.mounting import Calibration, CalibrationProgress, axes_of, triple
from liftcheck.trunk.slip import Slip, StancesBetweenBends, rotated
from liftcheck.trunk.window import Window

LEARNING_LOOKS = 5  # bends from each of which a live session without calibration learns which way is forward
LEARNING_AGAIN = 10  # ... and again after so many, twice as many, and so on: first bends may be odd ones
FIRST_CALM_BLOCKS = 10  # half a second, and the half second that each of them looks back on

Mask = np.typing.NDArray[np.bool_]
Finding = Callable[[float], list[Event]]  # the time at which it was found -> the events that say so


class MountingFinder:
    """Watches the stream for a mounting. Where `learns` is False the events of a recorded session say what was found.

    keep_s: how much of the past the learning sees; None all of it.
    """

    def __init__(self, known: Known, look_back: LookBack, learns: bool, keep_s: float | None) -> None:
        self.known = known
        self.look_back = look_back
        self.learns = learns
        self._learning = (known.settings.learning, keep_s)
        self.learner = Learner(*self._learning)
        self.stances = StancesBetweenBends(known.settings.slip)
        axes = known.settings.axes
        self._axes = axes_of(axes) if axes else None
        self._levers = LeverFinder(known)
        self._calm_blocks = 0
        self._looks_learnt, self._looks, self._learn_again = 0, 0, LEARNING_AGAIN
        self.quiet_since: float | None = None  # a calibration is under way
        self._calibrator: Calibrator | None = None
        self._complete_at = 0  # the sample at which it was complete
        self._progress: CalibrationProgress | None = None  # its last word

    def apply(self, event: Event) -> None:
        """A calibration begins, or ends; no bend in it is a lift."""
        if event.kind in ("calibrated", *SLIPS):
            self.stances.forget(event.t)
        if event.kind == "calibration lost":
            self.learner, self._calm_blocks = Learner(*self._learning), 0
            self._looks_learnt, self._looks, self._learn_again = 0, 0, LEARNING_AGAIN
            self._levers.forget()
        if event.kind == "calibrating":
            self.quiet_since, self._calibrator = event.t, None
        elif event.kind in ("calibrated", "re-zeroed", "calibration ended") and self.quiet_since is not None:
            self.look_back.reported = (self.quiet_since, event.t)
            self.quiet_since = self._calibrator = None

    def take(self, segment: Segment, block: int, worn: Mask) -> None:
        """Blocks of the segment from `block` on, for the learning; worn: (n,) the others say nothing."""
        if not self.learns or not len(worn):
            return
        first = segment.block_end(block) - segment.first
        ends = slice(first, first + len(worn) * segment.block, segment.block)
        t, up = segment.past.t[ends], segment.past.up[ends]
        sums = segment.sums[segment.of_fresh(block, block + len(worn))]
        if not worn.all():
            t, up, sums = t[worn], up[worn], sums[worn]
        self.learner.push(t, sums, up, segment.step_s, begins=block == 0)

    def note(self, lift: Lift, window: Window) -> None:
        """A bend was judged. If it was a lift, its turning shows the axis best; at the waist the hips show the sign."""
        if not self.learns:
            return
        calibration = self.known.calibration
        if self.known.site.startswith("waist") and calibration is not None and calibration.forward_known:
            sure = facing(lift, window, self.known.settings.lifts.facing)
            self.learner.vote(sure * calibration.matrix[0])
        if lift.is_lift:
            self.learner.note_lift(lift.start_s, lift.end_s)
            self._levers.note(lift, window)

    def learnt(self) -> Calibration | None:
        """What the stream so far shows of the mounting and of the sensor's errors."""
        bend_deg = self.known.settings.lifts.segmentation.lift_flexion(self.known.site)
        found = self.learner.learn(bend_deg, self._axes)
        if found is None:
            return None
        found = replace(found, geometry=self._levers.lever())
        errors = self.known.errors.learnt(found.at_rest[1], found.matrix[2])
        if errors is None:
            return found
        mean, sd = errors
        return replace(
            found,
            acc_offset=triple(mean[:3]),
            acc_gain=triple(mean[3:]),
            errors_sd=tuple(sd.tolist()),
        )

    def told(self) -> CalibrationProgress | None:
        """The progress of a calibration under way, and once more when it is done."""
        if self._calibrator is not None:
            return self._calibrator.progress
        told, self._progress = self._progress, None
        return told

    # Each of these goes over the next blocks and returns the one after which `found` may have something to say.

    def calibrate_on(self, segment: Segment, block: int, t: Array, rested: Mask) -> int | None:
        """Feeds a calibration under way; the block at which it is complete, or given up."""
        if not self.learns or self.quiet_since is None:
            return None
        settings = self.known.settings.calibrating
        if self._calibrator is None:
            self._calibrator = Calibrator(settings, self.known.site, segment.step_s)
        past, unknown = segment.past, segment.recent_calm.blocks - 1
        for i, (end, calm) in enumerate(zip(t.tolist(), rested.tolist(), strict=True)):
            last = segment.block_end(block + i) - segment.first
            part = slice(last + 1 - segment.block, last + 1)
            force = np.einsum("ij->j", past.acc[part]) / segment.block
            rate = np.einsum("ij->j", past.gyr[part]) / segment.block
            if block + i < unknown and self._calibrator.standing:
                self._calibrator.unsure(rate, force)
                continue
            if self._calibrator.push(end, past.up[last], rate, force, calm):
                self._complete_at = segment.block_end(block + i)
                return i
            if end - self.quiet_since > settings.give_up_s:
                return i
        return None

    def first_calm(self, rested: Mask) -> int | None:
        """The first block at the end of half a second (and the half second before it) of calm."""
        if not self.learns or self.quiet_since is not None:  # a calibration under way finds more than a calm moment
            return None
        for i, rests in enumerate(rested.tolist()):
            self._calm_blocks = self._calm_blocks + 1 if rests else 0
            if self._calm_blocks >= FIRST_CALM_BLOCKS:
                return i
        return None

    def after_look(self, segment: Segment, window: Window | None, lifted: bool, calibrated: bool) -> Finding | None:
        """What a look back at a bend says of the mounting: to be learnt anew, or slipped.

        lifted: whether the bend was a lift. calibrated: whether somebody calibrated; then nothing is learnt any more.
        """
        calibration = self.known.calibration
        if not self.learns or calibration is None:
            return None
        if not calibrated and self._learns_again():
            return lambda t: self.found(segment, t)
        if lifted and (lever := self._levers.another(calibration)) is not None:
            return lambda t: [Event(t, "calibrated", "pipeline", replace(calibration, geometry=lever).as_data())]
        if window is None:
            return None
        begin = int(np.searchsorted(segment.past.t, window.t[0]))
        up = segment.past.up[begin : begin + len(window.t) * segment.block : segment.block]
        self.stances.push(window.t, up, window.standing, lifted)
        slip = self.stances.slip(calibration.matrix[2])
        return None if slip is None else lambda t: self.slipped(slip, t)

    def _learns_again(self) -> bool:
        """Counts looks back; whether the mounting is to be learnt anew from all that was seen. Not after a slip: the
        record holds the stance of before."""
        self._looks += 1
        if self._looks_learnt < LEARNING_LOOKS:
            return True
        if self._looks < self._learn_again or self.known.slipped_s > -np.inf:
            return False
        self._learn_again *= 2
        return True

    def _as_good(self, found: Calibration) -> bool:
        """Whether a mounting learnt anew knows forward too, and has its upright where it was: else the sensor has lain
        on a table for long."""
        known, furthest = self.known.calibration, self.known.settings.trunk.window.stance_deg
        same = known is None or bool(found.matrix[2] @ known.matrix[2] > np.cos(np.radians(furthest)))
        return found.forward_known and same

    def slipped(self, slip: Slip, t: float) -> list[Event]:
        """The event by which a slip is answered at t."""
        since = {"since_s": slip.since_s}
        calibration = self.known.calibration
        if calibration is None or slip.turned:
            return [Event(t, "calibration lost", "pipeline", {**since, "reason": "the sensor was turned on the body"})]
        return [Event(t, "re-zeroed", "pipeline", {**rotated(calibration, slip.up).as_data(), **since})]

    def found(self, segment: Segment, t: float) -> list[Event]:
        """The mounting, as an event at t; nothing where there is no saying yet."""
        self._calm_blocks = 0
        calibrator = self._calibrator
        found = self.learnt() if calibrator is None else self._own_calibration(segment, calibrator)
        if found is None:
            if calibrator is None:
                return []
            return [Event(t, "calibration ended", "pipeline", {"reason": calibrator.progress.problem})]
        if calibrator is None and self._looks_learnt >= LEARNING_LOOKS and not self._as_good(found):
            return []
        self._looks_learnt += int(found.forward_known)
        self._progress = calibrator.progress if calibrator else None
        return [Event(t, "calibrated", "pipeline", found.as_data())]

    def _own_calibration(self, segment: Segment, calibrator: Calibrator) -> Calibration | None:
        """The complete calibration, with the wearer's own lever from the bends where the legs were straight."""
        found = calibrator.found
        if found is None:  # given up: what was known before holds on
            return None
        self._levers.by_bends = False
        before, self.known.calibration = self.known.calibration, found
        window = self.look_back.window(segment, self._complete_at + 1)
        self.known.calibration = before
        if window is None:
            return found
        bent = np.zeros(len(window.t), dtype=bool)
        for start, end in calibrator.bends:
            bent |= (window.t >= start) & (window.t <= end)
        bent &= window.flexion_deg > 15.0
        if not bent.any():  # a hole in the signal after the last bend
            return found
        technique = self.known.settings.lifts.technique
        levers = technique.levers(self.known.site, self.known.height_m)
        spread = (technique.lever_sd_m, technique.offset_sd_m)
        fits = [own_lever(window.flexion_deg[bent], window.drop_m[bent], lever, spread, 0.02) for lever in levers]
        own = [fit for fit in fits if fit is not None]
        if len(own) != 1:  # bent knees, or a waist whose two sides both fit
            return replace(found, quality="the legs were not straight" if not own else "")
        self._levers.by_bends = True
        return replace(found, geometry=own[0])
