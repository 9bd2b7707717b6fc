"""Values that attributes and properties have, the most frequent first: suggestions for whoever writes a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from parcours.core.errors import UnknownNameError, nearest
from parcours.core.schema import Kind, Type
from parcours.service.records import literal
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from parcours.engines.state import State
    from parcours.store.log import Log

#: So many of the latest events are looked at.
LATEST = 200_000


def attribute_values(state: State, attribute: str, search: str | None, limit: int) -> pl.DataFrame:
    """``value`` (as a text) and ``count`` of profiles, the most frequent first.

    Raises:
        UnknownNameError: there is no such attribute.
    """
    known = state.schema.attributes
    path = path_of(attribute, known)
    if path is None:
        raise UnknownNameError(
            f"there is no attribute {attribute!r}", code="unknown-attribute", hint=nearest(attribute, known)
        )
    everybody = np.flatnonzero(state.alive).astype(np.int32)
    values = state.book.attributes.get(path[0], everybody)
    for field in path[1:]:
        values = _flat(values).struct.field(field)
    return _counted(values, search, limit)


def path_of(name: str, known: Mapping[str, Type]) -> list[str] | None:
    """A name with dots as the steps into objects, and into the objects of lists; ``None``: there is none such."""
    if name in known:
        return [name]
    first, _, rest = name.partition(".")
    inside = known.get(first)
    if inside is None or not rest:
        return None
    fields = (inside.element or inside).fields if inside.kind is Kind.LIST else inside.fields
    path = path_of(rest, dict(fields))
    return None if path is None else [first, *path]


def _flat(values: pl.Series) -> pl.Series:
    """The elements of lists one by one, whatever lies in lists of lists."""
    values = values.drop_nulls()
    while isinstance(values.dtype, pl.List):
        values = values.explode().drop_nulls()
    return values


def _counted(values: pl.Series, search: str | None, limit: int) -> pl.DataFrame:
    values = _flat(values)
    if isinstance(values.dtype, pl.Struct):
        values = values.struct.json_encode()
    counts = values.alias("value").value_counts(name="count").with_columns(pl.col("value").cast(pl.String))
    if search:
        counts = counts.filter(pl.col("value").str.contains("(?i)" + re.escape(search)))
    return counts.sort("count", "value", descending=[True, False]).head(limit).cast({"count": pl.Int64})


def property_values(log: Log, event: str, name: str, search: str | None, limit: int) -> pl.DataFrame:
    """``value`` (as a text) and ``count`` among the latest events of a type, the most frequent first.

    Raises:
        UnknownNameError: there is no such event type or property.
    """
    events = log.schema.events
    if event not in events:
        raise UnknownNameError(
            f"there are no events of type {event!r}", code="unknown-event", hint=nearest(event, events)
        )
    path = path_of(name, events[event])
    if path is None:
        raise UnknownNameError(
            f"event {event!r} has no property {name!r}", where=event, hint=nearest(name, events[event])
        )
    found = f"contains(lower(value), lower({literal(search)}))" if search else "true"
    latest = (
        f"SELECT {_column(path, events[event])} AS it FROM facts.{quote('event_' + event)} "
        f"WHERE _retracted IS NULL ORDER BY _seq DESC LIMIT {LATEST}"
    )
    return log.query(
        f"SELECT CAST(it AS VARCHAR) AS value, count(*) AS count FROM ({latest}) WHERE it IS NOT NULL "
        f"GROUP BY value HAVING {found} ORDER BY count DESC, value LIMIT {int(limit)}"
    )


def _column(path: list[str], known: Mapping[str, Type]) -> str:
    """SQL of what a path leads to; a row for each element of the lists on its way."""
    found, fields = quote(path[0]), known
    for name, field in pairwise(path):
        listed = fields[name].kind is Kind.LIST
        found = f"struct_extract({f'unnest({found})' if listed else found}, {literal(field)})"
        fields = dict((fields[name].element or fields[name]).fields if listed else fields[name].fields)
    return found
