"""The one pipeline: samples and events in, motion and judged lifts out, however the stream is cut."""

from copy import copy
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from liftcheck.analysis.causal import CausalMotion, Depths, reckon
from liftcheck.analysis.finding import Finding, MountingFinder
from liftcheck.analysis.intake import Intake
from liftcheck.analysis.known import SLIPS, Known
from liftcheck.analysis.looking import LookBack
from liftcheck.analysis.segment import Segment
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.tally import Tally
from liftcheck.analysis.update import Update
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.warning import EarlyWarning, EarlyWatch
from liftcheck.lifts.watch import BendWatch
from liftcheck.samples import Array, Event, Samples
from liftcheck.trunk.gyro_watch import Gains
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import Calibration
from liftcheck.trunk.slip import FarPoses, Slip
from liftcheck.trunk.stream import Stretch
from liftcheck.trunk.window import Window
from liftcheck.trunk.worn import WornWatch

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Answer:
    """What one stretch of processing adds to an Update."""

    motion: list[Motion]
    lifts: list[Lift]
    warnings: list[EarlyWarning]
    events: list[Event]


class Analyzer:
    """Judges a stream as it comes. The result does not depend on how the stream is cut into chunks.

    push() takes the next samples and the events whose t lies within or before them; finish() ends the stream and
    returns what was still open. learns: whether the pipeline may find out the mounting by itself; False where the
    events of a recorded session say what it found then. rate_hz: what the recording or the profile states.
    keep_s: how much of the past the learning sees; None all of it (a recording's first pass). gyr_gains: by which the
    gyroscope's axes are put right, where the whole recording showed that they must be.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        rate_hz: float | None = None,
        learns: bool = True,
        keep_s: float | None = 1200.0,
        gyr_gains: Gains | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.known = Known(self.settings)
        self._look_back = LookBack(self.known)
        self._finder = MountingFinder(self.known, self._look_back, learns, keep_s)
        self._causal = CausalMotion(self.known)
        self._tally = Tally(self.settings.stream)
        self._early = EarlyWatch(self.settings.warning)
        self._worn = WornWatch(self.settings.worn)
        self._far = FarPoses(self.settings.slip, 0.05)
        self._intake = Intake(self.settings, rate_hz, gyr_gains)
        self._pending: list[Event] = []
        self._segment: Segment | None = None
        self._watch: BendWatch | None = None
        self._settled = False

    @property
    def first_t(self) -> float | None:
        """The time of the first sample."""
        return self._tally.first_t

    @property
    def gyroscope_doubted(self) -> bool:
        """Whether gyroscope and accelerometer ever spoke of different movements."""
        return self._intake.gyroscope_doubted

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream. Samples are on the storage grid (`Samples.rounded`)."""
        self._pending += sorted(events, key=lambda event: event.t)
        self._tally.received(samples)
        answer = _Answer([], [], [], [])
        for stretch in self._intake.push(samples):
            self._take(stretch, answer)
        return self._update(answer)

    def finish(self) -> Update:
        """The end of the stream; a bend still open is reported as cut off."""
        answer = _Answer([], [], [], [])
        for stretch in self._intake.finish():
            self._take(stretch, answer)
        self._end_segment(answer)
        self._tally.unused(self._intake.unused_s)
        for event in self._pending:
            self._apply(event, answer)
        self._pending = []
        if self._finder.quiet_since is not None:
            self._tally.not_calibrated(self._finder.quiet_since, self._tally.last_t)
        if self.known.calibration is None and self._tally.calibration == "none":
            self._tally.notice("nobody stood still and upright: nothing was judged")
        if self._tally.calibration == "learnt" and self.known.site.startswith("waist") and not self.settings.axes:
            self._tally.notice("forward was learnt, at the waist it may be reversed: calibrate or give the axes")
        return self._update(answer)

    def learnt(self) -> Calibration | None:
        """What the stream so far shows of the mounting and of the sensor's errors: a first pass ends with it."""
        return self._finder.learnt()

    # One stretch: first what needs no calibration, then piece by piece between the events and the pipeline's own
    # findings, each of which takes effect after the sample at its time.

    def _take(self, stretch: Stretch, answer: _Answer) -> None:
        if stretch.begins:
            self._end_segment(answer)
            self._apply_until(float(stretch.t[0]), answer, before=True)
            self._begin_segment(stretch)
        assert self._segment is not None
        segment = self._segment
        low = segment.done
        segment.take(stretch)
        self._tally.take(stretch)
        while low < segment.done:
            high = segment.done
            if self._pending and self._pending[0].t < stretch.t[-1]:
                at = int(np.searchsorted(stretch.t, self._pending[0].t, side="right"))
                high = min(high, segment.done - len(stretch.t) + at)
                if high == low:  # between the last sample and the next one
                    self._apply(self._pending.pop(0), answer)
                    continue
            self._advance(segment, low, high, answer)
            low = high
            self._apply_until(float(segment.past.t[low - 1 - segment.first]), answer, before=False)

    def _begin_segment(self, stretch: Stretch) -> None:
        calibration = self.known.calibration
        offset = np.array(calibration.gyr_offset) if calibration else None
        why = self._intake.why_no_rates(float(stretch.t[0]))
        if why:
            self._tally.notice(why)
        self._segment = Segment(stretch, self.settings.trunk, offset, why, self._intake.stated_rate_hz)
        self._watch = BendWatch(self.settings.watch, self._segment.step_s)
        self._far = FarPoses(self.settings.slip, self._segment.step_s)
        self._early = EarlyWatch(self.settings.warning)
        self._causal.begin()
        self._settled = False

    def _end_segment(self, answer: _Answer) -> None:
        """The signal ends here: a bend under way is reported as cut off."""
        self._look_now(np.inf, True, answer)
        self._segment = None

    def _look_now(self, t: float, over: bool, answer: _Answer) -> None:
        """Looks at the bend whose verdict is not due yet at t, if it is none of a calibration."""
        segment, watch = self._segment, self._watch
        if segment and watch and watch.open_since is not None and self._finder.quiet_since is None:
            last = segment.first + int(np.searchsorted(segment.past.t, t, side="right")) - 1
            self._look(segment, last // segment.block * segment.block + 1, over, answer)

    def _apply_until(self, t: float, answer: _Answer, *, before: bool) -> None:
        while self._pending and (self._pending[0].t < t or (not before and self._pending[0].t <= t)):
            self._apply(self._pending.pop(0), answer)

    def _apply(self, event: Event, answer: _Answer) -> None:
        if event.kind == "calibrating":
            self._look_now(event.t, False, answer)
        if event.kind in ("calibrating", "calibration ended") and self._finder.quiet_since is not None:
            self._tally.not_calibrated(self._finder.quiet_since, event.t)
        self._finder.apply(event)
        self.known.apply(event)
        if event.kind == "calibrating" and self._segment is not None:
            self._watch = BendWatch(self.settings.watch, self._segment.step_s)  # a bend under way is no lift either
        if event.kind == "calibrated":
            self._tally.calibration = "learnt" if Calibration.is_learnt(event) else "event"
        elif event.kind in SLIPS:
            self._tally.slipped(event)
        if event.kind in ("calibrated", *SLIPS):
            self._far = FarPoses(self.settings.slip, self._far.step_s)

    def _advance(self, segment: Segment, low: int, high: int, answer: _Answer) -> None:
        """Samples low..high-1 of the segment: their motion, and a look back wherever a bend is over."""
        block, last = segment.blocks_within(low, high)
        if block == last:
            self._emit(segment, low, high, block, Depths.none(), answer)
            return
        ends = segment.samples(segment.block_end(block), segment.block_end(last - 1) + 1)
        ends = slice(ends.start, ends.stop, segment.block)
        t, up, rested = segment.past.t[ends], segment.past.up[ends], segment.rested[segment.of_fresh(block, last)]
        while block < last:
            before = copy(segment.reckoner), copy(self._worn), copy(self._far)
            depths, far = self._follow(segment, block, t, up, rested)
            finding = self._watch_on(segment, block, t, depths, rested, far, answer)
            if finding is None:
                self._emit(segment, low, high, block, depths, answer)
                return
            # The mounting becomes known at the end of this block: what comes after is seen anew.
            segment.reckoner, self._worn, self._far = before
            count = finding[0] + 1
            depths, _ = self._follow(segment, block, t[:count], up[:count], rested[:count])
            upto = segment.block_end(block + count - 1) + 1
            self._emit(segment, low, upto, block, depths, answer)
            for event in finding[1](float(t[count - 1])):
                answer.events.append(event)
                self._apply(event, answer)
            low, block, t, up, rested = upto, block + count, t[count:], up[count:], rested[count:]
        if low < high:
            self._emit(segment, low, high, block, Depths.none(), answer)

    def _follow(
        self, segment: Segment, block: int, t: Array, up: Array, rested: Mask
    ) -> tuple[Depths, tuple[int, Slip] | None]:
        """What the next blocks (n,) show by themselves: depths, and a sensor that slid or was turned far."""
        calibration = self.known.calibration
        stance = None if calibration is None else calibration.matrix[2]
        worn = self._worn.push(up, rested, stance, segment.step_s)
        depths = reckon(segment, block, block + len(t), rested, worn, self.known)
        if stance is None or self._finder.quiet_since is not None or not self._finder.learns:
            return depths, None
        return depths, self._far.push(t, up, rested & worn, depths.drop_m, stance)

    def _watch_on(
        self,
        segment: Segment,
        block: int,
        t: Array,
        depths: Depths,
        rested: Mask,
        far: tuple[int, Slip] | None,
        answer: _Answer,
    ) -> tuple[int, Finding] | None:
        """Looks back where bends are over, up to the first finding about the mounting: its block, and what it says."""
        assert self._watch is not None
        finder = self._finder
        if finder.quiet_since is not None:  # a calibration's bends are nobody's lifts
            return _at(finder.calibrate_on(segment, block, t, rested), partial(finder.found, segment))
        if self.known.calibration is None:
            return _at(finder.first_calm(rested & depths.worn), partial(finder.found, segment))
        self._settled |= bool(rested.any())
        upto = len(t) if far is None else far[0] + 1
        start = 0
        while (look := self._watch.next_look(t[:upto], depths.depth, depths.stance, start)) is not None:
            self._look_back.stood(segment.began_s, t[: look + 1], depths.stance[: look + 1])
            if depths.worn[look]:
                if not depths.worn[:look].all():
                    self._look_back.rule_out(float(t[:look][~depths.worn[:look]][-1]))
                window, lifted = self._look(segment, segment.block_end(block + look) + 1, False, answer)
                finding = finder.after_look(segment, window, lifted, self._tally.calibration == "event")
                if finding is not None:
                    return look, finding
            start = look + 1
        self._look_back.stood(segment.began_s, t[:upto], depths.stance[:upto])
        return None if far is None else (far[0], partial(finder.slipped, far[1]))

    def _look(self, segment: Segment, end: int, over: bool, answer: _Answer) -> tuple[Window | None, bool]:
        """Looks back from sample `end`; the window, and whether there was a lift in it."""
        window, lifts = self._look_back.look(segment, end, over)
        for lift in lifts:
            assert window is not None
            self._finder.note(lift, window)
        answer.lifts.extend(lifts)
        return window, any(lift.is_lift for lift in lifts)

    def _emit(self, segment: Segment, low: int, high: int, block: int, depths: Depths, answer: _Answer) -> None:
        """The motion of samples low..high-1; depths: at the ends of the blocks from `block` on within them."""
        motion = self._causal.motion(segment, low, high, block, depths)
        self._finder.take(segment, block, depths.worn)
        quiet = self._finder.quiet_since is not None
        worn = motion.worn & (not quiet)
        self._tally.unworn(high - low - int(np.count_nonzero(worn)))
        answer.motion.append(replace(motion, worn=worn))
        ends = slice(segment.block_end(block) - low, None, segment.block)
        if len(depths.depth) and not quiet:
            at = motion[ends]
            answer.warnings.extend(
                self._early.push(at.t, at.flexion_deg, at.velocity_deg_s, at.hip_drop_m, depths.stance, segment.step_s)
            )
        if not depths.worn.all():
            self._look_back.rule_out(float(motion.t[ends][~depths.worn][-1]))

    def _update(self, answer: _Answer) -> Update:
        facts = self._tally.facts
        return Update(
            _joined(answer.motion),
            tuple(answer.lifts),
            tuple(answer.warnings),
            tuple(answer.events),
            replace(facts, quality=(*self._intake.notes, *facts.quality)),
            settling=not self._settled,
            calibration=self._finder.told(),
        )


def _at(block: int | None, finding: Finding) -> tuple[int, Finding] | None:
    return None if block is None else (block, finding)


def _joined(parts: list[Motion]) -> Motion:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Motion.empty()
    return Motion(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Motion)))
