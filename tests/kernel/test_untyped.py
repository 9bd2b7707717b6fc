"""Values of unknown type in compiled form: what the reference makes of them, by the types that they have."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DECIMAL,
    INTEGER,
    STRING,
    Kind,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.kernel.compile import FAILED, VALUE, condition, expression, leaves, outcome, row_expression
from parcours.language.functions import registry
from parcours.language.reference import Person, evaluate
from parcours.language.tree import (
    Attribute,
    Call,
    Each,
    Field,
    InWindow,
    ListOf,
    Literal,
    Node,
    ObjectOf,
    Quantifier,
    Sequence,
    SequenceStep,
    Step,
)
from parcours.language.window_kinds import Absolute
from parcours.testing import strategies as make

FAST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FAILURE = "evaluation fails"
PARIS = timezone(timedelta(hours=1))
TIMES = (date(2024, 2, 29), datetime(2024, 2, 29, 1, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=PARIS), timedelta(1))
SINGLE = st.sampled_from(
    (None, True, False, 0, 1, 5, -3, 2**60, 5.0, 2.5, -0.5, 1e300, "", "5", "a", "A", "true", '"', "2024-02-29", *TIMES)
)
ANYTHING = st.recursive(
    SINGLE,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("a", "b", "$any", "")), inner, max_size=3)
    ),
    max_leaves=5,
)


def meant(node: Node, person: Person) -> object:
    try:
        return evaluate(node, person, 0)
    except EvaluationError:
        return FAILURE


def compiled(node: Node, people: list[Person]) -> list[object]:
    columns = {leaf: [evaluate(leaf, person, 0) for person in people] for leaf in leaves(node)}
    names = {leaf: f"leaf{number}" for number, leaf in enumerate(columns)}
    frame = pl.DataFrame(
        [pl.Series("row", range(len(people))), *(series(columns[leaf], leaf.type, names[leaf]) for leaf in columns)]
    )
    made, type_ = outcome(node, lambda leaf: pl.col(names[leaf]))
    found = frame.with_columns(made.alias("found"))["found"].struct.unnest()
    read = values(found[VALUE], type_)
    return [FAILURE if failed else value for value, failed in zip(read, found[FAILED], strict=True)]


def both(node: Node, *rows: dict[str, object]) -> list[object]:
    people = [Person(row) for row in rows]
    expected = [meant(node, person) for person in people]
    found = compiled(node, people)
    assert found == expected
    assert [kinds(value) for value in found] == [kinds(value) for value in expected]
    return found


def kinds(value: object) -> object:
    if isinstance(value, dict):
        return {name: kinds(part) for name, part in value.items() if part is not None}
    return list(map(kinds, value)) if isinstance(value, list) else type(value)


@st.composite
def open_calls(draw: st.DrawFn, name: str) -> tuple[Call, list[dict[str, object]]]:
    """A call with attributes for arguments, some of unknown type, and rows of values."""
    call = draw(make.calls(name, make.Scope({}), depth=0))
    args, rows = list[Node](), [dict[str, object]() for _ in range(6)]
    constants = registry.constants(name, len(call.args))
    for place, (arg, constant) in enumerate(zip(call.args, constants, strict=True)):
        if constant is not None or not draw(st.integers(0, 3)):
            args.append(arg)
            continue
        held = draw(st.sampled_from(held_as(arg.type)))
        args.append(Attribute((f"x{place}",), held))
        for row in rows:
            row[f"x{place}"] = draw(value_of(arg.type, held))
    return Call(name, tuple(args), ANY), rows


def held_as(type_: Type) -> list[Type]:
    return [ANY, type_] if type_.kind not in (Kind.LIST, Kind.MAP) else [ANY, Type(type_.kind, element=ANY), type_]


def value_of(type_: Type, held: Type) -> st.SearchStrategy[object]:
    expected = make.maybe(type_)
    if held == ANY:
        return expected | ANYTHING
    if held == list_of(ANY):
        return expected | st.lists(ANYTHING, max_size=3)
    if held == map_of(ANY):
        return expected | st.dictionaries(st.sampled_from("ab"), ANYTHING, max_size=3)
    return expected


@pytest.mark.parametrize("name", registry.names())
@settings(FAST, max_examples=25)
@given(st.data())
def test_every_function_of_untyped_values_compiled_is_the_reference(name, data):
    node, rows = data.draw(open_calls(name))
    note(f"{node} {rows}")
    both(node, *rows)


# --- parts of rules ------------------------------------------------------------------------------------

X, ITEMS = Attribute(("x",), ANY), Attribute(("items",), list_of(ANY))
ITEM = Field((), ANY)
MIXED = [1, "a", 2.5, True, None, {"v": 1}, [1]]


def call(name: str, *args: Node, to: Type = BOOLEAN) -> Call:
    return Call(name, args, to)


def number(value: int) -> Literal:
    return Literal(value, INTEGER)


def rows(*found: object) -> list[dict[str, object]]:
    return [{"x": value} for value in found]


def test_numbers_texts_and_truth_values_stay_what_they_are():
    found = both(X, *rows(5, 5.0, "5", True, "true", None, {"a": [1.0, None]}, ["x", 1], date(2024, 2, 29)))
    assert found == [5, 5.0, "5", True, "true", None, {"a": [1.0, None]}, ["x", 1], date(2024, 2, 29)]
    assert both(call("eq", X, number(5)), *rows(5, 5.0, "5", None)) == [True, True, FAILURE, False]


def test_a_value_of_no_fitting_type_fails_only_where_it_is_asked_for():
    first = call("and", call("is_numeric", X), call("gt", X, number(3)))
    assert both(first, *rows(5, "5", None, 2.5)) == [True, False, False, False]
    assert both(call("if", X, X, number(1), to=ANY), *rows(True, 5, None)) == [True, 1, 1]
    assert both(call("coalesce", X, number(1), to=ANY), *rows("a", None)) == ["a", 1]


def test_fields_of_values_of_unknown_type():
    part = Step(X, "a", ANY)
    assert both(part, *rows({"a": 1}, {"a": None}, 5, [{"a": 1}, {"a": "x"}], None)) == [1, None, None, [1, "x"], None]
    assert both(Step(ITEMS, "v", list_of(ANY)), {"items": [{"v": 1}, {"v": [2]}]}) == [[1, 2]]
    typed = call("add", Step(X, "a", INTEGER), number(1), to=INTEGER)
    assert both(typed, *rows({"a": 1}, {"a": "1"}, {})) == [2, FAILURE, None]


def test_elements_of_unknown_type():
    numeric = call("is_numeric", ITEM)
    assert both(Each("filter", ITEMS, numeric, list_of(ANY)), {"items": MIXED}, {"items": None}) == [[1, 2.5], None]
    assert both(Each("filter", X, numeric, list_of(ANY)), *rows([1, "a"], 5, None)) == [[1], FAILURE, None]
    assert both(Quantifier("any", ITEMS, ITEM), {"items": [True]}, {"items": [1, "true"]}) == [True, False]
    assert both(Quantifier("any", ITEMS, call("gt", ITEM, number(1))), {"items": [2, "a"]}, {"items": [2]}) == [
        FAILURE,
        True,
    ]
    inside = Each("map", ITEMS, Field(("v",), ANY), list_of(ANY))
    assert both(inside, {"items": [{"v": 1.5}, "a", None]}) == [[1.5, None, None]]
    strict = Each("map", ITEMS, Field(("v",), INTEGER), list_of(INTEGER))
    assert both(strict, {"items": [{"v": 1}]}, {"items": [{"v": "a"}]}) == [[1], FAILURE]


def test_groups_and_order_by_values_of_unknown_type():
    people = [{"items": [3, 1.5, None]}, {"items": ["b", "a"]}, {"items": [1, "a"]}, {"items": None}]
    assert both(Each("ascending", ITEMS, ITEM, list_of(ANY)), *people) == [
        [1.5, 3, None],
        ["a", "b"],
        FAILURE,
        None,
    ]
    grouped = Each("group", ITEMS, ITEM, map_of(list_of(ANY)))
    assert both(grouped, {"items": [1, "1", True, None]}) == [{"1": [1, "1"], "true": [True]}]


def test_lists_and_objects_made_of_them():
    assert both(ListOf((X, number(1)), list_of(INTEGER)), *rows("a", 2)) == [["a", 1], [2, 1]]
    made = ObjectOf(("x", "n"), (X, number(1)), object_of({"x": ANY, "n": INTEGER}))
    assert both(made, *rows("a", None)) == [{"x": "a", "n": 1}, {"n": 1}]
    mixed = call("to_map", ObjectOf(("a", "b"), (X, number(1)), object_of({"a": ANY, "b": INTEGER})), to=map_of(ANY))
    key = Attribute(("key",), STRING)
    people = [{"x": "t", "key": "a"}, {"x": 2.5, "key": "a"}, {"x": None, "key": "b"}]
    assert both(call("entry", mixed, key, to=ANY), *people) == ["t", 2.5, 1]


def test_times_among_values_of_unknown_type():
    year = Absolute(1_704_067_200_000_000, 1_735_689_600_000_000, future=True)
    inside = Quantifier("any", ITEMS, InWindow(Field(("t",), ANY), year))
    at = datetime(2024, 5, 1, tzinfo=UTC)
    people = [
        {"items": [{"t": value}]} for value in (at, "2024-05-01", "2025-05-01", "soon", 5, None, date(2024, 5, 1))
    ]
    assert both(inside, *people) == [True, True, False, False, False, False, True]
    followed = Sequence(
        ITEMS, ("t",), tuple(SequenceStep(call("eq", Field(("k",), ANY), Literal(k, STRING))) for k in "ab")
    )
    people = [
        {"items": [{"t": "2024-05-02", "k": "b"}, {"t": at, "k": "a"}]},
        {"items": [{"t": "2024-05-02", "k": "a"}, {"t": at, "k": "b"}]},
    ]
    assert both(followed, *people) == [True, False]


# --- where they leave ----------------------------------------------------------------------------------


def test_people_read_texts_without_quotes():
    frame = pl.DataFrame([series(["a", 5, 5.0, True, None], ANY, "x")])
    assert frame.select(expression(X, lambda _: pl.col("x"))).to_series().to_list() == ["a", "5", "5.0", "true", None]
    listed = pl.DataFrame([series([["a", 1], None], list_of(ANY), "items")])
    assert listed.select(expression(ITEMS, lambda _: pl.col("items"))).to_series().to_list() == [["a", "1"], None]


def test_a_condition_of_unknown_type_holds_where_it_is_true():
    frame = pl.DataFrame([series([True, False, "true", 1, None], ANY, "x")])
    assert frame.select(condition(X, lambda _: pl.col("x"))).to_series().to_list() == [True, False, False, False, False]


def test_an_expression_over_rows_gives_what_columns_hold():
    frame = pl.DataFrame([series(["a", 5], ANY, "x")])
    found = frame.select(row_expression(Field(("x",), ANY), {"x": ANY})).to_series()
    assert values(found, ANY) == ["a", 5]
    known = pl.DataFrame({"x": [1, None]})
    assert values(known.select(call_over(known)).to_series(), INTEGER) == [2, None]
    late = row_expression(Field(("x",), DECIMAL), {"x": ANY})
    assert frame.select(late).to_series().to_list() == [None, 5.0]


def call_over(_: pl.DataFrame) -> pl.Expr:
    """A rule that knew nothing of a column whose type is known by now."""
    return row_expression(call("add", Field(("x",), ANY), number(1), to=ANY), {"x": INTEGER})
