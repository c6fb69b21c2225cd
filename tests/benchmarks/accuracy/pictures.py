"""The pictures of docs/method.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

from liftcheck.scoring.evaluation.shares import reliability

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
# Colour-blind safe (Okabe and Ito), each with a mark of its own.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
MARKS = ("o", "s", "^", "D", "v", "P")


def reliability_diagram(groups: Mapping[str, Sequence[tuple[float, bool]]], edges: Sequence[float], path: Path) -> None:
    """How often verdicts were right against how sure they were; the last group is all, with Wilson's interval."""
    figure, axes = plt.subplots(figsize=(5.6, 4.2), layout="constrained")
    axes.plot([0.74, 1.0], [0.74, 1.0], color="0.6", linewidth=1, label="as said")
    for number, (name, said) in enumerate(groups.items()):
        bins = reliability(said, edges)
        x = [part.mean_confidence for part in bins]
        y = [part.right.value or 0.0 for part in bins]
        of = f"{name} ({len(said)})"
        if number < len(groups) - 1:  # few verdicts in a bin each: marks alone
            axes.plot(x, y, MARKS[number % 6], color=COLOURS[number % 6], markersize=5, alpha=0.7, label=of)
            continue
        low = [max(0.0, value - (part.right.interval or (0, 0))[0]) for value, part in zip(y, bins, strict=True)]
        high = [max(0.0, (part.right.interval or (0, 0))[1] - value) for value, part in zip(y, bins, strict=True)]
        axes.errorbar(x, y, yerr=[low, high], color="black", marker="P", linewidth=1.5, capsize=3, label=of)
    axes.set(xlabel="confidence that the verdict was given with", ylabel="share that was right", xlim=(0.74, 1.01))
    axes.set_ylim(0.0, 1.03)
    axes.legend(fontsize=8, loc="lower right")
    axes.set_title("Simulated lifts: is a verdict as sure as it says?", fontsize=10)
    _save(figure, path)


def tradeoff_curve(curves: Mapping[str, Sequence[tuple[float, float]]], marks: Sequence[float], path: Path) -> None:
    """Lifts found against false alarms an hour, one curve for each site."""
    figure, axes = plt.subplots(figsize=(5.6, 4.2), layout="constrained")
    for number, (name, points) in enumerate(curves.items()):
        x, y = [point[1] for point in points], [100 * point[0] for point in points]
        axes.plot(x, y, color=COLOURS[number], marker=MARKS[number], linewidth=1, markersize=5, label=name)
        here = marks.index(1.0)
        axes.plot(x[here], y[here], marker="o", markersize=13, markerfacecolor="none", color=COLOURS[number])
    axes.set(xlabel="false alarms an hour", ylabel="labelled lifts found, %")
    axes.set_xscale("symlog", linthresh=1.0)
    axes.legend(fontsize=8, loc="lower right")
    axes.set_title("Simulated training and work: the ring is the product's border", fontsize=10)
    _save(figure, path)


def sensitivity_chart(rows: Sequence[tuple[str, float, float, float]], path: Path) -> None:
    """Drop RMSE by the sensor's error: detrended, without the offset solve, with it."""
    figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    names = ("each lift detrended", "one smoother, offset not solved for", "one smoother, as the product")
    for number, name in enumerate(names):
        place = [k + 0.27 * (number - 1) for k in range(len(rows))]
        axes.barh(place, [row[1 + number] for row in rows], height=0.25, color=COLOURS[(1, 4, 0)[number]], label=name)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set(xlabel="RMSE of the drop, cm", xscale="log", xticks=[0.2, 0.5, 1, 2, 5, 10, 20])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    figure.legend(fontsize=8, loc="outside lower center", ncols=3)
    axes.set_title("Simulated lifts between stances, low back", fontsize=10)
    _save(figure, path)


def speed_curve(
    cutoffs_hz: Sequence[float], off: Mapping[str, Sequence[float]], product: Mapping[str, float], path: Path
) -> None:
    """How far the greatest speed is off, by the frequency below which the rates are believed; and the product's own."""
    figure, axes = plt.subplots(figsize=(5.6, 3.6), layout="constrained")
    for number, (name, values) in enumerate(off.items()):
        axes.plot(cutoffs_hz, values, color=COLOURS[number], marker=MARKS[number], markersize=5, label=name)
        axes.axhline(product[name], color=COLOURS[number], linestyle=":", linewidth=1.5, label=f"{name}, the product")
    axes.set(xlabel="rates filtered below, Hz", ylabel="greatest speed off, % (RMS)", ylim=(0, None))
    axes.legend(fontsize=8)
    axes.set_title("Real motion, virtual sensor at the mid-back: what wobble costs", fontsize=10)
    _save(figure, path)


Bends = dict[str, list[tuple[float, float, bool]]]


def stoops_at_the_waist(bends: Bends, path: Path) -> None:
    """Flexion and drop of each bend by wearer; hollow where it was not found."""
    figure, axes = plt.subplots(figsize=(5.6, 4.2), layout="constrained")
    shades = (*COLOURS, "0.5")
    for number, (wearer, points) in enumerate(sorted(bends.items())):
        colour, mark = shades[number % 7], (*MARKS, "X")[number % 7]
        for found in (True, False):
            some = [(x, 100 * y) for x, y, answered in points if answered is found]
            style = colour if found else "none"
            label = wearer if found else None
            if some:
                axes.scatter(
                    *zip(*some, strict=True), s=30, marker=mark, edgecolor=colour, facecolor=style, label=label
                )
    axes.axvline(25, color="0.6", linewidth=1)
    axes.axhline(20, color="0.6", linewidth=1)
    axes.set(xlabel="pelvis tilted by, deg", ylabel="sensor sank by, cm")
    axes.legend(fontsize=8)
    axes.set_title("70 real bends at the waist; hollow: not found, lines: a lift", fontsize=10)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
