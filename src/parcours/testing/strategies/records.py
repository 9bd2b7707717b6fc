"""Schemas, rows, frames and histories of profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from hypothesis import strategies as st

from parcours.core.clock import as_datetime
from parcours.core.columns import series
from parcours.core.facts import EVENT_COLUMNS
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Schema,
    Type,
    list_of,
    object_of,
)
from parcours.language.reference import Person
from parcours.testing.strategies.basics import (
    SEGMENTS,
    instants,
    maybe,
)

# --- schemas ------------------------------------------------------------------------------------------

_ITEM = object_of(
    {"product": STRING, "quantity": INTEGER, "price": DECIMAL, "organic": BOOLEAN, "tags": list_of(STRING)}
)
ITEM_LIST = list_of(_ITEM)
_ATTRIBUTES: dict[str, Type] = {
    "member": BOOLEAN,
    "children": INTEGER,
    "income": DECIMAL,
    "name": STRING,
    "city": STRING,
    "birthday": DATE_ONLY,
    "trial_ends": DATE_TIME,
    "opens": DATE_TIME_ONLY,
    "patience": DURATION,
    "interests": list_of(STRING),
    "scores": list_of(INTEGER),
    "address": object_of({"city": STRING, "floor": INTEGER}),
    "cards": list_of(object_of({"kind": STRING, "points": INTEGER, "since": DATE_ONLY})),
}
_PROPERTIES: dict[str, Type] = {
    "total": DECIMAL,
    "units": INTEGER,
    "store": STRING,
    "online": BOOLEAN,
    "due": DATE_ONLY,
    "paid_at": DATE_TIME,
    "tags": list_of(STRING),
    "items": ITEM_LIST,
    "place": object_of({"country": STRING, "zone": INTEGER}),
}


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Schemas with one to all of a fixed set of attributes, and one or two event types."""
    events = {"purchase": draw(_some(_PROPERTIES))}
    if draw(st.booleans()):
        events["visit"] = draw(_some(_PROPERTIES))
    return Schema(attributes=draw(_some(_ATTRIBUTES)), events=events)


def _some(known: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Type]]:
    names = st.sets(st.sampled_from(sorted(known)), min_size=1)
    return names.map(lambda chosen: {name: known[name] for name in sorted(chosen)})


# --- data ---------------------------------------------------------------------------------------------


def rows_of(properties: Mapping[str, Type], *, extreme: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Rows with a value or null for each property."""
    return st.fixed_dictionaries({name: maybe(kind, extreme=extreme) for name, kind in properties.items()})


def events_of(properties: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Any]]:
    """Events: rows with ``_time``, as an aware ``datetime``."""
    return st.builds(lambda row, at: {**row, "_time": as_datetime(at)}, rows_of(properties), instants())


def frame_of(rows: Sequence[Mapping[str, Any]], properties: Mapping[str, Type]) -> pl.DataFrame:
    """The rows as a frame with typed columns; one without rows has the columns too."""
    return pl.DataFrame([series([row.get(name) for row in rows], kind, name) for name, kind in properties.items()])


@dataclass(frozen=True)
class History:
    """Profiles with attributes, and their events in order of arrival.

    ``attributes[i]`` are those of profile ``i``. Each event is its type and its row: the properties, ``_time`` in
    microseconds, ``_profile`` and ``_event_id``.
    """

    schema: Schema
    attributes: tuple[Mapping[str, Any], ...]
    events: tuple[tuple[str, Mapping[str, Any]], ...]
    members: tuple[frozenset[str], ...]
    been: tuple[frozenset[str], ...] = ()

    def person(self, profile: int) -> Person:
        """One profile as the reference evaluator takes it."""
        events: dict[str, list[Mapping[str, Any]]] = {}
        for type_, row in self.events:
            if row["_profile"] == profile:
                events.setdefault(type_, []).append(row)
        been = self.been[profile] if self.been else frozenset()
        return Person(self.attributes[profile], events, self.members[profile].__contains__, been=been.__contains__)

    def attribute_frame(self) -> pl.DataFrame:
        """A row per profile, with ``_profile`` and a column per attribute."""
        rows = [{**row, "_profile": profile} for profile, row in enumerate(self.attributes)]
        frame = frame_of(rows, {"_profile": INTEGER, **self.schema.attributes})
        return frame.cast({"_profile": pl.Int32})

    def event_frame(self, type_: str) -> pl.DataFrame:
        """The events of a type in order of arrival: the columns of every frame of events, then the properties."""
        rows = [{**row, "_time": as_datetime(row["_time"])} for kind, row in self.events if kind == type_]
        known = {"_event_id": STRING, "_profile": INTEGER, "_time": DATE_TIME, **self.schema.events[type_]}
        return frame_of(rows, known).cast({"_profile": EVENT_COLUMNS["_profile"]})


@st.composite
def histories(draw: st.DrawFn, schema: Schema, profiles: int = 3, events: int = 12) -> History:
    """Histories of up to ``profiles`` profiles with up to ``events`` events in all, in any order of time."""
    count = draw(st.integers(1, profiles))
    kinds = draw(st.lists(st.sampled_from(sorted(schema.events)), max_size=events))
    rows = tuple(
        (kind, {**draw(_event(schema.events[kind], count)), "_event_id": f"e{number}"})
        for number, kind in enumerate(kinds)
    )
    attributes = tuple(draw(rows_of(schema.attributes, extreme=True)) for _ in range(count))
    members = tuple(draw(st.frozensets(st.sampled_from(SEGMENTS))) for _ in range(count))
    been = tuple(draw(st.frozensets(st.sampled_from(SEGMENTS))) for _ in range(count))
    return History(schema, attributes, rows, members, been)


def _event(properties: Mapping[str, Type], profiles: int) -> st.SearchStrategy[dict[str, Any]]:
    own = {"_profile": st.integers(0, profiles - 1), "_time": instants()}
    return st.fixed_dictionaries({**own, **{name: maybe(kind) for name, kind in properties.items()}})
