"""Calls for tests, short."""

from __future__ import annotations

from typing import Any

import msgspec

from parcours.flow.ingest.calls import Call, Record
from parcours.flow.ingest.turning.portion import Again, sent_again

NOON = 1_767_268_800_000_000


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(value if isinstance(value, bytes) else msgspec.json.encode(value))


def call(kind: str, user: str = "u", *, time: int = NOON, **said: Any) -> Call:
    objects = {name: raw(said.pop(name)) for name in ("properties", "traits", "once", "context") if name in said}
    return Call(kind, time, user=user, **said, **objects)  # type: ignore[arg-type]


def track(event: str, properties: Any = None, user: str = "u", **said: Any) -> Call:
    return call("track", user, event=event, properties={} if properties is None else properties, **said)


def record(*calls: Call, source: str = "web", received: int = NOON, replaces: bool = False) -> Record:
    return sent_again(source, received, [Again(one, replaces) for one in calls])
