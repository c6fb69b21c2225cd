"""Every fault of link and sensor, what the product says of it, and what it does to the verdicts."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from liftcheck.lifts.lift import Lift
from liftcheck.samples import Samples
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile
from liftcheck.sensors.profiles.profile import Choice
from reliability.sittings import Arrival, Sat, Worn, answered, moved, packets_of, sit, worn

WITMOTION = "witmotion-ble5"  # no clock and no counter of its own: all is known from the arrivals
REFERENCE = "liftcheck-reference"  # clock and counter
SUPERVISION_S = 0.72  # a silence this long ends a link
Change = Callable[[list[Packet], Worn, np.random.Generator], Sequence[Arrival]]


def _same(packets: list[Packet], _: Worn, __: np.random.Generator) -> Sequence[Arrival]:
    return packets


@dataclass(frozen=True)
class Fault:
    """How a session is broken. link: what becomes of the packets. sensor: of the samples. body: `simulate --fault`.

    profile: the sensor's; read_as: what it is taken for. sent, read: options that it has, and that are believed.
    clock: by how much its clock is faster; restarts: s at which it begins anew.
    """

    name: str
    link: Change = _same
    sensor: Callable[[Samples], Samples] = lambda samples: samples
    body: tuple[str, ...] = ()
    profile: str = WITMOTION
    read_as: str | None = None
    sent: dict[str, Choice] = field(default_factory=dict)
    read: dict[str, Choice] = field(default_factory=dict)
    clock: float = 0.0
    restarts: tuple[float, ...] = ()


def lossy(share: float, burst: float) -> Change:
    """Packets lost at random, so many in a row on average (Gilbert 1960)."""

    def change(packets: list[Packet], _: Worn, rng: np.random.Generator) -> Sequence[Arrival]:
        leave, bad, kept = 1 / burst, False, []
        enter = min(1.0, leave * share / (1 - share))
        for packet in packets:
            bad = rng.random() >= leave if bad else rng.random() < enter
            if not bad:
                kept.append(packet)
        return kept

    return change


def silent(seconds: float, every: int) -> Change:
    """Nothing comes for so long, each time beginning in the descent of every so-many-th lift."""

    def change(packets: list[Packet], session: Worn, _: np.random.Generator) -> Sequence[Arrival]:
        arrivals: list[Arrival] = list(packets)
        free = 0.0
        for label in session.labels[1::every]:
            start = label.start_s + 0.6 * (label.bottom_s - label.start_s)
            if start < free:
                continue
            free = start + seconds + 5.0
            arrivals = [one for one in arrivals if not start <= one.at < start + seconds]
            if seconds > SUPERVISION_S:
                lost = LinkChange(start + SUPERVISION_S, "lost", "out of range", message="The link is lost.")
                arrivals += [lost, LinkChange(start + seconds, "connected")]
        return sorted(arrivals, key=lambda one: one.at)

    return change


def twice(share: float) -> Change:
    """Some packets come twice."""

    def change(packets: list[Packet], _: Worn, rng: np.random.Generator) -> Sequence[Arrival]:
        return [copy for packet in packets for copy in [packet] * (1 + int(rng.random() < share))]

    return change


def late(share: float, up_to_s: float) -> Change:
    """Some packets are late, and what is behind them waits with them."""

    def change(packets: list[Packet], _: Worn, rng: np.random.Generator) -> Sequence[Arrival]:
        at = np.array([packet.at for packet in packets])
        at += np.where(rng.random(len(at)) < share, rng.random(len(at)) * up_to_s, 0.0)
        return [replace(packet, at=float(t)) for packet, t in zip(packets, np.maximum.accumulate(at), strict=True)]

    return change


def dying(until: float) -> Change:
    """The battery sinks from 20 percent to nothing, the link breaks more and more often, then all is over."""

    def change(packets: list[Packet], session: Worn, rng: np.random.Generator) -> Sequence[Arrival]:
        end = until * float(session.samples.t[-1])
        told = [LinkChange(t, "battery", percent=20 * (1 - t / end)) for t in np.arange(0.0, end, 5.0)]
        kept = [one for one in packets if one.at < end and rng.random() > 0.3 * (one.at / end) ** 4]
        over = LinkChange(end + SUPERVISION_S, "lost", "out of range", message="The link is lost.")
        return sorted([*told, *kept, over], key=lambda one: one.at)

    return change


def damaged(share: float) -> Change:
    """In some packets one bit is wrong (which Bluetooth's own checksum does not let through)."""

    def change(packets: list[Packet], _: Worn, rng: np.random.Generator) -> Sequence[Arrival]:
        return [_flipped(packet, rng) if rng.random() < share else packet for packet in packets]

    return change


def _flipped(packet: Packet, rng: np.random.Generator) -> Packet:
    data = bytearray(packet.data)
    data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
    return replace(packet, data=bytes(data))


def times_acc(factor: float) -> Callable[[Samples], Samples]:
    """The accelerometer's range is another than is believed."""
    return lambda samples: Samples(samples.t, samples.acc * factor, samples.gyr)


def times_gyr(*factors: float) -> Callable[[Samples], Samples]:
    """The gyroscope's range, or an axis of it, is another than is believed."""
    return lambda samples: Samples(samples.t, samples.acc, samples.gyr * np.array(factors))


def stuck_gyr(axis: int, from_s: float) -> Callable[[Samples], Samples]:
    """One axis of the gyroscope holds its value from a moment on."""

    def change(samples: Samples) -> Samples:
        gyr = samples.gyr.copy()
        gyr[samples.t >= from_s, axis] = gyr[int(np.searchsorted(samples.t, from_s)), axis]
        return Samples(samples.t, samples.acc, gyr)

    return change


def held(every_s: float, for_s: float) -> Callable[[Samples], Samples]:
    """The sensor's firmware sends its last values again and again for a while."""

    def change(samples: Samples) -> Samples:
        phase = np.mod(samples.t, every_s)
        fresh = np.where(phase >= for_s, np.arange(len(samples)), 0)
        last = np.maximum.accumulate(fresh)
        return Samples(samples.t, samples.acc[last], samples.gyr[last])

    return change


def swapped(samples: Samples) -> Samples:
    """Two axes of the accelerometer changed places, not those of the gyroscope."""
    return Samples(samples.t, samples.acc[:, [1, 0, 2]], samples.gyr)


WRONG = {("legs", "back"), ("back", "legs")}
DEFAULTS = ("Connected.", "height not given", "site not given")  # said of healthy sessions too
NONE = Fault("none")
FAULTS: tuple[Fault, ...] = (
    *(Fault(f"loss {100 * share:.0f} %", lossy(share, 1)) for share in (0.01, 0.05, 0.1, 0.2, 0.3)),
    *(Fault(f"loss {100 * share:.0f} % in bursts of 8", lossy(share, 8)) for share in (0.05, 0.1, 0.3)),
    *(
        Fault(f"loss {100 * share:.0f} %, clock and counter", lossy(share, 1), profile=REFERENCE)
        for share in (0.05, 0.3)
    ),
    *(Fault(f"silence of {s:g} s in lifts", silent(s, 2)) for s in (0.1, 0.3, 1.0, 3.0)),
    *(Fault(f"silence of {s:g} s", silent(s, 4)) for s in (10.0, 60.0)),
    Fault("silence of 0.3 s in lifts, clock and counter", silent(0.3, 2), profile=REFERENCE),
    Fault("10 % of the packets twice", twice(0.1)),
    Fault("10 % twice, clock and counter", twice(0.1), profile=REFERENCE),
    Fault("3 % late by up to 0.5 s", late(0.03, 0.5)),
    Fault("3 % late by up to 0.5 s, clock and counter", late(0.03, 0.5), profile=REFERENCE),
    Fault("sensor restarts its clock", profile=REFERENCE, restarts=(40.0,)),
    Fault("one bit wrong in 1 % of packets", damaged(0.01)),
    Fault("battery dies", dying(0.7)),
    Fault("rate 5 % high", clock=0.05),
    Fault("rate 5 % low", clock=-0.05),
    Fault("rate 5 % high, clock and counter", clock=0.05, profile=REFERENCE),
    Fault("profile of another maker", read_as="movella-dot"),
    Fault("half the accelerometer's range believed", _same, times_acc(0.5)),
    Fault("twice the accelerometer's range believed", _same, times_acc(2.0)),
    Fault("accelerometer reads a quarter", _same, times_acc(0.25)),
    Fault("half the gyroscope's range believed", _same, times_gyr(0.5, 0.5, 0.5)),
    Fault("twice the gyroscope's range believed", _same, times_gyr(2.0, 2.0, 2.0)),
    Fault("one gyroscope axis with the wrong sign", _same, times_gyr(1.0, -1.0, 1.0)),
    Fault("two accelerometer axes swapped", _same, swapped),
    Fault("accelerometer axis sticks", body=("stuck-axis=40",)),
    Fault("gyroscope axis sticks", _same, stuck_gyr(1, 40.0)),
    Fault("gyroscope dies", body=("dying-gyro=40",)),
    Fault("values repeat for 1.5 s, every 9 s", _same, held(9.0, 1.5)),
    Fault("range ends at 1.5 g, 150 deg/s", body=("saturation=1.5",)),
    Fault("offset 50 mg", body=("offset=50",)),
    Fault("gyroscope offset 5 deg/s", body=("gyro-offset=5",)),
    Fault("noise times 5", body=("noise=5",)),
    Fault("steps of 8 bits", body=("quantisation=8",)),
    Fault("skin shakes three times as much", body=("wobble=3",)),
    Fault("slips by 8 degrees", body=("slip=8",)),
    Fault("slips by 20 degrees", body=("slip=20",)),
    Fault("turned upside down", body=("turned-over=40",)),
    Fault("taken off and put on a table", body=("taken-off=40",)),
)


@dataclass(frozen=True, eq=False)
class Judged:
    """A session with its verdicts beside the truth: by the place of the label, "" where no lift was found."""

    labels: tuple[str, ...]
    verdicts: tuple[str, ...]
    notes: tuple[tuple[str, ...], ...]  # the quality of each lift, and its reason if it is unclear
    alarms: int  # decided lifts that answer no label
    words: tuple[str, ...]  # what the recording's quality, the messages and the events say
    same_after: bool  # whether `score` says of the file what was said live


def hold(fault: Fault, seed: int, lifts: int = 12) -> Judged:
    """One session with a fault."""
    session = worn(seed, fault.body, lifts)
    measured = fault.sensor(session.samples)
    packets = packets_of(measured, fault.profile, choices=fault.sent, rate_error=fault.clock, restarts=fault.restarts)
    arrivals = fault.link(packets, session, np.random.default_rng([seed, 77]))
    began = float(measured.t[0])
    fast = 1 + fault.clock if load_profile(fault.profile).stream.time == "arrival" else 1.0  # else by its own clock
    labels = moved(session.labels, lambda t: (t - began) / fast)
    events = tuple(replace(event, t=event.t / (1 + fault.clock)) for event in session.events)
    with tempfile.TemporaryDirectory() as folder:
        sat = sit(
            arrivals, fault.read_as or fault.profile, measured, events, Path(folder) / "a.mcap", choices=fault.read
        )
    return _judged(sat, labels)


def _judged(sat: Sat, labels: Sequence[object]) -> Judged:
    found = answered(sat.lifts, labels)  # type: ignore[arg-type]
    decided = sum(lift.is_lift and str(lift.technique) in ("legs", "back", "mixed") for lift in sat.lifts)
    matched = sum(str(lift.technique) in ("legs", "back", "mixed") for lift in found.values())
    words = [*sat.said, *(kind for kind in sat.kinds if kind.startswith(("link", "re-zero", "remount", "slip")))]
    if sat.score is not None and sat.score.row["quality"]:
        words += str(sat.score.row["quality"]).split("; ")
    if sat.score is not None and (loss := sat.score.row["loss_percent"]) and loss >= 0.5:
        words.append(f"loss {loss:.0f} %")
    if sat.score is None:
        words.append("no file to score")
    return Judged(
        tuple(label.label for label in labels),  # type: ignore[attr-defined]
        tuple(str(found[i].technique) if i in found else "" for i in range(len(labels))),
        tuple(_notes(found[i]) if i in found else () for i in range(len(labels))),
        decided - matched,
        tuple(dict.fromkeys(words)),
        sat.score is None or [_bare(one) for one in sat.lifts] == [_bare(one) for one in sat.score.lifts],
    )


def _notes(lift: Lift) -> tuple[str, ...]:
    reason = (lift.reason,) if str(lift.technique) == "unclear" else ()
    return tuple(words for words in (*lift.quality, *reason) if not words.startswith(DEFAULTS))


def _bare(lift: object) -> tuple[object, ...]:
    return tuple(value for name, value in vars(lift).items() if name != "curve")


@dataclass
class Row:
    """What a fault did to all sessions."""

    fault: Fault
    bends: int = 0
    decided: int = 0
    unclear: int = 0
    missed: int = 0
    wrong: int = 0
    silent: int = 0  # wrong, right without the fault, and nothing says that anything is amiss
    alarms: int = 0
    words: Counter[str] = field(default_factory=Counter)
    unlike: int = 0  # sessions of which `score` says something else than live did

    def add(self, healthy: Judged, judged: Judged) -> None:
        """Counts one session."""
        told = [words for words in judged.words if not words.startswith(DEFAULTS) and words not in healthy.words]
        self.words.update({_general(words) for words in told})
        self.bends += len(judged.labels)
        self.alarms += judged.alarms
        self.unlike += not judged.same_after
        for label, verdict, before, notes in zip(
            judged.labels, judged.verdicts, healthy.verdicts, judged.notes, strict=True
        ):
            self.decided += verdict in ("legs", "back", "mixed")
            self.unclear += verdict == "unclear"
            self.missed += verdict == ""
            if (label, verdict) in WRONG:
                self.wrong += 1
                self.silent += not told and not notes and (label, before) not in WRONG
            self.words.update({f"lift: {_general(note)}" for note in notes})


def _general(words: str) -> str:
    """A note without its numbers, so that the same notes count together."""
    return " ".join("#" if any(sign.isdigit() for sign in word) else word for word in words.split())


def table(faults: Sequence[Fault], seeds: Sequence[int], lifts: int = 12) -> Iterator[Row]:
    """A row for each fault, as it is done; the first is no fault at all."""
    healthy: dict[tuple[str, int], Judged] = {}
    for fault in (NONE, replace(NONE, name="none, clock and counter", profile=REFERENCE), *faults):
        row = Row(fault)
        for seed in seeds:
            key = (fault.profile, seed)
            if key not in healthy:
                healthy[key] = hold(replace(NONE, profile=fault.profile), seed, lifts)
            row.add(healthy[key], hold(fault, seed, lifts))
        yield row


HEAD = "fault | bends | decided | unclear | missed | wrong | silently wrong | false lifts | what it says (times)"


def line(row: Row, most: int = 4) -> str:
    """A row of the table, in Markdown."""
    said = "; ".join(f"{words} ({n})" for words, n in row.words.most_common(most)) or "nothing"
    numbers = (row.bends, row.decided, row.unclear, row.missed, row.wrong, row.silent, row.alarms)
    unlike = f"; **`score` differs in {row.unlike}**" if row.unlike else ""
    return f"| {row.fault.name} | " + " | ".join(map(str, numbers)) + f" | {said}{unlike} |"


def main(sessions: int, lifts: int, only: str = "") -> None:
    """Prints the table."""
    print(f"| {HEAD} |")
    print("|---" + "|---:" * 7 + "|---|")
    chosen = [fault for fault in FAULTS if only in fault.name]
    for row in table(chosen, range(81_001, 81_001 + sessions), lifts):
        print(line(row, 6), flush=True)
