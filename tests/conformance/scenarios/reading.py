"""A scenario with everything that its file may leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def complete(case: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario with settings that are null left out, and all its segments named."""
    found = {name: value for name, value in case.items() if value is not None}
    found["journey"] = _journey(case["journey"])
    found["more_journeys"] = [_journey(journey) for journey in case.get("more_journeys") or ()]
    found["profiles"] = [_known(person) for person in case.get("profiles") or ()]
    found["segments"] = _segments(found)
    return found


def _journey(journey: Mapping[str, Any]) -> dict[str, Any]:
    nodes = [{**node, "params": _known(node.get("params") or {})} for node in journey["nodes"]]
    properties = _known(journey.get("properties") or {})
    return {**_known(journey), "properties": properties, "nodes": nodes, "edges": journey.get("edges") or []}


def _known(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shape.items() if value is not None}


def _segments(case: Mapping[str, Any]) -> dict[str, Any]:
    """All segments with their members. Who leaves a segment before coming into it was in it."""
    found = {name: dict(shape.get("members") or {}) for name, shape in (case.get("segments") or {}).items()}
    for name in _named([case["journey"], case["more_journeys"], case["timeline"]]):
        found.setdefault(name, {})
    changed = set[tuple[str, str]]()
    for change in (entry["segment"] for entry in case["timeline"] if "segment" in entry):
        first = (change["name"], change["profile"]) not in changed
        changed.add((change["name"], change["profile"]))
        if first and change["status"] == "exit":
            found[change["name"]].setdefault(change["profile"], "realized")
    return {name: {"members": members} for name, members in found.items()}


def _named(shape: object) -> Iterator[str]:
    """The segments that something refers to."""
    if isinstance(shape, list):
        for part in shape:
            yield from _named(part)
    if isinstance(shape, Mapping):
        for name, part in shape.items():
            if name == "segment" and part:
                yield part if isinstance(part, str) else part["name"]
            elif name not in ("payload", "attrs"):
                yield from _named(part)
