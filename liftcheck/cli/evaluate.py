"""`liftcheck evaluate`: how right the verdicts are, against somebody's labels."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liftcheck.cli.options import examples, json_option, say, scoring_options
from liftcheck.cli.score import batch_options, make_tasks, told, work
from liftcheck.cli.verbosity import verbosity

if TYPE_CHECKING:
    from liftcheck.scoring.said import Wearers

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass
class Gathered:
    """Lifts and lengths of recordings, from tables or scored now. failed: some input could not be used."""

    lifts: list[Mapping[str, Any]] = field(default_factory=list)
    lengths_s: dict[str, float] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    from_table: bool = False
    failed: bool = False


@click.command(
    epilog=examples(
        "liftcheck evaluate week --labels labels.csv --wearers wearers.csv",
        "liftcheck evaluate lifts.csv week.csv --labels labels.csv --distractors distractors.csv",
    )
)
@click.argument("inputs", nargs=-1, required=True, metavar="PREDICTIONS-OR-RECORDINGS...")
@click.option("--labels", required=True, type=FILE, metavar="FILE", help="Bends: recording, start_s, end_s, label.")
@click.option("--distractors", type=FILE, metavar="FILE", help="Stretches without a bend: recording, start_s, end_s.")
@json_option("Everything as JSON on stdout.")
@batch_options
@scoring_options
@verbosity
def evaluate(
    inputs: tuple[str, ...],
    labels: Path,
    distractors: Path | None,
    as_json: bool,
    jobs: int,
    cluster: str | None,
    quiet: bool,
    **about: Any,
) -> None:
    """Tells how right the verdicts are, against somebody's labels.

    The input is a table of `liftcheck score --lifts` (with the table of recordings beside it, if false alarms an hour
    are wanted) or recordings, which are scored now. Only recordings named by the labels or distractors count. Labels
    are legs, mixed, back, or bend where nobody judged which. With a coach column, several people's labels are compared.
    """
    from liftcheck.scoring.evaluation import evaluate as evaluated
    from liftcheck.scoring.files import read_rows
    from liftcheck.scoring.said import read_wearers

    label_rows, distractor_rows = _labels(labels), read_rows(distractors) if distractors else []
    known = _with_columns(read_wearers(about["wearers"]), [*label_rows, *distractor_rows])
    named = {str(row["recording"]) for row in [*label_rows, *distractor_rows] if row.get("recording")}
    gathered = _from_tables([path for path in inputs if _is_table(path)])
    recordings = [path for path in inputs if not _is_table(path)]
    if recordings:
        tasks, gathered.failed = make_tasks(recordings, about, known)
        tasks = [task for task in tasks if task.name in named]
        for _, outcome in work(tasks, jobs, cluster, quiet=quiet):
            gathered.failed |= not told(outcome)
            if outcome.row is not None:
                gathered.lifts += outcome.lifts
                gathered.lengths_s[outcome.row["recording"]] = outcome.row["duration_s"]
                gathered.seen.add(outcome.row["recording"])
    left_out = set() if gathered.from_table else named - gathered.seen
    if left_out:
        say(f"Left out, for they are named but could not be scored: {', '.join(sorted(left_out))}.", quiet=quiet)
    if not gathered.from_table and not gathered.seen:
        raise click.UsageError("None of the recordings that the labels name is among the input.")
    _show(
        evaluated(
            gathered.lifts,
            [row for row in label_rows if row.get("recording") not in left_out],
            [row for row in distractor_rows if row.get("recording") not in left_out],
            gathered.lengths_s,
            {name: {"wearer": said.wearer, "site": said.site} for name, said in known.facts.items()},
            (str(labels), str(distractors)),
        ),
        as_json=as_json,
    )
    raise SystemExit(1 if gathered.failed else 0)


def _with_columns(wearers: "Wearers", rows: Sequence[Mapping[str, Any]]) -> "Wearers":
    """The wearers, with what the labels' and distractors' own columns say of recordings before it."""
    from liftcheck.recording.labels import Facts
    from liftcheck.settings import parse_site

    said: dict[str, Facts] = {}
    for row in rows:
        site = parse_site(str(row["site"])) if row.get("site") else None
        facts = Facts(wearer=str(row["wearer"]) if row.get("wearer") else None, site=site)
        if facts != Facts():
            said.setdefault(str(row.get("recording")), facts)
    for name, facts in said.items():
        wearers = wearers.with_facts(name, facts)
    return wearers


def _labels(path: Path) -> list[dict[str, Any]]:
    """The rows of a table of labels; those kept beside a recording as NAME.labels.csv are its own."""
    from liftcheck.scoring.files import read_rows

    rows = read_rows(path)
    if path.name.endswith(".labels.csv"):
        return [{"recording": path.name.removesuffix(".labels.csv"), **row} for row in rows]
    return rows


def _is_table(path: str) -> bool:
    """Whether a file is a table that `score` wrote, and no recording."""
    if path.endswith((".json", ".jsonl", ".parquet")):
        return True
    if not path.endswith((".csv", ".csv.gz")) or not Path(path).is_file():
        return False
    from liftcheck.scoring.files import first_line

    head = first_line(Path(path)).replace(";", ",").split(",")
    return head[0].strip('"') == "recording" and bool({"bottom_s", "worn_s"} & set(head))


def _from_tables(paths: Sequence[str]) -> Gathered:
    from liftcheck.scoring.files import number, read_rows

    gathered = Gathered(from_table=bool(paths))
    for path in paths:
        for row in read_rows(Path(path)):
            if "bottom_s" in row:
                gathered.lifts.append(row)
            elif (length_s := number(row, "duration_s")) is not None:
                gathered.lengths_s[str(row["recording"])] = length_s
    return gathered


def _show(evaluation: Any, *, as_json: bool) -> None:
    from liftcheck.scoring.evaluation.printed import as_data, print_evaluation

    if as_json:
        import json

        json.dump(as_data(evaluation), sys.stdout, indent=1, allow_nan=False, ensure_ascii=False)
        click.echo()
    else:
        print_evaluation(evaluation)
