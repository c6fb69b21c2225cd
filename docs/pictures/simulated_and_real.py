"""Simulated lifts beside real ones: flexion, drop, knees, |acc| and turning rate, for the eye to judge.

    LIFTCHECK_DATA=... python docs/pictures/simulated_and_real.py PICTURE.png

The real traces are optical motion capture with a virtual sensor (`midback_sessions`), which is not part of the project.
"""

import csv
import gzip
import os
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

from liftcheck.samples import Array
from liftcheck.simulation import LiftMove, Person, Shuffle, Stand, simulate

mpl.use("Agg")
import matplotlib.pyplot as plt

# session, label number among its bends: a putting down with bent knees, one with straight knees, a brisk squat.
REAL = (("hdm_dg_lifts1", "legs", 61.36), ("hdm_dg_lifts1", "back", 47.63), ("hdm_bk_lifts1", "legs", 23.76))
SCRIPT = [
    Stand(2),
    Shuffle(1.2),
    LiftMove("legs", knee_deg=118, trunk_deg=56, down_s=1.1, dwell_s=-0.1, up_s=1.3, turn_deg=15),
    Shuffle(0.9),
    Stand(2),
    Shuffle(1.4),
    LiftMove("back", knee_deg=42, trunk_deg=98, lean_deg=20, down_s=1.2, dwell_s=0.35, up_s=1.2, turn_deg=15),
    Shuffle(0.9),
    Stand(2),
    LiftMove("squat", knee_deg=126, trunk_deg=24, down_s=0.8, dwell_s=-0.15, up_s=0.9, heel_m=0.02),
    Stand(2),
]
ROWS = ("trunk flexion, deg", "sensor drop, m", "knees, deg", "|acc|, m/s²", "turning rate, deg/s")
AROUND_S = 1.6


def table(path: Path) -> dict[str, Array]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return dict(zip(rows[0], np.array(rows[1:], dtype=np.float64).T, strict=True))


def real(data: Path, session: str, start: float) -> tuple[Array, list[Array]]:
    truth = table(data / "truth" / f"{session}.csv.gz")
    sensed = table(data / f"{session}__midback__consumer.csv.gz")
    inside = (truth["time_s"] > start - AROUND_S) & (truth["time_s"] < start + 3.4)
    flexion, height = truth["trunk_flexion_deg"][inside], truth["sensor_height_m"][inside]
    acc = np.linalg.norm([sensed[f"acc_{a}_mps2"][inside] for a in "xyz"], axis=0)
    rate = np.degrees(np.linalg.norm([sensed[f"gyr_{a}_radps"][inside] for a in "xyz"], axis=0))
    return truth["time_s"][inside] - start, [flexion, height[:20].mean() - height, truth["knee_deg"][inside], acc, rate]


def simulated(number: int) -> tuple[Array, list[Array]]:
    recording, truth = simulate(SCRIPT, Person(height_m=1.74, tempo=1.2), seed=11)
    start = truth.labels[number].start_s
    inside = (truth.t > start - AROUND_S) & (truth.t < start + 3.4)
    acc = np.linalg.norm(recording.samples.acc[inside], axis=1)
    rate = np.degrees(np.linalg.norm(recording.samples.gyr[inside], axis=1))
    shown = [truth.trunk_flexion_deg[inside], truth.drop_m[inside], truth.knee_deg[inside], acc, rate]
    return truth.t[inside] - start, shown


def main(picture: str) -> None:
    data = Path(os.environ["LIFTCHECK_DATA"]) / "midback_sessions"
    figure, axes = plt.subplots(len(ROWS), 2 * len(REAL), figsize=(20, 13), sharex=True, sharey="row")
    for number, (session, label, start) in enumerate(REAL):
        for column, (name, (t, curves)) in enumerate(
            (("real", real(data, session, start)), ("simulated", simulated(number)))
        ):
            for row, curve in enumerate(curves):
                axis = axes[row, 2 * number + column]
                axis.plot(t, curve, lw=1, color="#0072B2" if name == "real" else "#D55E00")
                axis.grid(alpha=0.3)
                if row == 0:
                    axis.set_title(f"{name}: {label}")
    for row, text in enumerate(ROWS):
        axes[row, 0].set_ylabel(text)
    figure.tight_layout()
    figure.savefig(picture, dpi=60)


if __name__ == "__main__":
    main(sys.argv[1])
