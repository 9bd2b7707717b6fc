"""Intervals against numbers from the literature."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.service.reporting.lift import Interval, katz, lift, newcombe, wilson

Z = 1.959963984540054


@pytest.mark.parametrize(
    ("groups", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_have_newcombes_interval(groups: tuple[int, int, int, int], low: float, high: float) -> None:
    found = newcombe(*groups, Z)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize(
    ("converted", "size", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_rates_have_wilsons_interval(converted: int, size: int, low: float, high: float) -> None:
    found = wilson(converted, size, Z)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_ratios_have_the_interval_of_their_logarithm() -> None:
    """Heart attacks in the physicians' health study: placebo over aspirin, 1.82 (1.43 to 2.31)."""
    found = katz(189, 11034, 104, 11037, Z)
    assert (round(found.low + 1, 2), round(found.high + 1, 2)) == (1.43, 2.31)


def test_two_groups() -> None:
    found = lift(900, 90, 100, 5)
    assert (found.treated_rate, found.held_out_rate, found.difference) == (0.1, 0.05, 0.05)
    assert found.relative == pytest.approx(1.0)
    assert found.extra == pytest.approx(45.0)
    assert not found.significant
    assert found.relative_interval is not None
    assert found.relative in found.relative_interval
    assert lift(9000, 900, 1000, 50).significant


@pytest.mark.parametrize(
    ("groups", "known"),
    [
        ((10, 2, 0, 0), (False, False, False)),
        ((10, 2, 10, 0), (True, False, False)),
        ((10, 0, 10, 2), (True, True, False)),
        ((0, 0, 0, 0), (False, False, False)),
    ],
)
def test_what_cannot_be_said_is_not_said(groups: tuple[int, int, int, int], known: tuple[bool, ...]) -> None:
    found = lift(*groups)
    assert tuple(x is not None for x in (found.difference, found.relative, found.relative_interval)) == known


@pytest.mark.parametrize("wrong", [(1, 2, 0, 0), (1, -1, 0, 0), (0, 0, 3, 4)])
def test_more_than_everybody_cannot_convert(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot have converted"):
        lift(*wrong)


def test_a_confidence_is_a_share() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        lift(1, 1, 1, 1, confidence=95)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_intervals_hold_what_was_seen(m: int, n: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, m)), data.draw(st.integers(0, n))
    found, wide = newcombe(x, m, y, n, Z), newcombe(x, m, y, n, 3.0)
    assert -1 - 1e-12 <= wide.low <= found.low <= x / m - y / n <= found.high <= wide.high <= 1 + 1e-12
    other = newcombe(y, n, x, m, Z)
    assert math.isclose(found.low, -other.high, abs_tol=1e-12)
    assert 0.5 in Interval(0.0, 0.5)
