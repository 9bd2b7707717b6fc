"""Every command, on the shop: what it answers to people and to programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import parcours as library
from parcours.service.cli.main import run
from tests.service import shop
from tests.service.cli.program import Ran, apart, parcours

Cli = Callable[..., Ran]


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


def test_a_workspace_from_nothing_to_members(tmp_path: Path) -> None:
    """The short tour of the README, as programs of their own."""
    (tmp_path / "customers.csv").write_text("customer_id,first_name\n1023,Ada\n7,Bob\n")
    (tmp_path / "purchases.csv").write_text(
        "customer_id,time,total\n1023,2017-05-01 10:00,200\n1023,2017-05-20 10:00,90\n7,2017-05-01 11:00,20\n"
    )
    (tmp_path / "segments.yaml").write_text(
        "segment: silver\nrule: {event: purchase, sum: total, in_last: 90 days, at_least: 250}\n"
    )
    shop_folder = tmp_path / "shop"
    assert "made a workspace" in parcours("init", shop_folder).out
    here = {"cwd": shop_folder}
    assert "2 profiles taken in" in parcours("import", "profiles", "../customers.csv", **here).out  # type: ignore[arg-type]
    events = ("import", "events", "../purchases.csv", "--event", "purchase")
    assert "3 purchase taken in" in parcours(*events, **here).out  # type: ignore[arg-type]
    assert "+ segment silver: new, version 1" in parcours("apply", "../segments.yaml", **here).out  # type: ignore[arg-type]
    done = parcours("replay", "--from", "2017-01-01", "--to", "2017-06-30", "--tick", "1 day", **here)  # type: ignore[arg-type]
    assert "3 events, 1 entries and exits" in done.out, done.err
    explained = parcours("explain", "silver", 1023, **here)  # type: ignore[arg-type]
    assert explained.out.startswith("1023 is in silver at 2017-06-30 00:00 UTC\n  since 2017-05-20 10:00 UTC\n")
    assert "if nothing happens, this changes at 2017-07-30 10:00 UTC" in explained.out


def test_segments_are_listed(cli: Cli) -> None:
    listed = plain(cli("segments", "list", "--json"))
    assert [row["segment"] for row in listed] == list(shop.SEGMENTS)
    table = cli("segments", "list").out
    assert all(segment in table for segment in shop.SEGMENTS)


def test_a_segment_is_shown(cli: Cli) -> None:
    shape = plain(cli("segments", "show", "big", "--json"))
    assert shape["members"] == shape["entries"] - shape["exits"] == shape["history"][-1]["members"]
    text = cli("segments", "show", "big").out
    assert "Big spenders" in text
    assert "the sum of total over 'purchase' events in the last 30 days is at least 100" in text
    assert "█" in text


def test_members_of_now_and_then(cli: Cli) -> None:
    then = plain(cli("segments", "members", "regular", "--at", "2024-03-15", "--json"))
    text = cli("segments", "members", "regular", "--at", "2024-03-15", "--limit", "3")
    assert f"{len(then)} members" in text.out
    assert "the first 3 of" in text.err
    assert plain(cli("segments", "members", "regular", "--json")) != then


def test_history_and_sample(cli: Cli) -> None:
    assert len(plain(cli("segments", "history", "big", "--json"))) == 182
    assert len(plain(cli("segments", "sample", "big", "--size", "2", "--json"))) == 2
    assert "2024-06-30" in cli("segments", "history", "big").out


def test_a_preview_tells_who(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("segment: big\nrule: {event: purchase, sum: total, in_last: 30 days, at_least: 60}\n")
    shape = plain(cli("segments", "preview", path, "--json"))[0]
    text = cli("segments", "preview", path).out
    assert f"{len(shape['entering'])} would enter, 0 would leave" in text
    assert shape["entering"][0] in text
    assert "1 features, 1 of them kept already" in text


def test_a_segment_is_stopped_published_deleted(cli: Cli) -> None:
    assert "stopped" in cli("segments", "stop", "fans").out
    assert "published" in cli("segments", "publish", "fans").out
    assert "deleted" in cli("segments", "delete", "fans").out
    refused = cli("segments", "delete", "big")
    assert (refused.code, refused.out) == (2, "")
    assert "used by" in refused.err


def test_journeys_are_listed_shown_and_stopped(cli: Cli) -> None:
    row = plain(cli("journeys", "list", "--json"))[0]
    shown = plain(cli("journeys", "show", "hello", "--json"))
    assert [step["activity"] for step in shown["funnel"]] == ["entry", "mail", "pause", "end"]
    assert shown["funnel"][0]["arrived"] == row["entered"]
    assert shown["funnel"][2]["waiting"] == row["inside"]
    assert "skipped" in cli("journeys", "show", "hello").out
    cli("journeys", "stop", "hello")
    assert plain(cli("journeys", "list", "--json"))[0]["inside"] == 0


def test_explain_and_membership(cli: Cli) -> None:
    shape = plain(cli("explain", "big", "p1", "--json"))
    assert shape["rule"]["text"].startswith("the sum of total")
    assert isinstance(shape["member"], bool)
    entries = plain(cli("membership", "p1", "--json"))["segmentMembership"]["UPS"]
    assert (entries.get("big", {}).get("status") in ("realized", "existing")) == shape["member"]
    assert "lastQualificationTime" in cli("membership", "p1").out


def test_sql_answers_and_reads_only(cli: Cli) -> None:
    assert plain(cli("sql", "SELECT count(*) AS n FROM purchase", "--json")) == [{"n": 600}]
    assert "600" in cli("sql", "SELECT count(*) AS n FROM purchase").out
    assert cli("sql", "DROP TABLE purchase").code == 2


def test_export_writes_a_file(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    said = cli("export", "segment", "big", "-o", path).out
    assert said == f"{pl.read_parquet(path).height} members written to {path}\n"


def test_events_are_corrected_and_profiles_erased(cli: Cli) -> None:
    event = plain(cli("sql", "SELECT _event_id FROM purchase LIMIT 1", "--json"))[0]["_event_id"]
    assert "1 events are taken back" in cli("correct", event).out
    assert cli("erase", "p1").out == "1 profiles are erased\n"
    found = plain(cli("sql", "SELECT count(*) FILTER (_profile_id = 'p1') AS gone FROM profiles", "--json"))
    assert found == [{"gone": 0}]
    assert cli("correct").code == cli("erase").code == 2


def test_dead_letters_are_listed(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("profile_id,time,total\na,2024-07-01,1\nb,never,2\n")
    done = cli("import", "events", path, "--event", "purchase")
    assert "1 purchase taken in" in done.out
    assert "row 2, column time: 'never' is not a time" in done.err
    assert plain(cli("dead-letters", "--json"))[0]["row"] == 2
    assert "never" in cli("dead-letters").out


def test_definitions_are_checked_and_applied(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("segment: child\nrule: {attribute: age, less_than: 18}\n")
    assert "nothing was changed" in cli("check", path).out
    assert "child" not in cli("segments", "list").out
    assert "saved as drafts" in cli("apply", path, "--draft").out
    assert plain(cli("apply", path, "--json"))["changes"][0]["action"] == "edited"
    assert plain(cli("segments", "show", "child", "--json"))["members"] > 0


def test_status_tells_what_is_there(cli: Cli) -> None:
    shape = plain(cli("status", "--json"))
    assert (shape["profiles"], shape["events"], shape["segments"], shape["journeys"]) == (40, {"purchase": 600}, 8, 1)
    assert "rows waiting" in cli("status").out


def test_the_live_loop_ends_after_its_ticks(cli: Cli, folder: Path) -> None:
    done = cli("run", "--ticks", "1")
    assert done.out == "stopped after 1 ticks\n"
    with library.open(folder) as workspace:
        assert workspace.now is not None
        assert workspace.now.year >= 2025


def test_the_workspace_can_be_named(folder: Path, tmp_path: Path) -> None:
    by_option = parcours("segments", "list", "--json", "-w", folder, cwd=tmp_path)
    assert by_option.code == 0
    assert json.loads(by_option.out)


def test_output_into_a_pipe_is_not_cut(folder: Path) -> None:
    ran = parcours("-w", folder, "sql", f"SELECT '{'x' * 300}' AS long, 'end' AS last")
    assert "x" * 300 in ran.out
    assert "end" in ran.out


@pytest.mark.parametrize(
    "words",
    [
        ("segments", "list"),
        ("segments", "show", "bigg"),
        ("--json", "segments", "list"),
        ("--json", "explain", "big", "nobody"),
        ("sql", "SELEC 1"),
        ("segments", "list", "--nonsense"),
        ("contacts", "find"),
        ("--version",),
    ],
    ids=" ".join,
)
def test_a_program_of_its_own_says_the_same_as_the_command_line_inside_tests(
    replayed: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert apart("-w", replayed, *words, cwd=tmp_path) == parcours("-w", replayed, *words, cwd=tmp_path)
