"""What is known of an accelerometer's errors, and how the windows' evidence adds up. All values are made up."""

import numpy as np
import pytest

from liftcheck.samples import GRAVITY_MPS2, Array
from liftcheck.trunk.acc_errors import AccErrors, AccErrorSettings, ErrorMemory

SETTINGS = AccErrorSettings()
UP = np.array([0.0, 0.0, 1.0])
TRUE = np.array([0.15, -0.1, 0.3, 0.0, 0.0, 0.0, 0.0])


def window(prior: AccErrors, share: Array, error: float = 0.0, sd: float = 0.02) -> AccErrors:
    """What a window finds that saw one combination of the errors, to within `sd`."""
    precision = prior.precision + np.outer(share, share) / sd**2
    value = prior.precision @ prior.mean + share * (share @ TRUE + error) / sd**2
    return AccErrors(np.linalg.solve(precision, value), precision)


def shares(seed: int) -> Array:
    """A combination of the offsets alone, as bends of one depth show it."""
    return np.append(np.random.default_rng(seed).normal(size=3), np.zeros(4))


def test_what_gravity_reads_in_stance_is_an_offset_along_up_rather_than_a_gain() -> None:
    known = AccErrors.unknown(SETTINGS).reading(GRAVITY_MPS2 + 0.4, UP, SETTINGS)
    offset, gain = known.mean[2], known.mean[5] * GRAVITY_MPS2
    assert offset + gain == pytest.approx(0.4, abs=0.03)
    assert offset > 3 * gain > 0
    assert np.abs(known.mean[[0, 1, 3, 4]]).max() < 1e-12


def test_windows_that_each_see_one_combination_know_all_of_it_together() -> None:
    memory = ErrorMemory(SETTINGS)
    prior = memory.before()
    for number in range(6):
        found = window(prior, shares(number))
        assert np.abs(found.mean[:3] - TRUE[:3]).max() > 0.05  # each by itself is drawn towards no error
        memory.add(found, prior, 60.0 * number, 60.0 * number + 60.0)
    learnt = memory.learnt(GRAVITY_MPS2 + 0.3, UP)
    assert learnt is not None
    mean, sd = learnt
    np.testing.assert_allclose(mean[:3], TRUE[:3], atol=0.02)
    assert (sd[:3] == SETTINGS.learnt_offset_mps2).all()


def test_the_same_minute_seen_twice_counts_once() -> None:
    once, often = ErrorMemory(SETTINGS), ErrorMemory(SETTINGS)
    prior = once.before()
    for number in range(3):
        found = window(prior, shares(number), sd=0.2)
        once.add(found, prior, 60.0 * number, 60.0 * number + 60.0)
        for _ in range(5):
            often.add(found, prior, 60.0 * number, 60.0 * number + 60.0)
    expected, found_often = once.learnt(GRAVITY_MPS2, UP), often.learnt(GRAVITY_MPS2, UP)
    assert expected is not None
    assert found_often is not None
    np.testing.assert_array_equal(found_often, expected)


def test_a_window_at_odds_with_the_others_counts_for_little() -> None:
    memory = ErrorMemory(SETTINGS)
    prior = memory.before()
    for number in range(9):
        found = window(prior, shares(number), error=3.0 if number == 4 else 0.0)
        memory.add(found, prior, 60.0 * number, 60.0 * number + 60.0)
    learnt = memory.learnt(GRAVITY_MPS2 + 0.3, UP)
    assert learnt is not None
    np.testing.assert_allclose(learnt[0][:3], TRUE[:3], atol=0.05)


def test_before_any_window_nothing_is_learnt() -> None:
    assert ErrorMemory(SETTINGS).learnt(GRAVITY_MPS2, UP) is None
