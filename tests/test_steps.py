"""Blocks taken together to steps: sums and lines against the same written out place by place."""

import numpy as np
import pytest

from liftcheck.trunk.steps import Steps, around, counted


@pytest.mark.parametrize("blocks", [4, 12, 14, 15])
def test_steps_end_with_the_window_and_lose_no_block_in_them(blocks: int) -> None:
    steps = Steps.of(blocks, 4.0)
    assert len(steps) == blocks // 4
    values = np.arange(1.0, blocks + 1) ** 2
    expected = [values[blocks - 4 * k : blocks - 4 * k + 4].sum() for k in range(len(steps), 0, -1)]
    np.testing.assert_array_equal(steps.total(values), expected)
    after = [(blocks - 1 - block) % 4 for block in range(blocks)]
    np.testing.assert_array_equal(steps.blocks_after, after)


@pytest.mark.parametrize("blocks", [4, 12, 14, 15])
def test_what_is_known_at_the_edges_of_steps_is_led_on_in_straight_lines(blocks: int) -> None:
    steps = Steps.of(blocks, 4.0)
    edges = np.arange(blocks + 1)[steps.at]
    assert edges[-1] == blocks
    values = np.random.default_rng(1).normal(size=(2, len(edges)))
    expected = [np.interp(np.arange(blocks + 1), edges, row) for row in values]
    np.testing.assert_allclose(steps.between(values), expected, rtol=1e-12)
    np.testing.assert_array_equal(steps.between(values, slice(1, 4)), steps.between(values)[:, 1:4])


def test_every_edge_counts_at_the_nearest_edge_of_a_step() -> None:
    steps = Steps.of(10, 4.0)
    np.testing.assert_array_equal(steps.nearest, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2])
    assert steps.lumped(np.ones(11)).tolist() == [4.0, 4.0, 3.0]


def test_a_window_shorter_than_a_step_is_one_step() -> None:
    steps = Steps.of(3, 4.0)
    assert (len(steps), steps.together, steps.skipped) == (1, 3, 0)


def test_sums_around_a_place_reach_as_far_as_there_is_something() -> None:
    values = np.random.default_rng(2).normal(size=(2, 9))
    expected = [[row[max(0, i - 2) : i + 3].sum() for i in range(9)] for row in values]
    np.testing.assert_allclose(around(values, 2), expected, rtol=1e-12, atol=1e-12)
    assert counted(9, 2).tolist() == [3, 4, 5, 5, 5, 5, 5, 4, 3]
