"""Which sensors are in range, and which of them is wanted."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from liftcheck.sensors.ble.reasons import reason_of, sensor_error
from liftcheck.sensors.profiles import Advert, FirmwareProfile, matches
from liftcheck.sensors.profiles.profile import Choice

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backend:
    """Another radio in place of the computer's own: Bleak's `backend=`, and the arguments its classes want."""

    scanner: type[Any] | None = None
    client: type[Any] | None = None
    scanner_arguments: Mapping[str, Any] = field(default_factory=dict)
    client_arguments: Mapping[str, Any] = field(default_factory=dict)

    def scan(self, heard: Callable[[BLEDevice, AdvertisementData], None]) -> BleakScanner:
        """A scanner that calls heard() for each advertisement."""
        return BleakScanner(heard, backend=self.scanner, **self.scanner_arguments)

    def connect(self, device: BLEDevice, gone: Callable[[BleakClient], None], timeout: float) -> BleakClient:
        """A client for a device; gone() is called when the link ends."""
        return BleakClient(device, gone, timeout=timeout, backend=self.client, **self.client_arguments)


@dataclass(frozen=True)
class Found:
    """A sensor in range. rssi: signal strength in dBm, the nearer to 0 the better. profiles: what fits, best first."""

    name: str
    address: str
    rssi: int
    profiles: tuple[str, ...]
    device: BLEDevice = field(repr=False, compare=False)


@dataclass(frozen=True)
class Wanted:
    """Which sensor: its address or the beginning of its name, and the profile by which it is read."""

    who: str
    profile: FirmwareProfile
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def fits(self, device: BLEDevice, advertised: AdvertisementData) -> bool:
        """Whether this is the one; without a name, any that the profile recognises."""
        advert = _advert(device, advertised)
        if not self.who:
            return bool(matches(advert, [self.profile]))
        return device.address.lower() == self.who.lower() or (advert.name or "").lower().startswith(self.who.lower())


async def scan(
    seconds: float, profiles: Iterable[FirmwareProfile], backend: Backend | None = None, *, all_devices: bool = False
) -> list[Found]:
    """What is in range, strongest first; only what fits a profile unless all_devices. SensorError if it cannot look."""
    known = tuple(profiles)
    heard: dict[str, Found] = {}

    def on_heard(device: BLEDevice, advertised: AdvertisementData) -> None:
        advert = _advert(device, advertised)
        fitting = tuple(profile.id for profile in matches(advert, known))
        if device.address not in heard:
            fits = ", ".join(fitting) or "no profile"
            log.debug("heard %s %s at %d dBm: %s", device.address, advert.name, advertised.rssi, fits)
        if fitting or all_devices:
            heard[device.address] = Found(advert.name or "", device.address, advertised.rssi, fitting, device)

    try:
        async with (backend or Backend()).scan(on_heard):
            await asyncio.sleep(seconds)
    except (BleakError, OSError, EOFError) as error:
        raise sensor_error(reason_of(error), str(error)) from error
    return sorted(heard.values(), key=lambda found: -found.rssi)


def _advert(device: BLEDevice, advertised: AdvertisementData) -> Advert:
    name = advertised.local_name or device.name
    return Advert(name, tuple(advertised.service_uuids), tuple(advertised.manufacturer_data))
