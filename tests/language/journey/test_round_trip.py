"""Text -> tree -> text -> tree gives the same tree, and formatting changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.core.schema import STRING, list_of
from parcours.language.functions import registry
from parcours.language.journey.layout import format
from parcours.language.journey.parse import parse
from parcours.language.journey.print import print_expression
from parcours.language.journey.read import read
from parcours.language.journey.types import fits
from parcours.language.tree import Call, walk
from parcours.language.tree_json import fingerprint
from tests.language.journey.contexts import scope_of
from tests.language.journey.test_cases import CASES
from tests.language.journey.texts import SCALARS, SCOPE, texts

ACCEPTED = [case for case in CASES if case["expect"].get("error") not in ("parse", "type")]


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case["id"])
def test_cases(case: dict[str, Any]) -> None:
    scope = scope_of(case["context"])
    tree = read(case["expr"], scope)
    again = read(print_expression(tree), scope)
    assert again == tree
    assert fingerprint(again) == fingerprint(tree)


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case["id"])
def test_format_of_cases(case: dict[str, Any]) -> None:
    formatted = format(case["expr"])
    assert parse(formatted) == parse(case["expr"])
    assert format(formatted) == formatted


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*SCALARS, list_of(STRING)]).flatmap(texts))
@example("if (@{Order.boolean}) then (@{Order.items.first(true).plain}) else (@{Order.offsetDateTime} + null)")
@example("inLastDays(@{Order.offsetDateTime} + null, 3)")
@example("@{Order.plain} + null")
@example('concat("", (@{Order.integer}) + (@{Order.nope}))')
def test_generated(text: str) -> None:
    tree = read(text, SCOPE)
    printed = print_expression(tree)
    assert fingerprint(read(printed, SCOPE)) == fingerprint(tree)
    assert print_expression(read(printed, SCOPE)) == printed


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SCALARS).flatmap(texts))
def test_every_call_is_one_of_the_registry(text: str) -> None:
    """Also where an operand is of unknown type: what is left is a call of arguments that the function takes."""
    for node in walk(read(text, SCOPE)):
        if isinstance(node, Call):
            found = registry.resolve(node.function, [arg.type for arg in node.args])
            assert fits(found, node.type)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SCALARS).flatmap(texts))
def test_format_of_generated(text: str) -> None:
    formatted = format(text)
    assert parse(formatted) == parse(text)
    assert format(formatted) == formatted
