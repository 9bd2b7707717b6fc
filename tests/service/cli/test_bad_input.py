"""What can be expected to go wrong: one screen of text with a hint, exit code 1 or 2, the workspace as it was."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import parcours as library
from tests.service import shop
from tests.service.cli.program import START, Ran, fingerprint, parcours


def refused(ran: Ran, code: int, *said: str) -> None:
    """The error is for people."""
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) <= 41
    for text in said:
        assert text in ran.err


FILES: dict[str, tuple[str, bytes, tuple[str, ...], str]] = {
    "missing": ("gone.csv", b"", ("import", "events", "gone.csv", "--event", "purchase"), "no such file"),
    "empty": ("x.csv", b" \n", ("import", "events", "x.csv", "--event", "purchase"), "the file is empty"),
    "no-parquet": ("x.parquet", b"hello", ("import", "events", "x.parquet", "--event", "purchase"), "x.parquet"),
    "no-text": ("x.csv", b"a,b\n\xff\xfe\xfa,1", ("import", "events", "x.csv", "--event", "purchase"), "not utf-8"),
    "no-format": ("x.xls", b"a", ("import", "events", "x.xls", "--event", "purchase"), "does not tell the format"),
    "no-json": ("x.ndjson", b"{]", ("import", "profiles", "x.ndjson"), "x.ndjson"),
    "no-time": (
        "x.csv",
        b"profile_id,when\na,2024-01-01\n",
        ("import", "events", "x.csv", "--event", "purchase"),
        "the column with the time is not named",
    ),
    "no-event-type": ("x.csv", b"profile_id,time\na,2024-01-01\n", ("import", "events", "x.csv"), "type of the events"),
    "unknown-column": (
        "x.csv",
        b"profile_id,time\na,2024-01-01\n",
        ("import", "events", "x.csv", "--event", "purchase", "--skip", "timme"),
        "did you mean 'time'?",
    ),
    "wrong-type": (
        "x.csv",
        b"profile_id,age\na,7\n",
        ("import", "profiles", "x.csv", "--type", "age=boolean"),
        "integer",
    ),
    "unknown-type": ("x.csv", b"profile_id,a\na,7\n", ("import", "profiles", "x.csv", "--type", "a=int"), "not a type"),
    "wrong-times": (
        "x.csv",
        b"profile_id,time\na,soon\nb,later\n",
        ("import", "events", "x.csv", "--event", "purchase"),
        "no value of column 'time' is a time",
    ),
    "case": ("x.csv", b"profile_id,Age\na,7\n", ("import", "profiles", "x.csv"), "upper and lower case"),
    "broken-mapping": ("m.toml", b"a = ", ("import", "profiles", "m.toml", "--mapping", "m.toml"), "not TOML"),
    "broken-yaml": ("x.yaml", b"segment: x\nrule: {attribute: age\n", ("apply", "x.yaml"), "x.yaml:"),
    "no-definitions": ("x.yaml", b"", ("apply", "x.yaml"), "no definitions"),
    "unknown-segment": (
        "x.yaml",
        b"segment: x\nrule: {segment: bigg}\n",
        ("apply", "x.yaml"),
        "did you mean 'big'?",
    ),
    "cycle": (
        "x.yaml",
        b"segment: x\nrule: {segment: y}\n---\nsegment: y\nrule: {segment: x}\n",
        ("apply", "x.yaml"),
        "x -> y -> x",
    ),
    "many-problems": (
        "x.yaml",
        b"\n---\n".join(b"segment: s%d\nrule: {attribute: nothing, is: 1}" % number for number in range(60)),
        ("apply", "x.yaml"),
        "more lines",
    ),
}


@pytest.mark.parametrize(("name", "content", "command", "said"), FILES.values(), ids=FILES)
def test_bad_files(
    folder: Path, tmp_path: Path, name: str, content: bytes, command: tuple[str, ...], said: str
) -> None:
    before = fingerprint(folder)
    if name != "gone.csv":
        (tmp_path / name).write_bytes(content)
    refused(parcours("-w", folder, *command, cwd=tmp_path), 2, said)
    assert fingerprint(folder) == before


QUESTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "segment": (("segments", "show", "bigg"), "did you mean 'big'?"),
    "journey": (("journeys", "show", "helo"), "did you mean 'hello'?"),
    "profile": (("explain", "big", "nobody"), "no profile 'nobody'"),
    "moment": (("segments", "members", "big", "--at", "yesterday"), "not a date or time"),
    "sql": (("sql", "SELEC 1"), "SELEC"),
    "write": (("sql", "DELETE FROM facts.ticks"), "read-only"),
    "tick": (("replay", "--from", "2024-07-01", "--to", "2024-07-02", "--tick", "1 month"), "vary in length"),
    "back": (("replay", "--from", "2024-01-01", "--to", "2024-02-01"), "cannot go back"),
    "command": (("segmets",), "--help"),
    "option": (("segments", "list", "--nonsense"), "--help"),
    "too-little": (("explain", "big"), "--help"),
    "format": (("export", "segment", "big", "-o", "x.doc"), "no format"),
}


@pytest.mark.parametrize(("command", "said"), QUESTIONS.values(), ids=QUESTIONS)
def test_bad_questions(replayed: Path, tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    refused(parcours("-w", replayed, *command, cwd=tmp_path), 2, said)


def test_errors_for_programs_are_plain_data(replayed: Path) -> None:
    ran = parcours("-w", replayed, "segments", "show", "bigg", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert json.loads(ran.err) == {
        "ok": False,
        "error": {"code": "unknown-segment", "message": "there is no segment 'bigg'", "hint": "did you mean 'big'?"},
    }


def test_no_workspace_here(tmp_path: Path) -> None:
    refused(parcours("segments", "list", cwd=tmp_path), 1, "no workspace here or above", "parcours init")


def test_settings_with_mistakes(folder: Path) -> None:
    (folder / "parcours.toml").write_text("zoen = 'UTC'\n")
    refused(parcours("-w", folder, "segments", "show", "big"), 1, "no setting 'zoen'", "zone")
    (folder / "parcours.toml").write_text("zone = 'Europe/Pari'\n")
    refused(parcours("-w", folder, "segments", "show", "big"), 1, "not a time zone")
    (folder / "parcours.toml").write_text("zone = \n")
    refused(parcours("-w", folder, "segments", "show", "big"), 1, "not TOML")


def test_a_second_process_is_told_who_holds_the_workspace(folder: Path) -> None:
    with library.open(folder):
        ran = parcours("-w", folder, "segments", "list")
    refused(ran, 1, f"in use by process {os.getpid()}", "stop that process first")


def test_a_process_that_was_killed_holds_nothing(folder: Path) -> None:
    """While it runs, others work by way of it; then one opens the folder itself."""
    running = subprocess.Popen(
        [sys.executable, "-c", START, "-w", str(folder), "run"], stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert "running" in running.stderr.readline()
    assert parcours("-w", folder, "segments", "list").code == 0
    refused(parcours("-w", folder, "run"), 1, "in use")
    running.kill()
    running.wait()
    running.stderr.close()
    assert parcours("-w", folder, "segments", "list").code == 0


def test_the_live_loop_ends_cleanly_on_a_signal(folder: Path) -> None:
    with library.open(folder) as workspace:  # so that no years have to be caught up
        workspace.run(ticks=1)
    command = [sys.executable, "-c", START, "-w", str(folder), "run"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stderr is not None
    assert "running" in running.stderr.readline()
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert out.startswith("stopped after ")
    assert "Traceback" not in err


def test_a_replay_that_is_interrupted_goes_on(tmp_path: Path, replayed: Path) -> None:
    folder = tmp_path / "shop"
    with library.init(folder) as workspace:
        shop.fill(workspace, tmp_path / "definitions")
    replay = ("replay", "--from", shop.START, "--to", shop.END, "--tick", "6 hours")
    command = [sys.executable, "-c", START, "-w", str(folder), *replay]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while not list((folder).glob("history.duckdb.wal")):
        time.sleep(0.01)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    if running.returncode:  # it may have been faster than we
        assert (running.returncode, out) == (130, ""), err
        assert "everything committed so far stays" in err
        assert "Traceback" not in err
        assert parcours("-w", folder, *replay).code == 0
    moved = "SELECT segment, _profile_id, status, effective, cause FROM qualifications ORDER BY ALL"
    with library.open(folder) as workspace, library.open(shop.copied(replayed, tmp_path)) as whole:
        assert workspace.sql(moved).equals(whole.sql(moved))


def test_wrong_settings_of_a_channel(folder: Path) -> None:
    (folder / "parcours.toml").write_text('[channels.email]\ntype = "smtq"\n')
    refused(parcours("-w", folder, "replay", "--to", "2024-07-02", "--send"), 2, "did you mean 'smtp'?")
    (folder / "parcours.toml").write_text('[channels.email]\ntype = "smtp"\nhots = "x"\n')
    refused(parcours("-w", folder, "replay", "--to", "2024-07-02", "--send"), 2, "hots")


def full_disk() -> None:
    """No file can grow beyond a little: to a program this looks like a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))


