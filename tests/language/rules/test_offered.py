"""What may be said about values is what the language accepts."""

from __future__ import annotations

from parcours.core.schema import Kind
from parcours.language.rules.offered import EVENT_WINDOWS, Offered, offered


def of(kind: Kind) -> Offered:
    return next(one for one in offered() if one.kind is kind)


def test_numbers_are_added_up_and_texts_are_not() -> None:
    assert "sum" in of(Kind.INTEGER).aggregates
    assert not {"sum", "average"} & set(of(Kind.STRING).aggregates)


def test_order_and_parts() -> None:
    assert "between" in of(Kind.DECIMAL).comparators
    assert "contains" not in of(Kind.DECIMAL).comparators
    assert {"contains", "matches"} <= set(of(Kind.STRING).comparators)
    assert "between" not in of(Kind.BOOLEAN).comparators
    assert "contains" in of(Kind.LIST).comparators


def test_dates_lie_in_windows_and_come_again() -> None:
    assert {"in_last", "in_next", "this"} <= set(of(Kind.DATE_ONLY).windows)
    assert {"anniversary", "before"} <= set(of(Kind.DATE_ONLY).comparators)
    assert of(Kind.STRING).windows == []
    assert not {"anniversary", "before"} & set(of(Kind.STRING).comparators)


def test_case_is_left_aside_in_texts_only() -> None:
    assert [one.kind for one in offered() if one.ignore_case] == [Kind.STRING]
    assert "at_least" not in of(Kind.STRING).ignore_case


def test_events_lie_in_the_past() -> None:
    assert "in_last" in EVENT_WINDOWS
    assert "in_next" not in EVENT_WINDOWS
