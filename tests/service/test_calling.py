"""Actions, data sources, endpoints and seats, from definition files to real calls and back into the journey."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.core.errors import DefinitionError
from parcours.flow.delivery.http.signing import verified
from parcours.service.workspace import Workspace
from parcours.testing.http import HttpSink, Reply, Seen

SETTINGS = """
[outgoing]
internal = ["127.0.0.1:{port}"]
[secrets]
crm = "key-1"
hook = "hook-1"
[channels.webhook]
type = "webhook"
"""
DEFINITIONS = """
action: crm
url: {url}/people/{{id}}
method: PUT
body: {{age: {{parameter: age}}, by: parcours}}
parameters: {{id: string, age: integer}}
authentication: {{type: bearer, token: {{secret: crm}}}}
answer: {{types: {{tier: string}}}}
---
source: weather
url: {url}/weather
parameters: {{city: string}}
query: {{q: {{parameter: city}}}}
cache: 1 hour
answer: {{sample: {{degrees: 20}}}}
---
endpoint: people
url: {url}/people/*
methods: [PUT]
capping: {{maxCallsCount: 4, periodInMs: 3600000}}
---
segment: adult
rule: {{attribute: age, at_least: 18}}
---
journey: welcome
entry: {{segment: adult, on: enter}}
start: first
activities:
  first: {{type: profile_cap, most: 5, then: ask, otherwise: late}}
  late: {{type: end}}
  ask:
    type: custom_action
    action: crm
    values:
      id: {{journey: "#{{Parcours.Profile.email}}"}}
      age: {{journey: "#{{Parcours.Profile.age}}"}}
    then: tell
    on_error: failed
  failed: {{type: end}}
  tell:
    type: webhook
    url: {url}/hook
    secret: hook
    body: '{{"tier": "{{{{ action.ask.tier }}}}"}}'
    then: done
  done: {{type: end}}
"""


def answering(request: Seen, seen: int) -> Reply | None:
    if request.path.startswith("/people/"):
        return Reply(500) if seen == 1 and request.path.endswith("p0@x.org") else Reply(200, '{"tier": "gold"}')
    return None


@pytest.fixture
def played(tmp_path: Path) -> tuple[HttpSink, Workspace]:
    """Six adults entered: one finds no seat, one no slot, one no slot for a retry."""
    with HttpSink(answering) as sink:
        (tmp_path / "d.yaml").write_text(DEFINITIONS.format(url=sink.url))
        (tmp_path / "first.csv").write_text("profile_id,age,email\nchild,10,c@x.org\n")
        people = "".join(f"p{number},{20 + number},p{number}@x.org\n" for number in range(6))
        (tmp_path / "people.csv").write_text("profile_id,age,email\n" + people)
        with parcours.init(tmp_path / "w") as workspace:
            (tmp_path / "w" / "parcours.toml").write_text(SETTINGS.format(port=sink.port))
            workspace.import_profiles(tmp_path / "first.csv")
            workspace.replay("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
            workspace.apply(tmp_path / "d.yaml")
            workspace.import_profiles(tmp_path / "people.csv")
            clock = parcours.VirtualClock(instant("2026-03-01T10:00:01Z"))
            for _ in range(4):
                workspace.run(clock, ticks=2)
            yield sink, workspace


def test_people_go_through_seats_calls_and_hooks(played: tuple[HttpSink, Workspace]) -> None:
    sink, workspace = played
    counts = dict(
        workspace.sql(
            "SELECT d.channel || ' ' || o.result, count(*) FROM deliveries d JOIN outcomes o USING (key) GROUP BY 1"
        ).iter_rows()
    )
    assert counts == {
        "seat ok": 5,
        "seat capped": 1,
        "http ok": 3,
        "http http_500": 1,
        "http capped": 1,
        "webhook sent": 3,
    }
    calls = [request for request in sink.requests if request.path.startswith("/people/")]
    assert len(calls) == 4  # as many as there are slots: none is left for a retry
    assert {request.headers["authorization"] for request in calls} == {"Bearer key-1"}
    assert json.loads(calls[0].body) == {"age": 20, "by": "parcours"}
    hooks = [request for request in sink.requests if request.path == "/hook"]
    assert [json.loads(request.body) for request in hooks] == [{"tier": "gold"}] * 3
    now = int(hooks[0].headers["webhook-timestamp"]) * 1_000_000
    assert all(verified("hook-1", request.headers, request.body, now) for request in hooks)


def test_every_run_ends(played: tuple[HttpSink, Workspace]) -> None:
    _, workspace = played
    assert workspace.status()["messages_pending"] == 0
    ends = workspace.sql("SELECT activity, outcome FROM journey_steps WHERE kind = 'end' ORDER BY ALL")
    assert ends.height == 6


JOURNEY = """
---
segment: s
rule: {attribute: age, at_least: 18}
---
journey: j
entry: {segment: s, on: enter}
start: a
activities:
  a: {type: custom_action, action: crn, then: b}
  b: {type: end}
"""


def problems(folder: Path, text: str) -> set[tuple[str, str]]:
    """Code and place of everything that is wrong with a file."""
    (folder / "d.yaml").write_text(text)
    (folder / "people.csv").write_text("profile_id,age\na,20\n")
    with parcours.init(folder / "w") as workspace:
        workspace.import_profiles(folder / "people.csv")
        with pytest.raises(DefinitionError) as error:
            workspace.apply(folder / "d.yaml")
    return {(problem.code, str(problem.where).rpartition("/")[2]) for problem in error.value.problems or [error.value]}


def test_problems_of_calls_come_all_at_once_and_say_where(tmp_path: Path) -> None:
    text = "action: crn\nurl: nowhere\nheaders:\n  Authorization: Bearer abc\n" + JOURNEY
    assert problems(tmp_path, text) == {
        ("bad-setting", "d.yaml:2:1 (url)"),
        ("secret-in-definition", "d.yaml:4:3 (headers.Authorization)"),
    }


def test_a_journey_can_only_call_what_there_is(tmp_path: Path) -> None:
    ((code, where),) = problems(tmp_path, "action: crm\nurl: https://crm.example.org\n" + JOURNEY)
    assert code == "unknown-name"
    assert "activities.a.action" in where


UNTYPED = """
action: ask
url: {url}/ask
method: GET
---
action: tell
url: {url}/tell/{{n}}
method: POST
body: {{n: {{parameter: n}}, t: {{parameter: t}}, all: {{parameter: all}}}}
parameters: {{n: integer, t: string, all: any}}
---
segment: adult
rule: {{attribute: age, at_least: 18}}
---
journey: untyped
entry: {{segment: adult, on: enter}}
start: ask
activities:
  ask: {{type: custom_action, action: ask, then: tell}}
  tell:
    type: custom_action
    action: tell
    values:
      n: {{journey: "@action{{ask.n}}"}}
      t: {{journey: "@action{{ask.t}}"}}
      all: {{journey: "@action{{ask.all}}"}}
    then: hook
  hook:
    type: webhook
    url: {url}/hook
    values: {{n: {{journey: "@action{{ask.n}}"}}, t: {{journey: "@action{{ask.t}}"}}, fixed: 7}}
    then: done
  done: {{type: end}}
"""
SAID: dict[str, object] = {"n": 5, "t": "5", "all": [1, "1", 1.5, True, {"x": "5", "y": 5}]}


def test_values_of_unknown_type_arrive_as_what_they_are(tmp_path: Path) -> None:
    def answering(request: Seen, seen: int) -> Reply | None:
        return Reply(200, json.dumps(SAID)) if request.path == "/ask" else None

    with HttpSink(answering) as sink:
        (tmp_path / "d.yaml").write_text(UNTYPED.format(url=sink.url))
        (tmp_path / "people.csv").write_text("profile_id,age\np0,20\n")
        (tmp_path / "first.csv").write_text("profile_id,age\nchild,10\n")
        with parcours.init(tmp_path / "w") as workspace:
            (tmp_path / "w" / "parcours.toml").write_text(SETTINGS.format(port=sink.port))
            workspace.import_profiles(tmp_path / "first.csv")
            workspace.replay("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z")
            workspace.apply(tmp_path / "d.yaml")
            workspace.import_profiles(tmp_path / "people.csv")
            clock = parcours.VirtualClock(instant("2026-03-01T10:00:01Z"))
            for _ in range(4):
                workspace.run(clock, ticks=2)
            results = workspace.sql("SELECT result, detail FROM outcomes ORDER BY _seq").rows()
        told = {request.path: json.loads(request.body) for request in sink.requests if request.path != "/ask"}
    assert told == {"/tell/5": SAID, "/hook": {"n": 5, "t": "5", "fixed": 7}}, results
