"""A session looked at again, without a screen: stored verdicts, a coach's labels, picked lifts, curves for drawing."""

from liftcheck.review.labelling import Review, Row
from liftcheck.review.overlay import Band, own_band, registered
from liftcheck.review.picks import Picks, pick
from liftcheck.review.playhead import SPEEDS, Playhead
from liftcheck.review.stored import stored_lifts

__all__ = [
    "SPEEDS",
    "Band",
    "Picks",
    "Playhead",
    "Review",
    "Row",
    "own_band",
    "pick",
    "registered",
    "stored_lifts",
]
