"""Files that are damaged or made to do harm: one sentence or a recording comes out, in bounded time and memory."""

import gzip
import io
import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.data_stream import RecordBuilder
from mcap.records import Chunk, McapRecord, Message
from mcap.writer import MCAP0_MAGIC
from test_recording_plain import synthetic, text_of
from test_vendors import DOT_HEAD, META_HEAD, WIT, write_pair

from liftcheck.errors import LiftcheckError, RecordingError
from liftcheck.recording import blocks, file_reader, labels, parquet, read
from liftcheck.recording.file import RecordingWriter, write
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event
from liftcheck.scoring.evaluation.labels import distractors_of
from liftcheck.scoring.files import read_rows

FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAMPLES = synthetic(4.0, 50.0)


def vendor_lines(header: str, row: Callable[[float, list[str], list[str]], list[str]], delimiter: str) -> bytes:
    lines = [header]
    for t, acc, gyr in zip(SAMPLES.t, SAMPLES.acc / 9.8, SAMPLES.gyr * 57, strict=True):
        cells = row(t, [f"{value:.3f}" for value in acc], [f"{value:.2f}" for value in gyr])
        lines.append(delimiter.join(cells))
    return "\n".join(lines).encode()


def native(tmp_path: Path, *, closed: bool) -> bytes:
    path = tmp_path / "seed.mcap"
    writer = RecordingWriter(path, force=True, durable=False, wearer="w", site="waist", profile_text="a = 1")
    writer.append(SAMPLES[:120], [Event(1.0, "marker", "person", {"text": "x"})])
    writer.append(SAMPLES[120:], [Event(2.0, "battery", data={"percent": 7})])
    data = path.read_bytes()
    writer.close()
    return path.read_bytes() if closed else data


def seeds(tmp_path: Path) -> dict[str, bytes]:
    """A small valid file of every kind."""
    plain = "\n".join(text_of(SAMPLES)).encode()
    parquet.write(tmp_path / "seed.parquet", Recording(SAMPLES), force=True)
    dot = "\n".join([*DOT_HEAD, ""]).encode()
    dot += vendor_lines(
        "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z",
        lambda t, g, dps: ["1", str(round(t * 1e6)), *g, *dps],
        ",",
    )
    meta = vendor_lines(META_HEAD.format("g"), lambda t, g, _: [str(round(t * 1000)), "x", f"{t:.3f}", *g], ",")
    return {
        "native": native(tmp_path, closed=True),
        "live": native(tmp_path, closed=False),
        "plain": plain,
        "packed": gzip.compress(plain),
        "parquet": (tmp_path / "seed.parquet").read_bytes(),
        "dot": dot,
        "metamotion": meta,
        **{name: vendor_lines(header, row, delimiter) for name, (header, row, delimiter) in WIT.items()},
    }


KINDS = ["native", "live", "plain", "packed", "parquet", "dot", "metamotion", *WIT]


def survives(path: Path, data: bytes) -> None:
    """A recording whose numbers can be used, or one sentence that begins with the file."""
    path.write_bytes(data)
    try:
        recording = read(path)
    except RecordingError as error:
        message = str(error)
    else:
        samples = recording.samples
        assert np.isfinite(samples.t).all()
        assert np.isfinite(samples.acc).all()
        assert (np.diff(samples.t) > 0).all()
        assert np.isfinite(samples.gyr).all() or not samples.has_gyr
        assert all(words and "\n" not in words for words in recording.quality)
        return
    assert message.startswith(str(path))
    assert "\n" not in message


@FEW
@given(data=st.data())
def test_any_bytes_give_a_recording_or_one_sentence(tmp_path: Path, data: st.DataObject) -> None:
    begin = data.draw(st.sampled_from([b"", MCAP0_MAGIC, b"\x1f\x8b\x08", b"PAR1", *SEED_HEADS]))
    survives(tmp_path / "a.csv", begin + data.draw(st.binary(max_size=300)))


