"""Sample times from arrivals, counters and device clocks: rate, bunching, holes, restarts; the same however cut."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftcheck.samples import Samples
from liftcheck.sensors.counting import Running
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile, profiles, read_profile
from liftcheck.sensors.stream import DecodedStream
from liftcheck.sensors.virtual.encoder import Encoder

ALL = [*profiles(), *(read_profile(path) for path in sorted((Path(__file__).parent / "profiles").glob("m*e.toml")))]
STORED = {"acc_factor": 2.44e-4, "gyr_factor": 0.061}
HOST = 5000.0  # what the host's monotonic clock shows at the first sample


def still(seconds: float, rate_hz: float) -> Samples:
    """Samples that are numbered in their gyr (0.1 rad/s and up), so that they can be told apart."""
    n = int(seconds * rate_hz)
    return Samples(np.arange(n) / rate_hz, np.tile([0.0, 0.0, 9.8], (n, 1)), np.zeros((n, 3)))


def sent(name: str, seconds: float, true_hz: float | None = None, **kwargs: float) -> list[Packet]:
    """The packets of a sensor whose real rate is true_hz, each `at` the host's time at which it is complete."""
    profile = load_profile(name)
    speed = profile.rate_hz() / (true_hz or profile.rate_hz())
    encoder = Encoder(profile, None, STORED, **kwargs)
    return [Packet(HOST + p.at * speed, p.data, p.char) for p in encoder.push(still(seconds, profile.rate_hz()))]


def bunched(packets: list[Packet], event_s: float, late_s: float = 0.0, seed: int = 1) -> list[Packet]:
    """As a radio brings them: at connection events, and now and then a few events later."""
    rng = np.random.default_rng(seed)
    out, last = [], 0.0
    for packet in packets:
        due = np.ceil(packet.at / event_s) * event_s + (late_s * rng.random() if rng.random() < 0.1 else 0.0)
        last = max(last, due)
        out.append(Packet(float(last), packet.data, packet.char))
    return out


def decoded(name: str, packets: list[Packet]) -> tuple[Samples, DecodedStream]:
    stream = DecodedStream(load_profile(name), None, STORED)
    samples = Samples.join([*(stream.feed(packet) for packet in packets), stream.finish()])
    assert (np.diff(samples.t) > 0).all()
    return samples, stream


# -- arrivals alone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event_s", [0.0075, 0.03, 0.05])
def test_bunched_arrivals_become_even_times(event_s: float) -> None:
    samples, stream = decoded("witmotion-ble5", bunched(sent("witmotion-ble5", 60), event_s, late_s=0.05))
    assert len(samples) == 6000
    assert stream.facts.lost == 0
    steps = np.diff(samples.t[1000:])
    assert np.abs(steps / 0.01 - 1).max() < 0.02
    assert np.abs(samples.t - np.arange(6000) / 100).max() < 0.02


@pytest.mark.parametrize("true_hz", [96.0, 99.0, 101.5, 104.0, 10.0, 50.0, 200.0])
def test_the_rate_is_measured_whatever_was_asked_for(true_hz: float) -> None:
    samples, stream = decoded("witmotion-ble5", bunched(sent("witmotion-ble5", 30, true_hz), 0.03))
    facts = stream.facts
    assert facts.nominal_hz == 100
    assert facts.rate_hz == pytest.approx(true_hz, rel=0.002)
    assert abs(facts.rate_hz - true_hz) < 5 * facts.rate_error_hz + 1e-3
    assert facts.lost == 0
    assert samples.t[-1] - samples.t[0] == pytest.approx((len(samples) - 1) / true_hz, abs=0.05)


def test_half_a_second_between_connection_events_is_no_loss() -> None:
    """Windows has been seen to keep such an interval."""
    samples, stream = decoded("witmotion-ble5", bunched(sent("witmotion-ble5", 60), 0.5))
    assert (len(samples), stream.facts.lost) == (6000, 0)
    assert np.diff(samples.t).max() < 0.012


@pytest.mark.parametrize("name", ["witmotion-ble5", "metamotion-bmi160", "liftcheck-reference", "polar-verity-sense"])
def test_a_late_burst_is_no_gap(name: str) -> None:
    packets = [
        Packet(HOST + 11.0 if HOST + 8 < p.at < HOST + 11 else p.at, p.data, p.char)
        for p in bunched(sent(name, 20), 0.03)
    ]
    samples, stream = decoded(name, packets)
    period = 1 / stream.nominal_hz
    assert stream.facts.lost == 0
    assert np.diff(samples.t).max() < 1.2 * period
    assert np.abs(samples.t - np.arange(len(samples)) * period).max() < 0.05


