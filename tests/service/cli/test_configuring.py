"""`parcours plan` and `apply` as a build runs them: exit codes, Markdown, kept plans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service import shop
from tests.service.cli.program import parcours


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    place = shop.definitions(tmp_path / "definitions")
    written = (place / "all.yaml").read_text()
    (place / "all.yaml").write_text(written.replace("at_least: 100}", "at_least: 60}"))
    return place


def test_exit_codes_say_whether_anything_changes(folder: Path, definitions: Path, tmp_path: Path) -> None:
    assert parcours("-w", folder, "plan", definitions).code == 0
    done = parcours("-w", folder, "plan", definitions, "--detailed-exitcode")
    assert done.code == 2, done.err
    assert "~ segment big: changed, version 2" in done.out
    failed = parcours("-w", folder, "plan", tmp_path / "nowhere", "--detailed-exitcode")
    assert failed.code == 1
    assert "no such file" in failed.err
    assert parcours("-w", folder, "apply", definitions).code == 0
    assert parcours("-w", folder, "plan", definitions, "--detailed-exitcode", "--prune").code == 0


def test_a_kept_plan_is_applied_once(folder: Path, definitions: Path, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    assert parcours("-w", folder, "plan", definitions, "--out", kept).code == 0
    done = parcours("-w", folder, "apply", "--plan", kept)
    assert done.code == 0, done.err
    again = parcours("-w", folder, "apply", "--plan", kept)
    assert again.code == 1
    assert "not as it was" in again.err
    kept.write_text("{")
    assert parcours("-w", folder, "apply", "--plan", kept).code == 2
    assert parcours("-w", folder, "apply").code == 2


def test_markdown_and_json(folder: Path, definitions: Path) -> None:
    shown = parcours("-w", folder, "plan", definitions, "--markdown").out
    assert "| ~ changed | segment | `big` |" in shown
    shape = json.loads(parcours("-w", folder, "--json", "plan", definitions).out)
    assert shape["changes"] is True
    (edited,) = [item for item in shape["items"] if item["action"] == "edited"]
    assert edited["members"]["entering"] == len(edited["members"]["enter"]) > 0
