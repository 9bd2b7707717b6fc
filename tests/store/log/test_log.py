"""Committing: all or nothing, in order, found again after closing."""

from __future__ import annotations

import threading
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import WorkspaceError
from parcours.core.facts import Outputs
from parcours.core.schema import STRING
from parcours.store.log import Log
from tests.store.log.build import (
    NOON,
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


def test_everything_of_a_tick_is_found_after_closing(path: Path) -> None:
    outputs = Outputs(qualified("silver", 0), step(0), delivery("k1", 0))
    with Log.open(path) as log:
        assert log.last_tick() is None
        log.commit(
            [
                tick(
                    1,
                    outputs,
                    new_profiles=profiles("anna", "bob"),
                    profile_changes=change(0, city="Lyon"),
                    events=(events("purchase", {"id": "e1", "total": 3.5, "items": [{"sku": "a", "n": 2}]}),),
                )
            ],
            SHOP,
            consumed={"part-1": 4},
        )
    with Log.open(path) as log:
        assert log.last_tick() == (1, NOON + 1_000_000)
        assert log.schema == SHOP
        assert log.consumed() == {"part-1": 4}
        assert log.query("select * from purchase").select("_profile_id", "_event_id", "total", "items").to_dicts() == [
            {"_profile_id": "anna", "_event_id": "e1", "total": 3.5, "items": [{"sku": "a", "n": 2}]}
        ]
        assert log.query("select _profile_id, city, age from profiles order by all").rows() == [
            ("anna", "Lyon", None),
            ("bob", None, None),
        ]
        assert log.query("select _profile_id, segment, status from qualifications").rows() == [
            ("anna", "silver", "realized")
        ]
        assert log.query("select _profile_id, activity from journey_steps").rows() == [("anna", "a")]
        assert log.pending_deliveries()["key"].to_list() == ["k1"]


def test_a_failing_commit_leaves_nothing(log: Log) -> None:
    log.commit([tick(1, new_profiles=profiles("anna"))], SHOP)
    wider = SHOP.with_event("view", {"url": STRING})
    bad = events("purchase", {"id": "e1"})
    broken = type(bad)("purchase", bad.rows.with_columns(total=pl.lit("three")))

    with pytest.raises(WorkspaceError, match="three"):
        log.commit([tick(2, events=(events("Log-in", {"id": "e0"}), broken))], wider, consumed={"f": 1})

    assert (log.last_tick(), log.schema, log.consumed()) == ((1, NOON + 1_000_000), SHOP, {})
    assert log.query('from "Log-in"').is_empty()
    log.commit([tick(2, events=(events("Log-in", {"id": "e0"}),))], wider)
    assert log.query('from "Log-in"').height == 1


def test_arrival_numbers_go_on_over_commits_and_restarts(path: Path) -> None:
    with Log.open(path) as log:
        log.commit([tick(1, events=(events("purchase", {"id": "a"}), events("Log-in", {"id": "b"})))], SHOP)
        log.commit([], dead_letters=dead_letter("{}"))
    with Log.open(path) as log:
        log.commit([tick(2, events=(events("purchase", {"id": "c"}, {"id": "d"}),))])
        numbers = log.query(
            'select _event_id, _seq from purchase union all select _event_id, _seq from "Log-in" '
            "union all select code, _seq from dead_letters order by _seq"
        )
    assert numbers["_event_id"].to_list() == ["a", "b", "bad-time", "c", "d"]
    assert numbers["_seq"].is_unique().all()


def test_many_small_ticks_of_different_types_in_one_commit(log: Log) -> None:
    """Rows of a table are written together, yet every row has the tick and the arrival number of its own."""
    log.commit([tick(1, events=(events("Log-in", {"id": "e0"}),))], SHOP)
    log.commit(
        [
            tick(n, Outputs(qualified("s", n)), events=(events("purchase" if n % 2 else "Log-in", {"id": f"e{n}"}),))
            for n in range(2, 26)
        ]
    )
    sql = """
        select _tick, _event_id as what, _seq from purchase union all select _tick, _event_id, _seq from "Log-in"
        union all select _tick, 'q', _seq from qualifications order by _seq
    """
    expected = [(1, "e0", 1)]
    for n in range(2, 26):
        expected += [(n, f"e{n}", 2 * n - 2), (n, "q", 2 * n - 1)]
    assert log.query(sql).rows() == expected
    assert log.query("select _tick, events, _seq from ticks").rows() == [(n, 1, 2 * n - 1) for n in range(1, 26)]


@pytest.mark.parametrize("numbers", [(1,), (3, 3), (4, 3)])
def test_ticks_must_be_in_order(log: Log, numbers: tuple[int, ...]) -> None:
    log.commit([tick(1), tick(2)])
    with pytest.raises(WorkspaceError) as error:
        log.commit([tick(number) for number in numbers])
    assert error.value.code == "tick-order"
    assert log.last_tick() == (2, NOON + 2_000_000)


def test_consumed_files_are_updated_and_forgotten(log: Log) -> None:
    log.commit([], consumed={"a": 1, "b": 2})
    log.commit([], consumed={"a": 5, "c": 0})
    log.commit([], consumed={"b": None})
    assert log.consumed() == {"a": 5, "c": 0}


def test_outcomes_settle_deliveries(log: Log) -> None:
    log.commit([tick(1, Outputs(deliveries=pl.concat([delivery("k1", 0), delivery("k2", 0)])))], SHOP)
    log.commit([tick(2, outcomes=outcome("k1"))])
    assert log.pending_deliveries()["key"].to_list() == ["k2"]


def test_readers_work_while_another_thread_commits(log: Log) -> None:
    log.commit([tick(1)], SHOP)
    seen: list[int] = []

    def read() -> None:
        for _ in range(30):
            seen.append(log.query("select count(*) from purchase").item())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(2, 30):
        log.commit([tick(number, events=(events("purchase", {"id": f"e{number}"}),))])
    reader.join()
    assert seen == sorted(seen)
    assert len(seen) == 30


def test_a_closed_log_says_so(path: Path) -> None:
    log = Log.open(path)
    log.close()
    log.close()
    with pytest.raises(WorkspaceError) as error:
        log.consumed()
    assert error.value.code == "closed"


def test_a_log_opened_for_reading_takes_no_commit(path: Path) -> None:
    Log.open(path).close()
    with Log.open(path, read_only=True) as log, pytest.raises(WorkspaceError) as error:
        log.commit([tick(1)])
    assert error.value.code == "read-only"
