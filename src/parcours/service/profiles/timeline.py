"""What happened to one person, from everything that is known, in one order: the newest first."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl

from parcours.core.schema import Schema, Type
from parcours.service.paging import Order, cursor_of
from parcours.service.records import behind, instant_literal
from parcours.service.reporting.sql import text
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from parcours.store.log import Log

#: What a line of a timeline is about.
What: TypeAlias = Literal["event", "attributes", "segment", "journey", "message"]
KINDS: tuple[What, ...] = ("event", "attributes", "segment", "journey", "message")
ORDER = Order("time", descending=True)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, of what kind, the event type, segment, journey or channel it is about, and all that is known."""

    time: datetime | None
    kind: What
    name: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some lines, the newest first, and the cursor of those before (``None``: there are none)."""

    items: list[Happening]
    next: str | None


def timeline(
    log: Log,
    profile: int,
    kinds: Collection[str] = (),
    cursor: str | None = None,
    limit: int = 100,
    since: int | None = None,
    until: int | None = None,
) -> Timeline:
    """A page of what happened to a profile, by its number.

    Raises:
        InputError: ``bad-cursor``.
    """
    conditions = [f"_profile = {profile}", *behind(ORDER, "_time", cursor)]
    conditions += [] if since is None else [f"_time >= {instant_literal(since)}"]
    conditions += [] if until is None else [f"_time < {instant_literal(until)}"]
    parts = [part for kind in KINDS if not kinds or kind in kinds for part in _PARTS[kind](log.schema)]
    if not parts:
        return Timeline([], None)
    where = " AND ".join(conditions)
    tail = f"WHERE {where} ORDER BY _time DESC, _seq DESC LIMIT {limit + 1}"
    branches = " UNION ALL ".join(f"(SELECT * FROM ({part}) {tail})" for part in parts)
    rows = log.query(f"SELECT * FROM ({branches}) ORDER BY _time DESC, _seq DESC LIMIT {limit + 1}")
    return _made(rows, limit)


def _made(rows: pl.DataFrame, limit: int) -> Timeline:
    shown = rows.head(limit)
    following = None
    if rows.height > limit:
        moment = shown["_time"].cast(pl.Datetime("us", "UTC")).to_physical()[-1]
        following = cursor_of(ORDER, moment, int(shown["_seq"][-1]))
    items = [
        Happening(row["_time"], row["kind"], row["name"], _without_nulls(json.loads(row["detail"])))
        for row in shown.iter_rows(named=True)
    ]
    return Timeline(items, following)


def _without_nulls(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if value is not None}


def _events(schema: Schema) -> list[str]:
    return [
        f"SELECT _profile, _time, _seq, 'event' AS kind, {text(event)} AS name, {_json(properties)} AS detail "
        f"FROM facts.{quote('event_' + event)} WHERE _retracted IS NULL"
        for event, properties in schema.events.items()
    ]


def _attributes(schema: Schema) -> list[str]:
    """Changes, with the attributes that each one set, cleared ones as null."""
    detail = "{'set': _set, 'values': " + _json(schema.attributes) + "}"
    return [
        f"SELECT _profile, _time, _seq, 'attributes' AS kind, '' AS name, to_json({detail}) AS detail "
        "FROM facts.profile_changes"
    ]


def _json(columns: Mapping[str, Type] | Collection[str]) -> str:
    """Columns as one JSON object."""
    inner = ", ".join(f"{text(name)}: {quote(name)}" for name in columns)
    return f"to_json({{{inner}}})" if inner else "'{}'"


def _fixed(kind: str, table: str, time: str, name: str, columns: Collection[str]) -> str:
    return (
        f"SELECT _profile, {quote(time)} AS _time, _seq, {text(kind)} AS kind, {quote(name)} AS name, "
        f"{_json(columns)} AS detail FROM facts.{table}"
    )


_PARTS: Mapping[What, Callable[[Schema], list[str]]] = {
    "event": _events,
    "attributes": _attributes,
    "segment": lambda _: [_fixed("segment", "qualifications", "effective", "segment", ("status", "version", "cause"))],
    "journey": lambda _: [
        _fixed(
            "journey",
            "journey_steps",
            "time",
            "journey",
            ("version", "run", "activity", "kind", "outcome", "detail"),
        )
    ],
    "message": lambda _: [
        _fixed("message", "deliveries", "decided", "channel", ("key", "journey", "version", "run", "activity"))
    ],
}
