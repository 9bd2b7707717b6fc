"""Every recorded request, sent byte for byte to a real server: what is in the journal afterwards, and what it says.

``expected_calls.json`` holds the calls of every client, in order, at the times that the clients said.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import SECOND
from tests.service.api.ingestion.conftest import Server, everything
from tests.service.api.ingestion.recordings import (
    NAMES,
    NOW,
    calls,
    plain,
    requests,
    send,
    sent_at,
)

EXPECTED = json.loads(Path(__file__).with_name("expected_calls.json").read_text("utf-8"))
SOURCES = {"segment": "web", "rudderstack": "web", "posthog": "product", "customerio": "mail"}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_client_sent_is_what_is_read(whole: Server, name: str) -> None:
    server = whole
    for recorded in requests(name):
        server.set(sent_at(recorded) + SECOND // 2)
        answer = send(server.address, recorded)
        assert answer.status == 200, answer.content
        if recorded.method != "GET":
            assert server.kept()[-1].received == server.clock.now()
    records = server.kept()

    assert [plain(call) for call in calls(records)] == EXPECTED[name]
    assert all(record.source == SOURCES[record.format] for record in records)
    client = next(client for client in SOURCES if client in name)
    assert {record.format for record in records} <= {client, "segment"}


def test_every_client_is_expected_to_say_something() -> None:
    assert sorted(EXPECTED) == NAMES
    assert all(EXPECTED.values())


@pytest.mark.parametrize("name", ["browser-segment-1.84.3", "browser-rudderstack-3.34.1"])
def test_a_browser_is_told_what_lets_it_go_on(server: Server, name: str) -> None:
    [asked] = [each for each in requests(name) if each.call == "bootstrap"]
    answer = send(server.address, asked)
    found, wanted = answer.data, asked.reply
    if "source" in wanted:
        assert found["source"].keys() == wanted["source"].keys()
        assert found["source"]["writeKey"] == "test-write-key"
    else:
        assert found == wanted
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_call_that_is_sent_again_has_the_same_id(server: Server) -> None:
    for recorded in requests("python-segment-2.4.0-retries"):
        send(server.address, recorded)
    found = list(calls(server.kept()))
    assert len(found) == 3
    assert len({call.id for call in found}) == 1


def test_clocks_that_are_wrong_are_corrected(server: Server) -> None:
    """The request came an hour after the client thinks that it sent it."""
    [recorded] = [each for each in requests("python-segment-2.4.0") if each.call == "track"]
    server.set(sent_at(recorded) + 3_600 * SECOND)
    send(server.address, recorded)
    [call] = calls(server.kept())
    [said] = [each for each in EXPECTED["python-segment-2.4.0"] if each.get("id") == call.id]
    assert call.time == said["time"] + 3_600 * SECOND


@pytest.mark.parametrize("server", ["# its own"], indirect=True)
def test_everything_is_there_after_a_restart(server: Server) -> None:
    for recorded in requests("node-segment-3.1.0"):
        assert send(server.address, recorded).status == 200
    before = server.kept()
    server.workspace.close()

    with parcours.open(server.workspace.folder) as again:
        assert everything(again) == before
        assert {record.received for record in before} == {NOW}
