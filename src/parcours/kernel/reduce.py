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
        properties = dict(self._properties)
        if over is not None:
            properties[ITEM] = _element(properties, over)
        plan: list[pl.Expr] = []
        for place in places:
            spec = self._specs[place]
            if spec.where is not None:
                plan.append(row_expression(_lowered(spec.where, over is not None), properties).alias(f"w{place}"))
            if spec.value is not None:
                plan.append(row_expression(_lowered(spec.value, over is not None), properties).alias(f"v{place}"))
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
            exploded = frame if over is None else _exploded(frame, over)
            table = exploded.select("_profile", pl.col("_time").to_physical(), *self._plans[over])
            for place in places:
                result[place] = self._rows(place, table, pool)
        return result

    def _rows(self, place: int, table: pl.DataFrame, pool: TextPool) -> Rows:
        spec = self._specs[place]
        keep = None
        if spec.where is not None:
            keep = table[f"w{place}"]
        if spec.value is not None:
            known = table[f"v{place}"].is_not_null()
            keep = known if keep is None else keep & known
        columns = ["_profile", "_time"] + ([f"v{place}"] if spec.value is not None else [])
        part = table.select(columns) if keep is None else table.select(columns).filter(keep)
        values = None if spec.encoding is None else encode(part[columns[2]], spec.encoding, pool)
        return Rows(part["_profile"].to_numpy(), part["_time"].to_numpy(), values)


def _trees(spec: StreamSpec) -> list[Node]:
    return [node for node in (spec.where, spec.value) if node is not None]


def _element(properties: Mapping[str, Type], over: tuple[str, ...]) -> Type:
    found: Type | None = properties.get(over[0])
    for name in over[1:]:
        found = None if found is None else found.field_type(name)
    return (found.element if found is not None else None) or object_of({})


def _exploded(frame: pl.DataFrame, over: tuple[str, ...]) -> pl.DataFrame:
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
