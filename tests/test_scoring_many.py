"""Many recordings: the same rows over one process, several, or a cluster; nothing that goes wrong stops the rest."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made import a_csv

from liftcheck.errors import LiftcheckError
from liftcheck.recording.labels import Facts
from liftcheck.scoring.journal import Journal
from liftcheck.scoring.many import score_many
from liftcheck.scoring.said import Wearers
from liftcheck.scoring.task import Outcome, Task, score_task


def tasks_of(*names: str) -> list[Task]:
    return [Task(f"{name}.csv", name) for name in names]


def scorer(task: Task, *, with_key: bool = False) -> Outcome:
    """Scores by name, in whatever process; some names are trouble."""
    if task.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.name.startswith("bad"):
        return Outcome(task.path, error=f"{task.path}: is bad.")
    return Outcome(task.path, {"recording": task.name, "lifts": len(task.name)}, key="k" if with_key else None)


def test_one_process_gives_the_outcomes_in_the_order_of_the_input() -> None:
    got = list(score_many(tasks_of("a", "bad", "ccc"), scorer=scorer))
    assert [place for place, _ in got] == [0, 1, 2]
    assert [outcome.error for _, outcome in got] == [None, "bad.csv: is bad.", None]


def test_two_processes_say_the_same_as_one() -> None:
    tasks = tasks_of(*(f"n{'x' * n}" for n in range(9)), "bad1")
    one = dict(score_many(tasks, scorer=scorer, with_keys=True))
    two = dict(score_many(tasks, processes=2, scorer=scorer, with_keys=True))
    assert one == two


def test_a_file_that_kills_its_process_is_named_and_the_others_go_on() -> None:
    tasks = tasks_of("a", "b", "killer", "c", "d", "e", "f")
    got = dict(score_many(tasks, processes=2, scorer=scorer))
    assert sorted(got) == list(range(7))
    assert [place for place, outcome in got.items() if outcome.error] == [2]
    assert "killer.csv" in str(got[2].error)
    assert "killed" in str(got[2].error)


def test_a_worker_of_another_version_is_refused() -> None:
    outcome = score_task(Task("a.csv", "a", version="0.0.0"))
    assert "0.0.0" in str(outcome.error)


def test_a_file_that_cannot_be_read_comes_back_as_a_sentence(tmp_path: Path) -> None:
    outcome = score_task(Task(str(tmp_path / "none.csv"), "none"))
    assert outcome.row is None
    assert "none.csv" in str(outcome.error)


def test_a_fault_of_the_programs_own_comes_back_as_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: str, columns: None) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("liftcheck.scoring.task.read", broken)
    outcome = score_task(Task("a.csv", "a"))
    assert outcome.error == "a.csv: could not be scored (ZeroDivisionError: oh no)"
    assert "in broken" in outcome.trace


def test_the_key_changes_with_all_that_the_numbers_depend_on_and_with_nothing_else(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("1", encoding="utf-8")
    two.write_text("1", encoding="utf-8")
    base = Task(str(one), "a")
    assert base.key() == Task(str(two), "a").key()
    others = [
        Task(str(one), "a", said=Facts(height_m=1.8)),
        Task(str(one), "a", wearers=Wearers({"a": Facts(site="chest")})),
        Task(str(one), "a", relearn=True),
        Task(str(one), "a", columns={"time_s": "T"}),
        Task(str(one), "a", version="0.0.0"),
    ]
    before = base.key()
    one.write_text("2", encoding="utf-8")
    assert len({before, base.key(), *(task.key() for task in others)}) == 7


def test_a_recording_may_lie_at_an_address(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    path = a_csv(tmp_path / "mon.csv")
    near, far = (score_task(Task(at, "mon"), with_key=True) for at in (str(path), path.as_uri()))
    assert far.row == {**(near.row or {}), "path": path.as_uri()}
    assert far.key == score_task(Task(path.as_uri(), "mon"), with_key=True).key
    gone = (tmp_path / "none.csv").as_uri()
    assert str(score_task(Task(gone, "none")).error).startswith(f"{gone} cannot be fetched")
    assert "cannot be fetched" in str(score_task(Task("nowhere://a.csv", "a")).error)


def test_the_journal_gives_outcomes_back_in_any_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "t.csv")
    outcomes = [Outcome(f"{n}.csv", {"lifts": n}, ({"lift": 1},), key=f"k{n}") for n in range(3)]
    for outcome in outcomes:
        journal.append(outcome)
    assert list(journal.outcomes(["2.csv", "0.csv", "none.csv"])) == [outcomes[2], outcomes[0]]


def test_a_journal_that_was_cut_off_goes_on_after_its_last_whole_line(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1", encoding="utf-8")
    task = Task(str(file), "a")
    journal = Journal(tmp_path / "t.csv")
    journal.append(Outcome(task.path, {"lifts": 1}, key=task.key()))
    journal.append(Outcome("b.csv", {"lifts": 2}, key="k"))
    whole = journal.path.read_bytes()
    for cut in range(len(whole) - 5, len(whole)):
        journal.path.write_bytes(whole[:cut])
        again = Journal(tmp_path / "t.csv")
        again.load()
        assert again.holds(task)
        assert [outcome.path for outcome in again.outcomes([task.path, "b.csv"])] == [task.path]
        again.append(Outcome("b.csv", {"lifts": 3}, key="k"))
        assert [outcome.row for outcome in again.outcomes(["b.csv"])] == [{"lifts": 3}]


def test_a_journal_knows_only_files_that_did_not_change(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1", encoding="utf-8")
    task = Task(str(file), "a")
    journal = Journal(tmp_path / "t.csv")
    assert not journal.holds(task)
    journal.append(Outcome(task.path, {"lifts": 1}, key=task.key()))
    assert journal.holds(task)
    file.write_text("2", encoding="utf-8")
    assert not journal.holds(task)
    file.unlink()
    assert not journal.holds(task)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, silence_logs=50
    ) as local:
        yield local.scheduler_address


@pytest.mark.filterwarnings("ignore")  # the scheduler's own, of an event loop that is closed
def test_a_cluster_says_the_same_as_one_process(cluster: str) -> None:
    tasks = tasks_of("a", "bad", "ccc", "dddd", "eeeee")
    assert dict(score_many(tasks, cluster=cluster, scorer=scorer)) == dict(score_many(tasks, scorer=scorer))


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("liftcheck.scoring.many.CONNECT_S", 0.2)
    with pytest.raises(LiftcheckError, match="no scheduler answers"):
        list(score_many(tasks_of("a"), cluster="tcp://127.0.0.1:9", scorer=scorer))
