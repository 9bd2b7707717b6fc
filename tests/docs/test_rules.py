"""Every rule and definition shown in the documentation is accepted, and every word of the rule tree is explained."""

from __future__ import annotations

import pytest
import yaml

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Schema,
    list_of,
    object_of,
)
from parcours.language.rules import vocabulary
from parcours.language.rules.parse import parse_row_rule, parse_rule
from tests.docs.pages import DOCS, Block, blocks, pages

ITEM = object_of(
    {
        "product": STRING,
        "department": STRING,
        "category": STRING,
        "brand": STRING,
        "quantity": INTEGER,
        "value": DECIMAL,
    }
)
#: The shop that the pages talk about.
SHOP = Schema(
    attributes={
        "first_name": STRING,
        "email": STRING,
        "age": INTEGER,
        "subscribed": BOOLEAN,
        "birthday": DATE_ONLY,
        "trial_ends": DATE_TIME,
        "visits": INTEGER,
        "orders": INTEGER,
        "city": STRING,
        "address": object_of({"city": STRING, "country": STRING}),
    },
    events={
        "purchase": {"total": DECIMAL, "discount": DECIMAL, "store": STRING, "items": list_of(ITEM)},
        "mailing": {"campaign": STRING},
        "visit": {"page": STRING, "tags": list_of(STRING)},
    },
)
YAML = [block for page in pages() for block in blocks(page, "yaml")]


def conditions(shape: object) -> list[object]:
    """The rules inside a journey: those of its conditions' paths."""
    if isinstance(shape, list):
        return [found for item in shape for found in conditions(item)]
    if not isinstance(shape, dict):
        return []
    own = [shape["when"]] if "when" in shape else []
    return own + [found for value in shape.values() for found in conditions(value)]


@pytest.mark.parametrize("block", YAML, ids=str)
def test_rules_are_accepted(block: Block) -> None:
    for document in yaml.safe_load_all(block.text):
        if "rule" in document:
            parse_rule(document["rule"], SHOP)
        for activity in document.get("activities", {}).values():
            for rule in conditions(activity):
                parse_rule(rule, SHOP)
            if "event" in activity and "where" in activity:
                parse_row_rule(activity["where"], activity["event"], SHOP)


def words() -> set[str]:
    v = vocabulary
    tables = (v.GROUPS, v.QUANTIFIERS, v.SUBJECTS, v.AGGREGATES, v.COMPARATORS, v.SIGNS, v.MOVING_WINDOWS)
    return {word for table in (*tables, v.FIXED_WINDOWS, v.CALENDAR_UNITS, v.MODIFIERS) for word in table}


@pytest.mark.parametrize("word", sorted(words()))
def test_every_word_of_the_rule_tree_is_explained(word: str) -> None:
    text = (DOCS / "reference/rule-tree.md").read_text()
    assert f"`{word}`" in text or f"`{word}:" in text
