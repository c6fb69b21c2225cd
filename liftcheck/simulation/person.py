"""People: how tall, how built, how brisk, how they stand and bend."""

from dataclasses import dataclass

import numpy as np

# The spine from the sacrum up, in blocks of vertebrae: (name, length as a share of body height, share of the bend
# between pelvis and thorax that is reached here, forward tilt in upright standing in degrees). Lengths add up to a
# seventh neck vertebra at 0.85 of the height (Drillis & Contini 1966); most of the bend lies in L5-L3 (SCIENCE 4.2).
SPINE: tuple[tuple[str, float, float, float], ...] = (
    ("L5-L4", 0.040, 0.25, 12.0),
    ("L3-L2", 0.042, 0.62, -1.0),
    ("L1-T12", 0.036, 0.86, -8.0),
    ("T11-T10", 0.031, 0.95, -4.0),
    ("T9-T8", 0.029, 1.00, 0.0),
    ("T7-T5", 0.042, 1.03, 9.0),
    ("T4-T1", 0.052, 1.06, 22.0),
)


@dataclass(frozen=True)
class Person:
    """One body and its habits. Lengths in metres, angles in degrees, the rest are factors with 1 as the usual.

    The defaults are an average adult; `Person.drawn` gives a random one.
    """

    height_m: float = 1.73
    shank: float = 0.246  # share of height, Drillis & Contini
    thigh: float = 0.245
    ankle: float = 0.039
    trunk: float = 1.0  # length of the spine
    depth: float = 1.0  # how far the skin lies from the spine: build
    hip_behind: float = 0.014  # sacrum behind the hip joints, share of height
    standing_knee_deg: float = 7.0
    dorsiflexion_deg: float = 36.0  # the most that the shank leans forward with the heel down
    balance: float = 0.047  # where the weight rests ahead of the ankles, share of height
    toes: float = 0.02  # how much farther forward it goes in a deep bend
    arms_forward: float = 0.0  # counterweight in deep squats, share of height
    lumbar: float = 1.0  # how much of a bend the lumbar spine takes
    curve: float = 1.0  # how marked the standing curves of the back are
    spread: float = 0.0  # bend taken higher (above 0) or lower in the spine
    skin_slide_m: float = 0.004  # along the back, at 50 degrees of lumbar bend
    skin_lag: float = 0.04  # share of the lumbar bend that the skin's tilt lags behind
    tempo: float = 1.0  # above 1 is brisk
    sway: float = 1.0
    rough: float = 1.0  # unevenness of movements
    habit_deg: float = 0.0  # this person's knees in every style, more or less than the usual
    fatigue: float = 0.0  # 0 tireless .. 1: the knees lose 25 degrees in a hundred lifts

    @staticmethod
    def drawn(rng: np.random.Generator, height_m: float | None = None) -> "Person":
        """A random adult; the spreads are wider than people's where the science is unsure."""
        near = rng.normal
        return Person(
            height_m=float(np.clip(near(1.73, 0.09), 1.50, 1.98)) if height_m is None else height_m,
            shank=0.246 * near(1, 0.03),
            thigh=0.245 * near(1, 0.03),
            trunk=near(1, 0.03),
            depth=float(np.clip(near(1, 0.13), 0.7, 1.5)),
            hip_behind=0.014 + near(0, 0.006),
            standing_knee_deg=float(np.clip(near(7, 4), 0, 16)),
            dorsiflexion_deg=float(np.clip(near(36, 4), 26, 44)),
            balance=0.047 + near(0, 0.007),
            toes=abs(near(0.02, 0.01)),
            arms_forward=abs(near(0.0, 0.02)),
            lumbar=float(np.clip(near(1, 0.15), 0.6, 1.4)),
            curve=float(np.clip(near(1, 0.25), 0.3, 1.7)),
            spread=float(np.clip(near(0, 0.08), -0.2, 0.2)),
            skin_slide_m=near(0.004, 0.006),
            skin_lag=float(np.clip(near(0.04, 0.03), -0.03, 0.12)),
            tempo=float(np.clip(near(1, 0.15), 0.65, 1.5)),
            sway=float(np.clip(near(1, 0.25), 0.5, 1.8)),
            rough=float(np.clip(near(1, 0.3), 0.3, 2.0)),
            habit_deg=near(0, 4),
            fatigue=float(np.clip(near(0.1, 0.15), 0, 0.6)),
        )
