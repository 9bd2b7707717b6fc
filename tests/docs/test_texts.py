"""Every text in one of the languages that a page shows is a rule of the shop that the pages talk about."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import yaml

from parcours.language.frontends import FRONT_ENDS, read_rule
from parcours.language.rules.json_schema import segment_schema
from tests.docs.pages import Block, blocks, pages
from tests.language.rules.test_json_schema import Validator
from tools.reference import filters, journey, language_page, pql
from tools.reference.example_schema import SHOP

TEXTS = [block for page in pages() for block in blocks(page, "journey", "pql")]
SEGMENTS = [block for page in pages() for block in blocks(page, "yaml") if "segment:" in block.text.split("rule:")[0]]
WRONG = [
    *(("journey", one) for one in journey.WRONG),
    *(("pql", one) for one in pql.WRONG),
    *(("filter", one) for one in filters.WRONG),
]


def rules(block: Block) -> Iterator[str]:
    """The rules of a block, which blank lines separate."""
    yield from (text for text in block.text.split("\n\n") if text.strip())


@pytest.mark.parametrize("block", TEXTS, ids=str)
def test_texts_are_rules(block: Block) -> None:
    for text in rules(block):
        node = read_rule(text, SHOP, ["gold", "silver"], language=block.kind)
        layout = FRONT_ENDS[block.kind].format
        assert layout is not None
        assert read_rule(layout(text), SHOP, ["gold", "silver"], language=block.kind) == node


@pytest.mark.parametrize("block", SEGMENTS, ids=str)
def test_the_published_schema_accepts_what_the_pages_show(block: Block) -> None:
    validator = Validator(segment_schema())
    for document in yaml.safe_load_all(block.text):
        assert "segment" not in document or validator.accepts(json.loads(json.dumps(document, default=str)))


@pytest.mark.parametrize(("language", "wrong"), WRONG, ids=str)
def test_the_problems_shown_have_their_place(language: str, wrong: object) -> None:
    assert "^" in language_page.shown(language, wrong)


@pytest.mark.parametrize("language", ["journey", "pql", "filter"])
def test_the_catalogue_knows_both_phases(language: str) -> None:
    assert all(count > 4 for count in language_page.phases(language).values())
