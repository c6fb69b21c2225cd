"""The plain CSV and the checks that every foreign file goes through."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from liftcheck.errors import RecordingError
from liftcheck.recording import checks, find, plain, read, table
from liftcheck.recording.recording import Recording
from liftcheck.samples import GRAVITY_MPS2, Samples
from liftcheck.trunk.mounting import Calibration

HEADER = plain.HEADER


def synthetic(seconds: float = 20.0, rate_hz: float = 100.0, seed: int = 1) -> Samples:
    """Synthetic samples: calm standing with a lean every four seconds."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    lean = 0.8 * np.clip(np.sin(t * np.pi / 2), 0, None) ** 2
    acc = GRAVITY_MPS2 * np.column_stack([-np.sin(lean), 0 * t, np.cos(lean)])
    gyr = np.column_stack([0 * t, np.gradient(lean, t), 0 * t])
    return Samples(t, acc + rng.normal(0, 0.01, acc.shape), gyr + rng.normal(0, 0.002, gyr.shape)).rounded()


def text_of(samples: Samples, header: str = HEADER) -> list[str]:
    table = np.column_stack([samples.t, samples.acc, samples.gyr])
    return [header, *(",".join(f"{value:.6f}" for value in row) for row in table.tolist())]


def read_lines(tmp_path: Path, lines: list[str]) -> Recording:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read(path)


def same(a: Samples, b: Samples) -> bool:
    return all(x.tobytes() == y.tobytes() for x, y in ((a.t, b.t), (a.acc, b.acc), (a.gyr, b.gyr)))


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_what_is_written_comes_back_bit_for_bit(tmp_path: Path, name: str) -> None:
    samples = synthetic()
    plain.write(tmp_path / name, Recording(samples))
    back = read(tmp_path / name)
    assert same(back.samples, samples)
    assert (back.name, back.reader, back.quality) == ("a", "csv", ())
    with pytest.raises(RecordingError, match="exists already"):
        plain.write(tmp_path / name, Recording(samples))
    assert os.listdir(tmp_path) == [name]


def test_columns_are_found_by_name_in_any_order_and_unit(tmp_path: Path) -> None:
    samples = synthetic()
    header = "q_w;gyr_z_dps;acc_z_g;note;time_ms;ACC_X_G;acc_y_g;gyr_x_dps;gyr_y_dps"
    lines = [header]
    for t, acc, gyr in zip(samples.t, samples.acc / GRAVITY_MPS2, np.rad2deg(samples.gyr), strict=True):
        cells = [0.7, gyr[2], acc[2], "x", t * 1000, acc[0], acc[1], gyr[0], gyr[1]]
        lines.append(";".join(str(cell).replace(".", ",") for cell in cells))
    assert same(read_lines(tmp_path, lines).samples, samples)


def test_remarks_above_the_header_are_passed_over(tmp_path: Path) -> None:
    samples = synthetic()
    lines = text_of(samples)
    lines[200] = "?"
    recording = read_lines(tmp_path, ["# a remark, with commas", "", *lines])
    assert len(recording.samples) == len(samples) - 1
    assert recording.quality == ("rows unreadable: 1 left out, first at line 203",)


def test_other_names_are_mapped_by_columns(tmp_path: Path) -> None:
    samples = synthetic()
    path = tmp_path / "a.csv"
    path.write_text("\n".join(text_of(samples, "T,ax,ay,az,wx,wy,wz")))
    columns = plain.parse_columns(
        "time_s=T, acc_x_mps2=ax,acc_y_mps2=ay,acc_z_mps2=az,gyr_x_radps=wx,gyr_y_radps=wy,gyr_z_radps=wz"
    )
    assert same(read(path, columns=columns).samples, samples)
    with pytest.raises(RecordingError, match="has no column 'tt'; it has T, ax"):
        read(path, columns={"time_s": "tt"})
    with pytest.raises(RecordingError, match="has no column acc_y_mps2 or acc_y_g; name the file's own with --columns"):
        read(path, columns={"time_s": "T", "acc_x_g": "ax"})
    with pytest.raises(ValueError, match="maps no column"):
        plain.parse_columns("t=T")


