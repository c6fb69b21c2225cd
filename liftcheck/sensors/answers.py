"""What a sensor answers, and how full it says its battery is: bytes -> numbers, as the profile describes them."""

import numpy as np

from liftcheck.errors import ProfileError
from liftcheck.sensors.profiles.profile import Answer, FirmwareProfile, Step
from liftcheck.sensors.unpacking import numbers


def answer_number(answer: Answer, data: bytes) -> float | None:
    """The number that an answer carries; None if it is not in there."""
    at = answer.at
    if answer.after:
        found = data.find(answer.after, answer.start)
        if found < 0:
            return answer.default
        at = found + len(answer.after)
    width = int(answer.type[1:]) // 8
    if len(data) < at + width:
        return answer.default
    value = float(numbers(data[at : at + width], answer.type, "little")[0]) * answer.scale
    return value if np.isfinite(value) else None


def stored_values(step: Step, data: bytes) -> dict[str, float]:
    """The numbers that a start step keeps from the sensor's answer. ProfileError if one is missing in it."""
    values = {name: answer_number(answer, data) for name, answer in step.store.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise ProfileError(f"the sensor's answer {data[:20].hex(' ')} holds no {missing[0]}")
    return {name: value for name, value in values.items() if value is not None}


def battery_percent(profile: FirmwareProfile, char: str, data: bytes) -> float | None:
    """How full the battery is, if these bytes from this characteristic say so."""
    battery = profile.battery
    if battery is None or battery.char != char or (battery.when and not battery.when.fits(data)):
        return None
    value = answer_number(battery.answer, data)
    if value is None or not battery.table:
        return value if value is not None and 0 <= value <= 100 else None
    return next((percent for above, percent in sorted(battery.table, reverse=True) if value > above), 0.0)
