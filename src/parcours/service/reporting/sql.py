"""Pieces of SQL that the reports share."""

from __future__ import annotations

from parcours.store.log.passages import visits_sql


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def of_journey(journey: str | None, version: int | None = None) -> str:
    """The condition that rows belong to a journey (``None``: any) and to one of its versions (``None``: any)."""
    parts = [] if journey is None else [f"journey = {text(journey)}"]
    parts += [] if version is None else [f"version = {int(version)}"]
    return " AND ".join(parts) or "true"


def visits_of(journey: str) -> str:
    """The view ``journey_visits`` of one journey, at the cost of that journey."""
    return f"({visits_sql(of_journey(journey))})"
