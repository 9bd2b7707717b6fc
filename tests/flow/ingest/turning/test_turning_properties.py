"""Conversion column by column is what it means call by call."""

from __future__ import annotations

from typing import Any

import msgspec
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.schema import Schema, Type
from parcours.flow.ingest.calls import Call, Record
from parcours.flow.ingest.turning.portion import Again, sent_again
from parcours.flow.ingest.turning.turn import Turned, turned
from tests.flow.ingest.turning import obvious

NOON = 1_767_268_800_000_000

texts = st.sampled_from(
    ["", "-", "abc", "12", "-3", "1.5", "true", "No", " 7 ", "2026-01-02", "2026-01-02T00:00:00Z", "2026-13-41", "n.a."]
)
integers = st.one_of(st.integers(-5, 5), st.sampled_from([2**53, 2**53 + 1, -(2**60), 10**13, 10**25]))
decimals = st.sampled_from([0.5, -2.0, 3.25, 1e11, 1e12, -1e15, 1e300])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), integers, decimals, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "A", "b", "c d", "c_d", "_t"]), inner, max_size=3),
    ),
    max_leaves=6,
)
names = st.sampled_from(["total", "Total", "when", "c d", "c_d", "C_D", "_time", "time", "$set", "set", "items", "é"])
objects = st.lists(st.dictionaries(names, values, max_size=4), min_size=1, max_size=8)
plain_texts = st.lists(st.fixed_dictionaries({"when": texts}), min_size=5, max_size=30)


def record(calls: list[Call]) -> Record:
    return sent_again("web", NOON, [Again(call) for call in calls])


def tracks(held: list[dict[str, Any]], start: int = 0) -> Record:
    raws = (msgspec.Raw(msgspec.json.encode(each)) for each in held)
    return record(
        [
            Call("track", NOON, user="u", id=f"m{start + at}", event="seen", properties=raw)
            for at, raw in enumerate(raws)
        ]
    )


def told(found: Turned) -> tuple[list[dict[str, Any]], set[tuple[int, str]]]:
    frame = found.events["seen"]
    rows = [{name: value for name, value in row.items() if not name.startswith("_")} for row in frame.to_dicts()]
    letters = found.letters.filter(pl.col("code") == "value-put-aside")
    aside = set(zip(letters["row"].to_list(), letters["column"].to_list(), strict=True))
    return rows, {(row - 1, path) for row, path in aside}


def plain(kind: Type) -> object:
    """A type without the order of its fields."""
    if kind.fields:
        return {name: plain(part) for name, part in kind.fields}
    return [plain(kind.element)] if kind.element else kind.kind


def check(found: Turned, held: list[dict[str, Any]], before: Schema) -> None:
    rows, types, aside = obvious.rows(held, before.events.get("seen", {}))
    mine = {name: plain(kind) for name, kind in found.schema.events["seen"].items()}
    assert mine == {name: plain(kind) for name, kind in types.items()}
    rows_here, put_aside = told(found)
    assert put_aside == aside
    for row, expected in zip(rows_here, rows, strict=True):
        assert {**dict.fromkeys(types), **row} == expected
    assert found.letters.height == found.letters.filter(pl.col("code") == "value-put-aside").height


@settings(max_examples=400, deadline=None)
@given(objects, objects)
def test_values_are_what_they_are_one_by_one(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    empty = Schema()
    found = turned([tracks(first)], empty)
    check(found, first, empty)
    later = turned([tracks(second)], found.schema)  # against what is known by now
    check(later, second, found.schema)


@settings(max_examples=150, deadline=None)
@given(plain_texts)
def test_texts_are_looked_at_as_those_of_files(held: list[dict[str, Any]]) -> None:
    check(turned([tracks(held)], Schema()), held, Schema())


@settings(max_examples=100, deadline=None)
@given(objects, st.integers(1, 7))
def test_how_calls_are_put_into_requests_changes_nothing(held: list[dict[str, Any]], size: int) -> None:
    parts = [tracks(held[at : at + size], at) for at in range(0, len(held), size)]
    one, many = turned([tracks(held)], Schema()), turned(parts, Schema())
    assert one.schema == many.schema
    assert one.events["seen"].equals(many.events["seen"])


@settings(max_examples=100, deadline=None)
@given(objects)
def test_what_was_turned_once_turns_the_same_way_again(held: list[dict[str, Any]]) -> None:
    first, again = turned([tracks(held)], Schema()), turned([tracks(held)], Schema())
    assert first.events["seen"].equals(again.events["seen"])
    assert first.letters.equals(again.letters)
    once_known = turned([tracks(held)], first.schema)
    assert once_known.schema == first.schema
