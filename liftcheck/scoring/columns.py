"""Every column of a recording's row and of a lift's row: name, unit, precision and meaning, written down once.

Tables, CSV headers, JSON keys, help texts and docs/columns.md come from here. What is missing is None: null in JSON,
empty in CSV, never NaN.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Row = dict[str, Any]  # column name -> text, whole number, number or None


@dataclass(frozen=True)
class Column:
    """One column. kind: what its values are; digits: decimals kept, none below what the measurement carries."""

    name: str
    unit: str
    meaning: str
    kind: Literal["text", "whole", "number"] = "number"
    digits: int = 0

    def tidy(self, value: Any) -> Any:
        """A value as it is written: rounded, and None where there is none (NaN, infinity, an empty text)."""
        if value is None or value == "":
            return None
        if self.kind == "text":
            return str(value)
        if not math.isfinite(value):
            return None
        return int(value) if self.kind == "whole" else round(float(value), self.digits) + 0.0  # + 0.0: no "-0.0"

    def read(self, text: str) -> Any:
        """A value from a table's cell. ValueError if it is no number where one belongs."""
        if text.strip() == "":
            return None
        if self.kind == "text":
            return text
        return self.tidy(float(text))


def _text(name: str, meaning: str) -> Column:
    return Column(name, "", meaning, "text")


def _whole(name: str, meaning: str) -> Column:
    return Column(name, "", meaning, "whole")


def _seconds(name: str, meaning: str, digits: int = 3) -> Column:
    return Column(name, "s", meaning, "number", digits)


def _degrees(name: str, meaning: str) -> Column:
    return Column(name, "deg", meaning, "number", 1)


def _metres(name: str, meaning: str) -> Column:
    return Column(name, "m", meaning, "number", 3)


def _percent(name: str, meaning: str) -> Column:
    return Column(name, "%", meaning, "number", 2)


LIFT_COLUMNS = (
    _text("recording", "the file's name without folder and suffix"),
    _text("wearer", "whose back: a pseudonym"),
    _whole("lift", "number of the lift in its recording, from 1; empty for bends that are no lift"),
    _seconds("start_s", "where the shoulders have sunk by 12 % of the most they sink (by the hips and the lean)"),
    _seconds("bottom_s", "the lowest instant"),
    _seconds("end_s", "where 12 % is reached again; between chained lifts, the lowest value of the valley"),
    _seconds("duration_s", "from start to end"),
    _degrees("peak_flexion_deg", "the trunk's greatest forward lean against the stance"),
    _degrees("flexion_at_bottom_deg", "forward lean at the lowest instant"),
    _degrees("flexion_at_end_deg", "forward lean at the end; below -10 the back was overextended"),
    Column("peak_down_velocity_deg_s", "deg/s", "the fastest bending forward", "number", 1),
    Column("peak_up_velocity_deg_s", "deg/s", "the fastest coming up", "number", 1),
    _degrees("lean_deg", "sideways lean at the lowest instant, to the right positive"),
    _degrees("turn_deg", "the largest change of heading since the start, to the left positive"),
    _metres("drop_m", "how far the sensor sank at the lowest instant"),
    _metres("hip_drop_m", "how far the hips sank: the drop less what the trunk's lean explains"),
    _metres("hip_drop_error_m", "one standard deviation of hip_drop_m"),
    _degrees("knee_deg", "knee flexion that the hip drop implies"),
    _degrees("knee_error_deg", "one standard deviation of knee_deg"),
    Column("stoop_index", "", "0 full squat, 100 full stoop (after Schmid 2022)", "number", 1),
    _text("technique", "legs, mixed, back, or unclear where the signal carries no verdict; empty for bends no lift"),
    Column("confidence", "", "probability of the named technique; empty for mixed and unclear", "number", 3),
    _text("reason", "what decided; why unclear; or why a bend is no lift: shallow, sitting, lying, jump, no return"),
    _text("quality", "what was noticed about the signal, parted by ;"),
    _seconds("gap_s", "time without samples inside the lift"),
    _text("path", "the file"),
)

