"""The small figure of a lift's lowest point, as inline SVG: the same geometry as on the screen."""

from collections.abc import Iterable, Sequence
from math import cos, radians, sin

from markupsafe import Markup

from liftcheck.lifts.lift import Lift
from liftcheck.look import pose as body
from liftcheck.look.texts import Texts
from liftcheck.look.theme import LIGHT, Theme

PER_HEIGHT = 1000  # drawing units per body height: whole numbers are fine enough
LEFT, WIDTH, BELOW = -240, 780, 36  # of the picture; the floor is at 0
LOWEST_TOP = 640  # a picture is at least this high, or the head and a little air


def headroom(lifts: Iterable[Lift], height_m: float) -> int:
    """How high pictures have to be so that each of these lifts fits; one height keeps their floors level."""
    heads = [_posed(lift, height_m).head[1] for lift in lifts]
    return max([LOWEST_TOP, *(round(PER_HEIGHT * head) + 90 for head in heads)])


def figure(lift: Lift, height_m: float, site: str, top: int, say: Texts, theme: Theme = LIGHT) -> Markup:
    """A person at a lift's lowest point. The part that did the lift has the verdict's colour. top: see `headroom`."""
    posed = _posed(lift, height_m)
    verdict = str(lift.technique) if lift.technique is not None else None
    colours = body.part_colours(theme, verdict)
    parts = [
        _sweep(posed, lift.knee_error_deg or 0.0, colours["sweep"]),
        _box(posed, colours),
        _floor(colours["floor"]),
    ]
    for limb in body.limbs(posed):
        outlined = colours["outline"] if limb.part in ("shank", "thigh", "hip", "trunk") else ""
        parts.append(_limb(limb, colours[limb.part], theme.surface, outlined))
        if limb.part == "hip":
            parts.append(_sensor(posed, site, colours))
    view = f"{LEFT} {-top} {WIDTH} {top + BELOW}"
    label = say("report.chart.figure", angle=f"{lift.flexion_at_bottom_deg:.0f}")
    return Markup(f'<svg viewBox="{view}" class="figure" role="img" aria-label="{label}">{"".join(parts)}</svg>')


def _posed(lift: Lift, height_m: float) -> body.Pose:
    return body.pose(lift.flexion_at_bottom_deg, (lift.hip_drop_m or 0.0) / height_m)


def _limb(limb: body.Limb, colour: str, panel: str, outline: str) -> str:
    """A limb, first grown in the panel's colour: that makes the gap to the limb behind."""
    grown = [s.grown(body.GAP) if isinstance(s, body.Capsule) else s for s in limb.shapes]
    behind = _path(grown, panel) if limb.part != "head" else ""
    if outline:
        behind += _path(limb.shapes, outline, f' stroke="{outline}" stroke-width="14"')
    return behind + _path(limb.shapes, colour)


def _sweep(posed: body.Pose, knee_error_deg: float, colour: str) -> str:
    shapes = body.sweep(posed, knee_error_deg)
    return _path(shapes, colour) if shapes else ""


def _box(posed: body.Pose, colours: dict[str, str]) -> str:
    return _rectangle(body.box(posed), colours["box"], colours["box_line"], 12)


def _sensor(posed: body.Pose, site: str, colours: dict[str, str]) -> str:
    return _rectangle(body.sensor(posed, site), colours["sensor"], colours["sensor_line"], 12, 10)


def _floor(colour: str) -> str:
    return f'<path d="M{LEFT} 3h{WIDTH}" stroke="{colour}" stroke-width="{PER_HEIGHT * body.FLOOR_LINE:.0f}"/>'


def _rectangle(shape: body.Rectangle, fill: str, line: str, width: int, round_by: int = 6) -> str:
    x, y = _at(shape.centre)
    w, h = round(shape.width * PER_HEIGHT), round(shape.height * PER_HEIGHT)
    turn = f' transform="rotate({shape.turn_deg:.0f} {x} {y})"' if shape.turn_deg else ""
    return (
        f'<rect x="{x - w // 2}" y="{y - h // 2}" width="{w}" height="{h}" rx="{round_by}" fill="{fill}" '
        f'stroke="{line}" stroke-width="{width}"{turn}/>'
    )


def _path(shapes: Sequence[body.Capsule | body.Ellipse], fill: str, more: str = "") -> str:
    return f'<path d="{"".join(map(_outline, shapes))}" fill="{fill}"{more}/>'


def _outline(shape: body.Capsule | body.Ellipse) -> str:
    """A shape as path data. All run the same way round, so that overlapping ones fill as one."""
    if isinstance(shape, body.Ellipse):
        return _ellipse(shape.centre, shape.across, shape.along, shape.turn_deg)
    corners = shape.outline()
    if not corners:
        larger_at_start = shape.start_radius >= shape.end_radius
        radius = shape.start_radius if larger_at_start else shape.end_radius
        return _ellipse(shape.start if larger_at_start else shape.end, radius, radius, 0.0)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = map(_at, corners)
    start, end = round(shape.start_radius * PER_HEIGHT), round(shape.end_radius * PER_HEIGHT)
    wide_start = int(start > end)  # the arc around the thicker end is the longer way round
    around_end = f"L{bx} {by}A{end} {end} 0 {1 - wide_start} 1 {cx} {cy}"
    return f"M{ax} {ay}{around_end}L{dx} {dy}A{start} {start} 0 {wide_start} 1 {ax} {ay}Z"


def _ellipse(centre: body.Point, across: float, along: float, turn_deg: float) -> str:
    x, y = _at(centre)
    a, b = round(across * PER_HEIGHT), round(along * PER_HEIGHT)
    # two half turns, from one end of the across axis to the other
    ex, ey = round(a * cos(radians(turn_deg))), round(a * sin(radians(turn_deg)))
    arc = f"A{a} {b} {turn_deg:.0f} 0 1 "
    return f"M{x - ex} {y - ey}{arc}{x + ex} {y + ey}{arc}{x - ex} {y - ey}Z"


def _at(point: body.Point) -> tuple[int, int]:
    return round(point[0] * PER_HEIGHT), -round(point[1] * PER_HEIGHT)
