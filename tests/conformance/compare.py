"""Whether a value is the expected one (README of the cases, "Comparison of values")."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from parcours.core.schema import Kind, Type
from parcours.language.functions.iso import read_duration, read_moment

TOLERANCE = 1e-9


def same(value: Any, expected: Any) -> bool:
    """A value of the language against one in JSON. A field that is null and one that is absent are the same."""
    if isinstance(value, Mapping) and isinstance(expected, dict):
        left, right = _known(value), _known(expected)
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(same(*pair) for pair in zip(value, expected, strict=True))
    if isinstance(value, date | timedelta):
        return isinstance(expected, str) and _same_time(value, expected)
    if isinstance(value, bool) or isinstance(expected, bool) or isinstance(value, str) or value is None:
        return type(value) is type(expected) and value == expected
    return isinstance(expected, int | float) and same_number(value, expected)


def same_number(value: int | float, expected: int | float) -> bool:
    if isinstance(value, int) and isinstance(expected, int):
        return value == expected
    return math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=0.0)


def _known(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in value.items() if part is not None}


def _same_time(value: date | timedelta, expected: str) -> bool:
    if isinstance(value, timedelta):
        return value == read_duration(expected)
    wanted = read_moment(expected)
    if isinstance(value, datetime) and isinstance(wanted, datetime):
        return value == wanted and value.utcoffset() == wanted.utcoffset()
    return type(value) is type(wanted) and value == wanted


def meets(expect: Mapping[str, Any], value: Any, names: Mapping[str, frozenset[Kind]]) -> bool:
    """Whether a value is as expected: the value itself, a range, or a pattern; and of the expected type."""
    if not of_type(value, expect["type"], names):
        return False
    if "min" in expect:
        return isinstance(value, float) and expect["min"] <= value < expect["max"]
    if "pattern" in expect:
        return isinstance(value, str) and re.fullmatch(expect["pattern"], value) is not None
    return same(value, expect["value"])


def of_type(value: Any, name: str, names: Mapping[str, frozenset[Kind]]) -> bool:
    """Whether a value is of the type with that name; null is of every type."""
    if value is None or name == "null":
        return value is None
    if name.startswith("list"):
        element = name[4].lower() + name[5:]
        return isinstance(value, list) and all(of_type(item, element, names) for item in value)
    return _kind_of(value) in names[name]


def _kind_of(value: Any) -> Kind:
    if isinstance(value, datetime):
        return Kind.DATE_TIME_ONLY if value.tzinfo is None else Kind.OFFSET_TIME
    kinds = {
        bool: Kind.BOOLEAN,
        int: Kind.INTEGER,
        float: Kind.DECIMAL,
        str: Kind.STRING,
        date: Kind.DATE_ONLY,
        timedelta: Kind.DURATION,
        list: Kind.LIST,
        dict: Kind.OBJECT,
    }
    return kinds[type(value)]


def fits(type_: Type, name: str, names: Mapping[str, frozenset[Kind]]) -> bool:
    """Whether a static type is the one expected, as far as it is known."""
    if name == "null" or type_.kind in (Kind.ANY, Kind.NULL):
        return True
    if name.startswith("list"):
        element = name[4].lower() + name[5:]
        return type_.kind is Kind.LIST and (type_.element is None or fits(type_.element, element, names))
    return type_.kind in names[name]
