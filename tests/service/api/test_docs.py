"""The page about the API stands alone and names everything."""

from __future__ import annotations

import re

from parcours.service.api.docs import contents
from parcours.testing.service import Client

EVIL = '<script>alert("x")</script>'


def test_it_names_every_operation_and_loads_nothing(client: Client) -> None:
    shown = client.ask_any("GET", "/docs")
    text = shown.content.decode()
    assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    for path in client.did("GET", "/openapi.json")["paths"]:
        assert f"<code>{path}</code>" in text, path
    assert not re.search(r"<script|<link|<img|src=|https?://(?!127)", text)


def test_it_says_what_is_described_and_nothing_it_could_run() -> None:
    described = {
        "info": {"version": "1", "description": f"About {EVIL}\n\n- one `code`\n- two"},
        "paths": {
            "/a": {
                "get": {
                    "summary": EVIL,
                    "operationId": "a",
                    "parameters": [{"name": EVIL, "in": "query", "schema": {"enum": [EVIL]}, "description": EVIL}],
                    "responses": {"200": {"description": EVIL}},
                }
            }
        },
        "components": {"schemas": {"Thing": {"properties": {EVIL: {"type": "string"}}, "description": EVIL}}},
    }
    text = "".join(contents(described))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") >= 6
    assert "<li>one <code>code</code>" in text


def test_links_lead_to_what_there_is(client: Client) -> None:
    text = client.ask_any("GET", "/docs").content.decode()
    places = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= places


def test_there_is_one_such_page(client: Client) -> None:
    led = client.ask("GET", "/docs")
    assert (led.status, led.headers["location"]) == (307, "/docs")
