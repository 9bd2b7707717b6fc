"""Every rule and definition shown in the documentation is accepted, and every word of the rule tree is explained."""

from __future__ import annotations

import pytest
import yaml

from parcours.core.schema import DECIMAL
from parcours.language.frontends import read_row_rule, read_rule
from parcours.language.rules import vocabulary
from parcours.language.rules.sequences import STEP_KEYS
from tests.docs.pages import DOCS, Block, blocks, pages
from tools.reference.example_schema import with_crm

#: What the pages speak of; that of the service lets event types come into being.
SHOP = with_crm().with_event("order_completed", {"total": DECIMAL})
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
            read_rule(document["rule"], SHOP)
        for activity in document.get("activities", {}).values():
            for rule in conditions(activity):
                read_rule(rule, SHOP)
            if "event" in activity and "where" in activity:
                read_row_rule(activity["where"], activity["event"], SHOP)


def words() -> set[str]:
    v = vocabulary
    tables = (v.GROUPS, v.QUANTIFIERS, v.SUBJECTS, v.AGGREGATES, v.COMPARATORS, v.SIGNS, v.MOVING_WINDOWS)
    more = (v.FIXED_WINDOWS, v.CALENDAR_UNITS, v.MODIFIERS, v.SPECIAL_COMPARATORS, v.EACH, v.EDGES, STEP_KEYS)
    return {word for table in (*tables, *more) for word in table}


@pytest.mark.parametrize("word", sorted(words()))
def test_every_word_of_the_rule_tree_is_explained(word: str) -> None:
    text = (DOCS / "reference/rule-tree.md").read_text()
    assert f"`{word}`" in text or f"`{word}:" in text
