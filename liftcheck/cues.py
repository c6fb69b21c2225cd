"""When to speak to the trainee, and when to keep quiet.

Three modes. *Training*: a word after a judged lift, first after every lift, then after every second, then after every
fifth, as the share of back lifts falls; more often again when it rises. *Work*: never for a single bend, only when
back lifts or deep bending have added up, and seldom. *Baseline*: silent, to see how somebody lifts by habit.
Never more than one cue a lift. An unclear lift is shown and not spoken of: a wrong cue costs more than a missing one.

Everything here is counted in sample time; there is no clock. Defaults follow the studies named beside them
(docs/method.md); those marked "own choice" have no source and are there to be set.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from liftcheck.analysis import EarlyWarning, Update
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.samples import Event
from liftcheck.trunk.motion import Motion

Mode = Literal["training", "work", "baseline"]
MODES: tuple[Mode, ...] = ("training", "work", "baseline")

# Every message, and when it is said. The window holds a text and a sound for each.
MESSAGES = {
    "legs": "a leg lift (training)",
    "mixed": "a mixed lift (training)",
    "back": "a back lift (training)",
    "improved": "the share of back lifts has fallen (training)",
    "warning": "this bend is led by the back, told on the way down (training, if switched on)",
    "dose": "back lifts or deep bending have added up (work)",
    "break": "many lifts without a pause (training and work)",
    "slump": "a long lean without a lift (training and work)",
}


@dataclass(frozen=True)
class CueSettings:
    """How often to speak. Shares from 0 to 1, times in s, angles in degrees."""

    mode: Mode = "training"
    early_warning: bool = False  # feedback before the bottom helps the first lifts and may come to be leaned on
    rolling_lifts: int = 10  # decided lifts over which the share of back lifts is taken; own choice
    fade_below: tuple[float, float] = (0.30, 0.10)  # share of back lifts for every second, every fifth; 0.30: SCIENCE 6
    relapse_margin: float = 0.10  # so much above a border before cues come more often again; own choice
    say_every: tuple[int, int, int] = (1, 2, 5)  # 100, 50, 20 % of lifts
    refractory_s: float = 3.0  # least time between two cues
    dose_back_lifts: int = 5  # that many back lifts ...
    dose_back_window_s: float = 600.0  # ... in ten minutes
    dose_bend_deg: float = 60.0  # time leaning further than this ...
    dose_bend_s_per_min: float = 3.0  # ... more than this a minute ...
    dose_bend_window_s: float = 300.0  # ... on average over five minutes
    work_least_gap_s: float = 120.0
    work_most_per_hour: int = 10
    break_lifts: int = 50  # lifts without a pause; own choice
    break_pause_s: float = 180.0  # no lift for so long is a pause; own choice
    slump_deg: float = 30.0
    slump_s: float = 45.0  # own choice; SCIENCE 6 has 20 s above 45 degrees
    slump_least_gap_s: float = 300.0


@dataclass(frozen=True)
class Cue:
    """One thing said to the trainee. t: s, the sample time it was decided at. message: a key of `MESSAGES`."""

    t: float
    message: str
    lift: int | None = None  # the lift's number, where it is about one
    hip_drop_m: float | None = None  # the number that goes with the word
    flexion_deg: float | None = None

    def as_data(self) -> dict[str, Any]:
        """The cue as plain JSON values, for an Event's data."""
        return {
            "message": self.message,
            "lift": self.lift,
            "hip_drop_m": self.hip_drop_m,
            "flexion_deg": self.flexion_deg,
        }


@dataclass
class CoachState:
    """All that the coach remembers."""

    mode: Mode
    level: int = 0  # 0 every lift, 1 every second, 2 every fifth
    since_said: int = 0  # decided lifts since the last one that was spoken of
    recent: deque[bool] = field(default_factory=deque)  # of the last decided lifts: was it the back?
    silent_until: float = -np.inf
    last_cue: float = -np.inf
    warned_at: float = -np.inf
    back_lifts: deque[float] = field(default_factory=deque)  # times, since the last dose cue
    deep: deque[tuple[int, float]] = field(default_factory=deque)  # (second, time spent deep in it)
    work_cues: deque[float] = field(default_factory=deque)
    lifts_in_a_row: int = 0
    last_lift: float = -np.inf
    lean_since: float | None = None
    last_slump: float = -np.inf
    last_t: float | None = None


