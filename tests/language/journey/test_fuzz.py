"""Whatever the text, the answer is a tree or explained problems, never a crash; and every problem has its place."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, RuleError
from parcours.language.check.carets import show
from parcours.language.journey.layout import format
from parcours.language.journey.parse import parse
from parcours.language.journey.print import print_expression
from parcours.language.journey.read import read
from parcours.language.journey.scope import JourneyScope
from parcours.language.tree import Node
from tests.language.journey.contexts import scope_of
from tests.language.journey.test_cases import CASES
from tests.language.journey.texts import SCOPE

WORDS = st.sampled_from(
    [
        *"()[]{}.,:+-*/%<>=!@#&|\"'\\;",
        *("==", "!=", ">=", "<=", "&&", "@{", "#{", "@event{", "@action{", "//", "\n", "\t", " ", "\u00a0", "é", "“"),
        *("and", "or", "not", "is", "has", "null", "true", "false", "if", "then", "else", "AND", "numeric"),
        *("defaultValue", "params", "currentEventField", "currentDataPackField", "Order", "items", "Crm", "Shop"),
        *("all(", "first(", "last(", "at(", "entry(", "firstEntryKey()", "keys()", "count(", "date(", "now()"),
        *("1", "2.5", "9223372036854775808", '"a"', "'b'", '"2020-01-01"', "Parcours", "Profile", "Events", "purchase"),
    ]
)
HOSTILE = {
    "open parentheses": "(" * 20_000,
    "signs": "-" * 20_000,
    "a long sum": "1" + "+1" * 9_999,
    "a long chain": "true" + " and true" * 2_200,
    "nested lists": "[" * 20_000,
    "nested defaults": "@{Order.x, defaultValue: " * 800,
    "a long path": "@{Order" + ".a" * 9_990 + "}",
    "many operations": "@{Order.items" + ".all()" * 3_000 + "}",
    "nested conditions": "@{Order.items.all(" * 1_100,
    "many names": "[" + "a," * 9_990 + "]",
    "backslashes": "\\" * 20_000,
    "open texts": '"\\' * 9_990,
    "many items": "[" + "1," * 9_990 + "1]",
    "commas": "," * 20_000,
    "comparisons": "1" + " == 1" * 3_000,
    "tests": "1" + " is null" * 2_000,
    "functions": "foo(1) and " * 1_500 + "true",
    "too long": "not " * 6_000 + "true",
    "half a character": '"\ud800"',
    "conditionals": "if (true) then (1) else (" * 700,
}


def attempt(text: str, scope: JourneyScope = SCOPE) -> Node | DefinitionError:
    try:
        return read(text, scope)
    except DefinitionError as error:
        return error


def answered(text: str, scope: JourneyScope = SCOPE) -> None:
    """The text is read, formatted and printed again, or refused with problems that can be shown."""
    found = attempt(text, scope)
    if not isinstance(found, DefinitionError):
        assert read(print_expression(found), scope) == found
        assert parse(format(text)) == parse(text)
        return
    assert found.problems
    for problem in found.problems:
        assert isinstance(problem, RuleError)
        assert problem.code.startswith(("parse.", "type."))
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert show(found, text)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=25).map("".join) | st.lists(WORDS, max_size=25).map(" ".join))
def test_words_at_random(text: str) -> None:
    answered(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
@example("")
@example("\x00")
def test_characters_at_random(text: str) -> None:
    answered(text)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_mutated_cases(case: dict, data: st.DataObject) -> None:
    text = case["expr"]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        text = text[:start] + data.draw(WORDS | st.just("")) + text[end:]
    answered(text, scope_of(case["context"]))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    answered(HOSTILE[name])