def test_a_file_without_gyroscope_says_what_cannot_be_judged(tmp_path: Path) -> None:
    lines = [line.rsplit(",", 3)[0] for line in text_of(synthetic())]
    recording = read_lines(tmp_path, lines)
    assert not recording.samples.has_gyr
    assert recording.quality == ("no gyroscope: bends cannot be judged as legs or back",)
    lines = [line.rsplit(",", 1)[0] for line in text_of(synthetic())]
    recording = read_lines(tmp_path, lines)
    assert not recording.samples.has_gyr
    assert recording.quality[0] == "gyroscope incomplete: only gyr_x and gyr_y found"


def test_rows_that_cannot_be_read_are_left_out_and_the_first_is_told_by_its_line(tmp_path: Path) -> None:
    samples = synthetic()
    lines = text_of(samples)
    lines[101] = lines[101].replace(lines[101].split(",")[2], "nan")
    lines[301] = "rubbish"
    lines[501] = lines[501].rsplit(",", 1)[0] + ","
    lines[601] = lines[601].rsplit(",", 1)[0] + ",inf"
    recording = read_lines(tmp_path, lines)
    keep = np.ones(len(samples), dtype=bool)
    keep[[100, 300, 500, 600]] = False
    assert np.array_equal(recording.samples.acc, samples.acc[keep])
    assert recording.quality == ("rows unreadable: 4 left out, first at line 102",)


def test_large_files_give_the_same_bits_with_and_without_pyarrow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = synthetic(300.0)
    rough = Samples(samples.t + 1 / 3e6, samples.acc * 1.001, samples.gyr / 0.997)
    lines = text_of(rough)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines))
    columns = list(range(7))
    found = []
    for worth in (1000, 10**9):
        monkeypatch.setattr("liftcheck.recording.table.WORTH_ARROW", worth)
        notes: list[str] = []
        found.append(table.numbers(path, 1, ",", columns, notes).tobytes())
        assert notes == []
    assert found[0] == found[1]
    monkeypatch.setattr("liftcheck.recording.table.WORTH_ARROW", 1000)
    for broken in ("1,2", "a,b,c,d,e,f,g", ",,,,,,", "nan,0,0,0,0,0,0"):
        path.write_text("\n".join([*lines[:15_000], broken, *lines[15_000:]]))
        recording = read(path)
        assert len(recording.samples) == len(samples)
        assert recording.quality == ("rows unreadable: 1 left out, first at line 15001",)


def test_repeated_and_backward_times_are_left_out_with_their_place(tmp_path: Path) -> None:
    samples = synthetic()
    lines = text_of(samples)
    lines.insert(500, lines[499])  # a row twice
    lines.insert(1000, lines[900].replace(",", "1,", 1))  # a row from before
    recording = read_lines(tmp_path, lines)
    assert same(recording.samples, samples)
    assert recording.quality == (
        "copies: 1 row left out that stood there before, first at 4.98 s",
        "times backward: 1 row left out, first at 9.97 s",
    )


def test_a_lone_stamp_from_the_future_costs_one_row(tmp_path: Path) -> None:
    samples = synthetic()
    lines = text_of(samples)
    lines[501] = "900000.0" + lines[501][lines[501].index(",") :]
    recording = read_lines(tmp_path, lines)
    assert len(recording.samples) == len(samples) - 1
    assert recording.duration_s == samples.t[-1]


def test_a_clock_that_starts_anew_is_joined_on(tmp_path: Path) -> None:
    samples = synthetic()
    t = samples.t.copy()
    t[1000:] -= t[1000]
    recording = read_lines(tmp_path, text_of(Samples(t, samples.acc, samples.gyr)))
    assert np.allclose(recording.samples.t, samples.t, atol=2e-6)
    assert recording.quality == ("clock started anew at 10.0 s: joined without the time between",)


def test_times_begin_at_zero_whatever_clock_the_file_uses(tmp_path: Path) -> None:
    samples = synthetic()
    lines = text_of(Samples(samples.t * 1e6 + 1.7e15, samples.acc, samples.gyr), HEADER.replace("time_s", "time_us"))
    assert same(read_lines(tmp_path, lines).samples, samples)


