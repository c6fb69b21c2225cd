"""One sitting with a sensor, or with a recording played again: poll -> keep -> analyze -> tell."""

from liftcheck.sensors.link import LinkState
from liftcheck.session.live import LiveSource
from liftcheck.session.opening import Plan, Running, begin
from liftcheck.session.replay import ReplaySource
from liftcheck.session.sensor import RealSensor, VirtualSensorHere, find_sensor
from liftcheck.session.sitting import Poll, Session, SessionUpdate, Source, lift_data, session_event
from liftcheck.session.thread import SessionThread

__all__ = [
    "LinkState",
    "LiveSource",
    "Plan",
    "Poll",
    "RealSensor",
    "ReplaySource",
    "Running",
    "Session",
    "SessionThread",
    "SessionUpdate",
    "Source",
    "VirtualSensorHere",
    "begin",
    "find_sensor",
    "lift_data",
    "session_event",
]
