"""``parcours journeys`` and ``suppress``, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcours.service.cli.main import run
from tests.service import shop
from tests.service.cli.program import Ran

Cli = Callable[..., Ran]
JOURNEY = shop.DEFINITIONS[shop.DEFINITIONS.index("journey: hello") :]


@pytest.fixture
def cli(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line on a copy of the shop, in this process."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(folder)

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return call


def plain(ran: Ran) -> Any:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def statuses(cli: Cli) -> dict[str, str]:
    found: dict[str, str] = plain(cli("journeys", "show", "hello", "--json"))["versions"]
    return found


def test_a_life(cli: Cli, tmp_path: Path) -> None:
    assert "paused for 3 days" in cli("journeys", "pause", "hello", "--for", "3 days").out
    assert plain(cli("journeys", "list", "--json"))[0]["status"] == "paused"
    assert cli("journeys", "attribute-exit", "hello", "{attribute: age, at_least: 18}").code == 0
    assert plain(cli("journeys", "resume", "hello", "--json"))["versions"] == {"1": "live"}
    refused = cli("journeys", "resume", "hello")
    assert (refused.code, refused.out) == (2, "")
    assert "is live" in refused.err
    assert plain(cli("journeys", "new-version", "hello", "--json"))["version"] == 2
    assert plain(cli("journeys", "versions", "hello", "--json"))[1]["status"] == "draft"
    assert cli("journeys", "test-on", "hello").code == 0
    assert statuses(cli) == {"1": "live", "2": "draft_test"}
    cli("journeys", "test-off", "hello", "--version", "2")
    assert "published" in cli("journeys", "publish", "hello").out
    assert statuses(cli) == {"1": "closed", "2": "live"}
    preview = plain(cli("journeys", "migrate", "hello", "--preview", "--json"))
    assert preview["landings"][0]["place"] == "pause"
    assert preview["landings"][0]["people"] > 0
    assert "moved" in cli("journeys", "migrate", "hello").out
    assert "back at version 1" in cli("journeys", "roll-back", "hello").out
    assert "tries" in cli("journeys", "retry", "hello", "--profile", "p1", "--activity", "mail").out
    assert "finishes" in cli("journeys", "close", "hello").out
    assert "open again" in cli("journeys", "reopen", "hello", "--version", "1").out
    assert "stopped" in cli("journeys", "stop", "hello").out
    assert set(statuses(cli).values()) == {"stopped"}
    assert "deleted" in cli("journeys", "delete", "hello").out
    assert plain(cli("journeys", "list", "--json")) == []


def test_texts_and_differences(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "j.yaml"
    path.write_text(JOURNEY.replace("subject: Hello", "subject: Good morning"))
    assert "new texts" in cli("journeys", "edit-texts", path).out
    path.write_text(JOURNEY.replace("for: 7 days", "for: 3 days"))
    assert cli("journeys", "edit-texts", path).code == 2
    assert cli("apply", path).code == 0
    changed = cli("journeys", "diff", "hello", 1, 2).out
    assert "'7 days' to '3 days'" in changed or "7 days" in changed
    assert plain(cli("journeys", "diff", "hello", 1, 1, "--json")) == []


def test_what_happened(cli: Cli, tmp_path: Path) -> None:
    shape = plain(cli("journeys", "report", "hello", "--json"))
    assert shape["runs"][0]["entered"] == plain(cli("journeys", "list", "--json"))[0]["entered"]
    assert "activities" in cli("journeys", "report", "hello").out
    someone = plain(cli("sql", "SELECT _profile_id AS p FROM journey_steps LIMIT 1", "--json"))[0]["p"]
    told = cli("journeys", "trace", "hello", someone).out
    assert "2024" in told
    assert plain(cli("journeys", "trace", "hello", someone, "--json"))
    assert cli("journeys", "trace", "hello", someone, "--lang", "fr").out != told
    assert "mail" in cli("journeys", "drawing", "hello").out
    assert cli("journeys", "drawing", "hello", "--mermaid").out.startswith("flowchart")
    cli("journeys", "drawing", "hello", "--svg", tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")


def test_validation(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "j.yaml"
    path.write_text(JOURNEY)
    assert plain(cli("journeys", "validate", path, "--json"))["journeys"] == ["hello"]
    path.write_text(JOURNEY.replace("then: pause", "then: pose"))
    refused = cli("journeys", "validate", path)
    assert refused.code == 2
    assert "did you mean" in refused.err


def test_documents_go_out_and_in(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hello.json"
    assert cli("journeys", "export", "hello", "-o", path).code == 0
    assert plain(cli("journeys", "export", "hello")) == json.loads(path.read_text())
    assert {change["action"] for change in plain(cli("journeys", "import", path, "--json"))["changes"]} == {"unchanged"}
    document = json.loads(path.read_text())
    document["things"]["journey"]["hello"]["activities"]["pause"]["for"] = "3 days"
    path.write_text(json.dumps(document))
    planned = cli("journeys", "import", path, "--plan").out
    assert "journey hello: changed" in planned
    assert statuses(cli) == {"1": "live"}
    assert cli("journeys", "import", path, "--publish").code == 0
    assert statuses(cli) == {"1": "closed", "2": "live"}
    assert cli("journeys", "import", tmp_path / "nothing.json").code == 2


def test_backtests(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "j.yaml"
    path.write_text(JOURNEY)
    found = plain(cli("journeys", "backtest", path, "--json", "--people"))
    assert found["entered"] == plain(cli("journeys", "list", "--json"))[0]["entered"]
    assert found["who"]
    assert "entries of" in cli("journeys", "backtest", "hello", "--days").out
    path.write_text(JOURNEY.replace("on: enter", "on: enter, when: {attribute: age, at_least: 30}"))
    assert "people who enter only the first" in cli("journeys", "backtest", "hello", "--against", path).out


def test_trying(cli: Cli, tmp_path: Path) -> None:
    script = tmp_path / "s.jsonl"
    script.write_text('{"person": "anna", "attributes": {"age": 30, "email": "anna@x.org"}}\n\n')
    do = ["--do", '{"member": "anna", "segments": {"big": true}}', "--do", '{"advance": "10 seconds"}']
    shape = plain(cli("journeys", "test", "hello", "--script", script, *do, "--json"))
    assert shape["people"][0]["status"] == "finished"
    assert [line["message"]["subject"] for line in shape["log"] if line["message"]] == ["Hello"]
    said = cli("journeys", "simulate", "hello", "--script", script, *do).out
    assert "You are 30" in said
    assert "pause" in said
    script.write_text('{"advanse": "1 day"}')
    refused = cli("journeys", "simulate", "hello", "--script", script)
    assert refused.code == 2
    assert "s.jsonl:1" in refused.err
    assert "did you mean 'advance'" in refused.err


def test_suppression(cli: Cli) -> None:
    cli("suppress", "a@x.org", "--domain", "y.org", "--reason", "asked")
    cli("suppress", "b@x.org")
    cli("suppress", "b@x.org", "--remove")
    assert plain(cli("suppress", "--json")) == [
        {"kind": "address", "value": "a@x.org", "reason": "asked"},
        {"kind": "domain", "value": "y.org", "reason": "asked"},
    ]
