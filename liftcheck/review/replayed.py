"""One session on the coach's desk: what the file holds at once, what judging it again adds while one looks."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from liftcheck.analysis import Settings, Update
from liftcheck.errors import LiftcheckError
from liftcheck.lifts.lift import Lift
from liftcheck.lifts.technique import TechniqueSettings, hip_drop_of_knees
from liftcheck.recording.labels import Label, coach_path, read_coach, write_coach
from liftcheck.recording.markers import Marker, read_markers, write_markers
from liftcheck.recording.recording import Recording
from liftcheck.review.labelling import Remark, Review, holds
from liftcheck.review.link_health import LinkHealth, link_health
from liftcheck.review.pyramid import Pyramid
from liftcheck.review.reanalysis import Judged, Reanalysis
from liftcheck.review.stored import differing, judged_live, stored_lifts, with_curves
from liftcheck.samples import Array

AROUND_S = 30.0  # no lift is longer
SAME_MOMENT_S = 0.25


class Replayed:
    """A recording, its lifts, its curves and a coach's review of it.

    t, lean, hips: the curves as far as they are known; a lift's refined curve stands in place of the live estimate.
    analysed_s: up to where the curves are known. lifts: every bend, those that are no lift too.
    """

    def __init__(
        self, recording: Recording, settings: Settings, coach: str = "coach", *, relearn: bool = False
    ) -> None:
        self.recording, self.settings = recording, settings
        t = recording.samples.t
        self.start_s, self.end_s = (float(t[0]), float(t[-1])) if len(t) else (0.0, 0.0)
        self.analysed_s, self.done = self.start_s, False
        self.version = 0  # of anything
        self.words = 0  # of verdicts and labels
        self._t, self._known = np.empty(len(t)), 0  # samples that were lost and filled make it longer
        self.lean, self.hips = Pyramid(len(t)), Pyramid(len(t))
        self.link: LinkHealth = link_health(t, recording.events, recording.rate_hz)
        # What was said while it was recorded stands, even if that was nothing.
        self.said_live = judged_live(recording.events) and not relearn
        stored = stored_lifts(recording.events) if self.said_live else ()
        self.stored = tuple(sorted(stored, key=lambda lift: lift.bottom_s))
        self._judged: list[Lift] = []
        self._learnt_s: float | None = None
        self.lifts: tuple[Lift, ...] = self.stored
        self.remarks: list[Remark] = []
        self.review = Review(recording.name, coach).with_lifts(self.lifts)
        self.others: tuple[Label, ...] = ()  # what other coaches say
        self._marked_live = tuple(event.t for event in recording.events if event.kind == "marker")
        self.markers = read_markers(recording.path) if recording.path else ()
        self._read_labels()
        self._worker = Reanalysis(recording, settings, relearn=relearn)

    @property
    def t(self) -> Array:
        """The times of the curves, s, as far as they are known."""
        return self._t[: self._known]

    @property
    def height_m(self) -> float:
        """The wearer's height, or the one that is taken for it."""
        return self.settings.height_m or self.settings.lifts.technique.height_m

    @property
    def border_m(self) -> float:
        """The hip drop at the border between back and legs."""
        technique: TechniqueSettings = self.settings.lifts.technique
        return hip_drop_of_knees(technique.border_knee_deg, self.height_m, technique)

    @property
    def loss_percent(self) -> float | None:
        """Samples lost on the way: as the receiver counted them, else the share of gaps; None without samples."""
        lost, received = (sum(each[place] for each in self.link.losses) for place in (2, 3))
        if lost + received > 0:
            return 100.0 * lost / (lost + received)
        gaps = self.link.gaps
        length = self.end_s - self.start_s
        return 100.0 * float((gaps[:, 1] - gaps[:, 0]).sum()) / length if length > 0 else None

    @property
    def judged_share(self) -> float:
        """How much of the work is done, 0 to 1; a first pass, where there is one, is half of it."""
        if self.done:
            return 1.0
        length = max(self.end_s - self.start_s, 1e-9)
        judged = (self.analysed_s - self.start_s) / length
        return judged if self._learnt_s is None else ((self._learnt_s - self.start_s) / length + judged) / 2

    def start(self) -> None:
        """Begins to judge the recording, in a thread of its own."""
        if len(self.recording.samples):
            self._worker.start()
        else:
            self.done = True

    def close(self) -> None:
        """Ends the worker."""
        self._worker.stop()

    def answers(self) -> Iterator[Judged]:
        """What the worker finds, up to its end; waits for it."""
        while not self.done:
            yield self._worker.answers.get()

    def join(self) -> None:
        """Waits until everything is judged."""
        for answer in self.answers():
            self.take(answer)

    def poll(self) -> bool:
        """Takes what the worker has found; whether that was anything."""
        answers = self._worker.answers
        heard = not answers.empty()
        while not answers.empty():
            self.take(answers.get_nowait())
        return heard

    def take(self, judged: Judged) -> None:
        """The worker's next answer."""
        if judged.learnt_s is not None:
            self._learnt_s = max(self._learnt_s or self.start_s, judged.learnt_s)
            return
        self.version += 1
        if judged.update is not None:
            self._extend(judged.update)
            return
        if judged.error is not None:
            self.remarks.append(Remark("stopped", {"why": str(judged.error)}))
        elif self.said_live and (differ := differing(self.stored, self._judged)):
            self.remarks.append(Remark("differ", {"count": differ}))
        self.done = True

    def _extend(self, update: Update) -> None:
        motion = update.motion
        if len(motion):
            self._append_times(motion.t)
            self.lean.put(self._known - len(motion), motion.flexion_deg)
            self.hips.put(self._known - len(motion), motion.hip_drop_m)
            self.analysed_s = float(motion.t[-1])
        for lift in update.lifts:
            self._judged.append(lift)
            self._refine(lift)
        if update.lifts:
            self.lifts = with_curves(self.lifts, update.lifts) if self.said_live else tuple(self._judged)
            self.review = self.review.with_lifts(self.lifts)
            self.words += int(not self.said_live)

    def _append_times(self, t: Array) -> None:
        known = self._known + len(t)
        if known > len(self._t):
            self._t = np.concatenate([self.t, np.empty(max(known, len(self._t)))])
        self._t[self._known : known] = t
        self._known = known

    def _refine(self, lift: Lift) -> None:
        """The lift's own curve in place of the live estimate; the hips stand still until the verdict."""
        curve = lift.curve
        if curve is None or len(curve.t) < 2:
            return
        first, last = (int(n) for n in np.searchsorted(self.t, (curve.t[0], curve.t[-1])))
        t = self.t[first:last]
        self.lean.put(first, np.interp(t, curve.t, curve.flexion_deg))
        self.hips.put(first, np.interp(t, curve.t, curve.hip_drop_m))
        # The live estimate of the hips drifts until the wearer is calm; the look back knows where they were.
        still = int(np.searchsorted(self.t, lift.judged_s))
        if still > last:
            self.hips.put(last, np.full(still - last, curve.hip_drop_m[-1]))

    def at(self, t: float) -> tuple[float | None, float | None]:
        """Trunk lean in degrees and hip drop in m at a moment; None where unknown or without signal."""
        if not len(self.t) or t > self.analysed_s:
            return None, None
        place = min(int(np.searchsorted(self.t, t)), len(self.t) - 1)
        if place and abs(self.t[place - 1] - t) < abs(self.t[place] - t):
            place -= 1
        if abs(float(self.t[place]) - t) > 0.3:
            return None, None
        lean, hips = float(self.lean.values[place]), float(self.hips.values[place])
        return (None if lean != lean else lean), (None if hips != hips else hips)

    def lift_at(self, t: float) -> Lift | None:
        """The lift under way at a moment."""
        return next((lift for lift in self.seen(t, t) if lift.start_s <= t <= lift.end_s), None)

    def seen(self, start: float, end: float) -> tuple[Lift, ...]:
        """The lifts whose bottoms lie between two moments, or half a minute around them."""
        lifts = self.review.lifts
        first = bisect_left(lifts, start - AROUND_S, key=lambda lift: lift.bottom_s)
        return lifts[first : bisect_right(lifts, end + AROUND_S, key=lambda lift: lift.bottom_s)]

    def mark(self, t: float) -> bool:
        """Marks a moment, or unmarks the one that is there, saved at once; whether it is marked now."""
        near = [marker for marker in self.markers if abs(marker.t_s - t) <= SAME_MOMENT_S]
        mine = [marker for marker in self.markers if marker not in near]
        if not near:
            mine.append(Marker(self.recording.name, round(t, 3), self.review.coach))
        write_markers(self.recording.path, mine)
        self.markers = tuple(sorted(mine, key=lambda marker: marker.t_s))
        return not near

    @property
    def marked(self) -> tuple[float, ...]:
        """Every marked moment: while it was recorded, and by coaches since."""
        return tuple(sorted((*self._marked_live, *(marker.t_s for marker in self.markers))))

    # --- the coach's labels ---

    @property
    def labels_path(self) -> Path:
        """Where the labels are kept."""
        return coach_path(self.recording.path)

    def others_on(self, lift: Lift) -> tuple[Label, ...]:
        """What other coaches say of a lift; a table of truth that nobody signed is no word of a coach."""
        return tuple(label for label in self.others if label.coach and holds(label, lift.bottom_s))

    def save(self) -> None:
        """Keeps this coach's labels beside the recording, and what others say as it stands there now."""
        path = self.recording.path
        others = tuple(label for label in read_coach(path) if label.coach != self.review.coach)
        write_coach(path, (*others, *self.review.labels))
        self.others = others

    def change(self, step: Callable[[Review], Review]) -> bool:
        """One step of the review, saved at once; whether anything changed. ReviewError, RecordingError: one sentence.

        What cannot be saved is not done.
        """
        before = self.review
        self.review = step(before)
        if self.review.labels == before.labels:
            return False
        try:
            self.save()
        except LiftcheckError:
            self.review = before
            raise
        self.version += 1
        self.words += 1
        return True

    def _read_labels(self) -> None:
        if not self.recording.path:
            return
        labels = read_coach(self.recording.path)
        wrong = next((label for label in labels if label.recording != self.recording.name), None)
        if wrong is not None:
            raise LiftcheckError(
                f"{self.labels_path} holds labels of {wrong.recording!r}, not of {self.recording.name!r}:"
                " move it away, or give it the name of its own recording"
            )
        mine = tuple(label for label in labels if label.coach == self.review.coach)
        self.others = tuple(label for label in labels if label.coach != self.review.coach)
        self.review = Review(self.recording.name, self.review.coach, self.review.lifts, mine)