@pytest.mark.parametrize("profile", profiles(), ids=lambda p: p.id)
def test_a_hole_is_a_gap_of_its_length(profile) -> None:
    packets = [p for p in bunched(sent(profile.id, 20), 0.03) if not HOST + 8 < p.at < HOST + 11]
    samples, stream = decoded(profile.id, packets)
    steps = np.diff(samples.t)
    assert steps.max() == pytest.approx(3.0, abs=0.1)
    assert (steps > 0.2).sum() == 1
    assert stream.facts.lost == pytest.approx(3 * stream.nominal_hz, abs=0.05 * stream.nominal_hz)
    assert stream.facts.holes == 1
    assert samples.t[-1] == pytest.approx(19.9, abs=0.15)


@given(at=st.floats(3.0, 15.0), length=st.floats(0.4, 12.0))
@settings(max_examples=25, deadline=None)
def test_a_hole_anywhere_of_any_length_is_seen(at: float, length: float) -> None:
    packets = [p for p in bunched(sent("witmotion-ble5", 30), 0.03) if not HOST + at < p.at < HOST + at + length]
    samples, stream = decoded("witmotion-ble5", packets)
    assert np.diff(samples.t).max() == pytest.approx(length, abs=0.1)
    assert len(samples) + stream.facts.lost == pytest.approx(3000, abs=6)


def test_a_throttled_link_is_a_loss_and_times_stay_true() -> None:
    """A phone was seen to fall from 200 to 30-40 Hz: what was dropped shows, and the clock does not run away."""
    packets = bunched(sent("witmotion-ble5", 60), 0.03)
    kept = [p for i, p in enumerate(packets) if p.at < HOST + 20 or i % 3 == 0]
    samples, stream = decoded("witmotion-ble5", kept)
    assert samples.t[-1] == pytest.approx(60, abs=0.5)
    assert len(samples) + stream.facts.lost == pytest.approx(6000, rel=0.02)


def test_the_first_second_is_held_back_and_nothing_more() -> None:
    stream = DecodedStream(load_profile("witmotion-ble5"))
    counts = [len(stream.feed(p)) for p in sent("witmotion-ble5", 3)]
    assert counts[:100] == [0] * 100
    assert sum(counts[:102]) == 102
    assert set(counts[102:]) == {1}


# -- counters and device clocks -----------------------------------------------------------------------------------


def test_a_counter_tells_small_losses_that_arrivals_hide() -> None:
    packets = bunched(sent("liftcheck-reference", 30), 0.05)
    kept = [p for i, p in enumerate(packets) if i % 40 != 39]
    samples, stream = decoded("liftcheck-reference", kept)
    lost = 4 * sum(1 for i in range(len(packets) - 1) if i % 40 == 39)
    assert stream.facts.lost == lost
    assert stream.facts.loss_percent == pytest.approx(2.5, abs=0.1)
    assert (np.diff(samples.t) > 0.04).sum() == lost // 4


def test_stamps_tell_losses_without_a_counter() -> None:
    packets = sent("movella-dot", 30)
    samples, stream = decoded("movella-dot", [p for i, p in enumerate(packets) if not 600 <= i < 610])
    assert stream.facts.lost == 10
    assert np.diff(samples.t).max() == pytest.approx(11 / 60, abs=1e-3)


@pytest.mark.parametrize(("name", "clock_s"), [("movella-dot", 2**32 * 1e-6 - 10), ("st-bluest", 65536 * 0.008 - 10)])
def test_a_clock_that_wraps_runs_on(name: str, clock_s: float) -> None:
    samples, stream = decoded(name, sent(name, 30, clock_s=clock_s))
    assert (stream.facts.lost, stream.facts.restarts) == (0, 0)
    assert samples.t == pytest.approx(np.arange(len(samples)) / stream.nominal_hz, abs=0.005)


def test_coarse_stamps_do_not_shake_the_times() -> None:
    samples, _ = decoded("st-bluest", sent("st-bluest", 60))  # ticks of 8 ms
    assert np.abs(np.diff(samples.t[200:]) / 0.05 - 1).max() < 0.01


