"""The native recording: what goes in comes out, whatever happens to the writer or to the file."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mcap.reader import make_reader

from liftcheck.errors import RecordingError
from liftcheck.recording import file_reader, read
from liftcheck.recording.file import BLOCK_S, RecordingWriter, write
from liftcheck.recording.lasting import Lasting
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples


def synthetic(seconds: float, rate_hz: float = 100.0, seed: int = 1, gyr: bool = True) -> Samples:
    """Synthetic samples: gravity along z, slow movement, noise."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    t = np.arange(n) / rate_hz
    sway = np.sin(t[:, None] * [0.9, 1.1, 1.3])
    acc = np.array([0.0, 0.0, 9.80665]) + 0.3 * sway + rng.normal(0, 0.02, (n, 3))
    rate = 0.4 * sway + rng.normal(0, 0.003, (n, 3))
    return Samples(t, acc, rate if gyr else np.full((n, 3), np.nan)).rounded()


def same(a: Samples, b: Samples) -> bool:
    return all(x.tobytes() == y.tobytes() for x, y in ((a.t, b.t), (a.acc, b.acc), (a.gyr, b.gyr)))


def begins(whole: Samples, part: Samples) -> bool:
    return same(whole[: len(part)], part)


EVENTS = (
    Event(1.25, "marker", "person", {"text": "größer; 1,5 \n\u2028 'x'"}),
    Event(2.0, "cue", "pipeline", {"rotation": [[1.0, 0.1 + 0.2, 0.0]], "geometry_m": None, "ok": True}),
)


def test_samples_and_events_come_back_bit_for_bit(tmp_path: Path) -> None:
    samples = synthetic(130)
    rough = Samples(samples.t + 3e-7, samples.acc - 1e-4, samples.gyr * -1.00001)
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        for i in range(0, len(rough), 7):
            writer.append(rough[i : i + 7], EVENTS if i == 700 else ())
    recording = read(tmp_path / "a.mcap")
    assert same(recording.samples, rough.rounded())
    assert recording.events == EVENTS
    assert recording.quality == ()
    assert (recording.name, recording.reader) == ("a", "liftcheck")


def test_what_is_known_of_the_session_comes_back(tmp_path: Path) -> None:
    told = Recording(
        synthetic(5),
        events=EVENTS,
        profile="witmotion",
        started="2026-03-01T08:00:00+01:00",
        rate_hz=100.0,
        wearer="Füchsin",
        site="low-back",
        height_m=1.68,
        load_kg=12.5,
        note="third shift",
    )
    write(tmp_path / "a.mcap", told, profile_text="name = 'x'\n")
    back = read(tmp_path / "a.mcap")
    for field in ("events", "profile", "started", "rate_hz", "wearer", "site", "height_m", "load_kg", "note"):
        assert getattr(back, field) == getattr(told, field)
    assert file_reader.profile_text(tmp_path / "a.mcap") == "name = 'x'\n"


def test_a_sensor_without_gyroscope_stays_without(tmp_path: Path) -> None:
    samples = synthetic(3, gyr=False)
    write(tmp_path / "a.mcap", Recording(samples))
    back = read(tmp_path / "a.mcap").samples
    assert same(back, samples)
    assert not back.has_gyr


def test_long_pauses_and_large_values_come_back(tmp_path: Path) -> None:
    samples = synthetic(20)
    t = samples.t + np.where(np.arange(len(samples)) >= 1000, 90_000.0, 0.0)
    acc = samples.acc.copy()
    acc[5] = [1999.0, -1999.0, 0.0005]
    samples = Samples(t, acc, samples.gyr).rounded()
    write(tmp_path / "a.mcap", Recording(samples))
    back = read(tmp_path / "a.mcap")
    assert same(back.samples, samples)
    assert back.quality == ("gaps: 1 longer than 0.2 s, 90000.0 s in all, first at 10.0 s",)


def test_a_missing_value_is_left_out_and_told(tmp_path: Path) -> None:
    samples = synthetic(4)
    acc = samples.acc.copy()
    acc[100, 1], acc[200, 2] = np.nan, np.inf
    write(tmp_path / "a.mcap", Recording(Samples(samples.t, acc, samples.gyr)))
    back = read(tmp_path / "a.mcap")
    assert len(back.samples) == 398
    assert back.quality == ("values missing or impossible: 2 rows left out, first at 1.00 s",)


def test_nothing_is_overwritten_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"mine")
    with pytest.raises(RecordingError, match=r"exists already.*--force"):
        RecordingWriter(path)
    with pytest.raises(RecordingError, match=r"exists already.*--force"):
        write(path, Recording(synthetic(3)))
    assert path.read_bytes() == b"mine"
    write(path, Recording(synthetic(3)), force=True)
    assert len(read(path).samples) == 300
    assert os.listdir(tmp_path) == ["a.mcap"]


