"""Outcomes on disk as they come: a run that is cut short loses nothing, and memory holds no table."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from liftcheck.scoring.task import Outcome, Task


class Journal:
    """JSON lines, one outcome each, in the order in which they came. A last line that was cut off counts as none.

    It stands beside the table that will be written from it.
    """

    def __init__(self, table: Path) -> None:
        self.path = table.with_name(f"{table.name}.journal.jsonl")
        self._where: dict[str, int] = {}  # path -> where in the file its last outcome begins
        self._keys: dict[str, str] = {}  # key -> path

    def load(self) -> None:
        """Takes over what an earlier run left."""
        if not self.path.exists():
            return
        whole = 0
        with self.path.open("rb") as stream:
            for line in stream:
                try:
                    outcome = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    outcome = None
                if outcome is None:
                    break
                self._note(outcome, whole)
                whole += len(line)
        with self.path.open("r+b") as stream:
            stream.truncate(whole)

    def holds(self, task: Task) -> bool:
        """Whether this very file was scored before in this very way."""
        try:
            return bool(self._keys) and self._keys.get(task.key()) == task.path
        except OSError:  # it will be said when it is read
            return False

    def append(self, outcome: Outcome) -> None:
        """Writes an outcome down."""
        line = json.dumps(asdict(outcome), ensure_ascii=False, allow_nan=False)
        with self.path.open("ab") as stream:
            self._note(asdict(outcome), stream.tell())
            stream.write(line.encode() + b"\n")

    def outcomes(self, paths: list[str]) -> Iterator[Outcome]:
        """The outcomes of these files, in this order."""
        if not self._where:
            return
        with self.path.open("rb") as stream:
            for path in paths:
                if path in self._where:
                    stream.seek(self._where[path])
                    data = json.loads(stream.readline())
                    yield Outcome(**{**data, "bends": tuple(data["bends"])})

    def remove(self) -> None:
        """The table is written: the journal has done its work."""
        self.path.unlink(missing_ok=True)

    def _note(self, outcome: dict[str, Any], where: int) -> None:
        self._where[outcome["path"]] = where
        if outcome["key"] is not None:
            self._keys[outcome["key"]] = outcome["path"]
