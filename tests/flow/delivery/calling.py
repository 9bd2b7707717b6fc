"""Calls for tests: rows, definitions, and what became of them at a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from parcours.core.clock import VirtualClock
from parcours.flow.delivery.calls import Calls
from parcours.flow.delivery.configured import Configured, configured
from parcours.flow.delivery.outside import Outside, OutsideSettings

LOCAL = OutsideSettings(internal=("127.0.0.1:*",))
NOON = 43_200_000_000


def outside(secrets: Mapping[str, str] | None = None, settings: OutsideSettings = LOCAL) -> Outside:
    return Outside(settings, secrets)


def action(url: str, **settings: object) -> dict[str, object]:
    """An action that posts its value ``n`` as JSON."""
    return {"action": "crm", "url": url, "parameters": {"n": "any"}, "body": {"n": {"parameter": "n"}}, **settings}


def source(url: str, **settings: object) -> dict[str, object]:
    """A source that asks with its value ``n``."""
    return {
        "source": "weather",
        "url": url,
        "parameters": {"n": "any"},
        "query": {"n": {"parameter": "n"}},
        "answer": {"types": {"degrees": "integer"}},
        **settings,
    }


def row(number: int, what: str = "action", name: str = "crm", **content: object) -> dict[str, Any]:
    """A delivery row that calls with its number."""
    channel = "http" if what == "action" else "source"
    values = {what: name, "values": {"n": number}, **content}
    return {"key": f"win/{number}/P{number}/call/1", "channel": channel, "content": json.dumps(values)}


def made(
    rows: Sequence[Mapping[str, Any]],
    *bodies: Mapping[str, object],
    way: Outside | None = None,
    per_host: int = 100,
) -> list[dict[str, Any]]:
    """The outcomes of these calls, in the order in which they came."""
    return asyncio.run(_made(rows, configured(bodies), way or outside(), per_host))


async def _made(
    rows: Sequence[Mapping[str, Any]], known: Configured, way: Outside, per_host: int
) -> list[dict[str, Any]]:
    calls = Calls(known, way, VirtualClock(NOON), per_host)
    outcomes: list[dict[str, Any]] = []
    try:
        await calls.deliver(rows, lambda outcome: outcomes.append(dict(outcome)), patient=True)
    finally:
        await calls.close()
        await way.close()
    return outcomes
