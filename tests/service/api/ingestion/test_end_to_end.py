"""From the request of a real client to profiles, events and members of segments: exactly these, once.

``expected_history.json`` holds, for every client, the profiles and the events that the workspace shows afterwards.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import parcours
from parcours.core.clock import SECOND, VirtualClock
from parcours.service.workspace import Workspace
from tests.service.api.ingestion.conftest import Server
from tests.service.api.ingestion.recordings import NAMES, Recorded, requests, send, sent_at

EXPECTED = json.loads(Path(__file__).with_name("expected_history.json").read_text("utf-8"))
OWN = pytest.mark.parametrize("server", ["# its own"], indirect=True)
SEGMENTS = {
    "buyers": {"rule": {"event": "order_completed"}},
    "pro": {"rule": {"attribute": "plan", "is": "pro"}},
    "grouped": {"rule": {"event": "group"}},
}


def plain(value: Any) -> Any:
    """A value of the log as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items() if part is not None}
    return [plain(part) for part in value] if isinstance(value, list) else value


#: Ids that are made where a client sends none.
MADE = r"^[0-9a-f]{32}$"


def rows(workspace: Workspace, table: str) -> list[dict[str, Any]]:
    """The rows of a table without what only the log knows."""
    found = workspace.sql(f'SELECT * EXCLUDE (_profile) FROM "{table}"')
    inner = [name for name in ("_tick", "_seq", "_first_seen") if name in found.columns]
    if "_event_id" in found.columns:
        found = found.with_columns(pl.col("_event_id").str.replace(MADE, "made"))
    return sorted((plain(row) for row in found.drop(inner).to_dicts()), key=lambda row: json.dumps(row, sort_keys=True))


def history(workspace: Workspace) -> dict[str, Any]:
    """Everything that people and events of a workspace are."""
    events = {event: rows(workspace, event) for event in sorted(workspace.schema.events)}
    return {"profiles": rows(workspace, "profiles"), "events": {name: found for name, found in events.items() if found}}


def sent(server: Server, recorded: list[Recorded]) -> None:
    """Send requests at the moments at which they were sent, and have time go on."""
    for each in recorded:
        server.set(sent_at(each) + SECOND // 2)
        assert send(server.address, each).status == 200


def ticked(workspace: Workspace) -> None:
    workspace.run(workspace._parts.clock, ticks=2)


@OWN
@pytest.mark.parametrize("name", NAMES)
def test_what_a_client_sent_is_what_happened(server: Server, name: str) -> None:
    sent(server, requests(name))
    ticked(server.workspace)
    assert history(server.workspace) == EXPECTED[name]
    assert server.workspace.dead_letters().height == 0


@OWN
@pytest.mark.parametrize("name", ["python-customerio-3.2.0", "node-customerio-4.4.0"])
def test_what_a_person_of_customer_io_is_before_it_is_forgotten(server: Server, name: str) -> None:
    sent(server, [each for each in requests(name) if each.call != "delete"])
    ticked(server.workspace)
    found = history(server.workspace)
    created = {"created_at": 1_767_323_045, "first_name": "Zoë", "plan": "pro", "email": "zoe@example.com"}
    assert found["profiles"] == [{"_profile_id": "anon-1"}, {"_profile_id": "user-1", **created}]
    happened = {event: [row["_profile_id"] for row in each] for event, each in found["events"].items()}
    assert happened == {
        "device_created_or_updated": ["user-1"],
        "order_completed": ["user-1"],
        "page": ["user-1"],
        "viewed": ["anon-1"],
    }
    assert found["events"]["order_completed"][0]["revenue"] == 42.5
    assert found["events"]["page"][0]["name"] == "https://example.com/pricing"
    assert found["events"]["device_created_or_updated"][0]["platform"] == "ios"


@OWN
@pytest.mark.parametrize("name", ["python-segment-2.4.0", "node-posthog-5.70.0", "browser-rudderstack-3.34.1"])
def test_sent_again_and_again_it_happened_once(server: Server, name: str) -> None:
    """Before a tick, after it, and after a restart."""
    sent(server, [*requests(name), *requests(name)])
    ticked(server.workspace)
    sent(server, requests(name))
    ticked(server.workspace)
    folder, now = server.workspace.folder, server.clock.now()
    records = server.kept()
    server.workspace.close()

    with parcours.open(folder, VirtualClock(now + SECOND)) as again:
        again._parts.journal.append(records).result(30)
        ticked(again)
        assert history(again) == EXPECTED[name]


@OWN
def test_a_retried_call_counts_once(server: Server) -> None:
    sent(server, requests("python-segment-2.4.0-retries"))
    ticked(server.workspace)
    assert len(rows(server.workspace, "order_completed")) == 1


@OWN
def test_members_of_segments_follow(server: Server) -> None:
    """Also past events about a group and nobody."""
    sent(server, requests("python-posthog-7.91.1"))
    ticked(server.workspace)
    server.workspace.apply([{"segment": name, **body} for name, body in SEGMENTS.items()])
    ticked(server.workspace)
    assert server.workspace.segments.members("grouped").height == 0
    sent(server, requests("python-segment-2.4.0"))
    ticked(server.workspace)
    members = {
        name: server.workspace.segments.members(name)["_profile_id"].to_list() for name in ("buyers", "pro", "grouped")
    }
    assert members == {"buyers": ["user-1"], "pro": ["user-1"], "grouped": ["user-1"]}


@OWN
def test_a_visitor_who_signs_in_keeps_what_they_did(server: Server) -> None:
    browser = requests("browser-rudderstack-3.34.1")
    before = [each for each in browser if each.call == "track"]
    anonymous = [_without_user(each) for each in before]
    sent(server, anonymous)
    ticked(server.workspace)
    assert [row["_profile_id"] for row in rows(server.workspace, "order_completed")] == ["anon-1"]
    sent(server, [each for each in browser if each.call == "identify"])
    ticked(server.workspace)
    assert [row["_profile_id"] for row in rows(server.workspace, "order_completed")] == ["user-1"]
    assert [row["_profile_id"] for row in rows(server.workspace, "profiles")] == ["user-1"]


def _without_user(recorded: Recorded) -> Recorded:
    shape = {name: value for name, value in recorded.json.items() if name != "userId"}
    return Recorded(
        recorded.call, recorded.method, recorded.target, recorded.headers, json.dumps(shape).encode(), shape, None
    )


@OWN
def test_what_is_wrong_becomes_a_dead_letter_and_the_rest_happens(server: Server) -> None:
    [recorded] = [each for each in requests("node-segment-3.1.0") if each.call == "batch"]
    shape = json.loads(recorded.body)
    shape["batch"][1]["timestamp"] = "yesterday"
    shape["batch"].append({"type": "dance", "userId": "user-1"})
    body = json.dumps(shape).encode()
    sent(server, [Recorded("batch", "POST", recorded.target, recorded.headers, body, shape, None)])
    ticked(server.workspace)
    letters = server.workspace.dead_letters().select("source", "row", "code").rows()
    assert letters == [("web", 2, "bad-time"), ("web", 7, "unknown-type")]
    assert len(rows(server.workspace, "page")) == 1
    assert [row["plan"] for row in rows(server.workspace, "profiles")] == ["pro"]
