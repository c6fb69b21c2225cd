"""The map of lifts, the timeline and the share bar, as inline SVG. Colour means verdict; the rest is ink and grey."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from liftcheck.lifts.lift import Lift, Technique
from liftcheck.look.texts import Texts
from liftcheck.look.theme import LIGHT as THEME

WIDTH, HEIGHT = 328, 201  # px: half of an A4 column
LEFT, RIGHT, TOP, BOTTOM = 34, 327, 14, 180  # the plot's frame
MANY = 150  # lifts; with more, marks are small, bars of uncertainty are left out, and time is counted in stretches
WINDOWS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200)  # of `rhythm`
Scale = Callable[[float], float]  # a value -> its place in px
TECHNIQUES = (Technique.LEGS, Technique.MIXED, Technique.BACK, Technique.UNCLEAR)


def mark(technique: str, radius: float = 6.0) -> Markup:
    """A verdict's shape around (0, 0): circle, diamond, triangle, broken ring."""
    r = radius
    fill = THEME.verdict(technique)
    if technique == Technique.LEGS:
        return Markup(f'<circle r="{r:g}" fill="{fill}"/>')
    if technique == Technique.MIXED:
        d, edge = 1.15 * r, THEME.mixed_marker
        return Markup(
            f'<path d="M0 {-d:g}L{d:g} 0 0 {d:g} {-d:g} 0Z" fill="{fill}" stroke="{edge}" stroke-width="1.2"/>'
        )
    if technique == Technique.BACK:
        d = 1.15 * r
        return Markup(f'<path d="M0 {-d:g}L{d:g} {0.8 * d:g}H{-d:g}Z" fill="{fill}"/>')
    around = 2 * math.pi * (r - 0.8)
    dash = f"{around / 6:.2f} {around / 12:.2f}"
    return Markup(f'<circle r="{r - 0.8:g}" fill="none" stroke="{fill}" stroke-width="1.6" stroke-dasharray="{dash}"/>')


def symbols() -> Markup:
    """The shapes, drawn once for a page, for `inline_mark` to refer to: a thousand lifts stay a small file."""
    shapes = (f'<symbol id="m-{t}" viewBox="-7 -7 14 14">{mark(t, 5.2)}</symbol>' for t in TECHNIQUES)
    return Markup(f'<svg width="0" height="0" style="position:absolute" aria-hidden="true">{"".join(shapes)}</svg>')


def inline_mark(technique: str) -> Markup:
    """The shape as a small picture in a line of text."""
    return Markup(f'<svg class="mark"><use href="#m-{technique}"/></svg>')


def technique_word(technique: Technique | None, say: Texts) -> str:
    """A verdict as a word in a line of text."""
    return say("report.part.unclear" if technique is Technique.UNCLEAR else f"summary.{technique}")


