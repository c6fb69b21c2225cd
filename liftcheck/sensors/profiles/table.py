"""A TOML table that is read key by key: wrong types and unknown keys become one sentence that names file and key."""

import difflib
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn, cast

from liftcheck.errors import ProfileError

_KINDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}
_NEEDED: Any = object()
LARGEST = 1e12  # of any number in a profile: whatever is multiplied by it stays finite


class Table:
    """One table of the file. Every key is taken once; `done` complains about what nobody asked for."""

    def __init__(self, content: dict[str, Any], file: str, place: str = "") -> None:
        self.content, self.file, self.place = content, file, place
        self.known: set[str] = set()

    def where(self, key: str) -> str:
        """The key with the path to it, as in `frame[1].fields[0].scale`."""
        return f"{self.place}.{key}" if self.place else key

    def wrong(self, key: str, what: str) -> NoReturn:
        """Raises ProfileError: file, key, what is wrong."""
        raise ProfileError(f"{self.file}: {plain_line(f'{self.where(key)} {what}')}")

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self.known.add(key)
        if key not in self.content:
            if default is _NEEDED:
                self.wrong(key, f"is missing: {_KINDS[kind]} is needed")
            return default
        value = self.content[key]
        if kind is float and type(value) is int:
            value = float(value) if abs(value) < 2**64 else math.inf
        if type(value) is not kind:
            self.wrong(key, f"must be {_KINDS[kind]}, not {_KINDS.get(type(value), 'a date')}")
        if kind is float and not math.isfinite(cast(float, value)):
            self.wrong(key, "must be a finite number")
        return value

    def text(self, key: str, default: str = _NEEDED, allowed: tuple[str, ...] = ()) -> str:
        """A text, one of `allowed` if given."""
        value = cast(str, self._take(key, str, default))
        if not value.replace("\n", "").replace("\t", "").isprintable():
            self.wrong(key, "holds control characters, which a terminal might obey")
        if allowed and value not in allowed and key in self.content:
            self.wrong(key, f"is {value!r}{nearest(value, allowed)}; possible: {', '.join(allowed)}")
        return value

    def number(self, key: str, default: float = _NEEDED, low: float = -LARGEST, high: float = LARGEST) -> float:
        """A number within bounds."""
        value = cast(float, self._take(key, float, default))
        if not low <= value <= high:
            self.wrong(key, f"is {value:g}, must be between {low:g} and {high:g}")
        return value

    def whole(self, key: str, default: int = _NEEDED, low: int = 0, high: int = 65535) -> int:
        """A whole number within bounds."""
        value = cast(int, self._take(key, int, default))
        if not low <= value <= high:
            self.wrong(key, f"must be between {low} and {high}")
        return value

    def truth(self, key: str, default: bool) -> bool:
        """true or false."""
        return cast(bool, self._take(key, bool, default))

    def texts(self, key: str, default: tuple[str, ...] = _NEEDED) -> tuple[str, ...]:
        """A list of texts, or one text."""
        if isinstance(self.content.get(key), str):
            return (self.text(key),)
        items = self._take(key, list, default)
        if not all(isinstance(item, str) for item in items):
            self.wrong(key, "must hold texts only")
        each = Table({f"{key}[{i}]": item for i, item in enumerate(items)}, self.file, self.place)
        return tuple(each.text(name) for name in each.content)

    def rows(self, key: str, default: tuple[()] = _NEEDED) -> list[Any]:
        """A list of whatever; the caller looks at what is in it."""
        return list(self._take(key, list, default))

    def table(self, key: str, needed: bool = True) -> "Table":
        """A table inside; an empty one if it may be missing."""
        return Table(self._take(key, dict, _NEEDED if needed else {}), self.file, self.where(key))

    def tables(self, key: str) -> Iterator["Table"]:
        """A list of tables inside, empty if missing."""
        for i, item in enumerate(self.rows(key, ())):
            if not isinstance(item, dict):
                self.wrong(f"{key}[{i}]", "must be a table")
            yield Table(item, self.file, f"{self.where(key)}[{i}]")

    def done(self) -> None:
        """Complains about a key that nobody asked for, and names the nearest one that exists."""
        for key in self.content:
            if key not in self.known:
                self.wrong(key, f"is unknown{nearest(key, tuple(self.known))}")


def plain_line(text: str) -> str:
    """A stranger's words on one line, without signs that a terminal might obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:500]


def nearest(word: str, words: tuple[str, ...]) -> str:
    """`: did you mean ...?` with the word that looks most alike, or nothing."""
    found = difflib.get_close_matches(word, sorted(words), 1)
    return f" (did you mean {found[0]!r}?)" if found else ""


def hex_bytes(text: str) -> bytes | None:
    """Bytes from hex digits with or without blanks; None if it is something else."""
    packed = re.sub(r"\s+", "", text)
    if len(packed) % 2 or not re.fullmatch(r"[0-9a-fA-F]*", packed):
        return None
    return bytes.fromhex(packed)
