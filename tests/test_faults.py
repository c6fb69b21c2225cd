"""No verdict is silently wrong because of a fault that the data shows; what live said, `score` says of its file.

A part of the matrix that `python tests/reliability faults` prints (docs/reliability.md).
"""

from dataclasses import replace
from functools import cache

import pytest
from reliability.faults import DEFAULTS, FAULTS, NONE, REFERENCE, Fault, Judged, Row, hold

SEED = 81_002
SOME = (
    "loss 20 %",
    "loss 10 % in bursts of 8",
    "loss 30 %, clock and counter",
    "silence of 0.3 s in lifts",
    "silence of 10 s",
    "10 % twice, clock and counter",
    "3 % late by up to 0.5 s",
    "sensor restarts its clock",
    "rate 5 % high",
    "profile of another maker",
    "half the gyroscope's range believed",
    "twice the gyroscope's range believed",
    "one gyroscope axis with the wrong sign",
    "two accelerometer axes swapped",
    "gyroscope axis sticks",
    "accelerometer axis sticks",
    "slips by 20 degrees",
    "one bit wrong in 1 % of packets",
    "values repeat for 1.5 s, every 9 s",
    "steps of 8 bits",
)


def fault_of(name: str) -> Fault:
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    return fault


@cache
def healthy(profile: str) -> Judged:
    return hold(replace(NONE, profile=profile), SEED, 6)


@cache
def broken(name: str) -> Judged:
    return hold(fault_of(name), SEED, 6)


def test_without_a_fault_every_lift_is_found_and_nothing_is_said() -> None:
    row = Row(NONE)
    row.add(healthy(NONE.profile), healthy(NONE.profile))
    assert (row.bends, row.missed, row.wrong, row.alarms, row.unlike) == (6, 0, 0, 0, 0)
    assert all(words.startswith(DEFAULTS) for words in healthy(REFERENCE).words)


@pytest.mark.parametrize("name", SOME)
def test_no_verdict_is_silently_wrong(name: str) -> None:
    fault = fault_of(name)
    row = Row(fault)
    row.add(healthy(fault.profile), broken(name))
    assert row.silent == 0, row
    assert row.unlike == 0, "live and score disagree"


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("one bit wrong in 1 % of packets", 0),
        ("values repeat for 1.5 s, every 9 s", 1),
        ("steps of 8 bits", 0),
        ("loss 10 % in bursts of 8", 1),
    ],
)
def test_bends_are_found_all_the_same(name: str, lost: int) -> None:
    assert broken(name).verdicts.count("") <= lost


def test_what_comes_after_a_verdict_is_no_part_of_it() -> None:
    """A wearer who is calm at once is judged before the half second after the lift, whose rate counts too, is over."""
    assert hold(fault_of("loss 30 %"), 81_004).same_after


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("loss 20 %", "rate:"),
        ("loss 10 % in bursts of 8", "loss"),
        ("silence of 10 s", "link lost"),
        ("profile of another maker", "nothing that the profile movella-dot can read"),
        ("twice the gyroscope's range believed", "gyroscope and accelerometer disagree"),
        ("one gyroscope axis with the wrong sign", "gyroscope and accelerometer disagree"),
        ("two accelerometer axes swapped", "gyroscope and accelerometer disagree"),
        ("accelerometer axis sticks", "frozen: acc"),
        ("slips by 20 degrees", "slipped"),
        ("battery dies", "link lost"),
        ("one bit wrong in 1 % of packets", "damaged numbers"),
        ("values repeat for 1.5 s, every 9 s", "values sent again"),
        ("steps of 8 bits", "coarse: "),
    ],
)
def test_the_product_says_what_is_wrong(name: str, words: str) -> None:
    judged = broken(name)
    assert any(words in said for said in judged.words), judged.words
