"""Hostile input by the million: every reader gets damaged files, and must give a value or one sentence.

    python tests/reliability inputs --seconds 60                 random damage to a good file of every kind
    python tests/reliability inputs --guided decoder             led by coverage, where `atheris` is installed

What is not the reader's own error, takes longer than ten seconds, or needs 3 GB, is printed with the input, which
belongs into tests/corpus/ then: tests/test_corpus.py reads everything there again.
"""

import hashlib
import json
import math
import random
import re
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from liftcheck.errors import LiftcheckError
from liftcheck.recording import labels, read
from liftcheck.recording.recording import Recording
from liftcheck.report import report
from liftcheck.samples import Event, Samples
from liftcheck.scoring import Score, score
from liftcheck.scoring.evaluation.labels import distractors_of
from liftcheck.scoring.files import read_rows
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile, profiles
from liftcheck.sensors.profiles.reader import parse_profile
from liftcheck.sensors.stream import DecodedStream
from liftcheck.settings import read_settings
from reliability.sittings import packets_of, worn

PATIENCE_S = 10
MOST_BYTES = 3 * 2**30
LONG = struct.Struct("<Q")


class UselessError(AssertionError):
    """A reader gave something that nobody can use."""


# -- what each reader must do with any bytes ---------------------------------------------------------------------


def recording(data: bytes, folder: Path) -> str:
    """A file of any kind: samples that can be used, and lifts with finite numbers."""
    path = folder / "input.bin"
    path.write_bytes(data)
    found = read(path)
    _usable(found.samples)
    _check(all(words and "\n" not in words for words in found.quality), "quality with line breaks")
    _check(all(math.isfinite(event.t) for event in found.events), "an event at no time")
    if len(found.samples) < 3000 and data[-1:] in (b"0", b"\n"):  # some of them all the way: judging takes a while
        _scored(replace(found, samples=found.samples[:1500]))
    return found.reader or "read"


def events(data: bytes, folder: Path) -> str:
    """Events that a stranger wrote: the pipeline obeys what makes sense and passes over the rest.

    Each three bytes of the input choose a kind, one of the values in it, and something odd to stand in its place.
    """
    from liftcheck.recording.file import write

    told = [Event(0.0, "session", "pipeline", {})] if len(data) % 2 else []
    for i in range(0, min(len(data), 60) - 2, 3):
        kind = KINDS[data[i] % len(KINDS)]
        content = json.loads(TOLD)
        if data[i + 1] < 250:
            name = sorted(content)[data[i + 1] % len(content)]
            content[name] = ODD_VALUES[data[i + 2] % len(ODD_VALUES)]
        told.append(Event((i % 9) - 1.0 + data[i] / 64, kind, "person" if data[i] > 127 else "pipeline", content))
    path = folder / "events.mcap"
    write(path, Recording(worn(81_001, (), 1).samples[:900], tuple(told)), force=True)
    found = read(path)
    _scored(found)
    report(score(found), found)
    return "scored"


KINDS = (
    "calibrated", "re-zeroed", "calibration lost", "calibrating", "calibration ended", "site", "height", "wearer",
    "load", "mode", "loss", "battery", "lift", "cue", "snooze", "link lost", "link back", "marker", "unheard of",
)  # fmt: skip
TOLD = """{"rotation": [[0,0,1],[0,1,0],[-1,0,0]], "gyr_offset_radps": [0,0,0], "acc_offset_mps2": [0,0,0],
 "acc_scale": 1.0, "acc_gain": [0,0,0], "errors_sd": [], "geometry_m": [0.3, 0.1], "forward_known": true,
 "quality": "", "since_s": 1.0, "height_m": 1.8, "site": "waist-back", "wearer": "w", "load_kg": 8, "reach_m": 0.4,
 "from_m": 0.2, "to_m": 1.0, "coupling": "good", "lost": 3, "received": 100, "percent": 50, "minutes": 5,
 "mode": "work", "reason": "off", "gap_s": 1.0, "technique": "legs", "start_s": 1.0, "text": "x"}"""
ODD_VALUES = (
    None, True, -1, 0, 1e300, 10**400, "", "x", "<script>", "\u2028", "9" * 5000, [], [[]], {}, {"a": 1},
    [[0, 0, 1], [0, 1, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, -1]], [0, 0], [0, 0, "x"], [1e300] * 3, [None] * 6,
    [0.1] * 6, [-1] * 6, "waist", "mid-back", 2.0, "legs", ["legs"], "nan",
)  # fmt: skip


