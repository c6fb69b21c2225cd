"""Recordings for other programs, and the commands `import` and `export`."""

import builtins
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from test_recording_plain import same, synthetic, text_of

from liftcheck.cli import main
from liftcheck.errors import MissingExtraError, RecordingError
from liftcheck.recording import read
from liftcheck.recording.export import export, orientation
from liftcheck.recording.recording import Recording
from liftcheck.samples import Event, Samples

SAMPLES = synthetic()
RECORDING = Recording(
    SAMPLES, wearer="w1", site="low-back", height_m=1.7, rate_hz=100.0, started="2026-01-01T08:00:00Z"
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.mcap"])
@pytest.mark.parametrize("gyr", [True, False])
def test_what_is_exported_comes_back_bit_for_bit(tmp_path: Path, name: str, gyr: bool) -> None:
    samples = SAMPLES if gyr else Samples(SAMPLES.t, SAMPLES.acc, np.full_like(SAMPLES.gyr, np.nan))
    export(replace(RECORDING, samples=samples), tmp_path / name)
    back = read(tmp_path / name)
    assert same(back.samples, samples)
    if "csv" not in name:
        for field in ("wearer", "site", "height_m", "rate_hz", "started"):
            assert getattr(back, field) == getattr(RECORDING, field)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.mcap", "a.sto"])
def test_nothing_is_overwritten_unless_forced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(RecordingError, match=r"exists already.*--force"):
        export(RECORDING, tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"
    export(RECORDING, tmp_path / name, force=True)
    assert (tmp_path / name).read_bytes()[:4] != b"mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_unknown_suffix_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"ends in \.csv, \.csv\.gz, \.parquet, \.sto, \.mcap"):
        export(RECORDING, tmp_path / "a.xls")


def test_an_sto_file_holds_what_opensense_reads(tmp_path: Path) -> None:
    export(RECORDING, tmp_path / "a.sto")
    head, _, rows = (tmp_path / "a.sto").read_text().partition("endheader\n")
    assert head.splitlines() == ["DataRate=100.000000", "DataType=Quaternion", "version=3", "OpenSimVersion=4.4"]
    columns, *lines = rows.splitlines()
    assert columns == "time\ttorso_imu"
    assert len(lines) == len(SAMPLES)
    table = np.array([line.replace("\t", ",").split(",") for line in lines], dtype=float)
    assert np.allclose(table[:, 0], SAMPLES.t)
    assert np.allclose(np.linalg.norm(table[:, 1:], axis=1), 1.0)
    export(replace(RECORDING, site="waist-back"), tmp_path / "b.sto")
    assert "\ttorso_imu" not in (tmp_path / "b.sto").read_text()
    assert "time\tpelvis_imu\n" in (tmp_path / "b.sto").read_text()


def test_the_exported_orientation_turns_gravity_upwards() -> None:
    w, x, y, z = orientation(SAMPLES).T
    # The earth's up direction in sensor axes, from a quaternion with its scalar first.
    up = np.column_stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
    measured = SAMPLES.acc / np.linalg.norm(SAMPLES.acc, axis=1)[:, None]
    assert np.degrees(np.arccos(np.clip((up * measured).sum(axis=1), -1, 1))).max() < 1.0
    lean = np.degrees(np.arccos(np.clip(up[:, 2], -1, 1)))
    assert 40 < lean.max() < 50  # the synthetic lean is 0.8 rad, 45.8 degrees


def test_without_gyroscope_there_is_no_orientation(tmp_path: Path) -> None:
    still = Samples(SAMPLES.t, SAMPLES.acc, np.full_like(SAMPLES.gyr, np.nan))
    with pytest.raises(RecordingError, match="has no gyroscope, without which there is no orientation"):
        export(Recording(still), tmp_path / "a.sto")
    assert list(tmp_path.iterdir()) == []


def test_without_pyarrow_the_command_that_installs_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return whole(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'liftcheck\[parquet\]'"):
        export(RECORDING, tmp_path / "a.parquet")


def test_a_parquet_file_that_is_no_recording_gets_one_sentence(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    pa.parquet.write_table(pa.table({"time_s": [1.0], "x": [2.0]}), tmp_path / "a.parquet")
    with pytest.raises(RecordingError, match="has no column acc_x_mps2, acc_y_mps2, acc_z_mps2"):
        read(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    with pytest.raises(RecordingError, match="cannot be read as Parquet"):
        read(tmp_path / "b.parquet")


def test_import_and_export_go_round(tmp_path: Path) -> None:
    source = tmp_path / "theirs.csv"
    acc = SAMPLES.acc * 0.85
    source.write_text("\n".join(text_of(Samples(SAMPLES.t, acc, SAMPLES.gyr))))
    native = tmp_path / "ours.mcap"
    result = run("import", source, "-o", native, "--wearer", "w7", "--site", "lumbar", "--height", "1.8", "--note", "x")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "theirs.csv (csv, 20.0 s) is now " in result.stderr
    assert "scaled to gravity" in result.stderr
    ours = read(native)
    assert same(ours.samples, read(source).samples)
    assert (ours.wearer, ours.site, ours.height_m, ours.note) == ("w7", "low-back", 1.8, "x")
    assert ours.quality == ("accelerometer reads 8.34 m/s² at rest: scaled to gravity",)
    for name in ("back.csv", "back.csv.gz", "back.parquet", "back.sto"):
        assert run("export", native, "-o", tmp_path / name, "-q").exit_code == 0
    assert same(read(tmp_path / "back.csv").samples, ours.samples)
    assert same(read(tmp_path / "back.parquet").samples, ours.samples)
    again = run("export", native, "-o", tmp_path / "back.csv")
    assert again.exit_code == 1
    assert again.stderr.count("\n") == 1
    assert "exists already" in again.stderr
    assert run("export", native, "-o", tmp_path / "back.csv", "--force").exit_code == 0


def test_events_and_profile_survive_an_export_to_the_native_file(tmp_path: Path) -> None:
    events = (Event(1.0, "marker", "person", {"text": "here"}),)
    export(replace(RECORDING, events=events), tmp_path / "a.mcap", profile_text="name = 'p'")
    assert run("export", tmp_path / "a.mcap", "-o", tmp_path / "b.mcap").exit_code == 0
    assert read(tmp_path / "b.mcap").events == events
    from liftcheck.recording import file_reader

    assert file_reader.profile_text(tmp_path / "b.mcap") == "name = 'p'"


def test_wrong_use_of_the_commands_is_told_with_exit_code_2(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("\n".join(text_of(SAMPLES)))
    assert run("import", source).exit_code == 2
    assert run("import", source, "-o", tmp_path / "a.csv").exit_code == 2
    assert run("import", source, "-o", tmp_path / "b.mcap", "--site", "knee").exit_code == 2
    assert run("import", source, "-o", tmp_path / "b.mcap", "--columns", "t=x").exit_code == 2
    assert run("export", source, "-o", tmp_path / "a.xls").exit_code == 2
    assert run("import", tmp_path / "none.csv", "-o", tmp_path / "b.mcap").exit_code == 1
    assert list(tmp_path.iterdir()) == [source]


def test_columns_of_any_other_csv_are_mapped_on_the_command_line(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("\n".join(text_of(SAMPLES, "T,ax,ay,az,wx,wy,wz")))
    columns = "time_s=T,acc_x_mps2=ax,acc_y_mps2=ay,acc_z_mps2=az,gyr_x_radps=wx,gyr_y_radps=wy,gyr_z_radps=wz"
    assert run("import", source, "-o", tmp_path / "a.mcap", "--columns", columns).exit_code == 0
    assert same(read(tmp_path / "a.mcap").samples, SAMPLES)
