"""A Dask cluster on this machine: a scheduler and two workers as processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import distributed


class Cluster:
    """Starts with its first line, ends with `stop`; `folder` takes its log."""

    def __init__(self, folder: Path) -> None:
        told = folder / "scheduler.json"
        self.processes = [self._start("scheduler", "--host", "127.0.0.1", "--port", "0", told, folder)]
        self.processes += [self._start("worker", "--nthreads", "1", "--no-nanny", told, folder) for _ in range(2)]
        self.address = self._wait_for(told)

    @staticmethod
    def _start(what: str, *options: object) -> "subprocess.Popen[bytes]":
        *flags, told, folder = map(str, options)
        command = [sys.executable, "-m", "dask", what, "--no-dashboard", "--scheduler-file", told, *flags]
        found = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "PYTHONPATH": found, "OPENBLAS_NUM_THREADS": "1"}
        with open(Path(folder) / "log", "ab") as log:
            return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)

    @staticmethod
    def _wait_for(told: Path) -> str:
        with distributed.Client(scheduler_file=str(told), timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            return str(client.scheduler_info()["address"])

    def kill(self, place: int) -> None:
        self.processes[place].send_signal(signal.SIGKILL)
        self.processes[place].wait()

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()
