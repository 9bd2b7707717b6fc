"""Merges and separations in the log: what changes hands, what is played again, what is left of it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from parcours.core.clock import HOUR
from parcours.core.facts import INSTANT, LINK_COLUMNS, WAS, Batch, EventBatch, Outputs, TickRecord
from parcours.store.log import Log
from tests.store.log.build import NOON, SHOP, events, frame, profiles, qualified


def linked(kind: str, profile: int, into: int | None = None, **more: object) -> pl.DataFrame:
    row = {"kind": kind, "_profile": profile, "_into": into, "_time": NOON, "reason": kind, **more}
    return frame(LINK_COLUMNS, [row])


def moved(batch: EventBatch, profile: int) -> EventBatch:
    was = pl.col("_profile").alias(WAS)
    return EventBatch(
        batch.type, batch.rows.with_columns(was).with_columns(pl.lit(profile, pl.Int32).alias("_profile"))
    )


def commit(log: Log, number: int, batch: Batch, qualifications: pl.DataFrame | None = None) -> None:
    log.commit([TickRecord(number, NOON + number * HOUR, batch, Outputs(qualifications))], SHOP)


def merged(log: Log) -> EventBatch:
    """A log in which ``zoe-7`` (0) becomes part of ``bob`` (1) with the second tick."""
    bought = events("purchase", {"id": "e1", "who": 0, "total": 1.0}, {"id": "e2", "who": 0, "total": 2.0})
    entries = [qualified("s", 0, at=NOON), qualified("t", 0, at=NOON), qualified("s", 1, at=NOON + HOUR)]
    left = [qualified("s", 0, "exited", at=NOON + 2 * HOUR)]
    commit(log, 1, Batch(profiles("zoe-7", "bob"), events=(bought,)), pl.concat(entries + left))
    links = linked("merge", 0, 1, was="zoe-7", merge="0.1", message_id="m")
    commit(log, 2, Batch(links=links, moved=(moved(bought, 1),)))
    return bought


def test_what_changes_hands_is_no_correction(tmp_path: Path) -> None:
    with Log.open(tmp_path / "a.duckdb") as log:
        merged(log)
        first, second = log.records()
        assert first.batch.events[0].rows["_profile"].to_list() == [0, 0]
        assert not second.batch.events
        assert not second.batch.retracted
        (hands,) = second.batch.moved
        assert hands.rows.select("_event_id", "_profile", WAS).rows() == [("e1", 1, 0), ("e2", 1, 0)]
        assert second.batch.links.row(0, named=True)["merge"] == "0.1"
        assert log.query("select _profile_id, _event_id from purchase order by all").rows() == [
            ("bob", "e1"),
            ("bob", "e2"),
        ]
        assert log.profile_ids()["_profile_id"].to_list() == ["bob"]
        assert log.merges().select("_profile_id", "into_id", "events", "unmerged").rows() == [("zoe-7", "bob", 2, None)]


def test_memberships_are_the_union(tmp_path: Path) -> None:
    with Log.open(tmp_path / "a.duckdb") as log:
        merged(log)
        sql = "select segment, _profile, status, effective from facts.qualifications order by _seq"
        found = log.query(sql).with_columns(pl.col("effective").cast(INSTANT).to_physical())
        assert found.rows() == [("s", 1, "realized", NOON), ("t", 1, "realized", NOON)]
        assert log.members("s")["_profile_id"].to_list() == ["bob"]


def test_taken_back_it_is_as_before(tmp_path: Path) -> None:
    with Log.open(tmp_path / "a.duckdb") as log:
        bought = merged(log)
        found = log.events_to_give_back(0, 2, 1, ["zoe-7"])
        assert [batch.rows.select("_event_id", WAS).rows() for batch in found] == [[("e1", 1), ("e2", 1)]]
        back = moved(EventBatch("purchase", bought.rows.with_columns(_profile=pl.lit(1, pl.Int32))), 0)
        commit(log, 3, Batch(links=linked("unmerge", 0, 1, merge="0.1"), moved=(back,)))
        assert log.merge_of("0.1") is None
        assert log.profile_ids()["_profile_id"].to_list() == ["zoe-7", "bob"]
        assert log.resolve(["zoe-7", "bob", "x"])["_profile"].to_list() == [0, 1, None]
        assert log.merges()["unmerged"].null_count() == 0
        assert [len(record.batch.moved) for record in log.records()] == [0, 1, 1]


def test_who_is_erased_takes_everything_along(tmp_path: Path) -> None:
    with Log.open(tmp_path / "a.duckdb") as log:
        merged(log)
        commit(log, 3, Batch(erased=pl.Series([0, 1], dtype=pl.Int32).to_numpy()))
        tables = ("profiles", "identities", "moved_events", "event_origins", "qualifications", "event_purchase")
        assert [log.query(f"select count(*) from facts.{name}").item() for name in tables] == [0] * len(tables)
        assert [record.batch.links.height for record in log.records()] == [0, 0, 0]
    content = (tmp_path / "a.duckdb").read_bytes()
    assert b"zoe-7" not in content


def test_a_profile_is_known_as_it_was_called_when_it_came(tmp_path: Path) -> None:
    with Log.open(tmp_path / "a.duckdb") as log:
        commit(log, 1, Batch(profiles("web")))
        commit(log, 2, Batch(links=linked("main", 0, id="anna", was="web")))
        assert next(iter(log.records())).batch.new_profiles["_profile_id"].to_list() == ["web"]
        assert log.profile_ids()["_profile_id"].to_list() == ["anna"]
        assert log.resolve(["web"])["_profile_id"].to_list() == ["anna"]
        assert log.ids_of([0]) == ["anna", "web"]
