"""A whole run: what is planted in it is neither in the logs nor, where it opens something, on the disk."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from http.cookies import SimpleCookie
from pathlib import Path

import parcours
from parcours.testing.service import Client

PROGRAM = [sys.executable, "-c", "from parcours.service.cli.main import main; main()"]
SETTINGS = """
tracking = "https://t.example"
[secrets]
tracking = "planted-tracking-secret"
crm_key = "planted-setting-secret"
[oidc]
issuer = "http://127.0.0.1:9"
client_id = "parcours"
secret = "crm_key"
[channels.email]
type = "smtp"
host = "127.0.0.1"
port = 9
username = "me"
password = "planted-channel-password"
sender = "shop@shop.example"
"""
FIRST, SECOND, WRONG = "planted first password", "planted second password", "planted wrong password"


def test_nothing_planted_is_logged_or_kept(tmp_path: Path) -> None:
    place = tmp_path / "shop"
    with parcours.init(place) as workspace:
        key = str(workspace.access.keys.create("test", role="admin")["key"])
        workspace.access.accounts.create("ann@shop.example", role="admin", password=FIRST, must_change=False)
    (place / "parcours.toml").write_text(SETTINGS)
    command = [*PROGRAM, "-w", str(place), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert process.stdout is not None
            address = process.stderr.readline().split()[0]
            secrets = used(Client(address), key)
            process.send_signal(signal.SIGTERM)
            said = process.stderr.read() + process.stdout.read()
            assert process.wait(60) == 0, said
        finally:
            process.kill()
    planted = set(re.findall(r"planted-[a-z-]+", SETTINGS))
    assert [secret for secret in (key, *secrets, *planted, WRONG) if secret in said] == []
    for file in place.rglob("*"):
        if file.is_file() and file.name != "parcours.toml":
            content = file.read_bytes()
            assert [secret for secret in (key, *secrets, *planted, WRONG) if secret.encode() in content] == [], file


def used(stranger: Client, key: str) -> list[str]:
    """Use the service in many ways, also wrong ones; gives what opened something."""
    admin, secrets = Client(stranger.address, key), [FIRST, SECOND]
    wrong = {"email": "ann@shop.example", "password": WRONG}
    assert stranger.ask("POST", "/session", wrong).status == 401
    assert stranger.ask("POST", "/session", {**wrong, "more": WRONG}).status == 422
    began = stranger.ask("POST", "/session", {"email": "ann@shop.example", "password": FIRST})
    cookies = {name: each.value for line in began.cookies for name, each in SimpleCookie(line).items()}
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"cookie": cookie, "parcours_csrf": cookies["parcours-csrf"]}
    changed = stranger.ask("POST", "/password", {"current": FIRST, "new": SECOND}, **headers)
    assert changed.status == 200, changed.content
    secrets += [cookies["parcours"], *(each.value for each in SimpleCookie(changed.cookies[0]).values())]
    made = admin.did("POST", "/keys", {"name": "second", "role": "viewer"}, idempotency_key="once")
    reset = admin.did("POST", "/accounts/ann@shop.example/password")
    secrets += [made["key"], reset["password"]]
    for verb, path, body in (
        ("GET", f"/nowhere?key={key}", None),
        ("GET", "/oidc/login", None),
        ("POST", "/accounts", "{"),
        ("POST", "/sql", {"query": "SELECT * FROM nothing"}),
        ("POST", "/contacts", {"name": 1}),
        ("DELETE", "/keys/none", None),
    ):
        assert admin.ask(verb, path, body).status >= 400, path
    assert stranger.ask_any("POST", "/v1/batch", b"\x1f\x8bbroken", content_encoding="gzip").status >= 400
    assert stranger.ask_any("GET", "/c/none").status == 404
    return secrets
