"""Bytes of notifications -> blocks: framing, joining, scales, counters; and that no bytes whatever raise."""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.errors import ProfileError
from liftcheck.samples import GRAVITY_MPS2, Samples
from liftcheck.sensors.answers import battery_percent, stored_values
from liftcheck.sensors.decoder import Block, PacketDecoder
from liftcheck.sensors.joining import WATCHED
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, parse_profile, profiles, read_profile
from liftcheck.sensors.stream import DecodedStream

TEST_PROFILES = [read_profile(path) for path in sorted((Path(__file__).parent / "profiles").glob("*.toml"))]
ALL = [*profiles(), *TEST_PROFILES]
BY_ID = {profile.id: profile for profile in ALL}
STORED = {"acc_factor": 2.44e-4, "gyr_factor": 0.061}


def wit(*words: int) -> bytes:
    return b"\x55\x61" + struct.pack("<9h", *words, *[0] * (9 - len(words)))


def feed(decoder: PacketDecoder, *packets: bytes, char: str = "data") -> list[Block]:
    return [block for i, data in enumerate(packets) for block in decoder.feed(Packet(0.01 * i, data, char))]


def reference(counter: int, stamp_us: int = 0) -> bytes:
    return bytes([1, 4]) + struct.pack("<HI", counter % 65536, stamp_us % 2**32) + struct.pack("<24h", *range(24))


# -- framing ------------------------------------------------------------------------------------------------------


def test_a_frame_is_scaled_to_si() -> None:
    (block,) = feed(PacketDecoder(load_profile("witmotion-ble5")), wit(0, 0, 2048, 16384))
    assert block.acc is not None
    assert block.gyr is not None
    assert block.acc[0] == pytest.approx([0, 0, GRAVITY_MPS2])
    assert block.gyr[0] == pytest.approx([np.radians(1000), 0, 0])


@given(st.lists(st.integers(1, 60), max_size=20))
def test_frames_come_out_the_same_however_they_are_split_and_joined(cuts: list[int]) -> None:
    frames = [wit(i, -i, 2048 + i, i * i, 0, 7) for i in range(12)]
    stream, parts = b"".join(frames), []
    for cut in cuts:
        parts.append(stream[:cut])
        stream = stream[cut:]
    parts.append(stream)
    whole = feed(PacketDecoder(BY_ID["witmotion-ble5"]), *frames)
    cut_up = feed(PacketDecoder(BY_ID["witmotion-ble5"]), *parts)
    assert [b.acc.tolist() for b in cut_up if b.acc is not None] == [b.acc.tolist() for b in whole if b.acc is not None]


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 19))
def test_after_junk_the_stream_is_found_again(junk: bytes, cut: int) -> None:
    decoder = PacketDecoder(BY_ID["witmotion-ble5"])
    frames = [wit(i, 0, 2048) for i in range(8)]
    blocks = feed(decoder, junk + frames[0][cut:], *frames[1:])
    found = [block.acc[0, 0] for block in blocks if block.acc is not None]
    last = [pytest.approx(i * 16 / 32768 * GRAVITY_MPS2) for i in range(5, 8)]
    assert found[-3:] == last


def test_junk_is_counted_once_a_stretch() -> None:
    decoder = PacketDecoder(load_profile("witmotion-ble5"))
    assert len(feed(decoder, b"\x00\x01\x02" + wit(1), wit(2), b"\x09" + wit(3))) == 3
    assert decoder.counts.malformed == 2
    assert decoder.counts.frames == 3


def test_half_a_frame_left_from_before_a_reconnect_spoils_nothing() -> None:
    decoder = PacketDecoder(load_profile("witmotion-ble5"))
    blocks = feed(decoder, wit(1, 0, 2048)[:10], wit(2, 0, 2048), wit(3, 0, 2048))
    found = [round(block.acc[0, 0] / GRAVITY_MPS2 * 2048) for block in blocks if block.acc is not None]
    assert found == [2, 3]
    assert decoder.counts.malformed == 1


