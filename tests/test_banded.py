"""The solver under both smoothers against the same least squares written out in full."""

import numpy as np

from liftcheck.trunk.banded import ChainLeastSquares


def test_a_chain_with_constants_gives_what_the_full_least_squares_gives() -> None:
    rng = np.random.default_rng(2)
    blocks, constants = 12, 3
    states = 2 * (blocks + 1)
    prior = np.diag(rng.uniform(0.5, 2.0, constants))
    problem = ChainLeastSquares(states, 3, prior, np.array([0.3, -0.1, 0.2]))
    before = 2 * np.arange(blocks)
    of_constants, value = rng.normal(size=(blocks, constants)), rng.normal(size=blocks)
    precision, factor = rng.uniform(1, 3, blocks), rng.normal(size=blocks)
    problem.rows([before, before + 1, before + 3], [factor, -1.0, 1.0], of_constants, value, precision)
    problem.rows([before, before + 2], [-1.0, 1.0], 0 * of_constants, 0 * value, precision)
    problem.prior(np.arange(states), np.full(states, 0.1), 0.5)
    x, c, covariance = problem.solve()

    matrix = np.zeros((2 * blocks, states + constants))
    for j in range(blocks):
        matrix[j, [2 * j, 2 * j + 1, 2 * j + 3]] = factor[j], -1.0, 1.0
        matrix[j, states:] = of_constants[j]
        matrix[blocks + j, [2 * j, 2 * j + 2]] = -1.0, 1.0
    weight = np.concatenate([precision, precision])
    normal = (matrix.T * weight) @ matrix
    right = (matrix.T * weight) @ np.concatenate([value, np.zeros(blocks)])
    normal[:states, :states] += 0.1 * np.eye(states)
    right[:states] += 0.1 * 0.5
    normal[states:, states:] += prior
    right[states:] += prior @ [0.3, -0.1, 0.2]
    np.testing.assert_allclose(np.concatenate([x, c]), np.linalg.solve(normal, right), rtol=1e-9)
    np.testing.assert_allclose(covariance, np.linalg.inv(normal)[states:, states:], rtol=1e-9)
