"""Least squares along a chain of states with a few constants: the solver under both smoothers.

A smoother's unknowns are states at the edges of short blocks, each coupled only to its neighbours, and a handful of
constants (a sensor's offsets) coupled to all of them. The normal equations are then a narrow band with a border; they
are solved by a banded Cholesky factorization and the Schur complement of the border, in time linear in the length.
LAPACK is called by its own names: scipy's wrapper around it costs as much as the work itself.
"""

from dataclasses import dataclass
from functools import cached_property

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
        _, share, _ = dposv(self.precision, leak)
        return float(column @ column + leak @ share)


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
        constants = len(constants_precision)
        # One state after the other; the band by distance, then state.
        self._band = np.zeros((width + 1, states, edges))
        # What the factor is applied to: the right side, then what each constant adds; of each chain.
        self._sides = np.zeros((states, 1 + constants, chains, edges))
        self._corner = np.zeros((1 + constants, 1 + constants))
        self._corner[1:, 1:] = constants_precision
        if constants_mean is not None:
            self._corner[1:, 0] = constants_precision @ constants_mean

    def prior(self, state: int, precision: Array | float, first: int | None = None) -> None:
        """The states number `state` of each edge, or of the `first` so many, are 0, give or take 1/sqrt(precision)."""
        self._band[0, state, :first] += precision

    def rows(self, index: list[int], factors: list[Array | float], sides: Array, precision: Array | float) -> None:
        """Equations  sum_a factors[a] x[index[a]] + constants @ c = value,  one for each of n blocks.

        index: the states of the first block's equation; those of the next block lie one edge farther.
        sides: (1 + m, chains, n), the value and then the constants' factors. precision: (n,), or of all.
        """
        count, _, n = sides.shape
        heavy = sides * precision
        for a, of_a in zip(index, factors, strict=True):
            edge, state = divmod(a, self.states)
            here = self._sides[state, :, :, edge : edge + n]
            here += heavy if isinstance(of_a, float) and of_a == 1.0 else of_a * heavy
            weighted, band = of_a * precision, self._band[:, state, edge : edge + n]
            for b, of_b in zip(index, factors, strict=True):
                if b >= a:
                    band[b - a] += weighted * of_b
        self._corner += heavy.reshape(count, -1) @ sides.reshape(count, -1).T

    def solve(self, state: int = 0, precision: Array | float = 0.0) -> Solution:
        """The solution; for this once the states number `state` of each edge are 0, give or take 1/sqrt(precision).

        Solved again and again with other precisions, once all equations are collected.
        """
        band = self._ordered_band.copy(order="F")
        band[0, state :: self.states] += precision
        factor, failed = dpbtrf(band, lower=1, overwrite_ab=1)
        if failed:
            raise np.linalg.LinAlgError("the chain's equations do not determine its states")
        sides = self._forward(factor)
        corner = self._corner - sides @ sides.T
        _, found, failed = dposv(corner[1:, 1:], corner[1:, 0])
        if failed:
            raise np.linalg.LinAlgError("the chain's equations do not determine its constants")
        right = (sides[0] - found @ sides[1:]).reshape(-1, band.shape[1])
        states, _ = dtbtrs(factor, right.T, uplo="L", trans="T", overwrite_b=1)
        return Solution(states.T, found, corner[1:, 1:], factor, sides[1:, : band.shape[1]])

    @cached_property
    def _ordered_band(self) -> Array:
        """The band as LAPACK has it: the states of an edge side by side, (width + 1, edges * states)."""
        return np.asfortranarray(self._band.swapaxes(1, 2).reshape(len(self._band), -1))

    @cached_property
    def _pairs(self) -> "np.typing.NDArray[np.complex128]":
        """The sides in the same order, two real ones as one complex one, (half of them, edges * states)."""
        flat = self._sides.reshape(self.states, -1, self._sides.shape[3]).transpose(1, 2, 0)
        half = (len(flat) + 1) // 2
        pairs = np.zeros((half, *flat.shape[1:]), dtype=np.complex128)
        pairs.real, pairs.imag[: len(flat) - half] = flat[:half], flat[half:]
        return pairs.reshape(half, -1)

    def _forward(self, factor: Array) -> Array:
        """The triangular factor undone on all sides, (1 + m, chains * edges * states).

        Two real sides as one complex one take as long as one; columns divided by their diagonal spare a division each.
        """
        scale = 1 / factor[0]
        unit = np.zeros(factor.shape, dtype=np.complex128, order="F")
        np.multiply(factor, scale, out=unit.real)
        solved, _ = ztbtrs(unit, self._pairs.copy().T, uplo="L", diag="U", overwrite_b=1)
        both = np.empty((2, *self._pairs.shape))
        np.multiply(solved.T.real, scale, out=both[0])
        np.multiply(solved.T.imag, scale, out=both[1])
        _, sides, chains, _ = self._sides.shape
        return both.reshape(-1, len(scale))[: sides * chains].reshape(sides, -1)
