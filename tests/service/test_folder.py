"""The folder: found upwards, made once, held by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.core.errors import WorkspaceError
from parcours.service.folder import Folder, Lock, find


def test_a_workspace_is_found_from_inside(tmp_path: Path) -> None:
    Folder(tmp_path / "shop").make()
    inside = tmp_path / "shop" / "a" / "b"
    inside.mkdir(parents=True)
    assert find(inside) == find(tmp_path / "shop") == tmp_path / "shop"
    with pytest.raises(WorkspaceError, match="here or above"):
        find(tmp_path)


def test_the_first_settings_are_settings(tmp_path: Path) -> None:
    from parcours.core.settings import Settings, read_settings

    folder = Folder(tmp_path / "shop")
    folder.make()
    assert read_settings(folder.settings) == Settings()
    uncommented = "\n".join(
        line.removeprefix("# ") for line in folder.settings.read_text().splitlines() if "=" in line or "[" in line
    )
    folder.settings.write_text(uncommented)
    assert read_settings(folder.settings).channels["email"]["type"] == "smtp"


def test_a_lock_is_held_once_and_let_go(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    lock = Lock(folder)
    with pytest.raises(WorkspaceError) as caught:
        Lock(folder)
    assert caught.value.code == "in-use"
    lock.release()
    lock.release()
    Lock(folder).release()


def test_a_file_in_the_way_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="cannot be used"):
        Folder(tmp_path / "file").make()
