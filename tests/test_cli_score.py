"""`liftcheck score`: files in, a table out, one line for whatever cannot be used."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hand_made import a_csv, a_lift, a_pipeline

from liftcheck.cli import main
from liftcheck.cli import progress as bar
from liftcheck.scoring import one
from liftcheck.scoring.files import read_rows


@pytest.fixture(autouse=True)
def pipeline(monkeypatch: pytest.MonkeyPatch) -> list:
    """Every recording holds the same two lifts and a shallow bend; what the pipeline was asked is kept."""
    seen: list = []
    bends = (a_lift(1, 10.0), a_lift(None, 20.0, None, reason="shallow"), a_lift(2, 30.0, "back"))
    monkeypatch.setattr(one, "analyze", a_pipeline(*bends, seen=seen))
    return seen


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["score", *map(str, arguments)])


def test_a_folder_gives_a_table_with_one_row_a_recording(tmp_path: Path) -> None:
    for name in ("mon", "tue"):
        a_csv(tmp_path / "week" / f"{name}.csv")
    done = run(tmp_path)
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    for words in ("mon", "tue", "2 recordings"):
        assert words in done.stdout


def test_json_is_a_list_of_rows_with_the_columns_of_the_docs(tmp_path: Path) -> None:
    a_csv(tmp_path / "mon.csv")
    (row,) = json.loads(run(tmp_path / "mon.csv", "--json").stdout)
    assert (row["recording"], row["lifts"], row["legs"], row["back"], row["shallow_bends"]) == ("mon", 2, 1, 1, 1)
    assert row["path"] == str(tmp_path / "mon.csv")
    lifts = json.loads(run(tmp_path, "--json", "--lifts").stdout)
    assert [(x["lift"], x["technique"]) for x in lifts] == [(1, "legs"), (2, "back")]
    assert [x["reason"] for x in json.loads(run(tmp_path, "--json", "--all-bends").stdout)] == [None, "shallow", None]


def test_what_cannot_be_used_gets_one_line_each_and_the_rest_is_scored(tmp_path: Path) -> None:
    a_csv(tmp_path / "good.csv")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "garbage.csv").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "alien.csv").write_text("name,price\nchair,3\n", encoding="utf-8")
    (tmp_path / "garbage.mcap").write_bytes(b"\x89MCAP0\r\n" + b"\x00" * 100)
    done = run(tmp_path, tmp_path / "none.csv", "--json")
    assert done.exit_code == 1
    assert [row["recording"] for row in json.loads(done.stdout)] == ["good"]
    lines = done.stderr.splitlines()
    assert len(lines) == 5
    for name in ("empty.csv", "garbage.csv", "alien.csv", "garbage.mcap", "none.csv"):
        assert sum(name in line for line in lines) == 1, name


def test_options_say_what_the_recordings_do_not(tmp_path: Path, pipeline: list) -> None:
    a_csv(tmp_path / "mon.csv")
    a_csv(tmp_path / "tue.csv")
    (tmp_path / "wearers.csv").write_text("recording,wearer,site,height_m\nmon,ann,chest,1.6\n", encoding="utf-8")
    (tmp_path / "mine.toml").write_text('axes = "up=-y,forward=+z"\nheight_m = 1.5\n', encoding="utf-8")
    done = run(
        tmp_path, "--site", "lumbar", "--height", 1.9, "--wearers", tmp_path / "wearers.csv", "--load", 10, "--json",
        "--settings", tmp_path / "mine.toml", "--relearn",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert [(s.site, s.height_m, s.axes) for s, _, _ in pipeline] == [
        ("chest", 1.6, "up=-y,forward=+z"),
        ("low-back", 1.9, "up=-y,forward=+z"),
    ]
    assert all(other["relearn"] for _, _, other in pipeline)
    rows = json.loads(done.stdout)
    assert [row["wearer"] for row in rows] == ["ann", None]
    assert [row["load_kg"] for row in rows] == [10.0, 10.0]
    assert rows[0]["lifting_index"] > 0


def test_the_columns_of_any_other_table_can_be_named(tmp_path: Path) -> None:
    text = a_csv(tmp_path / "mon.csv").read_text(encoding="utf-8")
    (tmp_path / "mon.csv").write_text("T,ax,ay,az,wx,wy,wz\n" + text.partition("\n")[2], encoding="utf-8")
    assert run(tmp_path / "mon.csv").exit_code == 1
    names = [f"{k}_{axis}_{u}={s}{axis}" for k, u, s in (("acc", "mps2", "a"), ("gyr", "radps", "w")) for axis in "xyz"]
    done = run(tmp_path / "mon.csv", "--columns", ",".join(["time_s=T", *names]), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)[0]["lifts"] == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--site", "knee"], ["--axes", "up=q"], ["--height", "170"], ["--height", "nan"], ["-j", "0"],
        ["--coupling", "x"], ["--load", "-1"], ["--load", "0"], ["--resume"],
        ["--wearers", "none.csv"], ["--settings", "none.toml"], ["--columns", "T"],
    ],
)  # fmt: skip
def test_wrong_use_is_exit_code_2(tmp_path: Path, options: list[str]) -> None:
    done = run(a_csv(tmp_path / "mon.csv"), *options)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""


def test_a_wrong_settings_file_is_named_before_any_work(tmp_path: Path, pipeline: list) -> None:
    (tmp_path / "mine.toml").write_text("hight_m = 1.5\n", encoding="utf-8")
    done = run(a_csv(tmp_path / "mon.csv"), "--settings", tmp_path / "mine.toml")
    assert done.exit_code == 1
    assert "did you mean 'height_m'" in done.stderr
    assert pipeline == []


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl", ".parquet"])
def test_a_table_is_written_in_the_order_of_the_input_and_never_over_another(tmp_path: Path, suffix: str) -> None:
    for name in ("tue", "mon"):
        a_csv(tmp_path / "in" / f"{name}.csv")
    out = tmp_path / f"out{suffix}"
    paths = [tmp_path / "in" / "tue.csv", tmp_path / "in" / "mon.csv"]
    done = run(*paths, "-o", out)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert [row["recording"] for row in read_rows(out)] == ["tue", "mon"]
    before = out.read_bytes()
    again = run(*paths, "-o", out)
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert out.read_bytes() == before
    assert run(*paths, "-o", out, "--lifts", "--force").exit_code == 0
    assert len(read_rows(out)) == 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", out.name]


def test_a_run_that_was_cut_short_goes_on_and_scores_only_what_is_missing(tmp_path: Path, pipeline: list) -> None:
    paths = [a_csv(tmp_path / "in" / f"{name}.csv") for name in ("a", "b", "c")]
    out = tmp_path / "out.csv"
    run(*paths, "-o", out, "--resume")
    whole = out.read_bytes()
    journal = tmp_path / "out.csv.journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    out.unlink()
    journal.write_bytes(lines[0] + lines[1][:50])
    pipeline.clear()
    refused = run(*paths, "-o", out)
    assert refused.exit_code == 2
    assert "--resume" in refused.stderr
    done = run(*paths, "-o", out, "--resume")
    assert done.exit_code == 0, done.output
    assert len(pipeline) == 2
    assert "1 of 3 were scored before" in done.stderr
    assert out.read_bytes() == whole
    pipeline.clear()
    run(*paths, "-o", out, "--resume", "--height", 1.8)
    assert len(pipeline) == 3  # other settings, other numbers


def test_a_file_that_failed_is_tried_again(tmp_path: Path, pipeline: list) -> None:
    good, bad = a_csv(tmp_path / "good.csv"), tmp_path / "bad.csv"
    bad.write_bytes(b"")
    out = tmp_path / "out.jsonl"
    assert run(good, bad, "-o", out, "--resume").exit_code == 1
    a_csv(bad)
    assert run(good, bad, "-o", out, "--resume").exit_code == 0
    assert [row["recording"] for row in read_rows(out)] == ["good", "bad"]
    assert len(pipeline) == 2


def test_quiet_says_nothing_and_verbose_says_which_reader_understood_the_file(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "mon.csv")
    assert run(path, "-q", "-o", tmp_path / "out.csv").stderr == ""
    said = run(path, "-v").stderr
    assert "mon.csv" in said
    assert "2 lifts" in said


def test_no_table_at_all_if_nothing_could_be_used(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"")
    assert run(tmp_path / "bad.csv").stdout == ""
    assert run(tmp_path / "bad.csv", "--json").stdout == "[]\n"
    assert run(tmp_path / "bad.csv", "-o", tmp_path / "out.json").exit_code == 1
    assert read_rows(tmp_path / "out.json") == []


def test_the_bar_appears_only_for_a_person_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    class Bar:
        def update(self, task: object, completed: int) -> None:
            started.append(completed)

        def stop(self) -> None:
            started.append("stopped")

    monkeypatch.setattr(bar, "_bar", lambda total: (Bar(), 0))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    ticks = iter([0.0, 0.5, 1.9, 2.5])
    assert list(bar.progress("abcd", 4, clock=lambda: next(ticks))) == list("abcd")
    assert started == [3, 4, "stopped"]
    started.clear()
    assert list(bar.progress("abcd", 4, quiet=True, clock=lambda: 9.0)) == list("abcd")
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    assert list(bar.progress("abcd", 4, clock=lambda: 9.0)) == list("abcd")
    assert started == []
