"""What client libraries send: one module a format, each lowering a record to calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import customerio, portion, posthog, rows, rudderstack, segment

#: Reads a record: its calls, and the parts of it that are none. It never fails.
Reader: TypeAlias = Callable[[Record], tuple[list[Call], list[Unread]]]

CLIENTS: dict[str, Reader] = {
    "segment": segment.read,
    "rudderstack": rudderstack.read,
    "posthog": posthog.read,
    "customerio": customerio.read,
    portion.FORMAT: rows.read,  # what connectors bring
}
