"""A real server, with databases that know nothing of each other."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from parcours.testing.postgres import PostgresServer


def did(url: str, *statements: str) -> list[object]:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            *_, last = [connection.execute(text(statement)) for statement in statements]
            return list(last.scalars()) if last.returns_rows else []
    finally:
        engine.dispose()


def test_databases_are_made_copied_and_dropped(postgres: PostgresServer) -> None:
    first, second = postgres.database(), postgres.database()
    assert did(first, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)", "SELECT n FROM t") == [7]
    assert did(second, "SELECT count(*) FROM pg_tables WHERE tablename = 't'") == [0]
    copied = postgres.copy(first)
    assert did(copied, "SELECT n FROM t") == [7]
    for url in (first, second, copied):
        postgres.drop(url)
    left = did(postgres.url("postgres"), "SELECT datname FROM pg_database")
    assert not {url.rpartition("/")[2] for url in (first, second, copied)} & set(left)
