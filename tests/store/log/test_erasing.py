"""After erasing, no table and no byte of the file knows the profile."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import WorkspaceError
from parcours.core.facts import Outputs
from parcours.store.log import Log, erasing
from parcours.store.log.tables import ERASED, META
from tests.store.log.build import (
    SHOP,
    change,
    dead_letter,
    delivery,
    events,
    outcome,
    profiles,
    qualified,
    step,
    tick,
)

ID = "anna.secret@example.org"


def fill(log: Log) -> None:
    """Two profiles with something in every table; the one to be erased is number 0."""
    both = Outputs(
        pl.concat([qualified("silver", 0), qualified("silver", 1)]),
        pl.concat([step(0, detail=f"to {ID}"), step(1)]),
        pl.concat([delivery("k0", 0, content=f'{{"to": "{ID}"}}'), delivery("k1", 1)]),
    )
    rows = [{"id": f"{who}-{number}", "who": who, "total": 1.0} for who in (0, 1) for number in range(50)]
    log.commit(
        [
            tick(
                1,
                both,
                new_profiles=profiles(ID, "bob"),
                profile_changes=pl.concat([change(0, city=f"street of {ID}"), change(1, city="Lyon")]),
                events=(events("purchase", *rows), events("Log-in", {"id": "l", "who": 0, "device": ID})),
            ),
            tick(2, outcomes=pl.concat([outcome("k0", f"550 no {ID}"), outcome("k1")])),
        ],
        SHOP,
        dead_letters=pl.concat(
            [dead_letter(f'{{"mail": "{ID}"}}'), dead_letter(f"x{ID}y"), dead_letter('{"mail": 1}')]
        ),
    )


def rows_naming(log: Log, words: str) -> dict[str, int]:
    """Rows by table that hold these words anywhere."""
    tables = log.query("select schema_name || '.\"' || table_name || '\"' as t from duckdb_tables()")["t"]
    counts = {
        name: log.query(f"select count(*) from {name} x where x::varchar like '%{words}%'").item() for name in tables
    }
    return {name: count for name, count in counts.items() if count}


def bytes_of(path: Path) -> bytes:
    wal = path.with_name(path.name + ".wal")
    return path.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


def test_nothing_in_tables_or_file(path: Path) -> None:
    with Log.open(path) as log:
        fill(log)
        assert len(rows_naming(log, ID)) >= 6
        assert ID.encode() in bytes_of(path)

        log.commit([tick(3, Outputs(qualified("silver", 0, "exited")), erased=[0])])

        assert rows_naming(log, ID) == {'facts."dead_letters"': 1}  # the one where it is no word of its own
        for name in log.query("select distinct table_name from duckdb_columns() where column_name = '_profile'")[
            "table_name"
        ]:
            if log.query(f"select 1 from duckdb_tables() where table_name = '{name}'").height:
                left = log.query(f'select count(*) from facts."{name}" where _profile = 0').item()
                assert left == (name == ERASED.name), name
        assert log.query("select key from outcomes")["key"].to_list() == ["k1"]
        assert log.query("select count(*) from purchase").item() == 50
        assert log.query("select payload from dead_letters where payload like '%: 1%'").height == 1
        assert log.profile_count() == 2
        assert log.profile_ids()["_profile_id"].to_list() == ["bob"]
    left = bytes_of(path).replace(f"x{ID}y".encode(), b"")
    assert ID.encode() not in left


def test_without_a_rewrite_the_rows_are_gone_and_the_bytes_follow_at_closing(path: Path) -> None:
    with Log.open(path) as log:
        fill(log)
        log.commit([tick(3, erased=[0])], rewrite=False)
        assert log.profile_ids()["_profile_id"].to_list() == ["bob"]
        assert log.query(f"select 1 from facts.{META.name} where key = '{erasing.REWRITE_DUE}'").height == 1
    assert f'"to": "{ID}"'.encode() not in bytes_of(path)


def test_a_rewrite_that_is_due_is_done_at_the_next_opening(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Path) -> None:
        raise OSError(28, "No space left on device")

    log = Log.open(path)
    fill(log)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "rewrite", fails)
        log.commit([tick(3, erased=[0])])
        assert log.rewrite_due
        assert log.last_tick()[0] == 3  # type: ignore[index]
        assert log.query("select count(*) from purchase").item() == 50
        with pytest.raises(WorkspaceError) as error:
            log.close()
        assert error.value.code == "disk-full"
    assert f'"to": "{ID}"'.encode() in bytes_of(path)
    erasing.unfinished(path).write_bytes(b"half a file")
    with Log.open(path) as again:
        assert again.query(f"select 1 from facts.{META.name} where key = '{erasing.REWRITE_DUE}'").is_empty()
        assert f'"to": "{ID}"'.encode() not in bytes_of(path)
    assert list(path.parent.iterdir()) == [path]


def test_a_rewrite_changes_nothing_else(log: Log) -> None:
    fill(log)
    names = log.query("select schema_name || '.\"' || table_name || '\"' as t from duckdb_tables()")["t"]
    before = {name: log.query(f"select * from {name}") for name in names}
    views = log.query("select view_name, sql from duckdb_views() where not internal order by 1")
    log.rewrite()
    assert all(log.query(f"select * from {name}").equals(before[name]) for name in names)
    assert log.query("select view_name, sql from duckdb_views() where not internal order by 1").equals(views)
    log.commit([tick(3, events=(events("purchase", {"id": "new"}),))])
    assert log.query("select max(_seq) = count(distinct _seq) from (select _seq from purchase)").height


def test_profiles_erased_and_seen_again_get_new_numbers(log: Log) -> None:
    fill(log)
    log.commit([tick(3, erased=[0, 1])])
    assert log.profile_count() == 2
    log.commit([tick(4, new_profiles=profiles(ID, first=2))])
    assert log.profile_ids().select("_profile", "_profile_id").rows() == [(2, ID)]
    assert log.profile_count() == 3


def test_a_rewrite_waits_for_readers(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parcours.store.log.log._PATIENCE", 0.1)
    fill(log)
    reader = log.records()
    next(reader)
    with pytest.raises(WorkspaceError) as error:
        log.rewrite()
    assert error.value.code == "busy"
    log.commit([tick(3, erased=[0])])
    assert log.rewrite_due
    assert log.profile_ids()["_profile_id"].to_list() == ["bob"]
    reader.close()
    log.rewrite()
    assert not log.rewrite_due


def test_readers_survive_rewrites(log: Log) -> None:
    fill(log)
    counts: list[int] = []

    def read() -> None:
        for _ in range(40):
            counts.append(log.query("select count(*) from purchase").item())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(3):
        log.rewrite()
    reader.join()
    assert counts == [100] * 40
