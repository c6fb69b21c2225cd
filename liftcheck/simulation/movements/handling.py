"""What is done to the sensor: taken off, put on again, turned over."""

from dataclasses import dataclass

from liftcheck.simulation.choreography import Choreography


@dataclass(frozen=True)
class TakenOff:
    """The wearer takes the sensor off, leaves it on a table and puts it back, a little differently."""

    seconds: float = 20.0

    def write(self, on: Choreography) -> None:
        start = on.now + 0.5
        on.to("off", 1.0, start, 2.5)
        back = start + 2.5 + self.seconds
        on.to("off", 0.0, back, 2.5)
        for channel in ("slip_pitch", "slip_roll", "slip_yaw"):
            on.by(channel, on.near(0, 5), start + 2.6, 1.0)
        on.off.append((start, back + 2.5))
        on.now = back + 3.5
        on.distract("taken_off", start)


@dataclass(frozen=True)
class TurnedOver:
    """The sensor is turned upside down on the back, in the plane of the back."""

    def write(self, on: Choreography) -> None:
        start = on.now + 0.5
        on.by("slip_roll", 180.0, start, 2.0)
        on.bump("slip_pitch", on.near(0, 20), start, 2.0)
        on.now = start + 3.0
        on.distract("turned_over", start)
