"""Why a lift is unclear: the pipeline's own words -> the text that says it in the reader's language."""

# What the pipeline writes (lifts/gates.py, analysis/) -> the text's key.
REASON_WORDS = (
    ("signal missing", "gap"),
    ("samples are missing", "lossy"),
    ("settl", "settling"),
    ("slip", "slip"),
    ("stance", "stance"),
    ("disagree", "axes"),
    ("stuck", "stuck"),
    ("turned on the body", "turned"),
    ("gyro", "gyro"),
    ("hz", "rate"),
    ("upright again", "cut"),
    ("mid-bend", "cut"),
    ("calibrated", "calibration"),
    ("seat", "seat"),
    ("range", "sensor"),
    ("height", "height"),
    ("the wearer ended", "height"),
)


def reason_key(reason: str) -> str:
    """The text's key for a lift's `reason`; it may want a `time`, the seconds of signal that are missing."""
    for word, key in REASON_WORDS:
        if word in reason.lower():
            return f"reason.{key}"
    return "reason.other"
