"""The client libraries for browsers, in Chromium, on a page of another origin than the service."""

from __future__ import annotations

import functools
import http.server
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from parcours.testing.site import chromium
from tests.clients.test_clients import Service, counts, quiet, service
from tests.service.live import eventually
from tools import clients

__all__ = ["service"]
pytestmark = [pytest.mark.slow, pytest.mark.browser]


def browser() -> str:
    """Where Chromium is."""
    return chromium() or pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Gives files, and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def pages() -> Iterator[str]:
    """A web server with the pages and the installed libraries; gives its address."""
    handler = functools.partial(Quiet, directory=clients.ready())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def shown(page: str, told: dict[str, Any], folder: Path) -> Iterator[None]:
    """The page is shown while the block runs."""
    with pages() as address:
        command = [
            browser(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--remote-debugging-port=0", f"--user-data-dir={folder}",
            f"{address}/browser/{page}.html#{quote(json.dumps(told))}",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize(
    ("page", "options"),
    [
        ("segment", {}),
        ("segment", {"batching": True}),
        ("rudderstack", {}),
        ("rudderstack", {"batching": True}),
        ("rudderstack", {"beacon": True}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value) or "each",
)
def test_what_a_page_says_is_what_happened(
    service: Service, tmp_path: Path, page: str, options: dict[str, Any]
) -> None:
    workspace = service.workspace
    expected = {"page": 1, "viewed": 1, "order_completed": 1, "group": 1}
    told = {"url": service.plain, "key": f"{'rudder' if page == 'rudderstack' else page}-key", **options}
    with shown(page, told, tmp_path / "browser"):
        eventually(lambda: counts(workspace) == expected)
    quiet(workspace)
    people = {row["_profile_id"]: row for row in workspace.sql("SELECT * FROM profiles").to_dicts()}
    assert set(people) == {"user-1"}  # what the visitor did is theirs
    assert (people["user-1"]["plan"], people["user-1"]["age"]) == ("pro", 34)
    for event in expected:
        assert workspace.sql(f'SELECT _profile_id FROM "{event}"')["_profile_id"].to_list() == ["user-1"]
    assert workspace.sql("SELECT revenue FROM order_completed")["revenue"].to_list() == [42.5]
    assert workspace.dead_letters().height == 0
