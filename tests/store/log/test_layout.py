"""Tables follow the schema: new types and properties, wider types over rows that are there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import InputError, WorkspaceError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    STRING,
    Schema,
    Type,
    list_of,
    object_of,
)
from parcours.store.log import Log
from parcours.store.log.layout import event_views
from parcours.store.log.tables import TAKEN
from tests.store.log.build import events, tick

EMPTY = object_of({})
WIDENINGS: list[tuple[Type, Type, Any, Any]] = [
    (INTEGER, DECIMAL, 7, 7.0),
    (NULL, INTEGER, None, None),
    (NULL, list_of(STRING), None, None),
    (ANY, INTEGER, "12", 12),
    (ANY, STRING, "x", "x"),
    (list_of(NULL), list_of(INTEGER), [], []),
    (list_of(INTEGER), list_of(DECIMAL), [1, None], [1.0, None]),
    (object_of({"a": INTEGER}), object_of({"a": DECIMAL, "b": STRING}), {"a": 1}, {"a": 1.0, "b": None}),
    (
        list_of(object_of({"sku": STRING})),
        list_of(object_of({"sku": STRING, "tags": list_of(STRING), "at": DATE_TIME})),
        [{"sku": "x"}, None],
        [{"sku": "x", "tags": None, "at": None}, None],
    ),
    (
        list_of(object_of({"lines": list_of(object_of({"n": INTEGER}))})),
        list_of(object_of({"lines": list_of(object_of({"n": DECIMAL, "m": BOOLEAN}))})),
        [{"lines": [{"n": 1}]}],
        [{"lines": [{"n": 1.0, "m": None}]}],
    ),
    (EMPTY, object_of({"a": INTEGER}), {}, {"a": None}),
    (object_of({"a": EMPTY}), object_of({"a": object_of({"b": DURATION})}), {"a": {}}, {"a": {"b": None}}),
    (object_of({"a": INTEGER}), object_of({"a": INTEGER, "b": EMPTY}), {"a": 1}, {"a": 1, "b": None}),
]


@pytest.mark.parametrize(("old", "new", "value", "widened"), WIDENINGS, ids=lambda part: str(part))
def test_rows_that_are_there_take_the_wider_type(path: Path, old: Type, new: Type, value: Any, widened: Any) -> None:
    first = Schema(events={"e": {"p": old}})
    second = first.with_event("e", {"p": new})
    assert second.events["e"]["p"] == new
    with Log.open(path) as log:
        log.commit([tick(1, events=(events("e", {"id": "1", "p": value}, {"id": "2"}, schema=first),))], first)
        log.commit([tick(2, events=(events("e", {"id": "3", "p": widened}, schema=second),))], second)
        # a frame that was typed before the schema was widened still fits
        log.commit([tick(3, events=(events("e", {"id": "4", "p": value}, schema=first),))], second)
    with Log.open(path) as log:
        found = log.events("e", ["p"]).sort("_event_id")
        assert found["p"].to_list() == [widened, None, widened, widened]


EVERY: list[tuple[Type, Any]] = [
    (BOOLEAN, True),
    (INTEGER, -(2**63)),
    (DECIMAL, 0.1 + 0.2),
    (STRING, "a\x1fé😀'\"\n"),
    (ANY, "any"),
    (DATE_ONLY, date(1969, 12, 31)),
    (DATE_TIME_ONLY, datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC).replace(tzinfo=None)),
    (DATE_TIME, datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
    (DURATION, timedelta(days=-3, microseconds=1)),
    (list_of(DURATION), [timedelta(1), None]),
    (EMPTY, {}),
    (object_of({"a": EMPTY, "t": DATE_TIME}), {"a": None, "t": datetime(2024, 1, 1, tzinfo=UTC)}),
    (list_of(object_of({"d": DURATION, "when": DATE_ONLY})), [{"d": timedelta(1), "when": None}]),
]


@pytest.mark.parametrize(("kind", "value"), EVERY, ids=lambda part: str(part))
def test_values_of_every_type_come_back(log: Log, kind: Type, value: Any) -> None:
    schema = Schema().with_event("e", {"p": kind}).with_attributes({"p": kind})
    batch = events("e", {"id": "1", "p": value}, {"id": "2"}, schema=schema)
    log.commit([tick(1, events=(batch,))], schema)
    assert log.find_events(["1", "2"])[0].rows.equals(batch.rows)
    assert log.events("e", ["p"]).equals(batch.rows)


def test_new_attributes_and_properties_appear_in_the_views(log: Log) -> None:
    schema = Schema().with_event("buy", {"total": INTEGER})
    log.commit([tick(1, events=(events("buy", {"id": "1", "total": 3}, schema=schema),))], schema)
    wider = schema.with_event("buy", {"coupon": STRING}).with_attributes({"age": INTEGER})
    log.commit([tick(2)], wider)
    assert log.query("select total, coupon from buy").rows() == [(3, None)]
    assert log.query("select age from profiles").is_empty()


@pytest.mark.parametrize("name", ["order", "Select", "a-b", "Ticks", "profiles", "event_ticks", "_x", "x" * 63])
def test_any_name_can_be_that_of_an_event_type(log: Log, name: str) -> None:
    schema = Schema().with_event(name, {"time": STRING, "profile": STRING, "order": STRING, "Seq": STRING})
    row = {"id": "1", "time": "noon", "profile": "p", "order": "o", "Seq": "s"}
    log.commit([tick(1, events=(events(name, row, schema=schema),))], schema)
    view = event_views([name])[name]
    assert log.query(f'select "time", "profile", "order", "Seq" from "{view}"').rows() == [("noon", "p", "o", "s")]
    assert view == (name if name.lower() not in TAKEN else "event_" + name)


@given(st.lists(st.sampled_from(["ticks", "event_ticks", "event_event_ticks", "buy", "profiles"]), unique=True))
def test_views_have_names_of_their_own_that_never_change(types: list[str]) -> None:
    views = event_views(types)
    assert len(set(views.values()) | TAKEN) == len(types) + len(TAKEN)
    for count in range(len(types)):
        assert event_views(types[:count]) == {name: views[name] for name in types[:count]}


def test_names_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(InputError) as error:
        Schema().with_event("buy", {"Total": INTEGER}).with_event("buy", {"total": INTEGER})
    assert error.value.code == "name-conflict"


def test_the_schema_is_kept_as_json(log: Log) -> None:
    schema = Schema().with_event("buy", {"items": list_of(object_of({"sku": STRING}))})
    log.commit([], schema)
    kept = log.query("select value from facts.meta where key = 'schema'").item()
    assert Schema.from_json(json.loads(kept)) == schema == log.schema


@pytest.mark.parametrize(
    "narrower",
    [
        Schema(attributes={"age": INTEGER}),
        Schema(events={"buy": {"total": INTEGER}}),
        Schema(attributes={"age": INTEGER}, events={"buy": {}}),
    ],
    ids=["event type", "attribute", "property"],
)
def test_the_schema_cannot_lose_a_name(log: Log, narrower: Schema) -> None:
    schema = Schema(attributes={"age": INTEGER}, events={"buy": {"total": INTEGER}})
    log.commit([], schema)
    with pytest.raises(WorkspaceError) as error:
        log.commit([tick(1)], narrower)
    assert error.value.code == "schema-narrowed"
    assert (log.schema, log.last_tick()) == (schema, None)
