"""Export and import: one document, stable ids, no secrets, and nothing done twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from parcours.core.errors import DefinitionError, InputError
from parcours.flow.journeys.transfer import export, plan_import, used
from tests.flow.journeys.definitions.bodies import SCHEMA, minimal, read

JOURNEY = minimal(
    entry={"event": "visit", "when": {"segment": "gold"}},
    rule_sets=["evenings"],
    exit_when=[{"segment": "silver"}],
    start="check",
    activities={
        "check": {
            "type": "condition",
            "source": {"name": "weather", "parameters": {"city": "Paris"}},
            "paths": [{"label": "big", "when": {"event": "purchase", "sum": "total", "at_least": 3}, "to": "mail"}],
        },
        "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "b"},
    },
)
THINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("segment", "gold"): {"segment": "gold", "rule": {"attribute": "size", "at_least": 3}},
    ("segment", "silver"): {"segment": "silver", "rule": {"attribute": "size", "at_least": 2}},
    ("rule_set", "evenings"): {"rule_set": "evenings", "rules": []},
    ("source", "weather"): {
        "url": "https://weather.example/now",
        "authentication": {"type": "basic", "username": "me", "password": "hidden"},
        "headers": [{"name": "x", "api_key": "hidden too"}, {"name": "y", "value": {"secret": "crm_key"}}],
    },
}


def lookup(kind: str, name: str) -> Mapping[str, Any] | None:
    return THINGS.get((kind, name))


def document() -> dict[str, Any]:
    text = json.dumps(export(read(JOURNEY, 3), SCHEMA, lookup))
    found: dict[str, Any] = json.loads(text)
    return found


def nothing(kind: str, name: str) -> None:
    return None


SECRETS = {"source.weather.authentication.password": "p", "source.weather.headers[0].api_key": "k"}


def test_what_a_journey_uses() -> None:
    names = used(read(JOURNEY))
    assert (names.segment, names.source, names.rule_set) == ({"gold", "silver"}, {"weather"}, {"evenings"})
    assert (names.event, names.attribute) == ({"visit", "purchase"}, {"email"})
    assert (names.action, names.journey) == (frozenset(), frozenset())


def test_an_export_holds_everything_but_secrets() -> None:
    found = document()
    assert (found["format"], found["journey"], found["version"]) == ("parcours/journey/1", "j", 3)
    assert {kind: sorted(things) for kind, things in found["things"].items()} == {
        "segment": ["gold", "silver"],
        "rule_set": ["evenings"],
        "source": ["weather"],
        "action": [],
        "journey": ["j"],
    }
    assert "hidden" not in json.dumps(found)
    assert found["placeholders"] == sorted(SECRETS)
    assert found["secrets"] == ["crm_key"]
    assert found["schema"]["attributes"] == {"email": "string"}
    assert set(found["schema"]["events"]) == {"visit", "purchase"}


def test_equal_journeys_give_equal_documents() -> None:
    assert document() == document()
    assert read(JOURNEY, 4).version == 4
    other = json.loads(json.dumps(export(read(JOURNEY, 4), SCHEMA, lookup)))
    assert other["fingerprint"] == document()["fingerprint"], "the number of the version is no content"


def test_a_journey_that_uses_what_is_not_there_is_not_exported() -> None:
    with pytest.raises(DefinitionError, match="segment 'gold'") as caught:
        export(read(JOURNEY), SCHEMA, nothing)
    assert caught.value.code == "missing-part"


def test_an_import_into_an_empty_workspace_brings_everything_in_order() -> None:
    found = plan_import(document(), nothing, SECRETS)
    assert [(one.kind, one.id, one.action) for one in found] == [
        ("segment", "gold", "new"),
        ("segment", "silver", "new"),
        ("rule_set", "evenings", "new"),
        ("source", "weather", "new"),
        ("journey", "j", "new"),
    ]
    source = found[3].body
    assert source["authentication"]["password"] == "p"
    assert source["headers"][0]["api_key"] == "k"
    assert read(found[4].body) == read(JOURNEY)


def test_an_import_done_twice_changes_nothing() -> None:
    kept = {(one.kind, one.id): one.body for one in plan_import(document(), nothing, SECRETS)}
    again = plan_import(document(), lambda kind, name: kept.get((kind, name)))
    assert {one.action for one in again} == {"unchanged"}


def test_an_import_says_what_it_changes() -> None:
    kept = {(one.kind, one.id): one.body for one in plan_import(document(), nothing, SECRETS)}
    kept["segment", "gold"] = {"segment": "gold", "rule": {"attribute": "size", "at_least": 5}}
    found = plan_import(document(), lambda kind, name: kept.get((kind, name)))
    assert {one.id for one in found if one.action == "changed"} == {"gold"}
    assert [str(change) for one in found for change in one.differences] == [
        "setting 'rule.at_least' changed from 5 to 3"
    ]


def test_secrets_must_be_given_where_there_are_none() -> None:
    with pytest.raises(InputError) as caught:
        plan_import(document(), nothing, {"source.weather.authentication.password": "p"})
    assert caught.value.code == "missing-secrets"
    assert "source.weather.headers[0].api_key" in caught.value.message
    assert "password" not in caught.value.message


@pytest.mark.parametrize("changes", [{"format": "other"}, {"things": None}, {"things": {"secret": {}}}])
def test_other_documents_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        plan_import({**document(), **changes}, nothing, SECRETS)
    assert caught.value.code == "not-an-export"


def test_journeys_that_are_called_must_be_there() -> None:
    with pytest.raises(DefinitionError, match="'b'") as caught:
        plan_import({**document(), "needs": ["b"]}, nothing, SECRETS)
    assert caught.value.code == "missing-part"
