"""The solver under both smoothers against the same least squares written out in full."""

import numpy as np

from liftcheck.trunk.banded import ChainLeastSquares


def test_a_chain_with_constants_gives_what_the_full_least_squares_gives() -> None:
    rng = np.random.default_rng(2)
    blocks, constants = 12, 3
    states = 2 * (blocks + 1)
    prior = np.diag(rng.uniform(0.5, 2.0, constants))
    problem = ChainLeastSquares(blocks + 1, 2, 3, prior, np.array([0.3, -0.1, 0.2]))
    of_constants, value = rng.normal(size=(blocks, constants)), rng.normal(size=blocks)
    precision, factor = rng.uniform(1, 3, blocks), rng.normal(size=blocks)
    problem.rows([0, 1, 3], [factor, -1.0, 1.0], np.vstack([value, of_constants.T])[:, None], precision)
    problem.rows([0, 2], [-1.0, 1.0], np.zeros((1 + constants, 1, blocks)), precision)
    problem.prior(0, np.full(blocks + 1, 0.1))
    solution = problem.solve(1, np.full(blocks + 1, 0.2))

    matrix = np.zeros((2 * blocks, states + constants))
    for j in range(blocks):
        matrix[j, [2 * j, 2 * j + 1, 2 * j + 3]] = factor[j], -1.0, 1.0
        matrix[j, states:] = of_constants[j]
        matrix[blocks + j, [2 * j, 2 * j + 2]] = -1.0, 1.0
    weight = np.concatenate([precision, precision])
    normal = (matrix.T * weight) @ matrix
    right = (matrix.T * weight) @ np.concatenate([value, np.zeros(blocks)])
    normal[:states, :states] += np.diag(np.tile([0.1, 0.2], blocks + 1))
    normal[states:, states:] += prior
    right[states:] += prior @ [0.3, -0.1, 0.2]
    full = np.linalg.inv(normal)
    np.testing.assert_allclose(np.concatenate([solution.states[0], solution.constants]), full @ right, rtol=1e-9)
    np.testing.assert_allclose(np.linalg.inv(solution.precision), full[states:, states:], rtol=1e-9)
    assert np.allclose([solution.variance(k) for k in range(states)], np.diag(full)[:states], rtol=1e-9)


def test_two_chains_alike_are_solved_at_once_as_two_that_share_their_constants() -> None:
    rng = np.random.default_rng(3)
    blocks = 9
    problem = ChainLeastSquares(blocks + 1, 1, 1, np.eye(2), chains=2)
    of_constants, value, precision = rng.normal(size=(2, 2, blocks)), rng.normal(size=(2, blocks)), rng.uniform(1, 3, 9)
    problem.rows([0, 1], [-1.0, 1.0], np.concatenate([value[:, None], of_constants], axis=1).swapaxes(0, 1), precision)
    problem.prior(0, np.full(blocks + 1, 0.5))
    solution = problem.solve()
    states = 2 * (blocks + 1)
    normal, right = np.diag(np.append(np.full(states, 0.5), [1.0, 1.0])), np.zeros(states + 2)
    for chain in range(2):
        for j in range(blocks):
            row = np.zeros(states + 2)
            row[chain * (blocks + 1) + j : chain * (blocks + 1) + j + 2] = -1.0, 1.0
            row[states:] = of_constants[chain, :, j]
            normal += precision[j] * np.outer(row, row)
            right += precision[j] * value[chain, j] * row
    expected = np.linalg.solve(normal, right)
    np.testing.assert_allclose(np.concatenate([solution.states.ravel(), solution.constants]), expected, rtol=1e-9)
