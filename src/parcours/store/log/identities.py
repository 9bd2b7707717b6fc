"""Ids of profiles in the log: what merges and separations change in it, and questions about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.facts import EVENT_COLUMNS, PROFILE_CHANGE_COLUMNS, WAS, EventBatch
from parcours.core.schema import Schema
from parcours.store.log.bridge import fetch, insert, run, run_with
from parcours.store.log.layout import event_table
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

#: Profiles that were merged, and the one that each is part of now.
_ROOTS = """
    SELECT _profile, _into FROM (
        WITH RECURSIVE up AS (
            SELECT _profile, _merged AS _into, 1 AS steps FROM facts.profiles WHERE _merged IS NOT NULL
            UNION ALL
            SELECT u._profile, p._merged, u.steps + 1 FROM up u JOIN facts.profiles p ON p._profile = u._into
            WHERE p._merged IS NOT NULL
        ) SELECT _profile, arg_max(_into, steps) AS _into FROM up GROUP BY _profile
    )
"""
_PROFILE_OF_RUN = "regexp_extract(run, '^[^/]+/[0-9]+/(.*)$', 1)"
#: Tables whose rows go with the profile.
_HANDED_OVER = ("journey_steps", "deliveries")


# --- changing ----------------------------------------------------------------------------------------------


def hand_over(con: Connection, links: pl.DataFrame) -> None:
    """What the log holds of profiles that are merged or separated becomes that of others; before anything of the tick
    that does it is written, within the caller's transaction."""
    for number, into in links.filter(pl.col("kind") == "unmerge").select("_profile", "_into").iter_rows():
        _give_back(con, number, into)
    pairs = _ends(links)
    if pairs.height:
        for table in _HANDED_OVER:
            run_with(
                con,
                f"UPDATE facts.{table} AS t SET _profile = m._into FROM {{rows}} m WHERE t._profile = m._profile",
                pairs,
            )
        _unite(con, pairs)


def rename(con: Connection, links: pl.DataFrame) -> None:
    """The profiles as they are called now, and which are part of others; after those of the tick are written."""
    called = links.filter(pl.col("kind") == "main").unique("_profile", keep="last")
    if called.height:
        run_with(
            con,
            "UPDATE facts.profiles AS p SET _first_id = coalesce(p._first_id, p._profile_id), _profile_id = m.id "
            "FROM {rows} m WHERE p._profile = m._profile",
            called.select("_profile", "id"),
        )
    merged = links.filter(pl.col("kind").is_in(["merge", "unmerge"])).unique("_profile", keep="last")
    if merged.height:
        into = pl.when(pl.col("kind") == "merge").then("_into")
        run_with(
            con,
            "UPDATE facts.profiles AS p SET _merged = m._into FROM {rows} m WHERE p._profile = m._profile",
            merged.select("_profile", _into=into),
        )


def _ends(links: pl.DataFrame) -> pl.DataFrame:
    """Who is gone with these links, and what each is part of in the end."""
    rows = links.filter(pl.col("kind") == "merge").select("_profile", "_into").unique("_profile", keep="last")
    ways = dict(rows.iter_rows())
    ends = []
    for into in rows["_into"].to_list():
        while into in ways:
            into = ways[into]
        ends.append(into)
    return rows.select("_profile", _into=pl.Series(ends, dtype=pl.Int32))


def _unite(con: Connection, pairs: pl.DataFrame) -> None:
    """Memberships of several profiles become those of one: it was in a segment whenever one of them was."""
    involved = pl.concat([pairs, pairs.select(_profile="_into", _into="_into")]).unique("_profile")
    found = fetch(
        con,
        "SELECT * FROM facts.qualifications WHERE _profile IN (SELECT unnest($1::INTEGER[])) ORDER BY effective, _seq",
        [involved["_profile"].to_list()],
    )
    found = found.join(involved, on="_profile", how="left", maintain_order="left")
    gone = set(pairs["_profile"].to_list())
    parts = [
        _united(rows)
        for rows in found.partition_by("_into", "segment", maintain_order=True)
        if not gone.isdisjoint(rows["_profile"].to_list())
    ]
    if not parts:
        return
    keys = [rows.select("_into", "segment").head(1) for rows in parts]
    touched = found.join(pl.concat(keys), on=["_into", "segment"], how="semi")
    run_with(con, "DELETE FROM facts.qualifications WHERE _seq IN (SELECT _seq FROM {rows})", touched.select("_seq"))
    united = pl.concat(parts).with_columns(_profile="_into").drop("_into")
    insert(con, "facts.qualifications", united.sort("_seq"), {})


