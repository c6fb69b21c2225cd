"""How right the verdicts are on the bundled simulated recordings, as the table that stands in README.md.

    python docs/how_right.py            prints the table
    python docs/how_right.py --write    puts it between the markers of README.md

It runs the command that stands above the table; `tests/test_docs.py` holds that the two agree.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- how right -->", "<!-- end of how right -->"
COMMAND = (
    "liftcheck evaluate recordings --labels recordings/labels.csv"
    " --distractors recordings/distractors.csv --wearers recordings/wearers.csv"
)


def evaluated() -> dict[str, Any]:
    """What `COMMAND` says, as plain values."""
    command = [sys.executable, "-m", *COMMAND.split(), "--json"]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300)
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


def table(told: dict[str, Any]) -> str:
    """The table as Markdown: counts, shares and Wilson's intervals."""
    of = told["all"]
    minutes, mixed = 60 * of["hours"], told["confusion"]["mixed"]
    rows = [
        ("bends found", of["found"]),
        ("lifts that were bends", of["precision"]),
        ("legs or back, where one of them was said: right", _sum(of["right"].values())),
        ("legs or back: one of them was said, not *mixed* or *unclear*", of["decided"]),
        ("semi-squats that were called *mixed*", _share(mixed["mixed"], sum(mixed.values()))),
    ]
    lines = [
        f"| {of['recordings']} simulated sessions, {minutes:.0f} minutes | count | share | 95 % interval |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {share['count']} of {share['of']} | {_percent(share)} |" for name, share in rows),
        f"| false alarms | {of['false_alarms']} | {of['false_alarms_per_hour']:.1f} an hour | |",
    ]
    errors = {each["column"]: each for each in told["errors"]}
    hips, knees = errors["hip_drop_m"], errors["knee_deg"]
    lines += [
        "",
        f"Median error: {100 * hips['median']:.1f} cm of hip drop, {knees['median']:.0f} degrees of knee flexion"
        f" ({hips['n']} lifts). The other semi-squats, knees near the border, were called {_others(mixed)}.",
    ]
    return "\n".join(lines)


def in_readme() -> str:
    """What stands between the markers now."""
    text = README.read_text(encoding="utf-8")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def write(table: str) -> None:
    """Puts the table between the markers."""
    text = README.read_text(encoding="utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _sum(shares: Any) -> dict[str, Any]:
    shares = list(shares)
    return _share(sum(each["count"] for each in shares), sum(each["of"] for each in shares))


def _share(count: int, of: int) -> dict[str, Any]:
    from liftcheck.scoring.evaluation import Share

    share = Share(count, of)
    low, high = share.interval or (None, None)
    return {"count": share.count, "of": share.of, "share": share.value, "low": low, "high": high}


def _others(mixed: dict[str, int]) -> str:
    return ", ".join(
        f"*{word}* ({count})"
        for word, count in sorted(mixed.items(), key=lambda each: -each[1])
        if word != "mixed" and count
    )


def _percent(share: dict[str, Any]) -> str:
    if share["share"] is None:
        return " | "
    return f"{100 * share['share']:.0f} % | {100 * share['low']:.0f} to {100 * share['high']:.0f} %"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    made = table(evaluated())
    if parser.parse_args().write:
        write(made)
    else:
        print(made)


if __name__ == "__main__":
    main()
