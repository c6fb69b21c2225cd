"""The commands: each wires parts together, prints, and returns an exit code. Data on stdout, all else on stderr."""

from importlib import import_module
from typing import Any

import click

from liftcheck import __version__
from liftcheck.errors import LiftcheckError, sentence

# Command -> the module of this package that holds it under the same name. Modules are imported when their command
# is called, so that `liftcheck --help` starts at once and batch scoring never pays for Qt.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Shows the whole thing, with no sensor."),
    "live": ("live", "Streams a sensor: calibrates, judges, tells, records."),
    "record": ("live", "Captures a sensor to a file, without judging."),
    "scan": ("sensors", "Lists sensors in range."),
    "replay": ("replay", "Shows a session again, to a coach: figure, curves, every lift, own labels."),
    "score": ("score", "Scores recordings: one row each, or one row per lift."),
    "evaluate": ("evaluate", "Tells how right the verdicts are, against somebody's labels."),
    "simulate": ("simulate", "Makes recordings with known truth."),
    "virtual-sensor": ("sensors", "Plays a recording as any sensor."),
    "doctor": ("sensors", "Tells what stands in the way of sensor and window."),
    "profiles": ("profiles", "Shows and checks firmware profiles."),
    "import": ("convert", "Turns another app's recording into liftcheck's own file."),
    "export": ("convert", "Writes a recording for other programs: CSV, Parquet, OpenSim .sto."),
    "report": ("report", "Writes one HTML page about a session, for the coach."),
    "compare": ("report", "Tells whether a second session was lifted better than a first."),
    "completion": ("completion", "Prints the script that completes commands in your shell."),
}


class LazyGroup(click.Group):
    """Commands that are imported only when they are asked for; help texts come from `COMMANDS`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except LiftcheckError as error:  # what a person can mend: one sentence, no traceback
            click.echo(sentence(error), err=True)
            _log_origin(error)
            ctx.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(f"No such command {name!r}. {_meant(name)}", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"liftcheck.cli.{COMMANDS[cmd_name][0]}")
        # `import` cannot be a function's name, and `export` would hide one: theirs end in an underscore.
        command: click.Command = getattr(module, name, None) or getattr(module, f"{name}_")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not COMMANDS:
            return
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _log_origin(error: Exception) -> None:
    """Where in the program an error arose, for who asked with -vv."""
    import logging

    logging.getLogger(__name__).debug("it arose here", exc_info=error)


def _meant(name: str) -> str:
    """What somebody who typed this as a command may have meant."""
    from difflib import get_close_matches
    from pathlib import Path

    if Path(name).is_dir():
        return f"To score the recordings in it: liftcheck score {name}."
    if Path(name).exists():
        return f"To look at a recording: liftcheck replay {name}; for a table: liftcheck score {name}."
    near = get_close_matches(name, COMMANDS, 1)
    return f"Did you mean {near[0]!r}?" if near else "`liftcheck --help` lists the commands."


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="To begin: liftcheck demo. What a command does, with examples: liftcheck COMMAND --help.",
)
@click.version_option(__version__, prog_name="liftcheck")
def main() -> None:
    """Tells from one sensor on the back whether a lift came from the legs or from the back."""
