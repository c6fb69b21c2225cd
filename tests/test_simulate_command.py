"""`liftcheck simulate`: files appear, nothing is overwritten, the same seed gives the same file."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from liftcheck.cli import main
from liftcheck.recording import read


def simulate(*options: str) -> Result:
    return CliRunner().invoke(main, ["simulate", *options])


def test_it_writes_a_recording_with_its_truth_beside_it(tmp_path: Path) -> None:
    result = simulate(
        "-o", str(tmp_path / "one.mcap"), "--lifts", "3", "--seed", "4", "--wearer", "sim-a", "--height", "1.8"
    )
    assert result.exit_code == 0
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "one.mcap",
        "one.truth.csv",
        "one.labels.csv",
        "one.truth.json",
    }
    recording = read(tmp_path / "one.mcap")
    assert (recording.wearer, recording.height_m, recording.rate_hz) == ("sim-a", 1.8, 100.0)
    assert len((tmp_path / "one.labels.csv").read_text().splitlines()) == 1 + 3


def test_mcap_and_csv_hold_the_same_samples(tmp_path: Path) -> None:
    for name in ("a.mcap", "b.csv.gz"):
        assert simulate("-o", str(tmp_path / name), "--minutes", "1.2", "--style", "work").exit_code == 0
    a, b = (read(tmp_path / name).samples for name in ("a.mcap", "b.csv.gz"))
    for field in ("t", "acc", "gyr"):
        assert np.array_equal(getattr(a, field), getattr(b, field))


def test_it_overwrites_nothing_unless_forced(tmp_path: Path) -> None:
    target = str(tmp_path / "one.mcap")
    assert simulate("-o", target, "--lifts", "1").exit_code == 0
    before = (tmp_path / "one.mcap").read_bytes()
    again = simulate("-o", target, "--lifts", "1", "--seed", "1")
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert (tmp_path / "one.mcap").read_bytes() == before
    assert simulate("-o", target, "--lifts", "1", "--seed", "1", "--force").exit_code == 0
    assert (tmp_path / "one.mcap").read_bytes() != before


def test_a_recording_whose_truth_is_in_the_way_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "one.truth.csv").write_text("mine")
    assert simulate("-o", str(tmp_path / "one.mcap"), "--lifts", "1").exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["one.truth.csv"]
    assert (tmp_path / "one.truth.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--style", "yoga"], "style 'yoga'"),
        (["--fault", "hiccup"], "fault 'hiccup'"),
        (["--sensor", "radar"], "sensor 'radar'"),
    ],
)
def test_an_unknown_name_is_one_sentence_and_leaves_no_file(options: list[str], word: str, tmp_path: Path) -> None:
    result = simulate("-o", str(tmp_path / "one.mcap"), "--lifts", "1", *options)
    assert result.exit_code == 1
    assert word in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_wrong_use_is_exit_code_two(tmp_path: Path) -> None:
    target = str(tmp_path / "one.mcap")
    assert simulate("--lifts", "1").exit_code == 2
    assert simulate("-o", target, "--site", "knee").exit_code == 2
    assert simulate("-o", target, "--lifts", "1", "--hours", "1").exit_code == 2


def test_the_list_names_styles_sensors_and_faults() -> None:
    told = simulate("--list").stdout
    for word in ("styles:", "overlap", "sensors:", "mpu6050", "faults", "dying-gyro=60"):
        assert word in told
