"""Why a link ended or cannot be had: the errors of Bleak and of the systems -> the reasons that a person can act on."""

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
)

from liftcheck.errors import ProfileError, SensorError
from liftcheck.sensors.link import REASONS


class LinkEndedError(Exception):
    """The link is over, for one of `REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or REASONS[reason])
        self.reason = reason


_UNAVAILABLE = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: "no adapter",
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: "no adapter",
    BleakBluetoothNotAvailableReason.POWERED_OFF: "off",
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: "permission",
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: "permission",
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: "permission",
}

# BlueZ's own errors (doc/org.bluez.*.rst) and D-Bus's, by the end of their names.
_DBUS = {
    "NotReady": "off",
    "NotAuthorized": "permission",
    "NotPermitted": "permission",
    "AccessDenied": "permission",
    "AuthenticationFailed": "permission",
    "InProgress": "busy",
    "AlreadyConnected": "busy",
    "ServiceUnknown": "no adapter",
    "NameHasNoOwner": "no adapter",
    "DoesNotExist": "not found",
    "UnknownObject": "not found",
    "NoReply": "out of range",
}


def reason_of(error: Exception) -> str:
    """Which of `REASONS` an error of Bleak or the system stands for."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _UNAVAILABLE.get(error.reason, "failed")
    if isinstance(error, BleakCharacteristicNotFoundError):
        return "no such service"
    if isinstance(error, ProfileError):
        return "refused"  # what the sensor answered is not what its profile says
    if isinstance(error, BleakDeviceNotFoundError):
        return "not found"
    if isinstance(error, TimeoutError):
        return "out of range"
    if isinstance(error, BleakDBusError):
        return _DBUS.get(error.dbus_error.rsplit(".", 1)[-1], "failed")
    if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
        return "no adapter"  # Linux without a system bus, hence without BlueZ
    if isinstance(error, PermissionError) or "access denied" in str(error).lower():
        return "permission"
    return "failed"


def sensor_error(reason: str, detail: str = "") -> SensorError:
    """The sentence for a person, with its reason as data."""
    text = REASONS[reason]
    return SensorError(f"{text} ({detail})" if reason == "failed" and detail else text, reason)
