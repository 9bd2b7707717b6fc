"""The how-to on what runs know: both forms of a condition are the same rule, and every value can be read."""

from __future__ import annotations

import re

import pytest
import yaml

from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, object_of
from parcours.flow.journeys.activities.values import holds_expressions
from parcours.language.frontends import read_rule, read_value
from parcours.language.runs import RunScope
from tests.docs.pages import DOCS, blocks

PAGE = DOCS / "how-to/read-what-a-run-knows.md"
SCHEMA = Schema({"age": INTEGER, "city": STRING}, {"purchase": {"total": DECIMAL}})
RUN = RunScope(
    events={"visit": object_of({"total": DECIMAL, "page": STRING, "when": DATE_TIME})},
    actions={"score": object_of({"value": INTEGER})},
    sources={"weather": object_of({"now": object_of({"rain": BOOLEAN})})},
)
ROWS = re.findall(r"^\| [^|`]+?(?:: `.*)? \| `([^|]+)` \| `(\{given.+\})` \|$", PAGE.read_text(), re.MULTILINE)
VALUES = re.findall(r"^\| `(\{(?:journey|tree|pql): .+?\})` \|", PAGE.read_text(), re.MULTILINE)


def test_the_tables_are_found() -> None:
    assert (len(ROWS), len(VALUES)) == (7, 4)


@pytest.mark.parametrize(("text", "tree"), ROWS)
def test_both_forms_are_the_same_rule(text: str, tree: str) -> None:
    assert read_rule({"journey": text}, SCHEMA, run=RUN) == read_rule(yaml.safe_load(tree), SCHEMA, run=RUN)


@pytest.mark.parametrize("value", VALUES)
def test_values_can_be_read(value: str) -> None:
    usage = "time" if "toDateTimeOnly" in value else "value"
    run = RunScope(events={"visit": object_of({"total": DECIMAL, "page": STRING, "when": STRING})})
    assert read_value(yaml.safe_load(value), SCHEMA, usage=usage, run=run).type


def test_the_mixed_rule_can_be_read() -> None:
    block, nested = blocks(PAGE, "yaml")
    assert holds_expressions(yaml.safe_load(nested.text)["values"])
    assert read_rule(yaml.safe_load(block.text)["when"], SCHEMA, run=RUN).type == BOOLEAN
