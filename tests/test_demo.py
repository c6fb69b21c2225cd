"""The commands that run a session, from the shell's side: demo, live, record, scan, virtual-sensor, doctor."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from liftcheck.cli import main
from liftcheck.cli.verdicts import calibration_line
from liftcheck.recording import read
from liftcheck.recording.labels import read_labels
from liftcheck.scoring.columns import LIFT_COLUMNS
from liftcheck.shipped import shipped
from liftcheck.trunk.mounting import CalibrationProgress

COLUMNS = [column.name for column in LIFT_COLUMNS]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """One demo for several tests: as fast as it goes, recorded."""
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    path = tmp_path_factory.mktemp("demo") / "demo-session.mcap"
    return call("demo", "--json", "--speed", "inf", "-o", str(path)), path


def test_the_demo_judges_at_least_six_lifts_and_finds_every_labelled_one(demo: tuple[Result, Path]) -> None:
    result, _ = demo
    assert result.exit_code == 0, result.output
    lifts = rows(result)
    assert len(lifts) >= 6
    labels = list(read_labels(shipped("recordings") / "demo.labels.csv"))
    for label in labels:
        near = [row for row in lifts if label.start_s - 0.5 <= row["bottom_s"] <= label.end_s + 0.5]
        assert len(near) == 1, label
    assert "virtual Bluetooth" in result.stderr
    assert "simulated" in result.stderr


def test_what_live_said_is_what_score_says_of_the_file(demo: tuple[Result, Path]) -> None:
    result, path = demo
    scored = call("score", str(path), "--lifts", "--json")
    assert scored.exit_code == 0, scored.output
    assert json.loads(scored.stdout) == rows(result)
    assert list(rows(result)[0]) == COLUMNS


def test_the_file_holds_the_session_and_every_verdict(demo: tuple[Result, Path]) -> None:
    result, path = demo
    recording = read(path)
    kinds = [event.kind for event in recording.events]
    assert kinds[0] == "session"
    assert "link lost" not in kinds, "the end of the recording is no fault of the link"
    assert result.stderr.count("Connected.") == 1
    assert recording.events[0].data["profile"] == recording.profile == "witmotion-ble5"
    assert kinds.count("lift") >= len(rows(result))
    assert len(recording.samples) > 4000
    assert recording.wearer == "simulated"


def test_without_bumble_the_demo_feeds_the_decoder_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.session.sensor.has_bumble", lambda: False)
    result = call("demo", "--headless", "--speed", "inf")
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) >= 6
    assert "without Bluetooth" in result.stderr
    assert "pip install 'liftcheck[virtual]'" in result.stderr


def test_a_verdict_line_holds_time_number_word_certainty_and_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.session.sensor.has_bumble", lambda: False)
    line = call("demo", "--headless", "--speed", "inf", "-q").stdout.splitlines()[0]
    time_, word, number, verdict = line.split()[:4]
    assert (word, number) == ("lift", "1")
    assert verdict in ("LEGS", "MIXED", "BACK", "UNCLEAR")
    assert ":" in time_


def test_without_bumble_nothing_asks_for_it() -> None:
    program = (
        "import sys; sys.modules['bumble'] = None\n"
        "import liftcheck.cli.demo, liftcheck.cli.live, liftcheck.cli.sensors, liftcheck.session\n"
        "import liftcheck.sensors.virtual.clockwork, liftcheck.sensors.virtual.direct, liftcheck.sensors.virtual.role\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_virtual_sensor_without_bumble_names_the_pip_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.sensors.virtual.has_bumble", lambda: False)
    result = call("virtual-sensor", "--serve", "127.0.0.1:19477")
    assert result.exit_code == 1
    assert "pip install 'liftcheck[virtual]'" in result.stderr


def progress(phase: Any, bends: int = 0, problem: str = "") -> CalibrationProgress:
    return CalibrationProgress(phase, 1.0, 3.0, (70.0,) * bends, 3, 10.0, 70.0, problem)


def test_a_calibration_tells_what_to_do_next() -> None:
    assert calibration_line(progress("still")) == "Stand upright and still for three seconds."
    assert calibration_line(progress("bend", 1)) == "Bend forward and come up again: 1 of 3 bends."
    assert "stand still" in calibration_line(progress("still", problem="moved"))
    assert calibration_line(progress("done", 3)) == "Calibrated."
    assert "too shallow" in calibration_line(progress("failed", problem="shallow"))


def test_a_session_never_overwrites_a_file(tmp_path: Path) -> None:
    path = tmp_path / "yesterday.mcap"
    path.write_bytes(b"precious")
    result = call("demo", "--headless", "--speed", "inf", "-o", str(path))
    assert result.exit_code == 1
    assert path.read_bytes() == b"precious"
    assert len(result.stderr.strip().splitlines()) <= 2
    assert "exists already" in result.stderr


def test_sessions_without_a_name_get_dated_files_that_never_collide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        result = call("live", "--headless", "--sensor", "virtual", "--seconds", "0.5")
        assert result.exit_code == 0, result.output
        assert "Recording to liftcheck-20" in result.stderr
    files = sorted(tmp_path.glob("liftcheck-*.mcap"))
    assert len(files) == 2


def test_record_keeps_what_comes_and_judges_nothing(tmp_path: Path) -> None:
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    path = tmp_path / "raw.mcap"
    arguments = ["record", "--sensor", "virtual", "--seconds", "3", "-o", str(path), "--packets"]
    result = call(*arguments, "--wearer", "p7", "--site", "lumbar", "--height", "1.8", "--note", "first")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    recording = read(path)
    assert (recording.wearer, recording.site, recording.height_m, recording.note) == ("p7", "low-back", 1.8, "first")
    assert "session" not in {event.kind for event in recording.events}
    (times,) = (event for event in recording.events if event.kind == "times")
    assert times.data == {"times": "arrival"}, "missing samples look like a lower rate then"
    assert len(recording.samples) > 50


def test_ctrl_c_ends_a_recording_in_good_order(tmp_path: Path) -> None:
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    path = tmp_path / "stopped.mcap"
    command = [sys.executable, "-m", "liftcheck", "record", "--sensor", "virtual", "-o", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"})
    assert process.stderr is not None
    for line in process.stderr:
        if "Connected" in line:
            break
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=20)
    assert process.returncode == 0, rest
    assert f"samples in {path}" in rest
    recording = read(path)
    assert recording.quality == ()
    assert recording.profile == "witmotion-ble5"


def test_another_rate_than_the_sensor_has_is_refused_in_one_sentence() -> None:
    result = call("live", "--headless", "--sensor", "virtual", "--profile", "witmotion-ble5", "--rate", "77")
    assert result.exit_code == 1
    assert "rate_hz cannot be 77" in result.stderr


def test_a_file_name_and_no_file_exclude_each_other() -> None:
    assert call("live", "--headless", "--sensor", "virtual", "--no-file", "-o", "a.mcap").exit_code == 2


def test_a_virtual_sensor_that_nobody_serves_is_one_sentence() -> None:
    pytest.importorskip("bumble", reason="nothing is tested over the radio without the extra `virtual`")
    result = call("live", "--headless", "--sensor", "virtual@127.0.0.1:19475", "-q")
    assert result.exit_code == 1
    assert "virtual-sensor --serve 127.0.0.1:19475" in result.stderr


def test_a_virtual_sensor_wants_to_know_where() -> None:
    assert call("virtual-sensor").exit_code == 2


def test_the_doctor_prints_findings_as_rows_and_packs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.sensors.doctor._run", lambda command: (0, ""))
    path = tmp_path / "help.zip"
    result = call("doctor", "--json", "--bundle", str(path))
    assert result.exit_code == 0, result.output
    findings = json.loads(result.stdout)
    assert {"program", "profiles", "disk", "bluetooth"} <= {finding["topic"] for finding in findings}
    with zipfile.ZipFile(path) as archive:
        assert "findings.txt" in archive.namelist()
    assert call("doctor", "--bundle", str(path)).exit_code == 1, "a bundle overwrites nothing either"
