"""Who we are, in each way of saying so; tokens are asked for once and kept for their time."""

from __future__ import annotations

import base64
import json

import pytest

from parcours.core.clock import MINUTE, SECOND
from parcours.flow.delivery.configured.authentication import Custom, read_authentication
from parcours.flow.delivery.http.reply import Reply as Got
from parcours.flow.delivery.http.tokens import _lasting
from parcours.testing.http import HttpSink, Reply, Seen
from tests.flow.delivery.calling import action, made, outside, row

SECRETS = {"pass": "pä:ss", "key": "k-1", "token": "t-1", "id": "client", "client": "hidden"}


def called(sink: HttpSink, authentication: object, calls: int = 1, **settings: object) -> list[str]:
    body = action(sink.url + "/call", authentication=authentication, **settings)
    return [outcome["result"] for outcome in made([row(n) for n in range(calls)], body, way=outside(SECRETS))]


def test_basic_key_and_bearer() -> None:
    with HttpSink() as sink:
        called(sink, {"type": "basic", "username": "ann", "password": {"secret": "pass"}})
        called(sink, {"type": "api_key", "name": "X-Key", "key": {"secret": "key"}})
        called(sink, {"type": "api_key", "name": "key", "in": "query", "key": {"secret": "key"}})
        called(sink, {"type": "bearer", "token": {"secret": "token"}})
    basic, header, query, bearer = sink.requests
    assert basic.headers["authorization"] == "Basic " + base64.b64encode("ann:pä:ss".encode()).decode()
    assert header.headers["x-key"] == "k-1"
    assert query.query == "key=k-1"
    assert bearer.headers["authorization"] == "Bearer t-1"


def test_the_environment_wins_and_a_missing_secret_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCOURS_SECRET_TOKEN", "from outside")
    with HttpSink() as sink:
        called(sink, {"type": "bearer", "token": {"secret": "token"}})
        assert sink.requests[0].headers["authorization"] == "Bearer from outside"
        (outcome,) = made(
            [row(1)], action(sink.url, authentication={"type": "bearer", "token": {"secret": "nobody-set"}})
        )
    assert (outcome["result"], outcome["attempts"]) == ("error", 4)
    assert outcome["detail"] == "no-secret: there is no secret 'nobody-set'"
    assert len(sink.requests) == 1


def custom(sink: HttpSink, **settings: object) -> dict[str, object]:
    return {
        "type": "customAuthorization",
        "endpoint": sink.url + "/token",
        "method": "POST",
        "headers": {"X-Tenant": "shop"},
        "body": {
            "bodyType": "form",
            "bodyParams": {"grant_type": "client_credentials", "client_secret": {"secret": "client"}},
        },
        "tokenInResponse": "json://data.access_token",
        "cacheDuration": {"duration": 5, "timeUnit": "minutes"},
        "authorizationType": "bearer",
        **settings,
    }


def answering(request: Seen, seen: int) -> Reply | None:
    return Reply(200, '{"data": {"access_token": "abc", "lives": 3600}}') if request.path == "/token" else None


def test_a_token_is_asked_for_once_and_sent_along() -> None:
    with HttpSink(answering) as sink:
        assert called(sink, custom(sink), calls=20) == ["ok"] * 20
    asked = [request for request in sink.requests if request.path == "/token"]
    assert len(asked) == 1
    assert asked[0].body == b"grant_type=client_credentials&client_secret=hidden"
    assert asked[0].headers["x-tenant"] == "shop"
    assert {request.headers.get("authorization") for request in sink.requests} == {None, "Bearer abc"}


@pytest.mark.parametrize(
    ("settings", "header", "query"),
    [
        ({"authorizationType": "header", "tokenTarget": "X-Token"}, "abc", ""),
        ({"authorizationType": "queryParam", "tokenTarget": "t"}, None, "t=abc"),
    ],
)
def test_where_a_token_goes(settings: dict[str, object], header: str | None, query: str) -> None:
    with HttpSink(answering) as sink:
        called(sink, custom(sink, **settings))
    assert (sink.requests[1].headers.get("x-token"), sink.requests[1].query) == (header, query)


def test_the_whole_answer_may_be_the_token_and_the_question_json() -> None:
    with HttpSink(lambda request, seen: Reply(200, "raw\n")) as sink:
        body = {"bodyType": "json", "bodyParams": {"id": {"secret": "id"}}}
        called(sink, custom(sink, tokenInResponse="response", body=body))
    assert json.loads(sink.requests[0].body) == {"id": "client"}
    assert sink.requests[1].headers["authorization"] == "Bearer raw"


def test_without_a_lifetime_every_call_asks() -> None:
    with HttpSink(answering) as sink:
        called(sink, custom(sink, cacheDuration={"duration": 0, "timeUnit": "minutes"}), calls=3)
    assert [request.path for request in sink.requests].count("/token") == 3


def test_a_token_that_is_refused_is_asked_for_anew() -> None:
    def stale(request: Seen, seen: int) -> Reply | None:
        if request.path == "/token":
            return answering(request, seen)
        return Reply(401) if seen == 1 else None

    with HttpSink(stale) as sink:
        assert called(sink, custom(sink), retry={"by_status": {"401": 1}}) == ["ok"]
    assert [request.path for request in sink.requests] == ["/token", "/call", "/token", "/call"]


def test_no_token_is_an_error_and_no_call() -> None:
    with HttpSink(lambda request, seen: Reply(500) if request.path == "/token" else None) as sink:
        assert called(sink, custom(sink)) == ["error"]
    assert {request.path for request in sink.requests} == {"/token"}


@pytest.mark.parametrize(
    ("cache", "lasting"),
    [
        ({"duration": 5, "timeUnit": "minutes"}, 5 * MINUTE),
        ({"expiryInResponse": "json://data.lives", "timeUnit": "seconds"}, 59 * MINUTE),
        ({"expiryInResponse": "json://data.short", "timeUnit": "seconds"}, 15 * SECOND),
        ({"expiryInResponse": "json://data.nothing", "timeUnit": "seconds"}, 0),
    ],
)
def test_how_long_a_token_is_kept(cache: dict[str, object], lasting: int) -> None:
    how = read_authentication(
        {"type": "custom", "endpoint": "https://x.example", "tokenInResponse": "response", "cacheDuration": cache},
        "authentication",
        [],
    )
    assert isinstance(how, Custom)
    reply = Got(200, {}, b'{"data": {"lives": 3600, "short": 30}}')  # type: ignore[arg-type]
    assert _lasting(how, reply) == lasting
