"""Pieces of SQL that the reports share."""

from __future__ import annotations


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def of_journey(journey: str | None, version: int | None = None) -> str:
    """The condition that rows belong to a journey (``None``: any) and to one of its versions (``None``: any)."""
    parts = [] if journey is None else [f"journey = {text(journey)}"]
    parts += [] if version is None else [f"version = {int(version)}"]
    return " AND ".join(parts) or "true"
