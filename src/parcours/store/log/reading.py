"""Questions that Parcours itself asks of the log. Every function takes a connection of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.clock import iso
from parcours.core.errors import UnknownNameError, nearest
from parcours.core.facts import (
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    INSTANT,
    PROFILE_CHANGE_COLUMNS,
    QUALIFICATION_COLUMNS,
    EventBatch,
)
from parcours.core.schema import Schema, Type
from parcours.store.log.bridge import fetch, run
from parcours.store.log.layout import current_values, event_table
from parcours.store.log.tables import MESSAGES
from parcours.store.log.types import quote, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_ID_CHUNK = 4_000_000


def events(
    con: Connection, schema: Schema, event: str, columns: Sequence[str], until_tick: int | None, *, event_ids: bool
) -> pl.DataFrame:
    """Rows of an event type that count (as of the end of ``until_tick``), by time, then by arrival."""
    properties = _properties(schema, event)
    for column in columns:
        if column not in properties:
            raise UnknownNameError(
                f"event {event!r} has no property {column!r}", where=event, hint=nearest(column, properties)
            )
    fixed = [name for name in EVENT_COLUMNS if event_ids or name != "_event_id"]
    live = "_retracted IS NULL"
    if until_tick is not None:
        live = f"_tick <= {int(until_tick)} AND (_retracted IS NULL OR _retracted > {int(until_tick)})"
    names = _names([*fixed, *(name for name in columns if name not in fixed)])
    sql = f"SELECT {names} FROM {event_table(event)} WHERE {live} ORDER BY _time, _seq"
    return fetch(con, sql, types=properties)


def find_events(
    con: Connection, schema: Schema, event_ids: Collection[str], event: str | None = None
) -> tuple[EventBatch, ...]:
    """The rows with these ids that count, as they are: one batch per event type that has any."""
    found = []
    wanted = "(SELECT unnest($1::VARCHAR[]))"
    only = schema.events if event is None else {event: schema.events.get(event, {})} if event in schema.events else {}
    for event, properties in only.items():
        names = _names([*EVENT_COLUMNS, *properties])
        sql = (
            f"SELECT {names} FROM {event_table(event)} WHERE _event_id IN {wanted} AND _retracted IS NULL ORDER BY _seq"
        )
        rows = fetch(con, sql, [list(event_ids)], properties)
        if rows.height:
            found.append(EventBatch(event, rows))
    return tuple(found)


def known_event_ids(con: Connection, schema: Schema) -> Iterator[tuple[str, pl.Series]]:
    """Event type and ids of all events ever taken in, retracted ones too, in pieces of at most four million; and those
    of messages that changed attributes, as of the type ``MESSAGES``."""
    for event in (*schema.events, MESSAGES):
        table, column = _ids_in(event)
        after = 0
        while True:
            sql = f"SELECT {column}, _seq FROM {table} WHERE _seq > ? ORDER BY _seq LIMIT {_ID_CHUNK}"
            rows = fetch(con, sql, [after])
            if not rows.height:
                break
            if len(ids := rows[column].drop_nulls()):
                yield event, ids
            after = int(rows["_seq"][-1])


def _ids_in(event: str) -> tuple[str, str]:
    """Where the ids of an event type stand: table and column."""
    return ("facts.profile_changes", "_message") if event == MESSAGES else (event_table(event), "_event_id")


def knows_events(con: Connection, schema: Schema, event_ids: pl.Series, event: str) -> pl.Series:
    """Which of these ids of events of one type (or ``MESSAGES``) were ever taken in, retracted ones too."""
    if event not in schema.events and event != MESSAGES:
        return pl.repeat(False, len(event_ids), eager=True)
    table, column = _ids_in(event)
    sql = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN (SELECT unnest($1::VARCHAR[]))"
    return event_ids.is_in(fetch(con, sql, [event_ids.to_list()])[column].implode())


def profile_events(con: Connection, schema: Schema, profile: int) -> dict[str, list[dict[str, object]]]:
    """The events of one profile that count, by type, in order of time; ``_time`` in microseconds."""
    found = {}
    for event, properties in schema.events.items():
        names = _names(["_event_id", "_time", *properties])
        sql = f"SELECT {names} FROM {event_table(event)} WHERE _profile = ? AND _retracted IS NULL ORDER BY _time, _seq"
        rows = fetch(con, sql, [profile], properties)
        if rows.height:
            found[event] = rows.with_columns(pl.col("_time").cast(pl.Int64)).to_dicts()
    return found


def profile_ids(con: Connection) -> pl.DataFrame:
    """Every profile that is not erased: ``_profile``, ``_profile_id``, ``_time``, by number."""
    return fetch(con, "SELECT _profile, _profile_id, _time FROM facts.profiles WHERE _merged IS NULL ORDER BY _profile")


def profile_count(con: Connection) -> int:
    """How many numbers have been given out: the number of the next profile. Erased ones stay counted."""
    rows = run(
        con,
        "SELECT 1 + greatest((SELECT coalesce(max(_profile), -1) FROM facts.profiles), "
        "(SELECT coalesce(max(_profile), -1) FROM facts.erased))",
    )
    return int(rows[0][0])


def attributes(
    con: Connection, schema: Schema, names: Sequence[str] | None, profiles: Sequence[int] | None, until_tick: int | None
) -> pl.DataFrame:
    """Current values (as of the end of ``until_tick``) of the named attributes, per profile that ever changed."""
    wanted = list(schema.attributes if names is None else names)
    conditions = []
    if until_tick is not None:
        conditions.append(f"_tick <= {int(until_tick)}")
    if profiles is not None:
        conditions.append("_profile IN (SELECT unnest($1::INTEGER[]))")
    sql = current_values(wanted, " AND ".join(conditions)) + " ORDER BY _profile"
    types = {name: schema.attributes[name] for name in wanted}
    return fetch(con, sql, [] if profiles is None else [[int(number) for number in profiles]], types)


def changes(con: Connection, schema: Schema, names: Sequence[str]) -> pl.DataFrame:
    """Changes of the named attributes, by time, then by arrival; rows that set none of them are left out."""
    types = {name: schema.attributes[name] for name in names}
    columns = _names([*PROFILE_CHANGE_COLUMNS, *names])
    wanted = "list_has_any(_set, (SELECT list(n) FROM unnest($1::VARCHAR[]) t(n)))"
    sql = f"SELECT {columns} FROM facts.profile_changes WHERE {wanted} ORDER BY _time, _seq"
    return fetch(con, sql, [list(names)], types)


def qualifications(con: Connection, segments: Sequence[str]) -> pl.DataFrame:
    """Entries and exits of the named segments, by instant, then by arrival."""
    sql = (
        f"SELECT {_names(QUALIFICATION_COLUMNS)} FROM facts.qualifications "
        "WHERE segment IN (SELECT unnest($1::VARCHAR[])) ORDER BY effective, _seq"
    )
    return fetch(con, sql, [list(segments)])


def qualifications_of(con: Connection, profile: int) -> pl.DataFrame:
    """Every entry and exit of one profile, in order, with its tick."""
    sql = f"SELECT _tick, {_names(QUALIFICATION_COLUMNS)} FROM facts.qualifications WHERE _profile = ? ORDER BY _seq"
    return fetch(con, sql, [profile])


def members(con: Connection, segment: str, at: int | None) -> pl.DataFrame:
    """Members of a segment now, or at the instant ``at``: ``_profile``, ``_profile_id``, ``since``, by number.

    A profile is a member at an instant when the last of its transitions that were effective by then is an
    entry; "last" as the log learnt of them, so that late data correct the past.
    """
    until = "" if at is None else f"AND effective <= TIMESTAMPTZ {text(iso(at))}"
    sql = f"""
        SELECT q._profile, p._profile_id, q.since
        FROM (
            SELECT _profile, arg_max(status, _seq) AS status, arg_max(effective, _seq) AS since
            FROM facts.qualifications WHERE segment = ? {until} GROUP BY _profile
        ) q LEFT JOIN facts.profiles p USING (_profile)
        WHERE q.status = 'realized' ORDER BY q._profile
    """
    return fetch(con, sql, [segment])


_PENDING = "NOT EXISTS (SELECT 1 FROM facts.outcomes o WHERE o.key = d.key AND o.started IS NOT NULL)"


def pending_deliveries(con: Connection) -> pl.DataFrame:
    """Deliveries decided but not settled, in the order in which they were decided."""
    return fetch(con, f"SELECT {_names(DELIVERY_COLUMNS)} FROM facts.deliveries d WHERE {_PENDING} ORDER BY _seq")


def ends_of_pending(con: Connection, outcomes: Sequence[str]) -> dict[str, str]:
    """How runs ended that have deliveries without an outcome, by run: those that ended in one of these ways."""
    sql = (
        "SELECT run, any_value(outcome) FROM facts.journey_steps WHERE kind = 'end' AND list_contains(?, outcome) "
        f"AND run IN (SELECT run FROM facts.deliveries d WHERE {_PENDING}) GROUP BY run"
    )
    return dict(fetch(con, sql, [list(outcomes)]).iter_rows())


def runs_of_pending(con: Connection, profiles: Sequence[int]) -> list[str]:
    """The runs of these profiles that have deliveries without an outcome."""
    sql = f"SELECT DISTINCT run FROM facts.deliveries d WHERE list_contains(?, _profile) AND {_PENDING} ORDER BY run"
    return fetch(con, sql, [list(profiles)])["run"].to_list()


def last_tick(con: Connection) -> tuple[int, int] | None:
    """Number and instant of the last tick; ``None`` before the first."""
    rows = fetch(con, "SELECT _tick, now FROM facts.ticks ORDER BY _tick DESC LIMIT 1")
    return (int(rows[0, 0]), int(rows["now"].cast(INSTANT).cast(pl.Int64)[0])) if rows.height else None


def consumed(con: Connection) -> dict[str, int]:
    """Rows taken in, by file of the inbox."""
    return {str(name): int(count) for name, count in run(con, "SELECT name, rows FROM facts.consumed ORDER BY name")}


def _properties(schema: Schema, event: str) -> Mapping[str, Type]:
    if event not in schema.events:
        raise UnknownNameError(f"there are no events of type {event!r}", hint=nearest(event, schema.events))
    return schema.events[event]


def _names(columns: Collection[str]) -> str:
    return ", ".join(quote(name) for name in columns)