SEED_HEADS = [
    (text_of(SAMPLES)[0] + "\n").encode(),
    ("\n".join(DOT_HEAD) + "\nPacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z\n").encode(),
    *((header + "\n").encode() for header, _, _ in WIT.values()),
]

CUTS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "set", "delete", "repeat", "insert", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 200),
        st.binary(min_size=1, max_size=20),
    ),
    min_size=1,
    max_size=6,
)


def damaged(data: bytes, cuts: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, place, length, new in cuts:
        at = int(place * len(data))
        if kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ (1 << length % 8)]) + data[at + 1 :]
        elif kind == "set":
            data = data[:at] + new + data[at + len(new) :]
        elif kind == "delete":
            data = data[:at] + data[at + length :]
        elif kind == "repeat":
            data = data[: at + length] + data[at : at + length] + data[at + length :]
        elif kind == "insert":
            data = data[:at] + new + data[at:]
        elif kind == "cut":
            data = data[:at] if length < 20 else data
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_gives_a_recording_or_one_sentence(tmp_path: Path, kind: str) -> None:
    seed = seeds(tmp_path)[kind]
    survives(tmp_path / "a.bin", seed)
    assert read(tmp_path / "a.bin")

    @settings(max_examples=40, deadline=None)
    @given(cuts=CUTS)
    def check(cuts: list[tuple[str, float, int, bytes]]) -> None:
        survives(tmp_path / "a.bin", damaged(seed, cuts))

    check()


@FEW
@given(
    cells=st.lists(
        st.lists(
            st.one_of(
                st.floats(width=32).map(str),
                st.sampled_from(["", "nan", "-inf", "1e308", "1e-320", "0x1p3", "1_000", "١", '"1"', "1,5", "null"]),
                st.integers(-(10**30), 10**30).map(str),
            ),
            min_size=5,
            max_size=8,
        ),
        min_size=20,
        max_size=60,
    )
)
def test_any_numbers_in_a_table_give_a_recording_or_one_sentence(tmp_path: Path, cells: list[list[str]]) -> None:
    for header, delimiter in ((text_of(SAMPLES)[0], ","), (WIT["sdk"][0], "\t"), (WIT["gyro"][0], "\t")):
        survives(tmp_path / "a.csv", "\n".join([header, *(delimiter.join(row) for row in cells)]).encode())


@FEW
@given(t=st.lists(st.floats(-1e6, 1e6) | st.floats(0, 20) | st.integers(0, 30).map(float), min_size=12, max_size=80))
def test_any_times_become_strictly_increasing(tmp_path: Path, t: list[float]) -> None:
    lines = [text_of(SAMPLES)[0], *(f"{value!r},0.1,{i * 1e-3},9.8,0,0,0.{i}" for i, value in enumerate(t))]
    survives(tmp_path / "a.csv", "\n".join(lines).encode())


@FEW
@given(text=st.text(max_size=200), more=st.binary(max_size=50))
def test_any_table_of_labels_gives_labels_or_one_sentence(tmp_path: Path, text: str, more: bytes) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(b"recording,wearer,start_s,end_s,label,height_m,site\n" + text.encode("utf-8", "replace") + more)

    def distractors(path: Path) -> None:
        distractors_of(read_rows(path), str(path))

    for read_table in (labels.read_labels, labels.read_wearers, distractors):
        try:
            read_table(path)
        except LiftcheckError as error:
            message = str(error)
            assert message.startswith(str(path))


def mcap(*records: McapRecord | bytes) -> bytes:
    data = MCAP0_MAGIC
    for record in records:
        if isinstance(record, bytes):
            data += record
        else:
            builder = RecordBuilder()
            record.write(builder)
            data += builder.end()
    return data


def chunk_of(inside: bytes, *, claimed: int | None = None, packed: bytes | None = None, how: str = "zstd") -> Chunk:
    return Chunk(
        compression=how,
        data=zstandard.compress(inside) if packed is None else packed,
        message_start_time=0,
        message_end_time=0,
        uncompressed_crc=zlib.crc32(inside),
        uncompressed_size=len(inside) if claimed is None else claimed,
    )