def test_a_full_disk(folder: Path, tmp_path: Path) -> None:
    before = fingerprint(folder)
    shop.purchases().with_columns(event_id="x" + shop.purchases()["event_id"]).write_parquet(tmp_path / "x.parquet")
    command = ("import", "events", tmp_path / "x.parquet", "--event", "purchase", "--id", "event_id")
    refused(parcours("-w", folder, *command, before=full_disk), 1, "full")
    (tmp_path / "big.yaml").write_text(
        "\n---\n".join(f"segment: s{number}\nrule: {{attribute: age, at_least: {number}}}" for number in range(200))
    )
    refused(parcours("-w", folder, "apply", tmp_path / "big.yaml", before=full_disk), 1, "full")
    refused(parcours("-w", folder, "replay", "--to", "2024-09-01", before=full_disk), 1, "full")
    assert fingerprint(folder) == before


def no_more_than_allowed() -> None:
    """Even the superuser has to keep to the permissions of files (prctl: drop CAP_DAC_OVERRIDE)."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / "x.csv").write_text("profile_id,age\na,3\n")
    (folder / "x.yaml").write_text("segment: x\nrule: {attribute: age, at_least: 3}\n")
    before = fingerprint(folder)
    commands = {
        "catalogue.sqlite": ("apply", "x.yaml"),
        "history.duckdb": ("segments", "list"),
        "inbox": ("import", "profiles", "x.csv"),
        ".lock": ("segments", "list"),
    }
    for place, command in commands.items():
        (folder / place).chmod(0o555)
        ran = parcours(*command, cwd=folder, before=no_more_than_allowed)
        refused(ran, 1, "cannot be written", "write")
        (folder / place).chmod(0o755)
    assert fingerprint(folder) == before


def test_a_place_where_no_workspace_can_be_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    refused(parcours("init", tmp_path / "new", before=no_more_than_allowed), 1, "cannot be written")
    assert not (tmp_path / "new").exists()
    tmp_path.chmod(0o755)
