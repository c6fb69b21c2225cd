"""Other makers' exports. Every fixture is synthetic, written after the documented headers of the maker's app."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_recording_plain import synthetic

from liftcheck.errors import RecordingError
from liftcheck.recording import find, read
from liftcheck.samples import GRAVITY_MPS2, Samples

SAMPLES = synthetic(20.0, 60.0)
G = SAMPLES.acc / GRAVITY_MPS2
DPS = np.rad2deg(SAMPLES.gyr)


def rows() -> Iterator[tuple[float, list[str], list[str], list[str]]]:
    """Time, then acceleration in m/s², in g, and angular rate in deg/s as text."""
    for t, acc, g, dps in zip(SAMPLES.t, SAMPLES.acc, G, DPS, strict=True):
        yield t, *([f"{value:.7f}" for value in values] for values in (acc, g, dps))


def write(path: Path, lines: list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def is_samples(found: Samples, time_tolerance_s: float = 2e-6) -> bool:
    assert len(found) == len(SAMPLES)
    assert np.abs(found.t - SAMPLES.t).max() <= time_tolerance_s
    return np.array_equal(found.acc, SAMPLES.acc) and np.array_equal(found.gyr, SAMPLES.gyr)


DOT_HEAD = [
    "sep=,",
    "DeviceTag: back",
    "FirmwareVersion: 2.4.0",
    "AppVersion: v2023.6.0",
    "SyncStatus: Unsynced",
    "OutputRate: 60Hz",
    "FilterProfile: General",
    "Measurement Mode: Custom Mode 1",
    "StartTime: 2023-05-01_10-00-00",
    "© Movella Technologies B. V. 2005-2023",
    "",
]


def test_a_dot_file_is_read_across_the_wrap_of_its_stamp(tmp_path: Path) -> None:
    lines = [*DOT_HEAD, "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"]
    for i, (t, acc, _, dps) in enumerate(rows()):
        stamp = (2**32 - 5_000_000 + round(t * 1e6)) % 2**32
        lines.append(",".join([str(i), str(stamp), "1,0,0,0", *acc, *dps]))
    recording = read(write(tmp_path / "export.csv", lines))
    assert is_samples(recording.samples)
    assert (recording.reader, recording.rate_hz, recording.quality) == ("movella-dot", 60.0, ())


def test_a_dot_file_with_free_acceleration_says_why_it_cannot_be_used(tmp_path: Path) -> None:
    lines = [*DOT_HEAD, "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Status"]
    lines += [f"{i},{i * 16667},0,0,0,0.1,0.2,0.3,0" for i in range(300)]
    with pytest.raises(RecordingError, match=r"only FreeAcc.*gravity was taken away.*export it again"):
        read(write(tmp_path / "a.csv", lines))
    lines[len(DOT_HEAD)] = "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z,Mag_X,Mag_Y,Mag_Z,Status"
    with pytest.raises(RecordingError, match="holds no acceleration; export it again"):
        read(write(tmp_path / "a.csv", lines))


def test_a_dot_file_without_gyroscope_says_what_cannot_be_judged(tmp_path: Path) -> None:
    lines = [*DOT_HEAD, "PacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z"]
    lines += [",".join([str(i), str(round(t * 1e6)), *acc]) for i, (t, acc, _, _) in enumerate(rows())]
    recording = read(write(tmp_path / "a.csv", lines))
    assert not recording.samples.has_gyr
    assert recording.quality == ("no gyroscope: bends cannot be judged as legs or back",)


META = "back_2023-05-31T12.29.37.734_CCA00625B61F_{}_60.000Hz_1.7.3.csv"
META_HEAD = "epoc (ms),timestamp (-0700),elapsed (s),x-axis ({0}),y-axis ({0}),z-axis ({0})"


def write_pair(folder: Path, gyr_late_s: float = 0.0, bunch: int = 1) -> tuple[Path, Path]:
    """The pair of files; with `bunch`, so many rows share the stamp of their last one."""
    acc, gyr = [META_HEAD.format("g")], [META_HEAD.format("deg/s")]
    table = list(rows())
    for i, (t, _, g, dps) in enumerate(table):
        t = table[min(len(table) - 1, i - i % bunch + bunch - 1)][0]
        told = [f"{1685528977734 + t * 1000:.0f}", "2023-05-31T12.29.37.734", f"{t:.3f}"]
        acc.append(",".join([*told, *g]))
        if t >= gyr_late_s:
            gyr.append(",".join([*told, *dps]))
    return write(folder / META.format("Accelerometer"), acc), write(folder / META.format("Gyroscope"), gyr)


def test_a_metamotion_pair_is_joined_from_either_half(tmp_path: Path) -> None:
    acc, gyr = write_pair(tmp_path)
    for path, other in ((acc, gyr), (gyr, acc)):
        recording = read(path)
        found = recording.samples
        assert np.array_equal(found.acc, SAMPLES.acc)
        assert np.abs(found.t - SAMPLES.t).max() < 0.0011  # stamps are whole milliseconds
        assert np.abs(found.gyr - SAMPLES.gyr).max() < 1e-4
        assert recording.reader == "metamotion"
        assert recording.quality == (f"joined with {other.name}",)
        assert recording.name == acc.stem
        assert recording.started == "2023-05-31T10:29:37.734+00:00"
    assert find([tmp_path]) == [acc]
    assert find([gyr]) == [gyr]


def test_metamotion_rows_that_share_a_stamp_are_spread_and_a_late_gyroscope_is_told(tmp_path: Path) -> None:
    acc, _ = write_pair(tmp_path, gyr_late_s=2.0, bunch=3)
    recording = read(acc)
    assert np.abs(np.diff(recording.samples.t) - 1 / 60).max() < 0.002
    assert 0.85 * len(SAMPLES) < len(recording.samples) < 0.95 * len(SAMPLES)
    assert any(note.startswith("accelerometer times bunched") for note in recording.quality)
    assert any(note.startswith("gyroscope missing: ") for note in recording.quality)


def test_half_a_metamotion_pair_says_what_is_missing(tmp_path: Path) -> None:
    acc, gyr = write_pair(tmp_path)
    text = gyr.read_bytes()
    gyr.unlink()
    assert read(acc).quality == ("no gyroscope: bends cannot be judged as legs or back",)
    gyr.write_bytes(text)
    acc.unlink()
    with pytest.raises(RecordingError, match="gyroscope's half of a recording; put its Accelerometer file beside it"):
        read(gyr)
    assert find([tmp_path]) == [gyr]


def test_an_ximu3_file_is_read(tmp_path: Path) -> None:
    lines = [
        "Timestamp (us),Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s),"
        "Accelerometer X (g),Accelerometer Y (g),Accelerometer Z (g)"
    ]
    lines += [",".join([str(987_654_321 + round(t * 1e6)), *dps, *g]) for t, _, g, dps in rows()]
    recording = read(write(tmp_path / "Inertial.csv", lines))
    assert is_samples(recording.samples)
    assert (recording.reader, recording.quality) == ("x-imu3", ())


def clock(t: float, form: str) -> str:
    """13:59:50 and t seconds, as the different apps write it."""
    milliseconds = round((13 * 3600 + 59 * 60 + 50 + t) * 1000)
    seconds, ms = divmod(milliseconds, 1000)
    hms = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return {
        "iso": f"2026-10-02T{hms}.{ms:03}",
        "date": f"2023-05-01 {hms}.{ms:03}",
        "colon": f"2023-5-1 {hms}:{ms}",
        "day": f" {hms}.{ms:03}",
        "seconds": f"{t:.3f}",
    }[form]


WIT = {
    "pc tab": (
        "time\tDeviceName\tChipTime()\tAccX(g)\tAccY(g)\tAccZ(g)\tAsX(°/s)\tAsY(°/s)\tAsZ(°/s)\tAngleX(°)",
        lambda t, g, dps: [clock(t, "iso"), "HC-06(00:0C)", "null", *g, *dps, "1.0"],
        "\t",
    ),
    "pc comma": (
        "Time,DeviceName,Version(),Battery level(%),AccX(g),AccY(g),AccZ(g),AsX(°/s),AsY(°/s),AsZ(°/s)",
        lambda t, g, dps: [clock(t, "day"), "WT901", "1", "90", *g, *dps],
        ",",
    ),
    "sdk": (
        "ChipTime\tax(g)\tay(g)\taz(g)\twx(deg/s)\twy(deg/s)\twz(deg/s)\tAngleX(deg)\tT(°)",
        lambda t, g, dps: [clock(t, "date"), *g, *dps, "0", "25"],
        "\t",
    ),
    "app": (
        "Time,Device name,Chip Time(),Acceleration X(g),Acceleration Y(g),Acceleration Z(g),"
        "Angular velocity X(°/s),Angular velocity Y(°/s),Angular velocity Z(°/s),Angle X(°)",
        lambda t, g, dps: [clock(round(t, 1), "iso"), "WT901BLE67(d0:1c)", clock(t, "colon"), *g, *dps, "3"],
        ",",
    ),
    "gyro": (
        "Time(s)\tAccX(g)\tAccY(g)\tAccZ(g)\tGyroX(°/s)\tGyroY(°/s)\tGyroZ(°/s)\tAngleX(°)",
        lambda t, g, dps: [clock(t, "seconds"), *g, *dps, "0"],
        "\t",
    ),
}


@pytest.mark.parametrize("variant", list(WIT))
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "gbk"])
def test_every_witmotion_variant_is_read_in_every_encoding(tmp_path: Path, variant: str, encoding: str) -> None:
    header, row, delimiter = WIT[variant]
    lines = ["StartTime: 2023-05-01 13:59:50.000", header]
    for i, (t, _, g, dps) in enumerate(rows()):
        if i and i % 400 == 0:
            lines.append(header)  # the software writes it again when a device joins
        lines.append(delimiter.join(row(t, g, dps)))
    recording = read(write(tmp_path / "data.txt", lines, encoding))
    assert is_samples(recording.samples, 0.0011)
    assert (recording.reader, recording.quality) == ("witmotion", ())


def test_a_chinese_witmotion_header_is_read(tmp_path: Path) -> None:
    header = "时间\t设备名称\t片上时间()\t加速度X(g)\t加速度Y(g)\t加速度Z(g)"
    header += "\t角速度X(°/s)\t角速度Y(°/s)\t角速度Z(°/s)\t角度X(°)"
    lines = [header, *("\t".join([clock(t, "iso"), "设备", "null", *g, *dps, "1"]) for t, _, g, dps in rows())]
    assert is_samples(read(write(tmp_path / "data.txt", lines, "gbk")).samples, 0.0011)


def test_of_several_witmotion_devices_the_one_with_most_rows_is_read_and_told(tmp_path: Path) -> None:
    header, _, _ = WIT["pc comma"]
    lines = [header]
    for i, (t, _, g, dps) in enumerate(rows()):
        lines.append(",".join([clock(t, "day"), "back", "1", "90", *g, *dps]))
        if i % 2:
            lines.append(",".join([clock(t, "day"), "wrist", "1", "90", *dps, *dps]))
    recording = read(write(tmp_path / "data.csv", lines))
    assert is_samples(recording.samples, 0.0011)
    assert recording.quality == ("devices: 2 in the file, back was read, not wrist",)


def test_a_witmotion_file_past_midnight_goes_on(tmp_path: Path) -> None:
    header, row, delimiter = WIT["pc comma"]
    lines = [header]
    for t, _, g, dps in rows():
        seconds = (86_390 + t) % 86_400
        stamp = f"{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}"
        lines.append(delimiter.join([stamp, *row(t, g, dps)[1:]]))
    assert is_samples(read(write(tmp_path / "data.txt", lines)).samples, 0.0011)


def test_broken_witmotion_rows_are_told_by_line(tmp_path: Path) -> None:
    header, row, delimiter = WIT["sdk"]
    lines = [header, *(delimiter.join(row(t, g, dps)) for t, _, g, dps in rows())]
    lines[100] = lines[100].replace(lines[100].split("\t")[2], "???")
    lines[200] = "no time" + lines[200][lines[200].index("\t") :]
    recording = read(write(tmp_path / "data.txt", lines))
    assert len(recording.samples) == len(SAMPLES) - 2
    assert recording.quality == (
        "rows unreadable: 1 left out, first at line 101",
        "times unreadable: 1 row left out",
    )


def test_witmotion_times_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    header, row, delimiter = WIT["gyro"]
    lines = [header, *(delimiter.join(row(t, g, dps)) for t, _, g, dps in rows())]
    for line, time in ((100, "inf"), (101, "inf"), (102, "1e308"), (103, "-1e308")):
        lines[line] = time + lines[line][lines[line].index("\t") :]
    recording = read(write(tmp_path / "data.txt", lines))
    assert len(recording.samples) == len(SAMPLES) - 4
    assert recording.quality == ("times unreadable: 4 rows left out",)


def test_tables_of_somebody_else_are_not_taken_for_a_vendors(tmp_path: Path) -> None:
    for header in ("time,ax,ay,az,wx,wy,wz", "Time(s),Pressure(Pa)", "time,AccX(g),AccY(g)", "AccX(g),AccY(g),AccZ(g)"):
        with pytest.raises(
            RecordingError, match="is no recording that liftcheck knows; if it is a table, name its columns"
        ):
            read(write(tmp_path / "a.csv", [header, *["1,2,3,4,5,6,7"] * 300]))
