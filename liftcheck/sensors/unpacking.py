"""The bytes of one message -> numbers, as its frame in the profile describes them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from liftcheck.samples import Array
from liftcheck.sensors.profiles.layout import WIDTHS, Codec, Field, Frame

# Beyond these no body-worn sensor measures (1000 g, 570,000 deg/s): bytes that mean something else.
MOST_ACC_MPS2 = 1e4
MOST_GYR_RADPS = 1e4


@dataclass(frozen=True, eq=False)
class Message:
    """What one frame held. values: field -> (samples, numbers) in the field's unit, in device axes."""

    at: float
    frame: Frame
    values: Mapping[str, Array]
    stamp: int | None
    counter: int | None

    @property
    def stamp_s(self) -> float | None:
        """The device's clock, not unwrapped."""
        return None if self.stamp is None or self.frame.stamp is None else self.stamp * self.frame.stamp.tick_s


def unpack(frame: Frame, data: bytes, at: float, scales: Mapping[str, float]) -> Message | None:
    """The numbers in a message; None if it is shorter than its frame says, or if its sample count is no whole one."""
    fields = _packed(frame, data) if frame.codec else _plain(frame, data)
    if fields is None:
        return None
    values = {f.name: fields[f.name] * scales[f.name] for f in frame.fields}
    return Message(
        at,
        frame,
        values,
        whole(data, frame.stamp.at, frame.stamp.type, frame.order) if frame.stamp else None,
        whole(data, frame.counter.at, frame.counter.type, frame.order) if frame.counter else None,
    )


def whole(data: bytes, at: int, kind: str, order: str) -> int:
    """An integer of any width, exactly."""
    chunk = data[at : at + WIDTHS[kind]]
    return int.from_bytes(chunk, "little" if order == "little" else "big", signed=kind.startswith("i"))


def numbers(raw: bytes, kind: str, order: str) -> Array:
    """Numbers of one type that follow each other, as float64."""
    if kind in ("i24", "u24"):
        octets = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(np.int64)
        if order == "big":
            octets = octets[:, ::-1]
        value = octets[:, 0] + 256 * octets[:, 1] + 65536 * octets[:, 2]
        return np.where((kind == "i24") & (value >= 2**23), value - 2**24, value).astype(np.float64)
    dtype = np.dtype(f"{'<' if order == 'little' else '>'}{kind[0]}{WIDTHS[kind]}")
    # Arbitrary bytes may be signalling NaNs; turning these to float64 is "invalid" to the processor, not to us.
    with np.errstate(invalid="ignore"):
        return np.frombuffer(raw, dtype).astype(np.float64)


def _plain(frame: Frame, data: bytes) -> dict[str, Array] | None:
    repeat = frame.repeat
    if repeat is None:
        return {f.name: _column(data[f.at : f.at + f.size], f, frame.order) for f in frame.fields}
    room = len(data) - repeat.at
    count = repeat.count if repeat.count is not None else room // repeat.stride
    if repeat.count is None and room % repeat.stride:
        return None
    block = data[repeat.at : repeat.at + count * repeat.stride]
    if not repeat.planar:
        rows = np.frombuffer(block, np.uint8).reshape(count, repeat.stride)
        return {f.name: _column(rows[:, f.at : f.at + f.size].tobytes(), f, frame.order) for f in frame.fields}
    planes, start = {}, 0
    for f in frame.fields:
        planes[f.name] = _column(block[start : start + count * f.size], f, frame.order)
        start += count * f.size
    return planes


def _column(raw: bytes, field: Field, order: str) -> Array:
    return numbers(raw, field.type, order).reshape(-1, field.n)


def _packed(frame: Frame, data: bytes) -> dict[str, Array] | None:
    assert frame.codec is not None
    rows = CODECS[frame.codec.name](data[frame.codec.at :], frame.codec)
    field = frame.fields[0]
    return None if rows is None or rows.shape[1] != field.n else {field.name: rows}


def polar_delta(data: bytes, codec: Codec) -> Array | None:
    """Polar's compressed frames: a reference sample, then blocks [bits][count] of deltas, lowest bit first.

    Source: polar-ble-sdk, technical_documentation/online_measurement.pdf.
    """
    width, channels = (codec.bits + 7) // 8, codec.channels
    at = channels * width
    last = [int.from_bytes(data[i * width : (i + 1) * width], "little", signed=True) for i in range(channels)]
    rows = [list(last)]
    while at < len(data):
        if at + 2 > len(data):
            return None
        bits, count = data[at], data[at + 1]
        length = (bits * count * channels + 7) // 8
        if not 1 <= bits <= 32 or at + 2 + length > len(data):
            return None
        block = int.from_bytes(data[at + 2 : at + 2 + length], "little")
        at += 2 + length
        for k in range(count * channels):
            delta = block >> (k * bits) & ((1 << bits) - 1)
            last[k % channels] += delta - (1 << bits) if delta >> (bits - 1) else delta
            if k % channels == channels - 1:
                rows.append(list(last))
    return np.array(rows, dtype=np.float64)


CODECS = {"polar-delta": polar_delta}
