"""any, all, none over the elements of a list: the elements of all rows are evaluated together, as rows of their own.

Polars' ``list.eval`` sees the element only. A condition on an element may also read the row around it, so the lists
are exploded beside the columns that the condition reads, and the answers are gathered per row again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import numpy as np
import polars as pl

from parcours.core.schema import ANY, BOOLEAN, Type
from parcours.language.functions.declaration import Column
from parcours.language.tree import Aggregate, Attribute, Field, InWindow, Member, Node, Quantifier, children

Leaf: TypeAlias = Callable[[Node], Column]
Compile: TypeAlias = Callable[[Node, Leaf], Column]
Step: TypeAlias = Callable[[pl.Expr, Type, Sequence[str], Type], Column]
_LIST, _ELEMENT = "_list", "_element"


def quantified(node: Quantifier, compiled: Compile, leaf: Leaf, inside: Step) -> Column:
    """The column of ``node``: ``compiled`` translates nodes, ``leaf`` gives the columns around the list and
    ``inside`` those inside an element."""
    over = compiled(node.over, leaf)
    outer = tuple(dict.fromkeys(_outer_leaves(node.where)))
    carried = {part: leaf(part) for part in outer}
    names = {part: f"_{position}" for position, part in enumerate(outer)}

    def element_leaf(part: Node) -> Column:
        if isinstance(part, Field) and part.up == 0:
            return inside(pl.col(_ELEMENT), over.type.element or ANY, part.path, part.type)
        seen = _seen_from_outside(part)
        return replace(carried[seen], expr=pl.col(names[seen]))

    where = compiled(node.where, element_leaf)
    columns = [over.expr.alias(_LIST), *(carried[part].expr.alias(name) for part, name in names.items())]
    answers = pl.struct(columns).map_batches(
        partial(_answers, node.kind, where.expr.fill_null(False)), return_dtype=pl.Boolean, is_elementwise=True
    )
    return Column(answers, BOOLEAN, nullable=False)


def _seen_from_outside(part: Node) -> Node:
    return replace(part, up=part.up - 1) if isinstance(part, Field) else part


def _outer_leaves(node: Node, depth: int = 0) -> Iterator[Node]:
    """The leaves of a condition on elements that lie outside of the element, as seen from outside of the list."""
    match node:
        case Field(up=up):
            if up > depth:
                yield replace(node, up=up - depth - 1)
        case Attribute() | Aggregate() | InWindow() | Member():
            yield node
        case Quantifier(over=over, where=where):
            yield from _outer_leaves(over, depth)
            yield from _outer_leaves(where, depth + 1)
        case _:
            for child in children(node):
                yield from _outer_leaves(child, depth)


def _answers(kind: str, where: pl.Expr, rows: pl.Series) -> pl.Series:
    """One boolean per row of ``rows``, a struct of the list and the columns that its elements also read."""
    frame = rows.struct.unnest()
    lengths = frame[_LIST].list.len().fill_null(0).to_numpy()
    owner = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    elements = frame[_LIST].explode(empty_as_null=False, keep_nulls=False).alias(_ELEMENT)
    spread = frame.drop(_LIST)[owner].with_columns(elements) if frame.width > 1 else elements.to_frame()
    met = spread.with_columns(where.alias("_met"))["_met"].to_numpy() if len(owner) else owner
    count = np.bincount(owner[met], minlength=len(rows))
    answer = {"any": count > 0, "all": count == lengths, "none": count == 0}[kind]
    return pl.Series(rows.name, answer)
