"""Accounts, keys and the audit log from the command line: on the folder, and by way of a service that runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import parcours as library
from parcours.testing.service import Client
from tests.service.cli.program import START, parcours


@pytest.fixture
def place(tmp_path: Path) -> Path:
    library.init(tmp_path / "shop").close()
    return tmp_path / "shop"


@pytest.fixture
def address(place: Path) -> Iterator[str]:
    """The service runs."""
    command = [sys.executable, "-c", START, "-w", str(place), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline().split()[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def did(place: Path, *arguments: object) -> Any:
    ran = parcours("-w", place, "--json", *arguments)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_people_are_let_in_and_kept_out(place: Path) -> None:
    made = did(place, "accounts", "add", "Ann@shop.example", "--role", "admin", "--crm-user", "ANN")
    assert (made["email"], made["role"], made["crm_user"]) == ("ann@shop.example", "admin", "ANN")
    assert len(made["password"]) == 23
    did(place, "accounts", "add", "bob@shop.example")
    assert did(place, "accounts", "role", "bob@shop.example", "marketer")["role"] == "marketer"
    assert did(place, "accounts", "password", "bob@shop.example")["password"]
    assert did(place, "accounts", "disable", "bob@shop.example")["disabled"] is True
    assert did(place, "accounts", "disable", "bob@shop.example", "--undo")["disabled"] is False
    listed = did(place, "accounts", "list")
    assert [(row["email"], row["role"]) for row in listed] == [
        ("ann@shop.example", "admin"), ("bob@shop.example", "marketer"),
    ]  # fmt: skip
    did(place, "accounts", "remove", "bob@shop.example")
    last = parcours("-w", place, "accounts", "remove", "ann@shop.example")
    assert (last.code, "last administrator" in last.err) == (1, True)
    wrong = parcours("-w", place, "accounts", "add", "nobody")
    assert (wrong.code, "no e-mail address" in wrong.err) == (2, True)


def test_a_key_is_shown_once(place: Path) -> None:
    shown = parcours("-w", place, "keys", "add", "nightly", "--scope", "profiles:read", "--expires", "90 days")
    assert shown.code == 0, shown.err
    key = shown.out.strip()
    assert key.startswith("pk_")
    listed = parcours("-w", place, "keys", "list")
    assert "nightly" in listed.out
    assert key not in listed.out
    (row,) = did(place, "keys", "list")
    assert row["scopes"] == ["profiles:read"]
    assert did(place, "keys", "revoke", row["id"])["revoked"] is True
    assert did(place, "keys", "revoke", row["id"])["revoked"] is False
    unknown = parcours("-w", place, "keys", "add", "x", "--scope", "profile:read")
    assert (unknown.code, "profiles:read" in unknown.err) == (2, True)


def test_the_same_while_the_service_runs(place: Path, address: str) -> None:
    key = did(place, "keys", "add", "nightly", "--role", "admin")["key"]
    client = Client(address, key)
    assert client.ask("PUT", "/crm/series/CONT", {"next": "C1"}).status == 200
    did(place, "accounts", "add", "bob@shop.example", "--role", "viewer")
    assert {row["email"] for row in client.did("GET", "/accounts")["items"]} == {"admin@localhost", "bob@shop.example"}
    (row,) = did(place, "keys", "list")
    did(place, "keys", "revoke", row["id"])
    assert client.ask("GET", "/accounts").status == 401
    seen = did(place, "audit", "--caller", "nightly")
    assert ("crm_put_series", 200) in [(row["operation"], row["outcome"]) for row in seen]
    local = [row["operation"] for row in did(place, "audit") if row["kind"] == "local"]
    assert {"access.keys.create", "access.accounts.create", "access.keys.revoke"} <= set(local)