def message_of(channel: int, data: bytes) -> bytes:
    return mcap(Message(channel_id=channel, log_time=0, data=data, publish_time=0, sequence=0))[len(MCAP0_MAGIC) :]


def good_block() -> bytes:
    return next(iter(blocks.encode(blocks.counts_of(SAMPLES))))[1]


def endless(what: bytes, size: int) -> bytes:
    """`size` repetitions of a megabyte, packed."""
    packer = zstandard.ZstdCompressor().compressobj()
    return b"".join(packer.compress(what * 2**20) for _ in range(size)) + packer.flush()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a length that lies", lambda: mcap(struct.pack("<BQ", 6, 2**62))),
        ("a length of all bits", lambda: mcap(struct.pack("<BQ", 9, 2**64 - 1))),
        ("an attachment that lies inside", lambda: mcap(struct.pack("<BQ", 9, 40) + b"\xff" * 40)),
        ("an attachment longer than any", lambda: mcap(struct.pack("<BQ", 9, 40) + bytes(24) + b"\xff" * 16)),
        ("metadata that lies inside", lambda: mcap(struct.pack("<BQ", 12, 40) + b"\xff" * 40)),
        ("a chunk that claims much", lambda: mcap(chunk_of(good_block(), claimed=2**63))),
        ("a chunk that explodes", lambda: mcap(chunk_of(b"", claimed=1000, packed=endless(b"\x05", 300)))),
        ("a chunk packed in an unknown way", lambda: mcap(chunk_of(good_block(), how="zip"))),
        ("a message that lies", lambda: mcap(chunk_of(struct.pack("<BQ", 5, 2**40) + bytes(30)))),
        ("a message too short", lambda: mcap(chunk_of(struct.pack("<BQ", 5, 3) + bytes(3)))),
        ("a block that lies", lambda: mcap(chunk_of(message_of(1, struct.pack("<Iq", 2**32 - 1, 0) + bytes(99))))),
        ("a block of nothing", lambda: mcap(chunk_of(message_of(1, b"")))),
        (
            "a block from the end of time",
            lambda: mcap(chunk_of(message_of(1, struct.pack("<Iq", 1, 2**63 - 1) + bytes(28)))),
        ),
    ],
)
def test_a_hostile_native_file_gets_one_sentence_in_little_memory(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(make())
    tracemalloc.start()
    with pytest.raises(RecordingError, match="holds no samples that liftcheck can read"):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6, name


@pytest.mark.parametrize(
    "event",
    [
        b"[" * 100_000,
        b'{"t": 1, "kind": "x", "by": "person", "data": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
        b"[1, 2]",
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"t": "soon", "kind": "x", "by": "person", "data": {}}',
        b'{"t": NaN, "kind": "x", "by": "person", "data": {}}',
        b'{"t": 1e999, "kind": "x", "by": "person", "data": {}}',
        b'{"t": 1, "kind": ["x"], "by": "person", "data": {}}',
        b'{"t": 1, "kind": "x", "by": "nobody", "data": {}}',
        b'{"t": 1, "kind": "x", "by": ["person"], "data": {}}',
        b'{"t": 1, "kind": "x", "by": "person", "data": []}',
        b'{"t": ' + b"9" * 5000 + b', "kind": "x", "by": "person", "data": {}}',
        b'{"kind": "x"}',
    ],
)
def test_an_event_that_is_none_is_passed_over_and_told(tmp_path: Path, event: bytes) -> None:
    good = json.dumps({"t": 1.0, "kind": "marker", "by": "person", "data": {}}).encode()
    inside = message_of(1, good_block()) + message_of(2, event) + message_of(2, good)
    (tmp_path / "a.mcap").write_bytes(mcap(chunk_of(inside)))
    recording = read(tmp_path / "a.mcap")
    assert recording.events == (Event(1.0, "marker", "person", {}),)
    assert "damaged: 1 event could not be read" in recording.quality


