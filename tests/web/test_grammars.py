"""The grammars of the editors read, and colour, everything that the parsers read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.journey.parse import parse as parse_journey
from parcours.language.pql import parse as parse_pql
from tools import web

CASES = Path(__file__).parent.parent / "conformance" / "cases"
PARSERS = {"journey": parse_journey, "pql": parse_pql}
FILES = {"journey": "expressions.jsonl", "pql": "pql.jsonl"}
OWN = {
    "journey": [
        "not not true or -1 - -2 * 3 % 4 >= 0.5",
        "@event{E.'a b'.all(currentEventField.c-d is not null).at(0).keys(), defaultValue: (now()), params: {'p': 1}}",
        "if (true) then ([1, 2.5]) else (null)",
        "@{E.all.at.params.defaultValue} is numeric",
        "currentDataPackField . x has null",
    ],
    "pql": [
        "select.from.where = this.last",
        "x occurs between yesterday and tomorrow AND NOT y occurs = 3 days from ts",
        'let a = 1 in a notIn [1, 2] or ^^.b like "%" and $2.c[d > -1.5].exists(e)',
        'CHAIN(xEvent, timestamp, [A: what(a) When(on this week) COUNT(2), B: WHAT(!b) WHERE(A.x = "y")])',
        'm.map((K, V) => mapEntry(K, {"n": V.count()})).keys()',
        "[exists E from a where b, 3]",
    ],
}


@pytest.fixture(scope="module")
def built() -> Path:
    return web.ready()


def _problems(built: Path, language: str, texts: list[str]) -> list[str]:
    lines = "".join(json.dumps({"language": language, "text": text}) + "\n" for text in texts)
    return web.node("grammar/accepts.js", built, text=lines).splitlines()


def _accepted(language: str) -> Iterator[str]:
    for line in (CASES / FILES[language]).read_text().splitlines():
        text = json.loads(line)["expr"]
        try:
            PARSERS[language](text)
        except DefinitionError:
            continue
        yield text


@pytest.mark.parametrize("language", ["journey", "pql"])
def test_a_grammar_takes_and_colours_every_case_that_the_parser_takes(built: Path, language: str) -> None:
    texts = list(_accepted(language))
    assert len(texts) > 200
    assert _problems(built, language, texts) == []


@pytest.mark.parametrize("language", ["journey", "pql"])
def test_forms_that_no_case_has(built: Path, language: str) -> None:
    for text in OWN[language]:
        PARSERS[language](text)
    assert _problems(built, language, OWN[language]) == []


@pytest.mark.parametrize(
    ("language", "text"), [("journey", "1 +"), ("journey", "a"), ("pql", "a = = b"), ("pql", "'a'")]
)
def test_a_grammar_refuses_what_is_no_expression(built: Path, language: str, text: str) -> None:
    assert len(_problems(built, language, [text])) == 1
