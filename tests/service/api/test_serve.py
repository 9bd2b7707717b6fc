"""`parcours serve` as a user starts it: a real process, a real socket, a clean end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import parcours
from parcours.service.api.page import page

PROGRAM = [sys.executable, "-c", "from parcours.service.cli.main import main; main()"]
RULE = "segment: adults\nname: Grown <ups>\nrule: {all: [{attribute: age, at_least: 18}]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    people = tmp_path / "people.csv"
    people.write_text("profile_id,age\nann,31\nbob,9\n")
    definitions = tmp_path / "adults.yaml"
    definitions.write_text(RULE)
    with parcours.init(place) as workspace:
        workspace.import_profiles(people)
        workspace.apply(definitions)
        workspace.run(ticks=2)
    return place


def serve(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [*PROGRAM, "-w", str(folder), "serve", "--port", "0", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def asked(address: str, key: str = "") -> str:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"} if key else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: str = answer.read().decode()
        return found


def test_the_first_start_makes_an_administrator_once(folder: Path) -> None:
    said = []
    for options in (("--admin", "Ann@shop.example"), ()):
        with serve(folder, "--still", *options) as process:
            try:
                assert process.stderr is not None
                process.stderr.readline()
                process.send_signal(signal.SIGINT)
                said.append(process.stderr.read())
            finally:
                process.kill()
    password = re.search(r"one-time password (\S+)", said[0])
    assert password is not None
    assert "password" not in said[1]
    with parcours.open(folder) as workspace:
        (account,) = workspace.access.accounts.list().to_dicts()
        assert (account["email"], account["role"], account["must_change"]) == ("ann@shop.example", "admin", True)
        assert workspace._parts.gate.signing.sign_in("ann@shop.example", password[1])


@pytest.mark.parametrize("options", [("--still",), ()])
def test_page_and_data_are_served_until_the_signal(folder: Path, options: tuple[str, ...]) -> None:
    with parcours.open(folder) as workspace:
        key = str(workspace.access.keys.create("test", role="viewer")["key"])
    with serve(folder, *options) as process:
        try:
            assert process.stderr is not None
            address = process.stderr.readline().split()[0]
            status = json.loads(asked(address + "status.json", key))
            text = asked(address + "status", key)
            door = asked(address + "status")
            with pytest.raises(urllib.error.HTTPError, match="401"):
                asked(address + "status.json")
            process.send_signal(signal.SIGINT)
            output, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
    assert status["live"] is (not options)
    shown = [(row["segment"], row["members"], row["evaluation"]) for row in status["segments"]]
    assert shown == [("adults", 1, "incremental")]
    assert "incremental" in text
    assert "Sign in" in door
    assert "Grown" not in door
    assert "Grown &lt;ups&gt;" in text
    assert process.returncode == 0, complaints
    assert "stopped" in output


def test_a_taken_port_is_explained(folder: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [*PROGRAM, "-w", str(folder), "serve"]
        done = subprocess.run(
            [*command, "--port", str(taken.getsockname()[1])], capture_output=True, text=True, check=False, timeout=60
        )
    assert done.returncode != 0
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_workspace_has_a_page() -> None:
    nothing = {"live": False, "now": None, "profiles": 0, "segments": [], "journeys": [], "messages": []}
    assert "None yet" in page(nothing)
