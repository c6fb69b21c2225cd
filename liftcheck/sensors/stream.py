"""Packets -> Samples: the whole way from a sensor's notifications to SI values with their times."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from liftcheck.samples import Array, Samples
from liftcheck.sensors.clock import SampleClock
from liftcheck.sensors.decoder import Block, PacketDecoder
from liftcheck.sensors.joining import Joiner
from liftcheck.sensors.packets import Counts, Packet
from liftcheck.sensors.profiles.profile import Choice, FirmwareProfile

GAP_S = 0.2  # as in the pipeline: a longer hole parts the stream


@dataclass(frozen=True)
class StreamFacts:
    """What is known of a stream so far.

    samples: given out. lost: samples known to be missing (a counter, a clock, or a hole in the arrivals tells).
    holes: how often. duplicates, malformed, unknown: packets left out, and why. restarts: of the sensor's own clock.
    unpaired: acc samples without gyr and the reverse. rate_hz with its standard error, measured; nominal_hz was asked
    for. drift_ppm: by how much the host's clock runs faster than the sensor's, once known.
    """

    samples: int
    packets: int
    lost: int
    holes: int
    duplicates: int
    malformed: int
    unknown: int
    restarts: int
    unpaired: int
    nominal_hz: float
    rate_hz: float
    rate_error_hz: float
    drift_ppm: float | None

    @property
    def loss_percent(self) -> float:
        """Samples lost, of all that should have come."""
        due = self.samples + self.lost
        return 100 * self.lost / due if due else 0.0


@dataclass
class DecodedStream:
    """Feed packets in the order of their arrival, get samples: SI, sensor frame, times from 0, on the storage grid.

    options: the chosen rate and ranges; stored: numbers out of the sensor's answers. The first second is held back
    until the rate is known; after a hole in the arrivals, about a quarter of a second until it is clear whether
    packets are late or lost. Feed on after a reconnect: the gap is found, and shown as a gap in the times.
    """

    profile: FirmwareProfile
    options: Mapping[str, Choice] | None = None
    stored: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stream = self.profile.stream
        self.nominal_hz = self.profile.rate_hz(self.options)
        self._decoder = PacketDecoder(self.profile, self.options, self.stored)
        self._joiner = Joiner(stream.join, 1 / self.nominal_hz, stream.stamp_of)
        self._clock = SampleClock(
            self.nominal_hz,
            stream.time,
            stream.stamp_of,
            max((f.stamp.tick_s for f in self.profile.frames if f.stamp and f.holds), default=0.0),
            counted=any(f.counter is not None for f in self.profile.frames if f.holds),
        )
        self._delay = _GyroDelay(stream.gyro_delay_samples)
        self._given = 0

    def store(self, name: str, value: float) -> None:
        """Keeps a number out of the sensor's answer, for scales written as "$name"."""
        self._decoder.store(name, value)

    def feed(self, packet: Packet) -> Samples:
        """The samples whose values and times are settled by this packet; often some, sometimes none."""
        return self._timed(self._decoder.feed(packet))

    def finish(self) -> Samples:
        """What was still held back: the stream has ended."""
        rest = self._timed(self._decoder.finish())
        held = self._rounded([*self._clock.finish()])
        return Samples.join([rest, held, self._given_out(self._delay.finish())])

    def time_of(self, at: float) -> float | None:
        """The recording's time at an instant of the host's clock; None before the first sample."""
        return self._clock.time_of(at)

    @property
    def battery(self) -> float | None:
        """Percent, as last heard from the sensor."""
        return self._decoder.battery

    @property
    def counts(self) -> Counts:
        """What became of the packets."""
        return self._decoder.counts

    @property
    def facts(self) -> StreamFacts:
        """What is known of the stream so far."""
        rate, counts = self._clock.rate, self._decoder.counts
        return StreamFacts(
            samples=self._given,
            packets=counts.packets,
            lost=self._clock.lost,
            holes=self._clock.holes,
            duplicates=counts.duplicate,
            malformed=counts.malformed,
            unknown=counts.unknown,
            restarts=counts.restarted,
            unpaired=self._joiner.unpaired,
            nominal_hz=self.nominal_hz,
            rate_hz=rate.hz,
            rate_error_hz=rate.error_hz,
            drift_ppm=rate.drift_ppm,
        )

    def _timed(self, blocks: list[Block]) -> Samples:
        whole = [joined for block in blocks for joined in self._joiner.feed(block)]
        return self._rounded([timed for block in whole for timed in self._clock.feed(block)])

    def _rounded(self, timed: list[tuple[Block, Array]]) -> Samples:
        return self._given_out(Samples.join([self._delay.feed(_samples(block, t)) for block, t in timed]))

    def _given_out(self, samples: Samples) -> Samples:
        samples = samples.rounded()
        self._given += len(samples)
        return samples


def _samples(block: Block, t: Array) -> Samples:
    assert block.acc is not None
    return Samples(t, block.acc, np.full_like(block.acc, np.nan) if block.gyr is None else block.gyr)


@dataclass
class _GyroDelay:
    """Puts gyr where acc is: a value that comes `delay` sample periods late lies between the next one and itself."""

    delay: float
    _held: Samples = field(default_factory=Samples.empty)

    def feed(self, samples: Samples) -> Samples:
        if not self.delay or not len(samples):
            return samples
        joined = Samples.join([self._held, samples])
        self._held = joined[-1:]
        if len(joined) < 2:
            return Samples.empty()
        gyr = (1 - self.delay) * joined.gyr[:-1] + self.delay * joined.gyr[1:]
        near = np.diff(joined.t) < GAP_S  # no value is drawn across a gap
        return Samples(joined.t[:-1], joined.acc[:-1], np.where(near[:, None], gyr, joined.gyr[:-1]))

    def finish(self) -> Samples:
        held, self._held = self._held, Samples.empty()
        return held
