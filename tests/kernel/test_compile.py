"""Compiled form = reference evaluator, on generated trees and data; and what the compiler refuses."""

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError, RuleError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Schema,
    Type,
    list_of,
    map_of,
    object_of,
    polars_type,
)
from parcours.kernel.compile import (
    FAILED,
    VALUE,
    attribute_expression,
    condition,
    expression,
    item_rows,
    leaves,
    outcome,
    row_condition,
    row_expression,
    time_dependent,
)
from parcours.language.functions import registry
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
    Node,
    Quantifier,
)
from parcours.language.window_kinds import Absolute, Calendar, Ever, Rolling
from parcours.testing import strategies as make

#: Types that attributes seldom have.
MORE = (map_of(INTEGER), list_of(OFFSET_TIME), list_of(DECIMAL), OFFSET_TIME, list_of(BOOLEAN), *make.OBJECTS)
FAST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


FAILURE = "evaluation fails"


def meant(node: Node, person: Person, now: int) -> object:
    try:
        return evaluate(node, person, now)
    except EvaluationError:
        return FAILURE


def meant_of_row(node: Node, rows: tuple[object, ...]) -> object:
    """What a row means; null where evaluation fails, as in the columns of expressions."""
    try:
        return evaluate_row(node, rows)
    except EvaluationError:
        return None


def over_frame(frame: pl.DataFrame, expr: pl.Expr, type_: Type) -> list[object]:
    return values(frame.with_columns(expr.alias("result"))["result"], type_)


def compiled_over_profiles(node: Node, history: make.History, now: int) -> list[object]:
    """The compiled form over all profiles, with the leaves' values given in columns."""
    people = [history.person(profile) for profile in range(len(history.attributes))]
    frame, columns = history.attribute_frame(), {}
    for number, leaf in enumerate(leaves(node)):
        if isinstance(leaf, Attribute):
            columns[leaf] = attribute_expression(leaf, history.schema.attributes)
        else:
            given_values = [meant(leaf, person, now) for person in people]
            assume(FAILURE not in given_values)
            frame = frame.with_columns(series(given_values, leaf.type, f"leaf{number}"))
            columns[leaf] = pl.col(f"leaf{number}")
    made, type_ = outcome(node, columns.__getitem__)
    found = frame.with_columns(made.alias("found"))["found"].struct.unnest()
    return [
        FAILURE if failed else value for value, failed in zip(values(found[VALUE], type_), found[FAILED], strict=True)
    ]


@FAST
@given(st.data())
def test_over_profiles_the_compiled_form_is_the_reference(data):
    schema = data.draw(make.schemas())
    type_ = data.draw(st.sampled_from((BOOLEAN, BOOLEAN, BOOLEAN, *make.SCALARS, *make.LISTS)))
    node = data.draw(make.trees(type_, make.profile_scope(schema)))
    history, now = data.draw(make.histories(schema)), data.draw(make.instants())
    expected = [meant(node, history.person(profile), now) for profile in range(len(history.attributes))]
    note(f"{node}")
    assert compiled_over_profiles(node, history, now) == expected


@FAST
@given(st.data())
def test_lists_made_element_by_element_compiled_are_the_reference(data):
    schema = data.draw(make.schemas())
    scope = replace(make.profile_scope(schema), lists=True)
    makers = [
        make.trees(data.draw(st.sampled_from((BOOLEAN, *make.SCALARS, *make.LISTS))), scope),
        make.made_lists(scope),
        make.groups(scope),
        make.sequences(scope),
    ]
    node = data.draw(data.draw(st.sampled_from(makers)))
    history, now = data.draw(make.histories(schema)), data.draw(make.instants())
    expected = [meant(node, history.person(profile), now) for profile in range(len(history.attributes))]
    note(f"{node}")
    assert compiled_over_profiles(node, history, now) == expected


