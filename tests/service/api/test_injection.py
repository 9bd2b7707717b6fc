"""What people send stays what it is: no markup, code, query, formula, header, path or address of one's own network."""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import parcours
from parcours.testing.http import HttpSink
from parcours.testing.service import Client, Service, running_service
from parcours.testing.smtp import SmtpSink

SETTINGS = """
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "shop@shop.example"
[limits]
requests = "1000000/minute"
"""
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


@pytest.fixture(scope="module")
def mails() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, mails: SmtpSink) -> Iterator[Service]:
    place: Path = tmp_path_factory.mktemp("injection") / "workspace"
    parcours.init(place).close()
    (place / "parcours.toml").write_text(SETTINGS.format(port=mails.port))
    with parcours.open(place) as workspace, running_service(workspace) as running:
        people = place.parent / "people.csv"
        people.write_text('profile_id,age,email,first_name\nann,31,ann@shop.example,"{{ 7 | times: 7 }}<b>"\n')
        workspace.import_profiles(people)
        workspace.crm.put_series("CONT", next="C0001")
        workspace.run(ticks=2)
        yield running


def small(answer: Any) -> Any:
    """An answer that is a problem of the one who asks, in the one shape."""
    assert 400 <= answer.status < 500, answer.content
    assert answer.data["message"]
    return answer.data


# --- markup --------------------------------------------------------------------------------------------------


def test_names_are_texts_on_the_page(service: Service) -> None:
    definition = {"name": MARKUP, "description": MARKUP, "rule": {"attribute": "age", "at_least": 18}}
    service.client.did("PUT", "/segments/adults", {"definition": definition, "publish": True})
    assert service.client.did("GET", "/segments/adults")["name"] == MARKUP
    shown = service.client.ask_any("GET", "/")
    assert shown.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "unsafe" not in shown.headers["content-security-policy"]
    text = shown.content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text
    assert "<img" not in text


def test_problems_are_no_pages(service: Service) -> None:
    for path in (f"/{quote(MARKUP)}", f"/segments/{quote(MARKUP, safe='')}", f"/contacts/{quote(MARKUP, safe='')}"):
        answer = service.client.ask("GET", path)
        small(answer)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


# --- rules, queries, JSON ------------------------------------------------------------------------------------

RULES: list[tuple[str, Any]] = [
    ("pql", "__import__('os').system('touch /tmp/pwned')"),
    ("pql", "age >= 18; DROP TABLE access_accounts"),
    ("pql", "age = 1' OR '1'='1"),
    ("pql", "(" * 5_000 + "age" + ")" * 5_000),
    ("pql", "a" * 1_000_000),
    ("pql", "age >= 1\x00"),
    ("pql", "\ud800" if os.name == "nt" else "age >= \u202e18"),
    ("journey", "#{Parcours.Profile.__class__.__mro__}"),
    ("journey", "not " * 20_000 + "true"),
    ("filter", "'; DELETE FROM access_accounts; --"),
    ("tree", {"attribute": "__class__", "is": 1}),
    ("tree", {"attribute": "age'; DROP TABLE profiles; --", "is": 1}),
    ("tree", {"call": "eval", "args": [{"value": "1"}]}),
    ("tree", {"attribute": "first_name", "matches": "(" * 500}),
]


@pytest.mark.parametrize(("language", "rule"), RULES)
def test_hostile_rules_are_refused_or_harmless(service: Service, language: str, rule: Any) -> None:
    answer = service.client.ask("POST", "/rules/check", {"rule": rule, "language": language})
    assert answer.status < 500, answer.content[:500]
    assert not Path("/tmp/pwned").exists()
    assert service.workspace.access.keys.list().height > 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '/tmp/pwned'",
        "ATTACH '/tmp/pwned' AS x",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list; DROP TABLE profiles",
        "SELECT 1; SELECT 2; DELETE FROM log.profiles",
        "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM read_json('http://169.254.169.254/')",
        "EXPORT DATABASE '/tmp/pwned'",
        "CALL pragma_database_size(); UPDATE log.profiles SET x = 1",
        "SELECT getenv('PATH')",
        "SELECT * FROM sqlite_scan('catalogue.sqlite', 'access_keys')",
    ],
)
def test_sql_reads_the_log_and_nothing_else(service: Service, query: str) -> None:
    small(service.client.ask("POST", "/sql", {"query": query}))
    assert not Path("/tmp/pwned").exists()


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"type": "company", "name": NaN}',
        '{"type": "company", "name": 1e999}',
        '{"type": "company", "name": "a", "name": {"$gt": ""}}',
        '{"__proto__": {"admin": true}}',
        '{"type": "company", "name": "\\ud800"}',
        "\x00",
        "[]",
    ],
)
def test_hostile_json_is_a_problem_of_the_sender(service: Service, body: str) -> None:
    small(service.client.ask("POST", "/contacts", body))