def profile(data: bytes, folder: Path) -> str:
    """A firmware profile: nothing in it is run, and if it is taken, it can be used."""
    text = data.decode("utf-8", "replace")
    found = parse_profile(text, "input.toml")
    stream = DecodedStream(found)
    for i in range(30):
        for frame in found.frames[:3]:
            _usable(stream.feed(Packet(i * 0.1, bytes((i * k) & 255 for k in range(40)), frame.char)))
    return "taken"


def decoder(data: bytes, folder: Path) -> str:
    """Packets: the first byte says whose, the rest is cut into notifications, by lengths that the input gives."""
    known = profiles()
    which = known[data[0] % len(known)] if data else known[0]
    stream = DecodedStream(which)
    chars = sorted({frame.char for frame in which.frames})
    at, last = 0.0, -1.0
    for length, char, wait, body in _notifications(data[1:]):
        at += wait
        samples = stream.feed(Packet(at, body[:length], chars[char % len(chars)]))
        _usable(samples)
        _check(not len(samples) or samples.t[0] > last, "time goes back")
        last = float(samples.t[-1]) if len(samples) else last
    _usable(stream.finish())
    return which.id


def _notifications(data: bytes) -> Iterator[tuple[int, int, float, bytes]]:
    while len(data) >= 3:
        length = data[0]
        yield length, data[1] & 7, (data[1] >> 3) * 0.01 + data[2] * 0.0001, data[3 : 3 + length]
        data = data[3 + length :]


def _distractors(path: Path) -> None:
    distractors_of(read_rows(path), str(path))


def table(data: bytes, folder: Path) -> str:
    """Tables of labels, distractors, wearers."""
    path = folder / "labels.csv"
    path.write_bytes(data)
    taken = ""
    for one in (labels.read_labels, labels.read_wearers, _distractors):
        try:
            one(path)
            taken = "taken"
        except LiftcheckError as error:
            _sentence(error)
    return taken or "refused"


def settings(data: bytes, folder: Path) -> str:
    """A file of settings."""
    path = folder / "settings.toml"
    path.write_bytes(data)
    read_settings(path)
    return "taken"


def page(data: bytes, folder: Path) -> str:
    """The report: names and notes of a recording are text, whatever they are."""
    text = data.decode("utf-8", "replace")
    parts = [text[i::5] for i in range(5)] if len(text) % 2 else [text] * 5
    given = _a_score()
    row = given.row | {"recording": parts[0], "wearer": parts[1], "path": parts[2], "quality": parts[3]}
    noted = tuple(replace(lift, reason=parts[4], quality=(parts[3],)) for lift in given.lifts)
    session = worn(81_001, (), 2)
    made = report(
        replace(given, row=row, lifts=noted),
        Recording(session.samples, (), name=parts[0], note=parts[4], wearer=parts[1], profile=parts[2]),
    )
    _check(_skeleton(made) == _usual_skeleton(), "names have become markup")
    return "page"


@cache
def _a_score() -> Score:
    session = worn(81_001, (), 2)
    return score(Recording(session.samples, session.events, site="mid-back"))


@cache
def _usual_skeleton() -> str:
    given = _a_score()
    session = worn(81_001, (), 2)
    row = given.row | dict.fromkeys(("recording", "wearer", "path", "quality"), "x")
    noted = tuple(replace(lift, reason="x", quality=("x",)) for lift in given.lifts)
    words = dict.fromkeys(("name", "note", "wearer", "profile"), "x")
    return _skeleton(report(replace(given, row=row, lifts=noted), Recording(session.samples, (), **words)))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(f"{tag}({','.join(sorted(name for name, _ in attrs))})")


def _skeleton(made: str) -> str:
    """Which tags with which attributes a page has."""
    tags = _Tags()
    tags.feed(made)
    return " ".join(sorted(tags.found))


def _usable(samples: Samples) -> None:
    _check(bool(np.isfinite(samples.t).all() and np.isfinite(samples.acc).all()), "no numbers")
    _check(bool((np.diff(samples.t) > 0).all()), "times do not ascend")
    _check(bool(np.isfinite(samples.gyr).all() or not np.isfinite(samples.gyr).any()), "no rates")


