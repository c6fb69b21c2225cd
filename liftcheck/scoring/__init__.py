"""Recording -> Score -> table: one recording, many recordings, and how right the verdicts are."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liftcheck.scoring.evaluation import Evaluation, evaluate
    from liftcheck.scoring.one import Score, lift_row, score

__all__ = ["Evaluation", "Score", "evaluate", "lift_row", "score"]

_WHERE = {
    "Evaluation": "liftcheck.scoring.evaluation",
    "evaluate": "liftcheck.scoring.evaluation",
    "Score": "liftcheck.scoring.one",
    "lift_row": "liftcheck.scoring.one",
    "score": "liftcheck.scoring.one",
}


def __getattr__(name: str) -> Any:  # PEP 562: help texts read the columns without paying for numpy
    if name not in _WHERE:
        raise AttributeError(f"module 'liftcheck.scoring' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)
