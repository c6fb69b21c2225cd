"""What was noticed of the data, in the language of the page: the commonest notes; a rare one stays in English."""

import re

from liftcheck.look.texts import Texts

# What recording/, analysis/ and scoring/ write -> the text that says it, with the same numbers.
PATTERNS = {
    re.compile(pattern): key
    for pattern, key in (
        (r"site not given: taken for (?P<site>[\w-]+)", "site"),
        (r"height not given: taken for (?P<metres>[\d.]+) m", "height"),
        (r"height not given", "no_height"),
        (r"not calibrated: which way is forward is not known yet", "no_forward"),
        (r"rate below (?P<rate>[\d.]+) Hz: bends are counted, not judged", "rate"),
        (
            r"times bunched: (?P<percent>[\d.]+) % of the steps too short, spread evenly over (?P<time>[\d.]+) s",
            "bunched",
        ),
        (r"accelerometer reads (?P<value>[\d.]+) m/s² at rest: taken for an offset", "offset"),
        (r"accelerometer reads (?P<value>[\d.]+) m/s² at rest: scaled to gravity", "scaled"),
        (r"nobody stood still and upright: nothing was judged", "nobody"),
        (r"gaps: (?P<count>\d+) longer than [\d.]+ s, (?P<time>[\d.]+) s in all, first at (?P<first>[\d.]+) s", "gaps"),
        (r"gyroscope and accelerometer disagree about (?P<axes>.+): check range, sign and axes in the profile", "axes"),
        (r"the sensor's range was exceeded", "range"),
        (r"saturated: (?P<axis>\w+ \w) ends at (?P<limit>[\d.]+ \S+), first at (?P<first>[\d.]+) s", "saturated"),
        (r"the sensor slipped at (?P<at>[\d.]+) s and was re-zeroed", "slip"),
        (
            r"no lift was judged from (?P<since>[\d.]+) to (?P<until>[\d.]+) s: "
            r"a calibration was under way and not completed",
            "not_calibrated",
        ),
        (r"damaged numbers from (?P<first>[\d.]+) s: left out", "damaged"),
        (r"lifting index is the least it can be: .+", "least_index"),
        (r"no weight is recommended for such lifts \(NIOSH\)", "no_weight"),
    )
}


def noticed(note: str, say: Texts) -> str:
    """A note as the page's language says it; as it is in English, or where it is none of `PATTERNS`."""
    if say.language == "en":
        return note
    for pattern, key in PATTERNS.items():
        if found := pattern.fullmatch(note):
            values = {name: _written(name, value, say) for name, value in found.groupdict().items()}
            return say(f"report.note.{key}", **values)
    return note


def site_word(site: str, say: Texts) -> str:
    """Where the sensor sits, within a sentence: in English by the name that files and options use."""
    if not say.has(f"site.{site}"):
        return site
    word = say(f"site.{site}")
    return {"en": site, "de": word}.get(say.language, word[0].lower() + word[1:])


def _written(name: str, value: str, say: Texts) -> str:
    if name == "site":
        return site_word(value, say)
    return value.replace(".", say("language.decimal")) if value[0].isdigit() else value
