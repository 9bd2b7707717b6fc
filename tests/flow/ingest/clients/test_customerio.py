"""Customer.io's Track API: the operations of both versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parcours.core.clock import SECOND, instant
from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import customerio

NOW = instant("2026-11-22T10:00:00Z")
AT = 1_767_323_045


def read(target: str, body: object) -> tuple[list[Call], list[Unread]]:
    return customerio.read(Record("customerio", "s", NOW, json.dumps(body).encode(), target))


def one(target: str, body: object) -> Call:
    [call], unread = read(target, body)
    assert unread == []
    return call


def said(call: Call) -> dict[str, Any]:
    shape = {name: getattr(call, name) for name in call.__struct_fields__}
    for part in ("properties", "traits", "once", "context"):
        shape[part] = json.loads(bytes(shape[part]))
    return {name: value for name, value in shape.items() if value not in ("", {}) and name != "time"}


def test_a_person() -> None:
    body = {"email": "a@b.c", "created_at": AT, "_update": True, "anonymous_id": "a", "_timestamp": AT}
    call = one("PUT customers/user-1", body)
    assert call.time == AT * SECOND
    assert said(call) == {
        "kind": "identify",
        "user": "user-1",
        "anonymous": "a",
        "traits": {"email": "a@b.c", "created_at": AT},
    }


def test_ids_in_the_address_may_hold_anything() -> None:
    assert one("PUT customers/a%2Fb%20c%40d.e", {}).user == "a/b c@d.e"


def test_events() -> None:
    call = one("POST customers/5/events", {"name": "bought", "data": {"x": 1}, "id": "01H", "timestamp": AT})
    assert call.time == AT * SECOND
    assert said(call) == {"kind": "track", "user": "5", "id": "01H", "event": "bought", "properties": {"x": 1}}
    assert one("POST customers/5/events", {"name": "n", "type": "page"}).kind == "page"
    assert one("POST customers/5/events", {"name": "n", "type": "screen"}).kind == "screen"
    assert one("POST customers/5/events", {"name": "n", "type": "event", "anonymous_id": "a"}).anonymous == ""
    assert said(one("POST events", {"name": "n", "anonymous_id": 8})) == {
        "kind": "track",
        "anonymous": "8",
        "event": "n",
    }


def test_devices() -> None:
    device = {"id": "t", "platform": "ios", "last_used": AT, "attributes": {"app": "2.1"}}
    assert said(one("PUT customers/5/devices", {"device": device})) == {
        "kind": "track",
        "user": "5",
        "event": "Device Created or Updated",
        "properties": {"device_id": "t", "platform": "ios", "last_used": AT, "app": "2.1"},
    }
    assert said(one("DELETE customers/5/devices/t%2F1", {})) == {
        "kind": "track",
        "user": "5",
        "event": "Device Deleted",
        "properties": {"device_id": "t/1"},
    }


def test_merging_and_forgetting() -> None:
    merge = {"primary": {"id": "5"}, "secondary": {"email": "a@b.c"}}
    assert said(one("POST merge_customers", merge)) == {"kind": "merge", "user": "5", "previous": "a@b.c"}
    assert said(one("DELETE customers/5", {})) == {"kind": "delete", "user": "5"}


def test_the_second_version_in_batches() -> None:
    person = {"type": "person", "identifiers": {"id": 5}}
    operations = [
        {**person, "action": "identify", "attributes": {"plan": "pro"}, "timestamp": AT},
        {**person, "action": "event", "name": "bought", "id": "01H", "attributes": {"x": 1}},
        {**person, "action": "page", "name": "/p"},
        {**person, "action": "add_device", "device": {"token": "t", "platform": "ios"}},
        {**person, "action": "delete_device", "device": {"token": "t"}},
        {"type": "person", "action": "merge", "primary": {"id": "5"}, "secondary": {"cio_id": "c"}},
        {**person, "action": "delete"},
        {"type": "object", "action": "identify", "identifiers": {"object_type_id": "1", "object_id": "acme"},
         "attributes": {"name": "Acme"}},
        {"type": "person", "action": "event", "identifiers": {"anonymous_id": "a"}, "name": "seen"},
    ]  # fmt: skip
    calls, unread = read("POST v2/batch", {"batch": operations})
    assert unread == []
    assert [(call.kind, call.user or call.anonymous, call.event) for call in calls] == [
        ("identify", "5", ""),
        ("track", "5", "bought"),
        ("page", "5", "/p"),
        ("track", "5", "Device Created or Updated"),
        ("track", "5", "Device Deleted"),
        ("merge", "5", ""),
        ("delete", "5", ""),
        ("group", "", "acme"),
        ("track", "a", "seen"),
    ]
    assert said(calls[0])["traits"] == {"plan": "pro"}
    assert calls[0].time == AT * SECOND
    assert said(calls[1])["properties"] == {"x": 1}
    assert said(one("POST v2/entity", operations[1]))["id"] == "01H"


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("POST customers/5/events", {"data": {}}, "no-name"),
        ("POST events", {"name": "x"}, "no-anonymous_id"),
        ("POST customers/5/events", {"name": "x", "data": [1]}, "bad-shape"),
        ("POST customers/5/events", {"name": "x", "timestamp": "soon"}, "bad-time"),
        ("PUT customers/5/devices", {"device": {}}, "no-device-id"),
        ("PUT customers/5/devices", {}, "bad-shape"),
        ("POST merge_customers", {"primary": {"id": "5"}, "secondary": {}}, "no-secondary"),
        ("POST merge_customers", {"primary": {}, "secondary": {"id": "5"}}, "no-id"),
        ("POST v2/entity", {"type": "delivery", "action": "event"}, "unknown-operation"),
        ("POST v2/entity", {"type": "person", "action": "dance"}, "unknown-operation"),
        ("POST v2/entity", {"type": "object", "action": "delete"}, "unknown-operation"),
        ("PATCH customers/5", {}, "unknown-operation"),
        ("PUT customers/5", [1], "bad-shape"),
    ],
)
def test_what_is_no_operation_is_said(target: str, body: object, code: str) -> None:
    calls, [unread] = read(target, body)
    assert (calls, unread.code, unread.row) == ([], code, 1)
    assert unread.hint
