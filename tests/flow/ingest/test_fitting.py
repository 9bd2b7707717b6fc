"""Rows of files that contradict what became known after they were queued."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from parcours.core.schema import INTEGER, STRING, Schema
from parcours.flow.ingest.fitting import fitted, known_type, taken_over
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.live import ArrivalReader

HEAD = {"_event_id": ["1", "2"], "_profile_id": ["a", "b"]}
TIME = pl.Series("_time", [0, 0]).cast(pl.Datetime("us", "UTC"))


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({**HEAD, "_time": TIME, **columns})  # type: ignore[dict-item]


def test_what_fits_comes_through_untouched() -> None:
    schema, rows, letters = taken_over(Schema(), "seen", frame(n=[1, 2]), "file")
    assert schema.events["seen"] == {"n": INTEGER}
    assert rows.equals(frame(n=[1, 2]))
    assert not letters.height


def test_values_are_made_into_the_known_type_or_set_aside() -> None:
    known = Schema().with_event("seen", {"n": INTEGER, "Name": STRING})
    schema, rows, letters = taken_over(known, "seen", frame(n=["7", "much"], name=["x", "y"]), "000.parquet")
    assert rows["n"].to_list() == [7, None]
    assert rows["Name"].to_list() == ["x", "y"]
    assert schema == known
    assert letters.select("source", "column", "code", "event").rows() == [
        ("000.parquet", "n", "value-put-aside", "seen")
    ]
    assert '"n":"much"' in letters["payload"][0]


def test_an_attribute_that_does_not_fit_is_not_set() -> None:
    changes = pl.DataFrame(
        {"_profile_id": ["a"], "_time": TIME[:1], "_set": [["Age", "city"]], "Age": ["old"], "city": ["x"]}
    )
    rows, letters = fitted(changes, {"age": INTEGER}, "file")
    assert rows["_set"].to_list() == [["city"]]
    assert letters["column"].to_list() == ["age"]


def test_two_spellings_in_one_file() -> None:
    rows, _ = fitted(frame(Total=[1, 2], total=[3, 4]), {"total": INTEGER}, "file")
    assert rows["total"].to_list() == [3, 4]
    assert "Total" not in rows.columns


def test_event_types_keep_their_spelling(tmp_path: Path) -> None:
    known = Schema().with_event("Seen", {"n": INTEGER})
    assert known_type(known, "seen") == "Seen"
    inbox = Inbox(tmp_path)
    inbox.put_events("seen", frame(n=["1", "x"]))
    found = ArrivalReader(inbox, {}).take(10, known)
    assert found.events["Seen"]["n"].to_list() == [1, None]
    assert found.letters.height == 1
