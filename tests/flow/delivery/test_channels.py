"""Web hooks, text messages and push notifications against a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from parcours.core.clock import HOUR, MILLISECOND, MINUTE, VirtualClock
from parcours.core.errors import DefinitionError
from parcours.core.secrets import Secret
from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.channels.webhook import WebhookChannel, WebhookSettings
from parcours.flow.delivery.http.signing import verified
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.templates import Templates, key_token
from parcours.testing.http import HttpSink, Reply
from tests.flow.delivery.calling import outside
from tests.flow.delivery.rows import deliveries

QUICK = RetryPolicy(attempts=3, first=MILLISECOND)
CLOCK = VirtualClock(HOUR)
ANN = {"phone": "+33 6 12-34", "name": 'Ann "B"', "device": "token-1"}
KEY = key_token("win/1/P0/offer/1")


def sent(
    name: str, channel: Channel, *people: Mapping[str, Any], fields: Mapping[str, str], policy: RetryPolicy = QUICK
) -> list[dict[str, Any]]:
    templates: Templates = {("win", 1, "offer"): {"channel": name, **fields}}
    with Outbox({name: channel}, policy) as outbox:
        return outbox.deliver(deliveries(*people, channel=name), templates, CLOCK).to_dicts()


def hook(secret: str | None = None) -> WebhookChannel:
    return WebhookChannel(WebhookSettings(secret=Secret(secret) if secret else None), outside(SECRETS), CLOCK)


SECRETS = {"hook": "s3cret", "other": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "broken": "whsec_!", "sms": "key-1"}
HOOK = {"method": "POST", "body": '{"name": "{{ profile.name }}"}', "headers.X-Shop": "{{ profile.device }}"}


@pytest.mark.parametrize(("named", "secret"), [("", "hook"), ("other", "other")])
def test_a_web_hook_is_signed_and_says_its_key(named: str, secret: str) -> None:
    with HttpSink() as sink:
        fields = {"url": sink.url + "/{{ profile.device }}", **HOOK, "secret": named}
        (outcome,) = sent("webhook", hook("hook"), ANN, fields=fields)
    assert (outcome["result"], outcome["detail"]) == ("sent", f"{KEY} 200 {{}}")
    (request,) = sink.requests
    assert (request.method, request.path) == ("POST", "/token-1")
    assert (request.key, request.headers["webhook-id"], request.headers["x-shop"]) == (KEY, KEY, "token-1")
    assert verified(SECRETS[secret], request.headers, request.body, HOUR)
    assert not verified(SECRETS[secret], request.headers, request.body + b" ", HOUR)
    assert not verified("wrong", request.headers, request.body, HOUR)
    assert not verified(SECRETS[secret], request.headers, request.body, HOUR + 6 * MINUTE)


def test_without_a_secret_nothing_is_signed_and_a_broken_one_waits() -> None:
    with HttpSink() as sink:
        fields = {"url": sink.url, **HOOK}
        assert sent("webhook", hook(), ANN, fields=fields)[0]["result"] == "sent"
        assert "webhook-signature" not in sink.requests[0].headers
        assert sent("webhook", hook(), ANN, fields={**fields, "secret": "broken"}) == []
        assert sent("webhook", hook(), ANN, fields={**fields, "secret": "nobody"}) == []
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    ("status", "result", "attempts"), [(204, "sent", 1), (404, "failed", 1), (410, "failed", 1), (429, None, 3)]
)
def test_what_statuses_mean(status: int, result: str | None, attempts: int) -> None:
    with HttpSink(lambda request, seen: Reply(status)) as sink:
        outcomes = sent("webhook", hook(), ANN, fields={"url": sink.url, **HOOK})
    assert [outcome["result"] for outcome in outcomes] == ([result] if result else [])
    assert sink.counts() == {KEY: attempts}


def test_a_web_hook_is_tried_again_with_the_same_key() -> None:
    with HttpSink(lambda request, seen: Reply(500) if seen < 3 else None) as sink:
        (outcome,) = sent("webhook", hook(), ANN, fields={"url": sink.url, **HOOK})
    assert (outcome["result"], outcome["attempts"]) == ("sent", 3)
    assert len({request.body for request in sink.requests}) == 1


def test_what_can_never_be_sent_has_failed() -> None:
    broken = [
        {"url": "https://10.0.0.1/x"},
        {"url": "ftp://example.org"},
        {"url": "https://example.org", "headers.X": "a\nb"},
        {"url": "https://example.org", "method": "BREW"},
    ]
    codes = [sent("webhook", hook(), ANN, fields={**HOOK, **fields})[0]["detail"] for fields in broken]
    assert [code.partition(":")[0] for code in codes] == [
        "host-not-allowed",
        "bad-url",
        "header-injection",
        "bad-method",
    ]
    assert sent("webhook", hook(), ANN, fields={**HOOK, "url": ""})[0]["result"] == "skipped"


def provider(kind: str, url: str, **settings: object) -> Channel:
    shape = {
        "type": kind,
        "url": url + "/messages",
        "body": {"to": "{{ to }}", "message": ["{{ text }}"], "flash": False, "ref": "{{ key }}"},
        "authentication": {"type": "api_key", "name": "X-Key", "key": {"secret": "sms"}},
        **settings,
    }
    return open_channel(shape, outside(SECRETS))


SMS = {"to": "{{ profile.phone }}", "text": "Hi {{ profile.name }}\nBye"}


def test_a_text_message_goes_to_the_provider_as_configured() -> None:
    with HttpSink(lambda request, seen: Reply(202, '{"messages": [{"id": "m-7"}]}')) as sink:
        channel = provider("sms", sink.url, id="messages.0.id", headers={"X-Lang": "fr"}, query={"dry": "no"})
        (outcome,) = sent("sms", channel, ANN, fields=SMS)
    assert (outcome["result"], outcome["detail"]) == ("sent", f"{KEY} m-7")
    (request,) = sink.requests
    assert json.loads(request.body) == {"to": "+3361234", "message": ['Hi Ann "B"\nBye'], "flash": False, "ref": KEY}
    assert (request.path, request.query, request.key) == ("/messages", "dry=no", KEY)
    assert (request.headers["x-key"], request.headers["x-lang"]) == ("key-1", "fr")


def test_a_push_notification_may_go_as_a_form() -> None:
    with HttpSink() as sink:
        body = {"device": "{{ to }}", "title": "{{ title }}", "text": "{{ text }}"}
        channel = provider("push", sink.url, body=body, content="form")
        fields = {"to": "{{ profile.device }}", "title": "Hey & you", "text": "{{ profile.name }}"}
        assert sent("push", channel, ANN, fields=fields)[0]["result"] == "sent"
    assert sink.requests[0].body == b"device=token-1&title=Hey+%26+you&text=Ann+%22B%22"


def test_the_answer_may_say_that_a_success_is_none() -> None:
    answers = {"1": "queued", "2": "blocked", "3": "busy"}
    with HttpSink(
        lambda request, seen: Reply(200, json.dumps({"s": answers[json.loads(request.body)["to"][-1]]}))
    ) as sink:
        channel = provider("sms", sink.url, accepted={"s": ["queued"]}, refused={"s": ["blocked"]})
        people = [{"phone": f"061234567{last}"} for last in answers]
        outcomes = sent("sms", channel, *people, fields=SMS)
    assert [(outcome["key"][7], outcome["result"]) for outcome in outcomes] == [("0", "sent"), ("1", "failed")]
    assert max(sink.counts().values()) == 3


def test_who_has_no_number_is_skipped_and_a_bad_number_has_failed() -> None:
    with HttpSink() as sink:
        outcomes = sent("sms", provider("sms", sink.url), {"phone": ""}, {"phone": "call me"}, fields=SMS)
    assert [outcome["result"] for outcome in outcomes] == ["skipped", "failed"]
    assert sink.requests == []


def test_a_provider_that_does_not_let_us_in_leaves_messages_pending() -> None:
    with HttpSink(lambda request, seen: Reply(401)) as sink:
        people = [{"phone": f"06123456{number:02}"} for number in range(60)]
        assert sent("sms", provider("sms", sink.url, connections=2), *people, fields=SMS) == []
    assert len(sink.requests) <= 3 * 2


def test_problems_of_the_settings_come_all_at_once() -> None:
    with pytest.raises(DefinitionError) as error:
        provider("sms", "nowhere", body={"a": "{{ x | nofilter }}"}, authentication={"type": "bearer", "token": "abc"})
    assert {problem.code for problem in error.value.problems} == {"bad-setting", "secret-in-definition"}
    with pytest.raises(DefinitionError):
        open_channel({"type": "sms", "url": "https://x.example", "unknown": 1})


def test_an_activity_with_several_channels_has_templates_of_each() -> None:
    templates: Templates = {
        ("win", 1, "offer"): {"channel": "", "email.to": "x", "sms.to": "{{ profile.phone }}", "sms.text": "Hi"}
    }
    with HttpSink() as sink, Outbox({"sms": provider("sms", sink.url)}, QUICK) as outbox:
        outcomes = outbox.deliver(deliveries(ANN, channel="sms"), templates, CLOCK)
    assert outcomes["result"].to_list() == ["sent"]
    assert json.loads(sink.requests[0].body)["message"] == ["Hi"]