def test_texts_go_to_the_database_as_texts(service: Service) -> None:
    for text in ("Robert'); DROP TABLE access_accounts;--", "a\x00b", "%", "\u202e", "x" * 10_000):
        answer = service.client.ask("POST", "/contacts", {"type": "company", "name": text})
        assert answer.status < 500, answer.content
        if answer.status == 200:
            assert service.client.did("GET", f"/contacts/{answer.data['no']}")["name"] == text
    assert service.client.ask("GET", "/accounts/%27%20OR%201=1--").status == 404
    assert service.client.did("GET", "/audit?target=%25")["items"] == []


# --- files ---------------------------------------------------------------------------------------------------


def test_no_cell_of_a_file_is_a_formula(service: Service) -> None:
    names = ["=1+1", "=cmd|' /C calc'!A0", "+x|y", "@SUM(A1)", "-2+cmd|x", '=HYPERLINK("https://evil.example")']
    for name in names:
        service.client.did("POST", "/contacts", {"type": "company", "name": name, "phone_no": "+33 1 23"})
    wanted = {"filters": {"contact": {"phone_no": "+33*"}}, "fields": ["no", "name", "phone_no"]}
    content = service.client.ask("POST", "/contact-files/csv/export", wanted).content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["name"] for row in rows] == ["'" + name for name in names]
    assert {row["phone_no"] for row in rows} == {"+33 1 23"}
    back = base64.b64encode(content.encode()).decode()
    service.client.did("POST", "/contact-files/csv", {"content": back})
    assert [service.client.did("GET", f"/contacts/{row['no']}")["name"] for row in rows] == names


@pytest.mark.parametrize(
    "name", ["../../../../tmp/pwned.csv", "/tmp/pwned.csv", "..\\..\\pwned.csv", "a\x00.csv", ".", "..", "x" * 5_000]
)
def test_the_name_of_a_file_is_no_path(service: Service, name: str) -> None:
    before = {str(path) for path in service.workspace.folder.parent.rglob("*")}
    query = f"/imports?name={quote(name, safe='')}&what=profiles&wait=1"
    answer = service.client.ask("POST", query, b"profile_id\nx1\n", content_type="text/csv")
    assert answer.status < 500, answer.content
    made = {str(path) for path in service.workspace.folder.parent.rglob("*")} - before
    assert not any("pwned" in path for path in made if "uploads" not in path)
    assert not Path("/tmp/pwned.csv").exists()


@pytest.mark.parametrize(
    "id", ["../../etc/passwd", "..%2f..%2fetc", "a/b", "%00", "a\nb", ".", "x" * 5_000, "con\u0000"]
)
def test_an_id_is_no_path(service: Service, id: str) -> None:
    definition = {"rule": {"attribute": "age", "at_least": 18}}
    body = {"definition": {**definition, "segment": id}}
    answer = service.client.ask("PUT", f"/segments/{quote(id, safe='')}", body)
    assert 400 <= answer.status < 500, answer.content


def test_no_name_becomes_a_header(service: Service) -> None:
    name = 'x"; filename=evil.html\r\nX-Evil: 1\r\n\r\n<script>'
    made = service.client.ask("POST", "/worksheets", {"no": "W1", "description": name})
    assert made.status == 200, made.content
    service.client.did("POST", "/worksheets/W1/add", {"filters": {"contact": {"name": "*"}}})
    for answer in (
        service.client.ask("GET", "/worksheets/W1/labels"),
        service.client.ask("GET", "/contacts", parcours_user="x"),
        service.client.ask("GET", f"/nowhere/{quote(name, safe='')}"),
    ):
        assert "x-evil" not in answer.headers
        assert "evil" not in answer.headers.get("content-disposition", "")


