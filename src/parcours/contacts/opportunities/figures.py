"""Figures of opportunities: what their active entries say, summed for whatever they belong to (section 20)."""

from __future__ import annotations

from datetime import date

import polars as pl
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.opportunities.cards import ENTRIES, TABLE
from parcours.contacts.tables.base import Amount
from parcours.core.errors import InputError, nearest

#: What figures can be given by.
BY = ("contact_no", "contact_company", "campaign_no", "segment_no", "salesperson_code", "sales_cycle_code", "status")
_OWN = [TABLE.c[name] for name in ("no", "description", "priority", "creation_date", "date_closed", "quote_no", *BY)]
_NUMBERS = ("estimated_value", "chances_pct", "completed_pct", "probability_pct")
_OF_ENTRY = [ENTRIES.c[name] for name in ("stage", "estimated_close_date", "close_code", *_NUMBERS)]


def table(desk: Desk, since: date | None = None, until: date | None = None, **equal: str) -> pl.DataFrame:
    """Opportunities with the figures of their active entries, by number.

    Args:
        desk: where.
        since, until: only those created within, both ends included.
        equal: only those with these values, for example ``campaign_no="CP1"``.

    Returns:
        Fields of the opportunity, ``stage``, ``estimated_close_date``, ``close_code``, ``estimated_value``,
        ``chances_pct``, ``completed_pct``, ``probability_pct`` and ``current_value``; 0 before it started.
    """
    joined = TABLE.outerjoin(ENTRIES, (ENTRIES.c.opportunity_no == TABLE.c.no) & ENTRIES.c.active)
    query = select(*_OWN, *_OF_ENTRY).select_from(joined).order_by(TABLE.c.no)
    query = query.where(*(TABLE.c[name] == value for name, value in equal.items()))
    if since is not None:
        query = query.where(TABLE.c.creation_date >= since)
    if until is not None:
        query = query.where(TABLE.c.creation_date <= until)
    schema = {column.name: _type(column.type) for column in (*_OWN, *_OF_ENTRY)}
    current = pl.col("estimated_value") * pl.col("probability_pct") / 100
    return (
        desk.frame(query, schema)
        .with_columns(pl.col(*_NUMBERS).fill_null(0.0), pl.col("stage").fill_null(0))
        .with_columns(current.alias("current_value"))
    )


def statistics(desk: Desk, by: str, since: date | None = None, until: date | None = None) -> pl.DataFrame:
    """Counts and sums of opportunities by a field.

    Returns:
        ``by``, ``opportunities``, ``open``, ``won``, ``lost``, ``won_pct`` (of those that are closed, null without
        any), ``estimated_value``, ``current_value``, ``won_value``, ``average_days`` from creation to the end.

    Raises:
        InputError: ``bad-choice``.
    """
    if by not in BY:
        raise InputError(f"there are no figures by {by!r}", code="bad-choice", hint=nearest(by, BY))
    won, lost = pl.col("status") == "won", pl.col("status") == "lost"
    still = ~(won | lost)
    days = (pl.col("date_closed") - pl.col("creation_date")).dt.total_days()
    figures = [
        pl.len().alias("opportunities"),
        still.sum().alias("open"),
        won.sum().alias("won"),
        lost.sum().alias("lost"),
        pl.col("estimated_value").filter(still).sum(),
        pl.col("current_value").filter(still).sum(),
        pl.col("estimated_value").filter(won).sum().alias("won_value"),
        days.filter(~still).mean().alias("average_days"),
    ]
    found = table(desk, since, until)
    grouped = found.group_by(pl.col(by).alias("by")).agg(figures).sort("by")
    share = pl.when(pl.col("won") + pl.col("lost") > 0).then(100 * pl.col("won") / (pl.col("won") + pl.col("lost")))
    return grouped.insert_column(5, grouped.select(share.round(1).alias("won_pct")).to_series())


def _type(kind: object) -> type[pl.DataType]:
    if isinstance(kind, Amount):
        return pl.Float64
    python = getattr(kind, "python_type", str)
    kinds: dict[type, type[pl.DataType]] = {date: pl.Date, int: pl.Int64}
    return kinds.get(python, pl.String)
