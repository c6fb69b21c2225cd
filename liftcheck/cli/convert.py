"""`liftcheck import` and `liftcheck export`: other makers' files in, other programs' files out."""

from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import (
    columns_option,
    examples,
    force_option,
    height_option,
    load_option,
    note_option,
    say,
    site_option,
    wearer_option,
)
from liftcheck.cli.verbosity import verbosity


@click.command(epilog=examples("liftcheck import export.csv --wearer p07 --site low-back -o monday.mcap"))
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="FILE.mcap", type=click.Path(path_type=Path), help="Write it here."
)
@columns_option
@wearer_option
@site_option
@height_option
@load_option
@note_option
@force_option
@verbosity
def import_(
    source: Path,
    output: Path,
    columns: dict[str, str] | None,
    wearer: str | None,
    site: str | None,
    height: float | None,
    load: float | None,
    note: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Turns another app's recording into liftcheck's own file.

    Which app wrote it is recognised by its content: Movella DOT, MetaMotion, WitMotion, x-IMU3, or a plain CSV.
    """
    from dataclasses import replace

    from liftcheck.recording import read
    from liftcheck.recording.file import write

    if output.suffix.lower() != ".mcap":
        raise click.UsageError(f"{output}: the name of liftcheck's own file ends in .mcap; `export` writes others.")
    recording = read(source, columns)
    known: dict[str, Any] = {"wearer": wearer, "site": site, "height_m": height, "load_kg": load, "note": note}
    recording = replace(recording, **{key: value for key, value in known.items() if value is not None})
    write(output, recording, force=force)
    say(f"{source} ({recording.reader}, {recording.duration_s:.1f} s) is now {output}.", quiet=quiet)
    for words in recording.quality:
        say(f"{source}: {words}", quiet=quiet)


@click.command(
    epilog=examples("liftcheck export monday.mcap -o monday.csv", "liftcheck export monday.mcap -o monday.sto")
)
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write it here: FILE.csv, .csv.gz, .parquet, .sto or .mcap.",
)
@columns_option
@force_option
@verbosity
def export_(source: Path, output: Path, columns: dict[str, str] | None, force: bool, quiet: bool) -> None:
    """Writes a recording for other programs: CSV, Parquet, or the orientation for OpenSim (.sto)."""
    from liftcheck.recording import read
    from liftcheck.recording.export import SUFFIXES, export

    if not output.name.lower().endswith(SUFFIXES):
        raise click.UsageError(f"{output}: the name of an export ends in {', '.join(SUFFIXES)}.")
    recording = read(source, columns)
    profile_text = None
    if recording.reader == "liftcheck":
        from liftcheck.recording import file_reader

        profile_text = file_reader.profile_text(source)
    export(recording, output, profile_text=profile_text, force=force)
    say(f"{source} ({recording.reader}, {recording.duration_s:.1f} s) is now {output}.", quiet=quiet)
