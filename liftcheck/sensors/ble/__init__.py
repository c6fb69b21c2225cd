"""The radio: finds a sensor, sets it up, and passes on what it sends, stamped; reconnects for as long as it takes.

The only part that knows Bleak.
"""

from liftcheck.sensors.ble.link import Link, Patience
from liftcheck.sensors.ble.reasons import reason_of, sensor_error
from liftcheck.sensors.ble.scanning import Backend, Found, Wanted, scan
from liftcheck.sensors.ble.talk import Arrivals

__all__ = ["Arrivals", "Backend", "Found", "Link", "Patience", "Wanted", "reason_of", "scan", "sensor_error"]
