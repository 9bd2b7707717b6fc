"""Values of unknown type are looked at when an expression is evaluated (expression-language.md, D12)."""

import pytest

from parcours.core.errors import EvaluationError
from parcours.language.contexts import journey_context
from parcours.language.journey.read import read
from parcours.language.reference import evaluate

MIXED = {"mix": [1, "a", None], "rows": [{"v": 1}, {"v": "x"}, {"v": [2]}], "map": {"a": 1, "b": "x"}, "key": "a"}


def value(text, **events):
    context = journey_context({"events": {"E": {**MIXED, **events}}, "types": {"events.E.any": "any"}})
    return evaluate(read(text, context.scope), context.person, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@{E.mix.first()} is integer", True),
        ("@{E.mix.at(1)} is integer", False),
        ("@{E.mix} has null", True),
        ("@{E.rows.v}", [1, "x", 2]),
        ("@{E.map.entry(@{E.key})} + 1", 2),
        ("@{E.any} + 1", 6),
    ],
)
def test_what_fits(text, found):
    assert value(text, any=5) == found


@pytest.mark.parametrize(
    "text",
    ["length(@{E.map.entry(@{E.key})})", "sort(@{E.mix}, true)", 'sort(@{E.rows}, "v", true)', "count(@{E.any})"],
)
def test_what_does_not_fit_is_an_error_of_evaluation(text):
    with pytest.raises(EvaluationError):
        value(text, any=5)
