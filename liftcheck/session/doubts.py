"""What looks wrong in what a sensor sends, said while there is still time to mend it."""

from liftcheck.recording import checks, times
from liftcheck.samples import Samples
from liftcheck.sensors.stream import StreamFacts

EVERY_S = 30.0  # of samples, looked at together
UNREADABLE = 100  # packets without a single sample in them
_LINK = "gaps"  # the link's own messages tell of those


class Doubts:
    """Looks at half a minute of samples at a time; each kind of doubt is said once. profile: how the sensor is read."""

    def __init__(self, profile: str, nominal_hz: float) -> None:
        self._profile, self._nominal_hz = profile, nominal_hz
        self._parts: list[Samples] = []
        self._said: set[str] = set()

    def about(self, samples: Samples, facts: StreamFacts) -> str:
        """One sentence for a person on the newest samples, or ""."""
        if not facts.samples and facts.malformed + facts.unknown >= UNREADABLE:
            return self._once(
                "unreadable",
                f"The sensor sends, but nothing that the profile {self._profile} can read: choose another profile.",
            )
        if len(samples):
            self._parts.append(samples)
        if not self._parts or self._parts[-1].t[-1] - self._parts[0].t[0] < EVERY_S:
            return ""
        some, self._parts = Samples.join(self._parts), []
        for words in (*checks.told(some), *times.odd_rate(some.t, self._nominal_hz)):
            kind = words.split(":")[0].split(" about ")[0]
            if kind != _LINK and (said := self._once(kind, f"Something is wrong with the sensor: {words}.")):
                return said
        return ""

    def _once(self, kind: str, words: str) -> str:
        if kind in self._said:
            return ""
        self._said.add(kind)
        return words
