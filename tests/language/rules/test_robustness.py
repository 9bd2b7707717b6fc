"""Whatever is given as a rule, the answer is a tree or an explained error, never a crash."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError
from parcours.language.rules import vocabulary
from parcours.language.rules.parse import HEADS, parse_row_rule, parse_rule
from parcours.language.tree import Node
from tests.language.rules import shapes
from tests.language.shop import SEGMENTS, SHOP

KEYS = st.sampled_from(
    [
        *HEADS,
        *vocabulary.COMPARATORS,
        *vocabulary.MOVING_WINDOWS,
        *vocabulary.FIXED_WINDOWS,
        *vocabulary.AGGREGATES,
        *vocabulary.MODIFIERS,
        *("where", "over", "args", "type", "up", "left", "op", "right", "unit", "count", "include_current", "to"),
    ]
)
NAMES = st.sampled_from(
    [*SHOP.attributes, *SHOP.events, *SHOP.events["purchase"], "silver", "_time", "a.b", ".", "month"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.sampled_from(
        [
            "3 days",
            "2024-01-01",
            "Europe/Paris",
            ">",
            "lower",
            "weekday",
            "decimal",
            "(",
            "\x00",
            "9999-12-31T23:59-14:00",
        ]
    ),
    st.sampled_from([b"x", 3 + 4j, object(), {1}, date]),
)
JUNK = st.recursive(
    SCALARS | NAMES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | NAMES | SCALARS.filter(lambda key: not isinstance(key, set)), inner, max_size=4)
    ),
    max_leaves=12,
)


def explained(parse: Callable[..., Node], *args: Any) -> bool:
    """Whether the answer is a tree, or an error with a place and a message for each of its problems."""
    try:
        parse(*args)
    except DefinitionError as error:
        complete = all(problem.where and problem.message for problem in error.problems)
        return bool(error.problems) and complete and bool(str(error))
    return True


@given(JUNK)
def test_anything_gets_an_answer(shape: object) -> None:
    assert explained(parse_rule, shape, SHOP, SEGMENTS)


@given(st.dictionaries(KEYS, JUNK, max_size=5))
def test_any_mapping_of_known_keys_gets_an_answer(shape: dict[str, Any]) -> None:
    assert explained(parse_rule, shape, SHOP, SEGMENTS)
    assert explained(parse_row_rule, shape, "purchase", SHOP)


@given(shapes.rules(), st.data())
def test_a_good_rule_with_one_part_replaced_gets_an_answer(shape: dict[str, Any], data: st.DataObject) -> None:
    broken = copy.deepcopy(shape)
    part: Any = broken
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        inner = part[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        part = inner
    part[key] = data.draw(JUNK)
    assert explained(parse_rule, broken, SHOP, SEGMENTS)