@pytest.mark.parametrize("name", registry.names())
@settings(FAST, max_examples=12)
@given(st.data())
def test_every_function_compiled_is_the_reference(name, data):
    known = data.draw(make.schemas()).attributes
    extra = data.draw(st.sampled_from(({}, {"more": data.draw(st.sampled_from(MORE))})))
    schema = Schema({**known, **extra}, {"visit": {}})
    node = data.draw(make.calls(name, make.Scope(schema.attributes), depth=data.draw(st.integers(0, 1))))
    history = data.draw(make.histories(schema, profiles=5, events=0))
    note(f"{node}")
    expected = [meant(node, history.person(profile), 0) for profile in range(len(history.attributes))]
    found = compiled_over_profiles(node, history, 0)
    assert found == expected
    assert [numbers(value) for value in found] == [numbers(value) for value in expected]


def numbers(value: object) -> object:
    """Which numbers and truth values are in a value: 5 is not 5.0, and true is not 1, though Python takes them so."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return type(value) if isinstance(value, int | float) else None


@FAST
@given(st.data())
def test_over_events_the_compiled_form_is_the_reference(data):
    properties = data.draw(make.schemas()).events["purchase"]
    absent = data.draw(st.none() | st.sampled_from(sorted(properties)))
    type_ = data.draw(st.sampled_from((BOOLEAN, BOOLEAN, *make.SCALARS)))
    node = data.draw(make.trees(type_, make.row_scope(properties)))
    present = {name: kind for name, kind in properties.items() if name != absent}
    rows = data.draw(st.lists(make.events_of(present), max_size=6))
    frame = make.frame_of(rows, {**present, "_time": DATE_TIME})
    note(f"{node}")
    compiled = over_frame(frame, row_expression(node, present), node.type)
    assert compiled == [meant_of_row(node, (row,)) for row in rows]


@FAST
@given(st.data())
def test_quantifiers_compiled_are_the_reference(data):
    properties = {**data.draw(make.schemas()).events["purchase"], "items": make.ITEM_LIST, "tags": list_of(STRING)}
    node = data.draw(make.quantifiers(make.row_scope(properties)))
    rows = data.draw(st.lists(make.events_of(properties), min_size=2, max_size=6))
    frame = make.frame_of(rows, {**properties, "_time": DATE_TIME})
    note(f"{node}")
    compiled = over_frame(frame, row_expression(node, properties), node.type)
    assert compiled == [meant_of_row(node, (row,)) for row in rows]


@FAST
@given(st.data())
def test_over_line_items_the_compiled_form_is_the_reference(data):
    properties = {**data.draw(make.schemas()).events["purchase"], "items": make.ITEM_LIST}
    known = {**properties, "_time": DATE_TIME}
    node = data.draw(
        make.trees(data.draw(st.sampled_from((BOOLEAN, BOOLEAN, *make.SCALARS))), make.row_scope(properties, "items"))
    )
    rows = data.draw(st.lists(make.events_of(properties), max_size=4))
    items = item_rows(make.frame_of(rows, known), properties, ("items",))
    note(f"{node}")
    compiled = over_frame(items, row_expression(node, properties, ("items",)), node.type)
    assert compiled == [meant_of_row(node, (item, row)) for row in rows for item in row["items"] or ()]


@FAST
@given(st.data())
def test_a_condition_is_never_null(data):
    schema = data.draw(make.schemas())
    node = data.draw(make.trees(BOOLEAN, make.Scope(attributes=schema.attributes)))
    history = data.draw(make.histories(schema))
    rule = condition(node, lambda leaf: attribute_expression(leaf, schema.attributes))
    result = history.attribute_frame().with_columns(rule.alias("result"))["result"].to_list()
    assert result == [holds(node, history.person(profile), 0) for profile in range(len(history.attributes))]


# --- single cases --------------------------------------------------------------------------------------

LINE = object_of({"price": DECIMAL, "quantity": INTEGER, "tags": list_of(STRING)})
PURCHASE = {"total": DECIMAL, "store": STRING, "items": list_of(LINE)}
ROWS = [
    {"total": 5.0, "store": "a", "items": [{"price": 6.0, "quantity": 1, "tags": ["a", "b"]}]},
    {
        "total": 5.0,
        "store": "a",
        "items": [{"price": 1.0, "quantity": 1, "tags": None}, {"price": None, "quantity": 2}],
    },
    {"total": None, "store": None, "items": []},
    {"total": 1.0, "store": "b", "items": None},
]


def call(name: str, *args: Node) -> Call:
    return Call(name, args, BOOLEAN)


def run(node: Node) -> list[object]:
    frame = make.frame_of(ROWS, PURCHASE)
    found = frame.with_columns(row_expression(node, PURCHASE).alias("result"))["result"].to_list()
    assert found == [evaluate_row(node, (row,)) for row in ROWS]
    return found


PRICE, TOTAL_AROUND = Field(("price",), DECIMAL), Field(("total",), DECIMAL, up=1)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("any", [True, False, False, False]), ("all", [True, False, True, True]), ("none", [False, True, True, True])],
)
def test_an_element_is_compared_with_the_event_around_it(kind, expected):
    assert run(Quantifier(kind, Field(("items",), PURCHASE["items"]), call("gt", PRICE, TOTAL_AROUND))) == expected


def test_quantifiers_nest_and_reach_out_two_levels():
    tagged = call("eq", Field((), STRING), Field(("store",), STRING, up=2))
    inner = Quantifier("any", Field(("tags",), list_of(STRING)), tagged)
    assert run(Quantifier("any", Field(("items",), PURCHASE["items"]), inner)) == [True, False, False, False]


def test_a_condition_on_elements_that_reads_none_of_their_fields():
    around = call("gt", TOTAL_AROUND, Literal(3, INTEGER))
    assert run(Quantifier("any", Field(("items",), PURCHASE["items"]), around)) == [True, True, False, False]
    always = Quantifier("any", Field(("items",), PURCHASE["items"]), Literal(True, BOOLEAN))
    assert run(always) == [True, True, False, False]


def test_elements_of_a_constant_list():
    listed = ListOf((Literal("a", STRING), Literal("c", STRING)), list_of(STRING))
    same = call("eq", Field((), STRING), Field(("store",), STRING, up=1))
    assert run(Quantifier("any", listed, same)) == [True, True, False, False]


def test_elements_are_compared_with_the_profile():
    cards = list_of(object_of({"points": INTEGER}))
    rule = Quantifier(
        "any", Attribute(("cards",), cards), call("ge", Field(("points",), INTEGER), Attribute(("target",), INTEGER))
    )
    known = {"cards": cards, "target": INTEGER}
    rows = [
        {"cards": [{"points": 5}, {"points": 1}], "target": 5},
        {"cards": [{"points": 5}], "target": 6},
        {"cards": None, "target": 1},
    ]
    columns = expression(rule, lambda leaf: attribute_expression(leaf, known))
    assert make.frame_of(rows, known).select(columns).to_series().to_list() == [True, False, False]


def test_quantifiers_work_per_group_and_lazily():
    rule = Quantifier("any", Field(("items",), PURCHASE["items"]), call("gt", PRICE, TOTAL_AROUND))
    frame = make.frame_of(ROWS, PURCHASE)
    grouped = frame.group_by("store", maintain_order=True).agg(row_expression(rule, PURCHASE).alias("met"))
    assert grouped["met"].to_list() == [[True, False], [False], [False]]
    assert frame.lazy().filter(row_expression(rule, PURCHASE)).collect().height == 1
    assert frame.head(0).select(row_expression(rule, PURCHASE)).height == 0


def test_a_property_that_a_frame_lacks_is_null():
    gone = call("is_null", Field(("coupon", "code"), STRING))
    assert run(gone) == [True] * 4
    assert run(call("gt", Field(("discount",), DECIMAL), Literal(1, INTEGER))) == [False] * 4
    inside = Quantifier("any", Field(("items",), PURCHASE["items"]), call("is_null", Field(("brand",), STRING)))
    assert run(inside) == [True, True, False, False]


def test_a_column_narrower_or_wider_than_the_rule_was_written_for():
    integers = pl.DataFrame({"total": [1, 3]})
    rule = call("gt", Field(("total",), DECIMAL), Literal(1.5, DECIMAL))
    assert integers.select(row_expression(rule, {"total": INTEGER})).to_series().to_list() == [False, True]
    decimals = pl.DataFrame({"units": [1.5, 2.0]})
    rule = call("gt", Field(("units",), INTEGER), Literal(1, INTEGER))
    assert decimals.select(row_expression(rule, {"units": DECIMAL})).to_series().to_list() == [True, True]
    unseen = pl.DataFrame({"units": [None, None]}, schema={"units": polars_type(NULL)})
    assert unseen.with_columns(row_expression(rule, {"units": NULL}).alias("r"))["r"].to_list() == [False, False]


def test_line_items_beside_their_event():
    frame = item_rows(make.frame_of(ROWS, PURCHASE), PURCHASE, ("items",))
    dearer = row_condition(call("gt", PRICE, TOTAL_AROUND), PURCHASE, ("items",))
    assert frame.select(dearer).to_series().to_list() == [True, False, False]


def test_line_items_deep_inside_an_event():
    known = {"basket": object_of({"lines": list_of(LINE)})}
    rows = [{"basket": {"lines": ROWS[0]["items"]}}, {"basket": None}, {"basket": {"lines": None}}]
    frame = item_rows(make.frame_of(rows, known), known, ("basket", "lines"))
    assert frame.select(row_expression(PRICE, known, ("basket", "lines"))).to_series().to_list() == [6.0]


def test_leaves_are_found_once_and_not_inside_other_leaves():
    count = Aggregate("count", "visit", Ever(), INTEGER, where=call("not", Field(("online",), BOOLEAN)))
    due = InWindow(Attribute(("due",), DATE_ONLY), Ever())
    name = Attribute(("name",), STRING)
    rule = call("and", call("gt", count, count), due, Member("silver"), call("eq", name, name), call("is_null", name))
    assert leaves(rule) == (count, due, Member("silver"), name)


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (Attribute(("name",), STRING), "not-in-rows"),
        (Member("silver"), "not-in-rows"),
        (Aggregate("count", "visit", Ever(), INTEGER), "not-in-rows"),
        (InWindow(Field(("due",), DATE_ONLY), Ever()), "moving-row"),
    ],
)
def test_rows_hold_nothing_but_rows(node, code):
    with pytest.raises(RuleError) as caught:
        row_expression(call("is_null", node), {"due": DATE_ONLY})
    assert caught.value.code == code


def test_a_profile_has_no_row_around_it():
    with pytest.raises(RuleError) as caught:
        expression(Field(("total",), DECIMAL), lambda leaf: pl.col("x"))
    assert caught.value.code == "not-in-profile"
    moving = InWindow(Field(("due",), DATE_ONLY), Ever())
    with pytest.raises(RuleError) as caught:
        expression(call("not", moving), lambda leaf: pl.col("x"))
    assert caught.value.code == "moving-row"


def test_a_property_whose_type_has_changed_altogether():
    with pytest.raises(RuleError) as caught:
        row_expression(Field(("total",), INTEGER), {"total": STRING})
    assert caught.value.code == "type-changed"


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Attribute(("name",), STRING), False),
        (Member("silver"), False),
        (Aggregate("count", "visit", Ever(), INTEGER), True),
        (Aggregate("count", "visit", Rolling(5), INTEGER), True),
        (Aggregate("count", "visit", Absolute(0, 5), INTEGER), True),
        (Aggregate("count", "visit", Absolute(0, 5, future=True), INTEGER), False),
        (call("not", InWindow(Attribute(("due",), DATE_ONLY), Calendar("day"))), True),
    ],
)
def test_time_dependent(node, expected):
    assert time_dependent(node) is expected


def test_instants_of_any_zone_are_literals():
    paris = datetime.fromisoformat("2024-03-31T02:00:00+02:00")
    node = call("eq", Literal(paris, DATE_TIME), Field(("_time",), DATE_TIME))
    frame = pl.DataFrame({"_time": [datetime(2024, 3, 31, tzinfo=UTC)]}, schema={"_time": pl.Datetime("us", "UTC")})
    assert frame.select(row_expression(node, {})).item() is True
