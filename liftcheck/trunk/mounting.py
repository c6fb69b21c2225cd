"""How the sensor sits on the body: which of its directions is up, which is forward, and what its zeros are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from liftcheck.samples import GRAVITY_MPS2, Array, Event
from liftcheck.trunk.lever import Lever

SITES = ("mid-back", "low-back", "waist", "waist-front", "waist-back", "chest")
LARGEST_OFFSET_MPS2 = 1.0  # 100 mg: more is a wrong range (80 mg in the worst data sheet, SCIENCE 8)
SITE_ALIASES = {"midback": "mid-back", "lumbar": "low-back", "pelvis": "waist-back"}


@dataclass(frozen=True)
class Calibration:
    """What is known of one sensor on one back: a value that travels as an event and is stored in the recording.

    rotation: 3x3, turns sensor axes into trunk axes (x forward, y left, z up), rows first, as nested tuples.
    gyr_offset: rad/s, sensor frame. acc_scale: the factor that makes the force at rest gravity. acc_offset (m/s²) and
    acc_gain (a share, per axis): the accelerometer's errors as learnt after scaling; errors_sd: how well, one standard
    deviation of each of the six, or () where they were not.
    geometry: the wearer's own lever, or None for the site's.
    forward_known: whether the forward direction is known too, or only which way is up.
    quality: what was noticed, "" if nothing.
    """

    rotation: tuple[tuple[float, float, float], ...]
    gyr_offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acc_offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acc_scale: float = 1.0
    acc_gain: tuple[float, float, float] = (0.0, 0.0, 0.0)
    errors_sd: tuple[float, ...] = ()
    geometry: Lever | None = None
    forward_known: bool = True
    quality: str = ""

    @property
    def at_rest(self) -> tuple[float, float]:
        """What to multiply the force by, and what it then reads in stance, m/s².

        A few percent off gravity are an offset along up, not a scale: parts are off by 20 to 80 mg, but by no more
        than 1.5 % of what they read (SCIENCE 8). Scaling by it would shorten every movement by as much.
        """
        reading = GRAVITY_MPS2 / self.acc_scale
        return (1.0, reading) if abs(reading - GRAVITY_MPS2) < LARGEST_OFFSET_MPS2 else (self.acc_scale, GRAVITY_MPS2)

    @cached_property
    def matrix(self) -> Array:
        """The rotation as a (3, 3) array: trunk = matrix @ sensor."""
        return np.array(self.rotation, dtype=np.float64)

    def as_data(self) -> dict[str, Any]:
        """The calibration as plain JSON values, for an Event's data."""
        return {
            "rotation": [list(row) for row in self.rotation],
            "gyr_offset_radps": list(self.gyr_offset),
            "acc_offset_mps2": list(self.acc_offset),
            "acc_scale": self.acc_scale,
            "acc_gain": list(self.acc_gain),
            "errors_sd": list(self.errors_sd),
            "geometry_m": None if self.geometry is None else list(self.geometry),
            "forward_known": self.forward_known,
            "quality": self.quality,
        }

    @staticmethod
    def is_learnt(event: Event) -> bool:
        """Whether an event's calibration was learnt from the movement, not asked of the wearer."""
        return event.kind == "calibrated" and str(event.data.get("quality", "")).startswith("learnt")

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Calibration":
        """The calibration in an Event's data. ValueError if it is none, or its rotation is no rotation."""
        try:
            matrix = _matrix(data["rotation"])
            geometry = data["geometry_m"]
            calibration = Calibration(
                rotation=tuple((float(row[0]), float(row[1]), float(row[2])) for row in matrix),
                gyr_offset=triple(data["gyr_offset_radps"]),
                acc_offset=triple(data["acc_offset_mps2"]),
                acc_scale=float(data["acc_scale"]),
                acc_gain=triple(data.get("acc_gain", (0.0, 0.0, 0.0))),
                errors_sd=_sd(data.get("errors_sd", ())),
                geometry=None if geometry is None else _lever(*list(geometry)),
                forward_known=bool(data["forward_known"]),
                quality=str(data["quality"]),
            )
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"not a calibration: {error}") from error
        if not np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-6) or np.linalg.det(matrix) < 0:
            raise ValueError("a calibration's rotation is no rotation")
        return calibration


def rotation_of(up: Array, forward: Array) -> tuple[tuple[float, float, float], ...]:
    """The rotation of a sensor whose wearer's up and forward are these directions (3,) in sensor axes."""
    up = up / np.sqrt(up @ up)
    across = forward - up * (forward @ up)
    ahead = across / np.sqrt(across @ across)
    (x, y, z), (a, b, c) = up, ahead
    left = np.array([y * c - z * b, z * a - x * c, x * b - y * a])
    return tuple(triple(row) for row in (ahead, left, up))


def axes_of(text: str) -> tuple[Array, Array]:
    """Up and forward in sensor axes, (3,) each, from "up=-y,forward=+z". ValueError if they are no such pair."""
    found = {}
    for part in text.replace(" ", "").split(","):
        name, _, axis = part.partition("=")
        sign = -1.0 if axis.startswith("-") else 1.0
        found[name] = sign * np.eye(3)["xyz".index(axis.lstrip("+-"))]
    if set(found) != {"up", "forward"} or abs(found["up"] @ found["forward"]) > 0.5:
        raise ValueError(f"{text!r} does not name an up and a forward axis")
    return found["up"], found["forward"]


@dataclass(frozen=True)
class CalibrationProgress:
    """How far a calibration has come, for the screen: three seconds still, then three bends.

    phase: what is asked for now, or how it ended. still_s: seconds of stillness so far, of `still_needed_s`.
    bends_deg: the depth of each bend that counted. flexion_deg: the lean right now, against `target_deg`.
    problem: "" or what was wrong with the last attempt: moved, not-upright, shallow, sideways, no-return, not-a-back.
    """

    phase: Literal["still", "bend", "done", "failed"]
    still_s: float
    still_needed_s: float
    bends_deg: tuple[float, ...]
    bends_needed: int
    flexion_deg: float
    target_deg: float
    problem: str = ""


def _matrix(values: Any) -> Array:
    try:
        matrix = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        matrix = np.empty(0)
    if matrix.shape != (3, 3):
        raise ValueError("a calibration's rotation is three rows of three numbers")
    return matrix


def _sd(values: Any) -> tuple[float, ...]:
    sd = tuple(float(value) for value in values)
    if len(sd) not in (0, 6) or not all(0 < value < 10 for value in sd):
        raise ValueError("a calibration's errors_sd are six positive numbers, or none")
    return sd


def _lever(r: Any, b: Any, doubt: Any = 0.5) -> Lever:
    plain = all(type(value) in (int, float) for value in (r, b, doubt))
    if not plain or not (abs(r) <= 1 and abs(b) <= 1 and 0 < doubt <= 1):
        raise ValueError("a calibration's lever is two lengths of up to a metre, and a doubt of up to 1")
    return Lever(float(r), float(b), float(doubt))


def triple(values: Any) -> tuple[float, float, float]:
    """Three floats of any three numbers."""
    x, y, z = (float(value) for value in values)
    return x, y, z
