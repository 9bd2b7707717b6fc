"""Events to rows: every stream of an event type, filtered and valued in one pass over the batch.

A pure function of the events (filters of events read nothing else), so it may run before the tick that
takes the events in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from parcours.core.schema import Type, object_of
from parcours.kernel.compile import row_expression
from parcours.kernel.rows import Rows, TextPool, encode, no_rows
from parcours.kernel.streams import StreamSpec
from parcours.language.tree import Call, Field, ListOf, Node, Quantifier, walk

#: The name under which an element of a list stands in the frame of its rows.
ITEM = "_item"


class Reducer:
    """Makes rows for all streams over one event type; compiled once, used for every batch."""

    def __init__(self, event: str, specs: Sequence[StreamSpec], properties: Mapping[str, Type]) -> None:
        self._event = event
        self._specs = list(specs)
        self._properties = dict(properties)
        self._groups: dict[tuple[str, ...] | None, list[int]] = {}
        for place, spec in enumerate(self._specs):
            self._groups.setdefault(spec.over, []).append(place)
        self._plans = {over: self._plan(over, places) for over, places in self._groups.items()}

    @property
    def columns(self) -> list[str]:
        """The properties that the streams read."""
        names = {spec.over[0] for spec in self._specs if spec.over}
        for spec in self._specs:
            for node in _trees(spec):
                names |= {
                    part.path[0] for part in walk(_lowered(node, spec.over is not None)) if isinstance(part, Field)
                } & self._properties.keys()
        return sorted(names)

    def _plan(self, over: tuple[str, ...] | None, places: list[int]) -> list[pl.Expr]:
        """Per stream a column that says which rows count, and for valued streams one with the values."""
        properties = dict(self._properties)
        if over is not None:
            properties[ITEM] = _element(properties, over)
        plan: list[pl.Expr] = []
        for place in places:
            spec = self._specs[place]
            counts: list[pl.Expr] = []
            if spec.where is not None:
                counts.append(row_expression(_lowered(spec.where, over is not None), properties).fill_null(False))
            if spec.value is not None:
                value = row_expression(_lowered(spec.value, over is not None), properties)
                counts.append(value.is_not_null())
                plan.append(_physical(value, spec.encoding).alias(f"v{place}"))
            if counts:
                plan.append(pl.all_horizontal(counts).alias(f"w{place}"))
        return plan

    def rows(self, frame: pl.DataFrame, pool: TextPool) -> list[Rows]:
        """The rows of each stream, in the order of the specs and in order of arrival.

        ``frame`` has the event columns and at least :attr:`columns`; missing ones count as null.
        """
        result = [no_rows(spec.valued) for spec in self._specs]
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            frame = frame.with_columns(pl.lit(None).alias(name) for name in missing)
        for over, places in self._groups.items():
            rows = frame.lazy() if over is None else _exploded(frame.lazy(), over)
            table = rows.select("_profile", pl.col("_time").to_physical(), *self._plans[over]).collect()
            profiles, times = table["_profile"].to_numpy(), table["_time"].to_numpy()
            for place in places:
                result[place] = self._rows(place, table, Rows(profiles, times), pool)
        return result

    def _rows(self, place: int, table: pl.DataFrame, rows: Rows, pool: TextPool) -> Rows:
        spec = self._specs[place]
        if spec.encoding is not None:
            column = table[f"v{place}"]
            counts = table[f"w{place}"]
            if spec.encoding == "code":
                rows = rows[counts.to_numpy()]
                return Rows(rows.profiles, rows.times, encode(column.filter(counts), "code", pool))
            rows = Rows(rows.profiles, rows.times, encode(column, spec.encoding, pool))
        if f"w{place}" not in table.columns or table[f"w{place}"].all():
            return rows
        return rows[table[f"w{place}"].to_numpy()]


def _physical(value: pl.Expr, encoding: str | None) -> pl.Expr:
    """The value as the number that is encoded; where it is null (such rows do not count) any number."""
    match encoding:
        case "code":
            return value
        case "exact" | "bits":
            return value.cast(pl.Float64).fill_null(0.0)
        case _:
            return value.to_physical().cast(pl.Int64).fill_null(0)


def _trees(spec: StreamSpec) -> list[Node]:
    return [node for node in (spec.where, spec.value) if node is not None]


def _element(properties: Mapping[str, Type], over: tuple[str, ...]) -> Type:
    found: Type | None = properties.get(over[0])
    for name in over[1:]:
        found = None if found is None else found.field_type(name)
    return (found.element if found is not None else None) or object_of({})


def _exploded(frame: pl.LazyFrame, over: tuple[str, ...]) -> pl.LazyFrame:
    items = pl.col(over[0])
    for name in over[1:]:
        items = items.struct.field(name)
    return frame.with_columns(items.alias(ITEM)).explode(ITEM).filter(pl.col(ITEM).is_not_null())


def _lowered(node: Node, over: bool, depth: int = 0) -> Node:
    """The tree as seen from an exploded row: fields of the element are fields of column :data:`ITEM`."""
    if not over:
        return node
    match node:
        case Field(path=path, up=up) if up == depth:
            return replace(node, path=(ITEM, *path) if path != ("_time",) else path)
        case Field(up=up) if up == depth + 1:
            return replace(node, up=depth)
        case Call(args=args):
            return replace(node, args=tuple(_lowered(arg, over, depth) for arg in args))
        case ListOf(items=items):
            return replace(node, items=tuple(_lowered(item, over, depth) for item in items))
        case Quantifier(over=items, where=where):
            return replace(node, over=_lowered(items, over, depth), where=_lowered(where, over, depth + 1))
        case _:
            return node
