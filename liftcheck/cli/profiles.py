"""`liftcheck profiles list | show | check`: which sensors are known, what is said to them, is a file right?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from liftcheck.cli.options import examples, json_option, say
from liftcheck.cli.verbosity import verbosity
from liftcheck.errors import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liftcheck.sensors.profiles.layout import Frame
    from liftcheck.sensors.profiles.profile import Bytes, FirmwareProfile, Step


@click.group(epilog=examples("liftcheck profiles list", "liftcheck profiles show movesense"))
def profiles() -> None:
    """Shows and checks firmware profiles: the TOML files that tell how a sensor is started and read.

    A profile is named by its id or by the path of a TOML file; a file of your own needs no installing.
    """


@profiles.command("list", epilog=examples("liftcheck profiles list --json"))
@json_option("A list of profiles as JSON on stdout.")
@verbosity
def list_(as_json: bool, quiet: bool) -> None:
    """Lists the profiles that come with liftcheck."""
    from liftcheck.sensors.profiles import plain
    from liftcheck.sensors.profiles import profiles as shipped_profiles

    known = shipped_profiles()
    if as_json:
        click.echo(json.dumps([plain(profile) for profile in known], indent=2))
        return
    rates = [", ".join(plain(profile)["rates"]) or f"{profile.rate_hz():g}" for profile in known]
    wide, wider = max(len(profile.id) for profile in known), max(map(len, rates)) + 3
    for profile, hz in zip(known, rates, strict=True):
        gyro = "" if profile.has_gyro else "; no gyroscope"
        click.echo(f"{profile.id:{wide}}  {hz + ' Hz':{wider}}  {profile.name}{gyro}")


@profiles.command(epilog=examples("liftcheck profiles show movesense", "liftcheck profiles show acme.toml"))
@click.argument("profile")
@click.option("--toml", is_flag=True, help="The file as it is.")
@verbosity
def show(profile: str, toml: bool, quiet: bool) -> None:
    """Shows what a profile says: how the sensor is found, what is written to it, what comes back."""
    from liftcheck.sensors.profiles import load_profile

    found = load_profile(profile)
    click.echo(found.text.rstrip("\n") if toml else "\n".join(_lines(found)))


@profiles.command(epilog=examples("liftcheck profiles check", "liftcheck profiles check acme.toml"))
@click.argument("names", nargs=-1, metavar="[PROFILE]...")
@verbosity
def check(names: tuple[str, ...], quiet: bool) -> None:
    """Checks profiles and decodes their examples; without a name, all that come with liftcheck."""
    from liftcheck.sensors.profiles import load_profile

    failed = False
    for name in names or _shipped_paths():
        try:
            profile = load_profile(name)
        except ProfileError as error:
            say(str(error))
            failed = True
            continue
        origins = Counter(example.origin for example in profile.examples)
        told = ", ".join(f"{count} {origin}" for origin, count in origins.items())
        click.echo(f"{profile.id}: fine; examples: {told}")
        if set(origins) == {"synthetic"}:
            say(f"{profile.id}: no packet of a real sensor is among the examples.", quiet=quiet)
    if failed:
        raise SystemExit(1)


def _shipped_paths() -> list[Path]:
    from liftcheck.shipped import shipped

    return sorted(shipped("firmware_profiles").rglob("*.toml"))


def _lines(profile: FirmwareProfile) -> Iterator[str]:
    yield f"{profile.name}  [{profile.id}]"
    yield profile.path
    known = profile.match
    yield "found by: " + ", ".join(
        [*known.name_prefix, *known.service_uuids, *(f"company {company:#06x}" for company in known.company_ids)]
    )
    for option in profile.options.values():
        if not option.follows:
            yield f"{option.name}: {', '.join(option.choices)} (default {option.default})"
    for title, steps in (("start", profile.start), ("stop", profile.stop)):
        yield f"{title}:"
        yield from (f"  {_step(profile, step)}" for step in steps)
    for alive in profile.keepalive:
        yield f"every {alive.every_s:g} s: {_step(profile, alive.step)}"
    yield "frames:"
    yield from (f"  {_frame(frame)}" for frame in profile.frames)
    join = profile.stream.join
    yield f"times: {_TIMES[profile.stream.time]}" + (f"; acc and gyr joined by {join}" if join else "")
    if profile.mounting:
        yield f"mounting: {profile.mounting}"
    yield from (f"limit: {limit}" for limit in profile.limits)
    yield from (f"source: {source}" for source in profile.sources)
    yield from (f"example: {example.origin}: {example.source}" for example in profile.examples)
    if profile.note:
        yield f"note: {' '.join(profile.note.split())}"


_TIMES = {
    "arrival": "from the arrivals alone (the sensor sends neither counter nor clock)",
    "count": "from the sensor's counter",
    "device": "from the sensor's clock",
}


def _step(profile: FirmwareProfile, step: Step) -> str:
    if step.kind == "subscribe":
        return f"subscribe to {step.char}"
    if step.kind == "patch":
        return f"in {step.char}, " + ", ".join(f"byte {at} := {_hex(profile, new)}" for at, new in step.patches)
    answer = f", expecting {step.expect.when}" if step.expect else ""
    return f"write {_hex(profile, step.data)} to {step.char}{answer}"


def _hex(profile: FirmwareProfile, data: Bytes) -> str:
    return profile.bytes_of(data).hex(" ")


def _frame(frame: Frame) -> str:
    head = f"sync {frame.sync.hex(' ')}, {frame.size} bytes" if frame.sync else str(frame.when or "any")
    fields = ", ".join(f"{f.name} {f.n} x {f.type}" + (f" {f.unit}" if f.unit else "") for f in frame.fields)
    return f"{frame.char}: {head}: {fields}"
