"""One recorded session, wherever it came from."""

from dataclasses import dataclass, field
from pathlib import Path

from liftcheck.samples import Event, Samples


@dataclass(frozen=True, eq=False)
class Recording:
    """Samples and events of one wearer, and what is known around them.

    samples are on the storage grid (`Samples.rounded`), t from 0. What is unknown is None.
    started: ISO 8601 with offset, the wall clock at t = 0. name: the file's name without folder and suffix.
    rate_hz: the rate that the file states, not the measured one. wearer: a pseudonym. site: one of `SITES`.
    quality: what the reader noticed and mended ("times repeated: 3 rows left out"), each a few words.
    reader: which reader understood the file ("liftcheck", "csv", "movella-dot", ...).
    """

    samples: Samples
    events: tuple[Event, ...] = ()
    name: str = ""
    path: str = ""
    reader: str = ""
    profile: str | None = None
    started: str | None = None
    rate_hz: float | None = None
    wearer: str | None = None
    site: str | None = None
    height_m: float | None = None
    load_kg: float | None = None
    note: str | None = None
    quality: tuple[str, ...] = field(default=())

    @property
    def duration_s(self) -> float:
        """From the first to the last sample."""
        return float(self.samples.t[-1] - self.samples.t[0]) if len(self.samples) else 0.0


def in_words(text: str, most: int = 60) -> str:
    """Somebody else's text, fit for `quality` or a screen: printable, short, without semicolons."""
    return " ".join("".join(c if c.isprintable() and c != ";" else " " for c in text[:most]).split())


def name_of(path: str | Path) -> str:
    """A recording's name: the file's name without folder and suffix (`.csv.gz` counts as one)."""
    path = Path(path)
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem
