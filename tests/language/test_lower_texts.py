"""Generated queries mean the same when their lists of events have become aggregates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from parcours.core.clock import DAY, HOUR, instant
from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.language import pql
from parcours.language.lower import lower
from parcours.language.pql import PqlScope
from parcours.language.reference import Person, evaluate

ITEM = object_of({"product": STRING, "quantity": INTEGER})
SCHEMA = Schema(
    {"city": STRING, "age": INTEGER, "since": DATE_TIME},
    {
        "purchase": {"total": DECIMAL, "units": INTEGER, "store": STRING, "gift": BOOLEAN, "items": list_of(ITEM)},
        "view": {"page": STRING, "store": STRING},
    },
)
SCOPE = PqlScope.of_schema(SCHEMA, ["silver"])
NOW = instant("2024-03-31T12:00:00Z")

_OPERATORS = st.sampled_from(["=", "!=", ">", ">=", "<", "<="])
_SMALL = st.integers(0, 3)
_UNITS = st.sampled_from(["hours", "days", "weeks", "months", "years"])
_PLACES = st.sampled_from(["now", "today", "yesterday", "tomorrow", "date(2024, 3, 1)"])


def joined(*parts: SearchStrategy[Any] | str) -> SearchStrategy[str]:
    """Texts one after the other, with spaces between them."""
    shown = [st.just(part) if isinstance(part, str) else part.map(str) for part in parts]
    return st.tuples(*shown).map(" ".join)


_WHEN = st.one_of(
    joined(_OPERATORS, _SMALL, _UNITS, st.sampled_from(["before", "after", "from"]), _PLACES),
    joined(st.sampled_from(["before", "after", "on"]), _PLACES),
    joined(st.sampled_from(["this", "last", "next"]), st.sampled_from(["hour", "day", "week", "month", "year"])),
    joined("between", _PLACES, "and", _PLACES),
)
_ITEM_TESTS = st.sampled_from(
    ['product = "milk"', "quantity > 1", "quantity >= ^^age", 'product != "milk" and quantity = 0', "product.isNull()"]
)
_TESTS = st.one_of(
    st.sampled_from(['eventType = "purchase"', 'eventType = "view"', 'eventType != "view"', "true"]),
    joined("total", _OPERATORS, st.sampled_from(["0", "5", "5.5", "19.99"])),
    joined("units", _OPERATORS, _SMALL),
    joined("timestamp occurs", _WHEN),
    joined("items.exists(", _ITEM_TESTS, ")"),
    joined("items[", _ITEM_TESTS, "].count()", _OPERATORS, _SMALL),
    st.sampled_from(
        [
            'store = "A"',
            'store != "A"',
            'store in ["A", "B"]',
            'store notIn ["A", "B"]',
            "store.isNull()",
            "store = ^city",
            'store.startsWith("A")',
            'store.doesNotContain("B")',
            'page = "home"',
            "gift",
            "not gift",
            "gift = false",
            "items",
            "not items",
            'items.product = "milk"',
            "items.quantity > 2",
            "units * 2 > total",
            "timestamp occurs before ^since",
            "timestamp occurs < 2 days after ^since",
            "timestamp.getMonth() = 3",
        ]
    ),
)
_CONDITIONS = st.recursive(
    _TESTS,
    lambda inner: st.one_of(
        joined("(", inner, "and", inner, ")"), joined("(", inner, "or", inner, ")"), joined("not (", inner, ")")
    ),
    max_leaves=4,
)
_OF_TYPE = st.one_of(
    _CONDITIONS,
    joined(st.sampled_from(['eventType = "purchase" and', 'eventType = "view" and']), _CONDITIONS),
    joined(_CONDITIONS, 'and eventType = "purchase"'),
)
_LISTS = st.one_of(
    st.just("xEvent"),
    _OF_TYPE.map("xEvent[{}]".format),
    _OF_TYPE.map("xEvent.filter({})".format),
    st.tuples(_OF_TYPE, _CONDITIONS).map(lambda both: f"xEvent[{both[0]}][{both[1]}]"),
)
_STEP = st.tuples(
    _OF_TYPE, st.one_of(st.just(""), _WHEN.map(" WHEN({})".format)), st.sampled_from(["", " COUNT(1)", " COUNT(2)"])
).map(lambda parts: f"WHAT({parts[0]}){parts[1]}{parts[2]}")


_MILK = st.sampled_from(['product = "milk"', "quantity > 1"])


def _asked(list_: str) -> SearchStrategy[str]:
    return st.one_of(
        joined(f"{list_}.count()", _OPERATORS, _SMALL),
        joined(f"{list_}.sum(", st.sampled_from(["total", "units", "total * 2"]), ")", _OPERATORS, st.integers(0, 30)),
        joined(
            f"{list_}.",
            st.sampled_from(["min", "max", "average"]),
            "(",
            st.sampled_from(["total", "units"]),
            ")",
            _OPERATORS,
            st.sampled_from(["0", "2", "5.0", "19.99"]),
        ),
        joined(f"{list_}.map(store).distinct().count()", _OPERATORS, _SMALL),
        joined(f"{list_}.store.distinct().count()", _OPERATORS, _SMALL),
        joined(f"{list_}.items[", _MILK, "].sum(quantity)", _OPERATORS, _SMALL),
        joined(f"{list_}.items.count()", _OPERATORS, _SMALL),
        joined(f"{list_}.timestamp occurs", _WHEN),
        st.sampled_from(
            [
                list_,
                f"not {list_}",
                f'{list_}.store.includes("A")',
                f'{list_}.store = "A"',
                f'{list_}.store != "A"',
                f"{list_}.total > 5",
                f"{list_}.total.max() > 5.5",
                f"{list_}.timestamp.max() < now",
                f"{list_}.timestamp.min() > since",
                f"{list_}.head().isNull()",
                f'{list_}.items.product = "milk"',
                f"{list_}.units.sum() = {list_}.count()",
                f'{list_}.groupBy(store).keys().includes("A")',
                f"({list_}.sum(units) > 1 and age > 1)",
                f"if({list_}.count() > 1, age > 1, {list_}.sum(total) > 5)",
                f"(exists E from {list_} where E.total > 5.0)",
                f"(exists E from {list_}, I from E.items where I.quantity > 1)",
                f'(forall E from {list_} where E.store = "A" or E.units > 1)',
                f"(forall E from {list_}, I from E.items where I.quantity < 3)",
                f"not (select E from {list_} where E.page.isNull() and E.store = city)",
                f"(count E over E from {list_} where E.units >= age) > 0",
                f"(sum E.total over E from {list_} where E.gift) >= 5",
                f"(let L = {list_} in L.count() > 1 and L.exists(units = 0))",
            ]
        ),
    )


_QUESTIONS = st.one_of(
    _LISTS.flatmap(_asked),
    _LISTS.flatmap(_asked),
    _STEP.map("chain(xEvent, timestamp, [A: {}])".format),
    st.tuples(_STEP, _STEP).map(lambda both: f"chain(xEvent, timestamp, [A: {both[0]}, B: {both[1]}])"),
)
QUERIES = st.one_of(
    _QUESTIONS,
    joined(_QUESTIONS, st.sampled_from(["and", "or"]), _QUESTIONS),
    joined("not (", _QUESTIONS, ")"),
)

_TIMES = st.one_of(
    st.integers(NOW - 70 * DAY, NOW + 5 * DAY),
    st.sampled_from(
        [
            NOW,
            NOW - HOUR,
            NOW - DAY,
            NOW - 2 * DAY,
            NOW + DAY,
            NOW - 7 * DAY,
            *(instant(f"{day}Z") for day in ("2024-03-31T00:00:00", "2024-03-01T00:00:00", "2024-02-29T12:00:00")),
            instant("2023-03-31T12:00:00Z"),
        ]
    ),
)
_STORES = st.sampled_from(["A", "AB", "B", "", None])
_ITEMS = st.lists(
    st.fixed_dictionaries({"product": st.sampled_from(["milk", "bread", None]), "quantity": st.integers(0, 4)}),
    max_size=3,
)
_PURCHASE = st.fixed_dictionaries(
    {
        "_time": _TIMES,
        "total": st.sampled_from([None, 0.1, 5.0, 19.99, 60.0]),
        "units": st.sampled_from([None, 0, 1, 3]),
        "gift": st.sampled_from([None, True, False]),
        "store": _STORES,
        "items": st.one_of(st.none(), _ITEMS),
    }
)
_VIEW = st.fixed_dictionaries({"_time": _TIMES, "page": st.sampled_from(["home", "cart", None]), "store": _STORES})
PEOPLE = st.builds(
    lambda city, age, since, purchases, views: Person(
        {"city": city, "age": age, "since": since}, {"purchase": purchases, "view": views}
    ),
    _STORES,
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from([None, *(datetime(2024, 3, day, 12, tzinfo=UTC) for day in (29, 31))]),
    st.lists(_PURCHASE, max_size=5),
    st.lists(_VIEW, max_size=4),
)


@given(text=QUERIES, people=st.lists(PEOPLE, min_size=1, max_size=4))
def test_a_query_and_its_lowered_form_mean_the_same(text: str, people: list[Person]) -> None:
    node = pql.read(text, SCOPE, usage="rule")
    lowered = lower(node, SCHEMA)
    for person in people:
        assert evaluate(lowered, person, NOW) == evaluate(node, person, NOW)


@given(text=QUERIES)
def test_lowering_a_lowered_query_changes_nothing(text: str) -> None:
    once = lower(pql.read(text, SCOPE, usage="rule"), SCHEMA)
    assert lower(once, SCHEMA) == once


@given(text=QUERIES, people=st.lists(PEOPLE, min_size=1, max_size=3))
def test_a_printed_query_means_the_same(text: str, people: list[Person]) -> None:
    node = pql.read(text, SCOPE, usage="rule")
    again = pql.read(pql.print_pql(node), SCOPE, usage="rule")
    for person in people:
        assert evaluate(again, person, NOW) == evaluate(node, person, NOW)