def map_of_lifts(lifts: Sequence[Lift], border_m: float, say: Texts, prefix: str = "") -> Markup:
    """Every judged lift: how far the hips sank against how far the trunk leaned at the bottom.

    border_m: the hip drop at which the knees are bent by 65 degrees, drawn as a dotted line. prefix: tells the marks
    of two maps on one page apart.
    """
    known = [lift for lift in lifts if lift.is_lift and lift.hip_drop_m is not None]
    deepest = max([50.0, *(100 * (lift.hip_drop_m or 0) for lift in known)])
    highest = max([100.0, *(lift.flexion_at_bottom_deg for lift in known)])
    lowest = min([60.0, *(lift.flexion_at_bottom_deg for lift in known)])
    x_step, y_step = (10 if deepest <= 60 else 20), 20
    x_end, y_end = math.ceil(deepest / x_step) * x_step, math.ceil(highest / y_step) * y_step
    y_start = max(0, math.floor((lowest - 10) / y_step) * y_step)

    def x(cm: float) -> float:
        return LEFT + (RIGHT - LEFT) * min(max(cm, 0.0), x_end) / x_end

    def y(deg: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (min(max(deg, y_start), y_end) - y_start) / (y_end - y_start)

    parts = [
        _rule(LEFT, RIGHT, y(deg)) + _text(LEFT - 9, y(deg) + 4, f"{deg}°", "end")
        for deg in range(y_start + y_step, y_end + 1, y_step)
    ]
    parts += [_text(x(cm), BOTTOM + 16, f"{cm}", "middle") for cm in range(0, x_end, x_step)]
    parts.append(_text(RIGHT, BOTTOM + 16, f"{x_end} cm", "end"))
    parts.append(f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="{THEME.ink}" stroke-width="1.5"/>')
    at = x(100 * border_m)
    parts.append(
        f'<path d="M{at:.1f} {TOP - 10}V{BOTTOM}" stroke="{THEME.ink}" stroke-width="1.5" stroke-dasharray="3 3"/>'
    )
    parts.append(_text(at + 6, TOP - 4, say("report.chart.knee"), "start"))
    parts.append(_text(LEFT + 4, TOP - 4, say("report.chart.trunk"), "start", strong=True))
    parts.append(_text(RIGHT, BOTTOM - 6, say("report.chart.hips"), "end", strong=True))
    if len(known) <= MANY:
        unclear_first = sorted(known, key=lambda lift: lift.technique is not Technique.UNCLEAR)
        parts += [_error_bar(lift, x, y) for lift in unclear_first]
    marks = _marks(prefix, 5.2 if len(known) <= MANY else 3.0)
    return _svg([marks, *parts, *_placed(known, x, y, prefix)], HEIGHT, say("report.chart.map"))


def _placed(known: Iterable[Lift], x: Scale, y: Scale, prefix: str) -> list[str]:
    """The marks; unclear ones lie under the others. Marks that would cover each other exactly are drawn once."""
    ordered = sorted(known, key=lambda lift: lift.technique is not Technique.UNCLEAR)
    places = ((lift.technique, x(100 * (lift.hip_drop_m or 0)), y(lift.flexion_at_bottom_deg)) for lift in ordered)
    return list(dict.fromkeys(f'<use href="#{prefix}{t}" x="{px:.0f}" y="{py:.0f}"/>' for t, px, py in places))


def timeline(lifts: Sequence[Lift], duration_s: float, say: Texts, gaps: Sequence[tuple[float, float]] = ()) -> Markup:
    """Bends over time: the trunk's lean rises above the line, the hips' drop hangs below it.

    The part that did the lift has the verdict's colour; shallow bends are grey. gaps: (from, to) in seconds, hatched.
    """
    end_s = max([duration_s, 1.0, *(lift.end_s for lift in lifts)])
    zero, up, down = 107.0, 93.0 / 115.0, 73.0 / 58.0  # px, px per degree, px per cm: as on the screen

    def x(t: float) -> float:
        return LEFT + (RIGHT - LEFT) * t / end_s

    width = min(9.0, max(0.7, 0.7 * (RIGHT - LEFT) / max(1, len(lifts))))
    parts = [
        _rule(LEFT, RIGHT, zero - up * deg) + _text(LEFT - 9, zero - up * deg + 4, f"{deg}°", "end") for deg in (45, 90)
    ]
    parts += [
        _rule(LEFT, RIGHT, zero + down * cm) + _text(LEFT - 9, zero + down * cm + 4, f"{cm}", "end") for cm in (20, 40)
    ]
    parts += [_hatched(x(a), x(b)) for a, b in gaps if x(b) - x(a) >= 0.3]
    for colour, edge, bars in _bars(lifts, x, zero, up, down, width):
        edged = f' stroke="{edge}" stroke-width=".8"' if edge and width > 3 else ""
        parts.append(f'<path d="{bars}" fill="{colour}"{edged}/>')
    parts.append(f'<path d="M{LEFT} {zero:g}H{RIGHT}" stroke="{THEME.ink}" stroke-width="1.5"/>')
    parts.append(_text(LEFT + 4, TOP - 4, say("report.chart.trunk"), "start", strong=True))
    parts.append(_text(LEFT + 4, BOTTOM - 1, say("report.chart.hips_cm"), "start", strong=True))
    return _svg([_hatch(), *parts, *_time_axis(end_s, x, say)], HEIGHT, say("report.chart.timeline"))


def rhythm(lifts: Sequence[Lift], duration_s: float, say: Texts) -> Markup:
    """How many lifts of each kind in each stretch of a long session, stacked: legs at the bottom, back above."""
    end_s = max([duration_s, *(lift.end_s for lift in lifts)])
    step = next((s for s in WINDOWS_S if end_s / s <= 48), WINDOWS_S[-1])
    counts = Counter((int(lift.bottom_s // step), lift.technique) for lift in lifts if lift.is_lift)
    windows = math.ceil(end_s / step)
    most = max(sum(counts[window, technique] for technique in TECHNIQUES) for window in range(windows))
    tick = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if most / n <= 5)
    up, wide = (BOTTOM - TOP) / most, max(1.0, (RIGHT - LEFT) * step / end_s - 1)

    def x(t: float) -> float:
        return LEFT + (RIGHT - LEFT) * t / end_s

    at = [(n, BOTTOM - up * n) for n in range(tick, most + 1, tick)]
    parts = [_rule(LEFT, RIGHT, y) + _text(LEFT - 9, y + 4, f"{n}", "end") for n, y in at]
    tops = [float(BOTTOM)] * windows
    for technique in TECHNIQUES:
        bars = ""
        for window in range(windows):
            height, left = up * counts[window, technique], x(window * step)
            tops[window] -= height
            width = min(wide, RIGHT - left)
            bars += f"M{left:.1f} {tops[window]:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z" if height else ""
        parts.append(f'<path d="{bars}" fill="{THEME.tile(technique).fill}"/>')
    parts.append(f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="{THEME.ink}" stroke-width="1.5"/>')
    parts.append(_text(LEFT + 4, TOP - 4, say("report.chart.lifts_in", minutes=step // 60), "start", strong=True))
    return _svg([*parts, *_time_axis(end_s, x, say)], HEIGHT, say("report.chart.rhythm"))


def _bars(
    lifts: Sequence[Lift], x: Scale, zero: float, up: float, down: float, width: float
) -> list[tuple[str, str, str]]:
    """(fill, edge, path) of all bars of one colour together: one path each keeps a long session small."""
    grouped: dict[tuple[str, str], list[str]] = {}

    def add(colour: str, edge: str, left: float, height: float) -> None:
        if abs(height) >= 0.5:
            grouped.setdefault((colour, edge), []).append(
                f"M{left:.1f} {zero:g}h{width:.1f}v{height:.1f}h{-width:.1f}z"
            )

    for lift in lifts:
        left = x(lift.bottom_s) - width / 2
        lean, sink = (
            -up * min(max(lift.peak_flexion_deg, 0.0), 115.0),
            down * 100 * min(max(lift.hip_drop_m or 0.0, 0.0), 0.58),
        )
        verdict, colour = lift.technique, THEME.verdict(str(lift.technique))
        edge = (THEME.mixed_outline or "") if verdict is Technique.MIXED else ""
        coloured = verdict is not None and verdict is not Technique.UNCLEAR
        by_back = coloured and verdict is not Technique.LEGS
        by_legs = coloured and verdict is not Technique.BACK
        add(colour if by_back else THEME.tflex, edge if by_back else "", left, lean)
        add(colour if by_legs else THEME.thip, edge if by_legs else "", left, sink)
    order = {THEME.thip: 0, THEME.tflex: 1}
    return [
        (c, e, "".join(bars)) for (c, e), bars in sorted(grouped.items(), key=lambda item: order.get(item[0][0], 2))
    ]


def _time_axis(end_s: float, x: Scale, say: Texts) -> list[str]:
    steps = (10, 30, 60, 120, 300, 600, 1800, 3600, 7200)
    step = next((s for s in steps if end_s / s <= 7), 14400)
    unit, per = ("seconds", 1) if step < 60 else ("minutes", 60) if step < 3600 else ("hours", 3600)
    room = x(end_s) - 7 * len(say(f"report.chart.{unit}")) + 1  # the unit stands at the end of the same line
    times = [t for t in range(0, int(end_s) + 1, step) if x(t) < room]
    marks = [_text(x(t), BOTTOM + 16, f"{t / per:g}", "middle") for t in times]
    return [*marks, _text(RIGHT, BOTTOM + 16, say(f"report.chart.{unit}"), "end")]


def share_bar(counts: dict[str, int], say: Texts, width: int = 656) -> Markup:
    """How many lifts of each kind, as one bar; empty if there is none."""
    total = sum(counts.values())
    if not total:
        return Markup("")
    gap, left, parts = 3.0, 0.0, []
    present = [t for t in TECHNIQUES if counts[t]]
    room = width - gap * (len(present) - 1) - 26.0 * len(present)  # each at least 26 px wide, so that its number fits
    for technique in present:
        wide, tile = 26.0 + room * counts[technique] / total, THEME.tile(technique)
        words = f"{counts[technique]} {technique_word(technique, say)}"
        words = words if wide > 8 * len(words) else f"{counts[technique]}"
        parts.append(f'<rect x="{left:.1f}" width="{wide:.1f}" height="30" fill="{tile.fill}"/>')
        parts.append(
            f'<text x="{left + wide / 2:.1f}" y="20" text-anchor="middle" class="bar" style="fill:{tile.text}">'
            f"{words}</text>"
        )
        left += wide + gap
    label = ", ".join(f"{counts[t]} {technique_word(t, say)}" for t in present)
    return Markup(f'<svg viewBox="0 0 {width} 30" role="img" aria-label="{label}">{"".join(parts)}</svg>')


def _error_bar(lift: Lift, x: Scale, y: Scale) -> str:
    cm, error = 100 * (lift.hip_drop_m or 0.0), 100 * (lift.hip_drop_error_m or 0.0)
    bar = f"M{x(cm - error):.1f} {y(lift.flexion_at_bottom_deg):.1f}H{x(cm + error):.1f}"
    colour = THEME.line if lift.technique is Technique.UNCLEAR else THEME.ctx
    return f'<path d="{bar}" stroke="{colour}" stroke-width="2"/>'


def _marks(prefix: str, radius: float) -> str:
    shapes = "".join(f'<g id="{prefix}{technique}">{mark(technique, radius)}</g>' for technique in TECHNIQUES)
    return f"<defs>{shapes}</defs>"


def _hatch() -> str:
    return (
        '<defs><pattern id="gap" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V5" stroke="{THEME.ctx}" stroke-width="2"/></pattern></defs>'
    )


def _hatched(left: float, right: float) -> str:
    return f'<path d="M{left:.1f} {TOP}H{max(right, left + 2):.1f}V{BOTTOM}H{left:.1f}z" fill="url(#gap)"/>'


def _rule(left: float, right: float, y: float) -> str:
    return f'<path d="M{left:g} {y:.1f}H{right:g}" stroke="{THEME.line}"/>'


def _text(x: float, y: float, text: str, anchor: str, *, strong: bool = False) -> str:
    kind = ' class="s"' if strong else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{text}</text>'


def _svg(parts: Iterable[str], height: int, label: str) -> Markup:
    return Markup(f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>')
