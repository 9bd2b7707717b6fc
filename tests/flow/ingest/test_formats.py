"""Reading files: rows and their numbers, broken rows set aside, one-screen errors for broken files."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import InputError
from parcours.flow.ingest.formats import ReadOptions, Typing, from_frame, read_file


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_csv_cells_are_text_and_rows_are_numbered(tmp_path):
    raw = read_file(written(tmp_path, "a.csv", 'id,name\n1,"Ann, B."\n2,007\n'))

    assert raw.frame.to_dict(as_series=False) == {"id": ["1", "2"], "name": ["Ann, B.", "007"]}
    assert raw.rows.to_list() == [1, 2]
    assert (raw.source, raw.typing) == ("a.csv", Typing.NONE)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_first_line(tmp_path, mark):
    raw = read_file(written(tmp_path, "a.csv", f"id{mark}a b\n1{mark}x\n"))

    assert raw.frame.columns == ["id", "a b"]


def test_a_given_delimiter_counts(tmp_path):
    raw = read_file(written(tmp_path, "a.csv", "a,b:c\n1,2:3\n"), options=ReadOptions(delimiter=":"))

    assert raw.frame.columns == ["a,b", "c"]


def test_rows_with_too_many_cells_are_refused_and_the_others_kept(tmp_path):
    raw = read_file(written(tmp_path, "a.csv", 'a,b\n1,x\n2,y,z\n3\n4,"w"\n'))

    assert raw.frame.to_dict(as_series=False) == {"a": ["1", "3", "4"], "b": ["x", None, "w"]}
    assert raw.rows.to_list() == [1, 3, 4]
    (refused,) = raw.refused.to_dicts()
    assert (refused["row"], refused["code"], refused["payload"]) == (2, "too-many-cells", "2,y,z")


def test_blank_lines_are_no_rows_but_count(tmp_path):
    raw = read_file(written(tmp_path, "a.csv", "a,b\n1,x\n\n2,y\n"))

    assert raw.rows.to_list() == [1, 3]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path, encoding):
    raw = read_file(written(tmp_path, "a.csv", "id,name\n1,Zoë\n".encode(encoding)))

    assert raw.frame.to_dicts() == [{"id": "1", "name": "Zoë"}]


def test_other_encodings_are_named(tmp_path):
    path = written(tmp_path, "a.csv", "id,name\n1,Zoë\n".encode("cp1252"))

    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "bad-encoding"
    assert caught.value.where == f"{path}, line 2"
    assert "cp1252" in (caught.value.hint or "")
    assert read_file(path, options=ReadOptions(encoding="cp1252")).frame["name"].to_list() == ["Zoë"]


def test_packed_files_are_unpacked(tmp_path):
    path = written(tmp_path, "a.csv.gz", gzip.compress(b"a\n1\n"))

    assert read_file(path).frame["a"].to_list() == ["1"]
    path.write_bytes(gzip.compress(b"a\n1\n")[:-6])
    with pytest.raises(InputError, match="damaged"):
        read_file(path)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", "", "empty-file"),
        ("a.csv", " \n\n", "empty-file"),
        ("a.csv", "a,a\n1,2\n", "duplicate-column"),
        ("a.csv", 'a,b\n1,"2\n3,4\n', "bad-csv"),
        ("a.ndjson", "", "empty-file"),
        ("a.ndjson", "[1,\n2]\n", "bad-json"),
        ("a.parquet", "", "empty-file"),
        ("a.parquet", "PAR1 but no more", "damaged-file"),
        ("a.xlsx", "x", "unknown-format"),
    ],
)
def test_broken_files(tmp_path, name, content, code):
    with pytest.raises(InputError) as caught:
        read_file(written(tmp_path, name, content))
    assert caught.value.code == code
    assert name in str(caught.value)


def test_missing_files_and_folders(tmp_path):
    for path, code in ((tmp_path / "no.csv", "no-such-file"), (tmp_path / "folder.csv", "not-a-file")):
        (tmp_path / "folder.csv").mkdir(exist_ok=True)
        with pytest.raises(InputError) as caught:
            read_file(path)
        assert caught.value.code == code


def test_unreadable_files(tmp_path):
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / f"{'x' * 300}.csv")
    assert caught.value.code == "unreadable-file"


def test_the_format_can_be_named(tmp_path):
    path = written(tmp_path, "export", "a,b\n1,2\n")

    assert read_file(path, format="csv").frame.width == 2
    with pytest.raises(InputError, match="did you mean 'csv'"):
        read_file(path, format="cvs")


def test_ndjson_knows_numbers_lists_and_objects(tmp_path):
    raw = read_file(written(tmp_path, "a.ndjson", '{"id":1,"items":[{"v":1.5}]}\n\n{"id":2,"x":{"y":true}}\n'))

    assert raw.rows.to_list() == [1, 3]
    assert raw.frame.schema["items"] == pl.List(pl.Struct({"v": pl.Float64}))
    assert raw.frame["x"].to_list() == [None, {"y": True}]


def test_ndjson_lines_that_are_no_object_are_refused(tmp_path):
    raw = read_file(written(tmp_path, "a.ndjson", '{"id":1}\n{"id":\n[2]\n{"id":3}\n'))

    assert raw.frame["id"].to_list() == [1, 3]
    assert raw.rows.to_list() == [1, 4]
    assert raw.refused.select("row", "code").rows() == [(2, "bad-json"), (3, "not-an-object")]


def test_ndjson_values_of_another_kind_are_refused_with_their_column(tmp_path):
    lines = ['{"id":1,"x":{"y":1}}', '{"id":2,"x":{"y":2}}', '{"id":3,"x":[3]}', '{"id":4}']
    raw = read_file(written(tmp_path, "a.jsonl", "\n".join(lines)))

    assert raw.rows.to_list() == [1, 2, 4]
    assert raw.refused.select("row", "column", "code").rows() == [(3, "x", "wrong-kind")]


def test_data_frames_of_any_library():
    class Other:
        """All that is known of it is the Arrow stream."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pl.DataFrame({"a": [1]}).__arrow_c_stream__(requested_schema)

    assert from_frame(Other()).frame.to_dicts() == [{"a": 1}]
    assert from_frame(pl.LazyFrame({"a": [1]})).rows.to_list() == [1]
    with pytest.raises(InputError) as caught:
        from_frame(7)
    assert caught.value.code == "not-a-table"
