"""`liftcheck live` and `liftcheck record`: a session with a sensor that is worn now."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from liftcheck.cli.following import follow, no_two
from liftcheck.cli.options import (
    Number,
    examples,
    force_option,
    height_option,
    lines_json_option,
    note_option,
    options,
    read_judging,
    say,
    site_option,
    wearer_option,
    worn_options,
)
from liftcheck.cli.showing import cue_settings, window_options
from liftcheck.cli.verbosity import verbosity

VIRTUAL = "virtual"


# Which sensor, how it is read, whose back, and where the session is kept.
sensor_options = options(
    click.option(
        "--sensor",
        metavar="NAME|ADDRESS|virtual",
        help="The sensor, by its address or the beginning of its name; without it, the strongest that fits a "
        "profile. virtual: one made of software that plays a recording; virtual@HOST:PORT: one that "
        "`liftcheck virtual-sensor --serve` runs in another process.",
    ),
    click.option("--profile", metavar="ID|FILE.toml", help="How the sensor is read, where its name does not say."),
    click.option("--rate", type=Number(1.0, 2000.0), metavar="HZ", help="Samples a second to ask for."),
    click.option(
        "--play",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="What the virtual sensor plays; without it, the bundled demo.",
    ),
    wearer_option,
    note_option,
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.mcap",
        help="The recording; without it, liftcheck-DATE-TIME.mcap in the current folder.",
    ),
    click.option("--packets", is_flag=True, help="Keep the raw packets too, for looking into faults."),
    click.option("--seconds", type=Number(0.1, 1e6), metavar="S", help="Stop after so long."),
    force_option,
)


@click.command(
    epilog=examples(
        "liftcheck live --wearer p07 --height 1.80",
        "liftcheck live --sensor WT901 --site low-back -o monday.mcap",
        "liftcheck live --sensor virtual --headless --no-file",
    )
)
@sensor_options
@worn_options
@click.option("--headless", is_flag=True, help="No window: print each lift as it closes.")
@lines_json_option
@click.option("--no-file", is_flag=True, help="Keep nothing.")
@click.option("--no-calibration", is_flag=True, help="Do not begin with a calibration.")
@window_options
@verbosity
def live(headless: bool, as_json: bool, no_file: bool, no_calibration: bool, **options: Any) -> None:
    """Streams a sensor: calibrates, judges each lift, tells the trainee, records.

    The session is kept in a dated file in the current folder, which never overwrites another; -o names it otherwise.
    Ctrl-C ends the session in good order.
    """
    no_two(options["output"], not no_file)
    plan = _plan(options, judge=True, keep=not no_file, calibrate=not no_calibration, cues=cue_settings(options))
    if not headless:
        from liftcheck.cli.showing import show

        if (code := show(plan, options)) is not None:
            raise SystemExit(code)
    _sit(plan, options, as_json=as_json)


@click.command(epilog=examples("liftcheck record --wearer p07 --site mid-back --seconds 3600 -o monday.mcap"))
@sensor_options
@site_option
@height_option
@verbosity
def record(**options: Any) -> None:
    """Captures a sensor to a file, without a window and without judging.

    The file is liftcheck-DATE-TIME.mcap in the current folder unless -o names it. Ctrl-C ends it in good order.
    """
    options = {**options, "axes": None, "settings_file": None}
    _sit(_plan(options, judge=False), options)


def _plan(options: dict[str, Any], **more: Any) -> Any:
    from liftcheck.session import Plan

    return Plan(
        settings=read_judging(options["settings_file"], options["axes"]),
        wearer=options["wearer"],
        site=options["site"],
        height_m=options["height"],
        note=options["note"],
        output=options["output"],
        force=options["force"],
        keep_packets=options["packets"],
        **more,
    )


def _sit(plan: Any, options: dict[str, Any], *, as_json: bool = False) -> None:
    """A session without a window, from finding the sensor to the last line."""
    from liftcheck.session import begin

    quiet = options["quiet"]
    sensor, close = open_sensor(options)
    try:
        running = begin(sensor, plan)
        if running.path:
            say(f"Recording to {running.path}. Ctrl-C ends the session.", quiet=quiet)
        seconds = options["seconds"]
        code = follow(
            running,
            as_json=as_json,
            quiet=quiet,
            wearer=options["wearer"],
            enough=lambda update: seconds is not None and update.elapsed_s >= seconds,
        )
    finally:
        close()
    raise SystemExit(code)


def open_sensor(options: dict[str, Any]) -> tuple[Any, Callable[[], None]]:
    """The sensor that is meant, and what closes its radio."""
    from liftcheck.sensors.bluetooth import BluetoothThread
    from liftcheck.sensors.profiles import load_profile
    from liftcheck.session import find_sensor

    who, quiet = options["sensor"] or "", options["quiet"]
    profile = load_profile(options["profile"]) if options["profile"] else None
    choices = rate_choice(profile, options["rate"]) if profile else {}
    if who == VIRTUAL:
        return virtual_sensor_here(profile, choices, options["play"]), lambda: None
    radio = BluetoothThread(*elsewhere(who))
    try:
        say("Looking for the sensor.", quiet=quiet)
        name = "" if who.startswith(f"{VIRTUAL}@") else who
        sensor, found = find_sensor(radio, name, profile, choices)
        if found:
            say(f"Found {found.name or found.address} ({found.rssi} dBm), read as {sensor.profile.id}.", quiet=quiet)
        sensor.choices = choices or rate_choice(sensor.profile, options["rate"])
        for limit in sensor.profile.limits:
            say(limit, quiet=quiet)
    except BaseException:
        radio.close()
        raise
    return sensor, radio.close


def elsewhere(who: str) -> tuple[Any, ...]:
    """What a radio's thread begins with, if the virtual sensor runs in another process."""
    if not who.startswith(f"{VIRTUAL}@"):
        return ()
    from liftcheck.sensors.virtual import need_bumble

    need_bumble()
    from liftcheck.sensors.virtual.world import backend_on, reach

    async def begin() -> Any:
        return backend_on(await reach(who.partition("@")[2]))

    return (begin,)


def virtual_sensor_here(
    profile: Any = None, choices: Any = None, play: Path | None = None, *, speed: float = 1.0, loops: int = 1000
) -> Any:
    """A virtual sensor in this process that plays a recording, the bundled demo by default."""
    from liftcheck.recording import read
    from liftcheck.session import VirtualSensorHere
    from liftcheck.shipped import shipped

    recording = read(play or shipped("recordings") / "demo.mcap")
    return VirtualSensorHere(recording.samples, profile, choices, speed=speed, loops=loops)


def rate_choice(profile: Any, rate: float | None) -> dict[str, Any]:
    """The option that sets the sensor's rate. ProfileError if it cannot have that rate."""
    if rate is None:
        return {}
    name = profile.stream.rate
    if not isinstance(name, str):
        raise click.UsageError(f"{profile.id} has one rate only, {name:g} Hz: leave --rate out.")
    profile.choose({name: rate})
    return {name: rate}
