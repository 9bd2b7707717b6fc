"""Portions of connectors: rows by their mapping, calls with ids and times, what is neither with its place."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from parcours.core.clock import instant
from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import CLIENTS
from parcours.flow.ingest.clients.portion import RowMapping, Sorter, Written

AT = instant("2026-03-01T10:00:00Z")


def records(messages: list[Any], written: Written = "rows", mapping: RowMapping | None = None) -> list[Record]:
    sorter = Sorter("shop", written, mapping, AT + 5)
    for number, message in enumerate(messages):
        value = message if isinstance(message, bytes) or message is None else json.dumps(message).encode()
        sorter.add(f"orders/0/{number}", f"orders-0-{number}", AT + number, value)
    return sorter.records()


def read(messages: list[Any], written: Written = "rows", **mapping: Any) -> tuple[list[Call], list[Unread]]:
    (record,) = records(messages, written, RowMapping(**mapping) if mapping else None)
    return CLIENTS[record.format](record)


def plain(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw)


def test_events_by_a_mapping() -> None:
    row = {"who": 7, "kind": "Order Completed", "when": "01/03/2026 11:00", "total": 12.5, "week": 9, "shop": {"id": 3}}
    calls, unread = read(
        [row], profile="who", event_column="kind", time="when", time_format="%d/%m/%Y %H:%M", zone="Europe/Paris",
        skip=("week",), rename={"total": "amount"}, id="shop.id",
    )  # fmt: skip
    assert not unread
    (call,) = calls
    assert (call.kind, call.user, call.anonymous, call.event, call.id) == ("track", "7", "", "Order Completed", "3")
    assert call.time == AT
    assert plain(call.properties) == {"amount": 12.5, "shop": {"id": 3}}


def test_without_time_and_id_those_of_the_message() -> None:
    calls, _ = read([{"profile_id": "a"}, {"profile_id": "b"}], event="seen")
    assert [(call.time, call.id) for call in calls] == [(AT, "orders-0-0"), (AT + 1, "orders-0-1")]


def test_properties_may_stand_inside() -> None:
    row = {"type": "seen", "data": {"page": "/", "user": {"id": "u1"}}, "specversion": "1.0"}
    calls, _ = read([row], profile="data.user.id", event_column="type", properties="data", skip=("user",))
    assert (calls[0].user, plain(calls[0].properties)) == ("u1", {"page": "/"})


def test_profiles_by_a_mapping() -> None:
    rows = [{"profile_id": "a", "city": "Lyon", "age": None}]
    (call,), _ = read(rows, of="profiles")
    assert (call.kind, call.user, plain(call.traits)) == ("identify", "a", {"city": "Lyon"})
    (call,), _ = read(rows, of="profiles", clear_empty=True)
    assert plain(call.traits) == {"city": "Lyon", "age": None}


def test_visitors() -> None:
    (call,), _ = read([{"visitor": "v", "profile_id": None}], event="seen", anonymous="visitor")
    assert (call.user, call.anonymous) == ("", "v")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"at": 1, "kind": "seen"}, "no-profile"),
        ({"profile_id": " ", "at": 1, "kind": "seen"}, "no-profile"),
        ({"profile_id": "a", "at": "soon", "kind": "seen"}, "bad-time"),
        ({"profile_id": "a", "at": None, "kind": "seen"}, "bad-time"),
        ({"profile_id": "a", "at": True, "kind": "seen"}, "bad-time"),
        ({"profile_id": "a", "at": 1767225600, "kind": ""}, "bad-event-type"),
        ({"profile_id": "a", "at": 1767225600, "kind": "seen", "data": 7}, "bad-properties"),
    ],
)
def test_a_row_that_is_none_comes_with_its_place_and_leaves_the_others(row: dict[str, Any], code: str) -> None:
    good = {"profile_id": "b", "at": "1767225600", "kind": "seen", "data": {}}
    calls, unread = read(
        [good, {"data": {}, **row}, good], time="at", time_format="unix", event_column="kind", properties="data"
    )
    assert len(calls) == 2
    (found,) = unread
    assert (found.row, found.code) == (2, code)
    assert found.reason.startswith("orders/0/1: ")
    assert plain(msgspec.Raw(found.payload)) == {"data": {}, **row}


def test_calls_get_id_and_time_where_they_have_none() -> None:
    calls, unread = read(
        [
            {"type": "track", "userId": "u", "event": "Seen"},
            {
                "type": "identify",
                "userId": "u",
                "traits": {"a": 1},
                "messageId": "m",
                "timestamp": "2026-02-01T00:00:00Z",
            },
            {"batch": [{"type": "page", "anonymousId": "v"}, {"type": "track", "userId": "u", "event": "B"}]},
        ],
        "segment",
    )
    assert not unread
    assert [(call.kind, call.id) for call in calls] == [
        ("track", "orders-0-0"), ("identify", "m"), ("page", "orders-0-2-0"), ("track", "orders-0-2-1"),
    ]  # fmt: skip
    assert [call.time for call in calls] == [AT, instant("2026-02-01"), AT + 2, AT + 2]


def test_calls_that_are_none_come_with_their_place() -> None:
    calls, unread = read(
        [{"type": "track", "userId": "u"}, {"batch": [7, {"type": "page", "userId": "u"}]}, {"type": "dance"}, b"no"],
        "segment",
    )
    assert [call.kind for call in calls] == ["page"]
    assert [each.reason.partition(":")[0] for each in unread] == [f"orders/0/{n}" for n in (3, 0, 1, 2)]


def test_a_tombstone_says_nothing() -> None:
    assert records([None, None]) == []


def test_long_messages_make_several_records() -> None:
    found = records([{"profile_id": "a", "text": "x" * 1_500_000}] * 6)
    assert [len(record.body) // 1_000_000 for record in found] == [3, 3, 3]
