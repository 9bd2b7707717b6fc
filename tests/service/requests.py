"""Requests for tests of the service: what a client sends, kept in the journal and taken in by a tick."""

from __future__ import annotations

from typing import Any

import msgspec

from parcours.flow.ingest.calls import Record
from parcours.service.workspace import Workspace

START = 1_767_268_800_000_000
_SECOND = 1_000_000


def message(kind: str, user: str, id: str, **said: Any) -> dict[str, Any]:
    return {"type": kind, "userId": user, "messageId": id, **said}


def track(event: str, id: str, user: str = "anna", **properties: Any) -> dict[str, Any]:
    return message("track", user, id, event=event, properties=properties)


def identify(id: str, user: str = "anna", **traits: Any) -> dict[str, Any]:
    return message("identify", user, id, traits=traits)


def send(workspace: Workspace, *messages: dict[str, Any], source: str = "web", received: int = START) -> None:
    """Keep a request with these messages."""
    body = msgspec.json.encode({"batch": list(messages)})
    workspace._parts.journal.append([Record("segment", source, received, body, "batch")]).result()


def tick(workspace: Workspace) -> None:
    """Take in what waits."""
    runner = workspace._parts.runner
    runner.live_tick((runner.now or START) + _SECOND)


def taken(workspace: Workspace, *messages: dict[str, Any], source: str = "web") -> None:
    send(workspace, *messages, source=source)
    tick(workspace)
