"""The one pipeline: samples and events in, motion and judged lifts out, however the stream is cut."""

from copy import copy
from dataclasses import dataclass, fields

import numpy as np

from liftcheck.analysis.causal import CausalMotion, Depths, reckon
from liftcheck.analysis.finding import MountingFinder
from liftcheck.analysis.known import Known
from liftcheck.analysis.looking import LookBack
from liftcheck.analysis.segment import Segment
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.tally import Tally
from liftcheck.analysis.update import Update
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.watch import BendWatch
from liftcheck.samples import Array, Event, Samples
from liftcheck.trunk.calm import BlockSums
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import Calibration
from liftcheck.trunk.stream import Segmenter, Stretch

Mask = np.typing.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Answer:
    """What one stretch of processing adds to an Update."""

    motion: list[Motion]
    lifts: list[Lift]
    events: list[Event]


class Analyzer:
    """Judges a stream as it comes. The result does not depend on how the stream is cut into chunks.

    push() takes the next samples and the events whose t lies within or before them; finish() ends the stream and
    returns what was still open. learns: whether the pipeline may find out the mounting by itself; False where the
    events of a recorded session say what it found then. rate_hz: what the recording or the profile states.
    keep_s: how much of the past the learning sees; None all of it (a recording's first pass).
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        rate_hz: float | None = None,
        learns: bool = True,
        keep_s: float | None = 1200.0,
    ) -> None:
        self.settings = settings or Settings()
        self.known = Known(self.settings)
        self._look_back = LookBack(self.known)
        self._finder = MountingFinder(self.known, self._look_back, learns, keep_s)
        self._causal = CausalMotion(self.known)
        self._tally = Tally(self.settings.stream)
        self._segmenter = Segmenter(self.settings.stream, rate_hz)
        self._pending: list[Event] = []
        self._segment: Segment | None = None
        self._watch: BendWatch | None = None
        self._settled = False

    @property
    def first_t(self) -> float | None:
        """The time of the first sample."""
        return self._tally.first_t

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream. Samples are on the storage grid (`Samples.rounded`)."""
        self._pending += sorted(events, key=lambda event: event.t)
        self._tally.received(samples)
        answer = _Answer([], [], [])
        for stretch in self._segmenter.push(samples):
            self._take(stretch, answer)
        return self._update(answer)

    def finish(self) -> Update:
        """The end of the stream; a bend still open is reported as cut off."""
        answer = _Answer([], [], [])
        self._end_segment(answer)
        for event in self._pending:
            self._apply(event)
        self._pending = []
        return self._update(answer)

    def learnt(self) -> Calibration | None:
        """What the stream so far shows of the mounting and of the sensor's errors: a first pass ends with it."""
        return self._finder.learnt()

    # One stretch: first what needs no calibration, then piece by piece between the events and the pipeline's own
    # findings, each of which takes effect after the sample at its time.

    def _take(self, stretch: Stretch, answer: _Answer) -> None:
        if stretch.begins:
            self._end_segment(answer)
            self._apply_until(float(stretch.t[0]), before=True)
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
                    self._apply(self._pending.pop(0))
                    continue
            self._advance(segment, low, high, answer)
            low = high
            self._apply_until(float(segment.past.t[low - 1 - segment.first]), before=False)

    def _begin_segment(self, stretch: Stretch) -> None:
        calibration = self.known.calibration
        offset = np.array(calibration.gyr_offset) if calibration else None
        self._segment = Segment(stretch, self.settings.trunk, offset)
        self._watch = BendWatch(self.settings.watch, self._segment.step_s)
        self._causal.begin()
        self._settled = False

    def _end_segment(self, answer: _Answer) -> None:
        """The signal ends here: a bend under way is reported as cut off."""
        quiet = self._finder.quiet_since is not None
        if self._segment and self._watch and self._watch.open_since is not None and not quiet:
            blocks = (self._segment.done - 1) // self._segment.block
            self._look(self._segment, blocks * self._segment.block + 1, True, answer)
        self._segment = None

    def _apply_until(self, t: float, *, before: bool) -> None:
        while self._pending and (self._pending[0].t < t or (not before and self._pending[0].t <= t)):
            self._apply(self._pending.pop(0))

    def _apply(self, event: Event) -> None:
        self._finder.apply(event)
        self.known.apply(event)
        if event.kind == "calibrating" and self._segment is not None:
            self._watch = BendWatch(self.settings.watch, self._segment.step_s)  # a bend under way is no lift either
        if event.kind in ("calibrated", "re-zeroed"):
            self._tally.calibration = "learnt" if Calibration.is_learnt(event) else "event"
            self._tally.slips += int(event.kind == "re-zeroed")

    def _advance(self, segment: Segment, low: int, high: int, answer: _Answer) -> None:
        """Samples low..high-1 of the segment: their motion, and a look back wherever a bend is over."""
        block, last = segment.blocks_within(low, high)
        if block == last:
            self._emit(segment, low, high, block, Depths.none(), answer)
            return
        part = segment.samples(segment.block_end(block - 1) + 1, segment.block_end(last - 1) + 1)
        past = segment.past
        rested = segment.recent_calm.push(BlockSums.of(past.acc[part], past.rate[part], segment.block)) < 1.0
        t = past.t[part][segment.block - 1 :: segment.block]
        while block < last:
            snapshot = copy(segment.reckoner)
            depths = reckon(segment, block, last, rested, self.known)
            learn_at = self._watch_on(segment, block, t, depths, rested, answer)
            if learn_at is None:
                self._emit(segment, low, high, block, depths, answer)
                return
            # The mounting becomes known at the end of this block: what comes after is seen anew.
            count = learn_at + 1
            segment.reckoner = snapshot
            depths = reckon(segment, block, block + count, rested[:count], self.known)
            upto = segment.block_end(block + count - 1) + 1
            self._emit(segment, low, upto, block, depths, answer)
            for event in self._finder.found(segment, float(t[learn_at])):
                answer.events.append(event)
                self._apply(event)
            low, block, t, rested = upto, block + count, t[count:], rested[count:]
        if low < high:
            self._emit(segment, low, high, block, Depths.none(), answer)

    def _watch_on(
        self, segment: Segment, block: int, t: Array, depths: Depths, rested: Mask, answer: _Answer
    ) -> int | None:
        """Looks back where bends are over; returns the block after which the mounting is to be learnt anew."""
        assert self._watch is not None
        if self._finder.quiet_since is not None:
            return self._finder.calibrate_on(segment, block, t, rested)  # its bends are nobody's lifts
        if self.known.calibration is None:
            return self._finder.first_calm(rested)
        if not self._settled and rested.any():
            self._settled = True
        start = 0
        while (look := self._watch.next_look(t, depths.depth, depths.stance, start)) is not None:
            self._look(segment, segment.block_end(block + look) + 1, False, answer)
            if self._finder.learns_from_looks(self._tally.calibration == "event"):
                return look
            start = look + 1
        return None

    def _look(self, segment: Segment, end: int, over: bool, answer: _Answer) -> None:
        _, lifts = self._look_back.look(segment, end, over)
        for lift in lifts:
            self._finder.note(lift)
        answer.lifts.extend(lifts)

    def _emit(self, segment: Segment, low: int, high: int, block: int, depths: Depths, answer: _Answer) -> None:
        """The motion of samples low..high-1; depths: at the ends of the blocks from `block` on within them."""
        self._finder.take(segment, low, high)
        worn = self._finder.quiet_since is None
        if not worn:
            self._tally.unworn(high - low)
        answer.motion.append(self._causal.motion(segment, low, high, block, depths, worn))

    def _update(self, answer: _Answer) -> Update:
        return Update(
            _joined(answer.motion),
            tuple(answer.lifts),
            (),
            tuple(answer.events),
            self._tally.facts,
            settling=not self._settled,
            calibration=self._finder.told(),
        )


def _joined(parts: list[Motion]) -> Motion:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Motion.empty()
    return Motion(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Motion)))
