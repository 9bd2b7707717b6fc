"""Types and values of contexts."""

import pytest

from parcours.core.schema import ANY, DATE_TIME_ONLY, DECIMAL, INTEGER, STRING, Type, list_of, object_of
from parcours.language.contexts import journey_context
from parcours.language.contexts.shapes import element, inferred, named, overridden


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ([1, 2.5, None], list_of(DECIMAL)),
        ([1, "a", 2], list_of(ANY)),
        ([{"v": 1}, {"v": "x"}, {"v": 2}], list_of(object_of({"v": ANY}))),
        ([{"v": [1, "x"]}, {"v": [1]}], list_of(object_of({"v": list_of(ANY)}))),
        ([[1], [2.5]], list_of(list_of(DECIMAL))),
        ([{"a": None}, {"a": 1}], list_of(object_of({"a": INTEGER}))),
    ],
)
def test_the_common_type(value, type_):
    assert inferred(value) == type_
    assert element(value) == type_.element


def test_keys_keep_the_order_that_all_objects_have():
    found = inferred([{"b": 1, "a": 1}, {"b": 1, "d": 1}, {"c": 1, "a": 1}]).element
    order = [name for name, _ in found.fields]
    assert order.index("b") < order.index("a")
    assert order.index("c") < order.index("a")
    assert order.index("b") < order.index("d")


@pytest.mark.parametrize(
    ("known", "name", "found"),
    [
        ([{"k": 1}], "listObject", list_of(object_of({"k": INTEGER}))),
        ({"k": 1}, "object", object_of({"k": INTEGER})),
        ([], "listObject", list_of(object_of({}))),
        (None, "listObject", list_of(object_of({}))),
        ("2020-01-01T10:00", "dateTimeOnly", DATE_TIME_ONLY),
        ([1], "listString", list_of(STRING)),
        ({"k": 1}, "string", STRING),
    ],
)
def test_what_is_declared_an_object_keeps_its_fields(known, name, found):
    declared: Type = overridden(object_of({"f": inferred(known)}), "f", named(name))
    assert declared.field_type("f") == found


@pytest.mark.parametrize(
    ("value", "answer"), [(1, "number"), (True, "truth"), ("2020-01-01", None), ([1, True], "both"), ([True, 1], None)]
)
def test_parameters_are_told_apart_by_type(value, answer):
    calls = [
        {"params": {"p": 1}, "response": {"v": "number"}},
        {"params": {"p": True}, "response": {"v": "truth"}},
        {"params": {"p": [1, True]}, "response": {"v": "both"}},
    ]
    person = journey_context({"datasources": {"S": {"G": {"$calls": calls}}}}).person
    assert person.fetch(("source", "S", "G", "v"), {"p": value}) == answer