def test_bunched_times_become_smooth_without_moving_a_pause(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    samples = synthetic(60.0, 50.0)
    true = samples.t + np.where(samples.t >= 30.0, 3.0, 0.0)  # a pause of 3 s
    # A phone hands samples over every 0.09 s or so, to the millisecond.
    handed = np.cumsum(rng.uniform(0.06, 0.12, 2000))
    t = np.round(handed[np.searchsorted(handed, true)], 3)
    recording = read_lines(tmp_path, text_of(Samples(t, samples.acc, samples.gyr)))
    smooth = recording.samples.t
    assert len(smooth) == len(samples)
    steps = np.diff(smooth)
    pause = int(np.argmax(steps))
    assert pause == 1499
    assert abs(steps[pause] - 3.0) < 0.1
    usual = np.delete(steps, pause)
    assert usual.min() > 0.015
    assert usual.max() < 0.025
    assert np.abs(smooth - smooth[0] - true).max() < 0.1
    assert recording.quality[0].startswith("times bunched: ")
    assert recording.quality[1].startswith("gaps: 1 longer than 0.2 s, 3.0 s in all, first at ")


def test_rows_that_share_whole_seconds_are_spread(tmp_path: Path) -> None:
    samples = synthetic(30.0, 50.0)
    recording = read_lines(tmp_path, text_of(Samples(np.floor(samples.t), samples.acc, samples.gyr)))
    steps = np.diff(recording.samples.t)
    assert len(recording.samples) == len(samples)
    assert steps.min() > 0.015
    assert steps.max() < 0.025


def test_regular_times_and_lost_samples_are_left_as_they_are(tmp_path: Path) -> None:
    samples = synthetic(30.0)
    keep = np.random.default_rng(2).random(len(samples)) > 0.1
    keep[:2] = True
    some = Samples(samples.t[keep], samples.acc[keep], samples.gyr[keep])
    recording = read_lines(tmp_path, text_of(some))
    assert same(recording.samples, some)
    assert recording.quality == ()


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (0.85, "accelerometer reads 8.34 m/s² at rest: scaled to gravity"),
        (1.2, "accelerometer reads 11.77 m/s² at rest: scaled to gravity"),
        (4.0, "accelerometer reads 4 times gravity throughout: scaled to gravity"),
        (0.25, "accelerometer reads 1/4 times gravity throughout: scaled to gravity"),
        (GRAVITY_MPS2, "accelerometer reads 9.81 times gravity throughout: scaled to gravity"),
        (1 / GRAVITY_MPS2, "accelerometer reads 1/9.81 times gravity throughout: scaled to gravity"),
    ],
)
def test_a_scale_fault_throughout_is_mended_and_told(tmp_path: Path, factor: float, says: str) -> None:
    samples = synthetic()
    recording = read_lines(tmp_path, text_of(Samples(samples.t, samples.acc * factor, samples.gyr)))
    assert recording.quality == (says,)
    assert np.abs(recording.samples.acc - samples.acc).max() < 0.05


def test_a_few_percent_off_gravity_are_told_and_left_to_the_pipeline(tmp_path: Path) -> None:
    samples = synthetic()
    recording = read_lines(tmp_path, text_of(Samples(samples.t, samples.acc * 0.95, samples.gyr)))
    assert recording.quality == ("accelerometer reads 9.32 m/s² at rest: taken for an offset",)
    assert np.abs(recording.samples.acc - samples.acc * 0.95).max() < 1e-3


def test_a_restless_sensor_with_a_wrong_unit_is_still_found_out(tmp_path: Path) -> None:
    samples = synthetic()
    noisy = samples.acc + np.random.default_rng(4).normal(0, 0.15, samples.acc.shape)
    for factor in (GRAVITY_MPS2, 1 / GRAVITY_MPS2):
        recording = read_lines(tmp_path, text_of(Samples(samples.t, noisy * factor, samples.gyr)))
        assert "9.81 times gravity throughout: scaled to gravity" in recording.quality[0]


