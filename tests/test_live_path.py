"""The whole way from a virtual sensor's radio to kept samples, in leaping time: nothing here waits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pytest

pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")

from bumble.transport import open_transport

from liftcheck.analysis import Analyzer, Settings, analyze
from liftcheck.errors import SensorError
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording import Recording, read
from liftcheck.recording.file import RecordingWriter
from liftcheck.samples import Event, Samples
from liftcheck.sensors.ble import Arrivals, Link, Wanted
from liftcheck.sensors.profiles import FirmwareProfile, load_profile, profiles
from liftcheck.sensors.virtual.air import Air, Chip, Weather
from liftcheck.sensors.virtual.clockwork import Clockwork
from liftcheck.sensors.virtual.peripheral import VirtualSensor
from liftcheck.sensors.virtual.radio import Radio
from liftcheck.sensors.virtual.role import ProfileRole, at_rate
from liftcheck.sensors.virtual.world import World, backend_on, reach, serve
from liftcheck.session import LiveSource, Session, SessionUpdate, session_event
from liftcheck.shipped import shipped

PERIOD_S = 4.0


def swaying(seconds: float, rate_hz: float = 100.0) -> Samples:
    """Synthetic: a slow sway, so smooth that a sample tells when it was taken to a few ms."""
    t = np.arange(0.0, seconds, 1.0 / rate_hz)
    phase = 2 * np.pi * t / PERIOD_S
    acc = np.stack([4.0 * np.sin(phase), 2.0 * np.cos(phase), np.full_like(t, 9.8)], axis=1)
    gyr = np.stack([np.cos(phase), 0.5 * np.sin(phase), np.zeros_like(t)], axis=1)
    return Samples(t, acc, gyr)


def phase_s(samples: Samples) -> np.ndarray[Any, Any]:
    """When in the sway each sample was taken, s after the sway's zero."""
    angle = np.arctan2(samples.acc[:, 0] / 4.0, samples.acc[:, 1] / 2.0)
    return np.mod(angle / (2 * np.pi) * PERIOD_S, PERIOD_S)


