"""Cursors say what they were made of, and only to the list that made them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from parcours.core.errors import InputError
from parcours.service.paging import MOST, Order, check_limit, cursor_of, place_in

ORDERS = some.builds(Order, some.sampled_from(["since", "name"]), some.booleans())
VALUES = some.none() | some.text() | some.integers(-(2**53), 2**53) | some.booleans() | some.floats(allow_nan=False)


@given(ORDERS, VALUES, some.integers(0, 2**31))
def test_a_cursor_holds_a_place(order: Order, value: Any, number: int) -> None:
    cursor = cursor_of(order, value, number)
    expected = None if isinstance(value, float) and abs(value) == float("inf") else value
    assert place_in(cursor, order, Any, int) == (expected, number)  # type: ignore[arg-type]


@given(ORDERS, ORDERS, some.integers())
def test_it_belongs_to_one_order(order: Order, other: Order, number: int) -> None:
    cursor = cursor_of(order, number)
    if order == other:
        assert place_in(cursor, other, int) == (number,)
    else:
        with pytest.raises(InputError, match="leads nowhere"):
            place_in(cursor, other, int)


@given(some.text() | some.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InputError) as error:
        place_in(text, Order("since"), int)
    assert error.value.code == "bad-cursor"


def test_a_place_has_its_types() -> None:
    order = Order("since")
    for cursor in (cursor_of(order, "text"), cursor_of(order, 1, 2), cursor_of(order)):
        with pytest.raises(InputError):
            place_in(cursor, order, int)


def test_orders_are_read() -> None:
    assert Order.read("-since", ["since"]) == Order("since", True)
    assert str(Order("since", True)) == "-since"
    with pytest.raises(InputError, match="nothing is ordered by 'sinc'"):
        Order.read("sinc", ["since"])


@pytest.mark.parametrize("limit", [0, -1, MOST + 1])
def test_a_page_has_bounds(limit: int) -> None:
    with pytest.raises(InputError):
        check_limit(limit)
    check_limit(MOST)
