"""TOML -> FirmwareProfile, with everything checked: nothing in a stranger's file is run, believed or left unread."""

import re
import tomllib
from pathlib import Path
from typing import Any, cast

import numpy as np

from liftcheck.errors import ProfileError
from liftcheck.samples import Array
from liftcheck.sensors.profiles.examples import check_examples, read_example
from liftcheck.sensors.profiles.framing import read_frame
from liftcheck.sensors.profiles.profile import Char, FirmwareProfile, Match, Option, Stream
from liftcheck.sensors.profiles.steps import Names, read_battery, read_keepalive, read_step
from liftcheck.sensors.profiles.table import Table, hex_bytes, nearest, plain_line

MOST_BYTES = 256_000
DEEPEST = 6
MOST_ENTRIES = 64  # of each kind: steps, frames, fields, examples; the shipped profiles need 16 at most

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_AXES = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}


def read_profile(path: Path) -> FirmwareProfile:
    """The profile in this file. ProfileError, one sentence with file and key, if anything in it is wrong."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(raw) > MOST_BYTES:
        raise ProfileError(f"{path}: larger than {MOST_BYTES // 1000} kB, which no profile needs")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path}: byte {error.start} is not UTF-8 text") from error
    return parse_profile(text, str(path))


def parse_profile(text: str, file: str) -> FirmwareProfile:
    """The profile in this text; file is the name used in messages."""
    if len(text) > MOST_BYTES:
        raise ProfileError(f"{file}: larger than {MOST_BYTES // 1000} kB, which no profile needs")
    try:
        content = tomllib.loads(text)
    except RecursionError as error:
        raise ProfileError(f"{file}: nested too deeply") from error
    except ValueError as error:
        raise ProfileError(f"{file}: is not TOML: {plain_line(str(error))}") from error
    _measure(content, file, "", 0)
    profile = _read(Table(content, file), text)
    check_examples(profile)
    return profile


def _measure(value: Any, file: str, place: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ProfileError(f"{file}: {plain_line(place)} is nested too deeply")
    if isinstance(value, dict | list):
        if len(value) > MOST_ENTRIES:
            raise ProfileError(f"{file}: {plain_line(place) or 'the file'} has more than {MOST_ENTRIES} entries")
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            name = f"{place}.{key}" if isinstance(value, dict) and place else f"{place}[{key}]" if place else str(key)
            if not name.isprintable():
                raise ProfileError(f"{file}: {plain_line(name)} holds control characters, which a terminal might obey")
            _measure(inner, file, name, depth + 1)


def _read(top: Table, text: str) -> FirmwareProfile:
    if top.whole("schema") != 1:
        top.wrong("schema", "must be 1, the only one there is")
    profile_id = top.text("id")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", profile_id):
        top.wrong("id", "must be small letters, digits and hyphens")
    chars = _read_chars(top)
    options = _read_options(top)
    steps_start = [read_step(t, Names(chars, options)) for t in top.tables("start")]
    stored = frozenset(name for step in steps_start for name in step.store)
    names = Names(chars, options, stored)
    frames = tuple(read_frame(t, names) for t in top.tables("frame"))
    if not any("acc" in frame.holds for frame in frames):
        top.wrong("frame", "needs at least one entry with a field named acc")
    profile = FirmwareProfile(
        id=profile_id,
        name=top.text("name"),
        path=top.file,
        text=text,
        sources=top.texts("sources"),
        note=top.text("note", ""),
        match=_read_match(top.table("match", needed=False)),
        chars=chars,
        options=options,
        stream=_read_stream(top.table("stream"), options),
        start=tuple(steps_start),
        stop=tuple(read_step(t, names) for t in top.tables("stop")),
        keepalive=tuple(read_keepalive(t, names) for t in top.tables("keepalive")),
        battery=read_battery(top.table("battery"), names) if "battery" in top else None,
        frames=frames,
        axes=_read_axes(top.table("axes", needed=False)),
        mounting=top.text("mounting", ""),
        limits=top.texts("limits", ()),
        examples=tuple(read_example(t, names, top.file) for t in top.tables("example")),
    )
    top.known |= {"battery"}
    top.done()
    _check_whole(top, profile)
    return profile


def _read_chars(top: Table) -> dict[str, Char]:
    table = top.table("chars")
    chars = {}
    for name, value in table.content.items():
        if isinstance(value, dict):
            inner = table.table(name)
            chars[name] = Char(name, _uuid(inner, "uuid"), _uuid(inner, "service"))
            inner.done()
        else:
            chars[name] = Char(name, _uuid(table, name))
    places = [(char.service, char.uuid) for char in chars.values()]
    if len(set(places)) < len(places):
        table.wrong(list(chars)[-1], "names a characteristic that another name has already")
    return chars


def _uuid(table: Table, key: str) -> str:
    value = table.text(key).lower()
    if re.fullmatch(r"[0-9a-f]{4}", value):
        value = f"0000{value}-0000-1000-8000-00805f9b34fb"
    if not _UUID.fullmatch(value):
        table.wrong(key, f"is {value!r}, which is no uuid (8-4-4-4-12 hex digits, or 4 for the Bluetooth SIG's own)")
    return value


def _read_match(table: Table) -> Match:
    companies = table.rows("company_ids", ())
    if not all(type(c) is int and 0 <= c <= 0xFFFF for c in companies):
        table.wrong("company_ids", "must hold whole numbers between 0 and 65535")
    services = table.texts("service_uuids", ())
    listed = Table({str(i): s for i, s in enumerate(services)}, table.file, table.where("service_uuids"))
    match = Match(
        name_prefix=table.texts("name_prefix", ()),
        service_uuids=tuple(_uuid(listed, str(i)) for i in range(len(services))),
        company_ids=tuple(companies),
    )
    if not all(match.name_prefix):
        table.wrong("name_prefix", "must not be empty: it would fit every sensor")
    table.done()
    return match


def _read_options(top: Table) -> dict[str, Option]:
    table = top.table("option", needed=False)
    options = {name: _read_option(table.table(name), name) for name in table.content}
    for name, option in options.items():
        leader = options.get(option.follows or name)
        if leader is None or (option.follows and leader.follows) or set(leader.choices) != set(option.choices):
            table.wrong(f"{name}.follows", "must name an option that follows none and has the same keys")
    return options


def _read_option(table: Table, name: str) -> Option:
    codes_table, scales_table = table.table("codes", needed=False), table.table("scales", needed=False)
    codes = {key: code_bytes(codes_table, key) for key in codes_table.content}
    scales = {key: scales_table.number(key) for key in scales_table.content}
    if not codes and not scales:
        table.wrong("codes", "is missing: an option needs codes, scales or both")
    if codes and scales and set(codes) != set(scales):
        table.wrong("scales", "must have the same keys as codes")
    follows = table.text("follows", "") or None
    default = table.content.get("default", next(iter(codes or scales)) if follows else "")
    table.known.add("default")
    if str(default) not in (codes or scales):
        table.wrong("default", f"must be one of {', '.join(codes or scales)}")
    table.done()
    return Option(name, default, codes, scales, follows)


def code_bytes(table: Table, key: str) -> bytes:
    """Hex digits and quoted ASCII: `27`, `c8 00`, `'104'`."""
    text = table.text(key)
    parts = [
        part[1:-1].encode("ascii", "replace") if part.startswith("'") else hex_bytes(part)
        for part in re.findall(r"'[^']*'|[^']+", text)
    ]
    if any(part is None for part in parts) or len(text) > 2000:
        table.wrong(key, f"is {text[:40]!r}: hex digits and 'quoted ASCII' are possible")
    return b"".join(cast(list[bytes], parts))


def _read_stream(table: Table, options: dict[str, Option]) -> Stream:
    rate: float | str
    if isinstance(table.content.get("rate"), str):
        rate = table.text("rate")
        if rate not in options:
            table.wrong("rate", f"names no option{nearest(rate, tuple(options))}")
        for choice in options[rate].choices:
            if not re.fullmatch(r"\d+(\.\d+)?", choice) or not 0.1 <= float(choice) <= 10_000:
                table.wrong("rate", f"takes the choices of option.{rate} as Hz, and {choice!r} is no rate")
    else:
        rate = table.number("rate", low=0.1, high=10_000)
    join = table.text("join", "", ("index", "counter", "stamp"))
    stream = Stream(
        rate=rate,
        time=cast(Any, table.text("time", allowed=("arrival", "count", "device"))),
        stamp_of=cast(Any, table.text("stamp_of", "first", ("first", "last"))),
        join=cast(Any, join or None),
        gyro_delay_samples=table.number("gyro_delay_samples", 0.0, 0.0, 1.0),
    )
    table.done()
    return stream


def _read_axes(table: Table) -> Array:
    if "matrix" in table:
        rows = table.rows("matrix")
        try:
            axes = np.array(rows, dtype=np.float64)
        except (TypeError, ValueError):
            axes = np.empty(0)
        if axes.shape != (3, 3):
            table.wrong("matrix", "must be three rows of three numbers")
    else:
        axes = np.array([_axis(table, key) for key in "xyz"], dtype=np.float64)
    table.done()
    if not np.allclose(axes @ axes.T, np.eye(3), atol=1e-6) or np.linalg.det(axes) < 0:
        raise ProfileError(
            f"{table.file}: axes is no rotation: x, y and z must be three different axes of the device, right-handed "
            "(turn one sign around)"
        )
    return axes


def _axis(table: Table, key: str) -> tuple[float, ...]:
    text = table.text(key, f"+{key}")
    found = re.fullmatch(r"([+-]?)([xyz])", text)
    if not found:
        table.wrong(key, f"is {text!r}: a device axis such as +x or -z is needed")
    sign = -1.0 if found[1] == "-" else 1.0
    return tuple(sign * v for v in _AXES[found[2]])


def _check_whole(top: Table, profile: FirmwareProfile) -> None:
    together = any(frame.holds == {"acc", "gyr"} for frame in profile.frames)
    if profile.has_gyro and not together and profile.stream.join is None:
        top.wrong("stream.join", "is missing: acc and gyr come in separate frames; index, counter or stamp is needed")
    if profile.stream.join and not any(frame.holds == {"gyr"} for frame in profile.frames):
        top.wrong("stream.join", "is given, but no frame holds gyr alone")
    for need, what in (("device", "stamp"), ("count", "counter")):
        for i, frame in enumerate(profile.frames):
            if frame.holds and need == profile.stream.time and getattr(frame, what) is None:
                top.wrong(f"frame[{i}].{what}", f'is missing, and stream.time is "{need}"')
    for i, frame in enumerate(profile.frames):
        if frame.holds and profile.stream.join in ("counter", "stamp") and getattr(frame, profile.stream.join) is None:
            top.wrong(f"frame[{i}].{profile.stream.join}", "is missing, and stream.join needs it")
    subscribed = {step.char for step in profile.start if step.kind == "subscribe"}
    for i, frame in enumerate(profile.frames):
        if frame.char not in subscribed:
            top.wrong(f"frame[{i}].char", f"is {frame.char!r}, to which no step of start subscribes")
    if not profile.has_gyro and not profile.limits:
        top.wrong("limits", "is missing: without gyr no lift can be judged, and the user must be told")
    if not profile.sources:
        top.wrong("sources", "is empty: say where these facts come from")
    if not profile.examples:
        top.wrong("example", "is missing: a profile without an example packet cannot be trusted")
