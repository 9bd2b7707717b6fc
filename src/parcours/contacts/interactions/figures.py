"""Counts and sums over interactions: of logged segments, campaign entries, templates and groups (sections 3.3 to 5).

They are never stored. Postponed interactions count nowhere.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, and_, func, select

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.tables import campaigns, interactions

LOGGED = interactions.logged_segments
ENTRIES = campaigns.campaign_entries


def logged_segments(desk: Desk, entries: Collection[int] | None = None) -> list[Row]:
    """Logged segments by entry number, all of them by default.

    Each with ``no_of_interactions`` and ``no_of_campaign_entries``: those of the same canceled state as itself.
    """
    counted = _with_figures(desk, LOGGED, INTERACTIONS.c.logged_segment, entries)
    same = and_(ENTRIES.c.logged_segment == LOGGED.c.id, ENTRIES.c.canceled == LOGGED.c.canceled)
    query = select(LOGGED.c.id, func.count(ENTRIES.c.id)).select_from(LOGGED.outerjoin(ENTRIES, same))
    numbers: dict[int, int] = {row[0]: row[1] for row in desk.con.execute(query.group_by(LOGGED.c.id))}
    return [
        {name: value for name, value in row.items() if name not in ("cost", "duration")}
        | {"no_of_campaign_entries": numbers[row["id"]]}
        for row in counted
    ]


def campaign_entries(desk: Desk, entries: Collection[int] | None = None) -> list[Row]:
    """Campaign entries by entry number, all of them by default.

    Each with ``no_of_interactions``, ``cost`` and ``duration`` of its interactions of the same canceled state.
    """
    return _with_figures(desk, ENTRIES, INTERACTIONS.c.campaign_entry, entries)


def by_template(desk: Desk, since: date | None = None, until: date | None = None) -> dict[str, Row]:
    """``no_of_interactions``, ``cost`` and ``duration`` by template; canceled ones left out, both days included."""
    return _by(desk, INTERACTIONS.c.template_code, since, until)


def by_group(desk: Desk, since: date | None = None, until: date | None = None) -> dict[str, Row]:
    """``no_of_interactions``, ``cost`` and ``duration`` by group; canceled ones left out, both days included."""
    return _by(desk, INTERACTIONS.c.group_code, since, until)


def live(since: date | None = None, until: date | None = None) -> list[ColumnElement[bool]]:
    """Interactions that count: neither canceled nor postponed, within days (both included)."""
    tests = [~INTERACTIONS.c.canceled, ~INTERACTIONS.c.postponed]
    if since is not None:
        tests.append(INTERACTIONS.c.date >= since)
    if until is not None:
        tests.append(INTERACTIONS.c.date <= until)
    return tests


def sums() -> tuple[ColumnElement[Any], ...]:
    """How many interactions, what they cost, and how many minutes they took."""
    return (
        func.count(INTERACTIONS.c.id).label("no_of_interactions"),
        func.coalesce(func.sum(INTERACTIONS.c.cost), 0).label("cost"),
        func.coalesce(func.sum(INTERACTIONS.c.duration), 0).label("duration"),
    )


def _with_figures(desk: Desk, parent: Any, link: Column[Any], entries: Collection[int] | None) -> list[Row]:
    same = and_(link == parent.c.id, INTERACTIONS.c.canceled == parent.c.canceled, ~INTERACTIONS.c.postponed)
    joined: FromClause = parent.outerjoin(INTERACTIONS, same)
    query = select(parent.c.id, *sums()).select_from(joined).group_by(parent.c.id)
    if entries is None:
        return _joined(desk, desk.rows(parent), query)
    found: list[Row] = []
    for chunk in in_chunks(sorted(set(entries))):
        chosen = parent.c.id.in_(chunk)
        found += _joined(desk, desk.rows(parent, chosen), query.where(chosen))
    return found


def _joined(desk: Desk, rows: list[Row], query: Select[Any]) -> list[Row]:
    figures = {row["id"]: dict(row) for row in desk.con.execute(query).mappings()}
    return [{**row, **figures[row["id"]]} for row in rows]


def _by(desk: Desk, column: Column[str], since: date | None, until: date | None) -> dict[str, Row]:
    query = select(column.label("key"), *sums()).where(*live(since, until)).group_by(column)
    return {
        row["key"]: {name: row[name] for name in row if name != "key"} for row in desk.con.execute(query).mappings()
    }