RECORDING_COLUMNS = (
    _text("recording", "the file's name without folder and suffix"),
    _text("wearer", "whose back: a pseudonym"),
    _text("started", "date and time of the first sample, ISO 8601"),
    _seconds("duration_s", "from the first to the last sample"),
    _seconds("worn_s", "the duration less gaps, time off the body and calibration; rates and percents refer to it"),
    Column("rate_hz", "Hz", "samples a second, measured", "number", 2),
    _percent("loss_percent", "samples lost on the way; where the stream does not count them, the share of gaps"),
    _text("quality", "what was noticed about the signal, parted by ;"),
    _whole("lifts", "bends deep enough to be judged, the unclear ones included"),
    _whole("legs", "lifts with the legs"),
    _whole("mixed", "lifts in between: a fine technique for many loads"),
    _whole("back", "lifts with the back"),
    _whole("unclear", "lifts for which the signal carries no verdict"),
    _percent("back_percent", "back / (legs + mixed + back)"),
    _whole("shallow_bends", "bends that are not deep enough to be judged; in no other count"),
    Column("lifts_per_hour", "1/h", "lifts an hour of worn time", "number", 1),
    *(_degrees(f"p{p}_flexion_deg", f"flexion that is exceeded {100 - p} % of the time") for p in (10, 50, 90, 95, 99)),
    *(
        column
        for angle in (20, 30, 45, 60, 90)
        for column in (
            _seconds(f"above_{angle}_s", f"time with the trunk above {angle} deg", 1),
            _percent(f"above_{angle}_percent", "the same as a share of worn time"),
        )
    ),
    _whole("static_holds", "times the trunk was held above 20 deg for more than 4 s (ISO 11226)"),
    _seconds("longest_hold_s", "the longest time held above 20 deg", 1),
    _whole("twisted_bends", "lifts with more than 20 deg of sideways lean or 45 deg of turn"),
    _whole("overextensions", "times the trunk went further back than 10 deg"),
    Column("peak_velocity_p90_deg_s", "deg/s", "peak velocity exceeded by a tenth of the lifts", "number", 1),
    _whole("early_deep_bends", "lifts above 60 deg or 120 deg/s within the first 5 minutes, before warming up"),
    _whole("slips", "times the sensor was found to have slipped"),
    _text(
        "calibration", "where the mounting is known from: event (a person calibrated), learnt (from the bends), none"
    ),
    Column("load_kg", "kg", "the load that a person entered", "number", 2),
    Column(
        "lifting_index", "", "load / recommended weight limit (NIOSH 1991), from what a person entered", "number", 2
    ),
    _text("path", "the file"),
)


def tidy_row(values: Mapping[str, Any], columns: Iterable[Column]) -> Row:
    """Values in the order of the columns, rounded, with None for what is missing."""
    return {column.name: column.tidy(values.get(column.name)) for column in columns}


def markdown() -> str:
    """The text of docs/columns.md."""
    return "\n".join(
        [
            "# Columns",
            "",
            "Written by `python -m liftcheck.scoring.columns > docs/columns.md`.",
            "What is missing is empty (CSV) or null (JSON, Parquet), never NaN. Every threshold is a setting.",
            "",
            "## A recording's row: `liftcheck score`",
            "",
            *_markdown_table(RECORDING_COLUMNS),
            "",
            "## A lift's row: `liftcheck score --lifts`, the live log, the report",
            "",
            *_markdown_table(LIFT_COLUMNS),
            "",
        ]
    )


def _markdown_table(columns: Iterable[Column]) -> list[str]:
    rows = [f"| `{c.name}` | {c.unit} | {c.meaning} |" for c in columns]
    return ["| column | unit | meaning |", "|---|---|---|", *rows]


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201
