"""From samples as they come to stretches that can be judged: what no sensor measured stays outside."""

from liftcheck.analysis.settings import Settings
from liftcheck.samples import Samples
from liftcheck.trunk.damage import Sieve
from liftcheck.trunk.gyro_watch import Gains, GyroWatch, corrected
from liftcheck.trunk.stream import Door, Segmenter, Stretch


class Intake:
    """Numbers only, none of them damaged; rates only where they can be believed; a new segment after each long hole.

    rate_hz: what the recording or the profile states. gains: by which the gyroscope's axes are put right.
    """

    def __init__(self, settings: Settings, rate_hz: float | None, gains: Gains | None) -> None:
        self.stated_rate_hz = rate_hz
        self._door = Door()
        self._sieve = Sieve(settings.damage)
        self._gyro = GyroWatch(settings.gyro, gains)
        self._segmenter = Segmenter(settings.stream, rate_hz)
        self._first_notes = () if gains is None else (corrected(gains),)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noticed so far, in words."""
        return (*self._first_notes, *self._door.notes, *self._sieve.notes, *self._segmenter.notes)

    @property
    def gyroscope_doubted(self) -> bool:
        """Whether gyroscope and accelerometer ever spoke of different movements."""
        return self._gyro.doubted

    def why_no_rates(self, t: float) -> str:
        """Why there are no rates at t, s; "" where there are, or never were any."""
        return self._gyro.why_not(t)

    def push(self, samples: Samples) -> list[Stretch]:
        """The stretches that the next samples complete."""
        return self._segmenter.push(self._gyro.push(self._sieve.push(self._door.numbers(samples))))

    def finish(self) -> list[Stretch]:
        """What was held back: the stream has ended."""
        rest = self._segmenter.push(self._gyro.push(self._sieve.finish()))
        return rest + self._segmenter.finish()

    @property
    def unused_s(self) -> float:
        """The time at the end that was too short to be looked at, with the hole before it."""
        return self._segmenter.unused_s
