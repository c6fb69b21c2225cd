"""Options that several commands share: how much is said, where settings come from, where the sensor sits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from liftcheck.errors import SettingsError

C = TypeVar("C", bound=Callable[..., Any])

SITES = ("mid-back", "low-back", "waist", "waist-front", "waist-back", "chest")  # tested against trunk/mounting.py
COUPLINGS = ("good", "fair", "poor")


def say(text: str, *, quiet: bool = False) -> None:
    """One line on stderr, however many the text has; nothing if quiet."""
    if not quiet:
        click.echo(" ".join(text.split()), err=True)


def verbosity(command: C) -> C:
    """-q and -v, as `quiet` and `verbose`."""
    command = click.option("-v", "--verbose", is_flag=True, help="Say more about each file.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")(command)


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


def judging_options(command: C) -> C:
    """What the recordings do not say themselves: --site, --axes, --height, and --settings."""
    for option in reversed(
        (
            click.option(
                "--site",
                metavar="SITE",
                callback=_parsed_by("parse_site"),
                shell_complete=_sites,
                help="Where the sensor sits: " + ", ".join(SITES) + ".",
            ),
            click.option(
                "--axes",
                metavar="AXES",
                callback=_parsed_by("parse_axes"),
                help="Which sensor axes point up and forward, where that is known: up=-y,forward=+z.",
            ),
            click.option("--height", type=Positive(0.5, 2.6), metavar="M", help="The wearer's height in metres."),
        )
    ):
        command = option(command)
    return settings_option(command)


def read_judging(settings_file: Path | None, axes: str | None) -> Any:
    """The Settings of --settings, with --axes put in."""
    from dataclasses import replace

    from liftcheck.analysis import Settings
    from liftcheck.settings import read_settings

    settings = read_settings(settings_file) if settings_file else Settings()
    return replace(settings, axes=axes) if axes else settings


class Positive(click.FloatRange):
    """A number in a range that a person or a load can have; NaN is none."""

    def __init__(self, least: float, most: float) -> None:
        super().__init__(min=least, max=most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if number != number:
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


def _parsed_by(parser: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that reads an option's value by a function of liftcheck/settings.py."""

    def parsed(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        from liftcheck import settings

        try:
            return None if value is None else str(getattr(settings, parser)(value))
        except SettingsError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return parsed


def _sites(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [site for site in SITES if site.startswith(incomplete)]
