"""Ready-made scripts by name: what a session of training, of work, or of one style consists of."""

from collections.abc import Callable, Iterator

import numpy as np

from liftcheck.errors import SettingsError
from liftcheck.simulation.choreography import Movement
from liftcheck.simulation.movements.lifting import Calibration, LiftMove, OverlapLift, Shuffle, Stand
from liftcheck.simulation.movements.other import Drive, Jump, ReachHigh, TieShoe
from liftcheck.simulation.movements.resting import Kneel, LieDown, Sit
from liftcheck.simulation.movements.walking import Ladder, Stairs, Turn, Walk

# How often each style occurs in free work: mostly a lazy mixture (SCIENCE 1.1, 8).
FREE = {"back": 0.25, "lazy": 0.2, "semi": 0.2, "legs": 0.25, "squat": 0.05, "golfer": 0.04, "half-kneel": 0.01}

Script = Callable[[np.random.Generator], Iterator[Movement]]


def script(style: str, rng: np.random.Generator, *, calibration: bool = True) -> Iterator[Movement]:
    """The movements of a session in this style; most go on for ever. SettingsError on an unknown style."""
    if style not in SCRIPTS:
        raise SettingsError(f"There is no style {style!r}; known are {', '.join(SCRIPTS)}")
    yield Stand(2.0)
    if calibration:
        yield Calibration()
        yield Stand(2.0)
    yield from SCRIPTS[style][0](rng)


def _only(style: str) -> Script:
    def lifts(rng: np.random.Generator) -> Iterator[Movement]:
        while True:
            yield from _one(rng, style)

    return lifts


def _one(rng: np.random.Generator, style: str) -> Iterator[Movement]:
    """A lift of a style between stances, as often as not with a step or two around it."""
    if rng.random() < 0.35:
        yield Shuffle(float(rng.uniform(0.7, 1.3)))
    turn = float(rng.uniform(20, 60) * rng.choice((-1, 1))) if rng.random() < 0.3 else 0.0
    yield _lift(style, turn, float(rng.uniform(1, 18)))
    if rng.random() < 0.2:
        yield Shuffle(float(rng.uniform(0.7, 1.2)))
    yield Stand(float(rng.uniform(0.8, 3.0)))


def _lift(style: str, turn_deg: float = 0.0, load_kg: float = 8.0) -> Movement:
    if style == "half-kneel":
        return Kneel(1.2, trunk_deg=28.0, lift=True)
    return LiftMove(style, turn_deg=turn_deg, load_kg=load_kg)


def _mixed(rng: np.random.Generator) -> Iterator[Movement]:
    while True:
        yield from _one(rng, _drawn(rng))


def _overlap(rng: np.random.Generator) -> Iterator[Movement]:
    while True:
        yield OverlapLift()
        yield Stand(float(rng.uniform(0.8, 3.0)))


def _improving(rng: np.random.Generator) -> Iterator[Movement]:
    """A back-lifter who is coached: in some thirty lifts the legs take over."""
    lifts = 0
    while True:
        share = min(lifts / 24, 1.0)
        styles = ("back", "lazy", "semi", "legs")
        weights = np.interp(share, (0, 0.5, 1), (0, 1, 2))
        odds = np.array([max(0, 1 - weights), 0.5 * max(0, 1 - abs(weights - 0.7)), 0.2 + 0.5 * share, weights / 1.5])
        yield from _one(rng, str(rng.choice(styles, p=odds / odds.sum())))
        lifts += 1


def _training(rng: np.random.Generator) -> Iterator[Movement]:
    """Sets of lifts with pauses and all that happens in a training hall."""
    while True:
        for _ in range(int(rng.integers(4, 9))):
            yield from _one(rng, _drawn(rng))
        for _ in range(int(rng.integers(1, 3))):
            yield from _distraction(rng)
            yield Stand(float(rng.uniform(1.0, 3.0)))


def _work(rng: np.random.Generator) -> Iterator[Movement]:
    """A shift: walk in, lift, carry, put down, walk out; now and then something else. Stance is rare and short."""
    while True:
        kind = rng.random()
        if kind < 0.55:
            yield from _carried(rng)
        elif kind < 0.8:
            yield from _chained(rng)
        else:
            yield from _distraction(rng)
        yield Stand(float(rng.uniform(0.5, 6.0)))


def _carried(rng: np.random.Generator) -> Iterator[Movement]:
    load, into = float(rng.uniform(3, 20)), float(rng.uniform(0.1, 0.5))
    yield Walk(float(rng.uniform(2.5, 9)), turn_deg=_turn(rng), early_s=into)
    style = _upright_style(rng)
    yield LiftMove(style, load_kg=load, turn_deg=_turn(rng) / 3, early_s=into)
    yield Walk(float(rng.uniform(2.5, 8)), 1.05, turn_deg=_turn(rng), carry_kg=load, early_s=into)
    yield LiftMove(_upright_style(rng), load_kg=load, early_s=float(rng.uniform(0.0, 0.3)), action="lower")
    yield Walk(float(rng.uniform(2.0, 5)), turn_deg=_turn(rng))


