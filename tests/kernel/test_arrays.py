"""Chains over arrays = reference evaluator = Polars expressions, on generated trees and data."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Schema,
    Type,
    list_of,
    polars_type,
)
from parcours.kernel import evaluate as evaluating
from parcours.kernel.arrays import Chain
from parcours.kernel.attributes import AttributeStore
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, columns, evaluate
from parcours.kernel.operands import Inexact, Operand, Scope, operand
from parcours.kernel.reading import Moment
from parcours.language.functions import registry
from parcours.language.reference import Person, holds
from parcours.language.reference import evaluate as meaning
from parcours.language.tree import Attribute, Call, ListOf, Literal, Member, Node
from parcours.testing import strategies as make

FAST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
NUMERIC = {"a": INTEGER, "b": INTEGER, "x": DECIMAL, "y": DECIMAL, "yes": BOOLEAN, "day": DATE_ONLY, "at": DATE_TIME}


def over_people(node: Node, people: list[Person], now: int) -> list[bool] | None:
    """What the chain gives, where all that it asks for is answered by the reference; ``None``: not exactly."""

    def read(part: Node) -> Operand:
        return operand(pl.Series([meaning(part, person, now) for person in people], dtype=polars_type(part.type)))

    try:
        with np.errstate(over="ignore", invalid="ignore"):
            held = Chain(node).held(Scope(read))
    except Inexact:
        return None
    return np.broadcast_to(held, len(people)).tolist()


@FAST
@given(st.data())
def test_a_chain_means_what_the_reference_says(data):
    schema = data.draw(make.schemas())
    node = data.draw(make.trees(BOOLEAN, make.profile_scope(schema)))
    history, now = data.draw(make.histories(schema)), data.draw(make.instants())
    people = [history.person(profile) for profile in range(len(history.attributes))]
    note(f"{node}")
    found = over_people(node, people, now) if people else None
    assert found is None or found == [holds(node, person, now) for person in people]


FUNCTIONS = ["and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "in", "is_null", "is_not_null"]
CONDITIONS = [name for name in registry.names() if name in FUNCTIONS]
ARITHMETIC = ["add", "sub", "mul", "div", "neg"]


@pytest.mark.parametrize("name", CONDITIONS + ARITHMETIC)
@FAST
@given(st.data())
def test_every_function_of_chains_also_at_the_ends_of_the_range(name, data):
    rows = data.draw(st.lists(make.rows_of(NUMERIC, extreme=True), min_size=1, max_size=5))
    node = data.draw(make.calls(name, make.Scope(attributes=NUMERIC), depth=data.draw(st.integers(0, 1))))
    if node.type != BOOLEAN:
        node = Call("is_null", (node,), BOOLEAN) if data.draw(st.booleans()) else Call("ge", (node, node), BOOLEAN)
    people = [Person(row) for row in rows]
    note(f"{node}")
    found = over_people(node, people, 0)
    assert found is None or found == [holds(node, person, 0) for person in people]


def test_what_chains_know_is_not_left_to_polars():
    """The test above would also pass if everything were asked for."""
    names = {name: Attribute((name,), type_) for name, type_ in NUMERIC.items()}
    double = Call("mul", (Literal(2, INTEGER), names["a"]), INTEGER)
    parts = (
        Call("gt", (double, names["x"]), BOOLEAN),
        Call("in", (names["day"], ListOf((Literal(date(2024, 2, 29), DATE_ONLY),), list_of(DATE_ONLY))), BOOLEAN),
        Call("lt", (names["at"], Literal(datetime(2024, 3, 31, tzinfo=UTC), DATE_TIME)), BOOLEAN),
        Call("not", (Call("or", (names["yes"], Member("gold")), BOOLEAN),), BOOLEAN),
    )
    asked = Chain(Call("and", parts, BOOLEAN)).asked.values()
    assert set(asked) == {names["a"], names["x"], names["day"], names["at"], names["yes"], Member("gold")}


def test_integers_beyond_64_bits_are_not_guessed_at():
    product = Call("mul", (Attribute(("a",), INTEGER), Attribute(("b",), INTEGER)), INTEGER)
    rule = Call("is_null", (product,), BOOLEAN)
    assert over_people(rule, [Person({"a": 2**40, "b": 2**40})], 0) is None
    assert over_people(rule, [Person({"a": 2**30, "b": -(2**30)})], 0) == [False]


def test_equal_parts_are_read_and_computed_once():
    read: list[Node] = []

    def reader(part: Node) -> Operand:
        read.append(part)
        return np.array([1, 5]), None

    one = Call("ge", (Attribute(("a",), INTEGER), Literal(3, INTEGER)), BOOLEAN)
    scope = Scope(reader)
    first, second = Chain(one).held(scope), Chain(Call("and", (one, one), BOOLEAN)).held(scope)
    assert (first.tolist(), second.tolist(), len(read)) == ([False, True], [False, True], 1)


# --- through the book ----------------------------------------------------------------------------------


@FAST
@given(st.data())
def test_chains_and_expressions_say_the_same_of_a_book(data):
    schema = data.draw(make.schemas())
    node = data.draw(make.trees(BOOLEAN, make.Scope(attributes=schema.attributes, segments=("gold",))))
    rows = data.draw(st.lists(make.rows_of(schema.attributes, extreme=True), min_size=1, max_size=4))
    book = book_of(schema, rows)
    everybody = np.arange(len(rows), dtype=np.int32)
    rules = {"gold": Compiled(Literal(True, BOOLEAN)), "found": Compiled(node)}
    note(f"{node}")
    found = evaluate(rules, book, everybody, Moment(0), nobody)["found"].tolist()
    assert found == [holds(node, Person(row, {}, lambda _: True), 0) for row in rows]
    assert found == by_expression(rules["found"], book, everybody)


def by_expression(rule, book, profiles):
    read = columns([rule], book, profiles, Moment(0), lambda _, who: np.ones(len(who), np.bool_))
    frame = pl.DataFrame([pl.Series("height", profiles), *read])
    return frame.select("height", found=rule.expression.fill_null(False))["found"].to_list()


def test_more_profiles_than_are_evaluated_at_once():
    book = book_of(Schema({"age": INTEGER}), [{"age": age} for age in range(7)])
    rule = Compiled(Call("ge", (Attribute(("age",), INTEGER), Literal(4, INTEGER)), BOOLEAN))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluating, "BLOCK", 3)
        held = evaluating.holds(rule, book, np.arange(7, dtype=np.int32), 0, nobody)
    assert held.tolist() == [False] * 4 + [True] * 3


def nobody(segment, profiles):
    return np.zeros(len(profiles), np.bool_)


def book_of(schema: Schema, rows: list[dict[str, object]]) -> FeatureBook:
    book = FeatureBook(schema, len(rows))
    frame = make.frame_of(rows, schema.attributes).with_columns(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("_profile"),
        pl.lit(datetime(1970, 1, 1, tzinfo=UTC)).cast(pl.Datetime("us", "UTC")).alias("_time"),
        pl.lit(list(schema.attributes), dtype=pl.List(pl.String)).alias("_set"),
    )
    book.take_attributes(frame, 0, 0)
    return book


def test_an_attribute_wider_than_the_rule_was_written_for():
    book = book_of(Schema({"age": INTEGER}), [{"age": 3}, {"age": None}])
    book.widen(Schema({"age": DECIMAL}))
    rule = Compiled(Call("gt", (Attribute(("age",), INTEGER), Literal(2, INTEGER)), BOOLEAN))
    assert evaluate({"": rule}, book, np.arange(2, dtype=np.int32), Moment(0), nobody)[""].tolist() == [True, False]


def test_no_profiles_at_all():
    rules = {"": Compiled(Call("gt", (Attribute(("age",), INTEGER), Attribute(("age",), INTEGER)), BOOLEAN))}
    assert (
        evaluate(rules, book_of(Schema({"age": INTEGER}), []), np.empty(0, np.int32), Moment(0), nobody)[""].tolist()
        == []
    )


@pytest.mark.parametrize("wider", [DECIMAL, STRING])
def test_values_survive_when_their_type_widens(wider: Type) -> None:
    narrow = Type(INTEGER.kind) if wider == DECIMAL else Type(STRING.kind.ANY)
    store = AttributeStore(Schema({"a": narrow}), 3)
    store._columns["a"].set(np.array([2, 0], np.int32), pl.Series([7, None]).cast(polars_type(narrow)))
    store.widen(Schema({"a": wider}))
    store.resize(4)
    found = store.get("a", np.arange(4, dtype=np.int32))
    assert found.dtype == polars_type(wider)
    assert found.cast(pl.Float64).to_list() == [None, None, 7.0, None]


TOO_MUCH = Call("gt", (Call("add_exact", (Attribute(("age",), INTEGER),) * 2, INTEGER), Literal(3, INTEGER)), BOOLEAN)
YES = Literal(True, BOOLEAN)


@pytest.mark.parametrize(
    "rule",
    [
        Call("not", (TOO_MUCH,), BOOLEAN),
        Call("or", (TOO_MUCH, Call("is_not_null", (Attribute(("age",), INTEGER),), BOOLEAN)), BOOLEAN),
        Call("or", (Call("is_not_null", (Attribute(("age",), INTEGER),), BOOLEAN), TOO_MUCH), BOOLEAN),
        Call("and", (Call("not", (TOO_MUCH,), BOOLEAN), YES), BOOLEAN),
        Call(
            "not",
            (Call("and", (Call("is_null", (Attribute(("age",), INTEGER),), BOOLEAN), TOO_MUCH), BOOLEAN),),
            BOOLEAN,
        ),
        Call("eq", (TOO_MUCH, Literal(False, BOOLEAN)), BOOLEAN),
    ],
    ids=str,
)
def test_who_cannot_be_evaluated_is_no_member(rule):
    rows = [{"age": 2**62}, {"age": 1}, {"age": None}, {"age": 5}]
    book = book_of(Schema({"age": INTEGER}), rows)
    expected = []
    for row in rows:
        try:
            expected.append(holds(rule, Person(row), 0))
        except EvaluationError:
            expected.append(False)
    assert (
        evaluate({"": Compiled(rule)}, book, np.arange(4, dtype=np.int32), Moment(0), nobody)[""].tolist() == expected
    )
