"""What is declared and documented is what the database has."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from parcours.core import facts
from parcours.core.schema import STRING, Schema
from parcours.store.log import Log, tables
from parcours.store.log.tables import Column

SCHEMA = Schema().with_event("buy", {"code": STRING}).with_attributes({"city": STRING})


def columns(log: Log, schema: str, table: str) -> list[tuple[str, str]]:
    found = log.query(
        "select column_name, replace(data_type, 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ') from duckdb_columns() "
        f"where schema_name = '{schema}' and table_name = '{table}' order by column_index"
    )
    return found.rows()


def declared(parts: Iterable[Column]) -> list[tuple[str, str]]:
    return [(part.name, part.sql) for part in parts]


def test_tables(log: Log) -> None:
    log.commit([], SCHEMA)
    own = [("code", "VARCHAR")]
    assert columns(log, "facts", "event_buy") == declared(tables.EVENT.columns) + own
    for table in tables.TABLES:
        typed = [("city", "VARCHAR")] if table is tables.PROFILE_CHANGES else []
        assert columns(log, "facts", table.name) == declared(table.columns) + typed
    names = set(log.query("select table_name from duckdb_tables() where schema_name = 'facts'")["table_name"])
    assert names == {table.name for table in tables.TABLES} | {"event_buy"}


def test_views(log: Log) -> None:
    log.commit([], SCHEMA)
    assert columns(log, "main", "buy") == [*declared(tables.EVENT_VIEW), ("code", "VARCHAR")]
    assert columns(log, "main", "profiles") == [*declared(tables.PROFILES_VIEW), ("city", "VARCHAR")]
    for view in tables.VIEWS:
        assert columns(log, "main", view.name) == declared(view.columns)
    names = set(log.query("select view_name from duckdb_views() where not internal")["view_name"])
    assert names == tables.TAKEN | {"buy"}


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (tables.PROFILES, facts.NEW_PROFILE_COLUMNS),
        (tables.IDENTITIES, facts.LINK_COLUMNS),
        (tables.EVENT_ORIGINS, facts.ORIGIN_COLUMNS),
        (tables.PROFILE_CHANGES, facts.PROFILE_CHANGE_COLUMNS),
        (tables.EVENT, facts.EVENT_COLUMNS),
        (tables.QUALIFICATIONS, facts.QUALIFICATION_COLUMNS),
        (tables.JOURNEY_STEPS, facts.STEP_COLUMNS),
        (tables.DELIVERIES, facts.DELIVERY_COLUMNS),
        (tables.OUTCOMES, facts.OUTCOME_COLUMNS),
        (tables.DEAD_LETTERS, facts.DEAD_LETTER_COLUMNS),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_every_column_of_the_facts_has_a_place(table: tables.Table, known: dict[str, object]) -> None:
    of_the_log = {"_tick", "_seq", "_retracted", "_first_id", "_merged", "_message"}
    later = {"event", "status", "settled"} if table is tables.DEAD_LETTERS else set()
    assert {column.name for column in table.columns} - of_the_log - later == set(known)


def test_every_column_has_a_meaning() -> None:
    for table in [*tables.TABLES, tables.EVENT, *tables.VIEWS]:
        assert table.prose.endswith(".")
        assert all(column.prose for column in table.columns)
