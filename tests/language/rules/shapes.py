"""Hypothesis strategies for rule trees as plain data, over the shop of :mod:`tests.language.shop`.

Everything drawn here must be accepted: what a person could write, with every key of the vocabulary.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from hypothesis import strategies as st

from parcours.language.rules.vocabulary import CALENDAR_UNITS, SIGNS

Shape: TypeAlias = dict[str, Any]

NUMBERS = st.integers(-5, 5) | st.sampled_from([2.5, -0.5, 3.0, 1e17, 2**53 + 1])
TEXTS = st.sampled_from(["", "a", "Été", "on", "2024-01-01", "3", "a.b", "\\d+"])
DATES = st.sampled_from(["2024-02-29", "1999-12-31"])
TIMES = st.sampled_from(["2024-02-29", "2024-03-31T02:30", "2024-03-31T00:30:00.000001Z", "2024-01-01T00:00:00+05:30"])
LENGTHS = st.sampled_from(["90 days", "1 hour and 30 minutes", "0.5 ms", "2 weeks", "1.25 ms", "36h"])
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "UTC"])
UNITS = st.sampled_from(CALENDAR_UNITS)


def rules() -> st.SearchStrategy[Shape]:
    """Rules about profiles."""
    return _nested(_conditions())


def row_rules() -> st.SearchStrategy[Shape]:
    """Rules about purchases."""
    return _nested(_purchase_conditions())


def _nested(leaves: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(
                lambda key, parts: {key: parts},
                st.sampled_from(["all", "any", "none"]),
                st.lists(inner, min_size=1, max_size=3),
            ),
            inner.map(lambda part: {"not": part}),
            inner.map(lambda part: {"compare": {"left": {"all": [part]}, "op": "==", "right": True}}),
            st.builds(
                lambda test, then: {"call": "if", "args": [{"any": [test]}, {"not": then}, {"value": False}]},
                inner,
                inner,
            ),
        ),
        max_leaves=5,
    )


# --- comparators ---------------------------------------------------------------------------------------


def _numbers(operands: st.SearchStrategy[Any] = NUMBERS) -> st.SearchStrategy[Shape]:
    return st.one_of(
        _one(["is", "is_not", "at_least", "more_than", "at_most", "less_than"], operands),
        st.tuples(operands, operands).map(lambda ends: {"between": list(ends)}),
        st.lists(operands, min_size=1, max_size=3).map(lambda options: {"in": options}),
        st.lists(operands, min_size=1, max_size=3).map(lambda options: {"not_in": options}),
        st.builds(lambda low, high: {"more_than": low, "is_not": high}, operands, operands),
        st.booleans().map(lambda known: {"is_set": known}),
        st.just({"is": None}),
        st.just({"is_not": None}),
    )


def _texts() -> st.SearchStrategy[Shape]:
    plain = st.one_of(
        _one(["is", "is_not", "contains", "starts_with", "ends_with", "at_least", "less_than"], TEXTS),
        st.just({"matches": "^a+$"}),
        _lists(["in", "not_in"], TEXTS),
    )
    folded = st.one_of(
        _one(["is", "is_not", "contains", "starts_with", "ends_with"], TEXTS),
        st.just({"matches": "^a+$"}),
        _lists(["in", "not_in"], TEXTS),
    ).map(lambda keys: {**keys, "ignore_case": True})
    return plain | folded


def _dates(operands: st.SearchStrategy[str]) -> st.SearchStrategy[Shape]:
    return st.one_of(
        _one(["is", "is_not", "at_least", "from", "after", "before", "until", "at_most"], operands),
        st.builds(lambda low, high: {"between": [low, high]}, operands, operands),
        st.builds(lambda low, high: {"from": low, "until": high}, operands, operands),
        _lists(["in", "not_in"], operands),
    )


def _one(keys: list[str], operands: st.SearchStrategy[Any]) -> st.SearchStrategy[Shape]:
    return st.builds(lambda key, operand: {key: operand}, st.sampled_from(keys), operands)


def _lists(keys: list[str], operands: st.SearchStrategy[Any]) -> st.SearchStrategy[Shape]:
    return _one(keys, st.lists(operands, min_size=1, max_size=3))


# --- windows -------------------------------------------------------------------------------------------


def past_windows() -> st.SearchStrategy[Shape]:
    """Windows of events."""
    calendar = st.one_of(
        _one(["this", "last"], UNITS),
        _spans("last_units"),
        st.builds(
            lambda unit, first, length: {"units": {"unit": unit, "from": first, "to": first + length}},
            UNITS,
            st.integers(-9, 0),
            st.integers(0, 4),
        ),
    )
    return st.one_of(
        st.just({}),
        _one(["in_last", "more_than_ago"], LENGTHS),
        st.sampled_from([["0 days", "1 day"], ["1 day", "2 weeks"]]).map(lambda ages: {"between_ages": ages}),
        calendar,
        st.builds(lambda window, zone: {**window, "zone": zone}, calendar, ZONES),
        _one(["from", "until"], TIMES),
        ZONES.map(lambda zone: {"from": "2023-01-01", "until": "2023-02-01T12:00", "zone": zone}),
    )


def _spans(key: str) -> st.SearchStrategy[Shape]:
    return st.builds(
        lambda unit, count, current: {key: {"unit": unit, "count": count, **current}},
        UNITS,
        st.integers(1, 4),
        st.sampled_from([{}, {"include_current": True}, {"include_current": False}]),
    )


def moving_windows() -> st.SearchStrategy[Shape]:
    """Windows of date attributes."""
    return st.one_of(
        past_windows().filter(lambda window: window and not {"from", "until"} & set(window)),
        _one(["in_next", "more_than_ahead"], LENGTHS),
        _one(["next"], UNITS),
        _spans("next_units"),
    )


# --- conditions ----------------------------------------------------------------------------------------


def _about(subject: Shape, comparators: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    return comparators.map(lambda keys: {**subject, **keys})


def _conditions() -> st.SearchStrategy[Shape]:
    return st.one_of(
        st.sampled_from([{"segment": "silver"}, {"attribute": "subscribed"}, {"value": True}]),
        _about({"attribute": "children"}, _numbers()),
        _about({"attribute": "income"}, _numbers()),
        _about({"attribute": "address.floor"}, _numbers(NUMBERS | st.just({"attribute": "children"}))),
        _about({"attribute": "city"}, _texts()),
        _about({"attribute": "city"}, _one(["is", "contains"], st.just({"attribute": "home_city"}))),
        _about({"attribute": "interests"}, _one(["contains"], TEXTS)),
        _about({"attribute": "birthday"}, _dates(DATES) | moving_windows()),
        _about({"attribute": "trial_ends"}, _dates(TIMES) | moving_windows()),
        st.builds(
            lambda key, zone: {"attribute": "trial_ends", key: "2024-03-31", "zone": zone},
            st.sampled_from(["from", "before"]),
            ZONES,
        ),
        _about({"attribute": "patience"}, _one(["is", "at_least", "less_than"], LENGTHS)),
        _about({"attribute": "subscribed"}, _one(["is", "is_not"], st.booleans())),
        _about({"call": "length", "args": [{"attribute": "city"}]}, _numbers()),
        _about(
            {"call": "days_between", "args": [{"attribute": "birthday"}, {"value": "2024-02-29", "type": "dateOnly"}]},
            _numbers(),
        ),
        st.sampled_from(
            [
                {"any_item": "cards", "where": {"field": "kind", "is": "gold"}},
                {"all_items": "interests", "where": {"item": True, "starts_with": "a"}},
                {"no_item": "cards", "where": {"field": "since", "before": "2024-01-01"}},
            ]
        ),
        _compared(),
        _event_conditions(),
    )


def _compared() -> st.SearchStrategy[Shape]:
    sides = st.sampled_from(
        [
            {"attribute": "children"},
            {"value": 3},
            2.5,
            {"event": "purchase"},
            {"event": "purchase", "sum": "units", "in_last": "3 days"},
            {"call": "add", "args": [{"attribute": "children"}, 1]},
            {"call": "neg", "args": [{"attribute": "income"}]},
        ]
    )
    return st.builds(
        lambda left, op, right: {"compare": {"left": left, "op": op, "right": right}},
        sides,
        st.sampled_from(sorted(SIGNS)),
        sides,
    )


def _event_conditions() -> st.SearchStrategy[Shape]:
    where = st.just({}) | row_rules().map(lambda rule: {"where": rule})
    numeric = st.one_of(
        st.just({}),
        st.just({"count": True}),
        _one(["count", "distinct"], st.sampled_from(["store", "month", "due"])),
        _one(["sum", "average", "min", "max", "first"], st.sampled_from(["total", "units"])),
        _one(["sum", "max"], st.just({"call": "mul", "args": [{"field": "units"}, {"field": "total"}]})),
        st.just({"last": {"field": "total"}}),
    )
    texts = st.sampled_from([{"last": "store"}, {"first": "store"}, {"last": {"field": "month"}}, {"max": "store"}])
    lines = st.builds(
        lambda rule, value: {"over": "items", "where": rule, **value},
        _line_rules(),
        st.sampled_from([{}, {"sum": "value"}, {"distinct": "product"}, {"count": {"event_field": "total"}}]),
    )
    events: list[st.SearchStrategy[Shape]] = [
        st.builds(_event, where, st.just({}), past_windows()),
        st.builds(_event, where, numeric, past_windows(), _numbers()),
        st.builds(_event, where, texts, past_windows(), _texts().filter(lambda keys: "matches" not in keys)),
        st.builds(_event, lines, past_windows(), _numbers()),
        st.builds(_event, st.just({"first": "_time"}), st.just({}), _one(["after", "before", "is"], TIMES)),
    ]
    return st.one_of(events)


def _event(*parts: Shape) -> Shape:
    shape: Shape = {"event": "purchase"}
    for part in parts:
        if not set(shape) & set(part):  # last: total and last: month are the same key
            shape |= part
    return shape


def _line_rules() -> st.SearchStrategy[Shape]:
    return st.one_of(
        _about({"field": "brand"}, _texts()),
        _about({"field": "quantity"}, _numbers()),
        _about({"event_field": "total"}, _numbers()),
        st.just({"any_item": "labels", "where": {"item": True, "is": "bio"}}),
        st.just(
            {
                "any_item": "labels",
                "where": {
                    "all": [
                        {"item": True, "is": "bio"},
                        {"field": "brand", "up": 1, "is": "x"},
                        {"event_field": "online"},
                    ]
                },
            }
        ),
    )


def _purchase_conditions() -> st.SearchStrategy[Shape]:
    return st.one_of(
        st.just({"field": "online"}),
        _about({"field": "total"}, _numbers()),
        _about({"field": "store"}, _texts()),
        _about({"field": "due"}, _dates(DATES)),
        _about({"field": "_time"}, _dates(TIMES)),
        _about({"call": "weekday", "args": [{"field": "_time"}, "Europe/Paris"]}, _numbers()),
        st.builds(
            lambda key, rule: {key: "items", "where": rule},
            st.sampled_from(["any_item", "all_items", "no_item"]),
            _line_rules(),
        ),
    )
