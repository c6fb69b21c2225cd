"""python -m tests.benchmarks.accuracy: prints the tables of docs/method.md, and with --write puts them there."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the arrays are small; threads only get in each other's way

import argparse
import sys
import time
from pathlib import Path

from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.rows import ROWS

METHOD = Path(__file__).parents[3] / "docs" / "method.md"


def main() -> None:
    """Makes the rows that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.accuracy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the people: a look while working")
    parser.add_argument("--only", action="append", choices=list(ROWS), metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/method.md")
    asked = parser.parse_args()
    if asked.quick and asked.write:
        parser.error("--quick is for a look; its figures do not belong into the documentation")
    bench = Bench(asked.jobs, asked.quick)
    for name in asked.only or ROWS:
        began = time.perf_counter()
        text = ROWS[name](bench)
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        print(f"## {name}\n\n{text}", flush=True)
        if asked.write:
            METHOD.write_text(written(METHOD.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def written(document: str, name: str, text: str) -> str:
    """The document with the text between a row's markers. ValueError where it has none."""
    begin, end = f"<!-- accuracy: {name} -->\n", f"<!-- end of {name} -->"
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"docs/method.md has no place for {name}: {begin.strip()} ... {end}")
    return f"{before}{begin}\n{text}\n{end}{after}"


if __name__ == "__main__":
    main()
