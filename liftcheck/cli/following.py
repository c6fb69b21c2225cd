"""Follows a running session without a window: verdicts on stdout, messages on stderr, Ctrl-C ends it in good order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

import click

from liftcheck.cli.options import say
from liftcheck.cli.verdicts import calibration_line, tally, verdict_json, verdict_line


def follow(
    running: Any,
    *,
    as_json: bool = False,
    quiet: bool = False,
    wearer: str | None = None,
    enough: Callable[[Any], bool] = lambda update: False,
) -> int:
    """Prints each lift as it closes, until Ctrl-C, the session's own end, or enough(update); the exit code."""
    of = {"recording": running.path.stem if running.path else None, "wearer": wearer, "path": str(running.path or "")}
    lifts: list[Any] = []
    last, asked = None, ""
    with _asked_to_end() as stop:
        for update in _updates(running, enough, stop):
            last = update
            if update.message:
                say(update.message, quiet=quiet and not update.stops_recording)
            progress = update.update.calibration if update.update else None
            if progress is not None and (line := calibration_line(progress)) != asked:
                asked = line
                say(line, quiet=quiet)
            for lift in update.update.lifts if update.update else ():
                lifts.append(lift)
                if lift.is_lift:
                    click.echo(verdict_json(lift, of) if as_json else verdict_line(lift))
    if running.error is not None:
        raise running.error
    if last is not None:
        _say_end(running, last, lifts, quiet=quiet)
    return 1 if running.problem else 0


def _say_end(running: Any, last: Any, lifts: list[Any], *, quiet: bool) -> None:
    if last.update is not None:
        say(tally(lifts), quiet=quiet)
    if running.path and not running.problem:
        say(f"{last.samples} samples in {running.path}.", quiet=quiet)
    elif not running.path:
        say(f"{last.samples} samples, not recorded.", quiet=quiet)


def _updates(running: Any, enough: Callable[[Any], bool], asked: list[int]) -> Iterator[Any]:
    """Every update up to the last; once somebody asked for the end, what is left of them."""
    while not asked and (running.alive or not running.updates.empty()):
        try:
            update = running.updates.get(timeout=0.1)
        except Empty:
            continue
        yield update
        if update.ended or enough(update):
            break
    running.close()
    while not running.updates.empty():
        yield running.updates.get()


@contextmanager
def _asked_to_end() -> Iterator[list[int]]:
    """Ctrl-C, or a polite kill, is noted and ends the session in good order; a second one ends the program."""
    asked: list[int] = []

    def note(number: int, _: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def no_two(output: Any, keep: bool) -> None:
    """-o and --no-file exclude each other."""
    if output is not None and not keep:
        raise click.UsageError("-o FILE and --no-file exclude each other.")
