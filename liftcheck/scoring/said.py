"""What a person says about recordings that do not say it themselves: wearer, site, height, load."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from liftcheck.errors import SettingsError
from liftcheck.lifts.load import EnteredLoad
from liftcheck.recording import labels
from liftcheck.recording.labels import Facts
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event


@dataclass(frozen=True)
class Wearers:
    """What tables say, by the name of a recording or of a wearer."""

    facts: Mapping[str, Facts] = field(default_factory=dict)

    def of(self, recording: str, wearer: str | None) -> Facts:
        """What is said of a recording: first about itself, then about its wearer."""
        said = self.facts.get(recording, Facts())
        return first(said, self.facts.get(wearer or said.wearer or "", Facts()))

    def narrowed(self, recording: str) -> "Wearers":
        """Only what may concern one recording, so that little travels to another process."""
        said = self.facts.get(recording)
        if said is None or said.wearer is None:  # the recording itself may name its wearer
            return self
        return Wearers({name: self.facts[name] for name in (recording, said.wearer) if name in self.facts})

    def with_facts(self, recording: str, facts: Facts) -> "Wearers":
        """The same, with this said of a recording before what is known of it."""
        return Wearers({**self.facts, recording: first(facts, self.facts.get(recording, Facts()))})


def read_wearers(paths: Iterable[Path]) -> Wearers:
    """What tables say; the first table that says something counts. RecordingError or SettingsError names the place."""
    wearers: dict[str, Facts] = {}
    for path in paths:
        for name, facts in labels.read_wearers(path).items():
            wearers[name] = first(wearers.get(name, Facts()), checked(facts, f"{path}: {name}"))
    return Wearers(wearers)


def first(facts: Facts, other: Facts) -> Facts:
    """What is said, with what the other says put where nothing is."""
    mine = {f.name: getattr(facts, f.name) for f in fields(facts)}
    return replace(other, **{name: value for name, value in mine.items() if value is not None})


def checked(facts: Facts, where: str) -> Facts:
    """The same. Raises SettingsError, beginning with `where`, if the load cannot be."""
    try:
        if facts.load_kg is not None:
            EnteredLoad.from_data(_load(facts))
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return facts


def put_into(recording: Recording, facts: Facts) -> Recording:
    """The recording with this said where it does not say it itself."""
    events = recording.events
    if facts.load_kg is not None and recording.load_kg is None and not any(event.kind == "load" for event in events):
        events = (Event(0.0, "load", "person", _load(facts)), *events)
    return replace(
        recording,
        events=events,
        wearer=recording.wearer or facts.wearer,
        site=recording.site or facts.site,
        height_m=recording.height_m or facts.height_m,
        load_kg=recording.load_kg or facts.load_kg,
    )


def _load(facts: Facts) -> dict[str, Any]:
    said = {
        "load_kg": facts.load_kg,
        "reach_m": facts.reach_m,
        "from_m": facts.lift_from_m,
        "to_m": facts.lift_to_m,
        "coupling": facts.coupling,
    }
    return {name: value for name, value in said.items() if value is not None}
