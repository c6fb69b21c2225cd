"""The one pipeline: samples and events in, motion and judged lifts out, however the stream is cut."""

from copy import copy
from dataclasses import dataclass, fields, replace

import numpy as np

from liftcheck.analysis.segment import Segment
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.update import StreamFacts, Update
from liftcheck.lifts.judging import Circumstances, judge_bend, lever_drops
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.segmentation import Bend, find_bends
from liftcheck.lifts.watch import BendWatch
from liftcheck.samples import GRAVITY_MPS2, Array, Event, Samples
from liftcheck.trunk.acc_errors import AccErrors, ErrorMemory
from liftcheck.trunk.calibrating import Calibrator, own_lever
from liftcheck.trunk.calm import BlockSums
from liftcheck.trunk.inclination import angles, heading
from liftcheck.trunk.learning import Learner
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import Calibration, CalibrationProgress, axes_of, triple
from liftcheck.trunk.stream import FILLED, FROZEN, SATURATED, Flags, Segmenter, Stretch
from liftcheck.trunk.window import Window, refine

LEARNING_LOOKS = 5  # bends from which a live session without calibration learns which way is forward
LONGEST_FILLED_S = 0.15  # of a lift filled in without making it unclear

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
        self.learns = learns
        self.calibration: Calibration | None = None
        self.site, self.height_m = self.settings.site, self.settings.height_m
        self.errors = ErrorMemory(self.settings.trunk.window.drop.errors)
        self.learner = Learner(self.settings.learning, keep_s)
        self._axes = axes_of(self.settings.axes) if self.settings.axes else None
        self._segmenter = Segmenter(self.settings.stream, rate_hz)
        self._pending: list[Event] = []
        self._segment: Segment | None = None
        self._watch: BendWatch | None = None
        self._settled = False
        self._lifts = 0
        self._reported: tuple[float, float] = (-np.inf, -np.inf)  # the last bend reported: start, end
        self._looks_learnt = 0
        self._turn_carry: tuple[float, float] | None = None  # last raw heading, turns so far
        self._drop_carry = (np.nan, np.nan)  # drop and its speed at the last block's end
        self._drop_carry_t = 0.0
        self._facts = StreamFacts()
        self.first_t: float | None = None
        self._calm_blocks = 0
        self._calm_needed = 10
        self._quiet_since: float | None = None  # a calibration is under way
        self._calibrator: Calibrator | None = None
        self._calibrated_at = 0  # the sample at which it was complete
        self._progress: CalibrationProgress | None = None  # its last word

    def push(self, samples: Samples, events: tuple[Event, ...] = ()) -> Update:
        """The next stretch of the stream. Samples are on the storage grid (`Samples.rounded`)."""
        self._pending += sorted(events, key=lambda event: event.t)
        if len(samples):
            self.first_t = float(samples.t[0]) if self.first_t is None else self.first_t
            self._facts = replace(self._facts, duration_s=float(samples.t[-1]) - self.first_t)
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
        bend_deg = self.settings.lifts.segmentation.lift_flexion(self.site)
        found = self.learner.learn(bend_deg, self._axes)
        if found is None:
            return None
        errors = self.errors.learnt()
        if errors is None:
            return found
        return replace(found, acc_offset=triple(errors[0]), acc_gain=triple(errors[1]), errors_known=True)

    # One stretch: first what needs no calibration, then piece by piece between the events and the pipeline's own
    # findings, each of which takes effect after the sample at its time.

    def _take(self, stretch: Stretch, answer: _Answer) -> None:
        if stretch.begins:
            self._end_segment(answer)
            self._apply_until(float(stretch.t[0]), before=True)
            offset = np.array(self.calibration.gyr_offset) if self.calibration else None
            self._segment = Segment(stretch, self.settings.trunk, offset)
            self._watch = BendWatch(self.settings.watch, self._segment.step_s)
            self._turn_carry, self._drop_carry, self._settled = None, (np.nan, np.nan), False
            self._facts = replace(self._facts, rate_hz=self._facts.rate_hz or stretch.rate_hz)
        assert self._segment is not None
        segment = self._segment
        low = segment.done
        segment.take(stretch)
        self._count_gaps(stretch)
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

    def _count_gaps(self, stretch: Stretch) -> None:
        filled = int(np.count_nonzero(stretch.doubt & FILLED))
        gap = stretch.gap_s + filled / stretch.rate_hz
        if gap:
            self._facts = replace(self._facts, gap_s=self._facts.gap_s + gap)
        if (stretch.doubt & FROZEN).any():
            at = float(stretch.t[np.flatnonzero(stretch.doubt & FROZEN)[0]])
            self._notice(f"a channel is stuck from {at:.1f} s")
        if (stretch.doubt & SATURATED).any():
            self._notice("the sensor's range was exceeded")
        if stretch.rate_hz < self.settings.stream.lowest_rate_hz:
            self._notice(f"rate below {self.settings.stream.lowest_rate_hz:.0f} Hz: bends are counted, not judged")

    def _notice(self, words: str) -> None:
        kind = words.split(" from ")[0]
        if not any(known.startswith(kind) for known in self._facts.quality):
            self._facts = replace(self._facts, quality=(*self._facts.quality, words))

    def _apply_until(self, t: float, *, before: bool) -> None:
        while self._pending and (self._pending[0].t < t or (not before and self._pending[0].t <= t)):
            self._apply(self._pending.pop(0))

    def _apply(self, event: Event) -> None:
        if event.kind in ("calibrated", "re-zeroed", "calibration ended") and self._quiet_since is not None:
            self._facts = replace(self._facts, unworn_s=self._facts.unworn_s + event.t - self._quiet_since)
            self._reported = (self._quiet_since, event.t)
            self._quiet_since = self._calibrator = None
        if event.kind in ("calibrated", "re-zeroed"):
            self._calibrate(Calibration.from_data(event.data))
            how = "learnt" if Calibration.is_learnt(event) else "event"
            self._facts = replace(self._facts, calibration=how)  # type: ignore[arg-type]
            if event.kind == "re-zeroed":
                self._facts = replace(self._facts, slips=self._facts.slips + 1)
        elif event.kind == "calibrating":
            self._quiet_since, self._calibrator = event.t, None
        elif event.kind == "site":
            self.site = str(event.data["site"])
        elif event.kind == "height":
            self.height_m = float(event.data["height_m"])

    def _calibrate(self, calibration: Calibration) -> None:
        self.calibration = calibration
        if calibration.errors_known:
            offset, gain = np.array(calibration.acc_offset), np.array(calibration.acc_gain)
            self.errors.given = AccErrors.known(offset, gain, self.settings.trunk.window.drop.errors)

    def _advance(self, segment: Segment, low: int, high: int, answer: _Answer) -> None:
        """Samples low..high-1 of the segment: their motion, and a look back wherever a bend is over."""
        block, last = segment.blocks_within(low, high)
        if block == last:
            self._emit(segment, low, high, block, np.empty(0), np.empty(0), answer)
            return
        part = segment.samples(segment.block_end(block - 1) + 1, segment.block_end(last - 1) + 1)
        past = segment.past
        lively = segment.recent_calm.push(BlockSums.of(past.acc[part], past.rate[part], segment.block))
        rested = lively < 1.0
        t = past.t[part][segment.block - 1 :: segment.block]
        while block < last:
            snapshot = copy(segment.reckoner)
            drop, sink, depth, calm = self._depth(segment, block, last, rested)
            learn_at = self._watch_on(segment, block, t, depth, calm, rested, answer)
            if learn_at is None:
                self._emit(segment, low, high, block, drop, sink, answer)
                return
            # The mounting becomes known at the end of this block: what comes after is seen anew.
            count = learn_at + 1
            segment.reckoner = snapshot
            drop, sink, _, _ = self._depth(segment, block, block + count, rested[:count])
            upto = segment.block_end(block + count - 1) + 1
            self._emit(segment, low, upto, block, drop, sink, answer)
            self._learn(segment, float(t[learn_at]), answer)
            low, block, t, rested = upto, block + count, t[count:], rested[count:]
        if low < high:
            self._emit(segment, low, high, block, np.empty(0), np.empty(0), answer)

    def _depth(self, segment: Segment, block: int, last: int, rested: Mask) -> tuple[Array, Array, Array, Mask]:
        """At the ends of blocks block..last-1: drop, its speed, depth (1 makes a lift), and calm upright stance."""
        count = last - block
        if self.calibration is None:
            none = np.full(count, np.nan)
            return none, none, np.zeros(count), np.zeros(count, dtype=bool)
        part = segment.samples(segment.block_end(block - 1), segment.block_end(last - 1) + 1)
        acc, up = segment.past.acc[part], segment.past.up[part]
        stance = self.calibration.matrix[2]
        cosine = _along(up[segment.block :: segment.block], stance)
        error = self.errors.before().mean
        rise = _dot(up, acc) * self.calibration.acc_scale - GRAVITY_MPS2
        rise = rise - _along(up - stance, error[:3]) - _along((up**2 - stance**2) * GRAVITY_MPS2, error[3:6])
        mean = ((rise[1:] + rise[:-1]) / 2).reshape(count, segment.block)
        left = (segment.block - np.arange(segment.block) - 0.5) / segment.rate_hz**2
        gained = np.einsum("jb->j", mean) / segment.rate_hz
        moved = np.einsum("jb,b->j", mean, left)
        upright = cosine > np.cos(np.radians(self.settings.trunk.reckoning.upright_deg))
        drop, sink = segment.reckoner.push(gained, moved, rested, upright)
        tilt = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
        segmentation = self.settings.lifts.segmentation
        by_drop = np.abs(np.nan_to_num(drop)) / segmentation.lift_drop_m
        depth = np.maximum(tilt / segmentation.lift_flexion(self.site), by_drop)
        return drop, sink, depth, rested & upright

    def _watch_on(
        self, segment: Segment, block: int, t: Array, depth: Array, calm: Mask, rested: Mask, answer: _Answer
    ) -> int | None:
        """Looks back where bends are over; returns the block after which the mounting is to be learnt anew."""
        assert self._watch is not None
        if self._quiet_since is not None and self.learns:
            done = self._calibrate_on(segment, block, t, rested)
            if done is not None:
                return done
        if self.calibration is None:
            return self._first_calm(rested) if self.learns else None
        if not self._settled and rested.any():
            self._settled = True
        start = 0
        while (look := self._watch.next_look(t, depth, calm, start)) is not None:
            self._look_back(segment, segment.block_end(block + look) + 1, False, answer)
            if self.learns and self._facts.calibration != "event" and self._looks_learnt < LEARNING_LOOKS:
                return look
            start = look + 1
        return None

    def _first_calm(self, rested: Mask) -> int | None:
        """The first block at the end of half a second (and the half second before it) of calm."""
        need = self._calm_needed
        for i, rests in enumerate(rested.tolist()):
            self._calm_blocks = self._calm_blocks + 1 if rests else 0
            if self._calm_blocks >= need:
                return i
        return None

    def _calibrate_on(self, segment: Segment, block: int, t: Array, rested: Mask) -> int | None:
        """Feeds a calibration under way; the block at which it is complete."""
        if self._calibrator is None:
            self._calibrator = Calibrator(self.settings.calibrating, self.site, segment.step_s)
        past = segment.past
        for i, (end, calm) in enumerate(zip(t.tolist(), rested.tolist(), strict=True)):
            last = segment.block_end(block + i) - segment.first
            part = slice(last + 1 - segment.block, last + 1)
            force = past.acc[part]
            size = float(np.sqrt(_dot(force, force)).sum()) / segment.block
            rate = np.einsum("ij->j", past.gyr[part]) / segment.block
            if self._calibrator.push(end, past.up[last], rate, size, calm):
                self._calibrated_at = segment.block_end(block + i)
                return i
            if self._quiet_since is not None and end - self._quiet_since > self.settings.calibrating.give_up_s:
                return i
        return None

    def _own_calibration(self, segment: Segment, calibrator: Calibrator) -> Calibration | None:
        """The complete calibration, with the wearer's own lever from the bends where the legs were straight."""
        found = calibrator.found
        if found is None:
            return None
        before, self.calibration = self.calibration, found
        window = self._window(segment, self._calibrated_at + 1)
        self.calibration = before
        if window is None:
            return found
        bent = np.zeros(len(window.t), dtype=bool)
        for start, end in calibrator.bends:
            bent |= (window.t >= start) & (window.t <= end)
        bent &= window.flexion_deg > 15.0
        technique = self.settings.lifts.technique
        levers = technique.levers(self.site)
        spread = (technique.lever_sd_m, technique.offset_sd_m)
        fits = [own_lever(window.flexion_deg[bent], window.drop_m[bent], lever, spread, 0.02) for lever in levers]
        own = [fit for fit in fits if fit is not None]
        if len(own) != 1:  # bent knees, or a waist whose two sides both fit
            return replace(found, quality="the legs were not straight" if not own else "")
        return replace(found, geometry=own[0])

    def _learn(self, segment: Segment, t: float, answer: _Answer) -> None:
        """Learns the mounting from the stream so far; what is found holds from the next sample on."""
        self._calm_blocks = 0
        calibrator = self._calibrator
        found = self.learnt() if calibrator is None else self._own_calibration(segment, calibrator)
        if found is None:
            if calibrator is not None:
                answer.events.append(Event(t, "calibration ended", "pipeline", {"reason": calibrator.progress.problem}))
                self._apply(answer.events[-1])
            return
        self._looks_learnt += int(found.forward_known)
        self._progress = calibrator.progress if calibrator else None
        event = Event(t, "calibrated", "pipeline", found.as_data())
        answer.events.append(event)
        self._apply(event)

    def _look_back(self, segment: Segment, end: int, over: bool, answer: _Answer) -> None:
        """Refines the last minute before sample `end` and judges the bends in it that are new. over: no more comes."""
        if self.calibration is None or self._quiet_since is not None:
            return
        window = self._window(segment, end)
        if window is None:
            return
        bends = find_bends(window, self.site, self.settings.lifts.segmentation)
        for number, bend in enumerate(bends):
            stale = window.t[-1] - bend.start_s > self.settings.lifts.gates.longest_s
            if self._is_new(bend, window) and (bend.closed or over or (stale and number == len(bends) - 1)):
                self._report(bend, window, segment, answer)

    def _window(self, segment: Segment, end: int) -> Window | None:
        keep = round(self.settings.trunk.window.look_back_s * segment.rate_hz)
        low = max(segment.first, end - 1 - keep)
        low = -(-low // segment.block) * segment.block  # on the grid of blocks
        if self.calibration is None or end - low < 4 * segment.block + 1:
            return None
        part = segment.samples(low, end)
        past = segment.past
        window = refine(
            past.t[part],
            past.acc[part] * self.calibration.acc_scale,
            past.gyr[part] - segment.filter.offset_at(end),
            past.q[low - segment.first],
            segment.rate_hz,
            self.calibration,
            self.errors.before(),
            self.settings.trunk.window,
        )
        if np.count_nonzero(window.standing) * window.step_s > 1.0:
            self.errors.add(window.heights.errors)
        return window

    def _is_new(self, bend: Bend, window: Window) -> bool:
        start, end = self._reported
        if float(window.t[bend.bottom]) <= end:
            return False
        overlap = min(bend.end_s, end) - max(bend.start_s, start)
        return overlap < 0.5 * (bend.end_s - bend.start_s)

    def _report(self, bend: Bend, window: Window, segment: Segment, answer: _Answer) -> None:
        part = slice(*np.searchsorted(segment.past.t, [bend.start_s, bend.end_s]))
        about = self._circumstances(segment, segment.past.doubt[part])
        lift = judge_bend(bend, window, about, self.settings.lifts)
        if lift.is_lift:
            self._lifts += 1
            self.learner.note_lift(bend.start_s, bend.end_s)
            lift = replace(lift, lift=self._lifts)
        self._reported = (bend.start_s, bend.end_s if bend.closed else float(window.t[-1]))
        answer.lifts.append(lift)

    def _circumstances(self, segment: Segment, doubt: Flags) -> Circumstances:
        assert self.calibration is not None
        doubts = []
        if not segment.has_gyr:
            doubts.append("no gyroscope")
        if segment.rate_hz < self.settings.stream.lowest_rate_hz:
            doubts.append(f"rate below {self.settings.stream.lowest_rate_hz:.0f} Hz")
        if not self.calibration.forward_known:
            doubts.append("not calibrated: which way is forward is not known yet")
        if (doubt & FROZEN).any():
            doubts.append("a channel of the sensor is stuck")
        if (doubt & SATURATED).any():
            doubts.append("the sensor's range was exceeded")
        gap_s = int(np.count_nonzero(doubt & FILLED)) / segment.rate_hz
        if gap_s > LONGEST_FILLED_S:
            doubts.append(f"{gap_s:.1f} s of signal missing in the lift")
        quality = [] if self.height_m else ["height not given"]
        return Circumstances(self.site, self.height_m, self.calibration.geometry, tuple(doubts), tuple(quality), gap_s)

    def _end_segment(self, answer: _Answer) -> None:
        """The signal ends here: a bend under way is reported as cut off."""
        if self._segment is not None and self._watch is not None and self._watch.open_since is not None:
            blocks = (self._segment.done - 1) // self._segment.block
            self._look_back(self._segment, blocks * self._segment.block + 1, True, answer)
        self._segment = None

    def _emit(
        self, segment: Segment, low: int, high: int, block: int, drop: Array, sink: Array, answer: _Answer
    ) -> None:
        """The motion of samples low..high-1; drop and sink: at the ends of the blocks from `block` on within them."""
        past, part = segment.past, segment.samples(low, high)
        t, n = past.t[part], high - low
        if self.learns:
            self.learner.push(t, past.acc[part], past.gyr[part], past.up[part], segment.rate_hz, begins=low == 0)
        known = np.concatenate([[self._drop_carry[0]], drop])
        speed = np.concatenate([[self._drop_carry[1]], sink])
        ends = np.concatenate(
            [[self._drop_carry_t], past.t[segment.block_end(block) - segment.first :: segment.block][: len(drop)]]
        )
        number = np.arange(low, high)
        which = np.clip((number - segment.block_end(block)) // segment.block + 1, 0, len(drop))
        now = known[which] + speed[which] * (t - ends[which])
        self._drop_carry, self._drop_carry_t = (float(known[-1]), float(speed[-1])), float(ends[-1])
        worn = np.full(n, self._quiet_since is None)
        if self.calibration is None:
            none = np.full(n, np.nan)
            answer.motion.append(Motion(t, none, none, none, none, none, none, worn))
            return
        mounting = self.calibration.matrix
        body = np.column_stack([_along(past.up[part], row) for row in mounting])
        if self.calibration.forward_known:
            flexion, lean = angles(body)
            velocity = np.degrees(_along(past.rate[part], mounting[1]))
        else:
            flexion = np.degrees(np.arccos(np.clip(body[:, 2], -1.0, 1.0)))
            lean = velocity = np.full(n, np.nan)
        turn = self._turn(past.q[part], mounting[1])
        about = Circumstances(self.site, self.height_m, self.calibration.geometry)
        hips = now - lever_drops(flexion, about, self.settings.lifts.technique)
        answer.motion.append(Motion(t, flexion, lean, turn, velocity, now, hips, worn))

    def _turn(self, q: Array, left: Array) -> Array:
        """The heading, unwrapped from the one before; whole turns are counted, so that no error piles up."""
        raw = heading(q, left) / (2 * np.pi)
        before, turns = self._turn_carry or (float(raw[0]), 0.0)
        jumps = np.rint(np.diff(raw, prepend=before))
        count = np.cumsum(np.concatenate([[turns], -jumps]))[1:]
        self._turn_carry = (float(raw[-1]), float(count[-1]))
        return np.asarray(360.0 * (raw + count))

    def _update(self, answer: _Answer) -> Update:
        return Update(
            _joined(answer.motion),
            tuple(answer.lifts),
            (),
            tuple(answer.events),
            self._facts,
            settling=not self._settled,
            calibration=self._told(),
        )

    def _told(self) -> CalibrationProgress | None:
        """The progress of a calibration under way, and once more when it is done."""
        if self._calibrator is not None:
            return self._calibrator.progress
        told, self._progress = self._progress, None
        return told


def _dot(a: Array, b: Array) -> Array:
    """Row by row, added in one order whatever the length: a matrix product would depend on it."""
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _along(rows: Array, direction: Array) -> Array:
    return np.asarray(rows[:, 0] * direction[0] + rows[:, 1] * direction[1] + rows[:, 2] * direction[2])


def _joined(parts: list[Motion]) -> Motion:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Motion.empty()
    return Motion(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Motion)))
