"""Every journey that a page shows is accepted by the published schema, and those of the reference are read."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.definitions import Head, read_journey
from parcours.flow.journeys.graph_rules import RULES
from parcours.flow.journeys.schema import journey_schema
from tests.docs.pages import DOCS, Block, blocks, pages
from tests.flow.journeys.test_schema import JourneyValidator
from tools.reference.example_schema import SHOP

PAGE = DOCS / "reference/journeys.md"
JOURNEYS = [block for page in pages() for block in blocks(page, "yaml") if re.search(r"^journey:", block.text, re.M)]
JOURNEY = JourneyValidator(journey_schema())


@pytest.mark.parametrize("block", JOURNEYS, ids=str)
def test_the_published_schema_accepts_what_the_pages_show(block: Block) -> None:
    for document in yaml.safe_load_all(block.text):
        if "journey" in document:
            shape = json.loads(json.dumps(document, default=str).replace('"true":', '"on":'))
            assert JOURNEY.accepts(shape)


@pytest.mark.parametrize("block", [*blocks(PAGE, "yaml")], ids=str)
def test_the_journeys_of_the_reference_are_read(block: Block) -> None:
    for document in yaml.safe_load_all(block.text):
        read_journey(document, SHOP, ["gold", "silver", "lapsing"])


def test_every_setting_and_every_activity_is_explained() -> None:
    text = PAGE.read_text()
    assert not [name for name in Head.__struct_encode_fields__ if f"`{name}`" not in text]
    assert not [name for name in kinds() if f"### {name}\n" not in text]


def test_every_rule_of_graphs_is_in_the_list() -> None:
    text = PAGE.read_text()
    assert not [rule.__name__ for rule in RULES if f"`{rule.__name__}`" not in text]