def test_a_missing_folder_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"folder .* does not exist"):
        RecordingWriter(tmp_path / "none" / "a.mcap")


def test_while_live_less_than_a_second_waits_to_be_written(tmp_path: Path) -> None:
    samples = synthetic(10)
    writer = RecordingWriter(tmp_path / "a.mcap", durable=False)
    for i in range(0, len(samples), 4):
        writer.append(samples[i : i + 4])
        if i > 100:
            on_disk = read(tmp_path / "a.mcap")
            assert begins(samples, on_disk.samples)
            assert samples.t[min(i + 3, len(samples) - 1)] - on_disk.samples.t[-1] <= BLOCK_S + 0.04
            assert on_disk.quality == ("cut off: the last part could not be read",)
    writer.close()
    assert same(read(tmp_path / "a.mcap").samples, samples)


def test_an_event_is_on_disk_at_once(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "a.mcap")
    writer.append(synthetic(0.3), EVENTS)
    assert file_reader.read(tmp_path / "a.mcap").events == EVENTS
    writer.close()


def chunk_ends(path: Path) -> list[int]:
    with open(path, "rb") as file:
        summary = make_reader(file).get_summary()
    assert summary is not None
    return [index.chunk_start_offset + index.chunk_length for index in summary.chunk_indexes]


@pytest.mark.parametrize("closed", [False, True])
def test_a_file_cut_anywhere_gives_back_everything_but_its_last_chunk(tmp_path: Path, closed: bool) -> None:
    samples = synthetic(310 if closed else 12)
    path, cut = tmp_path / "a.mcap", tmp_path / "cut.mcap"
    writer = RecordingWriter(path, durable=False, profile_text="a = 1")
    whole = {os.path.getsize(path): 0}  # bytes on disk -> samples in them
    for i in range(0, len(samples), 10):
        writer.append(samples[i : i + 10])
        whole.setdefault(os.path.getsize(path), i + 10)
    writer.flush()
    whole.setdefault(os.path.getsize(path), len(samples))
    if closed:
        writer.close()
        whole = {end: min(6000 * (i + 1), len(samples)) for i, end in enumerate(chunk_ends(path))}
    data = path.read_bytes()
    first = min(end for end, n in whole.items() if n)
    for size in {*random.Random(3).sample(range(first, len(data)), 150), *whole, len(data) - 1}:
        if size < first:
            continue
        cut.write_bytes(data[:size])
        found = read(cut)
        assert len(found.samples) == max(n for end, n in whole.items() if end <= size)
        assert begins(samples, found.samples)
        assert len(found.samples) == len(samples) or found.quality[0] == "cut off: the last part could not be read"
    for size in random.Random(4).sample(range(first), 50):
        cut.write_bytes(data[:size])
        with pytest.raises(RecordingError, match=r"^\S*cut\.mcap (is|holds) [^\n]+$"):
            read(cut)
    writer.close()


