"""Interactions as events of the profile that the contact is: what rules and journeys see of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import polars as pl
from sqlalchemy import Column, ColumnElement, select

from parcours.contacts.office.desk import Desk, in_chunks
from parcours.contacts.tables import contacts, interactions
from parcours.contacts.tables.base import Amount
from parcours.core.facts import INSTANT

#: Numbers that are asked for together, and how many rows may be read for each of them.
_MANY, _CLOSE = 20_000, 4
#: The type of the events.
EVENT = "interaction"
_TABLE = interactions.interactions
#: Columns that say nothing about what happened, or that are said otherwise.
_INTERNAL = ("id", "date", "time", "at", "revision", "canceled", "postponed", "delivery_status", "delivery_detail")
_PROPERTIES = [column for column in _TABLE.c if column.name not in _INTERNAL]


def event_id(entry: int) -> str:
    """The id of the event of an interaction."""
    return f"interaction-{entry}"


def events_of(desk: Desk, entries: Collection[int]) -> pl.DataFrame:
    """The events of these interactions; those that are canceled, postponed, gone or of nobody are left out.

    The time is that of recording, unless the interaction was on another day: then it is its own time on that day.

    Returns:
        ``event_id``, ``profile_id``, ``time``, ``entry_no``, ``date`` and its fields; null for blank.
    """
    person = contacts.contacts
    head = {"entry_no": pl.Int64, "profile_id": pl.String, "date": pl.Date, "clock": pl.String, "at": pl.Int64}
    schema: dict[str, Any] = {**head, **{column.name: _type(column) for column in _PROPERTIES}}
    query = (
        select(_TABLE.c.id, person.c.profile_id, _TABLE.c.date, _TABLE.c.time, _TABLE.c.at, *_PROPERTIES)
        .join(person, person.c.no == _TABLE.c.contact_no)
        .where(~_TABLE.c.canceled, ~_TABLE.c.postponed)
    )
    wanted = pl.Series("entry_no", sorted(set(entries)), dtype=pl.Int64)
    parts = [desk.frame(query.where(test), schema) for test in among(_TABLE.c.id, wanted)]
    found = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    found = found.filter(pl.col("entry_no").is_in(wanted.implode()))
    texts = [name for name, kind in schema.items() if kind is pl.String]
    return found.with_columns(
        _moment().alias("time"), *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in texts)
    ).select(
        pl.format("interaction-{}", "entry_no").alias("event_id"),
        "profile_id",
        "time",
        "entry_no",
        "date",
        *(column.name for column in _PROPERTIES),
    )


def among(column: ColumnElement[int], numbers: pl.Series) -> Iterator[ColumnElement[bool]]:
    """Conditions that together take the rows with these numbers, which are in order, and perhaps some in between: where
    they lie close together, as those of a logged segment do, by the first and the last of many."""
    for part in numbers.to_frame("number").iter_slices(_MANY):
        few = part["number"].to_list()
        if few[-1] - few[0] < _CLOSE * len(few):
            yield column.between(few[0], few[-1])
        else:
            yield from (column.in_(chunk) for chunk in in_chunks(few))


def _moment() -> pl.Expr:
    recorded = pl.from_epoch("at", "us").dt.replace_time_zone("UTC")
    clock = pl.when(pl.col("clock").str.contains(r"^\d\d:\d\d$")).then(pl.col("clock")).otherwise(pl.lit("00:00"))
    text = pl.concat_str(pl.col("date").cast(pl.String), pl.lit("T"), clock)
    own = text.str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us", strict=False).dt.replace_time_zone("UTC")
    same = pl.col("date").is_null() | (pl.col("date") == recorded.dt.date())
    return pl.when(same).then(recorded).otherwise(own).cast(INSTANT)


def _type(column: Column[Any]) -> type[pl.DataType]:
    if isinstance(column.type, Amount):
        return pl.Float64
    kinds: dict[type, type[pl.DataType]] = {bool: pl.Boolean, int: pl.Int64}
    return kinds.get(column.type.python_type, pl.String)
