"""`liftcheck report` and `liftcheck compare`: one session, or two of them, as a page for the coach."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liftcheck.cli.options import examples, force_option, json_option, said_from, say, scoring_options
from liftcheck.cli.showing import language_here, language_option
from liftcheck.cli.verbosity import verbosity

if TYPE_CHECKING:
    from liftcheck.recording.recording import Recording
    from liftcheck.report import Comparison
    from liftcheck.scoring import Score

PAGE = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "liftcheck report monday.mcap -o monday.html",
        "liftcheck report monday.mcap --load 12 --reach 0.35 --lift-from 0.2 --lift-to 0.9 -o monday.html",
        note="The page needs no network and no other file; print it from any browser.",
    )
)
@click.argument("file", type=FILE)
@click.option("-o", "--output", type=PAGE, metavar="PAGE.html", help="Write the page here instead of to stdout.")
@language_option
@scoring_options
@force_option
@verbosity
def report(file: Path, output: Path | None, language: str | None, force: bool, quiet: bool, **about: Any) -> None:
    """Writes a session as one HTML page: data quality, the headline, every lift, exposure, how it was judged."""
    from liftcheck.report import report as page

    _check_target(output, force=force)
    scored, recording, settings = _scored(file, about)
    text = page(scored, recording, settings, language or language_here())
    _deliver(text, output, force=force, quiet=quiet)


@click.command(
    epilog=examples(
        "liftcheck compare monday.mcap friday.mcap",
        "liftcheck compare monday.mcap friday.mcap -o better.html",
        note="Less counts as better: fewer lifts with the back, a lower stoop index, fewer twists.",
    )
)
@click.argument("first", type=FILE, metavar="A")
@click.argument("second", type=FILE, metavar="B")
@click.option("-o", "--output", type=PAGE, metavar="PAGE.html", help="Write a page instead of lines on stdout.")
@json_option("The measures as JSON on stdout.")
@language_option
@scoring_options
@force_option
@verbosity
def compare(
    first: Path,
    second: Path,
    output: Path | None,
    as_json: bool,
    language: str | None,
    force: bool,
    quiet: bool,
    **about: Any,
) -> None:
    """Tells whether session B was lifted better than session A, and how sure that is."""
    from liftcheck.report import compare as compared
    from liftcheck.report import comparison_page

    _check_target(output, force=force)
    a, b = (_scored(file, about) for file in (first, second))
    if output:
        _deliver(comparison_page(a[:2], b[:2], a[2], language or language_here()), output, force=force, quiet=quiet)
    comparison = compared(a[0].lifts, b[0].lifts, a[2].exposure)
    if as_json:
        _print_json(comparison)
    elif not output:
        _print_lines(comparison)


def _scored(file: Path, about: dict[str, Any]) -> "tuple[Score, Recording, Any]":
    """The score of a file, the file as it was read, and the settings it was judged with."""
    from liftcheck.cli.options import read_judging
    from liftcheck.recording import read
    from liftcheck.scoring import score
    from liftcheck.scoring.said import first, put_into, read_wearers

    said, recording = said_from(about), read(file, about["columns"])
    of_wearer = read_wearers(about["wearers"]).of(recording.name, recording.wearer)
    recording = put_into(recording, first(of_wearer, said))
    settings = read_judging(about["settings_file"], about["axes"])
    return score(recording, settings, relearn=about["relearn"]), recording, settings


def _check_target(output: Path | None, *, force: bool) -> None:
    if output:
        from liftcheck.recording.fresh import check_free

        check_free(output, force=force)


def _deliver(page: str, output: Path | None, *, force: bool, quiet: bool) -> None:
    if output is None:
        click.echo(page)
        return
    from liftcheck.recording.fresh import fresh_file

    with fresh_file(output, force=force) as part:
        part.write_text(page, encoding="utf-8")
    say(f"{output} is written.", quiet=quiet)


def _print_json(comparison: "Comparison") -> None:
    import json
    from dataclasses import asdict

    measures = [asdict(measure) | {"difference": measure.difference} for measure in comparison.measures]
    click.echo(json.dumps({"verdict": comparison.verdict, "measures": measures}, indent=1, allow_nan=False))


def _print_lines(comparison: "Comparison") -> None:
    from liftcheck.look.texts import texts
    from liftcheck.report.page import comparison_headline, measure_cells

    say_in = texts("en")  # the command line speaks English; the page speaks the reader's language
    headline = comparison_headline(comparison, say_in)
    click.echo(f"{headline.words}. {headline.detail}")
    heads = {"name": "", "a": "A", "b": "B", "difference": "B - A", "interval": "95 % interval", "verdict": ""}
    rows = [heads, *(measure_cells(measure, say_in) for measure in comparison.measures)]
    wide = {column: max(len(row[column]) for row in rows) for column in heads}
    for row in rows:
        name, verdict = row["name"].ljust(wide["name"]), row["verdict"]
        numbers = [row[column].rjust(wide[column]) for column in ("a", "b", "difference", "interval")]
        click.echo("  ".join([name, *numbers, verdict]).rstrip())
