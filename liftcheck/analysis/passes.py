"""A whole recording through the pipeline: once if it was judged live, twice if its mounting is still to be learnt."""

from collections.abc import Iterator
from dataclasses import replace

from liftcheck.analysis.analyzer import Analyzer
from liftcheck.analysis.settings import Settings
from liftcheck.analysis.update import Update
from liftcheck.samples import Event, Samples
from liftcheck.trunk.mounting import Calibration

CHUNK_S = 120.0  # long enough for whole-array work, short enough for bounded memory


def analyze(
    samples: Samples,
    events: tuple[Event, ...] = (),
    settings: Settings | None = None,
    *,
    rate_hz: float | None = None,
    relearn: bool = False,
) -> Iterator[Update]:
    """Judges a whole recording, chunk by chunk of some minutes; the last update holds the final facts.

    A recording without a `session` event goes through the pipeline twice: the first pass learns the mounting and the
    sensor's offsets, the second judges. One written live is judged once, with the events it holds, so that the
    verdicts are those that were given live; `relearn` drops the pipeline's events and reads twice all the same.
    """
    live = any(event.kind == "session" for event in events)
    if relearn:
        events = tuple(event for event in events if event.by == "person")
    if live and not relearn:
        yield from _push_all(Analyzer(settings, rate_hz=rate_hz, learns=False), samples, events)
        return
    first = Analyzer(settings, rate_hz=rate_hz, keep_s=None)
    found = [event for update in _push_all(first, samples, events) for event in update.events]
    yield from _push_all(Analyzer(settings, rate_hz=rate_hz, learns=False), samples, _known(first, found, events))


def _known(first: Analyzer, found: list[Event], events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events of the second pass: what the first learnt, before all else, and the calibrations it saw done."""
    learnt = first.learnt()
    if learnt is None:
        return events
    done = [event for event in found if not Calibration.is_learnt(event)]
    errors = {key: learnt.as_data()[key] for key in ("acc_offset_mps2", "acc_gain", "errors_known")}
    done = [replace(event, data={**event.data, **errors}) if event.kind == "calibrated" else event for event in done]
    begin = Event(-1e-6 if not first.first_t else first.first_t - 1.0, "calibrated", "pipeline", learnt.as_data())
    return (begin, *events, *done)


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
