"""PostgreSQL, with a real server: what is new since the last time, and what has changed in a whole table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from parcours.core.errors import DefinitionError
from parcours.flow.ingest.clients.rows import read
from parcours.flow.ingest.connectors import settings_of
from parcours.testing.postgres import PostgresServer
from tests.flow.ingest.connectors.kept import Kept, connected, until

ORDERS = """
    CREATE TABLE orders (id bigint PRIMARY KEY, customer text, total numeric, at timestamptz, tags text[],
        note jsonb, day date, ratio double precision, raw bytea)
"""
CUSTOMERS = "CREATE TABLE customers (id text PRIMARY KEY, city text, age int)"


class Database:
    """A database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("+psycopg", "")

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[Database]:
    url = postgres.database()
    yield Database(url)
    postgres.drop(url)


def orders(database: Database, **more: Any) -> dict[str, Any]:
    """Settings that read orders as they come, ten times a second."""
    mapping = {"profile": "customer", "event": "purchase", "time": "at"}
    base = {"url": database.url, "table": "orders", "key": ["id"], "cursor": "id", "every": "100 ms"}
    return {**base, "mapping": mapping, **more}


def customers(database: Database, **more: Any) -> dict[str, Any]:
    base = {"url": database.url, "table": "public.customers", "key": ["id"], "every": "100 ms"}
    return {**base, "mapping": {"of": "profiles", "profile": "id"}, **more}


def insert(database: Database, first: int, last: int) -> None:
    database.do(
        f"INSERT INTO orders SELECT n, 'c' || n % 7, n * 1.10, '2026-03-01 10:00Z'::timestamptz + n * interval '1 min' "
        f"FROM generate_series({first}, {last - 1}) n"
    )


def ids(line: Kept) -> list[int]:
    return sorted(value["id"] for value in line.distinct().values())


def looked(line: Kept, times: int) -> bool:
    """Whether it has read so often."""
    return line.behind.count(0) >= times


def look_again(line: Kept) -> None:
    """Wait until everything there is now was read."""
    times = line.behind.count(0) + 2
    until(lambda: looked(line, times))


def test_rows_come_as_they_are_added_each_once(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 0, 25)
    with connected("postgres", orders(database, portion=10), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 25)
        insert(database, 25, 30)
        until(lambda: len(line.messages) == 30)
        look_again(line)
    assert not line.errors
    assert ids(line) == list(range(30))
    assert len(line.messages) == 30
    assert line.messages[0].place == "row 0"
    assert line.messages[0].id == "shop-0-0"


def test_reading_goes_on_where_it_stood_after_a_restart(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 0, 10)
    with connected("postgres", orders(database), Kept(tmp_path)) as line:
        until(lambda: looked(line, 1))
    insert(database, 10, 12)
    with connected("postgres", orders(database), Kept(tmp_path)) as line:
        until(lambda: line.messages)
        until(lambda: looked(line, 2))
    assert ids(line) == [10, 11]


