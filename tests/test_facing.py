"""Which way somebody faces, told by the hips: sentences about bodies, and real motion with the sensor at the pelvis."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hand_made import a_lift
from hand_made_window import path, window

from liftcheck.analysis import Analyzer, Settings
from liftcheck.lifts.facing import FacingSettings, facing
from liftcheck.recording import read

SETTINGS = FacingSettings()
DROP = path((0, 0), (2, 0), (3, 0.4), (4, 0), (6, 0))
SQUAT = a_lift(1, 3.0, drop_m=0.4)  # from 2 to 4 s


def seen(forward_m: np.ndarray, offset_mps2: float = 0.0) -> float:
    """What a squat says in which the hips went so far forward, with an accelerometer or a tilt that is off."""
    made = window(DROP, 0.0 * DROP, forward_m=forward_m)
    made.left.pushed_mps(slice(None))[:] += 0.05 * offset_mps2
    return facing(SQUAT, made, SETTINGS)


def test_whose_hips_go_back_as_they_sink_faces_forward() -> None:
    assert seen(-0.4 * DROP) == pytest.approx(1.0, abs=0.01)


def test_whose_hips_seem_to_go_forward_as_they_sink_faces_the_other_way() -> None:
    assert seen(0.4 * DROP) == pytest.approx(-1.0, abs=0.01)


def test_a_tilt_that_is_off_all_the_while_changes_nothing() -> None:
    assert seen(-0.4 * DROP, offset_mps2=0.3) > 0.9


def test_hips_that_go_straight_down_or_hardly_at_all_say_nothing() -> None:
    assert seen(0.0 * DROP) == 0
    made = window(DROP, 0.0 * DROP, forward_m=-0.4 * DROP)
    assert facing(a_lift(1, 3.0, drop_m=0.1), made, SETTINGS) == 0


def test_a_slow_movement_says_nothing() -> None:
    made = window(DROP, 0.0 * DROP, forward_m=-0.4 * DROP)
    assert facing(a_lift(1, 3.0, drop_m=0.4, start_s=1.0, end_s=5.0), made, SETTINGS) == 0


@pytest.mark.parametrize("session", ["hdm_bk_lifts1", "hdm_tr_lifts2"])
def test_real_squats_show_which_way_a_sensor_at_the_pelvis_faces(session: str) -> None:
    folder = Path(os.environ.get("LIFTCHECK_DATA", "")) / "midback_sessions"
    if not folder.is_dir():
        pytest.skip("which way real wearers face is not tested without LIFTCHECK_DATA")
    with open(folder / "truth" / "mountings.csv", encoding="utf-8", newline="") as file:
        rows = {(row["session"], row["site"]): row for row in csv.DictReader(file) if row["rate_hz"] == "100"}
    row = rows[session, "pelvis"]
    x, y, z, w = (float(row[name]) for name in ("qx", "qy", "qz", "qw"))
    forward = np.array(
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)]
    )  # the first row: sensor axes
    recording = read(folder / f"{session}__pelvis__consumer.csv.gz")
    analyzer = Analyzer(Settings(site="waist-back"), rate_hz=recording.rate_hz, keep_s=None)
    analyzer.push(recording.samples)
    analyzer.finish()
    learnt = analyzer.learnt()
    assert learnt is not None
    assert learnt.matrix[0] @ forward > 0.9
