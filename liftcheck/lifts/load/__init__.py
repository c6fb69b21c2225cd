"""What an entered load means: the NIOSH lifting index and friends, with the origin of every number beside it.

The sensor supplies how often, and roughly how far up and how far to the side; the load itself, the reach, the heights
of the hands and the grip have to be entered. What is neither is assumed at its best (multiplier 1), and said: the
index is then the least it can be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, inf, isfinite, prod, radians
from statistics import median
from typing import Any, Literal

from liftcheck.lifts.lift import Lift
from liftcheck.lifts.load.equation import (
    COUPLINGS,
    KNUCKLE_CM,
    LOAD_CONSTANT_KG,
    asymmetry_multiplier,
    coupling_multiplier,
    distance_multiplier,
    frequency_multiplier,
    horizontal_multiplier,
    vertical_multiplier,
)
from liftcheck.lifts.load.limits import (
    HANDLED_LIMIT_KG,
    KNUCKLES,
    REFERENCE_MASSES_KG,
    ThresholdLimit,
    cumulative_damage,
    reference_mass_kg,
    threshold_limit,
)

__all__ = [
    "HANDLED_LIMIT_KG", "EnteredLoad", "LoadAssessment", "Multiplier", "Sensed", "composite_index",
    "cumulative_damage", "lifting_index", "reference_mass_kg", "sensed", "threshold_limit",
]  # fmt: skip

Origin = Literal["entered", "sensor", "assumed"]
TRUNK = 0.30  # of body height: from the hips to the shoulders (Stoop-Squat-Index, SSI)
BODY_M = 1.73  # where no height is known


@dataclass(frozen=True)
class EnteredLoad:
    """A load as somebody entered it; None is unknown. ValueError with a sentence where a number cannot be.

    load_kg; reach_m: hands before the ankles; from_m, to_m: hands above the floor; coupling: good, fair or poor.
    """

    load_kg: float
    reach_m: float | None = None
    from_m: float | None = None
    to_m: float | None = None
    coupling: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.load_kg <= 500:
            raise ValueError(f"a load of {self.load_kg:g} kg cannot be: give a weight above 0 and up to 500 kg")
        for name, value, least, most in (
            ("a reach", self.reach_m, 0.05, 1.5),
            ("a start height", self.from_m, 0.0, 2.5),
            ("an end height", self.to_m, 0.0, 2.5),
        ):
            if value is not None and not least <= value <= most:
                raise ValueError(f"{name} of {value:g} m cannot be: give metres between {least:g} and {most:g}")
        if self.coupling is not None and self.coupling not in COUPLINGS:
            raise ValueError(f"the coupling {self.coupling!r} is unknown: give good, fair or poor")

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "EnteredLoad":
        """The load in a `load` event's data, or in a row of a wearers file. ValueError if it is none."""
        try:
            numbers = {name: _number(data.get(name)) for name in ("load_kg", "reach_m", "from_m", "to_m")}
        except (TypeError, ValueError) as error:
            raise ValueError(f"the load holds something that is no number: {error}") from error
        load_kg = numbers.pop("load_kg")
        if load_kg is None:
            raise ValueError("the load has no weight: give load_kg")
        return EnteredLoad(load_kg, **numbers, coupling=data.get("coupling") or None)


@dataclass(frozen=True)
class Sensed:
    """What the sensor tells about where a load was, roughly; None is unknown.

    travel_m: how far the hands went down, within about 0.15 m; hands_m: how high they were at the lowest point, the
    same; asymmetry_deg: how far the trunk turned, which includes turning on the feet.
    """

    travel_m: float | None = None
    hands_m: float | None = None
    asymmetry_deg: float | None = None


@dataclass(frozen=True)
class Multiplier:
    """One factor of the equation. name: HM, VM, DM, AM, FM or CM; given: the value it comes from, in words."""

    name: str
    value: float
    origin: Origin
    given: str