def test_a_scale_fault_in_part_is_told_and_left(tmp_path: Path) -> None:
    samples = synthetic()
    acc = samples.acc.copy()
    acc[1500:] *= 0.25
    recording = read_lines(tmp_path, text_of(Samples(samples.t, acc, samples.gyr)))
    assert len(recording.quality) == 1
    assert recording.quality[0].startswith("accelerometer off scale in ")
    assert recording.quality[0].endswith(": not corrected")
    assert np.abs(recording.samples.acc - acc).max() < 1e-3


@pytest.mark.parametrize(("factor", "reads"), [(0.45, 4.41), (1.5, 14.71), (2.0, 19.61), (8.0, 78.45)])
def test_a_scale_that_is_no_known_factor_is_scaled_too_as_the_pipeline_would(
    tmp_path: Path, factor: float, reads: float
) -> None:
    samples = synthetic()
    recording = read_lines(tmp_path, text_of(Samples(samples.t, samples.acc * factor, samples.gyr)))
    assert recording.quality == (f"accelerometer reads {reads} m/s² at rest: scaled to gravity",)
    assert np.abs(recording.samples.acc - samples.acc).max() < 0.05


def test_what_is_said_of_the_scale_is_what_is_done(tmp_path: Path) -> None:
    """Our own files stay as they were recorded; judging takes what the sensor reads in stance for gravity."""
    samples = synthetic()
    half = Samples(samples.t, samples.acc / 2, samples.gyr)
    assert checks.told(half)[0] == "accelerometer reads 4.90 m/s² at rest: scaled to gravity"
    assert Calibration(rotation=((1, 0, 0), (0, 1, 0), (0, 0, 1)), acc_scale=2.0).at_rest == (2.0, GRAVITY_MPS2)
    acc = samples.acc.copy()
    acc[:1200] *= 0.25
    part = checks.told(Samples(samples.t, acc, samples.gyr))[0]
    assert part.endswith("1/4 times gravity in part of the recording: what it reads in stance is taken for gravity")


def test_degrees_labelled_as_radians_are_named(tmp_path: Path) -> None:
    samples = synthetic()
    recording = read_lines(tmp_path, text_of(Samples(samples.t, samples.acc, np.rad2deg(samples.gyr))))
    assert recording.quality == ("gyroscope reads more than a back can turn: probably deg/s labelled as rad/s",)


def test_a_frozen_axis_is_named_with_its_time(tmp_path: Path) -> None:
    samples = synthetic()
    acc, gyr = samples.acc.copy(), samples.gyr.copy()
    gyr[450:600, 1] = gyr[450, 1]  # during a lean
    acc[800:1000, 0] = acc[800, 0]
    gyr[1410:1590, 0] = gyr[1410, 0]  # at rest a coarse sensor may repeat itself
    acc[1200:1350], gyr[1200:1350] = acc[1200], gyr[1200]
    recording = read_lines(tmp_path, text_of(Samples(samples.t, acc, gyr)))
    assert recording.quality == (
        "frozen: acc x repeats one value for 1 s or more at 8.0 s",
        "frozen: gyr y repeats one value for 1 s or more at 4.5 s",
        "frozen: everything repeats one value for 1 s or more at 12.0 s",
    )


def test_a_channel_at_the_end_of_its_range_is_named(tmp_path: Path) -> None:
    samples = synthetic()
    gyr = samples.gyr * 6
    gyr[:, 1] = np.clip(gyr[:, 1], *np.deg2rad([-250, 250]))
    recording = read_lines(tmp_path, text_of(Samples(samples.t, samples.acc, gyr)))
    assert recording.quality == ("saturated: gyr y ends at 4.4 rad/s, first at 0.2 s",)


