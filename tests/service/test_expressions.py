"""Rules and expressions without a workspace: checked, printed, formatted, evaluated for values given as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import parcours
from parcours.core.clock import VirtualClock, instant
from parcours.core.errors import EvaluationError
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema

SCHEMA = Schema({"age": INTEGER, "city": STRING}, {"purchase": {"total": DECIMAL}})
PROFILE = {
    "profile": {"age": 30, "city": "Lyon", "seen": None},
    "events": [
        {"eventType": "purchase", "timestamp": "2024-01-01T00:00:00Z", "total": 5.5},
        {"eventType": "purchase", "timestamp": "2024-01-09T00:00:00Z", "total": 7},
    ],
    "segments": {"gold": "existing", "old": "exited"},
    "now": "2024-01-10T00:00:00Z",
}


def test_a_rule_says_itself_in_every_language() -> None:
    rule = parcours.check("age >= 18", SCHEMA, language="pql")
    assert rule == parcours.check({"attribute": "age", "at_least": 18}, SCHEMA)
    assert rule.written("journey") == "#{Parcours.Profile.age} >= 18"
    assert rule.written("tree") == {"attribute": "age", "at_least": 18}
    assert rule.written("filter") == {"age": ">=18"}
    assert rule.describe() == "age is at least 18"
    assert rule.describe("fr") != rule.describe()
    assert rule.method.kind == "incremental"
    assert rule.beyond_simple == []


def test_what_a_language_cannot_say_is_named() -> None:
    rule = parcours.check('inSegment("gold") and age > 3', SCHEMA, language="pql")
    with pytest.raises(parcours.DefinitionError) as raised:
        rule.written("filter")
    assert raised.value.code == "not-expressible"


def test_all_problems_at_once() -> None:
    with pytest.raises(parcours.DefinitionError) as raised:
        parcours.check("agee > 3 and cty = 'a'", SCHEMA, language="pql")
    assert len(raised.value.problems) == 2


@pytest.mark.parametrize(
    ("expression", "language", "value", "kind"),
    [
        ("age + 2", "pql", 32, "integer"),
        ("age / 4", "pql", 7.5, "decimal"),
        ("xEvent.total.sum()", "pql", 12.5, "decimal"),
        ('inSegment("gold") and not inSegment("old")', "pql", True, "boolean"),
        ({"event": "purchase", "in_last": "3 days", "is": 1}, None, True, "boolean"),
        ({"age": "18..40", "city": "L*"}, "filter", True, "boolean"),
        ({"segment": "old"}, "tree", False, "boolean"),
        ("xEvent.timestamp", "pql", [datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 9, tzinfo=UTC)], "list"),
    ],
)
def test_an_evaluation_for_a_profile(expression: object, language: str | None, value: object, kind: str) -> None:
    found = parcours.evaluate(expression, PROFILE, language=language)
    assert found.value == value
    assert str(found.type).startswith(kind)


def test_an_evaluation_for_a_journey() -> None:
    context = {
        "events": {"Order": {"total": 12, "at": "2024-01-01T10:00:00Z"}},
        "datasources": {"Shop": {"stock": {"$calls": [{"params": {"id": "a"}, "response": {"left": 3}}]}}},
        "types": {"events.Order.at": "dateTime"},
    }
    assert parcours.evaluate("@{Order.total} * 2", context).value == 24
    assert parcours.evaluate("@{Order.at}", context).to_json() == {
        "type": "offsetDateTime",
        "value": "2024-01-01T10:00:00Z",
    }
    assert parcours.evaluate('#{Shop.stock.left, params: {id: "a"}}', context).value == 3
    assert parcours.evaluate('toDuration("PT3H")', {}).value == timedelta(hours=3)
    assert parcours.evaluate('toDuration("PT3H")', {}).to_json()["value"] == "PT3H"


def test_chance_is_drawn() -> None:
    found = parcours.evaluate("random()", {}, language="journey").value
    assert 0 <= found < 1
    assert parcours.evaluate("random()", {}, language="journey").value != found
    assert len(parcours.evaluate("uuid()", {}, language="journey").value) == 36


def test_now_comes_from_the_context_or_the_clock() -> None:
    clock = VirtualClock(instant("2020-05-05T00:00:00Z"))
    assert parcours.evaluate("now()", {}, language="journey", clock=clock).value.year == 2020
    assert (
        parcours.evaluate("now()", {"now": "2021-01-01T00:00:00Z"}, language="journey", clock=clock).value.year == 2021
    )


def test_a_value_that_is_not_there_is_an_error_of_evaluation() -> None:
    with pytest.raises(EvaluationError):
        parcours.evaluate("9223372036854775807 + 1", {}, language="journey")


@pytest.mark.parametrize(
    ("context", "where"),
    [
        ([], "context"),
        ({"profil": {}}, "profil"),
        ({"profile": []}, "profile"),
        ({"events": [3]}, "events[0]"),
        ({"segments": {"a": "in"}}, "segments.a"),
    ],
)
def test_a_context_of_another_form_is_refused(context: object, where: str) -> None:
    with pytest.raises(parcours.InputError) as raised:
        parcours.evaluate("1 = 1", context, language="pql")  # type: ignore[arg-type]
    assert raised.value.where == where


@pytest.mark.parametrize(
    ("context", "code"),
    [
        ({"events": {"A": {}}, "types": {"events.A.x": "text"}}, "unknown-type"),
        ({"types": {"things.A": "string"}}, "bad-context"),
        ({"datasources": {"S": {"G": {"$calls": [{}]}}}}, "bad-context"),
        ({"datasources": {"S": 3}}, "bad-context"),
    ],
)
def test_a_context_of_a_journey_of_another_form_is_refused(context: dict[str, object], code: str) -> None:
    with pytest.raises(parcours.InputError) as raised:
        parcours.evaluate("1 == 1", context, language="journey")
    assert raised.value.code == code


@pytest.mark.parametrize(("text", "language"), [("1==2", "journey"), ("age>3", "pql"), (" 1 | 2", "filter")])
def test_formatting_twice_is_formatting_once(text: str, language: str) -> None:
    once = parcours.format(text, language)
    assert once != text
    assert parcours.format(once, language) == once


def test_the_language_is_guessed_where_only_one_fits() -> None:
    assert parcours.evaluate("age > 3", PROFILE).value is True
    assert parcours.evaluate("1 == 1", {}).value is True
    for text in ("1 +", "#{Parcours.Profile.age} >"):
        with pytest.raises(parcours.DefinitionError) as raised:
            parcours.evaluate(text, {})
        assert all(problem.span for problem in raised.value.problems)
    with pytest.raises(parcours.DefinitionError):
        parcours.evaluate("1", {}, language="sql")