def _united(rows: pl.DataFrame) -> pl.DataFrame:
    """Of entries and exits of several profiles, in order, those at which the first entered and the last left."""
    if rows["_profile"].n_unique() == 1:
        return rows
    inside, kept, entered = set[int](), [], rows["status"] == "realized"
    for place, (profile, enters) in enumerate(zip(rows["_profile"], entered, strict=True)):
        before = bool(inside)
        inside = inside | {profile} if enters else inside - {profile}
        if bool(inside) != before:
            kept.append(place)
    found = rows[kept]
    order = found.select("_tick", "_seq").sort("_seq")
    return found.with_columns(order["_tick"], order["_seq"])


def _give_back(con: Connection, number: int, whole: int) -> None:
    """Runs that were begun under ids of a profile are its own again."""
    ids = ids_of(con, parts_of(con, number))
    for table in _HANDED_OVER:
        run(
            con,
            f"UPDATE facts.{table} SET _profile = $1 WHERE _profile = $2 AND list_contains($3, {_PROFILE_OF_RUN})",
            [number, whole, ids],
        )


# --- asking ------------------------------------------------------------------------------------------------


def resolve(con: Connection, ids: Sequence[str]) -> pl.DataFrame:
    """The profile that each of these ids leads to: ``id``, ``_profile``, ``_profile_id``; null where there is none."""
    sql = f"""
        WITH asked AS (SELECT unnest($1::VARCHAR[]) AS id, generate_subscripts($1::VARCHAR[], 1) AS place),
             wanted AS (SELECT DISTINCT id FROM asked),
             names AS (
                 SELECT id, arg_max(_profile, (since, _seq)) AS _profile FROM (
                     SELECT p._profile_id AS id, _profile, TIMESTAMPTZ '-infinity' AS since, 0 AS _seq
                     FROM facts.profiles p SEMI JOIN wanted w ON p._profile_id = w.id
                     UNION ALL
                     SELECT p._first_id AS id, _profile, TIMESTAMPTZ '-infinity', 0
                     FROM facts.profiles p SEMI JOIN wanted w ON p._first_id = w.id
                     UNION ALL
                     SELECT i.id, _profile, CASE kind WHEN 'since' THEN _time ELSE TIMESTAMPTZ '-infinity' END, _seq
                     FROM facts.identities i SEMI JOIN wanted w ON i.id = w.id
                     WHERE kind IN ('main', 'alias', 'since')
                 ) GROUP BY id
             ),
             roots AS ({_ROOTS})
        SELECT a.id, p._profile, p._profile_id FROM asked a LEFT JOIN names n ON n.id = a.id
        LEFT JOIN roots r ON r._profile = n._profile
        LEFT JOIN facts.profiles p ON p._profile = coalesce(r._into, n._profile) ORDER BY a.place
    """
    return fetch(con, sql, [list(ids)])


def parts_of(con: Connection, number: int) -> list[int]:
    """The numbers of a profile: its own, and those of all that were merged into it."""
    sql = """
        WITH RECURSIVE down AS (
            SELECT $1::INTEGER AS _profile
            UNION ALL
            SELECT p._profile FROM facts.profiles p JOIN down d ON p._merged = d._profile
        ) SELECT DISTINCT _profile FROM down ORDER BY _profile
    """
    return [int(row[0]) for row in run(con, sql, [number])]


