"""How samples lie in the native recording: blocks of counts, and the words that tell a stranger how to read them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liftcheck.samples import ACC_STEP_MPS2, GYR_STEP_RADPS, TIME_STEP_S, Array, Samples

BLOCK_SAMPLES = 6000  # the largest block: a minute at 100 Hz
MISSING = -(2**31)  # the count that stands for "no value"
_HEAD = struct.Struct("<Iq")
_COLUMNS = 7  # time differences, acc x y z, gyr x y z
_LONGEST_STEP = 2**31  # a longer pause, or a step back in time, begins a new block

SAMPLES_SCHEMA = f"""\
liftcheck sample block, version 1. All integers are little-endian.

bytes 0-3    n: unsigned 32-bit, the number of samples in this block
bytes 4-11   t0: signed 64-bit, the time of the first sample in steps of {TIME_STEP_S} s since the recording began
bytes 12-    seven columns, one after the other, each of n 32-bit integers:
             1    steps of {TIME_STEP_S} s from the sample before to this one (unsigned; the first is 0)
             2-4  specific force along the sensor's x, y, z axes, signed, in steps of {ACC_STEP_MPS2} m/s2
             5-7  angular rate about the sensor's x, y, z axes, signed, in steps of {GYR_STEP_RADPS} rad/s
             Each column is stored as four rows of n bytes: first the lowest byte of every integer,
             then the second byte of every integer, the third, the highest. {MISSING} means: no value.

time of sample i = (t0 + column1[0] + ... + column1[i]) * {TIME_STEP_S} s; value = count * step.
The axes are right-handed; a sensor at rest reads +9.81 m/s2 along the axis that points up.
The log_time of the message is the time of the block's first sample in nanoseconds: since 1970 where the metadata
record "liftcheck" says when the recording started, else since the recording began.
"""


@dataclass(frozen=True, eq=False)
class Counts:
    """Samples as whole numbers of storage steps. t: (n,) int64; values: (6, n) int32, acc then gyr."""

    t: NDArray[np.int64]
    values: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.t)


def counts_of(samples: Samples) -> Counts:
    """Samples as counts; a value that is missing or beyond any sensor becomes MISSING. t must be finite."""
    values = np.empty((6, len(samples)), dtype=np.int32)
    values[:3] = _counted(samples.acc.T, ACC_STEP_MPS2)
    values[3:] = _counted(samples.gyr.T, GYR_STEP_RADPS)
    return Counts(np.rint(samples.t / TIME_STEP_S).astype(np.int64), values)


def samples_of(counts: Counts) -> Samples:
    """Counts as samples, bit for bit what `Samples.rounded` made of the samples that were counted."""
    acc = np.multiply(counts.values[:3].T, ACC_STEP_MPS2, order="C", dtype=np.float64)
    gyr = np.multiply(counts.values[3:].T, GYR_STEP_RADPS, order="C", dtype=np.float64)
    acc[(counts.values[:3] == MISSING).T] = np.nan
    gyr[(counts.values[3:] == MISSING).T] = np.nan
    return Samples(counts.t.astype(np.float64) * TIME_STEP_S, acc, gyr)


def join(parts: list[Counts]) -> Counts:
    """Counts that follow each other, as one."""
    if not parts:
        return Counts(np.empty(0, dtype=np.int64), np.empty((6, 0), dtype=np.int32))
    return Counts(np.concatenate([p.t for p in parts]), np.concatenate([p.values for p in parts], axis=1))


def encode(counts: Counts) -> Iterator[tuple[int, bytes]]:
    """Blocks as (time of the first sample in steps, bytes)."""
    steps = np.diff(counts.t)
    edges = np.flatnonzero((steps < 0) | (steps >= _LONGEST_STEP)) + 1
    for start, stop in zip([0, *edges], [*edges, len(counts)], strict=True):
        for i in range(int(start), int(stop), BLOCK_SAMPLES):
            yield int(counts.t[i]), _block(counts, i, min(i + BLOCK_SAMPLES, int(stop)))


def decode(data: bytes | memoryview) -> Counts:
    """A block's samples. ValueError if the bytes are no block."""
    if len(data) < _HEAD.size:
        raise ValueError("a sample block is too short")
    n, t0 = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + 4 * _COLUMNS * n:
        raise ValueError("a sample block's length does not fit its number of samples")
    if abs(t0) > 2**53:
        raise ValueError("a sample block's time is impossible")
    planes = np.frombuffer(data, dtype=np.uint8, offset=_HEAD.size).reshape(_COLUMNS, 4, n)
    columns = np.ascontiguousarray(planes.transpose(0, 2, 1)).view("<i4")[:, :, 0]
    t = t0 + np.cumsum(columns[0].view("<u4"), dtype=np.int64)
    return Counts(t, columns[1:].astype(np.int32, copy=False))


def _counted(values: Array, step: float) -> Array:
    counts = np.rint(values / step)
    return np.where(np.abs(counts) < -MISSING, counts, MISSING)


def _block(counts: Counts, start: int, stop: int) -> bytes:
    n = stop - start
    columns = np.empty((_COLUMNS, n), dtype="<i4")
    columns[0] = np.diff(counts.t[start:stop], prepend=counts.t[start])
    columns[1:] = counts.values[:, start:stop]
    planes = columns.view(np.uint8).reshape(_COLUMNS, n, 4).transpose(0, 2, 1)
    return _HEAD.pack(n, int(counts.t[start])) + planes.tobytes()
