"""A profile's own examples: packets, and the numbers they must give. A profile that fails its examples is refused."""

from typing import Any, cast

from liftcheck.errors import ProfileError
from liftcheck.sensors.profiles.profile import Choice, Example, FirmwareProfile
from liftcheck.sensors.profiles.steps import Names, read_char
from liftcheck.sensors.profiles.table import Table, hex_bytes, nearest

_OWN = ("origin", "source", "char", "hex", "options", "stored", "count", "stamp_s", "counter", "battery", "tolerance")


def read_example(table: Table, names: Names, file: str) -> Example:
    """One entry of example: every key that is not the example's own names a field and holds its values."""
    packets = []
    for text in table.texts("hex"):
        data = hex_bytes(text)
        if data is None or not data:
            table.wrong("hex", f"is {text[:40]!r}, which is not hex digits")
        packets.append(data)
    values = {key: _read_values(table, key) for key in table.content if key not in _OWN}
    battery = table.number("battery", 0.0) if "battery" in table else None
    counts = [max(v, default=-1) + 1 for v in values.values()]
    example = Example(
        origin=cast(Any, table.text("origin", allowed=("captured", "vendor test", "synthetic"))),
        source=table.text("source"),
        char=read_char(table, "char", names),
        packets=tuple(packets),
        options=_read_choices(table.table("options", needed=False), names),
        stored=_read_stored(table.table("stored", needed=False), names),
        count=table.whole("count", max(counts, default=0)),
        values=values,
        stamp_s=table.number("stamp_s") if "stamp_s" in table else None,
        counter=table.whole("counter", high=2**63) if "counter" in table else None,
        battery=battery,
        tolerance=table.number("tolerance", 1e-6, 0.0, 10.0),
    )
    if not values and battery is None:
        table.wrong("acc", "is missing: an example needs the values that its packets mean")
    table.done()
    return example


def _read_values(table: Table, key: str) -> dict[int, tuple[float, ...]]:
    """All samples as a list of rows, or some as a table { 0 = [x, y, z], 56 = [x, y, z] }."""
    if isinstance(table.content[key], dict):
        inner = table.table(key)
        if not all(name.isdecimal() and len(name) < 5 for name in inner.content):
            table.wrong(key, "must have sample numbers as keys, from 0")
        return {int(name): _row(inner, name, inner.rows(name)) for name in inner.content}
    return {i: _row(table, f"{key}[{i}]", row) for i, row in enumerate(table.rows(key))}


def _row(table: Table, key: str, row: Any) -> tuple[float, ...]:
    if not isinstance(row, list) or not row or not all(type(v) in (int, float) and abs(v) < 1e12 for v in row):
        table.wrong(key, "must be a list of numbers")
    return tuple(float(v) for v in row)


def _read_choices(table: Table, names: Names) -> dict[str, Choice]:
    for key, value in table.content.items():
        if key not in names.options:
            table.wrong(key, f"is no option{nearest(key, tuple(names.options))}")
        if type(value) not in (int, float, str):
            table.wrong(key, "must be one of the option's choices")
    return dict(table.content)


def _read_stored(table: Table, names: Names) -> dict[str, float]:
    for key in table.content:
        if key not in names.stored:
            table.wrong(key, f"is stored by no step of start{nearest(key, tuple(names.stored))}")
    return {key: table.number(key) for key in table.content}


def check_examples(profile: FirmwareProfile) -> None:
    """Decodes every example. ProfileError naming file, example and field where the result is another."""
    for i, example in enumerate(profile.examples):
        problem = difference(profile, example)
        if problem:
            raise ProfileError(f"{profile.path}: example[{i}]{problem}")


def difference(profile: FirmwareProfile, example: Example) -> str | None:
    """What an example decodes to that it should not, in words; None if it is as it should be."""
    from liftcheck.sensors.decoder import PacketDecoder  # decoding needs profiles; only checking needs decoding
    from liftcheck.sensors.packets import Packet

    try:
        decoder = PacketDecoder(profile, example.options, example.stored)
    except ProfileError as error:
        return f".options: {error}"
    messages = [m for p in example.packets for m in decoder.messages(Packet(0.0, p, example.char))]
    messages += decoder.pending_messages()
    if example.battery is not None and not _near(decoder.battery, example.battery, example.tolerance):
        return f".battery decodes to {decoder.battery}, not {example.battery:g}"
    for name, rows in example.values.items():
        found = [row for m in messages if name in m.values for row in m.values[name].tolist()]
        if len(found) != example.count:
            return f".{name}: {len(found)} samples decoded, {example.count} expected"
        for k, row in rows.items():
            if k >= len(found) or len(row) != len(found[k]):
                return f".{name}[{k}] has {len(row)} numbers, the packet does not"
            if not all(_near(a, b, example.tolerance) for a, b in zip(found[k], row, strict=True)):
                shown = ", ".join(f"{v:.6g}" for v in found[k])
                return f".{name}[{k}] decodes to ({shown}), not ({', '.join(f'{v:g}' for v in row)})"
    for name, want in (("stamp_s", example.stamp_s), ("counter", example.counter)):
        if want is not None and (not messages or not _near(getattr(messages[0], name), want, 1e-9)):
            return f".{name} decodes to {getattr(messages[0], name) if messages else None}, not {want}"
    return None


def _near(found: float | None, wanted: float, tolerance: float) -> bool:
    return found is not None and abs(found - wanted) <= tolerance * 1.000001 + 1e-12 * abs(wanted)