@dataclass(frozen=True)
class LoadAssessment:
    """A load held against its limits.

    limit_kg: the recommended weight for these lifts; index: load / limit, None where no weight is recommended.
    limit_apart_kg: the same without regard to frequency. lifts_per_min, hours: as the sensor counted them.
    at_least: whether something was assumed at its best, so that the true index may be higher. notes: in sentences.
    tlv: the ACGIH limit, None where reach or height were not entered. handled_kg: moved in this session.
    references_exceeded_kg: the ISO 11228-1 reference masses (15, 20, 25 kg by age and sex) that the load is above.
    """

    load_kg: float
    limit_kg: float
    limit_apart_kg: float
    index: float | None
    multipliers: tuple[Multiplier, ...]
    lifts_per_min: float
    hours: float
    hands_cm: float
    at_least: bool
    tlv: ThresholdLimit | None
    handled_kg: float
    references_exceeded_kg: tuple[float, ...]
    notes: tuple[str, ...]


def lifting_index(
    load: EnteredLoad,
    lifts_per_min: float,
    hours: float,
    *,
    asymmetry_deg: float | None = None,
    travel_m: float | None = None,
    hands_m: float | None = None,
    height_m: float | None = None,
) -> LoadAssessment:
    """Holds an entered load against the revised NIOSH equation and other limits.

    lifts_per_min and hours (worn time) come from the sensor, so do asymmetry_deg, travel_m and hands_m (see `sensed`);
    entered values go first. height_m: of the wearer, for the ACGIH zones. ValueError where a number cannot be.
    """
    if not (isfinite(lifts_per_min) and lifts_per_min >= 0):
        raise ValueError(f"{lifts_per_min} lifts a minute cannot be: give 0 or more")
    if not (isfinite(hours) and hours >= 0):
        raise ValueError(f"{hours} hours cannot be: give 0 or more")
    place, hands_cm = _place(load, hands_m, travel_m, asymmetry_deg)
    often = Multiplier(
        "FM", frequency_multiplier(lifts_per_min, hours, hands_cm), "sensor", f"{lifts_per_min:.1f}/min, {hours:.1f} h"
    )
    apart_kg = LOAD_CONSTANT_KG * prod(m.value for m in place)
    limit_kg = apart_kg * often.value
    multipliers = (*place[:4], often, place[4])
    return LoadAssessment(
        load_kg=load.load_kg,
        limit_kg=limit_kg,
        limit_apart_kg=apart_kg,
        index=load.load_kg / limit_kg if limit_kg else None,
        multipliers=multipliers,
        lifts_per_min=lifts_per_min,
        hours=hours,
        hands_cm=hands_cm,
        at_least=any(m.origin == "assumed" for m in multipliers),
        tlv=_tlv(load, lifts_per_min, hours, asymmetry_deg, height_m),
        handled_kg=load.load_kg * lifts_per_min * 60.0 * hours,
        references_exceeded_kg=tuple(mass for mass in REFERENCE_MASSES_KG if load.load_kg > mass),
        notes=_notes(multipliers, limit_kg, hours),
    )


def composite_index(tasks: Sequence[LoadAssessment]) -> float | None:
    """One index for several lifting tasks of the same shift; None where no weight is recommended for one of them.

    The hardest task counts in full, each next one by what its lifts add to the frequency. ValueError without a task,
    or if the tasks are not assessed over the same hours.
    """
    if not tasks:
        raise ValueError("a composite index needs at least one task")
    if len({task.hours for task in tasks}) > 1:
        raise ValueError(
            "the tasks of a composite index must be assessed over the same hours: those of the whole shift"
        )
    hardest_first = sorted(tasks, key=_own_index, reverse=True)
    total, rate = _own_index(hardest_first[0]), hardest_first[0].lifts_per_min
    for task in hardest_first[1:]:
        apart = task.load_kg / task.limit_apart_kg if task.limit_apart_kg else inf
        before = frequency_multiplier(rate, task.hours, task.hands_cm)
        rate += task.lifts_per_min
        after = frequency_multiplier(rate, task.hours, task.hands_cm)
        total += apart * (1.0 / after - 1.0 / before) if after else inf
    return total if isfinite(total) else None


