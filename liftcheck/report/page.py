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
from liftcheck.look.texts import Texts, texts
from liftcheck.recording.recording import Recording
from liftcheck.report import charts, tables, words
from liftcheck.report.comparison import DRAWS, FEWEST, Comparison, Measure, compare
from liftcheck.report.figure import figure, headroom
from liftcheck.report.notes import noticed, site_word
from liftcheck.scoring import Score
from liftcheck.scoring.columns import Row
from liftcheck.scoring.one import settings_for

GAP_S = 0.2  # a longer silence is a gap
MOST_ROWS = 1200  # of the table of lifts: a page stays below half a megabyte
FONTS = (("Barlow", 500, "Barlow-Medium"), ("Barlow", 600, "Barlow-SemiBold"), ("Barlow", 700, "Barlow-Bold"),
         ("Barlow Condensed", 700, "BarlowCondensed-Bold"))  # fmt: skip


def report(score: Score, recording: Recording, settings: Settings | None = None, language: str = "en") -> str:
    """One session as an HTML page: data quality first, then one headline, then what stands behind it.

    settings: those it was scored with; what the recording says of site and height goes before them. language: one of
    `look.texts.LANGUAGES`; rare notes on the data stay in English. The page needs no network, no script and no
    other file. Texts from the recording are escaped.
    """
    settings, say = settings_for(recording, settings or Settings()), texts(language)
    row, lifts = score.row, [lift for lift in score.lifts if lift.is_lift]
    height_m, gaps = settings.height_m or settings.lifts.technique.height_m, gaps_in(recording)
    most_legs, most_back = (tables.extremes(lifts, wanted) for wanted in (Technique.LEGS, Technique.BACK))
    of_all = tables.said_of_all(lifts)
    top = headroom([*most_legs, *most_back], height_m)
    return _template("page.html.j2").render(
        say=say,
        title=say("report.page.title_of", name=row["recording"] or say("report.page.session")),
        when=words.when(row["started"], say),
        who=_who(row, say),
        quality=words.quality(row, gaps, say, _counted_s(score)),
        headline=words.headline(row, lifts, say),
        share_bar=charts.share_bar(_counts(row), say),
        map=charts.map_of_lifts(lifts, border_m(settings), say) if lifts else "",
        timeline=_over_time(score.lifts, row["duration_s"] or 0.0, gaps, say),
        many=len(lifts) > charts.MANY,
        legend=[(charts.technique_word(each, say), charts.inline_mark(each)) for each in charts.TECHNIQUES],
        most_legs=_figures(most_legs, height_m, settings.site, top, say),
        most_back=_figures(most_back, height_m, settings.site, top, say),
        exposure=tables.exposure_pairs(row, settings.exposure, say),
        beside=tables.beside_pairs(row, settings.exposure, say),
        judged=_judged(recording, settings, say),
        load=score.load and {"rows": tables.load_pairs(score.load, say), "notes": tables.load_notes(score.load, say)},
        method=tables.method_pairs(recording, row, settings, border_m(settings), say),
        details=score.exposure and _details(score.exposure, row, settings, say),
        sentences=[say(f"report.page.{key}") for key in ("mixed", "waist")[: 1 + settings.site.startswith("waist")]],
        table=[tables.lift_cells(lift, say, of_all) for lift in lifts[:MOST_ROWS]],
        of_all="; ".join(noticed(note, say) for note in of_all),
        left_out=max(0, len(lifts) - MOST_ROWS),
    )


def comparison_page(
    first: tuple[Score, Recording],
    second: tuple[Score, Recording],
    settings: Settings | None = None,
    language: str = "en",
) -> str:
    """Two sessions as an HTML page: what changed from the first to the second, and how sure that is."""
    settings, say = settings or Settings(), texts(language)
    comparison = compare(first[0].lifts, second[0].lifts, settings.exposure)
    return _template("compare.html.j2").render(
        say=say,
        title=say("report.compare.title"),
        version=__version__,
        sides=[_side(letter, *pair, settings, say) for letter, pair in (("A", first), ("B", second))],
        headline=comparison_headline(comparison, say),
        rows=[measure_cells(measure, say) for measure in comparison.measures],
        how=say("report.compare.how", draws=say.number(DRAWS), fewest=FEWEST),
    )


