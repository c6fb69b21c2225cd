"""A whole recording through the pipeline: once if it was judged live, twice if its mounting is still to be learnt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from liftcheck.analysis.analyzer import Analyzer
from liftcheck.analysis.known import SLIPS
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.update import Update
from liftcheck.samples import Event, Samples
from liftcheck.trunk.gyro_watch import Gains, gains_of
from liftcheck.trunk.mounting import Calibration
from liftcheck.trunk.slip import rotated

CHUNK_S = 240.0  # long enough for whole-array work, short enough for bounded memory


def analyze(
    samples: Samples,
    events: tuple[Event, ...] = (),
    settings: Settings | None = None,
    *,
    rate_hz: float | None = None,
    relearn: bool = False,
    told: Callable[[float], None] | None = None,
) -> Iterator[Update]:
    """Judges a whole recording, chunk by chunk of some minutes; the last update holds the final facts.

    A recording without a `session` event goes through the pipeline twice: the first pass learns the mounting and the
    sensor's offsets, the second judges. One written live is judged once, with the events it holds, so that the
    verdicts are those that were given live; `relearn` drops the pipeline's events and reads twice all the same.
    told: hears during the first pass, which gives no updates, up to which time it has come, s.
    """
    live = any(event.kind == "session" for event in events)
    if relearn:
        events = tuple(event for event in events if event.by == "person" or event.kind in ("session", "times"))
    if live and not relearn:
        yield from _push_all(Analyzer(settings, rate_hz=rate_hz, learns=False), samples, events)
        return
    learner = _Learning(samples, events, settings, rate_hz, told or (lambda _: None))
    known, gains = learner.known()
    yield from _push_all(Analyzer(settings, rate_hz=rate_hz, learns=False, gyr_gains=gains), samples, known)


@dataclass(frozen=True, eq=False)
class _Learning:
    """The first pass: what the whole recording shows of the mounting, as events for the second."""

    samples: Samples
    events: tuple[Event, ...]
    settings: Settings | None
    rate_hz: float | None
    told: Callable[[float], None]
    gains: Gains | None = None

    def known(self) -> tuple[tuple[Event, ...], Gains | None]:
        """What the second pass begins with: events, and what the gyroscope must be multiplied by, if by anything."""
        first, found = self._through(-np.inf, np.inf)
        if first.gyroscope_doubted and self.gains is None and (gains := gains_of(self.samples)) is not None:
            return replace(self, gains=gains).known()
        return self._events(first, found), self.gains

    def _events(self, first: Analyzer, found: list[Event]) -> tuple[Event, ...]:
        """The events of the second pass: what was learnt, before all else, then calibrations seen done, and slips.

        Looking over the whole recording a slip is known from where it happened, not from where it was sure.
        """
        slips = [event for event in found if event.kind in SLIPS]
        ends = [float(slip.data["since_s"]) for slip in slips] + [np.inf]
        learnt = first.learnt() if not slips else self._before(slips[0], ends[0], found)
        if learnt is None or first.first_t is None:
            return self.events
        errors = {key: learnt.as_data()[key] for key in ("acc_offset_mps2", "acc_gain", "errors_sd")}
        done = [event for event in found if event.kind == "calibrated" and not Calibration.is_learnt(event)]
        done = [replace(event, data={**event.data, **errors}) for event in done]
        ended = [event for event in found if event.kind == "calibration ended"]
        begin = Event(first.first_t - 1.0 if first.first_t else -1e-6, "calibrated", "pipeline", learnt.as_data())
        known = sorted((begin, *self.events, *done, *ended), key=lambda event: event.t)
        for slip, until in zip(slips, ends[1:], strict=True):
            known = sorted((*known, *self._answered(slip, until, known)), key=lambda event: event.t)
        return tuple(known)

    def _before(self, slip: Event, until: float, found: list[Event]) -> Calibration | None:
        """What the time before a slip shows; a table on which the sensor lay for long is not taken for a stance."""
        learnt = self._through(-np.inf, until)[0].learnt()
        held = [event for event in found if event.kind == "calibrated" and event.t <= slip.t]
        if learnt is None or not held:
            return learnt
        live = Calibration.from_data(held[-1].data)
        return learnt if learnt.matrix[2] @ live.matrix[2] > np.cos(np.radians(15.0)) else live

    def _through(self, since: float, until: float) -> tuple[Analyzer, list[Event]]:
        """A stretch of the recording through a learning pipeline, and what that found."""
        analyzer = Analyzer(self.settings, rate_hz=self.rate_hz, keep_s=None, gyr_gains=self.gains)
        samples = self.samples[slice(*np.searchsorted(self.samples.t, [since, until]))]
        events = tuple(event for event in self.events if event.t < until)
        found: list[Event] = []
        for update in _push_all(analyzer, samples, events):
            found += update.events
            if len(update.motion):
                self.told(float(update.motion.t[-1]))
        return analyzer, found

    def _answered(self, slip: Event, until: float, known: list[Event]) -> list[Event]:
        """A slip as the second pass is told of it: at its own time, turning the mounting known there."""
        t = float(slip.data["since_s"])
        if slip.kind == "calibration lost":
            learnt = self._through(t, until)[0].learnt()
            again = [] if learnt is None else [Event(t, "calibrated", "pipeline", learnt.as_data())]
            return [replace(slip, t=t), *again]
        held = [event for event in known if event.t <= t and event.kind in ("calibrated", "re-zeroed")]
        before = Calibration.from_data(held[-1].data)
        after = rotated(before, Calibration.from_data(slip.data).matrix[2])
        return [Event(t, "re-zeroed", "pipeline", {**after.as_data(), "since_s": t})]


def _push_all(analyzer: Analyzer, samples: Samples, events: tuple[Event, ...]) -> Iterator[Update]:
    rate = len(samples) / max(float(samples.t[-1] - samples.t[0]), 1.0) if len(samples) else 1.0
    chunk = max(1, round(CHUNK_S * rate))
    events = tuple(sorted(events, key=lambda event: event.t))
    for low in range(0, len(samples), chunk):
        part = samples[low : low + chunk]
        end = float(part.t[-1])
        due = tuple(event for event in events if event.t <= end)
        events = events[len(due) :]
        yield analyzer.push(part, due)
    analyzer.push(Samples.empty(), events)
    yield analyzer.finish()
