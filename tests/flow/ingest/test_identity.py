"""Computed event ids: the same row gives the same id, an equal row of the same file another one."""

from __future__ import annotations

import hashlib

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import Schema
from parcours.flow.ingest.formats import Raw, from_frame, read_file
from parcours.flow.ingest.identity import computed_ids
from parcours.flow.ingest.mapping import ColumnMapping
from parcours.flow.ingest.validation import validate_events


def ids(raw: Raw, kind: str = "visit") -> list[str]:
    return computed_ids(raw, pl.Series([kind] * raw.frame.height, dtype=pl.String)).to_list()


def test_the_id_is_spelled_out():
    """Pinned: another id for the same row would import every old file a second time."""
    raw = from_frame(pl.DataFrame({"a": ["x", None], "b": [1, 2]}))

    assert ids(raw) == [
        hashlib.md5(b"visit\x1fx\x1f1").hexdigest(),
        hashlib.md5(b"visit\x1f\x00\x1f2").hexdigest(),
    ]


def test_equal_rows_are_numbered_in_their_order():
    first, other, second, third = ids(from_frame(pl.DataFrame({"a": ["x", "y", "x", "x"]})))

    assert (second, third) == (f"{first}-2", f"{first}-3")
    assert other not in (first, second, third)


def test_the_type_counts():
    raw = from_frame(pl.DataFrame({"a": ["x"]}))

    assert ids(raw, "visit") != ids(raw, "click")


def test_nothing_and_empty_text_differ():
    assert len(set(ids(from_frame(pl.DataFrame({"a": ["", None], "b": [None, ""]}))))) == 2


def test_a_file_that_grew_keeps_the_ids_of_its_old_rows(tmp_path):
    for name, old, new in (
        ("a.csv", "who,at,n\na,2026-01-01,1\na,2026-01-01,1\n", "b,2026-01-02,2.5\n"),
        ("a.ndjson", '{"who":"a","at":"2026-01-01","n":1}\n', '{"who":"b","at":"2026-01-02","n":2.5,"m":1}\n'),
    ):
        path = tmp_path / name
        path.write_text(old)
        before = ids(read_file(path))
        path.write_text(old + new)
        assert ids(read_file(path))[: len(before)] == before


def test_refused_rows_count_as_occurrences(tmp_path):
    """Else correcting one row of a file would give others new ids."""
    mapping = ColumnMapping(profile="who", time="at", event="visit", rename={"n": "number"})
    path = tmp_path / "a.csv"
    path.write_text("who,at,n\na,2026-01-01,1\n,2026-01-01,1\na,2026-01-01,1\n")
    frame = validate_events(read_file(path), mapping, Schema(), received=0).frame

    assert frame["_event_id"].to_list() == [ids(read_file(path))[0], ids(read_file(path))[2]]


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 2)), max_size=20))
def test_ids_differ_and_come_again(rows):
    raw = from_frame(pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row"))

    found = ids(raw)

    assert len(set(found)) == len(rows)
    assert ids(raw) == found
