"""How early, how often right and how often wrong the early warning is, on real motion and on simulation.

    python tests/benchmarks/bench_warning.py

Real motion: the sessions with known truth below LIFTCHECK_DATA (mid-back, consumer noise, 100 and 50 Hz), left out
without it. Right: in a lift labelled `back`; wrong: in one labelled `legs`; elsewhere: in no labelled lift.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from liftcheck import read
from liftcheck.analysis import Settings, analyze
from liftcheck.recording.recording import Recording
from liftcheck.simulation import Label, Person, simulate
from liftcheck.simulation.scripts import script

Labels = list[tuple[float, float, float, str]]  # start, bottom, end, label


def real() -> Iterator[tuple[str, Recording, Labels]]:
    """The sessions of real motion, by wearer."""
    root = Path(os.environ.get("LIFTCHECK_DATA", "")) / "midback_sessions"
    if not (root / "labels.csv").exists():
        return
    table = np.genfromtxt(root / "labels.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    for path in sorted(root.glob("*__midback__consumer.csv.gz")):
        rows = table[table["recording"] == path.name.removesuffix(".csv.gz")]
        labels = [(float(r["start_s"]), float(r["bottom_s"]), float(r["end_s"]), str(r["label"])) for r in rows]
        yield path.name.split("_")[1], read(path), labels


def simulated() -> Iterator[tuple[str, Recording, Labels]]:
    """Simulated people: free work, training, and the overlap of styles."""
    for style in ("mixed", "training", "overlap"):
        for seed in range(6):
            person = Person.drawn(np.random.default_rng(seed + 170))
            made = script(style, np.random.default_rng(seed + 700))
            recording, truth = simulate(made, person, rate_hz=100, seed=seed, seconds=200)
            yield f"simulated {style}", recording, [_times(label) for label in truth.labels]


def _times(label: Label) -> tuple[float, float, float, str]:
    return label.start_s, label.bottom_s, label.end_s, label.label


def main() -> None:
    """Prints a row for each wearer or kind of session."""
    lifts: dict[str, Counter[str]] = defaultdict(Counter)
    warned: dict[str, Counter[str]] = defaultdict(Counter)
    early: dict[str, list[float]] = defaultdict(list)
    hours: Counter[str] = Counter()
    for who, recording, labels in [*real(), *simulated()]:
        hours[who] += recording.duration_s / 3600
        lifts[who].update(label for _, _, _, label in labels)
        for update in analyze(recording.samples, recording.events, Settings(), rate_hz=recording.rate_hz):
            for warning in update.warnings:
                hit = [(bottom, label) for start, bottom, end, label in labels if start - 0.3 <= warning.t <= end]
                warned[who][hit[0][1] if hit else "elsewhere"] += 1
                if hit and hit[0][1] == "back":
                    early[who].append(hit[0][0] - warning.t)
    print(f"{'':20}{'back':>10}{'legs':>10}{'mixed':>10}{'elsewhere/h':>13}   s before the bottom: median (quartiles)")
    for who in lifts:
        told = "".join(f"{warned[who][kind]:>6}/{lifts[who][kind]:<3}" for kind in ("back", "legs", "mixed"))
        low, middle, high = np.percentile(early[who] or [np.nan], [25, 50, 75])
        other = warned[who]["elsewhere"] / hours[who]
        print(f"{who:20}{told}{other:>13.1f}   {middle:.2f} ({low:.2f}-{high:.2f})")


if __name__ == "__main__":
    main()
