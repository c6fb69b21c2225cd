"""`liftcheck simulate`: recordings with known truth."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import Number, examples, force_option, options, say, site_option, wearer_option
from liftcheck.cli.verbosity import verbosity

length_options = options(
    click.option("--hours", type=Number(0.001, 24), metavar="H", help="Ends after so many hours."),
    click.option("--minutes", type=Number(0.05, 1440), metavar="M", help="Ends after so many minutes."),
    click.option("--lifts", type=click.IntRange(1, 100_000), metavar="N", help="Ends after so many lifts."),
)


@click.command(
    epilog=examples(
        "liftcheck simulate --style mixed --lifts 16 --seed 5 -o monday.mcap",
        "liftcheck simulate --hours 8 --fault loss=6 --fault slip=9 -o shift.mcap",
        "liftcheck simulate --list",
    )
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to: FILE.mcap, FILE.csv or FILE.csv.gz; the truth goes beside it.",
)
@length_options
@click.option("--style", default="training", show_default=True, metavar="STYLE", help="What the person does.")
@partial(site_option, default="mid-back")
@click.option("--sensor", default="consumer", show_default=True, metavar="SENSOR", help="How good the sensor is.")
@click.option("--fault", "faults", multiple=True, metavar="NAME[=VALUE]", help="What goes wrong; may be repeated.")
@click.option("--rate", type=Number(5, 1000), default=100, show_default=True, metavar="HZ", help="Samples a second.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="The same seed gives the same file.",
)
@click.option("--height", type=Number(1.2, 2.2), metavar="M", help="The person's height; drawn if not given.")
@wearer_option
@click.option("--no-calibration", is_flag=True, help="The session begins without calibration bends.")
@click.option("--list", "listing", is_flag=True, help="Tells what styles, sensors and faults there are.")
@force_option
@verbosity
def simulate(output: Path | None, listing: bool, force: bool, quiet: bool, **about: Any) -> None:
    """Simulates a person who lifts, as a sensor on the back would record it.

    Beside FILE.mcap go FILE.truth.csv (the body's true angles and heights), FILE.labels.csv (every lift and what it
    was) and FILE.truth.json (the person, the sensor, and where there is no lift). Without --hours, --minutes or
    --lifts: 12 lifts.
    """
    if listing:
        _list()
        return
    if output is None:
        raise click.UsageError("-o FILE is missing: say where the recording goes.")
    if sum(about[key] is not None for key in ("hours", "minutes", "lifts")) > 1:
        raise click.UsageError("--hours, --minutes and --lifts exclude each other.")
    stored = _store(output, force, about)
    say(
        f"{output}: {stored.lifts} simulated lifts in {stored.duration_s:.0f} s, {stored.samples} samples; beside it "
        f"{stored.name}.truth.csv, {stored.name}.labels.csv and {stored.name}.truth.json.",
        quiet=quiet,
    )


def _store(output: Path, force: bool, about: dict[str, Any]) -> Any:
    from liftcheck.simulation.storing import store
    from liftcheck.simulation.styles import sitting

    hours = about["hours"] or (about["minutes"] / 60 if about["minutes"] else None)
    session = sitting(
        about["style"],
        seed=about["seed"],
        seconds=hours * 3600 if hours else None,
        lifts=about["lifts"] if about["lifts"] or hours else 12,
        height_m=about["height"],
        wearer=about["wearer"],
        calibration=not about["no_calibration"],
        rate_hz=about["rate"],
        site=about["site"],
        sensor=about["sensor"],
        faults=about["faults"],
    )
    told = {key: about[key] for key in ("style", "seed", "sensor", "rate", "site", "faults")}
    return store(session, output, about=told, force=force)


def _list() -> None:
    from liftcheck.simulation import FAULTS, SENSORS
    from liftcheck.simulation.scripts import SCRIPTS

    click.echo("styles:")
    for name, (_, meaning) in SCRIPTS.items():
        click.echo(f"  {name:14}{meaning}")
    click.echo("sensors:")
    for name, kind in SENSORS.items():
        noise = f"{kind.acc_noise_ug:g} µg/√Hz, {kind.acc_offset_mg[0]:g} mg, {kind.gyr_offset_dps:g} deg/s"
        click.echo(f"  {name:14}{noise if kind.bits else 'no error at all'}")
    click.echo("faults, with the value that holds if none is given:")
    for name, fault in FAULTS.items():
        click.echo(f"  {f'{name}={fault.value:g}':22}{fault.unit}: {fault.meaning}")
