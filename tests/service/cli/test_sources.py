"""``parcours sources``: made, shown, switched off, given new keys, removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parcours
from parcours.service.cli.main import run


@pytest.fixture
def folder(tmp_path: Path) -> str:
    parcours.init(tmp_path / "w").close()
    return str(tmp_path / "w")


def test_a_source_from_its_making_to_its_end(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    def does(*words: str) -> dict[str, object]:
        assert run(["-w", folder, "--json", "sources", *words]) == 0
        found = json.loads(capsys.readouterr().out)
        assert isinstance(found, dict | list)
        return found if isinstance(found, dict) else {"rows": found}

    made = does("add", "web", "--name", "Web shop", "--write-key", "test-write-key", "--new-secret")
    assert (made["source"], made["write_key"], made["kind"]) == ("web", "test-write-key", "http")
    assert len(str(made["secret"])) > 40
    assert "secret" not in does("show", "web")
    assert does("change", "web", "--off")["enabled"] is False
    assert does("change", "web", "--on", "--name", "Shop")["name"] == "Shop"
    assert does("rotate", "web")["write_key"] != "test-write-key"
    assert "web" in json.dumps(does("list"))
    assert does("connections") is not None
    does("remove", "web")
    assert run(["-w", folder, "sources", "show", "web"]) != 0
    assert "there is no source 'web'" in capsys.readouterr().err


def test_settings_of_a_connector_come_out_of_a_file(
    folder: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = tmp_path / "stream.yaml"
    settings.write_text("servers: ['localhost:9092']\ntopics: [orders]\nformat: segment\n")
    assert run(["-w", folder, "sources", "add", "orders", "--kind", "kafka", "--settings", str(settings)]) == 0
    assert "of kind kafka" in capsys.readouterr().out
    settings.write_text("[1, 2]")
    assert run(["-w", folder, "sources", "change", "orders", "--settings", str(settings)]) != 0
    assert "no settings" in capsys.readouterr().err
