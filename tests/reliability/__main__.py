"""`python tests/reliability WHAT`: one of the tables of docs/reliability.md."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> None:
    """Reads what is wanted and prints it."""
    parser = argparse.ArgumentParser(prog="python tests/reliability", description=__doc__)
    kinds = parser.add_subparsers(dest="what", required=True)
    faults = kinds.add_parser("faults", help="every fault of link and sensor, and what becomes of the verdicts")
    faults.add_argument("--sessions", type=int, default=8)
    faults.add_argument("--lifts", type=int, default=12)
    faults.add_argument("--only", default="", help="faults whose name holds this")
    kills = kinds.add_parser("kills", help="kill -9 at random instants, and what is lost")
    kills.add_argument("--each", type=int, default=125, help="kills of each kind of process")
    kills.add_argument("--only", default="", help="kinds whose name holds this")
    kills.add_argument("--seed", type=int, default=1)
    kills.add_argument("--within", type=float, default=1.0, help="kill within this share of the usual time")
    kills.add_argument("--most-s", type=float, default=1.0, help="seconds of samples that may be lost")
    inputs = kinds.add_parser("inputs", help="damaged files of every kind for every reader")
    inputs.add_argument("--seconds", type=float, default=60.0, help="of processor time for each reader")
    inputs.add_argument("--only", default="", help="readers whose name holds this")
    inputs.add_argument("--seed", type=int, default=1)
    inputs.add_argument("--guided", dest="guide", default="", help="one reader, led by coverage (needs atheris)")
    soak = kinds.add_parser("soak", help="hours of a live session faster than real time")
    soak.add_argument("--hours", type=float, default=8.0)
    soak.add_argument("--every", type=float, default=1.0, help="hours between two rows")
    options = vars(parser.parse_args())
    what = options.pop("what")
    if what == "faults":
        from reliability.faults import main as run
    elif what == "kills":
        from reliability.kills import main as run
    elif what == "inputs":
        from reliability.inputs import main as run
    elif what == "soak":
        from reliability.soak import main as run
    run(**options)


if __name__ == "__main__":
    main()
