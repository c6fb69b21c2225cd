"""From a script and a person to samples and truth, all at once or piece by piece."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from liftcheck.errors import SettingsError
from liftcheck.recording.recording import Recording
from liftcheck.samples import GRAVITY_MPS2, Array, Samples
from liftcheck.simulation.body import SITE_PLACES, Pose, pose
from liftcheck.simulation.choreography import Choreography, Distractor, Movement
from liftcheck.simulation.faults import Faults, Link
from liftcheck.simulation.person import Person
from liftcheck.simulation.sensor import SENSORS, Sensor, Skin, drawn, mounted
from liftcheck.simulation.timeline import Timeline
from liftcheck.simulation.truth import Label, Truth, as_truth, is_lift, label_bend
from liftcheck.trunk.mounting import SITE_ALIASES

STEP_S = 0.0025  # of the differences that turn the path into acceleration and rate; finer than any output
CHUNK_S = 60.0  # one piece of the computation; the same for every caller, so that a seed reproduces
LABEL_RATE_HZ = 100.0


def simulate(
    script: Iterable[Movement],
    person: Person,
    *,
    rate_hz: float = 100.0,
    site: str = "mid-back",
    sensor: str = "consumer",
    faults: Sequence[str] = (),
    seed: int = 0,
    seconds: float | None = None,
    lifts: int | None = None,
) -> tuple[Recording, Truth]:
    """A session as a sensor on this person's back would have recorded it, and what really happened.

    script: movements, one after the other. sensor: one of `SENSORS`. faults: names from `FAULTS`, with `=VALUE`.
    seconds, lifts: where to end a script that goes on. The same arguments give the same bits. SettingsError on an
    unknown name.
    """
    session = Session(
        script,
        person,
        rate_hz=rate_hz,
        site=site,
        sensor=sensor,
        faults=faults,
        seed=seed,
        seconds=seconds,
        lifts=lifts,
    )
    samples, truths = zip(*session.chunks(), strict=True)
    return replace(session.recording, samples=Samples.join(samples)), Truth.join(truths)


@dataclass(frozen=True, eq=False)
class Body:
    """A person who acts out a timeline, with a sensor on one site."""

    person: Person
    site: str
    timeline: Timeline
    mounting: Array  # (3, 3), segment from sensor
    along: float
    off: tuple[tuple[float, float], ...] = ()

    def at(self, t: Array) -> tuple[Pose, Array, Array]:
        """The pose, and position (n, 3) and rotation (n, 3, 3; world from sensor) of the sensor."""
        body = pose(self.person, self.site, self.timeline, t, self.along)
        place, rotation = body.site, body.segment @ self.mounting
        if np.any(body.off):
            place, rotation = self._on_the_table(t, body, place, rotation)
        return body, place, rotation

    def _on_the_table(self, t: Array, body: Pose, place: Array, rotation: Array) -> tuple[Array, Array]:
        """Blends from the back to a table half a metre ahead and back, while the wearer stands."""
        for start, end in self.off:
            inside = (t >= start) & (t <= end)
            if not inside.any():
                continue
            began = pose(self.person, self.site, self.timeline, np.array([start]), self.along)
            table = began.site[0] + np.array([0.3, 0.3, -0.35])
            lying = began.segment[0] @ self.mounting @ _about((0.6, 0.64, 0.48), 1.7)
            share = body.off[inside][:, None]
            place[inside] = place[inside] * (1 - share) + table * share
            between = _log(np.swapaxes(rotation[inside], 1, 2) @ lying)
            rotation[inside] = rotation[inside] @ _exp(between * share)
        return place, rotation

    def sensed(self, t: Array) -> tuple[Pose, Array, Array, Samples]:
        """Pose, position, rotation, and the true specific force and angular rate at the times t."""
        body, place, rotation = self.at(t)
        _, before, turned_before = self.at(t - STEP_S)
        _, after, turned_after = self.at(t + STEP_S)
        acc = (after - 2 * place + before) / STEP_S**2
        acc[:, 2] += GRAVITY_MPS2
        force = np.einsum("nij,ni->nj", rotation, acc)
        gyr = _log(np.swapaxes(turned_before, 1, 2) @ turned_after) / (2 * STEP_S)
        return body, place, rotation, Samples(t, force, gyr)


class Session:
    """A session about to be recorded: `recording` is all but the samples; `chunks()` gives those, with their truth."""

    def __init__(
        self,
        script: Iterable[Movement],
        person: Person,
        *,
        rate_hz: float = 100.0,
        site: str = "mid-back",
        sensor: str = "consumer",
        faults: Sequence[str] = (),
        seed: int = 0,
        seconds: float | None = None,
        lifts: int | None = None,
    ) -> None:
        moving, placing, electric, failing = (np.random.default_rng([seed, part]) for part in range(4))
        if sensor not in SENSORS:
            raise SettingsError(f"There is no sensor {sensor!r}; known are {', '.join(SENSORS)}")
        self.site = _site(site, placing)
        self.faults = Faults(faults, rate_hz, failing)
        written = Choreography(person, moving)
        for movement in script:
            if written.now >= (seconds or np.inf) or written.lifts >= (lifts or np.inf):
                written.now += 2.0  # so that the last lift can be seen to end
                break
            self.faults.between(written)
            movement.write(written)
        written.now += 0.5
        self.faults.disturb(written)
        self.faults.check(written.now)
        self.duration_s = written.now
        self.body = Body(
            person,
            self.site,
            written.timeline(),
            mounted(placing, self.site),
            placing.uniform(0.15, 0.85),
            tuple(written.off),
        )
        self.standing = _standing(self.body)
        self.flaws = self.faults.spoil(drawn(SENSORS[sensor], rate_hz, electric))
        self.rate_hz, self.seed = rate_hz, seed
        self.labels, shallow = self._labels(written)
        self.distractors = tuple(
            Distractor(round(float(self.faults.clock(d.start)), 2), round(float(self.faults.clock(d.end)), 2), d.kind)
            for d in sorted([*written.distractors, *shallow], key=lambda d: d.start)
        )
        events = (replace(event, t=round(float(self.faults.clock(event.t)), 6)) for event in written.events)
        self.recording = Recording(
            Samples.empty(),
            tuple(events),
            reader="simulation",
            rate_hz=rate_hz,
            site=self.site,
            height_m=round(person.height_m, 3),
            note=f"simulated, seed {seed}",
        )

    def chunks(self) -> Iterator[tuple[Samples, Truth]]:
        """The session in pieces of about a minute, the same each time. Memory does not grow with its length."""
        noise, failing = (np.random.default_rng([self.seed, part]) for part in (4, 5))
        skin, sensor, link = Skin(self.flaws, self.rate_hz), Sensor(self.flaws, noise), Link(self.faults, failing)
        step = self.faults.step_s
        count, each = int(self.duration_s / step), int(CHUNK_S / step)
        for first in range(0, count, each):
            t = np.arange(first, min(first + each, count), dtype=np.float64) * step
            body, place, rotation, true = self.body.sensed(t)
            samples = link.deliver(sensor.measure(skin.shake(true)))
            truth = as_truth(self.faults.clock(t), body, self.standing, place, rotation)
            yield samples.rounded(), replace(truth, labels=self.labels, distractors=self.distractors)

    def truth(self, start: float, end: float, rate_hz: float = LABEL_RATE_HZ) -> Truth:
        """What really happens between two moments of true time, without any sensor."""
        t = np.arange(max(start, 0.0), end, 1 / rate_hz)
        body, place, rotation = self.body.at(t)
        return as_truth(self.faults.clock(t), body, self.standing, place, rotation)

    def _labels(self, written: Choreography) -> tuple[tuple[Label, ...], list[Distractor]]:
        labels, shallow = [], []
        for bend in written.bends:
            inside = self.truth(bend.start, bend.end + (0.0 if bend.chained_after else 0.3))
            label = label_bend(inside, bend.action, (bend.chained_before, bend.chained_after))
            label = replace(label, label=bend.label or label.label)
            if is_lift(label.peak_flexion_deg, label.drop_m, self.site):
                labels.append(label)
            else:
                shallow.append(Distractor(bend.start, bend.end, "shallow_bend"))
        return tuple(labels), shallow


def _site(site: str, rng: np.random.Generator) -> str:
    site = SITE_ALIASES.get(site, site)
    if site == "waist":
        return "waist-back" if rng.random() < 0.5 else "waist-front"
    if site not in SITE_PLACES:
        raise SettingsError(f"There is no site {site!r}; known are waist, {', '.join(SITE_PLACES)}")
    return site


def _standing(body: Body) -> Pose:
    still = Timeline(rest=body.timeline.rest)
    return pose(body.person, body.site, still, np.zeros(1), body.along)


def _about(axis: tuple[float, float, float], angle: float) -> Array:
    unit = np.array(axis) / np.linalg.norm(axis)
    return np.asarray(_exp((unit * angle)[None])[0])


def _exp(vector: Array) -> Array:
    """(n, 3) rotation vectors -> (n, 3, 3)."""
    angle = np.linalg.norm(vector, axis=1)[:, None, None]
    zero = np.zeros(len(vector))
    x, y, z = vector.T
    skew = np.stack([np.stack([zero, -z, y], -1), np.stack([z, zero, -x], -1), np.stack([-y, x, zero], -1)], 1)
    return np.asarray(np.eye(3) + np.sinc(angle / np.pi) * skew + 0.5 * np.sinc(angle / 2 / np.pi) ** 2 * (skew @ skew))


def _log(rotation: Array) -> Array:
    """(n, 3, 3) -> (n, 3) rotation vectors, for angles below 180 degrees."""
    skew = np.stack(
        [
            rotation[:, 2, 1] - rotation[:, 1, 2],
            rotation[:, 0, 2] - rotation[:, 2, 0],
            rotation[:, 1, 0] - rotation[:, 0, 1],
        ],
        axis=-1,
    )
    sine = np.linalg.norm(skew, axis=1) / 2
    angle = np.arctan2(sine, (np.trace(rotation, axis1=1, axis2=2) - 1) / 2)
    return np.asarray(0.5 * skew / np.sinc(angle / np.pi)[:, None])
