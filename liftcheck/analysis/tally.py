"""The facts of the stream as they add up: rate, gaps, time off the body, and what was noticed."""

from typing import Literal

import numpy as np

from liftcheck.analysis.update import StreamFacts
from liftcheck.samples import Event, Samples
from liftcheck.trunk.stream import FILLED, FROZEN, SATURATED, StreamSettings, Stretch


class Tally:
    """Counts samples and holes; whole numbers are added where they can be, so that no cut shows in the sums."""

    def __init__(self, settings: StreamSettings) -> None:
        self.settings = settings
        self.first_t: float | None = None
        self.slips = 0
        self.calibration: Literal["event", "learnt", "none"] = "none"
        self.last_t = 0.0
        self._rate_hz: float | None = None  # of the first segment
        self._step_s = 0.0  # of the present one
        self._gap_s = self._unworn_s = 0.0  # of the segments before it
        self._filled = self._unworn = 0  # its samples filled in, and off the body
        self._quality: tuple[str, ...] = ()

    @property
    def facts(self) -> StreamFacts:
        """What is known now."""
        return StreamFacts(
            rate_hz=self._rate_hz,
            duration_s=0.0 if self.first_t is None else self.last_t - self.first_t,
            gap_s=self._gap_s + self._filled * self._step_s,
            unworn_s=self._unworn_s + self._unworn * self._step_s,
            slips=self.slips,
            calibration=self.calibration,
            quality=self._quality,
        )

    def received(self, samples: Samples) -> None:
        """Samples came in."""
        if len(samples):
            self.first_t = float(samples.t[0]) if self.first_t is None else self.first_t
            self.last_t = float(samples.t[-1])

    def take(self, stretch: Stretch) -> None:
        """A stretch with its holes and doubts."""
        if stretch.begins:
            settled = self.facts
            self._gap_s, self._unworn_s = settled.gap_s + stretch.gap_s, settled.unworn_s
            self._filled = self._unworn = 0
            self._step_s = 1.0 / stretch.rate_hz
            self._rate_hz = self._rate_hz or stretch.rate_hz
        self._filled += int(np.count_nonzero(stretch.doubt & FILLED))
        if (stretch.doubt & FROZEN).any():
            self.notice(f"a channel is stuck from {stretch.t[np.flatnonzero(stretch.doubt & FROZEN)[0]]:.1f} s")
        if (stretch.doubt & SATURATED).any():
            self.notice("the sensor's range was exceeded")
        if stretch.rate_hz < self.settings.lowest_rate_hz:
            self.notice(f"rate below {self.settings.lowest_rate_hz:.0f} Hz: bends are counted, not judged")

    def unworn(self, samples: int) -> None:
        """So many samples of the present segment were measured off the body, or during a calibration."""
        self._unworn += samples

    def unused(self, seconds: float) -> None:
        """The end of the stream, too short to be looked at."""
        self._gap_s += seconds

    def slipped(self, event: Event) -> None:
        """The sensor moved on the body."""
        self.slips += 1
        if event.kind == "calibration lost":
            self.calibration = "none"
            self.notice(f"the sensor was turned on the body at {event.t:.0f} s")
        else:
            self.notice(f"the sensor slipped at {event.t:.0f} s and was re-zeroed")

    def not_calibrated(self, since: float, until: float) -> None:
        """A calibration was begun that came to nothing; no bend in it was a lift."""
        words = f"no lift was judged from {since:.0f} to {until:.0f} s: a calibration was under way and not completed"
        self._quality = (*self._quality, words)

    def notice(self, words: str) -> None:
        """Says something of the stream, once."""
        kind = words.split(" from ")[0].split(" about ")[0]
        if not any(known.startswith(kind) for known in self._quality):
            self._quality = (*self._quality, words)
