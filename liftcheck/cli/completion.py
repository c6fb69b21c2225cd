"""`liftcheck completion`: the script that lets a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

from liftcheck.cli import main
from liftcheck.cli.options import examples, say
from liftcheck.cli.verbosity import verbosity

WHERE = {
    "bash": "~/.bashrc",
    "zsh": "~/.zshrc",
    "fish": "~/.config/fish/completions/liftcheck.fish",
}


@click.command(epilog=examples("liftcheck completion bash >> ~/.bashrc"))
@click.argument("shell", type=click.Choice(list(WHERE)))
@verbosity
def completion(shell: str, quiet: bool) -> None:
    """Prints the script that completes commands and options in your shell."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"No completion for {shell}.")
    click.echo(kind(main, {}, "liftcheck", "_LIFTCHECK_COMPLETE").source())
    say(f"Append this to {WHERE[shell]}.", quiet=quiet)
