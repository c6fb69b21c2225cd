"""Small hand-made values for the tests of scoring: lifts, motion, recordings and the answers of a pipeline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from liftcheck.analysis import StreamFacts, Update
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.recording.recording import Recording
from liftcheck.samples import Samples
from liftcheck.trunk.motion import Motion


def a_lift(number: int | None, bottom_s: float, technique: str | None = "legs", **other: Any) -> Lift:
    """A lift of two seconds around its bottom."""
    return Lift(
        **{
            "lift": number,
            "start_s": bottom_s - 1.0,
            "bottom_s": bottom_s,
            "end_s": bottom_s + 1.0,
            "peak_flexion_deg": 61.26,
            "flexion_at_bottom_deg": 58.0,
            "flexion_at_end_deg": -0.01,
            "peak_down_velocity_deg_s": 80.0,
            "peak_up_velocity_deg_s": 95.0,
            "lean_deg": 3.0,
            "turn_deg": -4.0,
            "drop_m": 0.61234,
            "hip_drop_m": 0.45,
            "hip_drop_error_m": 0.05,
            "knee_deg": 105.0,
            "knee_error_deg": 9.0,
            "stoop_index": 24.04,
            "technique": None if technique is None else Technique(technique),
            "confidence": 0.93 if technique in ("legs", "back") else None,
            "reason": "",
        }
        | other
    )


def a_motion(duration_s: float, flexion_deg: float = 10.0, rate_hz: float = 10.0) -> Motion:
    """A trunk that keeps still at one flexion."""
    t = np.arange(round(duration_s * rate_hz) + 1) / rate_hz
    zero = np.zeros_like(t)
    return Motion(t, zero + flexion_deg, zero, zero, zero, zero, zero, np.ones(len(t), dtype=bool))


def a_recording(**about: Any) -> Recording:
    """A recording of two samples at rest; what it holds is not looked at where the pipeline is hand-made too."""
    samples = Samples(np.array([0.0, 100.0]), np.array([[0, 0, 9.81]] * 2), np.zeros((2, 3)))
    return Recording(
        samples,
        **{"name": "shift1", "path": "week/shift1.csv", "wearer": "anna"}
        | {"site": "mid-back", "height_m": 1.73}
        | about,
    )


def a_pipeline(*lifts: Lift, seen: list[Any] | None = None, **facts: Any) -> Any:
    """A stand-in for `analyze` that gives these lifts, in two updates."""

    def analyze(samples: Samples, events: Any = (), settings: Any = None, **other: Any) -> Iterator[Update]:
        if seen is not None:
            seen.append((settings, events, other))
        half = len(lifts) // 2
        motion = a_motion(100.0)
        yield Update(motion[:500], lifts[:half])
        last = {"rate_hz": 100.004, "duration_s": 100.0, "gap_s": 4.0, "calibration": "learnt"} | facts
        yield Update(motion[500:], lifts[half:], facts=StreamFacts(**last))

    return analyze


def a_csv(path: Path, seconds: float = 3.0, rate_hz: float = 100.0) -> Path:
    """A plain CSV of a sensor that lies still."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write("time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps\n")
        for n in range(round(seconds * rate_hz)):
            wobble = 0.01 * (n % 7) - 0.03  # a sensor is never frozen
            file.write(f"{n / rate_hz:.3f},{wobble:.3f},{-wobble:.3f},{9.81 + wobble:.3f},0.001,{wobble:.3f},0.0\n")
    return path
