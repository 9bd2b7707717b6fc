"""Events to rows: every stream of an event type, filtered and valued in one pass over the batch.

A pure function of the events (filters of events read nothing else), so it may run before the tick that
takes the events in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Type, polars_type
from parcours.kernel.compile import item_rows, row_expression
from parcours.kernel.rows import Int64s, Rows, TextPool, encode, no_rows
from parcours.kernel.streams import StreamSpec
from parcours.language.tree import Field, Node, ObjectOf, walk


class Reducer:
    """Makes rows for all streams over one event type; compiled once, used for every batch."""

    def __init__(self, event: str, specs: Sequence[StreamSpec], properties: Mapping[str, Type]) -> None:
        self._event = event
        self._specs = list(specs)
        self._properties = dict(properties)
        groups: dict[tuple[str, ...] | None, list[int]] = {}
        for place, spec in enumerate(self._specs):
            groups.setdefault(spec.over, []).append(place)
        self._plans = [self._plan(over, places) for over, places in groups.items()]

    @property
    def columns(self) -> list[str]:
        """The properties that the streams read."""
        names = {spec.over[0] for spec in self._specs if spec.over}
        for spec in self._specs:
            for node in _trees(spec):
                fields = (part for part in walk(node) if isinstance(part, Field) and part.path)
                names |= {part.path[0] for part in fields} & self._properties.keys()
        return sorted(names)

    def _plan(self, over: tuple[str, ...] | None, places: list[int]) -> _Plan:
        """One column per different filter, which says which rows pass, and one per different value."""
        plan = _Plan(over, self._properties)
        for place in places:
            spec = self._specs[place]
            where = plan.column("where", spec.where)
            plan.streams.append((place, spec, where, plan.column("value", spec.value)))
        return plan

    def rows(self, frame: pl.DataFrame, pool: TextPool) -> list[Rows]:
        """The rows of each stream, in the order of the specs and in order of arrival.

        ``frame`` has the event columns and at least :attr:`columns`; missing ones count as null. Events about nobody,
        whose profile is negative, are nobody's rows.
        """
        if frame.height and (frame["_profile"] < 0).any():
            frame = frame.filter(pl.col("_profile") >= 0)
        result = [no_rows(spec.valued) for spec in self._specs]
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            frame = frame.with_columns(
                pl.lit(None, dtype=polars_type(self._properties[name])).alias(name) for name in missing
            )
        for plan in self._plans:
            plan.fill(result, frame, pool)
        return result


class _Plan:
    """What the streams over one list (or over the events themselves) take from a frame."""

    def __init__(self, over: tuple[str, ...] | None, properties: Mapping[str, Type]) -> None:
        self._over, self._properties = over, properties
        self.names: dict[tuple[str, Node], str] = {}
        self.expressions: list[pl.Expr] = []
        self.streams: list[tuple[int, StreamSpec, str | None, str | None]] = []

    def column(self, sort: str, node: Node | None) -> str | None:
        """The name of the column that holds ``node``; equal nodes share one."""
        if node is None:
            return None
        name = self.names.get((sort, node))
        if name is None:
            name = self.names[sort, node] = f"{sort}{len(self.names)}"
            expr = row_expression(node, self._properties, self._over)
            if isinstance(node, ObjectOf):  # equal contents must be of one type, whatever the batch holds
                expr = expr.cast(polars_type(node.type))
            self.expressions.append((expr.fill_null(False) if sort == "where" else expr).alias(name))
        return name

    def fill(self, result: list[Rows], frame: pl.DataFrame, pool: TextPool) -> None:
        """Put the rows of each stream in its place. Streams with the same filter share their arrays."""
        source = frame.lazy() if self._over is None else item_rows(frame.lazy(), self._properties, self._over)
        table = source.select("_profile", pl.col("_time").to_physical(), *self.expressions).collect()
        times = table["_time"].to_numpy()
        if len(times) > 1 and (times[1:] < times[:-1]).any():  # sorted once here, not once per stream
            order = np.argsort(times, kind="stable")
            table, times = table[order], times[order]
        everything = Rows(table["_profile"].to_numpy(), times)
        passed: dict[str | None, tuple[Rows, NDArray[np.intp] | None]] = {None: (everything, None)}
        values = _Values(table, pool)
        for place, spec, where, value in self.streams:
            if where not in passed:
                passing = np.flatnonzero(table[where or ""].to_numpy())
                passed[where] = (everything[passing], passing)
            rows, which = passed[where]
            result[place] = rows if value is None else values.of(rows, which, value, spec.encoding or "whole")


class _Values:
    """The values of the streams, encoded; a column that several streams take from is encoded once."""

    def __init__(self, table: pl.DataFrame, pool: TextPool) -> None:
        self._table, self._pool = table, pool
        self._encoded: dict[tuple[str, str], Int64s] = {}

    def of(self, rows: Rows, which: NDArray[np.intp] | None, name: str, encoding: str) -> Rows:
        """These rows, which stand at ``which`` (``None``: all), with their values; those without one left out."""
        column = self._table[name]
        if column.null_count():
            column = column if which is None else column.gather(which)
            known = column.is_not_null()
            rows = rows[known.to_numpy()]
            return Rows(rows.profiles, rows.times, encode(column.filter(known), encoding, self._pool))
        if which is not None and encoding == "code":  # the pool need not know texts that no stream keeps
            return Rows(rows.profiles, rows.times, encode(column.gather(which), encoding, self._pool))
        if (name, encoding) not in self._encoded:
            self._encoded[name, encoding] = encode(column, encoding, self._pool)
        numbers = self._encoded[name, encoding]
        return Rows(rows.profiles, rows.times, numbers if which is None else numbers[which])


def _trees(spec: StreamSpec) -> list[Node]:
    return [node for node in (spec.where, spec.value) if node is not None]
