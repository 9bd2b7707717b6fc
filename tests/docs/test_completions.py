"""What editors offer is all that the languages have, and can be read by them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from parcours.language.functions import registry
from parcours.language.journey.ast import VARIABLES
from parcours.language.journey.lexer import KEYWORDS
from parcours.language.journey.operators import TESTS
from parcours.language.journey.parse import parse as parse_journey
from parcours.language.journey.read import FORMS as JOURNEY_FORMS
from parcours.language.journey.reference_parser import OPERATIONS
from parcours.language.pql import parse as parse_pql
from parcours.language.pql import words
from parcours.language.pql.call_reader import FORMS as PQL_FORMS
from parcours.language.pql.element_reader import METHOD_NAMES
from tests.docs.pages import ROOT
from tools.reference.completions import content

PARSERS = {"journey": parse_journey, "pql": parse_pql}
FIELDS = {"name", "kind", "signatures", "help", "insert", "examples", "page"}
#: Parts of `is null` and the like, which are offered whole.
HALVES = {"is", "has"}
WORDS = {
    "journey": {*JOURNEY_FORMS, *OPERATIONS, *VARIABLES.values(), *TESTS, *KEYWORDS, "defaultValue", "params"} - HALVES,
    "pql": {
        *(*PQL_FORMS, *METHOD_NAMES, *words.LOGIC, *words.INFIX_WORDS, *words.FOLDS, *words.QUANTIFIERS),
        *(*words.DAYS, words.NOW, words.EVENTS, *words.INTERVALS, *words.DIRECTIONS, *words.CLAUSES),
        *("chain", "let", "over", "where", "on", "between", "true", "false"),
    },
}


def items(language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / f"web/completions/{language}.json").read_text())["items"]
    return found


def inserted() -> Iterator[Any]:
    for language in ("journey", "pql"):
        for item in items(language):
            yield pytest.param(language, item, id=f"{language} {item['name']}")


@pytest.mark.parametrize("language", ["journey", "pql"])
def test_every_word_of_the_language_is_offered(language: str) -> None:
    names = {item["name"] for item in items(language)}
    assert WORDS[language] | set(registry.spelled(language)) <= names


@pytest.mark.parametrize("language", ["journey", "pql"])
def test_the_file_is_what_the_documentation_says(language: str) -> None:
    found = content(language)
    assert set(found) == {"version", "language", "operators", "units", "items"}
    described = (ROOT / "docs/reference/completions.md").read_text()
    assert all(f"`{name}`" in described for name in (*found, *FIELDS))
    kinds = {item["kind"] for item in found["items"]}
    assert all(f"`{kind}`" in described for kind in kinds)


@pytest.mark.parametrize(("language", "item"), list(inserted()))
def test_what_is_offered_is_complete_and_can_be_read(language: str, item: dict[str, Any]) -> None:
    assert set(item) == FIELDS
    assert (ROOT / item["page"]).exists()
    text = re.sub(r"\$\{(\w+)\}", "1", item["insert"]).replace("params: {1: 1}", "params: {p: 1}")
    if item["kind"] in ("function", "method") and item["name"] not in ("mapEntry", "chain"):
        PARSERS[language](f"x.{text}" if item["kind"] == "method" else text)
    for example in item["examples"]:
        PARSERS[language](example["text"])
