"""What a person says about recordings that do not say it themselves: wearer, site, height, load."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from liftcheck.errors import SettingsError
from liftcheck.lifts.load import EnteredLoad
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event
from liftcheck.scoring.files import number, read_rows
from liftcheck.settings import parse_site


@dataclass(frozen=True)
class Said:
    """What was said about one recording; None where nothing was.

    height_m: the wearer's. load_kg, reach_m (from the ankles to the load), lift_from_m and lift_to_m (of the hands
    over the floor), coupling (how well the load can be gripped): for the lifting index.
    """

    wearer: str | None = None
    site: str | None = None
    height_m: float | None = None
    load_kg: float | None = None
    reach_m: float | None = None
    lift_from_m: float | None = None
    lift_to_m: float | None = None
    coupling: str | None = None

    def over(self, other: "Said") -> "Said":
        """The same, with what the other says put where this one says nothing."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(other, **{name: value for name, value in mine.items() if value is not None})

    def put_into(self, recording: Recording) -> Recording:
        """The recording with this said where it does not say it itself."""
        events = recording.events
        if self.load_kg is not None and not any(event.kind == "load" for event in events):
            events = (Event(0.0, "load", "person", self._load()), *events)
        return replace(
            recording,
            events=events,
            wearer=recording.wearer or self.wearer,
            site=recording.site or self.site,
            height_m=recording.height_m or self.height_m,
            load_kg=recording.load_kg or self.load_kg,
        )

    def checked(self, where: str) -> "Said":
        """The same. Raises SettingsError, beginning with `where`, if the load cannot be."""
        try:
            if self.load_kg is not None:
                EnteredLoad.from_data(self._load())
        except ValueError as error:
            raise SettingsError(f"{where}: {error}") from None
        return self

    def _load(self) -> dict[str, Any]:
        said = {
            "load_kg": self.load_kg,
            "reach_m": self.reach_m,
            "from_m": self.lift_from_m,
            "to_m": self.lift_to_m,
            "coupling": self.coupling,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Wearers:
    """What tables say, by recording and by wearer."""

    by_recording: Mapping[str, Said] = field(default_factory=dict)
    by_wearer: Mapping[str, Said] = field(default_factory=dict)

    def of(self, recording: str, wearer: str | None) -> Said:
        """What is said of a recording: first about itself, then about its wearer."""
        said = self.by_recording.get(recording, Said())
        return said.over(self.by_wearer.get(wearer or said.wearer or "", Said()))

    def narrowed(self, recording: str) -> "Wearers":
        """Only what may concern one recording, so that little travels to another process."""
        said = self.by_recording.get(recording)
        own = {} if said is None else {recording: said}
        if said is None or said.wearer is None:  # the recording itself may name its wearer
            return Wearers(own, self.by_wearer)
        return Wearers(own, {name: other for name, other in self.by_wearer.items() if name == said.wearer})


def read_wearers(paths: Iterable[Path]) -> Wearers:
    """What tables say: rows keyed by `recording`, else by `wearer`. Columns that say nothing of interest are ignored.

    Raises SettingsError naming the file and the row if there is no key or a value is impossible.
    """
    by_recording: dict[str, Said] = {}
    by_wearer: dict[str, Said] = {}
    for path in paths:
        for place, row in enumerate(read_rows(path), start=2):
            key = row.get("recording") or row.get("wearer")
            if not key:
                raise SettingsError(f"{path}: row {place} names neither a recording nor a wearer.")
            into = by_recording if row.get("recording") else by_wearer
            into[str(key)] = said_in(row, f"{path}: row {place}").over(into.get(str(key), Said()))
    return Wearers(by_recording, by_wearer)


def said_in(row: Mapping[str, Any], where: str) -> Said:
    """What a row of a table says about its recording or wearer."""
    try:
        site = parse_site(str(row["site"])) if row.get("site") else None
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from None
    return Said(
        wearer=None if row.get("wearer") is None else str(row["wearer"]),
        site=site,
        height_m=_positive(row, "height_m", where),
        load_kg=_positive(row, "load_kg", where),
        reach_m=_positive(row, "reach_m", where),
        lift_from_m=_positive(row, "lift_from_m", where),
        lift_to_m=_positive(row, "lift_to_m", where),
        coupling=row.get("coupling"),
    ).checked(where)


def _positive(row: Mapping[str, Any], column: str, where: str) -> float | None:
    value = number(row, column)
    if row.get(column) not in (None, "") and (value is None or value < 0):
        raise SettingsError(f"{where}: {column} {row[column]!r} is no number that is possible here.")
    if column == "height_m" and value is not None and not 0.5 <= value <= 2.6:
        raise SettingsError(f"{where}: height_m {row[column]!r} is no person's height in metres.")
    return value
