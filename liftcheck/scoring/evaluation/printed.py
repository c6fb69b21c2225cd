"""An evaluation for a person at a terminal, and as plain values for a program."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from liftcheck.scoring.evaluation import NOT_FOUND, Evaluation, Summary
from liftcheck.scoring.evaluation.shares import Share
from liftcheck.scoring.table import console, shorter

VERDICTS = ("legs", "mixed", "back", "unclear", NOT_FOUND)


def print_evaluation(evaluation: Evaluation, stream: TextIO | None = None) -> None:
    """Everything on one page: the whole first, then what stands behind it."""
    out = console(stream)
    _print_all(out, evaluation)
    _print_confusion(out, evaluation)
    _print_errors(out, evaluation)
    _print_groups(out, "by wearer", evaluation.by_wearer)
    _print_groups(out, "by site", evaluation.by_site)
    _print_disturbed(out, evaluation)
    _print_reliability(out, evaluation)
    _print_coaches(out, evaluation)
    _line(out, "In brackets: Wilson's interval at 95 %, which takes bends for independent. One person's are not.")


def as_data(value: Any) -> Any:
    """An evaluation as plain JSON values; a share with its value and interval."""
    if isinstance(value, Share):
        low, high = value.interval or (None, None)
        return {k: as_data(v) for k, v in vars(value).items()} | _rounded(share=value.value, low=low, high=high)
    if is_dataclass(value):
        return {f.name: as_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(item) for item in value]
    return round(value, 5) if isinstance(value, float) else value


def _rounded(**values: float | None) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 5) for name, value in values.items()}


def _print_all(out: Console, evaluation: Evaluation) -> None:
    of = evaluation.all
    hours = "length not known" if of.hours is None else f"{of.hours:.2f} h"
    people = len(evaluation.by_wearer.keys() - {"not said"})
    out.print(f"{of.recordings} recordings, {hours}, {people} wearers, {of.found.of} labelled bends", style="bold")
    out.print()
    table = _table("", "", "", "over wearers")
    for name, share, spread in (
        ("bends found (recall)", of.found, "found"),
        ("lifts that are labelled bends (precision)", of.precision, "precision"),
    ):
        table.add_row(name, _of(share), _percent(share), _range(evaluation, spread))
    rate = "" if of.false_alarms_per_hour is None else f"{of.false_alarms_per_hour:.1f} an hour"
    table.add_row("false alarms", str(of.false_alarms), rate, _range(evaluation, "false_alarms_per_hour", scale=1.0))
    for word, share in of.right.items():
        if share.of:
            table.add_row(f"right where decided: {word}", _of(share), _percent(share), "")
    if of.balanced_accuracy is not None:
        value = f"{100 * of.balanced_accuracy:.1f} %"
        table.add_row("balanced accuracy", "", value, _range(evaluation, "balanced_accuracy"))
    if of.decided.of:
        table.add_row("decided, legs or back", _of(of.decided), _percent(of.decided), "")
        table.add_row("not decided", ", ".join(f"{n} {word}" for word, n in of.undecided.items()), "", "")
    if evaluation.agreement is not None:
        table.add_row("agreement beyond chance (kappa)", "", f"{evaluation.agreement:.2f}", "")
    if of.one_lift.of:
        table.add_row("recordings of one bend with exactly one lift", _of(of.one_lift), _percent(of.one_lift), "")
    if of.disturbed.of:
        table.add_row("recordings without a bend with any lift", _of(of.disturbed), _percent(of.disturbed), "")
    out.print(table)


def _print_confusion(out: Console, evaluation: Evaluation) -> None:
    table = _table("label", *VERDICTS)
    for label in ("legs", "mixed", "back", "bend"):
        if label in evaluation.confusion:
            row = evaluation.confusion[label]
            table.add_row(label, *(_count(row.get(verdict, 0), label == verdict) for verdict in VERDICTS))
    row = evaluation.false_alarm_verdicts
    table.add_row("(false alarm)", *(_count(row.get(verdict, 0)) for verdict in VERDICTS[:-1]), "")
    _section(out, "verdicts", table)


def _print_errors(out: Console, evaluation: Evaluation) -> None:
    table = _table("error of", "n", "bias", "RMSE", "median", "within 1 SD")
    for of in evaluation.errors:
        digits = 1 if of.column.endswith("_deg") else 3
        values = (f"{value:.{digits}f}" for value in (of.bias, of.rmse, of.median))
        table.add_row(of.column, str(of.n), *values, "" if of.within is None else _percent(of.within))
    if evaluation.errors:
        _section(out, "estimates against the truth", table)


def _print_groups(out: Console, title: str, groups: Mapping[str, Summary]) -> None:
    if len(groups) < 2:
        return
    table = _table("", "found", "", "precision", "false/h", "legs right", "back right", "balanced", "undecided")
    for name, of in groups.items():
        table.add_row(
            shorter(name, 16),
            _of(of.found),
            _percent(of.found, interval=False),
            _percent(of.precision, interval=False),
            "" if of.false_alarms_per_hour is None else f"{of.false_alarms_per_hour:.1f}",
            *(_of(share) if share.of else "" for share in of.right.values()),
            "" if of.balanced_accuracy is None else f"{100 * of.balanced_accuracy:.0f} %",
            str(sum(of.undecided.values())) if of.decided.of else "",
        )
    _section(out, title, table)


def _print_disturbed(out: Console, evaluation: Evaluation) -> None:
    hit = {kind: share for kind, share in evaluation.disturbed_by.items() if share.count}
    if evaluation.disturbed_by or evaluation.elsewhere:
        table = _table("", "stretches", "")
        for kind, share in hit.items():
            table.add_row(kind, _of(share), _percent(share))
        if evaluation.elsewhere:
            table.add_row("(elsewhere)", str(evaluation.elsewhere), "")
        rest = [kind for kind in evaluation.disturbed_by if kind not in hit]
        _section(out, "lifts falsely found, by what happened", table if table.row_count else None)
        if rest:
            _line(out, f"none in: {', '.join(sorted(rest))}")


def _print_reliability(out: Console, evaluation: Evaluation) -> None:
    table = _table("said", "on average", "right", "")
    for part in evaluation.reliability:
        said = f"{100 * part.least:.0f}-{100 * part.most:.0f} %"
        table.add_row(said, f"{100 * part.mean_confidence:.0f} %", _of(part.right), _percent(part.right))
    if evaluation.reliability:
        _section(out, "confidence, and how often it was right", table)


def _print_coaches(out: Console, evaluation: Evaluation) -> None:
    table = _table("coaches", "bends", "same", "kappa")
    for of in evaluation.coaches:
        value = "" if of.kappa is None else f"{of.kappa:.2f}"
        table.add_row(f"{of.first}, {of.second}", str(of.bends), _percent(Share(of.same, of.bends)), value)
    if evaluation.coaches:
        _section(out, "agreement of the coaches", table)


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False, header_style="bold")
    table.show_header = any(headings)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table


def _section(out: Console, title: str, table: Table | None) -> None:
    out.print()
    out.print(Text(title, style="bold"))
    if table is not None:
        out.print(table)


def _line(out: Console, text: str) -> None:
    out.print()
    out.print(Text(text, style="dim"), soft_wrap=not out.is_terminal)


def _of(share: Share) -> str:
    return f"{share.count} of {share.of}"


def _percent(share: Share, *, interval: bool = True) -> str:
    if share.value is None or share.interval is None:
        return ""
    low, high = share.interval
    brackets = f" ({100 * low:.0f}-{100 * high:.0f})" if interval else ""
    return f"{100 * share.value:.0f} %{brackets}"


def _range(evaluation: Evaluation, name: str, scale: float = 100.0) -> str:
    if name not in evaluation.spread:
        return ""
    low, high = evaluation.spread[name]
    return f"{scale * low:.0f} to {scale * high:.0f} %" if scale == 100.0 else f"{low:.1f} to {high:.1f}"


def _count(count: int, right: bool = False) -> Text:
    return Text(str(count) if count else "·", style="bold" if right else "")
