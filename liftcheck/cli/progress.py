"""A progress bar on stderr, for a person who waits: not in logs, not for work that is over at once."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

WAIT_S = 2.0  # nobody needs a bar before that


def progress(
    items: Iterable[T], total: int, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic
) -> Iterator[T]:
    """The same items, while a bar shows how many of `total` have come; it appears after two seconds of work."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield from items
        return
    start, bar, task = clock(), None, None
    try:
        for done, item in enumerate(items, start=1):
            if bar is None and clock() - start > WAIT_S:
                bar, task = _bar(total)
            if bar is not None:
                bar.update(task, completed=done)
            yield item
    finally:
        if bar is not None:
            bar.stop()


def _bar(total: int) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("scoring"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
    )
    bar.start()
    return bar, bar.add_task("scoring", total=total)
