"""`liftcheck score`: recordings in, a table out."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liftcheck.cli.options import (
    examples,
    force_option,
    json_option,
    options,
    said_from,
    say,
    scoring_options,
)
from liftcheck.cli.verbosity import verbosity

if TYPE_CHECKING:
    from liftcheck.scoring.columns import Row
    from liftcheck.scoring.journal import Journal
    from liftcheck.scoring.said import Wearers
    from liftcheck.scoring.task import Outcome, Task


# How many recordings are worked at, and where.
batch_options = options(
    click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        metavar="N",
        help="Processes to spread the work over.",
    ),
    click.option("--cluster", metavar="ADDRESS", help="Score on a Dask cluster, such as tcp://scheduler:8786."),
)


@click.command(
    epilog=examples(
        "liftcheck score monday.mcap",
        "liftcheck score week -o week.csv",
        "liftcheck score week --lifts -o lifts.parquet -j 4 --resume",
        "liftcheck score 'week/*.csv' --site waist --wearers wearers.csv --json",
        note="Every column is explained in docs/columns.md. The screen shows some of them; -o and --json hold all.",
    )
)
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option("--lifts", is_flag=True, help="One row per judged lift instead of one per recording.")
@click.option("--all-bends", is_flag=True, help="One row per bend, those too that are no lift.")
@json_option("A list of rows as JSON on stdout.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the table here: FILE.csv, .json, .jsonl or .parquet.",
)
@click.option(
    "--resume", is_flag=True, help="With -o: go on with a run that was cut short; files that changed count anew."
)
@batch_options
@scoring_options
@force_option
@verbosity
def score(
    paths: tuple[str, ...],
    lifts: bool,
    all_bends: bool,
    as_json: bool,
    output: Path | None,
    resume: bool,
    jobs: int,
    cluster: str | None,
    force: bool,
    quiet: bool,
    **about: Any,
) -> None:
    """Scores recordings: files, folders and patterns in, one row per recording out.

    Exit code 1 if some input could not be used; the rest is scored all the same.
    """
    if output is None and resume:
        raise click.UsageError("--resume needs -o: there is nothing else to go on with.")
    tasks, failed = make_tasks(paths, about)
    journal = _journal(output, resume=resume, force=force) if output else None
    wanted = "bends" if all_bends else "lifts" if lifts else "row"
    kept: dict[int, Outcome] = {}
    for place, outcome in work(tasks, jobs, cluster, journal, quiet=quiet):
        failed |= not told(outcome)
        if journal is None:
            kept[place] = outcome

    if output:
        _write(output, _rows(tasks, journal, kept, wanted), wanted, force=force or resume, quiet=quiet)
    if as_json or not output:
        _show(list(_rows(tasks, journal, kept, wanted)), wanted, as_json=as_json)
    if journal and not resume:
        journal.remove()
    raise SystemExit(1 if failed else 0)


def make_tasks(
    paths: Sequence[str], about: Mapping[str, Any], wearers: "Wearers | None" = None
) -> "tuple[list[Task], bool]":
    """A task for each recording found under the paths, and whether some path led nowhere.

    about: what the options say of recordings; wearers: in place of what --wearers says.
    """
    from liftcheck.cli.options import read_judging
    from liftcheck.errors import LiftcheckError
    from liftcheck.recording import find
    from liftcheck.recording.recording import name_of
    from liftcheck.scoring.said import read_wearers
    from liftcheck.scoring.task import Task

    said, wearers = said_from(about), wearers or read_wearers(about["wearers"])
    settings = read_judging(about["settings_file"], about["axes"])
    found: dict[str, None] = {}
    failed = False
    for path in paths:
        try:
            found |= dict.fromkeys([path] if "://" in path else map(str, find([path])))
        except LiftcheckError as error:
            say(str(error))
            failed = True
    names = {path: name_of(path) for path in found}
    return [
        Task(path, name, settings, said, wearers.narrowed(name), about["columns"], about["relearn"])
        for path, name in names.items()
    ], failed


def work(
    tasks: "Sequence[Task]", jobs: int, cluster: str | None, journal: "Journal | None" = None, *, quiet: bool = False
) -> Any:
    """Scores tasks and gives (place, outcome) as they come; what the journal knows is not scored again."""
    from liftcheck.cli.progress import progress
    from liftcheck.scoring.many import score_many

    todo = list(range(len(tasks)))
    if journal is not None:
        todo = [place for place in todo if not journal.holds(tasks[place])]
    say(f"{len(tasks) - len(todo)} of {len(tasks)} were scored before.", quiet=quiet or len(todo) == len(tasks))
    numbered = score_many(
        [tasks[place] for place in todo], processes=jobs, cluster=cluster, with_keys=journal is not None
    )
    for place, outcome in progress(numbered, len(todo), quiet=quiet):
        if journal is not None:
            journal.append(outcome)
        yield todo[place], outcome


def told(outcome: "Outcome") -> bool:
    """Says what went wrong with a file, or with -v what was done with it; whether it could be used."""
    import logging

    log = logging.getLogger(__name__)
    if outcome.error is not None:
        say(outcome.error)
        if outcome.trace:
            log.info(outcome.trace.rstrip())
        return False
    if outcome.row is not None:
        log.info("%s: %d lifts, read as %s", outcome.path, outcome.row["lifts"], outcome.reader)
    return True


def rows_of(outcome: "Outcome", wanted: str) -> "Sequence[Row]":
    """The rows of an outcome that were asked for: its one row, its lifts, or all bends."""
    if outcome.row is None:
        return ()
    return (outcome.row,) if wanted == "row" else outcome.lifts if wanted == "lifts" else outcome.bends


def _rows(
    tasks: "Sequence[Task]", journal: "Journal | None", kept: "dict[int, Outcome]", wanted: str
) -> "Iterator[Row]":
    """The rows that were asked for, in the order of the input, from the journal or from memory."""
    outcomes = journal.outcomes([task.path for task in tasks]) if journal else (kept[place] for place in sorted(kept))
    for outcome in outcomes:
        yield from rows_of(outcome, wanted)


def _journal(output: Path, *, resume: bool, force: bool) -> "Journal":
    from liftcheck.scoring.files import check_target
    from liftcheck.scoring.journal import Journal

    journal = Journal(output)
    left = journal.path.exists()
    check_target(output, force=force or (resume and left))
    if left and not resume and not force:
        raise click.UsageError(f"{journal.path} holds a run that was cut short: --resume goes on, --force starts anew.")
    if resume:
        journal.load()
    else:
        journal.remove()
    return journal


def _write(output: Path, rows: "Iterator[Row]", wanted: str, *, force: bool, quiet: bool) -> None:
    from liftcheck.scoring.columns import LIFT_COLUMNS, RECORDING_COLUMNS
    from liftcheck.scoring.files import write_rows

    write_rows(output, rows, RECORDING_COLUMNS if wanted == "row" else LIFT_COLUMNS, force=force)
    say(f"{output} is written.", quiet=quiet)


def _show(rows: "Sequence[Row]", wanted: str, *, as_json: bool) -> None:
    import sys

    if as_json:
        from liftcheck.scoring.files import write_json

        write_json(sys.stdout, rows)
    elif rows:
        from liftcheck.scoring.table import print_lifts, print_recordings

        (print_recordings if wanted == "row" else print_lifts)(rows)
