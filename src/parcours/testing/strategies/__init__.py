"""Hypothesis strategies for everything a rule touches: schemas, typed trees, windows, events, profiles.

Values are few and close together on purpose, so that ties, nulls, equal values and exact window edges come up in
almost every example. Instants lie on a grid of six hours around the change to summer time of 2024, windows are
whole multiples of the grid, and one instant in four is a microsecond beside it.

Integers and decimals of events stay small enough for exact sums; attributes also take the extremes of their types.
"""

from parcours.testing.strategies.basics import (
    BASE,
    GRID,
    LISTS,
    OBJECTS,
    SCALARS,
    SEGMENTS,
    TEXTS,
    ZONES,
    instants,
    maybe,
    relative_edges,
    relative_windows,
    values,
    windows,
)
from parcours.testing.strategies.nodes import (
    Scope,
    aggregates,
    all_events,
    calls,
    groups,
    made_lists,
    objects,
    profile_scope,
    quantifiers,
    row_scope,
    rules,
    sequences,
    trees,
)
from parcours.testing.strategies.records import (
    ITEM_LIST,
    History,
    events_of,
    frame_of,
    histories,
    rows_of,
    schemas,
)

__all__ = [
    "BASE",
    "GRID",
    "ITEM_LIST",
    "LISTS",
    "OBJECTS",
    "SCALARS",
    "SEGMENTS",
    "TEXTS",
    "ZONES",
    "History",
    "Scope",
    "aggregates",
    "all_events",
    "calls",
    "events_of",
    "frame_of",
    "groups",
    "histories",
    "instants",
    "made_lists",
    "maybe",
    "objects",
    "profile_scope",
    "quantifiers",
    "relative_edges",
    "relative_windows",
    "row_scope",
    "rows_of",
    "rules",
    "schemas",
    "sequences",
    "trees",
    "values",
    "windows",
]