def test_a_file_that_breaks_off_gives_what_is_there(tmp_path: Path) -> None:
    samples = synthetic(60.0)
    path = tmp_path / "a.csv.gz"
    plain.write(path, Recording(samples))
    path.write_bytes(path.read_bytes()[:-20_000])
    recording = read(path)
    n = len(recording.samples)
    assert 1000 < n < len(samples)
    assert same(recording.samples[: n - 1], samples[: n - 1])
    assert recording.quality[0] == "cut off: the last part could not be read"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([HEADER], "holds less than two seconds"),
        (text_of(synthetic(1.5)), "holds less than two seconds"),
        (["time_s,acc_x_mps2,acc_y_mps2", "0,1,2"], "has no column acc_z_mps2 or acc_z_g"),
        (["acc_x_mps2,acc_y_mps2,acc_z_mps2,time_h", "0,1,2,3"], "has no column time_s"),
        (["a,b,c", "1,2,3"], "is no recording that liftcheck knows"),
        ([HEADER, *["x,y,z,1,2,3,4"] * 20_000], "line 2 and most others hold no numbers"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(RecordingError, match=says) as caught:
        read_lines(tmp_path, lines)
    assert str(caught.value).startswith(str(tmp_path / "a.csv"))


def test_a_missing_file_and_a_folder_get_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"none.csv cannot be read: No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(RecordingError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_a_packed_file_that_explodes_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.recording.text.LARGEST_TEXT", 20 * 2**20)
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb") as file:
        file.write((HEADER + "\n").encode())
        for _ in range(40):
            file.write(b"0,0,0,0,0,0,0\n" * 75_000)
    with pytest.raises(RecordingError, match="unfolds to more than"):
        read(path)
    with gzip.open(path, "wb") as file:
        file.write((HEADER + "\n").encode() + bytes(50 * 2**20))
    with pytest.raises(RecordingError, match=r"neither text nor|has no end"):
        read(path)
    with gzip.open(path, "wb") as file:
        file.write((HEADER + "\n").encode() + b"1" * (50 * 2**20))
    with pytest.raises(RecordingError, match="line 2 has no end"):
        read(path)


def test_a_folder_gives_its_recordings_without_companions_and_tables(tmp_path: Path) -> None:
    names = ["b.csv", "a.csv.gz", "sub/deep/c.mcap", "sub/d.TXT", "e[1].csv"]
    others = ["a.truth.json", "a.truth.csv", "a.labels.csv", "labels.csv", "distractors.csv", "wearers.csv"]
    others += [
        "recordings.csv",
        "sessions.csv",
        "truth/b.csv",
        "sub/truth/x.csv",
        "notes.md",
        ".hidden.csv",
        "c.mcap.part",
    ]
    for name in names + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert find([tmp_path]) == sorted(tmp_path / name for name in names)
    assert find([tmp_path / "truth" / "b.csv", tmp_path / "labels.csv"]) == [
        tmp_path / "truth" / "b.csv",
        tmp_path / "labels.csv",
    ]
    assert find([str(tmp_path / "*.csv")]) == [tmp_path / "b.csv", tmp_path / "e[1].csv"]
    assert find([tmp_path / "**" / "*.mcap", tmp_path / "sub"]) == [
        tmp_path / "sub/deep/c.mcap",
        tmp_path / "sub/d.TXT",
    ]
    assert find([tmp_path / "e[1].csv"]) == [tmp_path / "e[1].csv"]
    with pytest.raises(RecordingError, match="does not exist"):
        find([tmp_path / "none"])
    with pytest.raises(RecordingError, match="matches no recording"):
        find([tmp_path / "*.xyz"])


@pytest.mark.skipif("LIFTCHECK_DATA" not in os.environ, reason="needs the public recordings at LIFTCHECK_DATA")
def test_every_public_recording_is_read_and_its_known_faults_are_named() -> None:
    data = Path(os.environ["LIFTCHECK_DATA"])
    paths = find([data / name for name in ("midback_sessions", "waist_bends", "ble_daily", "tumbling")])
    assert len(paths) == 524
    for path in paths:
        recording = read(path)
        assert np.isfinite(recording.samples.acc).all()
        assert (np.diff(recording.samples.t) > 0).all()
        if "__clean" in path.name:
            assert recording.quality == ()
    faulty = read(data / "ble_daily" / "Subject_05_HandsUp_4_2016-11-28_16-31-23_chest.csv.gz")
    assert "accelerometer reads 1/4 times gravity in part of the recording: " in str(faulty.quality)


