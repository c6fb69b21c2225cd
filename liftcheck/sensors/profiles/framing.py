"""The parts of a profile that say how a notification's bytes become numbers."""

from typing import Any, cast

from liftcheck.sensors.profiles.layout import SI, WIDTHS, Codec, Continuation, Counter, Field, Frame, Repeat, Stamp
from liftcheck.sensors.profiles.steps import Names, read_char, read_mask, read_type
from liftcheck.sensors.profiles.table import Table, hex_bytes, nearest

CODECS = ("polar-delta",)
MOST_SAMPLES = 256  # in one frame


def read_frame(table: Table, names: Names) -> Frame:
    """One entry of frame."""
    sync = hex_bytes(table.text("sync", ""))
    if sync is None or ("sync" in table and not sync):
        table.wrong("sync", "must be hex digits")
    codec = _read_codec(table) if "codec" in table else None
    fields = tuple(_read_field(inner, names) for inner in table.tables("fields"))
    frame = Frame(
        char=read_char(table, "char", names),
        when=read_mask(table, "when") if "when" in table else None,
        sync=sync,
        size=table.whole("size", low=len(sync) + 1, high=4096) if sync else 0,
        order=cast(Any, table.text("order", "little", ("little", "big"))),
        stamp=_read_stamp(table) if "stamp" in table else None,
        counter=_read_counter(table) if "counter" in table else None,
        repeat=_read_repeat(table) if "repeat" in table else None,
        continues=_read_continuation(table) if "continues" in table else None,
        codec=codec,
        fields=fields,
    )
    table.done()
    _check(table, frame)
    return frame


def _check(table: Table, frame: Frame) -> None:
    if not frame.fields:
        table.wrong("fields", "is missing")
    names = [f.name for f in frame.fields]
    if len(set(names)) < len(names):
        table.wrong("fields", "has two fields of one name")
    if frame.codec and (frame.repeat or len(frame.fields) != 1):
        table.wrong("codec", "takes one field and no repeat")
    if frame.sync and (frame.when or frame.continues):
        table.wrong("sync", "cannot be together with when or continues")
    repeat = frame.repeat
    if repeat and repeat.planar and sum(f.size for f in frame.fields) != repeat.stride:
        table.wrong("repeat.stride", "must be the sum of the fields' sizes where the samples are planar")
    if repeat and not repeat.planar and any(f.at + f.size > repeat.stride for f in frame.fields):
        table.wrong("repeat.stride", "is too short for the fields")
    if frame.sync and repeat and repeat.count is None:
        table.wrong("repeat.count", "must be a number where frames have a fixed size")
    if frame.sync and least_size(frame) > frame.size:
        table.wrong("size", f"is {frame.size}, but the fields need {least_size(frame)} bytes")


def least_size(frame: Frame) -> int:
    """The fewest bytes that hold everything this frame promises (one sample, where the count is open)."""
    need = [len(frame.when.bytes_) if frame.when else 0, len(frame.sync)]
    need += [part.at + WIDTHS[part.type] for part in (frame.stamp, frame.counter) if part]
    if frame.codec:
        need.append(frame.codec.at + frame.codec.channels * ((frame.codec.bits + 7) // 8))
    elif frame.repeat:
        need.append(frame.repeat.at + frame.repeat.stride * (frame.repeat.count or 1))
    else:
        need += [f.at + f.size for f in frame.fields]
    return max(need)


def _read_stamp(table: Table) -> Stamp:
    inner = table.table("stamp")
    kind = _unsigned(inner)
    full = 256 ** WIDTHS[kind]
    stamp = Stamp(
        at=inner.whole("at", high=1024),
        type=kind,
        tick_s=inner.number("tick_s", low=1e-10, high=1.0),
        wrap=inner.whole("wrap", full, low=2, high=full) if "wrap" in inner else full,
    )
    inner.done()
    return stamp


def _read_counter(table: Table) -> Counter:
    inner = table.table("counter")
    kind = _unsigned(inner)
    full = 256 ** WIDTHS[kind]
    counter = Counter(
        at=inner.whole("at", high=1024),
        type=kind,
        wrap=inner.whole("wrap", full, low=2, high=full) if "wrap" in inner else full,
        of=cast(Any, inner.text("of", "packets", ("packets", "samples"))),
    )
    inner.done()
    return counter


def _unsigned(table: Table) -> str:
    return table.text("type", allowed=tuple(kind for kind in WIDTHS if kind.startswith("u")))


def _read_repeat(table: Table) -> Repeat:
    inner = table.table("repeat")
    rest = inner.content.get("count") == "rest"
    if rest:
        inner.known.add("count")
    repeat = Repeat(
        at=inner.whole("at", high=1024),
        stride=inner.whole("stride", low=1, high=1024),
        count=None if rest else inner.whole("count", low=1, high=MOST_SAMPLES),
        planar=inner.truth("planar", False),
    )
    inner.done()
    return repeat


def _read_continuation(table: Table) -> Continuation:
    inner = table.table("continues")
    continuation = Continuation(read_mask(inner, "when"), inner.whole("skip", high=64))
    inner.done()
    return continuation


def _read_codec(table: Table) -> Codec:
    inner = table.table("codec")
    codec = Codec(
        name=inner.text("name", allowed=CODECS),
        at=inner.whole("at", high=1024),
        channels=inner.whole("channels", low=1, high=16),
        bits=inner.whole("bits", low=1, high=32),
    )
    inner.done()
    return codec


def _read_field(table: Table, names: Names) -> Field:
    name = table.text("name")
    motion = name in ("acc", "gyr")
    units = ("g", "mg", "m/s2") if name == "acc" else ("deg/s", "rad/s") if name == "gyr" else ()
    fields = Field(
        name=name,
        at=table.whole("at", 0, high=1024),
        type=read_type(table),
        n=table.whole("n", 3 if motion else 1, low=1, high=64),
        scale=_read_scale(table, names),
        unit=table.text("unit", "" if not motion else _needed(table), units),
    )
    if motion and fields.n != 3:
        table.wrong("n", f"must be 3 for {name}")
    table.done()
    return fields


def _needed(table: Table) -> str:
    if "unit" not in table:
        table.wrong("unit", f"is missing: one of {', '.join(SI)}")
    return ""


def _read_scale(table: Table, names: Names) -> float | str:
    if not isinstance(table.content.get("scale"), str):
        return table.number("scale", 1.0)
    scale = table.text("scale")
    known = {f"${name}" for name in names.stored} | {name for name, o in names.options.items() if o.scales}
    if scale not in known:
        table.wrong("scale", f"is {scale!r}, neither an option with scales nor stored{nearest(scale, tuple(known))}")
    return scale
