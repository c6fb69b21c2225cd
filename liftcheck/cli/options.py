"""Options that several commands share, with the same name and meaning everywhere, and how a help page ends."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from liftcheck.errors import SettingsError, sentence

C = TypeVar("C", bound=Callable[..., Any])

SITES = ("mid-back", "low-back", "waist", "waist-front", "waist-back", "chest")  # tested against trunk/mounting.py
COUPLINGS = ("good", "fair", "poor")


class Number(click.FloatRange):
    """A number in a range that a person, a load or a sensor can have; NaN is none."""

    name = "number"

    def __init__(self, least: float, most: float) -> None:
        super().__init__(min=least, max=most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


def say(text: str, *, quiet: bool = False) -> None:
    """One sentence on one line of stderr, however many lines the text has; nothing if quiet."""
    if not quiet:
        click.echo(sentence(text), err=True)


def examples(*lines: str, note: str = "") -> str:
    """The end of a help page: examples, each on a line of its own, and a note below them."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines) + (f"\n\n{note}" if note else "")


def options(*wanted: Callable[[Any], Any]) -> Callable[[C], C]:
    """Several options as one decorator; help lists them in this order."""

    def add(command: C) -> C:
        for option in reversed(wanted):
            command = option(command)
        return command

    return add


def json_option(help: str) -> Callable[[C], C]:
    """--json, as `as_json`: what a program might read, on stdout."""
    return click.option("--json", "as_json", is_flag=True, help=help)


def lines_json_option(command: C) -> C:
    """--json of the commands that print each lift as it closes."""
    return json_option("With --headless: one JSON line per lift, as `score --lifts`.")(command)


def settings_option(command: C) -> C:
    """--settings FILE.toml, as `settings_file`."""
    return click.option(
        "--settings",
        "settings_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE.toml",
        help="Every threshold may be set here; what the file does not name keeps its default.",
    )(command)


def force_option(command: C) -> C:
    """--force, as `force`."""
    return click.option("--force", is_flag=True, help="Overwrite a file that exists.")(command)


def relearn_option(command: C) -> C:
    """--relearn, as `relearn`."""
    return click.option(
        "--relearn", is_flag=True, help="Learn the mounting anew and judge anew, whatever was decided while recording."
    )(command)


def site_option(command: C, default: str | None = None) -> C:
    """--site SITE, as the name that everybody uses."""
    return click.option(
        "--site",
        default=default,
        show_default=default is not None,
        metavar="SITE",
        callback=_parsed_by("parse_site"),
        shell_complete=_sites,
        help="Where the sensor sits: " + ", ".join(SITES) + ".",
    )(command)


def height_option(command: C) -> C:
    """--height M."""
    return click.option("--height", type=Number(0.5, 2.6), metavar="M", help="The wearer's height in metres.")(command)


def wearer_option(command: C) -> C:
    """--wearer PSEUDONYM."""
    return click.option("--wearer", metavar="PSEUDONYM", help="Whose back; never a real name.")(command)


def note_option(command: C) -> C:
    """--note TEXT."""
    return click.option("--note", metavar="TEXT", help="A note to keep with the recording.")(command)


def load_option(command: C) -> C:
    """--load KG."""
    return click.option("--load", type=Number(0, 500), metavar="KG", help="Mass of the load in kilograms.")(command)


def columns_option(command: C) -> C:
    """--columns, as a mapping from plain names to the file's."""
    return click.option(
        "--columns",
        metavar="NAME=COLUMN,...",
        callback=_columns,
        help="The columns of any other CSV: time_s=T,acc_x_g=ax,gyr_x_dps=wx,...",
    )(command)


def axes_option(command: C) -> C:
    """--axes up=...,forward=..."""
    return click.option(
        "--axes",
        metavar="AXES",
        callback=_parsed_by("parse_axes"),
        help="Which sensor axes point up and forward, where that is known: up=-y,forward=+z.",
    )(command)


# How the sensor is worn, and how that is judged.
worn_options = options(site_option, axes_option, height_option, settings_option)
# What recordings do not say themselves: as they were worn, and the columns of a CSV with names of its own.
judging_options = options(relearn_option, worn_options, columns_option)
# What the lifting index needs, and a table that says it and the rest for each recording or wearer.
load_options = options(
    load_option,
    click.option("--reach", type=Number(0, 2), metavar="M", help="From the ankles forward to the load."),
    click.option("--lift-from", type=Number(0, 3), metavar="M", help="Height of the hands at the start."),
    click.option("--lift-to", type=Number(0, 3), metavar="M", help="Height of the hands at the end."),
    click.option("--coupling", type=click.Choice(COUPLINGS), help="How well the load can be gripped."),
    click.option(
        "--wearers",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE.csv",
        help="A table that says all of these by recording or by wearer: columns recording or wearer, site,"
        " height_m, load_kg, reach_m, lift_from_m, lift_to_m, coupling. May be given more than once.",
    ),
)
# All that scoring a recording may be told.
scoring_options = options(judging_options, load_options)


def said_from(about: Mapping[str, Any]) -> Any:
    """What --site, --height, --load ... say of every recording that does not say it itself."""
    from liftcheck.recording.labels import Facts
    from liftcheck.scoring.said import checked

    said = Facts(
        site=about["site"],
        height_m=about["height"],
        load_kg=about["load"],
        reach_m=about["reach"],
        lift_from_m=about["lift_from"],
        lift_to_m=about["lift_to"],
        coupling=about["coupling"],
    )
    try:
        return checked(said, "--load")
    except SettingsError as error:
        raise click.UsageError(sentence(error)) from None


def read_judging(settings_file: Path | None, axes: str | None) -> Any:
    """The Settings of --settings, with --axes put in."""
    from dataclasses import replace

    from liftcheck.analysis import Settings
    from liftcheck.settings import read_settings

    settings = read_settings(settings_file) if settings_file else Settings()
    return replace(settings, axes=axes) if axes else settings


def _parsed_by(parser: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that reads an option's value by a function of liftcheck/settings.py."""

    def parsed(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        from liftcheck import settings

        try:
            return None if value is None else str(getattr(settings, parser)(value))
        except SettingsError as error:
            raise click.BadParameter(sentence(error), ctx, param) from None

    return parsed


def _columns(ctx: click.Context, param: click.Parameter, value: str | None) -> dict[str, str] | None:
    if value is None:
        return None
    from liftcheck.recording.plain import parse_columns

    try:
        return parse_columns(value)
    except ValueError as error:
        raise click.BadParameter(sentence(error), ctx, param) from None


def _sites(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [site for site in SITES if site.startswith(incomplete)]
