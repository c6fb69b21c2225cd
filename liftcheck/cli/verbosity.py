"""-q and -v: how much a command says on stderr. What the program does is logged; -v shows it, -vv all of it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=Callable[..., Any])


def verbosity(command: C) -> C:
    """-q, as `quiet`, and -v, which needs no parameter: it shows what the parts of the program log."""
    command = click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_show_log,
        help="Say what is read and done, with the time; -vv says more, such as what is written to a sensor.",
    )(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")(command)


def _show_log(ctx: click.Context, param: click.Parameter, times: int) -> None:
    if not times:
        return
    import logging

    class OnStderr(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            click.echo(self.format(record), err=True)

    log, handler = logging.getLogger("liftcheck"), OnStderr()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.propagate = False  # some library may have set up the root logger, which would say everything twice
    before = log.level
    log.setLevel(logging.INFO if times == 1 else logging.DEBUG)

    def end() -> None:
        log.removeHandler(handler)
        log.propagate = True
        log.setLevel(before)

    ctx.find_root().call_on_close(end)
