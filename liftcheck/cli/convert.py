"""`liftcheck import` and `liftcheck export`: other makers' files in, other programs' files out."""

from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import SITES, Number, force_option, say


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FILE.mcap", type=click.Path(path_type=Path))
@click.option("--columns", metavar="NAME=COLUMN,...", help="Columns of any other CSV: time_s=T,acc_x_g=ax,gyr_x_dps=wx")
@click.option("--wearer", help="A pseudonym for whose back it was.")
@click.option("--site", metavar="SITE", help="Where the sensor sat: " + ", ".join(SITES) + ".")
@click.option("--height", type=Number(0.5, 2.6), metavar="M", help="The wearer's height in metres.")
@click.option("--load", type=Number(0, 500), metavar="KG", help="The mass that was lifted, in kilograms.")
@click.option("--note", help="Anything worth keeping.")
@force_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")
def import_(
    source: Path,
    output: Path,
    columns: str | None,
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
    recording = read(source, columns=_mapped(columns))
    known: dict[str, Any] = {"wearer": wearer, "site": _site(site), "height_m": height, "load_kg": load, "note": note}
    recording = replace(recording, **{key: value for key, value in known.items() if value is not None})
    write(output, recording, force=force)
    say(f"{source} ({recording.reader}, {recording.duration_s:.1f} s) -> {output}", quiet=quiet)
    for words in recording.quality:
        say(f"{source}: {words}", quiet=quiet)


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="FILE.csv|.csv.gz|.parquet|.sto|.mcap", type=click.Path(path_type=Path)
)
@click.option("--columns", metavar="NAME=COLUMN,...", help="Columns of any other CSV: time_s=T,acc_x_g=ax,gyr_x_dps=wx")
@force_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")
def export_(source: Path, output: Path, columns: str | None, force: bool, quiet: bool) -> None:
    """Writes a recording for other programs: CSV, Parquet, or the orientation for OpenSim (.sto)."""
    from liftcheck.recording import read
    from liftcheck.recording.export import SUFFIXES, export

    if not output.name.lower().endswith(SUFFIXES):
        raise click.UsageError(f"{output}: the name of an export ends in {', '.join(SUFFIXES)}.")
    recording = read(source, columns=_mapped(columns))
    profile_text = None
    if recording.reader == "liftcheck":
        from liftcheck.recording import file_reader

        profile_text = file_reader.profile_text(source)
    export(recording, output, profile_text=profile_text, force=force)
    say(f"{source} ({recording.reader}, {recording.duration_s:.1f} s) -> {output}", quiet=quiet)


def _mapped(columns: str | None) -> dict[str, str] | None:
    from liftcheck.recording.plain import parse_columns

    try:
        return None if columns is None else parse_columns(columns)
    except ValueError as error:
        raise click.UsageError(f"--columns: {error}") from None


def _site(site: str | None) -> str | None:
    from liftcheck.trunk.mounting import SITE_ALIASES

    known = SITE_ALIASES.get(site or "", site)
    if known is not None and known not in SITES:
        raise click.UsageError(f"--site: {site!r} is none of {', '.join(SITES)}.")
    return known
