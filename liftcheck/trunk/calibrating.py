"""A calibration as it happens: three seconds still, then three bends; what was wrong is said at once."""

from dataclasses import dataclass

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.mounting import Calibration, CalibrationProgress, rotation_of, triple


@dataclass(frozen=True)
class CalibratingSettings:
    """What is asked of the wearer (SCIENCE 3.1; the issue's 45 and 70 degrees, 20 and 30 at the waist)."""

    still_s: float = 3.0
    bends: int = 3
    bend_deg: float = 45.0  # a bend counts from here
    bend_waist_deg: float = 20.0
    target_deg: float = 70.0  # what the screen asks for
    target_waist_deg: float = 30.0
    begins_share: float = 0.5  # of what counts: an attempt begins
    ends_share: float = 0.3  # ... and is over
    longest_bend_s: float = 8.0
    same_pose_deg: float = 10.0  # stillness goes on after a hole in the signal if the pose is nearly the same
    give_up_s: float = 120.0  # without success the calibration ends by itself, and what was known before holds on
    one_axis: float = 0.9  # share of the turning that must be about one axis (SCIENCE 3.1)
    level_axis: float = 0.7  # share of the turning that must be about a level axis: else it is no back that bends


class Calibrator:
    """Takes short blocks as they come; `progress` says how far it is, `found` holds the result.

    Blocks before the calibration began are unknown to it, so it asks for its own stillness.
    """

    def __init__(self, settings: CalibratingSettings, site: str, step_s: float) -> None:
        self.settings = settings
        waist = site.startswith("waist")
        self.counts_deg = settings.bend_waist_deg if waist else settings.bend_deg
        self.target_deg = settings.target_waist_deg if waist else settings.target_deg
        self.step_s = step_s
        self.found: Calibration | None = None
        self.bends: list[tuple[float, float]] = []  # start and end of each bend that counted
        self._depths: list[float] = []
        self._problem = ""
        self._still: list[Array] = []  # rows of force, rate while still
        self._unsure: list[Array] = []  # the same of blocks too soon after a hole to know
        self._stance: Array | None = None
        self._offset = np.zeros(3)
        self._scale = 1.0
        self._attempt: list[Array] = []  # rows of up, rate during a bend
        self._attempt_from = 0.0
        self._stayed = False  # down for too long, and not upright yet
        self._turning = np.zeros((3, 3))
        self._lean = np.zeros(3)
        self._tilt = 0.0

    @property
    def standing(self) -> bool:
        """Whether it is stillness that is asked for now."""
        return self._stance is None

    @property
    def progress(self) -> CalibrationProgress:
        """How far the calibration has come."""
        phase = "done" if self.found else "still" if self._stance is None else "bend"
        still_s = self.settings.still_s if self._stance is not None else len(self._still) * self.step_s
        return CalibrationProgress(
            phase,  # type: ignore[arg-type]
            still_s,
            self.settings.still_s,
            tuple(self._depths),
            self.settings.bends,
            self._tilt,
            self.target_deg,
            self._problem,
        )

    def push(self, t: float, up: Array, rate: Array, force: Array, calm: bool) -> bool:
        """The next block: its end, up, mean rate and mean force (3,), whether it was calm. True when complete."""
        if self._stance is None:
            self._stand(rate, force, calm)
        elif self.found is None:
            self._bend(t, up, rate - self._offset)
        return self.found is not None

    def unsure(self, rate: Array, force: Array) -> None:
        """A block too soon after a hole in the signal to know whether it was calm; the next ones will tell."""
        self._unsure.append(np.concatenate([force, rate]))

    def _stand(self, rate: Array, force: Array, calm: bool) -> None:
        """Up is where the force pointed meanwhile: the filter may be a degree and a half off in its first seconds."""
        unsure, self._unsure = self._unsure if self._still else [], []
        if not calm or (unsure and not self._stands_as_before(force)):
            if len(self._still) * self.step_s > 0.5:
                self._problem = "moved"
            self._still = []
            return
        self._still += [*unsure, np.concatenate([force, rate])]
        if len(self._still) * self.step_s < self.settings.still_s:
            return
        mean = np.array(self._still).mean(axis=0)
        size = float(np.sqrt(mean[:3] @ mean[:3]))
        self._stance = mean[:3] / size
        self._offset, self._scale, self._problem = mean[3:6], GRAVITY_MPS2 / size, ""

    def _stands_as_before(self, force: Array) -> bool:
        before = np.array(self._still)[:, :3].mean(axis=0)
        cosine = before @ force / np.sqrt((before @ before) * (force @ force))
        return bool(cosine > np.cos(np.radians(self.settings.same_pose_deg)))

    def _bend(self, t: float, up: Array, rate: Array) -> None:
        assert self._stance is not None
        self._tilt = float(np.degrees(np.arccos(np.clip(up @ self._stance, -1.0, 1.0))))
        if self._stayed:  # half of a movement is no bend
            self._stayed = self._tilt > self.settings.ends_share * self.counts_deg
            return
        if not self._attempt:
            if self._tilt > self.settings.begins_share * self.counts_deg:
                self._attempt, self._attempt_from = [np.concatenate([up, rate])], t
            return
        self._attempt.append(np.concatenate([up, rate]))
        if self._tilt > self.settings.ends_share * self.counts_deg:
            if t - self._attempt_from > self.settings.longest_bend_s:
                self._attempt, self._stayed, self._problem = [], True, "no-return"
            return
        self._judge_attempt(t)
        self._attempt = []
        if len(self.bends) >= self.settings.bends:
            self._complete()

    def _judge_attempt(self, t: float) -> None:
        assert self._stance is not None
        rows = np.array(self._attempt)
        tilt = np.degrees(np.arccos(np.clip(rows[:, :3] @ self._stance, -1.0, 1.0)))
        peak = rows[int(np.argmax(tilt)), :3]
        turning = rows[:, 3:].T @ rows[:, 3:]
        level = 1.0 - float(self._stance @ turning @ self._stance) / max(float(np.trace(turning)), 1e-9)
        if tilt.max() < self.counts_deg:
            self._problem = "shallow"
        elif level < self.settings.level_axis:
            self._problem = "not-a-back"
        else:
            self._depths.append(float(tilt.max()))
            self.bends.append((self._attempt_from, t))
            self._turning = self._turning + turning
            self._lean = self._lean - (peak - self._stance * (peak @ self._stance))
            self._problem = ""

    def _complete(self) -> None:
        """The bends' common axis is left-right; which way they leaned is forward."""
        assert self._stance is not None
        flat = np.eye(3) - np.outer(self._stance, self._stance)
        values, axes = np.linalg.eigh(flat @ self._turning @ flat)
        if values[-1] < self.settings.one_axis * values.sum():
            self._depths, self.bends, self._problem = [], [], "sideways"
            self._turning, self._lean = np.zeros((3, 3)), np.zeros(3)
            return
        forward = np.cross(axes[:, -1], self._stance)
        if forward @ self._lean < 0:
            forward = -forward
        self.found = Calibration(
            rotation=rotation_of(self._stance, forward), gyr_offset=triple(self._offset), acc_scale=self._scale
        )
