"""What functions on texts, numbers and truth give for single values, where a specification says so."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
    object_of,
)
from parcours.language.functions import registry
from tests.language.functions.both import FAILED, computed, meant

MOST, LEAST = 2**63 - 1, -(2**63)
WEST = timezone(timedelta(hours=-7))


def type_of(value: object) -> Type:
    if isinstance(value, datetime):
        return OFFSET_TIME if value.tzinfo else DATE_TIME_ONLY
    if isinstance(value, list):
        return list_of(next((type_of(item) for item in value if item is not None), STRING))
    kinds = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, date: DATE_ONLY, timedelta: DURATION}
    return kinds.get(type(value), STRING)


def value(name: str, *args: object, types: tuple[Type, ...] | None = None) -> object:
    """The value by the meaning, which the column form must share."""
    function, types = registry.get(name), types or tuple(map(type_of, args))
    (found,) = meant(function, types, [args])
    assert computed(function, types, [args]) == [found]
    return found


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        # arithmetic of the journey language: D3, D20, D21
        ("add_exact", (MOST, 1), FAILED),
        ("add_exact", (MOST, 0), MOST),
        ("sub_exact", (LEAST, 1), FAILED),
        ("mul_exact", (2**32, 2**31), FAILED),
        ("mul_exact", (-(2**32), 2**31), LEAST),
        ("neg_exact", (LEAST,), FAILED),
        ("quotient", (LEAST, -1), FAILED),
        ("quotient", (-7, 2), -3),
        ("quotient", (7, -2), -3),
        ("quotient", (1, 0), 0),
        ("quotient", (7.0, 2.0), 3.5),
        ("quotient", (7.0, 0.0), 0.0),
        ("remainder", (-7, 3), -1),
        ("remainder", (7, -3), 1),
        ("remainder", (7, 0), 0),
        ("remainder", (LEAST, -1), 0),
        ("remainder", (-5.5, 2.0), -1.5),
        # division of PQL: P13
        ("divide", (7.0, 2.0), 3.5),
        ("divide", (7.0, 0.0), None),
        # rounding: ties toward plus infinity
        ("round_exact", (2.5,), 3),
        ("round_exact", (-2.5,), -2),
        ("round_exact", (-3.54,), -4),
        ("round_exact", (0.49999999999999994,), 0),
        ("round_exact", (1e300,), FAILED),
        # conversions: 10.2
        ("to_boolean", ("true",), True),
        ("to_boolean", ("TRUE",), False),
        ("to_boolean", (-0.0,), False),
        ("to_integer_exact", (-2.9,), -2),
        ("to_integer_exact", (1e300,), FAILED),
        ("to_integer_exact", ("9223372036854775808",), None),
        ("to_integer_exact", ("1.5",), None),
        ("to_integer_exact", (" 1",), None),
        ("to_integer_exact", (datetime(1969, 12, 31, 23, 59, 59, 999_500, UTC),), -1),
        ("to_decimal", ("4.0",), 4.0),
        ("to_decimal", ("4",), 4.0),
        ("to_decimal", (".5",), None),
        ("to_decimal", (datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))),), 0.0),
        # canonical text: D13
        ("text_of", (4.0,), "4.0"),
        ("text_of", (0.1,), "0.1"),
        ("text_of", (1e21,), "1000000000000000000000.0"),
        ("text_of", (-1.5e-9,), "-0.0000000015"),
        ("text_of", (LEAST,), str(LEAST)),
        ("text_of", (timedelta(seconds=4),), "4000"),
        ("text_of", (timedelta(microseconds=-1_999),), "-1"),
        ("text_of", (datetime(2019, 8, 28, 8, 15, 30, 123_000, WEST),), "2019-08-28T15:15:30.123Z"),
        ("text_of", (datetime(2019, 8, 28, 8, 15, tzinfo=WEST),), "2019-08-28T15:15:00Z"),
        ("text_of", (datetime(2019, 8, 28, 8, 15, 0, 1, WEST),), "2019-08-28T15:15:00.000001Z"),
        ("text_of", (datetime(2019, 8, 28, 8, 15, 0, 120_000),), "2019-08-28T08:15:00.120"),
        ("text_of", (date(33, 4, 3),), "0033-04-03"),
        ("text_of", ("été",), "été"),
        # texts: 10.6
        ("index_of", ("aéa", "a"), 0),
        ("index_of", ("éa", "a"), 1),
        ("last_index_of", ("éaé", "é"), 2),
        ("concat", ("a", None), None),
        ("concat_items", (["a", None],), "a"),
        ("substr", ("Hello", 9), ""),
        ("substr", ("Hello", -2, 2), "He"),
        ("substr", ("Hello", 3, 2), ""),
        ("trim", ("\x00 a\u2003 ",), "a\u2003"),
        ("split_by", ("a.b..", "\\."), ["a", "b"]),
        ("replace_first_match", ("aaa", "aa", "b"), "ba"),
        ("replace_matches", ("Hello World", "l", "x"), "Hexxo Worxd"),
        ("matches_whole", ("username@adobe.com", "*adobe"), FAILED),
        ("matches_whole", ("username@adobe.com", "adobe"), False),
        # PQL, 7.1
        ("matches", ("Elton John", "(?i)^john"), False),
        ("matches", ("agent007x", "[0-9]+"), True),
        ("match_group", ("jane@adobe.com", "@(\\w+)", 1), "adobe"),
        ("match_group", ("nomail", "@(\\w+)", 1), None),
        ("like", ("abc", "a.c"), False),
        ("like", ("a\nc", "a_c"), True),
        ("like", ("", "%"), True),
        ("like", ("a%", "a\\%"), False),
        ("equals", ("CA", "VT", "CA"), True),
        ("equals", ("Commerce", "COMMERCE", "x", False), True),
        ("starts_with", ("Berlin", "bER", False), True),
        ("does_not_end_with", ("Berlin", "LIN", False), False),
    ],
)
def test_value(name, args, expected):
    assert value(name, *args) == expected


@pytest.mark.parametrize(
    ("name", "types"),
    [
        *((name, (STRING, STRING)) for name in ("contains", "starts_with_ignore_case", "matches", "matches_whole")),
        *((name, (STRING, STRING)) for name in ("like", "equals")),
        ("is_empty_text", (STRING,)),
        ("is_not_empty_text", (STRING,)),
        ("to_boolean", (INTEGER,)),
        ("is_numeric", (INTEGER,)),
        ("not_in_list", (STRING, list_of(STRING))),
        ("in_list", (STRING, list_of(STRING))),
    ],
)
def test_truth_about_nothing_is_false(name, types):
    assert value(name, *(None for _ in types), types=types) is False


@pytest.mark.parametrize("name", ["does_not_contain", "does_not_start_with", "does_not_end_with", "not_equal_to"])
def test_negations_are_true_of_nothing(name):
    assert value(name, None, "a") is True


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("quotient", (INTEGER, INTEGER)),
        ("remainder", (DECIMAL, DECIMAL)),
        ("divide", (DECIMAL, DECIMAL)),
        ("add_exact", (INTEGER, INTEGER)),
        ("text_of", (DECIMAL,)),
        ("index_of", (STRING, STRING)),
        ("substr", (STRING, INTEGER)),
        ("split_by", (STRING, STRING)),
        ("match_group", (STRING, STRING, INTEGER)),
        ("round_exact", (DECIMAL,)),
    ],
)
def test_all_else_is_nothing_when_an_argument_is(name, types):
    assert value(name, *(None for _ in types), types=types) is None


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ([1, None], [1, None], True),
        ([1, 2], [2, 1], False),
        ([], [None], False),
        ([datetime(2024, 1, 1, tzinfo=UTC)], [datetime(2023, 12, 31, 17, tzinfo=WEST)], True),
        ([timedelta(1)], [timedelta(2)], False),
        ([0.5, None], [0.5, None], True),
        ([True], [True], True),
    ],
)
def test_lists_are_compared_element_by_element(left, right, same):
    types = (type_of(left), type_of(left if right == [None] else right))
    assert value("eq", left, right, types=types) is same
    assert value("ne", left, right, types=types) is not same


def test_instants_are_compared_whatever_their_offset():
    here, there = datetime(2024, 1, 1, tzinfo=UTC), datetime(2023, 12, 31, 17, tzinfo=WEST)
    assert value("eq", here, there) is True
    assert value("equals", here, there) is True
    assert value("in", here, [there]) is True
    assert value("not_in_list", here, [there]) is False


def test_a_choice_between_objects_and_lists():
    kind = object_of({"a": INTEGER, "b": STRING})
    left, right = {"a": 1, "b": "y"}, {"a": 2, "b": "x"}
    assert value("if", True, left, right, types=(BOOLEAN, kind, kind)) == left
    assert value("if", None, left, right, types=(BOOLEAN, kind, kind)) == right
    assert value("coalesce", None, right, types=(kind, kind)) == right
    assert value("if", False, [left], None, types=(BOOLEAN, list_of(kind), list_of(kind))) is None


def test_an_error_says_what_was_too_large():
    with pytest.raises(EvaluationError) as caught:
        registry.overload("add_exact", (INTEGER, INTEGER)).value((MOST, 1))
    assert caught.value.code == "integer-overflow"
    assert str(MOST) in caught.value.message
    assert caught.value.hint


def test_objects_of_a_choice_are_widened_to_the_fields_of_both():
    left, right = object_of({"a": INTEGER}), object_of({"b": STRING, "a": DECIMAL})
    types = (BOOLEAN, left, right)
    assert value("if", False, {"a": 1}, {"a": 2.5, "b": "x"}, types=types) == {"a": 2.5, "b": "x"}
    assert value("if", True, None, {"a": 2.5, "b": "x"}, types=types) is None
    lists = (BOOLEAN, list_of(left), list_of(right))
    assert value("if", False, [{"a": 1}], [{"a": 2.5, "b": "x"}], types=lists) == [{"a": 2.5, "b": "x"}]
