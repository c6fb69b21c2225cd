"""What a firmware profile says: how a sensor is recognised, started, read and stopped. Plain values, no code.

A profile is made by the reader from a TOML file (firmware_profiles/README.md tells how to write one). It names every
characteristic that may be written; whoever talks to the sensor writes to these and to nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from liftcheck.errors import ProfileError
from liftcheck.samples import Array
from liftcheck.sensors.profiles.layout import Frame, Mask

Choice = int | float | str


@dataclass(frozen=True)
class Char:
    """A characteristic by its own name in the profile. service is given where the same uuid occurs in several."""

    name: str
    uuid: str
    service: str | None = None


@dataclass(frozen=True)
class Option:
    """Something that can be chosen: the rate, a range. Keys are the choices as text ("100").

    follows: the option whose choice this one takes (another code for the same rate).
    """

    name: str
    default: Choice
    codes: Mapping[str, bytes]
    scales: Mapping[str, float]
    follows: str | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen."""
        return tuple(self.codes or self.scales)


@dataclass(frozen=True)
class Checksum:
    """One byte of a message that is the sum of the bytes from `start` on, or makes the sum of all bytes zero."""

    at: int
    kind: Literal["sum", "zero-sum"]
    start: int = 0


@dataclass(frozen=True)
class Bytes:
    """Bytes to be written: fixed ones and, between them, the codes of options (by name)."""

    parts: tuple[bytes | str, ...]
    checksum: Checksum | None = None


@dataclass(frozen=True)
class Answer:
    """A number inside a message: at a place, or behind a mark that is searched from `start` on.

    default: what holds where the message ends before it; None: it must be there.
    """

    type: str
    at: int = 0
    after: bytes = b""
    start: int = 0
    scale: float = 1.0
    default: float | None = None


@dataclass(frozen=True)
class Expect:
    """The answer to wait for after a write. If required and not there within `within_s`, the start has failed.

    otherwise: the sentence for the user when another answer (or none) came.
    """

    char: str
    when: Mask
    within_s: float = 2.0
    required: bool = True
    otherwise: str = ""


@dataclass(frozen=True)
class Step:
    """One thing to do with the sensor, in order: subscribe to, write to, or read-change-write a characteristic.

    kind "subscribe": ask for notifications (or indications) of char.
    kind "write": write data to char (with or without response), wait after_s, wait for `expect`; numbers of the
    answer are kept under the names in `store` (scales written as "$name" use them).
    kind "patch": read char, put each of `patches` (place, bytes) over it, write it back.
    """

    kind: Literal["subscribe", "write", "patch"]
    char: str
    data: Bytes = Bytes(())
    response: bool = True
    after_s: float = 0.0
    expect: Expect | None = None
    store: Mapping[str, Answer] = field(default_factory=dict)
    patches: tuple[tuple[int, Bytes], ...] = ()


@dataclass(frozen=True)
class Keepalive:
    """What must be written every so often, or the sensor stops."""

    every_s: float
    step: Step


@dataclass(frozen=True)
class Battery:
    """How full the battery is: a characteristic, or an answer to a command; percent, or by a table of (above, percent).

    when None: char is read (and may be subscribed). Otherwise `ask` is written every `every_s`, and the answer comes
    on char and begins like `when`.
    """

    char: str
    answer: Answer
    when: Mask | None = None
    ask: Step | None = None
    every_s: float = 60.0
    table: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Stream:
    """When samples were taken.

    rate: Hz, or the name of the option that holds it. time: "arrival" (neither counter nor clock), "count" (a counter),
    "device" (a clock); stamp_of: which sample of a frame the stamp belongs to. join: how separate acc and gyr frames
    become one sample, by index, counter or stamp. gyro_delay_samples: by how many sample periods a gyro value is
    later than the acc value beside it (0.5 where it is the mean of its period).
    """

    rate: float | str
    time: Literal["arrival", "count", "device"]
    stamp_of: Literal["first", "last"] = "first"
    join: Literal["index", "counter", "stamp"] | None = None
    gyro_delay_samples: float = 0.0


@dataclass(frozen=True)
class Match:
    """How a sensor is recognised in range: beginnings of its name, services, company ids."""

    name_prefix: tuple[str, ...] = ()
    service_uuids: tuple[str, ...] = ()
    company_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Example:
    """Packets and what they mean, in the units of the fields. acc and gyr: sample index -> three numbers."""

    origin: Literal["captured", "vendor test", "synthetic"]
    source: str
    char: str
    packets: tuple[bytes, ...]
    options: Mapping[str, Choice]
    stored: Mapping[str, float]
    count: int
    values: Mapping[str, Mapping[int, tuple[float, ...]]]
    stamp_s: float | None
    counter: int | None
    battery: float | None
    tolerance: float