def _chained(rng: np.random.Generator) -> Iterator[Movement]:
    """Several pieces from a pallet, without standing up in between."""
    style, pieces = str(rng.choice(("back", "lazy", "semi", "legs"))), int(rng.integers(2, 6))
    yield Walk(float(rng.uniform(2, 6)), turn_deg=_turn(rng), early_s=0.3)
    for piece in range(pieces):
        last = piece == pieces - 1
        yield LiftMove(style, rise=1.0 if last else float(rng.uniform(0.55, 0.9)), load_kg=6.0)
    yield Turn(_turn(rng))


def _distraction(rng: np.random.Generator) -> Iterator[Movement]:
    seat = float(rng.choice((0.38, 0.42, 0.45, 0.50, 0.60)))
    down, up = float(rng.uniform(1.0, 3.0)), float(rng.uniform(1.0, 2.5))
    choices: list[Movement] = [
        Walk(float(rng.uniform(4, 20)), turn_deg=_turn(rng)),
        Walk(float(rng.uniform(4, 12)), 1.0, carry_kg=float(rng.uniform(3, 20))),
        Sit(float(rng.uniform(2, 15)), seat, down, up),
        Sit(float(rng.uniform(2, 8)), seat, collapse=True),
        Kneel(float(rng.uniform(3, 9)), both=bool(rng.random() < 0.4)),
        ReachHigh(),
        ReachHigh(),
        TieShoe(float(rng.uniform(3, 7))),
        Stairs(int(rng.integers(4, 14)), up=bool(rng.random() < 0.5)),
        Ladder(int(rng.integers(3, 7))),
        Jump(float(rng.uniform(0.06, 0.2))),
        Turn(_turn(rng)),
        Drive(float(rng.uniform(10, 30))),
        LieDown(float(rng.uniform(3, 10)), belly=bool(rng.random() < 0.3)),
    ]
    odds = np.array([4, 3, 4, 1, 2, 2, 1, 2, 1, 1, 1, 3, 0.7, 0.5])
    yield choices[int(rng.choice(len(choices), p=odds / odds.sum()))]


def _demo(rng: np.random.Generator) -> Iterator[Movement]:
    """Six brisk lifts of different styles, so that a newcomer sees every verdict within 45 seconds."""
    for style in ("legs", "back", "semi", "legs", "lazy", "legs"):
        yield LiftMove(style, down_s=float(rng.uniform(0.9, 1.1)), dwell_s=0.15, up_s=float(rng.uniform(0.9, 1.1)))
        yield Stand(float(rng.uniform(1.4, 1.8)))


def _resting(rng: np.random.Generator) -> Iterator[Movement]:
    while True:
        for movement in _distraction(rng):
            if not isinstance(movement, TieShoe):  # that is a bend
                yield movement
                yield Stand(float(rng.uniform(1.0, 4.0)))


def _drawn(rng: np.random.Generator) -> str:
    return str(rng.choice(list(FREE), p=list(FREE.values())))


def _upright_style(rng: np.random.Generator) -> str:
    """Any style but those that need a hand or a knee on the floor."""
    style = _drawn(rng)
    return "lazy" if style in ("golfer", "half-kneel") else style


def _turn(rng: np.random.Generator) -> float:
    return float(rng.choice((0, 45, 90, 120)) * rng.choice((-1, 1)))


# name -> (script, what it is)
SCRIPTS: dict[str, tuple[Script, str]] = {
    "back": (_only("back"), "every lift with the back: knees nearly straight"),
    "lazy": (_only("lazy"), "back lifts with knees a little bent, the commonest mistake"),
    "semi": (_only("semi"), "semi-squats: knees at the border"),
    "legs": (_only("legs"), "every lift with the legs"),
    "squat": (_only("squat"), "deep upright squats"),
    "half-kneel": (_only("half-kneel"), "lifts with one knee on the floor"),
    "golfer": (_only("golfer"), "one-legged reaches with a straight back"),
    "mixed": (_mixed, "all styles, as people do"),
    "overlap": (_overlap, "knees evenly from 0 to 125 degrees, the trunk loosely tied to them"),
    "improving": (_improving, "begins with the back, ends with the legs"),
    "training": (_training, "sets of lifts of all styles, with other movements between"),
    "work": (_work, "a shift: walking into lifts and out of them, carrying, chains without stance"),
    "demo": (_demo, "six lifts that show every verdict, and then an end"),
    "no-lifts": (_resting, "everything but lifts"),
}