CAPTURE = next(e for e in load_profile("movesense").examples if e.origin == "captured").packets[0]


@pytest.mark.parametrize("size", range(7, 102))
def test_a_packet_cut_in_two_is_put_together_wherever_it_was_cut(size: int) -> None:
    decoder = PacketDecoder(load_profile("movesense"))
    packets = [CAPTURE[:size], b"\x03\x08" + CAPTURE[size:]] * 3
    blocks = feed(decoder, *packets)
    whole = feed(PacketDecoder(load_profile("movesense")), CAPTURE)[0]
    assert blocks[-1].acc is not None
    assert whole.acc is not None
    assert np.array_equal(blocks[-1].acc, whole.acc)
    # A part that happens to hold whole samples is taken for all there is, once; then its size is known.
    assert decoder.counts.malformed <= 1


def test_a_first_part_without_its_second_is_counted() -> None:
    decoder = PacketDecoder(load_profile("movesense"))
    assert len(feed(decoder, CAPTURE[:50], CAPTURE, b"\x03\x08\x00")) == 1
    assert decoder.counts.malformed == 2


def test_planar_samples_equal_the_devices_own_log_and_gravity() -> None:
    (block,) = feed(PacketDecoder(load_profile("movesense")), CAPTURE)
    assert block.acc is not None
    assert np.linalg.norm(block.acc, axis=1) == pytest.approx([9.87, 9.87, 9.86, 9.81], abs=0.08)


def test_an_answer_is_neither_a_sample_nor_unknown() -> None:
    decoder = PacketDecoder(load_profile("movesense"))
    assert feed(decoder, bytes.fromhex("0108c800")) == []
    assert (decoder.counts.unknown, decoder.counts.malformed) == (0, 0)
    feed(decoder, bytes.fromhex("0708"))
    assert decoder.counts.unknown == 1


def test_values_that_no_body_reaches_are_malformed() -> None:
    dot = PacketDecoder(load_profile("movella-dot"))
    for bad in (float("nan"), float("inf"), 1e30):
        assert feed(dot, struct.pack("<I6f", 0, bad, 0, 9.8, 0, 0, 0), char="medium") == []
    assert dot.counts.malformed == 3


def test_the_axes_of_the_profile_turn_acc_and_gyr() -> None:
    (block,) = feed(PacketDecoder(BY_ID["microbit"]), struct.pack("<3h", 1000, 2000, 3000))
    assert block.acc is not None
    assert block.acc[0] == pytest.approx(np.array([2, -1, 3]) * GRAVITY_MPS2)
    assert block.gyr is None


def test_24_bit_numbers_are_signed_and_have_an_order() -> None:
    text = load_profile("polar-h10").text
    text = text[: text.index("[[example]]")]
    text = text.replace('?? 01"', '?? 02"').replace("stride = 6", "stride = 9").replace('type = "i16"', 'type = "i24"')
    example = (
        '[[example]]\norigin = "synthetic"\nsource = "by hand"\nchar = "data"\nacc = [[-1, 256, 65536]]\nhex = """02'
    )
    head = " 00" * 8 + " 02 "
    parse_profile(text + example + head + 'ffffff 000100 000001"""', "little.toml")
    big = text.replace('when = "02', 'order = "big"\nwhen = "02')
    parse_profile(big + example + head + 'ffffff 000100 010000"""', "big.toml")


# -- scales and answers -------------------------------------------------------------------------------------------


def test_the_chosen_range_sets_the_scale() -> None:
    packet = next(e for e in load_profile("metamotion-bmi160").examples if "acc_range" in e.options).packets[0]
    one, two = (
        feed(PacketDecoder(load_profile("metamotion-bmi160"), {"acc_range": r}), packet)[0].acc for r in (8, 16)
    )
    assert one is not None
    assert two is not None
    assert two == pytest.approx(2 * one)


