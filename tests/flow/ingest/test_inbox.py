"""The durable queue: whole files or none, names that are never used again, errors that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from parcours.core.clock import DAY, as_datetime
from parcours.core.errors import WorkspaceError
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.flow.ingest.inbox import Inbox


def events(*rows: tuple[str, str, int], **properties: list[object]) -> pl.DataFrame:
    """Rows of (event id, profile id, day since 1970)."""
    return pl.DataFrame(
        {
            "_event_id": [row[0] for row in rows],
            "_profile_id": [row[1] for row in rows],
            "_time": pl.Series([as_datetime(row[2] * DAY) for row in rows], dtype=pl.Datetime("us", "UTC")),
            **properties,
        }
    )


def test_files_are_ordered_by_time_and_keep_what_they_got(tmp_path):
    inbox = Inbox(tmp_path / "inbox")
    name = inbox.put_events("visit", events(("a", "p", 3), ("b", "q", 1), ("c", "p", 3), n=[1, 2, 3]))

    assert name == "000000000001.events.visit.parquet"
    assert inbox.read(name).select("_event_id", "n").rows() == [("b", 2), ("a", 1), ("c", 3)]
    assert inbox.pending({}) == {name: 3}
    assert inbox.pending({name: 2}) == {name: 1}
    assert inbox.pending({name: 3}) == {}


def test_names_count_up_and_are_never_used_again(tmp_path):
    inbox = Inbox(tmp_path)
    first = inbox.put_events("visit", events(("a", "p", 1)))
    inbox.forget([first, first, "no-file-of-ours"])

    second = Inbox(tmp_path).put_events("visit", events(("b", "p", 1)))

    assert [file.name for file in inbox.files()] == [second]
    assert second > first
    assert [file.number for file in inbox.files()] == [2]


def test_event_types_with_dashes(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("my-event_2", events(("a", "p", 1)))

    assert [(file.kind, file.type) for file in inbox.files()] == [("events", "my-event_2")]


def test_corrections_become_files_of_their_own(tmp_path):
    inbox = Inbox(tmp_path)
    names = inbox.put_corrections(replace={"visit": events(("a", "p", 1))}, delete=["b"], erase=["q"], time=DAY)

    assert [name.split(".", 1)[1] for name in names] == ["replace.visit.parquet", "delete.parquet", "erase.parquet"]
    assert inbox.read(names[1]).rows() == [("b", datetime(1970, 1, 2, tzinfo=UTC))]
    assert inbox.put_corrections() == ()


def test_half_written_files_are_not_there(tmp_path):
    (tmp_path / "000000000007.events.visit.parquet.tmp").write_bytes(b"PAR1")
    inbox = Inbox(tmp_path)

    assert inbox.files() == []
    assert not list(tmp_path.glob("*.tmp"))


def test_the_schema_is_widened_by_what_is_queued(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "p", 1), n=[1.5], page=["x"]))
    inbox.put_profiles(
        pl.DataFrame(
            {"_profile_id": ["p"], "_time": [datetime(2026, 1, 1, tzinfo=UTC)], "_set": [["age"]], "age": [30]}
        )
    )

    assert inbox.schema(Schema(events={"visit": {"n": INTEGER}})) == Schema(
        attributes={"age": INTEGER}, events={"visit": {"n": DECIMAL, "page": STRING}}
    )


def test_damaged_files(tmp_path):
    inbox = Inbox(tmp_path)
    name = inbox.put_events("visit", events(("a", "p", 1)))
    (tmp_path / name).write_bytes(b"PAR1 and no more")

    for look in (inbox.read, inbox.rows):
        with pytest.raises(WorkspaceError) as caught:
            look(name)
        assert caught.value.code == "damaged"
        assert name in str(caught.value)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError) as caught:
        Inbox(tmp_path / "file" / "inbox")
    assert caught.value.hint


def test_a_full_disk_leaves_the_queue_as_it_was(tmp_path):
    """/dev/full is a real device on which every write fails for want of room."""
    inbox = Inbox(tmp_path)
    kept = inbox.put_events("visit", events(("a", "p", 1)))
    (tmp_path / "000000000002.events.visit.parquet.tmp").symlink_to("/dev/full")

    with pytest.raises(WorkspaceError) as caught:
        inbox.put_events("visit", events(("b", "p", 1)))

    assert caught.value.code == "disk-full"
    assert inbox.pending({}) == {kept: 1}
    assert inbox.put_events("visit", events(("b", "p", 1))) > kept
