"""Segment's format, as RudderStack speaks it too: kinds, ids, times, and parts of a batch that are no calls."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, SECOND, instant
from parcours.flow.ingest.calls import Call, Record
from parcours.flow.ingest.clients import CLIENTS, segment
from parcours.flow.ingest.clients.reading import MOST_SKEW, moment
from parcours.flow.ingest.clients.rudderstack import anonymous_of

NOW = instant("2026-11-22T10:00:00Z")
EARLIER = "2026-11-22T09:00:00Z"


def record(body: object, target: str = "batch", **rest: Any) -> Record:
    return Record("segment", "s", NOW, json.dumps(body).encode(), target, **rest)


def batch(*messages: object, **rest: object) -> Record:
    return record({"batch": messages, **rest})


def one(message: dict[str, object], target: str = "batch", **rest: Any) -> Call:
    body = {"batch": [message]} if target in ("batch", "import") else message
    [call], unread = segment.read(record(body, target, **rest))
    assert unread == []
    return call


def track(**fields: object) -> dict[str, object]:
    return {"type": "track", "event": "Bought", "userId": "u", **fields}


# --- kinds --------------------------------------------------------------------------------------------------


def test_a_call_of_one_kind_needs_no_type() -> None:
    message = {"userId": "u", "event": "Bought", "messageId": "m", "timestamp": EARLIER, "properties": {"a": [1]}}
    assert one(message, "track") == Call(
        "track",
        NOW - HOUR,
        "u",
        id="m",
        event="Bought",
        properties=msgspec.Raw(b'{"a": [1]}'),
    )


def test_the_path_says_the_kind_where_it_names_one() -> None:
    assert one({**track(), "type": "identify"}, "track").kind == "track"


def test_pages_keep_their_category_beside_their_properties() -> None:
    page = {"type": "page", "userId": "u", "name": "Pricing", "category": "Docs", "properties": {"url": "/p"}}
    call = one(page)
    assert (call.kind, call.event) == ("page", "Pricing")
    assert json.loads(bytes(call.properties)) == {"url": "/p", "category": "Docs"}
    assert json.loads(bytes(one({**page, "properties": {"category": "own"}}).properties)) == {"category": "own"}
    assert json.loads(bytes(one({**page, "properties": None}).properties)) == {"category": "Docs"}
    assert bytes(one({**page, "type": "screen", "category": None, "properties": None}).properties) == b"{}"


def test_a_group_has_an_id_and_traits() -> None:
    call = one({"type": "group", "userId": "u", "groupId": 7, "traits": {"name": "Acme"}})
    assert (call.kind, call.event, bytes(call.traits), bytes(call.properties)) == (
        "group",
        "7",
        b'{"name": "Acme"}',
        b"{}",
    )


def test_an_alias_joins_what_was_before() -> None:
    call = one({"type": "alias", "userId": "u", "previousId": "a"})
    assert (call.kind, call.user, call.previous) == ("alias", "u", "a")


@pytest.mark.parametrize("traits", [None, {}])
def test_identify_takes_traits_out_of_the_context_when_it_has_none(traits: object) -> None:
    message = {"type": "identify", "userId": "u", "context": {"ip": "x", "traits": {"plan": "pro"}}}
    assert bytes(one({**message, "traits": traits}).traits) == b'{"plan": "pro"}'
    assert bytes(one({**message, "traits": {"plan": "free"}}).traits) == b'{"plan": "free"}'


def test_other_calls_leave_the_traits_of_the_context_alone() -> None:
    call = one(track(context={"traits": {"plan": "pro"}}))
    assert bytes(call.traits) == b"{}"
    assert bytes(call.context) == b'{"traits": {"plan": "pro"}}'


def test_the_context_of_a_batch_is_that_of_calls_without_one() -> None:
    calls, _ = segment.read(batch(track(), track(context={"ip": "own"}), context={"ip": "all"}))
    assert [bytes(call.context) for call in calls] == [b'{"ip": "all"}', b'{"ip": "own"}']


# --- ids --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "read"), [("x", "x"), (5, "5"), (5.0, "5"), (5.5, "5.5"), (2**60, str(2**60)), ("", ""), (None, "")]
)
def test_ids_are_texts(sent: object, read: str) -> None:
    call = one(track(userId=sent, anonymousId="a"))
    assert (call.user, call.anonymous) == (read, "a")


def test_the_header_names_the_visitor_where_the_call_does_not() -> None:
    assert one(track(userId=None), anonymous="a").anonymous == "a"
    assert one(track(anonymousId="own"), anonymous="a").anonymous == "own"


@pytest.mark.parametrize(
    ("header", "id"), [("YW5vbi0x", "anon-1"), ("plain id!", "plain id!"), ("", ""), ("/w==", "/w==")]
)
def test_the_header_is_base64_or_plain(header: str, id: str) -> None:
    assert anonymous_of(header) == id


# --- time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T09:00:00Z",
        "2026-11-22T09:00:00.000Z",
        "2026-11-22T09:00:00.000000+00:00",
        "2026-11-22T10:00:00+01:00",
        "2026-11-22 09:00:00",
        "2026-11-22T09:00:00",
        (NOW - HOUR) // SECOND,
        (NOW - HOUR) // 1_000,
        NOW - HOUR,
        (NOW - HOUR) / SECOND,
        str((NOW - HOUR) // SECOND),
    ],
)
def test_instants_in_all_their_spellings(text: object) -> None:
    assert one(track(timestamp=text)).time == NOW - HOUR


def test_fractions_of_a_second_are_kept() -> None:
    assert one(track(timestamp="2026-11-22T09:00:00.123456Z")).time == NOW - HOUR + 123_456
    assert one(track(timestamp="2026-11-22T09:00:00.678Z")).time == NOW - HOUR + 678_000
    assert one(track(timestamp="2026-11-22T09:00:00.123456789Z")).time == NOW - HOUR + 123_456  # Go


def test_the_time_is_the_timestamp_then_the_original_one_then_that_of_the_request() -> None:
    assert one(track(timestamp=EARLIER, originalTimestamp="2026-11-20T00:00:00Z")).time == NOW - HOUR
    assert one(track(originalTimestamp=EARLIER)).time == NOW - HOUR
    assert one(track()).time == NOW


@pytest.mark.parametrize(
    ("sent", "corrected_by"),
    [
        ("2026-11-22T09:30:00Z", HOUR / 2),  # a clock half an hour behind
        ("2026-11-22T10:30:00Z", -HOUR / 2),  # one before
        ("2026-11-22T09:59:59Z", 0),  # on the way
        ("2026-11-22T10:00:01Z", 0),
        ("2020-01-01T00:00:00Z", 0),  # no clock is so wrong
        ("nonsense", 0),
        (None, 0),
    ],
)
def test_a_wrong_clock_is_corrected(sent: object, corrected_by: float) -> None:
    said = "2026-11-22T08:00:00Z"
    calls, _ = segment.read(batch(track(timestamp=said), sentAt=sent))
    assert calls[0].time == NOW - 2 * HOUR + corrected_by
    assert one(track(timestamp=said, sentAt=sent)).time == NOW - 2 * HOUR + corrected_by


def test_history_is_not_corrected() -> None:
    body = {"batch": [track(timestamp="2026-11-22T08:00:00Z")], "sentAt": "2026-11-22T09:00:00Z"}
    [call], _ = segment.read(record(body, "import"))
    assert call.time == NOW - 2 * HOUR


def test_nothing_happens_after_it_was_received() -> None:
    assert one(track(timestamp="2026-11-23T10:00:00Z")).time == NOW


@given(st.integers(-MOST_SKEW, MOST_SKEW), st.integers(0, 30 * DAY))
def test_time_between_calls_is_what_the_client_said(wrong: int, before: int) -> None:
    """Whatever the clock shows, a call made so long before the request was sent happened so long before it came."""
    sent = NOW + wrong
    body = {"batch": [track(timestamp=sent - before)], "sentAt": sent}
    [call], _ = segment.read(record(body))
    assert abs(call.time - (NOW - before)) <= 2 * SECOND


@given(st.integers(instant("1990-01-01"), instant("2150-01-01")))
def test_an_instant_is_read_back_as_it_was_written(at: int) -> None:
    from parcours.core.clock import iso

    assert moment(iso(at)) == at


# --- what is no call -------------------------------------------------------------------------------------------

BAD = [
    ({"type": "track", "userId": "u"}, "no-event"),
    ({"type": "track", "event": "x"}, "no-userid"),
    ({"type": "alias", "userId": "u"}, "no-previousid"),
    ({"type": "jump", "userId": "u"}, "unknown-type"),
    ({"userId": "u"}, "unknown-type"),
    ({"type": "merge", "userId": "u"}, "unknown-type"),
    (track(timestamp="yesterday"), "bad-time"),
    (track(timestamp=1e30), "bad-time"),
    (track(timestamp="0001-01-01T00:00:00Z"), "bad-time"),
    (track(properties=[1]), "bad-shape"),
    (track(userId=True), "bad-shape"),
    (track(userId={"id": 1}), "bad-shape"),
    (track(event=["x"]), "bad-shape"),
    ("text", "bad-shape"),
    (None, "bad-shape"),
    (5, "bad-shape"),
]


@pytest.mark.parametrize(("message", "code"), BAD)
def test_a_part_that_is_no_call_does_not_keep_the_others_back(message: object, code: str) -> None:
    calls, [unread] = segment.read(batch(track(messageId="1"), message, track(messageId="3")))
    assert [call.id for call in calls] == ["1", "3"]
    assert (unread.row, unread.code) == (2, code)
    assert unread.reason
    assert unread.hint
    assert json.loads(unread.payload) == message


@pytest.mark.parametrize(("message", "code"), [each for each in BAD if isinstance(each[0], dict)])
def test_a_single_request_that_is_no_call(message: dict[str, object], code: str) -> None:
    target = str(message.get("type", ""))
    calls, [unread] = segment.read(record(message, target))
    assert (calls, unread.row, unread.code) == ([], 1, code)


def test_a_record_that_holds_no_batch_is_one_unread_part() -> None:
    calls, [unread] = segment.read(record({"batch": 5}))
    assert (calls, unread.code, unread.row) == ([], "bad-shape", 1)


@pytest.mark.parametrize(
    ("format", "target"),
    [("segment", "batch"), ("segment", "track"), ("posthog", ""), ("customerio", "PUT customers/5")],
)
def test_what_is_nested_deeper_than_the_stack_is_no_call(format: str, target: str) -> None:
    """It passed where the stack was less deep."""
    body = b'{"batch": [{"type": "track", "properties": %s}]}' % (b"[" * 300 + b"]" * 300)

    def deep(left: int) -> list[str]:
        if left:
            return deep(left - 1)
        unread = CLIENTS[format](Record(format, "s", NOW, body, target))[1]
        return [part.reason for part in unread]

    used = len(inspect.stack())
    assert "it is nested too deep" in deep(sys.getrecursionlimit() - used - 250)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["type", "userId", "anonymousId", "event", "timestamp", "sentAt", "batch", "properties", "traits", "context",
     "distinct_id", "uuid", "$set", "$unset", "alias", "name", "data", "device", "primary", "secondary", "action"]
)  # fmt: skip
KINDS = st.sampled_from(["track", "identify", "$identify", "$create_alias", "$groupidentify", "page", "person"])


@given(
    st.dictionaries(FIELDS, JSON | KINDS | st.dictionaries(FIELDS, JSON, max_size=4), max_size=6)
    | st.lists(JSON, max_size=3),
    st.sampled_from(
        [("segment", "batch"), ("segment", "track"), ("posthog", ""), ("customerio", "PUT customers/5"),
         ("customerio", "POST v2/batch"), ("customerio", "POST customers/5/events"), ("customerio", "POST v2/entity"),
         ("customerio", "POST merge_customers"), ("customerio", "PUT customers/5/devices"), ("rudderstack", "batch")]
    ),
)  # fmt: skip
def test_no_reader_fails_whatever_comes(body: object, how: tuple[str, str]) -> None:
    format, target = how
    for sent in (body, {"batch": [body]}):
        calls, unread = CLIENTS[format](Record(format, "s", NOW, json.dumps(sent).encode(), target))
        for call in calls:
            assert call.user or call.anonymous or call.kind == "group"
            assert instant("1900-01-01") <= call.time <= NOW
            for part in (call.properties, call.traits, call.once, call.context):
                assert isinstance(json.loads(bytes(part)), dict)
        for part in unread:
            assert part.row >= 1
            assert part.code
