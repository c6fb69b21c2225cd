"""How the bytes of a notification are laid out: frames, their stamps, counters and fields. Plain values."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from liftcheck.samples import GRAVITY_MPS2

# Number types of fields, stamps and counters -> bytes they take.
WIDTHS = {
    "i8": 1,
    "u8": 1,
    "i16": 2,
    "u16": 2,
    "i24": 3,
    "u24": 3,
    "i32": 4,
    "u32": 4,
    "i64": 8,
    "u64": 8,
    "f32": 4,
}

# Unit of a field -> factor to SI. Fields other than acc and gyr may have any unit; nobody converts them.
SI = {"g": GRAVITY_MPS2, "mg": GRAVITY_MPS2 / 1000, "m/s2": 1.0, "deg/s": float(np.pi / 180), "rad/s": 1.0}


@dataclass(frozen=True)
class Mask:
    """The first bytes of a message, some of them free: `02 ?? 81`."""

    bytes_: tuple[int | None, ...]

    def fits(self, data: bytes) -> bool:
        """Whether data begin like this."""
        return len(data) >= len(self.bytes_) and all(
            want is None or want == got for want, got in zip(self.bytes_, data, strict=False)
        )

    def __str__(self) -> str:
        return " ".join("??" if b is None else f"{b:02x}" for b in self.bytes_)


@dataclass(frozen=True)
class Stamp:
    """A device clock in a frame: its place, type and the length of a tick; it wraps at `wrap` ticks."""

    at: int
    type: str
    tick_s: float
    wrap: int


@dataclass(frozen=True)
class Counter:
    """A running number in a frame, of packets or of samples."""

    at: int
    type: str
    wrap: int
    of: Literal["packets", "samples"] = "packets"


@dataclass(frozen=True)
class Repeat:
    """Several samples in one frame, from byte `at` on, `stride` bytes each; count None: as many as there are.

    planar: first the first field of all samples, then the second of all; otherwise sample after sample.
    """

    at: int
    stride: int
    count: int | None
    planar: bool = False


@dataclass(frozen=True)
class Codec:
    """A packed format that a table cannot describe: `name` is one of packets.CODECS, decoding begins at byte `at`."""

    name: str
    at: int
    channels: int
    bits: int


@dataclass(frozen=True)
class Field:
    """n numbers of a sample. scale: a factor, the name of an option, or "$name" of a stored answer."""

    name: str
    at: int
    type: str
    n: int
    scale: float | str
    unit: str

    @property
    def size(self) -> int:
        """Bytes of this field."""
        return self.n * WIDTHS[self.type]


@dataclass(frozen=True)
class Continuation:
    """A second notification that carries on the frame: begins like `when`, its first `skip` bytes are left out."""

    when: Mask
    skip: int


@dataclass(frozen=True)
class Frame:
    """One kind of message on a characteristic. sync + size: frames in a byte stream, joined or split at will."""

    char: str
    when: Mask | None
    sync: bytes
    size: int
    order: Literal["little", "big"]
    stamp: Stamp | None
    counter: Counter | None
    repeat: Repeat | None
    continues: Continuation | None
    codec: Codec | None
    fields: tuple[Field, ...]

    @property
    def holds(self) -> frozenset[str]:
        """Which of acc and gyr this frame carries."""
        return frozenset(f.name for f in self.fields) & {"acc", "gyr"}
