"""`liftcheck demo`: the whole thing with no sensor."""

from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import Number, examples, lines_json_option, say
from liftcheck.cli.showing import cue_settings, window_options
from liftcheck.cli.verbosity import verbosity

SPEED = 1.1  # 41 seconds of recording, and all of it over within 45 on a slow computer


@click.command(epilog=examples("liftcheck demo", "liftcheck demo --headless --speed inf"))
@click.option("--headless", is_flag=True, help="No window: print each lift as it closes.")
@click.option(
    "--speed",
    type=Number(0.1, float("inf")),
    default=SPEED,
    show_default=True,
    metavar="N",
    help="How many times as fast as life; inf: as fast as this computer can.",
)
@lines_json_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.mcap",
    help="Keep the session; without it, the demo writes nothing.",
)
@window_options
@verbosity
def demo(headless: bool, speed: float, as_json: bool, output: Path | None, quiet: bool, **window: Any) -> None:
    """Shows a session with a virtual sensor that plays a simulated recording over virtual Bluetooth.

    About 40 seconds: a calibration and six lifts, or more. With a screen and Qt it opens the window; otherwise it
    prints each lift as it closes.
    """
    from liftcheck.cli.following import follow
    from liftcheck.cli.live import virtual_sensor_here
    from liftcheck.session import Plan, begin

    plan = Plan(keep=output is not None, output=output, site="mid-back", wearer="simulated", cues=cue_settings(window))
    if not headless and not as_json:
        from liftcheck.cli.showing import show

        about: dict[str, Any] = {"sensor": "virtual", "profile": None, "rate": None, "play": None, "speed": speed}
        if (code := show(plan, {**about, "loops": 1, **window})) is not None:
            raise SystemExit(code)
    sensor = virtual_sensor_here(speed=speed, loops=1)
    say(
        "A simulated session: nobody wore this sensor. "
        + (
            f"A virtual {sensor.profile.name.split(',')[0]} plays it over virtual Bluetooth."
            if sensor.over_radio
            else "Bumble is not installed, so its packets go straight to the decoder, without Bluetooth "
            "(`python -m pip install 'liftcheck[virtual]'`)."
        ),
        quiet=quiet,
    )
    running = begin(sensor, plan)
    # When everything is played, what is on its way still has to arrive: a connection interval, and a poll.
    raise SystemExit(
        follow(running, as_json=as_json, quiet=quiet, wearer="simulated", enough=lambda update: sensor.done)
    )
