"""What is known of the wearer and the sensor at the moment that the stream has reached."""

from dataclasses import dataclass, field

import numpy as np

from liftcheck.analysis.settings import Settings
from liftcheck.samples import Event
from liftcheck.trunk.acc_errors import AccErrors, ErrorMemory
from liftcheck.trunk.mounting import Calibration

SLIPS = ("re-zeroed", "calibration lost")  # the events by which the pipeline says that the sensor moved on the body


@dataclass(eq=False)
class Known:
    """The wearer's site and height, the mounting, and the accelerometer's errors; changed by events alone."""

    settings: Settings
    site: str = field(init=False)
    height_m: float | None = field(init=False)
    errors: ErrorMemory = field(init=False)
    calibration: Calibration | None = None
    by_arrival: bool = False  # sample times are known from nothing but the arrival of packets
    slipped_s: float = -np.inf  # when the mounting was last taken anew after a slip
    _before: tuple[Calibration | None, AccErrors, AccErrors] | None = None  # what `errors_before` said, and to what

    def __post_init__(self) -> None:
        self.site, self.height_m = self.settings.site, self.settings.height_m
        self.errors = ErrorMemory(self.settings.trunk.window.drop.errors)

    def apply(self, event: Event) -> None:
        """An event takes effect."""
        if event.kind in SLIPS:
            self.slipped_s = event.t
        if event.kind in ("calibrated", "re-zeroed"):
            self._calibrate(Calibration.from_data(event.data))
        elif event.kind == "calibration lost":
            self.calibration = None
        elif event.kind in ("session", "times"):
            self.by_arrival = event.data.get("times") == "arrival"
        elif event.kind == "site":
            self.site = str(event.data["site"])
        elif event.kind == "height":
            self.height_m = float(event.data["height_m"])

    def errors_before(self) -> AccErrors:
        """What is known of the accelerometer: as learnt before, and what it reads in stance."""
        calibration, given = self.calibration, self.errors.before()
        if calibration is None:
            return given
        if self._before is None or self._before[0] is not calibration or self._before[1] is not given:
            settings = self.settings.trunk.window.drop.errors
            told = given.reading(calibration.at_rest[1], calibration.matrix[2], settings)
            self._before = (calibration, given, told)
        return self._before[2]

    def _calibrate(self, calibration: Calibration) -> None:
        self.calibration = calibration
        if calibration.errors_sd:
            mean = np.array([*calibration.acc_offset, *calibration.acc_gain])
            sd = np.array(calibration.errors_sd)
            self.errors.given = AccErrors.known(mean, sd, self.settings.trunk.window.drop.errors)
