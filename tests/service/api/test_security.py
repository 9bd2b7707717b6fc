"""Nobody gets in who should not: every route, with credentials that are missing, wrong, over, revoked or too weak."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import parcours
from parcours.service.access.scopes import SCOPES
from parcours.service.api.app import application
from parcours.service.api.guard import UPLOADS
from parcours.service.remote import messages
from parcours.service.remote.permitted import scope_of
from parcours.service.remote.rooms import all_members
from parcours.service.remote.wire import Packer
from parcours.testing.service import Client, Service, running_service
from tests.service.api.routes import ANYBODY, OTHERWISE, PUBLIC, Known, routes_of

PASSWORD = "seven green bottles"
Ask = Callable[[Known, Mapping[str, str]], tuple[int, str]]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    place: Path = tmp_path_factory.mktemp("security") / "workspace"
    parcours.init(place).close()
    often = '[limits]\nstrangers = "1000000/minute"\nrequests = "1000000/minute"\n'
    (place / "parcours.toml").write_text(often)
    with parcours.open(place) as workspace, running_service(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def routes(service: Service) -> list[Known]:
    found = list(routes_of(application(service.workspace, live=False)))
    assert len(found) > 150
    return found


@pytest.fixture(scope="module")
def guarded(routes: list[Known]) -> list[Known]:
    """Routes that ask for something."""
    return [route for route in routes if (route.verb, route.path) not in PUBLIC]


@pytest.fixture(scope="module")
def ask(service: Service) -> Iterator[Ask]:
    """Asks over one connection; gives the status and the code of the problem."""
    connection = http.client.HTTPConnection(urlsplit(service.address).netloc, timeout=60)

    def asked(route: Known, headers: Mapping[str, str]) -> tuple[int, str]:
        calls = route.path == "/api/call"
        kind = "application/vnd.parcours.call" if calls else "application/json"
        body = "{}" if route.writes else None
        connection.request(route.verb, route.place, body, {**({"content-type": kind} if body else {}), **headers})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.getheader("x-content-type-options") == "nosniff", route
        assert answer.getheader("x-request-id"), route
        try:
            return answer.status, str(json.loads(content).get("code"))
        except ValueError:
            return answer.status, ""

    yield asked
    connection.close()


def key_of(service: Service, *scopes: str, expires: str | None = None) -> tuple[dict[str, str], str]:
    made = service.workspace.access.keys.create("test", scopes=scopes or SCOPES, expires=expires)
    return {"authorization": f"Bearer {made['key']}"}, str(made["id"])


def test_every_route_says_what_it_takes(routes: list[Known]) -> None:
    silent = {(route.verb, route.path) for route in routes if not route.scope}
    assert silent <= set(PUBLIC) | ANYBODY | OTHERWISE
    assert {route.scope for route in routes if route.scope} <= set(SCOPES)


def test_reading_asks_for_reading(routes: list[Known]) -> None:
    assert [
        route for route in routes if route.verb == "GET" and route.scope and not route.scope.endswith(":read")
    ] == []
    # what is no GET and yet needs to read only says so in the table of operations: it must change nothing
    assert [route for route in routes if route.verb == "DELETE" and route.scope.endswith(":read")] == []


def test_strangers_get_nothing(guarded: list[Known], ask: Ask, service: Service) -> None:
    over, revoked = key_of(service)
    service.workspace.access.keys.revoke(revoked)
    wrong: list[dict[str, str]] = [
        {},
        {"authorization": "Bearer pk_" + "x" * 43},
        {"authorization": f"Bearer {service.key[:-1]}"},
        {"authorization": f"Bearer {service.key}" + "A"},
        {"cookie": "parcours=" + "x" * 43},
        over,
    ]
    for headers in wrong:
        let_in = [(route, found) for route in guarded if (found := ask(route, headers))[0] != 401]
        assert let_in == [], headers


def test_a_key_that_is_over_opens_nothing(
    guarded: list[Known], ask: Ask, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, _ = key_of(service, expires="1 hour")
    session = Known("GET", "/api/session", "")
    assert ask(session, headers)[0] == 200
    clock = service.workspace._parts.gate.clock
    later = clock.now() + 3_600_000_000
    monkeypatch.setattr(type(clock), "now", lambda self: later)
    assert [route for route in guarded if ask(route, headers)[0] != 401] == []


def test_a_key_without_the_scope_is_too_weak(guarded: list[Known], ask: Ask, service: Service) -> None:
    keys: dict[str, dict[str, str]] = {}
    let_in = []
    for route in guarded:
        if not route.scope:
            continue
        if route.scope not in keys:
            area = route.scope.partition(":")[0]
            without = {route.scope, f"{area}:write"}
            keys[route.scope], _ = key_of(service, *(scope for scope in SCOPES if scope not in without))
        found = ask(route, keys[route.scope])
        if found != (403, "forbidden"):
            let_in.append((route, found))
    assert let_in == []


def test_pages_from_elsewhere_get_nothing(guarded: list[Known], ask: Ask, service: Service) -> None:
    good, _ = key_of(service)
    under_api = [route for route in guarded if route.path.startswith("/api")]
    writing = [route for route in under_api if route.writes]
    cases = [
        (under_api, {"host": "evil.example"}),
        (under_api, {"host": "127.0.0.1.evil.example"}),
        (writing, {"origin": "https://evil.example"}),
        (writing, {"origin": "null"}),
        (writing, {"origin": "http://localhost:1"}),
        (writing, {"sec-fetch-site": "cross-site"}),
        (writing, {"content-type": "text/plain"}),
        (writing, {"content-type": "application/x-www-form-urlencoded"}),
    ]
    for asked, headers in cases:
        uploads = "content-type" in headers
        listed = [route for route in asked if not (uploads and route.path.startswith(UPLOADS))]
        let_in = [(route, found) for route in listed if (found := ask(route, {**good, **headers}))[0] != 400]
        assert let_in == [], headers


def test_a_session_needs_its_token_for_every_change(guarded: list[Known], ask: Ask, service: Service) -> None:
    access = service.workspace.access
    access.accounts.create("ann@shop.example", role="admin", password=PASSWORD, must_change=False)
    token = service.workspace._parts.gate.signing.sign_in("ann@shop.example", PASSWORD)
    writing = [route for route in guarded if route.writes]
    assert len(writing) > 50
    for headers in ({}, {"parcours-csrf": ""}, {"parcours-csrf": token}):
        cookie = {"cookie": f"parcours={token}", **headers}
        assert [route for route in writing if ask(route, cookie) != (400, "not-from-here")] == [], headers


def test_a_one_time_password_opens_nothing_but_its_change(guarded: list[Known], ask: Ask, service: Service) -> None:
    from parcours.service.access.tokens import csrf_of

    given = service.workspace.access.accounts.create("new@shop.example", role="admin")["password"]
    token = service.workspace._parts.gate.signing.sign_in("new@shop.example", str(given))
    headers = {"cookie": f"parcours={token}", "parcours-csrf": csrf_of(token)}
    let_in = [
        (route, found)
        for route in guarded
        if (route.verb, route.path) not in ANYBODY
        and route.path.startswith("/api")
        and (found := ask(route, headers)) != (403, "must-change-password")
    ]
    assert let_in == []
    assert ask(Known("GET", "/status.json", ""), headers)[0] == 401


def test_nothing_was_changed(service: Service) -> None:
    """By everything above: the last test of this module that uses this service."""
    workspace = service.workspace
    assert workspace.segments.list().height == 0
    assert workspace.access.accounts.list().height == 2
    denied = workspace.access.audit.list(outcome=403, limit=10_000)
    assert denied.height > 150


# --- calls of whole methods ----------------------------------------------------------------------------------


def called(service: Service, key: str, name: str, *args: object, how: str = "method") -> tuple[int, str]:
    request = messages.Request(id="1", name=name, args=[Packer().pack(each) for each in args], how=how)  # type: ignore[arg-type]
    content = messages.request_bytes(request)
    answer = Client(service.address, key).ask("POST", "/call", content, content_type=messages.MEDIA_TYPE)
    kind = answer.headers["content-type"]
    return answer.status, str(answer.data.get("code")) if kind == "application/json" else ""


def test_calls_ask_for_the_scope_of_their_method(service: Service) -> None:
    keys = service.workspace.access.keys
    let_in, asked = [], 0
    without: dict[str, str] = {}
    for name, member in all_members():
        scope = scope_of(name)
        if scope not in without:
            area = scope.partition(":")[0]
            scopes = [each for each in SCOPES if each not in (scope, f"{area}:write")]
            without[scope] = str(keys.create("weak", scopes=scopes)["key"])
        asked += 1
        found = called(service, without[scope], name, how="method" if member.how == "method" else "value")
        if found != (403, "forbidden"):
            let_in.append((name, found))
    assert asked > 200
    assert let_in == []


def test_calls_reach_no_inner_parts(service: Service) -> None:
    for name in (
        "close",
        "run",
        "stop",
        "_parts",
        "_parts.gate",
        "access.accounts._catalogue",
        "__class__",
        "sql.__self__",
    ):
        assert called(service, service.key, name)[0] in (404, 422), name


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("import_profiles", ["/etc/passwd"]),
        ("import_profiles", [Path("/etc/passwd")]),
        ("import_events", ["/etc/passwd", "/etc/hosts"]),
        ("apply", ["/etc/passwd"]),
        ("apply", [["/etc/passwd"]]),
        ("check", [Path("/etc")]),
        ("plan", ["/etc/passwd"]),
        ("preview", ["/etc/passwd"]),
        ("journeys.simulate", ["/etc/passwd.yaml"]),
        ("journeys.validate", ["/etc/passwd"]),
    ],
)
def test_calls_open_no_file_here(service: Service, name: str, args: list[object]) -> None:
    assert called(service, service.key, name, *args) == (422, "no-paths")


def test_the_audit_log_has_what_writes_and_what_was_denied(service: Service) -> None:
    access, client = service.workspace.access, service.client
    weak = service.client_with("contacts:read")
    client.did("PUT", "/crm/series/AUDIT", {"next": "A1"})
    client.did("GET", "/crm/series")
    client.did("POST", "/contacts/find", {})
    weak.ask("PUT", "/crm/series/AUDIT?secret=1", {"next": "A2", "description": "planted text"})
    service.stranger.ask("GET", "/contacts-of-nobody")
    service.stranger.ask("POST", "/session", {"email": "eve@shop.example", "password": "planted password"})
    called(service, service.key, "segments.list")
    called(service, service.key, "access.sessions.revoke", "none")
    rows = access.audit.list(limit=8).to_dicts()
    found = [(row["kind"], row["name"], row["operation"], row["target"], row["outcome"]) for row in reversed(rows)]
    assert found[-5:] == [
        ("key", "tests", "crm_put_series", "/api/crm/series/AUDIT", 200),
        ("key", "test", "crm_put_series", "/api/crm/series/AUDIT", 403),
        ("", "", "GET", "/api/contacts-of-nobody", 401),
        ("", "eve@shop.example", "session_sign_in", "/api/session", 401),
        ("key", "tests", "access.sessions.revoke", "/api/call", 200),
    ]
    assert "planted" not in str(rows)
    assert all(row["address"] == "127.0.0.1" and row["request"] for row in rows)
