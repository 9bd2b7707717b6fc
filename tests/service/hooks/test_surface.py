"""Web hooks over the API and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.testing.http import HttpSink, Reply
from parcours.testing.service import Service, running_service
from tests.service.cli.program import parcours as program


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    place = tmp_path_factory.mktemp("hooks") / "shop"
    parcours.init(place).close()
    (place / "parcours.toml").write_text('[outgoing]\ninternal = ["127.0.0.1"]\n')
    with parcours.open(place) as workspace, running_service(workspace) as found:
        yield found


def test_web_hooks_over_the_api(service: Service) -> None:
    client = service.client
    with HttpSink() as sink:
        made = client.did("POST", "/webhooks/crm", {"url": sink.url, "attributes": ["email"]})
        assert made["secret"].startswith("whsec_")
        assert "secret" not in client.did("GET", "/webhooks/crm")
        assert [row["hook"] for row in client.did("GET", "/webhooks")["items"]] == ["crm"]
        assert client.did("POST", "/webhooks/crm/ping")["ok"] is True
        (attempt,) = client.did("GET", "/webhooks/crm/attempts")["items"]
        assert client.did("POST", "/webhooks/crm/redeliver", {"message": attempt["message"]})["ok"] is True
        assert client.did("PATCH", "/webhooks/crm", {"on": "exit"})["on"] == "exit"
        assert client.did("POST", "/webhooks/crm/rotate")["secret"] != made["secret"]
        assert client.ask("POST", "/webhooks/crm", {"url": sink.url}).status == 422
        assert client.ask("POST", "/webhooks/other", {"url": "http://10.0.0.1/"}).status == 422
        assert client.ask("GET", "/webhooks/nobody").status == 404
        assert client.ask("DELETE", "/webhooks/crm").status in (200, 204)


def test_only_who_may_change_settings_makes_them(service: Service) -> None:
    body = {"url": "https://crm.example"}
    assert service.stranger.ask("POST", "/webhooks/x", body).status == 401
    marketer = service.client_with("segments:write", "journeys:write")
    assert marketer.ask("POST", "/webhooks/x", body).status == 403
    shape = {"definitions": {"webhook": "x", **body}}
    assert marketer.ask("POST", "/definitions/apply", shape).status in (403, 422)
    assert service.client.did("GET", "/webhooks")["items"] == []


def test_web_hooks_on_the_command_line(tmp_path: Path) -> None:
    place = tmp_path / "shop"
    parcours.init(place).close()
    (place / "parcours.toml").write_text('[outgoing]\ninternal = ["127.0.0.1"]\n')
    with HttpSink(lambda seen, count: Reply(500, "no") if count == 2 else None) as sink:
        done = program("-w", place, "webhooks", "add", "crm", sink.url, "--on", "enter")
        assert "whsec_" in done.out, done.err
        assert program("-w", place, "webhooks", "ping", "crm").code == 0
        failed = program("-w", place, "webhooks", "ping", "crm")
        assert failed.code == 1
        assert "500" in failed.out
        listed = json.loads(program("-w", place, "--json", "webhooks", "attempts", "crm").out)
        assert [row["result"] for row in listed] == ["failed", "delivered"]
    assert "https" not in program("-w", place, "webhooks", "list").out
    assert program("-w", place, "webhooks", "delete", "crm").code == 0
    assert program("-w", place, "webhooks", "show", "crm").code == 2
