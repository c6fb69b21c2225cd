"""Tables in files and on the screen: every format says the same, nothing is overwritten, nothing is half there."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from hand_made import a_lift

from liftcheck.errors import LiftcheckError
from liftcheck.scoring.columns import LIFT_COLUMNS, RECORDING_COLUMNS, Row
from liftcheck.scoring.files import check_target, first_line, number, read_rows, write_json, write_rows
from liftcheck.scoring.one import lift_row
from liftcheck.scoring.table import Notes, clock, print_lifts, print_recordings, shorter, sure, total

OF = {"recording": "Schicht_ä", "wearer": None, "path": "a/Schicht_ä.csv"}
ROWS = [lift_row(a_lift(1, 10.0), OF), lift_row(a_lift(2, 20.0, "unclear", reason='gap, "0.4 s"'), OF)]


def recording_row(**values: Any) -> Row:
    return dict.fromkeys(c.name for c in RECORDING_COLUMNS) | {"recording": "a", "lifts": 0} | values


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_every_format_gives_back_the_same_rows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"lifts{suffix}"
    write_rows(path, iter(ROWS), LIFT_COLUMNS)
    read = [
        {c.name: c.read(str("" if row[c.name] is None else row[c.name])) for c in LIFT_COLUMNS}
        for row in read_rows(path)
    ]
    assert read == ROWS
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_a_table_without_rows_is_a_table_all_the_same(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"lifts{suffix}"
    write_rows(path, [], LIFT_COLUMNS)
    assert read_rows(path) == []


def test_what_is_missing_is_empty_in_csv_and_null_in_json(tmp_path: Path) -> None:
    for suffix in (".csv", ".json"):
        write_rows(tmp_path / f"t{suffix}", ROWS, LIFT_COLUMNS)
    with (tmp_path / "t.csv").open(encoding="utf-8") as stream:
        assert [row["wearer"] for row in csv.DictReader(stream)] == ["", ""]
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text)[0]["wearer"] is None
    assert "NaN" not in text


def test_parquet_has_types_and_says_what_its_columns_mean(tmp_path: Path) -> None:
    write_rows(tmp_path / "t.parquet", ROWS, LIFT_COLUMNS)
    schema = pyarrow.parquet.read_schema(tmp_path / "t.parquet")
    assert str(schema.field("lift").type) == "int64"
    assert str(schema.field("knee_deg").type) == "double"
    assert schema.field("knee_deg").metadata[b"unit"] == b"deg"


def test_a_file_that_exists_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(LiftcheckError, match="--force"):
        write_rows(path, ROWS, LIFT_COLUMNS)
    assert path.read_text(encoding="utf-8") == "mine"
    write_rows(path, ROWS, LIFT_COLUMNS, force=True)
    assert len(read_rows(path)) == 2


def test_a_table_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def rows() -> Any:
        yield ROWS[0]
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        write_rows(tmp_path / "t.csv", rows(), LIFT_COLUMNS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "said"), [("t.xlsx", "ends in .csv"), ("none/t.csv", "does not exist")])
def test_a_target_that_cannot_be_is_refused_before_any_work(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(LiftcheckError, match=said):
        check_target(tmp_path / name)


def test_json_on_the_screen_is_a_list_even_of_nothing() -> None:
    for rows in ([], ROWS[:1], ROWS):
        out = io.StringIO()
        write_json(out, rows)
        assert json.loads(out.getvalue()) == rows


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separators_of_spreadsheets_are_understood(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "\ufeff" + separator.join(["recording", "bottom_s"]) + "\n" + separator.join(["a", "1.5"]), encoding="utf-8"
    )
    assert read_rows(path) == [{"recording": "a", "bottom_s": "1.5"}]
    assert first_line(path) == f"recording{separator}bottom_s"


@pytest.mark.parametrize(
    ("name", "content"), [("t.json", b"{"), ("t.json", b"[1]"), ("t.csv", b"\xff\xfe\x00\x81"), ("t.jsonl", b"x\n")]
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LiftcheckError, match=name):
        read_rows(tmp_path / name)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(LiftcheckError, match=r"none\.csv"):
        read_rows(tmp_path / "none.csv")
    assert first_line(tmp_path / "none.csv") == ""


def test_only_finite_numbers_are_numbers() -> None:
    row = {"a": "1.5", "b": "", "c": "x", "d": "nan", "e": "inf", "f": None, "g": True, "h": 2}
    assert [number(row, name) for name in "abcdefghi"] == [1.5, None, None, None, None, None, None, 2.0, None]


def test_a_screen_of_recordings_fits_100_columns_and_ends_in_a_sum() -> None:
    rows = [
        recording_row(
            recording=f"Subject_05_Bending_{n}_2016-06-15_21-41-04_chest", duration_s=3700.0, worn_s=3600.0, lifts=200,
            legs=100, mixed=10, back=80, unclear=10, back_percent=42.1, shallow_bends=20, lifts_per_hour=200.0,
            p90_flexion_deg=45.3, above_60_s=36.0, above_60_percent=1.0, quality="site not given: mid-back; gap",
        )
        for n in (1, 2)
    ]  # fmt: skip
    out = io.StringIO()
    print_recordings(rows, out)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    assert any("2 recordings" in line and "2:03:20" in line and "400" in line and "42" in line for line in lines)
    assert sum("site not given" in line for line in lines) == 1
    assert lines[0].split()[:3] == ["recording", "length", "lifts"]


def test_a_screen_of_lifts_fits_100_columns_and_says_why() -> None:
    out = io.StringIO()
    print_lifts(ROWS, out)
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("Schicht_ä") == 1
    for words in ("legs", "93 %", "105 ±9", "45", "0:10.0", "unclear", 'gap, "0.4 s"'):
        assert words in text


def test_the_sum_of_recordings_weighs_by_time() -> None:
    rows = [
        recording_row(worn_s=3600.0, lifts=10, legs=5, back=5, mixed=0, above_60_s=36.0, duration_s=3600.0),
        recording_row(worn_s=1200.0, lifts=2, legs=0, back=2, mixed=0, above_60_s=0.0, duration_s=1200.0),
    ]
    of = total(rows)
    assert (of["lifts"], of["back_percent"]) == (12, pytest.approx(100 * 7 / 12))
    assert of["lifts_per_hour"] == pytest.approx(9.0)
    assert of["above_60_percent"] == pytest.approx(0.75)


def test_notes_share_their_letters_and_tell_from_where_to_where_their_numbers_go() -> None:
    notes = Notes()
    given = ("gap; reads 9.9 m/s² 2 times", None, "reads 10.2 m/s² 2 times; reads 9.5 m/s² 2 times")
    assert [notes.of(quality) for quality in given] == ["a b", "", "b"]
    assert notes.legend() == ["  a  gap", "  b  reads 9.5..10.2 m/s² 2 times"]


def test_no_verdict_is_called_certain() -> None:
    assert [sure(x) for x in (None, 0.75, 0.9949, 0.995, 1.0)] == ["", "75 %", "99 %", ">99 %", ">99 %"]


def test_long_names_keep_both_ends_and_times_are_read_like_a_clock() -> None:
    assert shorter("short", 10) == "short"
    assert shorter("Subject_05_Bending_chest", 11) == "Subje…chest"
    assert [clock(x) for x in (None, 7.4, 725.0, 3723.0)] == ["", "0:07", "12:05", "1:02:03"]
