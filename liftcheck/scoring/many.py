"""Many recordings: one after the other, over processes, or over a Dask cluster; the same function, the same numbers."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

from liftcheck.errors import LiftcheckError, MissingExtraError
from liftcheck.scoring.task import Outcome, Task, score_task

Numbered = tuple[int, Outcome]  # the place of the task in the input, and what came of it
FLIGHTS = 2  # tasks given out for each process: the next is there when one is done, and no more lie in memory
CONNECT_S = 10
CHECK_S = 10  # so often a silent cluster is asked whether it still has workers
PATIENCE = 2  # times in a row without any before it is given up


def score_many(
    tasks: Sequence[Task],
    *,
    processes: int = 1,
    cluster: str | None = None,
    with_keys: bool = False,
    scorer: Callable[..., Outcome] = score_task,
) -> Iterator[Numbered]:
    """Scores files and gives each outcome as it comes, with its place in the input.

    cluster: address of a dask.distributed scheduler. with_keys: outcomes carry the hash that `--resume` goes by.
    A process that dies costs the file it died of, which is named, and no other.
    """
    waiting = deque(enumerate(tasks))
    scoring = partial(scorer, with_key=with_keys)
    if cluster is not None:
        yield from _over_cluster(waiting, scoring, cluster)
    elif processes > 1 and len(tasks) > 1:
        yield from _over_processes(waiting, scoring, min(processes, len(tasks)))
    else:
        for place, task in waiting:
            yield place, scoring(task)


Waiting = deque[tuple[int, Task]]
Scorer = partial[Outcome]


def _over_processes(waiting: Waiting, scorer: Scorer, processes: int) -> Iterator[Numbered]:
    while waiting:
        suspects = yield from _until_one_dies(waiting, scorer, processes)
        for place, task in suspects:  # one of them killed its process, and the pool with it: each alone tells which
            yield place, _alone(task, scorer)


def _until_one_dies(
    waiting: Waiting, scorer: Scorer, processes: int
) -> Generator[Numbered, None, list[tuple[int, Task]]]:
    flying: dict[Future[Outcome], tuple[int, Task]] = {}
    with _pool(processes) as pool:
        try:
            for future in _flights(pool, waiting, flying, scorer, FLIGHTS * processes):
                outcome = future.result()
                yield flying.pop(future)[0], outcome
        except BrokenProcessPool:
            return sorted(flying.values(), key=lambda item: item[0])
    return []


def _alone(task: Task, scorer: Scorer) -> Outcome:
    with _pool(1) as pool:
        try:
            return pool.submit(scorer, task).result()
        except BrokenProcessPool:
            return Outcome(task.path, error=f"{task.path}: the process that scored it was killed (too little memory?)")


def _over_cluster(waiting: Waiting, scorer: Scorer, address: str) -> Iterator[Numbered]:
    suspects: Waiting = deque()
    with _client(address) as client:
        width = FLIGHTS * max(1, sum(client.nthreads().values()))
        for place, task, outcome in _cluster_flights(client, waiting, scorer, width, address):
            if outcome is None:
                suspects.append((place, task))
            else:
                yield place, outcome
        # A worker that dies takes the blame of all that it was given: each alone tells which it died of.
        for place, task, outcome in _cluster_flights(client, suspects, scorer, 1, address):
            killed = f"{task.path}: the workers that scored it were killed (too little memory?)"
            yield place, outcome or Outcome(task.path, error=killed)


def _cluster_flights(
    client: Any, waiting: Waiting, scorer: Scorer, width: int, address: str
) -> Iterator[tuple[int, Task, Outcome | None]]:
    """Each task with what came of it: None if the workers that had it died. LiftcheckError if the cluster is gone."""
    flying: dict[Future[Outcome], tuple[int, Task]] = {}
    gone = f"cluster {address}: the scheduler is gone; what was scored is kept, --resume goes on"
    without_workers = 0

    def watch() -> None:
        nonlocal without_workers
        try:
            without_workers = 0 if client.nthreads() else without_workers + 1
        except OSError as error:  # a task whose answer was under way as the connection broke is never done
            raise LiftcheckError(gone) from error
        if without_workers > PATIENCE:  # a worker that restarts is back by then
            raise LiftcheckError(f"cluster {address}: no worker is left; what was scored is kept, --resume goes on")

    for future in _flights(client.get_executor(pure=False), waiting, flying, scorer, width, watch):
        place, task = flying.pop(future)
        try:
            yield place, task, future.result()
        except CancelledError as error:
            raise LiftcheckError(gone) from error
        except Exception as error:
            # KilledWorker is named, not imported: without the extra there is no such class
            died = type(error).__name__ == "KilledWorker"
            what = f"{type(error).__name__}: {' '.join(str(error).split())}"
            failed = Outcome(task.path, error=f"{task.path}: was given up by the cluster ({what})")
            yield place, task, None if died else failed


def _flights(
    executor: Executor,
    waiting: Waiting,
    flying: dict[Future[Outcome], tuple[int, Task]],
    scorer: Scorer,
    width: int,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[Future[Outcome]]:
    """Gives out a few tasks at a time and each future as it is done; the caller takes it out of `flying`.

    watch is called whenever nothing has come for a while.
    """
    while waiting or flying:
        while waiting and len(flying) < width:
            flying[executor.submit(scorer, waiting[0][1])] = waiting[0]
            waiting.popleft()
        done, _ = wait(flying, timeout=CHECK_S, return_when=FIRST_COMPLETED)
        if not done:
            watch()
        yield from done


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    # The arrays are small: threads of the linear algebra would only get in the other processes' way.
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    os.environ["OPENBLAS_NUM_THREADS"] = before or "1"
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if before is None:
            del os.environ["OPENBLAS_NUM_THREADS"]


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("A cluster needs an optional part: `pip install 'liftcheck[cluster]'`") from error
    try:
        client: Any = Client(address, timeout=CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise LiftcheckError(
            f"cluster {address}: no scheduler answers there: {' '.join(str(error).split())}"
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)
