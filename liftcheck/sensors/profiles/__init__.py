"""A firmware profile: what a TOML file says of a sensor, read, checked and found."""

from liftcheck.sensors.profiles.profile import FirmwareProfile, Step, plain
from liftcheck.sensors.profiles.reader import parse_profile, read_profile
from liftcheck.sensors.profiles.shelf import Advert, load_profile, match, matches, profiles

__all__ = [
    "Advert",
    "FirmwareProfile",
    "Step",
    "load_profile",
    "match",
    "matches",
    "parse_profile",
    "plain",
    "profiles",
    "read_profile",
]
