"""Custom actions, data sources and endpoints: what they say, what goes out, and every problem at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import HOUR, MILLISECOND, SECOND
from parcours.core.errors import DefinitionError, DeliveryError
from parcours.core.schema import ANY, DECIMAL, INTEGER, STRING, list_of, object_of
from parcours.flow.delivery.configured import CustomAction, configured
from parcours.flow.delivery.configured.authentication import Bearer
from parcours.flow.delivery.configured.endpoint import CAPPING_CODES, THROTTLING_CODES, Endpoint, warnings

CRM: dict[str, Any] = {
    "action": "crm",
    "name": "Customer file",
    "description": "Writes a note",
    "url": "https://api.example/v1/people/{id}/notes",
    "method": "PUT",
    "headers": {"X-Source": "shop", "X-Tag": {"parameter": "tag"}},
    "query": {"lang": "fr", "kind": {"parameter": "kinds"}},
    "body": {"note": {"text": {"parameter": "text"}, "stars": {"parameter": "stars"}, "by": "parcours"}, "list": [1]},
    "parameters": {
        "id": "string",
        "text": {"type": "string", "label": "Text of the note"},
        "stars": {"type": "integer", "default": 3},
        "tag": {"type": "string", "required": False},
        "kinds": {"type": "listString", "required": False},
    },
    "authentication": {"type": "bearer", "token": {"secret": "crm"}},
    "answer": {"sample": {"status": "gold", "points": 3.5, "items": [{"sku": "a"}]}},
    "failure": {"types": {"reason": "string", "codes": {"list": "integer"}}},
    "timeout": "10 seconds",
    "retry": {"most": 2, "pause": "200 ms", "factor": 3, "longest": "5 s", "by_status": {"429": 5}},
    "on_capped": "queue",
    "consent": "email",
    "capping": {"maxCallsCount": 10, "periodInMs": 1000},
    "throttling": {"maxThroughput": 50},
}


def crm(**settings: object) -> CustomAction:
    return configured([{**CRM, **settings}]).actions["crm"]


def problems(*bodies: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and place of everything that is wrong."""
    with pytest.raises(DefinitionError) as error:
        configured(bodies)
    return [(problem.code, str(problem.where).partition(": ")[2]) for problem in error.value.problems]


def test_an_action_says_everything() -> None:
    action = crm()
    assert isinstance(action.request.authentication, Bearer)
    assert action.answer == object_of(
        {"status": STRING, "points": DECIMAL, "items": list_of(object_of({"sku": STRING}))}
    )
    assert action.failure == object_of({"reason": STRING, "codes": list_of(INTEGER)})
    assert (action.timeout, action.on_capped, action.consent) == (10 * SECOND, "queue", "email")
    assert (action.retry.most, action.retry.retries(429), action.retry.retries(404)) == (2, 5, 0)
    assert [action.retry.pause_behind(tries) // MILLISECOND for tries in (1, 2, 4)] == [200, 600, 5000]
    assert action.limits is not None
    assert action.limits.throttling is not None


def test_a_request_with_its_values() -> None:
    values = {"id": "a/b ü?", "text": 'He said "x"', "tag": None, "kinds": ["a", "b&c"]}
    outgoing = crm().request.outgoing(values)
    assert (outgoing.method, outgoing.url) == (
        "PUT",
        "https://api.example/v1/people/a%2Fb%20%C3%BC%3F/notes?lang=fr&kind=a&kind=b%26c",
    )
    assert dict(outgoing.headers) == {"X-Source": "shop", "Content-Type": "application/json; charset=UTF-8"}
    assert outgoing.body is not None
    assert json.loads(outgoing.body) == {
        "note": {"text": 'He said "x"', "stars": 3, "by": "parcours"},
        "list": [1],
    }


def test_its_text_shows_no_value() -> None:
    outgoing = crm().request.outgoing({"id": "ann", "text": "private"})
    assert repr(outgoing) == "PUT https://api.example"


@pytest.mark.parametrize(("content", "body"), [("form", b"a=1+2&b=x"), ("text", b"1 2")])
def test_bodies_of_other_kinds(content: str, body: bytes) -> None:
    shape = {"a": {"parameter": "v"}, "b": "x"} if content == "form" else {"parameter": "v"}
    plain = {"action": "a", "url": "https://x.example", "parameters": {"v": "string"}}
    action = configured([{**plain, "content": content, "body": shape}]).actions["a"]
    assert action.request.outgoing({"v": "1 2"}).body == body


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": "x"}, "missing-parameter"),
        ({"id": "", "text": "x"}, "missing-parameter"),
        ({"id": "..", "text": "x"}, "missing-parameter"),
        ({"id": 7, "text": "x"}, "bad-parameter"),
        ({"id": "a", "text": "x", "stars": 3.5}, "bad-parameter"),
        ({"id": "a", "text": "x", "stars": True}, "bad-parameter"),
        ({"id": "a", "text": "x", "kinds": ["a", 1]}, "bad-parameter"),
        ({"id": "a", "text": "x", "tag": "a\r\nX: y"}, "header-injection"),
    ],
)
def test_values_that_do_not_fit(values: dict[str, Any], code: str) -> None:
    with pytest.raises(DeliveryError) as error:
        crm().request.outgoing(values)
    assert (error.value.code, error.value.permanent) == (code, True)


