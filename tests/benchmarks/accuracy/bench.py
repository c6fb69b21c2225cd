"""What the rows share: how thorough to be, and outcomes already judged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.benchmarks.accuracy.case import Case, Outcome
from tests.benchmarks.accuracy.judging import outcomes


@dataclass(frozen=True)
class Bench:
    """One run. quick: a third of the people, for a look while working; its figures are not for the documentation."""

    jobs: int = 1
    quick: bool = False
    _known: dict[Case, Outcome] = field(default_factory=dict)

    def judge(self, cases: Sequence[Case]) -> list[Outcome]:
        """The cases' outcomes; what another row has judged is not judged again."""
        new = [case for case in dict.fromkeys(cases) if case not in self._known]
        self._known.update(zip(new, outcomes(new, self.jobs), strict=True))
        return [self._known[case] for case in cases]

    def people(self, count: int) -> int:
        """How many people to simulate."""
        return max(3, count // 4) if self.quick else count
