"""A sensor made of software: it plays a recording as any profile, over a virtual radio or a spare dongle.

Air: the link between the two radios. Radio: the computer's side, a backend for Bleak. VirtualSensor: the peripheral.
"""

from importlib.util import find_spec

from liftcheck.errors import MissingExtraError


def has_bumble() -> bool:
    """Whether the Bluetooth stack of the virtual radio is installed."""
    return find_spec("bumble") is not None


def need_bumble() -> None:
    """MissingExtraError with the command that installs it, where Bumble is missing."""
    if not has_bumble():
        raise MissingExtraError(
            "The virtual radio needs Bumble, which is not installed: `python -m pip install 'liftcheck[virtual]'`"
        )
