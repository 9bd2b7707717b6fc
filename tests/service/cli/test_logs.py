"""Nothing that opens something is logged, whatever is logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from parcours.service.cli.logs import LEFT_OUT, log_to_stderr, without_secrets

KEY = "pk_" + "aB3-_" * 8


@pytest.fixture
def as_json() -> Iterator[None]:
    before = structlog.get_config()
    log_to_stderr(as_json=True)
    yield
    structlog.configure(**before)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "hunter2"),
        ("new_password", "hunter2"),
        ("Authorization", "hunter2"),
        ("cookies", {"a": "hunter2"}),
        ("headers", {"cookie": "hunter2", "x": {"Set-Cookie": "hunter2"}}),
        ("api_key", "hunter2"),
        ("client_secret", "hunter2"),
        ("event", f"{KEY} came"),
        ("event", "Authorization: Bearer hunter2hunter2"),
        ("event", "Basic aHVudGVyMmh1bnRlcjI="),
        ("where", ["postgresql://me:hunter2@db/x"]),
        ("list", [{"token": "hunter2"}]),
    ],
)
def test_what_opens_something_is_left_out(name: str, value: object) -> None:
    told = json.dumps(without_secrets(None, "info", {name: value}), ensure_ascii=False)
    assert LEFT_OUT in told
    for secret in ("hunter2", KEY, "aHVudGVyMmh1bnRlcjI="):
        assert secret not in told


def test_what_says_something_stays() -> None:
    event = {"event": "a call failed", "signal": "clicked", "count": 3, "key": "silver", "ok": None}
    assert without_secrets(None, "info", dict(event)) == event


def test_a_line_is_json_and_tracebacks_have_no_values(as_json: None, capsys: pytest.CaptureFixture[str]) -> None:
    password = "hunter2"
    try:
        raise ValueError(f"nothing about {len(password)} of {KEY}")
    except ValueError:
        structlog.get_logger("x").exception("it failed", password=password)
        logging.getLogger("uvicorn.error").exception("it failed, too")
    out, err = capsys.readouterr()
    assert out == ""
    first, second = [json.loads(line) for line in err.splitlines()]
    assert (first["event"], first["level"], first["password"]) == ("it failed", "error", LEFT_OUT)
    assert "ValueError" in first["exception"]
    assert "ValueError" in second["exception"]
    assert "hunter2" not in err
    assert KEY not in err
