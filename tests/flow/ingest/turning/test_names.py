"""Names of events and properties."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.ids import checked_name
from parcours.flow.ingest.turning.names import Spelling, event_name, property_name


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("Order Completed", "order_completed"),
        ("order_completed", "order_completed"),
        ("orderCompleted", "order_completed"),
        ("HTTPRequest Sent", "http_request_sent"),
        ("$pageview", "pageview"),
        ("  Café — visité ", "cafe_visite"),
        ("2nd visit", "event_2nd_visit"),
        ("order-completed", "order_completed"),
    ],
)
def test_event_names(name: str, event: str) -> None:
    assert event_name(name) == event


def test_letters_without_a_plain_form_are_told_apart() -> None:
    names = {event_name(name) for name in ("Заказ", "Покупка", "注文", "🎉", "Заказ 1")}
    assert len(names) == 5


def test_long_names_are_told_apart() -> None:
    assert len({event_name("a" * 70), event_name("a" * 71), event_name("a" * 63)}) == 3


@given(st.text(max_size=80))
def test_every_name_can_be_one(name: str) -> None:
    for made in (event_name(name), property_name(name)):
        assert checked_name(made, "it") == made
        assert not made.startswith("_")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", event_name(name))
    assert event_name(event_name(name)) == event_name(name)


def test_properties_keep_names_that_can_be_names() -> None:
    assert [property_name(name) for name in ("productId", "a-b", "Total")] == ["productId", "a-b", "Total"]


def test_what_was_said_first_stays() -> None:
    spelling = Spelling(["Total"], property_name)
    assert [spelling.of(name) for name in ("total", "TOTAL", "New", "new", "_time", "Time")] == [
        "Total",
        "Total",
        "New",
        "New",
        "time",
        "time",
    ]
