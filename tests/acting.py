"""A made-up session for the tests of the window: updates as a session would put them into its queue (synthetic)."""

from queue import SimpleQueue

import numpy as np

from liftcheck.analysis import StreamFacts, Update
from liftcheck.cues import Cue
from liftcheck.lifts.lift import Lift, LiftCurve, Technique
from liftcheck.samples import Event
from liftcheck.session import LinkState, SessionUpdate
from liftcheck.trunk.motion import Motion
from liftcheck.trunk.mounting import CalibrationProgress

RATE_HZ = 100.0
DEPTHS = {"legs": (54.0, 0.38), "mixed": (62.0, 0.18), "back": (95.0, 0.06), "unclear": (58.0, 0.20)}


class ActedSession:
    """Stands in for a SessionThread: what is put into `updates` is what the window sees."""

    def __init__(self) -> None:
        self.updates: SimpleQueue[SessionUpdate] = SimpleQueue()
        self.error: BaseException | None = None
        self.alive = True
        self.told: list[Event] = []

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def close(self) -> None:
        self.alive = False


def bend(t: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 when standing, 1 at the bottom: a smooth way down and up with a short stay."""
    phase = np.clip((t - start) / (end - start), 0, 1)
    return np.clip(1.25 * np.sin(np.pi * phase) ** 2, 0, 1.0) * (1 - 0.05 * np.sin(6 * np.pi * phase) ** 2)


def lift(start: float, technique: str = "legs", number: int = 1, **changes: object) -> Lift:
    """A judged lift of two seconds, with its curve."""
    lean, drop = DEPTHS[technique]
    end = start + 2.0
    t = np.arange(start - 0.2, end + 0.2, 0.01)
    depth = bend(t, start, end)
    still = np.zeros_like(t)
    values: dict[str, object] = {
        "lift": number,
        "start_s": start,
        "bottom_s": start + 1.0,
        "end_s": end,
        "peak_flexion_deg": lean,
        "flexion_at_bottom_deg": lean,
        "flexion_at_end_deg": 3.0,
        "peak_down_velocity_deg_s": 80.0,
        "peak_up_velocity_deg_s": 80.0,
        "lean_deg": 1.0,
        "turn_deg": 2.0,
        "drop_m": drop + 0.1,
        "hip_drop_m": drop,
        "hip_drop_error_m": 0.02,
        "knee_deg": 95.0,
        "knee_error_deg": 8.0,
        "stoop_index": 20.0,
        "technique": Technique(technique),
        "confidence": 0.95,
        "reason": "no still stance before the lift" if technique == "unclear" else "",
        "judged_s": end + 0.3,
        "curve": LiftCurve(t, 2.0 + lean * depth, still, still, (drop + 0.1) * depth, 0.004 + drop * depth),
    }
    return Lift(**(values | changes))  # type: ignore[arg-type]


def motion(start: float, stop: float, lifts: list[Lift]) -> Motion:
    """Standing, with these lifts in it."""
    t = np.arange(round(start * RATE_HZ), round(stop * RATE_HZ)) / RATE_HZ
    lean = 2.0 + np.sin(t / 2.3)
    hips = 0.004 + 0.003 * np.sin(t / 1.7)
    for each in lifts:
        depth = bend(t, each.start_s, each.end_s)
        lean = lean + each.flexion_at_bottom_deg * depth
        hips = hips + (each.hip_drop_m or 0.0) * depth
    still = np.zeros_like(t)
    return Motion(t, lean, still, still, still, hips, hips, np.ones(len(t), dtype=bool))


def link(**changes: object) -> LinkState:
    values: dict[str, object] = {
        "connected": True,
        "since_s": 100.0,
        "rate_hz": 99.8,
        "loss_percent": 0.2,
        "battery_percent": 82,
        "received": 76541,
        "last_packet_s": 0.02,
    }
    return LinkState(**(values | changes))  # type: ignore[arg-type]


def said(
    update: Update | None = None,
    *,
    elapsed_s: float = 767.0,
    samples: int = 76541,
    state: LinkState | None = None,
    cues: tuple[Cue, ...] = (),
    recording: bool = True,
    ended: bool = False,
    message: str = "",
) -> SessionUpdate:
    """One update of the session."""
    path = "session-2025-03-14-0912.mcap" if recording or ended else None
    return SessionUpdate(
        elapsed_s, samples, state or link(), update, cues, recording and not ended, path, message, ended
    )


def update(start: float, stop: float, lifts: list[Lift], *, judged: tuple[Lift, ...] = (), **more: object) -> Update:
    """A stretch of motion, with the lifts that were judged in it."""
    facts = StreamFacts(rate_hz=100.0, duration_s=stop)
    return Update(motion(start, stop, lifts), lifts=judged, facts=facts, **more)  # type: ignore[arg-type]


def calibrating(**changes: object) -> Update:
    """A calibration under way."""
    values: dict[str, object] = {
        "phase": "still",
        "still_s": 2.0,
        "still_needed_s": 3.0,
        "bends_deg": (),
        "bends_needed": 3,
        "flexion_deg": 2.0,
        "target_deg": 60.0,
        "problem": "",
    }
    progress = CalibrationProgress(**(values | changes))  # type: ignore[arg-type]
    return Update(motion(0.0, 0.1, []), calibration=progress)
