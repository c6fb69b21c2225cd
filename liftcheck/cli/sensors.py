"""`scan`, `virtual-sensor` and `doctor`: what is in range, a sensor made of software, and what stands in the way."""

import json
from pathlib import Path
from typing import Any

import click

from liftcheck.cli.options import Number, examples, force_option, json_option, say
from liftcheck.cli.verbosity import verbosity


@click.command(epilog=examples("liftcheck scan", "liftcheck scan --seconds 20 --all"))
@click.option(
    "--seconds", type=Number(0.5, 600.0), default=5.0, show_default=True, metavar="S", help="How long to listen."
)
@click.option("--all", "all_devices", is_flag=True, help="What fits no profile too.")
@json_option("A list of rows on stdout.")
@verbosity
def scan(seconds: float, all_devices: bool, as_json: bool, quiet: bool) -> None:
    """Lists sensors in range, which profile each fits, and how strong its signal is (nearer to 0 dBm is stronger)."""
    from liftcheck.sensors.bluetooth import BluetoothThread
    from liftcheck.sensors.profiles import profiles

    radio = BluetoothThread()
    try:
        say(f"Listening for {seconds:g} s.", quiet=quiet)
        found = radio.scan(seconds, profiles(), all_devices=all_devices)
    finally:
        radio.close()
    rows: list[dict[str, Any]] = [
        {"name": each.name, "address": each.address, "rssi_dbm": each.rssi, "profiles": list(each.profiles)}
        for each in found
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        fits = ", ".join(row["profiles"]) or "no profile fits"
        click.echo(f"{row['rssi_dbm']:>4} dBm  {row['address']}  {row['name'] or '(no name)'}  {fits}")
    if not rows:
        say("No sensor was heard: wake it, bring it closer, and see that no phone holds it.")


@click.command(
    epilog=examples(
        "liftcheck virtual-sensor --serve 127.0.0.1:9001 --loss 5",
        "liftcheck virtual-sensor monday.mcap --profile movesense --dongle usb:0",
    )
)
@click.argument("recording", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", default="witmotion-ble5", show_default=True, metavar="ID|FILE.toml", help="Which sensor.")
@click.option("--serve", metavar="HOST:PORT", help="Be reached over TCP by `live --sensor virtual@HOST:PORT`.")
@click.option("--dongle", metavar="TRANSPORT", help="Send from a spare dongle: usb:0, serial:/dev/ttyACM0,1000000 ...")
@click.option("--loss", type=Number(0.0, 90.0), default=0.0, metavar="PERCENT", help="Packets that never arrive.")
@click.option("--burst", type=Number(1.0, 1000.0), default=1.0, metavar="N", help="Losses in a row, on average.")
@click.option(
    "--interval",
    type=Number(0.0, 4000.0),
    default=15.0,
    metavar="MS",
    help="Time between connection events.",
    show_default=True,
)
@click.option(
    "--rate-error", type=Number(-50.0, 50.0), default=0.0, metavar="PERCENT", help="How much too fast its clock runs."
)
@click.option("--battery", type=Number(0.0, 100.0), default=80.0, metavar="PERCENT", help="How full it says it is.")
@click.option("--loops", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="How often it plays.")
@verbosity
def virtual_sensor(recording: Path | None, **options: Any) -> None:
    """Plays RECORDING (without it, the bundled demo) as a sensor made of software, of any profile.

    Over TCP for another liftcheck on this computer, or on a spare Bluetooth dongle for everything in reach. The loss
    and the interval are those of the virtual link; a dongle has its own. Ctrl-C ends it.
    """
    import asyncio

    from liftcheck.recording import read
    from liftcheck.sensors.profiles import load_profile
    from liftcheck.sensors.virtual import need_bumble
    from liftcheck.session.sensor import nearest_rate
    from liftcheck.shipped import shipped

    if (options["serve"] is None) == (options["dongle"] is None):
        raise click.UsageError("Say where: --serve HOST:PORT, or --dongle TRANSPORT.")
    need_bumble()
    from liftcheck.sensors.virtual.role import ProfileRole

    samples = read(recording or shipped("recordings") / "demo.mcap").samples
    profile = load_profile(options["profile"])
    role = ProfileRole(
        profile,
        samples,
        nearest_rate(profile, samples),
        battery=options["battery"],
        rate_error=options["rate_error"] / 100.0,
        loops=options["loops"],
    )
    try:
        asyncio.run(_play(role, options))
    except KeyboardInterrupt:
        say("Ended.", quiet=options["quiet"])


async def _play(role: Any, options: dict[str, Any]) -> None:
    from liftcheck.errors import SensorError
    from liftcheck.sensors.virtual.air import Weather
    from liftcheck.sensors.virtual.peripheral import VirtualSensor
    from liftcheck.sensors.virtual.world import serve

    if options["serve"]:
        weather = Weather(options["interval"] / 1000.0, loss=options["loss"] / 100.0, burst=options["burst"])
        served = await serve(options["serve"], role, weather)
        sensor, where = served.sensor, f"`liftcheck live --sensor virtual@{options['serve']}`"
    else:
        try:
            sensor = await VirtualSensor.over(options["dongle"], role)
        except Exception as error:  # Bumble raises what its transports raise: USB, serial, operating system
            raise SensorError(
                f"The dongle {options['dongle']} cannot be used: {error or type(error).__name__}"
            ) from error
        where = "`liftcheck scan` on another computer"
    say(f"{role.name} waits, as {role.profile.id}: {where}.", quiet=options["quiet"])
    await sensor.played()
    sent = sensor.sent
    say(
        f"Played: {sent.notifications} packets sent, {sent.unheard} unheard, {sent.late} too late.",
        quiet=options["quiet"],
    )


@click.command(epilog=examples("liftcheck doctor", "liftcheck doctor --bundle for-support.zip"))
@json_option("A list of findings on stdout.")
@click.option(
    "--bundle",
    "bundle_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Pack what was found for whoever helps, without names and with addresses hashed.",
)
@force_option
@verbosity
def doctor(as_json: bool, bundle_file: Path | None, force: bool, quiet: bool) -> None:
    """Tells what on this computer stands in the way of a sensor or the window, and how to mend it."""
    from dataclasses import asdict

    from liftcheck.sensors.bluetooth import BluetoothThread
    from liftcheck.sensors.doctor import Machine, as_text, examine
    from liftcheck.sensors.profiles import profiles

    heard: list[Any] = []

    def look() -> None:
        radio = BluetoothThread()
        try:
            heard.extend(radio.scan(2.0, profiles()))
        finally:
            radio.close()

    findings = examine(Machine(look=look))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            if not quiet or finding.state == "problem":
                click.echo(as_text(finding))
    if bundle_file:
        _write_bundle(bundle_file, findings, heard, force=force, quiet=quiet)


def _write_bundle(path: Path, findings: Any, heard: list[Any], *, force: bool, quiet: bool) -> None:
    from liftcheck.recording.fresh import fresh_file
    from liftcheck.sensors.bundle import Redaction, bundle

    sensors = [{"address": each.address, "rssi_dbm": each.rssi, "profiles": list(each.profiles)} for each in heard]
    with fresh_file(path, force=force) as part:
        part.write_bytes(bundle(findings, Redaction.of_this_computer(), sensors))
    say(f"Packed into {path}; look into it before you send it.", quiet=quiet)
