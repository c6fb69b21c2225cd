"""Puts a page together: words, charts, figures and tables into the templates."""

import base64
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from liftcheck import __version__
from liftcheck.analysis import Settings
from liftcheck.lifts.exposure import ExposureDetails
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.technique import hip_drop_of_knees
from liftcheck.recording.recording import Recording
from liftcheck.report import charts, tables, words
from liftcheck.report.comparison import DRAWS, FEWEST, Comparison, Measure, compare
from liftcheck.report.figure import figure, headroom
from liftcheck.scoring import Score
from liftcheck.scoring.columns import Row
from liftcheck.scoring.one import settings_for

GAP_S = 0.2  # a longer silence is a gap
MOST_ROWS = 1200  # of the table of lifts: a page stays below half a megabyte
FONTS = (("Barlow", 500, "Barlow-Medium"), ("Barlow", 600, "Barlow-SemiBold"), ("Barlow", 700, "Barlow-Bold"),
         ("Barlow Condensed", 700, "BarlowCondensed-Bold"))  # fmt: skip


def report(score: Score, recording: Recording, settings: Settings | None = None) -> str:
    """One session as an HTML page: data quality first, then one headline, then what stands behind it.

    settings: those it was scored with; what the recording says of site and height goes before them. The page needs no
    network, no script and no other file. Texts from the recording are escaped.
    """
    settings = settings_for(recording, settings or Settings())
    row, lifts = score.row, [lift for lift in score.lifts if lift.is_lift]
    height_m, gaps = settings.height_m or settings.lifts.technique.height_m, gaps_in(recording)
    most_legs, most_back = (tables.extremes(lifts, wanted) for wanted in (Technique.LEGS, Technique.BACK))
    of_all = tables.said_of_all(lifts)
    top = headroom([*most_legs, *most_back], height_m)
    return _template("page.html.j2").render(
        title=f"Lift style report: {row['recording'] or 'session'}",
        when=words.when(row["started"]),
        who=_who(row),
        quality=words.quality(row, gaps, _counted_s(score)),
        headline=words.headline(row, lifts),
        share_bar=charts.share_bar(_counts(row)),
        map=charts.map_of_lifts(lifts, border_m(settings)) if lifts else "",
        timeline=_over_time(score.lifts, row["duration_s"] or 0.0, gaps),
        many=len(lifts) > charts.MANY,
        legend=[(str(technique), charts.inline_mark(technique)) for technique in charts.TECHNIQUES],
        most_legs=_figures(most_legs, height_m, settings.site, top),
        most_back=_figures(most_back, height_m, settings.site, top),
        exposure=tables.exposure_pairs(row, settings.exposure),
        beside=tables.beside_pairs(row, settings.exposure),
        limits=words.LIMITS,
        judged=_judged(recording, settings),
        load=score.load and {"rows": tables.load_pairs(score.load), "notes": score.load.notes},
        method=tables.method_pairs(recording, row, settings, border_m(settings)),
        details=score.exposure and _details(score.exposure, row, settings),
        sentences=_sentences(settings.site),
        table=[tables.lift_cells(lift, of_all) for lift in lifts[:MOST_ROWS]],
        of_all=of_all,
        left_out=max(0, len(lifts) - MOST_ROWS),
    )


def comparison_page(
    first: tuple[Score, Recording], second: tuple[Score, Recording], settings: Settings | None = None
) -> str:
    """Two sessions as an HTML page: what changed from the first to the second, and how sure that is."""
    settings = settings or Settings()
    comparison = compare(first[0].lifts, second[0].lifts, settings.exposure)
    return _template("compare.html.j2").render(
        title="Two sessions compared",
        version=__version__,
        sides=[_side(letter, *pair, settings) for letter, pair in (("A", first), ("B", second))],
        headline=comparison_headline(comparison),
        rows=[measure_cells(measure) for measure in comparison.measures],
        how=how_compared(),
        limits=words.LIMITS,
    )


def comparison_headline(comparison: Comparison) -> words.Headline:
    """What the comparison comes to, in a sentence."""
    measure = comparison.measures[0]
    text = {
        "likely better": "Likely better: fewer lifts with the back in B",
        "likely worse": "Likely worse: more lifts with the back in B",
        "no clear change": "No clear change in the lifts with the back",
    }[measure.verdict]
    if min(measure.lifts) < FEWEST:
        return words.Headline("", text, f"Too few judged lifts to tell: {measure.lifts[0]} and {measure.lifts[1]}.")
    cells, low, high = measure_cells(measure), tables.number(measure.low), tables.number(measure.high)
    between = f"the difference lies between {low} and {high} points"
    return words.Headline("", text, f"{cells['a']} in A, {cells['b']} in B; {between}.")


def how_compared() -> str:
    """How the intervals come about, for the foot of a comparison."""
    return (
        f"Less counts as better here. Intervals: {DRAWS:,} draws of the lifts of each session (bootstrap, fixed "
        f"seed). A change is told only where the whole interval lies on one side of zero and each session has at least "
        f"{FEWEST} lifts. Lifts in a row resemble each other, so the true intervals are somewhat wider; different work "
        "on two days is a change too."
    )


