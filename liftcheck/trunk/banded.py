"""Least squares along a chain of states with a few constants: the solver under both smoothers.

A smoother's unknowns are states at the edges of short blocks, each coupled only to its neighbours, and a handful of
constants (a sensor's offsets) coupled to all of them. The normal equations are then a narrow band with a border; they
are solved by a banded Cholesky factorization and the Schur complement of the border, in time linear in the length.
LAPACK is called by its own names: scipy's wrapper around it costs as much as the work itself.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpbtrf, dtbtrs, ztbtrs

from liftcheck.samples import Array


@dataclass(frozen=True, eq=False)
class Solution:
    """states: (chains, edges * states). constants: (m,), with the inverse of their covariance, precision (m, m)."""

    states: Array
    constants: Array
    precision: Array
    _factor: Array
    _border: Array  # (m, n), of the first chain, brought into the factor's terms

    def variance(self, state: int) -> float:
        """Of one state of the first chain."""
        unit = np.zeros(self._factor.shape[1])
        unit[state] = 1.0
        column, _ = dtbtrs(self._factor, unit, uplo="L")
        leak = self._border @ column
        return float(column @ column + leak @ np.linalg.solve(self.precision, leak))


class ChainLeastSquares:
    """Collects weighted linear equations in chained states x and constants c, and solves them.

    edges: places in the order of time. states: unknowns at each of them. width: the largest distance between two
    states of one equation. constants_precision: (m, m), the inverse covariance of the constants' prior;
    constants_mean: (m,), or 0. chains: so many chains alike in all but values and constants' factors (two horizontal
    axes, say) share one factorization.
    """

    def __init__(
        self,
        edges: int,
        states: int,
        width: int,
        constants_precision: Array,
        constants_mean: Array | None = None,
        chains: int = 1,
    ) -> None:
        self.states = states
        self._length = edges * states
        constants = len(constants_precision)
        self._band = np.zeros((width + 1, self._length))
        self._sides = np.zeros((chains * (1 + constants), self._length))  # what the factor is applied to
        self._right = self._sides[:chains]
        self._border = self._sides[chains:].reshape(chains, constants, self._length)
        self._corner: Array = constants_precision.copy()
        mean = np.zeros(constants) if constants_mean is None else constants_mean
        self._corner_right: Array = constants_precision @ mean

    def prior(self, state: int, precision: Array) -> None:
        """The states number `state` of the first n edges are 0, give or take 1/sqrt(precision), (n,)."""
        self._band[0, state : state + len(precision) * self.states : self.states] += precision

    def rows(
        self, index: list[int], factors: list[Array | float], constants: Array, value: Array, precision: Array
    ) -> None:
        """Equations  sum_a factors[a] x[index[a]] + constants @ c = value,  one for each of n blocks.

        index: the states of the first block's equation; those of the next block lie one edge farther.
        constants: (chains, m, n). value: (chains, n). precision: (n,).
        """
        n = len(precision)
        weighted = [factor * precision for factor in factors]
        at = [slice(first, first + n * self.states, self.states) for first in index]
        for a, where in enumerate(at):
            self._right[:, where] += weighted[a] * value
            self._border[:, :, where] += weighted[a] * constants
            for b, other in enumerate(at):
                distance = index[a] - index[b]
                if distance >= 0:
                    self._band[distance, other] += weighted[a] * factors[b]
        for of_chain, values in zip(constants, value, strict=True):
            heavy = of_chain * precision
            self._corner += heavy @ of_chain.T
            self._corner_right += heavy @ values

    def solve(self, state: int = 0, precision: Array | float = 0.0) -> Solution:
        """The solution; for this once the states number `state` of each edge are 0, give or take 1/sqrt(precision)."""
        band = self._band.copy()
        band[0, state :: self.states] += precision
        factor, failed = dpbtrf(band, lower=1)
        if failed:
            raise np.linalg.LinAlgError("the chain's equations do not determine its states")
        sides = _forward(factor, self._sides)
        right, border = sides[: len(self._right)], sides[len(self._right) :].reshape(self._border.shape)
        precision, value = self._corner.copy(), self._corner_right.copy()
        for of_chain, values in zip(border, right, strict=True):
            precision -= of_chain @ of_chain.T
            value -= of_chain @ values
        found: Array = np.linalg.solve(precision, value).astype(np.float64, copy=False)
        states, _ = dtbtrs(factor, (right - found @ border).T, uplo="L", trans="T")
        return Solution(states.T, found, precision, factor, border[0])


def _forward(factor: Array, sides: Array) -> Array:
    """The triangular factor undone on many sides (k, n): two real ones at a time as one complex one, as fast as one."""
    pairs = np.zeros(((len(sides) + 1) // 2, sides.shape[1]), dtype=np.complex128)
    pairs.real, pairs.imag[: len(sides) // 2] = sides[::2], sides[1::2]
    solved, _ = ztbtrs(factor.astype(np.complex128), pairs.T, uplo="L")
    both = np.empty((2 * len(pairs), sides.shape[1]))
    both[::2], both[1::2] = solved.T.real, solved.T.imag
    return both[: len(sides)]
