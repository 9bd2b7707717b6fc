"""Pieces of SQL that the reports share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.store.log.passages import visits_sql

if TYPE_CHECKING:
    from parcours.store.log import Log


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def of_journey(journey: str | None, version: int | None = None) -> str:
    """The condition that rows belong to a journey (``None``: any) and to one of its versions (``None``: any)."""
    parts = [] if journey is None else [f"journey = {text(journey)}"]
    parts += [] if version is None else [f"version = {int(version)}"]
    return " AND ".join(parts) or "true"


def runs_of(journey: str | None) -> str:
    """The view ``journey_runs`` of one journey or of all, without the runs of tests and dry runs."""
    return f"(SELECT * FROM journey_runs WHERE mode = 'live' AND {of_journey(journey)})"


def visits_of(log: Log, journey: str) -> str:
    """The view ``journey_visits`` of one journey, at the cost of that journey, without tests and dry runs."""
    return f"({visits_sql(live_steps(log, journey))})"


def live_steps(log: Log, journey: str) -> str:
    """The condition that steps belong to a journey and to no run of a test or dry run, where it had any."""
    tried = log.query(
        f"""
        SELECT 1 FROM facts.definitions
        WHERE kind = 'journey' AND id = {text(journey)} AND action IN ('test_on', 'dry_run_on') LIMIT 1
        """
    )
    if not tried.height:
        return of_journey(journey)
    tests = f"SELECT run FROM journey_runs WHERE mode <> 'live' AND {of_journey(journey)}"
    return f"{of_journey(journey)} AND run NOT IN ({tests})"
