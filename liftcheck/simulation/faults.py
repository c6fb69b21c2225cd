"""What goes wrong with real sensors, each by its name: `--fault NAME` or `--fault NAME=VALUE`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from liftcheck.errors import SettingsError
from liftcheck.samples import Array, Samples
from liftcheck.simulation.choreography import Choreography
from liftcheck.simulation.movements.handling import TakenOff, TurnedOver
from liftcheck.simulation.sensor import MG, Imperfections


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. value: how much of it if nothing is said, in `unit`; least, most: what makes sense."""

    value: float
    unit: str
    meaning: str
    least: float = 0.0
    most: float = 1e6


FAULTS = {
    "offset": Fault(20, "mg", "the accelerometer's zero is off on every axis"),
    "scale": Fault(2, "percent", "the accelerometer's axes differ in scale"),
    "noise": Fault(3, "times", "noise of both sensors"),
    "gyro-offset": Fault(5, "deg/s", "the gyroscope's zero is off on every axis"),
    "quantisation": Fault(10, "bits", "coarse steps over the whole range", 4, 24),
    "saturation": Fault(1.5, "g", "the accelerometer's range ends here, the gyroscope's at 100 deg/s times it", 1.1),
    "scale-fault": Fault(4, "times", "the accelerometer's range is told wrongly: everything is too small", 0.01),
    "stuck-axis": Fault(60, "s", "the accelerometer's second axis holds one value from this moment"),
    "dying-gyro": Fault(60, "s", "the gyroscope gives nothing but zero from this moment"),
    "wobble": Fault(2, "times", "the skin under the sensor shakes"),
    "rate": Fault(3, "percent", "the sensor is faster than the rate it states", -50, 50),
    "clock-drift": Fault(100, "ppm", "the sensor's clock runs fast"),
    "clock-restart": Fault(60, "s", "the sensor's clock jumps 2.5 s ahead at this moment though nothing is missing"),
    "gap": Fault(0.6, "s", "about twice a minute this much is missing"),
    "burst": Fault(8, "samples", "times are those of arrival: so many samples come at once", 1, 100),
    "late": Fault(0.3, "s", "now and then a packet is late by up to this, and so are the times"),
    "loss": Fault(5, "percent", "packets of five samples are lost", 0, 95),
    "slip": Fault(8, "deg", "the sensor slips on the back, in the middle of the session"),
    "turned-over": Fault(60, "s", "at the first quiet moment after this the sensor is turned upside down on the back"),
    "taken-off": Fault(60, "s", "at the first quiet moment after this the sensor lies on a table for 20 s"),
}

PACKET = 5  # samples in one packet of the simulated link
STRIKING = {"stuck-axis", "dying-gyro", "clock-restart", "turned-over", "taken-off"}  # the value is a moment


class Faults:
    """The faults of one session that strike the body and the electronics, and the clock that the recording shows."""

    def __init__(self, wanted: Sequence[str], rate_hz: float, rng: np.random.Generator) -> None:
        self.values = dict(_parsed(text) for text in wanted)
        self.rng = rng
        self.step_s = 1 / (rate_hz * (1 + self.values.get("rate", 0.0) / 100))
        self.done: set[str] = set()

    def between(self, written: Choreography) -> None:
        """What happens to the sensor between two movements."""
        upright = not (written.aims["pelvis"] or written.aims["lumbar"] or written.aims["unloaded"])
        for name, movement in (("taken-off", TakenOff()), ("turned-over", TurnedOver())):
            if upright and name not in self.done and written.now >= self.values.get(name, np.inf):
                self.done.add(name)
                movement.write(written)

    def disturb(self, written: Choreography) -> None:
        """What happens to the sensor on the body while it moves."""
        if degrees := self.values.get("slip"):
            at = written.now * 0.5
            part = self.rng.dirichlet((4, 1, 1)) ** 0.5 * degrees
            signs = np.sign(self.rng.normal(size=3))
            for channel, size in zip(("slip_pitch", "slip_roll", "slip_yaw"), part * signs, strict=True):
                written.by(channel, float(size), at, 0.5)
            written.by("slip_down", 0.002 * degrees, at, 0.5)

    def spoil(self, flaws: Imperfections) -> Imperfections:
        """What is wrong with the electronics from the start."""
        ask = self.values.get
        signs = np.sign(self.rng.normal(size=(3, 3)))
        if (mg := ask("offset")) is not None:
            flaws = replace(flaws, acc_offset=signs[0] * mg * MG)
        if (dps := ask("gyro-offset")) is not None:
            flaws = replace(flaws, gyr_offset=signs[1] * np.radians(dps))
        if (percent := ask("scale")) is not None:
            flaws = replace(flaws, acc_scale=1 + signs[2] * percent / 100)
        if (times := ask("noise")) is not None:
            flaws = replace(
                flaws, acc_noise=times * (flaws.acc_noise or 0.008), gyr_noise=times * (flaws.gyr_noise or 0.001)
            )
        if (bits := ask("quantisation")) is not None:
            flaws = replace(flaws, bits=int(bits))
        if (times := ask("wobble")) is not None:
            flaws = replace(flaws, wobble=times)
        if (g := ask("saturation")) is not None:
            flaws = replace(flaws, acc_range=g * 1000 * MG, gyr_range=float(np.radians(100 * g)))
        return flaws

    def clock(self, t: Array | float) -> Array:
        """The recording's clock at true times t."""
        shown = np.asarray(t, dtype=np.float64) * (1 + self.values.get("clock-drift", 0.0) * 1e-6)
        if "clock-restart" in self.values:
            shown = shown + 2.5 * (np.asarray(t) >= self.values["clock-restart"])
        return shown

    def check(self, duration_s: float) -> None:
        """SettingsError if a fault's moment never came."""
        for name in STRIKING & self.values.keys():
            missed = name not in self.done if name in ("taken-off", "turned-over") else self.values[name] >= duration_s
            if missed:
                moment = f"{name}={self.values[name]:g}"
                raise SettingsError(f"The fault {moment} never strikes: the session ends after {duration_s:.0f} s")


