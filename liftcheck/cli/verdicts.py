"""A verdict as a line: what `live`, `demo` and `replay` print as each lift closes."""

import json
from collections.abc import Mapping
from typing import Any

TECHNIQUES = {"legs": "LEGS", "mixed": "MIXED", "back": "BACK", "unclear": "UNCLEAR"}


def verdict_line(lift: Any) -> str:
    """A lift in one line: when, number, verdict, how sure, and the reason."""
    sure = "" if lift.confidence is None else f"{100 * lift.confidence:.0f} %"
    time = f"{int(lift.bottom_s) // 60:d}:{lift.bottom_s % 60:04.1f}"
    return f"{time:>8}  lift {lift.lift:<3d}  {TECHNIQUES[str(lift.technique)]:<7}  {sure:>5}  {lift.reason}".rstrip()


def verdict_json(lift: Any, of: Mapping[str, Any]) -> str:
    """The same as one line of JSON, with the columns of `score --lifts`. of: recording, wearer, path."""
    from liftcheck.scoring.one import lift_row

    return json.dumps(lift_row(lift, of), ensure_ascii=False, allow_nan=False)


CALIBRATION_PROBLEMS = {
    "moved": "you moved: stand still for three seconds",
    "not-upright": "you were not upright: stand straight and look ahead",
    "shallow": "the bends were too shallow: bend further forward",
    "sideways": "the bends went sideways: bend straight forward",
    "no-return": "you did not come up again: bend and stand up straight",
    "not-a-back": "this did not look like a back: see where the sensor sits",
}


def calibration_line(progress: Any) -> str:
    """What a calibration asks for now, or how it ended, in one sentence."""
    problem = CALIBRATION_PROBLEMS.get(progress.problem, progress.problem)
    if progress.phase == "done":
        return "Calibrated."
    if progress.phase == "failed":
        return f"The calibration failed: {problem}."
    if problem:
        return f"Once more, {problem}."
    if progress.phase == "still":
        return "Stand upright and still for three seconds."
    done, needed = len(progress.bends_deg), progress.bends_needed
    return f"Bend forward and come up again: {done} of {needed} bends." if done < needed else "Stand still."


def tally(lifts: list[Any]) -> str:
    """A session in one sentence."""
    judged = [str(lift.technique) for lift in lifts if lift.is_lift]
    if not judged:
        return "No lift was seen."
    counts = ", ".join(f"{judged.count(name)} {name}" for name in TECHNIQUES if name in judged)
    return f"{len(judged)} lift{'s' if len(judged) > 1 else ''}: {counts}."
