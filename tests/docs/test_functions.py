"""The examples of the function pages are true, and nothing is left without one."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.core.errors import EvaluationError
from parcours.language.functions import registry
from tools.reference import functions
from tools.reference.failures import FAILURES, Failure
from tools.reference.forms import JOURNEY, PQL
from tools.reference.samples import Sample, samples_of, spellings

NAMES = registry.names()
SAMPLES = [sample for name in NAMES for sample in samples_of(name)]
OF_FORMS = [sample for form in (*JOURNEY, *PQL) for sample in form.samples]


def outcome(sample: Sample) -> Any:
    try:
        return known(sample.value())
    except EvaluationError as error:
        return Failure(error.code)


def known(value: Any) -> Any:
    """The value without fields that are null: these and absent ones are the same."""
    if isinstance(value, dict):
        return {name: known(part) for name, part in value.items() if part is not None}
    return [known(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("sample", [*SAMPLES, *OF_FORMS], ids=lambda one: f"{one.language} {one.text}"[:60])
def test_an_example_is_true(sample: Sample) -> None:
    found, expected = outcome(sample), known(sample.result)
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_an_example_in_every_language_that_has_it(name: str) -> None:
    function = registry.get(name)
    shown = [sample for sample in samples_of(name) if not isinstance(sample.result, Failure)]
    assert any(sample.language == "tree" for sample in shown)
    for language in ("journey", "pql"):
        for spelling in spellings(function, language):
            assert any(sample.language == language and f"{spelling.name}(" in sample.text for sample in shown)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_may_fail_is_shown_failing(name: str) -> None:
    assert (registry.get(name).fails is not None) == (name in FAILURES)
    failing = [sample for sample in samples_of(name) if isinstance(sample.result, Failure)]
    assert bool(failing) == (name in FAILURES)


def test_every_example_of_a_declaration_is_on_its_page() -> None:
    pages = functions.pages()
    for name in NAMES:
        assert pages[f"functions/{name}.md"].count("\n| `") >= len(registry.get(name).examples)


def test_the_comparison_can_fail() -> None:
    assert outcome(Sample("add", "pql", "1 + 2", 3)) != 4
    assert outcome(Sample("quotient", "journey", "-9223372036854775808 / -1", None)) == Failure("integer-overflow")