class Link:
    """The way from a broken sensor to the recording: what arrives, and with which times. Carries its state."""

    def __init__(self, faults: Faults, rng: np.random.Generator) -> None:
        self.values, self.clock, self.step_s, self.rng = faults.values, faults.clock, faults.step_s, rng
        self.count = 0
        self.stuck: float | None = None
        self.next_gap = float(rng.exponential(30.0)) if "gap" in self.values else np.inf
        self.lost = False
        self.last_t = -np.inf

    def deliver(self, samples: Samples) -> Samples:
        """What arrives of one piece, and with which times. Carries its state from piece to piece."""
        samples = self._broken(samples)
        kept = self._present(samples)
        shown = np.asarray(self.clock(samples.t))
        for name, times in (("burst", self._bunched), ("late", self._delayed)):
            if name in self.values:
                shown = times(shown)
        shown = self._ascending(shown[kept])
        self.count += len(samples)
        return Samples(shown, samples.acc[kept], samples.gyr[kept])

    def _broken(self, samples: Samples) -> Samples:
        acc, gyr = samples.acc.copy(), samples.gyr.copy()
        if times := self.values.get("scale-fault"):
            acc /= times
        if "stuck-axis" in self.values:
            late = samples.t >= self.values["stuck-axis"]
            if late.any():
                self.stuck = acc[late][0, 1] if self.stuck is None else self.stuck
                acc[late, 1] = self.stuck
        if "dying-gyro" in self.values:
            gyr[samples.t >= self.values["dying-gyro"]] = 0.0
        return Samples(samples.t, acc, gyr)

    def _present(self, samples: Samples) -> NDArray[np.bool_]:
        kept = np.ones(len(samples), dtype=bool)
        if percent := self.values.get("loss"):
            packet = (self.count + np.arange(len(samples))) // PACKET
            first = packet[0] if len(packet) else 0
            gone = self.rng.random(int(packet[-1] - first) + 1 if len(packet) else 0) < percent / 100
            if len(gone) and self.count % PACKET:
                gone[0] = self.lost  # a packet that began in the piece before
            if len(gone):
                self.lost = bool(gone[-1])
            kept &= ~gone[packet - first]
        while len(samples) and samples.t[-1] >= self.next_gap:
            end = self.next_gap + self.values["gap"]
            kept &= ~((samples.t >= self.next_gap) & (samples.t < end))
            if samples.t[-1] < end:
                break
            self.next_gap = end + float(self.rng.exponential(30.0))
        return kept

    def _bunched(self, t: Array) -> Array:
        size = int(self.values["burst"])
        place = (self.count + np.arange(len(t))) % size
        return np.asarray(t + (size - 1 - place) * (self.step_s - 0.0005))

    def _delayed(self, t: Array) -> Array:
        packet = (self.count + np.arange(len(t))) // PACKET
        first = int(packet[0]) if len(t) else 0
        late = self.rng.random(int(packet[-1]) - first + 1 if len(t) else 0)
        waits = np.where(late < 0.03, late / 0.03, 0.0) * self.values["late"]
        return np.asarray(t + waits[packet - first])

    def _ascending(self, t: Array) -> Array:
        """What came late holds up what comes after it; no two samples share a time."""
        floor = np.arange(len(t)) * 1e-4
        shown = np.maximum.accumulate(np.maximum(t - floor, self.last_t + 1e-4)) + floor
        if len(shown):
            self.last_t = float(shown[-1])
        return np.asarray(shown)


def _parsed(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    if name not in FAULTS:
        raise SettingsError(f"There is no fault {name!r}; known are {', '.join(FAULTS)}")
    fault = FAULTS[name]
    try:
        number = float(value) if value else fault.value
    except ValueError:
        number = np.nan
    if not fault.least <= number <= fault.most:
        told = f"a number from {fault.least:g} to {fault.most:g} ({fault.unit})"
        raise SettingsError(f"The fault {name} takes {told}, not {value!r}")
    return name, number
