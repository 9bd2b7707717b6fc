"""What calls become: events, changes of attributes, links, erasures, and dead letters."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.schema import DATE_TIME, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.flow.ingest.calls import Call, Record
from parcours.flow.ingest.turning import turn as turn_module
from parcours.flow.ingest.turning.letters import call_in
from parcours.flow.ingest.turning.portion import Portion
from parcours.flow.ingest.turning.rules import Rules
from parcours.flow.ingest.turning.turn import Turned, turned, turned_portion
from tests.flow.ingest.turning.calls import NOON, call, record, track


def turn(*calls: Call, schema: Schema | None = None, rules: Rules | None = None) -> Turned:
    portion = Portion()
    portion.add_read(record(), calls)
    return turned_portion(portion, schema or Schema(), rules or Rules())


def properties(found: Turned, event: str) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if not name.startswith("_")}
        for row in found.events[event].to_dicts()
    ]


def codes(found: Turned) -> list[tuple[str | None, str]]:
    return found.letters.select("column", "code").rows()


def test_an_event_has_its_id_its_person_and_its_time() -> None:
    found = turn(track("Order Completed", {"total": 12.5}, user="anna", id="m1"))
    assert found.events["order_completed"].select("_event_id", "_profile_id", "total").rows() == [("m1", "anna", 12.5)]
    assert found.events["order_completed"]["_time"].dt.timestamp("us").to_list() == [NOON]
    assert found.schema.events == {"order_completed": {"total": DECIMAL}}


def test_names_of_one_event_are_one_type_in_order_of_arrival() -> None:
    calls = [track(name, {"n": at}) for at, name in enumerate(["Order Completed", "order_completed", "orderCompleted"])]
    found = turn(*calls, track("ORDER_COMPLETED", {"n": 3}))
    assert [row["n"] for row in properties(found, "order_completed")] == [0, 1, 2, 3]


def test_a_known_event_type_keeps_its_spelling() -> None:
    found = turn(track("purchase"), track("PURCHASE"), schema=Schema().with_event("Purchase", {}))
    assert found.events["Purchase"].height == 2


def test_a_visitor_without_a_name_is_a_profile_of_their_own() -> None:
    found = turn(call("track", "", anonymous="visitor", event="Seen"))
    assert found.events["seen"]["_profile_id"].to_list() == ["visitor"]


def test_a_page_has_its_name_its_address_and_its_campaign() -> None:
    context = {
        "page": {"url": "https://shop.example/a", "title": "A", "referrer": "", "other": 1},
        "campaign": {"source": "news", "name": "spring", "foo": "bar"},
        "userAgent": "x",
    }
    found = turn(call("page", event="Home", properties={"title": "B"}, context=context))
    assert properties(found, "page") == [
        {
            "name": "Home",
            "title": "B",
            "url": "https://shop.example/a",
            "referrer": "",
            "campaign": {"name": "spring", "source": "news"},
        }
    ]


def test_of_the_context_of_other_events_only_the_campaign_is_kept() -> None:
    context = {"page": {"url": "https://shop.example/a"}, "campaign": {"source": "news"}, "ip": "1.2.3.4"}
    assert properties(turn(track("Seen", context=context)), "seen") == [{"campaign": {"source": "news"}}]


def test_a_group_has_its_traits_and_changes_nobody() -> None:
    found = turn(call("group", event="acme", traits={"plan": "pro"}))
    assert properties(found, "group") == [{"group_id": "acme", "traits": {"plan": "pro"}}]
    assert not found.profiles.height


def test_traits_set_attributes_and_null_clears_them() -> None:
    known = Schema().with_attributes({"email": STRING})
    found = turn(call("identify", id="i1", traits={"Email": None, "age": 5, "unknown": None}), schema=known)
    (row,) = found.profiles.to_dicts()
    assert (row["_set"], row["email"], row["age"], row["_message"]) == (["email", "age"], None, 5, "i1")
    assert "unknown" not in found.schema.attributes


def test_what_is_set_once_is_told_apart() -> None:
    found = turn(call("identify", traits={"plan": "pro"}, once={"plan": "free", "first": "a"}))
    (row,) = found.profiles.to_dicts()
    assert (row["_set"], row["_once"], row["plan"], row["first"]) == (["plan"], ["first"], "pro", "a")


def test_a_trait_that_does_not_fit_is_not_set_and_can_be_mended_alone() -> None:
    known = Schema().with_attributes({"age": INTEGER})
    found = turn(call("identify", id="i1", traits={"age": "old", "plan": "pro"}), schema=known)
    assert found.profiles["_set"].to_list() == [["plan"]]
    (payload,) = found.letters["payload"]
    alone = call_in(payload)
    assert msgspec.json.decode(alone.traits) == {"age": "old"}
    assert alone.id.startswith("i1:")


def test_an_event_can_bring_traits_of_the_person() -> None:
    found = turn(track("Signed Up", {"n": 1}, id="m1", traits={"plan": "pro"}))
    assert found.profiles.select("_profile_id", "plan", "_message").rows() == [("u", "pro", "m1")]
    assert found.events["signed_up"].height == 1


def test_links() -> None:
    found = turn(
        call("identify", "anna", anonymous="visitor", id="1"),
        call("identify", "anna", anonymous="anna", id="2"),
        call("alias", "anna", previous="old", id="3"),
        call("merge", "anna", previous="other", id="4"),
        call("alias", "anna", id="5"),
    )
    assert found.links.select("id", "into", "kind", "message_id").rows() == [
        ("visitor", "anna", "identify", "1"),
        ("old", "anna", "alias", "3"),
        ("other", "anna", "merge", "4"),
    ]
    assert codes(found) == [("previous", "no-previous")]


def test_who_is_forgotten_has_only_what_came_after() -> None:
    found = turn(
        track("Seen", {"n": 1}, user="anna"),
        call("identify", "anna", traits={"age": 5}),
        call("identify", "anna", anonymous="v", traits={}),
        track("Seen", {"n": 2}, user="bob"),
        call("delete", "anna"),
        track("Seen", {"n": 3}, user="anna"),
    )
    assert found.erased["_profile_id"].to_list() == ["anna"]
    assert [row["n"] for row in properties(found, "seen")] == [2, 3]
    assert not found.profiles.height
    assert not found.links.height


@pytest.mark.parametrize(
    ("refused", "column", "code"),
    [
        (call("track", "", event="Seen"), "user", "no-profile"),
        (track("  "), "event", "no-event"),
        (track("Seen", time=-(10**18)), "time", "bad-time"),
        (track("Seen", b"[1]"), "properties", "bad-json"),
        (track("Seen", b'{"a":' * 3_000 + b"1" + b"}" * 3_000), "properties", "bad-json"),
    ],
)
def test_a_call_that_cannot_be_taken_in_is_kept_and_the_others_are_taken_in(
    refused: Call, column: str, code: str
) -> None:
    found = turn(track("Seen", {"n": 1}, id="m1"), refused, track("Seen", {"n": 2}, id="m3"))
    assert found.events["seen"]["_event_id"].to_list() == ["m1", "m3"]
    assert found.letters.select("source", "row", "column", "code").rows() == [("web", 2, column, code)]


def test_numbers_and_texts_beyond_what_can_be_kept() -> None:
    body = b'{"id":123456789012345678901,"x":1e400,"s":"a\\ud800b","big":1,"n":5}'
    found = turn(track("Seen", body, id="m1"), schema=Schema().with_event("seen", {"n": INTEGER, "big": STRING}))
    assert properties(found, "seen")[0] == {
        "id": "123456789012345678901",
        "x": None,
        "s": "a\ufffdb",
        "big": "1",
        "n": 5,
    }
    assert codes(found) == [("x", "value-put-aside")]
    assert codes(turn(track("Seen", {"n": 2**60}), schema=found.schema)) == [("n", "value-put-aside")]


def test_a_name_said_twice_means_the_last_one() -> None:
    assert properties(turn(track("Seen", b'{"a":1,"a":2}')), "seen") == [{"a": 2}]


def test_names_that_belong_to_parcours_are_others_here() -> None:
    found = turn(track("Seen", {"_time": "x", "$set": 1, "Product Name": "y", "_profile_id": 3, "productId": 4}))
    assert properties(found, "seen") == [{"time": "x", "set": 1, "product_name": "y", "profile_id": 3, "productId": 4}]


def test_lists_and_objects_keep_their_form() -> None:
    items = [{"sku": "a", "price": 1}, {"sku": "b", "price": 2.5, "tags": ["x"]}]
    found = turn(track("Bought", {"items": items, "empty": [], "at": "2026-01-02T03:04:05Z"}))
    item = object_of({"sku": STRING, "price": DECIMAL, "tags": list_of(STRING)})
    assert found.schema.events["bought"] == {"items": list_of(item), "at": DATE_TIME}
    assert properties(found, "bought")[0]["items"][0] == {"sku": "a", "price": 1.0, "tags": None}


def test_a_value_inside_that_does_not_fit_is_set_aside_alone() -> None:
    known = turn(track("Bought", {"items": [{"sku": "a", "price": 1}]})).schema
    found = turn(track("Bought", {"items": [{"sku": "b", "price": "much"}]}, id="m1"), schema=known)
    assert properties(found, "bought") == [{"items": [{"sku": "b", "price": None}]}]
    assert codes(found) == [("items.price", "value-put-aside")]


def test_one_event_type_too_many_is_kept_as_dead_letters() -> None:
    rules = Rules(event_types=2)
    found = turn(track("A", id="1"), track("B"), track("C", {"x": 1}, id="3"), track("A", id="4"), rules=rules)
    assert {name: frame.height for name, frame in found.events.items()} == {"a": 2, "b": 1}
    assert codes(found) == [("event", "too-many-event-types")]
    later = turned([record(call_in(found.letters["payload"][0]))], found.schema, Rules(event_types=3))
    assert later.events["c"].select("_event_id", "x").rows() == [("3", 1)]


def test_one_property_too_many_is_set_aside() -> None:
    found = turn(track("A", {"a": 1, "b": 2, "c": 3}), rules=Rules(properties=2))
    assert properties(found, "a") == [{"a": 1, "b": 2}]
    assert codes(found) == [("c", "value-put-aside")]


def test_events_without_an_id_have_one_of_their_content() -> None:
    one, other = track("Seen", {"n": 1}), track("Seen", {"n": 2})
    first = turn(one, other, one).events["seen"]["_event_id"].to_list()
    assert len(set(first)) == 3, "two equal ones of one request are two"
    assert turn(one, other, one).events["seen"]["_event_id"].to_list() == first, "sent again they are the same"


def test_what_replaces_an_event_is_told_apart() -> None:
    found = turned(
        [record(track("Seen", {"n": 1}, id="1")), record(track("Seen", {"n": 2}, id="2"), replaces=True)], Schema()
    )
    assert found.events["seen"]["_event_id"].to_list() == ["1"]
    assert found.replaced["seen"].select("_event_id", "n").rows() == [("2", 2)]


def test_a_record_that_nobody_can_read_is_kept() -> None:
    found = turned([Record("none", "web", NOON, b'{"a":1}', "x"), record(track("Seen", id="1"))], Schema())
    assert found.events["seen"].height == 1
    (letter,) = found.letters.to_dicts()
    assert letter["code"] == "unreadable"
    assert msgspec.json.decode(letter["payload"]) == {"request": {"format": "none", "target": "x", "body": {"a": 1}}}


def test_types_never_go_back() -> None:
    wide = turn(track("A", {"n": 1.5})).schema
    found = turn(track("A", {"n": 1}), schema=wide)
    assert found.schema == wide
    assert found.events["a"]["n"].dtype == pl.Float64


def test_a_call_that_breaks_conversion_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = turn_module.events_of

    def broken(work: Any, event: str, places: list[int]) -> Any:
        if any(work.calls[place].id == "bad" for place in places):
            raise ValueError("a mistake of ours")
        return real(work, event, places)

    monkeypatch.setattr(turn_module, "events_of", broken)
    portion = Portion()
    calls = [track("Seen", {"n": at}, id=f"m{at}") for at in range(5)]
    portion.add_read(record(), [*calls[:3], track("Seen", {"n": 9}, id="bad"), *calls[3:]])
    found = list(turn_module.turned_in_any_case(portion, Schema(), Rules()))
    ids = [id for part in found if part.events for id in part.events["seen"]["_event_id"]]
    assert ids == ["m0", "m1", "m2", "m3", "m4"]
    letters = pl.concat([part.letters for part in found])
    assert letters.select("row", "code", "reason").rows() == [(4, "not-convertible", "ValueError: a mistake of ours")]
    assert call_in(letters["payload"][0]).id == "bad"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["seen", "bought"]), min_size=1, max_size=9), st.data())
def test_halves_hold_what_the_whole_holds(names: list[str], data: st.DataObject) -> None:
    portion = Portion()
    for at, name in enumerate(names):
        portion.add(record(track(name, id=f"m{at}"), track(name), replaces=data.draw(st.booleans())))
    first, second = portion.halves()
    assert [*first.calls, *second.calls] == portion.calls
    rows = [*map(first.row, range(len(first))), *map(second.row, range(len(second)))]
    assert rows == [portion.row(place) for place in range(len(portion))]
    assert len(first.replacing) + len(second.replacing) == len(portion.replacing)
    assert second.replacing == {place - len(first) for place in portion.replacing if place >= len(first)}
