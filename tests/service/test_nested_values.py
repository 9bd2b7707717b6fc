"""Expressions inside of lists and objects, and values of unknown type, wherever activities hand values on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.core.errors import DefinitionError
from parcours.core.schema import INTEGER
from parcours.service.workspace import Workspace
from parcours.testing.http import HttpSink, Reply, Seen

SETTINGS = """
[outgoing]
internal = ["127.0.0.1:{port}"]
"""
DEFINITIONS = """
action: ask
url: {url}/people/{{id}}
method: PUT
body: {{parameter: order}}
parameters: {{id: string, order: any}}
---
segment: adult
rule: {{attribute: age, at_least: 18}}
---
journey: second
entry: {{event: order}}
start: check
activities:
  check:
    type: condition
    paths: [{{label: five, when: {{journey: "@{{order.score}} == 5"}}, to: mark}}]
    otherwise: mark
  mark:
    type: update_profile
    values:
      heard: {{journey: "@{{order.score}}"}}
      said: {{journey: "@{{order.note}}"}}
      lines: {{journey: "@{{order.lines}}"}}
    then: done
  done: {{type: end}}
---
journey: first
entry: {{segment: adult, on: enter}}
start: ask
activities:
  ask:
    type: custom_action
    action: ask
    values:
      id: {{journey: "#{{Parcours.Profile.email}}"}}
      order:
        total: {{journey: "#{{Parcours.Profile.age}} * 2"}}
        note: x
        lines:
          - {{pql: age}}
          - text
          - {{deep: {{tree: {{attribute: email}}}}}}
          - {{journey: "toInteger(#{{Parcours.Profile.email}}) + 1"}}
    then: keep
  keep:
    type: update_profile
    values:
      raw: {{journey: "@action{{ask.raw}}"}}
      about: {{score: {{journey: "@action{{ask.raw}}"}}, fixed: [1, 2], age: {{pql: age}}, none: null}}
    then: tell
  tell:
    type: send_event
    event: told
    values: {{lines: [{{sku: a, n: {{pql: age}}}}, {{sku: b, n: 7}}]}}
    then: over
  over:
    type: call
    journey: second
    values:
      score: {{journey: "@action{{ask.raw}}"}}
      note: {{journey: "@action{{ask.raw}}"}}
      lines: [{{sku: {{tree: {{attribute: email}}}}, n: 1.0}}]
    then: done
  done: {{type: end}}
"""
RAW = {"p0": 5, "p1": "5", "p2": "text", "p3": [1, "1"], "p4": None, "p5": 5.5}


def answering(request: Seen, seen: int) -> Reply | None:
    return Reply(200, json.dumps({"raw": RAW[request.path.split("/")[-1].split("@")[0]]}))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpSink, Workspace]]:
    folder = tmp_path_factory.mktemp("nested")
    with HttpSink(answering) as sink:
        (folder / "d.yaml").write_text(DEFINITIONS.format(url=sink.url))
        (folder / "first.csv").write_text("profile_id,age,email\nchild,10,c@x.org\n")
        (folder / "orders.ndjson").write_text(
            '{"profile_id": "child", "time": "2026-03-01T09:00:00Z", "id": "a", "score": 1, "note": "n",'
            ' "lines": [{"sku": "s", "n": 1}]}\n'
        )
        (folder / "people.csv").write_text(
            "profile_id,age,email\n" + "".join(f"p{n},{20 + n},p{n}@x.org\n" for n in range(6))
        )
        with parcours.init(folder / "w") as workspace:
            (folder / "w" / "parcours.toml").write_text(SETTINGS.format(port=sink.port))
            workspace.import_profiles(folder / "first.csv")
            workspace.import_events(folder / "orders.ndjson", event="order", id="id")
            workspace.replay("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
            workspace.apply(folder / "d.yaml")
            workspace.import_profiles(folder / "people.csv")
            clock = parcours.VirtualClock(instant("2026-03-01T10:00:01Z"))
            for _ in range(4):
                workspace.run(clock, ticks=2)
            yield sink, workspace


def test_an_action_is_called_with_them(played: tuple[HttpSink, Workspace]) -> None:
    sink, _ = played
    bodies = {request.path: json.loads(request.body) for request in sink.requests}
    assert bodies["/people/p1@x.org"] == {
        "total": 42,
        "note": "x",
        "lines": [21, "text", {"deep": "p1@x.org"}, None],
    }
    assert len(bodies) == 6


def test_attributes_hold_them(played: tuple[HttpSink, Workspace]) -> None:
    _, workspace = played
    assert workspace.schema.attributes["about"].field_type("age") == INTEGER
    rows = workspace.sql("SELECT _profile_id, about, age FROM profiles WHERE age >= 18 ORDER BY 1").to_dicts()
    assert [row["about"]["age"] for row in rows] == [row["age"] for row in rows]
    assert all(row["about"]["fixed"] == [1, 2] and row["about"]["none"] is None for row in rows)


def test_events_hold_them(played: tuple[HttpSink, Workspace]) -> None:
    _, workspace = played
    found = workspace.sql("SELECT _profile_id, lines FROM told ORDER BY 1").to_dicts()
    assert found[2]["lines"] == [{"sku": "a", "n": 22}, {"sku": "b", "n": 7}]


def test_what_is_of_unknown_type_stays_what_it_is(played: tuple[HttpSink, Workspace]) -> None:
    _, workspace = played
    rows = workspace.sql("SELECT _profile_id, heard, said, lines FROM profiles WHERE age >= 18 ORDER BY 1").to_dicts()
    heard = {row["_profile_id"]: (row["heard"], row["said"]) for row in rows}
    # the properties of the event are a number and a text: what is another is not there
    assert heard == {
        "p0": (5, None),
        "p1": (None, "5"),
        "p2": (None, "text"),
        "p3": (None, None),
        "p4": (None, None),
        "p5": (None, None),
    }
    assert rows[0]["lines"] == [{"sku": "p0@x.org", "n": 1}]
    ways = workspace.sql(
        "SELECT _profile_id, outcome FROM journey_steps WHERE activity = 'check' ORDER BY _profile_id"
    ).rows()
    assert ways == [(who, "five" if who == "p0" else "otherwise") for who in RAW]


def test_problems_point_at_their_place(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        "journey: j\nentry: {event: order}\nstart: a\nactivities:\n  a:\n    type: update_profile\n    values:\n"
        '      about:\n        lines: [1, {journey: "lenght(1)"}]\n'
        '        age: {journey: "#{Parcours.Profile.email}"}\n'
    )
    with parcours.init(tmp_path / "w") as workspace:
        (tmp_path / "e.ndjson").write_text('{"profile_id": "a", "time": "2026-03-01T09:00:00Z", "id": "a"}\n')
        (tmp_path / "p.ndjson").write_text('{"profile_id": "a", "email": "x", "about": {"age": 1, "lines": [1]}}\n')
        workspace.import_profiles(tmp_path / "p.ndjson")
        workspace.import_events(tmp_path / "e.ndjson", event="order", id="id")
        with pytest.raises(DefinitionError) as refused:
            workspace.apply(tmp_path / "d.yaml")
    places = [problem.where or "" for problem in refused.value.problems]
    assert any("activities.a.values.about.lines[1]" in place and ":9:" in place for place in places)
    assert any("activities.a.values.about.age" in place and ":10:" in place for place in places)
