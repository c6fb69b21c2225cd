"""One recording -> its Score: the row of the table, and every bend behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from liftcheck.analysis import Settings, StreamFacts, analyze
from liftcheck.lifts.exposure import Exposure, ExposureDetails
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.load import BODY_M, EnteredLoad, LoadAssessment, lifting_index, sensed
from liftcheck.recording.checks import finite
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event
from liftcheck.scoring.columns import LIFT_COLUMNS, RECORDING_COLUMNS, Row, tidy_row

SHALLOW = "shallow"  # the reason of bends that are counted, and not judged


@dataclass(frozen=True)
class Score:
    """What one recording says of its wearer. row: the columns of `RECORDING_COLUMNS`, rounded; missing is None.

    lifts: every bend in order of time, those that are no lift too (`Lift.is_lift`). exposure, load: what the report
    tells beyond the row; load is None where none was entered.
    """

    row: Row
    lifts: tuple[Lift, ...]
    exposure: ExposureDetails | None = None
    load: LoadAssessment | None = None

    def lift_rows(self, *, all_bends: bool = False) -> list[Row]:
        """One row per judged lift, as `score --lifts` writes them; with `all_bends` the others too."""
        of = {name: self.row[name] for name in ("recording", "wearer", "path")}
        return [lift_row(lift, of) for lift in self.lifts if all_bends or lift.is_lift]


def score(recording: Recording, settings: Settings | None = None, *, relearn: bool = False) -> Score:
    """Judges a recording and sums it up in one row.

    What the recording says itself (site, height) goes before the settings. relearn: learn the mounting anew even if
    the recording holds what was decided while it was made. Memory grows with the lifts, not with the samples.
    """
    given = settings or Settings()
    samples, missing = finite(recording.samples)  # files are read so; a caller's own arrays may hold anything
    assumed = [*missing, *_assumed(recording, given)]
    settings = settings_for(recording, given)
    lifts: list[Lift] = []
    facts = StreamFacts()
    exposure = Exposure(settings.exposure)
    for update in analyze(samples, recording.events, settings, rate_hz=recording.rate_hz, relearn=relearn):
        exposure.push(update.motion, update.lifts)
        lifts += update.lifts
        facts = update.facts
    load, load_notes, assessed = _load(recording, lifts, facts.worn_s, settings.height_m)
    row = {
        **_of_the_recording(recording),
        **_of_the_stream(recording.events, facts),
        **_counts(lifts, facts.worn_s),
        **exposure.columns(),
        **load,
        "quality": "; ".join(dict.fromkeys((*recording.quality, *assumed, *facts.quality, *load_notes))),
    }
    return Score(tidy_row(row, RECORDING_COLUMNS), tuple(lifts), exposure.details(), assessed)


def settings_for(recording: Recording, settings: Settings) -> Settings:
    """The settings with what the recording says of its own site and wearer put in."""
    return replace(settings, site=recording.site or settings.site, height_m=recording.height_m or settings.height_m)


def _assumed(recording: Recording, settings: Settings) -> list[str]:
    """What nobody said of a recording, so that the default stands in."""
    said = {event.kind for event in recording.events}
    notes = []
    if recording.site is None and "site" not in said and settings.site == Settings().site:
        notes.append(f"site not given: taken for {settings.site}")
    if recording.height_m is None and "height" not in said and settings.height_m is None:
        notes.append(f"height not given: taken for {BODY_M} m")
    return notes


def lift_row(lift: Lift, of: Mapping[str, Any]) -> Row:
    """A lift as a row; `of` holds what belongs to its recording: recording, wearer, path."""
    values = {c.name: getattr(lift, c.name) for c in LIFT_COLUMNS if hasattr(lift, c.name)}
    technique = None if lift.technique is None else lift.technique.value
    return tidy_row({**values, **of, "technique": technique, "quality": "; ".join(lift.quality)}, LIFT_COLUMNS)


def _of_the_recording(recording: Recording) -> dict[str, Any]:
    said = {event.kind: event.data for event in recording.events if event.kind == "wearer"}
    return {
        "recording": recording.name,
        "wearer": said.get("wearer", {}).get("wearer") or recording.wearer,
        "started": recording.started,
        "path": recording.path,
    }


def _of_the_stream(events: Iterable[Event], facts: StreamFacts) -> dict[str, Any]:
    return {
        "duration_s": facts.duration_s,
        "worn_s": facts.worn_s,
        "rate_hz": facts.rate_hz,
        "loss_percent": _loss_percent(events, facts),
        "slips": facts.slips,
        "calibration": facts.calibration,
    }


def _loss_percent(events: Iterable[Event], facts: StreamFacts) -> float | None:
    counted = [event.data for event in events if event.kind == "loss"]
    lost = sum(data.get("lost", 0) for data in counted)
    sent = lost + sum(data.get("received", 0) for data in counted)
    if sent:
        return 100.0 * float(lost) / float(sent)
    return 100.0 * facts.gap_s / facts.duration_s if facts.duration_s > 0 else None


def _counts(lifts: Iterable[Lift], worn_s: float) -> dict[str, Any]:
    lifts = list(lifts)
    by = Counter(lift.technique for lift in lifts if lift.is_lift)
    judged = by[Technique.LEGS] + by[Technique.MIXED] + by[Technique.BACK]
    return {
        "lifts": by.total(),
        **{technique.value: by[technique] for technique in Technique},
        "back_percent": 100.0 * by[Technique.BACK] / judged if judged else None,
        "shallow_bends": sum(lift.reason == SHALLOW for lift in lifts if not lift.is_lift),
        "lifts_per_hour": 3600.0 * by.total() / worn_s if worn_s > 0 else None,
    }


def _load(
    recording: Recording, lifts: list[Lift], worn_s: float, height_m: float | None
) -> tuple[dict[str, Any], list[str], LoadAssessment | None]:
    """The columns of an entered load, and what has to be said of them. The last load entered counts."""
    entered = [event.data for event in recording.events if event.kind == "load"]
    if not entered and recording.load_kg is None:
        return {}, [], None
    try:
        load = EnteredLoad.from_data(entered[-1] if entered else {"load_kg": recording.load_kg})
    except ValueError as error:
        return {}, [str(error)], None
    if worn_s <= 0:
        return {"load_kg": load.load_kg}, [], None
    seen = sensed(lifts, height_m)
    rate = 60.0 * sum(lift.is_lift for lift in lifts) / worn_s
    assessed = lifting_index(load, rate, worn_s / 3600.0, height_m=height_m, **vars(seen))
    unknown = [m.given for m in assessed.multipliers if m.origin == "assumed"]
    notes = [f"lifting index is the least it can be: {', '.join(unknown)}"] if unknown else []
    notes += ["no weight is recommended for such lifts (NIOSH)"] if assessed.index is None else []
    return {"load_kg": load.load_kg, "lifting_index": assessed.index}, notes, assessed
