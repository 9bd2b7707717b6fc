"""Every function on texts, numbers, truth and comparison: the columns say what the values say, failures included."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
)
from parcours.language.functions import arithmetic, comparison, conversion, logic, patterns, text
from parcours.language.functions.declaration import Function
from parcours.language.functions.signatures import ListOfVar, Signature, Var
from tests.language.functions.both import computed, meant

FAMILIES = (arithmetic, comparison, conversion, logic, patterns, text)
FUNCTIONS = {function.name: function for family in FAMILIES for function in family.FUNCTIONS}
FAST = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

SCALARS = (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DURATION, OFFSET_TIME)
LISTS = (list_of(STRING), list_of(INTEGER), list_of(OFFSET_TIME))
TEXTS = ("", "a", "A", "ab", "Ab", "é", "ß", "ΑΣ", " a\t", "banana", "\u00a0x", "😀a", "1", "-2.5", "true", "a%", "_")
SOURCES = ("", "a", "a*", "(a", "[^a]", "(a)|b", "(?i)A", "$", "\\b", "(?=a)", "%", "(\\w)\\1", "9", "*")
BASE = datetime(2024, 3, 31, 1, tzinfo=UTC)
FRACTIONS = st.sampled_from((0, 0, 1, 1000, 120_000, -1, -1_500))


def moments() -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda hours, micros: BASE + timedelta(hours=hours, microseconds=micros), st.integers(-99, 99), FRACTIONS
    )


def values(kind: Type) -> st.SearchStrategy:
    if kind.element is not None:
        return st.lists(st.none() | values(kind.element), max_size=3)
    return {
        BOOLEAN: st.booleans(),
        INTEGER: st.integers(-3, 9) | st.sampled_from((2**63 - 1, -(2**63), 2**62, 2**53 + 1)),
        DECIMAL: st.integers(-30, 90).map(lambda tenths: tenths / 10)
        | st.sampled_from((1e308, -1e308, 1e16, 1e-7, 0.1 + 0.2, 2.0**63, -0.5, 0.49999999999999994, -0.0))
        | st.floats(allow_nan=False, allow_infinity=False),
        STRING: st.sampled_from(TEXTS) | st.sampled_from(SOURCES) | st.text(max_size=4),
        DATE_ONLY: moments().map(datetime.date),
        DATE_TIME: moments(),
        DATE_TIME_ONLY: moments().map(lambda moment: moment.replace(tzinfo=None)),
        DURATION: st.builds(
            lambda days, micros: timedelta(days=days, microseconds=micros), st.integers(-3, 3), FRACTIONS
        ),
        OFFSET_TIME: st.builds(
            lambda moment, minutes: moment.astimezone(timezone(timedelta(minutes=minutes))),
            moments(),
            st.sampled_from((0, 60, -330)),
        ),
    }[kind]


def choices(signature: Signature) -> Iterator[tuple[Type, ...]]:
    """The concrete types that arguments of a signature may have."""
    counts = range(len(signature.params) + len(signature.closing), 4 + len(signature.closing))
    for count in counts:
        params = signature.params_for(count)
        if params is None:
            continue
        shapes = [param.type for param in params]
        variables = dict.fromkeys(
            s.element if isinstance(s, ListOfVar) else s for s in shapes if not isinstance(s, Type)
        )
        nested = any(isinstance(shape, ListOfVar) for shape in shapes)
        kinds = [
            [k for k in (*SCALARS, *(() if nested else LISTS)) if v.kinds is None or k.kind in v.kinds]
            for v in variables
        ]
        for bound in itertools.product(*kinds):
            yield tuple(_concrete(shape, dict(zip(variables, bound, strict=True))) for shape in shapes)


def _concrete(shape: object, bound: dict[Var, Type]) -> Type:
    if isinstance(shape, ListOfVar):
        return list_of(bound[shape.element])
    return bound[shape] if isinstance(shape, Var) else shape


def known(value: object) -> object:
    """The value with its type and, for an instant, its offset: 1, 1.0 and true are three things."""
    if isinstance(value, list):
        return [known(item) for item in value]
    if isinstance(value, datetime):
        return value, value.utcoffset()
    return type(value).__name__, value


def cases(function: Function) -> list[tuple[Type, ...]]:
    return [types for signature in function.signatures for types in choices(signature)]


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(FAST, max_examples=30)
@given(st.data())
def test_columns_say_what_values_say(name, data):
    function = FUNCTIONS[name]
    types = data.draw(st.sampled_from(cases(function)))
    rows = data.draw(st.lists(st.tuples(*(st.none() | values(kind) for kind in types)), min_size=1, max_size=5))
    constant = data.draw(st.sets(st.integers(0, len(types) - 1), max_size=len(types) - 1))
    if name == "replace":
        constant |= {1}
        rows = [(row[0], row[1] or "a", row[2]) for row in rows]
    rows = [tuple(rows[0][i] if i in constant else value for i, value in enumerate(row)) for row in rows]
    constant = tuple(i for i in constant if rows[0][i] is not None or function.null_rule.name == "OWN")
    note(f"{types} {rows} constant {constant}")
    assert known(computed(function, types, rows, constant)) == known(meant(function, types, rows))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples(name):
    for arguments, expected in FUNCTIONS[name].examples:
        types = next(
            types for types in cases(FUNCTIONS[name]) if len(types) == len(arguments) and _all_fit(types, arguments)
        )
        (value,) = meant(FUNCTIONS[name], types, [arguments])
        assert value == expected, (arguments, value)
        assert type(value) is type(expected)


def _all_fit(types: tuple[Type, ...], arguments: tuple) -> bool:
    return all(value is None or _fits(kind, value) for kind, value in zip(types, arguments, strict=True))


def _fits(kind: Type, value: object) -> bool:
    if kind.element is not None:
        return isinstance(value, list) and all(item is None or _fits(kind.element, item) for item in value)
    if isinstance(value, datetime):
        return kind in ((DATE_TIME, OFFSET_TIME) if value.tzinfo else (DATE_TIME_ONLY,))
    python = {BOOLEAN: bool, INTEGER: int, DECIMAL: (int, float), STRING: str, DATE_ONLY: date, DURATION: timedelta}
    return isinstance(value, python.get(kind, ())) and isinstance(value, bool) == (kind == BOOLEAN)
