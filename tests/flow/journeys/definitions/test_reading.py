"""Definitions: what is read, and every problem with its place."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
import yaml

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.activities.base import parameters
from parcours.flow.journeys.activities.wait_for_event import WaitForEvent
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from tests.flow.journeys.definitions import bodies
from tests.flow.journeys.definitions.bodies import SCHEMA, Change, read

WIN_BACK = """
journey: win-back
name: Win back
entry: {segment: silver, on: exit}
reentry: {allowed: true, wait: 30 days}
start: check
activities:
  check:  {type: condition, paths: [{label: big, when: {attribute: size, at_least: 3}, to: offer}], otherwise: done}
  offer:  {type: email, to: "{{ profile.email }}", subject: Hello, body: "{{ profile.size }}", then: pause}
  pause:  {type: wait, for: 7 days, then: bought}
  bought: {type: wait_for_event, event: purchase, where: {field: total, at_least: 10}, timeout: 14 days,
           then: thanks, on_timeout: done}
  thanks: {type: email, to: "{{ profile.email }}", subject: Thanks, html: "<b>{{ event.total }}</b>", label: Thank you}
  done:   {type: end}
"""


def body() -> dict[str, Any]:
    shape = yaml.safe_load(WIN_BACK)
    assert isinstance(shape, dict)
    return shape


def problems(change: Change) -> list[tuple[str | None, str, str | None]]:
    """(where, code, hint) of every problem after ``change``."""
    shape = body()
    change(shape)
    return [(problem.where, problem.code, problem.hint) for problem in bodies.problems(shape)]


def places(change: Change) -> list[tuple[str | None, str]]:
    return [(where, code) for where, code, _ in problems(change)]


def test_a_definition_is_read_from_yaml_with_its_boolean_on() -> None:
    assert True in body()["entry"]
    definition = read(body(), 3)
    assert (definition.id, definition.version, definition.name) == ("win-back", 3, "Win back")
    assert (definition.entry.segment, definition.entry.on) == ("silver", "exit")
    assert definition.reentry.pause == 30 * 24 * 3_600_000_000
    assert list(definition.activities) == ["check", "offer", "pause", "bought", "thanks", "done"]
    assert sorted(definition.rules) == ["activities.bought.where", "activities.check.paths[0].when"]
    assert definition.profile_rules() == (definition.rules["activities.check.paths[0].when"],)
    assert definition.attributes() == {"email", "size"}
    assert definition.event_properties() == {"total"}
    assert definition.listened() == {"purchase"}
    assert definition.templates()["thanks"] == {
        "channel": "email",
        "to": "{{ profile.email }}",
        "subject": "Thanks",
        "html": "<b>{{ event.total }}</b>",
    }


def test_defaults() -> None:
    shape = {"journey": "j", "entry": {"segment": "gold"}, "start": "e", "activities": {"e": {"type": "end"}}}
    definition = read(shape)
    assert (definition.name, definition.entry.on) == ("j", "enter")
    assert (definition.reentry.allowed, definition.reentry.pause) == (True, 300_000_000)


def test_plain_data_gives_the_same_definition_back() -> None:
    definition = read(body(), 2)
    assert JourneyDefinition.from_json(json.loads(json.dumps(definition.to_json()))) == definition


def test_a_stored_definition_does_not_need_the_schema_any_more() -> None:
    stored = json.loads(json.dumps(read(body()).to_json(), default=str))
    assert JourneyDefinition.from_json(stored).rules == read(body()).rules


def test_activities_stand_in_an_order_in_which_edges_lead_forward() -> None:
    shape = body()
    shape["activities"] = dict(reversed(shape["activities"].items()))
    definition = read(shape)
    order = list(definition.activities)
    for name, activity in definition.activities.items():
        assert all(order.index(to) > order.index(name) for edge in activity.edges() for to in edge.to)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda b: b["activities"]["pause"].update(then="bougt"), [("activities.pause.then", "unknown-name")]),
        (lambda b: b.update(start="chek"), [("start", "unknown-name")]),
        (
            lambda b: b["activities"]["check"]["paths"][0].update(to="ofer"),
            [("activities.check.paths[0].to", "unknown-name")],
        ),
        (lambda b: b["activities"].update(lost={"type": "end"}), [("activities.lost", "unreachable-activity")]),
        (
            lambda b: b["activities"].update(done={"type": "wait", "for": "1 day", "then": "offer"}),
            [("activities.offer", "cycle")],
        ),
        (lambda b: b["activities"]["pause"].pop("for"), [("activities.pause.for", "missing-setting")]),
        (lambda b: b["activities"]["pause"].update({"for": "2 months"}), [("activities.pause.for", "bad-duration")]),
        (lambda b: b["activities"]["pause"].update({"for": "0 s"}), [("activities.pause.for", "bad-duration")]),
        *(
            (
                lambda b, length=length: b["activities"]["pause"].update({"for": length}),
                [("activities.pause.for", "bad-duration")],
            )
            for length in ("400000 days", 1e300, float("inf"), float("nan"), -5)
        ),
        (lambda b: b["activities"]["pause"].update({"for": True}), [("activities.pause.for", "bad-setting")]),
        (lambda b: b["activities"]["pause"].update(fro="1 day"), [("activities.pause.fro", "unknown-setting")]),
        (lambda b: b["activities"]["pause"].pop("type"), [("activities.pause.type", "missing-setting")]),
        (lambda b: b["activities"]["pause"].update(type="wayt"), [("activities.pause.type", "unknown-name")]),
        (lambda b: b["activities"].update(pause=3), [("activities.pause", "bad-setting")]),
        (lambda b: b["entry"].update(segment="sliver"), [("entry.segment", "unknown-name")]),
        (lambda b: b["entry"].update({True: "entr"}), [("entry.on", "bad-setting")]),
        (lambda b: b["reentry"].update(wait="a while"), [("reentry.wait", "bad-duration")]),
        (lambda b: b["reentry"].update(allowed="perhaps"), [("reentry.allowed", "bad-setting")]),
        (lambda b: b.pop("entry"), [("entry", "missing-setting")]),
        (lambda b: b.update(entyr=3), [("entyr", "unknown-setting")]),
        (lambda b: b.update(journey="win back"), [("journey", "bad-name")]),
        (
            lambda b: b["activities"]["check"]["paths"][0].pop("when"),
            [("activities.check.paths[0].when", "missing-setting")],
        ),
        (lambda b: b["activities"]["check"].update(paths=[]), [("activities.check.paths", "missing-setting")]),
        (
            lambda b: b["activities"]["check"]["paths"][0].update(label="otherwise"),
            [("activities.check.paths", "repeated-label")],
        ),
        (
            lambda b: b["activities"]["bought"].update(event="purchas"),
            [("activities.bought.event", "unknown-name")],
        ),
        (
            lambda b: b["activities"]["offer"].update(body="{{ profile.size "),
            [("activities.offer.body", "bad-template")],
        ),
        (
            lambda b: b["activities"]["offer"].update(body="{{ profile.siez }}"),
            [("activities.offer.body", "unknown-name")],
        ),
        (lambda b: b["activities"]["offer"].update(body="{{ size }}"), [("activities.offer.body", "unknown-name")]),
        (lambda b: b["activities"]["offer"].update(body=""), [("activities.offer.body", "missing-setting")]),
        (lambda b: b["activities"]["offer"].update(to=" "), [("activities.offer.to", "missing-setting")]),
    ],
)
def test_a_problem_names_its_place(change: Change, expected: list[tuple[str, str]]) -> None:
    known = [place for place in places(change) if place[1] != "unreachable-activity" or place in expected]
    assert known == expected


def test_a_rule_problem_names_its_place_inside_the_journey() -> None:
    found = places(lambda b: b["activities"]["check"]["paths"][0].update(when={"attribute": "siez", "at_least": 3}))
    assert [where for where, _ in found] == ["activities.check.paths[0].when.attribute"]
    found = places(lambda b: b["activities"]["bought"].update(where={"field": "totl", "at_least": 3}))
    assert [where for where, _ in found] == ["activities.bought.where.field"]


def test_all_problems_are_told_at_once() -> None:
    def change(shape: dict[str, Any]) -> None:
        shape["start"] = "chek"
        shape["entry"]["segment"] = "sliver"
        shape["activities"]["pause"]["for"] = "long"
        shape["activities"]["offer"]["subject"] = "{{ profile.siez }}"

    hints = {where: hint for where, _, hint in problems(change)}
    assert hints["start"] == "did you mean 'check'?"
    assert hints["entry.segment"] == "did you mean 'silver'?"
    assert hints["activities.offer.subject"] == "did you mean 'size'?"
    assert "activities.pause.for" in hints


def test_the_entry_is_no_name_for_an_activity() -> None:
    shape = {"journey": "j", "entry": {"segment": "gold"}, "start": "entry", "activities": {"entry": {"type": "end"}}}
    with pytest.raises(DefinitionError, match="entry itself"):
        read(shape)


def test_dates_in_yaml_survive_a_snapshot() -> None:
    shape = body()
    rule = {"event": "purchase", "from": datetime.date(2017, 1, 1)}
    shape["activities"]["check"]["paths"][0]["when"] = rule
    stored = json.loads(json.dumps(read(shape).to_json(), default=str))
    assert JourneyDefinition.from_json(stored).rules == read(shape).rules


def test_every_kind_of_activity_has_a_schema_of_its_parameters() -> None:
    assert {"condition", "email", "end", "wait", "wait_for_event"} <= set(kinds())
    for kind in kinds().values():
        assert kind.__doc__
        assert parameters(kind)["$defs"][kind.__name__]["type"] == "object"
    assert set(parameters(WaitForEvent)["$defs"]["WaitForEvent"]["required"]) == {"event"}


def test_read_journey_takes_any_mapping_of_names() -> None:
    with pytest.raises(DefinitionError) as caught:
        read_journey({}, SCHEMA, [])
    assert {problem.where for problem in caught.value.problems} == {"journey", "entry", "start", "activities"}


def test_typed_trees_may_stand_where_rules_are_written() -> None:
    written = read(body())
    rule = written.rules["activities.check.paths[0].when"]
    shape = body()
    shape["activities"]["check"]["paths"][0]["when"] = rule
    shape["activities"]["bought"]["where"] = written.rules["activities.bought.where"]
    definition = read(shape)
    assert definition.rules == written.rules
    stored = json.loads(json.dumps(definition.to_json()))
    assert JourneyDefinition.from_json(stored) == definition
    assert read(stored["body"]) == definition
    shape["activities"]["bought"]["where"] = {"$node": {"call": 3}}
    with pytest.raises(DefinitionError, match="no typed tree"):
        read(shape)
