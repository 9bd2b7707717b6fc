"""What a compiled node reads from around it: its leaves, and the leaves of parts that stand inside a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
import polars as pl

from parcours.core.clock import DAY
from parcours.core.errors import RuleError
from parcours.core.schema import BOOLEAN, INTEGER, Kind, Type
from parcours.core.untyped import parsed
from parcours.kernel.successions import plan_of
from parcours.kernel.windows import bounds_at
from parcours.language.functions.declaration import Column
from parcours.language.functions.distinct import over_distinct
from parcours.language.plain import as_instant
from parcours.language.reference import moment_of
from parcours.language.scopes import inner, reach
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Been,
    Chance,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    Member,
    Membership,
    Node,
    Now,
    Sequence,
    walk,
)
from parcours.language.window_kinds import Window

#: Nodes whose columns are given, not computed.
LEAVES = (Attribute, Aggregate, InWindow, Member, Membership, Been, Given, Fetched, Events, Now, Chance)


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of a window at the instant of evaluation, in microseconds: inside is ``lower < t <= upper``."""

    window: Window
    upper: bool
    type: Type = INTEGER


Read: TypeAlias = Node | Edge


def edge(part: Edge, now: pl.Expr) -> Column:
    """The column of an edge, from the column of instants of evaluation."""
    instants = now.cast(pl.Datetime("us", "UTC")).to_physical()
    found = instants.map_batches(partial(_edges, part), return_dtype=pl.Int64, is_elementwise=True)
    return Column(found, INTEGER, nullable=False)


def _edges(part: Edge, instants: pl.Series) -> pl.Series:
    found = bounds_at(part.window, instants.to_numpy())[part.upper]
    return pl.Series(instants.name, np.ascontiguousarray(found), pl.Int64)


def within(moment: Column, lower: pl.Expr, upper: pl.Expr) -> Column:
    """Whether a date or time lies between two edges; false for null."""
    instant = microseconds(moment.expr, moment.type)
    inside = ((instant > lower) & (instant <= upper)).fill_null(False)
    return Column(inside, BOOLEAN, nullable=False, failed=moment.failed)


def microseconds(expr: pl.Expr, type_: Type) -> pl.Expr:
    """The instants of a column of dates or times: a date is its midnight in UTC, as is a time without zone.

    Of values of unknown type, those of texts that say a time; null for everything that is none.
    """
    if type_.kind is Kind.OFFSET_TIME:
        expr = expr.struct.field("instant")
    if type_.kind is Kind.DATE_ONLY:
        return expr.cast(pl.Int32).cast(pl.Int64) * DAY
    if type_.kind is Kind.ANY:
        return over_distinct(_moment_of_text, [expr], pl.Int64())
    if type_.kind is Kind.NULL:
        return pl.when(expr.is_null()).then(pl.lit(None, dtype=pl.Int64))
    return expr.to_physical()


def _moment_of_text(text: str) -> int | None:
    moment = moment_of(parsed(text))
    return None if moment is None else as_instant(moment)


def is_computed(node: InWindow) -> bool:
    """Whether a window over values of rows; the edges are then read, not the answer."""
    return any(isinstance(part, Field) for part in walk(node.value))


def read(node: Node, depth: int = 0) -> Iterator[Read]:
    """What ``node``, standing ``depth`` rows further in, reads from outside of these rows, as seen from there.

    Raises:
        RuleError: a data source is asked for each element of a list (code ``not-in-rows``).
    """
    match node:
        case Field(up=up):
            if up >= depth:
                yield replace(node, up=up - depth)
        case InWindow(value=value, window=window) if depth and is_computed(node):
            yield from read(value, depth)
            yield Edge(window, upper=False)
            yield Edge(window, upper=True)
        case Fetched() if reach(node):
            raise RuleError("a data source cannot be asked for each element of a list", code="not-in-rows")
        case _ if isinstance(node, LEAVES):
            yield node
        case Sequence() if plan_of(node) is not None:
            yield node
        case _:
            for part, more in inner(node):
                yield from read(part, depth + more)
