"""A Dask cluster on loopback, started by the three commands of docs/cluster.md: the same rows, whatever dies."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hand_made import a_csv

from liftcheck.errors import LiftcheckError
from liftcheck.scoring.many import score_many
from liftcheck.scoring.task import Outcome, Task

distributed = pytest.importorskip(
    "distributed", reason="scoring on a cluster is not tested without the extra `cluster`"
)
from dask_here import Cluster  # noqa: E402 - needs the extra

pytestmark = pytest.mark.filterwarnings("ignore")  # distributed's own, of sockets and loops that died on purpose


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.stop()


def scorer(task: Task, *, with_key: bool = False) -> Outcome:
    """No work at all, or death."""
    if task.name == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(task.path, {"recording": task.name})


def test_a_worker_that_is_killed_costs_nothing(cluster: Cluster, tmp_path: Path) -> None:
    tasks = [Task(str(a_csv(tmp_path / f"{n}.csv", 3.0 + n)), str(n)) for n in range(12)]
    expected = dict(score_many(tasks, with_keys=True))
    assert all(outcome.row is not None for outcome in expected.values())
    got: dict[int, Any] = {}
    for place, outcome in score_many(tasks, cluster=cluster.address, with_keys=True):
        if not got:
            cluster.kill(2)
        got[place] = outcome
    assert got == expected


def test_a_scheduler_that_goes_away_is_said_and_what_was_scored_is_there(cluster: Cluster) -> None:
    scored = score_many([Task(f"{n}.csv", str(n)) for n in range(500)], cluster=cluster.address, scorer=scorer)
    got = [next(scored) for _ in range(3)]
    cluster.kill(0)
    with pytest.raises(LiftcheckError, match="the scheduler is gone; what was scored is kept"):
        got.extend(scored)
    assert 3 <= len(got) < 500


def test_a_scheduler_that_is_gone_when_it_is_asked_for_workers_is_said(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task whose answer was under way as the connection broke is never done: only asking tells."""
    monkeypatch.setattr("liftcheck.scoring.many.CHECK_S", 0.0)
    first, asked = distributed.Client.nthreads, []

    def nthreads(client: Any) -> Any:
        asked.append(client)
        if len(asked) > 1:
            raise distributed.comm.CommClosedError("ConnectionPool closing.")
        return first(client)

    monkeypatch.setattr(distributed.Client, "nthreads", nthreads)
    with pytest.raises(LiftcheckError, match="the scheduler is gone; what was scored is kept"):
        list(score_many([Task(f"{n}.csv", str(n)) for n in range(50)], cluster=cluster.address, scorer=scorer))
    assert len(asked) == 2


def test_a_file_that_kills_every_worker_it_meets_is_named_and_the_rest_is_scored(tmp_path: Path) -> None:
    tasks = [Task(f"{name}.csv", name) for name in ("a", "killer", "b", "c", "d")]
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50, local_directory=str(tmp_path)
        ) as local,
    ):
        got = dict(score_many(tasks, cluster=local.scheduler_address, scorer=scorer))
    assert [got[place].error is None for place in range(5)] == [True, False, True, True, True]
    assert got[1].error == "killer.csv: the workers that scored it were killed (too little memory?)"


def test_a_cluster_that_loses_all_its_workers_is_given_up(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liftcheck.scoring.many.CHECK_S", 0.2)
    tasks = [Task("a.csv", "a"), Task("killer.csv", "killer")]
    with pytest.raises(LiftcheckError, match="no worker is left"):
        list(score_many(tasks, cluster=cluster.address, scorer=scorer))
