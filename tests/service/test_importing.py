"""What can be taken in: files, frames, mappings; and what cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.service.importing import column_mapping
from parcours.service.workspace import Workspace


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Workspace]:
    with parcours.init(tmp_path / "new") as workspace:
        yield workspace


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_files_of_all_formats_are_one_import(new: Workspace, tmp_path: Path) -> None:
    frame = pl.DataFrame({"user_id": ["a"], "time": ["2024-01-01"], "total": [1.5]})
    frame.write_parquet(tmp_path / "a.parquet")
    csv = write(tmp_path / "b.csv", "user_id,time,total\nb,2024-01-02,2\n")
    ndjson = write(tmp_path / "c.ndjson", '{"user_id": "c", "time": "2024-01-03", "total": 3}\n')
    done = new.import_events(tmp_path / "a.parquet", csv, ndjson, event="purchase")
    assert done.accepted == {"purchase": 3}
    new.replay(tick="1 day")
    assert new.sql("SELECT sum(total) FROM purchase").item() == 6.5


class Offering:
    """A table of some other library: it has nothing but an Arrow stream."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class OldFashioned:
    """A table that has only the older interchange protocol, as pandas has without pyarrow."""

    def __dataframe__(self) -> None:
        raise AssertionError

    def to_dict(self, orient: str) -> dict[str, list[object]]:
        assert orient == "list"
        return {"profile_id": ["a"], "age": [3]}


def test_tables_of_other_libraries_are_taken(new: Workspace) -> None:
    frame = pl.DataFrame({"profile_id": ["a", "b"], "age": [1, 2]})
    assert new.import_profiles(Offering(frame)).total == 2
    assert new.import_profiles(frame.lazy()).total == 2
    assert new.import_profiles(OldFashioned()).total == 1
    with pytest.raises(parcours.InputError, match="not a table"):
        new.import_profiles(object())


def test_the_mapping_comes_from_a_file_and_options_come_on_top(new: Workspace, tmp_path: Path) -> None:
    toml = write(
        tmp_path / "map.toml",
        'profile = "who"\ntime = "when"\nevent = "buy"\nid = "no"\nskip = ["junk"]\n[rename]\nsum = "amount"\n'
        '[lines]\ninto = "items"\ncolumns = ["what", "sum"]\ntotals = {total = "sum"}\n',
    )
    csv = write(tmp_path / "x.csv", "who,when,no,what,sum,junk\na,2024-01-01,1,tea,2,x\na,2024-01-01,1,milk,3,y\n")
    done = new.import_events(csv, mapping=toml, event="purchase")
    assert done.accepted == {"purchase": 1}
    assert set(done.names["purchase"]) == {"total", "items"}
    with pytest.raises(parcours.InputError, match="there is no column"):
        new.import_events(csv, mapping=toml, skip=["jink"])


def test_unknown_parts_of_a_mapping_are_refused() -> None:
    with pytest.raises(parcours.InputError, match="no part of a column mapping"):
        column_mapping(None, profil="x")
    with pytest.raises(parcours.InputError, match="not a type"):
        column_mapping(None, types={"x": "strin"})
    mapping = column_mapping({"profile": "a"}, profile="b", lines=parcours.Lines("x", ("y",)))
    assert (mapping.profile, mapping.lines) == ("b", parcours.Lines("x", ("y",)))


def test_bad_rows_are_kept_with_their_reasons(new: Workspace, tmp_path: Path) -> None:
    csv = write(tmp_path / "x.csv", "profile_id,time,total\na,2024-01-01,1\nb,never,2\n,2024-01-01,3\n")
    done = new.import_events(csv, event="purchase")
    assert done.accepted == {"purchase": 1}
    letters = new.dead_letters()
    assert letters.select("row", "column").rows() == [(2, "time"), (3, "profile_id")]
    assert letters.equals(done.rejected)


def test_one_bad_file_and_nothing_is_taken_in(new: Workspace, tmp_path: Path) -> None:
    good = write(tmp_path / "a.csv", "profile_id,time,total\na,2024-01-01,1\nb,never,1\n")
    bad = write(tmp_path / "b.csv", "profile_id,total\na,1\n")
    with pytest.raises(parcours.InputError, match="time is not named"):
        new.import_events(good, bad, event="purchase")
    assert new.waiting == {}
    assert new.dead_letters().height == 0
    assert new.schema.events == {}


def test_types_widen_over_files_or_are_refused(new: Workspace) -> None:
    first = pl.DataFrame({"profile_id": ["a"], "size": [1]})
    new.import_profiles(first)
    new.import_profiles(first.with_columns(pl.col("size") + 0.5))
    assert str(new.schema.attributes["size"]) == "decimal"
    done = new.import_profiles(first.with_columns(pl.Series("size", ["large"])))
    assert done.rejected["column"].to_list() == ["size"]


def test_the_same_events_again_change_nothing(new: Workspace) -> None:
    frame = pl.DataFrame({"profile_id": ["a", "a"], "time": ["2024-01-01", "2024-01-01"], "total": [1, 1]})
    for _ in range(2):
        new.import_events(frame, event="purchase")
        new.replay(end="2024-01-02", tick="1 day") if new.now is None else new.catch_up()
    assert new.sql("SELECT count(*) FROM purchase").item() == 2


def test_profiles_without_a_time_are_there_from_the_first_tick_of_a_replay(new: Workspace) -> None:
    new.import_profiles(pl.DataFrame({"profile_id": ["a"], "age": [30]}))
    new.import_events(pl.DataFrame({"profile_id": ["a"], "time": ["2001-01-05"]}), event="visit")
    new.replay("2001-01-01", "2001-01-02", "1 day")
    assert new.sql("SELECT _profile_id, age FROM profiles").rows() == [("a", 30)]


def test_erasing_before_the_first_tick_waits_for_it(new: Workspace) -> None:
    new.import_profiles(pl.DataFrame({"profile_id": ["a", "b"], "age": [30, 31]}))
    new.erase("a")
    with pytest.raises(parcours.DefinitionError, match="no profile 'z'"):
        new.erase("z")
    new.replay("2024-01-01", "2024-01-02", "1 day")
    assert new.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list() == ["b"]
