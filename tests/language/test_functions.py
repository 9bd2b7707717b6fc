"""Every function: its examples on both forms, its declaration, and which signature is chosen."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from parcours.core.columns import series, values
from parcours.core.errors import RuleError, UnknownNameError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
    widest,
)
from parcours.kernel.compile import expression, row_expression
from parcours.language.functions import registry
from parcours.language.functions.declaration import NullRule
from parcours.language.reference import evaluate_row
from parcours.language.tree import Call, Field, ListOf, Literal, Node


def type_of(value: object) -> Type:
    if isinstance(value, list):
        element = NULL
        for item in value:
            element = widest(element, type_of(item)) or NULL
        return list_of(element)
    if isinstance(value, dict):
        return object_of({name: type_of(item) for name, item in value.items()})
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return DATE_TIME_ONLY
        return DATE_TIME if value.tzinfo is UTC else OFFSET_TIME
    kinds = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, str: STRING, date: DATE_ONLY, timedelta: DURATION}
    return kinds.get(type(value), NULL)


def literal(value: object) -> Node:
    if isinstance(value, list):
        return ListOf(tuple(literal(item) for item in value), type_of(value))
    return Literal(value, type_of(value))


def cases() -> list:
    return list(_cases())


def _cases():
    for name in registry.names():
        for arguments, expected in registry.get(name).examples:
            yield pytest.param(name, arguments, expected, id=f"{name}{arguments}")


def typed(arguments: tuple[object, ...]) -> list[Type]:
    return [type_of(argument) for argument in arguments]


def same(left: object, right: object) -> bool:
    """Equal and of the same types throughout; a field that is null and one that is absent are the same."""
    if isinstance(left, dict) and isinstance(right, dict):
        left, right = known(left), known(right)
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, datetime) and isinstance(right, datetime) and left.utcoffset() != right.utcoffset():
        return False
    return type(left) is type(right) and left == right


def known(value: dict) -> dict:
    return {name: item for name, item in value.items() if item is not None}


@pytest.mark.parametrize(("name", "arguments", "expected"), cases())
def test_example_means_what_it_says(name, arguments, expected):
    overload = registry.overload(name, tuple(typed(arguments)))
    assert same(overload.value(arguments), expected)


@pytest.mark.parametrize(("name", "arguments", "expected"), cases())
def test_example_compiled_from_constants(name, arguments, expected):
    args = tuple(literal(argument) for argument in arguments)
    node = Call(name, args, registry.resolve(name, typed(arguments)))
    compiled = pl.select(expression(node, lambda leaf: pl.col("none"))).to_series()
    assert same(values(compiled, node.type)[0], expected)


@pytest.mark.parametrize(("name", "arguments", "expected"), cases())
def test_example_compiled_from_columns(name, arguments, expected):
    constants = registry.constants(name, len(arguments))
    types = {f"a{i}": type_of(argument) for i, argument in enumerate(arguments)}
    args = tuple(
        literal(argument) if constant and argument is not None else Field((column,), types[column])
        for argument, constant, column in zip(arguments, constants, types, strict=True)
    )
    node = Call(name, args, registry.resolve(name, list(types.values())))
    row = dict(zip(types, arguments, strict=True))
    frame = pl.DataFrame([series([row[column]], kind, column) for column, kind in types.items()])
    assert same(values(frame.select(row_expression(node, types)).to_series(), node.type)[0], expected)
    assert same(evaluate_row(node, (row,)), expected)


@pytest.mark.parametrize("name", registry.names())
def test_declaration_is_complete(name):
    function = registry.get(name)
    assert function.name == name
    assert function.prose.endswith(".")
    assert len(function.examples) >= 2
    if function.null_rule is NullRule.FALSE:
        assert all(signature.result == BOOLEAN for signature in function.signatures)
    for signature in function.signatures:
        names = [param.name for param in signature.params]
        assert len(set(names)) == len(names)
        for param in signature.params:
            assert param.constant is None or [param.constant.problem(s) for s in param.constant.samples].count(None)


@pytest.mark.parametrize("name", registry.names())
def test_result_type_is_what_the_value_is(name):
    for arguments, expected in registry.get(name).examples:
        result = registry.resolve(name, typed(arguments))
        assert expected is None or result.kind is Kind.MAP or result == widest(result, type_of(expected))


def test_names_are_in_one_family_each():
    names = [function.name for family in registry.FAMILIES for function in family]
    assert len(names) == len(set(names)) == len(registry.names())
    assert all(len({function.family for function in family}) == 1 for family in registry.FAMILIES)


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("lt", (INTEGER, DECIMAL), BOOLEAN),
        ("add", (INTEGER, INTEGER), INTEGER),
        ("add", (INTEGER, DECIMAL), DECIMAL),
        ("add", (NULL, DECIMAL), DECIMAL),
        ("if", (BOOLEAN, INTEGER, DECIMAL), DECIMAL),
        ("if", (BOOLEAN, NULL, STRING), STRING),
        ("if", (NULL, STRING, NULL), STRING),
        ("coalesce", (list_of(STRING), NULL), list_of(STRING)),
        ("eq", (list_of(INTEGER), list_of(INTEGER)), BOOLEAN),
        ("in", (STRING, list_of(STRING)), BOOLEAN),
        ("in", (INTEGER, list_of(DECIMAL)), BOOLEAN),
        ("in", (STRING, list_of(NULL)), BOOLEAN),
        ("size", (list_of(object_of({"a": STRING})),), INTEGER),
        ("is_null", (object_of({"a": STRING}),), BOOLEAN),
        ("concat", (STRING,) * 5, STRING),
        ("contains", (ANY, STRING), BOOLEAN),
        ("year", (DATE_TIME, STRING), INTEGER),
        ("add_days", (DATE_ONLY, INTEGER), DATE_ONLY),
    ],
)
def test_resolve(name, given, result):
    assert registry.resolve(name, given) == result


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("lt", (STRING, INTEGER)),
        ("lt", (BOOLEAN, BOOLEAN)),
        ("lt", (DATE_ONLY, DATE_TIME)),
        ("lt", (list_of(INTEGER), list_of(INTEGER))),
        ("eq", (object_of({"a": STRING}), object_of({"a": STRING}))),
        ("eq", (STRING, INTEGER)),
        ("and", ()),
        ("and", (BOOLEAN, STRING)),
        ("not", (BOOLEAN, BOOLEAN)),
        ("in", (STRING, STRING)),
        ("in", (STRING, list_of(INTEGER))),
        ("if", (BOOLEAN, STRING, INTEGER)),
        ("add", (STRING, STRING)),
        ("and", (ANY, STRING)),
        ("round", (STRING,)),
        ("year", (DATE_ONLY, STRING)),
        ("hour", (DATE_ONLY,)),
    ],
)
def test_resolve_refuses(name, given):
    with pytest.raises(RuleError) as caught:
        registry.resolve(name, given)
    assert caught.value.code == "no-overload"
    assert caught.value.hint.startswith("it takes (")


def test_an_unknown_function_names_the_nearest():
    with pytest.raises(UnknownNameError) as caught:
        registry.get("start_with")
    assert caught.value.code == "unknown-function"
    assert "starts_with" in caught.value.hint


def test_a_signature_reads_like_a_sentence():
    assert str(registry.get("lt").signatures[0]) == "(a number, text, date or duration, the same) → boolean"
    assert str(registry.get("and").signatures[0]) == "(boolean …) → boolean"


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("matches", (Literal("a", STRING), Literal("(", STRING)), "bad-constant"),
        ("matches_whole", (Literal("a", STRING), Literal("*a", STRING)), "bad-constant"),
        ("hour", (Field(("t",), DATE_TIME), Literal("Paris", STRING)), "bad-constant"),
        ("hour", (Field(("t",), DATE_TIME), Literal("../etc", STRING)), "bad-constant"),
        ("replace", (Literal("a", STRING), Literal("", STRING), Literal("", STRING)), "bad-constant"),
    ],
)
def test_constants_are_checked(name, args, code):
    with pytest.raises(RuleError) as caught:
        registry.check_constants(name, args, advise=True)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_malformed_pattern_is_left_to_evaluation_outside_of_forms():
    registry.check_constants("matches", (Literal("a", STRING), Literal("(", STRING)))
    registry.check_constants("matches", (Literal("a", STRING), Field(("p",), STRING)), advise=True)
    registry.check_constants("matches", (Literal("a", STRING), Literal(None, STRING)), advise=True)


def test_good_constants_pass():
    registry.check_constants("hour", (Field(("t",), DATE_TIME), Literal("Europe/Paris", STRING)))
    registry.check_constants("matches", (Field(("t",), STRING), Literal("^a+$", STRING)))
    registry.check_constants("lt", (Field(("t",), STRING), Field(("t",), STRING)))


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_zones_are_the_same_on_both_forms_as_far_as_2099(zone):
    days = pl.datetime_range(datetime(1901, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC), "29d7h", eager=True)
    moments = days.alias("at").cast(pl.Datetime("us", "UTC"))
    for name in ("day_of_year", "hour"):
        node = Call(name, (Field(("at",), DATE_TIME), Literal(zone, STRING)), INTEGER)
        compiled = moments.to_frame().select(row_expression(node, {"at": DATE_TIME})).to_series().to_list()
        assert compiled == [evaluate_row(node, ({"at": moment},)) for moment in moments]
