"""The bundled recordings are what their README says, and can be made again."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from make_recordings import RECORDINGS, SESSIONS, make

from liftcheck.recording import read
from liftcheck.recording.labels import read_labels, read_wearers
from liftcheck.samples import ACC_STEP_MPS2, GYR_STEP_RADPS
from liftcheck.scoring.evaluation.labels import distractors_of
from liftcheck.scoring.files import read_rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    make(folder)
    return folder


@pytest.mark.parametrize("name", SESSIONS)
def test_a_recording_made_again_holds_the_same_samples(name: str, made: Path) -> None:
    stored, again = read(RECORDINGS / f"{name}.mcap"), read(made / f"{name}.mcap")
    assert np.array_equal(stored.samples.t, again.samples.t)
    # Other processors may round the last bit of a sine otherwise: one step of the storage grid is allowed for that.
    assert np.abs(stored.samples.acc - again.samples.acc).max() < 1.5 * ACC_STEP_MPS2
    assert np.abs(stored.samples.gyr - again.samples.gyr).max() < 1.5 * GYR_STEP_RADPS
    assert stored.events == again.events
    assert (stored.site, stored.height_m, stored.wearer, stored.note) == (
        again.site,
        again.height_m,
        again.wearer,
        again.note,
    )


@pytest.mark.parametrize("name", SESSIONS)
def test_its_companions_made_again_say_the_same(name: str, made: Path) -> None:
    with open(RECORDINGS / f"{name}.labels.csv", encoding="utf-8") as ours, open(made / f"{name}.labels.csv") as theirs:
        stored, again = list(csv.DictReader(ours)), list(csv.DictReader(theirs))
    assert [(row["label"], row["action"]) for row in stored] == [(row["label"], row["action"]) for row in again]
    for a, b in zip(stored, again, strict=True):
        assert float(a["bottom_s"]) == pytest.approx(float(b["bottom_s"]), abs=0.02)
    truth = [np.loadtxt(folder / f"{name}.truth.csv", delimiter=",", skiprows=1) for folder in (RECORDINGS, made)]
    assert truth[0] == pytest.approx(truth[1], abs=0.11)


def test_the_readme_names_every_recording_with_its_command_and_says_that_all_are_simulated() -> None:
    text = (RECORDINGS / "README.md").read_text(encoding="utf-8")
    assert "simulated" in text
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| `")}
    assert {f"`{name}`" for name in SESSIONS} == set(rows)
    for name, options in SESSIONS.items():
        assert f"`{options}`" in rows[f"`{name}`"]
    assert {path.stem for path in RECORDINGS.glob("*.mcap")} == set(SESSIONS)


def test_the_demo_is_short_and_shows_every_technique_after_a_calibration() -> None:
    demo = read(RECORDINGS / "demo.mcap")
    labels = [label for label in read_labels(RECORDINGS / "labels.csv") if label.recording == "demo"]
    assert demo.duration_s <= 45
    assert [event.kind for event in demo.events] == ["calibrating"]
    assert len(labels) >= 6
    assert {label.label for label in labels} == {"legs", "mixed", "back"}


def test_the_joint_tables_are_read_as_labels_distractors_and_wearers() -> None:
    labels, distractors = (
        read_labels(RECORDINGS / "labels.csv"),
        distractors_of(read_rows(RECORDINGS / "distractors.csv")),
    )
    assert {label.recording for label in labels} == set(SESSIONS)
    assert {distractor.recording for distractor in distractors} <= set(SESSIONS)
    assert set(read_wearers(RECORDINGS / "wearers.csv")) == set(SESSIONS)
    assert json.loads((RECORDINGS / "training.truth.json").read_text(encoding="utf-8"))["simulated"] is True


def test_the_folder_is_small_enough_to_travel_with_the_program() -> None:
    assert sum(path.stat().st_size for path in RECORDINGS.iterdir()) < 3.2e6


def test_the_improving_trainee_begins_with_the_back_and_ends_with_the_legs() -> None:
    labels = [label.label for label in read_labels(RECORDINGS / "labels.csv") if label.recording == "improving"]
    assert labels[:10].count("back") >= 6
    assert labels[-10:].count("legs") >= 6


def test_the_lossy_link_has_lost_samples_and_the_calibrations_are_where_they_should_be() -> None:
    lossy = read(RECORDINGS / "lossy_link.mcap").samples
    assert np.diff(lossy.t).max() > 0.7
    assert len(lossy) < 0.95 * (lossy.t[-1] - lossy.t[0]) * 100
    assert read(RECORDINGS / "no_calibration.mcap").events == ()
