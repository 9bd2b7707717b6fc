"""The recorded ticks come back as they were, however they were committed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.facts import (
    EVENT_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    Batch,
    DefinitionChange,
    EventBatch,
    Outputs,
    TickRecord,
)
from parcours.core.schema import INTEGER, STRING, Schema, Type, polars_type
from parcours.store.log import Log, recovery
from parcours.testing.strategies import instants, rows_of, schemas
from tests.store.log.build import (
    SHOP,
    change,
    delivery,
    events,
    frame,
    outcome,
    profiles,
    qualified,
    step,
    tick,
    typed,
)

# --- comparing -----------------------------------------------------------------------------------------


def filled(rows: pl.DataFrame, kinds: dict[str, Type]) -> pl.DataFrame:
    """The frame with a null column for every name it lacks, in the order of ``kinds``."""
    absent = [pl.lit(None, polars_type(kind)).alias(name) for name, kind in kinds.items() if name not in rows.columns]
    fixed = [name for name in rows.columns if name.startswith("_")]
    return rows.with_columns(absent).select(*fixed, *kinds)


def as_recorded(batches: Sequence[EventBatch], schema: Schema) -> dict[str, list[dict[str, Any]]]:
    """Rows by type, as the schema of the end has them; types in order of arrival."""
    found: dict[str, list[dict[str, Any]]] = {}
    for batch in batches:
        if len(batch):
            rows = filled(batch.rows, dict(schema.events[batch.type]))
            found.setdefault(batch.type, []).extend(rows.to_dicts())
    return found


def assert_same(found: TickRecord, expected: TickRecord, schema: Schema) -> None:
    assert (found.tick, found.now) == (expected.tick, expected.now)
    new, old = found.batch, expected.batch
    assert list(as_recorded(new.events, schema)) == list(as_recorded(old.events, schema))
    assert as_recorded(new.events, schema) == as_recorded(old.events, schema)
    key = str
    for type_, rows in as_recorded(old.retracted, schema).items():
        assert sorted(as_recorded(new.retracted, schema)[type_], key=key) == sorted(rows, key=key)
    assert sum(map(len, new.retracted)) == sum(map(len, old.retracted))
    changes = filled(old.profile_changes, dict(schema.attributes))
    found_changes = new.profile_changes.select(changes.columns)  # and the messages that brought them
    assert found_changes.equals(changes) or not found_changes.height + changes.height
    for name in ("new_profiles", "outcomes", "links"):
        assert getattr(new, name).equals(getattr(old, name)), name
    assert new.erased.tolist() == old.erased.tolist()
    assert new.definitions == old.definitions
    for name in Outputs().tables:
        assert getattr(found.outputs, name).equals(getattr(expected.outputs, name)), name


# --- any history, committed in any way -----------------------------------------------------------------


@dataclass
class Story:
    """A history while it is made up: what is live decides what can be retracted."""

    schema: Schema
    records: list[TickRecord] = field(default_factory=list)
    live: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    made: int = 0


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Ticks with events of several types, corrections, deletions, changes and outputs; some ticks empty."""
    story = Story(draw(schemas()))
    for number in range(1, draw(st.integers(1, 8)) + 1):
        if draw(st.booleans()):
            story.records.append(tick(number))
        else:
            story.records.append(draw(_ticks(story, number)))
    return story


@st.composite
def _ticks(draw: st.DrawFn, story: Story, number: int) -> TickRecord:
    gone = draw(st.lists(st.sampled_from(sorted(story.live)), unique=True, max_size=3)) if story.live else []
    retracted = [story.live.pop(name) for name in gone]
    corrected = [(type_, row["_event_id"]) for type_, row in retracted if draw(st.booleans())]
    fresh = draw(st.lists(st.sampled_from(sorted(story.schema.events)), max_size=4))
    wanted = [*corrected, *((type_, f"e{story.made + index}") for index, type_ in enumerate(fresh))]
    story.made += len(fresh)
    new = [(type_, draw(_row(story.schema, type_, name))) for type_, name in wanted]
    story.live |= {row["_event_id"]: (type_, row) for type_, row in new}
    profile = draw(st.integers(0, 3))
    outputs = Outputs(qualified("s", profile), step(profile), delivery(f"k{number}", profile))
    return tick(
        number,
        outputs if draw(st.booleans()) else None,
        new_profiles=profiles(f"p{number}", first=number) if draw(st.booleans()) else profiles(),
        profile_changes=draw(_changes(story.schema)),
        events=tuple(_batches(story.schema, new)),
        retracted=tuple(_batches(story.schema, retracted)),
        outcomes=outcome(f"k{number - 1}") if draw(st.booleans()) else Batch().outcomes,
        definitions=(DefinitionChange("segment", "s", number, "publish", {"rule": {"é": [1, None]}}),)
        if draw(st.booleans())
        else (),
    )


@st.composite
def _row(draw: st.DrawFn, schema: Schema, type_: str, name: str) -> dict[str, Any]:
    values = draw(rows_of(schema.events[type_], extreme=True))
    return {"_event_id": name, "_profile": draw(st.integers(0, 3)), "_time": draw(instants()), **values}


@st.composite
def _changes(draw: st.DrawFn, schema: Schema) -> pl.DataFrame:
    rows = draw(st.lists(rows_of(schema.attributes, extreme=True), max_size=2))
    fixed = [{"_profile": 1, "_time": draw(instants()), "_set": draw(_some(row)), **row} for row in rows]
    return frame({**PROFILE_CHANGE_COLUMNS, **typed(schema.attributes)}, fixed)


