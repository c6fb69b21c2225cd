"""Settings from a TOML file, checked key by key: a misspelt or impossible setting never passes in silence."""

import difflib
import math
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from liftcheck.analysis import Settings
from liftcheck.errors import SettingsError
from liftcheck.trunk.mounting import SITE_ALIASES, SITES

S = TypeVar("S")

# What a setting's name ends in says what its value cannot be: no duration, mass or rate is negative.
_NEVER_NEGATIVE = ("_s", "_ms", "_kg", "_hz", "_percent", "_min", "_minutes")
_PROBABILITIES = ("_probability", "_share")


def read_settings(path: str | Path, cls: type[S] = Settings) -> S:  # type: ignore[assignment]
    """The settings in a TOML file; what it does not name keeps its default.

    cls: the frozen dataclass to fill; a field that is itself a dataclass is a table of the file.
    Raises SettingsError naming the file and the key for unknown keys, wrong types and impossible values.
    """
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise SettingsError(f"{path} is nested too deeply") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no TOML: {error}") from error
    return settings_from(data, cls, str(path))


def settings_from(data: Mapping[str, Any], cls: type[S] = Settings, source: str = "settings") -> S:  # type: ignore[assignment]
    """The settings in a mapping such as `settings_data` gives; `source` names it in errors."""
    return typing.cast(S, _filled(data, cls, source, ""))


def settings_data(settings: Any) -> dict[str, Any]:
    """Settings as plain JSON values, nested as they are: for a session event, a journal, a hash."""
    return typing.cast(dict[str, Any], _plain(asdict(settings)))


def parse_site(text: str) -> str:
    """The site by any of its names. Raises SettingsError with the names there are."""
    name = text.strip().lower().replace("_", "-")
    name = SITE_ALIASES.get(name, name)
    if name not in SITES:
        raise SettingsError(
            f"site {text[:40]!r} is unknown{_nearest(name, [*SITES, *SITE_ALIASES])}: {', '.join(SITES)}"
        )
    return name


def parse_axes(text: str) -> str:
    """Which sensor axis points up and which forward, as "up=-y,forward=+z". Raises SettingsError if impossible."""
    found: dict[str, str] = {}
    for part in text.replace(" ", "").lower().split(","):
        match = re.fullmatch(r"(up|forward)=([+-]?)([xyz])", part)
        if match is None or match[1] in found:
            raise SettingsError(f"axes {text!r}: say it like up=-y,forward=+z")
        found[match[1]] = (match[2] or "+") + match[3]
    if found.keys() != {"up", "forward"}:
        raise SettingsError(f"axes {text!r}: both up and forward are needed, like up=-y,forward=+z")
    if found["up"][1] == found["forward"][1]:
        raise SettingsError(f"axes {text!r}: up and forward cannot lie on the same axis")
    return f"up={found['up']},forward={found['forward']}"


def _filled(data: Mapping[str, Any], cls: Any, source: str, prefix: str) -> Any:
    hints = typing.get_type_hints(cls)
    known = {f.name: hints[f.name] for f in fields(cls) if f.init}
    values = {}
    for key, value in data.items():
        where = prefix + key
        if key not in known:
            raise SettingsError(f"{source}: there is no setting {where[:80]!r}{_nearest(key[:80], known)}")
        values[key] = _value(value, known[key], source, where)
    try:
        return cls(**values)
    except ValueError as error:  # a settings class may know more about its own values
        raise SettingsError(f"{source}: {prefix.rstrip('.') or 'settings'}: {error}") from error


def _value(value: Any, kind: Any, source: str, where: str) -> Any:
    if is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise SettingsError(f"{source}: {where!r} is a table: write [{where}] and its settings below")
        return _filled(value, kind, source, f"{where}.")
    try:
        fitted = _fitted(value, kind)
        _check_possible(fitted, where.rpartition(".")[2])
    except ValueError as error:
        raise SettingsError(f"{source}: {where[:80]!r} {str(error)[:300]}") from None
    return _named(fitted, where, source)


def _named(value: Any, where: str, source: str) -> Any:
    """Sites and axes are words with their own spelling."""
    parse = {"site": parse_site, "axes": parse_axes}.get(where)
    if parse is None or not isinstance(value, str):
        return value
    try:
        return parse(value)
    except SettingsError as error:
        raise SettingsError(f"{source}: {error}") from None


def _fitted(value: Any, kind: Any) -> Any:
    """The value as the type that the setting has. ValueError if it is of another."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _fitted_to_one_of(value, arguments)
    if origin is tuple:
        return _fitted_tuple(value, arguments)
    if origin is typing.Literal:
        if value not in arguments:
            raise ValueError(f"must be one of {', '.join(map(str, arguments))}, not {value!r}")
        return value
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"must be one of {', '.join(str(m.value) for m in kind)}, not {value!r}") from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:  # bool is an int to isinstance, and a mistake here
        names = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}
        raise ValueError(f"must be {names.get(kind, str(kind))}, not {value!r}")
    return value


def _fitted_to_one_of(value: Any, kinds: tuple[Any, ...]) -> Any:
    if value is None and type(None) in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not type(None))
    for kind in kinds[:-1]:
        try:
            return _fitted(value, kind)
        except ValueError:
            continue
    return _fitted(value, kinds[-1])


def _fitted_tuple(value: Any, kinds: tuple[Any, ...]) -> Any:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list, not {value!r}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_fitted(item, kinds[0]) for item in value)
    if len(value) != len(kinds):
        raise ValueError(f"must hold {len(kinds)} values, not {len(value)}")
    return tuple(_fitted(item, kind) for item, kind in zip(value, kinds, strict=True))


def _check_possible(value: Any, name: str) -> None:
    if isinstance(value, tuple):
        for item in value:
            _check_possible(item, name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if not math.isfinite(value):
        raise ValueError(f"must be a finite number, not {value}")
    if value < 0 and name.endswith(_NEVER_NEGATIVE) and not name.endswith(("_deg_s", "_per_s")):
        raise ValueError(f"cannot be negative: {value}")
    if name.endswith(_PROBABILITIES) and not 0 <= value <= 1:
        raise ValueError(f"must lie between 0 and 1, not {value}")
    if name == "height_m" and not 0.5 <= value <= 2.6:
        raise ValueError(f"must be a person's height in metres, not {value}")


def _nearest(name: str, known: typing.Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