@pytest.mark.parametrize(
    ("factor", "header", "says"),
    [
        (
            1e3,
            "time_s",
            "goes on by 10 s from sample to sample, slower than any motion sensor: if these are ms, say so",
        ),
        (1e6, "time_s", "goes on by 10000 s from sample to sample, slower than any motion sensor: if these are us"),
        (100, "time_s", "goes on by 1 s from sample to sample, .*: it seems to number the samples; name a column"),
        (1, "time_ms", "goes on by 0.01 ms from sample to sample, faster than any .*: if these are s, say so"),
        (1e3, "time_us", "goes on by 10 us from sample to sample, faster than any .*: if these are ms, say so"),
        (1e9, "time_s", "in s, ms or us likewise: name a column of times with --columns"),
    ],
)
def test_times_in_another_unit_are_refused_with_the_likely_one(
    tmp_path: Path, factor: float, header: str, says: str
) -> None:
    samples = synthetic()
    lines = text_of(Samples(samples.t * factor + 5, samples.acc, samples.gyr), HEADER.replace("time_s", header))
    with pytest.raises(RecordingError, match=f"a.csv: the column {header} {says}" if "goes" in says else says) as wrong:
        read_lines(tmp_path, lines)
    if "say so with" in str(wrong.value):
        columns = str(wrong.value).rpartition("--columns ")[2]
        recording = read(tmp_path / "a.csv", columns=plain.parse_columns(columns))
        assert np.allclose(recording.samples.t, samples.t, atol=2e-6)
        assert recording.quality == ()


@pytest.mark.parametrize(
    ("factor", "unit", "says"),
    [
        (0.0, "mps2", "the accelerometer reads zero throughout"),
        (1000 / GRAVITY_MPS2, "mps2", "102 times gravity: its values are probably milli-g"),
        (1000.0, "g", "1e\\+03 times gravity: its values are probably milli-g"),
        (GRAVITY_MPS2, "g", "96.2 times gravity: its values are probably m/s² that were taken for g twice"),
        (0.02, "mps2", "it is another sensor's columns, or gravity was taken away"),
        (30.0, "mps2", "30 times gravity: check the columns and their unit"),
    ],
)
def test_forces_that_are_gravity_in_no_unit_are_refused(tmp_path: Path, factor: float, unit: str, says: str) -> None:
    samples = synthetic()
    acc = samples.acc * factor * (1.0 if unit == "mps2" or factor == GRAVITY_MPS2 else 1 / GRAVITY_MPS2)
    with pytest.raises(RecordingError, match=rf"a.csv: the accelerometer reads .*{says}|a.csv: {says}"):
        read_lines(tmp_path, text_of(Samples(samples.t, acc, samples.gyr), HEADER.replace("mps2", unit)))


def test_shuffled_rows_are_sorted_and_counted(tmp_path: Path) -> None:
    samples = synthetic()
    for order in (np.random.default_rng(3).permutation(len(samples)), np.arange(len(samples))[::-1]):
        recording = read_lines(tmp_path, [HEADER, *np.array(text_of(samples)[1:])[order].tolist()])
        assert same(recording.samples, samples)
        (said,) = recording.quality
        late = int(np.count_nonzero(order < np.maximum.accumulate(order)))
        assert said == f"rows out of order: {late} came after a later one, sorted by time"


def test_jitter_that_goes_backward_is_no_disorder(tmp_path: Path) -> None:
    samples = synthetic()
    t = samples.t + np.random.default_rng(4).normal(0, 0.01, len(samples))
    said = str(read_lines(tmp_path, text_of(Samples(t, samples.acc, samples.gyr))).quality)
    assert "times backward: " in said
    assert "out of order" not in said


def test_rows_and_files_that_were_pasted_twice_count_once(tmp_path: Path) -> None:
    samples = synthetic()
    header, *rows = text_of(samples)
    for lines in ([row for row in rows for _ in range(2)], rows + rows):
        recording = read_lines(tmp_path, [header, *lines])
        assert same(recording.samples, samples)
        assert recording.quality == ("copies: 2000 rows left out that stood there before, first at 0.00 s",)
