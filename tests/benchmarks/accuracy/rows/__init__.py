"""The rows of the benchmark: each turns judged recordings into a piece of Markdown."""

from collections.abc import Callable

from tests.benchmarks.accuracy.bench import Bench
from tests.benchmarks.accuracy.rows import (
    budget,
    calibration,
    delay,
    flexion,
    left_out,
    limits,
    motion_capture,
    over_the_air,
    overlap,
    reliability,
    sensitivity,
    sensors,
    tradeoff,
    training,
    waist,
    warning,
    work,
)

# name -> what makes it; the order is that of the document
ROWS: dict[str, Callable[[Bench], str]] = {
    "motion-capture": motion_capture.row,
    "flexion": flexion.row,
    "waist": waist.row,
    "left-out": left_out.row,
    "over-the-air": over_the_air.row,
    "overlap": overlap.row,
    "work": work.row,
    "training": training.row,
    "sensors": sensors.row,
    "calibration": calibration.row,
    "sensitivity": sensitivity.row,
    "budget": budget.row,
    "limits": limits.row,
    "reliability": reliability.row,
    "tradeoff": tradeoff.row,
    "warning": warning.row,
    "delay": delay.row,
}