class Sitting:
    """A session on a virtual sensor, turned every 20 ms of the loop's time."""

    def __init__(self, world: World, role: ProfileRole) -> None:
        loop = asyncio.get_running_loop()
        self.world, self.role = world, role
        self.arrivals: Arrivals = SimpleQueue()
        self.parts: list[Samples] = []
        self.events: list[Event] = []
        self.updates: list[SessionUpdate] = []
        source = LiveSource(role.profile, self.arrivals, role.options, clock=loop.time)
        self.source = source
        self.session = Session(source, recorder=self, clock=loop.time)
        wanted = Wanted("", role.profile, role.options)
        self.link = Link(wanted, self.arrivals, backend=world.backend, clock=loop.time)
        self.running = asyncio.ensure_future(self.link.run())

    def append(self, samples: Samples, events: Any = (), packets: Any = ()) -> None:
        self.parts.append(samples)
        self.events += events

    def flush(self) -> None: ...

    def close(self) -> None: ...

    @property
    def samples(self) -> Samples:
        return Samples.join(self.parts)

    async def turn(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            self.updates.append(self.session.step())
            await asyncio.sleep(0.02)

    async def until_played(self) -> None:
        while not self.world.sensor.sent.done:
            await self.turn(0.1)
        await self.turn(0.5)

    async def end(self) -> None:
        self.link.stop()
        await self.running
        self.updates.append(self.session.finish())

    def told(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


def leap(work: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await work()

    with asyncio.Runner(loop_factory=lambda: Clockwork(float("inf"))) as runner:
        runner.run(all_of_it())


async def sit(role: ProfileRole, weather: Weather | None = None) -> Sitting:
    return Sitting(await World.build(role, weather), role)


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.id)
def test_every_profile_streams_over_the_radio_what_was_played(profile: FirmwareProfile) -> None:
    async def work() -> None:
        rate = profile.rate_hz()
        played = swaying(8.0, rate)
        sitting = await sit(ProfileRole(profile, played))
        await sitting.until_played()
        await sitting.end()
        got = sitting.samples
        assert len(got) >= len(played) - 0.2 * rate
        assert sitting.source.stream.facts.lost == 0
        first = int(np.argmin(np.abs(played.acc - got.acc[0]).sum(axis=1)))
        assert first <= 0.2 * rate
        same = played[first : first + len(got)]
        assert np.allclose(got.acc, same.acc, atol=0.02)
        assert np.allclose(got.gyr, same.gyr, atol=0.01) or not profile.has_gyro
        assert np.isnan(got.gyr).all() == (not profile.has_gyro)
        assert np.ptp(got.t - same.t) < 0.02

    leap(work)


def test_pulling_the_sensor_away_costs_just_the_time_it_was_away() -> None:
    async def work() -> None:
        sitting = await sit(ProfileRole(load_profile("witmotion-ble5"), swaying(40.0)), Weather())
        await sitting.turn(10.0)
        left = asyncio.get_running_loop().time()
        sitting.world.air.leave()
        while sitting.updates[-1].link.connected:
            await sitting.turn(0.1)
        assert asyncio.get_running_loop().time() - left < 2.0, "the loss of the link is told within 2 s"
        assert sitting.updates[-1].link.reason in ("out of range", "silent")
        await sitting.turn(10.0 - (asyncio.get_running_loop().time() - left))
        sitting.world.air.come_back()
        await sitting.until_played()
        await sitting.end()

        steps = np.diff(sitting.samples.t)
        (hole,) = steps[steps > 0.2]
        assert 10.0 < hole < 14.5
        assert len(sitting.samples) >= 100.0 * (40.0 - hole - 0.5)
        (lost,), (back,) = sitting.told("link lost"), sitting.told("link back")
        assert back.t - lost.t == pytest.approx(hole, abs=0.1)
        assert back.data["gap_s"] == pytest.approx(hole, abs=0.1)
        assert any("back after" in update.message for update in sitting.updates)
        # What came after the hole lies where it belongs on the time axis.
        phase = np.unwrap(phase_s(sitting.samples), period=PERIOD_S) - sitting.samples.t
        assert np.ptp(np.mod(phase - phase[0] + PERIOD_S / 2, PERIOD_S)) < 0.06

    leap(work)


def test_a_restarted_sensor_clock_is_survived_and_counted() -> None:
    async def work() -> None:
        role = ProfileRole(load_profile("liftcheck-reference"), swaying(30.0, 104.0), restarts=(12.0,))
        sitting = await sit(role)
        await sitting.turn(12.0)
        await sitting.world.sensor.drop()
        await sitting.until_played()
        await sitting.end()
        got = sitting.samples
        assert sitting.source.stream.facts.restarts >= 1
        assert np.all(np.diff(got.t) > 0)
        assert got.t[-1] == pytest.approx(29.5, abs=0.7), "no hour is added, none is taken away"
        phase = np.unwrap(phase_s(got), period=PERIOD_S) - got.t
        assert np.ptp(np.mod(phase - phase[0] + PERIOD_S / 2, PERIOD_S)) < 0.06

    leap(work)


def test_losses_are_counted_where_the_sensor_counts_its_packets() -> None:
    async def work() -> None:
        role = ProfileRole(load_profile("liftcheck-reference"), swaying(60.0, 104.0))
        sitting = await sit(role, Weather(loss=0.05))
        await sitting.until_played()
        await sitting.end()
        traffic, facts = sitting.world.air.traffic, sitting.source.stream.facts
        assert traffic.lost > 30
        assert facts.lost == pytest.approx(4 * traffic.lost, abs=8)
        counted = [event.data for event in sitting.told("loss")]
        assert sum(data["lost"] for data in counted) == facts.lost
        assert sum(data["received"] for data in counted) == len(sitting.samples) == facts.samples
        assert max(update.link.loss_percent or 0.0 for update in sitting.updates) > 2.0

    leap(work)


def test_a_slow_clock_and_a_long_interval_show_in_the_measured_rate() -> None:
    async def work() -> None:
        role = ProfileRole(load_profile("witmotion-ble5"), swaying(40.0), rate_error=-0.05)
        sitting = await sit(role, Weather(interval_s=0.05))
        await sitting.until_played()
        await sitting.end()
        rates = [update.link.rate_hz for update in sitting.updates if update.link.rate_hz]
        assert rates[-1] == pytest.approx(95.0, rel=0.005)

    leap(work)


def test_the_battery_is_shown_and_written_down_when_it_changes() -> None:
    async def work() -> None:
        role = ProfileRole(load_profile("liftcheck-reference"), swaying(90.0, 52.0), {"rate_hz": 52}, battery=81.0)
        sitting = await sit(role)
        await sitting.turn(30.0)
        assert sitting.updates[-1].link.battery_percent == 81
        role.battery = 42.0
        await sitting.until_played()
        await sitting.end()
        assert [event.data["percent"] for event in sitting.told("battery")] == [81, 42]
        assert sitting.updates[-1].link.battery_percent == 42

    leap(work)


def test_what_a_person_tells_lies_at_the_newest_sample() -> None:
    async def work() -> None:
        sitting = await sit(ProfileRole(load_profile("witmotion-ble5"), swaying(6.0)))
        await sitting.turn(4.0)
        newest = sitting.samples.t[-1]
        sitting.session.tell(Event(0.0, "marker", "person", {"text": "now"}))
        sitting.updates.append(sitting.session.step())
        await sitting.end()
        (marker,) = sitting.told("marker")
        assert marker.t == pytest.approx(newest, abs=0.06)
        assert any(np.isclose(sitting.samples.t, marker.t, atol=1e-9))

    leap(work)


def test_a_session_that_fell_behind_loses_nothing_when_it_ends() -> None:
    profile = load_profile("witmotion-ble5")
    arrivals: Arrivals = SimpleQueue()
    for packet in ProfileRole(profile, swaying(60.0)).packets():
        arrivals.put(packet)
    session = Session(LiveSource(profile, arrivals, clock=lambda: 60.0), clock=lambda: 60.0)
    assert session.step().samples < 2500, "one turn takes its share"
    assert session.finish().samples == 6000


def test_the_host_chooses_the_rate_and_the_virtual_sensor_obeys() -> None:
    async def work() -> None:
        profile = load_profile("witmotion-ble5")
        role = ProfileRole(profile, swaying(8.0, 100.0))
        world = await World.build(role)
        host = ProfileRole(profile, role.samples, {"rate_hz": 50})
        sitting = Sitting(world, host)
        await sitting.until_played()
        await sitting.end()
        assert role.options == {"rate_hz": "50"}
        assert np.median(np.diff(sitting.samples.t)) == pytest.approx(0.02, rel=0.01)

    leap(work)


def test_a_sensor_in_another_process_is_reached_over_tcp() -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        profile = load_profile("witmotion-ble5")
        address = "127.0.0.1:19473"
        served = await serve(address, ProfileRole(profile, swaying(1.5)))
        radio = await reach(address)
        arrivals: Arrivals = SimpleQueue()
        link = Link(Wanted("", profile), arrivals, backend=backend_on(radio), clock=loop.time)
        running = asyncio.ensure_future(link.run())
        await served.sensor.played()
        link.stop()
        await running
        await radio.close()
        await served.close()
        await asyncio.sleep(0.05)
        assert arrivals.qsize() > 100

    asyncio.run(work())


def test_a_sensor_on_a_dongle_is_driven_over_its_hci() -> None:
    """The dongle is a virtual controller behind a socket: what is proven is the code, not a radio."""

    async def work() -> None:
        loop = asyncio.get_running_loop()
        profile = load_profile("witmotion-ble5")
        opened: Any = await open_transport("tcp-server:127.0.0.1:19476")
        air = Air()
        Chip("dongle", host_source=opened.source, host_sink=opened.sink, link=air)
        sensor = await VirtualSensor.over("tcp-client:127.0.0.1:19476", ProfileRole(profile, swaying(1.5)))
        radio = await Radio.on(air)
        arrivals: Arrivals = SimpleQueue()
        link = Link(Wanted("", profile), arrivals, backend=backend_on(radio), clock=loop.time)
        running = asyncio.ensure_future(link.run())
        await sensor.played()
        link.stop()
        await running
        await sensor.close()
        opened.server.close()
        opened.sink.transport.close()
        await asyncio.sleep(0.05)
        assert arrivals.qsize() > 100

    asyncio.run(work())


def test_nobody_at_an_address_is_said_with_the_command_that_helps() -> None:
    async def work() -> None:
        with pytest.raises(SensorError, match="virtual-sensor --serve"):
            await reach("127.0.0.1:19474")

    asyncio.run(work())


def test_a_recording_at_another_rate_is_drawn_along_straight_lines_and_keeps_its_gaps() -> None:
    whole = swaying(10.0, 200.0)
    gappy = Samples.join([whole[:800], whole[1200:]])
    thinned = at_rate(gappy, 100.0)
    assert np.allclose(np.diff(thinned.t)[np.diff(thinned.t) < 0.2], 0.01)
    assert np.sort(np.diff(thinned.t))[-1] == pytest.approx(2.0, abs=0.03)
    expected = swaying(10.0, 100.0)
    index = np.rint(thinned.t * 100).astype(int)
    assert np.allclose(thinned.acc, expected.acc[index], atol=1e-3)
    assert at_rate(whole, 200.0) is whole


async def judged_session(path: Path, *, away: tuple[float, float] | None = None) -> tuple[list[Lift], Recording]:
    """The bundled demo through radio, pipeline and file, the sensor pulled away in between or not."""
    loop = asyncio.get_running_loop()
    played = read(shipped("recordings") / "demo.mcap")
    profile = load_profile("witmotion-ble5")
    world = await World.build(ProfileRole(profile, played.samples))
    arrivals: Arrivals = SimpleQueue()
    settings = Settings()
    rate_hz = profile.rate_hz()
    recorder = RecordingWriter(path, rate_hz=rate_hz, profile_name=profile.id, durable=False)
    session = Session(
        LiveSource(profile, arrivals, clock=loop.time),
        Analyzer(settings, rate_hz=rate_hz),
        recorder=recorder,
        opening=(session_event(settings, profile.id, rate_hz), Event(0.0, "calibrating", "person")),
        clock=loop.time,
    )
    link = Link(Wanted("", profile), arrivals, backend=world.backend, clock=loop.time)
    running = asyncio.ensure_future(link.run())
    lifts: list[Lift] = []
    began: float | None = None
    while not world.sensor.sent.done:
        update = session.step()
        lifts += update.update.lifts if update.update else ()
        if world.sensor.sent.notifications and began is None:
            began = loop.time()
        if away and began is not None:
            gone = away[0] <= loop.time() - began < away[1]
            if gone and world.air.in_range:
                world.air.leave()
            elif not gone and not world.air.in_range:
                world.air.come_back()
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    link.stop()
    await running
    last = session.finish()
    assert session.fault is None
    return lifts + list(last.update.lifts if last.update else ()), read(path)


def all_columns(lifts: Iterable[Lift]) -> list[dict[str, Any]]:
    """Every column of every bend, unrounded."""
    return [{f.name: getattr(lift, f.name) for f in fields(lift) if f.name != "curve"} for lift in lifts]


@pytest.mark.parametrize("away", [None, (21.5, 31.5)], ids=["whole", "away for ten seconds"])
def test_live_and_score_say_the_same_to_the_last_bit(tmp_path: Path, away: tuple[float, float] | None) -> None:
    async def work() -> None:
        lifts, recording = await judged_session(tmp_path / "session.mcap", away=away)
        assert lifts
        scored = [
            lift
            for update in analyze(recording.samples, recording.events, Settings(), rate_hz=recording.rate_hz)
            for lift in update.lifts
        ]
        assert all_columns(scored) == all_columns(lifts)
        written = [event.data["bottom_s"] for event in recording.events if event.kind == "lift"]
        assert written == [lift.bottom_s for lift in lifts]

    leap(work)


def test_ten_seconds_away_cost_just_those_and_no_verdict_lies_across_the_hole(tmp_path: Path) -> None:
    async def work() -> None:
        whole, _ = await judged_session(tmp_path / "whole.mcap")
        lifts, recording = await judged_session(tmp_path / "away.mcap", away=(21.5, 31.5))
        steps = np.diff(recording.samples.t)
        (at,) = np.flatnonzero(steps > 0.2)
        begin, end = float(recording.samples.t[at]), float(recording.samples.t[at + 1])
        assert 10.0 < end - begin < 14.5
        for lift in lifts:
            across = lift.start_s < end and lift.end_s > begin
            assert not across or lift.technique in (None, Technique.UNCLEAR), lift
        assert any(lift.is_lift and lift.end_s < begin - 1.0 for lift in whole)
        before = [lift.technique for lift in lifts if lift.is_lift and lift.end_s < begin - 1.0]
        assert before == [lift.technique for lift in whole if lift.is_lift and lift.end_s < begin - 1.0]
        after = [lift for lift in lifts if lift.is_lift and lift.start_s > end + 1.0]
        assert len(after) >= len([lift for lift in whole if lift.is_lift and lift.start_s > end + 1.0]) - 1
        kinds = [event.kind for event in recording.events]
        assert kinds.count("link lost") == kinds.count("link back") == 1

    leap(work)
