"""What the trainee's screen knows and says: taken from the session's updates, without painting anything.

Times called `now` are the window's clock (s, monotonic); times of lifts and motion are sample times.
"""

from dataclasses import dataclass, field, replace

from liftcheck.analysis import Update
from liftcheck.cues import Cue
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.pose import DROP_LIMITS
from liftcheck.session import SessionUpdate
from liftcheck.trunk.mounting import CalibrationProgress

LOST_AFTER_S = 1.5  # seen within 2 s, with the radio's and the screen's own delays
BENDING_DEG, UPRIGHT_DEG = 20.0, 15.0
VERDICT_STAYS_S, LOWEST_STAYS_S, HINT_STAYS_S, WARNING_STAYS_S = 20.0, 6.0, 20.0, 3.0
LEAN_TOLD_AFTER_S = 5.0
UNKNOWN_KNEE_ERROR_DEG = 12.0  # before the first lift has told its own
DEFAULT_HEIGHT_M = 1.73
HINTS = ("break", "slump", "dose", "warning")


@dataclass
class Board:
    """Everything that the work view, the calibration and the summary are drawn from."""

    height_m: float = DEFAULT_HEIGHT_M
    site: str = "mid-back"
    lifts: list[Lift] = field(default_factory=list)  # without their curves: a shift stays small
    last: SessionUpdate | None = None
    analysis: Update | None = None  # the last one that had something to say
    calibration: CalibrationProgress | None = None  # under way, or how it ended: "done" is told only once
    heard_at: float = 0.0
    sample_t: float | None = None
    lean_deg: float = 0.0
    hip_drop_m: float = 0.0
    leaning_since: float | None = None  # sample time
    bend_began: bool = False  # a bend has begun since the verdict was shown
    was_upright: bool = True  # since the verdict was shown
    verdict: Lift | None = None
    verdict_at: float = 0.0
    improved: bool = False
    hint: Cue | None = None
    hint_at: float = 0.0
    snoozed_until: float = -1.0
    ended: bool = False

    def take(self, update: SessionUpdate, now: float) -> None:
        """The next update of the session."""
        self.last, self.heard_at = update, now
        self.ended = self.ended or update.ended
        if update.update is not None:
            self._follow(update.update, now)
        for cue in update.cues:
            self._show_cue(cue, now)

    def lost_s(self, now: float) -> float | None:
        """How long the signal has been lost; None while it streams, before the first packet and after the end."""
        if self.last is None or self.ended or self.last.link.last_packet_s is None:
            return None
        age = self.last.link.last_packet_s + now - self.heard_at
        return age if age >= LOST_AFTER_S or not self.last.link.connected else None

    def streaming(self, now: float) -> bool:
        """Whether samples arrive."""
        arrived = self.last is not None and self.last.link.last_packet_s is not None
        return arrived and self.lost_s(now) is None and not self.ended

    def now_s(self, now: float) -> float | None:
        """The sample time of the screen's right edge: the newest sample, or later while the signal is lost."""
        lost = self.lost_s(now)
        return self.sample_t if lost is None or self.sample_t is None else self.sample_t + lost

    def shown_verdict(self, now: float) -> Lift | None:
        """The lift that the band speaks of: until the next bend, at most 20 s."""
        if self.verdict is None or self.bend_began or now - self.verdict_at > VERDICT_STAYS_S:
            return None
        return self.verdict

    def shown_hint(self, now: float) -> Cue | None:
        """The hint that the band gives, if it has none on a lift."""
        stays = WARNING_STAYS_S if self.hint and self.hint.message == "warning" else HINT_STAYS_S
        return self.hint if self.hint is not None and now - self.hint_at <= stays else None

    def at_lowest(self, now: float) -> Lift | None:
        """The lift whose lowest point the figure shows: while the person stands, at most 6 s."""
        lift = self.shown_verdict(now)
        return lift if lift is not None and now - self.verdict_at <= LOWEST_STAYS_S else None

    def leaning_s(self) -> float:
        """How long the trunk has been leaning."""
        if self.leaning_since is None or self.sample_t is None:
            return 0.0
        return self.sample_t - self.leaning_since

    def since_last_lift_s(self, now: float) -> float | None:
        """Sample time since the last lift; None before the first."""
        at = self.now_s(now)
        return at - self.lifts[-1].end_s if self.lifts and at is not None else None

    def hip_drop(self, drop_m: float | None) -> float:
        """A hip drop in body heights, for the figure; 0 where it is unknown."""
        if drop_m is None or drop_m != drop_m:
            return 0.0
        return min(max(drop_m / self.height_m, DROP_LIMITS[0]), DROP_LIMITS[1])

    def knee_error_deg(self) -> float:
        """How far the knee may be off, as the last lift with a knee told."""
        known = (lift.knee_error_deg for lift in reversed(self.lifts) if lift.knee_error_deg is not None)
        return next(known, UNKNOWN_KNEE_ERROR_DEG)

    def _follow(self, update: Update, now: float) -> None:
        if len(update.motion):
            self.sample_t = float(update.motion.t[-1])
            self.lean_deg = _number(update.motion.flexion_deg[-1])
            self.hip_drop_m = _number(update.motion.hip_drop_m[-1])
        self._follow_bend()
        self.analysis = replace(update, lifts=())
        self.calibration = update.calibration or self.calibration
        for event in update.events:
            if event.kind == "calibration ended" and self.calibration is not None:
                problem = str(event.data.get("reason", ""))
                self.calibration = replace(self.calibration, phase="failed", problem=problem)
        for lift in update.lifts:
            if lift.is_lift:
                self.lifts.append(replace(lift, curve=None))
                self.verdict, self.verdict_at = self.lifts[-1], now
                self.bend_began, self.was_upright = False, self.lean_deg < UPRIGHT_DEG
                self.improved, self.hint = False, None

    def _follow_bend(self) -> None:
        """A verdict gives way to a bend that begins after it; one given in mid-bend outlives that bend's end."""
        if self.lean_deg > BENDING_DEG:
            self.bend_began = self.bend_began or self.was_upright
            if self.leaning_since is None:
                self.leaning_since = self.sample_t
        else:
            self.leaning_since = None
            if self.lean_deg < UPRIGHT_DEG:
                self.was_upright = True
                if self.hint is not None and self.hint.message == "slump":
                    self.hint = None

    def _show_cue(self, cue: object, now: float) -> None:
        if not isinstance(cue, Cue):
            return
        if cue.message in HINTS:
            self.hint, self.hint_at = cue, now
        elif cue.message == "improved":
            self.improved = True


def _number(value: float) -> float:
    return 0.0 if value != value else float(value)


def share_of_legs(lifts: list[Lift]) -> tuple[int, int]:
    """Leg lifts, and lifts with a verdict; unclear ones do not count."""
    decided = [lift for lift in lifts if lift.technique not in (None, Technique.UNCLEAR)]
    return sum(lift.technique is Technique.LEGS for lift in decided), len(decided)