class Coach:
    """Listens to the pipeline and to what persons decide, and says when to speak (`hear`)."""

    def __init__(self, settings: CueSettings | None = None) -> None:
        self.settings = settings or CueSettings()
        self.state = CoachState(self.settings.mode, recent=deque(maxlen=self.settings.rolling_lifts))

    def hear(self, update: Update, events: tuple[Event, ...] = ()) -> tuple[Cue, ...]:
        """What to say now; at most one cue a lift. events: mode and snooze, as persons decided since the last call."""
        for event in events:
            self._decided(event)
        self._watch(update.motion)
        said = [cue for cue in self._wishes(update) if self._may(cue)]
        return tuple(said)

    def snoozed_until(self) -> float:
        """The sample time at which cues come back; -inf if they are not silenced."""
        return self.state.silent_until

    def _decided(self, event: Event) -> None:
        if event.kind == "snooze":
            self.state.silent_until = event.t + 60.0 * float(event.data.get("minutes", 0.0))
        elif event.kind == "mode" and event.data.get("mode") in MODES:
            self.state.mode = event.data["mode"]

    def _wishes(self, update: Update) -> Iterable[Cue]:
        """Everything that could be said of an update, in the order of urgency."""
        if self.settings.early_warning and self.state.mode == "training":
            yield from map(self._warning, update.warnings)
        for lift in update.lifts:
            if lift.is_lift:
                yield from self._after(lift)
        now = float(update.motion.t[-1]) if len(update.motion) else self.state.last_t
        if now is not None:
            yield from self._added_up(now)
            yield from self._slump(now)

    def _may(self, cue: Cue) -> bool:
        """The last word on a cue: never when silenced, never twice in a breath. What may be said counts as said."""
        state = self.state
        if (
            state.mode == "baseline"
            or cue.t < state.silent_until
            or cue.t - state.last_cue < self.settings.refractory_s
        ):
            return False
        state.last_cue = cue.t
        if cue.message == "warning":
            state.warned_at = cue.t
        elif cue.message == "dose":
            state.work_cues.append(cue.t)
            state.back_lifts.clear()
            state.deep.clear()
        elif cue.message == "break":
            state.lifts_in_a_row = 0
        elif cue.message == "slump":
            state.last_slump, state.lean_since = cue.t, None
        return True

    def _warning(self, warning: EarlyWarning) -> Cue:
        return Cue(warning.t, "warning", None, warning.hip_drop_m, warning.flexion_deg)

    def _after(self, lift: Lift) -> Iterable[Cue]:
        """Counts a judged lift and, in training, speaks of it when its turn has come."""
        state = self.state
        paused = lift.start_s - state.last_lift > self.settings.break_pause_s
        state.lifts_in_a_row = 1 if paused else state.lifts_in_a_row + 1
        state.last_lift = lift.end_s
        if lift.technique in (None, Technique.UNCLEAR):
            return
        is_back = lift.technique is Technique.BACK
        if is_back:
            state.back_lifts.append(lift.end_s)
        state.recent.append(is_back)
        state.since_said += 1
        improved = self._fade()
        told_already = lift.start_s <= state.warned_at <= lift.end_s
        due = improved or state.since_said >= self.settings.say_every[state.level]
        if state.mode == "training" and due and not told_already:
            state.since_said = 0
            message = "improved" if improved else str(lift.technique)
            yield Cue(lift.judged_s, message, lift.lift, lift.hip_drop_m, lift.flexion_at_bottom_deg)

    def _fade(self) -> bool:
        """Moves between every lift, every second and every fifth; True if the trainee has just got better."""
        state, settings = self.state, self.settings
        if len(state.recent) < settings.rolling_lifts:
            return False
        share = sum(state.recent) / len(state.recent)
        level = sum(share < border for border in settings.fade_below)
        if level > state.level:
            state.level = level
            return state.mode == "training"
        while state.level > level and share >= settings.fade_below[state.level - 1] + settings.relapse_margin:
            state.level -= 1
        return False

    def _watch(self, motion: Motion) -> None:
        """Adds up the time spent deep and follows a lean that lasts. Gaps and time off the body do not count."""
        if not len(motion):
            return
        state, settings = self.state, self.settings
        before = motion.t[0] if state.last_t is None else state.last_t
        steps = np.diff(motion.t, prepend=before)
        present = motion.worn & (steps < 0.2)
        deep = present & (motion.flexion_deg > settings.dose_bend_deg)
        if deep.any():
            seconds, place = np.unique(motion.t[deep].astype(int), return_inverse=True)
            spent = np.bincount(place, weights=steps[deep])
            state.deep.extend(zip(seconds.tolist(), spent.tolist(), strict=True))
        upright = np.flatnonzero(~(present & (motion.flexion_deg > settings.slump_deg)))
        if not len(upright):
            state.lean_since = state.lean_since if state.lean_since is not None else float(motion.t[0])
        elif upright[-1] < len(motion) - 1:
            state.lean_since = float(motion.t[upright[-1] + 1])
        else:
            state.lean_since = None
        state.last_t = float(motion.t[-1])

    def _added_up(self, now: float) -> Iterable[Cue]:
        """A dose (work) or many lifts without a pause (training and work)."""
        state, settings = self.state, self.settings
        while state.back_lifts and state.back_lifts[0] < now - settings.dose_back_window_s:
            state.back_lifts.popleft()
        while state.deep and state.deep[0][0] < now - settings.dose_bend_window_s:
            state.deep.popleft()
        while state.work_cues and state.work_cues[0] <= now - 3600.0:
            state.work_cues.popleft()
        if state.lifts_in_a_row >= settings.break_lifts:
            yield Cue(now, "break")
        if state.mode != "work" or len(state.work_cues) >= settings.work_most_per_hour:
            return
        if state.work_cues and now - state.work_cues[-1] < settings.work_least_gap_s:
            return
        allowed = settings.dose_bend_s_per_min * settings.dose_bend_window_s / 60.0
        if len(state.back_lifts) >= settings.dose_back_lifts or sum(spent for _, spent in state.deep) > allowed:
            yield Cue(now, "dose")

    def _slump(self, now: float) -> Iterable[Cue]:
        state, settings = self.state, self.settings
        long = state.lean_since is not None and now - state.lean_since >= settings.slump_s
        if long and now - state.last_slump >= settings.slump_least_gap_s:
            yield Cue(now, "slump")