def ids_of(con: Connection, numbers: Collection[int]) -> list[str]:
    """All ids that ever were those of these profiles, sorted."""
    sql = """
        SELECT DISTINCT id FROM (
            SELECT unnest([_profile_id, _first_id]) AS id FROM facts.profiles WHERE list_contains($1, _profile)
            UNION ALL
            SELECT id FROM facts.identities
            WHERE list_contains($1, _profile) AND kind IN ('main', 'alias', 'since')
        ) WHERE id IS NOT NULL ORDER BY id
    """
    return [str(row[0]) for row in run(con, sql, [list(numbers)])]


def merge_of(con: Connection, merge: str) -> tuple[int, int] | None:
    """The number of the profile that this merge, which was not taken back, made part of another one; and its tick."""
    sql = """
        SELECT _profile, _tick FROM facts.identities m WHERE merge = $1 AND kind = 'merge'
        AND NOT EXISTS (SELECT 1 FROM facts.identities u WHERE u.merge = $1 AND u.kind = 'unmerge')
    """
    rows = run(con, sql, [merge])
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


def history(con: Connection, numbers: Collection[int] | None) -> pl.DataFrame:
    """Merges of these profiles (default: all), in order, with how many ``events`` moved: see the view ``merges``."""
    where = "" if numbers is None else "WHERE list_contains($1, m._profile) OR list_contains($1, m._into)"
    sql = f"""
        SELECT m.* EXCLUDE (_profile, _into, _tick), coalesce(e.events, 0) AS events FROM merges m LEFT JOIN (
            SELECT _tick, _was, count(*) AS events FROM facts.moved_events GROUP BY _tick, _was
        ) e ON e._tick = m._tick AND e._was = m._profile {where} ORDER BY m._tick, m._profile
    """
    return fetch(con, sql, [] if numbers is None else [list(numbers)])


def events_of(con: Connection, schema: Schema, profiles: Collection[int]) -> tuple[EventBatch, ...]:
    """The events of these profiles that count, by type, in order of arrival."""
    return _events(con, schema, "_profile IN (SELECT unnest($1::INTEGER[]))", [list(profiles)])


def events_to_give_back(
    con: Connection, schema: Schema, number: int, tick: int, whole: int, ids: Sequence[str]
) -> tuple[EventBatch, ...]:
    """The events of profile ``whole`` that were those of ``number`` until the tick of their merge, or came since then
    under one of these ids."""
    found: list[EventBatch] = []
    for event in schema.events:
        moved = f"SELECT _event_id FROM {event_table(event)} WHERE _profile = $2 AND _retracted = $3"
        came = "SELECT _event_id FROM facts.event_origins WHERE event = $4 AND list_contains($5, id) AND _tick > $3"
        where = f"_profile = $1 AND _event_id IN ({moved} UNION ALL {came})"
        found += _events(con, schema, where, [whole, number, tick, event, list(ids)], [event])
    return tuple(found)


def _events(
    con: Connection, schema: Schema, where: str, parameters: list[object], types: Sequence[str] | None = None
) -> tuple[EventBatch, ...]:
    found: list[EventBatch] = []
    for event in schema.events if types is None else types:
        properties = schema.events[event]
        names = ", ".join(quote(name) for name in [*EVENT_COLUMNS, *properties])
        sql = f"SELECT {names} FROM {event_table(event)} WHERE _retracted IS NULL AND {where} ORDER BY _seq"
        rows = fetch(con, sql, parameters, properties)
        if rows.height:
            found.append(EventBatch(event, rows.with_columns(pl.col("_profile").alias(WAS))))
    return tuple(found)


def changes_of(con: Connection, schema: Schema, profiles: Collection[int]) -> pl.DataFrame:
    """Changes of attributes of these profiles in order of arrival: ``_tick``, ``PROFILE_CHANGE_COLUMNS``, values."""
    names = ", ".join(quote(name) for name in ["_tick", *PROFILE_CHANGE_COLUMNS, *schema.attributes])
    sql = f"SELECT {names} FROM facts.profile_changes WHERE _profile IN (SELECT unnest($1::INTEGER[])) ORDER BY _seq"
    return fetch(con, sql, [list(profiles)], schema.attributes)
