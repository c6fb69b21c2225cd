"""What header and overlay tell of a session."""

from liftcheck.lifts.lift import Lift
from liftcheck.look.texts import Texts, clock
from liftcheck.review.overlay import registered
from liftcheck.window.replay.header import HeaderState
from liftcheck.window.replay.overlay_view import OverlayState
from liftcheck.window.replay.stage import Stage


def header_state(stage: Stage, words: Texts, notice: str) -> HeaderState:
    """How many lifts, how long, how good the link was, and how much is labelled or still to be judged."""
    session, link = stage.session, stage.session.link
    facts = [words("replay.count", lifts=len(session.review.lifts), time=clock(session.end_s - session.start_s))]
    if link.rate_hz:
        facts.append(words("status.rate", rate=words.number(link.rate_hz, 1)))
    if (loss := session.loss_percent) is not None:
        facts.append(words("status.loss", loss=words.number(loss, 1)))
    if not session.done:
        facts.append(_judging(stage, words))
    elif stage.labelled:
        facts.append(words("replay.labelled", done=stage.labelled, all=len(stage.rows)))
    return HeaderState(session.recording.name, ", ".join(facts), session.review.coach, notice, session.judged_share)


def overlay_state(stage: Stage, words: Texts, against: tuple[str, Lift] | None, other: str = "") -> OverlayState:
    """The chosen lift on another. against: as what (best, typical, reference, other) and which; other: its session."""
    lift = stage.lift
    if lift is None:
        return OverlayState(words("replay.overlay_none"), empty="" if stage.rows else words("replay.no_lifts"))
    name = words("replay.lift", number=lift.lift)
    compares = against is not None and against[1] != lift
    title, reference = name, None
    if against is not None and compares:
        kind, reference = against
        title = f"{name} {words(f'replay.on_{kind}', number=reference.lift, name=other)}"
    return OverlayState(
        title=title,
        name=name,
        verdict=str(lift.technique),
        course=registered(lift),
        reference_verdict="" if reference is None else str(reference.technique),
        reference=None if reference is None else registered(reference),
        band=stage.band,
        empty="" if stage.session.done else _judging(stage, words),
    )


def _judging(stage: Stage, words: Texts) -> str:
    return words("replay.judging", percent=round(100 * stage.session.judged_share))
