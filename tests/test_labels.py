"""Tables of labels, distractors and wearers, and a coach's own labels."""

import os
from pathlib import Path

import pytest

from liftcheck.errors import RecordingError
from liftcheck.recording.labels import (
    Facts,
    Label,
    coach_path,
    read_coach,
    read_labels,
    read_wearers,
    write_coach,
)
from liftcheck.scoring.evaluation.labels import distractors_of
from liftcheck.scoring.files import read_rows


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_labels_is_read_with_its_optional_columns(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "recording,wearer,site,start_s,bottom_s,end_s,label,action\n"
        "a,w1,midback,1,1.5,2,legs,squat\n"
        '"b, second",,,0,,12.0,Bend,"x, y"\n\n',
    )
    assert read_labels(path) == (
        Label("a", "legs", 1.0, 2.0, 1.5, "w1", "mid-back"),
        Label("b, second", "bend", 0.0, 12.0),
    )


def test_wearers_are_read(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "wearer,age,height_m,site,load_kg,reach_m,lift_from_m,lift_to_m,coupling,recording\n"
        "w1,30,1.80,pelvis,12,0.4,0,0.9,good,\nw2,,,,,,,,,s7\n",
    )
    assert read_wearers(path) == {
        "w1": Facts("w1", "waist-back", 1.8, 12.0, 0.4, 0.0, 0.9, "good"),
        "s7": Facts("w2"),
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("recording,start_s,label\n", "has no column end_s in its first line"),
        ("", "has no column recording in its first line"),
        ("recording,start_s,end_s,label\na,1,2,legs\na,x,2,legs\n", "line 3: start_s is 'x', not a number from 0"),
        ("recording,start_s,end_s,label\na,5,2,legs\n", "line 2: end_s is '2', not a number from 5"),
        ("recording,start_s,end_s,label\na,1,nan,legs\n", "line 2: end_s is 'nan'"),
        (
            "recording,start_s,end_s,label\na,1,2,knees\n",
            "line 2: label is 'knees', not one of legs, mixed, back, bend",
        ),
        ("recording,start_s,end_s,label\n,1,2,legs\n", "line 2: recording is empty"),
        ("recording,start_s,end_s,label,site\na,1,2,legs,knee\n", "line 2: site is 'knee', not one of mid-back"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(RecordingError, match=says) as caught:
        read_labels(path)
    assert str(caught.value).startswith(str(path))


def test_a_table_that_is_no_text_or_not_there_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00rubbish")
    with pytest.raises(RecordingError, match="is not UTF-8 text"):
        read_labels(tmp_path / "a.csv")
    with pytest.raises(RecordingError, match="cannot be read: No such file"):
        read_wearers(tmp_path / "none.csv")
    with pytest.raises(RecordingError, match=r"line 2: height_m is '180', not a number from 0.5 to 2.7"):
        read_wearers(table(tmp_path, "wearer,height_m\nw,180\n"))


def test_a_coachs_labels_come_back_sorted_and_replace_those_before(tmp_path: Path) -> None:
    recording = tmp_path / "shift 1.csv.gz"
    assert read_coach(recording) == ()
    first = Label("shift 1", "back", 12.0, 14.5, 13.25, coach="Ana", note='said "fine",\n\u2028wasn\'t')
    second = Label("shift 1", "no lift", 2.0, 3.0, wearer="w1", site="low-back")
    assert write_coach(recording, [first, second]) == coach_path(recording) == tmp_path / "shift 1.labels.csv"
    assert read_coach(recording) == (second, first)
    assert read_labels(coach_path(recording)) == (second, first)
    write_coach(recording, [second])
    assert read_coach(recording) == (second,)
    assert os.listdir(tmp_path) == ["shift 1.labels.csv"]


def test_a_table_that_no_coach_wrote_is_kept(tmp_path: Path) -> None:
    truth = "recording,start_s,end_s,label,knee_deg\na,1,2,legs,110\n"
    (tmp_path / "a.labels.csv").write_text(truth)
    labels = read_coach(tmp_path / "a.mcap")
    for _ in range(2):
        write_coach(tmp_path / "a.mcap", labels)
    assert read_coach(tmp_path / "a.mcap") == labels == (Label("a", "legs", 1.0, 2.0),)
    assert (tmp_path / "a.labels.csv.old").read_text() == truth
    assert sorted(os.listdir(tmp_path)) == ["a.labels.csv", "a.labels.csv.old"]


@pytest.mark.skipif("LIFTCHECK_DATA" not in os.environ, reason="needs the public recordings at LIFTCHECK_DATA")
def test_every_public_table_is_read() -> None:
    data = Path(os.environ["LIFTCHECK_DATA"])
    counts = {
        folder: (
            len(read_labels(data / folder / "labels.csv")),
            len(distractors_of(read_rows(data / folder / "distractors.csv"))),
            len(read_wearers(data / folder / "wearers.csv")),
        )
        for folder in ("midback_sessions", "waist_bends", "ble_daily")
    }
    assert counts["waist_bends"][0] == 70
    assert all(min(numbers) > 0 for numbers in counts.values())
