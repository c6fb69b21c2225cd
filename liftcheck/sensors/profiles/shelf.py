"""The profiles that come with the program, and which of them fits a sensor in range."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from liftcheck.errors import ProfileError
from liftcheck.sensors.profiles.profile import FirmwareProfile
from liftcheck.sensors.profiles.reader import read_profile
from liftcheck.shipped import shipped


@dataclass(frozen=True)
class Advert:
    """What a sensor in range says of itself. UUIDs in small letters, 8-4-4-4-12."""

    name: str | None = None
    service_uuids: tuple[str, ...] = ()
    company_ids: tuple[int, ...] = ()


@cache
def profiles() -> tuple[FirmwareProfile, ...]:
    """The shipped profiles, in alphabetical order of their ids."""
    paths = sorted(shipped("firmware_profiles").rglob("*.toml"))
    return tuple(sorted((read_profile(path) for path in paths), key=lambda profile: profile.id))


def load_profile(name_or_path: str | Path) -> FirmwareProfile:
    """A shipped profile by its id, or any profile by the path of its TOML file. ProfileError if there is none."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or text.endswith(".toml") or "/" in text or "\\" in text:
        return read_profile(Path(text).expanduser())
    known = {profile.id: profile for profile in profiles()}
    if text not in known:
        near = difflib.get_close_matches(text, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else "`liftcheck profiles list` shows the shipped ones"
        raise ProfileError(f"There is no profile {text!r}: {hint} (a file of your own is given by its path)")
    return known[text]


def matches(advert: Advert, among: Iterable[FirmwareProfile] | None = None) -> list[FirmwareProfile]:
    """The profiles that fit, the best one first."""
    scored = [(_score(profile, advert), profile) for profile in (profiles() if among is None else among)]
    return [profile for score, profile in sorted(scored, key=lambda s: -s[0]) if score > 0]


def match(advert: Advert, among: Iterable[FirmwareProfile] | None = None) -> FirmwareProfile | None:
    """The profile that fits best, or None."""
    found = matches(advert, among)
    return found[0] if found else None


def _score(profile: FirmwareProfile, advert: Advert) -> int:
    """A name counts more the longer the part is that fits; a company makes many things, so alone it says nothing."""
    wanted = profile.match
    name = (advert.name or "").lower()
    names = [len(prefix) for prefix in wanted.name_prefix if name.startswith(prefix.lower())]
    services = {uuid.lower() for uuid in advert.service_uuids} & set(wanted.service_uuids)
    score = (100 + max(names) if names else 0) + (50 if services else 0)
    return score + (10 if score and set(advert.company_ids) & set(wanted.company_ids) else 0)
