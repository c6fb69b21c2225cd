"""The bundled recordings are judged as before: a change of the verdicts is meant, seen and told.

`python tests/test_golden.py` writes tests/golden/ anew. Look at the diff; if it is meant, tell of it under "Scientific
changes" in CHANGELOG.md, with the mark that the command prints.
"""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from liftcheck.recording import read
from liftcheck.scoring import Score, score

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "golden"
NAMES = sorted(path.stem for path in (ROOT / "recordings").glob("*.mcap"))
ANEW = "If that is meant: python tests/test_golden.py, look at the diff, and tell of it in CHANGELOG.md."

# column -> decimals written, and how far another processor's or library's arithmetic may be off
LIFTS = {
    "start_s": (2, 0.06),
    "bottom_s": (2, 0.06),
    "end_s": (2, 0.06),
    "peak_flexion_deg": (0, 1.0),
    "lean_deg": (0, 1.0),
    "turn_deg": (0, 2.0),
    "drop_m": (2, 0.01),
    "hip_drop_m": (2, 0.01),
    "knee_deg": (0, 2.0),
    "confidence": (2, 0.03),
}
WORDS = ("technique", "reason")
COUNTS = ("lifts", "legs", "mixed", "back", "unclear", "shallow_bends", "slips", "calibration")


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return {name: score(read(ROOT / "recordings" / f"{name}.mcap")) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_judged_as_before(name: str, scores: dict[str, Score]) -> None:
    before, now = _table(GOLDEN / f"{name}.csv"), list(csv.DictReader(io.StringIO(_lifts(scores[name]))))
    assert [row["technique"] for row in now] == [row["technique"] for row in before], ANEW
    for old, new in zip(before, now, strict=True):
        for column, (_, tolerance) in LIFTS.items():
            assert (old[column] == "") == (new[column] == ""), f"{column} of the lift at {old['bottom_s']} s. {ANEW}"
            if old[column]:
                off = abs(float(new[column]) - float(old[column]))
                assert off <= tolerance + 1e-9, f"{column} of the lift at {old['bottom_s']} s: {off}. {ANEW}"
        assert _without_numbers(new["reason"]) == _without_numbers(old["reason"]), ANEW


def test_the_recordings_count_as_many_lifts_as_before(scores: dict[str, Score]) -> None:
    assert list(csv.DictReader(io.StringIO(_counts(scores)))) == _table(GOLDEN / "counts.csv"), ANEW


def test_the_changelog_tells_of_the_verdicts_as_they_are() -> None:
    assert _mark() in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), (
        f"tests/golden/ has changed: tell of it under Scientific changes in CHANGELOG.md, marked ({_mark()})."
    )


def _mark() -> str:
    """Eight letters and digits that stand for all golden results."""
    text = b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(GOLDEN.glob("*.csv")))
    return f"golden {hashlib.sha256(text).hexdigest()[:8]}"


def _lifts(of: Score) -> str:
    rows = []
    for row in of.lift_rows():
        values = {name: _rounded(row[name], digits) for name, (digits, _) in LIFTS.items()}
        rows.append({"lift": row["lift"], **values, **{name: row[name] for name in WORDS}})
    return _csv(rows, ("lift", *LIFTS, *WORDS))


def _counts(scores: dict[str, Score]) -> str:
    rows = [{"recording": name, **{c: of.row[c] for c in COUNTS}} for name, of in scores.items()]
    return _csv(rows, ("recording", *COUNTS))


def _csv(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rounded(value: float | None, digits: int) -> str:
    return "" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def _without_numbers(text: str) -> str:
    return " ".join(word for word in text.split() if not any(letter.isdigit() for letter in word))


def _table(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write() -> None:
    GOLDEN.mkdir(exist_ok=True)
    now = {name: score(read(ROOT / "recordings" / f"{name}.mcap")) for name in NAMES}
    for name, of in now.items():
        (GOLDEN / f"{name}.csv").write_text(_lifts(of), encoding="utf-8")
    (GOLDEN / "counts.csv").write_text(_counts(now), encoding="utf-8")
    print(f"{len(now)} recordings judged anew. For CHANGELOG.md, under Scientific changes: ({_mark()})")


if __name__ == "__main__":
    _write()
