"""Raw rows to typed frames: good rows kept, bad rows with row, column and reason, the schema widened."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import InputError
from parcours.core.facts import DEAD_LETTER_COLUMNS
from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.flow.ingest.formats import from_frame, read_file
from parcours.flow.ingest.mapping import ColumnMapping
from parcours.flow.ingest.validation import Validated, validate_events, validate_profiles

VISIT = ColumnMapping(profile="who", time="at", event="visit")


def events(tmp_path, text, mapping=VISIT, schema=None, name="a.csv") -> Validated:
    path = tmp_path / name
    path.write_text(text)
    return validate_events(read_file(path), mapping, schema or Schema(), received=7)


def profiles(tmp_path, text, mapping=None, schema=None) -> Validated:
    path = tmp_path / "p.csv"
    path.write_text(text)
    return validate_profiles(read_file(path), mapping or ColumnMapping(), schema or Schema(), received=7)


def problems(result: Validated) -> list[tuple[object, ...]]:
    assert result.rejected.schema == pl.Schema(DEAD_LETTER_COLUMNS)
    return result.rejected.select("row", "column", "code").rows()


def test_typed_rows(tmp_path):
    result = events(tmp_path, "who,at,page,seconds\n a ,2026-01-01,home,1.5\nb,2026-01-02T10:00Z,,2\n")

    assert result.schema == Schema(events={"visit": {"page": STRING, "seconds": DECIMAL}})
    assert result.frame.drop("_event_id").rows() == [
        ("a", datetime(2026, 1, 1, tzinfo=UTC), "home", 1.5),
        ("b", datetime(2026, 1, 2, 10, tzinfo=UTC), None, 2.0),
    ]
    assert result.frame.columns == ["_event_id", "_profile_id", "_time", "page", "seconds"]
    assert (result.accepted, problems(result)) == (2, [])


def test_bad_rows_are_kept_with_their_reasons_and_good_ones_taken(tmp_path):
    text = "who,at,n\n,2026-01-01,1\nb,later,2\nc,2026-01-01,3\nd,2026-01-01,abc\ne,2026-01-01,nan\nf,2026-01-01,4.5\n"
    result = events(tmp_path, text)

    assert result.frame["_profile_id"].to_list() == ["c", "f"]
    assert problems(result) == [
        (1, "who", "no-profile"),
        (2, "at", "bad-time"),
        (4, "n", "wrong-type"),
        (5, "n", "number-out-of-range"),
    ]
    letter = result.rejected.row(1, named=True)
    assert letter["source"] == "a.csv"
    assert "'later'" in letter["reason"]
    assert json.loads(letter["payload"]) == {"who": "b", "at": "later", "n": "2"}
    assert letter["received"] == datetime(1970, 1, 1, 0, 0, 0, 7, tzinfo=UTC)


def test_events_about_nobody_name_no_profile(tmp_path):
    text = "kind,who,at,n\nstock,,2026-01-01,1\nvisit,a,2026-01-01,2\nstock,b,2026-01-01,3\nvisit,,2026-01-01,4\n"
    text += "stock, ,2026-01-02,5\nstock,,later,6\n?,,2026-01-01,7\n"
    mixed = ColumnMapping(event_column="kind", profile="who", time="at", about_nobody=("stock",))
    result = events(tmp_path, text, mixed)
    assert result.frames["stock"].select("_profile_id", "n").rows() == [(None, 1), (None, 5)]
    assert result.frames["visit"]["_profile_id"].to_list() == ["a"]
    assert problems(result) == [
        (3, "who", "about-somebody"),
        (4, "who", "no-profile"),
        (6, "at", "bad-time"),
        (7, "kind", "bad-event-type"),
    ]
    whole = ColumnMapping(event="stock", time="at", about_nobody=True)
    alone = events(tmp_path, "at,who,n\n2026-01-01,a,1\n2026-01-01,,2\n", whole)
    assert alone.frame.select("_profile_id", "who", "n").rows() == [(None, "a", 1), (None, None, 2)]
    listed = ColumnMapping(event="stock", time="at", about_nobody=("stock", "price"))
    assert events(tmp_path, "at,n\n2026-01-01,1\n", listed).frame["_profile_id"].to_list() == [None]


def test_a_row_is_refused_once_by_its_first_problem(tmp_path):
    assert problems(events(tmp_path, "who,at\n,soon\nb,2026-01-01\n")) == [(1, "who", "no-profile")]


def test_rows_the_reader_refused_are_dead_letters_too(tmp_path):
    result = events(tmp_path, "who,at\na,2026-01-01,x\nb,2026-01-01\nc,later\nd,2026-01-02\n")

    assert problems(result) == [(1, None, "too-many-cells"), (3, "at", "bad-time")]


def test_known_types_are_widened(tmp_path):
    known = Schema(events={"visit": {"n": INTEGER}})
    result = events(tmp_path, "who,at,n\na,2026-01-01,1.5\n", schema=known)

    assert result.schema.events["visit"]["n"] == DECIMAL
    assert result.frame["n"].to_list() == [1.5]


def test_known_types_that_cannot_be_widened_refuse_the_row(tmp_path):
    known = Schema(events={"visit": {"n": INTEGER, "code": STRING, "ok": BOOLEAN}})
    result = events(tmp_path, "who,at,n,code,ok\na,2026-01-01,1,007,yes\nb,2026-01-01,x5,8,1\n", schema=known)

    assert result.schema == known
    assert result.frame.select("n", "code", "ok").rows() == [(1, "007", True)]
    assert problems(result) == [(2, "n", "wrong-type")]


def test_declared_types_count(tmp_path):
    mapping = ColumnMapping(profile="who", time="at", event="visit", types={"zip": STRING})

    result = events(tmp_path, "who,at,zip\na,2026-01-01,12345\n", mapping)

    assert result.frame["zip"].to_list() == ["12345"]
    with pytest.raises(InputError) as caught:
        events(tmp_path, "who,at,zip\na,2026-01-01,1\n", mapping, Schema(events={"visit": {"zip": INTEGER}}))
    assert caught.value.code == "type-conflict"


def test_columns_without_values_are_no_properties_yet(tmp_path):
    assert events(tmp_path, "who,at,n\na,2026-01-01,\n").schema.events["visit"] == {}
    known = Schema(events={"visit": {"n": INTEGER}})
    assert events(tmp_path, "who,at,n\na,2026-01-01,\n", schema=known).frame["n"].to_list() == [None]


def test_names_that_differ_only_in_case_are_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        events(tmp_path, "who,at,Page\na,2026-01-01,x\n", schema=Schema(events={"visit": {"page": STRING}}))
    assert caught.value.code == "name-case"


def test_one_file_may_hold_several_types_of_event(tmp_path):
    text = "who,at,kind,total\na,2026-01-01,buy,5\na,2026-01-02,visit,\na,2026-01-03,two words,\nb,2026-01-03,buy,7\n"
    result = events(tmp_path, text, ColumnMapping(profile="who", time="at", event_column="kind"))

    assert {kind: frame["_profile_id"].to_list() for kind, frame in result.frames.items()} == {
        "buy": ["a", "b"],
        "visit": ["a"],
    }
    assert result.schema.events == {"buy": {"total": INTEGER}, "visit": {}}
    assert problems(result) == [(3, "kind", "bad-event-type")]


def test_a_time_column_without_any_time_is_a_wrong_mapping(tmp_path):
    with pytest.raises(InputError, match="time_format"):
        events(tmp_path, "who,at\na,31/01/2026\nb,28/02/2026\n")
    with pytest.raises(InputError, match="unix"):
        validate_events(from_frame(pl.DataFrame({"who": [1, 2], "at": [1, 2]})), VISIT, Schema(), received=0)


def test_an_event_id_is_taken_from_its_column(tmp_path):
    mapping = ColumnMapping(profile="who", time="at", event="visit", id="id")

    result = events(tmp_path, "id,who,at\n17,a,2026-01-01\n,b,2026-01-01\n", mapping)

    assert result.frame["_event_id"].to_list() == ["17"]
    assert problems(result) == [(2, "id", "no-event-id")]


def test_numbers_as_ids_look_the_same_in_every_format():
    for ids in (pl.Series([1023]), pl.Series([1023.0]), pl.Series(["1023"])):
        raw = from_frame(pl.DataFrame({"who": ids, "at": [datetime(2026, 1, 1, tzinfo=UTC)]}))
        assert validate_events(raw, VISIT, Schema(), received=0).frame["_profile_id"].to_list() == ["1023"]


def test_a_file_with_a_header_only_gives_no_rows(tmp_path):
    result = events(tmp_path, "who,at,n\n")

    assert (result.frame.height, result.rejected.height, result.schema) == (0, 0, Schema())


def test_nested_lists_of_ndjson(tmp_path):
    lines = [
        {"who": "a", "at": "2026-01-01", "items": [{"sku": "x", "price": 1}, {"sku": "y", "price": 2.5}]},
        {"who": "b", "at": "2026-01-01", "items": [{"sku": "z", "price": 1e13}]},
        {"who": "c", "at": "2026-01-01"},
    ]
    result = events(tmp_path, "\n".join(json.dumps(line) for line in lines), name="a.ndjson")

    assert result.schema.events["visit"] == {"items": list_of(object_of({"sku": STRING, "price": DECIMAL}))}
    assert result.frame["_profile_id"].to_list() == ["a", "c"]
    assert problems(result) == [(2, "items", "number-out-of-range")]


def test_fields_without_values_are_left_out_until_they_have_one(tmp_path):
    first = '{"who":"a","at":"2026-01-01","items":[{"sku":"x","size":null}],"tags":[]}'
    second = '{"who":"b","at":"2026-01-01","items":[{"sku":"y","size":2}],"tags":["t"]}'

    before = events(tmp_path, first, name="a.ndjson")
    after = events(tmp_path, second, schema=before.schema, name="b.ndjson")
    again = events(tmp_path, first, schema=after.schema, name="a.ndjson")

    assert before.schema.events["visit"] == {"items": list_of(object_of({"sku": STRING}))}
    assert before.frame["items"].to_list() == [[{"sku": "x"}]]
    assert after.schema.events["visit"]["items"] == list_of(object_of({"sku": STRING, "size": INTEGER}))
    assert again.frame["items"].to_list() == [[{"sku": "x", "size": None}]]
    assert again.frame["tags"].to_list() == [[]]


def test_fields_that_differ_only_in_case(tmp_path):
    with pytest.raises(InputError) as caught:
        events(tmp_path, '{"who":"a","at":"2026-01-01","x":[{"Sku":1,"sku":2}]}', name="a.ndjson")
    assert caught.value.code == "name-case"


def test_columns_nobody_can_take_in():
    raw = from_frame(pl.DataFrame({"who": ["a"], "at": [datetime(2026, 1, 1, tzinfo=UTC)], "blob": [b"x"]}), "mine")
    with pytest.raises(InputError, match=r"mine: column 'blob'.*\n.*skip"):
        validate_events(raw, VISIT, Schema(), received=0)


def test_profiles_set_what_they_have(tmp_path):
    result = profiles(tmp_path, "customer_id,age,vip\n1,30,true\n2,,false\n3,,\n")

    assert result.schema.attributes == {"age": INTEGER, "vip": BOOLEAN}
    assert result.frame["_set"].to_list() == [["age", "vip"], ["vip"], []]
    assert result.frame["_time"].unique().to_list() == [datetime(1970, 1, 1, 0, 0, 0, 7, tzinfo=UTC)]


def test_empty_cells_clear_when_asked_for(tmp_path):
    mapping = ColumnMapping(profile="id", time="since", clear_empty=True)

    result = profiles(tmp_path, "id,age,since\n1,,2026-01-01\n2,30,2026-01-02\n", mapping)

    assert result.frame["_set"].to_list() == [["age"], ["age"]]
    assert result.frame["_time"].to_list()[0] == datetime(2026, 1, 1, tzinfo=UTC)


CELLS = st.sampled_from(["1", "2.5", "abc", "", "nan", "2026-01-01", "1e13", "5+", "true", "x y", "NA", "0"])


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=12), st.sampled_from([None, INTEGER, STRING])
)
def test_every_row_is_taken_or_refused_never_lost(rows, known):
    columns = ("who", "at", "n", "m")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    schema = Schema(events={"visit": {"n": known}} if known else {})
    if not any(row[1] == "2026-01-01" for row in rows) and len(rows) > 1:
        return  # no time at all: refused as a wrong mapping, see above
    result = validate_events(from_frame(frame), VISIT, schema, received=0)
    assert result.accepted + result.rejected["row"].n_unique() == len(rows)
    assert result.rejected["row"].is_unique().all()
