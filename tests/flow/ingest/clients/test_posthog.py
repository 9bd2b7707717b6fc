"""PostHog's format: names that mean more, ids in several places, properties that speak of the person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parcours.core.clock import HOUR, MINUTE, instant
from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import posthog

NOW = instant("2026-11-22T10:00:00Z")


def read(body: object, sent: str = "") -> tuple[list[Call], list[Unread]]:
    return posthog.read(Record("posthog", "s", NOW, json.dumps(body).encode(), sent))


def event(name: str, properties: dict[str, Any] | None = None, **rest: object) -> dict[str, object]:
    return {"event": name, "distinct_id": "u", "properties": properties or {}, "uuid": "m", **rest}


def one(body: object) -> Call:
    [call], unread = read(body)
    assert unread == []
    return call


def told(call: Call) -> tuple[Any, ...]:
    return tuple(json.loads(bytes(part)) for part in (call.properties, call.traits, call.once))


def test_one_event_a_list_and_a_batch_say_the_same() -> None:
    bought = event("bought", {"total": 5})
    for body in (bought, [bought], {"api_key": "k", "batch": [bought]}):
        call = one(body)
        assert (call.kind, call.event, call.user, call.id, call.time) == ("track", "bought", "u", "m", NOW)
        assert told(call) == ({"total": 5}, {}, {})


@pytest.mark.parametrize(
    "sent",
    [
        {"event": "x", "distinct_id": "u"},
        {"event": "x", "$distinct_id": "u"},
        {"event": "x", "properties": {"distinct_id": "u"}},
        {"event": "x", "distinct_id": "u", "properties": {"distinct_id": "other"}},
    ],
)
def test_the_id_of_the_person_may_stand_in_several_places(sent: dict[str, object]) -> None:
    call = one(sent)
    assert call.user == "u"
    assert told(call)[0] == {}


def test_the_key_is_no_property() -> None:
    assert told(one(event("x", {"token": "phc_key", "a": 1})))[0] == {"a": 1}


def test_visitors_are_told_from_users() -> None:
    device = {"$device_id": "d"}
    assert one({"event": "x", "distinct_id": "d", "properties": device}).anonymous == "d"
    assert one({"event": "x", "distinct_id": "u", "properties": device}).user == "u"
    assert one({"event": "x", "distinct_id": "d", "properties": {"$is_identified": False}}).anonymous == "d"


def test_identify_joins_the_visitor_to_the_user() -> None:
    sent = event("$identify", {"$anon_distinct_id": "d", "$set": {"plan": "pro"}, "$set_once": {"first": 1}})
    call = one(sent)
    assert (call.kind, call.user, call.anonymous) == ("identify", "u", "d")
    assert told(call) == ({}, {"plan": "pro"}, {"first": 1})
    assert one(event("$identify", {"$anon_distinct_id": "u"})).anonymous == ""


def test_set_stands_beside_the_properties_or_inside_them() -> None:
    call = one({**event("$set", {"$set": {"a": 1, "b": 1}}), "$set": {"b": 0, "c": 0}, "$set_once": {"d": 1}})
    assert (call.kind, told(call)) == ("identify", ({}, {"b": 1, "c": 0, "a": 1}, {"d": 1}))
    assert one({"$distinct_id": "u", "$set": {"a": 1}}).kind == "identify"  # /engage/


def test_an_event_that_says_something_of_the_person_is_two_calls() -> None:
    calls, _ = read(event("bought", {"total": 5, "$set": {"vip": True}, "$set_once": {}, "$unset": ["old"]}))
    assert [(call.kind, call.id) for call in calls] == [("track", "m"), ("identify", "m#set")]
    assert told(calls[0])[0] == {"total": 5}
    assert told(calls[1])[1] == {"vip": True, "old": None}


def test_pages_and_screens() -> None:
    page = one(event("$pageview", {"$current_url": "https://x/p", "title": "P"}))
    assert (page.kind, page.event, told(page)[0]["$current_url"]) == ("page", "P", "https://x/p")
    assert (one(event("$screen", {"$screen_name": "Home"})).kind, one(event("$pageleave")).kind) == ("screen", "track")


@pytest.mark.parametrize(
    ("library", "user", "previous"),
    [("posthog-node", "u", "other"), ("posthog-python", "other", "u"), ("web", "other", "u"), (None, "u", "other")],
)
def test_an_alias_joins_to_the_id_that_stays(library: str | None, user: str, previous: str) -> None:
    call = one(event("$create_alias", {"alias": "other", "$lib": library}))
    assert (call.kind, call.user, call.previous) == ("alias", user, previous)


def test_the_library_may_stand_beside_the_body() -> None:
    [call], _ = read({"batch": [event("$create_alias", {"alias": "other"})]}, "2026-11-22T09:00:00Z posthog-python")
    assert (call.user, call.previous, call.time) == ("other", "u", NOW)
    [call], _ = read({"batch": [event("x", timestamp="2026-11-22T08:00:00Z")]}, "2026-11-22T09:00:00Z posthog-python")
    assert call.time == NOW - HOUR


def test_a_merge_joins_whoever_it_is() -> None:
    call = one(event("$merge_dangerously", {"alias": "other"}))
    assert (call.kind, call.user, call.previous) == ("merge", "u", "other")


def test_a_group_is_about_nobody() -> None:
    sent = {"$group_type": "company", "$group_key": 7, "$group_set": {"name": "Acme"}}
    call = one(event("$groupidentify", sent))
    assert (call.kind, call.user, call.anonymous, call.event) == ("group", "", "", "7")
    assert told(call) == ({"$group_type": "company"}, {"name": "Acme"}, {})


def test_clocks_are_corrected_but_not_in_history() -> None:
    body = {"batch": [event("x", timestamp="2026-11-22T08:00:00Z")], "sent_at": "2026-11-22T09:00:00Z"}
    assert one(body).time == NOW - HOUR
    assert one({**body, "historical_migration": True}).time == NOW - 2 * HOUR
    [call], _ = read([event("x", timestamp="2026-11-22T08:00:00Z")], "1795338000000")  # 09:00:00
    assert call.time == NOW - HOUR


def test_an_offset_counts_back_from_now() -> None:
    assert one(event("x", offset=60_000)).time == NOW - MINUTE


def test_an_insert_id_stands_for_the_id() -> None:
    assert one({"event": "x", "distinct_id": "u", "properties": {"$insert_id": "i"}}).id == "i"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"event": "x"}, "no-distinct_id"),
        ({"distinct_id": "u", "properties": {}}, "no-event"),
        (event("$create_alias"), "no-alias"),
        (event("x", timestamp="soon"), "bad-time"),
        ({"event": "x", "distinct_id": "u", "properties": [1]}, "bad-shape"),
        (event("$set", {"$set": "x"}), "bad-shape"),
        (event("x", {"$unset": 5}), "bad-shape"),
        (7, "bad-shape"),
    ],
)
def test_what_is_no_call_is_said(sent: object, code: str) -> None:
    calls, [unread] = read({"batch": [event("a"), sent, event("b")]})
    assert [call.event for call in calls if call.kind == "track" and call.event in "ab"] == ["a", "b"]
    assert (unread.row, unread.code) == (2, code)


def test_what_is_no_event_at_all() -> None:
    assert [part.code for part in read({"batch": 5})[1]] == ["bad-shape"]
    assert [part.code for part in read([5])[1]] == ["bad-shape"]
