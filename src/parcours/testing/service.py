"""The service over a workspace on a free port of the loopback interface, and a client with a key that may do all.

::

    with running_service(workspace) as service:
        service.client.did("POST", "/contacts", {"type": "company", "name": "Alpha"})
        service.client.ask("GET", "/nowhere").status      # 404
        service.address, service.key                      # for any other client
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parcours.service.access.scopes import SCOPES
from parcours.service.api.app import application
from parcours.service.api.server import LOOPBACK, serving
from parcours.service.workspace import Workspace


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes
    cookies: tuple[str, ...] = ()

    @property
    def data(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Client:
    """Asks the API, below ``/api``. A body is sent as JSON, a text or bytes as they are; underscores in the names of
    headers stand for hyphens.

    Attributes:
        address: of the service: ``http://127.0.0.1:8711/``.
        key: sent with every request, unless blank.
        headers: also sent with every request.
    """

    address: str
    key: str = field(default="", repr=False)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Ask for a path below ``/api``, whatever the answer."""
        return self.ask_any(method, f"/api{path}", body, **headers)

    def ask_any(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Ask for any path, whatever the answer; no redirect is followed."""
        named = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.key:
            named.setdefault("authorization", f"Bearer {self.key}")
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        if content is not None:
            named.setdefault("content-type", "application/json")
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)
        try:
            connection.request(method, path, content, named)
            answer = connection.getresponse()
            found = {name.lower(): text for name, text in answer.getheaders()}
            cookies = tuple(text for name, text in answer.getheaders() if name.lower() == "set-cookie")
            return Answer(answer.status, found, answer.read(), cookies)
        finally:
            connection.close()

    def did(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask for a path below ``/api``, and have the body of the answer, which must be 200."""
        answer = self.ask(method, path, body, **headers)
        assert answer.status == 200, answer.content
        return answer.data


@dataclass(frozen=True)
class Service:
    """A service that runs.

    Attributes:
        address: where: ``http://127.0.0.1:40123/``.
        key: of an administrator.
        workspace: what it serves; do not move it from another thread.
    """

    address: str
    key: str = field(repr=False)
    workspace: Workspace

    @property
    def client(self) -> Client:
        """Somebody who may do everything."""
        return Client(self.address, self.key)

    @property
    def stranger(self) -> Client:
        """Somebody whom nobody knows."""
        return Client(self.address)

    def client_with(self, *scopes: str) -> Client:
        """A program that may do this."""
        return Client(self.address, str(self.workspace.access.keys.create("test", scopes=scopes)["key"]))


@contextmanager
def running_service(
    workspace: Workspace,
    *,
    live: bool = False,
    hosts: Sequence[str] = LOOPBACK,
    port: int = 0,
    web: Path | None = None,
) -> Iterator[Service]:
    """The service over a workspace, until the block ends. Time does not move by itself: for that, run the workspace.

    Args:
        workspace: what is served.
        live: what the service says about whether time moves.
        hosts: names that requests may ask for; any, when empty.
        port: where to listen on 127.0.0.1; 0 takes any free one.
        web: folder of the built web application.
    """
    key = str(workspace.access.keys.create("tests", scopes=SCOPES)["key"])
    with serving(application(workspace, live=live, hosts=hosts, web=web), "127.0.0.1", port) as address:
        yield Service(address, key, workspace)
