"""What is said about a broken filter expression, and where; and that no text breaks the reader."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, INTEGER, STRING, Type, list_of
from parcours.language.filters.ast import LENGTH_LIMIT, VALUE_LIMIT
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.formulas import parse_formula
from parcours.language.filters.read import read
from parcours.language.tree import Attribute

CONTEXT = Context(today=date(2026, 3, 11))

BROKEN: list[tuple[str, Type, str, tuple[int, int]]] = [
    ("", STRING, "parse.empty", (0, 0)),
    ("a|", STRING, "parse.value-expected", (2, 2)),
    ("|a", STRING, "parse.value-expected", (0, 1)),
    ("a&&b", STRING, "parse.value-expected", (2, 3)),
    ("(a|b", STRING, "parse.not-closed", (0, 1)),
    ("a)", STRING, "parse.unexpected", (1, 2)),
    ("a<b", STRING, "parse.unexpected", (1, 2)),
    ("'a", STRING, "parse.not-closed", (0, 2)),
    ("@", STRING, "parse.value-expected", (1, 1)),
    ("..", INTEGER, "parse.value-expected", (0, 2)),
    (">1..2", INTEGER, "parse.not-an-interval", (0, 5)),
    ("1..2..3", INTEGER, "parse.not-an-interval", (0, 4)),
    ("a*..b", STRING, "parse.not-an-interval", (0, 2)),
    ("(" * 65 + "a", STRING, "parse.too-deep", (64, 65)),
    ("a" * (LENGTH_LIMIT + 1), STRING, "parse.too-long", (LENGTH_LIMIT, LENGTH_LIMIT + 1)),
    ("|".join("a" * (VALUE_LIMIT + 1)), STRING, "parse.too-many", (4000, 4001)),
    ("12|abc", INTEGER, "type.mismatch", (3, 6)),
    ("1,200", INTEGER, "type.mismatch", (0, 5)),
    ("@1", INTEGER, "type.only-for-text", (0, 2)),
    ("1*", INTEGER, "type.only-for-text", (0, 2)),
    ("maybe", BOOLEAN, "type.mismatch", (0, 5)),
    (">yes", BOOLEAN, "type.not-orderable", (1, 4)),
    ("soon", DATE_ONLY, "type.mismatch", (0, 4)),
    ("2026-02-30", DATE_ONLY, "type.no-such-day", (0, 10)),
    ("today+1X", DATE_ONLY, "type.bad-formula", (0, 8)),
    ("+99999D", DATE_ONLY, "type.bad-formula", (0, 7)),
    ("+9999Y", DATE_ONLY, "type.no-such-day", (0, 6)),
    ("+1D+1D+1D+1D+1D+1D+1D", DATE_ONLY, "type.bad-formula", (0, 21)),
    ("%company", STRING, "type.no-value", (0, 8)),
    ("a", list_of(STRING), "type.not-filterable", (0, 0)),
]


@pytest.mark.parametrize(("text", "type_", "code", "span"), BROKEN, ids=[f"{text[:20]}" for text, *_ in BROKEN])
def test_what_is_wrong_and_where(text: str, type_: Type, code: str, span: tuple[int, int]) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(text, Target(Attribute(("x",), type_)), CONTEXT)
    found = caught.value.problems[0]
    assert found.span is not None
    assert (found.code, (found.span.start, found.span.end)) == (code, span)


def test_all_values_that_do_not_fit_are_said_at_once() -> None:
    with pytest.raises(DefinitionError) as caught:
        read("a|5..b|>c", Target(Attribute(("x",), INTEGER)), CONTEXT)
    assert len(caught.value.problems) == 3


def refused(text: str, type_: Type, context: Context) -> Sequence[ParcoursError]:
    try:
        read(text, Target(Attribute(("x",), type_)), context)
    except DefinitionError as error:
        return error.problems
    return ()


@given(
    st.text(alphabet="ab1.0'|&()<>=@*?%+-CMDWtodaynwkérX ", max_size=40),
    st.sampled_from((STRING, INTEGER, DATE_ONLY, DATE_TIME)),
)
def test_any_text_is_read_or_refused(text: str, type_: Type) -> None:
    for context in (CONTEXT, Context()):
        problems = refused(text, type_, context)
        assert all(problem.span is not None for problem in problems)


@given(st.text(alphabet="0123456789+-CDWMQY ", max_size=24))
def test_any_formula_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(DefinitionError, OverflowError):
        parse_formula(text).after(date(2026, 3, 11))