@pytest.mark.parametrize("name", ["movella-dot", "movesense", "liftcheck-reference", "polar-verity-sense"])
def test_a_restarted_sensor_goes_on_after_a_gap_as_long_as_its_silence(name: str) -> None:
    before = sent(name, 20, clock_s=100.0)
    after = [Packet(p.at + 30, p.data, p.char) for p in sent(name, 20, clock_s=0.0)]
    samples, stream = decoded(name, bunched([*before, *after], 0.03))
    steps = np.diff(samples.t)
    assert stream.facts.restarts >= 1
    assert (steps > 0.2).sum() == 1
    assert steps.max() == pytest.approx(10, abs=0.2)
    assert stream.facts.lost == 0  # what a sensor that was off did not measure is a gap, but nobody lost it
    assert samples.t[-1] == pytest.approx(50, abs=0.2)


def test_a_sensor_that_restarts_in_its_first_second_is_followed() -> None:
    before = sent("movella-dot", 0.5, clock_s=100.0)
    after = [Packet(p.at + 0.6, p.data, p.char) for p in sent("movella-dot", 10, clock_s=0.0)]
    samples, stream = decoded("movella-dot", [*before, *after])
    assert stream.facts.restarts == 1
    assert samples.t[-1] == pytest.approx(10.6, abs=0.1)
    assert np.diff(samples.t).max() < 0.15


def test_a_reconnect_without_a_restart_keeps_the_devices_time() -> None:
    packets = [p for p in sent("movesense", 60, clock_s=7.0) if not HOST + 20 < p.at < HOST + 30]
    samples, stream = decoded("movesense", bunched(packets, 0.03))
    assert stream.facts.restarts == 0
    k = np.rint(samples.t * 104)
    assert samples.t == pytest.approx(k / 104, abs=0.002)


def test_the_drift_between_the_clocks_is_told() -> None:
    """A host clock that runs 200 ppm faster than the sensor's."""
    packets = [Packet(HOST + (p.at - HOST) * 1.0002, p.data, p.char) for p in sent("movesense", 300)]
    _, stream = decoded("movesense", bunched(packets, 0.015))
    assert stream.facts.drift_ppm == pytest.approx(200, abs=60)


def test_the_hosts_time_can_be_told_in_the_recordings_time() -> None:
    for name in ("witmotion-ble5", "movesense", "liftcheck-reference"):
        _, stream = decoded(name, bunched(sent(name, 20), 0.03))
        assert stream.time_of(HOST + 15) == pytest.approx(15, abs=0.1)
    assert DecodedStream(load_profile("movesense")).time_of(HOST) is None


def test_a_running_number_follows_wraps_bursts_and_restarts() -> None:
    number = Running(wrap=256, unit_s=0.02, steady=False)
    assert number.feed(0.0, 250) == (None, False)
    assert number.feed(0.02, 251) == (1, False)
    assert number.feed(0.3, 9) == (14, False)  # wrapped
    assert number.feed(3.0, 10) == (1, False)  # three seconds late: a burst begins
    assert number.feed(3.0, 144) == (134, False)  # and ends
    assert number.feed(3.1, 40)[1]  # 152 numbers in a tenth of a second: it has begun anew
    assert number.total == 40


def test_a_first_packet_that_is_late_begins_the_recording_all_the_same() -> None:
    packets = [p for i, p in enumerate(sent("witmotion-ble5", 8)) if i not in (0, 2, 3)]
    samples, stream = decoded("witmotion-ble5", bunched(packets, 0.03, 0.3, seed=92))
    assert samples.t[0] == 0.0
    assert stream.facts.holes == stream.facts.lost == 0


# -- however it is cut --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ALL, ids=lambda p: p.id)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_times_do_not_depend_on_what_comes_after(profile, data: st.DataObject) -> None:
    """What has been given out is never revised: a stream that ends earlier gave the same bits as far as it went."""
    encoder = Encoder(profile, None, STORED)
    packets = [Packet(HOST + p.at, p.data, p.char) for p in encoder.push(still(8, profile.rate_hz()))]
    lost = data.draw(st.sets(st.integers(0, len(packets) - 1), max_size=20))
    packets = bunched([p for i, p in enumerate(packets) if i not in lost], 0.03, 0.3, data.draw(st.integers(0, 99)))
    whole = DecodedStream(profile, None, STORED)
    parts = [whole.feed(packet) for packet in packets]
    cut = data.draw(st.integers(0, len(packets)))
    other = DecodedStream(profile, None, STORED)
    other_parts = [other.feed(packet) for packet in packets[:cut]]
    for one, two in zip(parts, other_parts, strict=False):
        assert np.array_equal(one.t, two.t)
        assert np.array_equal(one.acc, two.acc)
    samples = Samples.join([*parts, whole.finish()])
    assert (np.diff(samples.t) > 0).all()
    assert samples.t[0] == pytest.approx(0.0, abs=1e-6)
    assert np.array_equal(samples.rounded().t, samples.t)
