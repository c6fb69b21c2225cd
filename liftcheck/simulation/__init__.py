"""A lifter made of segments with known truth, and the faults of a real sensor."""

from liftcheck.simulation.faults import FAULTS
from liftcheck.simulation.movements.handling import TakenOff, TurnedOver
from liftcheck.simulation.movements.lifting import STYLES, Calibration, LiftMove, OverlapLift, Shuffle, Stand
from liftcheck.simulation.movements.other import Drive, Jump, ReachHigh, TieShoe
from liftcheck.simulation.movements.resting import Kneel, LieDown, Sit
from liftcheck.simulation.movements.walking import Ladder, Stairs, Turn, Walk
from liftcheck.simulation.person import Person
from liftcheck.simulation.run import Session, simulate
from liftcheck.simulation.scripts import SCRIPTS
from liftcheck.simulation.sensor import SENSORS
from liftcheck.simulation.styles import sitting
from liftcheck.simulation.truth import Label, Truth

__all__ = [
    "FAULTS",
    "SCRIPTS",
    "SENSORS",
    "STYLES",
    "Calibration",
    "Drive",
    "Jump",
    "Kneel",
    "Label",
    "Ladder",
    "LieDown",
    "LiftMove",
    "OverlapLift",
    "Person",
    "ReachHigh",
    "Session",
    "Shuffle",
    "Sit",
    "Stairs",
    "Stand",
    "TakenOff",
    "TieShoe",
    "Truth",
    "Turn",
    "TurnedOver",
    "Walk",
    "simulate",
    "sitting",
]