# --- templates -----------------------------------------------------------------------------------------------

TEMPLATES = [
    "{{ profile.__class__ }}",
    "{{ profile.first_name.__class__.__mro__ }}",
    "{{ profile['__init__'].__globals__ }}",
    "{{ ''.__class__ }}",
    "{{ self }}{{ context }}{{ globals }}",
    "{% include '/etc/passwd' %}",
    "{% render '../../parcours.toml' %}",
    "{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}",
    "{% assign x = 'aaaaaaaaaa' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}{{ x }}",
]


def journey(number: int, text: str) -> dict[str, Any]:
    return {
        "name": f"Journey {number}",
        "entry": {"segment": "grown", "on": "enter"},
        "start": "mail",
        "activities": {
            "mail": {
                "type": "email",
                "to": "{{ profile.email }}",
                "subject": f"S{number}",
                "body": text,
                "then": "end",
            },
            "end": {"type": "end"},
        },
    }


def test_templates_reach_nothing_but_their_values(service: Service, mails: SmtpSink, tmp_path: Path) -> None:
    workspace, client = service.workspace, service.client
    hello = "Hello {{ profile.first_name }}"
    for number, text in enumerate([*TEMPLATES, hello]):
        saved = client.ask("PUT", f"/journeys/j{number}", {"definition": journey(number, text), "publish": True})
        assert saved.status < 500, saved.content
    grown = {"rule": {"attribute": "age", "at_least": 18}}
    client.did("PUT", "/segments/grown", {"definition": grown, "publish": True})
    for number, text in enumerate([*TEMPLATES, hello]):
        client.ask("PUT", f"/journeys/j{number}", {"definition": journey(number, text), "publish": True})
    people = tmp_path / "more.csv"
    people.write_text('profile_id,age,email,first_name\nbob,40,bob@shop.example,"{{ 7 | times: 7 }}<b>"\n')
    workspace.import_profiles(people)
    workspace.run(ticks=8)
    bodies = {}
    for mail in mails.messages:
        parsed = email.message_from_bytes(mail, policy=email.policy.default)
        part = parsed.get_body(("plain",))
        assert part is not None
        bodies[str(parsed["subject"])] = part.get_content().strip()
    assert bodies[f"S{len(TEMPLATES)}"] == "Hello {{ 7 | times: 7 }}<b>"  # values are not templates
    for subject, body in bodies.items():
        assert "class" not in body, subject
        assert "root:" not in body, subject
        assert "smtp" not in body, subject
        assert len(body) < 1_000_000, subject


# --- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
        "http://user@169.254.169.254/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "http://",
        "javascript:alert(1)",
        "http://shop.example\r\nX: y/",
    ],
)
def test_no_hook_goes_to_ones_own_network(service: Service, url: str) -> None:
    small(service.client.ask("POST", "/webhooks/inside", {"url": url}))
    assert service.client.did("GET", "/webhooks")["items"] == []
    definition = {"url": url, "method": "POST"}
    answer = service.client.ask("PUT", "/definitions/action/inside", {"definition": definition, "publish": True})
    assert answer.status < 500, answer.content


def test_a_name_that_turns_out_to_be_internal_is_not_called(service: Service) -> None:
    with HttpSink() as sink:
        service.client.did("POST", "/webhooks/local", {"url": sink.url.replace("127.0.0.1", "localhost")})
        ping = service.client.ask("POST", "/webhooks/local/ping")
        assert ping.status < 500
        assert "internal" in json.dumps(ping.data)
        assert sink.requests == []
    service.client.did("DELETE", "/webhooks/local")


def test_a_marketer_sends_nothing_elsewhere(service: Service) -> None:
    marketer = Client(service.address, str(service.workspace.access.keys.create("m", role="marketer")["key"]))
    hook = {"url": "https://elsewhere.example/"}
    assert marketer.ask("POST", "/webhooks/mine", hook).status == 403
    small(marketer.ask("POST", "/definitions/apply", {"definitions": [{"webhook": "mine", **hook}]}))
    small(marketer.ask("PUT", "/definitions/webhook/mine", {"definition": hook}))
    assert service.client.did("GET", "/webhooks")["items"] == []