def test_rows_that_share_a_cursor_are_all_read(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    same = "INSERT INTO orders (id, customer, at) SELECT n, 'c', '2026-03-01' FROM generate_series({}, {}) n"
    database.do(same.format(0, 24))
    with connected("postgres", orders(database, cursor="at", portion=10), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 25)
        database.do(same.format(25, 26))
        until(lambda: len(line.messages) == 27)
        look_again(line)
    assert ids(line) == list(range(27))
    assert len(line.messages) == 27


def test_rows_that_were_committed_late_are_read_with_an_overlap(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 100, 110)
    of = orders(database, cursor="at", overlap="30 minutes")
    with connected("postgres", of, Kept(tmp_path)) as line:
        until(lambda: looked(line, 1))
        insert(database, 90, 95)
        insert(database, 10, 12)  # too long ago
        until(lambda: len(line.messages) == 15)
        look_again(line)
    assert ids(line) == [*range(90, 95), *range(100, 110)]
    assert len(line.messages) == 15


def test_an_overlap_of_a_number(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 100, 110)
    with connected("postgres", orders(database, overlap="15"), Kept(tmp_path)) as line:
        until(lambda: looked(line, 1))
        insert(database, 90, 96)
        look_again(line)
    assert ids(line) == [94, 95, *range(100, 110)]


def test_an_overlap_that_does_not_fit_is_an_error(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 0, 3)
    with connected("postgres", orders(database, overlap="5 minutes"), Kept(tmp_path)) as line:
        until(lambda: line.errors)
    assert "does not fit" in str(line.errors[0])


def test_a_portion_that_could_not_be_kept_comes_again(database: Database, tmp_path: Path) -> None:
    database.do(ORDERS)
    insert(database, 0, 25)
    line = Kept(tmp_path)
    line.fails = 2
    with connected("postgres", orders(database, portion=10), line):
        until(lambda: len(line.messages) == 25)
    assert [str(error) for error in line.errors] == ["no room", "no room"]
    assert ids(line) == list(range(25))


def test_every_type_comes_as_postgresql_writes_it(database: Database, tmp_path: Path) -> None:
    database.do(
        ORDERS,
        """INSERT INTO orders VALUES (1, 'Zoé "Z" \\', 12.30, '2026-03-01 10:00:00.25+02', '{a,NULL,"b c"}',
           '{"deep": [1, {"x": null}]}', '2026-02-28', 'NaN', '\\x00ff'), (2, 'c', 9007199254740993, 'infinity', NULL,
           NULL, '-infinity', 1e300, NULL)""",
    )
    with connected("postgres", orders(database), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 2)
    first, second = line.values
    assert first == {
        "id": 1, "customer": 'Zoé "Z" \\', "total": 12.3, "at": "2026-03-01T08:00:00.25+00:00",
        "tags": ["a", None, "b c"], "note": {"deep": [1, {"x": None}]}, "day": "2026-02-28", "ratio": "NaN",
        "raw": "\\x00ff",
    }  # fmt: skip
    assert (second["at"], second["total"]) == ("infinity", 9007199254740993)
    calls, unread = read(line.records[0])
    assert [call.user for call in calls] == ['Zoé "Z" \\']
    assert [(each.code, each.row) for each in unread] == [("bad-time", 2)]  # for ever is no time


def test_a_table_is_compared_with_what_it_was(database: Database, tmp_path: Path) -> None:
    database.do(CUSTOMERS, "INSERT INTO customers SELECT 'c' || n, 'Lyon', n FROM generate_series(0, 24) n")
    with connected("postgres", customers(database, portion=10), Kept(tmp_path)) as line:
        until(lambda: looked(line, 3))
        assert len(line.messages) == 25
        database.do("UPDATE customers SET city = 'Nice' WHERE id = 'c3'", "DELETE FROM customers WHERE id = 'c4'")
        until(lambda: len(line.messages) == 26)
        database.do("INSERT INTO customers VALUES ('c4', 'Lyon', 4)")
        until(lambda: len(line.messages) == 27)
        look_again(line)
    assert not line.errors
    assert [value["id"] for value in line.values[25:]] == ["c3", "c4"]
    calls, _ = read(line.records[-2])
    assert (calls[0].kind, calls[0].user, bytes(calls[0].traits)) == ("identify", "c3", b'{"city":"Nice","age":3}')
    with connected("postgres", customers(database), Kept(tmp_path)) as again:
        until(lambda: looked(again, 2))
    assert not again.messages


def test_other_settings_begin_anew(database: Database, tmp_path: Path) -> None:
    database.do(CUSTOMERS, "INSERT INTO customers VALUES ('a', 'Lyon', 1)")
    with connected("postgres", customers(database), Kept(tmp_path)) as line:
        until(lambda: looked(line, 1))
    other = customers(database, table="", query="SELECT id, city FROM customers -- all of them;")
    with connected("postgres", other, Kept(tmp_path)) as line:
        until(lambda: looked(line, 2))
    assert line.values == [{"id": "a", "city": "Lyon"}]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM customers RETURNING id",
        "SELECT id FROM customers) AS q; DELETE FROM customers; SELECT (1",
        "WITH gone AS (DELETE FROM customers RETURNING id) SELECT * FROM gone",
        "SELECT set_config('transaction_read_only', 'off', false) AS id",
        "SELECT nextval('numbers')::text AS id",
    ],
)
def test_nothing_but_reading_is_done(database: Database, tmp_path: Path, statement: str) -> None:
    database.do(CUSTOMERS, "INSERT INTO customers VALUES ('a', 'Lyon', 1)", "CREATE SEQUENCE numbers")
    with connected("postgres", customers(database, table="", query=statement), Kept(tmp_path)) as line:
        until(lambda: line.errors)
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (1,)
        assert connection.execute("SELECT is_called FROM numbers").fetchone() == (False,)
    assert not line.messages


def test_a_query_may_not_take_for_ever(database: Database, tmp_path: Path) -> None:
    slow = customers(database, table="", query="SELECT pg_sleep(60)::text AS id", timeout=0.2)
    with connected("postgres", slow, Kept(tmp_path)) as line:
        until(lambda: line.errors)
    assert isinstance(line.errors[0], psycopg.errors.QueryCanceled)


def test_the_password_is_a_secret(database: Database, postgres: PostgresServer, tmp_path: Path) -> None:
    word = hashlib.sha256(b"x").hexdigest()
    database.do(CUSTOMERS, f"CREATE ROLE reader LOGIN PASSWORD '{word}'", "GRANT SELECT ON customers TO reader")
    try:
        database.do("INSERT INTO customers VALUES ('a', 'Lyon', 1)")
        url = database.url.replace("parcours@", "reader@")
        of = customers(database, url=url, password={"secret": "shop_db"})
        with connected("postgres", of, Kept(tmp_path), {"shop_db": word}) as line:
            until(lambda: line.messages)
        with connected("postgres", of, Kept(tmp_path)) as line:
            until(lambda: line.errors)
        assert "no secret 'shop_db'" in str(line.errors[0])
    finally:
        database.do("DROP OWNED BY reader", "DROP ROLE reader")


def test_a_server_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    of = {"url": "postgresql://a@127.0.0.1:1/x", "table": "t", "key": ["id"], "mapping": {"of": "profiles"}}
    with connected("postgres", of, Kept(tmp_path)) as line:
        until(lambda: line.errors)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"url": "mysql://a@b/c"}, "url"),
        ({"url": "postgresql://a:word@b/c"}, "url"),
        ({"query": "SELECT 1"}, "query"),
        ({"table": ""}, "query"),
        ({"key": [], "cursor": ""}, "key"),
        ({"cron": "soon"}, "cron"),
        ({"every": "often"}, "every"),
        ({"overlap": "much"}, "overlap"),
        ({"zone": "Mars"}, "zone"),
        ({"timeout": 0}, "timeout"),
        ({"password": "open"}, "password"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any], where: str) -> None:
    shape = {"url": "postgresql://a@b/c", "table": "t", "key": ["id"], "cursor": "id"}
    with pytest.raises(DefinitionError) as caught:
        settings_of("postgres", {**shape, "mapping": {"event": "purchase"}, **wrong})
    assert where in {problem.where for problem in caught.value.problems}