@given(st.text(min_size=1))
def test_a_value_never_leaves_its_part_of_the_path(value: str) -> None:
    try:
        url = crm().request.outgoing({"id": value, "text": ""}).url
    except DeliveryError:
        return
    assert url.startswith("https://api.example/v1/people/")
    assert url.partition("?")[0].count("/") == "https://api.example/v1/people/x/notes".count("/")
    assert url.isascii()


def test_every_problem_comes_at_once_and_with_its_place() -> None:
    assert set(
        problems(
            {
                "action": "1crm",
                "url": "nowhere/{who}",
                "method": "FETCH",
                "headers": {"X": {"parameter": "unknown"}, "Authorization": "Bearer abc"},
                "parameters": {"unused": "string", "odd": {"type": "strin"}},
                "authentication": {"type": "basic", "username": "u", "password": "plain"},
                "timeout": "2 hours",
                "retry": {"most": -1, "by_status": {"abc": 1}},
                "answer": {"sample": 1, "types": {}},
                "colour": "red",
            },
            {"source": "s", "url": "https://x.example"},
            {"nothing": 1},
        )
    ) == {
        ("bad-name", "action"),
        ("bad-setting", "method"),
        ("unknown-setting", "colour"),
        ("missing-setting", "answer"),
        ("bad-setting", ""),
    }
    assert set(
        problems(
            {
                "action": "crm",
                "url": "nowhere/{who}",
                "headers": {"X": {"parameter": "unknown"}, "Authorization": "Bearer abc"},
                "parameters": {"unused": "string", "odd": {"type": "strin"}},
                "authentication": {"type": "basic", "username": "u", "password": "plain"},
                "timeout": "2 hours",
                "retry": {"most": -1, "by_status": {"abc": 1}},
                "answer": {"sample": 1, "types": {}},
            }
        )
    ) == {
        ("bad-setting", "url"),
        ("unknown-name", "url"),
        ("unknown-name", "headers.X"),
        ("secret-in-definition", "headers.Authorization"),
        ("unused", "parameters.unused"),
        ("unused", "parameters.odd"),
        ("bad-setting", "parameters.odd.type"),
        ("secret-in-definition", "authentication.password"),
        ("bad-setting", "timeout"),
        ("bad-setting", "retry.most"),
        ("bad-setting", "retry.by_status.abc"),
        ("bad-setting", "answer"),
    }


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ({"type": "magic"}, ("unknown-name", "authentication.type")),
        ({"type": "bearer"}, ("missing-setting", "authentication.token")),
        ({"type": "api_key", "name": "k", "key": {"secret": "a"}, "in": "body"}, ("bad-setting", "authentication.in")),
        (
            {"type": "custom", "endpoint": "https://x.example", "tokenInResponse": "somewhere"},
            ("bad-setting", "authentication.tokenInResponse"),
        ),
        (
            {
                "type": "custom",
                "endpoint": "https://x.example",
                "tokenInResponse": "response",
                "body": {"bodyParams": {"client_secret": "abc", "grant_type": "x"}},
            },
            ("secret-in-definition", "authentication.body.bodyParams.client_secret"),
        ),
    ],
)
def test_problems_of_authentication(shape: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems({**CRM, "authentication": shape}) == [found]


def test_two_of_one_name_are_a_problem() -> None:
    assert [code for code, _ in problems(CRM, CRM, {**CRM, "action": "other"})] == ["name-taken"]


def test_a_call_tried_again_for_want_of_a_slot_needs_a_pause() -> None:
    assert problems({**CRM, "on_capped": "retry", "retry": {}}) == [("missing-setting", "retry.pause")]


# --- data sources ------------------------------------------------------------------------------------------


WEATHER: dict[str, Any] = {
    "source": "weather",
    "url": "https://api.example",
    "parameters": {"city": "string"},
    "query": {"q": {"parameter": "city"}},
    "cache": "1 hour",
}


def test_a_source_asks_with_get_and_has_a_lifetime() -> None:
    source = configured([{**WEATHER, "answer": {"types": {"degrees": "decimal", "more": "any"}}}]).sources["weather"]
    assert source.request.outgoing({"city": "Lyon"}).url == "https://api.example?q=Lyon"
    assert (source.request.method, source.cache, source.key_header) == ("GET", HOUR, "")
    assert source.answer == object_of({"degrees": DECIMAL, "more": ANY})


def test_groups_are_sources_with_answers_of_their_own() -> None:
    groups = {
        "now": {"path": "/now", "answer": {"sample": {"degrees": 3}}},
        "week": {
            "path": "/week/{day}",
            "method": "POST",
            "parameters": {"day": "integer"},
            "body": {"id": {"day": {"parameter": "day"}}},
            "answer": {"types": {"list": "listDecimal"}},
            "cache": 0,
        },
    }
    sources = configured([{**WEATHER, "groups": groups}]).sources
    assert set(sources) == {"weather.now", "weather.week"}
    assert sources["weather.now"].request.outgoing({"city": "Lyon"}).url == "https://api.example/now?q=Lyon"
    week = sources["weather.week"]
    assert week.request.outgoing({"city": "L", "day": 2}).url == "https://api.example/week/2?q=L"
    assert week.request.outgoing({"city": "L", "day": 2}).body == b'{"id":{"day":2}}'
    assert (week.cache, week.group, week.answer) == (0, "week", object_of({"list": list_of(DECIMAL)}))


def test_problems_of_groups() -> None:
    assert problems({**WEATHER, "groups": {"a": {"colour": 1}}}) == [("unknown-setting", "groups.a.colour")]
    assert problems({**WEATHER, "groups": []}) == [("bad-setting", "groups")]


# --- endpoints ---------------------------------------------------------------------------------------------


API: dict[str, Any] = {
    "endpoint": "api",
    "url": "https://api.example/v1/*",
    "methods": ["POST", "put"],
    "capping": {"maxCallsCount": 300, "periodInMs": 1000, "maxHttpConnections": 40},
    "throttling": {"maxThroughput": 4000},
}


def endpoint(**settings: object) -> Endpoint:
    return configured([{**API, **settings}]).endpoints["api"]


@pytest.mark.parametrize(
    ("method", "url", "matches"),
    [
        ("POST", "https://api.example/v1/a/b?x=1#y", True),
        ("PUT", "https://API.example:443/v1/", True),
        ("GET", "https://api.example/v1/a", False),
        ("POST", "https://api.example/v2/a", False),
        ("POST", "http://api.example/v1/a", False),
        ("POST", "https://api.example.evil/v1/a", False),
        ("POST", "https://api.example:8443/v1/a", False),
    ],
)
def test_which_calls_an_endpoint_is_about(method: str, url: str, matches: bool) -> None:
    assert endpoint().matches(method, url) == matches


def test_the_form_of_the_reference_product_is_understood() -> None:
    services = {"action": {"maxHttpConnections": 40, "rating": {"maxCallsCount": 300, "periodInMs": 1000}}}
    found = configured([{"endpoint": "e", "url": API["url"], "methods": ["POST"], "services": services}]).endpoints["e"]
    assert found.capping["action"].max_http_connections == 40
    assert "dataSource" not in found.capping
    assert warnings(found) == []
    assert [each.code for each in warnings(endpoint(capping={"maxCallsCount": 2}))] == ["endpoint-without-connections"]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"url": ""}, "ERR_ENDPOINTCONFIG_100"),
        ({"url": "api.example/v1"}, "ERR_ENDPOINTCONFIG_101"),
        ({"url": "https://api.example:99999/v1"}, "ERR_ENDPOINTCONFIG_101"),
        ({"url": "https://*.example/v1"}, "ERR_ENDPOINTCONFIG_102"),
        ({"url": "https://api.example:*/v1"}, "ERR_ENDPOINTCONFIG_102"),
        ({"methods": []}, "ERR_ENDPOINTCONFIG_103"),
        ({"methods": ["BREW"]}, "ERR_ENDPOINTCONFIG_103"),
        ({"capping": None, "throttling": None}, "ERR_ENDPOINTCONFIG_104"),
        ({"capping": {}}, "ERR_ENDPOINTCONFIG_104"),
        ({"capping": {"maxCallsCount": 0}}, "ERR_ENDPOINTCONFIG_107"),
        ({"capping": {"maxCallsCount": 1, "periodInMs": 0}}, "ERR_ENDPOINTCONFIG_108"),
        ({"capping": None, "services": {"mail": {}}}, "ERR_AUTHORING_ENDPOINTCONFIG_1"),
        ({"throttling": {"maxThroughput": 0}}, "ERR_THROTTLING_CONFIG_101"),
    ],
)
def test_problems_of_endpoints_have_codes(settings: dict[str, Any], code: str) -> None:
    ours = {**CAPPING_CODES, **THROTTLING_CODES}[code]
    assert ours in [found for found, _ in problems({**API, **settings})]