def test_a_damaged_chunk_costs_only_itself(tmp_path: Path) -> None:
    samples = synthetic(300)
    write(tmp_path / "a.mcap", Recording(samples))
    data = bytearray((tmp_path / "a.mcap").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.mcap").write_bytes(data)
    found = read(tmp_path / "a.mcap")
    assert len(found.samples) == len(samples) - 6000
    assert any(note.startswith("damaged: 1 part of the file") for note in found.quality)
    assert any(note.startswith("gaps: 1 longer") for note in found.quality)


@pytest.mark.parametrize("opcode", [15, 2, 0, 99])
def test_a_chunk_whose_kind_is_damaged_is_told(tmp_path: Path, opcode: int) -> None:
    samples = synthetic(300)
    write(tmp_path / "a.mcap", Recording(samples))
    with open(tmp_path / "a.mcap", "rb") as file:
        summary = make_reader(file).get_summary()
    assert summary is not None
    data = bytearray((tmp_path / "a.mcap").read_bytes())
    data[summary.chunk_indexes[2].chunk_start_offset] = opcode
    (tmp_path / "a.mcap").write_bytes(data)
    found = read(tmp_path / "a.mcap")
    assert len(found.samples) == len(samples) - 6000
    assert "damaged: 1 part of the file could not be read" in found.quality


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x89MCAP0\r\n", "holds no samples"),
        (b"\x89MCAP9\r\n" + bytes(100), "is not a liftcheck recording"),
        (b"\x00\x01\x02garbage" * 50, "is no recording"),
        (b"hello\nworld\n", "is no recording"),
    ],
)
def test_what_is_no_recording_gets_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=says) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_stranger_can_decode_the_blocks_by_the_words_in_the_file(tmp_path: Path) -> None:
    samples = synthetic(5)
    write(tmp_path / "a.mcap", Recording(samples, events=EVENTS))
    with open(tmp_path / "a.mcap", "rb") as file:
        summary = make_reader(file).get_summary()
        messages = list(make_reader(file).iter_messages())
    assert summary is not None
    schema = next(s for s in summary.schemas.values() if s.name == "liftcheck.SampleBlock")
    assert "little-endian" in schema.data.decode()
    t: list[float] = []
    rows: list[list[float]] = []
    for _, channel, message in messages:
        if channel.topic == "samples":  # as the words say, with nothing of ours
            n, t0 = (
                int.from_bytes(message.data[:4], "little"),
                int.from_bytes(message.data[4:12], "little", signed=True),
            )
            planes = [message.data[12 + i * n : 12 + (i + 1) * n] for i in range(28)]
            columns = [
                [
                    int.from_bytes(bytes(p[i] for p in planes[4 * c : 4 * c + 4]), "little", signed=c > 0)
                    for i in range(n)
                ]
                for c in range(7)
            ]
            for i in range(n):
                t0 += columns[0][i]
                t.append(t0 * 1e-6)
                rows.append([columns[c][i] * (5e-4 if c < 4 else 5e-5) for c in range(1, 7)])
        else:
            assert json.loads(message.data)["kind"] in ("marker", "cue")
    assert np.array_equal(t, samples.t)
    assert np.array_equal(rows, np.hstack([samples.acc, samples.gyr]))


def test_raw_packets_are_kept_when_asked_for(tmp_path: Path) -> None:
    class Packet:
        def __init__(self, at: float, data: bytes) -> None:
            self.at, self.data = at, data

    packets = [Packet(12.5 + i, bytes([i]) * 20) for i in range(50)]
    for keep in (True, False):
        with RecordingWriter(tmp_path / f"{keep}.mcap", keep_packets=keep) as writer:
            writer.append(synthetic(5), packets=packets)
        found = list(file_reader.packets(tmp_path / f"{keep}.mcap"))
        assert found == ([(p.at, p.data) for p in packets] if keep else [])


