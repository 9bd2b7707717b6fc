"""What trees mean: every kind of node and of aggregate on values small enough to check by eye."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, instant
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    STRING,
    list_of,
    object_of,
)
from parcours.language.reference import Person, evaluate, evaluate_row, holds
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Membership,
    Node,
    Quantifier,
    replace_members,
)
from parcours.language.window_kinds import Ever, Rolling

NOW = instant("2024-03-31T12:00")
LINE = object_of({"product": STRING, "price": DECIMAL, "quantity": INTEGER})
PURCHASES = [
    {"_time": NOW - 2 * DAY, "total": 20.5, "units": 3, "store": "b", "items": [{"product": "tea", "price": 20.5}]},
    {"_time": NOW - 9 * DAY, "total": 0.1, "units": 1, "store": "a", "items": None},
    {"_time": NOW - 2 * DAY, "total": None, "units": 2, "store": "c", "items": []},
    {
        "_time": NOW,
        "total": 0.2,
        "units": None,
        "store": "a",
        "items": [{"product": "tea", "price": 0.1}, None, {"price": 0.1}],
    },
    {"_time": NOW + DAY, "total": 99.0, "units": 9, "store": "z"},
]
PERSON = Person(
    attributes={
        "name": "Ada",
        "member": None,
        "age": 36,
        "income": 3,
        "address": {"city": "Lyon"},
        "birthday": date(2024, 4, 2),
        "tags": ["a", None],
        "cards": [{"points": 5}, {"points": None}, {}],
    },
    events={"purchase": PURCHASES},
    segments={"silver"}.__contains__,
    been={"silver", "bronze"}.__contains__,
)
TOTAL, UNITS = Field(("total",), DECIMAL), Field(("units",), INTEGER)


def call(name: str, *args: Node) -> Call:
    return Call(name, args, BOOLEAN)


def value(node: Node, now: int = NOW) -> object:
    return evaluate(node, PERSON, now)


def of(kind: str, value_: Node | None = None, window=Rolling(30 * DAY), type_=INTEGER, **more: object) -> Aggregate:  # noqa: B008
    return Aggregate(kind, "purchase", window, type_, value=value_, **more)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Literal("a", STRING), "a"),
        (Literal(3, DECIMAL), 3.0),
        (ListOf((Literal(1, INTEGER), Literal(None, INTEGER)), list_of(DECIMAL)), [1.0, None]),
        (Attribute(("name",), STRING), "Ada"),
        (Attribute(("income",), DECIMAL), 3.0),
        (Attribute(("address", "city"), STRING), "Lyon"),
        (Attribute(("address", "street"), STRING), None),
        (Attribute(("nobody", "knows"), STRING), None),
        (call("gt", Attribute(("age",), INTEGER), Literal(35.5, DECIMAL)), True),
        (call("not", Attribute(("member",), BOOLEAN)), True),
        (Member("silver"), True),
        (Member("gold"), False),
        (Membership("silver"), "realized"),
        (Membership("bronze"), "exited"),
        (Membership("gold"), "never"),
    ],
)
def test_nodes(node, expected):
    found = value(node)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (of("count"), 4),
        (of("count", TOTAL), 3),
        (of("count", window=Rolling(2 * DAY)), 1),
        (of("count", window=Rolling(2 * DAY, closed=True)), 3),
        (of("count", window=Ever()), 4),
        (of("count", where=call("gt", UNITS, Literal(1, INTEGER))), 2),
        (of("count", where=call("not", call("gt", UNITS, Literal(1, INTEGER)))), 2),
        (of("sum", TOTAL, type_=DECIMAL), 20.8),
        (of("sum", UNITS), 6),
        (of("average", UNITS, type_=DECIMAL), 2.0),
        (of("average", TOTAL, type_=DECIMAL), 20.8 / 3),
        (of("min", TOTAL, type_=DECIMAL), 0.1),
        (of("max", UNITS), 3),
        (of("max", Field(("store",), STRING), type_=STRING), "c"),
        (of("first", UNITS), 1),
        (of("last", UNITS), 2),
        (of("last", Field(("store",), STRING), type_=STRING), "a"),
        (of("first", Field(("store",), STRING), Rolling(3 * DAY, DAY), STRING), "b"),
        (of("last", Field(("store",), STRING), Rolling(3 * DAY, DAY), STRING), "c"),
        (of("last", Field(("_time",), DATE_TIME), type_=DATE_TIME), datetime(2024, 3, 31, 12, tzinfo=UTC)),
        (of("distinct", Field(("store",), STRING)), 3),
        (of("distinct", TOTAL), 3),
    ],
)
def test_aggregates(node, expected):
    assert value(node) == expected
    assert type(value(node)) is type(expected)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("count", 0), ("sum", 0.0), ("distinct", 0), ("average", None), ("min", None), ("max", None), ("first", None)],
)
def test_aggregates_of_nothing(kind, expected):
    nothing = of(kind, TOTAL, Rolling(0), INTEGER if kind in ("count", "distinct") else DECIMAL)
    assert value(nothing) == expected
    assert type(value(nothing)) is type(expected)


def test_line_items():
    price = Field(("price",), DECIMAL)
    assert value(of("count", over=("items",))) == 3
    assert value(of("sum", price, type_=DECIMAL, over=("items",))) == 20.7
    tea = call("eq", Field(("product",), STRING), Literal("tea", STRING))
    assert value(of("count", over=("items",), where=tea)) == 2
    whole = call("eq", price, Field(("total",), DECIMAL, up=1))
    assert value(of("count", over=("items",), where=whole)) == 1


@given(st.permutations([0.1, 0.2, 0.3, 1e9, -1e9, 0.0000014, 2.5e-7]))
def test_sums_do_not_depend_on_the_order(values):
    person = Person(events={"purchase": [{"_time": NOW, "total": each} for each in values]})
    assert evaluate(of("sum", TOTAL, type_=DECIMAL), person, NOW) == 0.600001


@pytest.mark.parametrize(("kind", "expected"), [("any", True), ("all", False), ("none", False)])
def test_quantifiers(kind, expected):
    cards = Attribute(("cards",), list_of(object_of({"points": INTEGER})))
    enough = call("ge", Field(("points",), INTEGER), Literal(5, INTEGER))
    assert value(Quantifier(kind, cards, enough)) is expected
    assert value(Quantifier(kind, Attribute(("none",), cards.type), enough)) is (kind != "any")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (Attribute(("birthday",), DATE_ONLY), True),
        (Literal(date(2024, 4, 7), DATE_ONLY), True),
        (Literal(date(2024, 4, 8), DATE_ONLY), False),
        (Literal(datetime(2024, 4, 7, 12, 0, 0, 1, UTC), DATE_TIME), False),
        (Literal(datetime(2024, 4, 7, 14, tzinfo=timezone(timedelta(hours=2))), DATE_TIME), True),
        (Literal(datetime(2024, 4, 7, 12), DATE_TIME_ONLY), True),
        (Literal(None, DATE_ONLY), False),
    ],
)
def test_a_date_in_a_window_that_moves(moment, expected):
    assert value(InWindow(moment, Rolling(0, -7 * DAY))) is expected


def test_a_rule_that_is_null_does_not_hold():
    assert value(Attribute(("member",), BOOLEAN)) is None
    assert holds(Attribute(("member",), BOOLEAN), PERSON, NOW) is False
    assert holds(Member("silver"), PERSON, NOW) is True


def test_rules_of_other_segments_come_before_what_is_known_of_membership():
    rules = {"silver": Attribute(("member",), BOOLEAN), "gold": call("not", Member("silver"))}
    person = Person(PERSON.attributes, PERSON.events, PERSON.segments, rules)
    assert [evaluate(Member(name), person, NOW) for name in ("silver", "gold")] == [False, True]
    person = replace(person, been={"silver"}.__contains__)
    assert [evaluate(Membership(name), person, NOW) for name in ("silver", "gold")] == ["exited", "realized"]
    rules |= {"bronze": call("eq", Membership("silver"), Literal("exited", STRING))}
    assert evaluate(replace_members(rules["bronze"], rules), replace(person, rules={}), NOW) is True


def test_rows_know_the_rows_around_them():
    event = {"_time": NOW, "total": 2, "items": [{"price": 1.5}]}
    assert evaluate_row(TOTAL, (event,)) == 2.0
    assert evaluate_row(Field(("_time",), DATE_TIME), (event,)) == datetime(2024, 3, 31, 12, tzinfo=UTC)
    assert evaluate_row(Field(("total",), DECIMAL, up=1), ({"price": 1.5}, event)) == 2.0
    dearer = Quantifier(
        "any", Field(("items",), list_of(LINE)), call("lt", Field(("price",), DECIMAL), Field(("total",), DECIMAL, 1))
    )
    assert evaluate_row(dearer, (event,)) is True


def test_an_event_counts_from_its_own_instant_on():
    count = of("count", window=Rolling(HOUR))
    assert [value(count, NOW + DAY + shift) for shift in (-1, 0, HOUR - 1, HOUR)] == [0, 1, 1, 0]