def _scored(found: Recording) -> None:
    scored = score(found)
    numbers = [value for value in scored.row.values() if isinstance(value, float)]
    numbers += [value for lift in scored.lifts for value in vars(lift).values() if isinstance(value, float)]
    _check(all(map(math.isfinite, numbers)), "a number that is none")


def _check(fine: bool, what: str) -> None:
    if not fine:
        raise UselessError(what)


def _sentence(error: LiftcheckError) -> None:
    words = str(error)
    _check("\n" not in words and len(words) < 2000, f"no sentence: {words[:200]!r}")
    # Line and paragraph separators, escapes: what a terminal might obey.
    _check(not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x9b]", words), f"control characters: {words[:200]!r}")


Target = Callable[[bytes, Path], str]
TARGETS: dict[str, Target] = {one.__name__: one for one in (recording, events, profile, decoder, table, settings, page)}


# -- good files to begin with ------------------------------------------------------------------------------------


def seeds(target: str, folder: Path) -> list[bytes]:
    """Small good files for a target."""
    if target == "recording":
        import test_recording_hostile

        return list(test_recording_hostile.seeds(folder).values())
    if target == "profile":
        from liftcheck.shipped import shipped

        return [path.read_bytes() for path in sorted(shipped("firmware_profiles").rglob("*.toml"))]
    if target == "decoder":
        return [_streamed(i, one) for i, one in enumerate(profiles())]
    if target == "table":
        return [
            b"recording,wearer,start_s,end_s,label,height_m,site,load_kg\na,w,1,2.5,legs,1.8,waist,8\nb,,3,4,back,,,\n"
        ]
    if target == "settings":
        return [b'site = "chest"\nheight_m = 1.8\n', b"[trunk]\n[watch]\n", b"[[x]]\na = {b = [1, 2]}\n"]
    if target == "events":
        return [bytes([k, 255, 0]) for k in range(len(KINDS))]
    return [b"<script>alert(1)</script>", b'"><img src=x onerror=y>', "{{7*7}}&lt;\u2028'".encode(), b"plain"]


def _streamed(place: int, which: FirmwareProfile) -> bytes:
    samples = worn(81_001, (), 1).samples[:150]
    data = bytes([place])
    chars = sorted({frame.char for frame in which.frames})
    for packet in packets_of(samples, which.id)[:60]:
        data += bytes([len(packet.data) & 255, chars.index(packet.char) | 8, 0]) + packet.data
    return data


ODD = (
    b"\x00", b"\xff" * 8, b"\x7f\xff\xff\xff", b"nan", b"inf", b"-1", b"1e309", b"9" * 40, b'"', b"'", b"\n", b"\r\n",
    b",", b";", b"\t", b"=", b"[", b"]", b"{", b"}", b"<", b">", b"&", b"../../x", b"\\", b"\x1b[2J", b"\xe2\x80\xa8",
    b"\xf0\x9f\x98\x80", b"[[" * 200, b"[" * 3000, b"true", b"1979-05-27T07:32:00Z", b"0x10", b"{{", b"$", b"%s",
)  # fmt: skip