@dataclass(frozen=True, eq=False)
class FirmwareProfile:
    """All that is known of one sensor's firmware. text: the TOML it came from, stored beside a recording.

    axes: (3, 3) rotation, device axes -> sensor frame. limits: sentences on what cannot be told from this sensor.
    """

    id: str
    name: str
    path: str
    text: str
    sources: tuple[str, ...]
    note: str
    match: Match
    chars: Mapping[str, Char]
    options: Mapping[str, Option]
    stream: Stream
    start: tuple[Step, ...]
    stop: tuple[Step, ...]
    keepalive: tuple[Keepalive, ...]
    battery: Battery | None
    frames: tuple[Frame, ...]
    axes: Array
    mounting: str
    limits: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def has_gyro(self) -> bool:
        """Whether any frame carries angular rate; without it no lift can be judged."""
        return any("gyr" in frame.holds for frame in self.frames)

    def choose(self, choices: Mapping[str, Choice] | None = None) -> dict[str, str]:
        """The chosen value of every option as its key; what is not chosen is the default. Else ProfileError."""
        chosen = {name: choice_key(option.default) for name, option in self.options.items()}
        for name, value in (choices or {}).items():
            option = self.options.get(name)
            if option is not None and option.follows:
                continue  # so that what was chosen can be handed in again
            if option is None:
                known = ", ".join(n for n, o in self.options.items() if not o.follows) or "none"
                raise ProfileError(f"{self.id}: there is no option {name!r} (options: {known})")
            if choice_key(value) not in option.choices:
                allowed = ", ".join(option.choices)
                raise ProfileError(f"{self.id}: {name} cannot be {value} (possible: {allowed})")
            chosen[name] = choice_key(value)
        return {name: chosen[self.options[name].follows or name] for name in chosen}

    def answers(self, char: str, data: bytes) -> bool:
        """Whether these bytes from this characteristic are an answer that the profile expects, and no samples."""
        expects = [(step.expect.char, step.expect.when) for step in (*self.start, *self.stop) if step.expect]
        if self.battery:
            expects.append((self.battery.char, self.battery.when or Mask(())))
        return any(char == name and when.fits(data) for name, when in expects)

    def rate_hz(self, choices: Mapping[str, Choice] | None = None) -> float:
        """The rate the sensor is asked for; what it really does is measured."""
        rate = self.stream.rate
        return float(self.choose(choices)[rate]) if isinstance(rate, str) else rate

    def bytes_of(self, data: Bytes, choices: Mapping[str, Choice] | None = None) -> bytes:
        """The bytes to be written, with the chosen codes and the checksum in place."""
        chosen = self.choose(choices)
        out = bytearray(b"".join(self.options[p].codes[chosen[p]] if isinstance(p, str) else p for p in data.parts))
        check = data.checksum
        if check and check.at < len(out):
            out[check.at] = 0
            out[check.at] = sum(out[check.start :]) % 256 if check.kind == "sum" else -sum(out) % 256
        return bytes(out)

    def patched(self, step: Step, value: bytes, choices: Mapping[str, Choice] | None = None) -> bytes:
        """What a "patch" step writes back, given what was read. ProfileError if the value is too short for it."""
        out = bytearray(value)
        for at, data in step.patches:
            new = self.bytes_of(data, choices)
            if at + len(new) > len(out):
                raise ProfileError(f"{self.id}: {step.char} holds {len(out)} bytes, too few to set byte {at}")
            out[at : at + len(new)] = new
        return bytes(out)


def choice_key(value: Choice) -> str:
    """A choice as the text it has in the profile: 100, 100.0 and "100" are the same."""
    if isinstance(value, str):
        return value
    return f"{value:g}" if float(value) != int(value) else str(int(value))


def plain(profile: FirmwareProfile) -> dict[str, Any]:
    """The profile's head as plain JSON values, for `profiles list --json`."""
    return {
        "id": profile.id,
        "name": profile.name,
        "gyro": profile.has_gyro,
        "rate_hz": profile.rate_hz(),
        "rates": list(profile.options[profile.stream.rate].choices) if isinstance(profile.stream.rate, str) else [],
        "time": profile.stream.time,
        "limits": list(profile.limits),
        "examples": [example.origin for example in profile.examples],
        "path": profile.path,
    }