def test_frames_whose_scale_the_sensor_has_not_told_yet_are_left_out() -> None:
    decoder = PacketDecoder(load_profile("polar-verity-sense"))
    gyr = load_profile("polar-verity-sense").examples[3].packets[0]
    assert feed(decoder, gyr) == []
    assert decoder.counts.unknown == 1
    decoder.store("gyr_factor", 2.0)
    (block,) = feed(decoder, gyr)
    assert block.gyr is not None
    assert np.degrees(block.gyr) == pytest.approx(2.0 * np.array([[-22, 8, 13], [-23, 11, 16]]))


def test_the_factor_is_taken_out_of_the_start_answer() -> None:
    start = load_profile("polar-verity-sense").start
    answer = bytes.fromhex("f0 02 05 00 00 00 01 68 00 05 01") + struct.pack("<f", 0.061)
    assert stored_values(start[4], answer) == {"gyr_factor": pytest.approx(0.061)}
    with pytest.raises(ProfileError, match="holds no gyr_factor"):
        stored_values(start[4], bytes.fromhex("f0 02 05 00 00"))
    assert stored_values(start[3], bytes.fromhex("f0 02 02 00 00")) == {"acc_factor": 1.0}


def test_the_battery_is_read_from_its_characteristic_or_from_an_answer() -> None:
    assert battery_percent(load_profile("polar-h10"), "battery", b"\x4d") == 77
    assert battery_percent(load_profile("polar-h10"), "data", b"\x4d") is None
    assert battery_percent(load_profile("polar-h10"), "battery", b"") is None
    assert battery_percent(load_profile("polar-h10"), "battery", b"\xff") is None
    wit_profile = load_profile("witmotion-ble5")
    for volts, percent in ((4.1, 100), (3.88, 75), (3.78, 40), (3.3, 0)):
        frame = bytes.fromhex("55716400") + struct.pack("<H", round(volts * 100)) + bytes(14)
        assert battery_percent(wit_profile, "data", frame) == percent


# -- counters -----------------------------------------------------------------------------------------------------


def test_a_counter_shows_what_was_lost_what_came_twice_and_goes_on_after_it_wraps() -> None:
    decoder = PacketDecoder(load_profile("liftcheck-reference"))
    order = [65533, 65534, 65534, 1, 2]
    stamps = [0, 1, 1, 4, 5]
    blocks = [
        b
        for n, k in zip(order, stamps, strict=True)
        for b in decoder.feed(Packet(0.04 * k, reference(n, 40_000 * k), "data"))
    ]
    assert [block.index for block in blocks if block.index is not None] == [4 * n for n in (65533, 65534, 65537, 65538)]
    assert decoder.counts.duplicate == 1
    assert decoder.counts.lost == 8
    assert not any(block.restarted for block in blocks)


def test_a_sensor_that_begins_anew_is_no_loss_of_thousands() -> None:
    decoder = PacketDecoder(load_profile("liftcheck-reference"))
    packets = [(k, 5000 + k) for k in range(50)] + [(60 + k, k) for k in range(5)]
    blocks = [b for k, n in packets for b in decoder.feed(Packet(0.04 * k, reference(n, 40_000 * n), "data"))]
    assert len(blocks) == 55
    assert [i for i, block in enumerate(blocks) if block.restarted] == [50]
    assert decoder.counts.lost == 0


def test_a_byte_counter_that_wraps_unseen_is_followed_by_the_hosts_clock() -> None:
    decoder = PacketDecoder(BY_ID["esense"])
    numbers = [*range(200), *range(900, 1000)]  # 14 s of silence: two turns of the counter and more
    blocks = [
        b
        for n in numbers
        for b in decoder.feed(
            Packet(0.02 * n, bytes([0x55, n % 256, 0, 12]) + struct.pack(">6h", 0, 0, n, 0, 0, 8192), "data")
        )
    ]
    assert [block.index for block in blocks] == numbers
    assert decoder.counts.lost == 700