def _some(row: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(row)), unique=True)


def _batches(schema: Schema, rows: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[EventBatch]:
    for type_ in dict.fromkeys(type_ for type_, _ in rows):
        columns = {**EVENT_COLUMNS, **typed(schema.events[type_])}
        yield EventBatch(type_, frame(columns, [row for kind, row in rows if kind == type_]))


@settings(deadline=None, max_examples=25)
@given(story=stories(), data=st.data())
def test_ticks_come_back_however_they_were_committed(story: Story, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "history.duckdb")
        log = Log.open(path)
        done = 0
        while done < len(story.records):
            size = data.draw(st.integers(1, len(story.records) - done), label="ticks in the commit")
            log.commit(story.records[done : done + size], story.schema)
            done += size
            if data.draw(st.booleans(), label="restart"):
                log.close()
                log = Log.open(path)
        with log:
            after = data.draw(st.integers(0, len(story.records)), label="after")
            found = list(log.records(after))
            live = [row for type_ in story.schema.events for row in log.events(type_)["_event_id"]]
    assert len(found) == len(story.records) - after
    for record, expected in zip(found, story.records[after:], strict=True):
        assert_same(record, expected, story.schema)
    assert sorted(live) == sorted(story.live)


# --- single cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3,), (1, 2), (2, 1)])
def test_a_row_retracted_later_comes_back_in_its_own_tick_too(log: Log, sizes: tuple[int, ...]) -> None:
    first = events("purchase", {"id": "e", "total": 1.0})
    second = events("purchase", {"id": "e", "total": 2.0})
    records = [
        tick(1, events=(first,)),
        tick(2, retracted=(first,), events=(second,)),
        tick(3, retracted=(second,)),
    ]
    for size in sizes:
        log.commit(records[:size], SHOP)
        del records[:size]
    found = [
        ([row["total"] for batch in record.batch.events for row in batch.rows.to_dicts()],
         [row["total"] for batch in record.batch.retracted for row in batch.rows.to_dicts()])
        for record in log.records()
    ]  # fmt: skip
    assert found == [([1.0], []), ([2.0], [1.0]), ([], [2.0])]
    assert log.events("purchase").is_empty()
    assert log.events("purchase", ["total"], until_tick=1)["total"].to_list() == [1.0]
    assert log.events("purchase", ["total"], until_tick=2)["total"].to_list() == [2.0]


@pytest.mark.parametrize("chunk", [1, 2, 7])
def test_small_chunks_give_the_same(log: Log, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    written = [
        tick(n, Outputs(qualified("s", n)), events=(events("purchase", {"id": f"{n}a"}, {"id": f"{n}b"}),))
        if n % 3
        else tick(n)
        for n in range(1, 20)
    ]
    log.commit(written, SHOP)
    monkeypatch.setattr(recovery, "_CHUNK_TICKS", chunk)
    monkeypatch.setattr(recovery, "_CHUNK_ROWS", 2 * chunk)
    for found, expected in zip(log.records(), written, strict=True):
        assert_same(found, expected, SHOP)


def test_older_rows_have_the_columns_and_types_of_today(log: Log) -> None:
    old = Schema().with_event("buy", {"n": INTEGER}).with_attributes({"age": INTEGER})
    batch = events("buy", {"id": "1", "n": 3}, schema=old)
    log.commit([tick(1, events=(batch,), profile_changes=change(0, schema=old, age=3))], old)
    new = old.with_event("buy", {"code": STRING}).with_attributes({"city": STRING})
    log.commit([tick(2)], new)
    found = next(log.records()).batch
    assert found.events[0].rows.select("n", "code").rows() == [(3, None)]
    assert found.profile_changes.select("_set", "age", "city").rows() == [(["age"], 3, None)]


def test_without_outputs(log: Log) -> None:
    log.commit([tick(1, Outputs(qualified("s", 0)))], SHOP)
    assert not next(log.records(outputs=False)).outputs.qualifications.height
    assert next(log.records()).outputs.qualifications.height == 1


def test_an_erased_profile_leaves_its_number_only(log: Log) -> None:
    batch = events("purchase", {"id": "e", "who": 0})
    log.commit([tick(1, new_profiles=profiles("anna", "bob"), events=(batch,))], SHOP)
    log.commit([tick(2, erased=[0])])
    first, second = (record.batch for record in log.records())
    assert first.new_profiles["_profile_id"].to_list() == ["bob"]
    assert not first.events
    assert second.erased.tolist() == [0]


def test_two_batches_of_one_type_come_back_as_one(log: Log) -> None:
    batches = events("purchase", {"id": "1"}), events("Log-in", {"id": "2"}), events("purchase", {"id": "3"})
    log.commit([tick(1, events=batches)], SHOP)
    found = next(log.records()).batch.events
    assert [(batch.type, batch.rows["_event_id"].to_list()) for batch in found] == [
        ("purchase", ["1", "3"]),
        ("Log-in", ["2"]),
    ]


def test_no_field_of_a_tick_is_forgotten() -> None:
    """A new field needs a table, a place in recovery, and a line in ``assert_same``; ``more`` is virtual time's,
    ``origins`` the log's alone."""
    assert {part.name for part in fields(Batch)} == {
        "new_profiles", "profile_changes", "events", "retracted", "erased", "definitions", "outcomes", "more",
        "links", "moved", "origins",
    }  # fmt: skip
    assert set(Outputs().tables) == {"qualifications", "steps", "deliveries"}
