"""Names, elements and rows: what a bare name, a variable, ``^`` and ``$n`` lead to, and what schemas know."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, NULL, STRING, Schema, list_of, map_of, object_of
from parcours.language.pql import PqlScope, read
from parcours.language.reference import Person, evaluate
from parcours.language.tree import (
    Attribute,
    Call,
    Each,
    Events,
    Field,
    Given,
    Literal,
    Member,
    Quantifier,
    Sequence,
    Step,
    walk,
)

ITEM = object_of({"sku": STRING, "qty": INTEGER})
ORDER = object_of({"price": DECIMAL, "items": list_of(ITEM), "age": INTEGER})
SCOPE = PqlScope(
    object_of(
        {"age": INTEGER, "person": object_of({"name": STRING}), "orders": list_of(ORDER), "prefs": map_of(STRING)}
    ),
    object_of({"eventType": STRING, "timestamp": STRING, "items": list_of(ITEM)}),
    [object_of({"limit": INTEGER})],
)
AGE = Attribute(("age",), INTEGER)


def fields(query: str) -> dict[tuple[str, ...], int]:
    """The fields in a query, each with how many rows outwards it lies."""
    return {node.path: node.up for node in walk(read(query, SCOPE)) if isinstance(node, Field)}


def problem_codes(query: str, scope: PqlScope = SCOPE, usage: str | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        read(query, scope, usage=usage)
    return [problem.code for problem in caught.value.problems]


def test_paths_of_the_profile():
    assert read("person.name", SCOPE) == Attribute(("person", "name"), STRING)
    assert read("$1.person.name", SCOPE) == read("(P) => P.person.name", SCOPE) == read("person.name", SCOPE)
    assert read("$2.limit", SCOPE) == read("(P, Q) => Q.limit", SCOPE) == Given(("parameter", "2", "limit"), INTEGER)


def test_a_path_through_an_array_projects():
    orders = Attribute(("orders",), list_of(ORDER))
    assert read("orders.price", SCOPE) == Step(orders, "price", list_of(DECIMAL))
    assert read("orders.items.sku", SCOPE) == Step(Step(orders, "items", list_of(ITEM)), "sku", list_of(STRING))


def test_a_path_through_arrays_in_an_array_joins_them():
    scope = PqlScope(object_of({"ids": map_of(list_of(object_of({"id": STRING})))}))
    node = read("ids.values().id", scope)
    assert node.type == list_of(STRING)
    assert evaluate(node, Person({"ids": {"a": [{"id": "1"}], "b": [{"id": "2"}, {"id": "3"}]}}), 0) == ["1", "2", "3"]


def test_bare_names_are_of_the_current_element():
    assert fields("orders[age > 1]") == {("age",): 0}
    assert fields("orders.exists(items[qty > 1])") == {("items",): 0, ("qty",): 0}


def test_variables_do_not_change_the_current_element():
    node = read("exists o from orders where o.age = age", SCOPE)
    assert isinstance(node, Quantifier)
    assert node.where == Call("equals", (Field(("age",), INTEGER), AGE), BOOLEAN)


def test_rows_are_counted_outwards_whatever_binds_them():
    assert fields("orders[items[qty > ^age]]") == {("items",): 0, ("qty",): 0, ("age",): 1}
    assert fields("exists o from orders where o.items.exists(qty > o.age)") == {("items",): 0, ("qty",): 0, ("age",): 1}
    assert read("orders[items[qty > ^^age]]", SCOPE) == read("orders[items[qty > $1.age]]", SCOPE)


def test_a_value_of_let_moves_inwards_with_its_uses():
    direct = read("orders[items[qty > ^age]]", SCOPE)
    assert read("orders[let a = age in items[qty > a]]", SCOPE) == direct


def test_steps_of_a_chain_are_rows_of_each_other():
    node = read('chain(xEvent, timestamp, [A: WHAT(eventType = "a"), B: WHAT(eventType = A.eventType)])', SCOPE)
    assert isinstance(node, Sequence)
    kind = Field(("eventType",), STRING)
    assert node.steps[1].what == Call("equals", (kind, Field(("eventType",), STRING, 1)), BOOLEAN)


def test_where_of_a_chain_is_about_the_profile():
    node = read("chain(xEvent, timestamp, [A: WHAT(items) WHERE(age > 1)])", SCOPE)
    assert isinstance(node, Sequence)
    assert node.steps[0].where == Call("gt", (AGE, Literal(1, INTEGER)), BOOLEAN)


def test_climbing_beyond_the_profile():
    assert problem_codes("^age") == ["type.beyond-root"]
    assert problem_codes("orders[^^age = 1]") == ["type.beyond-root"]
    assert problem_codes("select o from orders where ^age = 1") == ["type.beyond-root"]


def test_what_is_missing_is_null_unless_all_names_are_known():
    assert read("person.nme", SCOPE) == Literal(None, NULL)
    strict = PqlScope(SCOPE.profile, SCOPE.events, strict=True)
    assert problem_codes("person.nme = ag and orders[pric > 1]", strict) == ["type.unknown-property"] * 3


def test_hints_name_the_nearest():
    strict = PqlScope(SCOPE.profile, SCOPE.events, strict=True)
    with pytest.raises(DefinitionError) as caught:
        read("person.nme = 1", strict)
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == ("there is no property nme", "did you mean 'name'?")
    assert (problem.span.start, problem.span.end) == (7, 10)
    assert problem.where == "query:1:8"


# --- conditions ---


def test_an_array_as_a_condition_means_not_empty():
    not_empty = Call("not", (Call("is_empty", (Attribute(("orders",), list_of(ORDER)),), BOOLEAN),), BOOLEAN)
    assert read("orders", SCOPE, usage="rule") == not_empty
    assert read("orders", SCOPE).type == list_of(ORDER)
    assert read("nothing", SCOPE, usage="rule") == Literal(False, BOOLEAN)
    assert problem_codes("age", usage="rule") == ["type.not-a-condition"]
    assert problem_codes("age and person") == ["type.not-a-condition"] * 2


# --- types ---


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('age = "1"', "type.not-comparable"),
        ("true < false", "type.no-order"),
        ("orders < orders", "type.no-order"),
        ("person = person", "type.not-comparable"),
        ("person.name + 1", "type.mismatch"),
        ("[1, true]", "type.mixed-list"),
        ('if(true, 1, "a")', "type.mixed-list"),
        ("if(true, 1)", "type.wrong-count"),
        ("date(2021, 2, 30)", "type.no-such-day"),
        ("date(2021, age, 1)", "type.not-constant"),
        ("age in 5", "type.mismatch"),
        ('age in ["a"]', "type.not-comparable"),
        ("age like 5", "type.mismatch"),
        ("age.count()", "type.mismatch"),
        ("orders.sum()", "type.mismatch"),
        ("orders.sum(price, 1)", "type.wrong-count"),
        ("orders.topN(price, 1.5)", "type.mismatch"),
        ("orders.topN(items, 1)", "type.no-order"),
        ("person.name.startsWith(5)", "type.no-signature"),
        ("person.name.startsWith()", "type.wrong-count"),
        ('person.name.startWith("a")', "type.unknown-function"),
        ("count(orders)", "type.unknown-function"),
        ("age.inSegment()", "type.unknown-function"),
        ("inSegment(person.name)", "type.not-constant"),
        ("segmentStatus(person.name)", "type.not-constant"),
        ("segmentStatus()", "type.wrong-count"),
        ("prefs.map((k, v) => v)", "type.map-entry"),
        ("prefs.map((k) => k)", "type.lambda"),
        ("mapEntry(1, 2)", "type.map-entry"),
        ("$3.x", "type.unknown-parameter"),
        ("chain(xEvent, timestamp, [A: WHAT(items) COUNT(0)])", "type.count"),
        ("chain(xEvent, items, [A: WHAT(items)])", "type.not-a-time"),
    ],
)
def test_what_does_not_fit(query, code):
    assert problem_codes(query) == [code]


def test_names_of_let_cannot_make_a_small_text_a_large_tree():
    doubling = "".join(f"let x{n + 1} = x{n} + x{n} in " for n in range(40))
    assert problem_codes("let x0 = age in " + doubling + "x40") == ["type.too-large"]


# --- schemas ---

SCHEMA = Schema(
    {"country": STRING},
    {"purchase": {"total": DECIMAL, "code": STRING}, "login": {"code": INTEGER}},
)


def test_a_property_of_two_types_is_of_the_type_that_its_event_type_gives():
    scope = PqlScope.of_schema(SCHEMA)
    node = read('xEvent[eventType = "login" and code > 5]', scope)
    assert isinstance(node, Each)
    assert isinstance(node.over, Events)
    assert node.over.types == ("login",)
    assert Field(("code",), INTEGER) in list(walk(node))
    assert read('exists e from xEvent where e.eventType = "purchase" and e.code = "x"', scope)
    assert read("xEvent[code > 5]", scope) != node


def test_segments_are_named_by_id_or_name():
    scope = PqlScope.of_schema(SCHEMA, {"Very important": "vip", "vip": "vip"})
    assert read('inSegment("Very important")', scope) == Member("vip")
    assert problem_codes('inSegment("vipp")', scope) == ["type.unknown-segment"]
