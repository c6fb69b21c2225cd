"""The encoder is the inverse of the decoder: what a virtual sensor sends is what was played, within its resolution."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.samples import ACC_STEP_MPS2, GRAVITY_MPS2, GYR_STEP_RADPS, Samples
from liftcheck.sensors.answers import battery_percent, stored_values
from liftcheck.sensors.decoder import PacketDecoder
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, profiles, read_profile
from liftcheck.sensors.profiles.layout import SI, Field
from liftcheck.sensors.stream import DecodedStream
from liftcheck.sensors.unpacking import polar_delta
from liftcheck.sensors.virtual.encoder import (
    Encoder,
    encode,
    encode_answer,
    encode_battery,
    sent_frames,
)
from liftcheck.sensors.virtual.encoder import polar_delta as pack_polar_delta

TESTS = [read_profile(path) for path in sorted((Path(__file__).parent / "profiles").glob("*.toml"))]
# The fusion profile's acc frame has no stream of its own: it is there for one vector.
ALL = [*profiles(), *(p for p in TESTS if p.id != "metamotion-fusion")]
STORED = {"acc_factor": 2.44e-4, "gyr_factor": 0.061}


def step_of(profile: FirmwareProfile, options: dict, name: str) -> tuple[float, float]:
    """The resolution and the range of acc or gyr as they are sent, in SI."""
    for frame in sent_frames(profile):
        for f in frame.fields:
            if f.name == name:
                size = SI[f.unit] * scale_of(profile, options, f)
                return (0.0, 150.0) if f.type == "f32" else (size, size * 2**15)
    return 0.0, 0.0


def scale_of(profile: FirmwareProfile, options: dict, f: Field) -> float:
    if isinstance(f.scale, float):
        return f.scale
    if f.scale.startswith("$"):
        return STORED[f.scale[1:]]
    return profile.options[f.scale].scales[profile.choose(options)[f.scale]]


@pytest.mark.parametrize("profile", ALL, ids=lambda p: p.id)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_decoding_what_was_encoded_gives_it_back_within_the_resolution(
    profile: FirmwareProfile, data: st.DataObject
) -> None:
    options = {
        name: data.draw(st.sampled_from(option.choices))
        for name, option in profile.options.items()
        if not option.follows
    }
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    n = data.draw(st.integers(60, 200))
    acc_step, acc_most = step_of(profile, options, "acc")
    gyr_step, gyr_most = step_of(profile, options, "gyr")
    played = Samples(
        np.arange(n) / profile.rate_hz(options),
        rng.uniform(-0.57, 0.57, (n, 3)) * min(acc_most, 150.0),
        rng.uniform(-0.57, 0.57, (n, 3)) * min(gyr_most, 30.0),
    )
    encoder = Encoder(profile, options, STORED, counter=data.draw(st.integers(0, 70_000)))
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=3)))
    packets = [p for a, b in zip([0, *cuts], [*cuts, n], strict=True) for p in encoder.push(played[a:b])]
    stream = DecodedStream(profile, options, STORED)
    got = Samples.join([*(stream.feed(packet) for packet in packets), stream.finish()])
    assert stream.counts.malformed == stream.counts.unknown == stream.facts.lost == 0
    assert n - 16 <= len(got) <= n
    k = len(got)
    assert np.abs(got.acc - played.acc[:k]).max() <= 0.5 * acc_step + 0.5 * ACC_STEP_MPS2 + 1e-5
    if not profile.has_gyro:
        assert not got.has_gyr
    elif profile.stream.gyro_delay_samples == 0:
        assert np.abs(got.gyr - played.gyr[:k]).max() <= 0.5 * gyr_step + 0.5 * GYR_STEP_RADPS + 1e-5
    assert got.t == pytest.approx(played.t[:k], abs=0.01)


@pytest.mark.parametrize("profile", ALL, ids=lambda p: p.id)
def test_every_frame_of_a_profile_can_be_sent(profile: FirmwareProfile) -> None:
    """Not only those sent by default: the one-sample, the plain and the compressed ones too."""
    n = 64
    still = Samples(
        np.arange(n) / profile.rate_hz(), np.tile([1.0, -2.0, 9.8], (n, 1)), np.tile([0.5, 0.0, -1.0], (n, 1))
    )
    for frame in profile.frames:
        if frame.holds:
            decoder = PacketDecoder(profile, None, STORED)
            packets = Encoder(profile, None, STORED, frames=(frame,)).push(still)
            blocks = [block for packet in packets for block in decoder.feed(packet)]
            assert sum(map(len, blocks)) == n - n % len(blocks[0])
            for name, wanted in (("acc", [1.0, -2.0, 9.8]), ("gyr", [0.5, 0.0, -1.0])):
                if name in frame.holds:
                    assert getattr(blocks[-1], name)[-1] == pytest.approx(wanted, abs=0.03)


def test_the_published_packets_are_what_the_encoder_makes_of_their_values() -> None:
    """The bytes of real sensors and vendors' tests, encoded again from what they mean."""
    checked = 0
    for profile in ALL:
        for example in profile.examples:
            stored = {**STORED, **example.stored}
            decoder = PacketDecoder(profile, example.options, stored)
            blocks = [b for p in example.packets for b in decoder.feed(Packet(0.0, p, example.char))] + decoder.finish()
            if example.origin == "synthetic" or not blocks or len(example.packets) > 1:
                continue
            n = len(blocks[0])
            nothing = np.zeros((n, 3))
            acc, gyr = (nothing if v is None else v for v in (blocks[0].acc, blocks[0].gyr))
            frame = decoder.messages(Packet(0.0, example.packets[0], example.char))[0].frame
            if frame.codec:
                continue  # a stream of deltas can be packed in many ways
            t = np.arange(n) / profile.rate_hz(example.options)
            at = t[-1] if profile.stream.stamp_of == "last" else 0.0
            encoder = Encoder(
                profile,
                example.options,
                stored,
                clock_s=(blocks[0].stamp_s or 0.0) - at,
                open_count=n,
                frames=(frame,),
            )
            assert [p.data for p in encoder.push(Samples(t, acc, gyr))] == list(example.packets), profile.id
            checked += 1
    assert checked >= 9