def sensed(lifts: Iterable[Lift], height_m: float | None = None) -> Sensed:
    """What a session's lifts tell about where the load was: medians over the lifts, rough.

    With hanging arms the hands sink as far as the shoulders: the hips' drop and the trunk's (1 - cos flexion).
    """
    body_m, judged = height_m or BODY_M, [lift for lift in lifts if lift.is_lift]
    sunk = [
        lift.hip_drop_m + TRUNK * body_m * (1.0 - cos(radians(lift.flexion_at_bottom_deg)))
        for lift in judged
        if lift.hip_drop_m is not None
    ]
    travel_m = max(0.0, median(sunk)) if sunk else None
    return Sensed(
        travel_m=travel_m,
        hands_m=None if travel_m is None else max(0.0, KNUCKLES * body_m - travel_m),
        asymmetry_deg=median(abs(lift.turn_deg) for lift in judged) if judged else None,
    )


def _number(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)


def _own_index(task: LoadAssessment) -> float:
    return inf if task.index is None else task.index


def _place(
    load: EnteredLoad, hands_m: float | None, travel_m: float | None, asymmetry_deg: float | None
) -> tuple[list[Multiplier], float]:
    """The factors that say where the load is, and the height of the hands in cm that the others need."""
    from_m, from_origin = _first(load.from_m, hands_m)
    entered_m = None if load.from_m is None or load.to_m is None else abs(load.to_m - load.from_m)
    way_m, way_origin = _first(entered_m, travel_m)
    hands_cm = KNUCKLE_CM if from_m is None else 100.0 * from_m
    reach, turn = load.reach_m, asymmetry_deg
    return [
        _factor("HM", reach, "entered", "reach", "m", lambda x: horizontal_multiplier(100.0 * x)),
        _factor("VM", from_m, from_origin, "hands at", "m", lambda x: vertical_multiplier(100.0 * x)),
        _factor("DM", way_m, way_origin, "moved over", "m", lambda x: distance_multiplier(100.0 * x)),
        _factor("AM", turn, "sensor", "turned by", "degrees", asymmetry_multiplier),
        Multiplier("CM", coupling_multiplier(load.coupling, hands_cm), "entered", f"{load.coupling} grip")
        if load.coupling
        else Multiplier("CM", 1.0, "assumed", "grip not known"),
    ], hands_cm


def _first(entered: float | None, measured: float | None) -> tuple[float | None, Origin]:
    return (entered, "entered") if entered is not None else (measured, "sensor")


def _factor(
    name: str, value: float | None, origin: Origin, what: str, unit: str, law: Callable[[float], float]
) -> Multiplier:
    if value is None:
        return Multiplier(name, 1.0, "assumed", f"{what} not known")
    return Multiplier(
        name, law(value), origin, f"{what} {value:.2f} m" if unit == "m" else f"{what} {value:.0f} {unit}"
    )


def _tlv(
    load: EnteredLoad, lifts_per_min: float, hours: float, asymmetry_deg: float | None, height_m: float | None
) -> ThresholdLimit | None:
    if load.reach_m is None or load.from_m is None:
        return None
    body_m = height_m or BODY_M
    return threshold_limit(load.reach_m, load.from_m, 60.0 * lifts_per_min, hours, body_m, asymmetry_deg or 0.0)


def _notes(multipliers: tuple[Multiplier, ...], limit_kg: float, hours: float) -> tuple[str, ...]:
    words = {"HM": "reach", "VM": "start height", "DM": "distance moved", "AM": "turn to the side", "CM": "grip"}
    assumed = [words[m.name] for m in multipliers if m.origin == "assumed"]
    rough = [words[m.name] for m in multipliers if m.origin == "sensor" and m.name != "FM"]
    zero = [words.get(m.name, "frequency") for m in multipliers if m.value == 0]
    return tuple(
        sentence
        for sentence, holds in (
            (f"Not known and taken at its best: {', '.join(assumed)}; the index is at least this.", assumed),
            (f"Estimated by the sensor, roughly: {', '.join(rough)}.", rough),
            (f"The equation recommends no weight at this {' and '.join(zero)}.", limit_kg == 0),
            ("More than 8 hours: the equation ends there.", hours > 8),
        )
        if holds
    )
