"""How long the program takes to be there: measured, not promised. Run: pytest tests/benchmarks/test_startup.py -s"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from hand_made import a_csv


def median_s(*arguments: str, times: int = 5) -> float:
    """The median time of a whole process, after one that warms the disk's cache."""
    took = []
    for _ in range(times + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "liftcheck", *arguments], check=True, capture_output=True)
        took.append(time.perf_counter() - start)
    return sorted(took[1:])[times // 2]


@pytest.mark.parametrize("command", ["", "score", "evaluate"])
def test_help(command: str) -> None:
    print(f"\nliftcheck {command} --help: {median_s(*command.split(), '--help'):.3f} s")


def test_score_of_a_one_minute_file(tmp_path: Path) -> None:
    path = a_csv(tmp_path / "minute.csv", 60.0)
    print(f"\nliftcheck score of one minute of CSV at 100 Hz: {median_s('score', str(path), '--json'):.3f} s")