def comparison_headline(comparison: Comparison, say: Texts) -> words.Headline:
    """What the comparison comes to, in a sentence."""
    measure = comparison.measures[0]
    text = say(f"report.compare.headline_{_key(measure.verdict)}")
    if min(measure.lifts) < FEWEST:
        few = say("report.compare.too_few", first=measure.lifts[0], second=measure.lifts[1])
        return words.Headline("", text, few)
    cells, low, high = measure_cells(measure, say), tables.number(measure.low, say), tables.number(measure.high, say)
    detail = say("report.compare.detail", first=cells["a"], second=cells["b"], low=low, high=high)
    return words.Headline("", text, detail)


def _key(name: str) -> str:
    """The key under which a measure's or a verdict's text stands: "Stoop index, mean" -> "stoop_index"."""
    return name.partition(",")[0].lower().replace(" ", "_")


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


def _who(row: Row, say: Texts) -> str:
    wearer = say("report.page.wearer", name=row["wearer"]) if row["wearer"] else None
    return ", ".join(filter(None, [row["recording"], wearer]))


def _counts(row: Row) -> dict[str, int]:
    return {technique: row[technique] for technique in charts.TECHNIQUES}


def _details(details: ExposureDetails, row: Row, settings: Settings, say: Texts) -> dict[str, Any]:
    heads, stays = tables.stays(details, settings.exposure, say)
    return {"heads": heads, "stays": stays, "rows": tables.detail_pairs(details, row, settings.exposure, say)}


def _over_time(lifts: Sequence[Lift], duration_s: float, gaps: Sequence[tuple[float, float]], say: Texts) -> Markup:
    """Lifts and shallow bends over time, not sitting down or jumps; counted in stretches where there are many."""
    shown = [lift for lift in lifts if lift.is_lift or lift.reason == "shallow"]
    if sum(lift.is_lift for lift in lifts) > charts.MANY:
        return charts.rhythm(shown, duration_s, say)
    return charts.timeline(shown, duration_s, say, gaps)


def _figures(lifts: Sequence[Lift], height_m: float, site: str, top: int, say: Texts) -> list[dict[str, Any]]:
    return [
        {
            "figure": figure(lift, height_m, site, top, say),
            "mark": charts.inline_mark(str(lift.technique)),
            "name": say("report.part.lift", number=lift.lift),
            "numbers": f"{lift.flexion_at_bottom_deg:.0f}°, {tables.number(100 * (lift.hip_drop_m or 0.0), say)} cm",
        }
        for lift in lifts
    ]


def _judged(recording: Recording, settings: Settings, say: Texts) -> str:
    of, site = "report.page", site_word(settings.site, say)
    sensor = say(f"{of}.sensor" if recording.profile else f"{of}.sensor_unnamed", profile=recording.profile, site=site)
    height = f"{settings.height_m:g}".replace(".", say("language.decimal")) if settings.height_m else None
    return say(
        f"{of}.judged",
        border=f"{settings.lifts.technique.border_knee_deg:.0f}",
        version=__version__,
        sensor=sensor,
        height=say(f"{of}.height", metres=height) if height else say(f"{of}.no_height"),
    )


def _side(letter: str, score: Score, recording: Recording, settings: Settings, say: Texts) -> dict[str, Any]:
    row, lifts = score.row, [lift for lift in score.lifts if lift.is_lift]
    border = border_m(settings_for(recording, settings))
    headline = words.headline(row, lifts, say)
    return {
        "letter": letter,
        "name": ", ".join(filter(None, [_who(row, say), words.when(row["started"], say)])),
        "about": f"{headline.number} {headline.words}. {headline.detail}".strip(),
        "quality": words.quality(row, gaps_in(recording), say, _counted_s(score)),
        "share_bar": charts.share_bar(_counts(row), say, charts.WIDTH),
        "map": charts.map_of_lifts(lifts, border, say, letter.lower()) if lifts else "",
    }


def measure_cells(measure: Measure, say: Texts) -> dict[str, str]:
    """One measure of a comparison as texts, with units and signs."""
    unit = "" if not measure.unit else f" {measure.unit}".replace(" deg/s", "°/s")
    digits = 0 if measure.unit else 1

    def cell(value: float | None, sign: str = "") -> str:
        plus = sign if value is not None and value > 0 else ""
        return "–" if value is None else f"{plus}{say.number(value, digits)}{unit}"

    low, high = cell(measure.low, "+"), cell(measure.high, "+")
    return {
        "name": say(f"report.compare.{_key(measure.name)}"),
        "a": cell(measure.a),
        "b": cell(measure.b),
        "difference": cell(measure.difference, "+"),
        "interval": "–" if measure.low is None else say("report.compare.to", low=low, high=high),
        "verdict": say(f"report.compare.{_key(measure.verdict)}"),
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
