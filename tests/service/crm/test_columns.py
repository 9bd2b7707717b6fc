"""Columns of selections: kept with the workspace, read before others have to wait, without those who were deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import parcours
from parcours.contacts.selection import columns, keeping
from parcours.core.clock import VirtualClock, instant
from parcours.service.workspace import Workspace

NOON = instant("2026-03-11T12:00:00Z")
SHEET = "SM00001"


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is, it is worth keeping."""
    monkeypatch.setattr(keeping, "WORTH", 1)
    monkeypatch.setattr(keeping, "SHARE", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with companies and an empty worksheet, closed."""
    folder = tmp_path / "workspace"
    with parcours.init(folder, VirtualClock(NOON)) as workspace:
        workspace.crm.put_series("CONT", "C1")
        workspace.crm.put_series("SEGM", SHEET)
        for name in ("Alphaville", "Betatown"):
            workspace.contacts.create(name=name)
        workspace.worksheets.create(description="Spring")
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For everything that is read: whether the transaction holds the lock of those who write."""
    found: list[bool] = []
    plain = columns.read

    def noted(con: Any, *rest: Any, **more: Any) -> Any:
        found.append(bool(con.get_execution_options().get("parcours_writes")))
        return plain(con, *rest, **more)

    monkeypatch.setattr(columns, "read", noted)
    return found


def opened(folder: Path) -> Workspace:
    return parcours.open(folder, VirtualClock(NOON))


def select(folder: Path) -> int:
    with opened(folder) as workspace:
        return workspace.worksheets.add_contacts(SHEET, {"contact": {"name": "*a*"}}, allow_existing=True).count


def kept(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (folder / "columns").rglob("*") if file.is_file())


def test_what_one_process_has_read_the_next_need_not(folder: Path, read: list[bool]) -> None:
    assert select(folder) == 2
    assert read
    read.clear()
    assert select(folder) == 2
    assert read == []


def test_a_run_reads_its_columns_before_it_holds_the_lock(folder: Path, read: list[bool]) -> None:
    assert select(folder) == 2
    assert read
    assert not any(read)


def test_filters_that_are_wrong_are_told_as_ever(folder: Path) -> None:
    with opened(folder) as workspace, pytest.raises(parcours.DefinitionError):
        workspace.worksheets.add_contacts(SHEET, {"contact": {"nme": "*"}})


def test_whoever_is_deleted_is_kept_no_longer(folder: Path) -> None:
    select(folder)
    assert b"Alphaville" in kept(folder)
    with opened(folder) as workspace:
        workspace.worksheets.delete(SHEET)
        workspace.contacts.delete("C1")
        assert kept(folder) == b""
    assert b"Alphaville" not in kept(folder)
    assert b"Betatown" in kept(folder)
