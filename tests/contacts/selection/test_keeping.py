"""Columns kept on disk are taken up where they fit, and passed over where they do not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection import columns, keeping, match
from parcours.contacts.selection.columns import Mirror, mirror_of
from parcours.store.catalogue import Catalogue
from tests.contacts.selection.world import TABLES, codes, company, fill, person

WORLD = {
    "contacts": [company("C1"), person("P1", "C1"), person("P2", "C1", name="Zoë")],
    "mailing_groups": [*codes("P1", "A", "B"), *codes("P2", "B")],
}
FILTERS = {"contact": {"name": "P*|Zo*"}, "mailing_group": {"code": "B"}}


@pytest.fixture
def empty(empty_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_file, tmp_path / "one.sqlite"))


@pytest.fixture
def filled(empty: Path, days: Days, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keeping, "WORTH", 0)
    monkeypatch.setattr(keeping, "SHARE", 0)
    with Catalogue.open(empty) as catalogue, Office(catalogue).change("load", days) as desk:
        fill(desk, WORLD)
    return empty


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows were read, each time."""
    heights: list[int] = []
    plain = columns.read

    def counting(*args: Any, **more: Any) -> pl.DataFrame:
        frame = plain(*args, **more)
        heights.append(frame.height)
        return frame

    monkeypatch.setattr(columns, "read", counting)
    return heights


def process(place: Path, days: Days, folder: Path, work: Any = None, keep: bool = True) -> list[str]:
    """What a process that begins with the folder selects."""
    with Catalogue.open(place) as catalogue:
        office = Office(catalogue)
        if work is not None:
            with office.change("work", days) as desk:
                work(desk)
        with office.look(days) as desk:
            mirror = mirror_of(desk.con)
            mirror.keep_in(folder)
            found = sorted(match(desk, FILTERS))
            if keep:
                mirror.keep(desk.con, folder)
    return found


def test_the_next_process_reads_nothing_again(filled: Path, days: Days, tmp_path: Path, read: list[int]) -> None:
    folder = tmp_path / "kept"
    assert process(filled, days, folder) == ["P1", "P2"]
    read.clear()
    assert process(filled, days, folder) == ["P1", "P2"]
    assert read == []


def test_only_changes_since_are_read(filled: Path, days: Days, tmp_path: Path, read: list[int]) -> None:
    def work(desk: Desk) -> None:
        fill(desk, {"contacts": [person("P3")], "mailing_groups": codes("P3", "B")})
        desk.remove_many(TABLES["mailing_groups"], contact_no="P1")

    folder = tmp_path / "kept"
    process(filled, days, folder)
    read.clear()
    assert process(filled, days, folder, work) == ["P2", "P3"]
    assert read == [1, 1]
    assert process(filled, days, folder) == ["P2", "P3"]


def test_columns_of_another_database_are_passed_over(
    filled: Path, days: Days, tmp_path: Path, empty_file: Path
) -> None:
    folder = tmp_path / "kept"
    process(filled, days, folder)
    other = Path(shutil.copy(empty_file, tmp_path / "other.sqlite"))
    with Catalogue.open(other) as catalogue, Office(catalogue).change("other", days) as desk:
        fill(desk, {"contacts": [person("P9")], "mailing_groups": codes("P9", "B")})
    assert process(other, days, folder) == ["P9"]


def test_damaged_columns_are_passed_over(filled: Path, days: Days, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    process(filled, days, folder)
    for file in folder.rglob("*.arrow"):
        file.write_bytes(b"x" * file.stat().st_size)
    assert process(filled, days, folder, keep=False) == ["P1", "P2"]


def test_texts_that_no_row_holds_are_not_written(filled: Path, days: Days, tmp_path: Path) -> None:
    def forget(desk: Desk) -> None:
        desk.remove_many(TABLES["contacts"], no="P2")

    folder = tmp_path / "kept"
    with Catalogue.open(filled) as catalogue:
        office = Office(catalogue)
        for work in (None, forget):
            with office.change("work", days) as desk:
                if work is not None:
                    work(desk)
            with office.look(days) as desk:
                match(desk, FILTERS)
                mirror_of(desk.con).keep(desk.con, folder)
    kept = Mirror()
    kept.keep_in(folder)
    assert "Zoë" not in kept.dictionary("contacts", "name").values.to_list()


def test_what_is_kept_is_as_of_now(filled: Path, days: Days, tmp_path: Path, read: list[int]) -> None:
    """Whoever was deleted since the last selection is not written."""
    folder = tmp_path / "kept"
    with Catalogue.open(filled) as catalogue:
        office = Office(catalogue)
        with office.look(days) as desk:
            match(desk, FILTERS)
        with office.change("work", days) as desk:
            desk.remove_many(TABLES["contacts"], no="P2")
        with office.look(days) as desk:
            assert mirror_of(desk.con).keep(desk.con, folder)
    kept = Mirror()
    kept.keep_in(folder)
    assert "P2" not in kept.dictionary("contacts", "name").values.to_list()
    assert "Zoë" not in kept.dictionary("contacts", "name").values.to_list()


def test_what_was_forgotten_is_kept_again(filled: Path, days: Days, tmp_path: Path, read: list[int]) -> None:
    folder = tmp_path / "kept"
    process(filled, days, folder)
    with Catalogue.open(filled) as catalogue, Office(catalogue).look(days) as desk:
        mirror = mirror_of(desk.con)
        mirror.keep_in(folder)
        mirror.forget(folder)
        assert list(folder.iterdir()) == []
        assert mirror.keep(desk.con, folder)
    read.clear()
    assert process(filled, days, folder) == ["P1", "P2"]
    assert read == []


def test_what_is_kept_can_be_forgotten(filled: Path, days: Days, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    process(filled, days, folder)
    keeping.forget(folder)
    assert list(folder.iterdir()) == []
    assert process(filled, days, folder) == ["P1", "P2"]


def test_little_is_not_worth_writing(empty: Path, days: Days, tmp_path: Path) -> None:
    with Catalogue.open(empty) as catalogue, Office(catalogue).change("load", days) as desk:
        fill(desk, WORLD)
        match(desk, FILTERS)
        assert not mirror_of(desk.con).keep(desk.con, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