def test_values_known_of_a_session_that_cannot_be_are_ignored(tmp_path: Path) -> None:
    write(
        tmp_path / "a.mcap",
        Recording(SAMPLES, site="knee", height_m=180.0, rate_hz=float("nan"), load_kg=float("inf"), note="n" * 100_000),
    )
    recording = read(tmp_path / "a.mcap")
    assert (recording.site, recording.height_m, recording.rate_hz, recording.load_kg) == (None, None, None, None)
    assert len(recording.note or "") == 4000
    assert "site 'knee' is unknown and was ignored" in recording.quality


def test_too_many_samples_or_messages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mcap").write_bytes(native(tmp_path, closed=True))
    monkeypatch.setattr(file_reader, "MOST_SAMPLES", 100)
    with pytest.raises(RecordingError, match="holds more than 100 samples"):
        read(tmp_path / "a.mcap")
    monkeypatch.setattr(file_reader, "MOST_MESSAGES", 0)
    with pytest.raises(RecordingError, match="holds more than 0 messages"):
        read(tmp_path / "a.mcap")


def test_a_gzip_file_in_many_pieces_is_read_and_rubbish_behind_it_is_told(tmp_path: Path) -> None:
    lines = "\n".join(text_of(SAMPLES)).encode()
    pieces = gzip.compress(lines[:5000]) + gzip.compress(lines[5000:])
    (tmp_path / "a.csv.gz").write_bytes(pieces)
    assert len(read(tmp_path / "a.csv.gz").samples) == len(SAMPLES)
    (tmp_path / "a.csv.gz").write_bytes(pieces + b"rubbish")
    recording = read(tmp_path / "a.csv.gz")
    assert len(recording.samples) == len(SAMPLES)
    assert recording.quality == ("cut off: the last part could not be read",)


@pytest.mark.parametrize("extra", range(-3, 4))
def test_a_gzip_file_that_ends_at_the_edge_of_a_part_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    lines = "\n".join(text_of(SAMPLES)).encode()
    monkeypatch.setattr("liftcheck.recording.text.PART_BYTES", len(lines) // 4 + extra)
    for level in (1, 9):
        (tmp_path / "a.csv.gz").write_bytes(gzip.compress(lines, level))
        recording = read(tmp_path / "a.csv.gz")
        assert len(recording.samples) == len(SAMPLES)
        assert recording.quality == ()


def test_numbers_and_digits_beyond_all_others_cost_only_their_row(tmp_path: Path) -> None:
    seed = seeds(tmp_path)
    lines = seed["metamotion"].splitlines()
    lines[50] = lines[50].rsplit(b",", 1)[0] + b",1e308"
    survives(tmp_path / "a.csv", b"\n".join(lines))
    assert read(tmp_path / "a.csv").quality[0] == "rows unreadable: 1 left out, first at line 51"
    text = seed["pc comma"].decode().splitlines()
    stamp = text[50].split(",")[0]
    text[50] = text[50].replace(stamp, stamp[:-2] + "²0")
    survives(tmp_path / "a.csv", "\n".join(text).encode())
    assert "times unreadable: 1 row left out" in read(tmp_path / "a.csv").quality


def test_a_gzip_of_gzips_is_no_recording(tmp_path: Path) -> None:
    data = b"\n".join([text_of(SAMPLES)[0].encode(), b"0" * 2**20])
    for _ in range(3):
        data = gzip.compress(data)
    survives(tmp_path / "a.csv.gz", data)


def test_a_metamotion_partner_that_is_something_else_gets_one_sentence(tmp_path: Path) -> None:
    acc, gyr = write_pair(tmp_path)
    for content in (b"", b"hello", bytes(100), acc.read_bytes()):
        gyr.write_bytes(content)
        with pytest.raises(RecordingError) as caught:
            read(acc)
        assert str(caught.value).startswith(str(gyr))
    gyr.write_bytes(acc.read_bytes()[:1] + io.BytesIO(b"\n" * 100).getvalue())
    with pytest.raises(RecordingError):
        read(acc)
