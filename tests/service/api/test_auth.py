"""Signing in with a real browser's cookies, over a real socket: sessions, one-time passwords, CSRF, throttling."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

import parcours
from parcours.testing.service import Answer, Service, running_service

PASSWORD, OTHER = "seven green bottles", "eight brown bottles"
_numbers = itertools.count(1)


class Browser:
    """Keeps cookies, and sends the CSRF token as our own pages do."""

    def __init__(self, service: Service) -> None:
        self._client = replace(service.stranger, headers={"x-forwarded-for": f"203.0.113.{next(_numbers)}"})
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None, *, csrf: bool = True, **headers: str) -> Answer:
        if self.cookies:
            headers.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if csrf and "parcours-csrf" in self.cookies:
            headers.setdefault("parcours_csrf", self.cookies["parcours-csrf"])
        answer = self._client.ask(method, path, body, **headers)
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        return self.ask("POST", "/session", {"email": email, "password": password})


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with (
        parcours.init(tmp_path_factory.mktemp("service") / "workspace") as workspace,
        running_service(workspace) as running,
    ):
        workspace.crm.put_series("CONT", next="C0001")
        yield running


@pytest.fixture
def ann(service: Service) -> str:
    """An administrator."""
    email = f"ann{next(_numbers)}@shop.example"
    service.workspace.access.accounts.create(email, role="admin", password=PASSWORD, must_change=False)
    return email


@pytest.fixture
def bob(service: Service) -> str:
    """Whom nobody has let in yet."""
    return f"bob{next(_numbers)}@shop.example"


@pytest.fixture
def browser(service: Service, ann: str) -> Browser:
    """She is signed in."""
    signed_in = Browser(service)
    assert signed_in.sign_in(ann).status == 200
    return signed_in


def test_a_session_begins_lasts_and_ends(service: Service, ann: str) -> None:
    browser = Browser(service)
    assert browser.ask("GET", "/contact-statistics").status == 401
    began = browser.sign_in(ann)
    assert (began.status, began.data["name"], began.data["must_change_password"]) == (200, ann, False)
    assert "access:write" in began.data["scopes"]
    assert browser.ask("GET", "/session").data == began.data
    assert browser.ask("POST", "/contacts", {"type": "company", "name": "Alpha"}).status == 200
    kept = dict(browser.cookies)
    assert browser.ask("DELETE", "/session").status == 204
    assert browser.cookies == {}
    browser.cookies = kept
    assert browser.ask("GET", "/session").status == 401


def test_the_cookie_is_for_browsers_only(service: Service, ann: str) -> None:
    answer = Browser(service).sign_in(ann)
    session, csrf = sorted(answer.cookies, key=lambda line: "csrf" in line.split("=")[0])
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf
    assert all("SameSite=lax" in line and "Path=/" in line and "Domain" not in line for line in (session, csrf))
    assert "Secure" not in session


def test_by_https_the_cookie_is_of_this_host_and_secure(service: Service, ann: str) -> None:
    answer = service.stranger.ask(
        "POST", "/session", {"email": ann, "password": PASSWORD}, x_forwarded_proto="https"
    )  # as a web server on this machine passes it on
    assert any(line.startswith("__Host-parcours=") and "Secure" in line for line in answer.cookies)
    assert answer.headers["strict-transport-security"]


def test_a_page_without_the_token_changes_nothing(browser: Browser) -> None:
    body = {"type": "company", "name": "Beta"}
    for headers in ({}, {"parcours_csrf": "x"}, {"parcours_csrf": ""}):
        answer = browser.ask("POST", "/contacts", body, csrf=False, **headers)
        assert (answer.status, answer.data["code"]) == (400, "not-from-here")
    other = {"sec_fetch_site": "cross-site"}
    assert browser.ask("POST", "/contacts", body, **other).data["code"] == "not-from-here"
    assert browser.ask("GET", "/session").status == 200  # reading needs no token


def test_nobody_learns_who_has_an_account(service: Service, ann: str, bob: str) -> None:
    service.workspace.access.accounts.create(bob, password=OTHER)
    service.workspace.access.accounts.change(bob, disabled=True)
    browser = Browser(service)
    answers = [
        browser.sign_in(ann, "wrong wrong wrong"),
        browser.sign_in("nobody@shop.example", PASSWORD),
        browser.sign_in(bob, OTHER),
        browser.sign_in("no address", PASSWORD),
        browser.sign_in(ann, ""),
    ]
    assert {(answer.status, answer.content) for answer in answers} == {(401, answers[0].content)}
    assert not any(answer.cookies for answer in answers)


def test_a_one_time_password_has_to_be_changed(service: Service, bob: str) -> None:
    given = str(service.workspace.access.accounts.create(bob, role="marketer")["password"])
    browser = Browser(service)
    assert browser.sign_in(bob, given).data["must_change_password"] is True
    refused = browser.ask("GET", "/segments")
    assert (refused.status, refused.data["code"]) == (403, "must-change-password")
    weak = browser.ask("POST", "/password", {"current": given, "new": "short"})
    assert (weak.status, weak.data["code"]) == (422, "weak-password")
    assert browser.ask("POST", "/password", {"current": "wrong", "new": OTHER}).status == 401
    assert browser.ask("POST", "/password", {"current": given, "new": OTHER}).status == 200
    assert browser.ask("GET", "/segments").status == 200
    assert Browser(service).sign_in(bob, given).status == 401


def test_a_new_password_ends_every_other_session(service: Service, browser: Browser, ann: str) -> None:
    other, before = Browser(service), dict(browser.cookies)
    other.sign_in(ann)
    assert browser.ask("POST", "/password", {"current": PASSWORD, "new": OTHER}).status == 200
    assert browser.cookies != before
    assert browser.ask("GET", "/session").status == 200
    assert other.ask("GET", "/session").status == 401
    other.cookies = before
    assert other.ask("GET", "/session").status == 401


def test_another_role_and_disabling_end_sessions_at_once(service: Service, browser: Browser, ann: str) -> None:
    accounts = service.workspace.access.accounts
    accounts.create("eve@shop.example", role="admin")
    accounts.change(ann, role="viewer")
    assert browser.ask("GET", "/session").status == 401
    assert browser.sign_in(ann).status == 200
    assert browser.ask("POST", "/contacts", {"type": "company", "name": "Gamma"}).status == 403
    accounts.change(ann, name="Ann")
    assert browser.ask("GET", "/session").status == 200
    accounts.change(ann, disabled=True)
    assert browser.ask("GET", "/session").status == 401
    assert browser.sign_in(ann).status == 401


def test_a_session_is_revoked(service: Service, browser: Browser, ann: str) -> None:
    (row,) = service.workspace.access.sessions.list(ann).to_dicts()
    service.workspace.access.sessions.revoke(row["id"])
    assert browser.ask("GET", "/session").status == 401


def test_guessing_is_slowed_down(service: Service, ann: str) -> None:
    browser = Browser(service)
    tried = [browser.sign_in(ann, f"wrong {number:012}").status for number in range(6)]
    assert tried == [401] * 5 + [429]
    locked = browser.sign_in(ann)
    assert (locked.status, locked.data["code"]) == (429, "too-many-attempts")
    assert 0 < int(locked.headers["retry-after"]) <= 900
    elsewhere = Browser(service).ask(
        "POST", "/session", {"email": ann, "password": PASSWORD}, x_forwarded_for="203.0.113.7"
    )
    assert elsewhere.status == 200  # nobody is locked out by others


def test_strangers_may_not_ask_too_often(tmp_path: Path) -> None:
    place = tmp_path / "workspace"
    parcours.init(place).close()
    (place / "parcours.toml").write_text('[limits]\nstrangers = "3/hour"\nrequests = "5/hour"\n')
    with parcours.open(place) as workspace, running_service(workspace) as service:
        assert [service.stranger.ask("GET", "/segments").status for _ in range(4)] == [401, 401, 401, 429]
        answers = [service.client.ask("GET", "/segments") for _ in range(6)]
        assert [answer.status for answer in answers] == [200] * 5 + [429]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert answers[-1].data["code"] == "too-many-requests"


def test_keys_come_as_bearer_or_basic(service: Service) -> None:
    key = service.key
    for text in (
        f"Bearer {key}",
        f"bearer  {key}",
        *("Basic " + base64.b64encode(pair.encode()).decode() for pair in (f"{key}:", f"me:{key}")),
    ):
        assert service.stranger.ask("GET", "/session", authorization=text).data["kind"] == "key"
    for text in (key, "Bearer", "Basic !", f"Digest {key}", f"Bearer {key}x", "Basic " + "=" * 8):
        assert service.stranger.ask("GET", "/session", authorization=text).status == 401


def test_a_key_is_no_session_and_a_session_no_key(service: Service, browser: Browser) -> None:
    token = browser.cookies["parcours"]
    assert service.stranger.ask("GET", "/session", authorization=f"Bearer {token}").status == 401
    assert service.stranger.ask("GET", "/session", cookie=f"parcours={service.key}").status == 401


def test_a_long_body_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "workspace"
    parcours.init(place).close()
    (place / "parcours.toml").write_text("[limits]\nbody_mb = 0.001\n")
    with parcours.open(place) as workspace, running_service(workspace) as service:
        assert service.client.ask("PUT", "/crm/series/CONT", {"next": "C1", "description": "x" * 2000}).status == 413
        assert service.client.ask("PUT", "/crm/series/CONT", {"next": "C1", "description": "x" * 200}).status == 200


def test_programs_have_no_password(service: Service) -> None:
    answer = service.client.ask("POST", "/password", {"current": "x", "new": OTHER})
    assert (answer.status, answer.data["code"]) == (403, "forbidden")


def test_secrets_are_not_echoed(service: Service, ann: str) -> None:
    answer = service.stranger.ask("POST", "/session", {"email": ann, "password": ["hunter2hunter2"]})
    assert answer.status == 422
    assert b"hunter2" not in answer.content


def test_people_work_in_the_crm_under_their_own_name(service: Service, bob: str) -> None:
    service.workspace.access.accounts.create(bob, role="marketer", password=PASSWORD, must_change=False, crm_user="BOB")
    browser = Browser(service)
    browser.sign_in(bob, PASSWORD)
    made = browser.ask("POST", "/contacts", {"type": "company", "name": "Delta"}, parcours_user="EVE").data
    (last,) = browser.ask("GET", f"/crm/trail?kind=contact&key={made['no']}").data["items"]
    assert last["by"] == "BOB"
    service.client.did("PATCH", f"/contacts/{made['no']}", {"city": "Lyon"}, parcours_user="EVE")
    assert browser.ask("GET", "/crm/trail?kind=contact&limit=1").data["items"][0]["by"] == "EVE"  # a program may say so
