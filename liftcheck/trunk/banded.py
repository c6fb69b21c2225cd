"""Least squares along a chain of states with a few constants: the solver under both smoothers.

A smoother's unknowns are states at the edges of short blocks, each coupled only to its neighbours, and a handful of
constants (a sensor's offsets) coupled to all of them. The normal equations are then a narrow band with a border; they
are solved by a banded Cholesky factorization and the Schur complement of the border, in time linear in the length.
LAPACK is called by its own names: scipy's wrapper around it costs as much as the work itself.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpbtrf, dposv, dtbtrs, ztbtrs

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
        # What the factor is applied to, of each chain: the right side, and what each constant adds.
        self._sides = np.zeros((chains, 1 + constants, self._length))
        self._corner = np.zeros((1 + constants, 1 + constants))
        self._corner[1:, 1:] = constants_precision
        if constants_mean is not None:
            self._corner[1:, 0] = constants_precision @ constants_mean

    def prior(self, state: int, precision: Array) -> None:
        """The states number `state` of the first n edges are 0, give or take 1/sqrt(precision), (n,)."""
        self._band[0, state : state + len(precision) * self.states : self.states] += precision

    def rows(self, index: list[int], factors: list[Array | float], sides: Array, precision: Array | float) -> None:
        """Equations  sum_a factors[a] x[index[a]] + constants @ c = value,  one for each of n blocks.

        index: the states of the first block's equation; those of the next block lie one edge farther.
        sides: (chains, 1 + m, n), the value and then the constants' factors. precision: (n,), or of all.
        """
        n = sides.shape[2]
        heavy = sides * precision
        at = [slice(first, first + n * self.states, self.states) for first in index]
        for a, where in enumerate(at):
            if isinstance(factors[a], float) and abs(factors[a]) == 1.0:
                add = np.add if factors[a] > 0 else np.subtract
                add(self._sides[:, :, where], heavy, out=self._sides[:, :, where])
            else:
                self._sides[:, :, where] += factors[a] * heavy
            weighted = factors[a] * precision
            for b, other in enumerate(at):
                distance = index[a] - index[b]
                if distance >= 0:
                    self._band[distance, other] += weighted * factors[b]
        for chain, of_chain in zip(sides, heavy, strict=True):
            self._corner += of_chain @ chain.T

    def solve(self, state: int = 0, precision: Array | float = 0.0) -> Solution:
        """The solution; for this once the states number `state` of each edge are 0, give or take 1/sqrt(precision)."""
        band = self._band.copy()
        band[0, state :: self.states] += precision
        factor, failed = dpbtrf(band, lower=1)
        if failed:
            raise np.linalg.LinAlgError("the chain's equations do not determine its states")
        sides = _forward(factor, self._sides)
        corner = self._corner.copy()
        for of_chain in sides:
            corner -= of_chain @ of_chain.T
        _, found, failed = dposv(corner[1:, 1:], corner[1:, 0])
        if failed:
            raise np.linalg.LinAlgError("the chain's equations do not determine its constants")
        states, _ = dtbtrs(factor, (sides[:, 0] - found @ sides[:, 1:]).T, uplo="L", trans="T")
        return Solution(states.T, found, corner[1:, 1:], factor, sides[0, 1:])


def _forward(factor: Array, sides: Array) -> Array:
    """The triangular factor undone on many sides (.., n): two real ones as one complex one, as fast as one."""
    flat = sides.reshape(-1, sides.shape[-1])
    half = (len(flat) + 1) // 2
    pairs = np.zeros((half, flat.shape[1]), dtype=np.complex128)
    pairs.real, pairs.imag[: len(flat) - half] = flat[:half], flat[half:]
    solved, _ = ztbtrs(factor.astype(np.complex128), pairs.T, uplo="L", overwrite_b=1)
    both: Array = np.concatenate([solved.T.real, solved.T.imag[: len(flat) - half]])
    return both.reshape(sides.shape)