def gaps_in(recording: Recording) -> list[tuple[float, float]]:
    """Where the signal is missing: (from, to) in seconds."""
    t = recording.samples.t
    at = np.flatnonzero(np.diff(t) > GAP_S)
    return list(zip(t[at].tolist(), t[at + 1].tolist(), strict=True))


def border_m(settings: Settings) -> float:
    """The hip drop of the border between back and legs: where the knees are bent by 65 degrees, in metres."""
    technique = settings.lifts.technique
    return hip_drop_of_knees(technique.border_knee_deg, settings.height_m or technique.height_m, technique)


def _counted_s(score: Score) -> float | None:
    return score.exposure.counted_s if score.exposure else None


def _who(row: Row) -> str:
    return ", ".join(filter(None, [row["recording"], f"wearer {row['wearer']}" if row["wearer"] else None]))


def _counts(row: Row) -> dict[str, int]:
    return {technique: row[technique] for technique in charts.TECHNIQUES}


def _details(details: ExposureDetails, row: Row, settings: Settings) -> dict[str, Any]:
    heads, stays = tables.stays(details, settings.exposure)
    return {"heads": heads, "stays": stays, "rows": tables.detail_pairs(details, row, settings.exposure)}


def _over_time(lifts: Sequence[Lift], duration_s: float, gaps: Sequence[tuple[float, float]]) -> Markup:
    """Lifts and shallow bends over time, not sitting down or jumps; counted in stretches where there are many."""
    shown = [lift for lift in lifts if lift.is_lift or lift.reason == "shallow"]
    if sum(lift.is_lift for lift in lifts) > charts.MANY:
        return charts.rhythm(shown, duration_s)
    return charts.timeline(shown, duration_s, gaps)


def _figures(lifts: Sequence[Lift], height_m: float, site: str, top: int) -> list[dict[str, Any]]:
    return [
        {
            "figure": figure(lift, height_m, site, top),
            "mark": charts.inline_mark(str(lift.technique)),
            "number": lift.lift,
            "numbers": f"{lift.flexion_at_bottom_deg:.0f}°, {tables.number(100 * (lift.hip_drop_m or 0.0))} cm",
        }
        for lift in lifts
    ]


def _judged(recording: Recording, settings: Settings) -> str:
    sensor = f"sensor {recording.profile} at {settings.site}" if recording.profile else f"sensor at {settings.site}"
    height = f"height {settings.height_m:g} m" if settings.height_m else "height not given"
    border = f"{settings.lifts.technique.border_knee_deg:.0f}° of knee bend"
    return f"Judged at {border}, liftcheck {__version__}, {sensor}, {height}"


def _sentences(site: str) -> list[str]:
    mixed = "Mixed is a fine technique for many loads. A share of lifts with the back is no measure of harm."
    waist = "At the waist a sensor cannot see some people's stoops: their pelvis hardly turns."
    return [mixed, waist] if site.startswith("waist") else [mixed]


def _side(letter: str, score: Score, recording: Recording, settings: Settings) -> dict[str, Any]:
    row, lifts = score.row, [lift for lift in score.lifts if lift.is_lift]
    border = border_m(settings_for(recording, settings))
    headline = words.headline(row, lifts)
    return {
        "letter": letter,
        "name": ", ".join(filter(None, [_who(row), words.when(row["started"])])),
        "about": f"{headline.number} {headline.words}. {headline.detail}".strip(),
        "quality": words.quality(row, gaps_in(recording), _counted_s(score)),
        "share_bar": charts.share_bar(_counts(row), charts.WIDTH),
        "map": charts.map_of_lifts(lifts, border, letter.lower()) if lifts else "",
    }


def measure_cells(measure: Measure) -> dict[str, str]:
    """One measure of a comparison as texts, with units and signs."""
    unit = "" if not measure.unit else f" {measure.unit}".replace(" deg/s", "°/s")
    digits = 0 if measure.unit else 1

    def cell(value: float | None, sign: str = "") -> str:
        plus = sign if value is not None and value > 0 else ""
        return "–" if value is None else f"{plus}{tables.number(value, digits)}{unit}"

    interval = "–" if measure.low is None else f"{cell(measure.low, '+')} to {cell(measure.high, '+')}"
    return {
        "name": measure.name,
        "a": cell(measure.a),
        "b": cell(measure.b),
        "difference": cell(measure.difference, "+"),
        "interval": interval,
        "verdict": measure.verdict,
    }


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("liftcheck.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    here = files("liftcheck.report")
    environment.globals["style"] = Markup((here / "style.css").read_text(encoding="utf-8"))
    environment.globals["symbols"] = charts.symbols()
    environment.globals["fonts"] = Markup("".join(_font_face(*font) for font in FONTS))
    return environment


def _template(name: str) -> jinja2.Template:
    return _templates().get_template(name)


def _font_face(family: str, weight: int, file: str) -> str:
    data = base64.b64encode((files("liftcheck.report") / "fonts" / f"{file}.woff2").read_bytes()).decode()
    source = f'url(data:font/woff2;base64,{data}) format("woff2")'
    return f'@font-face{{font-family:"{family}";font-weight:{weight};src:{source}}}\n'
