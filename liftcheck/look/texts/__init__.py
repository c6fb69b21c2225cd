"""The words of screen and report, two TOML files a language: xx.toml holds the window's, report/xx.toml the page's.

English is the reference; each file has the same keys.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es", "de", "pl", "fr")
FOLDER = Path(__file__).parent
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Texts:
    """The texts of one language: `texts("calibrate.bend", number=2, needed=3)`."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key`, its `{names}` replaced. KeyError if there is none."""
        return self.entries[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a text under `key`."""
        return key in self.entries

    def number(self, value: float, digits: int = 0) -> str:
        """A number as the language writes it: its decimal sign, thousands parted by a space that does not break."""
        text = f"{round(value, digits) + 0.0:,.{digits}f}"  # never minus zero
        text = text.replace(",", NO_BREAK).replace("-", "\u2212")
        return text.replace(".", self.entries["language.decimal"])

    def span(self, seconds: float) -> str:
        """A stretch of time in words: `4 s`, `6 min 20 s`, `2 h 5 min`."""
        whole = max(0, int(seconds))
        minutes, rest = divmod(whole, 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return f"{hours}{NO_BREAK}h {minutes}{NO_BREAK}min"
        return f"{minutes}{NO_BREAK}min {rest}{NO_BREAK}s" if minutes else f"{rest}{NO_BREAK}s"


def clock(seconds: float) -> str:
    """A running time: `0:14`, `12:47`, `1:02:47`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@cache
def texts(language: str) -> Texts:
    """The texts of a language of `LANGUAGES`; English for any other."""
    known = language if language in LANGUAGES else "en"
    return Texts(known, _read(FOLDER / f"{known}.toml") | _read(FOLDER / "report" / f"{known}.toml", "report."))


def _read(path: Path, prefix: str = "") -> dict[str, str]:
    with path.open("rb") as file:
        return _flat(tomllib.load(file), prefix)


def _flat(sections: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in sections.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = str(value)
    return found
