"""Makes recordings/ anew: short simulated sessions with their truth, each by one command.

    python tests/make_recordings.py [FOLDER]

Without a folder it writes to recordings/ of this checkout, over what is there. The README's table names the same
commands; tests/test_recordings.py holds both against what is stored.
"""

import csv
import json
import sys
from pathlib import Path

from click.testing import CliRunner

from liftcheck.cli import main

RECORDINGS = Path(__file__).parent.parent / "recordings"
# name -> the options of `liftcheck simulate`
SESSIONS = {
    "demo": "--style demo --seed 21 --height 1.74",
    "improving": "--style improving --lifts 30 --seed 2",
    "semi_squatter": "--style semi --lifts 12 --seed 3",
    "slipped_sensor": "--style mixed --lifts 16 --seed 14 --fault slip=9",
    "lossy_link": "--style mixed --lifts 16 --seed 5 --fault loss=6 --fault gap=0.8",
    "no_calibration": "--style mixed --lifts 16 --seed 6 --no-calibration",
    "at_the_waist": "--style overlap --lifts 16 --seed 7 --site waist-back --rate 50",
    "training": "--style training --minutes 6 --seed 8",
    "work": "--style work --minutes 4 --seed 9 --sensor bmi160",
}


def make(folder: Path) -> None:
    """Writes every session, and the tables of all labels, distractors and wearers beside them."""
    for name, options in SESSIONS.items():
        command = ["simulate", "-o", str(folder / f"{name}.mcap"), "--force", *options.split()]
        result = CliRunner().invoke(main, command)
        if result.exit_code:
            raise SystemExit(f"{name}: {result.output}")
        print(result.output.strip().removeprefix(f"{folder}/"))
    _join_labels(folder)
    facts = {name: json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8")) for name in SESSIONS}
    distractors = [
        (name, one["start"], one["end"], one["kind"]) for name, fact in facts.items() for one in fact["distractors"]
    ]
    _write(folder / "distractors.csv", ("recording", "start_s", "end_s", "kind"), distractors)
    heights = [(name, fact["site"], round(fact["person"]["height_m"], 3)) for name, fact in facts.items()]
    _write(folder / "wearers.csv", ("recording", "site", "height_m"), heights)


def _join_labels(folder: Path) -> None:
    rows = []
    for name in SESSIONS:
        with open(folder / f"{name}.labels.csv", encoding="utf-8", newline="") as file:
            header, *labels = csv.reader(file)
        rows += labels
    _write(folder / "labels.csv", header, rows)


def _write(path: Path, header: object, rows: object) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)  # type: ignore[arg-type]
        writer.writerows(rows)  # type: ignore[arg-type]


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDINGS)
