"""`liftcheck replay`: the coach's window on a recording, or its verdicts printed as live printed them."""

import math
from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import Number, examples, judging_options, lines_json_option, read_judging, say
from liftcheck.cli.showing import language_here, look_options
from liftcheck.cli.verbosity import verbosity
from liftcheck.errors import LiftcheckError

FILE = click.Path(path_type=Path)


@click.command(
    epilog=examples(
        "liftcheck replay monday.mcap",
        "liftcheck replay monday.mcap --with friday.mcap",
        "liftcheck replay monday.mcap --headless",
        note="Labels are kept beside the recording, in NAME.labels.csv; the recording is never changed.",
    )
)
@click.argument("file", type=FILE)
@click.option("--with", "other", type=FILE, metavar="OTHER", help="A second session, to look at beside the first.")
@click.option("--coach", default="coach", metavar="NAME", help="Whose labels are shown and kept.")
@click.option(
    "--speed",
    type=Number(0.1, math.inf),
    metavar="N",
    help="How many times as fast as life; with --headless, as fast as it goes unless given.",
)
@click.option("--headless", is_flag=True, help="No window: print each lift as live printed it.")
@lines_json_option
@look_options
@judging_options
@verbosity
def replay(
    file: Path,
    other: Path | None,
    coach: str,
    speed: float | None,
    headless: bool,
    as_json: bool,
    relearn: bool,
    language: str | None,
    theme: str,
    full_screen: bool,
    quiet: bool,
    **about: Any,
) -> None:
    """Shows a session again: figure, curves, every lift, and a coach's own labels.

    Space plays, Ctrl and the arrow keys go from lift to lift, 1 to 4 label, H shows all keys.
    """
    if other is not None and (headless or as_json):
        raise click.UsageError("--with needs the window: leave out --headless and --json.")
    if not coach.strip():
        raise click.UsageError("--coach needs a name: labels without one belong to nobody.")
    settings = read_judging(about["settings_file"], about["axes"])
    recordings = [_read(each, about) for each in (file, other) if each is not None]
    if not (headless or as_json):
        code = _show(
            recordings,
            settings,
            coach.strip(),
            relearn=relearn,
            language=language or language_here(),
            theme=theme,
            full_screen=full_screen,
            speed=speed or 1.0,
        )
        if code is not None:
            raise SystemExit(code)
    if len(recordings) > 1:
        raise LiftcheckError("Two sessions can be looked at in the window only; `liftcheck compare` compares them here")
    _print(recordings[0], settings, speed or math.inf, relearn=relearn, as_json=as_json, quiet=quiet)


def _show(recordings: list[Any], settings: Any, coach: str, *, relearn: bool, **window: Any) -> int | None:
    """Opens the window and returns its exit code when it is closed; None, with a sentence, where there is none."""
    from liftcheck.review.replayed import Replayed
    from liftcheck.scoring.one import settings_for

    sessions = [Replayed(each, settings_for(each, settings), coach, relearn=relearn) for each in recordings]
    from liftcheck.window import why_no_window

    if why := why_no_window():
        say(f"{why}; going on without.")
        return None
    from liftcheck.window.replay.app import open_desk

    return open_desk(sessions, report=lambda path, language: write_report(path, settings, language), **window)


def write_report(path: str, settings: Any, language: str) -> str:
    """Writes the coach's page beside a recording and opens it in the browser; the page's path."""
    from liftcheck.cli.showing import Studio
    from liftcheck.session import Plan

    return Studio(Plan(settings=settings), {}).report(path, language)


def _read(file: Path, about: dict[str, Any]) -> Any:
    """A recording, with what the options say of it where it does not say it itself."""
    from dataclasses import replace

    from liftcheck.recording import read

    recording = read(file, about["columns"])
    return replace(recording, site=recording.site or about["site"], height_m=recording.height_m or about["height"])


def _print(recording: Any, settings: Any, speed: float, *, relearn: bool, as_json: bool, quiet: bool) -> None:
    """Each lift when it was judged: those that the file holds from the live session, else those judged now."""
    import time

    from liftcheck.cli.verdicts import tally, verdict_json, verdict_line

    of = {"recording": recording.name, "wearer": recording.wearer, "path": recording.path}
    lifts, began, first = [], time.monotonic(), float(recording.samples.t[0])
    for lift in _lifts(recording, settings, relearn=relearn):
        lifts.append(lift)
        if lift.is_lift:
            time.sleep(max(0.0, began + (lift.judged_s - first) / speed - time.monotonic()))
            click.echo(verdict_json(lift, of) if as_json else verdict_line(lift))
    say(tally(lifts), quiet=quiet)


def _lifts(recording: Any, settings: Any, *, relearn: bool) -> Any:
    from liftcheck.analysis import analyze
    from liftcheck.review.stored import judged_live, stored_lifts
    from liftcheck.scoring.one import settings_for

    if judged_live(recording.events) and not relearn:
        yield from stored_lifts(recording.events)
        return
    for update in analyze(
        recording.samples,
        recording.events,
        settings_for(recording, settings),
        rate_hz=recording.rate_hz,
        relearn=relearn,
    ):
        yield from update.lifts