def test_the_same_stamp_twice_is_a_duplicate() -> None:
    decoder = PacketDecoder(load_profile("movella-dot"))
    packets = [struct.pack("<I6f", us, 0, 0, 9.8, 0, 0, 0) for us in (0, 16_667, 16_667, 33_333)]
    assert len(feed(decoder, *packets, char="medium")) == 3
    assert decoder.counts.duplicate == 1


# -- separate acc and gyr -----------------------------------------------------------------------------------------


def metamotion(kind: str, k: int) -> bytes:
    head = b"\x03\x1c" if kind == "acc" else b"\x13\x07"
    return head + struct.pack("<9h", *(v for i in range(3) for v in (3 * k + i, 0, 0)))


def pairs(samples: Samples) -> list[tuple[int, int]]:
    acc = np.rint(samples.acc[:, 0] / (4.8828125e-4 * GRAVITY_MPS2))
    gyr = np.rint(np.degrees(samples.gyr[:, 0]) * 16.4)
    return list(zip(acc.astype(int).tolist(), gyr.astype(int).tolist(), strict=True))


def test_acc_and_gyr_are_joined_by_order_and_find_each_other_again_after_a_loss() -> None:
    stream = DecodedStream(load_profile("metamotion-bmi160"))
    sent = [(kind, k) for k in range(400) for kind in ("acc", "gyr")]
    parts = [
        stream.feed(Packet(0.03 * k, metamotion(kind, k), "data"))
        for kind, k in sent
        if (kind, k) not in (("gyr", 100), ("acc", 200))
    ]
    joined = pairs(Samples.join([*parts, stream.finish()]))
    apart = [k for k, (acc, gyr) in enumerate(joined) if acc != gyr]
    assert 0 < len(apart) < 2 * WATCHED * 3
    assert joined[-1] == (1199, 1199)
    assert (stream.facts.unpaired, stream.facts.lost) == (6, 6)


def test_acc_that_was_started_before_gyr_is_paired_with_what_arrives_beside_it() -> None:
    stream = DecodedStream(load_profile("metamotion-bmi160"))
    parts = []
    for k in range(200):
        parts.append(stream.feed(Packet(0.03 * k, metamotion("acc", k), "data")))
        if k >= 2:
            parts.append(stream.feed(Packet(0.03 * k, metamotion("gyr", k), "data")))
    assert pairs(Samples.join([*parts, stream.finish()]))[-1] == (599, 599)


def test_acc_without_gyr_gives_nothing_and_keeps_nothing() -> None:
    stream = DecodedStream(load_profile("metamotion-bmi160"))
    for k in range(2000):
        assert len(stream.feed(Packet(0.03 * k, metamotion("acc", k), "data"))) == 0
    assert stream.facts.unpaired > 5900