def test_an_event_with_a_value_that_json_lacks_does_not_end_the_recording(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        writer.append(synthetic(3), [Event(1.0, "lift", data={"knee_deg": float("nan"), "n": 1})])
    assert read(tmp_path / "a.mcap").events == (Event(1.0, "lift", data={"knee_deg": None, "n": 1}),)


def full(fd: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_that_cannot_keep_what_was_written_loses_nothing_and_the_rest_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = synthetic(6)
    writer = RecordingWriter(tmp_path / "a.mcap")
    writer.append(samples[:200])
    writer.flush()
    assert writer._lasting is not None
    writer._lasting.stop()  # it has asked by now
    with monkeypatch.context() as patch:
        patch.setattr("liftcheck.recording.lasting.os.fsync", full)
        writer.append(samples[200:220])
        writer.flush()  # in one piece: asked once, and told with the next one
        writer._lasting.stop()
        with pytest.raises(RecordingError, match=r"a.mcap cannot be written: No space left"):
            writer.append(samples[220:400])
        assert same(file_reader.read(tmp_path / "a.mcap").samples, samples[:220])
    writer.append(samples[400:])
    writer.close()
    assert same(read(tmp_path / "a.mcap").samples, samples)


def test_the_writing_does_not_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, begun, may_go_on = [], threading.Event(), threading.Event()
    samples = synthetic(6)

    def slow(fd: int) -> None:
        asked.append(fd)
        begun.set()
        may_go_on.wait()

    with monkeypatch.context() as patch:
        patch.setattr("liftcheck.recording.lasting.os.fsync", slow)
        writer = RecordingWriter(tmp_path / "a.mcap")
        for low in range(0, len(samples), 10):
            writer.append(samples[low : low + 10])
        assert len(file_reader.read(tmp_path / "a.mcap").samples) > len(samples) - 40
        assert begun.wait(10.0)
        assert len(asked) == 1
        may_go_on.set()
        writer.close()


def test_a_disk_that_failed_once_is_told_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = threading.Event()

    def broken(fd: int) -> None:
        if not failed.is_set():
            failed.set()
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("liftcheck.recording.lasting.os.fsync", broken)
    with (tmp_path / "a").open("wb") as file:
        lasting = Lasting()
        lasting.ask(file)
        assert failed.wait(10.0)
        with pytest.raises(OSError, match="Input/output"):
            lasting.close(file)


def test_a_file_moved_while_it_is_written_is_complete_where_it_is(tmp_path: Path) -> None:
    samples = synthetic(6)
    writer = RecordingWriter(tmp_path / "a.mcap")
    writer.append(samples[:300])
    os.rename(tmp_path / "a.mcap", tmp_path / "b.mcap")
    writer.append(samples[300:])
    writer.close()
    assert os.listdir(tmp_path) == ["b.mcap"]
    found = read(tmp_path / "b.mcap")
    assert same(found.samples, samples)
    assert found.quality == ()


def test_compacting_makes_the_file_smaller_and_changes_nothing(tmp_path: Path) -> None:
    samples = synthetic(200)
    writer = RecordingWriter(tmp_path / "a.mcap", started="2026-01-01T00:00:00+00:00", durable=False)
    for i in range(0, len(samples), 5):
        writer.append(samples[i : i + 5], [Event(samples.t[i], "marker")] if i % 1000 == 0 else [])
    writer.flush()
    before, size = read(tmp_path / "a.mcap"), os.path.getsize(tmp_path / "a.mcap")
    writer.close()
    after = read(tmp_path / "a.mcap")
    assert os.path.getsize(tmp_path / "a.mcap") < size
    assert same(before.samples, after.samples)
    assert replace(before, samples=after.samples, quality=()) == replace(after, samples=after.samples) or (
        before.events == after.events and before.started == after.started
    )


KILLED = """
import sys, time
import numpy as np
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Samples

writer = RecordingWriter(sys.argv[1])
i = 0
while True:
    t = np.arange(i, i + 5) / 100
    writer.append(Samples(t, np.full((5, 3), 5.0) + t[:, None], np.zeros((5, 3))))
    i += 5
    print(i, flush=True)
    time.sleep(0.001)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a system with kill -9")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_recorder_loses_at_most_one_second(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.mcap"
    wanted = random.Random(seed).randint(60, 400)
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(int(line))
        if len(lines) >= wanted:
            break
    process.send_signal(signal.SIGKILL)
    lines += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    samples = read(path).samples
    assert lines[-1] / 100 - samples.t[-1] <= 1.0
    assert np.array_equal(samples.t, (np.rint(np.arange(len(samples)) * 1e4) * 1e-6))
    assert os.listdir(tmp_path) == ["a.mcap"]


def test_eight_hours_are_small_and_quickly_read(tmp_path: Path) -> None:
    # A twentieth of it; the size is proportional to the length.
    samples = synthetic(8 * 3600 / 20)
    write(tmp_path / "a.mcap", Recording(samples))
    assert os.path.getsize(tmp_path / "a.mcap") * 20 < 60e6
    begun = time.perf_counter()
    read(tmp_path / "a.mcap")
    assert (time.perf_counter() - begun) * 20 < 20  # a generous bound: some machines are slow


def test_the_example_in_the_documentation_reads_a_recording(tmp_path: Path) -> None:
    samples = synthetic(130)
    write(tmp_path / "a.mcap", Recording(samples, events=EVENTS))
    text = (Path(__file__).parent.parent / "docs" / "recording-format.md").read_text(encoding="utf-8")
    names: dict[str, object] = {"path": tmp_path / "a.mcap"}
    exec(text.split("```python\n")[1].split("```")[0], names)
    assert np.array_equal(names["t"], samples.t)  # type: ignore[arg-type]
    assert np.array_equal(names["values"], np.hstack([samples.acc, samples.gyr]))  # type: ignore[arg-type]


def test_a_file_damaged_while_it_is_written_is_not_rewritten(tmp_path: Path) -> None:
    samples = synthetic(20)
    writer = RecordingWriter(tmp_path / "a.mcap", durable=False)
    for i in range(0, len(samples), 10):
        writer.append(samples[i : i + 10])
    with open(tmp_path / "a.mcap", "r+b") as file:
        file.seek(file.seek(0, 2) // 2)
        file.write(b"\xff" * 8)
    writer.close()
    assert os.listdir(tmp_path) == ["a.mcap"]
    found = read(tmp_path / "a.mcap")
    assert len(found.samples) > 0.4 * len(samples)
    assert found.quality[0].startswith(("damaged: ", "cut off: "))


def test_a_recording_of_an_accelerometer_that_was_off_is_refused_in_one_sentence(tmp_path: Path) -> None:
    samples = synthetic(6)
    with RecordingWriter(tmp_path / "a.mcap") as writer:
        writer.append(Samples(samples.t, 0 * samples.acc, samples.gyr))
    with pytest.raises(RecordingError, match=rf"a.mcap holds no samples that can be used \(.*{len(samples)} rows left"):
        read(tmp_path / "a.mcap")
