"""One session in the window: where it stands, which lift is chosen, its figure and its timeline."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from liftcheck.lifts.lift import Lift
from liftcheck.lifts.technique import knees_of_hip_drop
from liftcheck.look.reasons import reason_key
from liftcheck.look.texts import clock
from liftcheck.review.labelling import Review, Row, lowest
from liftcheck.review.overlay import Band, own_band
from liftcheck.review.picks import Picks, pick
from liftcheck.review.playhead import Playhead
from liftcheck.review.replayed import Replayed
from liftcheck.window.board import UNKNOWN_KNEE_ERROR_DEG
from liftcheck.window.replay.cursor import Stand
from liftcheck.window.replay.figure_panel import FigurePanel, PanelState
from liftcheck.window.replay.timeline import Timeline
from liftcheck.window.replay.view import View
from liftcheck.window.style import Style

AT_BOTTOM_S = 0.06
LOOP_ROOM_S = 0.6  # around a lift that is looped


class Stage:
    """Holds a Replayed session and the two widgets that show its present moment."""

    def __init__(self, style: Style, session: Replayed, touched: Callable[["Stage"], None], parent: QWidget) -> None:
        self._style, self.session = style, session
        self.head = Playhead(session.start_s, session.end_s, session.start_s)
        self.rows: Sequence[Row] = ()
        self.chosen = -1
        self.labelled = 0
        self.reference: Lift | None = None  # chosen by the coach; else the best lift
        self.picks = Picks()
        self.band: Band | None = None
        self._banded = 0
        self.figure = FigurePanel(style, parent)
        self._touched = touched
        self._active: bool | None = None  # None where there is no other
        self.timeline = Timeline(style, session, self._sought, self.look, parent)
        self.refresh()

    # --- moving ---

    def seek(self, t: float) -> None:
        """The cursor to a moment; the lift that is there becomes the chosen one."""
        self.head = self.head.at(t)
        self._choose_at(self.head.t)
        self.timeline.view = self.timeline.view.holding(self.head.t)
        self.show()

    def play(self, seconds: float) -> None:
        """Time passes."""
        before = self.head
        self.head = self.head.passed(seconds)
        if self.head.t != before.t:
            self._choose_at(self.head.t)
            self.timeline.view = self.timeline.view.following(self.head.t)
            self.show()

    def go_to(self, place: int) -> None:
        """To the bottom of a lift in the list; held at the list's ends."""
        if not self.rows:
            return
        self.chosen = min(max(place, 0), len(self.rows) - 1)
        row = self.rows[self.chosen]
        self.head = replace(self.head, loop=None).at(row.bottom_s)
        view = self.timeline.view
        if not view.start + 0.15 * view.width <= row.bottom_s <= view.end - 0.15 * view.width:
            self.timeline.view = view.centred(row.bottom_s)
        self.show()

    def go_by(self, steps: int) -> None:
        """To a lift before or after the cursor."""
        if not self.rows:
            return
        t, eps = self.head.t, 0.02
        if steps > 0:
            place = next((i for i, row in enumerate(self.rows) if row.bottom_s > t + eps), len(self.rows) - 1)
        else:
            place = next((i for i in reversed(range(len(self.rows))) if self.rows[i].bottom_s < t - eps), 0)
        self.go_to(place)

    def go_to_lift(self, lift: Lift) -> None:
        """To a lift of the session."""
        self.go_to(next((i for i, row in enumerate(self.rows) if row.lift == lift), self.chosen))

    def go_on(self) -> None:
        """On to the next lift that is not part of this one; the coach has spoken."""
        later = range(self.chosen + 1, len(self.rows))
        self.go_to(next((place for place in later if not self.rows[place].joined), self.chosen))

    def loop_lift(self) -> None:
        """Repeats the chosen lift, or no longer."""
        row = self.row
        if self.head.loop is not None:
            self.head = replace(self.head, loop=None)
        elif row is not None:
            self.head = self.head.looping(row.start_s - LOOP_ROOM_S, row.end_s + LOOP_ROOM_S)
        self.show()

    def loop_end(self, low: bool) -> None:
        """The loop begins, or ends, at the cursor."""
        t = self.head.t
        self.head = self.head.looping(t, None) if low else self.head.looping(None, t)
        self.show()

    def zoom(self, view: View) -> None:
        """Another stretch."""
        self.timeline.view = view
        self.show()

    def _sought(self, t: float) -> None:
        self._touched(self)
        self.seek(t)
        self._touched(self)

    def look(self, view: View) -> None:
        """Another stretch, as the mouse wants it."""
        self.zoom(view)
        self._touched(self)

    def _choose_at(self, t: float) -> None:
        near = bisect_left(self.rows, t, key=lambda row: row.bottom_s)
        for place in range(max(0, near - 2), min(near + 2, len(self.rows))):
            if self.rows[place].start_s <= t <= self.rows[place].end_s:
                self.chosen = place

    def called(self, *, active: bool) -> None:
        """There are two sessions, and this one is (not) the one that keys belong to."""
        if self._active is not active:
            self._active = active
            self.show()

    # --- what is there ---

    @property
    def row(self) -> Row | None:
        """The chosen row."""
        return self.rows[self.chosen] if 0 <= self.chosen < len(self.rows) else None

    @property
    def lift(self) -> Lift | None:
        """The chosen lift of the program, with its curve."""
        lift = self.row.lift if self.row is not None else None
        if lift is not None and lift.curve is None:  # the row was made before the curve was known
            return next((each for each in self.session.seen(lift.bottom_s, lift.bottom_s) if each == lift), lift)
        return lift

    @property
    def compared(self) -> tuple[str, Lift] | None:
        """What the chosen lift is laid over, and as what: the coach's reference, else the best lift."""
        if self.reference is not None:
            return "reference", self.reference
        best = self.picks.best or self.picks.typical
        return None if best is None else ("best" if self.picks.best else "typical", best)

    def change(self, step: Callable[[Review], Review]) -> bool:
        """A step of the review on this session; the chosen row stays where it was in time."""
        t = self.row.bottom_s if self.row is not None else self.head.t
        changed = self.session.change(step)
        self.refresh()
        if self.rows:
            self.chosen = self._row_near(t)
        return changed

    def split(self) -> bool:
        """Cuts the chosen lift at the cursor."""
        row, t = self.row, self.head.t
        if row is None:
            return False
        curve = row.lift.curve if row.lift is not None else None
        bottoms: tuple[float | None, float | None] = (None, None)
        if curve is not None:
            bottoms = (
                lowest(curve.t, curve.drop_m, row.start_s, t),
                lowest(curve.t, curve.drop_m, t, row.end_s),
            )
        return self.change(lambda review: review.split(row, t, bottoms))

    def join(self) -> bool:
        """Joins the chosen lift with the next."""
        row = self.row
        if row is None:
            return False
        later = (each for each in self.rows[self.chosen + 1 :] if not each.joined)
        following = next(later, None)
        return self.change(lambda review: review.joined(row, following))

    def refresh(self) -> None:
        """Takes lifts and labels anew from the session."""
        t = self.row.bottom_s if self.row is not None else None
        self.rows = self.session.review.rows()
        self.labelled = sum(bool(row.coach) for row in self.rows if not row.joined)
        self.picks = pick(self.session.review.lifts)
        if t is not None and self.rows:
            self.chosen = self._row_near(t)
        self.show()

    def refresh_band(self) -> None:
        """The band anew, if there are clearly more curves than when it was made, or all of them."""
        curves = sum(lift.curve is not None for lift in self.session.review.lifts)
        if self.session.done or curves >= 1.3 * self._banded:
            self._banded, self.band = curves, own_band(self.session.review.lifts)

    def _row_near(self, t: float) -> int:
        return min(range(len(self.rows)), key=lambda i: abs(self.rows[i].bottom_s - t))

    def show(self) -> None:
        """The figure and the timeline as they are now."""
        self.timeline.stand = Stand(self.head.t, self.head.loop, self.lift, self.session.marked)
        self.timeline.update()
        self.figure.show_state(self._panel())

    def _panel(self) -> PanelState:
        words, t, session = self._style.words, self.head.t, self.session
        lift = session.lift_at(t)
        lean, hips = session.at(t)
        at_bottom = lift is not None and abs(lift.bottom_s - t) <= AT_BOTTOM_S
        knee: tuple[float, float] | None = None
        if lift is not None and at_bottom:
            lean, hips = lift.flexion_at_bottom_deg, lift.hip_drop_m
            if lift.knee_deg is not None:
                knee = (lift.knee_deg, lift.knee_error_deg or 0.0)
        elif hips is not None and lift is not None:
            technique = session.settings.lifts.technique
            error = lift.knee_error_deg or UNKNOWN_KNEE_ERROR_DEG
            knee = (knees_of_hip_drop(hips, session.height_m, technique), error)
        key = "replay.at_bottom" if at_bottom else "replay.at"
        line = words(key, time=clock(t))
        if lift is not None and str(lift.technique) == "unclear":
            line = f"{line}. {words(reason_key(lift.reason), time=words.number(lift.gap_s, 1))}"
        others = [f"{label.coach}: {label.label}" for label in session.others_on(lift)] if lift is not None else []
        return PanelState(
            others=tuple(others[:3]),
            title=words("replay.lift", number=lift.lift) if lift is not None else words("replay.between"),
            line=line,
            lean_deg=lean,
            hip_drop_m=hips if lift is not None else None if hips is None else min(max(hips, 0.0), 0.1),
            knee=knee,
            verdict=str(lift.technique) if lift is not None else None,
            at_bottom=at_bottom,
            box=lift is not None and abs(t - lift.bottom_s) < 0.5 * lift.duration_s and lean is not None and lean > 20,
            height_m=session.height_m,
            site=session.settings.site,
            session=session.recording.name if self._active is not None else "",
            active=bool(self._active),
        )