def test_streams_with_counters_lose_only_what_was_lost() -> None:
    stream = DecodedStream(BY_ID["muse"])
    given_out = []
    for k in range(200):
        body = struct.pack(">H9h", k, *(v for i in range(3) for v in (3 * k + i, 0, 0)))
        chars = [char for char in ("acc", "gyr") if (char, k) not in (("gyr", 100), ("acc", 150))]
        given_out += [stream.feed(Packet(3 * k / 52, body, char)) for char in chars]
    samples = Samples.join([*given_out, stream.finish()])
    numbers = np.rint(samples.acc[:, 0] / (6.10352e-5 * GRAVITY_MPS2)).astype(int)
    assert numbers.tolist() == [n for n in range(600) if n // 3 not in (100, 150)]
    assert samples.t == pytest.approx(numbers / 52, abs=2e-4)
    assert stream.facts.lost == 6


def test_a_late_gyroscope_is_put_where_it_belongs() -> None:
    stream = DecodedStream(BY_ID["muse"])  # its gyr is the mean of a period: half a sample late
    ramp = [
        stream.feed(Packet(3 * k / 52, struct.pack(">H9h", k, *(3 * k + i // 3 for i in range(9))), char))
        for k in range(60)
        for char in ("acc", "gyr")
    ]
    samples = Samples.join([*ramp, stream.finish()])
    assert len(samples) == 180
    steps = samples.gyr[:-1, 0] / np.radians(7.4768e-3)
    assert steps == pytest.approx(np.arange(179) + 0.5, abs=0.3)


def test_gyr_between_stamps_is_a_straight_line() -> None:
    """Acc and gyr of a Verity Sense have stamps of their own; gyr is read off at acc's instants."""
    profile = load_profile("polar-verity-sense")
    stream = DecodedStream(profile, {"rate_hz": 52}, {"acc_factor": 1.0, "gyr_factor": 0.1})
    out = []

    def frame(kind: int, layout: int, last_s: float, values: list[int]) -> bytes:
        head = bytes([kind]) + struct.pack("<Q", round(last_s * 1e9)) + bytes([layout])
        if layout == 0x01:
            return head + b"".join(struct.pack("<3h", v, 0, 0) for v in values)
        deltas = b"".join(struct.pack("<3h", b - a, 0, 0) for a, b in pairwise(values))
        return head + struct.pack("<3h", values[0], 0, 0) + bytes([16, len(values) - 1]) + deltas

    for k in range(60):
        acc_t = [(4 * k + i) / 52 for i in range(4)]
        gyr_t = [t + 0.006 for t in acc_t]
        out.append(
            stream.feed(Packet(acc_t[-1], frame(2, 0x01, acc_t[-1] + 5, [round(1000 * t) for t in acc_t]), "data"))
        )
        out.append(
            stream.feed(Packet(gyr_t[-1], frame(5, 0x80, gyr_t[-1] + 5, [round(1000 * t) for t in gyr_t]), "data"))
        )
    samples = Samples.join([*out, stream.finish()])
    assert len(samples) >= 4 * 60 - 8
    acc = samples.acc[:, 0] / GRAVITY_MPS2
    assert np.degrees(samples.gyr[:, 0]) / 100 == pytest.approx(acc, abs=0.002)


# -- any bytes whatever -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ALL, ids=lambda p: p.id)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_bytes_whatever_raise(profile: FirmwareProfile, data: st.DataObject) -> None:
    """Arbitrary bytes, and real packets with a byte changed, cut or doubled, on every characteristic there is."""
    stored = {name: data.draw(st.sampled_from([1.0, 2.44e-4])) for step in profile.start for name in step.store}
    stream = DecodedStream(profile, None, stored)
    real = [packet for example in profile.examples for packet in example.packets]
    chars = [*profile.chars, "", "none"]
    at, out, fed = 0.0, [], 0
    for _ in range(data.draw(st.integers(1, 25))):
        at += data.draw(st.sampled_from([0.0, 0.01, 0.3, 2.0, 100.0, -1.0]))
        body = data.draw(st.one_of(st.binary(max_size=64), st.sampled_from(real)))
        if body and data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(body) - 1))
            body = body[:place] + bytes([data.draw(st.integers(0, 255))]) + body[place + data.draw(st.integers(0, 3)) :]
        out.append(stream.feed(Packet(at, body, data.draw(st.sampled_from(chars)))))
        fed += 1
    samples = Samples.join([*out, stream.finish()])
    assert stream.facts.packets == fed
    assert np.isfinite(samples.acc).all()
    assert (np.diff(samples.t) > 0).all()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(ALL))
def test_bytes_behind_a_true_header_never_raise(body: bytes, profile: FirmwareProfile) -> None:
    decoder = PacketDecoder(profile, None, STORED)
    for frame in profile.frames:
        head = frame.sync or bytes(b or 0 for b in (frame.when.bytes_ if frame.when else ()))
        decoder.feed(Packet(0.0, head + body, frame.char))
    decoder.finish()
    counts = decoder.counts
    assert counts.packets == len(profile.frames)
