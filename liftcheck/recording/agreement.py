"""Whether a recording's gyroscope and accelerometer speak of the same movement."""

from liftcheck.samples import Samples
from liftcheck.trunk.agreement import Evidence, Turning
from liftcheck.trunk.gyro_watch import disagreement

MOST = 60_000  # samples looked at: ten minutes at 100 Hz; the pipeline looks at all of them (trunk/gyro_watch.py)


def gyr_against_acc(samples: Samples) -> list[str]:
    """Words on a gyroscope with another range, sign or order of axes than the accelerometer's."""
    if not len(samples) or not samples.has_gyr:
        return []
    evidence = Evidence.nothing()
    for _, more, _ in Turning().push(samples[:MOST]):
        evidence = evidence.plus(more)
    return [disagreement(evidence)] if evidence.of_gains().at_odds() else []
