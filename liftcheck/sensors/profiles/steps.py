"""The parts of a profile that say what is written to a sensor, and what is read out of its answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from liftcheck.sensors.profiles.layout import WIDTHS, Mask
from liftcheck.sensors.profiles.profile import Answer, Battery, Bytes, Char, Checksum, Expect, Keepalive, Option, Step
from liftcheck.sensors.profiles.table import Table, hex_bytes, nearest

MOST_WRITTEN = 512  # the longest value a characteristic can have


@dataclass(frozen=True)
class Names:
    """What other parts of the file may refer to."""

    chars: Mapping[str, Char]
    options: Mapping[str, Option]
    stored: frozenset[str] = field(default=frozenset())


def read_char(table: Table, key: str, names: Names) -> str:
    """The name of a characteristic that [chars] holds."""
    name = table.text(key)
    if name not in names.chars:
        table.wrong(key, f"is {name!r}, which is not in [chars]{nearest(name, tuple(names.chars))}")
    return name


def read_mask(table: Table, key: str) -> Mask:
    """`02 ?? 81`: bytes, or ?? for any."""
    parts = table.text(key).split()
    if not 1 <= len(parts) <= 64 or not all(re.fullmatch(r"\?\?|[0-9a-fA-F]{2}", part) for part in parts):
        table.wrong(key, "must be bytes parted by blanks, `??` for any: 02 ?? 81")
    return Mask(tuple(None if part == "??" else int(part, 16) for part in parts))


def read_type(table: Table, key: str = "type") -> str:
    """A number type."""
    return table.text(key, allowed=tuple(WIDTHS))


def read_bytes(table: Table, key: str, names: Names) -> Bytes:
    """Hex digits, 'quoted ASCII' and {options}, with an optional checksum beside it."""
    parts: list[bytes | str] = []
    for part in re.findall(r"'[^']*'|\{[^}]*\}|[^'{]+|.", table.text(key)):
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1]
            if name not in names.options or not names.options[name].codes:
                table.wrong(key, f"uses {part}, but there are no codes for it{nearest(name, tuple(names.options))}")
            parts.append(name)
        elif part.startswith("'") and len(part) > 1 and part.isascii():
            parts.append(part[1:-1].encode())
        elif (plain := hex_bytes(part)) is not None:
            parts.append(plain)
        else:
            table.wrong(
                key, f"cannot be read at {part[:20]!r}: hex digits, 'quoted ASCII' and {{options}} are possible"
            )
    if sum(len(p) for p in parts) > MOST_WRITTEN:
        table.wrong(key, f"is longer than {MOST_WRITTEN} bytes")
    return Bytes(tuple(parts), _read_checksum(table))


def _read_checksum(table: Table) -> Checksum | None:
    if "checksum" not in table:
        return None
    inner = table.table("checksum")
    checksum = Checksum(
        at=inner.whole("at", high=MOST_WRITTEN),
        kind=cast(Any, inner.text("kind", allowed=("sum", "zero-sum"))),
        start=inner.whole("start", 0, high=MOST_WRITTEN),
    )
    inner.done()
    return checksum


def read_step(table: Table, names: Names) -> Step:
    """One entry of start or stop."""
    step = _read_step(table, names)
    table.done()
    return step


def _read_step(table: Table, names: Names) -> Step:
    kinds = [kind for kind in ("subscribe", "write", "patch") if kind in table]
    if len(kinds) != 1:
        table.wrong("write", "or subscribe or patch is needed: exactly one of them")
    if kinds == ["subscribe"]:
        return Step("subscribe", read_char(table, "subscribe", names), after_s=_after(table))
    if kinds == ["patch"]:
        char = read_char(table, "patch", names)
        return Step("patch", char, after_s=_after(table), patches=_read_patches(table, names))
    return Step(
        "write",
        read_char(table, "write", names),
        data=read_bytes(table, "hex", names),
        response=table.truth("response", True),
        after_s=_after(table),
        expect=_read_expect(table.table("expect"), names) if "expect" in table else None,
        store=_read_store(table),
    )


def _after(table: Table) -> float:
    return table.number("after_ms", 0.0, 0.0, 10_000.0) / 1000


def _read_patches(table: Table, names: Names) -> tuple[tuple[int, Bytes], ...]:
    patches = []
    for inner in table.tables("with"):
        patches.append((inner.whole("at", high=MOST_WRITTEN), read_bytes(inner, "hex", names)))
        inner.done()
    if not patches:
        table.wrong("with", "is missing: a list of { at, hex } is needed")
    return tuple(patches)


def _read_expect(table: Table, names: Names) -> Expect:
    expect = Expect(
        char=read_char(table, "char", names),
        when=read_mask(table, "when"),
        within_s=table.number("within_ms", 2000.0, 10.0, 30_000.0) / 1000,
        required=table.truth("required", True),
        otherwise=table.text("otherwise", ""),
    )
    table.done()
    return expect


def _read_store(table: Table) -> dict[str, Answer]:
    inner = table.table("store", needed=False)
    if inner.content and "expect" not in table:
        table.wrong("store", "needs an expect beside it: values are taken out of the answer")
    return {name: read_answer(inner.table(name)) for name in inner.content}


def read_answer(table: Table, finish: bool = True) -> Answer:
    """Where in a message a number is, and its scale."""
    after = hex_bytes(table.text("after", ""))
    if after is None:
        table.wrong("after", "must be hex digits")
    answer = Answer(
        type=read_type(table),
        at=table.whole("at", 0, high=MOST_WRITTEN),
        after=after,
        start=table.whole("start", 0, high=MOST_WRITTEN),
        scale=table.number("scale", 1.0),
        default=table.number("default") if "default" in table else None,
    )
    if finish:
        table.done()
    return answer


def read_keepalive(table: Table, names: Names) -> Keepalive:
    """One entry of keepalive."""
    every_s = table.number("every_s", low=0.1, high=3600.0)
    return Keepalive(every_s, read_step(table, names))


def read_battery(table: Table, names: Names) -> Battery:
    """A characteristic with the percentage, or a command, its answer and a table."""
    asks = "write" in table
    ask = _read_step(table, names) if asks else None
    rows = table.rows("table", ())
    for row in rows:
        if not (isinstance(row, list) and len(row) == 2 and all(type(v) in (int, float) for v in row)):
            table.wrong("table", "must hold pairs [above, percent]")
    battery = Battery(
        char=read_char(table, "char", names),
        when=read_mask(table, "when") if asks else None,
        ask=ask,
        answer=read_answer(table, finish=False),
        every_s=table.number("every_s", 60.0, 1.0, 86_400.0),
        table=tuple((float(a), float(b)) for a, b in rows),
    )
    table.done()
    return battery
