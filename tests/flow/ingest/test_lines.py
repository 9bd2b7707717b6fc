"""Flat rows put together into events with a list of lines."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import InputError
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.flow.ingest.formats import from_frame, read_file
from parcours.flow.ingest.mapping import ColumnMapping, Lines
from parcours.flow.ingest.validation import Validated, validate_events

MAPPING = ColumnMapping(
    profile="who",
    time="at",
    event="purchase",
    id="basket",
    lines=Lines("items", ("sku", "n", "value"), {"total": "value", "pieces": "n"}),
)


def taken(tmp_path, *rows: str, schema: Schema | None = None) -> Validated:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["who,at,basket,store,sku,n,value", *rows]))
    return validate_events(read_file(path), MAPPING, schema or Schema(), received=0)


def test_one_event_per_basket_with_its_lines_and_totals(tmp_path):
    result = taken(
        tmp_path,
        "a,2026-01-01,1,north,x,1,0.10",
        "b,2026-01-02,2,south,y,2,5",
        "a,2026-01-01,1,north,z,,0.20",
    )

    assert result.frame.to_dicts() == [
        {
            "_event_id": "1",
            "_profile_id": "a",
            "_time": datetime(2026, 1, 1, tzinfo=UTC),
            "store": "north",
            "total": 0.3,
            "pieces": 1,
            "items": [{"sku": "x", "n": 1, "value": 0.1}, {"sku": "z", "n": None, "value": 0.2}],
        },
        {
            "_event_id": "2",
            "_profile_id": "b",
            "_time": datetime(2026, 1, 2, tzinfo=UTC),
            "store": "south",
            "total": 5.0,
            "pieces": 2,
            "items": [{"sku": "y", "n": 2, "value": 5.0}],
        },
    ]
    assert result.schema.events["purchase"] == {
        "store": STRING,
        "total": DECIMAL,
        "pieces": INTEGER,
        "items": list_of(object_of({"sku": STRING, "n": INTEGER, "value": DECIMAL})),
    }


def test_an_event_with_a_bad_line_is_refused_whole(tmp_path):
    result = taken(
        tmp_path, "a,2026-01-01,1,n,x,1,1.5", "a,2026-01-01,1,n,y,1,nan", "b,2026-01-01,2,n,x,1,2.5", "c,bad,3,n,x,1,1"
    )

    assert result.frame["_event_id"].to_list() == ["2"]
    assert result.rejected.select("row", "column", "code").rows() == [
        (1, "basket", "incomplete-event"),
        (2, "value", "number-out-of-range"),
        (4, "at", "bad-time"),
    ]


def test_lines_that_contradict_each_other_are_refused(tmp_path):
    result = taken(tmp_path, "a,2026-01-01,1,n,x,1,1", "b,2026-01-01,1,n,x,1,1", "c,2026-01-01,2,n,x,1,1")

    assert result.frame["_event_id"].to_list() == ["2"]
    assert result.rejected.select("row", "code").rows() == [(1, "contradicting-lines"), (2, "contradicting-lines")]


def test_known_types_inside_the_lines_count(tmp_path):
    known = Schema(events={"purchase": {"items": list_of(object_of({"sku": STRING, "n": INTEGER}))}})

    result = taken(tmp_path, "a,2026-01-01,1,n,12345,2,1", schema=known)

    assert result.frame["items"].to_list()[0][0]["sku"] == "12345"


def test_totals_need_numbers(tmp_path):
    with pytest.raises(InputError, match="no numbers"):
        taken(tmp_path, "a,2026-01-01,1,n,x,1,much")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**6)), min_size=1, max_size=40))
def test_totals_are_exact_whatever_the_order(lines):
    frame = pl.DataFrame(
        {
            "who": [str(basket) for basket, _ in lines],
            "at": [datetime(2026, 1, 1, tzinfo=UTC)] * len(lines),
            "basket": [basket for basket, _ in lines],
            "store": ["s"] * len(lines),
            "sku": ["x"] * len(lines),
            "n": [1] * len(lines),
            "value": [cents / 100 for _, cents in lines],
        }
    )
    result = validate_events(from_frame(frame), MAPPING, Schema(), received=0).frame

    expected: dict[str, int] = {}
    for basket, cents in lines:
        expected[str(basket)] = expected.get(str(basket), 0) + cents
    assert dict(result.select("_event_id", "total").rows()) == {key: cents / 100 for key, cents in expected.items()}
