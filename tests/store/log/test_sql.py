"""SQL of users reads the log and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from parcours.core.errors import InputError
from parcours.store.log import Log
from tests.store.log.build import SHOP, events, profiles, tick


@pytest.fixture(autouse=True)
def _filled(log: Log) -> None:
    rows = [{"id": "e1", "total": 2.5, "items": [{"sku": "a", "n": 2}, {"sku": "b", "n": 1}]}, {"id": "e2"}]
    log.commit([tick(1, new_profiles=profiles("anna"), events=(events("purchase", *rows),))], SHOP)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from purchase",
        "from purchase select _event_id",
        "with a as (select 1) select * from a;",
        "describe purchase",
        "summarize purchase",
        "show tables",
        "show all tables",
        "explain select * from purchase",
        "values (1), (2)",
        "table ticks",
        "pivot purchase on _event_id in ('e1', 'e2') using count(*)",
        "select unnest(items).sku from purchase",
    ],
)
def test_reading(log: Log, sql: str) -> None:
    assert log.query(sql).height > 0


@pytest.mark.parametrize(
    "sql",
    [
        "delete from facts.event_purchase",
        "update facts.ticks set _tick = 7",
        "insert into facts.ticks values (9, null, 0, 0)",
        "create table t as select 1",
        "create temp table t as select 1",
        "drop view purchase",
        "alter table facts.ticks add column a integer",
        "set threads = 1",
        "pragma database_size",
        "attach ':memory:' as other",
        "copy purchase to 'out.csv'",
        "export database 'out'",
        "checkpoint",
        "begin",
        "call pragma_version()",
        "install httpfs",
        "load httpfs",
        "with gone as (delete from facts.ticks returning *) select * from gone",
        "explain analyze delete from facts.ticks",
        "select 1; select 2",
        "",
    ],
)
def test_not_reading(log: Log, sql: str) -> None:
    with pytest.raises(InputError):
        log.query(sql)
    assert log.query("select count(*) from purchase").item() == 2
    assert log.query("select _tick from ticks").rows() == [(1,)]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{file}')",
        "select * from read_csv('{file}')",
        "select * from '{file}'",
        "select * from glob('{folder}/*')",
        "select * from sniff_csv('{file}')",
        "select * from query('select * from read_text(''{file}'')')",
        "select * from read_duckdb('{file}')",
    ],
)
def test_no_way_to_files(log: Log, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as error:
        log.query(sql.format(file=file, folder=tmp_path))
    assert error.value.hint


def test_python_variables_cannot_be_queried(log: Log) -> None:
    frame = log.query("select 1 as a")
    assert frame.height == 1
    with pytest.raises(InputError):
        log.query("select * from frame")


def test_an_error_of_the_statement_is_told(log: Log) -> None:
    with pytest.raises(InputError) as error:
        log.query("select totl from purchase")
    assert error.value.code == "bad-sql"
    assert 'Candidate bindings: "total"' in str(error.value)


def test_instants_are_utc_and_durations_are_durations(log: Log) -> None:
    found = log.query(
        "select min(_time) as first, max(_time) - min(_time) as span, interval 2 days as two, "
        "[interval 1 day] as listed, {'x': _time} as x from purchase group by _time"
    )
    row = found.row(0, named=True)
    assert row["first"] == datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert (row["span"], row["two"], row["listed"]) == (timedelta(0), timedelta(days=2), "[1 day]")
    assert row["x"]["x"] == row["first"]


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("sum(n) from (select unnest([1, 2]) as n)", 3),
        ("12345678901234567890123456789.5::decimal(38, 1)", None),
        ("170141183460469231731687303715884105727::hugeint", 2.0**127),
        ("'f47ac10b-58cc-4372-a567-0e02b2c3d479'::uuid", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
        ("map {'a': 1}", "{a=1}"),
        ("'101'::bit", "101"),
        ("'x'::enum ('x', 'y')", "x"),
        ("'12:30:00'::time", None),
        ("'\\x01'::blob", b"\x01"),
        ("null", None),
        ("date '2024-02-29'", datetime(2024, 2, 29, tzinfo=UTC).date()),
        ("timestamp_ns '2024-02-29 00:00:00'", None),
        ("union_value(n := 1)", "1"),
        ("'12:30:00+01'::timetz", "12:30:00+01"),
        ("array_value(1, 2)", [1, 2]),
        ("'12:30:00.123456789'::time_ns", None),
        ("123456789012345678901234567890123456789012::bignum", "123456789012345678901234567890123456789012"),
        ("[{'a': interval 1 day}]", "[{'a': 1 day}]"),
    ],
)
def test_every_type_of_result_comes_as_something(log: Log, sql: str, value: object) -> None:
    found = log.query(f"select {sql}" if " from " in sql else f"select {sql} as v").to_series()[0]
    shown = found.to_list() if hasattr(found, "to_list") else found
    assert value is None or shown == value


def test_columns_of_one_name_are_numbered(log: Log) -> None:
    found = log.query("select 1 as a, interval 1 day as a, 3 as A, 4 as a_2")
    assert found.columns == ["a", "a_2", "A_3", "a_2_2"]
    assert found.row(0) == (1, timedelta(days=1), 3, 4)
    joined = log.query("select * from purchase p join facts.event_purchase e on e._event_id = p._event_id")
    assert {"_event_id", "_event_id_2"} <= set(joined.columns)
