"""Every conformance case is refused in the phase that it names, or accepted with the type of its result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.journey.read import read
from parcours.language.journey.type_errors import in_words
from tests.language.journey.contexts import scope_of

FILE = Path(__file__).parents[2] / "conformance" / "cases" / "expressions.jsonl"
CASES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def phase(case: dict[str, Any]) -> str | None:
    """The phase in which the expression is refused, ``None`` when it is accepted."""
    try:
        read(case["expr"], scope_of(case["context"]), usage=case.get("usage"))
    except DefinitionError as error:
        return error.code.split(".")[0]
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_phase(case: dict[str, Any]) -> None:
    refused = case["expect"].get("error")
    assert phase(case) == (None if refused == "eval" else refused)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["expect"].get("type", "null") != "null"], ids=lambda case: case["id"]
)
def test_type_of_result(case: dict[str, Any]) -> None:
    node = read(case["expr"], scope_of(case["context"]), usage=case.get("usage"))
    assert in_words(node.type) == case["expect"]["type"]
