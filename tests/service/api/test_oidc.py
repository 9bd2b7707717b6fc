"""Signing in with a real provider over real sockets: the way of a browser, and everything that must not work."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

import parcours
from parcours.testing.oidc import OidcProvider
from parcours.testing.service import Answer, Service, running_service

ANN = {"sub": "a1", "email": "Ann@Shop.example", "email_verified": True, "name": "Ann Lee", "groups": ["staff"]}
SETTINGS = """
[oidc]
issuer = "{issuer}"
client_id = "parcours"
secret = "oidc"
role_claim = "groups"
roles = {{staff = "marketer", chiefs = "admin"}}
role = ""
domains = ["shop.example"]
[secrets]
oidc = "a secret: of / the client"
"""


@dataclass
class Browser:
    """Follows the login as a browser does."""

    service: Service
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.service.stranger.ask_any("GET", path, **({"cookie": cookie} if cookie else {}))
        for line in answer.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def leave(self, to: str = "/") -> str:
        """To the provider; gives the path with which it sends us back."""
        left = self.get(f"/api/oidc/login?next={to}")
        assert left.status == 303, left.content
        back = httpx2.get(left.headers["location"], follow_redirects=False)
        assert back.status_code == 302, back.content
        parts = urlsplit(back.headers["location"])
        return f"{parts.path}?{parts.query}"

    def log_in(self, to: str = "/") -> Answer:
        return self.get(self.leave(to))

    def who(self) -> Any:
        return self.get("/api/session")


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider("parcours", "a secret: of / the client") as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, provider: OidcProvider) -> Iterator[Service]:
    place: Path = tmp_path_factory.mktemp("oidc") / "workspace"
    parcours.init(place).close()
    (place / "parcours.toml").write_text(SETTINGS.format(issuer=provider.issuer))
    with parcours.open(place) as workspace, running_service(workspace) as running:
        yield running


@pytest.fixture
def browser(service: Service, provider: OidcProvider) -> Iterator[Browser]:
    provider.person = dict(ANN)
    provider.spoil, provider.sign, provider.userinfo = lambda claims: claims, provider._signed, None
    yield Browser(service)
    with service.workspace._parts.catalogue.writing() as con:
        con.exec_driver_sql("DELETE FROM access_sessions")
        con.exec_driver_sql("DELETE FROM access_accounts")


def refused(answer: Answer, browser: Browser, code: str = "oidc") -> str:
    assert (answer.status, answer.data["code"]) == (401, code), answer.content
    assert "parcours" not in browser.cookies
    return str(answer.data["message"])


def test_somebody_enters_and_gets_an_account(service: Service, browser: Browser) -> None:
    entered = browser.log_in("/segments?state=draft")
    assert (entered.status, entered.headers["location"]) == (303, "/segments?state=draft")
    who = browser.who().data
    assert (who["kind"], who["name"], who["must_change_password"]) == ("account", "ann@shop.example", False)
    assert "segments:write" in who["scopes"]
    assert "settings:write" not in who["scopes"]
    (account,) = service.workspace.access.accounts.list().to_dicts()
    assert (account["name"], account["role"]) == ("Ann Lee", "marketer")


def test_who_comes_again_is_the_same_with_another_address_too(service: Service, browser: Browser) -> None:
    browser.log_in()
    first = browser.who().data["id"]
    again = Browser(service)
    browser.service.workspace.access.accounts.change("ann@shop.example", email="lee@shop.example")
    assert again.log_in().status == 303
    assert again.who().data["id"] == first


def test_the_role_follows_the_provider(service: Service, provider: OidcProvider, browser: Browser) -> None:
    browser.log_in()
    service.workspace.access.accounts.create("root@shop.example", role="admin")
    provider.person = {**ANN, "groups": ["staff", "chiefs", "others"]}
    assert browser.log_in().status == 303
    assert "access:write" in browser.who().data["scopes"]
    provider.person = {**ANN, "groups": ["others"]}
    assert "no role" in refused(Browser(service).log_in(), Browser(service))


def test_an_account_with_the_address_becomes_theirs_once(
    service: Service, provider: OidcProvider, browser: Browser
) -> None:
    made = service.workspace.access.accounts.create("ann@shop.example", role="viewer")
    browser.log_in()
    assert browser.who().data["id"] == made["id"]
    provider.person = {**ANN, "sub": "somebody else"}
    other = Browser(service)
    assert "somebody else" in refused(other.log_in(), other)


@pytest.mark.parametrize(
    "change",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": "ann@elsewhere.example"},
        {"email": "ann@shop.example.evil.example"},
        {"groups": []},
        {"groups": None},
        {"groups": {"staff": True}},
    ],
)
def test_who_may_not_enter(provider: OidcProvider, browser: Browser, change: dict[str, Any]) -> None:
    provider.person = {**ANN, **change}
    refused(browser.log_in(), browser)


def test_a_disabled_account_stays_out(service: Service, browser: Browser) -> None:
    browser.log_in()
    service.workspace.access.accounts.create("root@shop.example", role="admin")
    service.workspace.access.accounts.change("ann@shop.example", disabled=True)
    other = Browser(service)
    refused(other.log_in(), other)
    assert browser.who().status == 401


NOW = int(time.time())


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "somebody"},
        {"aud": ["parcours", "somebody"]},
        {"aud": None},
        {"exp": NOW - 3600},
        {"exp": None},
        {"iat": NOW + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_tokens_for_others_or_other_times_are_no_good(
    provider: OidcProvider, browser: Browser, change: dict[str, Any]
) -> None:
    provider.spoil = lambda claims: {name: value for name, value in {**claims, **change}.items() if value is not None}
    refused(browser.log_in(), browser)


def jws(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token signed with a secret, by hand: the library would not do it with a public key."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signature = hmac.digest(secret, b".".join(parts), "sha256") if secret else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_tokens_that_others_signed_are_no_good(provider: OidcProvider, browser: Browser) -> None:
    kid = provider.keys.keys[0].kid
    stolen = RSAKey.generate_key(2048)
    public = provider.keys.keys[0].as_pem(private=False)
    forgeries = (
        lambda claims: jwt.encode({"alg": "RS256", "kid": kid}, claims, stolen),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, stolen),
        lambda claims: jws({"alg": "HS256", "kid": kid}, claims, public),
        lambda claims: jws({"alg": "none"}, claims, b""),
        lambda claims: provider._signed(claims).rpartition(".")[0] + ".",
        lambda claims: "nonsense",
        lambda claims: "",
    )
    for forgery in forgeries:
        provider.sign = forgery
        refused(browser.log_in(), browser)


def test_new_keys_of_the_provider_are_found(
    service: Service, provider: OidcProvider, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.log_in()
    provider.renew_keys()
    other = Browser(service)
    refused(other.log_in(), other)  # asked for not long ago
    clock = service.workspace._parts.gate.clock
    later = clock.now() + 61_000_000
    monkeypatch.setattr(type(clock), "now", lambda self: later)
    assert other.log_in().status == 303


def test_what_the_token_leaves_out_is_asked_for(provider: OidcProvider, browser: Browser) -> None:
    provider.person = {"sub": "a1"}
    provider.userinfo = dict(ANN)
    assert browser.log_in().status == 303
    provider.userinfo = {**ANN, "sub": "another"}
    other = Browser(browser.service)
    refused(other.log_in(), other)


def test_an_answer_without_a_beginning_is_refused(service: Service, browser: Browser) -> None:
    back = browser.leave()
    stranger = Browser(service)
    refused(stranger.get(back), stranger)  # the victim of a login that somebody else began
    refused(browser.get(back.replace("state=", "state=x")), browser)
    query = parse_qs(urlsplit(back).query)
    refused(browser.get(f"/api/oidc/callback?state={query['state'][0]}&error=access_denied"), browser)
    refused(browser.get(back.replace("iss=http", "iss=https")), browser)
    kept = browser.cookies["parcours-oidc"]
    for broken in ("", "x", kept[:-2], kept.replace(".", "x.", 1)):
        browser.cookies["parcours-oidc"] = broken
        refused(browser.get(back), browser)
    browser.cookies["parcours-oidc"] = kept
    assert browser.get(back).status == 303
    del browser.cookies["parcours"]
    refused(browser.get(back), browser)  # a code is good once


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "x", "/%0d%0aX:y"]
)
def test_nobody_is_led_elsewhere(browser: Browser, to: str) -> None:
    entered = browser.log_in(to.replace("\\", "%5C"))
    assert (entered.status, entered.headers["location"]) == (303, "/")
    assert "x" not in entered.headers


def test_without_a_provider_there_is_none(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "workspace") as workspace, running_service(workspace) as service:
        answer = service.stranger.ask("GET", "/oidc/login")
        assert (answer.status, answer.data["code"]) == (404, "no-provider")


@pytest.mark.parametrize("issuer", ["http://elsewhere.example", "ftp://127.0.0.1", "http://127.0.0.1:9"])
def test_a_provider_that_cannot_be_asked_is_explained(tmp_path: Path, issuer: str) -> None:
    place = tmp_path / "workspace"
    parcours.init(place).close()
    (place / "parcours.toml").write_text(f'[oidc]\nissuer = "{issuer}"\nclient_id = "x"\n')
    with parcours.open(place) as workspace, running_service(workspace) as service:
        answer = service.stranger.ask("GET", "/oidc/login")
        assert (answer.status, answer.data["code"]) == (503, "provider")
