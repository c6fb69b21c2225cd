"""Least squares along a chain of states with a few constants: the solver under both smoothers.

A smoother's unknowns are states at the edges of short blocks, each coupled only to its neighbours, and a handful of
constants (a sensor's offsets) coupled to all of them. The normal equations are then a narrow band with a border; they
are solved by a banded Cholesky factorization and the Schur complement of the border, in time linear in the length.
"""

import numpy as np
from scipy.linalg import solveh_banded

from liftcheck.samples import Array

Index = np.typing.NDArray[np.intp]


class ChainLeastSquares:
    """Collects weighted linear equations in chained states x and constants c, and solves them.

    states: how many unknowns in the chain, in the order of time. width: the largest distance between two states of one
    equation. constants_precision: (m, m), the inverse covariance of the constants' prior; constants_mean: (m,), or 0.
    """

    def __init__(
        self, states: int, width: int, constants_precision: Array, constants_mean: Array | None = None
    ) -> None:
        self.band = np.zeros((width + 1, states))
        self.right = np.zeros(states)
        self.border = np.zeros((states, len(constants_precision)))
        self.corner = constants_precision.copy()
        mean = np.zeros(len(constants_precision)) if constants_mean is None else constants_mean
        self.corner_right = constants_precision @ mean

    def prior(self, index: Index, precision: Array, value: Array | float = 0.0) -> None:
        """States at `index` (n,) are `value`, give or take 1/sqrt(precision)."""
        self.band[0, index] += precision
        self.right[index] += precision * value

    def rows(
        self, index: list[Index], factors: list[Array | float], constants: Array, value: Array, precision: Array
    ) -> None:
        """Equations  sum_a factors[a] x[index[a]] + constants @ c = value,  one for each of the n blocks.

        index: arrays (n,), each a constant distance from the others. constants: (n, m). value, precision: (n,).
        """
        n = len(value)
        weighted = [np.broadcast_to(np.asarray(f, dtype=np.float64), (n,)) * precision for f in factors]
        for a, at in enumerate(index):
            self.right[at] += weighted[a] * value
            self.border[at] += weighted[a][:, None] * constants
            for b, other in enumerate(index):
                distance = int(at[0] - other[0])
                if distance >= 0:
                    self.band[distance, other] += weighted[a] * factors[b]
        self.corner += (constants * precision[:, None]).T @ constants
        self.corner_right += constants.T @ (precision * value)

    def solve(self) -> tuple[Array, Array, Array]:
        """The states (n,), the constants (m,) and the constants' covariance (m, m)."""
        both = solveh_banded(
            self.band, np.column_stack([self.right, self.border]), lower=True, overwrite_ab=False, check_finite=False
        )
        covariance = np.linalg.inv(self.corner - self.border.T @ both[:, 1:])
        constants = covariance @ (self.corner_right - self.border.T @ both[:, 0])
        return both[:, 0] - both[:, 1:] @ constants, constants, covariance