@given(st.lists(st.tuples(*[st.integers(-(2**15), 2**15 - 1)] * 3), min_size=1, max_size=30))
def test_compressed_frames_hold_any_numbers(rows: list[tuple[int, ...]]) -> None:
    codec = next(f.codec for f in load_profile("polar-verity-sense").frames if f.codec)
    packed = pack_polar_delta(np.array(rows), codec)
    unpacked = polar_delta(packed, codec)
    assert unpacked is not None
    assert unpacked.astype(int).tolist() == [list(row) for row in rows]


def test_a_value_beyond_the_range_is_the_range() -> None:
    profile = load_profile("witmotion-ble5")
    too_much = Samples(np.zeros(1), np.array([[1e3, -1e3, 0]]), np.array([[1e3, -1e3, 0]]))
    (block,) = PacketDecoder(profile).feed(encode(profile, too_much)[0])
    assert block.acc is not None
    assert block.acc[0] == pytest.approx([16 * GRAVITY_MPS2, -16 * GRAVITY_MPS2, 0], rel=1e-4)


def test_a_gap_in_what_is_played_is_a_gap_in_what_is_received() -> None:
    for name in ("liftcheck-reference", "movesense", "witmotion-ble5", "polar-verity-sense"):
        profile = load_profile(name)
        n = int(20 * profile.rate_hz())
        t = np.arange(n) / profile.rate_hz()
        kept = (t < 8) | (t > 12)
        played = Samples(t[kept], np.tile([0, 0, 9.8], (kept.sum(), 1)), np.zeros((kept.sum(), 3)))
        stream = DecodedStream(profile, None, STORED)
        got = Samples.join([*(stream.feed(p) for p in encode(profile, played, None, STORED)), stream.finish()])
        assert np.diff(got.t).max() == pytest.approx(4.0, abs=0.1)
        assert stream.facts.restarts == 0


def test_long_frames_are_cut_where_the_profile_says_how() -> None:
    profile = load_profile("movesense")
    still = Samples(np.arange(8) / 104, np.tile([0, 0, 9.8], (8, 1)), np.zeros((8, 3)))
    packets = Encoder(profile, payload=61).push(still)
    assert [len(p.data) for p in packets] == [61, 43, 61, 43]
    assert [p.data[:2].hex() for p in packets] == ["0208", "0308"] * 2
    decoder = PacketDecoder(profile)
    assert sum(len(b) for p in packets for b in decoder.feed(p)) == 8


@pytest.mark.parametrize("profile", ALL, ids=lambda p: p.id)
def test_the_battery_comes_back(profile: FirmwareProfile) -> None:
    for percent in (100.0, 75.0, 40.0, 5.0):
        said = encode_battery(profile, percent)
        assert (said is None) == (profile.battery is None)
        if said:
            assert battery_percent(profile, *said) == percent
            decoder = PacketDecoder(profile, None, STORED)
            decoder.feed(Packet(0.0, said[1], said[0]))
            assert decoder.battery == percent
            assert (decoder.counts.unknown, decoder.counts.malformed) == (0, 0)


def test_every_expected_answer_can_be_given() -> None:
    given_answers = 0
    for profile in ALL:
        for step in (*profile.start, *profile.stop):
            answer = encode_answer(step, STORED)
            assert (answer is None) == (step.expect is None)
            if answer and step.expect:
                assert answer[0] == step.expect.char
                assert step.expect.when.fits(answer[1])
                assert stored_values(step, answer[1]) == {name: pytest.approx(STORED[name]) for name in step.store}
                given_answers += 1
    assert given_answers == 7