def damaged(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """The same with some of it flipped, cut, doubled, moved, replaced by something odd or by part of another."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5, 10))):
        at = rng.randrange(len(data) + 1)
        length = int(min(2 ** rng.uniform(0, 9), len(data)))
        kind = rng.randrange(8)
        if kind == 0 and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[at + length :]
        elif kind == 2:
            data = data[:at] + data[at : at + length] * rng.choice((2, 2, 3, 50)) + data[at + length :]
        elif kind == 3:
            data = data[:at] + rng.choice(ODD) + data[at + (length if rng.random() < 0.5 else 0) :]
        elif kind == 4:
            data = data[:at] + rng.randbytes(length) + data[at + length :]
        elif kind == 5:
            other = rng.choice(others)
            begin = rng.randrange(len(other) + 1)
            data = data[:at] + other[begin : begin + length] + data[at + length :]
        elif kind == 6:
            data = data[:at] if rng.random() < 0.3 else data
        else:
            number = LONG.pack(rng.choice((0, 1, 2**31 - 1, 2**32, 2**62, 2**64 - 1, len(data))))
            data = data[:at] + number[: rng.choice((1, 2, 4, 8))] + data[at + 8 :]
    return data[: 2**20]


# -- the run -----------------------------------------------------------------------------------------------------


@dataclass
class Run:
    """What became of the inputs of one target."""

    target: str
    inputs: int = 0
    taken: int = 0
    cpu_s: float = 0.0
    findings: dict[str, bytes] = field(default_factory=dict)

    def line(self) -> str:
        """A row of the table."""
        return f"| {self.target} | {self.inputs} | {self.taken} | {self.cpu_s / 60:.1f} | {len(self.findings)} |"


def one(target: str, data: bytes, folder: Path) -> bool:
    """Gives one input to a target; whether it was taken. Anything but the product's own errors passes through."""
    try:
        TARGETS[target](data, folder)
        return True
    except LiftcheckError as error:
        _sentence(error)
        return False


def damage(target: str, seconds: float, seed: int, folder: Path) -> Run:
    """Random damage for so many seconds of processor time."""
    rng, run = random.Random(seed), Run(target)
    good = seeds(target, folder)
    pool, began = list(good), time.process_time()
    while run.cpu_s < seconds:
        data = damaged(rng.choice(pool), pool, rng)
        run.inputs += 1
        signal.alarm(PATIENCE_S)
        try:
            taken = one(target, data, folder)
            run.taken += taken
            if taken and rng.random() < 0.05 and len(pool) < 300:
                pool.append(data)  # what is still taken may be damaged further
        except Exception as error:
            place = _place(error)
            if place not in run.findings:
                run.findings[place] = data
                print(
                    f"{target}: {type(error).__name__}: {error} at {place}: {_kept(data)}", file=sys.stderr, flush=True
                )
        finally:
            signal.alarm(0)
        run.cpu_s = time.process_time() - began
    return run


def _place(error: BaseException) -> str:
    trace, places = error.__traceback__, []
    while trace:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} {places[-1]} {places[-2] if len(places) > 1 else ''}"


def _kept(data: bytes) -> Path:
    folder = Path(tempfile.gettempdir()) / "liftcheck-findings"
    folder.mkdir(exist_ok=True)
    path = folder / hashlib.sha256(data).hexdigest()[:16]
    path.write_bytes(data)
    return path


def guided(target: str, seconds: float, seed: int) -> None:
    """The same, led by coverage: libFuzzer's mutations, kept where they reach code that none reached before."""
    import atheris  # type: ignore[import-not-found]

    folder, corpus = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    for i, data in enumerate(seeds(target, folder)):
        (corpus / str(i)).write_bytes(data)
    for value in _functions():
        atheris.instrument_func(value)

    def check(data: bytes) -> None:
        try:
            one(target, data, folder)
        except Exception as error:
            place = _place(error)
            if place not in seen:
                seen.add(place)
                print(f"FINDING {target}: {type(error).__name__}: {error} at {place}: {_kept(data)}", flush=True)

    seen: set[str] = set()
    options = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=20000", f"-timeout={PATIENCE_S}"]
    atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=3000", str(corpus)], check)
    atheris.Fuzz()


def _functions() -> Iterator[Any]:
    """Every function and method of the product that is loaded."""
    for name, module in list(sys.modules.items()):
        for value in list(vars(module).values()) if name.startswith("liftcheck.") else ():
            if getattr(value, "__module__", "") == name:
                owned = vars(value).values() if isinstance(value, type) else (value,)
                yield from (one for one in owned if hasattr(one, "__code__"))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def main(seconds: float, only: str, seed: int, guide: str) -> None:
    """Prints the table; the program ends with 1 if there were findings."""
    if guide:
        guided(guide, seconds, seed)
        return
    import warnings

    warnings.simplefilter("error")
    _limit()
    signal.signal(signal.SIGALRM, _too_long)
    print("| reader | inputs | taken | CPU minutes | findings |\n|---|---:|---:|---:|---:|")
    found = 0
    with tempfile.TemporaryDirectory() as name:
        for target in TARGETS:
            if only in target:
                run = damage(target, seconds, seed, Path(name))
                found += len(run.findings)
                print(run.line(), flush=True)
    raise SystemExit(1 if found else 0)


def _too_long(number: int, frame: Any) -> None:
    raise UselessError(f"took longer than {PATIENCE_S} s")
