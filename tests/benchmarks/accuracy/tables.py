"""Figures as Markdown tables."""

from collections.abc import Mapping, Sequence

from liftcheck.scoring.evaluation import Share
from tests.benchmarks.accuracy.figures import Error, Figures, errors, of_curves, of_label, relative, within_one_sd

Groups = Mapping[str, Figures]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def share(of: Share) -> str:
    """`47 of 48, 98 % (89-100)`: count, share, and Wilson's interval at 95 %."""
    if of.value is None or of.interval is None:
        return "-"
    low, high = of.interval
    return f"{of.count} of {of.of}, {100 * of.value:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


def number(value: float | None, digits: int = 1, scale: float = 1.0) -> str:
    """A number, or a dash."""
    return "-" if value is None else f"{value * scale:.{digits}f}"


def spread(values: tuple[float, float] | None, digits: int = 2) -> str:
    """`0.94 to 1.00`."""
    return "-" if values is None else f"{values[0]:.{digits}f} to {values[1]:.{digits}f}"


def finding(groups: Groups) -> str:
    """Found, falsely found; twice: all, and without the episodes that hold a real bend."""
    heads = (
        "",
        "found",
        "over people",
        "precision, all",
        "false/h, all",
        "precision, no real bends",
        "false/h, no real bends",
        "hours",
    )
    rows = []
    for name, f in groups.items():
        rows.append(
            (
                name,
                share(f.recall),
                spread(f.over_people(lambda part: part.recall.value)),
                share(f.precision(excused=True)),
                number(f.alarms_per_hour(excused=True)),
                share(f.precision(excused=False)),
                number(f.alarms_per_hour(excused=False)),
                number(f.hours(excused=True), 2),
            )
        )
    return table(heads, rows)


def verdicts(groups: Groups) -> str:
    """Legs against back."""
    heads = (
        "",
        "balanced of decided",
        "over people",
        "legs right",
        "back right",
        "mixed or unclear",
        "called mixed",
        "unclear",
    )
    rows = []
    for name, f in groups.items():
        said = [str(pair.lift.technique) for pair in f.judged]
        rows.append(
            (
                name,
                number(f.balanced, 3),
                spread(f.over_people(lambda part: part.balanced)),
                share(f.right("legs")),
                share(f.right("back")),
                share(f.undecided),
                str(said.count("mixed")),
                str(said.count("unclear")),
            )
        )
    return table(heads, rows)


def sizes(groups: Groups) -> str:
    """Errors of the heights and the knees: RMSE, and bias in brackets."""
    heads = ("", "n", "drop, cm", "hip drop, cm", "hip drop within 1 SD", "knee, deg", "knee within 1 SD")
    rows = []
    for name, f in groups.items():
        pairs = f.pairs
        rows.append(
            (
                name,
                str(len(pairs)),
                off(errors(pairs, "drop_m", of_label("drop_m"), 100)),
                off(errors(pairs, "hip_drop_m", of_label("hip_drop_m"), 100)),
                share(within_one_sd(pairs, "hip_drop_m", "hip_drop_error_m")),
                off(errors(pairs, "knee_deg", of_label("knee_deg"))),
                share(within_one_sd(pairs, "knee_deg", "knee_error_deg")),
            )
        )
    return table(heads, rows)


def angles(groups: Groups) -> str:
    """Errors of the angles, the velocities and the times."""
    heads = (
        "",
        "n",
        "flexion at bottom, deg",
        "peak flexion, deg",
        "lean, deg",
        "turn, deg",
        "down velocity, %",
        "up velocity, %",
        "start, s",
        "bottom, s",
        "end, s",
    )
    rows = []
    for name, f in groups.items():
        pairs = f.pairs
        rows.append(
            (
                name,
                str(len(pairs)),
                off(errors(pairs, "flexion_at_bottom_deg", of_label("flexion_at_bottom_deg"))),
                off(errors(pairs, "peak_flexion_deg", of_label("peak_flexion_deg"))),
                off(errors(pairs, "lean_deg", of_curves("lean_deg"))),
                off(errors(pairs, "turn_deg", of_curves("turn_deg"))),
                off(relative(pairs, "peak_down_velocity_deg_s", "down_deg_s")),
                off(relative(pairs, "peak_up_velocity_deg_s", "up_deg_s")),
                *(number(errors(pairs, time, of_label(time)).middle, 2) for time in ("start_s", "bottom_s", "end_s")),
            )
        )
    return table(heads, rows)


def off(error: Error) -> str:
    """`1.9 (+0.3)`: RMSE, and the bias in brackets."""
    return "-" if error.rmse is None or error.bias is None else f"{error.rmse:.1f} ({error.bias:+.1f})"


def mean(values: Sequence[float]) -> float | None:
    """The mean, or None of nothing."""
    return sum(values) / len(values) if values else None
